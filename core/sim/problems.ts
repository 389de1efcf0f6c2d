/** What can go wrong in a run, as problems with a code, the block, the time and the cure. */
import type { Problem } from "../ir/ir.ts";
import type { LoopFailure, Place } from "./engine.ts";

/** Short enough to read, long enough to find the place. */
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(8)));
}

export function settingProblem(setting: string, message: string, hint?: string): Problem {
  return { severity: "error", code: "RUN_SETTING", path: `run.${setting}`, message, ...(hint ? { hint } : {}) };
}

export function notLinearProblem(): Problem {
  return {
    severity: "error",
    code: "NOT_LTI",
    path: "run.solver",
    message:
      "The exact solver needs a linear time-invariant model whose inputs are constant or straight lines between events.",
    hint: "Choose the solver auto, or any other than exact.",
  };
}

export function notFiniteProblem(place: Place | undefined, time: number, severity: "error" | "warning"): Problem {
  const at = shortNumber(time);
  return {
    severity,
    code: "NONFINITE",
    path: place?.block ?? "",
    message: `${place?.path ?? "A signal"} stops being a finite number at t = ${at} s although all that it is computed from is finite.`,
    hint: "Look for a division by zero, a root or logarithm of a negative number, or an overflow in this block.",
    values: { signal: place?.path ?? "", time: at },
    time,
  };
}

export function divergedProblem(place: Place, time: number): Problem {
  const at = shortNumber(time);
  return {
    severity: "error",
    code: "DIVERGED",
    path: place.block,
    message: `${place.path} grows beyond all bounds; the run ends at t = ${at} s.`,
    hint: "The model is unstable: check the signs of its feedback, or stop the run earlier.",
    values: { signal: place.path, time: at },
    time,
  };
}

export function stepProblem(code: "HMIN" | "HNIL", place: Place, time: number): Problem {
  const at = shortNumber(time);
  return {
    severity: "error",
    code,
    path: place.block,
    message:
      code === "HMIN"
        ? `The step that ${place.path} needs became too small to go on at t = ${at} s.`
        : `Time no longer moves at t = ${at} s: the step that ${place.path} needs is below its resolution.`,
    hint: "A signal may grow without bound or be discontinuous here; otherwise loosen run.rtol and run.atol.",
    values: { signal: place.path, time: at },
    time,
  };
}

export function zenoProblem(place: Place, time: number, count: number): Problem {
  const at = shortNumber(time);
  return {
    severity: "error",
    code: "ZENO",
    path: place.block,
    message: `${place.path} switched ${count} times while time stood still at t = ${at} s.`,
    hint: "Add hysteresis or a small delay to what switches, or make it smooth.",
    values: { signal: place.path, time: at, count },
    time,
  };
}

export function chatterProblem(block: string, time: number, count: number): Problem {
  const at = shortNumber(time);
  return {
    severity: "error",
    code: "CHATTER",
    path: block,
    message: `What happens at t = ${at} s sets itself off again and again: after ${count} rounds it is still not at rest.`,
    hint: "Add hysteresis or a Unit Delay to what switches or resets here.",
    values: { time: at, count },
    time,
  };
}

export function loopProblem(failure: LoopFailure, time: number): Problem {
  const at = shortNumber(time);
  const singular = !(failure.rcond > 1.1102230246251565e-16);
  const names = failure.loop.join(" -> ");
  return {
    severity: "error",
    code: singular ? "LOOP_SINGULAR" : "LOOP_NOT_CONVERGED",
    path: failure.loop[0] ?? "",
    message: singular
      ? `The algebraic loop ${names} has no unique solution at t = ${at} s (reciprocal condition ${failure.rcond.toExponential(1)}).`
      : `The algebraic loop ${names} could not be solved at t = ${at} s (residual ${failure.residual.toExponential(1)}).`,
    hint: "Break the loop with a state or a delay, or change the gains in it.",
    values: { loop: names, time: at, rcond: failure.rcond, residual: failure.residual },
    related: failure.loop,
    time,
  };
}

export function workProblem(time: number, steps: number): Problem {
  const at = shortNumber(time);
  return {
    severity: "error",
    code: "WORK",
    path: "run.stop",
    message: `The run was ended at t = ${at} s after ${steps} steps.`,
    hint: "Stop earlier, loosen run.rtol, or look for very fast dynamics, samples or pulses.",
    values: { time: at, steps },
    time,
  };
}

export function stiffProblem(time: number): Problem {
  return {
    severity: "warning",
    code: "STIFF",
    path: "run.solver",
    message:
      "The model looks stiff: stability, not accuracy, sets the step, so the run takes more steps than its answer needs.",
    hint: "Choose the solver auto, rodas4 or bdf, or replace dynamics much faster than the rest by their steady state.",
    time,
  };
}
