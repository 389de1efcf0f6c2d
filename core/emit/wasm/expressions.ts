/**
 * Expressions as straight-line code: what is used more than once in a function goes to a local, everything else stays on the
 * stack. Where slots come from (memory, a local) is the caller's to say.
 */
import type { Expr, Op } from "../../expr/expr.ts";
import { postorder } from "../../expr/walk.ts";
import type { Body, F64, Func, I32, Local } from "../../wasm/encoder.ts";
import {
  add,
  and,
  call,
  div,
  eq,
  f64,
  floor,
  fromI32,
  i32,
  le,
  load,
  lt,
  mul,
  ne,
  neg,
  not,
  or,
  select,
  sqrt,
  sub,
} from "../../wasm/instructions.ts";
import { cellAt } from "./series.ts";

/** Operations that JavaScript computes: imported from Math, whose bits the interpreter's are. */
export const importedOps = [
  "pow",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "atan2",
  "sinh",
  "cosh",
  "tanh",
  "exp",
  "log",
  "uniform",
] as const satisfies readonly Op[];

/** Where the numbers of a series stand, in bytes, and how many there are. */
export interface SeriesPlace {
  readonly at: number;
  readonly length: number;
}

/** What every function of one module may call and read. */
export interface Surroundings {
  readonly imported: ReadonlyMap<string, Func>;
  /** (x, at, length) -> index of the segment. */
  readonly find: Func;
  readonly series: readonly SeriesPlace[];
}

export interface Translator {
  value(e: Expr): F64;
  condition(e: Expr): I32;
  /** Later reads of the slot are this code; nothing that read it before may be asked for again. */
  slotIs(slot: number, code: F64): void;
  /** The same function with other values for some slots; what does not depend on them is shared. */
  withSlots(values: ReadonlyMap<number, F64>): Translator;
}

/** How deep an expression may sit on the stack. */
const deepest = 40;

/** How often each node is used by the roots and below them. */
export function countUses(roots: Iterable<Expr>): Map<Expr, number> {
  const all = [...roots];
  const uses = new Map<Expr, number>();
  const use = (e: Expr): void => void uses.set(e, (uses.get(e) ?? 0) + 1);
  for (const e of postorder(all)) e.args.forEach(use);
  all.forEach(use);
  return uses;
}

/**
 * `uses` decides what is kept in locals; `given` says where a slot's or a whole expression's value is to be had, if not from
 * the model's memory.
 */
export function createTranslator(
  body: Body,
  around: Surroundings,
  uses: ReadonlyMap<Expr, number>,
  given: (e: Expr) => F64 | undefined = () => undefined,
): Translator {
  return translator(body, around, uses, given, new Map(), new Map());
}

function translator(
  body: Body,
  around: Surroundings,
  uses: ReadonlyMap<Expr, number>,
  given: (e: Expr) => F64 | undefined,
  slots: Map<number, F64>,
  known: Map<Expr, F64>,
): Translator {
  const depth = new Map<Expr, number>();

  function leaf(e: Expr): F64 | undefined {
    if (e.op === "num") return f64(e.value);
    if (e.op === "slot") return slots.get(e.value) ?? given(e);
    return given(e);
  }
  const read = (e: Expr): F64 => known.get(e) ?? leaf(e) ?? tree(e);

  function condition(e: Expr): I32 {
    if (!known.has(e) && !given(e)) {
      const [a, b] = e.args;
      switch (e.op) {
        case "lt":
          return lt(read(a!), read(b!));
        case "le":
          return le(read(a!), read(b!));
        case "eq":
          return eq(read(a!), read(b!));
        case "and":
          return and(condition(a!), condition(b!));
        case "or":
          return or(condition(a!), condition(b!));
        case "not":
          return not(condition(a!));
        default:
      }
    }
    return ne(read(e), f64(0));
  }

  function tree(e: Expr): F64 {
    const [a, b, c] = e.args;
    switch (e.op) {
      case "num":
        return f64(e.value);
      case "slot":
        return load(i32(0), 8 * e.value);
      case "add":
        return add(read(a!), read(b!));
      case "sub":
        return sub(read(a!), read(b!));
      case "mul":
        return mul(read(a!), read(b!));
      case "div":
        return div(read(a!), read(b!));
      case "neg":
        return neg(read(a!));
      case "sqrt":
        return sqrt(read(a!));
      case "floor":
        return floor(read(a!));
      case "if":
        return select(condition(a!), read(b!), read(c!));
      case "find": {
        const { at, length } = around.series[e.value]!;
        return call(around.find, read(a!), i32(at), i32(length));
      }
      case "cell":
        return cellAt(body, read(a!), around.series[e.value]!);
      case "lt":
      case "le":
      case "eq":
      case "and":
      case "or":
      case "not":
        return fromI32(condition(e));
      default:
        return call(around.imported.get(e.op)!, ...e.args.map(read));
    }
  }

  function prepare(root: Expr): void {
    const had = (e: Expr): boolean => known.has(e) || leaf(e) !== undefined;
    for (const e of postorder([root], had)) {
      const height = e.args.reduce((most, a) => Math.max(most, depth.get(a) ?? 0), 0) + 1;
      if ((uses.get(e) ?? 0) > 1 || height > deepest) {
        const local: Local<"f64"> = body.local("f64");
        body.set(local, tree(e));
        known.set(e, local);
      } else depth.set(e, height);
    }
  }

  return {
    value(e) {
      prepare(e);
      return read(e);
    },
    condition(e) {
      prepare(e);
      return condition(e);
    },
    slotIs: (slot, code) => slots.set(slot, code),
    withSlots(values) {
      const depends = new Set<Expr>();
      const inner = new Map<number, F64>([...slots, ...values]);
      const affected = (e: Expr): boolean => {
        for (const n of postorder([e], (m) => depends.has(m))) {
          if (n.op === "slot" ? values.has(n.value) : n.args.some((a) => depends.has(a))) depends.add(n);
        }
        return depends.has(e);
      };
      // Known values that do not depend on the slots serve here as well; what is found out here stays here.
      const shared = (e: Expr): F64 | undefined => {
        const from = known.get(e);
        return from && !affected(e) ? from : e.op === "slot" && values.has(e.value) ? undefined : given(e);
      };
      return translator(body, around, uses, shared, inner, new Map());
    },
  };
}
