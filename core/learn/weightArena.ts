/** All weights of a network on a device, one after another, with their derivatives and moments: clipped and moved by AdamW in two launches. */
import type { GpuDevice, GpuDispatch, GpuView } from "../gpu/device.ts";
import { beta1, beta2, epsilon, type AdamRates, type Moments } from "./adamw.ts";
import type { Weight, Weights } from "./layers/layer.ts";
import { controlWords, literal, programOf, rowsWgsl, spreadGroups, type Launch } from "./launch.ts";

/** Steps whose losses and norms are kept until they are read. */
export const historySteps = 1024;
/** A weight begins where a binding can. */
const block = 64;
const kinds = { free: 0, ssm: 1, plain: 2 } as const;
/** After the control words of operations: where losses go, then floats as bits. */
const place = { slot: controlWords.count, rate: 4, ssm: 5, decay: 6, clip: 7, bias1: 8, bias2: 9, count: 10 } as const;

export interface WeightArena {
  /** Control words that operations and the optimiser read; written before each step. */
  readonly control: GpuView;
  weight(name: string): { readonly data: GpuView; readonly grad: GpuView };
  /** After the derivatives of `loss` are there: two launches. */
  adamw(loss: GpuView): readonly GpuDispatch[];
  /** The control words of a step, which counts from 1. */
  controls(step: number, seed: number, rates: AdamRates): Uint32Array<ArrayBuffer>;
  /** Loss and norm of derivatives of step s in words 2 ((s - 1) % historySteps) and after. */
  readonly history: GpuView;
  load(weights: Weights, moments: Moments): void;
  /** Undefined where the device is lost. */
  save(): Promise<{ readonly weights: Weights; readonly moments: Moments } | undefined>;
  release(): void;
}

export function weightArena(device: GpuDevice, shapes: Weights): WeightArena {
  const names = Object.keys(shapes);
  const begins: Record<string, number> = {};
  let words = 0;
  for (const name of names) {
    begins[name] = words;
    words += block * Math.ceil(shapes[name]!.data.length / block);
  }
  const blocks = words / block;
  const made = {
    values: device.buffer("weights", words),
    slopes: device.buffer("derivatives", words),
    // First and second moment of each, side by side.
    moments: device.buffer("moments", 2 * words),
    history: device.buffer("history", 2 * historySteps),
    control: device.buffer("control", 64),
    kinds: device.buffer("kinds", blocks),
    parts: device.buffer("squares", 256),
  };
  const kindOf = new Uint32Array(blocks);
  for (const name of names) {
    const first = begins[name]! / block;
    const { group, data } = shapes[name]!;
    kindOf.fill(kinds[group], first, first + Math.ceil(data.length / block));
  }
  device.write(made.kinds, kindOf);

  const dispatch = (label: string, launch: Launch, views: Readonly<Record<string, GpuView>>): GpuDispatch => ({
    program: programOf(label, launch),
    views: [...Object.keys(launch.read), ...Object.keys(launch.write)].map((name) => views[name]!),
    groups: launch.groups,
  });
  const cell = { words };

  return {
    control: made.control,
    history: made.history,
    weight(name) {
      const part = { offset: begins[name]!, length: shapes[name]!.data.length };
      return { data: { ...made.values, ...part }, grad: { ...made.slopes, ...part } };
    },
    adamw(loss) {
      const parts = Math.min(256, Math.ceil(blocks / 16));
      const per = Math.ceil(blocks / parts);
      const views = {
        ...{ g: made.slopes, parts: made.parts, kindBits: made.kinds, controlBits: made.control, loss },
        ...{ values: made.values, moments: made.moments, history: made.history },
      };
      const squares = `var sum = 0.0;
for (var k = row * ${per}u; k < min(${blocks}u, row * ${per}u + ${per}u); k++) { let d = g[k * ${block}u + thread]; sum = fma(d, d, sum); }
let all = total(sum);
if (thread == 0u) { parts[row] = all; }`;
      const number = (name: "rate" | "ssm" | "decay" | "clip" | "bias1" | "bias2") =>
        `let ${name} = bitcast<f32>(controlBits[${place[name]}]);`;
      // A row is a block, all of one kind.
      const move = `var sum = 0.0;
for (var k = thread; k < ${parts}u; k += 64u) { sum += parts[k]; }
let norm = sqrt(total(sum));
${(["rate", "ssm", "decay", "clip", "bias1", "bias2"] as const).map(number).join("\n")}
if (row == 0u && thread == 0u) {
  let slot = controlBits[${place.slot}];
  history[2u * slot] = loss[0];
  history[2u * slot + 1u] = norm;
}
let kind = kindBits[row];
let own = select(rate, ssm, kind == ${kinds.ssm}u);
let lost = select(0.0, own * decay, kind == ${kinds.plain}u);
let i = row * ${block}u + thread;
let slope = select(1.0, clip / norm, norm > clip) * g[i];
let first = ${literal(beta1)} * moments[2u * i] + ${literal(1 - beta1)} * slope;
let second = ${literal(beta2)} * moments[2u * i + 1u] + ${literal(1 - beta2)} * slope * slope;
moments[2u * i] = first;
moments[2u * i + 1u] = second;
values[i] -= own * (first / bias1) / (sqrt(second / bias2) + ${literal(epsilon)}) + lost * values[i];`;
      return [
        dispatch(
          "squares",
          { read: { g: cell }, write: { parts: cell }, groups: [parts, 1, 1], wgsl: rowsWgsl(parts, squares) },
          views,
        ),
        dispatch(
          "AdamW",
          {
            read: { g: cell, parts: cell, kindBits: cell, controlBits: cell, loss: cell },
            write: { values: cell, moments: cell, history: cell },
            groups: spreadGroups(blocks),
            wgsl: rowsWgsl(blocks, move),
          },
          views,
        ),
      ];
    },
    controls(step, seed, { rate, ssm, decay, clip }) {
      const control = new Uint32Array(place.count);
      const floats = new Float32Array(control.buffer);
      control[controlWords.training] = 1;
      // Dropout counts steps from 0.
      control[controlWords.step] = step - 1;
      control[controlWords.seed] = seed;
      control[place.slot] = (step - 1) % historySteps;
      floats[place.rate] = rate;
      floats[place.ssm] = ssm;
      floats[place.decay] = decay;
      floats[place.clip] = clip;
      floats[place.bias1] = 1 - beta1 ** step;
      floats[place.bias2] = 1 - beta2 ** step;
      return control;
    },
    load(weights, { first, second }) {
      const values = new Float32Array(words);
      const moments = new Float32Array(2 * words);
      for (const name of names) {
        const at = begins[name]!;
        values.set(weights[name]!.data, at);
        first[name]!.forEach((value, i) => (moments[2 * (at + i)] = value));
        second[name]!.forEach((value, i) => (moments[2 * (at + i) + 1] = value));
      }
      device.write(made.values, values);
      device.write(made.moments, moments);
    },
    async save() {
      const [values, moments] = [await device.read(made.values), await device.read(made.moments)];
      if (!values.ok || !moments.ok) return undefined;
      const of = <T>(take: (at: number, size: number, name: string) => T): Record<string, T> =>
        Object.fromEntries(names.map((name) => [name, take(begins[name]!, shapes[name]!.data.length, name)]));
      const moment = (k: number) =>
        of((at, size) => Float64Array.from({ length: size }, (_, i) => moments.words[2 * (at + i) + k]!));
      return {
        weights: of((at, size, name): Weight => ({
          ...shapes[name]!,
          data: Float64Array.from(values.words.subarray(at, at + size)),
        })),
        moments: { first: moment(0), second: moment(1) },
      };
    },
    release() {
      for (const view of Object.values(made)) device.release(view);
    },
  };
}
