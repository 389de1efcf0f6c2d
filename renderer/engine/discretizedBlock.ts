/** A sampled block beside the continuous one that it is made of: its numbers by the rule and step asked for. */
import { Matrix } from "ml-matrix";
import { sampleRule } from "../../core/diagram/discretize.ts";
import type { Block, Design, LazoDocument } from "../../core/diagram/document.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { runSettings } from "../../core/diagram/runSettings.ts";
import { scopeAt, sheetAt, trailOf } from "../../core/diagram/trail.ts";
import { c2d } from "../../core/lti/c2d.ts";
import { c2dInSeries } from "../../core/lti/c2dInSeries.ts";
import { wholeSamples } from "../../core/lti/delay.ts";
import { delayPaths } from "../../core/lti/delayPaths.ts";
import type { SampleMethod } from "../../core/lti/resampled.ts";
import { sampledStart } from "../../core/lti/sampledStart.ts";
import type { Complex } from "../../core/math/complex.ts";
import { eigenvalues } from "../../core/math/eigenvalues.ts";
import { packed } from "./analysis.ts";
import type { Refused } from "./designPlant.ts";
import { complexWords, matrixOf, systemOf } from "./designText.ts";
import { linearAlone } from "./linearAlone.ts";
import type { LinearAlone } from "./linearAlone.ts";
import type { DesignView } from "./protocol.ts";
import { asMatrices, asRoots, holds, type SampledForm } from "./sampledForms.ts";
import { asDelay, asPid, mostSamples } from "./sampledPid.ts";

/** With dead time, more states than this fill no matrix that anyone would want in a drawing. */
const mostStates = 200;

type Done = Extract<DesignView, { readonly ok: true }>;

export function discretizedBlock(
  document: LazoDocument,
  block: Block,
  { fields }: Design,
  scope: Scope,
  widths: ReadonlyMap<string, number>,
): DesignView {
  const id = fields["source"] ?? "";
  const trail = trailOf(document, id);
  const source = trail && sheetAt(document, trail).blocks.find((one) => one.id === id);
  if (!source) return { ok: false, code: "NO_SOURCE", values: {} };
  const step = periodOf(document, fields["step"] ?? "", scope);
  if (!step) return { ok: false, code: "STEP", values: {} };
  const rule = sampleRule(fields["rule"]);
  const prewarp = rule === "prewarp" ? (matrixOf(fields["prewarp"] ?? "", scope)?.get(0, 0) ?? 0) : undefined;
  const last = Math.PI / step.value;
  if (prewarp !== undefined && !(prewarp > 0 && prewarp < last))
    return { ok: false, code: "PREWARP", values: { last } };
  const method: SampleMethod = rule === "prewarp" ? "tustin" : rule;
  const options = prewarp === undefined ? {} : { prewarp };
  const continuous = linearAlone(document, id, widths);
  const finish = (form: SampledForm, view: Pick<Done, "planned" | "poles" | "warning">): DesignView => {
    const period = { period: step.text };
    return {
      ok: true,
      params: { ...form.params, ...period },
      follows: form.follows && holds(block, period, scope),
      ...view,
      time: { kind: "discrete", period: step.value },
      ...(!("code" in continuous) && { of: kept(continuous) }),
    };
  };
  if (block.type === "discrete-pid") {
    const form = asPid(source, rule, step.value, prewarp, block, { of: scopeAt(document, trail), here: scope });
    return "code" in form ? form : finish(form, { planned: form.poles });
  }
  if ("code" in continuous) return continuous;
  if (block.type === "delay") {
    const form = asDelay(source, step.value, block, scope);
    return "code" in form ? form : finish(form, { planned: [] });
  }
  const { system, late, start } = continuous;
  const longest = Math.ceil(Math.max(0, ...(late?.internal ?? [])) / step.value);
  if (longest > mostSamples) return tooLong(longest, mostSamples);
  // One made before its whole samples were a block of their own has them in its matrices.
  const apart = late !== undefined && block.mask?.some(({ name }) => name === "samples");
  const { samples, sampled: found } = apart
    ? c2dInSeries(late, step.value, method, options)
    : { samples: 0, sampled: c2d(late ?? system, step.value, method, options) };
  if (!found.ok) return refused(found, continuous, step.value);
  const { A } = found.system;
  if (late && A.rows > mostStates) return tooLong(A.rows, mostStates);
  const planned = [...eigenvalues(A).values, ...atZero(samples)];
  const outside = planned.some(([re, im]) => Math.hypot(re, im) > 1 + 1e-12);
  const grew = outside && !late && eigenvalues(system.A).values.every(([re]) => re < 0);
  const here = late ? restOf(start, A.rows) : sampledStart(system.A, start, step.value, method, options);
  const x0 = here?.columns && here.rows === A.rows ? here : Matrix.zeros(A.rows, 1);
  const byRoots = block.type === "discrete-transfer-function" || block.type === "discrete-zero-pole";
  const form = byRoots
    ? asRoots(source, found.system, { period: step.value, method, options }, block, {
        of: scopeAt(document, trail),
        here: scope,
      })
    : asMatrices(found.system, x0, block, scope, apart ? { samples: String(samples) } : {});
  const now = byRoots ? undefined : systemOf(block, scope);
  const warning = grew
    ? "SAMPLED_UNSTABLE"
    : found.held
      ? "SAMPLED_HELD"
      : form.rough
        ? "SAMPLED_DIGITS"
        : here === undefined
          ? "SAMPLED_REST"
          : undefined;
  return finish(form, {
    planned,
    ...(now && now.A.rows === A.rows && { poles: [...eigenvalues(now.A).values, ...atZero(samplesOf(block, scope))] }),
    ...(warning && { warning }),
  });
}

/** What has gone into a delay before the start is nothing; undefined: states that began elsewhere do not go over. */
const restOf = (start: readonly number[], states: number): Matrix | undefined =>
  start.every((v) => v === 0) ? Matrix.zeros(states, 1) : undefined;

const kept = ({ system, late }: LinearAlone): Done["of"] =>
  packed({ system, late, delays: late !== undefined, loop: false, exact: true, t: 0 });

const atZero = (samples: number): Complex[] => Array.from({ length: samples }, () => [0, 0]);

/** Of the Delay in it. */
const samplesOf = ({ params }: Block, scope: Scope): number =>
  matrixOf(params["samples"] ?? "0", scope)?.get(0, 0) ?? 0;

const tooLong = (samples: number, most: number): Refused => ({
  ok: false,
  code: "DELAY_TOO_LONG",
  values: { samples, most },
});

/** The step as the block's sample time: as it was typed where that means the same there; empty, the diagram's. */
function periodOf(
  document: LazoDocument,
  typed: string,
  scope: Scope,
): { readonly value: number; readonly text: string } | undefined {
  const text = typed.trim();
  const value = text === "" ? runSettings(document, false).settings.step : matrixOf(text, scope)?.get(0, 0);
  if (value === undefined || !(value > 0) || !Number.isFinite(value)) return undefined;
  if (text !== "") return { value, text };
  const same = matrixOf(document.run.step, scope)?.get(0, 0) === value;
  return { value, text: same ? document.run.step : String(value) };
}

function refused(
  found: Extract<ReturnType<typeof c2d>, { readonly ok: false }>,
  { system, late, waiting }: LinearAlone,
  period: number,
): Refused {
  switch (found.code) {
    case "POLE_AT_INFINITY":
      return { ok: false, code: "POLE_AT_INFINITY", values: { pole: Number(found.pole.toPrecision(6)) } };
    case "DIRECT_PATH":
      return { ok: false, code: "DIRECT_PATH", values: { size: Number(found.size.toPrecision(6)) } };
    case "NOT_SISO":
      return { ok: false, code: "MATCHED_NOT_SISO", values: { inputs: system.u.length, outputs: system.y.length } };
    case "NO_LOGARITHM":
      return { ok: false, code: "NOT_FINITE", values: { eigenvalues: complexWords(found.eigenvalue) } };
    case "DELAY_BETWEEN_SAMPLES": {
      const times = late?.internal ?? [];
      const at = Math.max(
        0,
        times.findIndex((time) => wholeSamples(time, period) === undefined),
      );
      const step = nearestStep(times, period);
      const delay = { delay: waiting[at] ?? "", time: Number((times[at] ?? found.delay).toPrecision(6)) };
      if (step === undefined) return { ok: false, code: "DELAYS_UNLIKE", values: delay };
      const looped = late !== undefined && delayPaths(late) === undefined;
      return { ok: false, code: looped ? "DELAY_IN_LOOP" : "DELAY_BETWEEN", values: { ...delay, step } };
    }
  }
}

/** The step nearest to the one asked for of which every delay is a whole number. */
export function nearestStep(times: readonly number[], period: number): number | undefined {
  const [first = 0] = times;
  const off = (count: number): number => Math.abs(Math.log(first / count / period));
  return Array.from({ length: mostSamples }, (_, i) => i + 1)
    .filter((count) => times.every((time) => (wholeSamples(time, first / count) ?? 0) > 0))
    .toSorted((a, b) => off(a) - off(b))
    .map((count) => Number((first / count).toPrecision(12)))
    .find((step) => times.every((time) => wholeSamples(time, step) !== undefined));
}
