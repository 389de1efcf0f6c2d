/** The discrete transfer function, zero-pole and state-space blocks: one system three ways, and its difference equation. */
import { expect, test } from "vitest";
import { drawnRun } from "../drawnRun.ts";

test("the same system three ways gives the same samples", () => {
  // (z - 0.4) / ((z - 0.5)^2 + 0.09), times 2.
  const { at } = drawnRun(
    {
      u: ["sine"],
      z: ["zero-order-hold", { period: "0.5" }],
      tf: ["discrete-transfer-function", { num: "[2, -0.8]", den: "[1, -1, 0.34]" }],
      zp: ["discrete-zero-pole", { zeros: "0.4", poles: "[]", polePairs: "[0.5, 0.3]", gain: "2" }],
      ss: ["discrete-state-space", { A: "[1, -0.34; 1, 0]", B: "[1; 0]", C: "[2, -0.8]" }],
      s: ["scope", { count: "3" }],
    },
    ["u -> z", "z -> tf", "z -> zp", "z -> ss", "tf -> s.in1", "zp -> s.in2", "ss -> s.in3"],
    10,
    0.25,
  );
  const [u, y]: [number[], number[]] = [[], []];
  for (let k = 0; k <= 20; k++) {
    u.push(Math.sin(0.5 * k));
    y.push((y[k - 1] ?? 0) - 0.34 * (y[k - 2] ?? 0) + 2 * (u[k - 1] ?? 0) - 0.8 * (u[k - 2] ?? 0));
    for (const block of ["tf", "zp", "ss"]) expect(at(block, 0.5 * k)).toBeCloseTo(y[k]!, 10);
  }
});
