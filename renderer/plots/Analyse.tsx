/** The Analyse tab: the system between the chosen signals, live with the diagram: its poles and zeros, or the curves of a plot. */
import { Crosshair } from "lucide-react";
import { useState } from "react";
import type { AnalysisView, PoleZeroView } from "../engine/protocol.ts";
import { resumeLarge, stopLarge, useAnalysis } from "../store/analysis.ts";
import { useDocument } from "../store/document.ts";
import { problemText } from "../store/problemText.ts";
import { useResults } from "../store/results.ts";
import { useView } from "../store/view.ts";
import type { FrequencyUnit } from "../store/view.ts";
import { Button } from "../ui/Button.tsx";
import { Empty } from "../ui/Empty.tsx";
import { complexText, written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import type { Translate } from "../ui/i18n.ts";
import { signalColour } from "../ui/signalColours.ts";
import { Curves } from "./Curves.tsx";
import { useAskedPoles, useLocusGain } from "./designHandles.ts";
import { curvesIn, polesIn, symbolOf } from "./frequencyUnit.ts";
import { comparable, notDrawn } from "./keptSystems.ts";
import type { Comparable } from "./keptSystems.ts";
import { KeptSystems } from "./KeptSystems.tsx";
import { LikelySignals } from "./LikelySignals.tsx";
import { PoleZeroMap } from "./PoleZeroMap.tsx";
import { markersOfAll } from "./poleZeroGeometry.ts";
import "./analyse.css";

export function Analyse() {
  const text = useText();
  const view = useAnalysis((analysis) => analysis.view);
  const unit = useView((preferred) => preferred.frequencyUnit);
  const ok = useResults((results) => results.compiled?.ok);
  const drawn = useDocument((state) => state.document.root.blocks.length > 0);
  const kept = useAnalysis((analysis) => analysis.kept);
  const large = useAnalysis((analysis) => analysis.large);
  const shown = drawn && ok !== false;
  if (shown && (view?.kind === "poleZero" || view?.kind === "curves"))
    return (
      <div className="analyse-room">
        {large && (
          <p className="analyse-large" role="status">
            {text("analyse.large.next", { states: large.states })}
            <Button kind="quiet" onClick={stopLarge}>
              {text("analyse.large.stop")}
            </Button>
          </p>
        )}
        <KeptSystems />
        {view.kind === "poleZero" ? (
          <PoleZero view={polesIn(view, unit)} unit={unit} kept={comparable(kept, view, unit, text)} />
        ) : (
          <Curves view={curvesIn(view, unit)} unit={unit} kept={comparable(kept, view, unit, text)} />
        )}
      </div>
    );
  if (shown && large)
    return (
      <Empty icon={<Crosshair size={22} />} title={text(`analyse.large.${large.phase}`)}>
        <span role="status">{text("analyse.large.next", { states: large.states })}</span>
        {large.phase === "working" ? (
          <Button onClick={stopLarge}>{text("analyse.large.stop")}</Button>
        ) : (
          <Button onClick={resumeLarge}>{text("analyse.large.resume")}</Button>
        )}
      </Empty>
    );
  const [title, next] = missing(drawn, ok, view, text);
  return (
    <Empty icon={<Crosshair size={22} />} title={title}>
      {next}
      {shown && view?.kind === "noSignals" && <LikelySignals side={view.missing} />}
    </Empty>
  );
}

/** What stands in the way, and what to do about it. */
function missing(
  drawn: boolean,
  ok: boolean | undefined,
  view: AnalysisView | undefined,
  text: Translate,
): readonly [title: string, next: string] {
  if (!drawn) return [text("analyse.empty"), text("analyse.empty.next")];
  if (ok === false) return [text("analyse.broken"), text("analyse.broken.next")];
  switch (view?.kind) {
    case "noSignals":
      return [text(`analyse.${view.missing}`), text(`analyse.${view.missing}.next`)];
    case "static":
      return [text("analyse.static"), text("analyse.static.next")];
    case "notSiso":
      return [text("analyse.notSiso"), text("analyse.notSiso.next", { inputs: view.inputs, outputs: view.outputs })];
    case "tooLarge":
      return [text("analyse.tooLarge"), text("analyse.tooLarge.next", { states: view.states, most: view.most })];
    case "refused": {
      const [why] = view.problems;
      const said = why && problemText(why);
      return [text("analyse.refused"), said ? `${said.message} ${said.hint ?? ""}` : ""];
    }
    default:
      return [text("analyse.wait"), ""];
  }
}

interface PoleZeroProps {
  readonly view: PoleZeroView;
  readonly unit: FrequencyUnit;
  readonly kept: Comparable<PoleZeroView>;
}

function PoleZero({ view, unit, kept }: PoleZeroProps) {
  const text = useText();
  const asked = useAskedPoles(view.time);
  const gain = useLocusGain(view);
  const [lit, setLit] = useState<number>();
  return (
    <section className="analyse" aria-label={text("dock.analyse")}>
      <PoleZeroMap
        view={view}
        unit={unit}
        kept={kept.drawn}
        lit={lit}
        onLit={setLit}
        asked={asked?.poles}
        onAsk={asked?.move}
        locusGain={gain}
      />
      <div className="analyse-side">
        {asked && <p>{text("analyse.asked", { block: asked.name })}</p>}
        {gain && <p>{text("analyse.askedGain", { block: gain.name, gain: written(gain.gain, 6) })}</p>}
        {!view.exact && <p>{text("analyse.linearized", { t: written(view.t) })}</p>}
        {view.pade && <p>{text("analyse.delays.pade")}</p>}
        {view.locus && <p>{text(view.locus.loop ? "analyse.locus.loop" : "analyse.locus.plant")}</p>}
        {notDrawn(kept, text).map((note) => (
          <p key={note}>{note}</p>
        ))}
        {!view.connected && <p>{text("analyse.apart")}</p>}
        <table aria-label={text("analyse.table")}>
          <thead>
            <tr>
              <th scope="col">{text("analyse.table")}</th>
              <th scope="col">{text("analyse.damping")}</th>
              <th scope="col">{`${symbolOf(unit)}n (${unit})`}</th>
            </tr>
          </thead>
          <tbody>
            {markersOfAll(view, kept.drawn).map(({ kind, at, damping, frequency, of }, i) => (
              <tr
                key={i}
                data-lit={i === lit}
                onPointerEnter={() => setLit(i)}
                onPointerLeave={() => setLit(undefined)}
              >
                <th scope="row">
                  <span
                    className="analyse-sign"
                    data-kind={kind}
                    role="img"
                    aria-label={text(`analyse.${kind}`)}
                    style={of && { color: signalColour(of.colour) }}
                  >
                    {kind === "pole" ? "×" : "○"}
                  </span>
                  {complexText(at)}
                  {of && <span className="analyse-of">{of.name}</span>}
                </th>
                <td>{damping !== undefined && written(damping, 4)}</td>
                <td>{frequency !== undefined && written(frequency, 4)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
