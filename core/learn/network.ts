/**
 * What is trained: one layer alone (a filter, which stays linear), or the published stack of blocks around it: norm, layer, gelu, gate, and a way past
 * them, between a matrix in front and one behind.
 */
import { dssLayer } from "./layers/dss.ts";
import {
  weight,
  type Layer,
  type StepRange,
  type Machine,
  type Tensors,
  type Values,
  type Weight,
  type Weights,
} from "./layers/layer.ts";
import { linearLayer } from "./layers/linear.ts";
import { mambaLayer, times } from "./layers/mamba.ts";
import { s4Layer } from "./layers/s4.ts";
import { s4dLayer, type S4dInit } from "./layers/s4d.ts";
import { s5Layer } from "./layers/s5.ts";
import { embedding, pool, slice } from "./ops/arrange.ts";
import { dropout } from "./ops/dropout.ts";
import { add, gelu, map, mul, sigmoid } from "./ops/elementwise.ts";
import { matmul } from "./ops/matmul.ts";
import { layerNorm, rmsNorm } from "./ops/norm.ts";
import type { ScanMode } from "./ops/diagonalScan.ts";
import type { Tape } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

export const layerKinds = ["linear", "s4", "s4d", "dss", "s5", "mamba"] as const;
export type LayerKind = (typeof layerKinds)[number];

export interface NetworkSpec {
  readonly kind: LayerKind;
  /** `filter` is one layer without anything around it (linear, s5), or between two matrices (s4d): it is a linear system. */
  readonly form: "filter" | "network";
  /** Channels; or with `symbols` 1. */
  readonly inputs: number;
  readonly outputs: number;
  /** Inputs are integers below this, each with a vector of its own. */
  readonly symbols?: number;
  readonly width: number;
  /** Real states: of a channel, or in S5 and linear of a layer; in DSS complex ones. */
  readonly states: number;
  readonly layers: number;
  /** Of S5: blocks of HiPPO. */
  readonly blocks?: number;
  readonly init?: S4dInit | "random";
  readonly method?: "zoh" | "bilinear" | "euler";
  /** Where steps begin; as published where left out. Modes then forget within a few times 1 / step, which is best within the sequences trained on. */
  readonly stepRange?: StepRange;
  /** Steps that S4 and DSS are normalized over: those of the longest sequence. */
  readonly length?: number;
  readonly dropout?: number;
  /** One answer a step, or one a sequence. */
  readonly answer?: "each" | "mean" | "last";
}

/** Throws a RangeError where the numbers do not make a network. */
export function network(spec: NetworkSpec): Layer {
  return spec.form === "filter" ? filter(spec) : stack(spec);
}

/** A layer of a stack, without what is around it. */
export function layerAlone(spec: NetworkSpec): Layer {
  return layerOf(spec, spec.width, spec.width);
}

function layerOf(spec: NetworkSpec, inputs: number, outputs: number): Layer {
  const { states, init, method = "zoh", length = 0, blocks = 1, stepRange } = spec;
  const paired = spec.kind === "s4" || spec.kind === "s5" || (spec.kind === "s4d" && init !== "real");
  if (paired && states % 2 !== 0) throw new RangeError(`States in conjugate pairs are even in number, not ${states}`);
  const sized = { width: inputs, states, stepRange };
  const other = (): never => {
    throw new RangeError(`A layer of kind ${spec.kind} does not begin as ${init}`);
  };
  switch (spec.kind) {
    case "linear":
      return linearLayer({ inputs, outputs, states, method, stepRange, init: init === "random" ? "random" : "legs" });
    case "s4":
      if (length < 1) throw new RangeError("S4 needs the length of the sequences");
      return s4Layer({ ...sized, length, init: init === "random" ? "random" : "legs" });
    case "s4d":
      return s4dLayer({ ...sized, method, init: init === "random" ? other() : (init ?? "lin") });
    case "dss":
      if (length < 1) throw new RangeError("DSS needs the length of the sequences");
      return dssLayer({ ...sized, length });
    case "s5":
      return s5Layer({ inputs, outputs, states, blocks, method, stepRange });
    case "mamba":
      return mambaLayer({ width: inputs, states, layers: spec.layers, stepRange });
  }
}

function filter(spec: NetworkSpec): Layer {
  const { kind, inputs, outputs, width } = spec;
  if (kind === "linear" || kind === "s5") return layerOf(spec, inputs, outputs);
  if (kind !== "s4d") throw new RangeError(`A filter of kind ${kind} is not there: linear, s5 and s4d are`);
  const heads = layerOf(spec, width, width);
  return {
    weights: (random) => ({
      ...heads.weights(random),
      spreadIn: weight("plain", [inputs, width], () => random.normal() / Math.sqrt(inputs)),
      gatherOut: weight("plain", [width, outputs], () => random.normal() / Math.sqrt(width)),
    }),
    apply: (tape, w, u, mode) =>
      matmul(tape, heads.apply(tape, w, matmul(tape, u, w("spreadIn")), mode), w("gatherOut")),
    machine(w) {
      const inner = heads.machine(w);
      const y = new Float64Array(width);
      return {
        states: inner.states,
        step(state, u, out) {
          inner.step(state, times(u, w("spreadIn"), width), y);
          out.set(times(y, w("gatherOut"), outputs));
        },
      };
    },
  };
}

function stack(spec: NetworkSpec): Layer {
  const { inputs, outputs, symbols, width, layers, kind, dropout: rate = 0, answer = "each" } = spec;
  const layer = layerAlone(spec);
  const mamba = kind === "mamba";
  // S5's gate is g sigmoid(g W), the others' a matrix of twice the width, half of which gates the other.
  const gate = mamba ? 0 : kind === "s5" ? width : 2 * width;
  const own = (k: number) => (name: string) => `${k}.${name}`;
  return {
    weights(random) {
      const even = (fan: number) => () => random.between(-1, 1) / Math.sqrt(fan);
      const all: Record<string, Weight> = symbols
        ? { table: weight("plain", [symbols, width], () => 0.02 * random.normal()) }
        : {
            encoder: weight("plain", [inputs, width], even(inputs)),
            encoderBias: weight("free", [width], even(inputs)),
          };
      for (let k = 0; k < layers; k++) {
        const name = own(k);
        for (const [inner, value] of Object.entries(layer.weights(random))) all[name(inner)] = value;
        all[name("scale")] = weight("free", [width], () => 1);
        if (mamba) continue;
        all[name("shift")] = weight("free", [width], () => 0);
        all[name("gate")] = weight("plain", [width, gate], even(width));
        all[name("gateBias")] = weight("free", [gate], even(width));
      }
      if (mamba) all["scale"] = weight("free", [width], () => 1);
      all["decoder"] = weight("plain", [width, outputs], even(width));
      all["decoderBias"] = weight("free", [outputs], even(width));
      return all;
    },
    apply(tape, w, u, mode) {
      let x = symbols ? embedding(tape, u, w("table")) : add(tape, matmul(tape, u, w("encoder")), w("encoderBias"));
      for (let k = 0; k < layers; k++)
        x = add(
          tape,
          x,
          block(tape, (name) => w(own(k)(name)), x, mode),
        );
      if (mamba) x = rmsNorm(tape, x, w("scale"));
      if (answer !== "each") x = pool(tape, x, answer);
      return add(tape, matmul(tape, x, w("decoder")), w("decoderBias"));
    },
    machine(w) {
      const machines = Array.from({ length: layers }, (_, k) => layer.machine((name) => w(own(k)(name))));
      return stackMachine(spec, w, machines);
    },
  };

  function block(tape: Tape, w: Tensors, x: Tensor, mode: ScanMode): Tensor {
    if (mamba) return layer.apply(tape, w, rmsNorm(tape, x, w("scale")), mode);
    const y = layer.apply(tape, w, layerNorm(tape, x, w("scale"), w("shift")), mode);
    const g = dropout(tape, map(tape, y, "gelu"), rate);
    const both = add(tape, matmul(tape, g, w("gate")), w("gateBias"));
    const gated =
      kind === "s5"
        ? mul(tape, g, map(tape, both, "sigmoid"))
        : mul(tape, slice(tape, both, 0, width), map(tape, slice(tape, both, width, 2 * width), "sigmoid"));
    return dropout(tape, gated, rate);
  }
}

/** The stack step by step; what a whole sequence is answered with is, at each step, the answer to the sequence so far. */
function stackMachine(spec: NetworkSpec, w: Values, machines: readonly Machine[]): Machine {
  const { outputs, symbols, width, layers, kind, answer = "each" } = spec;
  const mamba = kind === "mamba";
  const inner = machines.reduce((sum, { states }) => sum + states, 0);
  const mean = answer === "mean";
  const y = new Float64Array(width);
  return {
    // A mean carries its sum and the number of steps.
    states: inner + (mean ? width + 1 : 0),
    step(state, u, out) {
      let x = symbols
        ? w("table").slice(u[0]! * width, (u[0]! + 1) * width)
        : plus(times(u, w("encoder"), width), w("encoderBias"));
      let at = 0;
      for (let k = 0; k < layers; k++) {
        const own = (name: string) => w(`${k}.${name}`);
        const machine = machines[k]!;
        const part = state.subarray(at, at + machine.states);
        at += machine.states;
        machine.step(part, normalized(x, own("scale"), mamba ? undefined : own("shift")), y);
        x = plus(x, mamba ? y : gated(y, own));
      }
      if (mamba) x = normalized(x, w("scale"), undefined);
      if (mean) {
        const sums = state.subarray(inner, inner + width);
        sums.set(plus(sums, x));
        const steps = ++state[inner + width]!;
        x = sums.map((value) => value / steps);
      }
      out.set(plus(times(x, w("decoder"), outputs), w("decoderBias")));
    },
  };

  function gated(y: Float64Array, own: Values): Float64Array {
    const g = y.map(gelu);
    const both = plus(times(g, own("gate"), own("gateBias").length), own("gateBias"));
    return kind === "s5"
      ? g.map((v, i) => v * sigmoid(both[i]!))
      : g.map((_, i) => both[i]! * sigmoid(both[width + i]!));
  }
}

function plus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + b[i]!);
}

function normalized(x: Float64Array, scale: Float64Array, shift: Float64Array | undefined): Float64Array {
  const mean = shift ? x.reduce((sum, v) => sum + v, 0) / x.length : 0;
  const rate = 1 / Math.sqrt(x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.length + 1e-5);
  return x.map((v, i) => (v - mean) * rate * scale[i]! + (shift ? shift[i]! : 0));
}

/** How many numbers are trained. */
export function parameters(weights: Weights): number {
  return Object.values(weights).reduce((sum, { data }) => sum + data.length, 0);
}

/** At least as many numbers as a network of these sizes has, whatever its kind: known before any is made. */
export function sizeOf({ width, states, layers, inputs, outputs, symbols = 0 }: NetworkSpec): number {
  const layer = 8 * width * width + 10 * width * states + states * states + states * (inputs + outputs);
  return layers * layer + width * (inputs + outputs + symbols);
}
