/**
 * RODAS, a stiffly accurate Rosenbrock method of order 4(3) with six stages: no iterations, one Jacobian and one LU a step.
 * Hairer & Wanner, "Solving Ordinary Differential Equations II", 2nd ed., IV.7 and IV.10, and their code RODAS, whose
 * coefficients these are; step control after Gustafsson, IV.8.
 */
import type { Engine } from "../engine.ts";
import { createField, fastest, scaledSize } from "./field.ts";
import type { Integrator, StepOutcome } from "./integrator.ts";
import { createIterationMatrix } from "./iterationMatrix.ts";

export const rodasGamma = 0.25;
export const rodasNodes = [0, 0.386, 0.21, 0.63, 1, 1] as const;
/** Weights of d(flow)/dt, times h. */
export const rodasTime = [0.25, -0.1043, 0.1035, -0.0362] as const;
/** Stage s starts from x + sum a[s][j] u[j]. */
export const rodasA = [
  [],
  [1.544],
  [0.9466785280815826, 0.2557011698983284],
  [3.314825187068521, 2.896124015972201, 0.9986419139977817],
  [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895],
  [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895, 1],
] as const;
/** And adds sum c[s][j] u[j] / h to the right-hand side. */
export const rodasC = [
  [],
  [-5.6688],
  [-2.430093356833875, -0.2063599157091915],
  [-0.1073529058151375, -9.594562251023355, -20.47028614809616],
  [7.496443313967647, -10.24680431464352, -33.99990352819905, 11.7089089320616],
  [8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054],
] as const;
export const rodasDense = [
  [10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662],
  [-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872],
] as const;

/** From the second derivative, which the Jacobian gives: as if the method had order 1. */
export function rodasFirstStep(
  second: Float64Array,
  x: Float64Array,
  rtol: number,
  atol: number,
  room: number,
  maxStep: number,
): number {
  const bend = scaledSize(second, x, rtol, atol);
  return Math.min(bend > 0 ? Math.sqrt(2 / bend) : room, 0.1 * room, maxStep);
}

export function createRodas4(engine: Engine, rtol: number, atol: number, maxStep: number): Integrator {
  const counts = { steps: 0, rejected: 0, evaluations: 0 };
  const field = createField(engine, counts);
  const { n } = field;
  const matrix = createIterationMatrix(engine, field);
  const vector = (): Float64Array => new Float64Array(n);
  const u = rodasA.map(vector);
  const [u0, u1, u2, u3, u4, u5] = u as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const slope = vector();
  const stage = vector();
  const flow = vector();
  let x = vector();
  let y = vector();
  let t = 0;
  let h = 0;
  /** slope and the matrix belong to t, x. */
  let fresh = false;
  /** Of the step before, for the prediction; 0 where there is none. */
  let accepted = 0;
  let errorBefore = 0;
  let from = 0;
  let length = 0;

  /** All stages; stage + u5 is the new state and u5 the error. False when the flow is not finite somewhere. */
  function attempt(size: number, end: number): boolean {
    const [, [a10], [a20, a21], [a30, a31, a32], [a40, a41, a42, a43]] = rodasA;
    const [, [c10], [c20, c21], [c30, c31, c32], [c40, c41, c42, c43], [c50, c51, c52, c53, c54]] = rodasC;
    const [d0, d1, d2, d3] = rodasTime;
    const { byTime } = matrix;
    for (let i = 0; i < n; i++) u0[i] = slope[i]! + size * d0 * byTime[i]!;
    matrix.solve(u0);
    for (let i = 0; i < n; i++) stage[i] = x[i]! + a10 * u0[i]!;
    if (!field.evaluate(t + rodasNodes[1] * size, stage, flow)) return false;
    for (let i = 0; i < n; i++) u1[i] = flow[i]! + (c10 * u0[i]!) / size + size * d1 * byTime[i]!;
    matrix.solve(u1);
    for (let i = 0; i < n; i++) stage[i] = x[i]! + a20 * u0[i]! + a21 * u1[i]!;
    if (!field.evaluate(t + rodasNodes[2] * size, stage, flow)) return false;
    for (let i = 0; i < n; i++) u2[i] = flow[i]! + (c20 * u0[i]! + c21 * u1[i]!) / size + size * d2 * byTime[i]!;
    matrix.solve(u2);
    for (let i = 0; i < n; i++) stage[i] = x[i]! + a30 * u0[i]! + a31 * u1[i]! + a32 * u2[i]!;
    if (!field.evaluate(t + rodasNodes[3] * size, stage, flow)) return false;
    for (let i = 0; i < n; i++)
      u3[i] = flow[i]! + (c30 * u0[i]! + c31 * u1[i]! + c32 * u2[i]!) / size + size * d3 * byTime[i]!;
    matrix.solve(u3);
    for (let i = 0; i < n; i++) stage[i] = x[i]! + a40 * u0[i]! + a41 * u1[i]! + a42 * u2[i]! + a43 * u3[i]!;
    if (!field.evaluate(end, stage, flow)) return false;
    for (let i = 0; i < n; i++) u4[i] = flow[i]! + (c40 * u0[i]! + c41 * u1[i]! + c42 * u2[i]! + c43 * u3[i]!) / size;
    matrix.solve(u4);
    for (let i = 0; i < n; i++) stage[i]! += u4[i]!;
    if (!field.evaluate(end, stage, flow)) return false;
    for (let i = 0; i < n; i++)
      u5[i] = flow[i]! + (c50 * u0[i]! + c51 * u1[i]! + c52 * u2[i]! + c53 * u3[i]! + c54 * u4[i]!) / size;
    matrix.solve(u5);
    for (let i = 0; i < n; i++) y[i] = stage[i]! + u5[i]!;
    return true;
  }

  let worst = 0;
  function errorNorm(): number {
    let sum = 0;
    let largest = -1;
    for (let i = 0; i < n; i++) {
      const scaled = u5[i]! / (atol + rtol * Math.max(Math.abs(x[i]!), Math.abs(y[i]!)));
      sum += scaled * scaled;
      if (!(Math.abs(scaled) <= largest)) {
        largest = Math.abs(scaled);
        worst = i;
      }
    }
    return Math.sqrt(sum / n);
  }

  return {
    stepsOnGrid: false,
    stepCost: 8 * matrix.cost,
    counts,
    stiff: false,
    restart() {
      t = field.take(x);
      fresh = false;
      h = 0;
      accepted = 0;
      length = 0;
    },

    step(limit): StepOutcome {
      if (!fresh) {
        if (!field.evaluate(t, x, slope) || !matrix.evaluate(t, x, slope)) return { t, failed: "NONFINITE" };
        fresh = true;
      }
      if (h === 0) {
        matrix.multiply(slope, stage);
        for (let i = 0; i < n; i++) stage[i]! += matrix.byTime[i]!;
        h = rodasFirstStep(stage, x, rtol, atol, limit - t, maxStep);
      }
      const smallest = 16 * 2.220446049250313e-16 * Math.max(Math.abs(t), Math.abs(limit) * 1e-9);
      let rejectedBefore = false;
      for (;;) {
        h = Math.min(h, maxStep);
        const room = limit - t;
        const size = 1.01 * h >= room ? room : 2 * h > room ? room / 2 : h;
        const end = size === room ? limit : t + size;
        if (end === t) return { t, failed: "HNIL", worst: fastest(slope, x, rtol, atol) };
        if (h < smallest && size !== room) return { t, failed: "HMIN", worst: fastest(slope, x, rtol, atol) };
        const finite = matrix.factor(1 / (rodasGamma * size)) && attempt(size, end);
        const error = finite ? errorNorm() : Number.POSITIVE_INFINITY;
        // Between a fifth and six times the step.
        let factor = Number.isFinite(error) ? Math.max(1 / 6, Math.min(5, Math.pow(error, 0.25) / 0.9)) : 10;
        if (!(error <= 1)) {
          counts.rejected++;
          rejectedBefore = true;
          h = size / factor;
          if (h < smallest) {
            if (finite) field.put(t, x);
            return { t, failed: finite ? "HMIN" : "NONFINITE", worst };
          }
          continue;
        }
        counts.steps++;
        if (accepted > 0) {
          // What the error did over the last two steps, it will do again.
          const predicted = ((accepted / size) * Math.pow((error * error) / errorBefore, 0.25)) / 0.9;
          factor = Math.max(factor, Math.max(1 / 6, Math.min(5, predicted)));
        }
        accepted = size;
        errorBefore = Math.max(0.01, error);
        let next = size / factor;
        if (rejectedBefore) next = Math.min(next, size);
        h = size < h ? Math.max(next, Math.min(h, 6 * size)) : next;
        from = t;
        length = size;
        const before = x;
        x = y;
        y = before;
        t = end;
        fresh = false;
        field.put(t, x);
        return { t };
      }
    },

    at(time) {
      if (time === t || length === 0) return field.put(time, x);
      const [[d0, d1, d2, d3, d4], [e0, e1, e2, e3, e4]] = rodasDense;
      const p = (time - from) / length;
      const q = 1 - p;
      for (let i = 0; i < n; i++) {
        const low = d0 * u0[i]! + d1 * u1[i]! + d2 * u2[i]! + d3 * u3[i]! + d4 * u4[i]!;
        const high = e0 * u0[i]! + e1 * u1[i]! + e2 * u2[i]! + e3 * u3[i]! + e4 * u4[i]!;
        stage[i] = q * y[i]! + p * (x[i]! + q * (low + p * high));
      }
      field.put(time, stage);
    },
  };
}
