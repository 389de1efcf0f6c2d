/** Sparse factors in a module: JavaScript's bits, whatever pivots have to be given up on the way, and wherever the factors fit. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addSparseLu, importSparse } from "../../../../core/emit/wasm/sparseLu.ts";
import { sparseFactors } from "../../../../core/sim/integrators/iterationMatrix.ts";
import { createWasmSparse, placeSparse } from "../../../../core/sim/wasmSparse.ts";
import { createModule, pagesOf } from "../../../../core/wasm/encoder.ts";

interface Pattern {
  readonly n: number;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

const first = 2;
/** Cells for as many entries of L and U as there can be. */
const enough = ({ n, rows }: Pattern): number => first + 2 * n * n + 12 * (n + rows.length + 1);

/** (shift I - J) in a module whose memory ends at a cell; how often it asked JavaScript is counted. */
function inModule({ n, rows, columns }: Pattern, end: number) {
  const area = placeSparse(n, rows.length, first, end)!;
  const b = end + (end % 2);
  const memory = new WebAssembly.Memory({ initial: pagesOf(8 * (b + n)) });
  const all = new Float64Array(memory.buffer);
  const own = createWasmSparse(all, area, n, rows, columns);
  const module = createModule();
  module.importMemory("main", "memory");
  const lu = addSparseLu(module, n, area, importSparse(module));
  module.exportFunction(
    "factor",
    module.add(["f64"], ["i32"], (body) => body.leave(lu.factor(body.param(0, "f64")))),
  );
  module.exportFunction(
    "solve",
    module.add([], [], (body) => body.run(lu.solve(8 * b))),
  );
  const asked = { factor: 0, solve: 0 };
  const js = {
    factor(shift: number): number {
      asked.factor++;
      return own.imports.factor(shift);
    },
    solveOutside(at: number): void {
      asked.solve++;
      own.imports.solveOutside(at);
    },
  };
  const compiled = new WebAssembly.Module(module.finish(8 * (b + n)));
  const { exports } = new WebAssembly.Instance(compiled, { main: { memory }, js });
  const { factor, solve } = exports as { factor: (shift: number) => number; solve: () => void };
  own.begin();
  return {
    asked,
    begin: own.begin,
    factor(shift: number, values: ArrayLike<number>): boolean {
      all.set(values, area.jacobian);
      return factor(shift) !== 0;
    },
    solve(right: Float64Array): Float64Array {
      all.set(right, b);
      solve();
      return all.slice(b, b + n);
    },
  };
}

/** The same from JavaScript, as the interpreter's runs have it. */
function inJavaScript({ n, rows, columns }: Pattern) {
  const own = sparseFactors(n, rows, columns);
  const every = Int32Array.from(rows, (_, e) => e);
  return {
    lu: own.lu,
    factor: (shift: number, values: Float64Array): boolean => own.factor(shift, values, every),
    solve(right: Float64Array): Float64Array {
      const x = right.slice();
      own.solve(x);
      return x;
    },
  };
}

/** A few entries a row at random places, none of them twice. */
const pattern = fc
  .integer({ min: 1, max: 60 })
  .chain((n) => fc.tuple(fc.constant(n), fc.uniqueArray(fc.nat(n * n - 1), { maxLength: 4 * n })))
  .map(([n, places]): Pattern => ({
    n,
    rows: places.map((p) => Math.floor(p / n)),
    columns: places.map((p) => p % n),
  }));

/** Large beside each other, 0, tiny, and where no arithmetic is left: pivots are exchanged, given up, and missed. */
const entry = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -2, max: 2, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, -1, 1e-9, 1e6) },
  { weight: 1, arbitrary: fc.double({ min: -1e4, max: 1e4, noNaN: true }) },
);
const matrices = fc.array(
  fc.record({
    shift: fc.constantFrom(1, 0, -1, 1e-3, 1e3, 1e9),
    values: fc.infiniteStream(entry),
    odd: fc.option(fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY), { freq: 20 }),
  }),
  { minLength: 2, maxLength: 8 },
);

describe("sparse factors in a module", () => {
  it.each([
    ["in its memory", enough, false],
    ["without room for them", ({ n, rows }: Pattern) => first + 6 * n + 2 * rows.length + 8, true],
  ] as const)("%s have the bits of those in JavaScript", (_, end, narrow) => {
    const seen = { inside: 0, pivotings: 0, singular: 0, outside: 0 };
    fc.assert(
      fc.property(pattern, matrices, (where, list) => {
        const module = inModule(where, end(where));
        // Two runs, the second of which knows nothing of the first.
        for (const run of [list, list.toReversed()]) {
          const reference = inJavaScript(where);
          module.begin();
          for (const { shift, values: stream, odd } of run) {
            const values = Float64Array.from(where.rows, () => stream.next().value as number);
            if (odd !== null && values.length > 0) values[0] = odd;
            const before = module.asked.factor;
            const good = reference.factor(shift, values);
            expect(module.factor(shift, values)).toBe(good);
            if (module.asked.factor === before) seen.inside++;
            if (!good) {
              seen.singular++;
              continue;
            }
            const right = Float64Array.from({ length: where.n }, (_unused, i) => Math.sin(i + 1) * (i % 5));
            expect([...module.solve(right)]).toEqual([...reference.solve(right)]);
          }
          seen.pivotings += reference.lu.pivotings;
        }
        seen.outside += module.asked.solve;
      }),
      { numRuns: 150 },
    );
    expect(seen.singular).toBeGreaterThan(20);
    if (narrow) expect(seen.outside).toBeGreaterThan(20);
    else {
      expect(seen.outside).toBe(0);
      expect(seen.inside).toBeGreaterThan(100);
      expect(seen.pivotings).toBeGreaterThan(400);
    }
  });

  it("factor anew where they are while the pivots are good, and ask for others when one vanishes", () => {
    const where = { n: 2, rows: [0, 0, 1, 1], columns: [0, 1, 0, 1] };
    const module = inModule(where, enough(where));
    expect(module.factor(2, [1, -2, -3, 1])).toBe(true);
    expect(module.factor(3, [1, -2, -3, 1])).toBe(true);
    expect(module.asked.factor).toBe(1);
    // [1e-20 1; 1 1e-20] x = [1; 2].
    expect(module.factor(0, [-1e-20, -1, -1, -1e-20])).toBe(true);
    expect(module.asked.factor).toBe(2);
    expect([...module.solve(Float64Array.of(1, 2))]).toEqual([2, 1]);
    expect(module.factor(0, [1, 2, 2, 4])).toBe(false);
    expect(module.factor(3, [1, -2, -3, 1])).toBe(true);
    const { factor } = module.asked;
    module.begin();
    expect(module.factor(3, [1, -2, -3, 1])).toBe(true);
    expect(module.asked).toEqual({ factor: factor + 1, solve: 0 });
  });
});
