/**
 * Dormand-Prince 5(4): explicit Runge-Kutta with FSAL, PI step control and dense output of order 4, after Hairer, Norsett
 * & Wanner, "Solving Ordinary Differential Equations I", II.4 to II.6, and their code DOPRI5. Between two restarts the flow
 * must be smooth; landing on events is the caller's.
 */
import type { Engine } from "../engine.ts";
import type { Integrator, StepOutcome } from "./integrator.ts";

const dopriNodes = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1] as const;
const dopriStages: readonly (readonly number[])[] = [
  [],
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
];
const dopriError = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40] as const;
const dopriDense = [
  -12715105075 / 11282082432,
  0,
  87487479700 / 32700410799,
  -10690763975 / 1880347072,
  701980252875 / 199316789632,
  -1453857185 / 822651844,
  69997945 / 29380423,
] as const;

export function createDopri5(engine: Engine, rtol: number, atol: number, maxStep: number): Integrator {
  const { memory, states } = engine;
  const n = states.length;
  const counts = { steps: 0, rejected: 0, evaluations: 0 };
  const k = dopriStages.map(() => new Float64Array(n));
  let x = new Float64Array(n);
  let y = new Float64Array(n);
  const stage = new Float64Array(n);
  let t = 0;
  /** Proposed step; 0 asks for a first guess. */
  let h = 0;
  /** k[0] holds the flow at t, x. */
  let fresh = false;
  let errorBefore = 1e-4;
  let stiffSigns = 0;
  let calmSigns = 0;
  let stiff = false;
  /** The last step, for dense output. */
  let from = 0;
  let length = 0;
  const dense = [0, 1, 2, 3, 4].map(() => new Float64Array(n));

  function put(time: number, v: Float64Array): void {
    memory[0] = time;
    for (let i = 0; i < n; i++) memory[states[i]!] = v[i]!;
  }
  function evaluate(time: number, v: Float64Array, derivative: Float64Array): boolean {
    put(time, v);
    engine.flow(derivative);
    counts.evaluations++;
    return derivative.every(Number.isFinite);
  }
  function norm(v: (i: number) => number): number {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (v(i) / (atol + rtol * Math.abs(x[i]!))) ** 2;
    return Math.sqrt(sum / n);
  }

  /** First guess of the step from the sizes of the state, its first and its second derivative (HINIT). */
  function firstStep(room: number): number {
    const d0 = norm((i) => x[i]!);
    const d1 = norm((i) => k[0]![i]!);
    let guess = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * (d0 / d1);
    guess = Math.min(guess, maxStep, room);
    for (let i = 0; i < n; i++) stage[i] = x[i]! + guess * k[0]![i]!;
    if (!evaluate(t + guess, stage, k[1]!)) return guess * 0.01;
    const d2 = norm((i) => k[1]![i]! - k[0]![i]!) / guess;
    const largest = Math.max(d1, d2);
    const second = largest <= 1e-15 ? Math.max(1e-6, guess * 1e-3) : Math.pow(0.01 / largest, 1 / 5);
    return Math.min(100 * guess, second, maxStep);
  }

  /** Stages 2 to 7 over a step to `end`; false when the flow is not finite somewhere. */
  function stages(size: number, end: number): boolean {
    for (let s = 1; s < 7; s++) {
      const a = dopriStages[s]!;
      const target = s === 6 ? y : stage;
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < s; j++) sum += a[j]! * k[j]![i]!;
        target[i] = x[i]! + size * sum;
      }
      if (!evaluate(dopriNodes[s]! === 1 ? end : t + dopriNodes[s]! * size, target, k[s]!)) return false;
    }
    return true;
  }

  function errorNorm(size: number): { readonly error: number; readonly worst: number } {
    let sum = 0;
    let worst = 0;
    let largest = -1;
    for (let i = 0; i < n; i++) {
      let e = 0;
      for (let s = 0; s < 7; s++) e += dopriError[s]! * k[s]![i]!;
      const scaled = (size * e) / (atol + rtol * Math.max(Math.abs(x[i]!), Math.abs(y[i]!)));
      sum += scaled * scaled;
      if (!(Math.abs(scaled) <= largest)) {
        largest = Math.abs(scaled);
        worst = i;
      }
    }
    return { error: Math.sqrt(sum / n), worst };
  }

  /**
   * Hairer's test: h times an estimate of the largest eigenvalue near the border (3.3) of the stability region, time and
   * again. PI control settles as low as 3.07 there, and accuracy alone rarely allows 2.5.
   */
  function lookForStiffness(size: number): void {
    let difference = 0;
    let distance = 0;
    for (let i = 0; i < n; i++) {
      difference += (k[6]![i]! - k[5]![i]!) ** 2;
      distance += (y[i]! - stage[i]!) ** 2;
    }
    if (distance > 0 && size * Math.sqrt(difference / distance) > 2.5) {
      calmSigns = 0;
      if (++stiffSigns === 100) stiff = true;
    } else if (++calmSigns === 6) stiffSigns = 0;
  }

  function keepDense(size: number): void {
    from = t;
    length = size;
    for (let i = 0; i < n; i++) {
      const moved = y[i]! - x[i]!;
      const bend = size * k[0]![i]! - moved;
      dense[0]![i] = x[i]!;
      dense[1]![i] = moved;
      dense[2]![i] = bend;
      dense[3]![i] = moved - size * k[6]![i]! - bend;
      let last = 0;
      for (let s = 0; s < 7; s++) last += dopriDense[s]! * k[s]![i]!;
      dense[4]![i] = size * last;
    }
  }

  return {
    stepsOnGrid: false,
    counts,
    get stiff() {
      return stiff;
    },
    restart() {
      t = memory[0]!;
      for (let i = 0; i < n; i++) x[i] = memory[states[i]!]!;
      fresh = false;
      h = 0;
      errorBefore = 1e-4;
    },

    step(limit): StepOutcome {
      if (!fresh && !evaluate(t, x, k[0]!)) return { t, failed: "NONFINITE" };
      fresh = true;
      if (h === 0) h = firstStep(limit - t);
      const smallest = 16 * 2.220446049250313e-16 * Math.max(Math.abs(t), Math.abs(limit) * 1e-9);
      let rejectedBefore = false;
      let worst = 0;
      for (;;) {
        h = Math.min(h, maxStep);
        const room = limit - t;
        // Never leave a sliver before the limit: stretch a little, or go half way.
        const size = 1.01 * h >= room ? room : 2 * h > room ? room / 2 : h;
        const end = size === room ? limit : t + size;
        if (end === t) return { t, failed: "HNIL", worst };
        if (h < smallest && size !== room) return { t, failed: "HMIN", worst };
        const finite = stages(size, end);
        const judged = finite ? errorNorm(size) : { error: Number.POSITIVE_INFINITY, worst };
        worst = judged.worst;
        const { error } = judged;
        if (!(error <= 1)) {
          counts.rejected++;
          rejectedBefore = true;
          const factor = Number.isFinite(error) ? Math.min(5, Math.pow(error, 0.17) / 0.9) : 10;
          h = size / factor;
          if (h < smallest) {
            if (finite) put(t, x);
            return { t, failed: finite ? "HMIN" : "NONFINITE", worst };
          }
          continue;
        }
        counts.steps++;
        lookForStiffness(size);
        keepDense(size);
        // PI control: exponents 0.2 - 0.75 * 0.04 and 0.04, factor between 1/5 and 10.
        const shrink = Math.pow(error, 0.17) / Math.pow(errorBefore, 0.04) / 0.9;
        let next = size / Math.max(0.1, Math.min(5, shrink));
        if (rejectedBefore) next = Math.min(next, size);
        errorBefore = Math.max(error, 1e-4);
        h = size < h ? Math.max(next, Math.min(h, 10 * size)) : next;
        t = end;
        [x, y] = [y, x];
        const reused = k[0]!;
        k[0] = k[6]!;
        k[6] = reused;
        put(t, x);
        return { t };
      }
    },

    at(time) {
      const p = length > 0 ? (time - from) / length : 1;
      const q = 1 - p;
      memory[0] = time;
      for (let i = 0; i < n; i++) {
        memory[states[i]!] =
          time === t
            ? x[i]!
            : dense[0]![i]! + p * (dense[1]![i]! + q * (dense[2]![i]! + p * (dense[3]![i]! + q * dense[4]![i]!)));
      }
    },
  };
}
