/** The Analyse tab's buttons: poles and zeros as numbers and as pictures. */
import { FileDown, FileImage } from "lucide-react";
import { useAnalysis } from "../store/analysis.ts";
import { useDocument } from "../store/document.ts";
import { exportText } from "../store/session.ts";
import { Button } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { tokenValue } from "../ui/signalColours.ts";
import { download } from "./picture.ts";
import { markersCsv, markersOf } from "./poleZeroGeometry.ts";

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
  const name = useDocument((state) => state.document.name);
  if (view?.kind !== "poleZero") return null;
  const fileName = `${name} ${text("analyse.table")}`.replaceAll(/[^\p{L}\p{N} ._-]/gu, " ").trim();
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
      <Button
        kind="quiet"
        icon={<FileDown size={15} />}
        tip={text("analyse.csv")}
        onClick={() => void exportText(`${fileName}.csv`, markersCsv(markersOf(view)))}
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
