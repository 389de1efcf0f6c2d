/**
 * Numerical differentiation formulas of orders 1 to 5 with quasi-constant steps: backward differences, modified Newton
 * iterations and a Jacobian that is kept while these converge. Shampine & Reichelt, "The MATLAB ODE suite" (1997), section 2;
 * the change of step by the matrix of Byrne & Hindmarsh (1975).
 */
import type { Engine } from "../engine.ts";
import { createField, fastest, scaledSize } from "./field.ts";
import type { Integrator, StepOutcome } from "./integrator.ts";
import { createIterationMatrix } from "./iterationMatrix.ts";

export const bdfHighest = 5;
export const bdfIterations = 4;
const bdfKappa = [0, -0.185, -1 / 9, -0.0823, -0.0415, 0] as const;
export const bdfGamma = [0, 1, 3 / 2, 11 / 6, 25 / 12, 137 / 60] as const;
export const bdfAlpha = bdfGamma.map((g, k) => (1 - bdfKappa[k]!) * g);
/** Of the error of a formula in terms of the next difference. */
export const bdfError = bdfGamma.map((g, k) => bdfKappa[k]! * g + 1 / (k + 1));

/** The error of order 1 is h^2 / 2 times the second derivative: half the tolerance. */
export function bdfFirstStep(
  second: Float64Array,
  flow: Float64Array,
  x: Float64Array,
  rtol: number,
  atol: number,
  room: number,
  maxStep: number,
): number {
  const bend = scaledSize(second, x, rtol, atol);
  const rate = scaledSize(flow, x, rtol, atol);
  const guess = bend > 0 ? 1 / Math.sqrt(bend) : rate > 0 ? 1 / rate : room;
  return Math.min(guess, 0.1 * room, maxStep);
}

/** Iterations stop where the rest of them could add this share of the tolerance. */
export function bdfEnough(rtol: number): number {
  return Math.max((10 * 2.220446049250313e-16) / rtol, Math.min(0.03, Math.sqrt(rtol)));
}

/** `hold`: an order from which the method does not rise or fall once it is reached, steps being as long as allowed (for tests). */
export function createBdf(engine: Engine, rtol: number, atol: number, maxStep: number, hold?: number): Integrator {
  const counts = { steps: 0, rejected: 0, evaluations: 0 };
  const field = createField(engine, counts);
  const { n } = field;
  const matrix = createIterationMatrix(engine, field);
  const vector = (): Float64Array => new Float64Array(n);
  const mostWanted = hold ?? bdfHighest;
  const enough = bdfEnough(rtol);
  /** Backward differences of the states at t, for steps of h; d[0] are the states. */
  const d = Array.from({ length: bdfHighest + 3 }, vector);
  const change = new Float64Array((bdfHighest + 1) * (bdfHighest + 1));
  const column = new Float64Array(bdfHighest + 1);
  const predicted = vector();
  const psi = vector();
  const sum = vector();
  const y = vector();
  const flow = vector();
  const move = vector();
  let t = 0;
  let h = 0;
  let order = 1;
  /** Steps since order or step length changed. */
  let equal = 0;
  /** What the next step begins with: order and length are changed late, so that the dense output of the last step stays. */
  let nextOrder = 1;
  let nextFactor = 1;
  /** The Jacobian was taken at the point of this very step. */
  let current = false;
  /** There is a Jacobian. */
  let have = false;
  /** h / alpha of the factors; 0 where there are none. */
  let factored = 0;
  /** At which iterations with these factors converge; 0 where that is not known. */
  let rate = 0;
  let begun = false;
  let worst = 0;

  /** m[i][j] = prod (i - 1 - f j) / i as R(f) of Shampine & Reichelt; the differences then are R(f) R(1) of the old ones. */
  function stretch(factor: number): void {
    equal = 0;
    if (factor === 1) return;
    const size = order + 1;
    const scaled = differenceMatrix(order, factor);
    const plain = differenceMatrix(order, 1);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        let product = 0;
        for (let l = 0; l < size; l++) product += scaled[i * size + l]! * plain[l * size + j]!;
        change[i * size + j] = product;
      }
    for (let at = 0; at < n; at++) {
      for (let i = 0; i < size; i++) column[i] = d[i]![at]!;
      for (let j = 0; j < size; j++) {
        let value = 0;
        for (let i = 0; i < size; i++) value += change[i * size + j]! * column[i]!;
        d[j]![at] = value;
      }
    }
    h *= factor;
  }

  function begin(room: number): boolean {
    if (!field.evaluate(t, d[0]!, flow) || !matrix.evaluate(t, d[0]!, flow)) return false;
    have = true;
    current = true;
    matrix.multiply(flow, move);
    for (let i = 0; i < n; i++) move[i]! += matrix.byTime[i]!;
    h = hold === undefined ? bdfFirstStep(move, flow, d[0]!, rtol, atol, room, maxStep) : Math.min(room, maxStep);
    order = 1;
    nextOrder = 1;
    nextFactor = 1;
    equal = 0;
    factored = 0;
    for (let k = 1; k < d.length; k++) d[k]!.fill(0);
    for (let i = 0; i < n; i++) d[1]![i] = h * flow[i]!;
    begun = true;
    return true;
  }

  /** Newton iterations for the new states in y, their distance from the prediction in sum; how many, or 0 where in vain. */
  function iterate(end: number, c: number): number {
    sum.fill(0);
    y.set(predicted);
    let before = 0;
    for (let pass = 1; pass <= bdfIterations; pass++) {
      if (!field.evaluate(end, y, flow)) return 0;
      for (let i = 0; i < n; i++) move[i] = flow[i]! - (psi[i]! + sum[i]!) / c;
      matrix.solve(move);
      let size = 0;
      for (let i = 0; i < n; i++) {
        const scaled = move[i]! / (atol + rtol * Math.abs(predicted[i]!));
        size += scaled * scaled;
        y[i]! += move[i]!;
        sum[i]! += move[i]!;
      }
      size = Math.sqrt(size / n);
      if (!Number.isFinite(size)) return 0;
      if (size === 0) return pass;
      if (pass > 1) {
        const seen = size / before;
        if (seen >= 1) return 0;
        // A first iteration that happened to be good says little.
        rate = Math.max(0.9 * rate, seen);
      }
      if (rate > 0) {
        if ((rate / (1 - rate)) * size < enough) return pass;
        if (pass > 1 && (Math.pow(rate, bdfIterations - pass) / (1 - rate)) * size > enough) return 0;
      }
      before = size;
    }
    return 0;
  }

  /** Weighted norm of a difference times the error constant of an order, beside y. */
  function estimate(v: Float64Array, k: number): number {
    const factor = bdfError[k]!;
    let total = 0;
    for (let i = 0; i < n; i++) {
      const scaled = (factor * v[i]!) / (atol + rtol * Math.abs(y[i]!));
      total += scaled * scaled;
    }
    return Math.sqrt(total / n);
  }

  function findWorst(): void {
    let largest = -1;
    for (let i = 0; i < n; i++) {
      const scaled = Math.abs(sum[i]!) / (atol + rtol * Math.abs(y[i]!));
      if (!(scaled <= largest)) {
        largest = scaled;
        worst = i;
      }
    }
  }

  /** Order and length for the steps to come, once there have been enough equal ones to judge by. */
  function chooseNext(error: number, safety: number): void {
    const middle = Math.pow(error, -1 / (order + 1));
    const lower = order > 1 ? Math.pow(estimate(d[order]!, order - 1), -1 / order) : 0;
    const higher = order < mostWanted ? Math.pow(estimate(d[order + 2]!, order + 1), -1 / (order + 2)) : 0;
    let best = middle;
    nextOrder = order;
    if (hold !== undefined) {
      nextOrder = Math.min(order + 1, hold);
      nextFactor = Math.min(10, maxStep / h);
      return;
    }
    if (lower > best) {
      best = lower;
      nextOrder = order - 1;
    }
    if (higher > best) {
      best = higher;
      nextOrder = order + 1;
    }
    nextFactor = Math.min(10, safety * best, maxStep / h);
    // A little more is not worth new factors.
    if (nextFactor > 1 && nextFactor < 1.2 && nextOrder === order) nextFactor = 1;
  }

  return {
    stepsOnGrid: false,
    stepCost: 4 * matrix.cost,
    counts,
    stiff: false,
    restart() {
      t = field.take(d[0]!);
      begun = false;
      h = 0;
    },

    step(limit): StepOutcome {
      if (!begun && !begin(limit - t)) return { t, failed: "NONFINITE" };
      if (nextOrder !== order || nextFactor !== 1) {
        // A difference beyond the old order is there already.
        order = nextOrder;
        stretch(nextFactor);
        nextFactor = 1;
      }
      const smallest = 16 * 2.220446049250313e-16 * Math.max(Math.abs(t), Math.abs(limit) * 1e-9);
      for (;;) {
        if (h > maxStep) stretch(maxStep / h);
        const room = limit - t;
        if (1.01 * h >= room) {
          if (room !== h) stretch(room / h);
          h = room;
        }
        const end = h === room ? limit : t + h;
        // The first difference is h times the slope.
        if (end === t) return { t, failed: "HNIL", worst: fastest(d[1]!, d[0]!, rtol, atol) };
        if (h < smallest && h !== room) return { t, failed: "HMIN", worst: fastest(d[1]!, d[0]!, rtol, atol) };
        const alpha = bdfAlpha[order]!;
        const c = h / alpha;
        for (let i = 0; i < n; i++) {
          let value = d[0]![i]!;
          let weighted = 0;
          for (let k = 1; k <= order; k++) {
            value += d[k]![i]!;
            weighted += bdfGamma[k]! * d[k]![i]!;
          }
          predicted[i] = value;
          psi[i] = weighted / alpha;
        }
        let passes = 0;
        let finite = true;
        while (passes === 0) {
          if (!have) {
            finite = field.evaluate(end, predicted, flow) && matrix.evaluate(end, predicted, flow);
            if (!finite) break;
            have = true;
            current = true;
            factored = 0;
          }
          if (factored !== c) {
            if (!matrix.factor(1 / c)) break;
            factored = c;
            rate = 0;
          }
          passes = iterate(end, c);
          if (passes > 0 || current) break;
          have = false;
        }
        if (passes === 0) {
          counts.rejected++;
          have = finite && current;
          const reason = finite ? "HMIN" : "NONFINITE";
          if (h / 2 < smallest) {
            field.put(t, d[0]!);
            return { t, failed: reason, worst };
          }
          stretch(finite ? 0.5 : 0.1);
          continue;
        }
        const safety = (0.9 * (2 * bdfIterations + 1)) / (2 * bdfIterations + passes);
        const error = estimate(sum, order);
        if (!(error <= 1)) {
          counts.rejected++;
          findWorst();
          const factor = Math.max(0.2, safety * Math.pow(error, -1 / (order + 1)));
          if (h * factor < smallest) {
            field.put(t, d[0]!);
            return { t, failed: "HMIN", worst };
          }
          stretch(factor);
          continue;
        }
        counts.steps++;
        current = false;
        const top = d[order + 1]!;
        const beyond = d[order + 2]!;
        for (let i = 0; i < n; i++) {
          beyond[i] = sum[i]! - top[i]!;
          top[i] = sum[i]!;
        }
        for (let k = order; k >= 0; k--) for (let i = 0; i < n; i++) d[k]![i]! += d[k + 1]![i]!;
        t = end;
        if (++equal > order) chooseNext(error, safety);
        field.put(t, d[0]!);
        return { t };
      }
    },

    at(time) {
      if (time === t || !begun) return field.put(time, d[0]!);
      // Newton's form through the last points, in steps of h back from t.
      move.set(d[0]!);
      let product = 1;
      for (let k = 1; k <= order; k++) {
        product *= (time - t + (k - 1) * h) / (k * h);
        for (let i = 0; i < n; i++) move[i]! += product * d[k]![i]!;
      }
      field.put(time, move);
    },
  };
}

/** R(factor), row-major: the differences of a polynomial of this order after its step has been multiplied. */
export function differenceMatrix(order: number, factor: number): Float64Array {
  const size = order + 1;
  const m = new Float64Array(size * size);
  for (let j = 0; j < size; j++) m[j] = 1;
  for (let i = 1; i < size; i++)
    for (let j = 1; j < size; j++) m[i * size + j] = (m[(i - 1) * size + j]! * (i - 1 - factor * j)) / i;
  return m;
}
