/** Derivatives of the tape against central differences. */
import { expect } from "vitest";
import { Tape } from "../../../core/learn/tape.ts";
import { type Tensor } from "../../../core/learn/tensor.ts";
import { numbers } from "../../numbers.ts";

/** Largest difference of a derivative from the difference quotient, relative to the largest derivative of its leaf. */
export function gradientError(
  shapes: Readonly<Record<string, readonly number[]>>,
  build: (tape: Tape, leaves: Record<string, Tensor>) => Tensor,
  values: Readonly<Record<string, Float64Array>> = {},
  step = 1e-5,
): number {
  const tape = new Tape();
  const leaves = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, tape.weight(shape, values[name] ?? numbers(size))];
    }),
  );
  const out = build(tape, leaves);
  const seed = numbers(out.data.length);
  const value = () => {
    tape.forward();
    return out.data.reduce((sum, v, i) => sum + v * seed[i]!, 0);
  };
  value();
  tape.backward(out, seed);
  let most = 0;
  for (const [name, { data, grad }] of Object.entries(leaves)) {
    const got = grad!.slice();
    const size = Math.max(...got.map(Math.abs));
    expect(size, `nothing depends on ${name}`).toBeGreaterThan(0);
    for (let i = 0; i < data.length; i++) {
      const held = data[i]!;
      const at = (k: number) => {
        data[i] = held + k * step;
        return value();
      };
      // Five points: the error of the quotient is of fourth order, so that 1e-7 is a matter of the derivative alone.
      const quotient = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step);
      data[i] = held;
      most = Math.max(most, Math.abs(quotient - got[i]!) / size);
    }
  }
  return most;
}
