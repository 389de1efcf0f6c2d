/** Random linear diagrams, continuous and sampled, loops included, as fast-check values; and what a model's matrices do to it. */
import fc from "fast-check";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { draw, type Drawn } from "../drawing.ts";

const number = fc.integer({ min: -12, max: 12 }).map((k) => k / 8);
const rate = fc.constantFrom("0.1", "0.2", "0.3", "[0.2, 0.1]", "[0.3, 0.05]");

type Kind = readonly [type: string, params: { readonly [name: string]: string }];

const kinds = {
  continuous: fc.oneof(
    number.map((x): Kind => ["state", { initial: String(x) }]),
    fc.tuple(number, number).map(([a, x]): Kind => {
      return ["state-space", { A: String(a - 1), B: "1", C: "1", D: "0.5", initial: String(x) }];
    }),
    number.map((k): Kind => ["gain", { gain: String(k) }]),
  ),
  sampled: fc.oneof(
    fc.tuple(rate, number).map(([period, x]): Kind => ["unit-delay", { period, initial: String(x) }]),
    fc.tuple(rate, number, number).map(([period, a, x]): Kind => {
      return ["state-space", { A: String(a / 2), B: "1", C: "1", D: "0.5", initial: String(x), period }];
    }),
    fc.tuple(rate, number).map(([period, x]): Kind => ["state", { period, initial: String(x) }]),
  ),
};

const late = fc
  .constantFrom("0.03", "0.05", "0.1", "0.13", "0.2", "0.27", "0.3", "0.41", "0.75")
  .map((time): Kind => ["transport-delay", { time }]);

export interface RandomDiagram {
  readonly blocks: Drawn;
  readonly wires: readonly (readonly [wire: string, gain: string])[];
}

/** An input u, an output y, blocks b1, b2 ..., each fed by something; "late" ones with transport delays. */
export function randomDiagram(of: "continuous" | "mixed" | "late"): fc.Arbitrary<RandomDiagram> {
  const { continuous, sampled } = kinds;
  const kind = { continuous, mixed: fc.oneof(continuous, sampled), late: fc.oneof(continuous, sampled, late) }[of];
  return fc.array(kind, { minLength: 2, maxLength: 6 }).chain((list) => {
    const names = list.map((_, i) => `b${i + 1}`);
    const source = fc.constantFrom("u", ...names);
    const feeds = fc.tuple(
      ...names.map((name) =>
        fc
          .uniqueArray(source, { minLength: 1, maxLength: 3 })
          .chain((froms) =>
            fc
              .tuple(...froms.map(() => number))
              .map((gains) => froms.map((from, i) => [from, name, gains[i]!] as const)),
          ),
      ),
    );
    return fc.tuple(feeds, fc.constantFrom(...names), number, number).map(([all, shown, gain, u]): RandomDiagram => {
      const wires = all.flat().map(([from, to, g]) => [`${from} -> ${to}`, String(g / 2)] as const);
      const blocks: Drawn = {
        u: ["input", { signal: String(u) }],
        ...Object.fromEntries(list.map((block, i) => [names[i]!, block])),
        y: ["output"],
      };
      return { blocks, wires: [...wires, ["u -> y", "0.5"], [`${shown} -> y`, String(gain)]] };
    });
  });
}

export function drawn({ blocks, wires }: RandomDiagram): LazoDocument {
  return draw(blocks, wires);
}
