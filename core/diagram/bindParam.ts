/** A parameter's typed text becomes its value: evaluated, and checked against its spec. */
import type { ParamSpec, PlantNumbers, Rate, WeightsRef } from "../blocks/block.ts";
import type { Model } from "../ir/ir.ts";
import { shapeOf } from "./arithmetic.ts";
import type { Attached } from "./attached.ts";
import type { DataTable } from "./data.ts";
import { closest } from "./names.ts";
import {
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

type Read = { readonly ok: true; readonly value: BoundValue } | Refused;

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
  if (file === "") return { ok: true, value: { kind: "weights", value: { file } } };
  const learned = files.weights(file);
  if (learned) return { ok: true, value: { kind: "weights", value: { file, learned } } };
  return refuse(
    "WEIGHTS_NOT_THERE",
    `the file "${file}" is not attached, or can't be read.`,
    "Attach it to the diagram, or place it beside the diagram's file.",
    { file },
  );
}
