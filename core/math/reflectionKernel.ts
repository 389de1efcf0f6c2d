/**
 * Householder reflections in WebAssembly, two numbers a SIMD register: the loops of reflections.ts over one memory, term by term in
 * the same order, so that the bits are the same.
 */
import {
  createModule,
  type Body,
  type Code,
  type F64,
  type I32,
  type Local,
  type Module,
  type V128,
} from "../wasm/encoder.ts";
import {
  add,
  addI,
  addV,
  and,
  extractLane,
  f64,
  i32,
  load,
  loadV,
  ltI,
  mul,
  mulV,
  shiftLeft,
  shiftRight,
  splat,
  store,
  storeV,
  sub,
  subI,
  subV,
} from "../wasm/instructions.ts";

/** Addresses and strides in bytes; the rest as in reflections.ts. */
export interface ReflectionCalls {
  rows(at: number, stride: number, rows: number, cols: number, v: number, tau: number, sums: number): void;
  columns(at: number, stride: number, rows: number, cols: number, v: number, tau: number): void;
  rows3(at: number, stride: number, cols: number, tau: number, v1: number, v2: number): void;
  columns3(at: number, stride: number, rows: number, tau: number, v1: number, v2: number): void;
}

/** Bytes of a module that exports ReflectionCalls and its `memory`. */
export function reflectionModule(): Uint8Array<ArrayBuffer> {
  const module = createModule();
  module.exportFunction("rows", addRows(module));
  module.exportFunction("columns", addColumns(module));
  module.exportFunction("rows3", addRows3(module));
  module.exportFunction("columns3", addColumns3(module));
  return module.finish(0);
}

/** Numbers one or two at a time. */
interface Arithmetic<T extends "f64" | "v128"> {
  readonly type: T;
  readonly bytes: number;
  readonly load: (address: I32, offset?: number) => Code<T>;
  readonly store: (address: I32, offset: number, value: Code<T>) => Parameters<Body["run"]>[0];
  readonly add: (a: Code<T>, b: Code<T>) => Code<T>;
  readonly sub: (a: Code<T>, b: Code<T>) => Code<T>;
  readonly mul: (a: Code<T>, b: Code<T>) => Code<T>;
  readonly all: (value: F64) => Code<T>;
  /** One of two locals: the number, or it in both lanes. */
  readonly either: (number: F64, lanes: V128) => Code<T>;
}
const single: Arithmetic<"f64"> = {
  type: "f64",
  bytes: 8,
  load,
  store,
  add,
  sub,
  mul,
  all: (value) => value,
  either: (number) => number,
};
const pairs: Arithmetic<"v128"> = {
  type: "v128",
  bytes: 16,
  load: loadV,
  store: storeV,
  add: addV,
  sub: subV,
  mul: mulV,
  all: splat,
  either: (_, lanes) => lanes,
};

/** `inner` as often as `count` says, which is counted down. */
function repeat(body: Body, count: Local<"i32">, inner: () => void, step = 1): void {
  body.block((out) =>
    body.loop((again) => {
      body.branch(out, ltI(count, i32(step)));
      inner();
      body.set(count, subI(count, i32(step)));
      body.branch(again);
    }),
  );
}

/** Along a row: pairs first, then what is left; `inner` finds the pointers where it works and they go on. */
function along(
  body: Body,
  cols: I32,
  count: Local<"i32">,
  pointers: readonly Local<"i32">[],
  inner: <T extends "f64" | "v128">(a: Arithmetic<T>) => () => void,
): void {
  const part = <T extends "f64" | "v128">(a: Arithmetic<T>, times: I32): void => {
    const work = inner(a);
    body.set(count, times);
    repeat(body, count, () => {
      work();
      for (const pointer of pointers) body.set(pointer, addI(pointer, i32(a.bytes)));
    });
  };
  part(pairs, shiftRight(cols, i32(1)));
  part(single, and(cols, i32(1)));
}

/** Rows four at a time, then one by one; their pointers are set to the beginning of each. */
function byFours(
  body: Body,
  at: Local<"i32">,
  stride: I32,
  rows: Local<"i32">,
  inner: (pointers: readonly Local<"i32">[], restart: () => void) => void,
): void {
  const all = [0, 1, 2, 3].map(() => body.local("i32"));
  for (const height of [4, 1]) {
    const pointers = all.slice(0, height);
    const restart = (): void =>
      pointers.forEach((pointer, r) => body.set(pointer, r === 0 ? at : addI(at, r === 1 ? stride : times(stride, r))));
    repeat(
      body,
      rows,
      () => {
        restart();
        inner(pointers, restart);
        body.set(at, addI(at, height === 1 ? stride : times(stride, height)));
      },
      height,
    );
  }
}

const times = (value: I32, factor: number): I32 =>
  factor === 3 ? addI(value, shiftLeft(value, i32(1))) : shiftLeft(value, i32(factor === 4 ? 2 : 1));

function addRows(module: Module) {
  return module.add(["i32", "i32", "i32", "i32", "i32", "f64", "i32"], [], (body) => {
    const at = body.param(0, "i32");
    const stride = body.param(1, "i32");
    const rows = body.param(2, "i32");
    const cols = body.param(3, "i32");
    const v = body.param(4, "i32");
    const tau = body.param(5, "f64");
    const sums = body.param(6, "i32");
    const count = body.local("i32");
    const height = body.local("i32");
    const sum = body.local("i32");
    const top = body.local("i32");
    const entry = body.local("i32");
    const factors = [0, 1, 2, 3].map(() => body.local("f64"));
    const vectors = [0, 1, 2, 3].map(() => body.local("v128"));
    body.set(sum, sums);
    along(body, cols, count, [sum], (a) => () => body.run(a.store(sum, 0, a.all(f64(0)))));
    for (const pass of ["gather", "subtract"]) {
      body.set(top, at);
      body.set(height, rows);
      body.set(entry, v);
      byFours(body, top, stride, height, (lines) => {
        lines.forEach((_, r) => {
          body.set(factors[r]!, pass === "gather" ? mul(tau, load(entry, 8 * r)) : load(entry, 8 * r));
          body.set(vectors[r]!, splat(factors[r]!));
        });
        body.set(sum, sums);
        along(body, cols, count, [sum, ...lines], (a) => {
          const factor = (r: number) => a.either(factors[r]!, vectors[r]!);
          if (pass === "gather") {
            return () => {
              const terms = lines.map((line, r) => a.mul(factor(r), a.load(line)));
              body.run(a.store(sum, 0, a.add(a.load(sum), terms.reduce(a.add))));
            };
          }
          return () =>
            lines.forEach((line, r) => body.run(a.store(line, 0, a.sub(a.load(line), a.mul(factor(r), a.load(sum))))));
        });
        body.set(entry, addI(entry, i32(8 * lines.length)));
      });
    }
  });
}

function addColumns(module: Module) {
  return module.add(["i32", "i32", "i32", "i32", "i32", "f64"], [], (body) => {
    const at = body.param(0, "i32");
    const stride = body.param(1, "i32");
    const rows = body.param(2, "i32");
    const cols = body.param(3, "i32");
    const v = body.param(4, "i32");
    const tau = body.param(5, "f64");
    const count = body.local("i32");
    const entry = body.local("i32");
    const sums = [0, 1, 2, 3].map(() => body.local("f64"));
    const lanes = [0, 1, 2, 3].map(() => body.local("v128"));
    byFours(body, at, stride, rows, (lines, restart) => {
      lines.forEach((_, r) => body.set(lanes[r]!, splat(f64(0))));
      body.set(entry, v);
      body.set(count, shiftRight(cols, i32(1)));
      repeat(body, count, () => {
        lines.forEach((line, r) => body.set(lanes[r]!, addV(lanes[r]!, mulV(loadV(line), loadV(entry)))));
        for (const pointer of [entry, ...lines]) body.set(pointer, addI(pointer, i32(16)));
      });
      lines.forEach((_, r) => body.set(sums[r]!, add(extractLane(lanes[r]!, 0), extractLane(lanes[r]!, 1))));
      body.when(and(cols, i32(1)), () =>
        lines.forEach((line, r) => body.set(sums[r]!, add(sums[r]!, mul(load(line), load(entry))))),
      );
      lines.forEach((_, r) => {
        body.set(sums[r]!, mul(sums[r]!, tau));
        body.set(lanes[r]!, splat(sums[r]!));
      });
      restart();
      body.set(entry, v);
      along(
        body,
        cols,
        count,
        [entry, ...lines],
        (a) => () =>
          lines.forEach((line, r) => {
            const move = a.mul(a.either(sums[r]!, lanes[r]!), a.load(entry));
            body.run(a.store(line, 0, a.sub(a.load(line), move)));
          }),
      );
    });
  });
}

function addRows3(module: Module) {
  return module.add(["i32", "i32", "i32", "f64", "f64", "f64"], [], (body) => {
    const p = body.param(0, "i32");
    const stride = body.param(1, "i32");
    const cols = body.param(2, "i32");
    const tau = body.param(3, "f64");
    const v1 = body.param(4, "f64");
    const v2 = body.param(5, "f64");
    const q = body.local("i32");
    const r = body.local("i32");
    const count = body.local("i32");
    body.set(q, addI(p, stride));
    body.set(r, addI(q, stride));
    along(body, cols, count, [p, q, r], (a) => {
      const named = (value: F64) => {
        const local = body.local(a.type);
        body.set(local, a.all(value));
        return local;
      };
      const [w1, w2, t, t1, t2] = [named(v1), named(v2), named(tau), named(mul(tau, v1)), named(mul(tau, v2))];
      const x = body.local(a.type);
      const y = body.local(a.type);
      const z = body.local(a.type);
      const sum = body.local(a.type);
      return () => {
        body.set(x, a.load(p));
        body.set(y, a.load(q));
        body.set(z, a.load(r));
        body.set(sum, a.add(a.add(x, a.mul(w1, y)), a.mul(w2, z)));
        body.run(a.store(p, 0, a.sub(x, a.mul(sum, t))));
        body.run(a.store(q, 0, a.sub(y, a.mul(sum, t1))));
        body.run(a.store(r, 0, a.sub(z, a.mul(sum, t2))));
      };
    });
  });
}

function addColumns3(module: Module) {
  return module.add(["i32", "i32", "i32", "f64", "f64", "f64"], [], (body) => {
    const p = body.param(0, "i32");
    const stride = body.param(1, "i32");
    const rows = body.param(2, "i32");
    const tau = body.param(3, "f64");
    const v1 = body.param(4, "f64");
    const v2 = body.param(5, "f64");
    const t1 = body.local("f64");
    const t2 = body.local("f64");
    const x = body.local("f64");
    const y = body.local("f64");
    const z = body.local("f64");
    const sum = body.local("f64");
    body.set(t1, mul(tau, v1));
    body.set(t2, mul(tau, v2));
    repeat(body, rows, () => {
      body.set(x, load(p));
      body.set(y, load(p, 8));
      body.set(z, load(p, 16));
      body.set(sum, add(add(x, mul(v1, y)), mul(v2, z)));
      body.run(store(p, 0, sub(x, mul(sum, tau))));
      body.run(store(p, 8, sub(y, mul(sum, t1))));
      body.run(store(p, 16, sub(z, mul(sum, t2))));
      body.set(p, addI(p, stride));
    });
  });
}
