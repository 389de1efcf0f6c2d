/** Systems wired by names or places of their inputs and outputs. */
import { Matrix } from "ml-matrix";
import { append, chosen, interconnect, type Joined } from "./interconnect.ts";
import { type Lti, ss } from "./ss.ts";

/** A name, or a place counted from 0 over all systems in their order. */
export type Signal = string | number;

/** From an output to an input, times a gain (1 when absent). Several wires into one input add up. */
export type Connection = readonly [from: Signal, to: Signal, gain?: number];

/**
 * The systems side by side, wired. `inputs` are those that the outside feeds as well, `outputs` what is seen of it; an input's
 * name that several systems have stands for all of them. Without wires, every output feeds the inputs of its own name.
 * Throws a RangeError for a name that no signal has, or for an output's name that two have.
 */
export function connect(
  systems: readonly Lti[],
  wires: readonly Connection[] | undefined,
  inputs: readonly Signal[],
  outputs: readonly Signal[],
): Joined {
  const parts = systems.map((given) => ss(given));
  const u = parts.flatMap((part) => part.u);
  const y = parts.flatMap((part) => part.y);
  const into = (signal: Signal): number[] => found(u, signal, "input");
  const from = (signal: Signal): number => {
    const places = found(y, signal, "output");
    if (places.length > 1) throw new RangeError(`Several outputs are called ${signal}`);
    return places[0]!;
  };
  const K = Matrix.zeros(u.length, y.length);
  const all = wires ?? y.filter((name) => u.includes(name)).map((name): Connection => [name, name]);
  for (const [source, target, gain = 1] of all)
    for (const i of into(target)) K.set(i, from(source), K.get(i, from(source)) + gain);
  const Kr = Matrix.zeros(u.length, inputs.length);
  inputs.forEach((signal, j) => {
    for (const i of into(signal)) Kr.set(i, j, 1);
  });
  const L = chosen(y.length, outputs.map(from)).transpose();
  const names = { u: inputs.map((signal) => u[into(signal)[0]!]!), y: outputs.map((signal) => y[from(signal)]!) };
  return interconnect(append(...parts), K, Kr, L, names);
}

function found(names: readonly string[], signal: Signal, kind: string): number[] {
  const places = names.flatMap((name, i) => (name === signal || i === signal ? [i] : []));
  if (places.length === 0) throw new RangeError(`There is no ${kind} ${signal}`);
  return places;
}
