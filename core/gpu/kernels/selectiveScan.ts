/**
 * The selective scan of Mamba (S6), in float64: what it is, the reference that the WGSL of scanForward.ts and scanBackward.ts is held
 * against, and the fallback without a GPU. Gu, Dao, "Mamba: linear-time sequence modeling with selective state spaces" (2023).
 *
 *   step[t,d] = softplus(raw[t,d] + bias[d])
 *   x[t,d,n]  = exp(step[t,d] A[d,n]) x[t-1,d,n] + step[t,d] B[t,n] u[t,d]
 *   y[t,d]    = sum over n of C[t,n] x[t,d,n] + skip[d] u[t,d]
 */

export interface ScanShape {
  readonly batch: number;
  readonly channels: number;
  readonly length: number;
  readonly states: number;
}

/** Arrays are row-major. */
export interface ScanInputs {
  /** (batch, length, channels). */
  readonly u: ArrayLike<number>;
  /** (batch, length, channels): the step before bias and softplus. */
  readonly raw: ArrayLike<number>;
  /** (batch, length, 2 states): B[t], then C[t]. */
  readonly bc: ArrayLike<number>;
  /** (channels, states), negative for a stable system. */
  readonly a: ArrayLike<number>;
  /** (channels). */
  readonly skip: ArrayLike<number>;
  /** (channels). */
  readonly bias: ArrayLike<number>;
  /** (batch, channels, states); zero where left out. */
  readonly initial?: ArrayLike<number>;
}

export interface ScanOutput {
  /** (batch, length, channels). */
  readonly y: Float64Array;
  /** (batch, channels, states): x after the last step. */
  readonly final: Float64Array;
}

/** Derivatives of a loss by the inputs, each in its input's layout. */
export interface ScanGradients {
  readonly u: Float64Array;
  readonly raw: Float64Array;
  readonly bc: Float64Array;
  readonly a: Float64Array;
  readonly skip: Float64Array;
  readonly bias: Float64Array;
  readonly initial: Float64Array;
}

/** log(1 + exp x) without cancellation; its derivative is 1 - exp(-softplus(x)). */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

export function selectiveScan(shape: ScanShape, inputs: ScanInputs): ScanOutput {
  const { batch, channels, length, states } = shape;
  const { u, raw, bc, a, skip, bias, initial } = inputs;
  const y = new Float64Array(batch * length * channels);
  const final = Float64Array.from(initial ?? new Float64Array(batch * channels * states));
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < length; t++) {
      const row = (b * length + t) * 2 * states;
      for (let d = 0; d < channels; d++) {
        const at = (b * length + t) * channels + d;
        const step = softplus(raw[at]! + bias[d]!);
        const state = (b * channels + d) * states;
        let sum = skip[d]! * u[at]!;
        for (let n = 0; n < states; n++) {
          const x = Math.exp(step * a[d * states + n]!) * final[state + n]! + step * bc[row + n]! * u[at]!;
          final[state + n] = x;
          sum += bc[row + states + n]! * x;
        }
        y[at] = sum;
      }
    }
  }
  return { y, final };
}

/**
 * The adjoint: from the loss's derivatives by y, and by the final state where a later piece of the sequence goes on from it.
 * Takes batch * length * channels * states words for the states of one channel at a time.
 */
export function selectiveScanGradients(
  shape: ScanShape,
  inputs: ScanInputs,
  dy: ArrayLike<number>,
  dfinal?: ArrayLike<number>,
): ScanGradients {
  const { batch, channels, length, states } = shape;
  const { u, raw, bc, a, skip, bias, initial } = inputs;
  const gradients = {
    u: new Float64Array(batch * length * channels),
    raw: new Float64Array(batch * length * channels),
    bc: new Float64Array(batch * length * 2 * states),
    a: new Float64Array(channels * states),
    skip: new Float64Array(channels),
    bias: new Float64Array(channels),
    initial: new Float64Array(batch * channels * states),
  };
  const x = new Float64Array((length + 1) * states);
  const w = new Float64Array(states);
  for (let b = 0; b < batch; b++) {
    for (let d = 0; d < channels; d++) {
      const state = (b * channels + d) * states;
      for (let n = 0; n < states; n++) {
        x[n] = initial?.[state + n] ?? 0;
        w[n] = dfinal?.[state + n] ?? 0;
      }
      for (let t = 0; t < length; t++) {
        const at = (b * length + t) * channels + d;
        const step = softplus(raw[at]! + bias[d]!);
        for (let n = 0; n < states; n++) {
          const drive = step * bc[(b * length + t) * 2 * states + n]! * u[at]!;
          x[(t + 1) * states + n] = Math.exp(step * a[d * states + n]!) * x[t * states + n]! + drive;
        }
      }
      for (let t = length - 1; t >= 0; t--) {
        const at = (b * length + t) * channels + d;
        const row = (b * length + t) * 2 * states;
        const step = softplus(raw[at]! + bias[d]!);
        let gb = 0;
        let ga = 0;
        for (let n = 0; n < states; n++) {
          const decay = Math.exp(step * a[d * states + n]!);
          const g = dy[at]! * bc[row + states + n]! + w[n]!;
          const carried = g * decay * x[t * states + n]!;
          gradients.bc[row + n]! += step * u[at]! * g;
          gradients.bc[row + states + n]! += dy[at]! * x[(t + 1) * states + n]!;
          gradients.a[d * states + n]! += step * carried;
          gb += g * bc[row + n]!;
          ga += a[d * states + n]! * carried;
          w[n] = decay * g;
        }
        const draw = (u[at]! * gb + ga) * -Math.expm1(-step);
        gradients.u[at] = step * gb + skip[d]! * dy[at]!;
        gradients.raw[at] = draw;
        gradients.skip[d]! += dy[at]! * u[at]!;
        gradients.bias[d]! += draw;
      }
      gradients.initial.set(w, state);
    }
  }
  return gradients;
}
