import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { draw, type Drawn } from "../drawing.ts";

/** A random linear diagram: gains, sums and integrators, each fed by anything before it, integrators by anything at all. */
interface Plan {
  readonly kinds: readonly ("gain" | "sum" | "integrator" | "feedthrough")[];
  readonly from: readonly number[];
  readonly also: readonly number[];
  readonly gains: readonly number[];
  readonly out: readonly number[];
}

const plan: fc.Arbitrary<Plan> = fc.integer({ min: 2, max: 14 }).chain((n) => {
  const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: n, maxLength: n });
  return fc.record({
    kinds: many(fc.constantFrom("gain" as const, "sum" as const, "integrator" as const, "feedthrough" as const)),
    from: many(fc.nat(999)),
    also: many(fc.nat(999)),
    gains: many(fc.integer({ min: -8, max: 8 }).map((k) => k / 4)),
    out: fc.array(fc.nat(n - 1), { minLength: 1, maxLength: 3 }),
  });
});

function drawing(
  p: Plan,
  order: readonly number[] = p.kinds.map((_, i) => i),
  name = (i: number) => `b${i}`,
): LazoDocument {
  const parameters = { gain: "gain", feedthrough: "D", sum: "", integrator: "" };
  const blocks: { [name: string]: Drawn[string] } = { u: ["input"] };
  for (const i of order) {
    const kind = p.kinds[i]!;
    blocks[name(i)] = parameters[kind] ? [kind, { [parameters[kind]]: String(p.gains[i]) }] : [kind];
  }
  blocks["y"] = ["output", { names: p.out.map((_, i) => `y${i}`).join(",") }];
  blocks["m"] = ["mux", { count: String(p.out.length) }];
  const source = (i: number, pick: number): string => {
    // An integrator may be fed from anywhere; the rest only from before, so that there is no algebraic loop.
    const n = p.kinds[i] === "integrator" ? p.kinds.length : i;
    const k = pick % (n + 1);
    return k === n ? "u" : name(k);
  };
  const wires = p.kinds.flatMap((kind, i): (string | [string, string])[] =>
    kind === "sum"
      ? [
          `${source(i, p.from[i]!)} -> ${name(i)}.in1`,
          [`${source(i, p.also[i]!)} -> ${name(i)}.in2`, String(p.gains[i])],
        ]
      : [`${source(i, p.from[i]!)} -> ${name(i)}`],
  );
  return draw(blocks, [...wires, ...p.out.map((b, i) => `${name(b)} -> m.in${i + 1}`), "m -> y"]);
}

function systemOf(document: LazoDocument) {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems.map((p) => `${p.code} ${p.message}`).join("; "));
  const result = linearize(compiled.model);
  if (!result.ok) throw new Error(result.problems[0]!.code);
  return { model: compiled.model, ...result.linearization };
}

describe("laws of random linear diagrams", () => {
  test("A, B, C, D are what the interpreter computes, column by column", () => {
    fc.assert(
      fc.property(plan, (p) => {
        const { model, system, exact } = systemOf(drawing(p));
        expect(exact).toBe(true);
        const { ir } = model;
        // Cut the drive, so that the input can be set from outside.
        const open = {
          ir: { ...ir, algebra: ir.algebra.filter((s) => !(s.do === "assign" && ir.inputs.includes(s.slot))) },
          values: model.values,
        };
        const engine = interpret(open);
        const x = ir.flow.map((a) => a.slot);
        const columns = [...x, ...ir.inputs];
        const derivative = new Float64Array(x.length);
        columns.forEach((slot, j) => {
          for (const s of columns) engine.memory[s] = s === slot ? 1 : 0;
          engine.settle();
          engine.flow(derivative);
          const [state, output] = j < x.length ? [system.A, system.C] : [system.B, system.D];
          const column = j < x.length ? j : j - x.length;
          derivative.forEach((d, i) => expect(d).toBeCloseTo(state.get(i, column), 9));
          ir.outputs.forEach((o, i) => expect(engine.memory[o.slot]).toBeCloseTo(output.get(i, column), 9));
        });
      }),
      { numRuns: 200 },
    );
  });

  test("the order of blocks and their names change nothing but the order of states", () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 1e6 }), (p, seed) => {
        const order = p.kinds.map((_, i) => i).sort((a, b) => (((a + 1) * seed) % 101) - (((b + 1) * seed) % 101));
        const first = systemOf(drawing(p)).system;
        const second = systemOf(drawing(p, order, (i) => `other ${i}`)).system;
        const at = first.x.map((name) => second.x.indexOf(name.replace(/^b/, "other ")));
        first.x.forEach((_, i) =>
          first.x.forEach((__, j) => expect(second.A.get(at[i]!, at[j]!)).toBeCloseTo(first.A.get(i, j), 12)),
        );
        first.x.forEach((_, i) => expect(second.B.get(at[i]!, 0)).toBeCloseTo(first.B.get(i, 0), 12));
        first.y.forEach((_, i) =>
          first.x.forEach((__, j) => expect(second.C.get(i, at[j]!)).toBeCloseTo(first.C.get(i, j), 12)),
        );
        expect(second.D.to2DArray()).toEqual(first.D.to2DArray());
      }),
      { numRuns: 100 },
    );
  });

  test("an entry that is not zero has an origin, and every wire of it leads from its column to its row", () => {
    fc.assert(
      fc.property(plan, (p) => {
        const document = drawing(p);
        const { system, provenance } = systemOf(document);
        for (const name of ["A", "B", "C", "D"] as const) {
          const matrix = system[name];
          for (let i = 0; i < matrix.rows; i++) {
            for (let j = 0; j < matrix.columns; j++) {
              const origin = provenance(name, i, j);
              if (matrix.get(i, j) !== 0) expect(origin.wires.length).toBeGreaterThan(0);
              const ends = document.root.wires
                .filter((wire) => origin.wires.includes(wire.id))
                .flatMap((wire) => [wire.from.block, wire.to.block]);
              const blocks = new Set(
                document.root.blocks.filter((block) => ends.includes(block.id)).map((block) => block.name),
              );
              for (const block of blocks) expect(origin.blocks).toContain(block);
            }
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test("compiling again with other numbers equals compiling afresh", () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: -8, max: 8 }), (p, k) => {
        const before = compile(drawing(p));
        const changed = drawing({ ...p, gains: p.gains.map((g) => g + k / 16) });
        const again = compile(changed, before);
        const afresh = compile(changed);
        expect(again.signature).toBe(before.signature);
        expect(again.model!.ir).toBe(before.model!.ir);
        expect([...again.model!.values]).toEqual([...afresh.model!.values]);
        expect(again.model!.ir.key).toBe(afresh.model!.ir.key);
      }),
      { numRuns: 60 },
    );
  });
});
