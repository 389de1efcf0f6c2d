/**
 * Reverse-mode differentiation over arrays of fixed shapes: operations (ops/) are recorded once, and then run forward and backward as often as
 * their leaves change. Each operation brings both directions, in float64 on the CPU, which is the reference, and as launches on a GPU
 * (launch.ts); the tape only keeps their order.
 */
import type { OnGpu } from "./launch.ts";
import { count, type Tensor } from "./tensor.ts";

export interface Step {
  readonly output: Tensor;
  readonly inputs: readonly Tensor[];
  readonly forward: () => void;
  readonly backward: () => void;
  /** Undefined where the operation has no kernels. */
  readonly gpu: OnGpu | undefined;
}

const nothing = new Float64Array(0);

export class Tape {
  /** Whether dropout drops; and what it drops: a function of both numbers and of the place alone. */
  training = false;
  seed = 0;
  step = 0;
  readonly #numbers: boolean;
  readonly #steps: Step[] = [];
  readonly #weights: Tensor[] = [];

  /** `numbers` false: nothing is computed here, so no arrays are made but those that leaves are given; it is recorded for a GPU. */
  constructor(numbers = true) {
    this.#numbers = numbers;
  }

  /** A leaf without derivative: data, which the caller fills in before each run. */
  input(shape: readonly number[], data: Float64Array = this.#array(count(shape))): Tensor {
    return { shape, size: count(shape), data, grad: undefined };
  }

  /** A leaf with a derivative, over the caller's numbers: an optimiser changes them in place. */
  weight(shape: readonly number[], data: Float64Array): Tensor {
    const size = count(shape);
    if (data.length !== size) throw new RangeError(`${data.length} numbers do not fill [${shape.join(", ")}]`);
    const tensor = { shape, size, data, grad: this.#array(size) };
    this.#weights.push(tensor);
    return tensor;
  }

  /**
   * An operation: `forward` fills the output's data, `backward` adds to the grad of those inputs that have one. The output has a grad
   * where an input has. `gpu` does the same on a GPU.
   */
  record(
    shape: readonly number[],
    inputs: readonly Tensor[],
    forward: (data: Float64Array) => void,
    backward: (grad: Float64Array, data: Float64Array) => void,
    gpu?: OnGpu,
  ): Tensor {
    const size = count(shape);
    const data = this.#array(size);
    const grad = inputs.some((input) => input.grad) ? this.#array(size) : undefined;
    const output = { shape, size, data, grad };
    this.#steps.push({
      output,
      inputs,
      forward: () => forward(data),
      backward: () => {
        if (grad) backward(grad, data);
      },
      gpu,
    });
    return output;
  }

  get steps(): readonly Step[] {
    return this.#steps;
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

  #array(size: number): Float64Array {
    return this.#numbers ? new Float64Array(size) : nothing;
  }
}
