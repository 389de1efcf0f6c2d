/**
 * Every registered block through everything that blocks go through: the compiler, the interpreter, the linearizer and the
 * file. (exported.test.ts runs them as exported TypeScript.)
 */
import { describe, expect, test } from "vitest";
import { readDocument, writeDocument } from "../../../core/diagram/schema.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { between, everyBlock, modelOf } from "./everyBlock.ts";

describe.each(everyBlock)("$name", ({ definition, params }) => {
  test("compiles, and every number it makes is finite", () => {
    const model = modelOf(definition, params);
    const engine = interpret(model);
    engine.memory[0] = 0.35;
    engine.refresh(new Uint8Array(engine.tasks.length).fill(1));
    expect(engine.notFinite()).toBeUndefined();
  });

  // A delay is approximated when linearized: the linearizer's own tests say how well.
  test.skipIf(definition.type === "transport-delay")("the symbolic Jacobian is the central difference", () => {
    const model = modelOf(definition, params);
    const { ir } = model;
    const engine = interpret(model);
    const { memory } = engine;
    const due = new Uint8Array(engine.tasks.length).fill(1);
    memory[0] = 0.35;
    engine.refresh(due);
    // Reading a jump is not what this test is about: it must stay where it is within h.
    const rate = () => {
      engine.refresh(due);
      const flow = new Float64Array(engine.states.length);
      engine.flow(flow);
      const next = engine.tasks.flatMap(({ states }, task) => {
        const values = new Float64Array(states.length);
        engine.update(task, values);
        return [...values];
      });
      return [...flow, ...next, ...ir.outputs.map(({ slot }) => memory[slot]!)];
    };
    const made = linearize(model, Float64Array.from(memory));
    expect(made.ok).toBe(true);
    if (!made.ok) return;
    const { A, B, C, D } = made.linearization.system;
    const states = [...engine.states, ...engine.tasks.flatMap((task) => task.states)];
    // Inputs of the block under test stand on variables, whose slots can be moved; its own signal can't.
    const inputs = ir.inputs.map((_, i) => ir.slots.findIndex(({ path }) => path === `$v${i + 1}`));
    const own = definition.type === "input";
    const difference = (slot: number) => {
      const [value, h] = [memory[slot]!, 1e-5];
      memory[slot] = value + h;
      const above = rate();
      memory[slot] = value - h;
      const below = rate();
      memory[slot] = value;
      engine.refresh(due);
      return above.map((v, i) => (v - below[i]!) / (2 * h));
    };
    const close = (actual: number, expected: number) =>
      expect(Math.abs(actual - expected)).toBeLessThan(1e-8 * (1 + Math.abs(expected)) + 1e-9);
    const column = (slot: number, top: typeof A, bottom: typeof A, j: number) =>
      difference(slot).forEach((expected, i) => {
        const n = states.length;
        close(i < n ? top.get(i, j) : bottom.get(i - n, j), expected);
      });
    states.forEach((slot, j) => column(slot, A, C, j));
    if (!own) inputs.forEach((slot, j) => column(slot, B, D, j));
  });

  test("a file brings it back as it was", () => {
    const document = between(definition, params);
    const read = readDocument(writeDocument(document));
    expect(read).toMatchObject({ ok: true, problems: [] });
    if (read.ok) expect(read.document).toEqual(document);
  });
});
