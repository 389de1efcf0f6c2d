/** The steps of a Kalman filter in the module: what covariance.ts does, and the means of one sample. */
import type { Body } from "../../wasm/encoder.ts";
import {
  addI,
  div,
  f64,
  gt,
  i32,
  load,
  loadSplat,
  loadV,
  ltI,
  mul,
  mulV,
  sqrt,
  store,
  storeV,
  sub,
  subV,
} from "../../wasm/instructions.ts";
import type { KernelLayout } from "./kernelLayout.ts";
import { combine, mirror, products } from "./products.ts";

/** The measurement: from P to `kept`, L and K; gives 1, or 0 where a pivot is not positive. */
export function update(body: Body, at: KernelLayout): void {
  const { N, M, V, W, gap, inverses } = at;
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
}

/** next = A kept A' + Q. */
export function predict(body: Body, at: KernelLayout): void {
  const { N, AP } = at;
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
}

/** One sample of the means: e = y - C xp, z = L^-1 e, x = xp + K e, xn = A x. */
export function mean(body: Body, at: KernelLayout): void {
  const { N, M } = at;
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
}
