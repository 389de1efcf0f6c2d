/** Numbers that a block works out from its own parameters: slots like those, filled anew whenever the parameters change. */
import type { Params, Values } from "../blocks/block.ts";
import { checkValue } from "../diagram/bind.ts";
import type { Expr } from "../expr/expr.ts";
import type { Draft } from "./draft.ts";
import type { FlatBlock } from "./flat.ts";

const none = {};
type Derived = { readonly [name: string]: readonly number[] };

export function derivedParams(draft: Draft, block: FlatBlock, b: number): { readonly [name: string]: readonly Expr[] } {
  if (!block.definition.derived) return none;
  return Object.fromEntries(
    Object.entries(derivedOf(block)).map(([name, numbers]) => [
      name,
      numbers.map((_, i) => {
        const label = `${name}[${i + 1}]`;
        const slot = { kind: "param", path: `${block.path}#${label}`, label, block: block.path } as const;
        return draft.filled(slot, (flat) => derivedOf(flat.blocks[b]!)[name]![i]!);
      }),
    ]),
  );
}

const known = new WeakMap<FlatBlock, Derived>();

export function derivedOf(block: FlatBlock): Derived {
  let derived = known.get(block);
  if (!derived) {
    const values = Object.entries(block.bound.values).map(([name, value]) => [name, checkValue(value)]);
    derived = block.definition.derived?.(Object.fromEntries(values) as Values<Params>) ?? {};
    known.set(block, derived);
  }
  return derived;
}
