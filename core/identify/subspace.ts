/**
 * The extended observability matrix, from the part of the future outputs that the past explains. The three classic methods differ in how they weigh
 * that part before its singular values are taken: Van Overschee & De Moor, "A unifying theorem for three subspace system identification algorithms",
 * Automatica 31 (1995).
 */
import { transpose } from "../math/dense.ts";
import { product } from "../math/product.ts";
import { rowsTriangle } from "../math/rowsTriangle.ts";
import { pseudoInverse, svd, type Svd } from "../math/svd.ts";
import { triangleInverse } from "../math/triangleInverse.ts";
import { part, type BlockHankel } from "./blockHankel.ts";

/** N4SID: the oblique projection, unweighted; MOESP: past outputs and inputs apart from the future inputs; CVA: canonical correlations. */
export type Weighting = "N4SID" | "MOESP" | "CVA";

export interface Subspace {
  /** Of the weighted projection, falling. */
  readonly singular: Float64Array;
  /** Columns of the extended observability matrix, s p x n, for any order n up to the number of singular values. */
  readonly observability: (n: number) => Float64Array;
}

export interface Subspaces {
  /** Canonical correlations of past and future, whatever the weighting: 1 for what the past foretells exactly, about 0 for noise. */
  readonly correlations: Float64Array;
  /** States that the data speak for. */
  readonly suggested: () => number;
  readonly weighted: (weighting: Weighting) => Subspace;
}

/** Relative to the largest singular value; below it lies rounding only. */
const rounding = 1e-11;

export function subspaces(hankel: BlockHankel): Subspaces {
  const { s, m, p } = hankel;
  const future = s * m;
  const past = future + s * (m + p);
  const [rows, width] = [s * p, s * (m + p)];
  const explained = part(hankel, past, past + rows, future, past);
  const apart = part(hankel, past, past + rows, future, hankel.size);
  const whitening = leftSvd(apart, rows, hankel.size - future);
  const kept = whitening.s.findIndex((v) => !(v > rounding * whitening.s[0]!));
  const rank = kept < 0 ? whitening.count : kept;
  const apartFromNoise = whitened(whitening, rank, explained, rows, width);
  const correlated = leftSvd(apartFromNoise, rank, width);
  const correlations = correlated.s;
  // What a shift of the observability matrix leaves room for; and no variates beyond rounding.
  const sure = correlations.findIndex((v) => !(v > rounding));
  const most = Math.min(sure < 0 ? correlations.length : sure, (s - 1) * p, 40);
  return {
    correlations,
    suggested: () => suggestedOrder(hankel, svd(apartFromNoise, rank, width), most),
    weighted: (weighting) => {
      if (weighting === "CVA") {
        const { U, s: sizes, count } = whitening;
        const back = new Float64Array(rows * rank);
        for (let i = 0; i < rows; i++)
          for (let r = 0; r < rank; r++) back[i * rank + r] = U[i * count + r]! * sizes[r]!;
        return {
          singular: correlations,
          observability: (n) => product(back, scaled(correlated, rank, n), rows, rank, n),
        };
      }
      const projected = leftSvd(
        weighting === "MOESP" ? explained : oblique(hankel, explained, rows, width),
        rows,
        weighting === "MOESP" ? width : future + width,
      );
      return { singular: projected.s, observability: (n) => scaled(projected, rows, n) };
    },
  };
}

type Left = Pick<Svd, "U" | "s" | "count">;

/** Singular values and the vectors on the left only: those of the triangular factor, when there are more columns than rows. */
function leftSvd(M: Float64Array, rows: number, cols: number): Left {
  if (cols <= rows) return svd(M, rows, cols);
  const gathered = rowsTriangle(rows);
  const columns = transpose(M, rows, cols);
  for (let c = 0; c < cols; c++) gathered.add(columns.subarray(c * rows, (c + 1) * rows));
  return svd(transpose(gathered.triangle(), rows, rows), rows, rows);
}

/** The first n columns of U, each times the root of its singular value. */
function scaled({ U, s, count }: Left, rows: number, n: number): Float64Array {
  const columns = new Float64Array(rows * n);
  for (let i = 0; i < rows; i++) for (let k = 0; k < n; k++) columns[i * n + k] = U[i * count + k]! * Math.sqrt(s[k]!);
  return columns;
}

/** diag(1 / s) U' M for the first `rank` columns of U. */
function whitened({ U, s, count }: Left, rank: number, M: Float64Array, rows: number, cols: number): Float64Array {
  const left = new Float64Array(rank * rows);
  for (let r = 0; r < rank; r++) for (let i = 0; i < rows; i++) left[r * rows + i] = U[i * count + r]! / s[r]!;
  return product(left, M, rank, rows, cols);
}

const inverseOf = (triangle: Float64Array, n: number): Float64Array =>
  triangleInverse(triangle, n, 1e8) ?? pseudoInverse(triangle, n, n, rounding);

/** The future outputs along the future inputs on the past: L32 L22^+ [L21 L22]. */
function oblique(hankel: BlockHankel, explained: Float64Array, rows: number, width: number): Float64Array {
  const future = hankel.s * hankel.m;
  const own = part(hankel, future, future + width, future, future + width);
  const along = product(explained, inverseOf(own, width), rows, width, width);
  return product(along, part(hankel, future, future + width, 0, future + width), rows, width, future + width);
}

/**
 * The number of states that the data speak for: by how well the first n canonical variates of the past foretell the next output, every parameter paid for
 * with log N (Schwarz's criterion). Larimore, "Canonical variate analysis in identification, filtering, and adaptive control", CDC (1990), with AIC.
 */
function suggestedOrder(hankel: BlockHankel, { V, count }: Svd, most: number): number {
  const { s, m, p, columns } = hankel;
  const future = s * m;
  const width = s * (m + p);
  const known = future + width;
  const own = part(hankel, future, known, future, known);
  const left = new Float64Array(most * width);
  for (let k = 0; k < most; k++) for (let i = 0; i < width; i++) left[k * width + i] = V[i * count + k]!;
  const variates = product(
    product(left, inverseOf(own, width), most, width, width),
    part(hankel, future, known, 0, known),
    most,
    width,
    known,
  );
  const seen = part(hankel, known, known + p, 0, known + p);
  const inputs = part(hankel, 0, m, 0, known);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n <= most; n++) {
    // Columns: inputs, variates, outputs; what is left of the outputs stands in the last corner of the triangle.
    const wide = m + n + p;
    const gathered = rowsTriangle(wide);
    const row = new Float64Array(wide);
    for (let c = 0; c < known + p; c++) {
      row.fill(0);
      if (c < known) {
        for (let j = 0; j < m; j++) row[j] = inputs[j * known + c]!;
        for (let k = 0; k < n; k++) row[m + k] = variates[k * known + c]!;
      }
      for (let o = 0; o < p; o++) row[m + n + o] = seen[o * (known + p) + c]!;
      gathered.add(row);
    }
    const R = gathered.triangle();
    let fit = 0;
    for (let o = m + n; o < wide; o++) {
      let size = 0;
      for (let i = 0; i <= o; i++) size = Math.hypot(size, R[i * wide + o]!);
      // Outputs that are foretold exactly can't be foretold better.
      fit += 2 * Math.log(Math.max(Math.abs(R[o * wide + o]!), 1e-9 * size));
    }
    const criterion = columns * fit + Math.log(columns) * n * (2 * p + m);
    if (criterion < least - 1e-9 * columns) [best, least] = [n, criterion];
  }
  return best;
}
