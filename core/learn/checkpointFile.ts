/** A checkpoint as text, so that a training that was ended goes on later to the same bits; only with the same network and settings. */
import type { Weight, Weights } from "./layers/layer.ts";
import { network, type NetworkSpec } from "./network.ts";
import { numbers } from "./numbers.ts";
import type { Checkpoint } from "./train.ts";

export type ReadCheckpoint =
  | { readonly ok: true; readonly checkpoint: Checkpoint }
  | {
      readonly ok: false;
      /** OTHER_TRAINING: of another network, or with other settings. */
      readonly code: "NOT_JSON" | "NOT_CHECKPOINT" | "OTHER_TRAINING" | "CHECKPOINT_INVALID";
      readonly place: string;
    };

const format = "lazo-checkpoint";

/** `training` names all that the bits depend on: settings, data. */
export function writeCheckpoint(spec: NetworkSpec, training: string, checkpoint: Checkpoint): string {
  const plain = (of: Readonly<Record<string, Float64Array>>) =>
    Object.fromEntries(Object.entries(of).map(([name, data]) => [name, Array.from(data)]));
  const numbersOf = (weights: Weights) =>
    plain(Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data])));
  const { step, weights, moments, best } = checkpoint;
  return `${JSON.stringify({
    ...{ format, version: 1, spec, training, step, weights: numbersOf(weights) },
    ...{ first: plain(moments.first), second: plain(moments.second) },
    // A loss that was never looked at is infinite, which JSON has no word for.
    best: { loss: Number.isFinite(best.loss) ? best.loss : null, step: best.step, weights: numbersOf(best.weights) },
  })}\n`;
}

export function readCheckpoint(text: string, spec: NetworkSpec, training: string): ReadCheckpoint {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return { ok: false, code: "NOT_JSON", place: "" };
  }
  if (!isRecord(file) || file["format"] !== format || file["version"] !== 1)
    return { ok: false, code: "NOT_CHECKPOINT", place: "format" };
  if (JSON.stringify(file["spec"]) !== JSON.stringify(spec))
    return { ok: false, code: "OTHER_TRAINING", place: "spec" };
  if (file["training"] !== training) return { ok: false, code: "OTHER_TRAINING", place: "training" };
  const wanted = network(spec).weights(numbers(0));
  let wrong = "";
  const take = (value: unknown, place: string): Record<string, Float64Array> => {
    const given = isRecord(value) ? value : {};
    return Object.fromEntries(
      Object.entries(wanted).map(([name, { data }]) => {
        const list: unknown = Object.hasOwn(given, name) ? given[name] : undefined;
        const fits =
          Array.isArray(list) &&
          list.length === data.length &&
          list.every((v) => typeof v === "number" && Number.isFinite(v));
        if (!fits) wrong ||= `${place}.${name}`;
        return [name, fits ? Float64Array.from(list as number[]) : data];
      }),
    );
  };
  const whole = (value: unknown, place: string): number => {
    if (!Number.isInteger(value) || (value as number) < 0) wrong ||= place;
    return value as number;
  };
  const weightsOf = (value: unknown, place: string): Weights => {
    const data = take(value, place);
    return Object.fromEntries(
      Object.entries(wanted).map(([name, weight]): [string, Weight] => [name, { ...weight, data: data[name]! }]),
    );
  };
  const best = isRecord(file["best"]) ? file["best"] : {};
  const loss = best["loss"] ?? Infinity;
  if (typeof loss !== "number" || Number.isNaN(loss)) wrong ||= "best.loss";
  const checkpoint: Checkpoint = {
    step: whole(file["step"], "step"),
    weights: weightsOf(file["weights"], "weights"),
    moments: { first: take(file["first"], "first"), second: take(file["second"], "second") },
    best: {
      loss: loss as number,
      step: whole(best["step"], "best.step"),
      weights: weightsOf(best["weights"], "best.weights"),
    },
  };
  return wrong === "" ? { ok: true, checkpoint } : { ok: false, code: "CHECKPOINT_INVALID", place: wrong };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
