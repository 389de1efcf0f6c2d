/**
 * A factor of a Gramian, never the Gramian itself, whose small eigenvalues rounding would drown: Smith's iteration with squared
 * powers, Penzl (2000), the continuous equation through Cayley's transformation.
 */
import { identity, largest, multiple, plus, transpose } from "./dense.ts";
import { luByBlocks, solveByBlocks } from "./blockLu.ts";
import { product } from "./product.ts";
import { triangle } from "./qr.ts";

/**
 * L, n x n and lower triangular, with W = L L': W = A W A' + B B' for a discrete A, and A W + W A' + B B' = 0 for a continuous one,
 * whose eigenvalues are about `speed` in size. A n x n, B n x m; undefined where A is not stable.
 */
export function gramianFactor(
  A: Float64Array,
  B: Float64Array,
  n: number,
  m: number,
  speed: number | "discrete",
): Float64Array | undefined {
  let [power, part] = speed === "discrete" ? [A, B] : cayley(A, B, n, m, speed);
  let columns = m;
  for (let pass = 0; pass < 64; pass++) {
    const more = product(power, part, n, n, columns);
    const [before, added] = [largest(part), largest(more)];
    if (!Number.isFinite(added)) return undefined;
    const both = new Float64Array(2 * columns * n);
    both.set(transpose(part, n, columns));
    both.set(transpose(more, n, columns), columns * n);
    // W = S S' with S' = Q R is R'R: n columns are enough.
    part = transpose(triangle(both, 2 * columns, n), n, n);
    columns = n;
    if (added <= 1e-17 * before) return part;
    power = product(power, power, n, n, n);
  }
  return undefined;
}

/** (p + A)(p - A)^-1 and sqrt(2p) (p - A)^-1 B: the same Gramian. */
function cayley(A: Float64Array, B: Float64Array, n: number, m: number, p: number): [Float64Array, Float64Array] {
  const one = multiple(identity(n), p);
  const lu = luByBlocks(plus(one, A, -1), n);
  const power = plus(one, A);
  solveByBlocks(lu, power, n);
  const part = multiple(B, Math.sqrt(2 * p));
  solveByBlocks(lu, part, m);
  return [power, part];
}
