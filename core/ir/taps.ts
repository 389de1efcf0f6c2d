/**
 * Places where something is added to a signal, or where it is cut, as its readers see it: the whole signal, or one wire of
 * it. A block reads its own signals inside, before anything is added, unless a wire leads back to it; what arrives at a
 * port it reads with what is added there.
 */
import { slotsOf } from "../expr/walk.ts";
import type { Hop, Ir } from "./ir.ts";

export interface Tap {
  readonly slot: number;
  /** What is added: a number past all slots that stands for a column. */
  readonly seed?: number;
  readonly cut: boolean;
  /** One wire only; the whole signal when absent. */
  readonly hop?: Hop;
}

export interface Taps {
  has(slot: number): boolean;
  /** What `block` sees when its equation for the slot `into` reads the slot; nobody ("") sees it as it is. */
  at(
    slot: number,
    block: string,
    into: number | undefined,
  ): { readonly cut: boolean; readonly added: readonly number[] } | undefined;
}

export function createTaps(ir: Ir, taps: readonly Tap[]): Taps {
  const bySlot = new Map<number, Tap[]>();
  for (const tap of taps) bySlot.set(tap.slot, [...(bySlot.get(tap.slot) ?? []), tap]);
  const ports = new Set(ir.hops.flatMap((hop) => (hop.into === undefined ? [] : [hop.into])));
  const port = createPortOf(ir, ports);
  const looped = new Set(
    ir.hops.flatMap((hop) => (ir.slots[hop.slot]!.block === hop.block ? [`${hop.slot}|${hop.into ?? ""}`] : [])),
  );
  return {
    has: (slot) => bySlot.has(slot),
    at(slot, block, into) {
      const own = bySlot.get(slot);
      if (!own || block === "") return undefined;
      const through = port(into);
      const inside = ir.slots[slot]!.block === block && !ports.has(slot) && !looped.has(`${slot}|${through ?? ""}`);
      const seen = own.filter(({ hop }) => (hop ? hop.block === block && hop.into === through : !inside));
      if (seen.length === 0) return undefined;
      return {
        cut: seen.some((tap) => tap.cut),
        added: seen.flatMap(({ seed }) => (seed === undefined ? [] : [seed])),
      };
    },
  };
}

/** The in-port slot that an equation works for: itself, or the sum that takes a matrix gain's product; undefined for any other. */
function createPortOf(ir: Ir, ports: ReadonlySet<number>): (into: number | undefined) => number | undefined {
  const products = new Map<number, number>();
  for (const step of ir.algebra) if (step.do === "matvec") for (const slot of step.to) products.set(slot, -1);
  if (products.size > 0) {
    for (const step of ir.algebra) {
      if (step.do !== "assign" || !ports.has(step.slot)) continue;
      for (const slot of slotsOf(step.expr)) if (products.get(slot) === -1) products.set(slot, step.slot);
    }
  }
  return (into) => {
    if (into === undefined) return undefined;
    if (ports.has(into)) return into;
    const sum = products.get(into);
    return sum === undefined || sum < 0 ? undefined : sum;
  };
}
