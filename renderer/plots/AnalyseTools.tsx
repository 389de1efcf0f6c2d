/** The Analyse tab's buttons: which plot, and what it shows as numbers and as pictures. */
import { ChevronDown, FileDown, FileImage } from "lucide-react";
import type { AnalysisPlot } from "../engine/protocol.ts";
import { useAnalysis } from "../store/analysis.ts";
import { useDocument } from "../store/document.ts";
import { exportText } from "../store/session.ts";
import { useView } from "../store/view.ts";
import { Button } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { Menu, MenuChoice, MenuLine } from "../ui/Menu.tsx";
import { tokenValue } from "../ui/signalColours.ts";
import { curvesCsv } from "./curvePanes.ts";
import { curvesIn, frequencyUnits, polesIn } from "./frequencyUnit.ts";
import { download } from "./picture.ts";
import { locusCsv, markersCsv, markersOf } from "./poleZeroGeometry.ts";

const plots: readonly AnalysisPlot[] = ["poleZero", "rlocus", "step", "bode", "nyquist", "nichols", "sigma"];

function PlotMenu() {
  const text = useText();
  const { analysisPlot: plot, frequencyUnit, set } = useView();
  return (
    <Menu
      align="end"
      trigger={
        <Button kind="quiet" aria-label={text("analyse.plot", { name: text(`analyse.plot.${plot}`) })}>
          <span className="plots-tools-view">
            <span className="plots-tools-name">{text(`analyse.plot.${plot}`)}</span>
            <ChevronDown size={14} />
          </span>
        </Button>
      }
    >
      <MenuChoice
        value={plot}
        of={plots.map((value) => ({ value, label: text(`analyse.plot.${value}`) }))}
        onChange={(analysisPlot) => set({ analysisPlot })}
      />
      <MenuLine />
      <MenuChoice
        label={text("analyse.unit")}
        value={frequencyUnit}
        of={frequencyUnits.map((value) => ({ value, label: value }))}
        onChange={(unit) => set({ frequencyUnit: unit })}
      />
    </Menu>
  );
}

/** The map on the screen as a file of its own: colours by value, on the panel's colour. */
function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of [
    ["width", "100%"],
    ["height", "100%"],
    ["fill", "var(--panel)"],
  ] as const)
    ground.setAttribute(name, value);
  copy.prepend(ground);
  return new XMLSerializer()
    .serializeToString(copy)
    .replaceAll(/var\((--[\w-]+)\)/g, (_, token: string) => tokenValue(token));
}

async function png(svg: SVGSVGElement): Promise<Blob | undefined> {
  const { width, height } = svg.getBoundingClientRect();
  const picture = new Image();
  picture.src = `data:image/svg+xml,${encodeURIComponent(standalone(svg))}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob((blob) => done(blob ?? undefined), "image/png"));
}

export function AnalyseTools() {
  const text = useText();
  const view = useAnalysis((analysis) => analysis.view);
  const unit = useView((preferred) => preferred.frequencyUnit);
  const name = useDocument((state) => state.document.name);
  if (view?.kind !== "poleZero" && view?.kind !== "curves")
    return (
      <div className="plots-tools">
        <PlotMenu />
      </div>
    );
  const plot = view.kind === "curves" ? view.plot : view.locus ? "rlocus" : "poleZero";
  const csv = (): string => {
    if (view.kind === "curves") return curvesCsv(curvesIn(view, unit), unit);
    return view.locus ? locusCsv(view.locus) : markersCsv(markersOf(polesIn(view, unit)), unit);
  };
  const fileName = `${name} ${text(`analyse.plot.${plot}`)}`.replaceAll(/[^\p{L}\p{N} ._-]/gu, " ").trim();
  const drawn = () => document.querySelector<SVGSVGElement>(".analyse-map svg");
  const savePicture = async () => {
    const svg = drawn();
    const picture = svg && (await png(svg));
    if (picture) download(`${fileName}.png`, picture);
  };
  const saveVector = () => {
    const svg = drawn();
    if (svg) download(`${fileName}.svg`, new Blob([standalone(svg)], { type: "image/svg+xml" }));
  };
  return (
    <div className="plots-tools">
      <PlotMenu />
      <Button
        kind="quiet"
        icon={<FileDown size={15} />}
        tip={text("analyse.csv")}
        onClick={() => void exportText(`${fileName}.csv`, csv())}
      >
        CSV
      </Button>
      <Button kind="quiet" icon={<FileImage size={15} />} tip={text("plots.png")} onClick={() => void savePicture()}>
        PNG
      </Button>
      <Button kind="quiet" icon={<FileImage size={15} />} tip={text("plots.svg")} onClick={saveVector}>
        SVG
      </Button>
    </div>
  );
}
