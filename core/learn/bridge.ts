/**
 * From linear systems to learned layers: a steady-state Kalman filter or an identified model becomes the first weights of an S5 or S4D filter, which
 * is then the same system to rounding.
 */
import { Matrix } from "ml-matrix";
import { canon } from "../lti/canon.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { over, times, type Complex } from "../math/complex.ts";
import { weight, type Machine, type Weights } from "./layers/layer.ts";
import { network, type NetworkSpec } from "./network.ts";
import { growth } from "./ops/discretize.ts";

export type Loaded =
  | {
      readonly ok: true;
      readonly spec: NetworkSpec;
      readonly weights: Weights;
      /** Largest difference of the impulse responses over 200 steps, relative to the largest entry. */
      readonly residual: number;
    }
  /** Continuous: sample it first (c2d). */
  | { readonly ok: false; readonly code: "NOT_DISCRETE" }
  /** These eigenvalues share a direction: no diagonal layer is this system. */
  | { readonly ok: false; readonly code: "DEFECTIVE"; readonly eigenvalues: readonly (readonly [number, number])[] }
  /** S4D keeps its modes inside the unit circle; this one is not. */
  | { readonly ok: false; readonly code: "NOT_STABLE"; readonly eigenvalue: readonly [number, number] }
  /** The directions of the modes nearly coincide: what was loaded differs by this much. */
  | { readonly ok: false; readonly code: "ILL_CONDITIONED"; readonly residual: number };

/** A mode that forgets faster than this is taken as so fast: a layer's poles are exponentials, which are never 0. */
const fastest = 1e-8;
const steps = 200;

/** Refuses what would differ by more than 1e-5. Layers have the new state in their answer, so that C is divided by the poles. */
export function layerFrom(system: StateSpace, kind: "s5" | "s4d"): Loaded {
  if (system.time.kind !== "discrete") return { ok: false, code: "NOT_DISCRETE" };
  const modal = canon(system, "modal");
  if (!modal.ok) {
    if (modal.code === "DEFECTIVE") return { ok: false, code: "DEFECTIVE", eigenvalues: modal.eigenvalues };
    return { ok: false, code: "ILL_CONDITIONED", residual: Number.POSITIVE_INFINITY };
  }
  const step = system.time.period;
  const modes = modesOf(modal.system);
  const outside = modes.find(({ pole }) => Math.hypot(...pole) >= 1);
  if (kind === "s4d" && outside) return { ok: false, code: "NOT_STABLE", eigenvalue: outside.pole };
  const [m, q] = [system.u.length, system.y.length];
  const D = Array.from({ length: q }, (_, o) => Array.from({ length: m }, (_, i) => system.D.get(o, i)));
  const own = modes.map(({ pole, b, c }) => {
    const size = Math.hypot(...pole);
    const kept: Complex = size < fastest ? [fastest, 0] : pole;
    const lambda: Complex = [Math.log(Math.hypot(...kept)) / step, Math.atan2(kept[1], kept[0]) / step];
    const { value } = growth(step * lambda[0], step * lambda[1]);
    const phi: Complex = [step * value[0], step * value[1]];
    const C = c.map((entry) => over(entry, kept));
    C.forEach((entry, o) => b.forEach((input, i) => (D[o]![i]! -= 2 * times(entry, input)[0])));
    return { lambda, phi, B: b.map((input) => over(input, phi)), C };
  });
  const loaded = kind === "s5" ? asS5(own, D, step) : asS4d(own, D, step);
  const residual = difference(
    network(loaded.spec).machine((name) => loaded.weights[name]!.data),
    system,
  );
  return residual <= 1e-5 ? { ok: true, ...loaded, residual } : { ok: false, code: "ILL_CONDITIONED", residual };
}

interface Mode {
  readonly pole: Complex;
  /** A column of inputs' weights, and of outputs' with y = 2 Re(c x). */
  readonly b: readonly Complex[];
  readonly c: readonly Complex[];
}

/** A block [re im; -im re] of x1 and x2 is the mode x1 - i x2 with the pole re + i im. */
function modesOf({ A, B, C, u, y }: StateSpace): readonly Mode[] {
  const modes: Mode[] = [];
  for (let k = 0; k < A.rows; k++) {
    const pair = k + 1 < A.rows && A.get(k, k + 1) !== 0;
    modes.push({
      pole: [A.get(k, k), pair ? A.get(k, k + 1) : 0],
      b: u.map((_, i) => [B.get(k, i), pair ? -B.get(k + 1, i) : 0]),
      c: y.map((_, o) => [C.get(o, k) / 2, pair ? C.get(o, k + 1) / 2 : 0]),
    });
    if (pair) k++;
  }
  return modes;
}

interface Parts {
  readonly lambda: Complex;
  readonly phi: Complex;
  readonly B: readonly Complex[];
  readonly C: readonly Complex[];
}

function asS5(modes: readonly Parts[], D: readonly (readonly number[])[], step: number) {
  const p = Math.max(1, modes.length);
  const [q, m] = [D.length, D[0]!.length];
  const none: Complex = [0, 0];
  const part = (i: number, size: number) => (i < size ? 0 : 1);
  const spec: NetworkSpec = {
    kind: "s5",
    form: "filter",
    inputs: m,
    outputs: q,
    width: m,
    states: 2 * p,
    layers: 1,
    blocks: 1,
    method: "zoh",
  };
  const weights: Weights = {
    lambda: weight("ssm", [2, p], (i) => (modes[i % p]?.lambda ?? [-1 / step, 0])[part(i, p)]!),
    B: weight("ssm", [2, p, m], (i) => {
      const at = i % (p * m);
      return (modes[Math.floor(at / m)]?.B[at % m] ?? none)[part(i, p * m)];
    }),
    C: weight("plain", [2, q, p], (i) => {
      const at = i % (q * p);
      return (modes[at % p]?.C[Math.floor(at / p)] ?? none)[part(i, q * p)];
    }),
    D: weight("free", [m, q], (i) => D[i % q]![Math.floor(i / q)]!),
    logStep: weight("ssm", [p], () => Math.log(step)),
  };
  return { spec, weights };
}

/** A head for each path from an input to an output, with all modes. */
function asS4d(modes: readonly Parts[], D: readonly (readonly number[])[], step: number) {
  const n = Math.max(1, modes.length);
  const [q, m] = [D.length, D[0]!.length];
  const h = m * q;
  const spec: NetworkSpec = {
    kind: "s4d",
    form: "filter",
    inputs: m,
    outputs: q,
    width: h,
    states: 2 * n,
    layers: 1,
    method: "zoh",
  };
  const lambda = (i: number): Complex => modes[i % n]?.lambda ?? [-1 / step, 0];
  const weights: Weights = {
    logRe: weight("ssm", [h * n], (i) => Math.log(-lambda(i)[0])),
    im: weight("ssm", [h * n], (i) => lambda(i)[1]),
    C: weight("plain", [2, h * n], (i) => {
      const at = i % (h * n);
      const mode = modes[at % n];
      const head = Math.floor(at / n);
      return mode ? times(mode.C[head % q]!, mode.B[Math.floor(head / q)]!)[i < h * n ? 0 : 1] : 0;
    }),
    logStep: weight("ssm", [h, 1], () => Math.log(step)),
    D: weight("free", [h], (head) => D[head % q]![Math.floor(head / q)]!),
    spreadIn: weight("plain", [m, h], (i) => (Math.floor((i % h) / q) === Math.floor(i / h) ? 1 : 0)),
    gatherOut: weight("plain", [h, q], (i) => (Math.floor(i / q) % q === i % q ? 1 : 0)),
  };
  return { spec, weights };
}

function difference(machine: Machine, { A, B, C, D }: StateSpace): number {
  let [most, apart] = [0, 0];
  for (let i = 0; i < B.columns; i++) {
    const state = new Float64Array(machine.states);
    const u = new Float64Array(B.columns);
    const y = new Float64Array(C.rows);
    u[i] = 1;
    let x = Matrix.zeros(A.rows, 1);
    for (let t = 0; t < steps; t++) {
      machine.step(state, u, y);
      const wanted = t === 0 ? D.getColumn(i) : C.mmul(x).to1DArray();
      x = t === 0 ? B.getColumnVector(i) : A.mmul(x);
      u.fill(0);
      for (let o = 0; o < y.length; o++) {
        most = Math.max(most, Math.abs(wanted[o]!));
        apart = Math.max(apart, Math.abs(wanted[o]! - y[o]!));
      }
    }
  }
  return most > 0 ? apart / most : apart;
}
