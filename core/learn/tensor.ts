/** An array of numbers and its shape. */

/** Row-major; `grad` is the derivative of the loss with respect to it, and undefined where nobody asks for it. */
export interface Tensor {
  readonly shape: readonly number[];
  /** The product of the shape. */
  readonly size: number;
  readonly data: Float64Array;
  readonly grad: Float64Array | undefined;
}

export function count(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
