/** Subsystems made and taken apart: the model stays what it was, and the drawing what it can. */
import { attachedTo } from "../../../core/diagram/attached.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { Block, LazoDocument } from "../../../core/diagram/document.ts";
import * as edit from "../../../core/diagram/edit.ts";
import { expand } from "../../../core/diagram/expand.ts";
import { copyFragment, paste, readFragment } from "../../../core/diagram/fragment.ts";
import { group } from "../../../core/diagram/group.ts";
import { portsOf } from "../../../core/diagram/ports.ts";
import { readDocument, writeDocument } from "../../../core/diagram/schema.ts";
import { sheetAt, trailOf } from "../../../core/diagram/trail.ts";
import * as variables from "../../../core/diagram/variables.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { draw, type Drawn } from "../drawing.ts";

interface Plan {
  readonly kinds: readonly ("gain" | "sum" | "integrator" | "unit-delay")[];
  readonly from: readonly number[];
  readonly also: readonly number[];
  readonly gains: readonly number[];
  readonly out: readonly number[];
}
const plan: fc.Arbitrary<Plan> = fc.integer({ min: 2, max: 12 }).chain((n) => {
  const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: n, maxLength: n });
  return fc.record({
    kinds: many(fc.constantFrom("gain" as const, "sum" as const, "integrator" as const)),
    from: many(fc.nat(999)),
    also: many(fc.nat(999)),
    gains: many(fc.integer({ min: -8, max: 8 }).map((k) => k / 4)),
    out: fc.array(fc.nat(n - 1), { minLength: 1, maxLength: 3 }),
  });
});

/** A random linear diagram, with gains on wires that are shared, doubled and named. */
function drawing(p: Plan): LazoDocument {
  const blocks: { [name: string]: Drawn[string] } = { u: ["input"] };
  p.kinds.forEach((kind, i) => (blocks[`b${i}`] = kind === "gain" ? [kind, { gain: "k" }] : [kind]));
  blocks["y"] = ["output", { names: p.out.map((_, i) => `y${i}`).join(",") }];
  blocks["m"] = ["mux", { count: String(p.out.length) }];
  const source = (i: number, pick: number): string => {
    const n = p.kinds[i] === "integrator" ? p.kinds.length : i;
    const k = pick % (n + 1);
    return k === n ? "u" : `b${k}`;
  };
  const wires = p.kinds.flatMap((kind, i): (string | [string, string])[] =>
    kind === "sum"
      ? [
          `${source(i, p.from[i]!)} -> b${i}.in1`,
          [`${source(i, p.also[i]!)} -> b${i}.in2`, `${p.gains[i]}*k`],
          [`${source(i, p.from[i]!)} -> b${i}.in2`, "0.5"],
        ]
      : [[`${source(i, p.from[i]!)} -> b${i}`, String(p.gains[i])]],
  );
  return draw(blocks, [...wires, ...p.out.map((b, i) => `b${b} -> m.in${i + 1}`), "m -> y"], {
    variables: { k: "0.75" },
  });
}

/** Entries by the names of what they join, the path of the sheet left out. */
function matrices(document: LazoDocument): { readonly [entry: string]: number } {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems.map((p) => `${p.code} ${p.path} ${p.message}`).join("; "));
  const result = linearize(compiled.model);
  if (!result.ok) throw new Error(result.problems[0]!.code);
  const { A, B, C, D, x, u, y } = result.linearization.system;
  const bare = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
  const entries: { [entry: string]: number } = {};
  for (const [matrix, rows, cols] of [
    [A, x, x],
    [B, x, u],
    [C, y, x],
    [D, y, u],
  ] as const)
    rows.forEach((row, i) => cols.forEach((col, j) => (entries[`${bare(row)} <- ${bare(col)}`] = matrix.get(i, j))));
  return entries;
}

function same(a: LazoDocument, b: LazoDocument): void {
  const [one, other] = [matrices(a), matrices(b)];
  expect(Object.keys(other).sort()).toEqual(Object.keys(one).sort());
  for (const [entry, value] of Object.entries(one)) expect(other[entry], entry).toBeCloseTo(value, 12);
}

const blocksOf = (document: LazoDocument, of: readonly string[]): ReadonlySet<string> =>
  new Set(document.root.blocks.filter(({ name }) => of.includes(name)).map(({ id }) => id));
const named = (document: LazoDocument, name: string): Block => {
  const found = document.root.blocks.find((block) => block.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
};
const subset = (document: LazoDocument, bits: number): ReadonlySet<string> =>
  new Set(document.root.blocks.filter((_, i) => (bits >> i) & 1).map(({ id }) => id));

describe("grouping", () => {
  test("any blocks leaves A, B, C and D as they are, once and twice, and expanding too", () => {
    fc.assert(
      fc.property(plan, fc.nat(2 ** 16), fc.nat(2 ** 16), (p, bits, more) => {
        const plain = drawing(p);
        const once = group(plain, { blocks: subset(plain, bits) });
        same(plain, once);
        const twice = group(once, { blocks: subset(once, more) }, "Outer");
        same(plain, twice);
        const read = readDocument(writeDocument(twice));
        expect(read.ok && read.document).toEqual(twice);
        let back = twice;
        for (;;) {
          const nested = back.root.blocks.find((block) => block.sheet);
          if (!nested) break;
          const expanded = expand(back, nested.id);
          if (!expanded.ok) throw new Error(expanded.why);
          back = expanded.document;
        }
        same(plain, back);
        const key = (d: LazoDocument) =>
          d.root.wires
            .map((w) => `${w.from.block}.${w.from.port} ${w.gain ?? ""} ${w.to.block}.${w.to.port}`)
            .sort()
            .join("\n");
        expect(key(back)).toBe(key(plain));
        expect(new Map(back.root.blocks.map((b) => [b.id, b.name]))).toEqual(
          new Map(plain.root.blocks.map((b) => [b.id, b.name])),
        );
      }),
      { numRuns: 300 },
    );
  });

  const feedback = draw(
    { r: ["step"], e: ["sum", { signs: "+-" }], K: ["gain", { gain: "3" }], P: ["integrator"], s: ["scope"] },
    ["r -> e.in1", "e -> K", ["K -> P", "2"], "P -> e.in2", "P -> s"],
  );
  test("gives one port a source, named after it, and keeps gains outside", () => {
    const grouped = group(feedback, { blocks: blocksOf(feedback, ["e", "K"]) }, "Controller");
    const block = named(grouped, "Controller");
    expect(portsOf(block, new Map(), attachedTo(undefined))).toMatchObject({
      in: { r: {}, P: {} },
      out: { "K out": {} },
    });
    expect(grouped.root.wires.find((wire) => wire.from.block === block.id)).toMatchObject({ gain: "2" });
    expect(grouped.root.blocks.map(({ name }) => name)).toEqual(["r", "Controller", "P", "s"]);
    // Nothing in it moved.
    expect(block.sheet!.blocks.find(({ name }) => name === "K")!.at).toEqual(named(feedback, "K").at);
  });
  test("leaves ports of the sheet and a Goto that is heard outside where they are", () => {
    const d = draw({ c: ["constant"], g: ["goto", { tag: "A" }], f: ["from", { tag: "A" }], s: ["scope"] }, [
      "c -> g",
      "f -> s",
    ]);
    const grouped = group(d, { blocks: blocksOf(d, ["c", "g"]) });
    expect(grouped.root.blocks.map(({ type }) => type)).toEqual(["subsystem", "goto", "from", "scope"]);
    const all = group(d, { blocks: blocksOf(d, ["c", "g", "f", "s"]) });
    expect(all.root.blocks).toHaveLength(1);
    const inside = all.root.blocks[0]!.sheet!;
    expect(inside.blocks).toHaveLength(4);
    expect(group(all, { blocks: new Set() })).toBe(all);
  });
});

describe("expanding", () => {
  const through = edit.addBlock(draw({ a: ["constant"], s: ["scope"] }, []), "subsystem", { x: 0, y: 0 });
  const sub = named(through, "Subsystem");
  test("what has no block inside joins the wires, with the product of their gains", () => {
    const [a, s] = [named(through, "a"), named(through, "s")];
    let d = edit.connect(through, { block: a.id, port: "out" }, { block: sub.id, port: "u" });
    d = edit.connect(d, { block: sub.id, port: "y" }, { block: s.id, port: "in1" });
    const [into, outOf] = d.root.wires.map(({ id }) => id);
    d = edit.setWire(edit.setWire(d, into!, { gain: "2" }), outOf!, { gain: "[1;3]", label: "B" });
    const result = expand(d, sub.id);
    if (!result.ok) throw new Error(result.why);
    expect(result.document.root.wires).toHaveLength(1);
    expect(result.document.root.wires[0]).toMatchObject({
      from: { block: a.id },
      to: { block: s.id },
      gain: "([1;3])*(2)",
    });
    expect(result.document.root.wires[0]!.label).toBeUndefined();
  });
  test("is refused where the model would change", () => {
    const ring = edit.connect(through, { block: sub.id, port: "y" }, { block: sub.id, port: "u" });
    expect(expand(ring, sub.id)).toEqual({ ok: false, why: "loop" });
    const enabled = edit.addBlock(through, "enable", { x: 0, y: 0 }, {}, undefined, [sub.id]);
    expect(expand(enabled, sub.id)).toEqual({ ok: false, why: "conditional" });
    const inner = edit.addBlock(through, "goto", { x: 0, y: 0 }, { tag: "A" }, undefined, [sub.id]);
    const heard = edit.addBlock(inner, "from", { x: 0, y: 0 }, { tag: "A" });
    expect(expand(inner, sub.id).ok).toBe(true);
    expect(expand(heard, sub.id)).toEqual({ ok: false, why: "tags" });
  });
  test("parameters are written in, or it is refused", () => {
    const owner = { subsystem: sub.id };
    let d = variables.addVariable(through, { name: "k", value: "1" }, owner);
    d = variables.addVariable(d, { name: "m", value: "k + 1" }, owner);
    d = variables.setOwnValue(d, sub.id, "k", "2*a");
    d = edit.addBlock(d, "gain", { x: 0, y: 0 }, { gain: "-k^2 + m" }, undefined, [sub.id]);
    d = edit.addBlock(d, "function", { x: 0, y: 0 }, { formula: "k*u" }, undefined, [sub.id]);
    const result = expand(d, sub.id);
    if (!result.ok) throw new Error(result.why);
    expect(named(result.document, "Gain").params["gain"]).toBe("-(2*a)^2 + ((2*a) + 1)");
    // The u of a formula is its own, and a product without a sign would read as a call.
    const captured = variables.setOwnValue(d, sub.id, "k", "u");
    expect(expand(captured, sub.id)).toEqual({ ok: false, why: "parameters" });
    const beside = edit.setParam(d, new Set(["b6"]), "gain", "a k");
    expect(sheetAt(beside, trailOf(beside, "b6")!).blocks.find(({ id }) => id === "b6")!.type).toBe("gain");
    expect(expand(beside, sub.id)).toEqual({ ok: false, why: "parameters" });
  });
});

describe("a port", () => {
  const d = draw({ c: ["constant"], s: ["scope"] }, []);
  const withSub = edit.addBlock(d, "subsystem", { x: 0, y: 0 });
  const sub = named(withSub, "Subsystem").id;
  const wired = edit.connect(
    edit.connect(withSub, { block: "b1", port: "out" }, { block: sub, port: "u" }),
    { block: sub, port: "y" },
    { block: "b2", port: "in1" },
  );
  const inside = (document: LazoDocument, name: string) =>
    sheetAt(document, [sub]).blocks.find((block) => block.name === name)!;
  test("is renamed with the wires outside", () => {
    const renamed = edit.renameBlock(wired, inside(wired, "u").id, "force");
    expect(renamed.root.wires.map(({ from, to }) => [from.port, to.port])).toEqual([
      ["out", "force"],
      ["y", "in1"],
    ]);
    expect(edit.renameBlock(wired, inside(wired, "u").id, "y")).toBe(wired);
  });
  test("takes the wires outside with it", () => {
    const removed = edit.remove(wired, { blocks: new Set([inside(wired, "y").id]) });
    expect(removed.root.wires).toHaveLength(1);
    expect(sheetAt(removed, [sub]).wires).toHaveLength(0);
  });
  test("changes places with its neighbour", () => {
    const two = edit.addBlock(wired, "in", { x: 0, y: 0 }, {}, "d", [sub]);
    const order = (document: LazoDocument) =>
      Object.keys(portsOf(named(document, "Subsystem"), new Map(), attachedTo(undefined))!.in ?? {});
    const before = order(two);
    expect([...before].sort()).toEqual(["d", "u"]);
    const first = inside(two, before[0]!).id;
    const moved = edit.movePort(two, first, 1);
    expect(order(moved)).toEqual([...before].reverse());
    expect(order(edit.movePort(moved, first, -1))).toEqual(before);
    expect(edit.movePort(two, first, -1)).toBe(two);
  });
  test("wires stay within their sheet", () => {
    expect(edit.connect(wired, { block: "b1", port: "out" }, { block: inside(wired, "y").id, port: "in" })).toBe(wired);
  });
});

describe("a copy", () => {
  test("of a subsystem has ids of its own throughout, and brings the parameters that it stood on", () => {
    const d = edit.addBlock(draw({ c: ["constant"] }, []), "subsystem", { x: 0, y: 0 });
    const sub = named(d, "Subsystem").id;
    const masked = variables.addVariable(d, { name: "k", value: "4" }, { subsystem: sub });
    const used = edit.addBlock(masked, "gain", { x: 0, y: 0 }, { gain: "k" }, undefined, [sub]);
    const copied = paste(used, readFragment(copyFragment(used, { blocks: new Set([sub]) }))!, { x: 8, y: 8 });
    const all: string[] = [];
    const visit = (blocks: readonly Block[]): void =>
      blocks.forEach((block) => {
        all.push(block.id, ...(block.sheet?.wires.map(({ id }) => id) ?? []));
        if (block.sheet) visit(block.sheet.blocks);
      });
    visit(copied.root.blocks);
    expect(new Set(all).size).toBe(all.length);
    expect(copied.variables).toEqual([]);
    // Out of the subsystem, its parameter is missing.
    const gain = sheetAt(used, [sub]).blocks.find(({ type }) => type === "gain")!.id;
    const out = paste(used, readFragment(copyFragment(used, { blocks: new Set([gain]) }))!, { x: 8, y: 8 });
    expect(out.variables).toEqual([{ name: "k", value: "4" }]);
    const within = paste(used, readFragment(copyFragment(used, { blocks: new Set([gain]) }))!, { x: 8, y: 8 }, [sub]);
    expect(within.variables).toEqual([]);
    expect(sheetAt(within, [sub]).blocks).toHaveLength(4);
  });
});

describe("parameters of a subsystem", () => {
  const d = edit.addBlock(draw({ c: ["constant"] }, [], { variables: { k: "7" } }), "subsystem", { x: 0, y: 0 });
  const sub = named(d, "Subsystem").id;
  const owner = { subsystem: sub };
  let masked = variables.addVariable(d, { name: "g", value: "k" }, owner);
  masked = variables.addVariable(masked, { name: "h", value: "2*g" }, owner);
  masked = variables.setOwnValue(masked, sub, "g", "k + 1");
  masked = edit.addBlock(masked, "gain", { x: 0, y: 0 }, { gain: "g + h + k" }, undefined, [sub]);
  const gain = (document: LazoDocument) =>
    sheetAt(document, [sub]).blocks.find(({ type }) => type === "gain")!.params["gain"];
  test("are renamed inside, and those around them everywhere else", () => {
    const inner = variables.renameVariable(masked, 0, "gg", owner);
    expect(named(inner, "Subsystem")).toMatchObject({
      params: { gg: "k + 1" },
      mask: [
        { name: "gg", value: "k" },
        { name: "h", value: "2*gg" },
      ],
    });
    expect(gain(inner)).toBe("gg + h + k");
    const outer = variables.renameVariable(masked, 0, "kk");
    expect(named(outer, "Subsystem")).toMatchObject({
      params: { g: "kk + 1" },
      mask: [{ value: "kk" }, { value: "2*g" }],
    });
    expect(gain(outer)).toBe("g + h + kk");
    // A parameter of the same name hides the one outside.
    const hidden = variables.addVariable(masked, { name: "k", value: "k" }, owner);
    const renamed = variables.renameVariable(hidden, 0, "kk");
    expect(gain(renamed)).toBe("g + h + k");
    expect(named(renamed, "Subsystem").mask![2]).toEqual({ name: "k", value: "kk" });
  });
  test("are added, set and removed", () => {
    expect(variables.variablesOf(variables.setVariable(masked, 1, "unit", "s", owner), owner)[1]).toEqual({
      name: "h",
      value: "2*g",
      unit: "s",
    });
    const removed = variables.removeVariable(variables.removeVariable(masked, 0, owner), 0, owner);
    expect(named(removed, "Subsystem").params).toEqual({});
    expect("mask" in named(removed, "Subsystem")).toBe(false);
    expect(variables.renameVariable(masked, 0, "h", owner)).toBe(masked);
    expect(variables.addVariable(masked, undefined, { subsystem: "nothing" })).toBe(masked);
  });
});
