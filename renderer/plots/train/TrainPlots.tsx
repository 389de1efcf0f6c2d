/** How training goes, and how a network answers on runs that it has not seen. */
import { useState } from "react";
import type { Judged, Loss } from "../../engine/trainProtocol.ts";
import { useTraining, type TrainedNetwork } from "../../store/training.ts";
import { Empty } from "../../ui/Empty.tsx";
import { written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";
import type { Translate } from "../../ui/i18n.ts";
import { Chart } from "../Chart.tsx";
import type { ChartPane } from "../ChartPane.tsx";
import type { ChartLine } from "../chartGeometry.ts";
import { ViewSwitch } from "../ViewSwitch.tsx";
import { LinearView } from "./LinearView.tsx";
import { kindNames } from "./TrainForm.tsx";

type Looking = "loss" | "test" | "linear";
const views: readonly Looking[] = ["loss", "test", "linear"];
/** The truth has the seventh. */
export const whoColours: { readonly [who in Judged["who"]]?: number } = { learned: 0, kalman: 1, ekf: 2, ukf: 3 };

export function TrainPlots() {
  const text = useText();
  const [view, setView] = useState<Looking>("loss");
  const run = useTraining((state) => state.run);
  const networks = useTraining((state) => state.networks);
  const number = useTraining((state) => state.chosen);
  const chosen = networks.find((one) => one.number === number);
  // What goes on is what is looked at.
  const shown = run ? "loss" : view;
  return (
    <div className="identify-plots">
      <ViewSwitch
        views={views}
        value={shown}
        label={text("train.view")}
        nameOf={(each) => text(`train.view.${each}`)}
        onChange={setView}
        disabled={run !== undefined}
      />
      <div className="identify-plot">
        <Shown view={shown} losses={run?.losses ?? chosen?.losses ?? []} chosen={chosen} />
      </div>
    </div>
  );
}

function Shown({
  view,
  losses,
  chosen,
}: {
  readonly view: Looking;
  readonly losses: readonly Loss[];
  readonly chosen: TrainedNetwork | undefined;
}) {
  const text = useText();
  if (view === "loss")
    return losses.length > 1 ? (
      <Chart
        panes={[lossPane(losses, text)]}
        reading={(step) => text("train.reading", { step: Math.round(step) })}
        described={text("train.loss.described")}
      />
    ) : (
      <Empty title={text("train.noLoss")}>{text("train.noLoss.next")}</Empty>
    );
  if (!chosen) return <Empty title={text("train.noNetwork")}>{text("train.noNetwork.next")}</Empty>;
  if (view === "linear") return <LinearView key={chosen.number} one={chosen} />;
  return (
    <Chart
      key={chosen.number}
      panes={testPanes(chosen, text)}
      reading={(t) => `t = ${written(t, 5)} s`}
      described={text("train.test.described", { names: chosen.job.sought.join(", ") })}
    />
  );
}

function lossPane(losses: readonly Loss[], text: Translate): ChartPane {
  const line = (name: string, colour: number, of: readonly (readonly [number, number])[]): ChartLine => ({
    ...{ name, colour },
    x: Float64Array.from(of, ([x]) => x),
    y: Float64Array.from(of, ([, y]) => y),
  });
  const seen = losses.flatMap(({ step, validation }) =>
    validation === undefined ? [] : [[step, validation] as const],
  );
  return {
    lines: [
      line(
        text("train.loss"),
        0,
        losses.map(({ step, loss }) => [step, loss] as const),
      ),
      ...(seen.length > 0 ? [line(text("train.validation"), 1, seen)] : []),
    ],
    x: "linear",
    y: "log",
    xName: text("train.axis.step"),
    yName: text("train.axis.loss"),
    unit: "",
  };
}

function testPanes({ job, result }: TrainedNetwork, text: Translate): readonly ChartPane[] {
  return result.truth.map((truth, o): ChartPane => ({
    lines: [
      { name: text("train.truth"), colour: 6, ...truth },
      ...result.answers.map(({ who, curves }) => ({
        name: who === "learned" ? kindNames[job.kind] : text(`train.who.${who}`),
        colour: whoColours[who] ?? 5,
        ...curves[o]!,
      })),
    ],
    x: "linear",
    y: "linear",
    xName: text("analyse.axis.time"),
    yName: job.sought[o]!,
    unit: "",
  }));
}
