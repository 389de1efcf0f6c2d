/**
 * Equations of a narrow band: an order of the unknowns in which they are next to their neighbours, and elimination with row exchanges that
 * stays within the band. Cuthill & McKee, "Reducing the bandwidth of sparse symmetric matrices" (1969), reversed.
 */

export interface Band {
  /** order[i]: the unknown that comes i-th. */
  readonly order: Int32Array;
  /** Diagonals below, and above, that hold something. */
  readonly below: number;
  readonly above: number;
}

/** Of the n x n matrix a (row-major) with its rows and columns in one order. */
export function narrowBand(a: Float64Array, n: number): Band {
  const neighbours: number[][] = Array.from({ length: n }, () => []);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++)
      if (a[i * n + j] !== 0 || a[j * n + i] !== 0) {
        neighbours[i]!.push(j);
        neighbours[j]!.push(i);
      }
  const degree = (i: number): number => neighbours[i]!.length;
  for (const list of neighbours) list.sort((i, j) => degree(i) - degree(j));
  const placed = new Uint8Array(n);
  /** All that hangs together with it, nearest first. */
  const wave = (from: number, seen: Uint8Array): number[] => {
    const found = [from];
    seen[from] = 1;
    for (const i of found)
      for (const j of neighbours[i]!) {
        if (seen[j] === 1) continue;
        seen[j] = 1;
        found.push(j);
      }
    return found;
  };
  const all: number[] = [];
  for (let i = 0; i < n; i++) {
    if (placed[i] === 1) continue;
    // What is farthest from anywhere, twice over, is near an end.
    const end = wave(wave(i, placed.slice()).at(-1)!, placed.slice()).at(-1)!;
    all.push(...wave(end, placed));
  }
  const order = Int32Array.from(all.reverse());
  const place = new Int32Array(n);
  order.forEach((unknown, i) => (place[unknown] = i));
  let [below, above] = [0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      if (a[i * n + j] === 0) continue;
      below = Math.max(below, place[i]! - place[j]!);
      above = Math.max(above, place[j]! - place[i]!);
    }
  return { order, below, above };
}

/** (re + j im) x = b for many complex right-hand sides, over and over in the same memory. */
export interface BandedSystem {
  /**
   * Row i holds its columns from i - below on, `width` of them, `columns` right-hand sides behind; those to the right of the band are room
   * for row exchanges, and must be 0.
   */
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly width: number;
  /** Puts the solutions in place of the right-hand sides; not finite where the matrix is singular. */
  solve(): void;
}

export function bandedSystem(n: number, below: number, above: number, columns: number): BandedSystem {
  const width = 2 * below + above + 1;
  const stride = width + columns;
  const re = new Float64Array(n * stride);
  const im = new Float64Array(n * stride);
  const size = (at: number): number => Math.abs(re[at]!) + Math.abs(im[at]!);
  const swap = (p: number, q: number): void => {
    const [a, b] = [re[p]!, im[p]!];
    re[p] = re[q]!;
    im[p] = im[q]!;
    re[q] = a;
    im[q] = b;
  };
  const eliminate = (k: number): void => {
    const last = Math.min(n - 1, k + below);
    const reach = Math.min(n - 1, k + below + above) - k;
    /** Of column k in row i. */
    const at = (i: number): number => i * stride + k - i + below;
    let best = k;
    for (let i = k + 1; i <= last; i++) if (size(at(i)) > size(at(best))) best = i;
    const p = at(k);
    const pb = k * stride + width;
    if (best !== k) {
      for (let j = 0; j <= reach; j++) swap(p + j, at(best) + j);
      for (let j = 0; j < columns; j++) swap(pb + j, best * stride + width + j);
    }
    const [c, d] = [re[p]!, im[p]!];
    const square = c * c + d * d;
    for (let i = k + 1; i <= last; i++) {
      const q = at(i);
      if (re[q] === 0 && im[q] === 0) continue;
      const a = (re[q]! * c + im[q]! * d) / square;
      const b = (im[q]! * c - re[q]! * d) / square;
      const take = (to: number, from: number): void => {
        re[to]! -= a * re[from]! - b * im[from]!;
        im[to]! -= a * im[from]! + b * re[from]!;
      };
      for (let j = 1; j <= reach; j++) take(q + j, p + j);
      for (let j = 0, qb = i * stride + width; j < columns; j++) take(qb + j, pb + j);
    }
  };
  const substitute = (i: number): void => {
    const p = i * stride + below;
    const reach = Math.min(n - 1, i + below + above) - i;
    const [c, d] = [re[p]!, im[p]!];
    const square = c * c + d * d;
    for (let t = 0; t < columns; t++) {
      const own = i * stride + width + t;
      let [a, b] = [re[own]!, im[own]!];
      for (let j = 1, other = own + stride; j <= reach; j++, other += stride) {
        a -= re[p + j]! * re[other]! - im[p + j]! * im[other]!;
        b -= re[p + j]! * im[other]! + im[p + j]! * re[other]!;
      }
      re[own] = (a * c + b * d) / square;
      im[own] = (b * c - a * d) / square;
    }
  };
  return {
    re,
    im,
    width,
    solve() {
      for (let k = 0; k < n; k++) eliminate(k);
      for (let i = n - 1; i >= 0; i--) substitute(i);
    },
  };
}
