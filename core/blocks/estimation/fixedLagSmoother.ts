/**
 * The extended Kalman filter with a look back: each state from what was measured up to `lag` samples later. The filter of a state that holds its
 * own past, of which only the covariances between each part and the present are needed. Anderson & Moore, "Optimal Filtering" (1979), 7.3.
 */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock } from "../block.ts";
import { each } from "../elements.ts";
import {
  estimator,
  estimatorCheck,
  estimatorFields,
  estimatorLabels,
  estimatorNumbers,
  estimatorStates,
  moreFields,
  writtenOut,
} from "../estimator.ts";
import { filterOutcome, instantOf, predicted, updated } from "../filterEquations.ts";
import { fromFlat, product, productT, type Rows } from "../matrices.ts";

/** Lags times the states squared: what is kept of the past. */
const largest = 1000;

export default defineBlock({
  ...estimator,
  type: "fixed-lag-smoother",
  title: "Fixed-Lag Smoother",
  summary:
    "Estimates what the states of a plant in the drawing were some samples ago, from all that was measured since: late, and less uncertain than a filter.",
  formula: "\\hat x_{k-L|k},\\quad L = \\text{lag}",
  aliases: ["smoother", "rts", "lag", "estimator", "state estimation", "suavizador", "retardo fijo", "estimador"],
  params: {
    plant: { kind: "plant", label: "Plant", default: "", most: 8 },
    lag: { kind: "count", label: "Lag", default: "5", min: 1, max: 200, help: "In samples." },
    ...estimatorFields,
    ...writtenOut,
    ...moreFields,
  },
  check: (values) => {
    const n = values.plant?.states.length ?? 0;
    return (
      estimatorCheck(values) ??
      (values.lag * n * n > largest
        ? `with ${n} states the lag can be ${Math.floor(largest / (n * n))} samples at most`
        : undefined)
    );
  },
  states: (shapes) => {
    const n = shapes.plant?.states.length ?? 1;
    const { lag } = shapes;
    return {
      ...estimatorStates(shapes),
      past: { width: lag * n, initial: { derived: "past" }, every: "period" },
      variance: { width: lag * n, initial: { derived: "variance" }, every: "period" },
      cross: { width: lag * n * n, initial: 0, every: "period" },
    };
  },
  labels: (shapes) => {
    const { plant, lag } = shapes;
    if (!plant) return {};
    const of = (mark: string, names: readonly string[]): string[] =>
      each(lag, (j) => names.map((name) => `${mark}${name} −${j + 1}`)).flat();
    return {
      ...estimatorLabels(shapes),
      past: of("", plant.states),
      variance: of("σ² ", plant.states),
      cross: of(
        "P ",
        plant.states.flatMap((a) => plant.states.map((b) => `${a}, ${b}`)),
      ),
    };
  },
  derived: (values) => {
    const numbers = estimatorNumbers(values);
    const { begin = [], spread = [] } = numbers;
    const repeated = (list: readonly number[]): number[] => each(values.lag, () => list).flat();
    return {
      ...numbers,
      past: repeated(begin),
      variance: repeated(begin.map((_, i) => spread[(i * (i + 3)) / 2]!)),
    };
  },
  estimates: { port: "x", deviation: "sigma", lag: "lag" },
  equations(m, s, p) {
    const at = instantOf(m, s, p);
    const { keep } = at;
    const n = at.x.length;
    const now = updated(at);
    const next = predicted(at, now.x, now.P, p.noise === "per second", p.substeps);
    const told = now.told();
    const lags = each(p.lag, (j) => {
      const x = s.state["past"]!.slice(j * n, (j + 1) * n);
      const variance = s.state["variance"]!.slice(j * n, (j + 1) * n);
      const C = fromFlat(s.state["cross"]!.slice(j * n * n, (j + 1) * n * n), n, n);
      // What the innovation tells of the past: C H' S^-1 e, and C H' S^-1 H C'.
      const CH = productT(m, C, now.H).map((row) => row.map(keep));
      const CT = product(m, C, told).map((row) => row.map(keep));
      return {
        x: x.map((e, i) => keep(m.add(e, m.dot(CH[i]!, now.weighted)))),
        variance: variance.map((e, i) => keep(m.sub(e, m.dot(CT[i]!, C[i]!)))),
        C: productT(m, C, now.left).map((row) => row.map(keep)),
      };
    });
    const oldest = lags.at(-1)!;
    const carried = (C: Rows): Expr[] => productT(m, C, next.F).flat().map(keep);
    const outcome = filterOutcome(at, p, now, next);
    return {
      out: {
        ...outcome.out,
        x: oldest.x,
        sigma: oldest.variance.map((e) => keep(m.sqrt(m.max(e, 0)))),
      },
      next: {
        ...outcome.next,
        past: [...now.x, ...lags.slice(0, -1).flatMap(({ x }) => x)],
        variance: [...now.P.map((row, i) => row[i]!), ...lags.slice(0, -1).flatMap(({ variance }) => variance)],
        cross: [...carried(now.P), ...lags.slice(0, -1).flatMap(({ C }) => carried(C))],
      },
    };
  },
  glyph: { tex: () => "\\hat x_{k-L}", size: [14, 8] },
});
