/** What a filter gives: flat arrays, row k for sample k. */

/**
 * Covariances are kept once where they repeat, as those of an unchanging model soon do to the last bit: the covariance of sample k is
 * the n x n block number row[k].
 */
export interface Filtered {
  readonly ok: true;
  readonly n: number;
  readonly p: number;
  readonly steps: number;
  /** x[k|k-1], (steps + 1) x n; the last row lies one sample beyond the record. */
  readonly xp: Float64Array;
  /** x[k|k], steps x n. */
  readonly x: Float64Array;
  /** Which block of Pp, P, L and K belongs to sample k, steps + 1 of them. */
  readonly row: Int32Array;
  /** Covariance of x[k|k-1]: blocks of n x n. */
  readonly Pp: Float64Array;
  /** Covariance of x[k|k]: blocks of n x n. */
  readonly P: Float64Array;
  /** Cholesky factor of the innovation's covariance: blocks of p x p, of which the first q q numbers, q x q, count where only q entries are there. */
  readonly L: Float64Array;
  /** Transposed gain K': blocks of p x n, of which the first q rows count. */
  readonly K: Float64Array;
  /** y[k] - C x[k|k-1] - D u[k], steps x p; NaN where y is. */
  readonly e: Float64Array;
  /** L^-1 e: independent, of variance 1 where the model is true. steps x p, NaN where missing or of unbounded variance. */
  readonly z: Float64Array;
  /**
   * Log-likelihood. Of a diffuse start that of what is left when d measurements have settled d unbounded directions: -1/2 log of how
   * sharply they saw them (Finf) for these, without 2 pi, as KFAS counts it.
   */
  readonly loglik: number;
  /** Samples it took until nothing was unbounded; 0 with a proper start. */
  readonly diffuse: number;
}
