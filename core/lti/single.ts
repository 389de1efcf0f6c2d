/** One entry of a transfer matrix as a system of its own. */
import { pick } from "../math/blocks.ts";
import { system } from "./model.ts";
import type { StateSpace } from "./stateSpace.ts";

/** From input j to output i alone. */
export function single({ A, B, C, D, time, u, x, y }: StateSpace, i: number, j: number): StateSpace {
  const all = x.map((_, k) => k);
  return system(A, pick(B, all, [j]), pick(C, [i], all), pick(D, [i], [j]), time, { u: [u[j]!], x, y: [y[i]!] });
}
