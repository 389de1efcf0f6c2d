/** From what the worker tells of a plot to what Chart draws: axes, marks of margins and of the step, levels. */
import type { AnalysisCurve, CurvesView } from "../engine/protocol.ts";
import type { FrequencyUnit } from "../store/view.ts";
import { written } from "../ui/figures.ts";
import type { Translate } from "../ui/i18n.ts";
import type { ChartMark, ChartPane } from "./ChartPane.tsx";
import type { ChartLine, Range } from "./chartGeometry.ts";
import { nearestIndex, rangeOf } from "./chartGeometry.ts";
import { inUnit } from "./frequencyUnit.ts";
import { nicholsGrid } from "./nicholsGrid.ts";
import type { Kept } from "./keptSystems.ts";
import { csvCell } from "./runTable.ts";

/** Kept systems lie under the present one. All frequencies are in the unit. */
export function curvePanes(
  view: CurvesView,
  unit: FrequencyUnit,
  text: Translate,
  kept: readonly Kept<CurvesView>[] = [],
): readonly ChartPane[] {
  const lines = view.panes.map((curves, pane): readonly ChartLine[] => [
    ...kept.flatMap(({ view: old, name, colour, dash }) =>
      (old.panes[pane] ?? []).map((curve) => ({ ...curve, name: keptCurve(name, curve.name), colour, dash })),
    ),
    ...curves.map(coloured),
  ]);
  const ends = [...kept, { view, colour: 0 }].flatMap(({ view: { time }, colour }) =>
    time.kind === "discrete" ? [{ x: inUnit(Math.PI / time.period, unit), colour }] : [],
  );
  const [first = [], second = []] = lines;
  const frequency = text("analyse.axis.frequency", { unit });
  switch (view.plot) {
    case "step":
      return [
        {
          lines: first,
          x: "linear",
          y: "linear",
          xName: text("analyse.axis.time"),
          yName: text("analyse.axis.value"),
          unit: "",
          levels: [0],
          marks: stepMarks(view, text),
        },
      ];
    case "bode":
      return [
        {
          lines: first,
          x: "log",
          y: "linear",
          xName: frequency,
          yName: text("analyse.axis.gain"),
          unit: " dB",
          least: 0.01,
          levels: [0],
          ends,
          marks: bodeMarks(view, text).gain,
        },
        {
          lines: second,
          x: "log",
          y: "degrees",
          xName: frequency,
          yName: text("analyse.axis.phase"),
          unit: "°",
          least: 30,
          levels: view.margins ? [-180] : [],
          ends,
          marks: bodeMarks(view, text).phase,
        },
      ];
    case "sigma":
      return [
        {
          lines: first,
          x: "log",
          y: "linear",
          xName: frequency,
          yName: text("analyse.axis.sigma"),
          unit: " dB",
          least: 0.01,
          levels: [0],
          ends,
        },
      ];
    case "nyquist": {
      const mirrored = first.map((line): ChartLine => ({ ...line, y: line.y.map((v) => -v), faint: true }));
      return [
        {
          lines: [circle, ...mirrored, ...first],
          x: "linear",
          y: "linear",
          xName: text("analyse.axis.re"),
          yName: text("analyse.axis.im"),
          unit: "",
          levels: [0],
          marks: [{ x: -1, y: 0, shape: "cross", label: "−1" }, ...nyquistMarks(view)],
          box: nyquistBox([...mirrored, ...first]),
        },
      ];
    }
    case "nichols": {
      const angles = rangeOf(first, "x", "linear");
      const critical: ChartMark[] = [];
      for (let turn = -180; turn > angles[0] - 180; turn -= 360) critical.push({ x: turn, y: 0, shape: "cross" });
      if (angles[1] > 90) critical.push({ x: 180, y: 0, shape: "cross" });
      const shown: Range = [Math.min(angles[0], -200), Math.max(angles[1], -160)];
      return [
        {
          lines: first,
          x: "degrees",
          y: "linear",
          xName: text("analyse.axis.phase"),
          yName: text("analyse.axis.gain"),
          unit: " dB",
          levels: [0],
          marks: [...critical, ...nicholsMarks(view, first.at(-1), text)],
          grid: nicholsGrid(shown),
          box: {
            x: shown,
            y: rangeOf(first, "y", "linear", { within: [-60, 60], least: 20 }),
          },
        },
      ];
    }
  }
}

const coloured = (curve: AnalysisCurve, colour: number): ChartLine => ({ ...curve, colour });

/** A curve of a kept system among others. */
const keptCurve = (system: string, curve: string): string => `${system}: ${curve}`;

/** |H| = 1, to see phase margins by. */
const circle: ChartLine = {
  name: "",
  colour: 0,
  faint: true,
  x: Float64Array.from({ length: 181 }, (_, k) => Math.cos((k * Math.PI) / 90)),
  y: Float64Array.from({ length: 181 }, (_, k) => Math.sin((k * Math.PI) / 90)),
};

/** Around -1 and the curves; where they run off to infinity or far away, around -1 and the unit circle. */
function nyquistBox(lines: readonly ChartLine[]): { readonly x: Range; readonly y: Range } {
  const far = lines.reduce(
    (most, { x, y }) => x.reduce((m, re, k) => Math.max(m, Number.isFinite(re) ? Math.hypot(re, y[k]!) : 0), most),
    0,
  );
  const most = far > 30 ? 3 : Math.max(1.2, far * 1.05);
  const inside = { within: [-most, most] as const, share: 0.08 };
  const [x, y] = [rangeOf(lines, "x", "linear", inside), rangeOf(lines, "y", "linear", inside)];
  return { x: [Math.min(x[0], -1.3), Math.max(x[1], 0.3)], y };
}

interface BodeMarks {
  readonly gain: readonly ChartMark[];
  readonly phase: readonly ChartMark[];
}

/** Each crossing by a dot, the smallest margins by their lengths. */
function bodeMarks({ margins, panes }: CurvesView, text: Translate): BodeMarks {
  if (!margins) return { gain: [], phase: [] };
  const { gains, phases } = smallest(margins);
  const phase = panes[1]![0]!;
  return {
    gain: margins.gains
      .filter(({ frequency }) => frequency > 0)
      .map((one): ChartMark => {
        const size = -20 * Math.log10(one.gain);
        const label = text("analyse.mark.gain", { value: written(-size, 3) });
        return { x: one.frequency, y: size, ...(one === gains && { to: 0, label }) };
      }),
    phase: margins.phases.map((one): ChartMark => {
      const there = phase.y[nearestIndex(phase.x.length, (k) => Math.abs(Math.log(phase.x[k]! / one.frequency)))]!;
      const turn = one.phase - 180;
      const y = turn + 360 * Math.round((there - turn) / 360);
      const label = text("analyse.mark.phase", { value: written(one.phase, 3) });
      return { x: one.frequency, y, ...(one === phases && { to: y - one.phase, label }) };
    }),
  };
}

/** The gain margin nearest to 1 and the phase margin nearest to 0, as they are among all. */
export function smallest({ gains, phases }: NonNullable<CurvesView["margins"]>) {
  const least = <T>(list: readonly T[], of: (one: T) => number): T | undefined =>
    list.reduce<T | undefined>((best, one) => (best && of(best) <= of(one) ? best : one), undefined);
  return {
    gains: least(gains, ({ gain }) => Math.abs(Math.log(gain))),
    phases: least(phases, ({ phase }) => Math.abs(phase)),
  };
}

function nyquistMarks({ margins }: CurvesView): readonly ChartMark[] {
  if (!margins) return [];
  const { gains, phases } = smallest(margins);
  const angle = phases && ((phases.phase - 180) * Math.PI) / 180;
  return [
    ...(gains ? [{ x: -1 / gains.gain, y: 0 }] : []),
    ...(angle === undefined ? [] : [{ x: Math.cos(angle), y: Math.sin(angle) }]),
  ];
}

/** The smallest margins, each as the way from the curve to the critical point: down or up to 0 dB, and along it. */
function nicholsMarks({ margins }: CurvesView, curve: ChartLine | undefined, text: Translate): readonly ChartMark[] {
  if (!margins || !curve) return [];
  const { gains, phases } = smallest(margins);
  /** The angle among all its turns that the curve has there. */
  const onCurve = (angle: number, frequency: number): number => {
    const at = nearestIndex(curve.x.length, (k) => Math.abs(Math.log((curve.at?.[k] ?? 0) / frequency)));
    return angle + 360 * Math.round((curve.x[at]! - angle) / 360);
  };
  const size = gains && -20 * Math.log10(gains.gain);
  return [
    ...(gains && gains.frequency > 0
      ? [
          {
            x: onCurve(-180, gains.frequency),
            y: size!,
            to: 0,
            label: text("analyse.mark.gain", { value: written(-size!, 3) }),
          },
        ]
      : []),
    ...(phases
      ? [
          {
            x: onCurve(phases.phase - 180, phases.frequency),
            y: 0,
            label: text("analyse.mark.phase", { value: written(phases.phase, 3) }),
          },
        ]
      : []),
  ];
}

/** Of one curve: its peak where it overshoots, and where it has settled. */
function stepMarks({ steps, panes }: CurvesView, text: Translate): readonly ChartMark[] {
  const [info] = steps ?? [];
  if (panes[0]!.length !== 1 || !info?.ok) return [];
  return [
    ...(info.overshoot > 0.01
      ? [{ x: info.peakTime, y: info.peak, label: text("analyse.mark.peak", { value: written(info.peak, 3) }) }]
      : []),
    ...(Number.isFinite(info.settling)
      ? [
          {
            x: info.settling,
            y: valueAt(panes[0]![0]!, info.settling),
            label: text("analyse.mark.settled", { value: written(info.settling, 3) }),
          },
        ]
      : []),
  ];
}

function valueAt({ x, y }: CurvesView["panes"][number][number], at: number): number {
  return y[nearestIndex(x.length, (k) => Math.abs(x[k]! - at))]!;
}

/** {unit} is that of frequencies. */
const columns: { readonly [plot in CurvesView["plot"]]: string } = {
  step: "curve,t (s),y",
  bode: "curve,frequency ({unit}),gain (dB),phase (deg)",
  nyquist: "curve,frequency ({unit}),re,im",
  nichols: "curve,frequency ({unit}),phase (deg),gain (dB)",
  sigma: "curve,frequency ({unit}),gain (dB)",
};

/** A line for each point of each curve, for spreadsheets; those of kept systems last, by name. */
export function curvesCsv(view: CurvesView, unit: FrequencyUnit, kept: readonly Kept<CurvesView>[] = []): string {
  const lines = [columns[view.plot].replace("{unit}", unit)];
  const told = [{ panes: view.panes, naming: (name: string) => name }].concat(
    kept.map((one) => ({ panes: one.view.panes, naming: (name: string) => keptCurve(one.name, name) })),
  );
  for (const { panes, naming } of told)
    panes[0]!.forEach(({ name, x, y, at }, i) => {
      for (let k = 0; k < x.length; k++) {
        const values = [...(at ? [at[k]!] : []), x[k]!, y[k]!, ...panes.slice(1).map((pane) => pane[i]!.y[k]!)];
        lines.push([csvCell(naming(name)), ...values.map((v) => (Number.isFinite(v) ? String(v) : ""))].join(","));
      }
    });
  return `${lines.join("\n")}\n`;
}
