/**
 * Reverse-mode differentiation over arrays of fixed shapes: operations (ops/) are recorded once, and then run forward and backward as often as
 * their leaves change. Each operation brings both directions; the tape only keeps their order. Float64 on the CPU: the reference.
 */

/** Row-major; `grad` is the derivative of the loss with respect to it, and undefined where nobody asks for it. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  readonly grad: Float64Array | undefined;
}

interface Step {
  readonly output: Tensor;
  readonly forward: () => void;
  readonly backward: () => void;
}

export class Tape {
  /** Whether dropout drops; and what it drops: a function of both numbers and of the place alone. */
  training = false;
  seed = 0;
  step = 0;
  readonly #steps: Step[] = [];
  readonly #weights: Tensor[] = [];

  /** A leaf without derivative: data, which the caller fills in before each run. */
  input(shape: readonly number[], data: Float64Array = new Float64Array(count(shape))): Tensor {
    return { shape, data, grad: undefined };
  }

  /** A leaf with a derivative, over the caller's numbers: an optimiser changes them in place. */
  weight(shape: readonly number[], data: Float64Array): Tensor {
    if (data.length !== count(shape)) throw new RangeError(`${data.length} numbers do not fill [${shape.join(", ")}]`);
    const tensor = { shape, data, grad: new Float64Array(data.length) };
    this.#weights.push(tensor);
    return tensor;
  }

  /**
   * An operation: `forward` fills the output's data, `backward` adds to the grad of those inputs that have one. The output has a grad
   * where an input has.
   */
  record(
    shape: readonly number[],
    inputs: readonly Tensor[],
    forward: (data: Float64Array) => void,
    backward: (grad: Float64Array, data: Float64Array) => void,
  ): Tensor {
    const data = new Float64Array(count(shape));
    const grad = inputs.some((input) => input.grad) ? new Float64Array(data.length) : undefined;
    const output = { shape, data, grad };
    this.#steps.push({
      output,
      forward: () => forward(data),
      backward: () => {
        if (grad) backward(grad, data);
      },
    });
    return output;
  }

  /** How many operations were recorded; a number of its own for each that needs one. */
  get operations(): number {
    return this.#steps.length;
  }

  forward(): void {
    for (const { forward } of this.#steps) forward();
  }

  /** Derivatives of the sum of `of`, weighted by `seed` where it is given, after a run forward. */
  backward(of: Tensor, seed?: Float64Array): void {
    if (!of.grad) throw new Error("Nothing that this depends on has a derivative");
    for (const { grad } of this.#weights) grad!.fill(0);
    for (const { output } of this.#steps) output.grad?.fill(0);
    if (seed) of.grad.set(seed);
    else of.grad.fill(1);
    for (let i = this.#steps.length - 1; i >= 0; i--) this.#steps[i]!.backward();
  }
}

export function count(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
