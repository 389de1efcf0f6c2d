/** Sampled systems of models with delays: whole samples are shifts, and what a held input brings within a sample is split in two. */
import { Matrix } from "ml-matrix";
import { blockDiagonal, blocks, slice } from "../math/blocks.ts";
import { absorbDelay, type Delayed, wholeSamples } from "./delay.ts";
import { delayPaths } from "./delayPaths.ts";
import { exponential, held } from "./hold.ts";
import { series } from "./interconnect.ts";
import { system, timeBase } from "./model.ts";
import type { Resampled, SampleMethod } from "./resampled.ts";
import type { StateSpace, TimeBase } from "./stateSpace.ts";

/** `plain` samples the model without its delays. */
export function discreteWithDelays(
  model: Delayed,
  period: number,
  method: SampleMethod,
  plain: (given: StateSpace) => Resampled,
): Resampled {
  if (model.system.time.kind !== "continuous") throw new RangeError("The system is discrete already");
  const between = (delay: number): boolean => wholeSamples(delay, period) === undefined;
  const refusal = (delay: number): Resampled => ({ ok: false, code: "DELAY_BETWEEN_SAMPLES", delay });
  const unlike = model.output.find((t) => between(t - Math.min(...model.output)));
  if (model.internal.length > 0 || (unlike !== undefined && method === "zoh")) {
    const paths = delayPaths(model);
    if (!paths) return inLoops(model, method, between, plain);
    const sampled = discreteWithDelays(paths.model, period, method, plain);
    return sampled.ok ? { ...sampled, system: spread(sampled.system, paths.spread, model) } : sampled;
  }
  // One delay common to all outputs may as well come first.
  const common = Math.min(...model.output);
  const output = model.output.map((t) => t - common);
  const input = model.input.map((t) => t + common);
  const late = output.find(between);
  if (late !== undefined) return refusal(late);
  const part = input.find(between);
  if (part !== undefined && method !== "zoh") return refusal(part);
  const time = timeBase(period);
  const none = (list: readonly number[]): number[] => list.map(() => 0);
  if (part === undefined) {
    const sampled = plain(model.system);
    return sampled.ok ? absorbed({ system: sampled.system, input, output, internal: [] }) : sampled;
  }
  const split = splitInputs(model.system, input, period, time);
  return absorbed({ system: split, input: none(input), output, internal: [] });
}

/**
 * What goes round through a delay of whole samples goes by the same rule as everything else. A rule of integration is that and no more;
 * holds and lines are exact for what is held or straight, which inside a loop nothing is.
 */
function inLoops(
  model: Delayed,
  method: SampleMethod,
  between: (delay: number) => boolean,
  plain: (given: StateSpace) => Resampled,
): Resampled {
  const { input, output, internal } = model;
  const part = [...internal, ...input, ...output].find(between);
  if (part !== undefined) return { ok: false, code: "DELAY_BETWEEN_SAMPLES", delay: part };
  const sampled = plain(model.system);
  if (!sampled.ok) return sampled;
  const whole = absorbed({ system: sampled.system, input, output, internal });
  const exact = method === "tustin" || method === "forward" || method === "backward";
  return exact || !whole.ok ? whole : { ...whole, held: true };
}

/** Of the copies of inputs that `delayPaths` makes, the inputs themselves. */
export function spread({ A, B, C, D, time, x }: StateSpace, copies: Matrix, { system: given, input, output }: Delayed) {
  const names = { u: given.u.slice(0, input.length), x, y: given.y.slice(0, output.length) };
  return system(A, B.mmul(copies), C, D.mmul(copies), time, names);
}

function absorbed(model: Delayed): Resampled {
  const joined = absorbDelay(model);
  if (!joined.ok) throw new Error("A chain of samples closes no loop");
  return { ok: true, system: joined.system };
}

/**
 * An input held from sample to sample and delayed by l samples and a part of one changes within a sample: before that it is
 * u[k - l - 1], after it u[k - l]. Franklin, Powell & Workman, "Digital Control of Dynamic Systems", 4.3.
 */
function splitInputs(given: StateSpace, delays: readonly number[], h: number, time: TimeBase): StateSpace {
  const { A, B, C, D, u, x, y } = given;
  const n = A.rows;
  const [now, before, directNow, directBefore]: [Matrix[], Matrix[], Matrix[], Matrix[]] = [[], [], [], []];
  const registers: StateSpace[] = [];
  delays.forEach((delay, j) => {
    const whole = wholeSamples(delay, h);
    const l = whole ?? Math.floor(delay / h);
    const rest = whole === undefined ? delay - l * h : 0;
    const b = slice(B, 0, n, j, j + 1);
    const d = slice(D, 0, D.rows, j, j + 1);
    const still = Matrix.zeros(D.rows, 1);
    const after = h - rest;
    now.push(held(A, b, after).Gamma);
    before.push(exponential(A, after).mmul(held(A, b, rest).Gamma));
    directNow.push(rest === 0 ? d : still);
    directBefore.push(rest === 0 ? still : d);
    registers.push(register(l, time));
  });
  const split = system(
    exponential(A, h),
    blocks([[...now, ...before]]),
    C,
    blocks([[...directNow, ...directBefore]]),
    time,
    { x, y },
  );
  return series({ ...taps(registers, time), u }, split);
}

/** Outputs u[k - l] and u[k - l - 1]. */
function register(l: number, time: TimeBase): StateSpace {
  const n = l + 1;
  const A = Matrix.zeros(n, n);
  for (let i = 1; i < n; i++) A.set(i, i - 1, 1);
  const B = Matrix.zeros(n, 1);
  B.set(0, 0, 1);
  const C = Matrix.zeros(2, n);
  if (l > 0) C.set(0, l - 1, 1);
  C.set(1, l, 1);
  const D = new Matrix([[l === 0 ? 1 : 0], [0]]);
  return system(A, B, C, D, time);
}

/** Registers side by side, their first outputs before all second ones. */
function taps(registers: readonly StateSpace[], time: TimeBase): StateSpace {
  const of = (matrix: "A" | "B" | "C" | "D"): Matrix => blockDiagonal(registers.map((part) => part[matrix]));
  const order = (m: Matrix): Matrix => {
    const rows = Matrix.zeros(m.rows, m.columns);
    for (let i = 0; i < m.rows; i++) rows.setRow((i % 2) * registers.length + Math.floor(i / 2), m.getRow(i));
    return rows;
  };
  return system(of("A"), of("B"), order(of("C")), order(of("D")), time);
}
