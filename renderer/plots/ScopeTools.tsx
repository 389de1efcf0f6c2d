/** The scope's buttons, for the end of the dock's tab bar: view, layout, held run, measuring, files. */
import { ChevronDown, FileDown, Image, Layers, Pin, Rows2, Ruler, ZoomOut } from "lucide-react";
import { useDocument } from "../store/document.ts";
import { useResults } from "../store/results.ts";
import { exportText } from "../store/session.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { Menu, MenuChoice } from "../ui/Menu.tsx";
import { useView } from "../store/view.ts";
import { download, pictureOf } from "./picture.ts";
import { csvOf } from "./runTable.ts";
import { useScope } from "./scopeState.ts";
import { chooseView, signalsOf } from "./signals.ts";

/** `plots`: false beside the table, where there is nothing to zoom or measure. */
export function ScopeTools({ plots = true }: { readonly plots?: boolean }) {
  const text = useText();
  const run = useResults((results) => results.run);
  const name = useDocument((state) => state.document.name);
  const hidden = useView((view) => view.hiddenTraces);
  const { block, stacked, held, window, marks, set } = useScope();
  const view = run && chooseView(run, block);
  if (!run || !view || run.result.t.length === 0) return null;
  const { t } = run.result;
  const views = run.views.filter((candidate) => candidate.traces.length > 0);
  const signals = signalsOf(run, view);
  const fileName = `${name} ${view.block}`.replaceAll(/[^\p{L}\p{N} ._-]/gu, " ").trim();

  const savePicture = async () => {
    const panes = [...document.querySelectorAll<HTMLCanvasElement>(".plots-panes canvas")];
    const picture = await pictureOf(
      panes,
      signals.filter((signal) => !hidden.has(signal.path)),
    );
    if (picture) download(`${fileName}.png`, picture);
  };
  const measure = () => {
    const [from, to] = window ?? [t[0]!, t[t.length - 1]!];
    set({ marks: marks ? undefined : [from + (to - from) / 3, from + ((to - from) * 2) / 3] });
  };

  return (
    <div className="plots-tools">
      {views.length > 1 && (
        <Menu
          align="end"
          trigger={
            <Button kind="quiet" aria-label={text("plots.view", { name: view.block })}>
              <span className="plots-tools-view">
                {view.block}
                <ChevronDown size={14} />
              </span>
            </Button>
          }
        >
          <MenuChoice
            label={text("plots.views")}
            value={view.block}
            of={views.map((candidate) => ({ value: candidate.block, label: candidate.block }))}
            onChange={(next) => set({ block: next })}
          />
        </Menu>
      )}
      {plots && (
        <>
          {window && (
            <IconButton
              label={text("plots.reset")}
              icon={<ZoomOut size={15} />}
              onClick={() => set({ window: undefined })}
            />
          )}
          <IconButton
            label={text(stacked ? "plots.overlay" : "plots.stack")}
            icon={stacked ? <Layers size={15} /> : <Rows2 size={15} />}
            pressed={stacked}
            onClick={() => set({ stacked: !stacked })}
          />
          <IconButton
            label={text(held ? "plots.release" : "plots.hold")}
            icon={<Pin size={15} />}
            pressed={held !== undefined}
            onClick={() => set({ held: held ? undefined : run })}
          />
          <IconButton
            label={text("plots.measure")}
            icon={<Ruler size={15} />}
            pressed={marks !== undefined}
            onClick={measure}
          />
        </>
      )}
      <Button
        kind="quiet"
        icon={<FileDown size={15} />}
        tip={text("plots.csv")}
        onClick={() => void exportText(`${fileName}.csv`, csvOf(t, signals))}
      >
        CSV
      </Button>
      {plots && (
        <Button kind="quiet" icon={<Image size={15} />} tip={text("plots.png")} onClick={() => void savePicture()}>
          PNG
        </Button>
      )}
    </div>
  );
}
