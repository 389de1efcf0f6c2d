/**
 * What the worker tells of a linear model beside its matrices: poles and zeros, or the curves of a plot, of the system that A, B, C, D
 * are of. All mathematics is core's.
 */
import { Matrix } from "ml-matrix";
import { bode, nichols, nyquist } from "../../core/analysis/bode.ts";
import { rlocus } from "../../core/analysis/rlocus.ts";
import { allmargin } from "../../core/analysis/margin.ts";
import { sigma } from "../../core/analysis/sigma.ts";
import { step } from "../../core/analysis/step.ts";
import { stepinfo } from "../../core/analysis/stepinfo.ts";
import type { Linearized } from "../../core/linearize/linearize.ts";
import { feedback } from "../../core/lti/interconnect.ts";
import { gain } from "../../core/lti/model.ts";
import { damp } from "../../core/lti/pole.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import { tzero } from "../../core/lti/tzero.ts";
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

/** Poles and zeros of more states than this take longer than a number may be dragged for. */
const mostStates = 150;
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
  readonly system: StateSpace;
  readonly loop: boolean;
  readonly exact: boolean;
  readonly t: number;
}

export function analysisView(
  linearized: Linearized,
  plot: AnalysisPlot,
  loop: boolean,
): { readonly analysis: AnalysisView; readonly system?: SystemView } {
  if (!linearized.ok) return { analysis: { kind: "refused", problems: linearized.problems } };
  const { system, exact, at } = linearized.linearization;
  const analysed = { system, loop, exact, t: at.t };
  const small = system.x.length <= mostStates && system.u.length > 0 && system.y.length > 0;
  return { analysis: viewOf(analysed, plot), ...(small && { system: packed(analysed) }) };
}

/** Of a system that was kept. */
export const keptView = (system: SystemView, plot: AnalysisPlot): AnalysisView => viewOf(unpacked(system), plot);

export function packed({ system, ...where }: Analysed): SystemView {
  const rows = (m: Matrix): Float64Array => Float64Array.from(m.to1DArray());
  const { A, B, C, D, time, u, x, y } = system;
  return { A: rows(A), B: rows(B), C: rows(C), D: rows(D), time, u, x, y, ...where };
}

function unpacked({ A, B, C, D, time, u, x, y, ...where }: SystemView): Analysed {
  const matrix = (rows: number, columns: number, data: Float64Array): Matrix =>
    data.length === 0 ? Matrix.zeros(rows, columns) : Matrix.from1DArray(rows, columns, [...data]);
  const [n, m, p] = [x.length, u.length, y.length];
  const system = { A: matrix(n, n, A), B: matrix(n, m, B), C: matrix(p, n, C), D: matrix(p, m, D), time, u, x, y };
  return { system, ...where };
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
const turned = (system: StateSpace): StateSpace => ({
  ...system,
  C: Matrix.mul(system.C, -1),
  D: Matrix.mul(system.D, -1),
});

function locusView(open: StateSpace, loop: boolean): LocusView {
  const { gains, branches } = rlocus(open);
  return {
    gains,
    branches: branches.map((branch) => ({
      re: Float64Array.from(branch, ([re]) => re),
      im: Float64Array.from(branch, ([, im]) => im),
    })),
    closed: rlocus(open, [1]).branches.map(([root]) => root!),
    loop,
  };
}

function poleZeroView({ system, exact, t }: Analysed): PoleZeroView {
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
    t,
  };
}

interface Named {
  readonly name: string;
  readonly system: StateSpace;
}

function curvesView({ system, exact, t, loop }: Analysed, plot: CurvesView["plot"]): AnalysisView {
  const open = loop ? turned(system) : system;
  const all = loop ? ofLoop(open) : [];
  const shown = plot === "step" ? all.filter(({ name }) => name === "T") : plot === "bode" ? all : all.slice(0, 1);
  const pairs = system.u.length * system.y.length;
  const single = pairs === 1 && plot !== "step" && plot !== "sigma";
  const told = shown.length > 0 ? shown : [{ name: "", system: open }];
  return {
    kind: "curves",
    plot,
    time: system.time,
    ...drawn(plot, told),
    left: plot === "sigma" ? 0 : Math.max(0, pairs - mostCurves),
    loop,
    ...(single && { margins: allmargin(open) }),
    exact,
    t,
  };
}

/** Loop gain L, sensitivity S = 1 / (1 + L) and complementary sensitivity T = L / (1 + L), as far as the loop closes. */
function ofLoop(L: StateSpace): readonly Named[] {
  const one = gain(new Matrix([[1]]), L.time);
  const [S, T] = [feedback(one, L), feedback(L, one)];
  return [
    { name: "L", system: L },
    ...(S.ok ? [{ name: "S", system: S.system }] : []),
    ...(T.ok ? [{ name: "T", system: T.system }] : []),
  ];
}

function drawn(plot: CurvesView["plot"], systems: readonly Named[]): Pick<CurvesView, "panes" | "steps"> {
  const each = <T>(make: (system: StateSpace, name: (i: number, j: number) => string) => readonly T[]): readonly T[] =>
    systems.flatMap(({ name, system }) => {
      const { u, y } = system;
      const of = (i: number, j: number): string => (name !== "" ? name : u.length === 1 ? y[i]! : `${y[i]} ← ${u[j]}`);
      return make(system, of).slice(0, mostCurves);
    });
  const flat = <T>(
    rows: readonly (readonly Float64Array[])[],
    make: (curve: Float64Array, i: number, j: number) => T,
  ) => rows.flatMap((row, i) => row.map((curve, j) => make(curve, i, j)));
  switch (plot) {
    case "step":
      return {
        panes: [
          each((system, name) => {
            const { t, y } = step(system);
            return flat(y, (curve, i, j): AnalysisCurve => ({ name: name(i, j), x: t, y: curve }));
          }),
        ],
        steps: each((system) => stepinfo(system).flat()),
      };
    case "bode": {
      const both = each((system, name) => {
        const { frequencies, magnitude, phase } = bode(system);
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
          each((system, name) => {
            const { frequencies, re, im } = nyquist(system);
            return flat(re, (curve, i, j) => ({ name: name(i, j), x: curve, y: im[i]![j]!, at: frequencies }));
          }),
        ],
      };
    case "nichols":
      return {
        panes: [
          each((system, name) => {
            const { frequencies, decibels: sizes, phase } = nichols(system);
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
          systems.flatMap(({ system }) => {
            const { frequencies, values } = sigma(system);
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
