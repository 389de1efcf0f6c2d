/** How the work of compiling grows with the diagram: counted in expressions, steps and memory, never in time. */
import { afterEach, describe, expect, test } from "vitest";
import { lags, type Topology } from "../../../bench/systems.ts";
import { compile } from "../../../core/compile/compile.ts";
import type { Compiled } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { accelerate } from "../../../core/emit/wasm/accelerate.ts";
import { createAlgebra } from "../../../core/expr/algebra.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { simulate } from "../../../core/sim/simulate.ts";
import { draw, type Drawn } from "../drawing.ts";

const settings = { start: 0, stop: 0.1, step: 0.05, rtol: 1e-6, atol: 1e-9, maxStep: Infinity, events: false };

function good(document: LazoDocument, previous?: Compiled) {
  const compiled = compile(document, previous);
  if (!compiled.ok) throw new Error(compiled.problems[0]!.message);
  return compiled;
}

/** Expressions have running numbers: how many are made while `work` is done. */
function expressionsMade(work: () => unknown): number {
  const before = createAlgebra().slot(0).id;
  work();
  return createAlgebra().slot(0).id - before - 1;
}

/** The longest row of numbers that is asked for while `work` is done. */
const Plain = Float64Array;
function longestRow(work: () => unknown): number {
  let longest = 0;
  globalThis.Float64Array = new Proxy(Plain, {
    construct(target, args: [number], made) {
      const row = Reflect.construct(target, args, made) as Float64Array;
      longest = Math.max(longest, row.length);
      return row;
    },
  });
  try {
    work();
  } finally {
    globalThis.Float64Array = Plain;
  }
  return longest;
}
afterEach(() => {
  globalThis.Float64Array = Plain;
});

describe.each(["chain", "ring", "grid", "nested"] as const satisfies readonly Topology[])("a %s", (topology) => {
  test("of four times the blocks takes about four times the expressions, steps and slots", () => {
    const [small, large] = [400, 1600].map((n) => {
      const document = lags(topology, topology === "nested" ? (n === 400 ? 100 : 1000) : n);
      let result = good(document);
      const made = expressionsMade(() => (result = good(document)));
      const { ir } = result.model;
      return { n: ir.flow.length, made, steps: ir.algebra.length, slots: ir.slots.length, hops: ir.hops.length };
    });
    const times = large!.n / small!.n;
    for (const count of ["made", "steps", "slots", "hops"] as const)
      expect(large![count] / small![count], count).toBeLessThan(1.1 * times);
    expect(large!.made / large!.n).toBeLessThan(200);
  });
});

describe("a chain of 10,000 states", () => {
  const chain = lags("chain", 10_000);
  const { model } = good(chain);

  test(
    "asks for no row longer than a few times its slots, from the drawing to the end of a run",
    { timeout: 180_000 },
    () => {
      // And the room for a sparse Jacobian and its factors in a module's memory, which nothing touches before they are wanted.
      const most = 6 * model.ir.slots.length + 129 * model.ir.flow.length;
      expect(longestRow(() => good(chain))).toBeLessThan(most);
      for (const engine of [interpret, (m: typeof model) => accelerate(m).engine])
        for (const solver of ["auto", "rk4", "dopri5"] as const)
          expect(
            longestRow(() => {
              const result = simulate(engine(model), model.ir, { ...settings, solver });
              expect(result.status).toBe("finished");
            }),
          ).toBeLessThan(most);
    },
  );

  test("is not made anew when a number changes, nor is its code", () => {
    const before = good(chain);
    const first = chain.root.blocks.findIndex(({ type }) => type === "transfer-function");
    const blocks = chain.root.blocks.map((block, i) =>
      i === first ? { ...block, params: { ...block.params, num: "3" } } : block,
    );
    let after = before;
    const made = expressionsMade(() => {
      after = good({ ...chain, root: { ...chain.root, blocks } }, before);
    });
    expect(after.model.ir).toBe(before.model.ir);
    expect(after.model.values).not.toEqual(before.model.values);
    expect(made).toBe(0);
  });
});

test("A of a ring has as many entries as the drawing has wires", () => {
  const result = linearize(good(lags("ring", 300)).model);
  if (!result.ok) throw new Error(result.problems[0]!.message);
  const { A } = result.linearization.system;
  expect(A.to1DArray().filter((a) => a !== 0).length).toBe(2 * 300);
});

test("saturations in a row behind a ramp take expressions in proportion", () => {
  const row = (n: number): LazoDocument => {
    const blocks: { [name: string]: Drawn[string] } = { R: ["ramp"] };
    const wires: string[] = [];
    for (let i = 0; i < n; i++) {
      blocks[`S${i}`] = ["saturation", { lower: String(-1 - i / 100), upper: String(1 + i / 100) }];
      wires.push(`${i === 0 ? "R" : `S${i - 1}`} -> S${i}`);
    }
    return draw({ ...blocks, y: ["output"] }, [...wires, `S${n - 1} -> y`]);
  };
  const [some, more] = [100, 400].map((n) => expressionsMade(() => good(row(n))));
  expect(more! / some!).toBeLessThan(4.4);
});

test("a loop of products of a signal with itself is no longer in print than it is in memory", () => {
  const blocks: { [name: string]: Drawn[string] } = { u: ["input", { signal: "0.1" }], A: ["sum"] };
  const wires: string[] = ["u -> A.in1"];
  const n = 60;
  for (let i = 0; i < n; i++) {
    blocks[`P${i}`] = ["product"];
    for (const port of ["in1", "in2"]) wires.push(`${i === 0 ? "A" : `P${i - 1}`} -> P${i}.${port}`);
  }
  const { model } = good(
    draw({ ...blocks, G: ["gain", { gain: "0.1" }], y: ["output"] }, [
      ...wires,
      `P${n - 1} -> G`,
      "G -> A.in2",
      "G -> y",
    ]),
  );
  expect(model.ir.algebra.some((step) => step.do === "solve")).toBe(true);
  expect(simulate(accelerate(model).engine, model.ir, { ...settings, solver: "auto" }).status).toBe("finished");
});
