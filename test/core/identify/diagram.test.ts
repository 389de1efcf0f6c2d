/** Chosen parameters of a drawn, nonlinear diagram from a record of it: its variables, by the likelihood of its extended Kalman filter. */
import { expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { NonlinearModel } from "../../../core/estimate/nonlinear.ts";
import { mleNonlinear } from "../../../core/identify/mleNonlinear.ts";
import { plantModel } from "../../../core/plant/plantModel.ts";
import { draw } from "../drawing.ts";
import { noise } from "./sets.ts";

test("the outflow of a tank and the gain of its pump, from its level", () => {
  // level' = gain u - outflow sqrt(level + 0.1)
  const tank = ([gain, outflow]: readonly number[]) =>
    draw(
      {
        In: ["input"],
        Flow: ["function", { formula: "outflow * sqrt(u + 0.1)" }],
        Level: ["integrator", { initial: "1" }],
        Out: ["output"],
      },
      [["In -> Level", "gain"], ["Flow -> Level", "-1"], "Level -> Flow", "Level -> Out"],
      { variables: { gain: String(gain), outflow: String(outflow) } },
    );
  const model = (theta: readonly number[]): NonlinearModel | undefined => {
    const compiled = compile(tank(theta));
    if (!compiled.ok) throw new Error(compiled.problems[0]!.message);
    const plant = plantModel(compiled.model, { interval: 0.5, substeps: 1 });
    return plant.ok ? { ...plant, Q: [[1e-4]], R: [[0.01]], x0: [1], P0: [[0.1]] } : undefined;
  };
  const truth = [0.8, 0.5];
  const u = noise(21, 150).map((v) => 0.7 + 0.3 * Math.sign(v));
  const made = model(truth)!;
  const [w, v] = [noise(22, 150, 0.01), noise(23, 150, 0.1)];
  let x = Float64Array.of(1);
  const y = v.map((e, k) => {
    const seen = x[0]! + e;
    x = Float64Array.of(made.f(x, u.subarray(k, k + 1), k)[0]! + w[k]!);
    return seen;
  });
  const found = mleNonlinear(model, { u: [u], y: [y], period: 0.5 }, { start: [0.5, 0.3], lower: [0.01, 0.01] });
  if (!found.ok) throw new Error(found.code);
  expect(found.converged).toBe(true);
  truth.forEach((wanted, j) => {
    expect(found.sd[j]!).toBeLessThan(0.1);
    expect(Math.abs(found.parameters[j]! - wanted)).toBeLessThan(3.5 * found.sd[j]!);
  });
});
