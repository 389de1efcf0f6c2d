/**
 * Explicit Runge-Kutta methods with a step that follows the error: PI control, first guess and test for stiffness after
 * Hairer, Norsett & Wanner, "Solving Ordinary Differential Equations I", II.4 to II.6, and Hairer & Wanner, II, IV.2. Between
 * two restarts the flow must be smooth; landing on events is the caller's.
 */
import { roughExp2, roughLog2 } from "../../math/roughPower.ts";
import type { Engine } from "../engine.ts";
import { fastest, scaledSize } from "./field.ts";
import type { Field } from "./field.ts";
import type { Integrator, StepOutcome } from "./integrator.ts";
import { createStages, sparseRow } from "./stages.ts";
import type { AdaptiveTableau } from "./tableaus.ts";

/** Errors smaller than this count as this in PI control: the base-2 logarithm. */
export const logFloor = Math.log2(1e-4);
/** The base-2 logarithm of an error that says no more than that the step was far too long. */
export const tooLarge = 500;

export function createAdaptive(
  engine: Engine,
  tableau: AdaptiveTableau,
  rtol: number,
  atol: number,
  maxStep: number,
): Integrator {
  const { error: control } = tableau;
  const n = engine.states.length;
  const counts = { steps: 0, rejected: 0, evaluations: 0 };
  const stages = createStages(engine, tableau, counts, control.stiff?.stage);
  const estimate = sparseRow(control.weights);
  const second = control.second ? sparseRow(control.second) : undefined;
  const last = tableau.fsal ? tableau.b.length - 1 : tableau.b.length;
  /** Exponent of the error itself, PI control taken into account. */
  const power = 1 / control.order - 0.75 * control.beta;
  /** Proposed step; 0 asks for a first guess. */
  let h = 0;
  /** Logarithm of the error of the step before. */
  let logBefore = logFloor;
  let stiffSigns = 0;
  let calmSigns = 0;
  /** The state that limited the last step that was judged. */
  let worst = 0;

  /** Base-2 logarithm of the error's norm: steps follow powers of it, which cost one logarithm and one power that way. */
  function logOfError(step: number): number {
    const { x, y, k } = stages;
    const { of, weight } = estimate;
    let sum = 0;
    let other = 0;
    let largest = -1;
    for (let i = 0; i < n; i++) {
      let e = 0;
      for (let j = 0; j < of.length; j++) e += weight[j]! * k[of[j]!]![i]!;
      const scale = step / (atol + rtol * Math.max(Math.abs(x[i]!), Math.abs(y[i]!)));
      const scaled = scale * e;
      sum += scaled * scaled;
      if (!(Math.abs(scaled) <= largest)) {
        largest = Math.abs(scaled);
        worst = i;
      }
      if (!second) continue;
      let e3 = 0;
      for (let j = 0; j < second.of.length; j++) e3 += second.weight[j]! * k[second.of[j]!]![i]!;
      other += (scale * e3) ** 2;
    }
    // The norm is the root of the mean square.
    if (!second) return 0.5 * roughLog2(sum * (1 / n));
    const mixed = sum + 0.01 * other;
    return roughLog2(mixed > 0 ? sum / Math.sqrt(n * mixed) : sum);
  }

  /** Hairer's test: h times an estimate of the largest eigenvalue near the border of the stability region, time and again. */
  function lookForStiffness(step: number): void {
    if (!control.stiff) return;
    const { y, kept } = stages;
    const end = stages.k[last]!;
    const inner = stages.k[control.stiff.stage]!;
    let difference = 0;
    let distance = 0;
    for (let i = 0; i < n; i++) {
      difference += (end[i]! - inner[i]!) ** 2;
      distance += (y[i]! - kept[i]!) ** 2;
    }
    const { border } = control.stiff;
    if (distance > 0 && step * step * difference > border * border * distance) {
      calmSigns = 0;
      if (++stiffSigns === 100) integrator.stiff = true;
    } else if (++calmSigns === 6) stiffSigns = 0;
  }

  const integrator: { -readonly [K in keyof Integrator]: Integrator[K] } = {
    stepsOnGrid: false,
    counts,
    stiff: false,
    restart() {
      stages.restart();
      h = 0;
      logBefore = logFloor;
    },

    step(limit): StepOutcome {
      const { t } = stages;
      if (!stages.begin()) return { t, failed: "NONFINITE" };
      if (h === 0)
        h = firstStep(stages.field, t, stages.x, stages.k[0]!, limit - t, { rtol, atol, maxStep }, control.order);
      const smallest = 16 * 2.220446049250313e-16 * Math.max(Math.abs(t), Math.abs(limit) * 1e-9);
      let rejectedBefore = false;
      for (;;) {
        h = Math.min(h, maxStep);
        const room = limit - t;
        // Never leave a sliver before the limit: stretch a little, or go half way.
        const step = 1.01 * h >= room ? room : 2 * h > room ? room / 2 : h;
        const end = step === room ? limit : t + step;
        if (end === t || (h < smallest && step !== room))
          return {
            t,
            failed: end === t ? "HNIL" : "HMIN",
            worst: fastest(stages.k[0]!, stages.x, rtol, atol),
          };
        let finite = stages.attempt(step, end);
        const logError = finite ? logOfError(step) : Number.POSITIVE_INFINITY;
        if (logError <= 0) finite = stages.finish(end);
        if (!(logError <= 0) || !finite) {
          counts.rejected++;
          rejectedBefore = true;
          const judged = finite && logError < tooLarge;
          h = step * (judged ? Math.max(control.shrink, 0.9 * roughExp2(-power * logError)) : 0.1);
          if (h < smallest) {
            if (finite) stages.field.put(t, stages.x);
            return { t, failed: finite ? "HMIN" : "NONFINITE", worst };
          }
          continue;
        }
        counts.steps++;
        lookForStiffness(step);
        const factor = 0.9 * roughExp2(control.beta * logBefore - power * logError);
        let next = step * Math.max(control.shrink, Math.min(control.grow, factor));
        if (rejectedBefore) next = Math.min(next, step);
        logBefore = Math.max(logError, logFloor);
        h = step < h ? Math.max(next, Math.min(h, control.grow * step)) : next;
        stages.accept(step, end);
        return { t: end };
      }
    },
    at: (time) => stages.at(time),
  };
  return integrator;
}

/**
 * First guess of the step from the sizes of the state, its first and its second derivative (HINIT): at t, x with the flow
 * `slope`, `room` from the end; a step's error is of the given order.
 */
export function firstStep(
  field: Field,
  t: number,
  x: Float64Array,
  slope: Float64Array,
  room: number,
  { rtol, atol, maxStep }: { readonly rtol: number; readonly atol: number; readonly maxStep: number },
  order: number,
): number {
  const { n } = field;
  const d0 = scaledSize(x, x, rtol, atol);
  const d1 = scaledSize(slope, x, rtol, atol);
  let guess = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * (d0 / d1);
  // A state that is 0 but for rounding says nothing of the step: never below what time itself resolves.
  guess = Math.min(Math.max(guess, 1e-10 * room, 1.5e-14 * Math.abs(t)), maxStep, room);
  const probe = new Float64Array(n);
  const change = new Float64Array(n);
  for (let i = 0; i < n; i++) probe[i] = x[i]! + guess * slope[i]!;
  if (!field.evaluate(t + guess, probe, change)) return guess * 0.01;
  for (let i = 0; i < n; i++) change[i]! -= slope[i]!;
  const d2 = scaledSize(change, x, rtol, atol) / guess;
  const largest = Math.max(d1, d2);
  // A slope so steep that its square overflows asks for less than any step; it gets one, and may be refused it.
  if (!Number.isFinite(largest)) return guess * 0.01;
  const next = largest <= 1e-15 ? Math.max(1e-6, guess * 1e-3) : Math.pow(0.01 / largest, 1 / order);
  return Math.min(100 * guess, next, maxStep);
}
