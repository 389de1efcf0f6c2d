/**
 * From learned layers to linear systems: any time-invariant layer as A, B, C, D for poles, Bode plots and reduction; a diagonal one as modes too, of
 * which there may be thousands.
 */
import { Matrix } from "ml-matrix";
import type { Modes } from "../lti/modal.ts";
import { ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { times } from "../math/complex.ts";
import type { Diagonal, Heads, Weights } from "./layers/layer.ts";
import { layerAlone, network, type NetworkSpec } from "./network.ts";
import type { Learned, Scaling } from "./weightFile.ts";

export type ReadBack =
  | { readonly ok: true; readonly system: StateSpace }
  /** Mamba has no A: it depends on the input. A stack of blocks is not linear: name one of its layers. */
  | { readonly ok: false; readonly code: "NOT_TIME_INVARIANT" | "NOT_LINEAR" | "NO_SUCH_LAYER" };

/** Why these weights, or this layer of them, are not a linear system. */
function refused(
  { kind, form, layers }: NetworkSpec,
  index: number | undefined,
): Extract<ReadBack, { ok: false }> | undefined {
  if (kind === "mamba") return { ok: false, code: "NOT_TIME_INVARIANT" };
  if (form === "filter") return undefined;
  if (index === undefined) return { ok: false, code: "NOT_LINEAR" };
  return index >= 0 && index < layers ? undefined : { ok: false, code: "NO_SUCH_LAYER" };
}

/** A layer with its weights: a filter as a whole, or one of a network. */
function layerOf(spec: NetworkSpec, weights: Weights, index: number | undefined) {
  const filter = spec.form === "filter";
  const take = (name: string) => weights[filter ? name : `${index}.${name}`]!.data;
  return { filter, layer: filter ? network(spec) : layerAlone(spec), take };
}

/**
 * A filter as a whole, or of a network its layer `index` between its norm and its gelu, in the network's own units; with `channel`, of a layer whose
 * channels do not see one another, that one alone. States are real and imaginary parts: those of real modes are there twice, once without effect
 * (minreal takes them away). `period` in s.
 */
export function systemOf(
  spec: NetworkSpec,
  weights: Weights,
  period: number,
  index?: number,
  channel?: number,
): ReadBack {
  const no = refused(spec, index);
  if (no) return no;
  const { filter, layer, take } = layerOf(spec, weights, index);
  const machine = layer.machine(take);
  const [m, q] = filter ? [spec.inputs, spec.outputs] : [spec.width, spec.width];
  const count = (n: number) => Array.from({ length: n }, (_, i) => i);
  const half = machine.states / 2;
  const own = half / m;
  // A channel's real parts stand among those of all channels, and its imaginary parts likewise.
  const states =
    channel === undefined
      ? count(machine.states)
      : [0, half].flatMap((from) => count(own).map((i) => from + channel * own + i));
  const [inputs, outputs] = channel === undefined ? [count(m), count(q)] : [[channel], [channel]];
  // A linear machine is what it does to each unit vector.
  const columns = [...states, ...inputs].map((at, j) => {
    const state = new Float64Array(machine.states);
    const u = new Float64Array(m);
    const y = new Float64Array(q);
    if (j < states.length) state[at] = 1;
    else u[at] = 1;
    machine.step(state, u, y);
    return { state: states.map((i) => state[i]!), y: outputs.map((i) => y[i]!) };
  });
  const [old, driven] = [columns.slice(0, states.length), columns.slice(states.length)];
  const rows = (part: "state" | "y", of: typeof columns, size: number) =>
    Array.from({ length: size }, (_, i) => of.map((column) => column[part][i]!));
  const [n, r] = [states.length, outputs.length];
  return {
    ok: true,
    system: ss(rows("state", old, n), rows("state", driven, n), rows("y", old, r), rows("y", driven, r), period),
  };
}

/**
 * What `systemOf` gives, as modes and in the units of the signals of a filter, however many states there are; undefined where the layer is not
 * diagonal (S4, linear).
 */
export function modesOfLearned(
  { spec, weights, from, to, period = 1, inputNames, outputNames }: Learned,
  index?: number,
  channel?: number,
): { readonly ok: true; readonly modes: Modes } | Extract<ReadBack, { ok: false }> | undefined {
  const no = refused(spec, index);
  if (no) return no;
  const { filter, layer, take } = layerOf(spec, weights, index);
  // An S4D filter is heads between two matrices.
  const found = (layer.recurrence ?? layerAlone(spec).recurrence!)(take);
  if (found.kind !== "diagonal" && found.kind !== "heads") return undefined;
  if (filter && outputNames.length !== spec.outputs) return { ok: false, code: "NOT_LINEAR" };
  const whole = found.kind === "diagonal" ? found : joined(found, filter ? take : undefined, spec, channel);
  const { a, B, C, inputs: m, outputs: q, factor } = whole;
  const p = a.length / 2;
  const unit = (scale: Scaling, i: number) => (filter ? scale.scale[i]! : 1);
  const D = Matrix.zeros(q, m);
  const [input, output] = [B.slice(), C.slice()];
  for (let o = 0; o < q; o++) {
    for (let k = 0; k < m; k++) {
      let sum = whole.D[o * m + k]!;
      for (let j = 0; j < p; j++)
        sum += factor * (C[o * p + j]! * B[j * m + k]! - C[(q + o) * p + j]! * B[(p + j) * m + k]!);
      D.set(o, k, (sum * unit(to, o)) / unit(from, k));
    }
    // The answer is of the new state: C a of the one before.
    for (let j = 0; j < p; j++) {
      const [x, y] = times([C[o * p + j]!, C[(q + o) * p + j]!], [a[j]!, a[p + j]!]);
      output[o * p + j] = factor * unit(to, o) * x;
      output[(q + o) * p + j] = factor * unit(to, o) * y;
    }
  }
  for (let i = 0; i < input.length; i++) input[i]! /= unit(from, i % m);
  const names = filter ? { names: { u: inputNames, y: outputNames } } : {};
  return { ok: true, modes: { a, B: input, C: output, D, period, ...names } };
}

/** Heads as one system: of a layer all channels or one of them, of a filter between what its inputs are spread by and its outputs gathered by. */
function joined(
  { a, b, c, D, factor }: Heads,
  take: ((name: string) => Float64Array) | undefined,
  { inputs, outputs, width }: NetworkSpec,
  channel: number | undefined,
): Diagonal {
  const each = a.length / 2 / D.length;
  const heads = channel === undefined ? Array.from(D, (_, head) => head) : [channel];
  const [m, q] = take ? [inputs, outputs] : [heads.length, heads.length];
  const [spread, gather] = [take?.("spreadIn"), take?.("gatherOut")];
  const toHead = (k: number, h: number) => spread?.[k * width + heads[h]!] ?? Number(k === h);
  const fromHead = (h: number, o: number) => gather?.[heads[h]! * outputs + o] ?? Number(h === o);
  const p = each * heads.length;
  const old = (j: number, part: number) => (part * a.length) / 2 + heads[Math.floor(j / each)]! * each + (j % each);
  const all = [0, 1].flatMap((part) => Array.from({ length: p }, (_, j) => [part, j] as const));
  const direct = new Float64Array(q * m);
  for (let o = 0; o < q; o++)
    for (let k = 0; k < m; k++)
      for (let h = 0; h < heads.length; h++) direct[o * m + k]! += fromHead(h, o) * D[heads[h]!]! * toHead(k, h);
  return {
    ...{ inputs: m, outputs: q, factor, D: direct },
    a: Float64Array.from(all, ([part, j]) => a[old(j, part)]!),
    B: Float64Array.from({ length: 2 * p * m }, (_, i) => {
      const [part, j] = all[Math.floor(i / m)]!;
      return b[old(j, part)]! * toHead(i % m, Math.floor(j / each));
    }),
    C: Float64Array.from({ length: 2 * q * p }, (_, i) => {
      const [part, j] = [Math.floor(i / (q * p)), i % p];
      return c[old(j, part)]! * fromHead(Math.floor(j / each), Math.floor(i / p) % q);
    }),
  };
}

/** A system in the units of its signals as one in a network's own (deviations 1), or back; what is taken off as means is no part of it. */
export function inUnits(system: StateSpace, from: Scaling, to: Scaling, way: "network" | "signals"): StateSpace {
  const [u, y] = [from.scale, to.scale].map((scale) => (way === "network" ? scale : scale.map((s) => 1 / s)));
  const { A, B, C, D } = system;
  const scaled = (m: Matrix, rows: readonly number[] | undefined, columns: readonly number[] | undefined) => {
    const own = m.clone();
    rows?.forEach((s, i) => own.mulRow(i, 1 / s));
    columns?.forEach((s, j) => own.mulColumn(j, s));
    return own;
  };
  return { ...system, A, B: scaled(B, undefined, u), C: scaled(C, y, undefined), D: scaled(D, y, u) };
}

/** A trained filter as A, B, C, D in the units of its signals, with their names; without a known period, of 1 s. */
export function learnedSystem({ spec, weights, from, to, period = 1, inputNames, outputNames }: Learned): ReadBack {
  const read = systemOf(spec, weights, period);
  if (!read.ok) return read;
  // A filter that says how sure it is does so in a second half of its outputs.
  if (outputNames.length !== spec.outputs) return { ok: false, code: "NOT_LINEAR" };
  return { ok: true, system: { ...inUnits(read.system, from, to, "signals"), u: inputNames, y: outputNames } };
}
