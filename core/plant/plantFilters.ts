/**
 * The filters that know the plant, on runs of it: what a learned one is compared with. Their noise is what the model leaves over on other
 * runs whose states are known, which no tuning by hand betters.
 */
import type { Dense } from "../estimate/linearGaussian.ts";
import { estimators, steadyGain, type EstimatorKind } from "../estimate/estimators.ts";
import type { DenseModel } from "../estimate/linearized.ts";
import type { Model, Problem } from "../ir/ir.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { ss } from "../lti/ss.ts";
import { toMatrix } from "../math/dense.ts";
import { Matrix } from "ml-matrix";
import { plantModel, type Plant } from "./plantModel.ts";

/** One run: states by sample (steps x n), and signals over time. */
export interface PlantRun {
  readonly states: readonly Float64Array[];
  readonly u: readonly Float64Array[];
  readonly y: readonly Float64Array[];
}

export interface PlantFilters {
  readonly ok: true;
  /** Slopes are the same everywhere. */
  readonly linear: boolean;
  /** By run and sought signal, the answer at each sample about `ahead` samples later; undefined where the filter failed. */
  answers(kind: EstimatorKind, run: PlantRun): readonly Float64Array[] | undefined;
  /** The steady Kalman filter from [u, y] to the sought signals, where there is one. */
  steady(): StateSpace | undefined;
}

export interface FilterTask {
  /** Without noise. */
  readonly model: Model;
  readonly interval: number;
  /** Inputs that are known, what is measured and what is sought: names of signals. */
  readonly inputs: readonly string[];
  readonly measured: readonly string[];
  readonly sought: readonly string[];
  readonly ahead: number;
  /** Runs that the noise is taken from. */
  readonly runs: readonly PlantRun[];
}

export type FiltersOutcome = PlantFilters | { readonly ok: false; readonly problems: readonly Problem[] };

export function plantFilters({ model, interval, inputs, measured, sought, ahead, runs }: FilterTask): FiltersOutcome {
  const plant = plantModel(model, { interval, inputs, outputs: measured });
  if (!plant.ok) return plant;
  const told = plantModel(model, { interval, inputs, outputs: sought });
  if (!told.ok) return told;
  const n = plant.x.length;
  const steps = runs[0]?.states[0]?.length ?? 0;
  const noise = leftOver(plant, runs);
  const dense: DenseModel = { f: plant.f, h: plant.h, F: plant.F, H: plant.H, ...noise };
  const at = (run: PlantRun, k: number): Float64Array => Float64Array.from(run.u, (values) => values[k]!);
  const stacked = (signals: readonly Float64Array[], rows: number): Dense => {
    const data = new Float64Array(rows * signals.length);
    signals.forEach((values, j) => {
      for (let k = 0; k < rows; k++) data[k * signals.length + j] = values[k]!;
    });
    return { data, rows, cols: signals.length };
  };
  const engineOf = (run: PlantRun) => estimators(dense, steps, measured.length, stacked(run.u, steps));
  const probe = runs[0] && engineOf(runs[0]);
  const linear = probe?.ok === true && probe.linear;
  return {
    ok: true,
    linear,
    answers(kind, run) {
      const engine = engineOf(run);
      if (!engine.ok) return undefined;
      const found = engine.run({ kind }, stacked(run.y, steps));
      if (!found.ok) return undefined;
      const out = sought.map(() => new Float64Array(steps));
      for (let k = 0; k < steps; k++) {
        let x: ArrayLike<number> = found.x.subarray(k * n, (k + 1) * n);
        const u = at(run, k);
        // What will come in is not known: it stays.
        for (let i = 0; i < ahead; i++) x = plant.f(Float64Array.from(x), u, k + i);
        const y = told.h(Float64Array.from(x), u, k + ahead);
        out.forEach((values, o) => (values[k] = y[o]!));
      }
      return out;
    },
    steady: () => (linear ? steadyFilter(plant, told, noise, inputs.length, ahead, interval) : undefined),
  };
}

/** Start, Q and R as they show in runs with known states. */
function leftOver(plant: Plant, runs: readonly PlantRun[]): Pick<DenseModel, "x0" | "P0" | "Q" | "R"> {
  const n = plant.x.length;
  const starts: Float64Array[] = [];
  const [w, v]: [Float64Array[], Float64Array[]] = [[], []];
  for (const { states, u, y } of runs.slice(0, 20)) {
    const steps = states[0]?.length ?? 0;
    const x = (k: number) => Float64Array.from(states, (values) => values[k]!);
    starts.push(x(0));
    for (let k = 0; k < steps; k++) {
      const input = Float64Array.from(u, (values) => values[k]!);
      const seen = plant.h(x(k), input, k);
      v.push(Float64Array.from(y, (values, i) => values[k]! - seen[i]!));
      if (k + 1 === steps) break;
      const next = plant.f(x(k), input, k);
      w.push(x(k + 1).map((value, i) => value - next[i]!));
    }
  }
  const x0 = Float64Array.from({ length: n }, (_, i) => starts.reduce((sum, x) => sum + x[i]!, 0) / starts.length);
  const scale = (of: readonly Float64Array[]): number =>
    Math.max(1e-300, ...of.flatMap((e) => [...e.map((z) => z * z)]));
  const size = Math.max(
    1e-12,
    ...runs.slice(0, 1).flatMap(({ states }) => states.map((s) => Math.max(...s.map((z) => z * z)))),
  );
  return {
    x0: [...x0],
    P0: covariance(
      starts.map((x) => x.map((value, i) => value - x0[i]!)),
      n,
      1e-9 * size,
    ),
    Q: covariance(w, n, 1e-12 * size),
    R: covariance(v, plant.y.length, Math.max(1e-9 * scale(v), 1e-14)),
  };
}

/** About 0, with a little on the diagonal: no direction is taken for certain. */
function covariance(errors: readonly Float64Array[], size: number, least: number): Dense {
  const data = new Float64Array(size * size);
  for (const e of errors)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) data[i * size + j]! += (e[i]! * e[j]!) / errors.length;
  for (let i = 0; i < size; i++) data[i * (size + 1)]! += least;
  return { data, rows: size, cols: size };
}

/** x[k|k] = z + G (y - C z - D u), z' = A x[k|k] + B u, and what is sought of it `ahead` samples later. */
function steadyFilter(
  plant: Plant,
  told: Plant,
  noise: ReturnType<typeof leftOver>,
  m: number,
  ahead: number,
  interval: number,
): StateSpace | undefined {
  const n = plant.x.length;
  if (n === 0) return undefined;
  const [x0, u0] = [new Float64Array(n), new Float64Array(m)];
  const flatOf = (values: ArrayLike<number>, rows: number) => {
    const data = Float64Array.from(values);
    return { data, rows, cols: data.length / Math.max(1, rows) };
  };
  // Exact, as the plant is linear in its inputs here.
  const byInput = (of: (u: Float64Array) => ArrayLike<number>, rows: number) => {
    const rest = of(u0);
    const columns = Array.from({ length: m }, (_, j) => {
      const u = new Float64Array(m);
      u[j] = 1;
      return Array.from(of(u), (value, i) => value - rest[i]!);
    });
    return new Matrix(Array.from({ length: rows }, (_, i) => columns.map((column) => column[i]!)));
  };
  const [p, q] = [plant.y.length, told.y.length];
  const [F, H] = [flatOf(plant.F(x0, u0, 0), n), flatOf(plant.H(x0, u0, 0), p)];
  const gain = steadyGain({ ...noise, A: F, C: H }, n, p);
  if (!(gain instanceof Float64Array)) return undefined;
  const A = toMatrix(F.data, n, n);
  const C = toMatrix(H.data, p, n);
  const G = toMatrix(gain, n, p);
  const M = toMatrix(flatOf(told.H(x0, u0, 0), q).data, q, n);
  const B = byInput((u) => plant.f(x0, u, 0), n);
  const D = byInput((u) => plant.h(x0, u, 0), p);
  const N = byInput((u) => told.h(x0, u, 0), q);
  const I = Matrix.eye(n);
  const keep = Matrix.sub(I, G.mmul(C));
  /** Of x[k|k] and u, `ahead` samples on. */
  let [move, drive] = [I.clone(), Matrix.zeros(n, Math.max(1, m))];
  for (let i = 0; i < ahead; i++) {
    if (m > 0) drive = A.mmul(drive).add(B);
    move = A.mmul(move);
  }
  const see = M.mmul(move);
  // From z and [u, y].
  const wide = (left: Matrix | undefined, right: Matrix): number[][] =>
    right.to2DArray().map((row, i) => [...(left ? left.getRow(i) : []), ...row]);
  const corrected = m > 0 ? G.mmul(D).neg() : undefined;
  const into = corrected && A.mmul(corrected).add(B);
  const direct = corrected && see.mmul(corrected).add(M.mmul(drive)).add(N);
  return ss(
    A.mmul(keep).to2DArray(),
    wide(into, A.mmul(G)),
    see.mmul(keep).to2DArray(),
    wide(direct, see.mmul(G)),
    interval,
  );
}
