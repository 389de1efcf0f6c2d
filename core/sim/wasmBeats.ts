/** Regular events that a WebAssembly module goes through by itself: laying out its matrices, and talking to it. */
import type { Ir } from "../ir/ir.ts";
import type { Engine } from "./engine.ts";
import type { Beats, GridPropagator } from "./integrators/integrator.ts";
import { columnBlocks, controlNames } from "./wasmProgram.ts";
import type { BeatProgram, Control, WasmProgram } from "./wasmProgram.ts";

/** Operations in one call, about. */
const budget = 4e6;

export function createWasmBeats(
  engine: Engine,
  ir: Ir,
  all: Float64Array,
  program: WasmProgram,
  { driven }: BeatProgram,
  exports: { readonly [name: string]: unknown },
  propagator: GridPropagator | undefined,
): Beats {
  const places = program.beats!;
  const own = program.integrators;
  const beats = exports["beats"] as (most: number) => void;
  const cell = Object.fromEntries(controlNames.map((name, i) => [name, own.control + i])) as {
    readonly [name in Control]: number;
  };
  const [task] = ir.tasks;
  const n = ir.flow.length;
  const columnOf = new Map(ir.records.map(({ slot }, c) => [slot, c]));
  const most = Math.max(1, Math.floor(budget / (ir.slots.length + n * n + 50)));
  const due = new Uint8Array(ir.tasks.length).fill(1);
  let ready = false;

  function prepare(): void {
    ready = true;
    for (const { from, rows, cols, at } of places.matrices)
      layOutColumns(all, at, rows, cols, (i, j) => all[from + i * cols + j]!);
    if (!propagator) return;
    const { e, p, q } = propagator.of(driven);
    const m = driven.length;
    layOutColumns(all, places.propagator, n, n + (propagator.straight ? 2 : 1) * m, (i, j) =>
      j < n ? e[i * n + j]! : j < n + m ? p[i * m + j - n]! : q[i * m + j - n - m]!,
    );
  }

  return (t, end, grid, bothSides) => {
    const tolerance = 8.9e-16 * Math.max(Math.abs(t), grid.step);
    const beat = task ? Math.round((t - task.offset) / task.every) + 1 : grid.next;
    const here = task ? task.offset + (beat - 1) * task.every : grid.start + (beat - 1) * grid.step;
    if (!(Math.abs(here - t) <= tolerance) || !grid.records.every(({ slot }) => columnOf.has(slot))) return undefined;
    if (!ready) prepare();
    all[cell.t] = engine.memory[0]!;
    all[cell.beat] = beat;
    all[cell.limit] = end;
    all[cell.gridStart] = grid.start;
    all[cell.gridStep] = grid.step;
    all[cell.origin] = task?.offset ?? 0;
    all[cell.fixedStep] = task?.every ?? 0;
    all[cell.checkRows] = grid.check ? 1 : 0;
    all[cell.bothSides] = bothSides ? 1 : 0;
    all[cell.rows] = 0;
    all[cell.status] = 0;
    for (let k = 0; k < due.length; k++) all[program.cells.due + k] = 1;
    beats(most);
    const count = all[cell.beat]! - beat;
    if (count === 0) return undefined;
    const rows = all[cell.rows]!;
    const column = (c: number): Float64Array =>
      all.subarray(own.buffer + c * own.rows, own.buffer + c * own.rows + rows);
    if (rows > 0) grid.keep(rows, (c) => column(columnOf.get(grid.records[c]!.slot)!), column(ir.records.length));
    // Only what was needed on the way has been computed.
    engine.refresh(due);
    return { t: all[cell.t]!, recorded: all[cell.status] === 0, count };
  };
}

/** Rows in blocks, column after column in each, the last row filled up with zeros where their number is odd. */
function layOutColumns(
  all: Float64Array,
  at: number,
  rows: number,
  cols: number,
  entry: (i: number, j: number) => number,
): void {
  let next = at;
  let first = 0;
  for (const width of columnBlocks) {
    while (rows + (rows % 2) - first >= width) {
      for (let j = 0; j < cols; j++)
        for (let i = first; i < first + width; i++) all[next++] = i < rows ? entry(i, j) : 0;
      first += width;
    }
  }
}
