/** Powers for step control: how near they come to the true ones, and that WebAssembly has the same bits. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createModule } from "../../../core/wasm/encoder.ts";
import { writeRoughExp2, writeRoughLog2 } from "../../../core/emit/wasm/roughPower.ts";
import { roughExp2, roughLog2 } from "../../../core/math/roughPower.ts";

function inWasm(): { readonly log2: (x: number) => number; readonly exp2: (x: number) => number } {
  const module = createModule();
  for (const [name, write] of [
    ["log2", writeRoughLog2],
    ["exp2", writeRoughExp2],
  ] as const)
    module.exportFunction(
      name,
      module.add(["f64"], ["f64"], (body) => body.leave(write(body, body.param(0, "f64")))),
    );
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.finish(0)));
  return exports as unknown as ReturnType<typeof inWasm>;
}
const wasm = inWasm();

const positive = fc.double({ min: 2.2250738585072014e-308, max: Number.MAX_VALUE, noNaN: true });
const power = fc.double({ min: -1021, max: 1021, noNaN: true });

describe("the logarithm", () => {
  it("is Math.log2 to 3e-7, with WebAssembly's bits", () => {
    fc.assert(
      fc.property(positive, (x) => {
        expect(Math.abs(roughLog2(x) - Math.log2(x))).toBeLessThan(3e-7);
        expect(wasm.log2(x)).toBe(roughLog2(x));
      }),
      { numRuns: 2000 },
    );
  });
  it("is least for 0 and largest for what is not finite", () => {
    for (const log2 of [roughLog2, wasm.log2]) {
      expect(log2(0)).toBeCloseTo(-1023, 5);
      expect(log2(1)).toBeCloseTo(0, 6);
      for (const x of [Infinity, NaN, -NaN, Infinity - Infinity]) expect(log2(x)).toBeGreaterThan(1023.9);
    }
  });
});

describe("the power of 2", () => {
  it("is 2 ** x to 3e-9 of it, with WebAssembly's bits", () => {
    fc.assert(
      fc.property(power, (x) => {
        expect(Math.abs(roughExp2(x) / 2 ** x - 1)).toBeLessThan(3e-9);
        expect(wasm.exp2(x)).toBe(roughExp2(x));
      }),
      { numRuns: 2000 },
    );
  });
  it("is exact for whole numbers", () => {
    for (let k = -1021; k <= 1021; k++) expect(roughExp2(k)).toBe(2 ** k);
  });
});
