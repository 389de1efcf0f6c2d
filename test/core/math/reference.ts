/** Reads the reference cases (test/reference/README.md says how they were made) and compares as they ask. */
import { readFileSync } from "node:fs";

export interface Case<Inputs, Expected> {
  readonly name: string;
  readonly inputs: Inputs;
  readonly expected: Expected;
  readonly rtol: number;
}

export type Rows = readonly (readonly number[])[];

export function referenceCases<Inputs, Expected>(topic: string): Case<Inputs, Expected>[] {
  return JSON.parse(readFileSync(new URL(`../../reference/${topic}.json`, import.meta.url), "utf8")).cases;
}

export function flat(matrix: Rows): Float64Array {
  return Float64Array.from(matrix.flat());
}

/** max |x - expected| / max |expected|. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!(difference <= worst)) worst = difference;
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return scale === 0 ? worst : worst / scale;
}

export type Complex = readonly [number, number];

/** Largest distance after pairing each expected value with its nearest that is left, relative to the largest expected. */
export function distance(actual: readonly Complex[], expected: readonly Complex[]): number {
  const left = [...actual];
  let worst = 0;
  const scale = Math.max(...expected.map((e) => Math.hypot(...e)));
  for (const e of expected) {
    const gaps = left.map((a) => Math.hypot(a[0] - e[0], a[1] - e[1]));
    const nearest = gaps.indexOf(Math.min(...gaps));
    worst = Math.max(worst, gaps[nearest]!);
    left.splice(nearest, 1);
  }
  return scale > 0 ? worst / scale : worst;
}
