/** A state-space network in the drawing: one step at each sample, by the numbers of a file of weights, or by the first ones of its sizes. */
import { defineBlock, type WeightsRef } from "../block.ts";
import { initialState } from "../fields.ts";
import { parameters, type LayerKind } from "../../learn/network.ts";
import { untrained } from "../../learn/untrained.ts";
import type { Learned } from "../../learn/weightFile.ts";
import { numbersOf } from "../learnedNumbers.ts";
import { networkStep } from "../learnedStep.ts";

/** More would take minutes to compile. */
const most = { numbers: 200_000, states: 4096 };

const usable = ({ spec, weights }: Learned): boolean => !spec.symbols && parameters(weights) <= most.numbers;

const kinds = ["S5", "S4D", "S4", "DSS", "Mamba", "linear"] as const;
const kindOf = (written: string) => written.toLowerCase() as LayerKind;
/** Of a kind, as it is written here. */
const writtenOf = (kind: LayerKind): string => kinds.find((one) => kindOf(one) === kind)!;

interface Asked {
  readonly weights: WeightsRef;
  readonly kind: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly width: number;
  readonly size: number;
  readonly layers: number;
  readonly modes: string;
  readonly matrix: string;
  readonly begin: number;
}

/** What the block runs; undefined where a file is missing, or where sizes make no network. */
export function networkOf(p: Asked): Learned | undefined {
  const { weights, inputs, outputs, width, layers } = p;
  if (weights.file !== "") return weights.learned;
  const kind = kindOf(p.kind);
  const init = kind === "s4d" ? p.modes : kind === "s4" || kind === "linear" ? p.matrix : undefined;
  return untrained({
    ...{ kind, inputs, outputs, width, states: p.size, layers, seed: p.begin },
    ...(init !== undefined && { init: (init === "HiPPO" ? "legs" : init) as "legs" }),
  });
}

const inside = ["hidden", "shown"] as const;

export default defineBlock({
  type: "learned-ssm",
  version: 1,
  category: "discrete",
  title: "Learned SSM",
  summary:
    "A state-space network (S5, S4D, S4, DSS, Mamba or linear), one step at each sample, to be trained in the Train tab.",
  formula: "x_k = \\bar A x_{k-1} + \\bar B u_k,\\quad y_k = f(x_k, u_k)",
  aliases: [
    ...["neural network", "machine learning", "s4", "s4d", "s5", "dss", "mamba", "learned filter", "trained"],
    ...["red neuronal", "aprendizaje", "filtro aprendido", "entrenado", "modelo aprendido"],
  ],
  params: {
    weights: { kind: "weights", label: "Weights", default: "", help: "None: as it begins, before training." },
    kind: { kind: "choice", label: "Kind", default: "S5", of: kinds },
    inputs: { kind: "count", label: "Inputs", default: "1", min: 1, max: 256 },
    outputs: { kind: "count", label: "Outputs", default: "1", min: 1, max: 256 },
    width: { kind: "count", label: "Width", default: "8", min: 1, max: 256, help: "Channels from layer to layer." },
    size: {
      kind: "count",
      label: "States",
      default: "16",
      min: 1,
      max: 256,
      help: "Of a layer in S5 and linear, of a channel in the others.",
    },
    layers: { kind: "count", label: "Layers", default: "2", min: 1, max: 16 },
    modes: {
      kind: "choice",
      label: "A begins",
      default: "lin",
      of: ["lin", "inv", "HiPPO", "real"],
      when: { kind: ["S4D"] },
      help: "The modes of every channel as published: S4D-Lin, S4D-Inv, those of HiPPO-LegS, or real ones.",
    },
    matrix: {
      kind: "choice",
      label: "A begins",
      default: "HiPPO",
      of: ["HiPPO", "random"],
      when: { kind: ["S4", "linear"] },
    },
    begin: { kind: "count", label: "Seed", default: "1", min: 0, help: "Of the first weights." },
    initial: initialState,
    period: {
      kind: "period",
      label: "Sample time",
      default: "0.1",
      optional: false,
      help: "In s: the one that the network was trained at.",
    },
    inside: {
      kind: "choice",
      label: "Selection",
      default: "hidden",
      of: inside,
      help: "Outputs with the step, the poles and B that a layer of Mamba chooses at each sample.",
    },
    layer: { kind: "count", label: "Layer", default: "1", min: 1, when: { inside: ["shown"] } },
  },
  check(p) {
    const { initial, period, inside: shown, layer } = p;
    const learned = networkOf(p);
    if (!learned)
      return ["S5", "S4", "S4D"].includes(p.kind) && p.size % 2 !== 0
        ? `states of ${p.kind} come in pairs, so that their number is even, not ${p.size}`
        : "the network is too large";
    const { spec } = learned;
    const count = parameters(learned.weights);
    if (spec.symbols) return "these weights read symbols, and signals are numbers";
    if (count > most.numbers) return `a block may have ${most.numbers} numbers, and this network has ${count}`;
    const { states } = numbersOf(learned);
    if (states > most.states) return `a block may have ${most.states} states, and this network has ${states}`;
    if (initial.length !== 1 && initial.length !== states)
      return `there are ${states} states, but ${initial.length} initial values`;
    const every = period !== null && period !== "inherited" ? period.every : undefined;
    if (learned.period !== undefined && every !== undefined && Math.abs(every / learned.period - 1) > 1e-3)
      return `the network was trained at a sample time of ${learned.period} s, and this is ${every} s`;
    if (shown === "shown" && spec.kind === "mamba" && layer > spec.layers)
      return `there is no layer ${layer}: the network has ${spec.layers}`;
    return undefined;
  },
  settled({ weights: { learned }, kind: begun }): { readonly [param: string]: string | null } {
    // Only Mamba chooses its step, poles and B at each sample.
    const fixed = { inside: null, layer: null };
    if (!learned) return begun === "Mamba" ? {} : fixed;
    const { kind, form, inputs, outputs, width, states, layers } = learned.spec;
    const network = form === "network";
    return {
      ...{ kind: writtenOf(kind), inputs: String(inputs), outputs: String(outputs), size: String(states) },
      ...{ width: network ? String(width) : null, layers: network ? String(layers) : null },
      // Where it began is behind it.
      ...{ modes: null, matrix: null, begin: null },
      ...(kind !== "mamba" && fixed),
    };
  },
  ports(p) {
    const learned = networkOf(p);
    if (!learned) return { in: { u: { width: "n" } }, out: { y: { width: "n" } } };
    const { spec } = learned;
    const targets = learned.outputNames.length;
    const d = 2 * spec.width;
    return {
      in: { u: { width: spec.inputs } },
      out: {
        y: { width: targets },
        ...(unsure(learned) && { deviation: { width: targets } }),
        ...(p.inside === "shown" &&
          spec.kind === "mamba" && {
            step: { width: d },
            poles: { width: d * spec.states },
            B: { width: spec.states },
          }),
      },
    };
  },
  states(p) {
    const learned = networkOf(p);
    return {
      x: { width: learned && usable(learned) ? numbersOf(learned).states : 0, initial: "initial", every: "period" },
    };
  },
  labels({ weights: { learned } }) {
    const names = learned?.outputNames ?? [];
    const fit =
      names.every((name) => /^[^\p{C}\u2028\u2029]{1,200}$/u.test(name)) && new Set(names).size === names.length;
    if (!learned || !fit) return {};
    return {
      y: names,
      ...(unsure(learned) && { deviation: names.map((name) => `deviation of ${name}`) }),
    };
  },
  derived(p) {
    const learned = networkOf(p);
    return learned ? numbersOf(learned).numbers : {};
  },
  equations(m, s, p) {
    const learned = networkOf(p)!;
    const numbers = s.derived;
    const own = (s.in["u"] ?? []).map((e, i) =>
      m.signal(m.div(m.sub(e, numbers["from mean"]![i]!), numbers["from scale"]![i]!)),
    );
    const { y, next, selections } = networkStep(m, learned.spec, numbers, s.state["x"] ?? [], own);
    const held = (values: typeof y) => values.map((e) => m.sample(e, p.period));
    const [mean, scale] = [numbers["to mean"]!, numbers["to scale"]!];
    const targets = scale.length;
    const selection = p.inside === "shown" ? selections[p.layer - 1] : undefined;
    return {
      out: {
        y: held(scale.map((size, i) => m.add(mean[i]!, m.mul(size, y[i]!)))),
        // The second half of the outputs are logarithms of variances.
        deviation: held(y.slice(targets).map((log, i) => m.mul(scale[i]!, m.exp(m.mul(0.5, log))))),
        ...(selection && {
          step: held(selection.step),
          poles: held(selection.poles),
          B: held(selection.B),
        }),
      },
      next: { x: next },
    };
  },
  glyph: { tex: () => "x_k = \\bar A x_{k-1} + \\bar B u_k", size: [18, 6] },
});

/** Whether it also says how sure it is. */
const unsure = ({ spec, outputNames }: Learned): boolean => spec.outputs === 2 * outputNames.length;
