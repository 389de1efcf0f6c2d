/** The curves of an analysis plot, and beside them what they are judged by: all margins, or rise, settling and overshoot. */
import { memo, useMemo } from "react";
import type { ReactNode } from "react";
import type { CurvesView } from "../engine/protocol.ts";
import type { FrequencyUnit } from "../store/view.ts";
import { complexText, written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import { Chart } from "./Chart.tsx";
import { curvePanes, smallest } from "./curvePanes.ts";
import { useAskedCrossover } from "./designHandles.ts";
import { inUnit, symbolOf } from "./frequencyUnit.ts";
import { notDrawn } from "./keptSystems.ts";
import type { Comparable } from "./keptSystems.ts";

interface CurvesProps {
  /** Its frequencies are in the unit already. */
  readonly view: CurvesView;
  readonly unit: FrequencyUnit;
  readonly kept: Comparable<CurvesView>;
}

export function Curves({ view, unit, kept }: CurvesProps) {
  const text = useText();
  const crossover = useAskedCrossover();
  const asked = view.plot === "bode" && view.loop ? crossover : undefined;
  const plane = view.plot === "nyquist" ? "equal" : view.plot === "nichols" ? "free" : undefined;
  const panes = useMemo(() => curvePanes(view, unit, text, kept.drawn), [view, unit, text, kept.drawn]);
  const notes = [
    ...(asked ? [text("analyse.askedCrossover", { block: asked.name })] : []),
    ...(view.exact ? [] : [text("analyse.linearized", { t: written(view.t) })]),
    ...(view.delays ? [text(`analyse.delays.${view.delays}`)] : []),
    ...(view.loop
      ? [text(`analyse.loop.${view.plot === "bode" ? "all" : view.plot === "step" ? "closed" : "open"}`)]
      : []),
    ...(view.left > 0 ? [text("analyse.left", { count: view.left })] : []),
    ...notDrawn(kept, text),
  ];
  const judged = [{ name: "", view }, ...kept.drawn].filter(({ view: one }) => one.margins ?? one.steps);
  return (
    <section className="analyse" aria-label={text("dock.analyse")}>
      <Chart
        key={view.plot}
        panes={panes}
        {...(plane && { plane })}
        handle={
          asked && {
            x: inUnit(asked.frequency, unit),
            move: (to, gesture) => asked.move(to / inUnit(1, unit), gesture),
          }
        }
        reading={(value) =>
          view.plot === "step" ? `t = ${written(value, 4)} s` : `${symbolOf(unit)} = ${written(value, 4)} ${unit}`
        }
        described={text("analyse.curves", {
          plot: text(`analyse.plot.${view.plot}`),
          names: [...view.panes[0]!, ...kept.drawn].map(({ name }) => name).join(", "),
        })}
      />
      {(judged.length > 0 || notes.length > 0) && (
        <div className="analyse-side">
          {notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
          {judged.map(({ name, view: one }, k) =>
            one.margins ? (
              <MarginTable key={k} of={name} margins={one.margins} unit={unit} />
            ) : (
              <StepTable key={k} of={name} view={one} />
            ),
          )}
        </div>
      )}
    </section>
  );
}

function Rows({
  label,
  rows,
}: {
  readonly label: string;
  readonly rows: readonly (readonly [string, ...ReactNode[]])[];
}) {
  return (
    <table aria-label={label}>
      <tbody>
        {rows.map(([name, ...cells], k) => (
          <tr key={k}>
            <th scope="row">{name}</th>
            {cells.map((cell, c) => (
              <td key={c}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `of`: a kept system; empty: the present one. */
const MarginTable = memo(function MarginTable({
  of,
  margins,
  unit,
}: {
  readonly of: string;
  readonly margins: NonNullable<CurvesView["margins"]>;
  readonly unit: FrequencyUnit;
}) {
  const text = useText();
  const { gains, phases, stable } = margins;
  const least = smallest(margins);
  const at = (frequency: number) => `${written(frequency, 4)} ${unit}`;
  const late = stable
    ? phases.reduce<number>((most, { delay }) => Math.min(most, delay), Number.POSITIVE_INFINITY)
    : undefined;
  const rows: (readonly [string, ...ReactNode[]])[] = [
    ...(gains.length === 0 ? [[text("analyse.gainMargin"), "∞", ""] as const] : []),
    ...gains.map(
      (one) =>
        [
          text("analyse.gainMargin"),
          emphasised(`${written(20 * Math.log10(one.gain), 4)} dB`, one === least.gains),
          at(one.frequency),
        ] as const,
    ),
    ...(phases.length === 0 ? [[text("analyse.phaseMargin"), "∞", ""] as const] : []),
    ...phases.map(
      (one) =>
        [
          text("analyse.phaseMargin"),
          emphasised(`${written(one.phase, 4)}°`, one === least.phases),
          at(one.frequency),
        ] as const,
    ),
    ...(late === undefined ? [] : [[text("analyse.delayMargin"), `${written(late, 4)} s`, ""] as const]),
  ];
  return (
    <>
      {of !== "" && <h3>{of}</h3>}
      <Rows label={of === "" ? text("analyse.margins") : `${of}: ${text("analyse.margins")}`} rows={rows} />
      {stable !== undefined && <p>{text(stable ? "analyse.closed.stable" : "analyse.closed.unstable")}</p>}
    </>
  );
});

const emphasised = (value: string, strong: boolean): ReactNode => (strong ? <strong>{value}</strong> : value);

function StepTable({ of, view: { steps = [], panes } }: { readonly of: string; readonly view: CurvesView }) {
  const text = useText();
  const seconds = (value: number) => (Number.isFinite(value) ? `${written(value, 4)} s` : written(value));
  const percent = (value: number) => (Number.isFinite(value) ? `${written(value, 4)} %` : written(value));
  return steps.map((info, k) => {
    const name = `${of === "" ? "" : `${of}: `}${panes[0]![k]!.name}`;
    return (
      <div key={k}>
        <h3>{name}</h3>
        {info.ok ? (
          <Rows
            label={name}
            rows={[
              // Shares of a final value of 0 say nothing.
              ...(info.final === 0 ? [] : [[text("analyse.rise"), seconds(info.rise)] as const]),
              [text(info.final === 0 ? "analyse.settlingToRest" : "analyse.settling"), seconds(info.settling)],
              ...(info.final === 0 ? [] : [[text("analyse.overshoot"), percent(info.overshoot)] as const]),
              ...(info.final !== 0 && info.undershoot > 0.01
                ? [[text("analyse.undershoot"), percent(info.undershoot)] as const]
                : []),
              [text("analyse.peak"), `${written(info.peak, 4)}  (${seconds(info.peakTime)})`],
              [text("analyse.final"), written(info.final, 5)],
            ]}
          />
        ) : (
          <p>{text("analyse.neverSettles", { pole: complexText(info.pole) })}</p>
        )}
      </div>
    );
  });
}
