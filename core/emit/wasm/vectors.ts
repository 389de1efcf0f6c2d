/**
 * The vectors of an explicit Runge-Kutta step in a module: states at its start x and end y, those of the stage at hand, and the
 * flows k of the stages. Few states live in locals with the flow written out in line; many live in memory, two a SIMD register,
 * with the flow as a function. The step itself (rungeKutta.ts) is written once for both.
 */
import type { Expr } from "../../expr/expr.ts";
import type { Assign } from "../../ir/ir.ts";
import type { Body, F64, Func, I32, Local, V128 } from "../../wasm/encoder.ts";
import {
  add,
  addI,
  addV,
  call,
  copyBytes,
  eq,
  f64,
  i32,
  load,
  loadV,
  ltI,
  mul,
  mulV,
  ne,
  splat,
  store,
  storeV,
  sub,
} from "../../wasm/instructions.ts";
import { writeItems, type Item, type Room } from "./program.ts";

/** Where each vector stands in memory, bytes. */
export interface VectorPlaces {
  readonly x: number;
  readonly y: number;
  readonly stage: number;
  readonly kept: number;
  readonly k: (j: number) => number;
}

/** One element of the vectors. */
export interface Element {
  readonly x: F64;
  readonly y: F64;
  readonly kept: F64;
  readonly k: (j: number) => F64;
}

type Target = "stage" | "y" | "kept";

export interface Vectors {
  /** The end of the last step becomes the start of the next: x = y, and where it was a stage, k[0] = k[last]. */
  carry(last: number | undefined): void;
  /** target = x + size * sum of weights times flows. */
  combine(weights: readonly number[], size: F64, target: Target): void;
  /** k[j] = flow at `time` and the states in `source`; gives whether it is finite. The stage is left in memory where it is not. */
  evaluate(time: F64, source: Target, j: number): I32;
  /** Code for every element, in order. */
  each(inner: (e: Element) => void): void;
  /** Everything to memory. */
  publish(): void;
  /** Everything from memory. */
  take(): void;
}

export const nonZero = (weights: readonly number[]): readonly number[] =>
  weights.flatMap((w, j) => (w === 0 ? [] : [j]));

/** The terms in order; the sum of none is 0. */
export function weightedSum(
  weights: readonly number[],
  k: (j: number) => F64,
  constant: (value: number) => F64 = f64,
): F64 {
  const terms = nonZero(weights).map((j) => mul(constant(weights[j]!), k(j)));
  return terms.length === 0 ? f64(0) : terms.reduce((sum, term) => add(sum, term));
}

/** The last of several terms by itself, as in stages.ts. */
function lastApart(weights: readonly number[]): { readonly rest: readonly number[]; readonly newest?: number } {
  const used = nonZero(weights);
  const newest = used.at(-1);
  if (newest === undefined || used.length < 2) return { rest: weights };
  return { rest: weights.slice(0, newest), newest };
}

/** Flow in line: `items` write derivative i at offset 8 i. */
export function localVectors(
  room: Room,
  body: Body,
  flow: readonly Assign[],
  items: readonly Item[],
  places: VectorPlaces,
  stages: number,
  timeCell: number,
  constant: (value: number) => F64,
): Vectors {
  const n = flow.length;
  const row = (): Local<"f64">[] => flow.map(() => body.local("f64"));
  const x = row();
  const y = row();
  const stage = row();
  const kept = row();
  const k = Array.from({ length: stages }, row);
  const trouble = body.local("f64");
  const factor = body.local("f64");
  const time = body.local("f64");
  const vectorOf = { stage, y, kept };
  const index = new Map(flow.map(({ slot }, i) => [slot, i]));
  const all = (): [number, Local<"f64">[]][] => [
    [places.x, x],
    [places.y, y],
    [places.kept, kept],
    ...k.map((v, j): [number, Local<"f64">[]] => [places.k(j), v]),
  ];
  return {
    carry(last) {
      for (let i = 0; i < n; i++) {
        body.set(x[i]!, y[i]!);
        if (last !== undefined) body.set(k[0]![i]!, k[last]![i]!);
      }
    },
    combine(weights, size, target) {
      const { rest, newest } = lastApart(weights);
      if (newest !== undefined) body.set(factor, mul(size, constant(weights[newest]!)));
      for (let i = 0; i < n; i++) {
        const sum = weightedSum(rest, (j) => k[j]![i]!, constant);
        const early = add(x[i]!, mul(size, sum));
        body.set(vectorOf[target][i]!, newest === undefined ? early : add(early, mul(factor, k[newest]![i]!)));
      }
    },
    evaluate(at, source, j) {
      const from = vectorOf[source];
      body.set(time, at);
      const given = (e: Expr): F64 | undefined => {
        if (e.op !== "slot") return undefined;
        if (e.value === 0) return time;
        const i = index.get(e.value);
        return i === undefined ? undefined : from[i];
      };
      // A put sets the local of its derivative instead of memory.
      writeItems(
        room,
        body,
        items,
        i32(0),
        () => false,
        given,
        (offset, value) => body.set(k[j]![offset / 8]!, value),
      );
      body.set(
        trouble,
        k[j]!.map((v): F64 => subSelf(v)).reduce((sum, v) => add(sum, v)),
      );
      body.when(ne(trouble, f64(0)), () => {
        body.run(store(i32(0), timeCell, time));
        from.forEach((v, i) => body.run(store(i32(0), places.stage + 8 * i, v)));
      });
      return is0(trouble);
    },
    each(inner) {
      for (let i = 0; i < n; i++) {
        inner({ x: x[i]!, y: y[i]!, kept: kept[i]!, k: (j) => k[j]![i]! });
      }
    },
    publish() {
      for (const [at, v] of all()) v.forEach((local, i) => body.run(store(i32(0), at + 8 * i, local)));
    },
    take() {
      for (const [at, v] of all()) v.forEach((local, i) => body.set(local, load(i32(0), at + 8 * i)));
    },
  };
}

/** 0 for finite numbers, not a number for others. */
const subSelf = (v: F64): F64 => sub(v, v);
const is0 = (v: F64): I32 => eq(v, f64(0));

/** `flow`: (address of the derivative) -> (), from the stage and the time in memory. */
export function memoryVectors(body: Body, n: number, flow: Func, places: VectorPlaces, timeCell: number): Vectors {
  const at = body.local("i32");
  const sum = body.local("v128");
  const trouble = body.local("f64");
  const end = 8 * n;
  const bytes = i32(end);
  const placeOf = { stage: places.stage, y: places.y, kept: places.kept };

  function loop(width: number, inner: () => void): void {
    body.set(at, i32(0));
    body.loop((again) => {
      inner();
      body.set(at, addI(at, i32(8 * width)));
      body.branch(again, ltI(at, bytes));
    });
  }
  const factors: Local<"v128">[] = [];
  const factor = (i: number): Local<"v128"> => (factors[i] ??= body.local("v128"));

  return {
    carry(last) {
      body.run(copyBytes(i32(places.x), i32(places.y), bytes));
      if (last !== undefined) body.run(copyBytes(i32(places.k(0)), i32(places.k(last)), bytes));
    },
    combine(weights, size, target) {
      const { rest, newest } = lastApart(weights);
      const used = nonZero(rest);
      used.forEach((j, i) => body.set(factor(i), splat(f64(weights[j]!))));
      body.set(factor(used.length), splat(size));
      const terms = used.map((j, i): V128 => mulV(factor(i), loadV(at, places.k(j))));
      const last = factor(used.length + 1);
      if (newest !== undefined) body.set(last, splat(mul(size, f64(weights[newest]!))));
      // Rows are even in length: a last half pair is nobody's.
      loop(2, () => {
        const total = terms.reduce((a, b) => addV(a, b));
        const early = addV(loadV(at, places.x), mulV(factor(used.length), total));
        body.set(sum, newest === undefined ? early : addV(early, mulV(last, loadV(at, places.k(newest)))));
        body.run(storeV(at, placeOf[target], sum));
        if (target !== "stage") body.run(storeV(at, places.stage, sum));
      });
    },
    evaluate(time, _source, j) {
      body.run(store(i32(0), timeCell, time));
      body.run(call(flow, i32(places.k(j))));
      body.set(trouble, f64(0));
      loop(1, () => body.set(trouble, add(trouble, subSelf(load(at, places.k(j))))));
      return is0(trouble);
    },
    each(inner) {
      loop(1, () =>
        inner({
          x: load(at, places.x),
          y: load(at, places.y),
          kept: load(at, places.kept),
          k: (j) => load(at, places.k(j)),
        }),
      );
    },
    publish() {},
    take() {},
  };
}
