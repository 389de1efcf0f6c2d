/** What every module of a model has: imported operations, look-up in its series, and where things stand in the one memory. */
import type { Expr } from "../../expr/expr.ts";
import { postorder, slotsOf } from "../../expr/walk.ts";
import { recordedSlots } from "../../ir/copies.ts";
import type { Delay, Ir, Latch, Matvec, Solve, Step } from "../../ir/ir.ts";
import type { Data, WasmProgram } from "../../sim/wasmProgram.ts";
import { createModule, type Func, type Module } from "../../wasm/encoder.ts";
import { importedOps } from "./expressions.ts";
import { call, i32 } from "../../wasm/instructions.ts";
import type { Layout } from "./layout.ts";
import { addMultiply, multiplySlots } from "./matvec.ts";
import { createNeeds } from "./needed.ts";
import type { Item, Put, Room } from "./program.ts";
import { addFind } from "./series.ts";

const stepsOf = <D extends Step["do"]>(ir: Ir, kind: D): Extract<Step, { readonly do: D }>[] =>
  ir.algebra.filter((step) => step.do === kind) as Extract<Step, { readonly do: D }>[];
export const solvesOf = (ir: Ir): readonly Solve[] => stepsOf(ir, "solve");
const delaysOf = (ir: Ir): readonly Delay[] => stepsOf(ir, "delay");
const matvecsOf = (ir: Ir): readonly Matvec[] => stepsOf(ir, "matvec");

/** First cells of everything. */
export type Cells = WasmProgram["cells"] & {
  readonly series: readonly number[];
  /** Areas for the arguments and the results of wide maps. */
  readonly x: number;
  readonly y: number;
  readonly integrators: WasmProgram["integrators"] & {
    /** Weights of a method. */
    readonly constants: number;
    readonly coefficient: (j: number) => number;
  };
  readonly beats: WasmProgram["beats"];
};

/** Many states make too large a matrix to propagate with. */
const mostPropagated = 200;

/**
 * Whether a model may have regular events only: one rate of samples and no continuous states, or the other way round, and nothing
 * that has to be searched for, remembered, reset, delayed or iterated.
 */
function hasBeats(ir: Ir): boolean {
  const searched = modesOf(ir).some(({ closed }) => !closed);
  const iterated = solvesOf(ir).filter(({ linear }) => !linear).length;
  const special =
    ir.memories.length + ir.resets.length + ir.starts.length + ir.stops.length + delaysOf(ir).length + iterated;
  if (searched || special > 0) return false;
  if (ir.flow.length === 0) return ir.tasks.length === 1;
  return ir.tasks.length === 0 && ir.flow.length <= mostPropagated;
}

/** Where the columns of a wide map stand. */
export function placesOfBeats(ir: Ir, cells: Cells, step: Matvec): { readonly at: number; readonly padded: number } {
  return cells.beats!.matrices[matvecsOf(ir).indexOf(step)]!;
}

/** Areas for events in a row. */
function placeBeats(ir: Ir, layout: Layout): Cells["beats"] {
  if (!hasBeats(ir)) return undefined;
  const n = ir.flow.length;
  return {
    matrices: matvecsOf(ir).map(({ matrix, rows, cols }) => {
      // A single row is one run of numbers as it is.
      const padded = rows === 1 ? 1 : rows + (rows % 2);
      return { from: matrix, rows, padded, cols, at: rows === 1 ? matrix : layout.take(padded * cols) };
    }),
    propagator: layout.take(3 * (n + 1) * n),
    x: layout.take(n),
    drivers: layout.take(2 * n),
    later: layout.take(n),
    y: layout.take(n + 1),
  };
}

/** Flows of stages and coefficients of dense output that the largest method takes. */
const mostStages = 16;
const mostCoefficients = 7;
/**
 * Cells a state for a Jacobian and its factors, which are not known yet: dense ones of 64 states, or of more a sparse one with some
 * seventy entries a state. Memory that is not written to costs next to nothing.
 */
const mostImplicit = 2 * 64 + 1;

export function placeCells(ir: Ir, layout: Layout): Cells {
  const wide = matvecsOf(ir);
  const n = ir.flow.length;
  const recorded = recordedSlots(ir).length;
  const rows = Math.max(8, Math.min(4096, Math.floor(131072 / (recorded + 1))));
  const vector = (): number => layout.take(n + (n % 2));
  const vectors = (count: number): ((j: number) => number) => {
    const first = layout.take(count * (n + (n % 2)));
    return (j) => first + j * (n + (n % 2));
  };
  const coefficients = vectors(mostCoefficients);
  const written = {
    x: layout.take(Math.max(0, ...wide.map((step) => step.cols))),
    y: layout.take(Math.max(0, ...wide.map((step) => step.rows + 1))),
    due: layout.take(ir.tasks.length),
    derivative: layout.take(n),
    next: layout.take(Math.max(0, ...ir.tasks.map((task) => task.updates.length))),
    distance: layout.take(modesOf(ir).length),
    line: layout.take(2),
    react: layout.take(ir.memories.length + ir.resets.reduce((count, { to }) => count + to.length, 0)),
    begin: layout.take(ir.starts.length),
    equations: layout.take(Math.max(0, ...solvesOf(ir).map(({ unknowns: { length: m } }) => m + m * m))),
    kept: solvesOf(ir).map(({ unknowns }) => {
      const first = layout.take(unknowns.length);
      return unknowns.map((_, i) => first + i);
    }),
    integrators: {
      control: layout.take(64),
      constants: layout.take(256),
      x: vector(),
      y: vector(),
      stage: vector(),
      kept: vector(),
      k: vectors(mostStages),
      // The first is the states at the start of the step.
      coefficient: (j: number) => coefficients(j - 1),
      implicit: { control: layout.take(64), byTime: layout.take(n) },
    },
    beats: placeBeats(ir, layout),
  };
  // Behind all that a run finds at 0. Times are the last column.
  const buffer = layout.take(rows * (recorded + 1));
  const room = n * Math.min(2 * n + 1, mostImplicit);
  const first = layout.take(room);
  const implicit = { ...written.integrators.implicit, first, end: first + room };
  return {
    ...written,
    integrators: { ...written.integrators, implicit, buffer, rows },
    series: ir.series.map(({ values, from }) => from ?? layout.take(values.length)),
  };
}

export interface OpenRoom {
  readonly module: Module;
  readonly room: Room;
  readonly imports: readonly string[];
  readonly modes: readonly Mode[];
}

/** A new module with all that is imported; `more`: operations that its own code calls; `importOther`: imports what else it needs. */
export function openRoom(
  ir: Ir,
  cells: Cells,
  more: readonly string[] = [],
  importOther?: (module: Module) => void,
): OpenRoom {
  const module = createModule();
  module.importMemory("main", "memory");
  const used = operationsOf(ir);
  const imports = importedOps.filter((op) => used.has(op) || more.includes(op));
  const imported = new Map<string, Func>(
    imports.map((op) => {
      const arity = op === "pow" || op === "atan2" || op === "uniform" ? 2 : 1;
      return [op, module.importFunction("js", op, new Array<"f64">(arity).fill("f64"), ["f64"])] as const;
    }),
  );
  const solve = module.importFunction("js", "solve", ["i32"], []);
  const failed = module.importFunction("js", "failed", ["i32", "f64", "f64"], []);
  const delayed = module.importFunction("js", "delayed", ["i32", "f64"], ["f64"]);
  importOther?.(module);
  const around = {
    imported,
    find: addFind(module),
    series: ir.series.map(({ values }, i) => ({ at: 8 * cells.series[i]!, length: values.length })),
  };
  const multiply = matvecsOf(ir).length > 0 ? addMultiply(module) : undefined;
  const room: Room = {
    module,
    around,
    due: (task) => 8 * (cells.due + task),
    solve: (step) => call(solve, i32(solvesOf(ir).indexOf(step))),
    failed: (step, residual, slope) => call(failed, i32(solvesOf(ir).indexOf(step)), residual, slope),
    delay: (step, initial) => call(delayed, i32(delaysOf(ir).indexOf(step)), initial),
    multiply: (step) => {
      const [matrix, rows, cols] = [i32(8 * step.matrix), i32(step.rows), i32(step.cols)];
      return multiplySlots(
        step,
        (x, y) => call(multiply!, matrix, rows, cols, i32(x), i32(y)),
        8 * cells.x,
        8 * cells.y,
      );
    },
  };
  return { module, room, imports, modes: modesOf(ir) };
}

export interface Mode {
  readonly latch: Latch;
  /** Its change is a closed-form instant. */
  readonly closed: boolean;
}

function modesOf(ir: Ir): Mode[] {
  const closed = new Set(ir.instants.map(({ step }) => step));
  return ir.algebra.flatMap((step, i) =>
    step.do === "latch" && step.task === undefined ? [{ latch: step, closed: closed.has(i) }] : [],
  );
}

/** Series that are data of the structure. */
export const dataOf = (ir: Ir, cells: Cells): Data[] =>
  ir.series.flatMap(({ values, from }, i) => (from === undefined ? [{ at: cells.series[i]!, values }] : []));

export const values = (exprs: readonly Expr[]): Put[] => exprs.map((expr, i) => ({ do: "put", offset: 8 * i, expr }));

/** Each value right after the steps that it needs and that came not before. */
export function withSteps(ir: Ir, puts: readonly Put[]): Item[] {
  const needs = createNeeds(ir);
  return puts.flatMap((put): Item[] => [...needs(slotsOf(put.expr)), put]);
}

/** All operations that occur anywhere. */
function operationsOf(ir: Ir): ReadonlySet<string> {
  const roots: Expr[] = [];
  for (const step of ir.algebra) {
    if (step.do === "assign") roots.push(step.expr);
    else if (step.do === "latch") roots.push(step.arg);
    else if (step.do === "delay") roots.push(step.time, step.initial);
    else if (step.do === "solve") roots.push(...step.residual, ...step.jacobian);
  }
  for (const { expr } of [...ir.flow, ...ir.starts, ...ir.tasks.flatMap((task) => task.updates)]) roots.push(expr);
  for (const { to } of ir.resets) roots.push(...to.map(({ expr }) => expr));
  roots.push(...ir.memories.map(({ arg }) => arg));
  for (const { arg, slope, offset } of ir.instants) roots.push(arg, slope, offset);
  return new Set(postorder(roots).map(({ op }) => op));
}
