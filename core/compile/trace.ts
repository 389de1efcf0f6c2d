/**
 * Second pass: every block's equations are called once, over symbols, and leave steps behind. After this pass there are no
 * blocks, only slots and steps in no particular order; order.ts puts them in one.
 */
import type { BlockAlgebra, Column, DataRef, Signals, StateSpec } from "../blocks/block.ts";
import { createAlgebra } from "../expr/algebra.ts";
import type { Algebra, Expr } from "../expr/expr.ts";
import type { Assign, Hop, Latch, Matvec, Problem, Slot } from "../ir/ir.ts";
import { FormulaError, traceFormula } from "../diagram/parameters.ts";
import type { Flat, FlatBlock, FlatWire } from "./flatten.ts";
import type { Widths } from "./widths.ts";

/** Where a slot's number comes from; `read` finds it in any flat diagram of the same structure. */
export interface Fill { readonly slot: number; read(flat: Flat): number }

export interface Traced {
  readonly m: Algebra;
  readonly slots: readonly Slot[];
  readonly steps: readonly (Assign | Latch | Matvec)[];
  readonly blockOfStep: ReadonlyMap<Assign | Latch | Matvec, string>;
  readonly flow: readonly Assign[];
  readonly tasks: readonly { readonly every: number; readonly updates: readonly Assign[] }[];
  readonly series: readonly { readonly name: string; readonly values: Float64Array }[];
  readonly fills: readonly Fill[];
  readonly hops: readonly Hop[];
  readonly inputs: readonly number[];
  /** Slots of the in-port elements of each Output and Scope block, by block then port. */
  readonly sinks: readonly { readonly block: number; readonly port: string; readonly slots: readonly number[] }[];
  readonly problems: readonly Problem[];
}

/** Above this many entries a matrix times a vector stays one step. */
const KERNEL_FROM = 64;

export function trace(flat: Flat, widths: Widths): Traced {
  const m = createAlgebra();
  const slots: Slot[] = [];
  const steps: (Assign | Latch | Matvec)[] = [];
  const blockOfStep = new Map<Assign | Latch | Matvec, string>();
  const fills: Fill[] = [];
  const hops: Hop[] = [];
  const problems: Problem[] = [];
  const flow: Assign[] = [];
  const tasks: { every: number; updates: Assign[] }[] = [];
  const series: { name: string; values: Float64Array }[] = [];
  const seriesOf = new Map<Float64Array, number>();
  const inputs: number[] = [];
  const sinks: { block: number; port: string; slots: number[] }[] = [];

  const newSlot = (slot: Slot): number => slots.push(slot) - 1;
  const push = (block: string, step: Assign | Latch | Matvec): void => {
    steps.push(step);
    blockOfStep.set(step, block);
  };
  const taskOf = (every: number): number => {
    const known = tasks.findIndex((task) => task.every === every);
    return known >= 0 ? known : tasks.push({ every, updates: [] }) - 1;
  };
  newSlot({ kind: "time", path: "t", label: "t", block: "", unit: "s" });
  const t = m.slot(0);

  // Parameters, states and outputs get their slots before any equation is called: diagrams have loops.
  const variables = new Map<string, { rows: number; cols: number; data: Expr[] }>();
  const variable = (name: string) => {
    let v = variables.get(name);
    if (!v) {
      const value = flat.scope.get(name)!;
      const data = value.data.map((_, i) => {
        const path = value.data.length === 1 ? name : `${name}[${i + 1}]`;
        const slot = newSlot({ kind: "param", path: `$${path}`, label: path, block: "" });
        fills.push({ slot, read: (f) => f.scope.get(name)!.data[i]! });
        return m.slot(slot);
      });
      variables.set(name, (v = { rows: value.rows, cols: value.cols, data }));
    }
    return v;
  };
  const bound = flat.blocks.map((block, b) => traceParams(block, b));

  function traceParams(block: FlatBlock, b: number): { [name: string]: unknown } {
    const traced: { [name: string]: unknown } = {};
    for (const [name, value] of Object.entries(block.bound.values)) {
      const one = (suffix: string, i: number): Expr => {
        const path = `${block.path}#${name}${suffix}`;
        const slot = newSlot({ kind: "param", path, label: name + suffix, block: block.path });
        fills.push({ slot, read: (f) => numberAt(f.blocks[b]!.bound.values[name], i) });
        return m.slot(slot);
      };
      switch (value.kind) {
        case "real":
          traced[name] = one("", 0);
          break;
        case "vector":
          traced[name] = value.data.map((_, i) => one(`[${i + 1}]`, i));
          break;
        case "matrix":
          traced[name] = Array.from({ length: value.rows }, (_, i) =>
            Array.from({ length: value.cols }, (_, j) => one(`[${i + 1},${j + 1}]`, i * value.cols + j)),
          );
          break;
        case "formula":
          traced[name] = (args: { readonly [name: string]: readonly Expr[] }) => {
            const known = new Map<string, { rows: number; cols: number; data: readonly Expr[] }>();
            for (const symbol of value.symbols) if (flat.scope.has(symbol)) known.set(symbol, variable(symbol));
            for (const [arg, data] of Object.entries(args)) known.set(arg, { rows: data.length, cols: 1, data });
            return traceFormula(value.formula, known, m).data;
          };
          break;
        case "data": {
          const columns: Column[] = value.table.columns.map((column) => {
            let index = seriesOf.get(column.values);
            if (index === undefined) {
              index = series.push({ name: `${value.table.file}:${column.name}`, values: column.values }) - 1;
              seriesOf.set(column.values, index);
            }
            return { name: column.name, series: index, length: column.values.length };
          });
          traced[name] = { file: value.table.file, columns } satisfies DataRef;
          break;
        }
        default:
          traced[name] = value.value;
      }
    }
    return traced;
  }

  const periodOf = (block: FlatBlock, spec: StateSpec<never>): number | null => {
    const value = spec.every === undefined ? undefined : block.bound.values[spec.every];
    return value?.kind === "period" ? value.value : null;
  };
  const states = flat.blocks.map((block, b) => {
    const own: { [name: string]: number[] } = {};
    for (const [name, spec] of Object.entries(block.bound.states)) {
      const width = widths.state(b, name);
      own[name] = Array.from({ length: width }, (_, i) => {
        const label = block.bound.labels[name]?.[i];
        const path = label === undefined ? `${block.path}.${name}${width > 1 ? `[${i + 1}]` : ""}` : `${block.path}.${label}`;
        const slot = newSlot({ kind: "state", path, label: label ?? path, block: block.path });
        fills.push({ slot, read: (f) => initialAt(f.blocks[b]!, spec.initial, i) });
        return slot;
      });
    }
    return own;
  });
  const outputs = flat.blocks.map((block, b) => {
    const own: { [port: string]: number[] } = {};
    const single = Object.keys(block.bound.ports.out ?? {}).length === 1;
    for (const port of Object.keys(block.bound.ports.out ?? {})) {
      const width = widths.port(b, "out", port);
      const kind = block.definition.role === "input" ? "input" : "signal";
      own[port] = Array.from({ length: width }, (_, i) => {
        const label = block.bound.labels[port]?.[i];
        const path = elementPath(block.path, port, single, i, width, label);
        return newSlot({ kind, path, label: label ?? path, block: block.path });
      });
    }
    if (block.definition.role === "input") inputs.push(...Object.values(own).flat());
    return own;
  });

  // Wires: what arrives at each in port. A single plain wire is the source itself; anything else gets slots of its own.
  const arriving = new Map<string, FlatWire[]>();
  for (const wire of flat.wires) {
    const key = `${wire.to.block}.${wire.to.port}`;
    const list = arriving.get(key);
    if (list) list.push(wire);
    else arriving.set(key, [wire]);
  }
  const gainSlots = new Map<string, Expr[]>();
  flat.wires.forEach((wire, w) => {
    if (!wire.gain) return;
    const { cols, data } = wire.gain;
    gainSlots.set(
      wire.id,
      data.map((_, i) => {
        const suffix = data.length === 1 ? "" : `[${Math.floor(i / cols) + 1},${(i % cols) + 1}]`;
        const slot = newSlot({ kind: "param", path: `wire ${wire.id}${suffix}`, label: `gain${suffix}`, block: "" });
        fills.push({ slot, read: (f) => f.wires[w]!.gain!.data[i]! });
        return m.slot(slot);
      }),
    );
  });

  function blockAlgebra(block: string): BlockAlgebra {
    let made = 0;
    const own = (value: Expr): number => {
      if (value.op === "slot") return value.value;
      const path = `${block}#${++made}`;
      const slot = newSlot({ kind: "signal", path, label: path, block });
      push(block, { do: "assign", slot, expr: value });
      return slot;
    };
    return {
      ...m,
      matvec(matrix, v) {
        const rows = matrix.length;
        const cols = v.length;
        const first = matrix[0]?.[0];
        const contiguous = first?.op === "slot" && matrix.every((row, i) => row.every((e, j) => e.op === "slot" && e.value === first.value + i * cols + j));
        if (rows * cols <= KERNEL_FROM || !contiguous) return matrix.map((row) => m.dot(row, v));
        const from = v.map(own);
        const to = matrix.map((_, i) => {
          const path = `${block}#${++made}[${i + 1}]`;
          return newSlot({ kind: "signal", path, label: path, block });
        });
        push(block, { do: "matvec", matrix: first.value, rows, cols, from, to });
        return to.map((slot) => m.slot(slot));
      },
      sample(value, period) {
        if (period === null) return value;
        const path = `${block}#held${++made}`;
        const slot = newSlot({ kind: "signal", path, label: path, block });
        push(block, { do: "latch", slot, test: "sample", arg: value, task: taskOf(period) });
        return m.slot(slot);
      },
      lookup(x, at, values, between) {
        const last = at.length - 1;
        if (last <= 0) return m.cell(values.series, 0);
        const segment = m.find(at.series, x);
        const left = m.cell(values.series, segment);
        if (between === "hold") return m.choose(m.ge(x, m.cell(at.series, last)), m.cell(values.series, last), left);
        const from = m.cell(at.series, segment);
        const right = m.cell(values.series, m.add(segment, 1));
        const rise = m.div(m.sub(right, left), m.sub(m.cell(at.series, m.add(segment, 1)), from));
        const inside = m.add(left, m.mul(rise, m.sub(x, from)));
        const early = m.choose(m.lt(x, m.cell(at.series, 0)), m.cell(values.series, 0), inside);
        return m.choose(m.ge(x, m.cell(at.series, last)), m.cell(values.series, last), early);
      },
    };
  }

  flat.blocks.forEach((block, b) => {
    const algebra = blockAlgebra(block.path);
    const ins: { [port: string]: readonly Expr[] } = {};
    const connected: { [port: string]: boolean } = {};
    for (const port of Object.keys(block.bound.ports.in ?? {})) {
      const wires = arriving.get(`${b}.${port}`) ?? [];
      connected[port] = wires.length > 0;
      ins[port] = portValues(block, b, port, wires, algebra);
    }
    if (block.definition.role === "output" || block.definition.role === "scope") {
      for (const [port, values] of Object.entries(ins)) {
        sinks.push({ block: b, port, slots: values.map((e) => (e.op === "slot" ? e.value : newSinkSlot(block, port, e))) });
      }
    }
    const signals: Signals = {
      t,
      in: ins,
      state: Object.fromEntries(Object.entries(states[b]!).map(([name, own]) => [name, own.map((slot) => m.slot(slot))])),
      width: widths.named(b),
      connected,
    };
    try {
      const { out = {}, next = {} } = block.definition.equations(algebra, signals, bound[b] as never);
      for (const [port, own] of Object.entries(outputs[b]!)) {
        own.forEach((slot, i) => push(block.path, { do: "assign", slot, expr: need(out[port]?.[i], block, port, i) }));
      }
      for (const [name, own] of Object.entries(states[b]!)) {
        const period = periodOf(block, block.bound.states[name] as StateSpec<never>);
        const into = period === null ? flow : tasks[taskOf(period)]!.updates;
        own.forEach((slot, i) => into.push({ do: "assign", slot, expr: need(next[name]?.[i], block, name, i) }));
      }
    } catch (error) {
      if (!(error instanceof FormulaError)) throw error;
      problems.push({ severity: "error", code: error.code, path: block.path, message: error.message, ...(error.hint ? { hint: error.hint } : {}) });
    }
  });

  function newSinkSlot(block: FlatBlock, port: string, expr: Expr): number {
    const path = `${block.path}.${port}`;
    const slot = newSlot({ kind: "signal", path, label: path, block: block.path });
    push(block.path, { do: "assign", slot, expr });
    return slot;
  }

  function portValues(block: FlatBlock, b: number, port: string, wires: readonly FlatWire[], algebra: BlockAlgebra): readonly Expr[] {
    const width = widths.port(b, "in", port);
    const only = wires.length === 1 ? wires[0]! : undefined;
    if (wires.length === 0) return Array.from({ length: width }, () => m.num(0));
    if (only && !only.gain) {
      const sources = outputs[only.from.block]![only.from.port]!;
      for (const slot of sources) hops.push({ wire: only.id, slot, block: block.path });
      return sources.map((slot) => m.slot(slot));
    }
    const terms = wires.map((wire) => {
      const sources = outputs[wire.from.block]![wire.from.port]!;
      const values = sources.map((slot) => m.slot(slot));
      const gain = gainSlots.get(wire.id);
      if (!gain || !wire.gain) return { wire, sources, values };
      if (wire.gain.rows === 1 && wire.gain.cols === 1) return { wire, sources, values: values.map((v) => m.mul(gain[0]!, v)) };
      const { rows, cols } = wire.gain;
      const matrix = Array.from({ length: rows }, (_, i) => gain.slice(i * cols, (i + 1) * cols));
      return { wire, sources, values: algebra.matvec(matrix, values) };
    });
    const single = Object.keys(block.bound.ports.in ?? {}).length === 1;
    return Array.from({ length: width }, (_, i) => {
      const label = block.bound.labels[port]?.[i];
      const path = label === undefined ? `${block.path}.${elementPath(port, port, true, i, width, undefined)}` : `${block.path}.${label}`;
      const taken = label !== undefined && !single;
      const slot = newSlot({ kind: "signal", path: taken ? `${path} in` : path, label: label ?? path, block: block.path });
      push(block.path, { do: "assign", slot, expr: m.sum(terms.map((term) => term.values[i]!)) });
      for (const { wire, sources } of terms) for (const source of sources) hops.push({ wire: wire.id, slot: source, block: block.path, into: slot });
      return m.slot(slot);
    });
  }

  // A purely sampled model is only ever looked at its instants, where a held value is the value itself.
  if (flow.length === 0 && tasks.length === 1) {
    steps.forEach((step, i) => {
      if (step.do !== "latch") return;
      steps[i] = { do: "assign", slot: step.slot, expr: step.arg };
      blockOfStep.set(steps[i], blockOfStep.get(step)!);
    });
  }
  return { m, slots, steps, blockOfStep, flow, tasks, series, fills, hops, inputs, sinks, problems };
}

/** The path of one element of a port: by its label, or by number where there are several. */
export function elementPath(block: string, port: string, single: boolean, i: number, width: number, label: string | undefined): string {
  if (label !== undefined) return `${block}.${label}`;
  const base = single ? block : `${block}.${port}`;
  return width === 1 ? base : `${base}[${i + 1}]`;
}

function need(e: Expr | undefined, block: FlatBlock, name: string, i: number): Expr {
  if (!e) throw new Error(`Block type ${block.definition.type} gives no equation for ${name}[${i + 1}] (${block.path})`);
  return e;
}

function numberAt(value: FlatBlock["bound"]["values"][string] | undefined, i: number): number {
  if (value?.kind === "real") return value.value;
  if (value?.kind === "vector" || value?.kind === "matrix") return value.data[i]!;
  throw new Error("Not a tunable parameter");
}

function initialAt(block: FlatBlock, initial: string | number, i: number): number {
  if (typeof initial === "number") return initial;
  const value = block.bound.values[initial];
  const shared = value?.kind === "vector" && value.data.length === 1;
  return numberAt(value, shared || value?.kind === "real" ? 0 : i);
}

