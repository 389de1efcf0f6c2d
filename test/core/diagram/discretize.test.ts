/** A sampled block beside its continuous one: how it is wired, compared, and put in its place. */
import { expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import {
  addDiscretized,
  discretizable,
  exchange,
  inUse,
  rulesOf,
  sampleRules,
  type SampleRule,
} from "../../../core/diagram/discretize.ts";
import type { Block, LazoDocument, Wire } from "../../../core/diagram/document.ts";
import { copyFragment, paste, readFragment } from "../../../core/diagram/fragment.ts";
import { group } from "../../../core/diagram/group.ts";

const block = (id: string, type: string, params: Block["params"] = {}, x = 0, y = 0): Block => ({
  id,
  name: id,
  type,
  version: 1,
  params,
  at: { x, y },
});
const wire = (from: string, to: string, gain?: string): Wire => {
  const [a, b] = [from.split("."), to.split(".")];
  const ends = { from: { block: a[0]!, port: a[1]! }, to: { block: b[0]!, port: b[1]! } };
  return { id: `${a.join("")}-${b.join("")}`, ...ends, ...(gain !== undefined && { gain }) };
};
const drawing = (blocks: readonly Block[], wires: readonly Wire[]): LazoDocument => ({
  format: "lazo",
  version: 1,
  name: "discretize",
  variables: [],
  root: { blocks, wires, notes: [] },
  run: { stop: "1", step: "0.05", solver: "auto" },
});
const names = { copy: "Sampled", scope: "Both" };

const loop = drawing(
  [
    block("r", "step"),
    block("error", "sum", { signs: "+-" }, 100),
    block("lead", "lead-lag", {}, 200),
    block("plant", "transfer-function", { num: "2", den: "[1, 1, 0]" }, 400),
    block("scope", "scope", {}, 600),
  ],
  [
    wire("r.out", "error.in1"),
    wire("error.out", "lead.in", "3"),
    wire("lead.out", "plant.u"),
    wire("plant.y", "error.in2"),
    wire("plant.y", "scope.in1", "0.5"),
  ],
);

test("it gets the same wires with their gains, its own scope, and the drawing stays whole", () => {
  const added = addDiscretized(loop, "lead", "tustin", () => 1, names)!;
  const { blocks, wires } = added.document.root;
  const copy = blocks.find(({ id }) => id === added.copy)!;
  expect(copy).toMatchObject({ name: "Sampled", type: "discrete-state-space", params: { period: "0.05" } });
  expect(copy.design).toEqual({
    method: "discretize",
    fields: { source: "lead", rule: "tustin", step: "", prewarp: "1" },
  });
  expect(wires.find(({ to }) => to.block === copy.id)).toMatchObject({ from: { block: "error" }, gain: "3" });
  const scope = blocks.find(({ name }) => name === "Both")!;
  expect(scope.params["count"]).toBe("2");
  expect(wires.filter(({ to }) => to.block === scope.id).map(({ from }) => from.block)).toEqual(["lead", copy.id]);
  expect(compile(added.document).ok).toBe(true);
});

test("where a scope shows the continuous one, it shows both, through the same gain", () => {
  const added = addDiscretized(loop, "plant", "zoh", () => 1, names)!;
  const { blocks, wires } = added.document.root;
  expect(blocks.find(({ id }) => id === "scope")!.params["count"]).toBe("2");
  expect(blocks.some(({ name }) => name === "Both")).toBe(false);
  const shown = wires.find(({ to }) => to.block === "scope" && to.port === "in2");
  expect(shown).toMatchObject({ from: { block: added.copy, port: "y" }, gain: "0.5" });
  expect(compile(added.document).ok).toBe(true);
});

test("the sampled one takes the place of the continuous one, and gives it back", () => {
  const { document, copy } = addDiscretized(loop, "plant", "zoh", () => 1, names)!;
  expect(inUse(document, copy)).toBe("continuous");
  const over = exchange(document, copy);
  expect(inUse(over, copy)).toBe("sampled");
  const into = (of: LazoDocument) => of.root.wires.find(({ to }) => to.block === "error" && to.port === "in2")!.from;
  expect(into(over)).toEqual({ block: copy, port: "y" });
  // Both stay in the scope.
  expect(over.root.wires.filter(({ to }) => to.block === "scope").map(({ from }) => from.block)).toEqual([
    "plant",
    copy,
  ]);
  expect(compile(over).ok).toBe(true);
  expect(into(exchange(over, copy))).toEqual({ block: "plant", port: "y" });
  // Nothing but a scope reads it: there is nothing to hand over.
  const alone = addDiscretized(
    drawing(loop.root.blocks.slice(3), [wire("plant.y", "scope.in1")]),
    "plant",
    "zoh",
    () => 1,
    names,
  )!;
  expect(inUse(alone.document, alone.copy)).toBeUndefined();
  expect(exchange(alone.document, alone.copy)).toBe(alone.document);
});

test("each becomes its discrete namesake where it has one, with the same wires, by rules that it has", () => {
  const made = (type: string, rule: SampleRule, params: Block["params"] = {}) => {
    const [into, from] = type === "pid" ? ["e", "u"] : type === "transport-delay" ? ["in", "out"] : ["u", "y"];
    const plain = drawing(
      [block("r", "step"), block("it", type, params), block("scope", "scope")],
      [wire("r.out", `it.${into}`), wire(`it.${from}`, "scope.in1")],
    );
    const { document, copy } = addDiscretized(plain, "it", rule, () => 1, names)!;
    expect(compile(document)).toMatchObject({ ok: true });
    return document.root.blocks.find(({ id }) => id === copy)!;
  };
  expect(made("transfer-function", "zoh").type).toBe("discrete-transfer-function");
  expect(made("zero-pole", "matched").type).toBe("discrete-zero-pole");
  expect(made("transport-delay", "tustin")).toMatchObject({ type: "delay", design: { fields: { rule: "zoh" } } });
  expect(made("pid", "tustin", { P: "3*2" })).toMatchObject({
    type: "discrete-pid",
    params: { P: "3*2", period: "0.05" },
  });
  expect(made("pid", "zoh").type).toBe("discrete-pid");
  expect(made("state-space", "tustin").type).toBe("discrete-state-space");
  expect(rulesOf({ type: "discrete-pid" })).toEqual(sampleRules);
  expect(rulesOf({ type: "delay" })).toEqual(["zoh"]);
  expect(rulesOf({ type: "subsystem" })).toEqual(sampleRules);
  // A PID of two inputs and its discrete one give place to one another port by port.
  const two = drawing(
    [block("r", "step"), block("pid", "pid", { inputs: "r and y" }), block("plant", "first-order")],
    [wire("r.out", "pid.r"), wire("plant.out", "pid.y"), wire("pid.u", "plant.in")],
  );
  const { document, copy } = addDiscretized(two, "pid", "backward", () => 1, names)!;
  expect(document.root.wires.filter(({ to }) => to.block === copy).map(({ to }) => to.port)).toEqual(["r", "y"]);
  const over = exchange(document, copy);
  expect(over.root.wires.find(({ to }) => to.block === "plant")!.from).toEqual({ block: copy, port: "u" });
  expect(exchange(over, copy).root.wires.find(({ to }) => to.block === "plant")!.from).toEqual({
    block: "pid",
    port: "u",
  });
});

test("a subsystem of several ports becomes one with the same ports, its matrices as parameters", () => {
  const inside = drawing(
    [
      block("a", "step"),
      block("b", "step"),
      block("sum", "sum", { signs: "++" }),
      block("x", "integrator"),
      block("v", "first-order"),
      block("one", "scope"),
      block("two", "scope"),
    ],
    [
      wire("a.out", "sum.in1"),
      wire("b.out", "sum.in2"),
      wire("sum.out", "x.in"),
      wire("sum.out", "v.in"),
      wire("x.out", "one.in1"),
      wire("v.out", "two.in1"),
    ],
  );
  const grouped = group(inside, { blocks: new Set(["sum", "x", "v"]) }, "Plant");
  const plant = grouped.root.blocks.find(({ type }) => type === "subsystem")!;
  expect(discretizable(plant)).toBe(true);
  const { document, copy } = addDiscretized(grouped, plant.id, "zoh", () => 1, names)!;
  const made = document.root.blocks.find(({ id }) => id === copy)!;
  expect(made.type).toBe("subsystem");
  const ports = (of: Block, type: string) =>
    of.sheet!.blocks.filter((one) => one.type === type).map(({ name }) => name);
  expect([ports(made, "in"), ports(made, "out")]).toEqual([ports(plant, "in"), ports(plant, "out")]);
  expect(compile(document)).toMatchObject({ ok: true });
  expect(document.root.blocks.find(({ id }) => id === "one")!.params["count"]).toBe("2");
});

test("what is sampled already or has no states is not offered", () => {
  const of = (type: string, params: Block["params"] = {}) => discretizable({ type, params });
  expect(
    ["transfer-function", "state-space", "zero-pole", "pid", "lead-lag", "integrator", "transport-delay"].every(
      (type) => of(type),
    ),
  ).toBe(true);
  expect(["gain", "discrete-pid", "step"].some((type) => of(type))).toBe(false);
  expect(of("state-space", { period: "0.1" })).toBe(false);
});

test("copied together they stay a pair; the copy alone keeps its source", () => {
  const { document, copy } = addDiscretized(loop, "plant", "zoh", () => 1, names)!;
  const pasted = (ids: readonly string[]) => {
    const fragment = readFragment(copyFragment(document, { blocks: new Set(ids) }))!;
    const after = paste(document, fragment, { x: 0, y: 400 });
    const before = new Set(document.root.blocks.map(({ id }) => id));
    return after.root.blocks.filter(({ id }) => !before.has(id));
  };
  const both = pasted(["plant", copy]);
  const source = both.find(({ type }) => type === "transfer-function")!.id;
  expect(both.find(({ design }) => design)!.design!.fields["source"]).toBe(source);
  expect(pasted([copy])[0]!.design!.fields["source"]).toBe("plant");
});

test("a cascade that is copied leaves the copy's outer loop open", () => {
  const outer = block("outer", "pid");
  const fields = { poles: "", pairs: "", open: "outer" };
  const inner: Block = { ...block("inner", "gain"), design: { method: "poles", fields } };
  const cascade = drawing([outer, inner], [wire("outer.u", "inner.in")]);
  const fragment = readFragment(copyFragment(cascade, { blocks: new Set(["outer", "inner"]) }))!;
  const { blocks } = paste(cascade, fragment, { x: 0, y: 400 }).root;
  const [, , first, second] = blocks;
  expect(second!.design!.fields).toEqual({ ...fields, open: first!.id });
});
