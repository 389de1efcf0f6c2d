/** A plant whose samples follow from one another by constant matrices: these, as numbers, and what white noise adds in between. */
import { vanLoan } from "../math/vanLoan.ts";
import { createAlgebra } from "../expr/algebra.ts";
import { slotsOf } from "../expr/walk.ts";
import { linearity, slotsRead, stepsFor } from "../ir/dependence.ts";
import type { Ir, Model } from "../ir/ir.ts";
import { undriven } from "../ir/undriven.ts";
import { startOf } from "../linearize/operatingPoint.ts";
import { interpret } from "../sim/interpret.ts";
import { plantModel } from "./plantModel.ts";

const known = new WeakMap<Ir, boolean>();

/** Linear in states and inputs with constant coefficients, and nothing in it moves with time. */
export function isExact(ir: Ir): boolean {
  let exact = known.get(ir);
  if (exact === undefined) known.set(ir, (exact = decide(ir)));
  return exact;
}

function decide(given: Ir): boolean {
  const { ir } = undriven({ ir: given, values: new Float64Array(0) });
  const m = createAlgebra();
  const updates = [...ir.flow, ...ir.tasks.flatMap((task) => task.updates)];
  const targets = [...updates.map(({ expr }) => expr), ...ir.outputs.map(({ slot }) => m.slot(slot))];
  const seeds = [...updates.map(({ slot }) => slot), ...ir.inputs];
  if (!linearity(ir, seeds, targets, { throughSamples: true }).linear) return false;
  return ![...targets.map(slotsOf), ...stepsFor(ir, targets).map(slotsRead)].some((slots) => slots.includes(0));
}

/**
 * Of a model for which `isExact` holds, over `every` s, a multiple of the sample times in it: x[k+1] = Phi x + Gamma u + drift,
 * y = H x + D u + offset, row by row.
 */
export function plantMatrices(model: Model, every: number) {
  const plant = plantModel(model, { interval: every });
  if (!plant.ok) throw new Error(plant.problems[0]?.message ?? "no plant");
  const [n, m, p] = [plant.x.length, plant.u.length, plant.y.length];
  const x = new Float64Array(n);
  const u = new Float64Array(m);
  const Phi = Float64Array.from(plant.F(x, u, 0));
  const H = Float64Array.from(plant.H(x, u, 0));
  const drift = Float64Array.from(plant.f(x, u, 0));
  const offset = Float64Array.from(plant.h(x, u, 0));
  const Gamma = new Float64Array(n * m);
  const D = new Float64Array(p * m);
  for (let j = 0; j < m; j++) {
    const one = new Float64Array(m);
    one[j] = 1;
    const [f, h] = [plant.f(x, one, 0), plant.h(x, one, 0)];
    for (let i = 0; i < n; i++) Gamma[i * m + j] = f[i]! - drift[i]!;
    for (let i = 0; i < p; i++) D[i * m + j] = h[i]! - offset[i]!;
  }
  return { Phi, Gamma, drift, H, D, offset };
}

/** Of a continuous model for which `isExact` holds. Van Loan (1978). */
export function plantSpread(model: Model, Q: Float64Array, every: number): Float64Array {
  const A = interpret(model).linear?.();
  if (!A) throw new Error("the plant is not linear");
  return vanLoan(A, undefined, Q, model.ir.flow.length, 0, every).W;
}

/** The memory of a plant's model where its run begins. */
export const plantStart = (model: Model): Float64Array => startOf(model);
