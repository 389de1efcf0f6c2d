/** Every operation backward against central differences forward; derivatives planted wrong are found. */
import { describe, expect, it } from "vitest";
import type { Tape } from "../../../core/learn/tape.ts";
import { gradientError } from "./gradient.ts";
import { cases, type Leaves } from "./operations.ts";

describe("operations", () => {
  it.each(cases.map(([name], k) => ({ name, k })))("$name: backward is the derivative of forward", ({ k }) => {
    const [, shapes, build, values] = cases[k]!;
    expect(gradientError(shapes, build, values, 3e-4)).toBeLessThan(1e-7);
  });

  it("finds a derivative with a wrong sign, and one of a wrong step", () => {
    const wrong =
      (slope: (x: number) => number) =>
      (tape: Tape, { x }: Leaves) =>
        tape.record(
          x!.shape,
          [x!],
          (y) => y.set(x!.data.map((v) => v * v)),
          (g) => g.forEach((s, i) => (x!.grad![i]! += s * slope(x!.data[i]!))),
        );
    expect(
      gradientError(
        { x: [5] },
        wrong((x) => 2 * x),
      ),
    ).toBeLessThan(1e-7);
    expect(
      gradientError(
        { x: [5] },
        wrong((x) => -2 * x),
      ),
    ).toBeGreaterThan(0.1);
    expect(
      gradientError(
        { x: [5] },
        wrong((x) => 2 * x * (1 + 1e-5)),
      ),
    ).toBeGreaterThan(1e-6);
  });
});
