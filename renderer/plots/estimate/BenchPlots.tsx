/** A run with what the estimators make of it, and how honest they are over time. */
import { extremes } from "../../../core/data/extremes.ts";
import type { Band } from "../../../core/estimate/consistency.ts";
import { showSeed } from "../../engine/estimateClient.ts";
import type { TrackView } from "../../engine/estimateProtocol.ts";
import { useEstimated } from "../../store/estimated.ts";
import type { EstimateResult, EstimateView } from "../../store/estimated.ts";
import { Empty } from "../../ui/Empty.tsx";
import { written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";
import type { Translate } from "../../ui/i18n.ts";
import { Chart } from "../Chart.tsx";
import type { ChartPane } from "../ChartPane.tsx";
import type { ChartLine } from "../chartGeometry.ts";
import { ViewSwitch } from "../ViewSwitch.tsx";
import { NumberField } from "../data/NumberField.tsx";
import { bandWords, colourOf, namesOf, truthColour, withUnit } from "./benchTable.ts";
import { lostText } from "./faultText.ts";

const views: readonly EstimateView[] = ["states", "errors", "nees", "nis"];

type Honesty = "nees" | "nis";
const isHonesty = (view: EstimateView): view is Honesty => view === "nees" || view === "nis";

export function BenchPlots({ result }: { readonly result: EstimateResult }) {
  const text = useText();
  const view = useEstimated((state) => state.view);
  const chosenId = useEstimated((state) => state.chosen);
  const state = useEstimated((all) => all.state);
  const { bench, track, rows, seeds } = result;
  const chosen = Math.max(
    0,
    rows.findIndex(({ id }) => id === chosenId),
  );
  return (
    <div className="identify-plots">
      <div className="estimate-bar">
        <ViewSwitch
          views={views}
          value={view}
          label={text("estimate.view")}
          nameOf={(each) => text(`estimate.view.${each}`)}
          onChange={(next) => useEstimated.setState({ view: next })}
        />
        {!isHonesty(view) ? (
          <>
            <select
              className="ui-input"
              aria-label={text("estimate.state")}
              value={state}
              onChange={(event) => useEstimated.setState({ state: Number(event.target.value) })}
            >
              {bench.states.map(({ name, label }, i) => (
                <option key={name} value={i}>
                  {label}
                </option>
              ))}
            </select>
            {track.truth && (
              <label>
                <span>{text("estimate.seed")}</span>
                <NumberField key={track.seed} value={track.seed} least={1} most={seeds} whole onChange={showSeed} />
              </label>
            )}
          </>
        ) : (
          <Said result={result} chosen={chosen} view={view} />
        )}
      </div>
      <div className="identify-plot">
        <Shown result={result} chosen={chosen} view={view} state={state} />
      </div>
    </div>
  );
}

const bandsOf = ({ bench }: EstimateResult, view: Honesty): readonly (Band | undefined)[] =>
  bench.report.judged.map((one) => (one.runs === 0 ? undefined : view === "nis" ? one.nis : one.error?.nees));

function Said({
  result,
  chosen,
  view,
}: {
  readonly result: EstimateResult;
  readonly chosen: number;
  readonly view: Honesty;
}) {
  const text = useText();
  const band = bandsOf(result, view)[chosen];
  if (!band) return null;
  const name = namesOf(result.rows, text)[chosen]!;
  return (
    <p className="data-note" role="status">
      {text(`estimate.says.${band.verdict}`, { name, ...bandWords(band) })}
    </p>
  );
}

interface ShownProps {
  readonly result: EstimateResult;
  readonly chosen: number;
  readonly view: EstimateView;
  readonly state: number;
}

function Shown({ result, chosen, view, state }: ShownProps) {
  const text = useText();
  const { bench, track, rows } = result;
  const names = namesOf(rows, text);
  const reading = (t: number): string => `t = ${written(t, 5)} s`;
  if (isHonesty(view)) {
    const bands = bandsOf(result, view);
    if (bands.every((band) => !band))
      return <Empty title={text("estimate.noTruth")}>{text("estimate.noTruth.next")}</Empty>;
    return (
      <Chart
        key={view}
        panes={[honestyPane(bands, names, track, view, text)]}
        reading={reading}
        described={text(`estimate.${view}.described`)}
      />
    );
  }
  if (view === "errors" && !track.truth)
    return <Empty title={text("estimate.noTruth")}>{text("estimate.noTruth.next")}</Empty>;
  const estimate = track.estimates[chosen]!;
  if (!estimate.ok)
    return <Empty title={text("estimate.lostRun", { name: names[chosen]!, why: lostText(estimate.lost) })} />;
  const { label } = bench.states[state]!;
  const described =
    view === "errors"
      ? "estimate.errors.described"
      : track.truth
        ? "estimate.states.described"
        : "estimate.states.recorded";
  return (
    <Chart
      key={`${view} ${state}`}
      panes={[statesPane(result, chosen, state, names, text, view === "errors")]}
      reading={reading}
      described={text(described, {
        state: label,
        names: names.join(", "),
        chosen: names[chosen]!,
      })}
    />
  );
}

/** The samples that are drawn of curves over t: all curves have those of each. */
function thinned(t: Float64Array, curves: readonly Float64Array[]): (values: Float64Array) => Float64Array {
  const picked = extremes(curves, 0, t.length - 1);
  return (values) => (picked ? Float64Array.from(picked, (i) => values[i]!) : values);
}

/** Estimates beside the truth, or less it. */
function statesPane(
  { bench, track }: EstimateResult,
  chosen: number,
  state: number,
  names: readonly string[],
  text: Translate,
  less: boolean,
): ChartPane {
  const { t, estimates } = track;
  const truth = track.truth?.[state];
  const of = (values: Float64Array): Float64Array => (less && truth ? values.map((v, k) => v - truth[k]!) : values);
  const own = estimates[chosen]!;
  // Errors lie around 0, where the truth is.
  const middle = !own.ok ? new Float64Array(0) : less ? new Float64Array(t.length) : own.x[state]!;
  const edge = (sign: number): Float64Array =>
    middle.map((v, k) => v + (own.ok ? sign * 2 * own.sigma[state]![k]! : 0));
  const [low, high] = [edge(-1), edge(1)];
  const means = estimates.flatMap((one, k) => (one.ok ? [{ k, values: of(one.x[state]!) }] : []));
  const pick = thinned(t, [...(truth && !less ? [truth] : []), ...means.map(({ values }) => values), high, low]);
  const x = pick(t);
  const lines: ChartLine[] = means
    // The chosen one lies above the others.
    .toSorted((a, b) => Number(a.k === chosen) - Number(b.k === chosen))
    .map(({ k, values }) => ({
      ...{ name: names[k]!, colour: colourOf(k), x, y: pick(values) },
      ...(k === chosen && { low: pick(low), high: pick(high) }),
    }));
  const { label, unit } = bench.states[state]!;
  return {
    lines: [
      ...(truth && !less ? [{ name: text("estimate.truth"), colour: truthColour, x, y: pick(truth) }] : []),
      ...lines,
    ],
    ...(less && { levels: [0] }),
    x: "linear",
    y: "linear",
    xName: text("analyse.axis.time"),
    yName: withUnit(less ? text("estimate.axis.error", { name: label }) : label, unit),
    unit: unit ? ` ${unit}` : "",
  };
}

/** Above it an estimator is so far off that only powers of ten show it beside others. */
const wide = 20;

function honestyPane(
  bands: readonly (Band | undefined)[],
  names: readonly string[],
  { t }: TrackView,
  view: Honesty,
  text: Translate,
): ChartPane {
  const there = bands.flatMap((band, k) => (band ? [{ band, k }] : []));
  const pick = thinned(
    t,
    there.map(({ band }) => band.values),
  );
  const time = pick(t);
  const [{ band }] = there as [(typeof there)[0]];
  const [low, high] = band.one;
  const all = (value: number): Float64Array => new Float64Array(time.length).fill(value);
  const most = Math.max(...there.map(({ band: one }) => one.mean));
  return {
    lines: [
      { name: "", colour: truthColour, faint: true, x: time, y: all(band.expected), low: all(low), high: all(high) },
      ...there.map(({ band: { values }, k }) => ({ name: names[k]!, colour: colourOf(k), x: time, y: pick(values) })),
    ],
    x: "linear",
    y: most > wide * high ? "log" : "linear",
    xName: text("analyse.axis.time"),
    yName: text(`estimate.axis.${view}`),
    unit: "",
  };
}
