/** A network and its loss over a batch of sequences, recorded once: for the CPU with numbers, for a GPU without. */
import type { Weights } from "./layers/layer.ts";
import { network, type NetworkSpec } from "./network.ts";
import type { ScanMode } from "./ops/diagonalScan.ts";
import { crossEntropy, gaussianNll, meanSquare } from "./ops/losses.ts";
import { Tape } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

export type Loss = "mse" | "gaussian" | "crossEntropy";

/** Sequences of one length, one after another. */
export interface Sequences {
  readonly count: number;
  readonly length: number;
  /** [count, length, inputs], or symbols [count, length]. */
  readonly inputs: Float64Array;
  /** [count, length, outputs], or with one answer a sequence [count, outputs]; for classes integers without the last axis, negative where nothing is asked. */
  readonly targets: Float64Array;
  /** Of targets' shape: how much each counts. Not for classes. */
  readonly counts?: Float64Array;
}

export interface LossTape {
  readonly tape: Tape;
  readonly leaves: Readonly<Record<string, Tensor>>;
  readonly input: Tensor;
  readonly output: Tensor;
  readonly target: Tensor;
  /** Undefined for classes. */
  readonly counts: Tensor | undefined;
  readonly loss: Tensor;
}

export interface Recording {
  readonly batch: number;
  readonly length: number;
  readonly mode: ScanMode;
  /** Left out: true. Without numbers it is for a GPU. */
  readonly numbers?: boolean;
  /** Left out: true. Without, weights have no derivatives, and no memory is taken for them. */
  readonly differentiated?: boolean;
}

/** The network alone. */
export function networkTape(spec: NetworkSpec, weights: Weights, recording: Recording) {
  const { batch, length, mode, numbers = true, differentiated = true } = recording;
  const tape = new Tape(numbers);
  const leaves: Record<string, Tensor> = {};
  for (const [name, { shape, data }] of Object.entries(weights))
    leaves[name] = differentiated ? tape.weight(shape, data) : tape.input(shape, data);
  const input = tape.input(spec.symbols ? [batch, length] : [batch, length, spec.inputs]);
  const output = network(spec).apply(tape, (name) => leaves[name]!, input, mode);
  return { tape, leaves, input, output };
}

export function lossTape(spec: NetworkSpec, weights: Weights, kind: Loss, recording: Recording): LossTape {
  const made = networkTape(spec, weights, recording);
  const { tape, output } = made;
  const width = output.shape.at(-1)!;
  const wanted = kind === "crossEntropy" ? 0 : kind === "gaussian" ? width / 2 : width;
  const target = tape.input(wanted === 0 ? output.shape.slice(0, -1) : [...output.shape.slice(0, -1), wanted]);
  if (kind === "crossEntropy") return { ...made, target, counts: undefined, loss: crossEntropy(tape, output, target) };
  const counts = tape.input(target.shape);
  const loss = kind === "mse" ? meanSquare : gaussianNll;
  return { ...made, target, counts, loss: loss(tape, output, target, counts) };
}

type Values = Float64Array | Float32Array;

export interface BatchArrays {
  readonly input: Values;
  readonly target: Values;
  readonly counts: Values | undefined;
}

/** Throws a RangeError where the data do not fit. */
export function checkData(data: Sequences, { input, target }: LossTape, batch: number): void {
  const [inputs, targets] = [input.size / batch, target.size / batch];
  if (data.inputs.length !== data.count * inputs || data.targets.length !== data.count * targets)
    throw new RangeError(
      `${data.count} sequences need ${inputs} inputs and ${targets} targets each, not ${data.inputs.length / data.count} and ${data.targets.length / data.count}`,
    );
}

/** These sequences; fewer than the batch are filled up and the rest does not count. */
export function fillBatch(
  { input, target, counts }: BatchArrays,
  batch: number,
  data: Sequences,
  chosen: ArrayLike<number>,
): void {
  const [inputs, targets] = [input.length / batch, target.length / batch];
  counts?.fill(0);
  if (!counts) target.fill(-1);
  for (let k = 0; k < chosen.length; k++) {
    const i = chosen[k]!;
    input.set(data.inputs.subarray(i * inputs, (i + 1) * inputs), k * inputs);
    target.set(data.targets.subarray(i * targets, (i + 1) * targets), k * targets);
    if (!counts) continue;
    if (data.counts) counts.set(data.counts.subarray(i * targets, (i + 1) * targets), k * targets);
    else counts.fill(1, k * targets, (k + 1) * targets);
  }
}
