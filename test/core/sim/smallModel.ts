/** Builds small models by hand, without blocks or a compiler: what the tests of the engine and of the time loop run. */
import { createAlgebra } from "../../../core/expr/algebra.ts";
import type { Algebra, Expr, Scalar } from "../../../core/expr/expr.ts";
import type { Assign, Instant, Ir, Latch, Model, SlotKind, Step } from "../../../core/ir/ir.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { simulate } from "../../../core/sim/simulate.ts";
import type { SimHooks } from "../../../core/sim/simulate.ts";
import type { SimResult, SimSettings } from "../../../core/sim/result.ts";

export interface SmallModel {
  readonly m: Algebra;
  readonly t: Expr;
  param(path: string, value: number): Expr;
  /** A run of consecutive parameters; the first one's slot. */
  params(path: string, values: readonly number[]): number;
  state(path: string, initial: number): Expr;
  /** dx/dt of a state. */
  flow(state: Expr, derivative: Scalar): void;
  signal(path: string, value: Scalar): Expr;
  /** A signal that a step made by hand assigns. */
  slot(path: string, kind?: SlotKind): Expr;
  step(step: Step): void;
  mode(
    path: string,
    test: Latch["test"],
    arg: Scalar,
    options?: { line?: readonly [Scalar, Scalar]; series?: number },
  ): Expr;
  sample(path: string, task: number, arg: Scalar): Expr;
  series(name: string, values: readonly number[]): number;
  task(every: number, offset?: number): number;
  update(task: number, state: Expr, next: Scalar): void;
  record(e: Expr, sampled?: boolean): void;
  build(): Model;
}

export function smallModel(): SmallModel {
  const m = createAlgebra();
  const slots: { kind: SlotKind; path: string; label: string; block: string }[] = [
    { kind: "time", path: "t", label: "t", block: "" },
  ];
  const values: number[] = [0];
  const algebra: Step[] = [];
  const flow: Assign[] = [];
  const tasks: { every: number; offset: number; updates: Assign[] }[] = [];
  const instants: Instant[] = [];
  const series: { name: string; values: Float64Array }[] = [];
  const records: { slot: number; path: string; label: string; sampled: boolean }[] = [];
  const lift = (e: Scalar): Expr => (typeof e === "number" ? m.num(e) : e);
  const add = (kind: SlotKind, path: string, value = 0): Expr => {
    slots.push({ kind, path, label: path, block: path });
    values.push(value);
    return m.slot(slots.length - 1);
  };
  return {
    m,
    t: m.slot(0),
    param: (path, value) => add("param", path, value),
    params: (path, list) => list.map((v, i) => add("param", `${path}[${i}]`, v).value)[0]!,
    state: (path, initial) => add("state", path, initial),
    flow: (state, derivative) => flow.push({ do: "assign", slot: state.value, expr: lift(derivative) }),
    signal(path, value) {
      const e = add("signal", path);
      algebra.push({ do: "assign", slot: e.value, expr: lift(value), block: path });
      return e;
    },
    slot: (path, kind = "signal") => add(kind, path),
    step: (step) => algebra.push(step),
    mode(path, test, arg, options = {}) {
      const e = add("mode", path);
      algebra.push({
        do: "latch",
        slot: e.value,
        test,
        arg: lift(arg),
        block: path,
        ...(options.series === undefined ? {} : { series: options.series }),
      });
      if (options.line)
        instants.push({
          step: algebra.length - 1,
          arg: lift(arg),
          slope: lift(options.line[0]),
          offset: lift(options.line[1]),
        });
      return e;
    },
    sample(path, task, arg) {
      const e = add("mode", path);
      algebra.push({ do: "latch", slot: e.value, test: "sample", arg: lift(arg), task, block: path });
      return e;
    },
    series: (name, list) => series.push({ name, values: Float64Array.from(list) }) - 1,
    task: (every, offset = 0) => tasks.push({ every, offset, updates: [] }) - 1,
    update: (task, state, next) => tasks[task]!.updates.push({ do: "assign", slot: state.value, expr: lift(next) }),
    record: (e, sampled = false) =>
      records.push({ slot: e.value, path: slots[e.value]!.path, label: slots[e.value]!.label, sampled }),
    build() {
      const ir: Ir = {
        key: "test",
        slots,
        series,
        algebra,
        flow,
        tasks,
        instants,
        memories: [],
        resets: [],
        starts: [],
        stops: [],
        inputs: [],
        outputs: [],
        records,
        views: [],
        hops: [],
      };
      return { ir, values: Float64Array.from(values) };
    },
  };
}

export const defaults: SimSettings = {
  start: 0,
  stop: 1,
  step: 0.1,
  solver: "auto",
  rtol: 1e-6,
  atol: 1e-9,
  maxStep: 0,
  events: false,
};

export function run(model: Model, settings: Partial<SimSettings> = {}, hooks: SimHooks = {}): SimResult {
  const { ir } = model;
  return simulate(interpret(model), ir, { ...defaults, ...settings }, hooks);
}

export function values(result: SimResult, path: string): Float64Array {
  return result.traces.find((trace) => trace.path === path)!.values;
}

/** A step at t0: 0 before, 1 from t0 on, as a closed-form instant. */
export function stepAt(s: SmallModel, path: string, t0: Expr): Expr {
  return s.mode(path, "atLeast", s.m.sub(s.t, t0), { line: [1, s.m.neg(t0)] });
}
