/**
 * What the worker tells of a linear model beside its matrices: poles with their damping and natural frequency, and zeros, of the
 * system that A, B, C, D are of. All mathematics is core/lti's.
 */
import type { Linearization } from "../../core/linearize/linearization.ts";
import type { Linearized } from "../../core/linearize/linearize.ts";
import { damp } from "../../core/lti/pole.ts";
import { tzero } from "../../core/lti/tzero.ts";
import type { AnalysisView } from "./protocol.ts";

/** Poles and zeros of more states than this take longer than a number may be dragged for. */
const mostStates = 150;

export function analysisView(linearized: Linearized): AnalysisView {
  if (!linearized.ok) return { kind: "refused", problems: linearized.problems };
  const { x, u, y } = linearized.linearization.system;
  if (x.length > mostStates) return { kind: "tooLarge", states: x.length, most: mostStates };
  if (u.length === 0 || y.length === 0) return { kind: "noSignals", missing: u.length === 0 ? "inputs" : "outputs" };
  return x.length === 0 ? { kind: "static" } : poleZeroView(linearized.linearization);
}

function poleZeroView({ system, exact, at }: Linearization): AnalysisView {
  const { zeros, normalRank } = tzero(system);
  return {
    kind: "poleZero",
    time: system.time,
    inputs: system.u,
    outputs: system.y,
    poles: damp(system),
    // Where no input reaches any output every s would be one.
    zeros: normalRank === 0 ? [] : zeros,
    connected: normalRank > 0,
    exact,
    t: at.t,
  };
}
