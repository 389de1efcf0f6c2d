/** How parameters of different lengths serve one signal: a single value serves every element. Nothing else. */

/** Element i of a vector that holds one value for all, or one for each. */
export function element<T>(vector: readonly T[], i: number): T {
  const value = vector.length === 1 ? vector[0] : vector[i];
  if (value === undefined) throw new RangeError(`no element ${i} in a vector of ${vector.length}`);
  return value;
}

/** The number of elements that vectors of these lengths make together. */
export function common(...vectors: readonly { readonly length: number }[]): number {
  return Math.max(1, ...vectors.map((v) => v.length));
}

/** A sentence when two of these lengths contradict each other. Keys are the labels that a user reads. */
export function disagreement(vectors: { readonly [label: string]: { readonly length: number } }): string | undefined {
  const long = Object.entries(vectors).filter(([, v]) => v.length !== 1);
  const [first, ...rest] = long;
  const other = first && rest.find(([, v]) => v.length !== first[1].length);
  if (!first || !other) return undefined;
  const elements = (n: number) => (n === 1 ? "1 element" : `${n} elements`);
  return `${first[0]} has ${elements(first[1].length)} but ${other[0]} has ${elements(other[1].length)}`;
}

/** The integers 0 .. n - 1 mapped. */
export function each<T>(n: number, make: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => make(i));
}

/** Ports in1, in2, ... each of its own width ("w1", "w2", ...), or all of one. */
export function numbered(prefix: string, n: number, width?: string): { [port: string]: { width: string } } {
  return Object.fromEntries(each(n, (i) => [`${prefix}${i + 1}`, { width: width ?? `w${i + 1}` }]));
}

/** Whether a period parameter, as typed, stands for no sampling. */
export const isContinuous = (period: string): boolean => /^\s*continuous\s*$/i.test(period);

/** Names of parts of given widths, element by element: a, b[1], b[2]. */
export function partNames(names: readonly string[], width: (i: number) => number): string[] {
  return names.flatMap((name, i) => (width(i) === 1 ? [name] : each(width(i), (k) => `${name}[${k + 1}]`)));
}

/** Labels of a port or state, where it has been given any. */
export function labelled(portOrState: string, names: readonly string[]): { [portOrState: string]: readonly string[] } {
  return names.length > 0 ? { [portOrState]: names } : {};
}

/** The width of ports whose elements these parameters serve: theirs, or whatever is wired in. */
export function wide(...vectors: readonly { readonly length: number }[]): number | "n" {
  const n = common(...vectors);
  return n > 1 ? n : "n";
}
