/** Real polynomials as lists of coefficients, highest power first. */
import { type Complex, minus, times } from "./complex.ts";
import { flatEigenvalues } from "./eigenvalues.ts";

/** Without zeros in front; the zero polynomial is []. */
export function trimmed(p: readonly number[]): readonly number[] {
  const first = p.findIndex((c) => c !== 0);
  return first === -1 ? [] : p.slice(first);
}

/** Eigenvalues of the companion matrix, balanced; backward stable for the matrix, not for clustered roots. */
export function roots(p: readonly number[]): readonly Complex[] {
  const c = trimmed(p);
  // Roots at 0 are exact.
  let n = c.length - 1;
  while (n > 0 && c[n] === 0) n--;
  const zeros = Array.from({ length: Math.max(c.length - 1 - n, 0) }, (): Complex => [0, 0]);
  if (n < 1) return zeros;
  const companion = new Float64Array(n * n);
  for (let j = 0; j < n; j++) companion[j] = -c[j + 1]! / c[0]!;
  for (let i = 1; i < n; i++) companion[i * n + i - 1] = 1;
  return [...flatEigenvalues(companion, n).values, ...zeros];
}

/** The monic polynomial with these roots, real as they come in conjugate pairs. Smallest roots first, against cancellation. */
export function fromRoots(given: readonly Complex[]): number[] {
  const sorted = given.toSorted((a, b) => Math.hypot(...a) - Math.hypot(...b) || a[0] - b[0] || a[1] - b[1]);
  let p: Complex[] = [[1, 0]];
  for (const root of sorted) {
    const next: Complex[] = [...p, [0, 0]];
    p.forEach((c, k) => (next[k + 1] = minus(next[k + 1]!, times(root, c))));
    p = next;
  }
  return p.map(([re]) => re);
}

/** Horner's value at s. */
export function valueAt(p: readonly number[], s: Complex): Complex {
  return p.reduce<Complex>(
    (sum, c) => {
      const [re, im] = times(sum, s);
      return [re + c, im];
    },
    [0, 0],
  );
}
