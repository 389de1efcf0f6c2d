import { describe, expect, test } from "vitest";
import type { PoleZeroView } from "../../../renderer/engine/protocol.ts";
import {
  frameOf,
  markersCsv,
  markersOf,
  rayOf,
  spiralOf,
  zoomedFrame,
} from "../../../renderer/plots/poleZeroGeometry.ts";

const view = (poles: readonly (readonly [number, number])[], period?: number): PoleZeroView => ({
  kind: "poleZero",
  time: period === undefined ? { kind: "continuous" } : { kind: "discrete", period },
  inputs: ["u"],
  outputs: ["y"],
  poles: poles.map((pole) => ({ pole: [...pole], frequency: Math.hypot(...pole), damping: 0.5, timeConstant: 1 })),
  zeros: [[-3, 0]],
  connected: true,
  pade: false,
  exact: true,
  t: 0,
});

describe("what a map of poles and zeros shows", () => {
  test("every pole and zero, and the origin, with room to spare", () => {
    const { re, im, per } = frameOf(
      view([
        [-10, 4],
        [-10, -4],
      ]),
      300,
      200,
    );
    for (const [x, y] of [
      [-10, 4],
      [-10, -4],
      [-3, 0],
      [0, 0],
    ] as const) {
      expect(Math.abs(x - re)).toBeLessThan(150 * per);
      expect(Math.abs(y - im)).toBeLessThan(100 * per);
    }
  });

  test("the unit circle of a sampled system", () => {
    const { re, per } = frameOf(view([[0.5, 0]], 0.1), 300, 200);
    expect(100 * per).toBeGreaterThan(1);
    expect(re - 150 * per).toBeLessThan(-3);
  });

  test("a zoom leaves the place under the pointer where it is", () => {
    const before = { re: 1, im: 2, per: 0.1 };
    const after = zoomedFrame(before, [3, -1], 0.5);
    expect((3 - after.re) / after.per).toBeCloseTo((3 - before.re) / before.per, 12);
    expect((-1 - after.im) / after.per).toBeCloseTo((-1 - before.im) / before.per, 12);
  });

  test("curves of equal damping in the z plane are exponentials of the rays in the s plane", () => {
    for (const damping of [0.1, 0.7]) {
      const [re, im] = rayOf(damping);
      expect(-re / Math.hypot(re, im)).toBeCloseTo(damping, 12);
      for (const [x, y] of spiralOf(damping).slice(1)) {
        const s = [Math.log(Math.hypot(x, y)), Math.atan2(y, x)] as const;
        expect(-s[0] / Math.hypot(...s)).toBeCloseTo(damping, 9);
      }
    }
  });

  test("as CSV", () => {
    expect(markersCsv(markersOf(view([[-1, 2]])), "rad/s")).toBe(
      `kind,re,im,damping,frequency (rad/s)\npole,-1,2,0.5,${Math.sqrt(5)}\nzero,-3,0,,\n`,
    );
  });
});
