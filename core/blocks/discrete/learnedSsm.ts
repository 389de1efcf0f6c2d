/** A trained state-space network in the drawing: one step at each sample, by the numbers of a file of weights. */
import { defineBlock, type WeightsRef } from "../block.ts";
import { initialState } from "../fields.ts";
import { parameters } from "../../learn/network.ts";
import type { Learned } from "../../learn/weightFile.ts";
import { numbersOf } from "../learnedNumbers.ts";
import { networkStep } from "../learnedStep.ts";

/** More would take minutes to compile. */
const most = { numbers: 200_000, states: 4096 };

const usable = ({ spec, weights }: Learned): boolean => !spec.symbols && parameters(weights) <= most.numbers;

const inside = ["hidden", "shown"] as const;

export default defineBlock({
  type: "learned-ssm",
  version: 1,
  category: "discrete",
  title: "Learned SSM",
  summary: "A trained state-space network (S4, S4D, DSS, S5, Mamba or linear), one step at each sample.",
  formula: "x_k = \\bar A x_{k-1} + \\bar B u_k,\\quad y_k = f(x_k, u_k)",
  aliases: [
    ...["neural network", "machine learning", "s4", "s4d", "s5", "dss", "mamba", "learned filter", "trained"],
    ...["red neuronal", "aprendizaje", "filtro aprendido", "entrenado", "modelo aprendido"],
  ],
  params: {
    weights: { kind: "weights", label: "Weights", default: "" },
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
      help: "Of Mamba: outputs with the step, the poles and B that a layer chooses at each sample.",
    },
    layer: { kind: "count", label: "Layer", default: "1", min: 1, when: { inside: ["shown"] } },
  },
  check({ weights: { learned }, initial, period, inside: shown, layer }) {
    if (!learned) return undefined;
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
    if (shown === "shown" && spec.kind !== "mamba") return "only Mamba chooses its step, poles and B at each sample";
    if (shown === "shown" && layer > spec.layers) return `there is no layer ${layer}: the network has ${spec.layers}`;
    return undefined;
  },
  ports({ weights, inside: shown }) {
    const { learned } = weights;
    if (!learned) return { in: { u: { width: "n" } }, out: { y: { width: "n" } } };
    const { spec } = learned;
    const targets = learned.outputNames.length;
    const d = 2 * spec.width;
    return {
      in: { u: { width: spec.inputs } },
      out: {
        y: { width: targets },
        ...(unsure(weights) && { deviation: { width: targets } }),
        ...(shown === "shown" &&
          spec.kind === "mamba" && {
            step: { width: d },
            poles: { width: d * spec.states },
            B: { width: spec.states },
          }),
      },
    };
  },
  states: ({ weights: { learned } }) => ({
    x: { width: learned && usable(learned) ? numbersOf(learned).states : 0, initial: "initial", every: "period" },
  }),
  labels({ weights }) {
    const names = weights.learned?.outputNames ?? [];
    const fit =
      names.every((name) => /^[^\p{C}\u2028\u2029]{1,200}$/u.test(name)) && new Set(names).size === names.length;
    if (!fit || names.length === 0) return {};
    return {
      y: names,
      ...(unsure(weights) && { deviation: names.map((name) => `deviation of ${name}`) }),
    };
  },
  derived: ({ weights: { learned } }) => (learned ? numbersOf(learned).numbers : {}),
  equations(m, s, p) {
    const learned = p.weights.learned!;
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
const unsure = ({ learned }: WeightsRef): boolean =>
  learned !== undefined && learned.spec.outputs === 2 * learned.outputNames.length;
