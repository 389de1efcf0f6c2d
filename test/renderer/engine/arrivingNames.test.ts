import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument, Wire } from "../../../core/diagram/document.ts";
import { readDocument } from "../../../core/diagram/schema.ts";
import { arrivingNames } from "../../../renderer/engine/arrivingNames.ts";

const example = (name: string): LazoDocument => {
  const read = readDocument(readFileSync(new URL(`../../../examples/${name}.lazo`, import.meta.url), "utf8"));
  if (!read.ok) throw new Error(name);
  return read.document;
};

const namesIn = (document: LazoDocument, previous?: ReturnType<typeof compile>) => {
  const compiled = compile(document, previous);
  if (!compiled.ok) throw new Error(compiled.problems[0]?.message);
  return { compiled, names: [...arrivingNames(compiled.model).values()] };
};

const withGain = (document: LazoDocument, id: string, gain: string): LazoDocument => ({
  ...document,
  root: { ...document.root, wires: document.root.wires.map((w): Wire => (w.id === id ? { ...w, gain } : w)) },
});

test("a gain that picks one element of a vector leaves its name, and follows the gain without another structure", () => {
  const document = example("rlc");
  const wire = document.root.wires.find(({ to, gain }) => to.block === "ammeter" && gain !== undefined)!;
  const first = namesIn(document);
  const [label] = first.names;
  expect(first.names).toHaveLength(1);
  const other = namesIn(withGain(document, wire.id, "[0, 1]"), first.compiled);
  expect(other.names).not.toEqual(first.names);
  const mixed = namesIn(withGain(document, wire.id, "[-2, 0.5]"), other.compiled);
  expect(mixed.names).toEqual([`−2 ${label} + 0.5 ${other.names[0]}`]);
  expect(namesIn(withGain(document, wire.id, "[0, 0]"), other.compiled).names).toEqual([]);
});
