/** How models look against the data: outputs that were held back, singular values with the order, correlations of the errors. */
import { ToggleGroup } from "radix-ui";
import { useState } from "react";
import type { Curve, IdentifiedModel } from "../../engine/dataProtocol.ts";
import { setIdentify, useIdentified } from "../../store/identified.ts";
import type { ListedModel } from "../../store/identified.ts";
import { Empty } from "../../ui/Empty.tsx";
import { written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";
import type { Translate } from "../../ui/i18n.ts";
import { Chart } from "../Chart.tsx";
import type { ChartPane } from "../Chart.tsx";
import type { ChartLine } from "../chartGeometry.ts";

type Looking = "fit" | "values" | "residuals";
const views: readonly Looking[] = ["fit", "values", "residuals"];

export function ModelPlots() {
  const text = useText();
  const [view, setView] = useState<Looking>("fit");
  const models = useIdentified((state) => state.models);
  const number = useIdentified((state) => state.chosen);
  const chosen = models.find((one) => one.number === number);
  return (
    <div className="identify-plots">
      <ToggleGroup.Root
        className="identify-views"
        type="single"
        value={view}
        aria-label={text("identify.view")}
        onValueChange={(next) => next !== "" && setView(next as Looking)}
      >
        {views.map((each) => (
          <ToggleGroup.Item key={each} value={each}>
            {text(`identify.view.${each}`)}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      <div className="identify-plot">
        {chosen ? (
          <Shown view={view} chosen={chosen} models={models} />
        ) : (
          <Empty title={text("identify.noModel")}>{text("identify.noModel.next")}</Empty>
        )}
      </div>
    </div>
  );
}

interface ShownProps {
  readonly view: Looking;
  readonly chosen: ListedModel;
  readonly models: readonly ListedModel[];
}

function Shown({ view, chosen, models }: ShownProps) {
  const text = useText();
  const { model } = chosen;
  switch (view) {
    case "fit":
      return (
        <Chart
          key={`${chosen.set} ${model.names.y.join(" ")}`}
          panes={fitPanes(chosen, models, text)}
          reading={(t) => `t = ${written(t, 5)} s`}
          described={text("identify.fit.described", { names: model.names.y.join(", ") })}
        />
      );
    case "values":
      return model.singularValues ? (
        <SingularValues model={model} values={model.singularValues} />
      ) : (
        <Empty title={text("identify.noValues")}>{text("identify.noValues.next")}</Empty>
      );
    case "residuals":
      return (
        <Chart
          key={`residuals ${chosen.number}`}
          panes={residualPanes(model, text)}
          reading={(lag) => text("identify.lag", { lag })}
          described={text("identify.residuals.described", { percent: Math.round(100 * model.residuals.outside) })}
        />
      );
  }
}

const colourOf = (number: number): number => number % 7;

/** One pane an output, at most three: what was measured below what models of the same outputs say. */
function fitPanes(chosen: ListedModel, models: readonly ListedModel[], text: Translate): readonly ChartPane[] {
  const same = models.filter(
    (one) =>
      (one.shown || one === chosen) &&
      one.set === chosen.set &&
      one.model.names.y.join() === chosen.model.names.y.join(),
  );
  return chosen.model.names.y.slice(0, 3).map((name, o): ChartPane => {
    const measured: ChartLine = { name: text("identify.measured"), colour: 6, ...chosen.model.measured[o]! };
    const said = same.map((one): ChartLine => ({
      name: nameOf(one),
      colour: colourOf(one.number - 1),
      ...one.model.simulated[o]!,
    }));
    return {
      lines: [measured, ...said],
      x: "linear",
      y: "linear",
      xName: text("analyse.axis.time"),
      yName: name,
      unit: "",
    };
  });
}

export const nameOf = ({ number, model }: ListedModel): string => `${number}: ${model.method} ${model.order}`;

function residualPanes({ residuals, names }: IdentifiedModel, text: Translate): readonly ChartPane[] {
  const { auto, cross, band } = residuals;
  const lines = (curves: readonly Curve[], name: (k: number) => string): readonly ChartLine[] =>
    curves.slice(0, 6).map((curve, k) => ({ name: name(k), colour: k, ...curve }));
  const pane = (of: readonly ChartLine[], yName: string): ChartPane => ({
    lines: of,
    x: "linear",
    y: "linear",
    xName: text("identify.axis.lag"),
    yName,
    unit: "",
    levels: [-band, 0, band],
    box: {
      x: [of[0]?.x[0] ?? 0, of[0]?.x.at(-1) ?? 1],
      // The band is seen, however small the correlations are.
      y: [
        Math.min(-1.4 * band, ...of.flatMap(({ y }) => [...y])),
        Math.max(1.4 * band, ...of.flatMap(({ y }) => [...y])),
      ],
    },
  });
  const inputs = names.u.length;
  return [
    pane(
      lines(auto, (k) => names.y[k]!),
      text("identify.axis.auto"),
    ),
    ...(cross.length > 0
      ? [
          pane(
            lines(cross, (k) => `${names.y[Math.floor(k / inputs)]} ← ${names.u[k % inputs]}`),
            text("identify.axis.cross"),
          ),
        ]
      : []),
  ];
}

/** Bars on a logarithmic scale; one is clicked to ask for that order. */
function SingularValues({ model, values }: { readonly model: IdentifiedModel; readonly values: readonly number[] }) {
  const text = useText();
  const shown = values.slice(0, 20).filter((value) => value > 0);
  const most = Math.log10(Math.max(...shown));
  const least = Math.min(Math.log10(Math.min(...shown)), most - 1);
  return (
    <div className="identify-values">
      <div className="identify-bars" role="group" aria-label={text("identify.view.values")}>
        {shown.map((value, k) => (
          <button
            type="button"
            key={k}
            data-within={k < model.order}
            aria-label={text("identify.bar", { order: k + 1, value: written(value, 3) })}
            title={text("identify.bar", { order: k + 1, value: written(value, 3) })}
            onClick={() => setIdentify({ order: k + 1 })}
          >
            <svg preserveAspectRatio="none" viewBox="0 0 1 100" aria-hidden="true">
              <rect x="0" width="1" {...barOf((Math.log10(value) - least) / (most - least))} />
            </svg>
            <span>{k + 1}</span>
          </button>
        ))}
      </div>
      <p className="data-note">
        {text("identify.suggested", { order: model.suggested ?? model.order, present: model.order })}
      </p>
    </div>
  );
}

/** From 0 to 1; the least is still seen. */
function barOf(share: number): { readonly y: number; readonly height: number } {
  const height = 4 + 96 * share;
  return { y: 100 - height, height };
}
