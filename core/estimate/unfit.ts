/** What of a model is no number or no covariance: before anything is computed, with the sample and the number. */
import { ldl } from "../math/ldl.ts";
import type { FlatModel, Sequence } from "./linearGaussian.ts";
import { type EstimateRefusal, refuse } from "./refusal.ts";

export function unfit(model: FlatModel): EstimateRefusal | undefined {
  const { n, p, steps } = model;
  const start = { stride: 0 };
  const all = [model.A, model.B, model.C, model.D, model.Q, model.R, model.S];
  for (const one of [
    ...all,
    { data: model.u, stride: model.m },
    ...[model.x0, model.P0].map((data) => ({ data, ...start })),
  ]) {
    const wrong = one?.data.findIndex((v) => !Number.isFinite(v)) ?? -1;
    if (wrong >= 0) return refuse("NOT_FINITE", sampleOf(one!, wrong), one!.data[wrong]!);
  }
  return (
    notCovariance("P_NOT_PSD", { data: model.P0, ...start }, n, 1) ??
    (model.Pinf && notCovariance("P_NOT_PSD", { data: model.Pinf, ...start }, n, 1)) ??
    notCovariance("Q_NOT_PSD", model.Q, n, steps) ??
    notCovariance("R_NOT_PSD", model.R, p, steps)
  );
}

/** Where the first infinite number stands, -1 where there is none. */
export function infiniteAt(values: Float64Array): number {
  const found = [Infinity, -Infinity].map((v) => values.indexOf(v)).filter((at) => at >= 0);
  return found.length === 0 ? -1 : Math.min(...found);
}

const sampleOf = ({ stride }: { readonly stride: number }, entry: number): number =>
  stride === 0 ? 0 : Math.floor(entry / stride);

function notCovariance(
  code: "P_NOT_PSD" | "Q_NOT_PSD" | "R_NOT_PSD",
  { data, stride }: Sequence,
  size: number,
  steps: number,
): EstimateRefusal | undefined {
  const l = new Float64Array(size * size);
  const d = new Float64Array(size);
  for (let k = 0; k < (stride === 0 ? Math.min(steps, 1) : steps); k++) {
    const worst = ldl(data, k * stride, size, l, d);
    if (worst < 0) return refuse(code, k, worst);
  }
  return undefined;
}
