/** LU factors of (shift I - J) for a few states: math/lu.ts's arithmetic, operation by operation, in a module. */
import type { Body, F64, Func, I32, Local, Module } from "../../wasm/encoder.ts";
import {
  abs,
  add,
  addI,
  and,
  call,
  div,
  eqI,
  f64,
  fromI32,
  geI,
  gt,
  i32,
  load,
  lt,
  mul,
  ne,
  not,
  store,
  sub,
  subI,
  toI32,
} from "../../wasm/instructions.ts";

/** First bytes of the matrix J and of its factors, row-major, and of the exchanges of rows. */
export interface LuPlaces {
  readonly matrix: number;
  readonly factors: number;
  readonly exchanges: number;
}

export interface LuCode {
  /** Factors anew; 0 where the matrix is singular. */
  factor(shift: F64): I32;
  /** Solves in place; `at`: bytes. */
  solve(at: number): (to: Parameters<I32>[0]) => void;
}

/** Up to so many states the substitutions are written out. */
const mostWritten = 8;

export function addDenseLu(module: Module, n: number, places: LuPlaces): LuCode {
  const factor = module.add(["f64"], ["i32"], (body) => writeFactor(body, n, places));
  const solve: Func = module.add(["i32"], [], (body) =>
    n <= mostWritten ? writeShortSolve(body, n, places) : writeSolve(body, n, places),
  );
  return { factor: (shift) => call(factor, shift), solve: (at) => call(solve, i32(at)) };
}

/** From `at` on in steps of some bytes for as long as it is below `end`. */
function walk(body: Body, at: Local<"i32">, bytes: number, end: I32, inner: () => void): void {
  body.block((out) =>
    body.loop((again) => {
      body.branch(out, geI(at, end));
      inner();
      body.set(at, addI(at, i32(bytes)));
      body.branch(again);
    }),
  );
}

function writeFactor(body: Body, n: number, { matrix, factors, exchanges }: LuPlaces): void {
  const shift = body.param(0, "f64");
  const [at, other, row, corner, best, rowEnd, k] = Array.from({ length: 7 }, () => body.local("i32")) as [
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
  ];
  const [largest, value, pivot] = [body.local("f64"), body.local("f64"), body.local("f64")];
  const whole = i32(8 * n * n);
  const [line, diagonal] = [8 * n, 8 * (n + 1)];
  walk(body, at, 8, whole, () => body.run(store(at, factors, sub(f64(0), load(at, matrix)))));
  body.set(at, i32(0));
  walk(body, at, diagonal, whole, () => body.run(store(at, factors, add(load(at, factors), shift))));
  // `corner` is the place of the pivot, `row` the start of its row.
  walk(body, corner, diagonal, whole, () => {
    body.set(best, corner);
    body.set(largest, abs(load(corner, factors)));
    body.set(at, addI(corner, i32(line)));
    walk(body, at, line, whole, () => {
      body.set(value, abs(load(at, factors)));
      body.when(gt(value, largest), () => {
        body.set(largest, value);
        body.set(best, at);
      });
    });
    body.set(best, subI(best, corner));
    // What b needs: by how many bytes its elements are apart.
    body.run(store(k, exchanges, div(fromI32(best), f64(n))));
    body.when(not(eqI(best, i32(0))), () => {
      body.set(at, row);
      walk(body, at, 8, addI(row, i32(line)), () => {
        body.set(other, addI(at, best));
        body.set(value, load(at, factors));
        body.run(store(at, factors, load(other, factors)));
        body.run(store(other, factors, value));
      });
    });
    body.set(pivot, load(corner, factors));
    const regular = and(gt(abs(pivot), f64(0)), lt(abs(pivot), f64(Number.POSITIVE_INFINITY)));
    body.when(not(regular), () => body.leave(i32(0)));
    body.set(row, addI(row, i32(line)));
    body.set(rowEnd, row);
    body.set(best, addI(corner, i32(line)));
    walk(body, best, line, whole, () => {
      body.set(value, div(load(best, factors), pivot));
      body.run(store(best, factors, value));
      body.set(rowEnd, addI(rowEnd, i32(line)));
      body.when(ne(value, f64(0)), () => {
        body.set(at, addI(best, i32(8)));
        body.set(other, addI(corner, i32(8)));
        walk(body, at, 8, rowEnd, () => {
          body.run(store(at, factors, sub(load(at, factors), mul(value, load(other, factors)))));
          body.set(other, addI(other, i32(8)));
        });
      });
    });
    body.set(k, addI(k, i32(8)));
  });
  body.leave(i32(1));
}

/** The rows of b in the order of the pivots. */
function writeExchanges(body: Body, n: number, exchanges: number, b: I32): void {
  const [k, at, other] = [body.local("i32"), body.local("i32"), body.local("i32")];
  const held = body.local("f64");
  walk(body, k, 8, i32(8 * n), () => {
    body.set(at, addI(b, k));
    body.set(other, addI(at, toI32(load(k, exchanges))));
    body.set(held, load(at));
    body.run(store(at, 0, load(other)));
    body.run(store(other, 0, held));
  });
}

function writeShortSolve(body: Body, n: number, { factors, exchanges }: LuPlaces): void {
  const b = body.param(0, "i32");
  if (n > 1) writeExchanges(body, n, exchanges, b);
  const f = (i: number, j: number): F64 => load(i32(0), factors + 8 * (i * n + j));
  const value = Array.from({ length: n }, () => body.local("f64"));
  const less = (i: number, from: number, to: number, sum: F64): F64 =>
    value.slice(from, to).reduce((rest, v, j) => sub(rest, mul(f(i, from + j), v)), sum);
  value.forEach((v, i) => body.set(v, less(i, 0, i, load(b, 8 * i))));
  for (let i = n - 1; i >= 0; i--) body.set(value[i]!, div(less(i, i + 1, n, value[i]!), f(i, i)));
  value.forEach((v, i) => body.run(store(b, 8 * i, v)));
}

function writeSolve(body: Body, n: number, { factors, exchanges }: LuPlaces): void {
  const b = body.param(0, "i32");
  const [i, at, other, end] = [body.local("i32"), body.local("i32"), body.local("i32"), body.local("i32")];
  const sum = body.local("f64");
  writeExchanges(body, n, exchanges, b);
  const last = addI(b, i32(8 * n));
  const subtract = (until: I32): void =>
    walk(body, other, 8, until, () => {
      body.set(sum, sub(sum, mul(load(at, factors), load(other))));
      body.set(at, addI(at, i32(8)));
    });
  body.set(i, b);
  walk(body, i, 8, last, () => {
    body.set(sum, load(i));
    body.set(at, end);
    body.set(other, b);
    subtract(i);
    body.run(store(i, 0, sum));
    body.set(end, addI(end, i32(8 * n)));
  });
  // Rows from the last up; `end` is the row's place.
  body.set(i, addI(b, i32(8 * (n - 1))));
  body.set(end, i32(8 * (n * n - 1)));
  body.loop((again) => {
    body.set(sum, load(i));
    body.set(at, addI(end, i32(8)));
    body.set(other, addI(i, i32(8)));
    subtract(last);
    body.run(store(i, 0, div(sum, load(end, factors))));
    body.set(end, subI(end, i32(8 * (n + 1))));
    body.set(i, subI(i, i32(8)));
    body.branch(again, geI(i, b));
  });
}
