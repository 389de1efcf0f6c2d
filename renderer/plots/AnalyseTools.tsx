/** The Analyse tab's buttons: which plot, and what it shows as numbers and as pictures. */
import { ChevronDown, FileDown, FileImage, Pin } from "lucide-react";
import type { AnalysisPlot } from "../engine/protocol.ts";
import { useAnalysis } from "../store/analysis.ts";
import { useDocument } from "../store/document.ts";
import { exportText } from "../store/session.ts";
import { useView } from "../store/view.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { Menu, MenuChoice, MenuLine } from "../ui/Menu.tsx";
import { signalColour, tokenValue } from "../ui/signalColours.ts";
import { curvesCsv } from "./curvePanes.ts";
import { curvesIn, frequencyUnits, polesIn } from "./frequencyUnit.ts";
import { comparable, isKept, keepSystem } from "./keptSystems.ts";
import type { KeptStyle } from "./keptSystems.ts";
import { download } from "./picture.ts";
import { locusCsv, markersCsv, markersOfAll } from "./poleZeroGeometry.ts";

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

function svgElement(kind: string, attributes: { readonly [name: string]: string | number }): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

type LegendLine = Pick<KeptStyle, "name" | "colour"> & Partial<Pick<KeptStyle, "dash">>;

const legendHeight = 26;

/** The plot on the screen as a file of its own: names of what is drawn above it, colours by value, on the panel's colour. */
function standalone(svg: SVGSVGElement, legend: readonly LegendLine[]): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [width, height] = [svg.width.baseVal.value, svg.height.baseVal.value];
  const above = legend.length > 0 ? legendHeight : 0;
  const whole = { width, height: height + above };
  for (const [name, value] of Object.entries({
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 ${-above} ${width} ${whole.height}`,
    ...whole,
  }))
    copy.setAttribute(name, String(value));
  copy.prepend(svgElement("rect", { y: -above, ...whole, fill: "var(--panel)" }));
  let x = 12;
  for (const { name, colour, dash } of legend) {
    const [stroke, y] = [signalColour(colour), -above / 2];
    const word = svgElement("text", { x: x + 28, y: y + 4, fill: "var(--ink)" });
    word.textContent = name;
    copy.append(
      svgElement("line", {
        x1: x,
        x2: x + 22,
        y1: y,
        y2: y,
        stroke,
        "stroke-width": 2,
        "stroke-dasharray": dash?.join(" ") ?? "none",
      }),
      word,
    );
    x += 48 + 6.5 * name.length;
  }
  return new XMLSerializer()
    .serializeToString(copy)
    .replaceAll(/var\((--[\w-]+)\)/g, (_, token: string) => tokenValue(token));
}

async function png(source: string): Promise<Blob | undefined> {
  const picture = new Image();
  picture.src = `data:image/svg+xml,${encodeURIComponent(source)}`;
  await picture.decode();
  const { width, height } = picture;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [2 * width, 2 * height];
  canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob((blob) => done(blob ?? undefined), "image/png"));
}

export function AnalyseTools() {
  const text = useText();
  const view = useAnalysis((analysis) => analysis.view);
  const unit = useView((preferred) => preferred.frequencyUnit);
  const kept = useAnalysis((analysis) => analysis.kept);
  const system = useAnalysis((analysis) => analysis.system);
  const name = useDocument((state) => state.document.name);
  if (view?.kind !== "poleZero" && view?.kind !== "curves")
    return (
      <div className="plots-tools">
        <PlotMenu />
      </div>
    );
  const beside = view.kind === "curves" ? [] : comparable(kept, view, unit, text).drawn;
  const curves = view.kind === "curves" ? comparable(kept, view, unit, text).drawn : [];
  const plot = view.kind === "curves" ? view.plot : view.locus ? "rlocus" : "poleZero";
  const csv = (): string => {
    if (view.kind === "curves") return curvesCsv(curvesIn(view, unit), unit, curves);
    return view.locus ? locusCsv(view.locus, beside) : markersCsv(markersOfAll(polesIn(view, unit), beside), unit);
  };
  const held = isKept(kept, system);
  const fileName = `${name} ${text(`analyse.plot.${plot}`)}`.replaceAll(/[^\p{L}\p{N} ._-]/gu, " ").trim();
  const drawn = () => document.querySelector<SVGSVGElement>(".analyse-map svg");
  const live: readonly LegendLine[] =
    view.kind === "curves" ? view.panes[0]!.map(({ name: of }, colour) => ({ name: of, colour })) : [];
  const legend = [...(live.length + curves.length > 1 ? live : []), ...curves, ...beside];
  const savePicture = async () => {
    const svg = drawn();
    const picture = svg && (await png(standalone(svg, legend)));
    if (picture) download(`${fileName}.png`, picture);
  };
  const saveVector = () => {
    const svg = drawn();
    if (svg) download(`${fileName}.svg`, new Blob([standalone(svg, legend)], { type: "image/svg+xml" }));
  };
  return (
    <div className="plots-tools">
      <PlotMenu />
      <IconButton
        label={text(held ? "analyse.isKept" : "analyse.keep")}
        icon={<Pin size={15} />}
        pressed={held}
        onClick={keepSystem}
      />
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
