/**
 * A block's typed text becomes values: each parameter evaluated and checked against its spec, then ports, states and labels as
 * they follow from them. What is broken falls back to its default, so that the block can still be drawn.
 */
import type { BlockDefinition, ParamSpec, Params, Ports, Shapes, StateSpec, Values } from "../blocks/block.ts";
import type { Problem } from "../ir/ir.ts";
import type { Attached } from "./attached.ts";
import { bindParam, type BoundPlant, type BoundValue } from "./bindParam.ts";
import type { DataTable } from "./data.ts";
import type { Block, Wire } from "./document.ts";
import { type Evaluated, evaluateExpression, type Scope } from "./parameters.ts";

export interface Bound {
  readonly values: { readonly [param: string]: BoundValue };
  readonly shapes: { readonly [param: string]: unknown };
  readonly ports: Ports;
  readonly states: { readonly [name: string]: StateSpec<Params> };
  readonly labels: { readonly [portOrState: string]: readonly string[] };
  /** See the block's definition: what the inspector shows and does not ask. */
  readonly settled: { readonly [param: string]: string | null };
  readonly problems: readonly Problem[];
}

const bounds = new WeakMap<Block, { readonly scope: Scope; readonly path: string; readonly bound: Bound }>();

/** `path` is the block's path where it is not its name. A block that stays as it is, in the same scope, is bound once. */
export function bindBlock(
  block: Block,
  definition: BlockDefinition,
  scope: Scope,
  files: Attached,
  path = block.name,
): Bound {
  // A file may be attached without the block or a variable changing.
  if (readsFiles(definition)) return bind(block, definition, scope, files, path);
  const held = bounds.get(block);
  if (held?.scope === scope && held.path === path) return held.bound;
  const bound = bind(block, definition, scope, files, path);
  bounds.set(block, { scope, path, bound });
  return bound;
}

const readsFiles = ({ params }: BlockDefinition): boolean =>
  Object.values(params).some(({ kind }) => kind === "data" || kind === "weights");

const gains = new WeakMap<Wire, { readonly scope: Scope; readonly gain: Evaluated }>();

/** The gain of a wire; undefined where it has none. */
export function bindGain(wire: Wire, scope: Scope): Evaluated | undefined {
  if (wire.gain === undefined || wire.gain.trim() === "") return undefined;
  const held = gains.get(wire);
  if (held?.scope === scope) return held.gain;
  const gain = evaluateExpression(wire.gain, scope);
  gains.set(wire, { scope, gain });
  return gain;
}

function bind(block: Block, definition: BlockDefinition, scope: Scope, files: Attached, path: string): Bound {
  const problems: Problem[] = [];
  const values: { [param: string]: BoundValue } = {};
  for (const [name, spec] of Object.entries(definition.params)) {
    const source = Object.hasOwn(block.params, name) ? block.params[name]! : spec.default;
    const read = bindParam(spec, source, scope, files);
    if (read.ok) {
      values[name] = read.value;
      continue;
    }
    if (!asked(spec, (param) => block.params[param] ?? definition.params[param]?.default ?? "")) {
      values[name] = fallback(spec, source, definition, files);
      continue;
    }
    const { code, message, hint, values: facts } = read;
    problems.push({
      severity: "error",
      code,
      path,
      field: name,
      message: `${spec.label}: ${message}`,
      ...(hint !== undefined && { hint }),
      values: { label: spec.label, ...facts },
    });
    values[name] = fallback(spec, source, definition, files);
  }

  return follow(definition, path, values, problems);
}

/** The same block now that its plant is known: shapes, ports, states and labels follow from that too. */
export function withPlant(
  { values, problems }: Bound,
  definition: BlockDefinition,
  path: string,
  plant: BoundPlant,
): Bound {
  const known = Object.entries(values).map(([name, value]): [string, BoundValue] => [
    name,
    value.kind === "plant" ? { ...value, plant } : value,
  ]);
  return follow(definition, path, Object.fromEntries(known), [...problems]);
}

/** What follows from the values of the parameters. */
function follow(
  definition: BlockDefinition,
  path: string,
  values: { readonly [param: string]: BoundValue },
  found: Problem[],
): Bound {
  const shapes = mapValues(values, shapeValue) as Shapes<Params>;
  const settled = definition.settled?.(shapes) ?? {};
  // What is typed there does not count.
  const problems = found.filter(({ field }) => field === undefined || !Object.hasOwn(settled, field));
  if (problems.length === 0) {
    const objection = definition.check?.(mapValues(values, checkValue) as Values<Params>, shapes);
    if (objection !== undefined) {
      const { says, ...where } = typeof objection === "string" ? { says: objection } : objection;
      const message = `${says[0]!.toUpperCase()}${says.slice(1)}${/[.!?]$/.test(says) ? "" : "."}`;
      problems.push({ severity: "error", code: "BLOCK_CHECK", path, ...where, message, values: { reason: says } });
    }
  }
  return {
    values,
    shapes,
    ports: typeof definition.ports === "function" ? definition.ports(shapes) : definition.ports,
    states: (typeof definition.states === "function" ? definition.states(shapes) : definition.states) ?? {},
    labels: definition.labels?.(shapes) ?? {},
    settled,
    problems,
  };
}

/** The default as it stands, whatever variables there are. A missing data file leaves an empty table under its name. */
function fallback(spec: ParamSpec, source: string, definition: BlockDefinition, files: Attached): BoundValue {
  if (spec.kind === "data") return { kind: "data", table: emptyTable(source) };
  if (spec.kind === "weights") return { kind: "weights", value: { file: source.trim() } };
  if (spec.kind === "plant") return { kind: "plant", id: source.trim() };
  const read = bindParam(spec, spec.default, new Map(), files);
  if (!read.ok) throw new Error(`Block ${definition.type}: its default for ${spec.label} is refused: ${read.message}`);
  return read.value;
}

const emptyTable = (file: string): DataTable => ({
  file,
  columns: [],
  found: { separator: "none", decimal: ".", headerRow: false, commentLines: 0, rows: 0 },
});

function mapValues(
  values: { readonly [param: string]: BoundValue },
  map: (value: BoundValue) => unknown,
): { readonly [param: string]: unknown } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}

/** Whether a parameter means anything beside the choices of its block. */
export function asked(spec: ParamSpec, choices: (param: string) => string): boolean {
  return Object.entries(spec.when ?? {}).every(([param, values]) => values.includes(choices(param)));
}

/** What ports(), states() and labels() see. */
function shapeValue(bound: BoundValue): unknown {
  switch (bound.kind) {
    case "real":
      return undefined;
    case "vector":
      return { length: bound.data.length };
    case "matrix":
      return { rows: bound.rows, cols: bound.cols };
    case "formula":
      return { length: bound.length };
    case "data":
      return { file: bound.table.file, columns: bound.table.columns.map((column) => column.name) };
    case "plant":
      return bound.plant?.numbers;
    default:
      return bound.value;
  }
}

/** What check() and derived() see. */
export function checkValue(bound: BoundValue): unknown {
  switch (bound.kind) {
    case "vector":
      return bound.data;
    case "matrix":
      return Array.from({ length: bound.rows }, (_, i) => bound.data.slice(i * bound.cols, (i + 1) * bound.cols));
    case "formula":
      return bound.formula.source;
    case "data":
      return { file: bound.table.file, columns: bound.table.columns };
    case "plant":
      return bound.plant?.numbers;
    default:
      return bound.value;
  }
}
