/** What a signal is called that several wires, or one with a gain, bring into a scope: "2 speed − load" instead of its port. */
import { createAlgebra } from "../../core/expr/algebra.ts";
import { derivative } from "../../core/expr/derivative.ts";
import { evaluate } from "../../core/expr/evaluate.ts";
import type { Model } from "../../core/ir/ir.ts";

/** Longer sums keep the name of their port. */
const mostTerms = 3;

/** By the index of the record. Gains are read as they are now: the structure stays when they change. */
export function arrivingNames({ ir, values }: Model): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const into = new Map<number, Set<number>>();
  for (const hop of ir.hops)
    if (hop.into !== undefined) into.set(hop.into, (into.get(hop.into) ?? new Set()).add(hop.slot));
  ir.records.forEach(({ slot, path, label }, index) => {
    const sources = label === path ? [...(into.get(slot) ?? [])] : [];
    const step = sources.length > 0 ? ir.algebra.find((one) => one.do === "assign" && one.slot === slot) : undefined;
    if (step?.do !== "assign") return;
    const m = createAlgebra();
    const terms = sources.flatMap((source) => {
      const gain = evaluate(derivative(m, step.expr, source), values, ir.series);
      return gain === 0 ? [] : [{ gain, label: ir.slots[source]!.label }];
    });
    if (terms.length > 0 && terms.length <= mostTerms) names.set(index, sumText(terms));
  });
  return names;
}

function sumText(terms: readonly { readonly gain: number; readonly label: string }[]): string {
  return terms
    .map(({ gain, label }, k) => {
      const size = Number(Math.abs(gain).toPrecision(4));
      const sign = gain < 0 ? "−" : "+";
      return `${k > 0 ? ` ${sign} ` : gain < 0 ? sign : ""}${size === 1 ? "" : `${size} `}${label}`;
    })
    .join("");
}
