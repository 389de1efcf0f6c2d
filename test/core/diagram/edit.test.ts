/** Edits: pure, sharing what did not change, never making a document that can't be saved and read again. */
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { blocks as library } from "../../../core/blocks/index.ts";
import { checkDocument } from "../../../core/diagram/check.ts";
import { attachFile } from "../../../core/diagram/dataFiles.ts";
import type { LazoDocument, PortRef, Sheet } from "../../../core/diagram/document.ts";
import * as edit from "../../../core/diagram/edit.ts";
import { expand } from "../../../core/diagram/expand.ts";
import { group } from "../../../core/diagram/group.ts";
import { copyFragment, paste, readFragment } from "../../../core/diagram/fragment.ts";
import { readDocument, writeDocument } from "../../../core/diagram/schema.ts";
import * as variables from "../../../core/diagram/variables.ts";

const empty: LazoDocument = {
  format: "lazo",
  version: 1,
  name: "Test",
  variables: [],
  root: { blocks: [], wires: [], notes: [] },
  run: { stop: "10", step: "0.1", solver: "auto" },
};
const at = (x: number, y: number) => ({ x, y });
const ids = (...list: string[]): ReadonlySet<string> => new Set(list);
const ref = (block: string, port: string): PortRef => ({ block, port });

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

/** Constant -> Gain -> Scope. */
function chain(): LazoDocument {
  let d = edit.addBlock(empty, "constant", at(0, 0), { value: "k" });
  d = edit.addBlock(d, "gain", at(100, 0), {});
  d = edit.addBlock(d, "scope", at(200, 0));
  d = edit.connect(d, ref("b1", "out"), ref("b2", "in"));
  d = edit.connect(d, ref("b2", "out"), ref("b3", "in1"));
  return freeze(variables.addVariable(d, { name: "k", value: "2" }));
}

describe("blocks", () => {
  test("are wired by the names of their ports", () => expect(chain().root.wires).toHaveLength(2));
  test("get names of their own", () => {
    let d = empty;
    for (let i = 0; i < 3; i++) d = edit.addBlock(d, "gain", at(0, 0));
    expect(d.root.blocks.map((b) => b.name)).toEqual(["Gain", "Gain 2", "Gain 3"]);
    expect(d.root.blocks.map((b) => b.id)).toEqual(["b1", "b2", "b3"]);
    d = edit.remove(d, { blocks: ids("b2") });
    d = edit.addBlock(d, "gain", at(0, 0));
    expect(d.root.blocks.map((b) => b.name)).toEqual(["Gain", "Gain 3", "Gain 2"]);
    expect(() => edit.addBlock(d, "nonsense", at(0, 0))).toThrow();
  });
  test("are renamed only to what is free and can be a name", () => {
    const d = chain();
    expect(edit.renameBlock(d, "b2", " K one ").root.blocks[1]!.name).toBe("K one");
    for (const bad of ["Constant", "", "  ", "a/b", "a\nb", "x".repeat(201), "Gain"])
      expect(edit.renameBlock(d, "b2", bad)).toBe(d);
  });
  test("take their wires with them", () => {
    const d = edit.remove(chain(), { blocks: ids("b2") });
    expect(d.root.blocks.map((b) => b.id)).toEqual(["b1", "b3"]);
    expect(d.root.wires).toEqual([]);
    expect(edit.remove(d, { blocks: ids("b9"), wires: ids("w9") })).toBe(d);
  });
  test("move with the bends of wires between them, and turn", () => {
    let d = edit.setWire(chain(), "w1", { bends: [at(50, 10)] });
    d = edit.setWire(d, "w2", { bends: [at(150, 10)] });
    const moved = edit.move(d, { blocks: ids("b1", "b2") }, at(8, -8));
    expect(moved.root.blocks.map((b) => b.at)).toEqual([at(8, -8), at(108, -8), at(200, 0)]);
    expect(moved.root.wires.map((w) => w.bends)).toEqual([[at(58, 2)], [at(150, 10)]]);
    expect(edit.move(d, { blocks: ids("b1") }, at(0, 0))).toBe(d);
    let turned = d;
    for (const expected of [90, 180, 270, undefined]) {
      turned = edit.rotateBlocks(turned, ids("b2"));
      expect(turned.root.blocks[1]!.turn).toBe(expected);
      expect(turned.root.wires[0]!.bends).toBeUndefined();
    }
  });
  test("have parameters and notes", () => {
    const d = edit.setParam(chain(), ids("b1"), "value", "5");
    expect(d.root.blocks[0]!.params).toEqual({ value: "5" });
    expect(edit.setParam(d, ids("b1"), "value", "5")).toBe(d);
    expect(edit.setParam(d, ids("b1"), "__proto__x", "5").root.blocks[1]).toBe(d.root.blocks[1]);
    const noted = edit.setBlockNote(d, "b1", "why");
    expect(noted.root.blocks[0]!.note).toBe("why");
    expect("note" in edit.setBlockNote(noted, "b1", "").root.blocks[0]!).toBe(false);
  });
});

describe("wires", () => {
  test("run from outputs to inputs that exist, once", () => {
    const d = chain();
    expect(edit.connect(d, ref("b1", "out"), ref("b3", "in1")).root.wires).toHaveLength(3);
    for (const [from, to] of [
      [ref("b1", "out"), ref("b2", "in")],
      [ref("b1", "out"), ref("b2", "out")],
      [ref("b2", "in"), ref("b3", "in1")],
      [ref("b1", "nothing"), ref("b2", "in")],
      [ref("b9", "out"), ref("b2", "in")],
      [ref("b1", "out"), ref("b9", "in")],
      [ref("b1", "out"), ref("b2", "__proto__")],
      [ref("b1", "out"), ref("b2", "constructor")],
    ] as const)
      expect(edit.connect(d, from, to)).toBe(d);
  });
  test("several end in one port", () => {
    const d = edit.connect(chain(), ref("b2", "out"), ref("b2", "in"));
    expect(d.root.wires.filter((w) => w.to.block === "b2")).toHaveLength(2);
  });
  test("move their ends", () => {
    const d = edit.setWire(chain(), "w2", { bends: [at(1, 1)], gain: "3" });
    const moved = edit.reconnect(d, "w2", "from", ref("b1", "out"));
    expect(moved.root.wires[1]).toEqual({ id: "w2", from: ref("b1", "out"), to: ref("b3", "in1"), gain: "3" });
    expect(edit.reconnect(d, "w2", "to", ref("b1", "out"))).toBe(d);
    expect(edit.reconnect(d, "w2", "to", ref("b3", "in1"))).toBe(d);
    expect(edit.reconnect(d, "w9", "to", ref("b2", "in"))).toBe(d);
  });
  test("carry gain, label and bends, until they are taken out", () => {
    const d = edit.setWire(chain(), "w1", { gain: "[1; 0]", label: "B" });
    expect(d.root.wires[0]).toMatchObject({ gain: "[1; 0]", label: "B" });
    expect(edit.setWire(d, "w1", { gain: "[1; 0]" })).toBe(d);
    const bare = edit.setWire(d, "w1", { gain: undefined, label: "", bends: [] });
    expect(Object.keys(bare.root.wires[0]!)).toEqual(["id", "from", "to"]);
    expect(bare.root.wires[1]).toBe(d.root.wires[1]);
  });
  test("take a block in between", () => {
    let d = edit.setWire(chain(), "w1", { gain: "3", bends: [at(1, 1)] });
    d = edit.addBlock(d, "gain", at(50, 0));
    const inserted = edit.insertOnWire(d, "w1", "b4", "in", "out");
    expect(inserted.root.wires).toEqual([
      { id: "w1", from: ref("b1", "out"), to: ref("b4", "in"), gain: "3" },
      { id: "w2", from: ref("b2", "out"), to: ref("b3", "in1") },
      { id: "w3", from: ref("b4", "out"), to: ref("b2", "in") },
    ]);
    expect(edit.insertOnWire(d, "w1", "b2", "in", "out")).toBe(d);
    expect(edit.insertOnWire(d, "w1", "b4", "out", "in")).toBe(d);
  });
});

describe("copy and paste", () => {
  test("copies blocks, wires among them, notes and the variables they stand on", () => {
    const d = edit.addNote(edit.setWire(chain(), "w1", { gain: "[k, gone]", bends: [at(50, 5)] }), at(0, 50), "hello");
    const fragment = readFragment(copyFragment(d, { blocks: ids("b1", "b2"), notes: ids("n1") }))!;
    expect(fragment.variables).toEqual([{ name: "k", value: "2" }]);
    const here = paste(d, fragment, at(10, 20));
    expect(here.root.blocks.map((b) => [b.id, b.name])).toEqual([
      ["b1", "Constant"],
      ["b2", "Gain"],
      ["b3", "Scope"],
      ["b4", "Constant 2"],
      ["b5", "Gain 2"],
    ]);
    expect(here.root.wires.at(-1)).toEqual({
      id: "w3",
      from: ref("b4", "out"),
      to: ref("b5", "in"),
      gain: "[k, gone]",
      bends: [at(60, 25)],
    });
    expect(here.root.notes.at(-1)).toEqual({ id: "n2", at: at(10, 70), text: "hello" });
    expect(here.variables).toBe(d.variables);
    expect(paste(empty, fragment, at(0, 0)).variables).toEqual([{ name: "k", value: "2" }]);
    expect(paste(paste(d, fragment, at(0, 0)), fragment, at(0, 0)).root.blocks.at(-1)!.name).toBe("Gain 3");
  });
  test("anything else on the clipboard is no fragment", () => {
    for (const text of [
      "",
      "hello",
      "{}",
      "[]",
      '{"format":"lazo"}',
      '{"format":"lazo-fragment","version":1}',
      '{"format":"lazo-fragment","version":1,"blocks":[{}],"wires":[],"notes":[],"variables":[]}',
      '{"format":"lazo-fragment","version":1,"blocks":[],"wires":[],"notes":[],"variables":[],"__proto__":{}}',
      "{".repeat(1e5),
    ]) {
      expect(readFragment(text)).toBeUndefined();
    }
  });
});

describe("variables", () => {
  const d = freeze({
    ...edit.setParam(
      edit.setWire(edit.addBlock(chain(), "function", at(0, 90), { formula: "k*u + t" }), "w1", {
        gain: "[k, kk, sin(k)]",
      }),
      ids("b2"),
      Object.keys(library.get("gain")!.params)[0]!,
      "2*k + 1e3",
    ),
    variables: [
      { name: "k", value: "2" },
      { name: "kk", value: "k^2" },
      { name: "u", value: "1" },
    ],
    run: { ...empty.run, stop: "10*k" },
  });
  test("are renamed wherever they are used", () => {
    const renamed = variables.renameVariable(d, 0, "stiffness");
    expect(renamed.variables).toEqual([
      { name: "stiffness", value: "2" },
      { name: "kk", value: "stiffness^2" },
      { name: "u", value: "1" },
    ]);
    expect(renamed.root.blocks.map((b) => Object.values(b.params)[0])).toEqual([
      "stiffness",
      "2*stiffness + 1e3",
      undefined,
      "stiffness*u + t",
    ]);
    expect(renamed.root.wires[0]!.gain).toBe("[stiffness, kk, sin(stiffness)]");
    expect(renamed.run.stop).toBe("10*stiffness");
    expect(renamed.root.wires[1]).toBe(d.root.wires[1]);
  });
  test("a formula's own names are not theirs", () => {
    expect(variables.renameVariable(d, 2, "w").root).toBe(d.root);
  });
  test("refuse names that are taken or can't be", () => {
    for (const bad of ["kk", "pi", "t", "1k", "a b", "", "k"]) expect(variables.renameVariable(d, 0, bad)).toBe(d);
    expect(variables.renameVariable(d, 9, "x")).toBe(d);
  });
  test.each([
    ["k", "k", "m"],
    ["k*k2+k", "k", "m*k2+m"],
    ["1e3*e3", "e3", "1e3*m"],
    ["k(1)+k", "k", "k(1)+m"],
    ["kk+k_1", "k", "kk+k_1"],
    ["2k", "k", "2m"],
    ["ko'", "ko", "m'"],
    ["[k -k;k]", "k", "[m -m;m]"],
  ])("%s with %s renamed is %s", (source, old, expected) =>
    expect(variables.replaceName(source, old, old === "e3" || old === "ko" || old === "k" ? "m" : old)).toBe(expected),
  );
  test("are added, changed and removed", () => {
    const added = variables.addVariable(variables.addVariable(empty));
    expect(added.variables).toEqual([
      { name: "a", value: "1" },
      { name: "b", value: "1" },
    ]);
    const unit = variables.setVariable(added, 0, "unit", "kg");
    expect(unit.variables[0]).toEqual({ name: "a", value: "1", unit: "kg" });
    expect(variables.setVariable(unit, 0, "unit", "").variables[0]).toEqual({ name: "a", value: "1" });
    expect(variables.setVariable(unit, 0, "unit", "kg")).toBe(unit);
    expect(variables.removeVariable(unit, 0).variables).toEqual([{ name: "b", value: "1" }]);
    expect(variables.removeVariable(unit, 5)).toBe(unit);
  });
});

test("run, name and description", () => {
  expect(edit.setRun(empty, "stop", "10")).toBe(empty);
  const d = edit.setRun(edit.setRun(empty, "rtol", "1e-8"), "solver", "dopri5");
  expect(d.run).toEqual({ stop: "10", step: "0.1", solver: "dopri5", rtol: "1e-8" });
  expect("rtol" in edit.setRun(d, "rtol", "").run).toBe(false);
  expect(edit.setRun(d, "stop", "").run.stop).toBe("");
  expect(edit.setName(d, "Test")).toBe(d);
  expect("description" in edit.setDescription(edit.setDescription(d, "x"), "")).toBe(false);
});

/** Any edit, with arguments that may or may not make sense. */
const types = [...library.keys()];
const id = fc.constantFrom("b1", "b2", "b3", "b4", "w1", "w2", "n1", "zz");
const set = fc.uniqueArray(id, { maxLength: 4 }).map((list) => new Set(list));
const point = fc.record({ x: fc.integer({ min: -500, max: 500 }), y: fc.integer({ min: -500, max: 500 }) });
const port = fc.record({ block: id, port: fc.constantFrom("in", "in1", "out", "u", "x", "dx", "y", "zz") });
const text = fc.constantFrom("", "1", "k*2", "Gain", "a b", "[1; 2]", "x/y");
const anyEdit: fc.Arbitrary<(d: LazoDocument) => LazoDocument> = fc.oneof(
  fc.tuple(fc.constantFrom(...types), point).map(
    ([type, p]) =>
      (d: LazoDocument) =>
        edit.addBlock(d, type, p),
  ),
  fc.tuple(port, port).map(
    ([a, b]) =>
      (d: LazoDocument) =>
        edit.connect(d, a, b),
  ),
  fc.tuple(id, fc.constantFrom("from" as const, "to" as const), port).map(
    ([w, e, p]) =>
      (d: LazoDocument) =>
        edit.reconnect(d, w, e, p),
  ),
  fc.tuple(id, text, fc.array(point, { maxLength: 2 })).map(
    ([w, gain, bends]) =>
      (d: LazoDocument) =>
        edit.setWire(d, w, { gain, bends }),
  ),
  fc.tuple(set, set, set).map(
    ([blocks, wires, notes]) =>
      (d: LazoDocument) =>
        edit.remove(d, { blocks, wires, notes }),
  ),
  fc.tuple(set, set, point).map(
    ([blocks, notes, p]) =>
      (d: LazoDocument) =>
        edit.move(d, { blocks, notes }, p),
  ),
  fc.tuple(id, text).map(
    ([b, name]) =>
      (d: LazoDocument) =>
        edit.renameBlock(d, b, name),
  ),
  fc.tuple(set, text).map(
    ([blocks, value]) =>
      (d: LazoDocument) =>
        edit.setParam(d, blocks, "gain", value),
  ),
  set.map((blocks) => (d: LazoDocument) => edit.rotateBlocks(d, blocks)),
  fc.tuple(id, id).map(
    ([w, b]) =>
      (d: LazoDocument) =>
        edit.insertOnWire(d, w, b, "in", "out"),
  ),
  fc.tuple(point, text).map(
    ([p, t]) =>
      (d: LazoDocument) =>
        edit.addNote(d, p, t),
  ),
  fc.tuple(id, text).map(
    ([n, t]) =>
      (d: LazoDocument) =>
        edit.setNote(d, n, t),
  ),
  fc.tuple(set, set, point).map(
    ([blocks, notes, p]) =>
      (d: LazoDocument) =>
        paste(d, readFragment(copyFragment(d, { blocks, notes }))!, p),
  ),
  fc.tuple(set, set).map(
    ([blocks, notes]) =>
      (d: LazoDocument) =>
        group(d, { blocks, notes }),
  ),
  id.map((b) => (d: LazoDocument) => {
    const expanded = expand(d, b);
    return expanded.ok ? expanded.document : d;
  }),
  fc.tuple(id, id).map(
    ([b, inner]) =>
      (d: LazoDocument) =>
        edit.addBlock(d, "in", { x: 0, y: 0 }, {}, undefined, [b, inner]),
  ),
  id.map((b) => (d: LazoDocument) => variables.addVariable(d, undefined, { subsystem: b })),
  fc.constant((d: LazoDocument) => variables.addVariable(d)),
  fc.tuple(fc.nat({ max: 3 }), fc.constantFrom("k", "m2", "pi", "")).map(
    ([i, name]) =>
      (d: LazoDocument) =>
        variables.renameVariable(d, i, name),
  ),
  fc.tuple(fc.nat({ max: 3 }), text).map(
    ([i, value]) =>
      (d: LazoDocument) =>
        variables.setVariable(d, i, "value", value),
  ),
  fc.nat({ max: 3 }).map((i) => (d: LazoDocument) => variables.removeVariable(d, i)),
  fc.tuple(fc.constantFrom("stop" as const, "rtol" as const), text).map(
    ([s, t]) =>
      (d: LazoDocument) =>
        edit.setRun(d, s, t),
  ),
  fc.tuple(fc.constantFrom("a.csv", "b.csv"), text).map(
    ([f, t]) =>
      (d: LazoDocument) =>
        attachFile(d, f, t),
  ),
);

describe("laws", () => {
  test("any edits leave the past alone, ids and names unique, and a document that saves and loads to itself", () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { maxLength: 25 }), (edits) => {
        const past = [freeze(chain())];
        const texts = [writeDocument(past[0]!)];
        for (const change of edits) {
          const next = freeze(change(past.at(-1)!));
          past.push(next);
          texts.push(writeDocument(next));
        }
        // Undo is the list itself: going back gives what was there.
        past.forEach((d, i) => expect(writeDocument(d)).toBe(texts[i]));
        const last = past.at(-1)!;
        const all: string[] = [];
        const look = ({ blocks, wires, notes }: Sheet): void => {
          all.push(...[...blocks, ...wires, ...notes].map((item) => item.id));
          expect(new Set(blocks.map((b) => b.name)).size).toBe(blocks.length);
          const there = new Set(blocks.map((b) => b.id));
          expect(wires.every((w) => there.has(w.from.block) && there.has(w.to.block))).toBe(true);
          for (const block of blocks) if (block.sheet) look(block.sheet);
        };
        look(last.root);
        expect(new Set(all).size).toBe(all.length);
        const read = readDocument(texts.at(-1)!);
        expect(read.ok && read.document).toEqual(last);
        for (const problem of checkDocument(last)) expect(problem.code).not.toMatch(/DUPLICATE|WIRE_NO_BLOCK/);
      }),
      { numRuns: 200 },
    );
  });

  test("what an edit does not touch is the very same object", () => {
    const d = chain();
    const next = edit.setParam(d, ids("b1"), "value", "9");
    expect(next.root.wires).toBe(d.root.wires);
    expect(next.root.blocks[1]).toBe(d.root.blocks[1]);
    expect(next.variables).toBe(d.variables);
  });
});

test("every example is read, and written without loss", () => {
  const folder = new URL("../../../examples/", import.meta.url);
  for (const name of [
    "island",
    "island-classic",
    "mass-spring-damper",
    "pendulum",
    "rlc",
    "dc-motor",
    "toy-car-track",
    "toy-car-field",
    "discrete",
    "bjsales",
  ]) {
    const source = readFileSync(new URL(`${name}.lazo`, folder), "utf8");
    const read = readDocument(source);
    if (!read.ok) throw new Error(`${name}: ${read.problems.map((p) => `${p.path} ${p.message}`).join("; ")}`);
    expect(JSON.parse(writeDocument(read.document))).toEqual(JSON.parse(source));
    expect(writeDocument(read.document), name).toBe(source);
  }
});
