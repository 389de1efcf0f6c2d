/**
 * What users type: variables, parameters and gains as numbers, formulas as expressions of signals. Parsing, meaning and functions
 * are in parse.ts, walk.ts and functions.ts; this is their door.
 */
import type { Algebra, Expr } from "../expr/expr.ts";
import type { Problem } from "../ir/ir.ts";
import { ExpressionError, type Matrix, numbers, Workspace } from "./arithmetic.ts";
import type { Variable } from "./document.ts";
import { namePattern, namesIn, parseExpression, partsOf, type Tree } from "./parse.ts";
import { constants, walk } from "./walk.ts";

/** Row-major; a scalar is 1 x 1. */
export interface Value {
  readonly rows: number;
  readonly cols: number;
  readonly data: readonly number[];
}
export type Scope = ReadonlyMap<string, Value>;

export interface Refused {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly values?: { readonly [name: string]: string | number };
}
export type Evaluated = { readonly ok: true; readonly value: Value } | Refused;

/** A parsed formula. `symbols` are the variables and signals it stands on; pi, e and function names are not among them. */
export interface Formula {
  readonly source: string;
  readonly symbols: readonly string[];
  readonly tree: Tree;
}

export { ExpressionError as FormulaError } from "./arithmetic.ts";

const largestValue = 1e6;
const steps = 1e7;
const largestFormula = 1e4;
const formulaSteps = 2e5;

const known = (value: number): number => value;

/** Names that have a meaning of their own: operators, constants, and the time. */
const reserved: ReadonlySet<string> = new Set([
  ...constants.keys(),
  "Infinity",
  "NaN",
  "true",
  "false",
  "null",
  "undefined",
  "end",
  "and",
  "or",
  "xor",
  "not",
  "mod",
  "to",
  "in",
  "t",
]);

/** Variables that exist but have no value, because of an error of their own. */
const broken = new WeakMap<Scope, ReadonlySet<string>>();

/** `infinite` lets the result be (or contain) infinity: a limit that is not there. */
export function evaluateExpression(source: string, scope: Scope, options?: { readonly infinite?: boolean }): Evaluated {
  return attempt(() => ({ ok: true, value: compute(parseExpression(source), scope, options?.infinite ?? false) }));
}

function compute(
  tree: Tree,
  scope: Scope,
  infinite: boolean,
  work = new Workspace(numbers, known, largestValue, steps),
): Value {
  const lookup = (name: string): Value | undefined => {
    const value = scope.get(name);
    if (!value && broken.get(scope)?.has(name)) {
      throw new ExpressionError(
        "EXPR_BROKEN_NAME",
        `The variable ${name} has an error of its own.`,
        "Mend the variable first.",
        { name },
      );
    }
    return value;
  };
  const value: Matrix<number> = walk(tree, work, lookup, () => scope.keys());
  const bad = value.data.find((x) => (infinite ? Number.isNaN(x) : !Number.isFinite(x)));
  if (bad !== undefined) {
    const message = Number.isNaN(bad) ? "The result is not a number." : "The result is not finite.";
    const hint = Number.isNaN(bad)
      ? "Look for 0/0, or the root or logarithm of a negative number."
      : "Look for a division by zero, or a number that is too large.";
    throw new ExpressionError("EXPR_NOT_FINITE", message, hint, { value: String(bad) });
  }
  return value;
}

function attempt<T>(work: () => T): T | Refused {
  try {
    return work();
  } catch (error) {
    if (error instanceof ExpressionError) return refused(error);
    // The caps keep recursion far below any stack that is left; should it overflow all the same, it is the expression's fault.
    if (error instanceof RangeError)
      return {
        ok: false,
        code: "EXPR_TOO_LARGE",
        message: "This expression is too large.",
        hint: "Split it over several variables.",
      };
    throw error;
  }
}

function refused(error: ExpressionError): Refused {
  return {
    ok: false,
    code: error.code,
    message: error.message,
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error.values && { values: error.values }),
  };
}

/** Why a name can't be a variable's; undefined when it can. */
export function variableNameProblem(name: string): Refused | undefined {
  if (reserved.has(name)) {
    return {
      ok: false,
      code: "VAR_NAME",
      message: `${name} already has a meaning in expressions.`,
      hint: `Use another name, such as ${name}1.`,
      values: { name },
    };
  }
  if (name.length <= 64 && namePattern.test(name)) return undefined;
  return {
    ok: false,
    code: "VAR_NAME",
    message: `${JSON.stringify(name.slice(0, 64))} can't be the name of a variable.`,
    hint: "Use letters, digits and _, beginning with a letter.",
    values: { name: name.slice(0, 64) },
  };
}

/** A scope to be added to: it begins with what this one holds, broken names included. */
export function inheritScope(outer: Scope): Map<string, Value> {
  const scope = new Map(outer);
  broken.set(scope, new Set(broken.get(outer)));
  return scope;
}

interface Variables {
  readonly scope: Scope;
  readonly problems: readonly Problem[];
}
const evaluated = new WeakMap<readonly Variable[], Variables>();

/** Variables may stand on each other, in any order. The scope holds those that have a value; the same list gives the same scope. */
export function evaluateVariables(variables: readonly Variable[]): Variables {
  let known = evaluated.get(variables);
  if (!known) evaluated.set(variables, (known = inOrder(variables)));
  return known;
}

function inOrder(variables: readonly Variable[]): Variables {
  const scope = new Map<string, Value>();
  const failed = new Set<string>();
  const problems: Problem[] = [];
  const report = (name: string, why: Refused, related?: readonly string[]): void => {
    const { code, message, hint, values } = why;
    problems.push({
      severity: "error",
      code,
      path: `variable:${name}`,
      message,
      ...(hint !== undefined && { hint }),
      ...(values && { values }),
      ...(related && { related }),
    });
  };
  broken.set(scope, failed);

  const trees = new Map<string, { tree: Tree; needs: readonly string[] }>();
  for (const { name, value } of variables) {
    const bad = variableNameProblem(name);
    if (bad) {
      report(name, bad);
      continue;
    }
    if (trees.has(name) || failed.has(name)) {
      report(name, {
        ok: false,
        code: "VAR_DUPLICATE",
        message: `There are two variables named ${name}.`,
        hint: "Rename or remove one of them.",
        values: { name },
      });
      continue;
    }
    const tree = attempt(() => parseExpression(value));
    if ("ok" in tree) {
      failed.add(name);
      report(name, tree);
    } else trees.set(name, { tree, needs: namesIn(tree) });
  }

  // In the order of their needs (Kahn), without recursion: a chain may be as long as the file.
  const waiting = new Map<string, number>();
  const users = new Map<string, string[]>();
  for (const [name, { needs }] of trees) {
    const own = needs.filter((need) => trees.has(need));
    waiting.set(name, own.length);
    for (const need of own) {
      const list = users.get(need);
      if (list) list.push(name);
      else users.set(need, [name]);
    }
  }
  const ready = [...trees.keys()].filter((name) => waiting.get(name) === 0);
  // All variables share one allowance, so that a file can't ask for it a thousand times.
  const work = new Workspace(numbers, known, largestValue, 2 * steps);
  for (let i = 0; i < ready.length; i++) {
    const name = ready[i]!;
    const value = attempt(() => compute(trees.get(name)!.tree, scope, false, work));
    if ("ok" in value) {
      failed.add(name);
      report(name, value);
    } else scope.set(name, value);
    for (const user of users.get(name) ?? []) {
      waiting.set(user, waiting.get(user)! - 1);
      if (waiting.get(user) === 0) ready.push(user);
    }
  }
  const stuck = [...trees.keys()].filter((name) => waiting.get(name)! > 0);
  for (const name of stuck) failed.add(name);
  const left = new Set(stuck);
  let searches = 0;
  for (const name of stuck) {
    // Looking for the way round takes time; the first twenty say enough.
    const cycle =
      ++searches > 20 ? undefined : cycleFrom(name, (n) => trees.get(n)!.needs.filter((need) => left.has(need)));
    if (cycle) {
      const way = [...(cycle.length > 12 ? [...cycle.slice(0, 11), "..."] : cycle), cycle[0]!].join(" -> ");
      report(
        name,
        {
          ok: false,
          code: "VAR_CYCLE",
          message: `The variable ${name} stands on itself: ${way}.`,
          hint: "Give one of them a value of its own.",
          values: { name, cycle: way },
        },
        cycle.map((n) => `variable:${n}`),
      );
    } else {
      const need = trees.get(name)!.needs.find((n) => left.has(n))!;
      report(name, {
        ok: false,
        code: "EXPR_BROKEN_NAME",
        message: `The variable ${need} has an error of its own.`,
        hint: "Mend the variable first.",
        values: { name: need },
      });
    }
  }
  return { scope, problems };
}

/** The shortest way from `start` back to itself; undefined when it only leads to a cycle of others. */
function cycleFrom(start: string, needs: (name: string) => readonly string[]): string[] | undefined {
  const from = new Map<string, string>();
  const queue = [start];
  for (let i = 0; i < queue.length; i++) {
    for (const need of needs(queue[i]!)) {
      if (need === start) {
        const way = [queue[i]!];
        while (way.at(-1) !== start) way.push(from.get(way.at(-1)!)!);
        return way.reverse();
      }
      if (!from.has(need)) {
        from.set(need, queue[i]!);
        queue.push(need);
      }
    }
  }
  return undefined;
}

export function parseFormula(source: string): { readonly ok: true; readonly formula: Formula } | Refused {
  return attempt(() => {
    const tree = parseExpression(source);
    return {
      ok: true as const,
      formula: { source, tree, symbols: namesIn(tree).filter((name) => !constants.has(name)) },
    };
  });
}

/** The formula over expressions. Throws FormulaError: an unknown name, or shapes that don't fit. */
export function traceFormula(
  formula: Formula,
  args: ReadonlyMap<string, { readonly rows: number; readonly cols: number; readonly data: readonly Expr[] }>,
  m: Algebra,
): { rows: number; cols: number; data: Expr[] } {
  const work = new Workspace<Expr>(m, (e) => (e.op === "num" ? e.value : undefined), largestFormula, formulaSteps);
  const result = walk<Expr>(
    formula.tree,
    work,
    (name) => args.get(name),
    () => args.keys(),
  );
  for (const e of result.data) {
    if (e.op === "num" && !Number.isFinite(e.value)) {
      throw new ExpressionError(
        "EXPR_NOT_FINITE",
        "The formula gives a number that is not finite.",
        "Look for a division by zero.",
        { value: String(e.value) },
      );
    }
  }
  return { rows: result.rows, cols: result.cols, data: [...result.data] };
}

/**
 * Number of elements a formula gives, where that doesn't hang on how wide its signals are: found by trying widths. `own` are the
 * signals' names; t is a scalar.
 */
export function formulaLength(formula: Formula, own: readonly string[], scope: Scope): number | undefined {
  const signals = own.filter((name) => name !== "t");
  const least = largestIndex(formula.tree, signals);
  const args = new Map<string, Value>(scope).set("t", { rows: 1, cols: 1, data: [0] });
  const tried = (width: number): number | undefined => {
    for (const name of signals) args.set(name, { rows: width, cols: 1, data: new Array<number>(width).fill(1) });
    const work = new Workspace<number>(numbers, known, largestFormula, formulaSteps);
    const result = attempt(() =>
      walk(
        formula.tree,
        work,
        (name) => args.get(name),
        () => [],
      ),
    );
    return "ok" in result ? undefined : result.data.length;
  };
  // From 2 on: a single number goes with every matrix, so that a width of 1 says little. Up to 64, for matrices that go with one width alone.
  let found: number | undefined;
  for (let width = Math.max(2, least); width < least + 64; width++) {
    const length = tried(width);
    if (length === undefined) continue;
    if (found !== undefined) return found === length ? length : undefined;
    found = length;
  }
  return found ?? (least === 1 ? tried(1) : undefined);
}

function largestIndex(tree: Tree, own: readonly string[]): number {
  const here =
    tree.kind === "index" && own.includes(tree.name) ? tree.at.map((at) => (at.kind === "number" ? at.value : 1)) : [];
  const largest = Math.max(1, ...here, ...partsOf(tree).map((part) => largestIndex(part, own)));
  return Number.isInteger(largest) && largest <= largestFormula ? largest : 1;
}
