/** The scope's buttons, for the end of the dock's tab bar: view, layout, held runs, measuring, events, files. */
import { FileDown, FileImage, Layers, Pin, Rows2, Ruler, Square, Zap, ZoomOut } from "lucide-react";
import { useDocument } from "../store/document.ts";
import { useResults } from "../store/results.ts";
import { exportText } from "../store/session.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { Menu, MenuItem, MenuLine } from "../ui/Menu.tsx";
import { useView } from "../store/view.ts";
import { eventsOf } from "./events.ts";
import { download, pictureOf } from "./picture.ts";
import { csvOf } from "./runTable.ts";
import { hold, useScope } from "./scopeState.ts";
import { chooseView, signalsOf } from "./signals.ts";
import { csvSinks, saveSink } from "./sinks.ts";
import { svgPicture } from "./svgPicture.ts";
import { viewPicture } from "./viewPicture.ts";
import { ViewMenu } from "./ViewMenu.tsx";

/** `plots`: false beside the table, where there is nothing to zoom or measure. */
export function ScopeTools({ plots = true }: { readonly plots?: boolean }) {
  const text = useText();
  const run = useResults((results) => results.run);
  const ranOf = useResults((results) => results.ranOf);
  const document = useDocument((state) => state.document);
  const hidden = useView((view) => view.hiddenTraces);
  const { block, stacked, equal, held, window, box, marks, listed, set } = useScope();
  const view = run && chooseView(run, block);
  if (!run || !view || run.result.t.length === 0) return null;
  const { t } = run.result;
  const events = eventsOf(run.result);
  const xy = view.kind === "xy";
  const signals = signalsOf(run, view);
  const fileName = `${document.name} ${view.block}`.replaceAll(/[^\p{L}\p{N} ._-]/gu, " ").trim();
  const zoomedIn = xy ? box?.block === view.block : window !== undefined;
  const isHeld = held.some((one) => one.run === run);
  const sinks = csvSinks(run, document);

  const savePicture = async () => {
    const panes = [...globalThis.document.querySelectorAll<HTMLCanvasElement>(".plots-panes canvas")];
    const picture = await pictureOf(
      panes,
      signals.filter((signal) => !hidden.has(signal.path)),
    );
    if (picture) download(`${fileName}.png`, picture);
  };
  const saveVector = () => {
    const shownBox = box?.block === view.block ? box : undefined;
    const svg = svgPicture(viewPicture({ run, view, hidden, held, stacked, window, box: shownBox }));
    download(`${fileName}.svg`, new Blob([svg], { type: "image/svg+xml" }));
  };
  const measure = () => {
    const [from, to] = (!xy && window) || [t[0]!, t[t.length - 1]!];
    set({ marks: marks ? undefined : [from + (to - from) / 3, from + ((to - from) * 2) / 3] });
  };
  const saveView = () => void exportText(`${fileName}.csv`, csvOf(t, signals));

  return (
    <div className="plots-tools">
      <ViewMenu run={run} view={view} />
      {plots && (
        <>
          {zoomedIn && (
            <IconButton
              label={text("plots.reset")}
              icon={<ZoomOut size={15} />}
              onClick={() => set(xy ? { box: undefined } : { window: undefined })}
            />
          )}
          {xy ? (
            <IconButton
              label={text("plots.equal")}
              icon={<Square size={14} />}
              pressed={equal}
              onClick={() => set({ equal: !equal })}
            />
          ) : (
            <IconButton
              label={text(stacked ? "plots.overlay" : "plots.stack")}
              icon={stacked ? <Layers size={15} /> : <Rows2 size={15} />}
              pressed={stacked}
              onClick={() => set({ stacked: !stacked })}
            />
          )}
          <IconButton
            label={text(isHeld ? "plots.isHeld" : "plots.hold")}
            icon={<Pin size={15} />}
            pressed={isHeld}
            onClick={() => hold(run, ranOf)}
          />
          <IconButton
            label={text("plots.measure")}
            icon={<Ruler size={15} />}
            pressed={marks !== undefined}
            onClick={measure}
          />
          {events.length > 0 && (
            <Button
              kind="quiet"
              icon={<Zap size={14} />}
              tip={text("plots.events.tip")}
              aria-label={text("plots.events", { count: events.length })}
              aria-pressed={listed}
              onClick={() => set({ listed: !listed })}
            >
              {events.length}
            </Button>
          )}
        </>
      )}
      {sinks.length === 0 ? (
        <Button kind="quiet" icon={<FileDown size={15} />} tip={text("plots.csv")} onClick={saveView}>
          CSV
        </Button>
      ) : (
        <Menu
          align="end"
          trigger={
            <Button kind="quiet" icon={<FileDown size={15} />}>
              CSV
            </Button>
          }
        >
          <MenuItem onSelect={saveView}>{text("plots.csv")}</MenuItem>
          <MenuLine />
          {sinks.map((sink) => (
            <MenuItem key={sink.block} onSelect={() => void saveSink(run, sink)}>
              {text("plots.csv.sink", { block: sink.block, file: sink.file })}
            </MenuItem>
          ))}
        </Menu>
      )}
      {plots && (
        <>
          <Button
            kind="quiet"
            icon={<FileImage size={15} />}
            tip={text("plots.png")}
            onClick={() => void savePicture()}
          >
            PNG
          </Button>
          <Button kind="quiet" icon={<FileImage size={15} />} tip={text("plots.svg")} onClick={saveVector}>
            SVG
          </Button>
        </>
      )}
    </div>
  );
}
