/**
 * A compiled diagram as a model that estimators take, with nothing to write: states, inputs and outputs are the diagram's, one sample is
 * one interval of the record, inputs held. Continuous states go by the matrix exponential where the flow is linear and by Runge and Kutta's
 * fourth order else, sampled states by their maps, and the derivatives are those of these very steps, from the symbolic ones of the IR.
 */
import type { NonlinearModel } from "../estimate/nonlinear.ts";
import { createAlgebra } from "../expr/algebra.ts";
import { createGradients, type Row } from "../ir/gradients.ts";
import type { Ir, Model, Problem } from "../ir/ir.ts";
import { createPartials } from "../ir/partials.ts";
import { undriven } from "../ir/undriven.ts";
import { startOf } from "../linearize/operatingPoint.ts";
import { held } from "../lti/hold.ts";
import { flat } from "../math/blocks.ts";
import { identity, toMatrix } from "../math/dense.ts";
import { interpret } from "../sim/interpret.ts";
import { inputsNamed, readingsNamed } from "./plantSignals.ts";
import { Matrix } from "ml-matrix";

export interface PlantOptions {
  /** From one sample of the record to the next, s. */
  readonly interval: number;
  /** Runge-Kutta steps in an interval; chosen from the Jacobian at the start where left out. */
  readonly substeps?: number;
  /** The model's memory at the first sample; its start where left out. */
  readonly at?: Float64Array;
  /** Inputs that the record sets, by path or label; all where left out. The others go as they are drawn. */
  readonly inputs?: readonly string[];
  /** What is measured: names of Output blocks or of any signals; all Output blocks where left out. */
  readonly outputs?: readonly string[];
}

/** f, h, F and H of a NonlinearModel; n states, m inputs, p outputs with their names. */
export interface Plant extends Required<Pick<NonlinearModel, "f" | "h" | "F" | "H">> {
  readonly ok: true;
  readonly x: readonly string[];
  readonly u: readonly string[];
  readonly y: readonly string[];
  /** The states where the run begins. */
  readonly x0: Float64Array;
  /** Steps over the continuous states in an interval are exact. */
  readonly exact: boolean;
  /** Runge-Kutta steps in an interval where they are not. */
  readonly substeps: number;
}

export type PlantOutcome = Plant | { readonly ok: false; readonly problems: readonly Problem[] };

/** Of h |df/dx|: the steps' error stays below 1e-7 of what moves. */
const smooth = 0.1;
const mostSubsteps = 1000;
const fewSubsteps = 4;

/** Largest sum of magnitudes in a row. */
function norm(J: Float64Array, n: number): number {
  let most = 0;
  for (let i = 0; i < n; i++)
    most = Math.max(
      most,
      J.subarray(i * n, (i + 1) * n).reduce((sum, v) => sum + Math.abs(v), 0),
    );
  return most;
}

/** A bound of the fastest rate, 1/s: |J^k|^(1/k), as |J| itself hangs on the units of the states: in an orbit it is a thousand times too large. */
function rateOf(J: Float64Array, n: number): number {
  let rate = norm(J, n);
  let power = J;
  for (let k = 2; k <= 8 && rate > 0; k *= 2) {
    power = flat(toMatrix(power, n, n).mmul(toMatrix(power, n, n)));
    const bound = norm(power, n) ** (1 / k);
    if (bound < rate) rate = bound;
  }
  return rate;
}

/** Refused: names of nothing, transport delays, memory of events, and sample times that the interval is not a multiple of. */
export function plantModel(given: Model, options: PlantOptions): PlantOutcome {
  const { interval, substeps, at } = options;
  const problems = [...cannot(given, interval)];
  const free = inputsNamed(given, options.inputs, problems);
  const read = readingsNamed(given, options.outputs, problems);
  if (problems.length > 0) return { ok: false, problems };
  const model = undriven(given, free);
  const { ir } = model;
  const engine = interpret(model);
  const { memory } = engine;
  const start = at ?? startOf(given);
  memory.set(start);
  const begin = start[0]!;
  const flowing = ir.flow.map(({ slot }) => slot);
  const sampled = ir.tasks.flatMap((task) => task.updates.map(({ slot }) => slot));
  const slots = [...flowing, ...sampled];
  const kept = ir.algebra.flatMap((step) =>
    step.do === "latch" && step.test === "sample"
      ? [step.slot]
      : step.do === "solve" && step.task !== undefined
        ? step.unknowns
        : [],
  );
  const n = slots.length;
  const c = flowing.length;
  const p = read.length;
  const m = createAlgebra();
  const partials = createPartials();
  const seeds = [...slots, ...kept];
  const column = new Map(seeds.map((seed, j) => [seed, j]));
  const outputs = read.map(({ slot }) => m.slot(slot));
  const width = seeds.length;
  const everything = new Uint8Array(ir.tasks.length).fill(1);
  const none = new Uint8Array(ir.tasks.length);
  const rates = [...new Set(ir.tasks.map(({ every }) => every))];
  // The instants of sampling within one interval, in units of it: they are the same in all.
  const instants = new Set<number>([0]);
  for (const every of rates) for (let i = 0; i < Math.round(interval / every); i++) instants.add(i * every);
  const segments = [...instants]
    .sort((a, b) => a - b)
    .filter((t, i, all) => i === 0 || t - all[i - 1]! > 1e-9 * interval);
  const dueAt = (time: number): Uint8Array =>
    Uint8Array.from(ir.tasks, ({ every }) => (Math.abs(time / every - Math.round(time / every)) < 1e-6 ? 1 : 0));
  const derivative = new Float64Array(c);
  const A = engine.forcing === "constant" ? engine.linear?.()?.slice() : undefined;
  const exactSteps = new Map<string, { readonly Phi: Float64Array; readonly Gamma: Float64Array }>();
  const exactStep = (h: number) => {
    const key = h.toPrecision(12);
    let step = exactSteps.get(key);
    if (!step) {
      const { Phi, Gamma } = held(toMatrix(A!, c, c), Matrix.eye(c), h);
      exactSteps.set(key, (step = { Phi: flat(Phi), Gamma: flat(Gamma) }));
    }
    return step;
  };
  const jacobian = ir.tasks.length === 0 ? engine.jacobian?.() : undefined;
  const entries = jacobian && new Float64Array(jacobian.rows.length);

  const put = (x: ArrayLike<number>, u: ArrayLike<number>, time: number): void => {
    memory[0] = time;
    for (let i = 0; i < n; i++) memory[slots[i]!] = x[i]!;
    for (let i = 0; i < free.length; i++) memory[free[i]!] = u[i] ?? start[free[i]!]!;
  };
  const dense = (rows: readonly Row[], rowCount: number): Float64Array => {
    const all = new Float64Array(rowCount * width);
    rows.forEach((row, i) => {
      for (const [seed, value] of row) all[i * width + column.get(seed)!] = value;
    });
    return all;
  };
  /** d(flow)/d(seeds) at memory as it stands after flow(): c x width. */
  const slope = (): Float64Array => {
    if (jacobian) {
      const all = new Float64Array(c * width);
      jacobian.evaluate(entries!);
      for (let e = 0; e < entries!.length; e++) {
        if (jacobian.columns[e]! < c) all[jacobian.rows[e]! * width + jacobian.columns[e]!] = entries![e]!;
      }
      return all;
    }
    engine.settle();
    const gradient = createGradients(ir, memory, seeds, false, partials);
    return dense(
      ir.flow.map(({ expr, slot }) => gradient(expr, "", slot)),
      c,
    );
  };

  let parts = substeps ?? 1;
  if (c > 0 && !A && substeps === undefined) {
    engine.refresh(everything);
    engine.flow(derivative);
    const all = slope();
    const J = new Float64Array(c * c);
    for (let i = 0; i < c; i++) J.set(all.subarray(i * width, i * width + c), i * c);
    const needed = (rate: number): number => Math.max(1, Math.ceil((rate * interval) / smooth));
    // Fast where it starts is not all that it may become, driven or far from there.
    parts = Math.min(mostSubsteps, Math.max(needed(rateOf(J, c)), Math.min(fewSubsteps, needed(norm(J, c)))));
  }

  /** What the derivatives of all seeds with respect to x(t[k]) are, as time goes by: width x n; undefined where they are not asked for. */
  type Tangent = Float64Array | undefined;
  const combined = (rows: Float64Array, count: number, Z: Float64Array): Float64Array => {
    const all = new Float64Array(count * n);
    for (let i = 0; i < count; i++) {
      for (let s = 0; s < width; s++) {
        const factor = rows[i * width + s]!;
        if (factor !== 0) for (let j = 0; j < n; j++) all[i * n + j]! += factor * Z[s * n + j]!;
      }
    }
    return all;
  };

  const stepExactly = (h: number, Z: Tangent): void => {
    const { Phi, Gamma } = exactStep(h);
    const x = Float64Array.from(flowing, (slot) => memory[slot]!);
    for (const slot of flowing) memory[slot] = 0;
    engine.flow(derivative);
    for (let i = 0; i < c; i++) memory[flowing[i]!] = x[i]!;
    if (Z) {
      // What is outside of A: the rows of the flow against everything that is held.
      let forced: Float64Array | undefined;
      if (width > c) {
        const rows = slope();
        for (let i = 0; i < c; i++) for (let j = 0; j < c; j++) rows[i * width + j] = 0;
        forced = combined(rows, c, Z);
      }
      const moved = new Float64Array(c * n);
      for (let i = 0; i < c; i++) {
        for (let s = 0; s < c; s++) {
          for (let j = 0; j < n; j++) {
            moved[i * n + j]! +=
              Phi[i * c + s]! * Z[s * n + j]! + (forced ? Gamma[i * c + s]! * forced[s * n + j]! : 0);
          }
        }
      }
      Z.set(moved);
    }
    for (let i = 0; i < c; i++) {
      let sum = 0;
      for (let j = 0; j < c; j++) sum += Phi[i * c + j]! * x[j]! + Gamma[i * c + j]! * derivative[j]!;
      memory[flowing[i]!] = sum;
    }
  };
  const stepByRungeKutta = (h: number, Z: Tangent): void => {
    const time = memory[0]!;
    const x = Float64Array.from(flowing, (slot) => memory[slot]!);
    const sum = new Float64Array(c);
    const total = Z && new Float64Array(c * n);
    const moving = Z?.slice();
    for (const [offset, weight, next] of [
      [0, 1 / 6, 0.5],
      [0.5, 1 / 3, 0.5],
      [0.5, 1 / 3, 1],
      [1, 1 / 6, 0],
    ] as const) {
      memory[0] = time + offset * h;
      engine.flow(derivative);
      const slopes = moving && combined(slope(), c, moving);
      for (let i = 0; i < c; i++) {
        sum[i]! += weight * h * derivative[i]!;
        memory[flowing[i]!] = x[i]! + next * h * derivative[i]!;
      }
      if (slopes && Z) {
        for (let i = 0; i < c * n; i++) {
          total![i]! += weight * h * slopes[i]!;
          moving[i] = Z[i]! + next * h * slopes[i]!;
        }
      }
    }
    memory[0] = time + h;
    for (let i = 0; i < c; i++) memory[flowing[i]!] = x[i]! + sum[i]!;
    if (Z) for (let i = 0; i < c * n; i++) Z[i]! += total![i]!;
  };

  /** One interval from x; with derivatives where asked for. */
  const over = (
    x: ArrayLike<number>,
    u: ArrayLike<number>,
    k: number,
    wanted: boolean,
  ): { x: Float64Array; F: Float64Array | undefined } => {
    const from = begin + k * interval;
    put(x, u, from);
    let Z: Tangent;
    if (wanted) {
      Z = new Float64Array(width * n);
      Z.set(identity(n));
    }
    const pending = new Map<number, { readonly next: Float64Array; readonly rows: Float64Array | undefined }>();
    const commit = (due: Uint8Array): void => {
      ir.tasks.forEach((task, t) => {
        const waiting = due[t] ? pending.get(t) : undefined;
        if (!waiting) return;
        task.updates.forEach(({ slot }, i) => {
          memory[slot] = waiting.next[i]!;
          if (Z) Z.set(waiting.rows!.subarray(i * n, (i + 1) * n), column.get(slot)! * n);
        });
      });
    };
    segments.forEach((offset, s) => {
      memory[0] = from + offset;
      const due = dueAt(offset);
      if (s > 0) commit(due);
      engine.refresh(due);
      if (Z && width > 0 && ir.tasks.length > 0) {
        const waiting = kept.filter((slot) => !due[taskOf(slot)]);
        const taken = createGradients(ir, memory, [...slots, ...waiting], (task) => due[task] === 1, partials);
        // Samples taken now; those of other tasks stay what they were.
        const now = kept.map((slot) => taken(m.slot(slot)));
        ir.tasks.forEach(({ updates }, t) => {
          if (!due[t]) return;
          const next = new Float64Array(updates.length);
          engine.update(t, next);
          const rows = combined(
            dense(
              updates.map(({ expr, slot }) => taken(expr, "", slot)),
              updates.length,
            ),
            updates.length,
            Z,
          );
          pending.set(t, { next, rows });
        });
        const fresh = combined(dense(now, kept.length), kept.length, Z);
        kept.forEach((slot, i) => {
          if (due[taskOf(slot)]) Z.set(fresh.subarray(i * n, (i + 1) * n), column.get(slot)! * n);
        });
      } else {
        ir.tasks.forEach(({ updates }, t) => {
          if (!due[t]) return;
          const next = new Float64Array(updates.length);
          engine.update(t, next);
          pending.set(t, { next, rows: undefined });
        });
      }
      const length = (segments[s + 1] ?? interval) - offset;
      if (c === 0) return;
      if (A) {
        stepExactly(length, Z);
        return;
      }
      const count = Math.max(1, Math.ceil((parts * length) / interval - 1e-9));
      for (let i = 0; i < count; i++) {
        // What switches is looked at anew at each step.
        if (i > 0) engine.refresh(none);
        stepByRungeKutta(length / count, Z);
      }
    });
    commit(everything);
    return { x: Float64Array.from(slots, (slot) => memory[slot]!), F: Z?.slice(0, n * n) };
  };
  const tasksOfKept = new Map(
    ir.algebra.flatMap((step) =>
      step.do === "latch" && step.test === "sample"
        ? [[step.slot, step.task!] as const]
        : step.do === "solve" && step.task !== undefined
          ? step.unknowns.map((slot) => [slot, step.task!] as const)
          : [],
    ),
  );
  const taskOf = (slot: number): number => tasksOfKept.get(slot)!;

  // F and f are asked for at the same point, one after the other.
  let last:
    { readonly k: number; readonly x: Float64Array; readonly u: Float64Array; readonly next: Float64Array } | undefined;
  const same = (a: Float64Array, b: Float64Array): boolean => a.length === b.length && a.every((v, i) => v === b[i]);
  const measure = (x: Float64Array, u: Float64Array, k: number): void => {
    put(x, u, begin + k * interval);
    engine.refresh(everything);
  };
  return {
    ok: true,
    x: slots.map((slot) => ir.slots[slot]!.label),
    u: free.map((slot) => ir.slots[slot]!.label),
    y: read.map(({ label }) => label),
    x0: Float64Array.from(slots, (slot) => start[slot]!),
    exact: c === 0 || A !== undefined,
    substeps: parts,
    f(x, u, k) {
      if (last && last.k === k && same(last.x, x) && same(last.u, u)) return last.next;
      return over(x, u, k, false).x;
    },
    F(x, u, k) {
      const moved = over(x, u, k, true);
      last = { k, x: x.slice(), u: u.slice(), next: moved.x };
      return moved.F!;
    },
    h(x, u, k) {
      measure(x, u, k);
      return Float64Array.from(read, ({ slot }) => memory[slot]!);
    },
    H(x, u, k) {
      measure(x, u, k);
      const gradient = createGradients(ir, memory, slots, true, partials);
      const all = new Float64Array(p * n);
      outputs.forEach((e, i) => {
        for (const [seed, value] of gradient(e)) all[i * n + column.get(seed)!] = value;
      });
      return all;
    },
  };
}

function* cannot({ ir }: Model, interval: number): Iterable<Problem> {
  yield* withoutState(ir);
  for (const { every, offset } of ir.tasks) {
    const fits = (ratio: number) => Math.abs(ratio - Math.round(ratio)) < 1e-6;
    if (interval / every > 1 - 1e-6 && fits(interval / every) && fits(offset / every)) continue;
    yield error(
      "PLANT_RATE",
      "",
      `The record's interval of ${interval} s is no multiple of the sample time of ${every} s.`,
      "Resample the record, or change the sample time.",
      { interval, every },
    );
  }
}

const error = (code: string, path: string, message: string, hint: string, values?: Problem["values"]): Problem => ({
  severity: "error",
  code,
  path,
  message,
  hint,
  ...(values ? { values } : {}),
});

/** What has no state of finite size that could be estimated, with its block. */
export function* withoutState(ir: Ir): Iterable<Problem> {
  for (const step of ir.algebra) {
    if (step.do === "delay") {
      yield error(
        "PLANT_DELAY",
        step.block,
        "A transport delay has a whole past for a state.",
        "Approximate it by a transfer function.",
      );
    }
  }
  for (const { block } of [...ir.memories, ...ir.resets]) {
    yield error(
      "PLANT_MEMORY",
      block,
      "What remembers events or is reset by them has no state that could be estimated.",
      "Leave it out of the plant.",
    );
  }
}
