/** Products of matrices and of vectors for the steps of the module: tiles of 4 x 4 sums in SIMD registers. */
import type { Body, I32, Local } from "../../wasm/encoder.ts";
import {
  addI,
  addV,
  f64,
  i32,
  leI,
  load,
  loadSplat,
  loadV,
  ltI,
  mulV,
  splat,
  store,
  storeV,
  subI,
  subV,
} from "../../wasm/instructions.ts";

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

/** Writes products into one function, which share its locals. */
export function products(body: Body): (product: Product) => void {
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

/** out = init + or - rows b(k) times the numbers at `factors`, k ascending; `cols` is even. */
export function combine(
  body: Body,
): (
  init: number | undefined,
  factors: number,
  count: number,
  b: number,
  cols: number,
  out: number,
  minus: boolean,
) => void {
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
}

/** What stands below the diagonal, above it too. */
export function mirror(body: Body, base: number, N: number): void {
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
