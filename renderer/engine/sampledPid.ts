/** PID controllers and dead times sampled to their discrete namesakes, what the user typed carried over as it stands. */
import { blockOf } from "../../core/blocks/index.ts";
import { pidOf, pidRules } from "../../core/diagram/discretize.ts";
import type { SampleRule } from "../../core/diagram/discretize.ts";
import type { Block } from "../../core/diagram/document.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { bilinearWeight } from "../../core/lti/bilinear.ts";
import { wholeSamples } from "../../core/lti/delay.ts";
import type { Complex } from "../../core/math/complex.ts";
import type { Refused } from "./designPlant.ts";
import { matrixOf } from "./designText.ts";
import { holds, type SampledForm } from "./sampledForms.ts";

/** That a Delay block holds. */
export const mostSamples = 1000;

/** Limits and manual mode go over too: the rule is the one of its integral and its derivative. */
export function asPid(
  source: Block,
  rule: SampleRule,
  period: number,
  block: Block,
  scope: Scope,
): (SampledForm & { readonly poles: readonly Complex[] }) | Refused {
  const name = pidRules[rule]!;
  const shared = pidOf(source.params);
  const params = { ...shared, integralMethod: name, filterMethod: name };
  const terms = shared["terms"] ?? "";
  const N = matrixOf(shared["N"] ?? "", scope)?.get(0, 0) ?? Number.NaN;
  const ahead = bilinearWeight(rule === "forward" || rule === "backward" ? rule : "tustin");
  if (terms.includes("D") && rule === "forward" && !(N * period < 2))
    return { ok: false, code: "PID_FORWARD", values: { value: Number((N * period).toPrecision(6)) } };
  const poles: Complex[] = [];
  if (terms.includes("I")) poles.push([1, 0]);
  if (terms.includes("D")) poles.push([(1 - (1 - ahead) * N * period) / (1 + ahead * N * period), 0]);
  return { params, follows: holds(block, params, scope), poles };
}

/** Dead time alone: what is held comes out at the first sample after it, so that a part of one is a whole one. */
export function asDelay(source: Block, period: number, block: Block, scope: Scope): SampledForm | Refused {
  const of = (name: string): string => source.params[name] ?? blockOf(source.type)?.params[name]?.default ?? "";
  const times = matrixOf(of("time"), scope)?.to1DArray() ?? [];
  const [time = 0] = times;
  if (times.some((t) => t !== time)) return { ok: false, code: "DELAYS_SEVERAL", values: { block: source.name } };
  const samples = wholeSamples(time, period) ?? Math.ceil(time / period);
  if (samples > mostSamples) return { ok: false, code: "DELAY_TOO_LONG", values: { samples, most: mostSamples } };
  const params = { samples: String(Math.max(1, samples)), initial: of("initial") };
  return { params, follows: holds(block, params, scope) };
}
