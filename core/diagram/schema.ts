/**
 * Files in and out: text -> document with every doubt named by its place, document -> text, stable to the byte. Nothing of a file is
 * trusted before it has passed here; whether the drawing makes sense is check.ts's business.
 */
import type { Problem } from "../ir/ir.ts";
import type { LazoDocument, Sheet } from "./document.ts";
import { jsonErrorAt } from "./json.ts";
import { currentVersion, migrate, type Raw } from "./migrate.ts";
import { documentShape, limits } from "./shape.ts";

export type ReadDocument =
  | { readonly ok: true; readonly document: LazoDocument; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const mostProblems = 50;

export function readDocument(source: string): ReadDocument {
  const parsed = parseJson(source, limits.file);
  if (!parsed.ok) return parsed;
  const { raw } = parsed;
  if (raw["format"] !== "lazo") {
    return refuse("FILE_FORMAT", "format", "This is not a Lazo diagram.", 'A diagram begins with "format": "lazo".');
  }
  const version = raw["version"];
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
    return refuse(
      "FILE_VERSION",
      "version",
      "This file doesn't say which version of the format it has.",
      `The newest is "version": ${currentVersion}.`,
    );
  }
  if (version > currentVersion) {
    return refuse(
      "FILE_NEWER",
      "version",
      `This file was written by a newer version (format ${version}; up to ${currentVersion} is known here).`,
      "Update the program to open it.",
      { version, known: currentVersion },
    );
  }
  const checked = documentShape.safeParse(migrate(raw, version));
  if (!checked.success) {
    return {
      ok: false,
      problems: checked.error.issues.slice(0, mostProblems).map((issue) => shapeProblem(issue as Issue, raw)),
    };
  }
  const document = checked.data as LazoDocument;
  const twins = duplicateIds(document.root);
  return twins.length > 0 ? { ok: false, problems: twins } : { ok: true, document, problems: [] };
}

function refuse(
  code: string,
  path: string,
  message: string,
  hint?: string,
  values?: Problem["values"],
): { ok: false; problems: Problem[] } {
  return {
    ok: false,
    problems: [
      { severity: "error", code, path, message, ...(hint !== undefined && { hint }), ...(values && { values }) },
    ],
  };
}

/** JSON of a plain object, with no surprises left in it: depth, size, keys and numbers as files may have them. */
export function parseJson(
  source: string,
  longest: number,
): { readonly ok: true; readonly raw: Raw } | { readonly ok: false; readonly problems: Problem[] } {
  if (source.length > longest) {
    return refuse(
      "FILE_TOO_LARGE",
      "$",
      `This file is too large: at most ${Math.round(longest / 1_048_576)} MB are read.`,
      undefined,
      { limit: longest },
    );
  }
  const text = source.replace(/^\uFEFF/, "");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const before = text.slice(0, jsonErrorAt(text)).split("\n");
    const [line, column] = [before.length, before.at(-1)!.length + 1];
    return refuse(
      "FILE_JSON",
      "$",
      `This file is not valid JSON: line ${line}, column ${column}.`,
      source.trim() === "" ? "It is empty." : "It may be cut off or damaged.",
      { line, column },
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse("FILE_FORMAT", "$", "This is not a Lazo diagram.", "A diagram is a JSON object.");
  }
  return inspect(value) ?? { ok: true, raw: value as Raw };
}

/** Level by level, so that no depth can overflow the stack. */
function inspect(root: object): { ok: false; problems: Problem[] } | undefined {
  let level: { readonly value: object; readonly path: string }[] = [{ value: root, path: "" }];
  let keys = 0;
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limits.depth)
      return refuse(
        "FILE_TOO_DEEP",
        level[0]!.path.slice(0, 200),
        `This file is nested more than ${limits.depth} deep.`,
        undefined,
        { limit: limits.depth },
      );
    const next: typeof level = [];
    for (const { value, path } of level) {
      for (const [key, item] of Object.entries(value)) {
        const place = Array.isArray(value) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
        if (++keys > limits.keys)
          return refuse("FILE_TOO_LARGE", "$", "This file has too many parts.", undefined, { limit: limits.keys });
        if (key === "__proto__" || key === "constructor" || key === "prototype") {
          return refuse("FILE_FORBIDDEN_KEY", place, `The key "${key}" is not allowed.`, undefined, { key });
        }
        if (typeof item === "number" && !Number.isFinite(item))
          return refuse("FILE_NUMBER", place, "A number here is too large.");
        if (typeof item === "string") {
          const longest = path === "data" && depth === 2 ? limits.data : limits.text;
          if (item.length > longest || key.length > limits.text) {
            return refuse(
              "FILE_TOO_LONG",
              place.slice(0, 200),
              `A text here has more than ${longest} characters.`,
              undefined,
              { limit: longest },
            );
          }
        }
        if (typeof item === "object" && item !== null) next.push({ value: item, path: place });
      }
    }
    level = next;
  }
  return undefined;
}

interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly expected?: string;
  readonly values?: readonly unknown[];
  readonly maximum?: number;
  readonly minimum?: number;
  readonly origin?: string;
  readonly pattern?: string;
}

export function jsonPath(path: readonly PropertyKey[]): string {
  return (
    path.reduce<string>(
      (all, part) =>
        typeof part === "number" ? `${all}[${part}]` : all === "" ? String(part) : `${all}.${String(part)}`,
      "",
    ) || "$"
  );
}

function shapeProblem(issue: Issue, raw: unknown): Problem {
  const path = jsonPath(issue.path);
  let found: unknown = raw;
  for (const part of issue.path)
    found = typeof found === "object" && found !== null ? (found as { [key: PropertyKey]: unknown })[part] : undefined;
  const shown = JSON.stringify(found)?.slice(0, 60) ?? "nothing";
  const wanted = (): string => {
    if (issue.code === "invalid_type")
      return found === undefined
        ? `${words[issue.expected ?? ""] ?? issue.expected}, but it is missing`
        : `${words[issue.expected ?? ""] ?? issue.expected}, not ${shown}`;
    if (issue.code === "invalid_value")
      return `${issue.values?.map((value) => JSON.stringify(value)).join(" or ")}, not ${shown}`;
    if (issue.code === "too_big")
      return issue.origin === "string" ? `at most ${issue.maximum} characters long` : `at most ${issue.maximum}`;
    if (issue.code === "too_small")
      return issue.origin === "string" ? "a text that is not empty" : `at least ${issue.minimum}, not ${shown}`;
    if (issue.code === "invalid_format")
      return issue.path.at(-1) === "id" || issue.path.at(-1) === "block"
        ? `an id of 1 to 64 letters, digits, _ and -, not ${shown}`
        : "a single line of characters that can be shown";
    return "something else";
  };
  return { severity: "error", code: "FILE_SHAPE", path, message: `${path} must be ${wanted()}.`, values: { path } };
}

const words: { readonly [type: string]: string } = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** Ids are unique in the whole document, whatever they stand for. */
function duplicateIds(root: Sheet): Problem[] {
  const problems: Problem[] = [];
  const used = new Map<string, string>();
  const visit = (sheet: Sheet, path: string): void => {
    for (const kind of ["blocks", "wires", "notes"] as const) {
      sheet[kind].forEach(({ id }, i) => {
        const place = `${path}.${kind}[${i}]`;
        const twin = used.get(id);
        if (twin === undefined) used.set(id, place);
        else if (problems.length < mostProblems) {
          problems.push({
            severity: "error",
            code: "FILE_ID_DUPLICATE",
            path: `${place}.id`,
            message: `The id "${id}" is used twice: at ${twin} and at ${place}.`,
            related: [`${twin}.id`],
            values: { id },
          });
        }
      });
    }
    sheet.blocks.forEach((block, i) => block.sheet && visit(block.sheet, `${path}.blocks[${i}].sheet`));
  };
  visit(root, "root");
  return problems;
}

/** Order of the known keys; others follow in the order they have. */
const order: { readonly [kind: string]: readonly string[] } = {
  document: ["format", "version", "name", "description", "variables", "root", "run", "data", "sets"],
  variable: ["name", "value", "unit", "note"],
  sheet: ["blocks", "wires", "notes"],
  block: ["id", "name", "type", "version", "params", "at", "turn", "note", "mask", "sheet"],
  wire: ["id", "from", "to", "gain", "label", "bends"],
  note: ["id", "at", "text", "width"],
  end: ["block", "port"],
  point: ["x", "y"],
  run: ["stop", "step", "solver", "rtol", "atol", "maxStep"],
};
/** What stands under a key of a kind; lists by their elements. */
const inside: { readonly [kind: string]: { readonly [key: string]: string } } = {
  document: { variables: "variable", root: "sheet", run: "run" },
  sheet: { blocks: "block", wires: "wire", notes: "note" },
  block: { at: "point", mask: "variable", sheet: "sheet" },
  wire: { from: "end", to: "end", bends: "point" },
  note: { at: "point" },
};

function ordered(value: unknown, kind: string | undefined): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error("A document holds finite numbers only.");
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => ordered(item, kind));
  const entries = Object.entries(value);
  const first = kind === undefined ? [] : order[kind]!;
  const rank = (key: string): number => (first.includes(key) ? first.indexOf(key) : first.length);
  if (first.length > 0) entries.sort(([a], [b]) => rank(a) - rank(b));
  return Object.fromEntries(
    entries.map(([key, item]) => [key, ordered(item, kind === undefined ? undefined : inside[kind]?.[key])]),
  );
}

/** The bytes of a saved file: the same document gives the same text. */
export function writeDocument(document: LazoDocument): string {
  return `${JSON.stringify(ordered(document, "document"), undefined, 2)}\n`;
}
