/** How models look: against data that were held back, by their responses, by what they leave unexplained, by their figures, by order. */
import { useState } from "react";
import type { DataSet } from "../../../core/diagram/document.ts";
import type { IdentifiedModel } from "../../engine/dataProtocol.ts";
import { useIdentified } from "../../store/identified.ts";
import type { ListedModel } from "../../store/identified.ts";
import { Empty } from "../../ui/Empty.tsx";
import { written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";
import { Chart } from "../Chart.tsx";
import { ViewSwitch } from "../ViewSwitch.tsx";
import { Figures } from "./Figures.tsx";
import { bodePanes, componentPanes, fitPanes, roundPanes, stepPanes } from "./modelPanes.ts";
import { Orders } from "./Orders.tsx";
import { Residuals } from "./Residuals.tsx";
import { SingularValues } from "./SingularValues.tsx";

const views = ["fit", "components", "step", "bode", "residuals", "figures", "values", "rounds", "orders"] as const;
type Looking = (typeof views)[number];

/** What there is to see of a model; orders are compared without one. */
function seen(view: Looking, model: IdentifiedModel | undefined): boolean {
  switch (view) {
    case "fit":
    case "orders":
      return true;
    case "step":
    case "bode":
      return model === undefined || model.responses.length > 0;
    case "residuals":
    case "figures":
      return model !== undefined;
    case "values":
      return model?.singularValues !== undefined;
    case "components":
      return model?.components !== undefined;
    case "rounds":
      return model?.rounds !== undefined;
  }
}

export function ModelPlots({ set }: { readonly set: DataSet | undefined }) {
  const text = useText();
  const [wanted, setView] = useState<Looking>("fit");
  const models = useIdentified((state) => state.models);
  const number = useIdentified((state) => state.chosen);
  const chosen = models.find((one) => one.number === number);
  const there = views.filter((each) => seen(each, chosen?.model));
  const view = there.includes(wanted) ? wanted : "fit";
  return (
    <div className="identify-plots">
      <ViewSwitch
        views={there}
        value={view}
        label={text("identify.view")}
        nameOf={(each) =>
          text(each === "fit" && chosen?.model.components ? "identify.view.forecast" : `identify.view.${each}`)
        }
        onChange={setView}
      />
      <div className="identify-plot">
        {view === "orders" ? (
          <Orders set={set} />
        ) : chosen ? (
          <Shown view={view} chosen={chosen} models={models} />
        ) : (
          <Empty title={text("identify.noModel")}>{text("identify.noModel.next")}</Empty>
        )}
      </div>
    </div>
  );
}

interface ShownProps {
  readonly view: Exclude<Looking, "orders">;
  readonly chosen: ListedModel;
  readonly models: readonly ListedModel[];
}

function Shown({ view, chosen, models }: ShownProps) {
  const text = useText();
  const { model } = chosen;
  const atTime = (t: number): string => `t = ${written(t, 5)} s`;
  const names = model.names.y.join(", ");
  switch (view) {
    case "fit":
      return (
        <Chart
          key={`${chosen.set} ${model.names.y.join(" ")} ${model.foretoldFrom}`}
          panes={fitPanes(chosen, models, text)}
          reading={atTime}
          described={text(model.components ? "identify.forecast.described" : "identify.fit.described", { names })}
        />
      );
    case "step":
    case "bode":
      return <Response view={view} chosen={chosen} models={models} />;
    case "components":
      return (
        <div className="identify-tall">
          <div style={{ minHeight: 44 + 76 * model.components!.length }}>
            <Chart
              key={`components ${chosen.number}`}
              panes={componentPanes(chosen, text)}
              reading={atTime}
              described={text("identify.components.described", { names })}
            />
          </div>
        </div>
      );
    case "rounds":
      return (
        <div className="identify-told">
          <Chart
            key={`rounds ${chosen.number}`}
            panes={roundPanes(chosen, text)}
            reading={(round) => text("identify.round", { round: Math.round(round) })}
            described={text(`identify.rounds.${model.rounds!.of}`)}
          />
          <p className="data-note">
            {text(model.rounds!.converged ? "identify.converged" : "identify.unconverged", {
              rounds: model.rounds!.values.length - 1,
            })}
          </p>
        </div>
      );
    case "residuals":
      return <Residuals chosen={chosen} />;
    case "figures":
      return <Figures model={model} />;
    case "values":
      return <SingularValues model={model} values={model.singularValues!} />;
  }
}

function Response({ view, chosen, models }: Omit<ShownProps, "view"> & { readonly view: "step" | "bode" }) {
  const text = useText();
  const [wanted, setPair] = useState(0);
  const { responses, names, sureBy } = chosen.model;
  const pair = responses[wanted] ?? responses[0]!;
  const named = (k: number): string => `${names.y[responses[k]!.output]} ← ${names.u[responses[k]!.input]}`;
  return (
    <div className="identify-told">
      <Chart
        key={`${view} ${named(responses.indexOf(pair))}`}
        panes={(view === "step" ? stepPanes : bodePanes)(chosen, models, pair, text)}
        reading={(v) => (view === "step" ? `t = ${written(v, 5)} s` : `ω = ${written(v, 4)} rad/s`)}
        described={text(`identify.${view}.described`, { names: named(responses.indexOf(pair)) })}
      />
      <p className="data-note">
        {responses.length > 1 && (
          <select
            className="ui-input"
            aria-label={text("identify.pair")}
            value={responses.indexOf(pair)}
            onChange={(event) => setPair(Number(event.target.value))}
          >
            {responses.map((_, k) => (
              <option key={k} value={k}>
                {named(k)}
              </option>
            ))}
          </select>
        )}
        {text(`identify.sure.${sureBy ?? "not"}`)}
      </p>
    </div>
  );
}
