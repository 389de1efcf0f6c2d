/**
 * `--at`: the memory of a model at a time of its own run, at states and inputs that a file gives, or at an equilibrium; and what
 * `--fix`, `--free` and `--bound` ask of one.
 */
import {
  atPoint,
  atTime,
  evaluateExpression,
  evaluateVariables,
  trim,
  type LazoDocument,
  type Model,
  type SimSettings,
  type Trimmed,
  type TrimSpec,
  type Wish,
} from "../core/index.ts";
import { readText } from "./files.ts";
import { hasError, refuse, Refused, reportProblems, wrongUse } from "./report.ts";

export interface Asked {
  readonly fix?: readonly string[];
  readonly free?: readonly string[];
  readonly bound?: readonly string[];
}

export async function memoryAt(model: Model, settings: SimSettings, at: string): Promise<Float64Array> {
  if (at === "trim") {
    const trimmed = trimmedAs(model, {});
    if (hasError(trimmed.problems)) throw new Refused(trimmed.problems);
    reportProblems(trimmed.problems);
    return trimmed.memory;
  }
  if (at.trim() !== "" && Number.isFinite(Number(at))) {
    const t = Number(at);
    if (t < settings.start) throw wrongUse(`--at ${t}: the run starts at ${settings.start} s.`);
    return memoryOf(atTime(model, settings, t));
  }
  return pointOf(model, at, await readText(at));
}

/** An equilibrium, or as near as it comes: the problems say which. */
export function trimmedAs(model: Model, spec: TrimSpec): Trimmed {
  const outcome = trim(model, spec);
  if (!outcome.ok) throw new Refused(outcome.problems);
  return outcome.trimmed;
}

/** What the options ask, name by name: an input, a state, or else an output or any signal. */
export function trimSpec(model: Model, document: LazoDocument, { fix = [], free = [], bound = [] }: Asked): TrimSpec {
  const { ir } = model;
  const wishes = new Map<string, Wish>();
  const wish = (name: string, more: Wish): void => void wishes.set(name, { ...wishes.get(name), ...more });
  for (const text of fix) {
    const [name, value] = split("--fix", text);
    wish(name, { fixed: true, ...(value === undefined ? {} : { value: numberOf(document, "--fix", text, value) }) });
  }
  for (const text of free) {
    const [name, value] = split("--free", text);
    wish(name, { fixed: false, ...(value === undefined ? {} : { value: numberOf(document, "--free", text, value) }) });
  }
  for (const text of bound) {
    const [name, value] = split("--bound", text);
    const [low, high, rest] = value?.split(":") ?? [];
    if (low === undefined || high === undefined || rest !== undefined)
      throw wrongUse(`--bound ${text}: name=low:high is expected.`, "For example --bound q=0:2, or q=0: for one side.");
    const number = (side: string): number => numberOf(document, "--bound", text, side);
    wish(name, {
      fixed: false,
      ...(low.trim() === "" ? {} : { min: number(low) }),
      ...(high.trim() === "" ? {} : { max: number(high) }),
    });
  }
  const named = (slots: readonly number[], name: string): boolean =>
    slots.some((slot) => ir.slots[slot]!.path === name || ir.slots[slot]!.label === name);
  const states = [...ir.flow, ...ir.tasks.flatMap((task) => task.updates)].map(({ slot }) => slot);
  const groups: { states: Record<string, Wish>; inputs: Record<string, Wish>; outputs: Record<string, Wish> } = {
    states: {},
    inputs: {},
    outputs: {},
  };
  for (const [name, one] of wishes) {
    const group = named(states, name) ? groups.states : named(ir.inputs, name) ? groups.inputs : groups.outputs;
    group[name] = one;
  }
  return groups;
}

function split(option: string, text: string): [name: string, value: string | undefined] {
  const cut = text.indexOf("=");
  const name = (cut < 0 ? text : text.slice(0, cut)).trim();
  const value = cut < 0 ? undefined : text.slice(cut + 1).trim();
  if (name === "" || value === "") throw wrongUse(`${option} ${text}: name=expression is expected.`);
  return [name, value];
}

function numberOf(document: LazoDocument, option: string, text: string, expression: string): number {
  const result = evaluateExpression(expression, evaluateVariables(document.variables).scope);
  const value = result.ok && result.value.data.length === 1 ? result.value.data[0]! : Number.NaN;
  if (!Number.isFinite(value)) throw wrongUse(`${option} ${text}: "${expression}" is not a number.`);
  return value;
}

function memoryOf(point: ReturnType<typeof atPoint>): Float64Array {
  if (!point.ok) throw new Refused(point.problems);
  return point.memory;
}

/** {"x": states, "u": inputs, "t": time}, lists in the matrices' order or {"name": number}; what is absent stays as the model starts. */
function pointOf(model: Model, path: string, text: string): Float64Array {
  let point: unknown;
  try {
    point = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw refuse("POINT_JSON", path, "The operating point is not valid JSON.", 'Write {"x": [..], "u": [..], "t": 0}.');
  }
  if (typeof point !== "object" || point === null || Array.isArray(point)) {
    throw refuse(
      "POINT_JSON",
      path,
      "The operating point is not a JSON object.",
      'Write {"x": [..], "u": [..], "t": 0}.',
    );
  }
  const unknown = Object.keys(point).find((key) => !["x", "u", "t"].includes(key));
  if (unknown !== undefined)
    throw refuse("POINT_FIELD", path, `The operating point has a field "${unknown}".`, "It may have x, u and t.");
  const { ir } = model;
  const states = [...ir.flow, ...ir.tasks.flatMap((task) => task.updates)].map(({ slot }) => slot);
  const named = (slots: readonly number[]) => slots.map((slot) => ir.slots[slot]!);
  const t = field(point, "t");
  return memoryOf(
    atPoint(model, {
      states: numbers(field(point, "x"), named(states), path, "x"),
      inputs: numbers(field(point, "u"), named(ir.inputs), path, "u"),
      ...(t === undefined ? {} : { t: numbers([t], [{ path: "t", label: "t" }], path, "t")["t"]! }),
    }),
  );
}

function field(point: object, name: string): unknown {
  return Object.hasOwn(point, name) ? Object.getOwnPropertyDescriptor(point, name)?.value : undefined;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** By path. */
function numbers(
  values: unknown,
  slots: readonly { readonly path: string; readonly label: string }[],
  path: string,
  name: string,
): { readonly [path: string]: number } {
  if (values === undefined) return {};
  const labels = slots.map(({ label }) => label).join(", ") || "none";
  if (typeof values === "object" && values !== null && !Array.isArray(values)) {
    const entries = Object.entries(values);
    const bad = entries.find(([, value]) => !isNumber(value));
    if (bad) throw refuse("POINT_SIZE", path, `"${bad[0]}" in "${name}" is no number.`, `There is ${labels}.`);
    return Object.fromEntries(entries);
  }
  if (!Array.isArray(values) || values.length !== slots.length || !values.every(isNumber)) {
    const wanted = `${slots.length} number${slots.length === 1 ? "" : "s"}`;
    throw refuse("POINT_SIZE", path, `"${name}" must be a list of ${wanted}.`, `In this order: ${labels}.`);
  }
  return Object.fromEntries(slots.map((slot, i) => [slot.path, values[i] as number]));
}
