import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { reflections } from "../../../core/math/reflections.ts";
import { realSchur } from "../../../core/math/schur.ts";

const numbers = (count: number, seed: number): Float64Array => {
  let x = seed >>> 0;
  return Float64Array.from({ length: count }, () => {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0;
    return x / 4294967296 - 0.5;
  });
};
const side = fc.integer({ min: 1, max: 23 });

describe("reflections", () => {
  it("are I - tau v v' from the left and from the right, of the part that is meant", () => {
    fc.assert(
      fc.property(side, side, fc.integer({ min: 0, max: 3 }), fc.nat(), (rows, cols, gap, seed) => {
        const stride = cols + gap;
        const place = rows * stride;
        const work = reflections(place + 2 * (rows + cols));
        for (const from of ["rows", "columns", "rows3", "columns3"] as const) {
          if ((from === "rows3" && rows < 3) || (from === "columns3" && cols < 3)) continue;
          const m = numbers(place, seed);
          const v = numbers(Math.max(rows, cols), seed + 1);
          const three = from.endsWith("3");
          if (three) v.set([1, v[1]!, v[2]!]);
          work.all.set(m);
          work.all.set(v.subarray(0, from === "rows" ? rows : cols), place);
          if (from === "rows") work.rows(0, stride, rows, cols, place, 1.25, place + rows);
          else if (from === "columns") work.columns(0, stride, rows, cols, place, 1.25);
          else if (from === "rows3") work.rows3(0, stride, cols, 1.25, v[1]!, v[2]!);
          else work.columns3(0, stride, rows, 1.25, v[1]!, v[2]!);
          const left = from.startsWith("rows");
          const order = three ? 3 : left ? rows : cols;
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < stride; j++) {
              const mine = left ? i : j;
              const touched = mine < order && j < cols;
              let sum = 0;
              for (let k = 0; touched && k < order; k++) sum += v[k]! * m[left ? k * stride + j : i * stride + k]!;
              const wanted = m[i * stride + j]! - (touched ? 1.25 * v[mine]! * sum : 0);
              expect(Math.abs(work.all[i * stride + j]! - wanted)).toBeLessThanOrEqual(touched ? 1e-14 : 0);
            }
          }
        }
      }),
    );
  });
});

describe("without WebAssembly", () => {
  let plain: typeof realSchur;
  beforeAll(async () => {
    vi.stubGlobal("WebAssembly", undefined);
    vi.resetModules();
    plain = (await import("../../../core/math/schur.ts")).realSchur;
  });
  afterAll(() => vi.unstubAllGlobals());

  it("a Schur form has the same bits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.boolean(), (n, seed, vectors) => {
        const a = numbers(n * n, seed);
        expect(plain(a, n, vectors)).toEqual(realSchur(a, n, vectors));
      }),
      { numRuns: 60 },
    );
  });
});
