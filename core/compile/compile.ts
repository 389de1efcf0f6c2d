/**
 * A document becomes a model: flatten -> widths -> trace -> order -> latch -> assemble. When only numbers changed since the
 * previous result, its structure is taken over and nothing is traced. All problems come back together; nothing throws for
 * what a user can cause.
 */
import { checkDocument } from "../diagram/check.ts";
import type { LazoDocument } from "../diagram/document.ts";
import type { Value } from "../diagram/parameters.ts";
import type { Problem } from "../ir/ir.ts";
import { createEvaluator } from "../expr/evaluate.ts";
import { hashText } from "../ir/print.ts";
import { assemble } from "./assemble.ts";
import type { Compiled, Structure } from "./compiled.ts";
import { checkLoops } from "./conditioning.ts";
import type { Flat, FlatBlock, FlatRate } from "./flat.ts";
import { flatten } from "./flatten.ts";
import { latch } from "./latch.ts";
import { order } from "./order.ts";
import { joinPlants } from "./plants.ts";
import { trace } from "./trace.ts";
import { inferWidths, type Widths } from "./widths.ts";

export type { Compiled };

export function compile(document: LazoDocument, previous?: Compiled): Compiled {
  const problems: Problem[] = [...checkDocument(document)];
  const drawn = flatten(document);
  const drawnWidths = inferWidths(drawn);
  const joined = drawn.blocks.some(refersToPlant)
    ? joinPlants(document, drawn, (port) => widthsByPort(drawn, drawnWidths).get(port), compile, previous?.plants)
    : { flat: drawn, plants: undefined, problems: [] };
  const { flat, plants } = joined;
  const widths = plants ? inferWidths(flat) : drawnWidths;
  problems.push(...flat.problems, ...joined.problems, ...widths.problems);
  const portWidths = widthsByPort(flat, widths);
  const rates = ratesByBlock(flat);
  const signature = signatureOf(flat, portWidths);
  const told = { problems, widths: portWidths, rates, signature, ...(plants && { plants }) };
  const failed = (): boolean => problems.some((problem) => problem.severity === "error");
  if (failed()) return { ok: false, ...told };

  let structure =
    previous?.signature === signature && sameData(previous.structure, flat) ? previous.structure : undefined;
  if (!structure) {
    const traced = trace(flat, widths);
    problems.push(...traced.problems);
    if (failed()) return { ok: false, ...told };
    const ordered = order(traced);
    problems.push(...ordered.problems);
    if (failed()) return { ok: false, ...told };
    const { ir, renumber, begins } = assemble(flat, traced, latch(traced.m, ordered.steps, traced.flow, traced.slots));
    const fills = traced.fills.map((fill) => ({ slot: renumber(fill.slot), read: fill.read }));
    structure = {
      ir,
      fills,
      loops: ordered.loops,
      rawFills: traced.fills.filter(({ slot }) => traced.slots[slot]!.kind === "param"),
      rawSlots: traced.slots.length,
      begins,
    };
  }
  const values = filled(structure.fills, structure.ir.slots.length, flat);
  const evaluate = createEvaluator(values);
  for (const { slot, expr } of structure.begins) values[slot] = evaluate(expr);
  problems.push(
    ...checkLoops(structure.loops, filled(structure.rawFills, structure.rawSlots, flat), structure.rawFills),
  );
  if (failed()) return { ok: false, ...told };
  return { ok: true, model: { ir: structure.ir, values }, structure, ...told };
}

const refersToPlant = ({ definition }: FlatBlock): boolean =>
  Object.values(definition.params).some(({ kind }) => kind === "plant");

function filled(fills: Structure["fills"], length: number, flat: Flat): Float64Array {
  const values = new Float64Array(length);
  for (const { slot, read } of fills) values[slot] = read(flat);
  return values;
}

function widthsByPort(flat: Flat, widths: Widths): Map<string, number> {
  const result = new Map<string, number>();
  flat.blocks.forEach((block, b) => {
    for (const side of ["in", "out"] as const) {
      for (const [port, spec] of Object.entries(block.bound.ports[side] ?? {})) {
        const width = widths.port(b, side, port);
        result.set(`${block.path}.${port}`, width);
        // The other side of a subsystem's port.
        const cut = block.path.lastIndexOf("/");
        if (spec.hidden && port === "outer" && cut >= 0)
          result.set(`${block.path.slice(0, cut)}.${block.path.slice(cut + 1)}`, width);
      }
    }
  });
  return result;
}

function ratesByBlock(flat: Flat): Map<string, string> {
  const word = (rate: FlatRate): string => {
    if (rate === undefined) return "constant";
    if (rate === null) return "continuous";
    if (rate.triggered) return "triggered";
    return rate.offset === 0 ? String(rate.every) : `${rate.every}+${rate.offset}`;
  };
  return new Map(flat.blocks.map(({ path }, b) => [path, word(flat.rates[b])]));
}

/** Everything that tracing looks at, and no tunable number. */
function signatureOf(flat: Flat, widths: ReadonlyMap<string, number>): string {
  const blocks = flat.blocks.map(({ path, definition, bound }) => [
    path,
    definition.type,
    Object.entries(bound.values).map(([name, value]) => {
      switch (value.kind) {
        case "real":
          return name;
        case "vector":
          return [name, value.data.length];
        case "matrix":
          return [name, value.rows, value.cols];
        case "formula":
          return [name, value.symbols, value.formula.source];
        case "weights": {
          const { file, learned } = value.value;
          return [name, file, learned && [learned.spec, learned.outputNames, learned.ahead, learned.period]];
        }
        case "data":
          return [name, value.table.file, value.table.columns.map((column) => [column.name, column.values.length])];
        case "plant":
          return [name, value.id, value.plant?.model.ir.key, value.plant?.numbers.states, value.plant?.numbers.exact];
        default:
          return [name, value.value];
      }
    }),
    bound.labels,
  ]);
  const wires = flat.wires.map((wire) => [
    wire.id,
    wire.from,
    wire.to,
    wire.gain ? [wire.gain.rows, wire.gain.cols] : 0,
  ]);
  const scopes = new Map(flat.blocks.map((block) => [block.sheet, block.scope]));
  // Which sheets share a value is structure: formulas in them read the same slots.
  const order = new Map<Value, number>();
  const orderOf = (value: Value): number => {
    const known = order.get(value) ?? order.size;
    order.set(value, known);
    return known;
  };
  const variables = [...scopes].map(([sheet, scope]) => [
    sheet,
    [...scope].map(([name, value]) => [name, value.rows, value.cols, orderOf(value)]),
  ]);
  return hashText(JSON.stringify([blocks, wires, variables, flat.contexts, [...widths]]));
}

/** Attached data are part of the structure; the reader gives the same arrays for the same text. */
function sameData(structure: Structure | undefined, flat: Flat): boolean {
  if (!structure) return false;
  const used = new Set(structure.ir.series.map((series) => series.values));
  const now = flat.blocks.flatMap(({ bound }) =>
    Object.values(bound.values).flatMap((value) =>
      value.kind === "data" ? value.table.columns.map((column) => column.values) : [],
    ),
  );
  return now.every((values) => used.has(values));
}
