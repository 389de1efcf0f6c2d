/** Variables that were estimated: what the drawing now foretells, whether its errors are noise, and the values to be written. */
import { Check, PencilLine, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { FitView } from "../../engine/estimateProtocol.ts";
import { numbersIn, writeVariables } from "../../engine/fitClient.ts";
import { useDocument } from "../../store/document.ts";
import { useFitted } from "../../store/fitted.ts";
import { useNotices } from "../../store/notices.ts";
import { Button } from "../../ui/Button.tsx";
import { Empty } from "../../ui/Empty.tsx";
import { sure, written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";
import type { Translate } from "../../ui/i18n.ts";
import { Chart } from "../Chart.tsx";
import type { ChartPane } from "../ChartPane.tsx";
import { ViewSwitch } from "../ViewSwitch.tsx";
import { tenths } from "./Figures.tsx";
import { residualPanes } from "./modelPanes.ts";
import { Verdict } from "./Residuals.tsx";

const views = ["ahead", "errors", "rounds"] as const;
type Looking = (typeof views)[number];

export function VariableFit() {
  const text = useText();
  const [view, setView] = useState<Looking>("ahead");
  const result = useFitted((state) => state.result);
  if (!result)
    return (
      <div className="data-center fit-empty">
        <Empty title={text("fit.empty")}>{text("fit.empty.next")}</Empty>
      </div>
    );
  const { fit } = result;
  return (
    <>
      <div className="identify-plots">
        <ViewSwitch
          views={views}
          value={view}
          label={text("fit.view")}
          nameOf={(each) => text(`fit.view.${each}`)}
          onChange={setView}
        />
        <div className="identify-plot">
          <Shown view={view} fit={fit} />
        </div>
      </div>
      <Estimates fit={fit} />
    </>
  );
}

function Shown({ view, fit }: { readonly view: Looking; readonly fit: FitView }) {
  const text = useText();
  switch (view) {
    case "ahead":
      return (
        <Chart
          key={fit.outputs.join(" ")}
          panes={aheadPanes(fit, text)}
          reading={(t) => `t = ${written(t, 5)} s`}
          described={text("fit.ahead.described", { names: fit.outputs.join(", ") })}
        />
      );
    case "errors":
      return (
        <Chart
          key="errors"
          panes={residualPanes({ white: fit.white, independent: [] }, text)}
          reading={(lag) => text("identify.lag", { lag: Math.round(lag) })}
          described={text("identify.residuals.described")}
        />
      );
    case "rounds": {
      const y = Float64Array.from(fit.rounds);
      return (
        <Chart
          key="rounds"
          panes={[
            {
              ...linear,
              lines: [{ name: text("identify.rounds.likelihood"), colour: 0, x: y.map((_, k) => k), y }],
              xName: text("identify.axis.round"),
              yName: text("identify.rounds.likelihood"),
            },
          ]}
          reading={(round) => text("identify.round", { round: Math.round(round) })}
          described={text("identify.rounds.likelihood")}
        />
      );
    }
  }
}

const linear = { x: "linear", y: "linear", unit: "" } as const;

const aheadPanes = (fit: FitView, text: Translate): readonly ChartPane[] =>
  fit.outputs.slice(0, 3).map((name, o) => ({
    ...linear,
    lines: [
      { name: text("identify.measured"), colour: 6, ...fit.measured[o]! },
      { name: text("fit.foretold"), colour: 0, ...fit.foretold[o]! },
    ],
    xName: text("analyse.axis.time"),
    yName: name,
    ...(fit.heldFrom !== undefined && { ends: [{ x: fit.heldFrom, colour: 0 }] }),
  }));

function Estimates({ fit }: { readonly fit: FitView }) {
  const text = useText();
  const document = useDocument((state) => state.document);
  const there = new Set(numbersIn(document).map(({ name }) => name));
  const gone = fit.variables.flatMap(({ name }) => (there.has(name) ? [] : [name])).join(", ");
  const write = (): void => {
    writeVariables(fit);
    const names = fit.variables.map(({ name }) => name).join(", ");
    useNotices
      .getState()
      .show({ id: "fit-written", tone: "success", text: text("fit.written", { names }), expires: 4000 });
  };
  return (
    <section className="identify-models" aria-label={text("fit.result")}>
      <table className="fit-table">
        <thead>
          <tr>
            <th scope="col">{text("fit.variable")}</th>
            <th scope="col">{text("fit.before")}</th>
            <th scope="col">{text("fit.value")}</th>
          </tr>
        </thead>
        <tbody>
          {fit.variables.map(({ name, before, value, deviation, bound }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{written(before, 5)}</td>
              {bound ? (
                <td title={text("fit.bound.help")}>{text(`fit.bound.${bound}`, { value: written(value, 5) })}</td>
              ) : Number.isNaN(deviation) ? (
                <td title={text("fit.apart.help")}>{text("fit.apart", { value: written(value, 5) })}</td>
              ) : (
                <td>{sure(value, deviation)}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="data-actions">
        <Button icon={<PencilLine size={14} />} disabled={gone !== ""} onClick={write}>
          {text("fit.write")}
        </Button>
      </div>
      {gone !== "" && <p className="data-refused">{text("fit.stale", { names: gone })}</p>}
      <p className="data-note identify-note">
        {text("fit.likelihood", { before: tenths(fit.rounds[0]!), after: tenths(fit.rounds.at(-1)!) })}
        {fit.held && `\n${text("fit.held", { before: tenths(fit.held.before), after: tenths(fit.held.after) })}`}
        {`\n${text(fit.converged ? "identify.converged" : "identify.unconverged", { rounds: fit.rounds.length - 1 })}`}
      </p>
      <ul className="identify-verdicts" aria-label={text("identify.verdicts")}>
        <Size fit={fit} />
        {fit.white.map((one) => (
          <Verdict key={one.name} test={one} />
        ))}
      </ul>
    </section>
  );
}

/** Whether the filter's noise is that of the errors. */
function Size({ fit: { nis } }: { readonly fit: FitView }) {
  const text = useText();
  const { mean, low, high } = nis;
  const verdict = mean > high ? "above" : mean < low ? "below" : "within";
  return (
    <li data-passed={verdict === "within"}>
      {verdict === "within" ? <Check size={13} aria-hidden="true" /> : <TriangleAlert size={13} aria-hidden="true" />}
      {text(`fit.nis.${verdict}`, { mean: written(mean, 3), low: written(low, 3), high: written(high, 3) })}
    </li>
  );
}
