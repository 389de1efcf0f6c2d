/** Every example runs the same with any of its blocks in subsystems, and after these are taken apart again. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { expand } from "../../core/diagram/expand.ts";
import { group } from "../../core/diagram/group.ts";
import { example, exampleIds, modelOf, run } from "./example.ts";

/** A shorter run says as much. */
const short = (document: LazoDocument): LazoDocument => ({
  ...document,
  run: { ...document.run, stop: `(${document.run.stop})/8` },
});

/** What scopes, displays and outputs showed at the start, in the middle and at the end, by their paths without the groups. */
function ends(document: LazoDocument): ReadonlyMap<string, readonly number[]> {
  const result = run(document);
  expect(result.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const { views } = modelOf(document).ir;
  expect(views.length).toBeGreaterThan(0);
  return new Map(
    views.map(({ block, records }) => [
      block.replaceAll(/\bgroup(?: \d+)?\//g, ""),
      records.flatMap((index) => {
        const { values } = result.traces[index]!;
        return [0, Math.floor(values.length / 2), values.length - 1].map((i) => values[i]!);
      }),
    ]),
  );
}

function same(one: ReadonlyMap<string, readonly number[]>, other: ReadonlyMap<string, readonly number[]>): void {
  for (const [name, values] of one) {
    const found = other.get(name);
    values.forEach((value, i) => {
      const near = Math.abs((found?.[i] ?? Number.NaN) - value) <= 1e-6 * Math.max(1, Math.abs(value));
      expect(near || Object.is(found?.[i], value), `${name}: ${found?.[i]} instead of ${value}`).toBe(true);
    });
  }
}

const bit = (bits: number, i: number): boolean => ((bits >> (i % 30)) & 1) === 1;

describe("grouped at random", () => {
  test.each(exampleIds)("%s", (id) => {
    const plain = short(example(id));
    const before = ends(plain);
    fc.assert(
      fc.property(fc.nat(2 ** 30), fc.nat(2 ** 30), (first, second) => {
        const chosen = (document: LazoDocument, bits: number) =>
          new Set(document.root.blocks.filter((_, i) => bit(bits, i)).map((block) => block.id));
        const once = group(plain, { blocks: chosen(plain, first) }, "group");
        const twice = group(once, { blocks: chosen(once, second) }, "group");
        same(before, ends(twice));
        let back = twice;
        for (const block of twice.root.blocks) {
          if (!block.sheet || plain.root.blocks.some(({ id: known }) => known === block.id)) continue;
          const expanded = expand(back, block.id);
          if (!expanded.ok) throw new Error(expanded.why);
          back = expanded.document;
        }
        same(before, ends(back));
      }),
      { numRuns: 4, seed: 1 },
    );
  });
});
