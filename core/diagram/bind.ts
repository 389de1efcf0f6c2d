/**
 * A block's typed text becomes values: each parameter evaluated and checked against its spec, then ports, states and labels as
 * they follow from them. What is broken falls back to its default, so that the block can still be drawn.
 */
import type {
  BlockDefinition,
  ParamSpec,
  Params,
  PlantNumbers,
  Ports,
  Rate,
  Shapes,
  StateSpec,
  Values,
  WeightsRef,
} from "../blocks/block.ts";
import type { Model, Problem } from "../ir/ir.ts";
import { shapeOf } from "./arithmetic.ts";
import type { Attached } from "./attached.ts";
import type { DataTable } from "./data.ts";
import type { Block, Wire } from "./document.ts";
import { closest } from "./names.ts";
import {
  type Evaluated,
  evaluateExpression,
  type Formula,
  formulaLength,
  parseFormula,
  type Refused,
  type Scope,
  type Value,
} from "./parameters.ts";

export type BoundValue =
  | { readonly kind: "real"; readonly value: number }
  | { readonly kind: "vector"; readonly data: readonly number[] }
  | { readonly kind: "matrix"; readonly rows: number; readonly cols: number; readonly data: readonly number[] }
  | { readonly kind: "count"; readonly value: number }
  | { readonly kind: "choice" | "text"; readonly value: string }
  | { readonly kind: "names"; readonly value: readonly string[] }
  /** null: continuous. "inherited" is settled by the compiler, from what is wired in. */
  | { readonly kind: "period"; readonly value: Rate | null | "inherited" }
  /** `symbols`: the variables it stands on, beyond its own arguments and t. `length` as far as it is fixed. */
  | {
      readonly kind: "formula";
      readonly formula: Formula;
      readonly symbols: readonly string[];
      readonly length: number | undefined;
    }
  | { readonly kind: "data"; readonly table: DataTable }
  | { readonly kind: "weights"; readonly value: WeightsRef }
  /** `id` of the block that is the plant; what that is, the compiler finds out. */
  | { readonly kind: "plant"; readonly id: string; readonly plant?: BoundPlant };

/** A plant as the compiler found it. */
export interface BoundPlant {
  readonly numbers: PlantNumbers;
  /** A model of its own: its inputs are those that are known, its outputs those that are measured. */
  readonly model: Model;
  /** Before the paths of its states, those they have in the diagram. */
  readonly prefix: string;
}

export interface Bound {
  readonly values: { readonly [param: string]: BoundValue };
  readonly shapes: { readonly [param: string]: unknown };
  readonly ports: Ports;
  readonly states: { readonly [name: string]: StateSpec<Params> };
  readonly labels: { readonly [portOrState: string]: readonly string[] };
  readonly problems: readonly Problem[];
}

type Read = { readonly ok: true; readonly value: BoundValue } | Refused;

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
  problems: Problem[],
): Bound {
  const shapes = mapValues(values, shapeValue) as Shapes<Params>;
  if (problems.length === 0) {
    const objection = definition.check?.(mapValues(values, checkValue) as Values<Params>, shapes);
    if (objection !== undefined) {
      const message = `${objection[0]!.toUpperCase()}${objection.slice(1)}${/[.!?]$/.test(objection) ? "" : "."}`;
      problems.push({ severity: "error", code: "BLOCK_CHECK", path, message, values: { reason: objection } });
    }
  }
  return {
    values,
    shapes,
    ports: typeof definition.ports === "function" ? definition.ports(shapes) : definition.ports,
    states: (typeof definition.states === "function" ? definition.states(shapes) : definition.states) ?? {},
    labels: definition.labels?.(shapes) ?? {},
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

const refuse = (code: string, message: string, hint?: string, values?: Refused["values"]): Refused => ({
  ok: false,
  code,
  message,
  ...(hint !== undefined && { hint }),
  ...(values && { values }),
});

/** One parameter by itself: what a form needs while it is being typed. */
export function bindParam(spec: ParamSpec, source: string, scope: Scope, files: Attached): Read {
  switch (spec.kind) {
    case "real":
      return numeric(source, scope, (value) => scalar(value, spec), spec.infinite);
    case "vector":
      return numeric(source, scope, (value) => vector(value, spec.empty), spec.infinite);
    case "matrix":
      return numeric(source, scope, (value) => matrix(value, spec.empty));
    case "count":
      return numeric(source, scope, (value) => count(value, spec));
    case "choice":
      return choice(source, spec.of);
    case "text":
      return { ok: true, value: { kind: "text", value: source } };
    case "names":
      return names(source);
    case "period":
      return period(source, spec, scope);
    case "formula":
      return formula(source, spec.of, scope);
    case "data":
      return data(source, files);
    case "weights":
      return weights(source, files);
    case "plant":
      return source.trim() === ""
        ? refuse("PLANT_NOT_CHOSEN", "no plant is chosen.", "Choose the block or subsystem whose state it estimates.")
        : { ok: true, value: { kind: "plant", id: source.trim() } };
  }
}

function numeric(source: string, scope: Scope, take: (value: Value) => Read, infinite = false): Read {
  const evaluated = evaluateExpression(source, scope, { infinite });
  return evaluated.ok ? take(evaluated.value) : evaluated;
}

function single(value: Value): Refused | number {
  if (value.rows === 1 && value.cols === 1) return value.data[0]!;
  return refuse("PARAM_SHAPE", `a single number is needed, not ${shapeOf(value)}.`, undefined, {
    shape: shapeOf(value),
  });
}

function within(x: number, spec: { min?: number; max?: number; above?: number }): Refused | undefined {
  if (spec.above !== undefined && !(x > spec.above))
    return refuse("PARAM_RANGE", `${x} must be greater than ${spec.above}.`, undefined, {
      value: x,
      above: spec.above,
    });
  if (spec.min !== undefined && !(x >= spec.min))
    return refuse("PARAM_RANGE", `${x} must be at least ${spec.min}.`, undefined, { value: x, min: spec.min });
  if (spec.max !== undefined && !(x <= spec.max))
    return refuse("PARAM_RANGE", `${x} must be at most ${spec.max}.`, undefined, { value: x, max: spec.max });
  return undefined;
}

function scalar(value: Value, spec: { min?: number; max?: number; above?: number }): Read {
  const x = single(value);
  if (typeof x !== "number") return x;
  return within(x, spec) ?? { ok: true, value: { kind: "real", value: x } };
}

function count(value: Value, spec: { min?: number; max?: number }): Read {
  const x = single(value);
  if (typeof x !== "number") return x;
  if (!Number.isSafeInteger(x)) return refuse("PARAM_WHOLE", `${x} must be a whole number.`, undefined, { value: x });
  return within(x, spec) ?? { ok: true, value: { kind: "count", value: x } };
}

function vector(value: Value, empty = false): Read {
  if (value.data.length === 0 ? empty : value.rows === 1 || value.cols === 1)
    return { ok: true, value: { kind: "vector", data: value.data } };
  return refuse(
    "PARAM_SHAPE",
    value.data.length === 0 ? "at least one number is needed." : `a vector is needed, not ${shapeOf(value)}.`,
    "Write a vector as [1, 2, 3] or [1; 2; 3].",
    { shape: shapeOf(value) },
  );
}

function matrix(value: Value, empty = false): Read {
  if (value.data.length > 0 || empty)
    return { ok: true, value: { kind: "matrix", rows: value.rows, cols: value.cols, data: value.data } };
  return refuse("PARAM_SHAPE", "at least one number is needed.", "Write a matrix as [1, 2; 3, 4].", {
    shape: shapeOf(value),
  });
}

function choice(source: string, of: readonly string[]): Read {
  if (of.includes(source)) return { ok: true, value: { kind: "choice", value: source } };
  const like = closest(source, of);
  return refuse("PARAM_CHOICE", `"${source}" is none of ${of.join(", ")}.`, like && `Did you mean ${like}?`, {
    value: source,
    of: of.join(", "),
  });
}

function names(source: string): Read {
  const value = source.trim() === "" ? [] : source.split(",").map((name) => name.trim());
  if (value.length > 10_000) return refuse("PARAM_NAMES", "there are too many names.");
  const used = new Set<string>();
  for (const name of value) {
    if (name === "")
      return refuse("PARAM_NAMES", "a name is missing between two commas.", "Separate names by single commas.");
    // oxlint-disable-next-line no-control-regex -- what names must not contain
    if (name.length > 200 || /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/.test(name))
      return refuse("PARAM_NAMES", "a name is too long or has characters that can't be shown.");
    if (used.has(name))
      return refuse("PARAM_NAMES", `the name "${name}" is there twice.`, "Every element needs a name of its own.", {
        name,
      });
    used.add(name);
  }
  return { ok: true, value: { kind: "names", value } };
}

function period(
  source: string,
  { optional, inherits }: { readonly optional: boolean; readonly inherits?: true },
  scope: Scope,
): Read {
  const word = source.trim().toLowerCase();
  const given = (value: Rate | null | "inherited"): Read => ({ ok: true, value: { kind: "period", value } });
  if (word === "inherited" && inherits) return given("inherited");
  if (word === "continuous") {
    return optional
      ? given(null)
      : refuse("PARAM_PERIOD", "this block is always sampled.", "Give a sample time in s, such as 0.1.");
  }
  const evaluated = evaluateExpression(source, scope);
  if (!evaluated.ok) return evaluated;
  const { data } = evaluated.value;
  const [every = 0, offset = 0] = data;
  if (data.length < 1 || data.length > 2)
    return refuse(
      "PARAM_SHAPE",
      `a single number is needed, not ${shapeOf(evaluated.value)}.`,
      "Write a sample time as 0.1, or with an offset as [0.1, 0.02].",
      { shape: shapeOf(evaluated.value) },
    );
  if (!(every > 0))
    return refuse(
      "PARAM_PERIOD",
      `a sample time must be greater than 0, not ${every}.`,
      optional ? "Write continuous for no sampling." : undefined,
      { value: every },
    );
  if (!(offset >= 0 && offset < every))
    return refuse(
      "PARAM_PERIOD",
      `an offset must be at least 0 and less than the sample time ${every}, not ${offset}.`,
      undefined,
      { value: offset, every },
    );
  return given({ every, offset });
}

function formula(source: string, of: readonly string[], scope: Scope): Read {
  const parsed = parseFormula(source);
  if (!parsed.ok) return parsed;
  const own = new Set([...of, "t"]);
  const symbols = parsed.formula.symbols.filter((name) => !own.has(name));
  for (const name of symbols) {
    // The one place that words why a variable has no value.
    const known = evaluateExpression(name, scope);
    if (known.ok) continue;
    if (known.code !== "EXPR_UNKNOWN_NAME") return known;
    const like = closest(name, [...own, ...scope.keys()]);
    return {
      ...known,
      hint: like ? `Did you mean ${like}?` : `It may use ${[...own].join(", ")} and the diagram's variables.`,
    };
  }
  return {
    ok: true,
    value: { kind: "formula", formula: parsed.formula, symbols, length: formulaLength(parsed.formula, of, scope) },
  };
}

function data(source: string, files: Attached): Read {
  const file = source.trim();
  if (file === "") return refuse("DATA_NOT_CHOSEN", "no file is chosen.", "Choose or attach a CSV file.");
  const table = files.table(file);
  if (table) return { ok: true, value: { kind: "data", table } };
  return refuse(
    "DATA_NOT_THERE",
    `the file "${file}" is not attached, or can't be read.`,
    "Attach it to the diagram, or place it beside the diagram's file.",
    { file },
  );
}

function weights(source: string, files: Attached): Read {
  const file = source.trim();
  if (file === "")
    return refuse(
      "WEIGHTS_NOT_CHOSEN",
      "no weights are chosen.",
      "Train a network in the Train tab, or attach its file.",
    );
  const learned = files.weights(file);
  if (learned) return { ok: true, value: { kind: "weights", value: { file, learned } } };
  return refuse(
    "WEIGHTS_NOT_THERE",
    `the file "${file}" is not attached, or can't be read.`,
    "Attach it to the diagram, or place it beside the diagram's file.",
    { file },
  );
}

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
