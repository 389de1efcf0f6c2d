/** Linear systems as zeros, poles and gains: a row for every output and a column for every input. */
import type { Complex } from "../math/complex.ts";
import type { Names } from "./model.ts";
import { named, timeBase } from "./model.ts";
import type { TimeBase } from "./stateSpace.ts";

/** H[i][j] = gain[i][j] prod(s - zeros[i][j]) / prod(s - poles[i][j]). */
export interface Zpk {
  readonly zeros: readonly (readonly (readonly Complex[])[])[];
  readonly poles: readonly (readonly (readonly Complex[])[])[];
  readonly gain: readonly (readonly number[])[];
  readonly time: TimeBase;
  readonly u: readonly string[];
  readonly y: readonly string[];
}

/** Real roots may be plain numbers. */
export type Roots = readonly (number | Complex)[];

/**
 * From lists of roots and a gain, or grids of them. Throws a RangeError where there must not be more zeros than poles, where complex
 * roots do not come in conjugate pairs, and for grids that do not fit.
 */
export function zeroPoleGain(
  zeros: Roots | readonly (readonly Roots[])[],
  poles: Roots | readonly (readonly Roots[])[],
  gain: number | readonly (readonly number[])[],
  time: TimeBase = timeBase(undefined),
  names: Names = {},
): Zpk {
  const single = typeof gain === "number";
  const k = single ? [[gain]] : gain;
  const grid = (given: Roots | readonly (readonly Roots[])[]): Complex[][][] =>
    (single ? [[given as Roots]] : (given as readonly (readonly Roots[])[])).map((row) =>
      row.map((list) => list.map((root): Complex => (typeof root === "number" ? [root, 0] : root))),
    );
  const [z, p] = [grid(zeros), grid(poles)];
  const inputs = k[0]?.length ?? 0;
  if (inputs === 0) throw new RangeError("A system needs an input and an output");
  for (const rows of [z, p, k])
    if (rows.length !== k.length || rows.some((row) => row.length !== inputs))
      throw new RangeError("Zeros, poles and gains must be grids of one size");
  z.forEach((row, i) => {
    row.forEach((list, j) => {
      const below = p[i]![j]!;
      if (list.length > below.length)
        throw new RangeError(`${list.length} zeros over ${below.length} poles are not proper`);
      conjugatePairs(list);
      conjugatePairs(below);
    });
  });
  return { zeros: z, poles: p, gain: k, time, u: named(names.u, "u", inputs), y: named(names.y, "y", k.length) };
}

/** Real roots, and one of each conjugate pair (the one above). A RangeError where a root lacks its conjugate. */
export function conjugatePairs(roots: readonly Complex[]): {
  readonly real: readonly number[];
  readonly above: readonly Complex[];
} {
  const real = roots.filter(([, im]) => im === 0).map(([re]) => re);
  const above = roots.filter(([, im]) => im > 0);
  const below = roots.filter(([, im]) => im < 0);
  for (const [re, im] of above) {
    const room = 1e-8 * Math.hypot(re, im);
    const at = below.findIndex(([r, i]) => Math.hypot(r - re, i + im) <= room);
    if (at === -1) throw new RangeError(`The root ${re} + ${im}i comes without its conjugate`);
    below.splice(at, 1);
  }
  if (below.length > 0)
    throw new RangeError(`The root ${below[0]![0]} - ${-below[0]![1]}i comes without its conjugate`);
  return { real, above };
}
