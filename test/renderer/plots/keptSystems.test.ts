import { describe, expect, test } from "vitest";
import type { PoleZeroView, SystemView } from "../../../renderer/engine/protocol.ts";
import { emptyDocument } from "../../../renderer/store/document.ts";
import type { KeptSystem } from "../../../renderer/store/analysis.ts";
import { t } from "../../../renderer/ui/i18n.ts";
import { comparable, isKept } from "../../../renderer/plots/keptSystems.ts";
import { locusCsv, markersCsv, markersOfAll } from "../../../renderer/plots/poleZeroGeometry.ts";

const system = (pole: number, period?: number): SystemView => ({
  A: Float64Array.of(pole),
  B: Float64Array.of(1),
  C: Float64Array.of(1),
  D: Float64Array.of(0),
  time: period === undefined ? { kind: "continuous" } : { kind: "discrete", period },
  u: ["u"],
  x: ["x"],
  y: ["y"],
  delays: false,
  loop: false,
  exact: true,
  t: 0,
});
const poles = (pole: number, period?: number): PoleZeroView => ({
  kind: "poleZero",
  time: system(pole, period).time,
  inputs: ["u"],
  outputs: ["y"],
  poles: [{ pole: [pole, 0], damping: 1, frequency: Math.abs(pole), timeConstant: 1 / Math.abs(pole) }],
  zeros: [],
  connected: true,
  pade: false,
  exact: true,
  t: 0,
});
const kept = (
  number: number,
  of: SystemView,
  views: KeptSystem["views"],
  rest: Partial<KeptSystem> = {},
): KeptSystem => ({
  number,
  place: number - 1,
  hidden: false,
  system: of,
  of: emptyDocument,
  views,
  ...rest,
});

describe("what of the kept systems is drawn", () => {
  test("those of the same plane and not hidden; others are named with the reason", () => {
    const found = comparable(
      [
        kept(1, system(-1), { poleZero: poles(-1) }, { name: "slow" }),
        kept(2, system(0.5, 0.1), { poleZero: poles(0.5, 0.1) }),
        kept(3, system(-3), { poleZero: poles(-3) }, { hidden: true }),
        kept(4, system(-4), { poleZero: { kind: "static" } }),
      ],
      poles(-2),
      "Hz",
      t,
    );
    expect(found.drawn.map(({ name }) => name)).toEqual(["slow"]);
    expect(found.drawn[0]!.view.poles[0]!.frequency).toBeCloseTo(1 / (2 * Math.PI), 12);
    expect(found.otherPlane).toEqual(["kept 2"]);
    expect(found.without).toEqual(["kept 4"]);
  });

  test("colours and dashes differ while four are kept", () => {
    const views = { poleZero: poles(-1) };
    const { drawn } = comparable(
      [1, 2, 3, 4].map((n) => kept(n, system(-n), views)),
      poles(-2),
      "rad/s",
      t,
    );
    expect(new Set(drawn.map(({ colour }) => colour)).size).toBe(4);
    expect(new Set(drawn.map(({ dash }) => dash.join())).size).toBe(4);
  });

  test("a system is known again by its numbers, not by when it was computed", () => {
    const list = [kept(1, system(-1), {})];
    expect(isKept(list, system(-1))).toBe(true);
    expect(isKept(list, system(-1.5))).toBe(false);
    expect(isKept(list, system(-1, 0.1))).toBe(false);
    expect(isKept(list, undefined)).toBe(false);
  });
});

test("files name the kept systems in a column of their own", () => {
  const { drawn } = comparable([kept(1, system(-1), { poleZero: poles(-1) }, { name: "a, b" })], poles(-2), "rad/s", t);
  expect(markersCsv(markersOfAll(poles(-2), drawn), "rad/s")).toBe(
    'kind,re,im,damping,frequency (rad/s),system\npole,-2,0,1,2,\npole,-1,0,1,1,"a, b"\n',
  );
  const locus = {
    gains: Float64Array.of(0, 1),
    branches: [{ re: Float64Array.of(-1, -2), im: Float64Array.of(0, 0) }],
    closed: [],
    loop: false,
  };
  expect(locusCsv(locus)).toBe("gain,branch,re,im\n0,1,-1,0\n1,1,-2,0\n");
  const [first] = drawn;
  expect(locusCsv(locus, [{ ...first!, view: { ...first!.view, locus } }])).toBe(
    'gain,branch,re,im,system\n0,1,-1,0,\n1,1,-2,0,\n0,1,-1,0,"a, b"\n1,1,-2,0,"a, b"\n',
  );
});
