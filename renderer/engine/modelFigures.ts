/** What is read off an identified model, with how sure it is: step and frequency responses, poles, coefficients, static gains. */
import { dcgain } from "../../core/lti/dcgain.ts";
import { pole } from "../../core/lti/pole.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import { step } from "../../core/analysis/step.ts";
import { lsim } from "../../core/analysis/lsim.ts";
import { coefficientsOf, coefficientsSd, uncertainPoles, uncertainStep } from "../../core/identify/uncertainFigures.ts";
import { uncertainResponse, type ParameterUncertainty } from "../../core/identify/uncertainty.ts";
import { bode } from "../../core/analysis/bode.ts";
import type { Banded, Figure, IdentifiedModel, ModelResponse } from "./dataProtocol.ts";

/** Of a normal distribution, to both sides, for 95 %. */
const sure = 1.959964;
const mostPairs = 12;
const frequencies = 160;
const mostSteps = 400;

type Figures = Pick<IdentifiedModel, "responses" | "figures" | "poles" | "transfer">;

export function figuresOf(system: StateSpace, period: number, uncertainty: ParameterUncertainty | undefined): Figures {
  const { u, y, A } = system;
  const single = u.length === 1 && y.length === 1;
  const transfer = single ? coefficientsOf(system) : undefined;
  return {
    responses: u.length > 0 ? responsesOf(system, period, uncertainty) : [],
    poles:
      uncertainty && A.rows > 0
        ? uncertainPoles(system, uncertainty)
        : pole(system).map(([re, im]) => ({ re, im, reSd: Number.NaN, imSd: Number.NaN })),
    figures: [
      ...(u.length > 0 ? gainsOf(system, uncertainty) : []),
      ...(transfer ? coefficientFigures(transfer, uncertainty && coefficientsSd(system, uncertainty)) : []),
    ],
    ...(transfer && { transfer }),
  };
}

function responsesOf(system: StateSpace, period: number, uncertainty: ParameterUncertainty | undefined) {
  const { u, y } = system;
  const settled = step(system).t;
  const count = Math.max(2, Math.min(mostSteps, Math.round(settled.at(-1)! / period) + 1));
  const t = Float64Array.from({ length: count }, (_, k) => k * period);
  const top = Math.PI / period;
  const w = Float64Array.from(
    { length: frequencies },
    (_, k) => top * 10 ** ((3 * (k - frequencies + 1)) / frequencies),
  );
  const stepped = uncertainty && uncertainStep(system, uncertainty, count);
  const seen = uncertainty && uncertainResponse(system, uncertainty, w);
  const exact = bode(system, w);
  const list: ModelResponse[] = [];
  y.forEach((_, output) =>
    u.forEach((__, input) => {
      if (list.length >= mostPairs) return;
      const rising = stepped ? stepped.response[output]![input]! : stepOf(system, input, count)[output]!;
      const phaseSd = seen?.phaseSd[output]![input]!.map((v) => (Math.min(v, Math.PI / sure) * 180) / Math.PI);
      list.push({
        output,
        input,
        step: banded(t, rising, stepped?.sd[output]![input]),
        gain: banded(w, exact.magnitude[output]![input]!, seen?.gainSd[output]![input], 0),
        phase: banded(w, exact.phase[output]![input]!, phaseSd),
      });
    }),
  );
  return list;
}

function banded(
  x: Float64Array,
  y: Float64Array,
  sd: Float64Array | undefined,
  least = Number.NEGATIVE_INFINITY,
): Banded {
  if (!sd) return { x, y };
  return {
    x,
    y,
    low: y.map((v, k) => Math.max(least, v - sure * sd[k]!)),
    high: y.map((v, k) => v + sure * sd[k]!),
  };
}

function stepOf(system: StateSpace, input: number, count: number): readonly Float64Array[] {
  return lsim(
    system,
    system.u.map((_, j) => new Float64Array(count).fill(j === input ? 1 : 0)),
  ).y;
}

/** Static gains, the first dozen. */
function gainsOf(system: StateSpace, uncertainty: ParameterUncertainty | undefined): readonly Figure[] {
  const { u, y } = system;
  const values = dcgain(system);
  const sd = uncertainty && uncertainResponse(system, uncertainty, [0]).gainSd;
  const all = y.flatMap((to, o) =>
    u.map((from, i): Figure => ({
      name: u.length * y.length === 1 ? "K" : `K(${to} ← ${from})`,
      value: values.get(o, i),
      deviation: sd?.[o]![i]![0] ?? Number.NaN,
    })),
  );
  return all.slice(0, mostPairs);
}

/** b0 z^n + b1 z^(n-1) + ... over z^n + a1 z^(n-1) + ...; coefficients that are 0 by form are left out. */
function coefficientFigures(
  { num, den }: NonNullable<Figures["transfer"]>,
  sd: Figures["transfer"],
): readonly Figure[] {
  const named = (letter: string, values: readonly number[], deviations: readonly number[] | undefined): Figure[] =>
    values.flatMap((value, k) =>
      (letter === "a" && k === 0) || value === 0
        ? []
        : [{ name: `${letter}${k}`, value, deviation: deviations?.[k] ?? Number.NaN }],
    );
  return [...named("b", num, sd?.num), ...named("a", den, sd?.den)];
}
