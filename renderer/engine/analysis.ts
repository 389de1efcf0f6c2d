/**
 * What the worker tells of a linear model beside its matrices: poles and zeros, or the curves of a plot, of the system that A, B, C, D
 * are of. All mathematics is core's.
 */
import { Matrix } from "ml-matrix";
import { bode, nichols, nyquist } from "../../core/analysis/bode.ts";
import { rlocus } from "../../core/analysis/rlocus.ts";
import { allmargin } from "../../core/analysis/margin.ts";
import { sigma } from "../../core/analysis/sigma.ts";
import { closedDynamics, type Dynamics, dynamics } from "../../core/analysis/dynamics.ts";
import { delayedInstants } from "../../core/analysis/instants.ts";
import { step } from "../../core/analysis/step.ts";
import { stepinfo } from "../../core/analysis/stepinfo.ts";
import type { Linearized } from "../../core/linearize/linearize.ts";
import { type Delayed, interconnectDelayed } from "../../core/lti/delay.ts";
import { delayPaths } from "../../core/lti/delayPaths.ts";
import { feedback } from "../../core/lti/interconnect.ts";
import { gain } from "../../core/lti/model.ts";
import { damp, pole } from "../../core/lti/pole.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import { tzero } from "../../core/lti/tzero.ts";
import { promptStates } from "./promptStates.ts";
import type {
  AnalysisCurve,
  AnalysisPlot,
  AnalysisView,
  CurvesView,
  LocusView,
  PointRequest,
  PoleZeroView,
  SystemView,
} from "./protocol.ts";

/** Eigenvalues cost the third power of the states: half a minute here. */
const mostStates = 1000;
/** More curves than this in one plot are not told apart. */
const mostCurves = 8;
/** Below this share of its largest value a response is a sum that rounding alone is left of. */
const rounding = 1e-14;

/** Whether the signals asked for are one, at which its loop is cut: what comes back there is minus the loop's gain. */
export function isLoop(point: PointRequest | undefined): boolean {
  const { inputs = [], outputs = [], open = [] } = point ?? {};
  return inputs.length === 1 && outputs.length === 1 && inputs[0] === outputs[0] && open.includes(inputs[0]!);
}

/** A linear system and where it holds. */
interface Analysed {
  /** Transport delays are there as Pade approximations. */
  readonly system: StateSpace;
  /** The same with its delays, where it has any and they can be kept. */
  readonly late: Delayed | undefined;
  /** It has delays. */
  readonly delays: boolean;
  readonly loop: boolean;
  readonly exact: boolean;
  readonly t: number;
}

/** Whether delays of the model are approximated in its matrices. */
export const isApproximate = (linearized: Linearized): boolean =>
  linearized.ok && linearized.linearization.problems.some(({ code }) => code === "DELAY_PADE");

/** `kept`: the same with its delays as they are, where they can be. */
export function analysisView(
  linearized: Linearized,
  plot: AnalysisPlot,
  loop: boolean,
  kept?: Linearized,
): { readonly analysis: AnalysisView; readonly system?: SystemView } {
  if (!linearized.ok) return { analysis: { kind: "refused", problems: linearized.problems } };
  const { system, at } = linearized.linearization;
  const late = kept?.ok && kept.linearization.internal.length > 0 ? kept.linearization : undefined;
  const analysed = {
    system,
    late: late && {
      system: late.system,
      input: system.u.map(() => 0),
      output: system.y.map(() => 0),
      internal: late.internal,
    },
    delays: isApproximate(linearized),
    loop,
    exact: linearized.linearization.exact || (late?.exact ?? false),
    t: at.t,
  };
  const states = system.x.length;
  const drawable = states <= mostStates && system.u.length > 0 && system.y.length > 0;
  return {
    analysis: drawable && states > promptStates ? { kind: "large", states } : viewOf(analysed, plot),
    ...(drawable && { system: packed(analysed) }),
  };
}

/** Of a system that was kept. */
export const keptView = (system: SystemView, plot: AnalysisPlot): AnalysisView => viewOf(unpacked(system), plot);

export function packed({ system, late, ...where }: Analysed): SystemView {
  const rows = (m: Matrix): Float64Array => Float64Array.from(m.to1DArray());
  const of = ({ A, B, C, D }: StateSpace) => ({ A: rows(A), B: rows(B), C: rows(C), D: rows(D) });
  const { time, u, x, y } = system;
  return {
    ...of(system),
    time,
    u,
    x,
    y,
    ...(late && { late: { ...of(late.system), x: late.system.x, times: late.internal } }),
    ...where,
  };
}

function unpacked({ A, B, C, D, time, u, x, y, late, ...where }: SystemView): Analysed {
  const matrix = (rows: number, columns: number, data: Float64Array): Matrix =>
    data.length === 0 ? Matrix.zeros(rows, columns) : Matrix.from1DArray(rows, columns, [...data]);
  const of = (from: Pick<SystemView, "A" | "B" | "C" | "D">, n: number, m: number, p: number) => ({
    A: matrix(n, n, from.A),
    B: matrix(n, m, from.B),
    C: matrix(p, n, from.C),
    D: matrix(p, m, from.D),
    time,
  });
  const names = (list: readonly string[], more: readonly number[]) => [
    ...list,
    ...more.map((_, k) => `delay ${k + 1}`),
  ];
  const count = late?.times.length ?? 0;
  return {
    system: { ...of({ A, B, C, D }, x.length, u.length, y.length), u, x, y },
    late: late && {
      system: {
        ...of(late, late.x.length, u.length + count, y.length + count),
        u: names(u, late.times),
        x: late.x,
        y: names(y, late.times),
      },
      input: u.map(() => 0),
      output: y.map(() => 0),
      internal: late.times,
    },
    ...where,
  };
}

function viewOf(analysed: Analysed, plot: AnalysisPlot): AnalysisView {
  const { system, loop } = analysed;
  const { x, u, y } = system;
  if (x.length > mostStates) return { kind: "tooLarge", states: x.length, most: mostStates };
  if (u.length === 0 || y.length === 0) return { kind: "noSignals", missing: u.length === 0 ? "inputs" : "outputs" };
  if (plot !== "poleZero" && plot !== "rlocus") return curvesView(analysed, plot);
  if (x.length === 0) return { kind: "static" };
  if (plot === "poleZero") return poleZeroView(analysed);
  if (u.length > 1 || y.length > 1) return { kind: "notSiso", inputs: u.length, outputs: y.length };
  return {
    ...poleZeroView(analysed),
    locus: locusView(loop ? turned(system) : system, loop),
  };
}

/** What comes back where a loop is cut is minus its gain. */
function turned<T extends StateSpace>(system: T, outputs = system.y.length): T {
  const minus = (m: Matrix): Matrix => {
    const all = m.clone();
    for (let i = 0; i < outputs; i++) all.mulRow(i, -1);
    return all;
  };
  return { ...system, C: minus(system.C), D: minus(system.D) };
}

function locusView(open: StateSpace, loop: boolean): LocusView {
  const own = dynamics(open);
  const { gains, branches } = rlocus(open, undefined, own);
  return {
    gains,
    branches: branches.map((branch) => ({
      re: Float64Array.from(branch, ([re]) => re),
      im: Float64Array.from(branch, ([, im]) => im),
    })),
    closed: rlocus(open, [1], own).branches.map(([root]) => root!),
    loop,
  };
}

function poleZeroView({ system, delays, exact, t }: Analysed): PoleZeroView {
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
    pade: delays,
    exact,
    t,
  };
}

type Model = StateSpace | Delayed;

interface Named {
  readonly name: string;
  readonly model: Model;
  /** Its dynamics, where they are known. */
  readonly bends: Dynamics | undefined;
}

/** Shorter delays against the length of a response would take too many steps: they are approximated there. */
const mostDelays = 20_000;

/** Dead time on the one way from one input to one output, in no loop, as at the input: margins and stability are exact there. */
function outside(late: Delayed): Delayed {
  if (late.input.length !== 1 || late.output.length !== 1) return late;
  const model = delayPaths(late)?.model;
  return model?.input.length === 1 ? model : late;
}

function curvesView(analysed: Analysed, plot: CurvesView["plot"]): AnalysisView {
  const { system } = analysed;
  const late = analysed.late && outside(analysed.late);
  if (late) {
    try {
      return curvesOf({ ...analysed, late }, plot, late);
    } catch (error) {
      // Delays so short, or so many jumps going round, that a response would not end: core says which.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return curvesOf(analysed, plot, system);
}

function curvesOf(
  { system, late, delays, exact, t, loop }: Analysed,
  plot: CurvesView["plot"],
  model: Model,
): AnalysisView {
  const pairs = system.u.length * system.y.length;
  const open = !loop ? model : "internal" in model ? { ...model, system: turned(model.system, 1) } : turned(model);
  const bends = pairs === 1 && plot !== "step" && plot !== "sigma" ? dynamics(open) : undefined;
  const all = loop ? ofLoop(open, system, bends) : [];
  const shown = plot === "step" ? all.filter(({ name }) => name === "T") : plot === "bode" ? all : all.slice(0, 1);
  const told = shown.length > 0 ? shown : [{ name: "", model: open, bends }];
  return {
    kind: "curves",
    plot,
    time: system.time,
    ...drawn(plot, told, system),
    left: plot === "sigma" ? 0 : Math.max(0, pairs - mostCurves),
    loop,
    ...(delays && { delays: model === late ? "exact" : "pade" }),
    ...(bends && { margins: allmargin(open, bends) }),
    exact,
    t,
  };
}

/** Loop gain L, sensitivity S = 1 / (1 + L) and complementary sensitivity T = L / (1 + L), as far as the loop closes. */
function ofLoop(L: Model, { time }: StateSpace, bends: Dynamics | undefined): readonly Named[] {
  const one = gain(new Matrix([[1]]), time);
  const join = (seen: readonly [number, number]): Model | undefined => {
    // The error, 1 times what comes in less what comes back, and the loop behind it.
    const joined = interconnectDelayed(
      [one, L],
      [
        [0, -1],
        [1, 0],
      ],
      [[1], [0]],
      [seen],
    );
    return joined.ok ? joined.model : undefined;
  };
  const close = (S: boolean): Model | undefined => {
    if ("internal" in L) return join(S ? [1, 0] : [0, 1]);
    const closed = S ? feedback(one, L) : feedback(L, one);
    return closed.ok ? closed.system : undefined;
  };
  const [S, T] = [close(true), close(false)];
  const closed =
    bends && T && !("internal" in L) ? closedDynamics(bends, L.D.get(0, 0), pole(T as StateSpace)) : undefined;
  return [
    { name: "L", model: L, bends },
    ...(S ? [{ name: "S", model: S, bends: closed?.S }] : []),
    ...(T ? [{ name: "T", model: T, bends: closed?.T }] : []),
  ];
}

function stepOf(model: Model) {
  if (!("internal" in model)) return step(model);
  const at = delayedInstants(model);
  const last = at.reduce((sum, { step: by, count }) => sum + by * (count - 1), 0);
  if (last > mostDelays * Math.min(...model.internal)) throw new RangeError("Delays are too short to be followed");
  return step(model, at);
}

function drawn(
  plot: CurvesView["plot"],
  systems: readonly Named[],
  { u, y }: StateSpace,
): Pick<CurvesView, "panes" | "steps"> {
  const each = <T>(
    make: (model: Model, name: (i: number, j: number) => string, bends: Dynamics | undefined) => readonly T[],
  ): readonly T[] =>
    systems.flatMap(({ name, model, bends }) => {
      const of = (i: number, j: number): string => (name !== "" ? name : u.length === 1 ? y[i]! : `${y[i]} ← ${u[j]}`);
      return make(model, of, bends).slice(0, mostCurves);
    });
  const flat = <T>(
    rows: readonly (readonly Float64Array[])[],
    make: (curve: Float64Array, i: number, j: number) => T,
  ) => rows.flatMap((row, i) => row.map((curve, j) => make(curve, i, j)));
  switch (plot) {
    case "step":
      return {
        panes: [
          each((model, name) => {
            const { t, y: curves } = stepOf(model);
            return flat(curves, (curve, i, j): AnalysisCurve => ({ name: name(i, j), x: t, y: curve }));
          }),
        ],
        steps: each((model) => stepinfo(model).flat()),
      };
    case "bode": {
      const both = each((model, name, bends) => {
        const { frequencies, magnitude, phase } = bode(model, undefined, bends);
        return flat(magnitude, (sizes, i, j) => ({
          name: name(i, j),
          x: frequencies,
          ...audible(decibels(sizes), phase[i]![j]!),
        }));
      });
      return {
        panes: [
          both.map(({ name, x, size }) => ({ name, x, y: size })),
          both.map(({ name, x, angle }) => ({ name, x, y: angle })),
        ],
      };
    }
    case "nyquist":
      return {
        panes: [
          each((model, name, bends) => {
            const { frequencies, re, im } = nyquist(model, undefined, bends);
            return flat(re, (curve, i, j) => ({ name: name(i, j), x: curve, y: im[i]![j]!, at: frequencies }));
          }),
        ],
      };
    case "nichols":
      return {
        panes: [
          each((model, name, bends) => {
            const { frequencies, decibels: sizes, phase } = nichols(model, undefined, bends);
            return flat(sizes, (curve, i, j) => {
              const { size, angle } = audible(curve, phase[i]![j]!);
              return { name: name(i, j), x: angle, y: size, at: frequencies };
            });
          }),
        ],
      };
    case "sigma":
      return {
        panes: [
          systems.flatMap(({ model }) => {
            const { frequencies, values } = sigma(model);
            return values.map((curve, i) => ({ name: `σ${i + 1}`, x: frequencies, y: decibels(curve) }));
          }),
        ],
      };
  }
}

const decibels = (sizes: Float64Array): Float64Array => sizes.map((size) => 20 * Math.log10(size));

/** Without what is rounding only, the angle of which means nothing. */
function audible(
  size: Float64Array,
  angle: Float64Array,
): { readonly size: Float64Array; readonly angle: Float64Array } {
  const least = size.reduce((most, v) => (v > most ? v : most), Number.NEGATIVE_INFINITY) + 20 * Math.log10(rounding);
  const quiet = (k: number): boolean => !(size[k]! >= least);
  return {
    size: size.map((v, k) => (quiet(k) ? Number.NaN : v)),
    angle: angle.map((v, k) => (quiet(k) ? Number.NaN : v)),
  };
}
