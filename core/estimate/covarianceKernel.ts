/**
 * The steps of covariance.ts and the smoother's as WebAssembly, for one size of model: addresses and lengths are constants of the code, products
 * keep tiles of 4 x 4 sums in SIMD registers. Sums run in the order of covariance.ts, to the same bits. Sizes are rounded up: rows and
 * columns to multiples of 4, measurements of 2, with zeros and an identity where that is divided by.
 */
import { createModule, type Body, type I32, type Local } from "../wasm/encoder.ts";
import {
  addI,
  addV,
  and,
  div,
  f64,
  gt,
  i32,
  le,
  leI,
  load,
  loadSplat,
  loadV,
  ltI,
  mul,
  mulV,
  splat,
  sqrt,
  store,
  storeV,
  sub,
  subI,
  subV,
} from "../wasm/instructions.ts";

export interface KernelLayout {
  /** Rounded sizes, and where each matrix begins, in numbers. */
  readonly N: number;
  readonly M: number;
  readonly C: number;
  readonly Ct: number;
  readonly R: number;
  readonly A: number;
  readonly At: number;
  readonly Q: number;
  readonly P: number;
  readonly kept: number;
  readonly next: number;
  readonly L: number;
  readonly K: number;
  readonly J: number;
  readonly D: number;
  /** Of means: measurement, innovation, scaled innovation (M each), prediction, estimate, next prediction (N each). */
  readonly y: number;
  readonly e: number;
  readonly z: number;
  readonly xp: number;
  readonly x: number;
  readonly xn: number;
  readonly total: number;
}

interface Product {
  readonly rows: number;
  readonly inner: number;
  readonly cols: number;
  /** a(i, k) at a + i aRow + k aInner; b(k, j) at b + k bRow + j; all in numbers. */
  readonly a: number;
  readonly aRow: number;
  readonly aInner: number;
  readonly b: number;
  readonly bRow: number;
  readonly out: number;
  readonly outRow: number;
  /** What the sums begin with; 0 where left out. */
  readonly init?: number;
  readonly minus?: boolean;
  /** Only tiles that reach the diagonal or lie below it. */
  readonly lower?: boolean;
}

/** `update` and `smooth` give 1, or 0 where a pivot is not positive. */
export function covarianceModule(
  n: number,
  p: number,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly at: KernelLayout } {
  const N = 4 * Math.ceil(n / 4);
  const M = 2 * Math.ceil(p / 2);
  let free = 0;
  const room = (count: number): number => {
    const at = free;
    free += count;
    return at;
  };
  const square = (): number => room(N * N);
  const at = {
    N,
    M,
    C: room(M * N),
    Ct: room(N * M),
    R: room(M * M),
    A: square(),
    At: square(),
    Q: square(),
    P: square(),
    kept: square(),
    next: square(),
    L: room(M * M),
    K: room(M * N),
    J: square(),
    D: square(),
    y: room(M),
    e: room(M),
    z: room(M),
    xp: room(N),
    x: room(N),
    xn: room(N),
  };
  const V = square();
  const AP = square();
  const W = room(M * N);
  const gap = room(N * M);
  const inverses = room(Math.max(M, N));
  const module = createModule();

  const update = (body: Body): void => {
    const product = products(body);
    product({ rows: M, inner: N, cols: N, a: at.C, aRow: N, aInner: 1, b: at.P, bRow: N, out: W, outRow: N });
    product({
      rows: M,
      inner: N,
      cols: M,
      a: W,
      aRow: N,
      aInner: 1,
      b: at.Ct,
      bRow: M,
      out: at.L,
      outRow: M,
      init: at.R,
    });
    // Cholesky, written out: M is small.
    const zero = i32(0);
    const place = (i: number, j: number) => 8 * (at.L + i * M + j);
    const sum = body.local("f64");
    for (let i = 0; i < M; i++) {
      for (let j = 0; j <= i; j++) {
        body.set(sum, load(zero, place(i, j)));
        for (let k = 0; k < j; k++) body.set(sum, sub(sum, mul(load(zero, place(i, k)), load(zero, place(j, k)))));
        if (j < i) body.run(store(zero, place(i, j), div(sum, load(zero, place(j, j)))));
        else {
          body.when(
            gt(sum, f64(0)),
            () => {},
            () => body.leave(i32(0)),
          );
          body.set(sum, sqrt(sum));
          body.run(store(zero, place(i, i), sum));
          body.run(store(zero, 8 * (inverses + i), div(f64(1), sum)));
        }
      }
    }
    // Both triangles, four columns at a time.
    const j = body.local("i32");
    const [one, other, factor] = [body.local("v128"), body.local("v128"), body.local("v128")];
    const row = (base: number, i: number) => 8 * (base + i * N);
    body.set(j, i32(0));
    body.loop((again) => {
      const eliminate = (
        i: number,
        others: readonly number[],
        from: number,
        to: number,
        l: (k: number) => number,
      ): void => {
        body.set(one, loadV(j, row(W, i)));
        body.set(other, loadV(j, row(W, i) + 16));
        for (const k of others) {
          body.set(factor, loadSplat(zero, l(k)));
          body.set(one, subV(one, mulV(factor, loadV(j, row(from, k)))));
          body.set(other, subV(other, mulV(factor, loadV(j, row(from, k) + 16))));
        }
        body.set(factor, loadSplat(zero, 8 * (inverses + i)));
        body.run(storeV(j, row(to, i), mulV(one, factor)));
        body.run(storeV(j, row(to, i) + 16, mulV(other, factor)));
      };
      const all = Array.from({ length: M }, (_, i) => i);
      for (const i of all) eliminate(i, all.slice(0, i), W, W, (k) => place(i, k));
      for (const i of [...all].reverse()) eliminate(i, all.slice(i + 1), at.K, at.K, (k) => place(k, i));
      body.set(j, addI(j, i32(32)));
      body.branch(again, ltI(j, i32(8 * N)));
    });
    // The short form, then Joseph's.
    product({
      rows: N,
      inner: M,
      cols: N,
      a: W,
      aRow: 1,
      aInner: N,
      b: W,
      bRow: N,
      out: V,
      outRow: N,
      init: at.P,
      minus: true,
      lower: true,
    });
    mirror(body, V, N);
    product({ rows: N, inner: N, cols: M, a: V, aRow: N, aInner: 1, b: at.Ct, bRow: M, out: gap, outRow: M });
    product({
      rows: N,
      inner: M,
      cols: M,
      a: at.K,
      aRow: 1,
      aInner: N,
      b: at.R,
      bRow: M,
      out: gap,
      outRow: M,
      init: gap,
      minus: true,
    });
    product({
      rows: N,
      inner: M,
      cols: N,
      a: gap,
      aRow: M,
      aInner: 1,
      b: at.K,
      bRow: N,
      out: at.kept,
      outRow: N,
      init: V,
      minus: true,
      lower: true,
    });
    mirror(body, at.kept, N);
    body.leave(i32(1));
  };
  const predict = (body: Body): void => {
    const product = products(body);
    product({ rows: N, inner: N, cols: N, a: at.A, aRow: N, aInner: 1, b: at.kept, bRow: N, out: AP, outRow: N });
    product({
      rows: N,
      inner: N,
      cols: N,
      a: AP,
      aRow: N,
      aInner: 1,
      b: at.At,
      bRow: N,
      out: at.next,
      outRow: N,
      init: at.Q,
      lower: true,
    });
    mirror(body, at.next, N);
  };
  /** J = Pp^-1 A P from A, kept (P) and next (Pp, changed); pivots must be above the number given. */
  const gain = (body: Body): void => {
    const least = body.param(0, "f64");
    const product = products(body);
    product({ rows: N, inner: N, cols: N, a: at.A, aRow: N, aInner: 1, b: at.kept, bRow: N, out: at.J, outRow: N });
    const [i, k, j, from] = [body.local("i32"), body.local("i32"), body.local("i32"), body.local("i32")];
    const [pivot, f] = [body.local("f64"), body.local("f64")];
    const [one, other, factor] = [body.local("v128"), body.local("v128"), body.local("v128")];
    const [rowBytes, diagonal, end] = [8 * N, 8 * N + 8, 8 * N * N];
    // k and i are the addresses of rows; `from` that of the pivot's column.
    body.set(k, i32(0));
    body.set(from, i32(0));
    body.loop((nextPivot) => {
      body.set(pivot, load(addI(k, from), 8 * at.next));
      body.when(le(pivot, least), () => body.leave(i32(0)));
      body.set(pivot, div(f64(1), pivot));
      body.run(store(from, 8 * inverses, pivot));
      body.set(i, addI(k, i32(rowBytes)));
      body.when(ltI(i, i32(end)), () => {
        body.loop((nextRow) => {
          body.set(f, mul(load(addI(i, from), 8 * at.next), pivot));
          body.set(factor, splat(f));
          // From the pair on that holds the pivot's column: what lies before it is not read again.
          body.set(j, and(from, i32(-16)));
          body.loop((next) => {
            body.run(
              storeV(
                addI(i, j),
                8 * at.next,
                subV(loadV(addI(i, j), 8 * at.next), mulV(factor, loadV(addI(k, j), 8 * at.next))),
              ),
            );
            body.set(j, addI(j, i32(16)));
            body.branch(next, ltI(j, i32(rowBytes)));
          });
          body.run(store(addI(i, from), 8 * V, f));
          body.set(i, addI(i, i32(rowBytes)));
          body.branch(nextRow, ltI(i, i32(end)));
        });
      });
      body.set(k, addI(k, i32(rowBytes)));
      body.set(from, addI(from, i32(8)));
      body.branch(nextPivot, ltI(k, i32(end)));
    });
    // Forward with the factors, back with the rows above the diagonal; four columns at a time.
    const column = body.local("i32");
    const left = body.local("i32");
    body.set(column, i32(0));
    body.loop((nextColumns) => {
      const triangle = (down: boolean): void => {
        body.set(i, i32(down ? rowBytes : (N - 1) * rowBytes));
        body.set(from, i32(down ? diagonal : (N - 1) * diagonal));
        body.loop((nextRow) => {
          body.set(one, loadV(addI(i, column), 8 * at.J));
          body.set(other, loadV(addI(i, column), 8 * at.J + 16));
          // j runs over the row of factors, k over the rows of J.
          body.set(j, down ? i : addI(from, i32(8)));
          body.set(left, down ? from : addI(i, i32(rowBytes)));
          body.set(k, down ? column : addI(addI(i, i32(rowBytes)), column));
          body.when(ltI(j, left), () => {
            body.loop((next) => {
              body.set(factor, loadSplat(j, 8 * (down ? V : at.next)));
              body.set(one, subV(one, mulV(factor, loadV(k, 8 * at.J))));
              body.set(other, subV(other, mulV(factor, loadV(k, 8 * at.J + 16))));
              body.set(j, addI(j, i32(8)));
              body.set(k, addI(k, i32(rowBytes)));
              body.branch(next, ltI(j, left));
            });
          });
          if (!down) {
            body.set(factor, loadSplat(subI(from, i), 8 * inverses));
            body.set(one, mulV(one, factor));
            body.set(other, mulV(other, factor));
          }
          body.run(storeV(addI(i, column), 8 * at.J, one));
          body.run(storeV(addI(i, column), 8 * at.J + 16, other));
          body.set(i, addI(i, i32(down ? rowBytes : -rowBytes)));
          body.set(from, addI(from, i32(down ? diagonal : -diagonal)));
          body.branch(nextRow, down ? ltI(i, i32(end)) : leI(i32(0), i));
        });
      };
      triangle(true);
      triangle(false);
      body.set(column, addI(column, i32(32)));
      body.branch(nextColumns, ltI(column, i32(rowBytes)));
    });
    body.leave(i32(1));
  };
  /** next = kept + J' D J. */
  const smooth = (body: Body): void => {
    const product = products(body);
    product({ rows: N, inner: N, cols: N, a: at.J, aRow: 1, aInner: N, b: at.D, bRow: N, out: AP, outRow: N });
    product({
      rows: N,
      inner: N,
      cols: N,
      a: AP,
      aRow: N,
      aInner: 1,
      b: at.J,
      bRow: N,
      out: at.next,
      outRow: N,
      init: at.kept,
      lower: true,
    });
    mirror(body, at.next, N);
  };
  /** out = init + or - rows b(k) times the numbers at `factors`, k ascending; `cols` is even. */
  const combine = (
    body: Body,
  ): ((
    init: number | undefined,
    factors: number,
    count: number,
    b: number,
    cols: number,
    out: number,
    minus: boolean,
  ) => void) => {
    const [place, bRow, end] = [body.local("i32"), body.local("i32"), body.local("i32")];
    const sums = Array.from({ length: 4 }, () => body.local("v128"));
    const factor = body.local("v128");
    return (init, factors, count, b, cols, out, minus) => {
      for (let from = 0; from < cols; from += 8) {
        const pairs = Math.min(8, cols - from) / 2;
        const own = sums.slice(0, pairs);
        own.forEach((sum, c) =>
          body.set(sum, init === undefined ? splat(f64(0)) : loadV(i32(0), 8 * (init + from) + 16 * c)),
        );
        body.set(place, i32(0));
        body.set(bRow, i32(0));
        body.set(end, i32(8 * count));
        body.loop((again) => {
          body.set(factor, loadSplat(place, 8 * factors));
          own.forEach((sum, c) => {
            body.set(sum, (minus ? subV : addV)(sum, mulV(factor, loadV(bRow, 8 * (b + from) + 16 * c))));
          });
          body.set(place, addI(place, i32(8)));
          body.set(bRow, addI(bRow, i32(8 * cols)));
          body.branch(again, ltI(place, end));
        });
        own.forEach((sum, c) => body.run(storeV(i32(0), 8 * (out + from) + 16 * c, sum)));
      }
    };
  };
  /** One sample of the means: e = y - C xp, z = L^-1 e, x = xp + K e, xn = A x. */
  const mean = (body: Body): void => {
    const sums = combine(body);
    sums(at.y, at.xp, N, at.Ct, M, at.e, true);
    const sum = body.local("f64");
    const zero = i32(0);
    for (let i = 0; i < M; i++) {
      body.set(sum, load(zero, 8 * (at.e + i)));
      for (let k = 0; k < i; k++) {
        body.set(sum, sub(sum, mul(load(zero, 8 * (at.L + i * M + k)), load(zero, 8 * (at.z + k)))));
      }
      body.run(store(zero, 8 * (at.z + i), div(sum, load(zero, 8 * (at.L + i * M + i)))));
    }
    sums(at.xp, at.e, M, at.K, N, at.x, false);
    sums(undefined, at.x, N, at.At, N, at.xn, false);
  };
  /** x += J' xn. */
  const carry = (body: Body): void => combine(body)(at.x, at.xn, N, at.J, N, at.x, false);
  module.exportFunction("mean", module.add([], [], mean));
  module.exportFunction("carry", module.add([], [], carry));
  module.exportFunction("update", module.add([], ["i32"], update));
  module.exportFunction("predict", module.add([], [], predict));
  module.exportFunction("gain", module.add(["f64"], ["i32"], gain));
  module.exportFunction("smooth", module.add([], [], smooth));
  return { bytes: module.finish(8 * free), at: { ...at, total: free } };
}

/** Writes products into one function, which share its locals. */
function products(body: Body): (product: Product) => void {
  const [i, j, k, ia, io, ka, kb, left] = Array.from({ length: 8 }, () => body.local("i32")) as [
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
    Local<"i32">,
  ];
  const sums = Array.from({ length: 8 }, () => body.local("v128"));
  const [one, other, factor] = [body.local("v128"), body.local("v128"), body.local("v128")];
  return ({ rows, inner, cols, a, aRow, aInner, b, bRow, out, outRow, init, minus, lower }) => {
    const tile = (height: number, pairs: number): void => {
      for (let r = 0; r < height; r++) {
        for (let c = 0; c < pairs; c++) {
          const start = init === undefined ? splat(f64(0)) : loadV(addI(io, j), 8 * (init + r * outRow) + 16 * c);
          body.set(sums[2 * r + c]!, start);
        }
      }
      const term = (offset: number): void => {
        body.set(one, loadV(kb, 8 * (b + offset * bRow)));
        if (pairs > 1) body.set(other, loadV(kb, 8 * (b + offset * bRow) + 16));
        for (let r = 0; r < height; r++) {
          body.set(factor, loadSplat(ka, 8 * (a + r * aRow + offset * aInner)));
          for (let c = 0; c < pairs; c++) {
            const [sum, part] = [sums[2 * r + c]!, c === 0 ? one : other];
            body.set(sum, (minus ? subV : addV)(sum, mulV(factor, part)));
          }
        }
      };
      body.set(ka, ia);
      body.set(kb, j);
      if (inner <= 4) for (let offset = 0; offset < inner; offset++) term(offset);
      else {
        body.set(k, i32(inner / 2));
        body.loop((again) => {
          term(0);
          term(1);
          body.set(ka, addI(ka, i32(16 * aInner)));
          body.set(kb, addI(kb, i32(16 * bRow)));
          body.set(k, subI(k, i32(1)));
          body.branch(again, k);
        });
      }
      for (let r = 0; r < height; r++) {
        for (let c = 0; c < pairs; c++)
          body.run(storeV(addI(io, j), 8 * (out + r * outRow) + 16 * c, sums[2 * r + c]!));
      }
    };
    const across = (height: number): void => {
      const full = cols - (cols % 4);
      if (full > 0) {
        body.set(j, i32(0));
        const bound: I32 = lower ? i : i32(8 * full - 8);
        body.loop((again) => {
          tile(height, 2);
          body.set(j, addI(j, i32(32)));
          body.branch(again, leI(j, bound));
        });
      }
      if (full < cols) {
        body.set(j, i32(8 * full));
        tile(height, 1);
      }
    };
    body.set(i, i32(0));
    body.set(ia, i32(0));
    body.set(io, i32(0));
    const full = Math.floor(rows / 4);
    if (full > 0) {
      body.set(left, i32(full));
      body.loop((again) => {
        across(4);
        body.set(i, addI(i, i32(32)));
        body.set(ia, addI(ia, i32(32 * aRow)));
        body.set(io, addI(io, i32(32 * outRow)));
        body.set(left, subI(left, i32(1)));
        body.branch(again, left);
      });
    }
    if (rows % 4 !== 0) across(2);
  };
}

/** What stands below the diagonal, above it too. */
function mirror(body: Body, base: number, N: number): void {
  const [row, from, to, end] = [body.local("i32"), body.local("i32"), body.local("i32"), body.local("i32")];
  // Row i: from (i, 0) on to the diagonal, into column i.
  body.set(row, i32(8 * N));
  body.set(end, i32(8 * N + 8));
  body.loop((nextRow) => {
    body.set(from, row);
    body.set(to, subI(end, row));
    body.loop((next) => {
      body.run(store(to, 8 * base, load(from, 8 * base)));
      body.set(from, addI(from, i32(8)));
      body.set(to, addI(to, i32(8 * N)));
      body.branch(next, ltI(from, end));
    });
    body.set(row, addI(row, i32(8 * N)));
    body.set(end, addI(end, i32(8 * N + 8)));
    body.branch(nextRow, ltI(row, i32(8 * N * N)));
  });
}
