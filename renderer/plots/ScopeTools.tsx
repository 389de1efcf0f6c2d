/** The scope's buttons, for the end of the dock's tab bar: view, layout, held runs, measuring, events, files. */
import { FileDown, FileImage, Layers, Pin, Rows2, Ruler, Square, Zap, ZoomOut } from "lucide-react";
import { useDocument } from "../store/document.ts";
import { useResults } from "../store/results.ts";
import { useSame } from "../store/useSame.ts";
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
import type { CsvSink } from "./sinks.ts";
import { svgPicture } from "./svgPicture.ts";
import { viewPicture } from "./viewPicture.ts";
import { ViewMenu } from "./ViewMenu.tsx";

/** Of the run and the drawing as they are now. */
function useSinks(): readonly CsvSink[] {
  const sinks = useSame((): readonly CsvSink[] => {
    const { run } = useResults.getState();
    return run ? csvSinks(run, useDocument.getState().document) : [];
  });
  useDocument(sinks);
  return useResults(sinks);
}

/** `plots`: false beside the table, where there is nothing to zoom or measure. */
export function ScopeTools({ plots = true }: { readonly plots?: boolean }) {
  const text = useText();
  const name = useDocument((state) => state.document.name);
  const hidden = useView((view) => view.hiddenTraces);
  const { block, stacked, equal, held, window, box, marks, listed, set } = useScope();
  // Of a run only what is shown here: the next one, as while a number is dragged, mostly has the same.
  const view = useResults(useSame(({ run }) => (run && run.result.t.length > 0 ? chooseView(run, block) : undefined)));
  const events = useResults(({ run }) => (run ? eventsOf(run.result).length : 0));
  const isHeld = useResults(({ run }) => held.some((one) => one.run === run));
  const sinks = useSinks();
  if (!view) return null;
  const xy = view.kind === "xy";
  const fileName = `${name} ${view.block}`.replaceAll(/[^\p{L}\p{N} ._-]/gu, " ").trim();
  const zoomedIn = xy ? box?.block === view.block : window !== undefined;

  const present = () => {
    const run = useResults.getState().run!;
    return { run, signals: signalsOf(run, view) };
  };
  const savePicture = async () => {
    const panes = [...globalThis.document.querySelectorAll<HTMLCanvasElement>(".plots-panes canvas")];
    const picture = await pictureOf(
      panes,
      present().signals.filter((signal) => !hidden.has(signal.path)),
    );
    if (picture) download(`${fileName}.png`, picture);
  };
  const saveVector = () => {
    const shownBox = box?.block === view.block ? box : undefined;
    const svg = svgPicture(viewPicture({ run: present().run, view, hidden, held, stacked, window, box: shownBox }));
    download(`${fileName}.svg`, new Blob([svg], { type: "image/svg+xml" }));
  };
  const measure = () => {
    const { t } = present().run.result;
    const [from, to] = (!xy && window) || [t[0]!, t[t.length - 1]!];
    set({ marks: marks ? undefined : [from + (to - from) / 3, from + ((to - from) * 2) / 3] });
  };
  const saveView = () => {
    const { run, signals } = present();
    void exportText(`${fileName}.csv`, csvOf(run.result.t, signals));
  };

  return (
    <div className="plots-tools">
      <ViewMenu view={view} />
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
            onClick={() => hold(present().run, useResults.getState().ranOf)}
          />
          <IconButton
            label={text("plots.measure")}
            icon={<Ruler size={15} />}
            pressed={marks !== undefined}
            onClick={measure}
          />
          {events > 0 && (
            <Button
              kind="quiet"
              icon={<Zap size={14} />}
              tip={text("plots.events.tip")}
              aria-label={text("plots.events", { count: events })}
              aria-pressed={listed}
              onClick={() => set({ listed: !listed })}
            >
              {events}
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
            <MenuItem key={sink.block} onSelect={() => void saveSink(present().run, sink)}>
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
