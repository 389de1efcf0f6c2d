/**
 * Text -> a small tree of allowed nodes. mathjs parses and nothing else: its tree is walked once, by type, into ours, and whatever
 * is not on the list below is refused by name. Meaning and shapes are left to walk.ts.
 */
import { create, parseDependencies } from "mathjs/number";
import { ExpressionError } from "./arithmetic.ts";
import { numericLiteral } from "./literal.ts";

export type Tree =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "literal"; readonly rows: number; readonly cols: number; readonly data: readonly number[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "unary"; readonly op: "-" | "+" | "not" | "'"; readonly of: Tree }
  | { readonly kind: "binary"; readonly op: BinaryOp; readonly left: Tree; readonly right: Tree }
  /** a < b <= c: every neighbouring pair holds. */
  | { readonly kind: "compare"; readonly ops: readonly BinaryOp[]; readonly terms: readonly Tree[] }
  | { readonly kind: "choose"; readonly condition: Tree; readonly then: Tree; readonly otherwise: Tree }
  | { readonly kind: "range"; readonly from: Tree; readonly by: Tree | undefined; readonly to: Tree }
  | { readonly kind: "array"; readonly rows: readonly (readonly Tree[])[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Tree[] }
  | { readonly kind: "index"; readonly name: string; readonly at: readonly Tree[] };

const binaryOps = [
  "+",
  "-",
  "*",
  "/",
  "^",
  ".*",
  "./",
  ".^",
  "<",
  "<=",
  ">",
  ">=",
  "==",
  "!=",
  "and",
  "or",
  "xor",
  "mod",
] as const;
export type BinaryOp = (typeof binaryOps)[number];

export const limits = { length: 2000, nodes: 2000, depth: 64 } as const;

/** Letters as mathjs reads them: Latin with accents, and Greek; not the signs in between. */
const letter = "A-Za-z_\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02AF\\u0370-\\u0373\\u0376-\\u03FF";
export const namePattern = new RegExp(`^[${letter}][${letter}0-9]*$`);
const allowed = new RegExp(`^[${letter}0-9 \\t\\r\\n\\u00A0.+\\-*/^'()[\\],;:?<>=!]*$`);
const word = new RegExp(`[${letter}][${letter}0-9]*`, "g");

/** The names an expression mentions, with their places: for renaming. Words that are part of a number (1e3) are not names. */
export function wordsOf(source: string): { readonly name: string; readonly at: number }[] {
  const numbersOut = source.replace(/(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/g, (number, at: number) =>
    at > 0 && new RegExp(`[${letter}0-9]`).test(source[at - 1]!) ? number : " ".repeat(number.length),
  );
  return [...numbersOut.matchAll(word)].map((match) => ({ name: match[0], at: match.index }));
}

const { parse } = create({ parseDependencies });

/** What we read of a node of mathjs: everything optional, checked by type before use. */
interface Foreign {
  readonly type: string;
  readonly value?: unknown;
  readonly name?: string;
  readonly op?: string;
  readonly implicit?: boolean;
  readonly args?: readonly Foreign[];
  readonly items?: readonly Foreign[];
  readonly content?: Foreign;
  readonly fn?: Foreign;
  readonly object?: Foreign;
  readonly index?: { readonly dimensions: readonly Foreign[]; readonly dotNotation: boolean };
  readonly condition?: Foreign;
  readonly trueExpr?: Foreign;
  readonly falseExpr?: Foreign;
  readonly start?: Foreign;
  readonly step?: Foreign | null;
  readonly end?: Foreign;
  readonly conditionals?: readonly string[];
  readonly params?: readonly Foreign[];
}

const syntax = (message: string, hint?: string, at?: number): ExpressionError =>
  new ExpressionError("EXPR_SYNTAX", message, hint, at === undefined ? undefined : { at });
const forbidden = (what: string, hint?: string): ExpressionError =>
  new ExpressionError("EXPR_FORBIDDEN", `${what} can't be used in an expression.`, hint, { what });

/** Parsed sources; equal texts are common (0, 1, k). Emptied when full, which costs less than keeping an order of use. */
const parsed = new Map<string, Tree | ExpressionError>();

/** Throws ExpressionError. */
export function parseExpression(source: string): Tree {
  let result = parsed.get(source);
  if (!result) {
    try {
      result = read(source);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      result = error;
    }
    if (parsed.size >= 2000) parsed.clear();
    if (source.length <= limits.length) parsed.set(source, result);
  }
  if (result instanceof ExpressionError) throw result;
  return result;
}

function read(source: string): Tree {
  if (source.trim() === "")
    throw new ExpressionError("EXPR_EMPTY", "An expression is missing here.", "Type a number, such as 0.");
  const literal = numericLiteral(source);
  if (literal) return literal;
  checkText(source);
  let foreign: Foreign;
  try {
    foreign = parse(separated(source).replace(/\s/g, " ")) as unknown as Foreign;
  } catch (error) {
    throw unreadable(source, error);
  }
  return convert(foreign);
}

const operator = /^(?:and|or|xor|not|mod|to|in)$/;
const endsElement = new RegExp(`([${letter}][${letter}0-9]*|[0-9.)\\]'])$`);
const beginsElement = new RegExp(`^([${letter}][${letter}0-9]*|[0-9.])`);

/**
 * With a comma for each space between two elements of a matrix, [m b k] as [m, b, k], and a semicolon for a line's end: a product needs
 * its sign, so that it can be nothing else. Every character keeps its place.
 */
function separated(source: string): string {
  if (!/\[[^\]]*\s/.test(source)) return source;
  const open: string[] = [];
  return source.replace(/[[\]()]|\s+/g, (found, at: number) => {
    if (found === "[" || found === "(") open.push(found);
    else if (found === "]" || found === ")") open.pop();
    else if (open.at(-1) === "[") {
      const before = endsElement.exec(source.slice(0, at))?.[1];
      const after = beginsElement.exec(source.slice(at + found.length))?.[1];
      if (before && after && !operator.test(before) && !operator.test(after))
        return `${found.includes("\n") ? ";" : ","}${found.slice(1)}`;
    }
    return found;
  });
}

/** Refuses, before the parser sees it, what is too long or nested too deep for it and what can't be part of an expression. */
function checkText(source: string): void {
  if (source.length > limits.length) {
    throw new ExpressionError(
      "EXPR_TOO_LARGE",
      `This expression has ${source.length} characters; at most ${limits.length} are read.`,
      "Split it over several variables. A matrix of plain numbers may be longer.",
      { length: source.length, limit: limits.length },
    );
  }
  const strange = Array.from(source).findIndex((c) => !allowed.test(c));
  if (strange >= 0) throw strangeCharacter(Array.from(source)[strange]!);
  if (/!(?!=)/.test(source)) throw forbidden("!", "Write not x; for a factorial use prod(1:n).");
  if (/&&|\|\|/.test(source)) throw forbidden("&& and ||", "Write and, or.");
  if (/\?\.(?!\d)/.test(source)) throw forbidden("?.", "Elements are picked with [ ]: u[1].");
  if (/\*\*/.test(source)) throw syntax("** is not an operator.", "Write ^ for a power.");
  if (/(^|[^=<>!])=($|[^=])/.test(source))
    throw forbidden("=", "To compare write ==. To name a value, add a variable to the diagram.");
  const unclear = new Set([...source.matchAll(/[\p{L}\p{N})\]'.](?=\s+[+-][^\s])/gu)].map((match) => match.index));
  let depth = 0;
  let squareDepth = 0;
  const open: string[] = [];
  for (let i = 0; i < source.length; i++) {
    const c = source[i]!;
    if (c === "(" || c === "[") {
      open.push(c);
      depth = Math.max(depth, open.length);
      if (c === "[") squareDepth++;
    } else if (c === ")" || c === "]") {
      if (open.pop() !== (c === ")" ? "(" : "[")) throw syntax(`A bracket ${c} has no partner.`, undefined, i);
      if (c === "]") squareDepth--;
    } else if (c === ";" && squareDepth === 0) {
      throw forbidden("; outside of [ ]", "One expression at a time; ; separates the rows of a matrix.");
    }
    // MATLAB reads [a -b] as two elements, mathematics as one difference: ask.
    if (open.at(-1) === "[" && unclear.has(i)) {
      throw syntax("It is not clear whether this is one element or two.", "Separate elements by commas: [a, -b].", i);
    }
  }
  if (open.length > 0)
    throw syntax(`A bracket ${open.at(-1)} is not closed.`, undefined, source.lastIndexOf(open.at(-1)!));
  if (depth > limits.depth) throw tooDeep();
}

function strangeCharacter(c: string): ExpressionError {
  if (c === '"' || c === "`") return forbidden("Text in quotes");
  if (c === "{" || c === "}") return forbidden(c, "Matrices are written with [ ].");
  if (c === "%") return forbidden("%", "Write mod(a, b) for the remainder, 0.05 for 5 %.");
  if (c === "\\") return forbidden("\\", "Write inv(A)*b.");
  if (c === "&" || c === "|" || c === "~") return forbidden(c, "Write and, or, not.");
  if (c === "#") return forbidden("A comment");
  if (c === "·" || c === "×" || c === "−" || c === "÷")
    return forbidden(c, "Write * / + - with the characters of the keyboard.");
  return forbidden(
    `The character ${/[\p{L}\p{S}\p{P}\p{N}]/u.test(c) ? c : `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`}`,
  );
}

const tooDeep = (): ExpressionError =>
  new ExpressionError(
    "EXPR_TOO_LARGE",
    `This expression is nested more than ${limits.depth} deep.`,
    "Split it over several variables.",
    { limit: limits.depth },
  );

function unreadable(source: string, error: unknown): ExpressionError {
  if (error instanceof RangeError) return tooDeep();
  if (/dimensions mismatch/i.test(String((error as { message?: unknown }).message))) {
    return new ExpressionError(
      "EXPR_SHAPE",
      "The rows of this matrix are not equally long.",
      "Every row of a matrix needs the same number of columns.",
    );
  }
  const at = typeof (error as { char?: unknown }).char === "number" ? (error as { char: number }).char : undefined;
  if (/^\s*[-+]?\d+,\d+\s*$/.test(source)) {
    return syntax("The decimal sign is a point.", `Write ${source.trim().replace(",", ".")}.`, at);
  }
  if (/\[[^\]]*[\p{L}\p{N})]\s+[\p{L}\p{N}(]/u.test(source))
    return syntax("Elements need a comma between them.", "Write [a, b; c, d].", at);
  const where =
    at === undefined ? "" : at > source.length ? " It ends too early." : ` It stops making sense at character ${at}.`;
  return syntax(`This can't be read as an expression.${where}`, "Write it as in 2*k + sin(a).", at);
}

/** mathjs's tree -> ours. Depth is counted without the left spine of a chain such as a + b + c, which is long, not deep. */
function convert(root: Foreign): Tree {
  let nodes = 0;

  function tree(node: Foreign, depth: number): Tree {
    if (++nodes > limits.nodes) {
      throw new ExpressionError(
        "EXPR_TOO_LARGE",
        `This expression has more than ${limits.nodes} parts.`,
        "Split it over several variables.",
        { limit: limits.nodes },
      );
    }
    if (depth > limits.depth) throw tooDeep();
    const next = depth + 1;
    switch (node.type) {
      case "ParenthesisNode":
        return tree(node.content!, depth);
      case "ConstantNode":
        if (typeof node.value === "boolean") return { kind: "number", value: node.value ? 1 : 0 };
        if (typeof node.value === "string") throw forbidden("Text in quotes");
        if (typeof node.value !== "number" || Number.isNaN(node.value)) throw forbidden(String(node.value));
        return { kind: "number", value: node.value };
      case "SymbolNode":
        return { kind: "name", name: node.name! };
      case "OperatorNode":
        return operator(node, depth);
      case "RelationalNode":
        return {
          kind: "compare",
          ops: node.conditionals!.map(comparison),
          terms: node.params!.map((n) => tree(n, next)),
        };
      case "ConditionalNode":
        return {
          kind: "choose",
          condition: tree(node.condition!, next),
          then: tree(node.trueExpr!, next),
          otherwise: tree(node.falseExpr!, next),
        };
      case "RangeNode":
        return {
          kind: "range",
          from: tree(node.start!, next),
          by: node.step ? tree(node.step, next) : undefined,
          to: tree(node.end!, next),
        };
      case "ArrayNode":
        return array(node, next);
      case "FunctionNode":
        if (node.fn?.type !== "SymbolNode") throw forbidden("A call of anything but a named function");
        return { kind: "call", name: node.fn.name!, args: node.args!.map((n) => tree(n, next)) };
      case "AccessorNode":
        if (!node.index || node.index.dotNotation || node.object?.type !== "SymbolNode")
          throw forbidden("Access to a part by .name", "Elements are picked with [ ]: u[1].");
        return { kind: "index", name: node.object.name!, at: node.index.dimensions.map((n) => tree(n, next)) };
      case "AssignmentNode":
      case "FunctionAssignmentNode":
        throw forbidden("=", "To name a value, add a variable to the diagram.");
      case "BlockNode":
        throw forbidden(";", "One expression at a time.");
      case "ObjectNode":
        throw forbidden("{ }", "Matrices are written with [ ].");
      default:
        throw forbidden(`This (${node.type})`);
    }
  }

  function operator(node: Foreign, depth: number): Tree {
    const [left, right] = node.args!;
    const op = node.op!;
    if (node.implicit) throw syntax("A product needs its sign.", "Write * between the factors: 2*k.");
    if (right === undefined) {
      if (op === "-" || op === "+" || op === "not" || op === "'")
        return { kind: "unary", op, of: tree(left!, depth + 1) };
      throw forbidden(op);
    }
    if (!(binaryOps as readonly string[]).includes(op)) throw forbidden(op);
    const chained = left!.type === "OperatorNode" && left!.args!.length === 2;
    return {
      kind: "binary",
      op: op as BinaryOp,
      left: tree(left!, chained ? depth : depth + 1),
      right: tree(right, depth + 1),
    };
  }

  /** mathjs gives [a, b; c, d] and [[a, b], [c, d]] the same tree, so rows may be written either way. */
  function array(node: Foreign, depth: number): Tree {
    const items = node.items!;
    if (items.length === 0 || items.some((item) => item.type !== "ArrayNode")) {
      return { kind: "array", rows: [items.map((n) => tree(n, depth))] };
    }
    const rows = items.map((item) => item.items!);
    if (rows.some((row) => row.length > 1 && row.every((part) => part.type === "ArrayNode"))) {
      throw syntax(
        "Brackets within brackets can be read in two ways here.",
        "Give the parts names as variables, then write [P, Q; R, S].",
      );
    }
    return { kind: "array", rows: rows.map((row) => row.map((n) => tree(n, depth))) };
  }

  return tree(root, 0);
}

const comparisons: ReadonlyMap<string, BinaryOp> = new Map([
  ["smaller", "<"],
  ["smallerEq", "<="],
  ["larger", ">"],
  ["largerEq", ">="],
  ["equal", "=="],
  ["unequal", "!="],
]);
function comparison(name: string): BinaryOp {
  const op = comparisons.get(name);
  if (!op) throw forbidden(name);
  return op;
}

/** Names an expression stands on: what it indexes or mentions, not the functions it calls. In order of appearance. */
export function namesIn(root: Tree): string[] {
  const names = new Set<string>();
  const visit = (tree: Tree): void => {
    if (tree.kind === "name" || tree.kind === "index") names.add(tree.name);
    for (const part of partsOf(tree)) visit(part);
  };
  visit(root);
  return [...names];
}

export function partsOf(tree: Tree): readonly Tree[] {
  switch (tree.kind) {
    case "number":
    case "literal":
    case "name":
      return [];
    case "unary":
      return [tree.of];
    case "binary":
      return [tree.left, tree.right];
    case "compare":
      return tree.terms;
    case "choose":
      return [tree.condition, tree.then, tree.otherwise];
    case "range":
      return tree.by ? [tree.from, tree.by, tree.to] : [tree.from, tree.to];
    case "array":
      return tree.rows.flat();
    case "call":
      return tree.args;
    case "index":
      return tree.at;
  }
}
