import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";

test("of no samples it samples what comes in", () => {
  const { at } = drawnRun(
    { t: ["clock"], d: ["delay", { samples: "0", period: "0.2" }], s: ["scope"] },
    ["t -> d", "d -> s"],
    1,
    0.1,
  );
  for (const k of [0, 1, 4]) expect(at("d", 0.2 * k)).toBeCloseTo(0.2 * k, 12);
});

test("gives the sample n instants before, element by element, and its initial value until then", () => {
  const { at } = drawnRun(
    {
      u: ["gain", { gain: "[1; -1]" }],
      t: ["clock"],
      d: ["delay", { samples: "3", initial: "[7; 8]", period: "0.2" }],
      s: ["scope"],
    },
    ["t -> u", "u -> d", "d -> s"],
    2,
    0.1,
  );
  for (const k of [0, 2, 3, 10]) {
    expect(at("d[1]", 0.2 * k)).toBeCloseTo(k < 3 ? 7 : 0.2 * (k - 3), 12);
    expect(at("d[2]", 0.2 * k)).toBeCloseTo(k < 3 ? 8 : -0.2 * (k - 3), 12);
  }
});
