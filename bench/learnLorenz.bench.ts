/**
 * A wrong model: the Lorenz attractor seen 50 times a time unit, filtered with the step of the KalmanNet paper's sampling mismatch (arXiv 2107.10043, table IX: the
 * state's matrix frozen over the sample, five terms of its exponential). Extended and unscented filters get the Q, of a grid, that does best
 * on the training set; learned filters see the measurements alone, or beside them what the extended filter says.
 */
import { cpus } from "node:os";
import { answer, ekf, network, numbers, parameters, train, ukf } from "../core/index.ts";
import type { Learned, NetworkSpec, NonlinearModel, Sequences } from "../core/index.ts";
import type { Table } from "./table.ts";

const [delta, inner, length] = [0.02, 40, 1000] as const;

interface Recording {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

const slope = (x: number, y: number, z: number) => [10 * (y - x), x * (28 - z) - y, x * y - (8 / 3) * z] as const;

/** On the attractor, by Runge and Kutta's method at a fortieth of the samples' distance; noise of deviation 1 on each of x, y and z. */
function recorded(seed: number): Recording {
  const random = numbers(seed);
  let s: readonly number[] = [random.between(-10, 10), random.between(-10, 10), random.between(15, 35)];
  const h = delta / inner;
  const x = new Float64Array(3 * length);
  const y = new Float64Array(3 * length);
  for (let t = -500; t < length; t++) {
    for (let i = 0; i < inner; i++) {
      const at = (k: readonly number[], f: number) => slope(s[0]! + f * k[0]!, s[1]! + f * k[1]!, s[2]! + f * k[2]!);
      const k1 = at([0, 0, 0], 0);
      const k2 = at(k1, h / 2);
      const k3 = at(k2, h / 2);
      const k4 = at(k3, h);
      s = s.map((v, j) => v + (h / 6) * (k1[j]! + 2 * k2[j]! + 2 * k3[j]! + k4[j]!));
    }
    if (t < 0) continue;
    x.set(s, 3 * t);
    for (let j = 0; j < 3; j++) y[3 * t + j] = s[j]! + random.normal();
  }
  return { x, y };
}

/** F(x) = sum of (A(x) delta)^j / j!, j up to 5. */
function frozen(x: ArrayLike<number>): Float64Array {
  const A = [-10, 10, 0, 28, -1, -x[0]!, 0, x[0]!, -8 / 3].map((v) => v * delta);
  let term = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const sum = Float64Array.from(term);
  for (let j = 1; j <= 5; j++) {
    const last = term;
    term = last.map((_, i) => {
      const [r, c] = [Math.floor(i / 3), i % 3];
      return (last[3 * r]! * A[c]! + last[3 * r + 1]! * A[3 + c]! + last[3 * r + 2]! * A[6 + c]!) / j;
    });
    term.forEach((v, i) => (sum[i]! += v));
  }
  return sum;
}

function stepped(x: ArrayLike<number>): Float64Array {
  const F = frozen(x);
  return Float64Array.from([0, 1, 2], (i) => F[3 * i]! * x[0]! + F[3 * i + 1]! * x[1]! + F[3 * i + 2]! * x[2]!);
}

const eye = (size: number) => [0, 1, 2].map((i) => [0, 1, 2].map((j) => (i === j ? size : 0)));
const one = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

function model(q: number, first: ArrayLike<number>): NonlinearModel {
  return {
    f: stepped,
    // The derivative of the step itself, not the matrix it is made with.
    F: (x) => {
      const J = new Float64Array(9);
      for (let j = 0; j < 3; j++) {
        const [up, down] = [Float64Array.from(x), Float64Array.from(x)];
        up[j]! += 1e-5;
        down[j]! -= 1e-5;
        const [a, b] = [stepped(up), stepped(down)];
        for (let i = 0; i < 3; i++) J[3 * i + j] = (a[i]! - b[i]!) / 2e-5;
      }
      return J;
    },
    h: (x) => x,
    H: () => one,
    ...{ Q: eye(q), R: eye(1), x0: first, P0: eye(1) },
  };
}

const rowsOf = (y: Float64Array) => Array.from({ length }, (_, t) => [y[3 * t]!, y[3 * t + 1]!, y[3 * t + 2]!]);

function filtered(kind: "ekf" | "ukf", q: number, { y }: Recording): Float64Array {
  const found = (kind === "ekf" ? ekf : ukf)(model(q, y.subarray(0, 3)), rowsOf(y));
  if (!("x" in found)) throw new Error(found.code);
  return found.x;
}

/** Mean square of a state's error over a trajectory, from sample 50 on. */
function error(found: Float64Array, { x }: Recording): number {
  let sum = 0;
  for (let i = 150; i < x.length; i++) sum += (found[i]! - x[i]!) ** 2;
  return sum / (x.length - 150);
}

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const decibel = (mse: number) => 10 * Math.log10(mse);

const [inLength, hop] = [120, 80];
const scale = 8;

function sequences(recordings: readonly Recording[], extra: readonly Float64Array[] | undefined): Sequences {
  const starts = recordings.flatMap((_, r) =>
    Array.from({ length: Math.floor((length - inLength) / hop) + 1 }, (_, k) => [r, k * hop] as const),
  );
  const channels = extra ? 6 : 3;
  const rows = starts.length * inLength;
  const [inputs, targets] = [new Float64Array(rows * channels), new Float64Array(rows * 3)];
  const counts = new Float64Array(rows * 3);
  starts.forEach(([r, from], s) => {
    for (let t = 0; t < inLength; t++) {
      const row = s * inLength + t;
      for (let j = 0; j < 3; j++) {
        const at = 3 * (from + t) + j;
        inputs[row * channels + j] = input(recordings[r]!.y[at]!, j);
        if (extra) inputs[row * channels + 3 + j] = extra[r]![at]! - recordings[r]!.y[at]!;
        // What is learned is the correction of the measurement.
        targets[row * 3 + j] = recordings[r]!.x[at]! - recordings[r]!.y[at]!;
        counts[row * 3 + j] = t < 30 ? 0 : 1;
      }
    }
  });
  return { count: starts.length, length: inLength, inputs, targets, counts };
}

const input = (y: number, j: number) => (y - (j === 2 ? 23.5 : 0)) / scale;

function corrected(
  spec: NetworkSpec,
  weights: Learned["weights"],
  { y }: Recording,
  extra?: Float64Array,
): Float64Array {
  const channel = (j: number) => Float64Array.from({ length }, (_, t) => input(y[3 * t + j]!, j));
  const other = (j: number) => Float64Array.from({ length }, (_, t) => extra![3 * t + j]! - y[3 * t + j]!);
  const names = Array.from({ length: spec.inputs }, (_, i) => `u${i}`);
  const unit = (n: number) => ({ mean: Array<number>(n).fill(0), scale: Array<number>(n).fill(1) });
  const learned: Learned = {
    ...{ spec, weights, from: unit(spec.inputs), to: unit(3), inputNames: names, outputNames: ["x", "y", "z"] },
    ...{ ahead: 0, training: {} },
  };
  const found = answer(learned, [0, 1, 2].map(channel).concat(extra ? [0, 1, 2].map(other) : []));
  return y.map((v, i) => v + found[i % 3]![Math.floor(i / 3)]!);
}

export default function run(): Table {
  const recordings = Array.from({ length: 40 }, (_, k) => recorded(1000 + k));
  const validation = Array.from({ length: 6 }, (_, k) => recorded(5000 + k));
  const tests = Array.from({ length: 20 }, (_, k) => recorded(9000 + k));
  const rows: string[][] = [];
  const grid = [0.003, 0.01, 0.03, 0.06, 0.1, 0.2, 0.4, 1];
  const classical = (["ekf", "ukf"] as const).map((kind) => {
    const tried = grid.map((q) => mean(recordings.slice(0, 8).map((one) => error(filtered(kind, q, one), one))));
    const q = grid[tried.indexOf(Math.min(...tried))]!;
    const errors = tests.map((one) => error(filtered(kind, q, one), one));
    rows.push([
      kind === "ekf" ? "extended Kalman" : "unscented Kalman",
      "–",
      "–",
      `Q = ${q} I`,
      decibel(mean(errors)).toFixed(2),
      "–",
      "–",
    ]);
    return { q, errors };
  });
  const best = classical[0]!.errors.map((e, i) => Math.min(e, classical[1]!.errors[i]!));
  rows.unshift([
    "measurement itself",
    "–",
    "–",
    "–",
    decibel(mean(tests.map((one) => error(one.y, one)))).toFixed(2),
    "–",
    "–",
  ]);
  const beside = (set: readonly Recording[]) => set.map((one) => filtered("ekf", classical[0]!.q, one));
  const common = { form: "network", outputs: 3, width: 24, states: 24, layers: 2, stepRange: [0.05, 0.5] } as const;
  const kinds: readonly (readonly [string, NetworkSpec, boolean])[] = [
    ["S5 on the measurements", { ...common, kind: "s5", inputs: 3 }, false],
    ["S5 on these and the EKF", { ...common, kind: "s5", inputs: 6 }, true],
  ];
  const extras = { training: beside(recordings), validation: beside(validation), tests: beside(tests) };
  for (const [name, spec, both] of kinds) {
    for (const seed of [1, 2, 3]) {
      const data = sequences(recordings, both ? extras.training : undefined);
      const held = sequences(validation, both ? extras.validation : undefined);
      const settings = { loss: "mse", steps: 1200, batch: 8, rate: 0.008, ssmRate: 0.004, seed, every: 150 } as const;
      const began = performance.now();
      const work = train(spec, data, settings, held);
      let next = work.next();
      while (!next.done) next = work.next();
      const seconds = (performance.now() - began) / 1000;
      if (!next.value.ok) throw new Error(next.value.code);
      const { weights } = next.value.best;
      const errors = tests.map((one, i) =>
        error(corrected(spec, weights, one, both ? extras.tests[i] : undefined), one),
      );
      const gains = errors.map((e, i) => decibel(best[i]!) - decibel(e));
      const wins = gains.filter((gain) => gain > 0).length;
      rows.push([
        ...[name, String(parameters(network(spec).weights(numbers(0)))), String(seed), `${seconds.toFixed(0)} s`],
        ...[decibel(mean(errors)).toFixed(2), `${wins} of ${tests.length}`],
        `${Math.min(...gains).toFixed(2)} to ${Math.max(...gains).toFixed(2)}`,
      ]);
      process.stderr.write(`${rows.at(-1)!.join("  ")}\n`);
    }
  }
  return {
    title: `Lorenz with a mismatch of sampling: float64 on one thread, ${cpus()[0]?.model.trim()}`,
    columns: [
      ...["filter", "parameters", "seed", "training / tuning", "mse a state, dB"],
      ...["trajectories better than EKF and UKF", "by how many dB, worst to best"],
    ],
    rows,
    notes: [
      "40 trajectories of 1,000 samples 0.02 apart to train and tune on, 6 to validate, 20 to test (from sample 50 on); noise of variance 1 on all three states.",
      "The better of EKF and UKF is taken on each trajectory by itself.",
    ],
  };
}
