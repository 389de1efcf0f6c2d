/** Parameters as equations see them: tunable numbers become slots, structural ones stay what they are. */
import type { Column, DataRef, PlantEquations, PlantPoint, PlantShape, Params, StateSpec } from "../blocks/block.ts";
import { asked } from "../diagram/bind.ts";
import type { BoundPlant } from "../diagram/bindParam.ts";
import { traceFormula, type Value } from "../diagram/parameters.ts";
import type { Expr } from "../expr/expr.ts";
import { createRewriter } from "../expr/walk.ts";
import { plantSymbols, type PlantSymbols } from "../plant/plantSymbols.ts";
import { derivedOf } from "./derived.ts";
import type { Draft } from "./draft.ts";
import type { Flat, FlatBlock } from "./flat.ts";

type Values = { readonly rows: number; readonly cols: number; readonly data: readonly Expr[] };

/** The parameters of every block, in order. A variable that formulas read has one slot an element, shared by all. */
export function traceParams(draft: Draft, flat: Flat): { readonly [param: string]: unknown }[] {
  // A subsystem's own parameters and what it takes over from the sheets around it are one scope: the value tells them apart.
  const variables = new Map<string, Map<Value, Values>>();
  const variable = (b: number, name: string): Values => {
    const { scope, sheet } = flat.blocks[b]!;
    const value = scope.get(name)!;
    const known = variables.get(name) ?? new Map<Value, Values>();
    variables.set(name, known);
    let v = known.get(value);
    if (!v) {
      const data = value.data.map((_, i) => {
        const label = value.data.length === 1 ? name : `${name}[${i + 1}]`;
        const path = flat.scope.get(name) === value ? `$${label}` : `${sheet}$${label}`;
        return draft.filled({ kind: "param", path, label, block: "" }, (f) => f.blocks[b]!.scope.get(name)!.data[i]!);
      });
      known.set(value, (v = { rows: value.rows, cols: value.cols, data }));
    }
    return v;
  };
  return flat.blocks.map((block, b) =>
    Object.fromEntries(
      askedOf(block).map((name) => [
        name,
        traceParam(draft, block, b, name, (variableName) => variable(b, variableName)),
      ]),
    ),
  );
}

/** Numbers that its choices leave without a meaning get no slots. */
function askedOf({ definition, bound }: FlatBlock): string[] {
  const choice = (param: string): string => {
    const value = bound.values[param];
    return value?.kind === "choice" ? value.value : "";
  };
  return Object.keys(bound.values).filter((name) => asked(definition.params[name]!, choice));
}

function traceParam(
  draft: Draft,
  block: FlatBlock,
  b: number,
  name: string,
  variable: (name: string) => Values,
): unknown {
  const value = block.bound.values[name]!;
  const one = (suffix: string, i: number): Expr =>
    draft.filled(
      { kind: "param", path: `${block.path}#${name}${suffix}`, label: name + suffix, block: block.path },
      (f) => numberAt(f.blocks[b]!, name, i),
    );
  switch (value.kind) {
    case "real":
      return one("", 0);
    case "vector":
      return value.data.map((_, i) => one(`[${i + 1}]`, i));
    case "matrix":
      return Array.from({ length: value.rows }, (_, i) =>
        Array.from({ length: value.cols }, (__, j) => one(`[${i + 1},${j + 1}]`, i * value.cols + j)),
      );
    case "formula":
      return (args: { readonly [arg: string]: readonly Expr[] }) => {
        const known = new Map<string, Values>();
        for (const symbol of value.symbols) if (block.scope.has(symbol)) known.set(symbol, variable(symbol));
        for (const [arg, data] of Object.entries(args)) known.set(arg, { rows: data.length, cols: 1, data });
        return traceFormula(value.formula, known, draft.m).data;
      };
    case "period":
      if (value.value === "inherited") throw new Error(`${block.path}: its sample time was never settled`);
      return value.value;
    case "data": {
      const columns = value.table.columns.map((column): Column => ({
        name: column.name,
        series: draft.seriesOf(`${value.table.file}:${column.name}`, column.values),
        length: column.values.length,
      }));
      return { file: value.table.file, columns } satisfies DataRef;
    }
    case "plant":
      return value.plant && plantEquations(draft, block.path, b, name, value.plant);
    default:
      return value.value;
  }
}

/** A plant's equations in slots of this model: its parameters and tables get slots of their own, filled from the plant's numbers. */
function plantEquations(draft: Draft, path: string, b: number, name: string, plant: BoundPlant): PlantEquations {
  const { m } = draft;
  const { numbers, model } = plant;
  const { ir } = model;
  const shape = shapeOf(numbers);
  if (numbers.exact) {
    const none = (): never => {
      throw new Error(`${path}: an exact plant is its matrices`);
    };
    return { ...shape, next: none, measured: none, nextSlope: none, measuredSlope: none };
  }
  const symbols = plantSymbols(ir);
  if (!symbols.ok) throw new Error(`${path}: its plant was let through`);
  const params = new Map<number, Expr>();
  ir.slots.forEach((slot, i) => {
    if (slot.kind !== "param") return;
    const own = { kind: "param", path: `${path}#${slot.path}`, label: slot.label, block: path } as const;
    const read = (f: Flat): number => {
      const value = f.blocks[b]!.bound.values[name];
      return (value?.kind === "plant" && value.plant?.model.values[i]) || 0;
    };
    params.set(i, draft.filled(own, read));
  });
  const series = ir.series.map(({ name: of, values, from }) =>
    from === undefined
      ? draft.seriesOf(of, values)
      : draft.series.push({ name: `${path}#${of}`, values, from: params.get(from)!.value }) - 1,
  );
  const at = (all: (s: PlantSymbols) => readonly Expr[]) => {
    const expressions = all(symbols);
    return ({ t, x, u }: PlantPoint): Expr[] => {
      const known = new Map<number, Expr>([...params, [0, typeof t === "number" ? m.num(t) : t]]);
      symbols.states.forEach((slot, i) => known.set(slot, x[i]!));
      ir.inputs.forEach((slot, i) => known.set(slot, u[i] ?? m.num(0)));
      const there = createRewriter(m, (e, original) => {
        if (original.op === "slot") {
          const value = known.get(original.value);
          if (!value) throw new Error(`${path}: nothing stands for ${ir.slots[original.value]?.path}`);
          return value;
        }
        if (original.op === "find") return m.find(series[original.value]!, e.args[0]!);
        return original.op === "cell" ? m.cell(series[original.value]!, e.args[0]!) : e;
      });
      return expressions.map(there);
    };
  };
  const rows = (all: (s: PlantSymbols) => readonly (readonly Expr[])[]) => {
    const values = at((s) => all(s).flat());
    const n = symbols.states.length;
    return (point: PlantPoint) => {
      const list = values(point);
      return Array.from({ length: list.length / n }, (_, i) => list.slice(i * n, (i + 1) * n));
    };
  };
  return {
    ...shape,
    next: at((s) => s.next),
    measured: at((s) => s.outputs),
    nextSlope: rows((s) => s.nextSlope),
    measuredSlope: rows((s) => s.outputSlope),
  };
}

const shapeOf = ({ states, inputs, outputs, exact, linear, sampled }: PlantShape): PlantShape => ({
  states,
  inputs,
  outputs,
  exact,
  linear,
  sampled,
});

/** Element i of a block's tunable parameter. */
function numberAt(block: FlatBlock, name: string, i: number): number {
  const value = block.bound.values[name];
  if (value?.kind === "real") return value.value;
  if (value?.kind === "vector" || value?.kind === "matrix") return value.data[i]!;
  throw new Error(`${block.path}: ${name} is not a tunable parameter`);
}

/** Initial value of element i of a state: a number, or a parameter of which a single value serves every element. */
export function initialAt(block: FlatBlock, initial: StateSpec<Params>["initial"], i: number): number {
  if (typeof initial === "number") return initial;
  if (typeof initial === "object") return derivedOf(block)[initial.derived]![i]!;
  const value = block.bound.values[initial];
  const shared = value?.kind === "real" || (value?.kind === "vector" && value.data.length === 1);
  return numberAt(block, initial, shared ? 0 : i);
}
