/**
 * LU factors of (shift I - J) for many states: math/sparseLu.ts's arithmetic, operation by operation, in loops over the lists that
 * sim/wasmSparse.ts lays in memory. Order and pivots are chosen there, when factors are first wanted and where they have become bad.
 */
import { leastPivot, pivotDecay } from "../../math/sparseLu.ts";
import { sparseState, type SparseArea } from "../../sim/wasmSparse.ts";
import type { Body, Func, I32, Local, Module } from "../../wasm/encoder.ts";
import {
  abs,
  add,
  addI,
  and,
  call,
  div,
  eq,
  f64,
  ge,
  geI,
  gt,
  i32,
  le,
  load,
  loadI,
  ltI,
  mul,
  ne,
  not,
  shiftLeft,
  shiftRight,
  store,
  sub,
  subI,
} from "../../wasm/instructions.ts";
import type { LuCode } from "./denseLu.ts";

export interface SparseImports {
  readonly factor: Func;
  readonly solveOutside: Func;
}

/** What a module needs of JavaScript; before its first function. */
export function importSparse(module: Module): SparseImports {
  return {
    factor: module.importFunction("js", "factor", ["f64"], ["i32"]),
    solveOutside: module.importFunction("js", "solveOutside", ["i32"], []),
  };
}

export function addSparseLu(module: Module, n: number, area: SparseArea, imports: SparseImports): LuCode {
  const inside = eq(load(i32(0), 8 * area.state), f64(sparseState.inside));
  const refactor = module.add(["f64"], ["i32"], (body) => writeRefactor(body, n, area));
  const factor = module.add(["f64"], ["i32"], (body) => {
    const shift = body.param(0, "f64");
    body.when(inside, () => body.when(call(refactor, shift), () => body.leave(i32(1))));
    body.leave(call(imports.factor, shift));
  });
  const solve = module.add(["i32"], [], (body) => {
    body.when(not(inside), () => {
      body.run(call(imports.solveOutside, body.param(0, "i32")));
      body.leave();
    });
    writeSolve(body, n, area);
  });
  return { factor: (shift) => call(factor, shift), solve: (at) => call(solve, i32(at)) };
}

/** Code for the entries of a list from `at` on, 4 bytes each, to its `end`. */
function walk(body: Body, at: Local<"i32">, end: I32, inner: () => void): void {
  const last = body.local("i32");
  body.set(last, end);
  body.when(ltI(at, last), () =>
    body.loop((again) => {
      inner();
      body.set(at, addI(at, i32(4)));
      body.branch(again, ltI(at, last));
    }),
  );
}

/** Places of entries, of which there are two in a cell, as places of their values. */
const twice = (place: I32): I32 => shiftLeft(place, i32(1));

/** () -> the entries of a column of L or U from `at` on, taken `value` times from the vector `beyond` x. */
function subtractColumn(
  body: Body,
  { index, value: values }: SparseArea,
  at: Local<"i32">,
  end: I32,
  value: Local<"f64">,
  beyond: number,
): void {
  const place = body.local("i32");
  const entry = body.local("i32");
  body.set(entry, twice(at));
  walk(body, at, end, () => {
    body.set(place, loadI(at, 8 * index));
    body.run(store(place, beyond, sub(load(place, beyond), mul(load(entry, 8 * values), value))));
    body.set(entry, addI(entry, i32(8)));
  });
}

function writeRefactor(body: Body, n: number, area: SparseArea): void {
  const shift = body.param(0, "f64");
  const [k, e, u, l, at] = [0, 1, 2, 3, 4].map(() => body.local("i32")) as [
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
  ];
  const [value, pivot, largest] = [body.local("f64"), body.local("f64"), body.local("f64")];
  // Half the address of an element of x is, but for this, the place in a list of starts.
  const column = (list: number): number => 8 * list - 4 * area.x;
  walk(body, k, i32(4 * n), () => {
    walk(body, e, loadI(k, 8 * area.start + 4), () => {
      body.set(at, loadI(e, 8 * area.to));
      body.run(store(at, 0, sub(load(at), load(loadI(e, 8 * area.from)))));
    });
    body.set(at, loadI(k, 8 * area.shifted));
    body.run(store(at, 0, add(load(at), shift)));
    body.set(u, loadI(k, 8 * area.u));
    walk(body, u, loadI(k, 8 * area.u + 4), () => {
      body.set(at, loadI(u, 8 * area.index));
      body.set(value, load(at));
      body.run(store(at, 0, f64(0)));
      body.run(store(twice(u), 8 * area.value, value));
      body.when(ne(value, f64(0)), () => {
        body.set(at, shiftRight(at, i32(1)));
        body.set(l, loadI(at, column(area.l)));
        subtractColumn(body, area, l, loadI(at, column(area.l) + 4), value, 0);
      });
    });
    body.set(pivot, load(twice(k), 8 * area.x));
    body.run(store(twice(k), 8 * area.x, f64(0)));
    body.run(store(twice(k), 8 * area.diagonal, pivot));
    body.set(largest, f64(0));
    body.set(l, loadI(k, 8 * area.l));
    walk(body, l, loadI(k, 8 * area.l + 4), () => {
      body.set(at, loadI(l, 8 * area.index));
      body.set(value, load(at));
      body.run(store(at, 0, f64(0)));
      body.run(store(twice(l), 8 * area.value, div(value, pivot)));
      body.set(value, abs(value));
      body.when(not(le(value, largest)), () => body.set(largest, value));
    });
    const good = and(gt(abs(pivot), f64(leastPivot)), ge(abs(pivot), mul(f64(pivotDecay), largest)));
    body.when(not(good), () => body.leave(i32(0)));
  });
  body.leave(i32(1));
}

function writeSolve(body: Body, n: number, area: SparseArea): void {
  const b = body.param(0, "i32");
  const [k, at] = [body.local("i32"), body.local("i32")];
  const value = body.local("f64");
  const beyond = 8 * n;
  const work = 8 * area.x + beyond;
  walk(body, k, i32(4 * n), () => body.run(store(twice(k), work, load(addI(b, loadI(k, 8 * area.row))))));
  body.set(k, i32(0));
  walk(body, k, i32(4 * n), () => {
    body.set(value, load(twice(k), work));
    body.when(ne(value, f64(0)), () => {
      body.set(at, loadI(k, 8 * area.l));
      subtractColumn(body, area, at, loadI(k, 8 * area.l + 4), value, beyond);
    });
  });
  body.loop((again) => {
    body.set(k, subI(k, i32(4)));
    body.set(value, div(load(twice(k), work), load(twice(k), 8 * area.diagonal)));
    body.run(store(addI(b, loadI(k, 8 * area.column)), 0, value));
    body.when(ne(value, f64(0)), () => {
      body.set(at, loadI(k, 8 * area.u));
      subtractColumn(body, area, at, loadI(k, 8 * area.u + 4), value, beyond);
    });
    body.branch(again, geI(k, i32(4)));
  });
}
