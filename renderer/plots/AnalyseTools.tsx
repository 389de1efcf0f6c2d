/** The Analyse tab's buttons: which plot, and what it shows as numbers and as pictures. */
import { ChevronDown, FileDown, FileImage, Pin } from "lucide-react";
import type { AnalysisPlot, AnalysisView } from "../engine/protocol.ts";
import { useAnalysis } from "../store/analysis.ts";
import { useDocument } from "../store/document.ts";
import { exportText } from "../store/session.ts";
import { useView } from "../store/view.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import type { Translate } from "../ui/i18n.ts";
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

type Drawn = Extract<AnalysisView, { readonly kind: "poleZero" | "curves" }>;

const isDrawn = (view: AnalysisView | undefined): view is Drawn => view?.kind === "poleZero" || view?.kind === "curves";

/** What is on the screen as numbers, and the names of its lines. */
function shownAs(view: Drawn, text: Translate): { readonly csv: string; readonly legend: readonly LegendLine[] } {
  const unit = useView.getState().frequencyUnit;
  const { kept } = useAnalysis.getState();
  if (view.kind === "curves") {
    const { drawn } = comparable(kept, view, unit, text);
    const live = view.panes[0]!.map(({ name }, colour): LegendLine => ({ name, colour }));
    return {
      csv: curvesCsv(curvesIn(view, unit), unit, drawn),
      legend: [...(live.length + drawn.length > 1 ? live : []), ...drawn],
    };
  }
  const { drawn } = comparable(kept, view, unit, text);
  const csv = view.locus ? locusCsv(view.locus, drawn) : markersCsv(markersOfAll(polesIn(view, unit), drawn), unit);
  return { csv, legend: drawn };
}

function fileName(view: Drawn, text: Translate): string {
  const plot = view.kind === "curves" ? view.plot : view.locus ? "rlocus" : "poleZero";
  const { name } = useDocument.getState().document;
  return `${name} ${text(`analyse.plot.${plot}`)}`.replaceAll(/[^\p{L}\p{N} ._-]/gu, " ").trim();
}

/** Reads what it saves when it is asked to, so that it is not drawn again with the plot. */
export function AnalyseTools() {
  const text = useText();
  const any = useAnalysis((analysis) => isDrawn(analysis.view));
  const held = useAnalysis((analysis) => isKept(analysis.kept, analysis.system));
  if (!any)
    return (
      <div className="plots-tools">
        <PlotMenu />
      </div>
    );
  const save = (act: (view: Drawn, svg: SVGSVGElement | null) => unknown) => (): void => {
    const { view } = useAnalysis.getState();
    if (isDrawn(view)) void act(view, document.querySelector<SVGSVGElement>(".analyse-map svg"));
  };
  const saveNumbers = save((view) => exportText(`${fileName(view, text)}.csv`, shownAs(view, text).csv));
  const savePicture = save(async (view, svg) => {
    const picture = svg && (await png(standalone(svg, shownAs(view, text).legend)));
    if (picture) download(`${fileName(view, text)}.png`, picture);
  });
  const saveVector = save((view, svg) => {
    if (!svg) return;
    const source = standalone(svg, shownAs(view, text).legend);
    download(`${fileName(view, text)}.svg`, new Blob([source], { type: "image/svg+xml" }));
  });
  return (
    <div className="plots-tools">
      <PlotMenu />
      <IconButton
        label={text(held ? "analyse.isKept" : "analyse.keep")}
        icon={<Pin size={15} />}
        pressed={held}
        onClick={keepSystem}
      />
      <Button kind="quiet" icon={<FileDown size={15} />} tip={text("analyse.csv")} onClick={saveNumbers}>
        CSV
      </Button>
      <Button kind="quiet" icon={<FileImage size={15} />} tip={text("plots.png")} onClick={savePicture}>
        PNG
      </Button>
      <Button kind="quiet" icon={<FileImage size={15} />} tip={text("plots.svg")} onClick={saveVector}>
        SVG
      </Button>
    </div>
  );
}
