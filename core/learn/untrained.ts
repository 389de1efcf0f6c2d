/** A network that has seen nothing yet: the sizes that were asked for and first values from a seed, as a file of weights would hold them. */
import { network, sizeOf, type LayerKind, type NetworkSpec } from "./network.ts";
import { numbers } from "./numbers.ts";
import type { Learned, Scaling } from "./weightFile.ts";

export interface Untrained {
  readonly kind: LayerKind;
  readonly inputs: number;
  readonly outputs: number;
  readonly width: number;
  readonly states: number;
  readonly layers: number;
  /** Where A begins, of the kinds that have a choice. */
  readonly init?: NonNullable<NetworkSpec["init"]>;
  readonly seed: number;
}

/** Samples that S4 and DSS are normalized over; the longest sequence that such a network can be trained on. */
const length = 128;
/** More numbers than this are not drawn: see `sizeOf`. */
const most = 2_000_000;

/** Undefined where there is no such network: it is too large, or states that come in pairs are odd in number. The same answer for the same question. */
export function untrained(asked: Untrained): Learned | undefined {
  const key = JSON.stringify(asked);
  if (memory.has(key)) return memory.get(key);
  const made = make(asked);
  memory.set(key, made);
  const oldest = memory.keys().next();
  if (memory.size > 32 && !oldest.done) memory.delete(oldest.value);
  return made;
}

const memory = new Map<string, Learned | undefined>();

function make({ seed, ...sizes }: Untrained): Learned | undefined {
  // Modes that are forgotten within such a sequence.
  const spec: NetworkSpec = { form: "network", ...sizes, length, stepRange: [8 / length, 0.3] };
  if (sizeOf(spec) > most) return undefined;
  try {
    return {
      ...{ spec, weights: network(spec).weights(numbers(seed)), from: asIs(spec.inputs), to: asIs(spec.outputs) },
      ...{ inputNames: named("u", spec.inputs), outputNames: named("y", spec.outputs), ahead: 0, training: {} },
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Signals in their own units. */
const asIs = (channels: number): Scaling => ({
  mean: Array<number>(channels).fill(0),
  scale: Array<number>(channels).fill(1),
});

const named = (port: string, channels: number): readonly string[] =>
  channels === 1 ? [port] : Array.from({ length: channels }, (_, i) => `${port}${i + 1}`);
