/**
 * What the window is shown of a compiled model and of a run: plain data that can be sent from the worker. It adds no
 * meaning of its own; matrices and their origins are core/linearize's, traces core/sim's.
 */
import type { Compiled } from "../../core/compile/compile.ts";
import type { LazoDocument, Sheet } from "../../core/diagram/document.ts";
import { evaluate } from "../../core/expr/evaluate.ts";
import { executionOrder } from "../../core/ir/executionOrder.ts";
import type { Model, Problem } from "../../core/ir/ir.ts";
import type { Linearized } from "../../core/linearize/linearize.ts";
import type { Entry, Linearization } from "../../core/linearize/linearization.ts";
import { eigenvalues } from "../../core/math/eigenvalues.ts";
import { luFactor, luRcond } from "../../core/math/lu.ts";
import type { SimResult } from "../../core/sim/result.ts";
import { startOf } from "../../core/linearize/operatingPoint.ts";
import type { Trimmed } from "../../core/linearize/trimmed.ts";
import { arrivingNames } from "./arrivingNames.ts";
import type { Answer, CompiledView, LinearView, MatrixView, OrderView, Quantity, RunView } from "./protocol.ts";

/** Entries of A, B, C and D together up to which every one is traced to its blocks and wires. */
const tracedEntries = 400;
/** Eigenvalues past this order take longer than a keystroke may. */
const mostStates = 200;

const blocksIn = (sheet: Sheet): number =>
  sheet.blocks.reduce((count, block) => count + (block.sheet ? blocksIn(block.sheet) : 1), 0);

/** Entries in order of their rows, packed. */
function byRows(entries: readonly Entry[], rows: number): Pick<MatrixView, "starts" | "columns" | "values"> {
  const starts = new Int32Array(rows + 1);
  for (const [row] of entries) starts[row + 1]!++;
  for (let row = 0; row < rows; row++) starts[row + 1]! += starts[row]!;
  const next = starts.slice();
  const columns = new Int32Array(entries.length);
  const values = new Float64Array(entries.length);
  for (const [row, column, value] of entries) {
    const at = next[row]!++;
    columns[at] = column;
    values[at] = value;
  }
  return { starts, columns, values };
}

/** Sparse, as the model is: nobody reads all entries of a thousand states, and they would not fit into the window's memory. */
function matrices({ system, provenance, entries: entriesOf }: Linearization): readonly MatrixView[] {
  const { u, x, y } = system;
  const of = { A: [x, x], B: [x, u], C: [y, x], D: [y, u] } as const;
  const count = (x.length + y.length) * (x.length + u.length);
  const view = (name: MatrixView["name"]): MatrixView => {
    const [rows, cols] = of[name];
    const origin = () => rows.map((_, row) => cols.map((__, col) => provenance(name, row, col)));
    return {
      name,
      rows,
      cols,
      ...byRows(entriesOf(name), rows.length),
      ...(count <= tracedEntries && { origin: origin() }),
    };
  };
  return [view("A"), view("B"), view("C"), view("D")];
}

const statesOf = ({ ir }: Model): number =>
  ir.flow.length + ir.tasks.reduce((sum, task) => sum + task.updates.length, 0);

/** A diagram that has no matrices still runs: what stands in their way is worth a warning, not an error. */
const asWarnings = (problems: readonly Problem[]): readonly Problem[] =>
  problems.map((problem): Problem => ({ ...problem, severity: "warning" }));

export function linearView(linearized: Linearized): LinearView {
  if (!linearized.ok) return { linearProblems: asWarnings(linearized.problems) };
  const { linearization } = linearized;
  const { system } = linearization;
  return {
    matrices: matrices(linearization),
    time: system.time,
    exact: linearization.exact,
    t: linearization.at.t,
    ...(system.x.length <= mostStates ? { eigenvalues: eigenvalues(system.A).values } : {}),
    linearProblems: asWarnings(linearization.problems),
  };
}

/** `linear` undefined: there is none yet. */
export function compiledView(
  document: LazoDocument,
  compiled: Compiled,
  linear: LinearView | undefined,
  milliseconds: number,
): CompiledView {
  return {
    ok: compiled.ok,
    problems: compiled.problems,
    widths: Object.fromEntries(compiled.widths),
    rates: Object.fromEntries(compiled.rates),
    ...(linear ?? { linearProblems: [] }),
    ...(compiled.ok && !linear ? { pending: true } : {}),
    counts: {
      states: compiled.model ? statesOf(compiled.model) : 0,
      inputs: compiled.model?.ir.inputs.length ?? 0,
      outputs: compiled.model?.ir.outputs.length ?? 0,
      blocks: blocksIn(document.root),
    },
    milliseconds,
  };
}

export function runView(model: Model, result: SimResult, milliseconds: number): RunView {
  const names = arrivingNames(model);
  const traces = result.traces.map((trace, k) => ({ ...trace, label: names.get(k) ?? trace.label }));
  return {
    result: { ...result, traces },
    views: model.ir.views.map(({ block, kind, records }) => ({ block, kind, traces: records })),
    ...(model.ir.estimates && { estimates: model.ir.estimates }),
    milliseconds,
  };
}

/** The buffers of a run, to be moved instead of copied. Traces may share one. */
export const buffersOf = ({ result }: RunView): ArrayBuffer[] => [
  ...new Set([result.t, ...result.traces.map((trace) => trace.values)].map((samples) => samples.buffer as ArrayBuffer)),
];

/** States, inputs and outputs as the model starts, in the order of its equations. */
export function quantitiesOf(model: Model): Extract<Answer, { kind: "quantities" }> {
  const { ir } = model;
  const memory = startOf(model);
  const quantity = (slot: number): Quantity => {
    const { path, label, block } = ir.slots[slot]!;
    return { path, label, block, value: memory[slot]! };
  };
  return {
    kind: "quantities",
    states: [...ir.flow, ...ir.tasks.flatMap((task) => task.updates)].map(({ slot }) => quantity(slot)),
    inputs: ir.inputs.map(quantity),
    outputs: ir.outputs.map(({ slot, path, label, block }) => ({ path, label, block, value: memory[slot]! })),
  };
}

export function trimmedView({ ir }: Model, trimmed: Trimmed): Answer {
  const { ok, t, inputs, outputs, residuals, residual, iterations, jacobian, problems } = trimmed;
  const blocks = new Map(ir.slots.map(({ path, block }) => [path, block]));
  const states = trimmed.states.map((state) => ({ ...state, block: blocks.get(state.path) ?? "" }));
  return {
    kind: "trimmed",
    trimmed: { ok, t, states, inputs, outputs, residuals, residual, iterations, jacobian, problems },
  };
}

/** Wider loops take longer to factor than somebody who looks at a list may wait. */
const widestLoop = 300;

export function orderView({ ir, values }: Model): OrderView {
  const loops = ir.algebra.filter((step) => step.do === "solve");
  const memory = loops.length > 0 ? startOf({ ir, values }) : values;
  let next = 0;
  return executionOrder(ir).map((entry) => {
    const loop = entry.does === "loop" ? loops[next++] : undefined;
    const n = loop?.unknowns.length ?? 0;
    if (!loop || n > widestLoop) return entry;
    const jacobian = Float64Array.from(loop.jacobian, (part) => evaluate(part, memory, ir.series));
    return { ...entry, rcond: luRcond(luFactor(jacobian, n)) };
  });
}
