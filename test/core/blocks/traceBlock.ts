/**
 * One block's equations as numbers: its parameters, inputs and states are given, its outputs and next values come back.
 * No diagram and no engine, so that a test of a block fails for that block alone.
 */
import { attachedTo } from "../../../core/diagram/attached.ts";
import { blockOf } from "../../../core/blocks/index.ts";
import type { BlockAlgebra, BlockDefinition, ParamSpec, Ports, Rate, Width } from "../../../core/blocks/block.ts";
import { checkValue } from "../../../core/diagram/bind.ts";
import { bindParam } from "../../../core/diagram/bindParam.ts";
import { createAlgebra } from "../../../core/expr/algebra.ts";
import { evaluate } from "../../../core/expr/evaluate.ts";
import type { Expr } from "../../../core/expr/expr.ts";

type Table = {
  readonly file: string;
  readonly columns: readonly { readonly name: string; readonly values: Float64Array }[];
};
type Formula = (m: BlockAlgebra, args: { readonly [name: string]: readonly Expr[] }) => readonly Expr[];
type Given =
  | Rate
  | number
  | readonly number[]
  | readonly (readonly number[])[]
  | string
  | readonly string[]
  | null
  | Table
  | Formula;
export type GivenParams = { readonly [name: string]: Given };

export interface Place {
  readonly t?: number;
  readonly in?: { readonly [port: string]: readonly number[] };
  readonly state?: { readonly [name: string]: readonly number[] };
  /** What was remembered from before the event, in the order of the calls; the initial values where absent. */
  readonly memory?: readonly number[];
  /** What rises() and falls() give, in the order of the calls; 0 where absent. */
  readonly flanks?: readonly number[];
  /** What delay() gives, in the order of the calls; the initial values where absent. */
  readonly delayed?: readonly number[];
  /** What rate() gives, in the order of the calls; 0 where absent. */
  readonly rates?: readonly number[];
}

export interface TracedBlock {
  readonly definition: BlockDefinition;
  readonly ports: Ports;
  readonly states: { readonly [name: string]: { readonly width: Width } };
  readonly labels: { readonly [name: string]: readonly string[] };
  readonly problem: string | undefined;
  at(place: Place): {
    out: { [port: string]: number[] };
    next: { [state: string]: number[] };
    /** Values that were held between instants, in the order of the calls. */
    held: number[];
    /** Values to be remembered at the next event, in the order of the calls. */
    remembered: number[];
    /** Conditions whose flanks were asked for, in the order of the calls. */
    conditions: number[];
    delays: { value: number; time: number; initial: number }[];
    reset: { [state: string]: { when: number; to: number[] } };
    start: { [state: string]: number[] };
    stop: number | undefined;
  };
}

/** Parameters are given as the values that they evaluate to; the others are their defaults. `width` resolves named dimensions. */
export function traceBlock(
  type: string,
  params: GivenParams,
  width: { readonly [name: string]: number } = {},
): TracedBlock {
  const definition = blockOf(type);
  if (!definition) throw new Error(`no block ${type}`);
  for (const name of Object.keys(params))
    if (!definition.params[name]) throw new Error(`${type} has no parameter ${name}`);
  const shapes = each(definition, params, shapeOf);
  const ports = typeof definition.ports === "function" ? definition.ports(shapes as never) : definition.ports;
  const states =
    typeof definition.states === "function" ? definition.states(shapes as never) : (definition.states ?? {});
  const values = each(definition, params, (_, given) => (typeof given === "function" ? "formula" : given));
  const objection = definition.check?.(values as never, shapes as never);
  return {
    definition,
    ports,
    states,
    labels: definition.labels?.(shapes as never, width) ?? {},
    problem: typeof objection === "string" ? objection : objection?.says,
    at(place) {
      const m = createAlgebra();
      const memory: number[] = [place.t ?? 0];
      const slots = (numbers: readonly number[]) => numbers.map((value) => m.slot(memory.push(value) - 1));
      const series: { values: Float64Array }[] = [];
      const held: Expr[] = [];
      const remembered: Expr[] = [];
      const conditions: Expr[] = [];
      const rated: Expr[] = [];
      const delays: { value: Expr; time: Expr; initial: Expr }[] = [];
      const value = (e: Expr) => evaluate(e, memory, series);
      const flank = (condition: Expr) => {
        const at = conditions.push(condition) - 1;
        return m.num(place.flanks?.[at] ?? 0);
      };
      const algebra: BlockAlgebra = {
        ...m,
        matvec: (matrix, v) => matrix.map((row) => m.dot(row, v)),
        signal: (e) => e,
        sample: (e, rate) => (rate !== null && held.push(e), e),
        period: (rate) => m.num(rate.every),
        table(name, values) {
          if (values.some((e) => e.op !== "slot")) throw new Error(`${name} is not a parameter`);
          return { name, series: series.push({ values: Float64Array.from(values, value) }) - 1, length: values.length };
        },
        remember(initial, next) {
          const at = remembered.push(m.num(NaN)) - 1;
          const was = place.memory?.[at] ?? (typeof initial === "number" ? initial : value(initial));
          return (remembered[at] = next(slots([was])[0]!));
        },
        rises: flank,
        falls: flank,
        delay(e, time, initial) {
          const at = delays.push({ value: e, time, initial }) - 1;
          return slots([place.delayed?.[at] ?? value(initial)])[0]!;
        },
        rate: (e) => m.num(place.rates?.[rated.push(e) - 1] ?? 0),
        lookup(x, at, column, between) {
          const i = m.find(at.series, x);
          const [a, b] = [m.cell(column.series, i), m.cell(column.series, m.add(i, 1))];
          const [from, to] = [m.cell(at.series, i), m.cell(at.series, m.add(i, 1))];
          const part = m.max(0, m.min(1, m.div(m.sub(x, from), m.sub(to, from))));
          return between === "hold" ? m.choose(m.ge(x, to), b, a) : m.add(a, m.mul(part, m.sub(b, a)));
        },
      };
      const traced = each(definition, params, (spec, given) => {
        if (spec.kind === "period") return given;
        if (spec.kind === "real") return slots([given as number])[0];
        if (spec.kind === "vector") return slots(given as number[]);
        if (spec.kind === "matrix") return (given as number[][]).map(slots);
        if (spec.kind === "formula") return (args: { [name: string]: Expr[] }) => (given as Formula)(algebra, args);
        if (spec.kind !== "data") return given;
        const columns = (given as Table).columns.map(({ name, values }) => ({
          name,
          series: series.push({ values }) - 1,
          length: values.length,
        }));
        return { file: (given as Table).file, columns };
      });
      const dimensions: { [name: string]: number } = { ...width };
      const ins = Object.fromEntries(
        Object.entries(ports.in ?? {}).map(([port, spec]) => {
          const given = place.in?.[port] ?? [];
          if (typeof spec.width === "string") dimensions[spec.width] ??= given.length;
          return [port, slots(given)];
        }),
      );
      const equations = definition.equations(
        algebra,
        {
          t: m.slot(0),
          in: ins,
          state: Object.fromEntries(Object.keys(states).map((name) => [name, slots(place.state?.[name] ?? [])])),
          width: dimensions,
          connected: Object.fromEntries(
            Object.keys(ports.in ?? {}).map((port) => [port, place.in?.[port] !== undefined]),
          ),
          derived: Object.fromEntries(
            Object.entries(definition.derived?.(values as never) ?? {}).map(([name, numbers]) => [
              name,
              slots(numbers),
            ]),
          ),
        },
        traced as never,
      );
      const numbers = (of: { readonly [name: string]: readonly Expr[] } = {}) =>
        Object.fromEntries(Object.entries(of).map(([name, list]) => [name, list.map(value)]));
      return {
        out: numbers(equations.out),
        next: numbers(equations.next),
        held: held.map(value),
        remembered: remembered.map(value),
        conditions: conditions.map(value),
        delays: delays.map((d) => ({ value: value(d.value), time: value(d.time), initial: value(d.initial) })),
        reset: Object.fromEntries(
          Object.entries(equations.reset ?? {}).map(([state, { when, to }]) => [
            state,
            { when: value(when), to: to.map(value) },
          ]),
        ),
        start: numbers(equations.start),
        stop: equations.stop && value(equations.stop),
      };
    },
  };
}

function each(
  definition: BlockDefinition,
  params: GivenParams,
  make: (spec: ParamSpec, given: Given) => unknown,
): { [name: string]: unknown } {
  return Object.fromEntries(
    Object.entries(definition.params).map(([name, spec]) => {
      const typed = params[name] ?? byDefault(spec);
      const given = spec.kind === "period" && typeof typed === "number" ? { every: typed, offset: 0 } : typed;
      return [name, make(spec, given)];
    }),
  );
}

function byDefault(spec: ParamSpec): Given {
  const read = bindParam(spec, spec.default, new Map(), attachedTo(undefined));
  if (!read.ok || read.value.kind === "formula") throw new Error(`give ${spec.label}`);
  return checkValue(read.value) as Given;
}

function shapeOf(spec: ParamSpec, given: Given): unknown {
  if (spec.kind === "real") return undefined;
  if (spec.kind === "vector") return { length: (given as number[]).length };
  if (spec.kind === "matrix")
    return { rows: (given as number[][]).length, cols: (given as number[][])[0]?.length ?? 0 };
  if (spec.kind === "formula") return { length: undefined };
  if (spec.kind === "data")
    return { file: (given as Table).file, columns: (given as Table).columns.map(({ name }) => name) };
  return given;
}
