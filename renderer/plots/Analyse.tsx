/** The Analyse tab: the system between the chosen signals, live with the diagram: its poles and zeros, or the curves of a plot. */
import { Crosshair } from "lucide-react";
import { useState } from "react";
import type { AnalysisView, PoleZeroView } from "../engine/protocol.ts";
import { useAnalysis } from "../store/analysis.ts";
import { useDocument } from "../store/document.ts";
import { problemText } from "../store/problemText.ts";
import { useResults } from "../store/results.ts";
import { useView } from "../store/view.ts";
import type { FrequencyUnit } from "../store/view.ts";
import { Empty } from "../ui/Empty.tsx";
import { complexText, written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import type { Translate } from "../ui/i18n.ts";
import { Curves } from "./Curves.tsx";
import { useAskedPoles, useLocusGain } from "./designHandles.ts";
import { curvesIn, polesIn, symbolOf } from "./frequencyUnit.ts";
import { PoleZeroMap } from "./PoleZeroMap.tsx";
import { markersOf } from "./poleZeroGeometry.ts";
import "./analyse.css";

export function Analyse() {
  const text = useText();
  const view = useAnalysis((analysis) => analysis.view);
  const unit = useView((preferred) => preferred.frequencyUnit);
  const ok = useResults((results) => results.compiled?.ok);
  const drawn = useDocument((state) => state.document.root.blocks.length > 0);
  if (drawn && ok !== false && view?.kind === "poleZero") return <PoleZero view={polesIn(view, unit)} unit={unit} />;
  if (drawn && ok !== false && view?.kind === "curves") return <Curves view={curvesIn(view, unit)} unit={unit} />;
  const [title, next] = missing(drawn, ok, view, text);
  return (
    <Empty icon={<Crosshair size={22} />} title={title}>
      {next}
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

function PoleZero({ view, unit }: { readonly view: PoleZeroView; readonly unit: FrequencyUnit }) {
  const text = useText();
  const asked = useAskedPoles(view.time);
  const gain = useLocusGain(view);
  const [lit, setLit] = useState<number>();
  return (
    <section className="analyse" aria-label={text("dock.analyse")}>
      <PoleZeroMap
        view={view}
        unit={unit}
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
        {view.locus && <p>{text(view.locus.loop ? "analyse.locus.loop" : "analyse.locus.plant")}</p>}
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
            {markersOf(view).map(({ kind, at, damping, frequency }, i) => (
              <tr
                key={i}
                data-lit={i === lit}
                onPointerEnter={() => setLit(i)}
                onPointerLeave={() => setLit(undefined)}
              >
                <th scope="row">
                  <span className="analyse-sign" data-kind={kind} role="img" aria-label={text(`analyse.${kind}`)}>
                    {kind === "pole" ? "×" : "○"}
                  </span>
                  {complexText(at)}
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
