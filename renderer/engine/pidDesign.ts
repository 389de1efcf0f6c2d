/** PID blocks, continuous and discrete, by crossover and phase margin of the loop that is drawn. */
import { Matrix } from "ml-matrix";
import { blockOf } from "../../core/blocks/index.ts";
import { weightOf } from "../../core/blocks/methods.ts";
import { type Dynamics, dynamics, seriesDynamics } from "../../core/analysis/dynamics.ts";
import { freqresp } from "../../core/analysis/freqresp.ts";
import { gainMargins } from "../../core/analysis/margin.ts";
import { suggestedCrossover } from "../../core/design/crossover.ts";
import { pidSystem } from "../../core/design/pid.ts";
import type { PidRules, PidTerms } from "../../core/design/pid.ts";
import { pidtune } from "../../core/design/pidtune.ts";
import type { PidTuned } from "../../core/design/pidtune.ts";
import { designFields } from "../../core/diagram/design.ts";
import type { Block, Design, LazoDocument } from "../../core/diagram/document.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { c2d } from "../../core/lti/c2d.ts";
import { feedback, series } from "../../core/lti/interconnect.ts";
import { gain } from "../../core/lti/model.ts";
import { pole } from "../../core/lti/pole.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import { plantOf } from "./designPlant.ts";
import type { Plant, Refused } from "./designPlant.ts";
import { agree, matrixOf, numberText } from "./designText.ts";
import type { DesignView } from "./protocol.ts";

export function tunedPid(document: LazoDocument, block: Block, { fields }: Design, scope: Scope): DesignView {
  const of = (name: string): string => block.params[name] ?? blockOf(block.type)?.params[name]?.default ?? "";
  const number = (text: string): number => matrixOf(text, scope)?.get(0, 0) ?? Number.NaN;
  const typed = fields["frequency"] ?? designFields.tune["frequency"]!;
  const free = typed.trim() === "";
  const phaseMargin = number(fields["margin"] ?? designFields.tune["margin"]!);
  if (!free && !(number(typed) > 0)) return { ok: false, code: "FREQUENCY", values: {} };
  if (!Number.isFinite(phaseMargin)) return { ok: false, code: "MARGIN", values: {} };
  const both = of("inputs") === "r and y";
  const around = inTimeOf(block, plantOf(document, block, 1, both ? "y" : "e"), number(of("period")));
  if (!around.ok) return around;
  const { plant } = around;
  if (plant.B.columns !== 1 || plant.C.rows !== 1)
    return { ok: false, code: "NOT_SCALAR", values: { inputs: plant.B.columns, seen: plant.C.rows } };
  // The error falls as the measurement rises; where the block itself subtracts, it is the measurement that is seen.
  const { loop, own } = seenBy(plant, both ? 1 : -1);
  const terms = of("terms") as PidTerms;
  const N = number(of("N"));
  const rules: PidRules = {
    integral: weightOf(of("integralMethod")),
    derivative: weightOf(of("filterMethod")),
  };
  const options = { terms, phaseMargin, rules, ...(N > 0 && { N }) };
  const bandwidth = free ? suggestedCrossover(loop, options) : number(typed);
  if (bandwidth === undefined) return { ok: false, code: "UNSTABLE_LOOP", values: { terms, margin: phaseMargin } };
  const tuned = pidtune(loop, { ...options, bandwidth }, own);
  if (!tuned.ok) return refused(tuned, bandwidth, terms);
  const used = (["P", "I", "D"] as const).filter((name) => terms.includes(name));
  const ideal = of("form") === "ideal";
  const wanted = used.map((name) => (ideal && name !== "P" ? tuned[name] / tuned.P : tuned[name]));
  const now = used.map((name) => number(of(name)));
  const period = loop.time.kind === "discrete" ? loop.time.period : undefined;
  const closed = (P: number, I: number, D: number) => {
    const C = pidSystem({ P, I, D, N: N > 0 ? N : undefined }, period, rules);
    const whole = feedback(series(C, loop), gain(new Matrix([[1]]), loop.time));
    return whole.ok ? pole(whole.system) : undefined;
  };
  const present = Object.fromEntries(used.map((name, i) => [name, now[i]! * (ideal && name !== "P" ? now[0]! : 1)]));
  const poles = closed(present["P"] ?? 0, present["I"] ?? 0, present["D"] ?? 0);
  return {
    ok: true,
    params: Object.fromEntries(used.map((name, i) => [name, numberText(wanted[i]!)])),
    follows: agree(now, wanted),
    planned: closed(tuned.P, tuned.I, tuned.D) ?? [],
    ...(poles && { poles }),
    ...(free && { chosen: { frequency: String(bandwidth) } }),
    margins: marginsOf(tuned, bandwidth, own),
    time: loop.time,
  };
}

/** The plant as the controller meets it: for a discrete one sampled and held by it. */
function inTimeOf(block: Block, around: Plant, period: number): Plant {
  if (!around.ok) return around;
  const { plant } = around;
  const { time } = plant;
  if (block.type !== "discrete-pid")
    return time.kind === "discrete" ? { ok: false, code: "SAMPLED", values: {} } : around;
  if (time.kind === "discrete") {
    const other = Number.isFinite(period) && Math.abs(period - time.period) > 1e-9 * period;
    return other ? { ok: false, code: "OTHER_PERIOD", values: { period, plant: time.period } } : around;
  }
  if (!(period > 0)) return { ok: false, code: "NO_PERIOD", values: {} };
  const known = sampledPlants.get(plant);
  if (known?.period === period) return known;
  const found = c2d(plant, period);
  if (!found.ok) return { ok: false, code: "NOT_FINITE", values: {} };
  const sampled = { ok: true, plant: found.system, period } as const;
  sampledPlants.set(plant, sampled);
  return sampled;
}

interface Seen {
  readonly sign: 1 | -1;
  readonly loop: StateSpace;
  readonly own: Dynamics;
}

/** While a controller is dragged its plant stays the same, and so do its samples and where it bends. */
const sampledPlants = new WeakMap<
  StateSpace,
  { readonly ok: true; readonly plant: StateSpace; readonly period: number }
>();
const plantsSeen = new WeakMap<StateSpace, Seen>();

function seenBy(plant: StateSpace, sign: 1 | -1): Seen {
  const known = plantsSeen.get(plant);
  if (known?.sign === sign) return known;
  const loop = { ...plant, C: Matrix.mul(plant.C, sign), D: Matrix.mul(plant.D, sign) };
  const seen = { sign, loop, own: dynamics(loop) };
  plantsSeen.set(plant, seen);
  return seen;
}

/** At the crossover asked for, where the loop's gain is 1; and the smallest factor up or down that it stands. */
function marginsOf({ controller, loop }: PidTuned, frequency: number, plant: Dynamics) {
  const { re, im } = freqresp(loop, [frequency]);
  const phase = (Math.atan2(-im[0]![0]![0]!, -re[0]![0]![0]!) * 180) / Math.PI;
  const [least] = gainMargins(loop, seriesDynamics(dynamics(controller), plant)).toSorted(
    (a, b) => Math.abs(Math.log(a.gain)) - Math.abs(Math.log(b.gain)),
  );
  return { frequency, phase, ...(least && { gain: least.gain }) };
}

function refused(
  tuned: Extract<ReturnType<typeof pidtune>, { readonly ok: false }>,
  bandwidth: number,
  terms: PidTerms,
): Refused {
  switch (tuned.code) {
    case "UNREACHABLE": {
      const [least, most] = tuned.phaseMargins.map((v) => Math.round(v * 10) / 10) as [number, number];
      return { ok: false, code: "UNREACHABLE", values: { least, most, terms } };
    }
    case "BEYOND_NYQUIST":
      return { ok: false, code: "BEYOND_NYQUIST", values: { last: Number(tuned.last.toPrecision(6)) } };
    default:
      return { ok: false, code: "NO_GAIN", values: { frequency: bandwidth } };
  }
}
