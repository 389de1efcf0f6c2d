/**
 * Where the matrices of one size of model lie in the module's memory. Sizes are rounded up: rows and columns to multiples of 4, measurements
 * of 2, with zeros and an identity where that is divided by.
 */

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
  /** Of the steps themselves. */
  readonly V: number;
  readonly AP: number;
  readonly W: number;
  readonly gap: number;
  readonly inverses: number;
  /** Numbers in all. */
  readonly total: number;
}

export function kernelLayout(n: number, p: number): KernelLayout {
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
    V: square(),
    AP: square(),
    W: room(M * N),
    gap: room(N * M),
    inverses: room(Math.max(M, N)),
  };
  return { ...at, total: free };
}
