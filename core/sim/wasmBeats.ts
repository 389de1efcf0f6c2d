/** Regular events that a WebAssembly module goes through by itself: laying out its matrices, and talking to it. */
import type { Ir } from "../ir/ir.ts";
import type { Engine } from "./engine.ts";
import type { Beats, GridPropagator, GridRecorder } from "./integrators/integrator.ts";
import { controlCells, type BeatInstance } from "./wasmMachine.ts";
import { columnBlocks, type WasmProgram } from "./wasmProgram.ts";

/** Operations in one call, about. */
const budget = 2e7;

/** `instance`: for the slots that are recorded; undefined where there is none. */
export function createWasmBeats(
  engine: Engine,
  ir: Ir,
  all: Float64Array,
  program: WasmProgram,
  propagator: GridPropagator | undefined,
  instance: (records: readonly number[]) => BeatInstance | undefined,
): Beats {
  const places = program.beats!;
  const own = program.integrators;
  const cell = controlCells(own.control);
  const [task] = ir.tasks;
  const n = ir.flow.length;
  const most = Math.max(1, Math.floor(budget / (ir.slots.length + n * n + 50)));
  const due = new Uint8Array(ir.tasks.length).fill(1);
  let ready: { readonly for: GridRecorder["records"]; readonly made: BeatInstance | undefined } | undefined;

  function prepare(records: GridRecorder["records"]): BeatInstance | undefined {
    const made = instance(records.map(({ slot }) => slot));
    ready = { for: records, made };
    if (!made) return undefined;
    for (const { from, rows, cols, at } of places.matrices)
      if (at !== from) layOutColumns(all, at, rows, cols, (i, j) => all[from + i * cols + j]!);
    if (!propagator) return made;
    const columns = made.program.drivers(all);
    const { e, p, q } = propagator.of(columns);
    const m = columns.length;
    layOutColumns(all, places.propagator, n, n + (propagator.straight ? 2 : 1) * m, (i, j) =>
      j < n ? e[i * n + j]! : j < n + m ? p[i * m + j - n]! : q[i * m + j - n - m]!,
    );
    return made;
  }

  return (t, end, grid, bothSides) => {
    const tolerance = 8.9e-16 * Math.max(Math.abs(t), grid.step);
    const beat = task ? Math.round((t - task.offset) / task.every) + 1 : grid.next;
    const here = task ? task.offset + (beat - 1) * task.every : grid.start + (beat - 1) * grid.step;
    if (!(Math.abs(here - t) <= tolerance)) return undefined;
    const made = ready?.for === grid.records ? ready.made : prepare(grid.records);
    if (!made) return undefined;
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
    made.beats(most);
    const count = all[cell.beat]! - beat;
    if (count === 0) return undefined;
    const rows = all[cell.rows]!;
    const column = (c: number): Float64Array => {
      const first = own.buffer + c * made.program.rows;
      return all.subarray(first, first + rows);
    };
    if (rows > 0) grid.keep(rows, column, column(grid.records.length));
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
  for (const width of columnBlocks(rows)) {
    for (let j = 0; j < cols; j++) for (let i = first; i < first + width; i++) all[next++] = i < rows ? entry(i, j) : 0;
    first += width;
  }
}
