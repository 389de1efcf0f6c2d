/** The flow of an engine as integrators see it: a function of time and of a vector, over the engine's memory. */
import type { Engine } from "../engine.ts";

export interface Field {
  readonly n: number;
  /** Memory's time and states. */
  put(time: number, x: Float64Array): void;
  /** States from memory; its time is the result. */
  take(x: Float64Array): number;
  /** Flow at a time and states, where memory then is; false when it is not finite. */
  evaluate(time: number, x: Float64Array, derivative: Float64Array): boolean;
}

export function createField(engine: Engine, counts: { evaluations: number }): Field {
  const { memory } = engine;
  const states = new Int32Array(engine.states);
  const n = states.length;
  const put = (time: number, x: Float64Array): void => {
    memory[0] = time;
    for (let i = 0; i < n; i++) memory[states[i]!] = x[i]!;
  };
  return {
    n,
    put,
    take(x) {
      for (let i = 0; i < n; i++) x[i] = memory[states[i]!]!;
      return memory[0]!;
    },
    evaluate(time, x, derivative) {
      put(time, x);
      engine.flow(derivative);
      counts.evaluations++;
      let trouble = 0;
      for (let i = 0; i < n; i++) trouble += derivative[i]! - derivative[i]!;
      return trouble === 0;
    },
  };
}

/** Weighted root mean square of v, with a scale of atol + rtol |x|. */
export function scaledSize(v: Float64Array, x: Float64Array, rtol: number, atol: number): number {
  const n = v.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const scaled = v[i]! / (atol + rtol * Math.abs(x[i]!));
    sum += scaled * scaled;
  }
  return Math.sqrt(sum / n);
}

/** The state that moves fastest for its size: to blame where no step can begin. */
export function fastest(slope: Float64Array, x: Float64Array, rtol: number, atol: number): number {
  let largest = -1;
  let found = 0;
  for (let i = 0; i < x.length; i++) {
    const scaled = Math.abs(slope[i]!) / (atol + rtol * Math.abs(x[i]!));
    if (!(scaled > largest)) continue;
    largest = scaled;
    found = i;
  }
  return found;
}
