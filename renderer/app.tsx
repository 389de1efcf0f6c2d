/** Composes the rooms: toolbar above, palette, canvas and inspector in the middle, results below, status at the foot. */
import { useEffect } from "react";
import { Group, Panel, Separator, useDefaultLayout, usePanelRef } from "react-resizable-panels";
import { Canvas } from "./canvas/Canvas.tsx";
import { Thumbnail } from "./canvas/Thumbnail.tsx";
import { Inspector } from "./inspector/Inspector.tsx";
import { About } from "./panels/About.tsx";
import { CommandPalette } from "./panels/CommandPalette.tsx";
import { Dock } from "./panels/Dock.tsx";
import { Gallery } from "./panels/Gallery.tsx";
import { NoticeBar } from "./panels/NoticeBar.tsx";
import { Palette } from "./panels/Palette.tsx";
import { RoomBoundary } from "./panels/RoomBoundary.tsx";
import { ShortcutSheet } from "./panels/ShortcutSheet.tsx";
import { StatusBar } from "./panels/StatusBar.tsx";
import { Toolbar } from "./panels/Toolbar.tsx";
import { Analyse } from "./plots/Analyse.tsx";
import { AnalyseTools } from "./plots/AnalyseTools.tsx";
import { DataRoom, DataRoomTools } from "./plots/data/DataRoom.tsx";
import { EstimateRoom } from "./plots/estimate/EstimateRoom.tsx";
import { EstimateTools } from "./plots/estimate/EstimateTools.tsx";
import { IdentifyRoom } from "./plots/identify/IdentifyRoom.tsx";
import { TrainRoom } from "./plots/train/TrainRoom.tsx";
import { Scope } from "./plots/Scope.tsx";
import { ScopeTools } from "./plots/ScopeTools.tsx";
import { useShell } from "./store/shell.ts";
import { useView } from "./store/view.ts";
import { useText } from "./ui/i18n.ts";
import { TooltipRoom } from "./ui/Tooltip.tsx";

export function App() {
  const gallery = useShell((state) => state.gallery);
  return (
    <TooltipRoom>
      <div className="shell">
        <Toolbar />
        <NoticeBar />
        {gallery ? <Gallery thumbnail={Thumbnail} /> : <Workspace />}
        <StatusBar />
      </div>
      <CommandPalette />
      <ShortcutSheet />
      <About />
    </TooltipRoom>
  );
}

type Flag = "paletteOpen" | "inspectorOpen" | "dockOpen";

/** A panel that the view store opens and closes, and that tells it when dragging does. */
function useCollapsible(flag: Flag) {
  const panel = usePanelRef();
  const open = useView((state) => state[flag]);
  useEffect(() => {
    const handle = panel.current;
    if (!handle || handle.isCollapsed() !== open) return;
    if (open) handle.expand();
    else handle.collapse();
  }, [open, panel]);
  const onResize = ({ inPixels }: { inPixels: number }) => {
    const shown = inPixels > 1;
    if (useView.getState()[flag] !== shown) useView.getState().set({ [flag]: shown });
  };
  return { panel, open, onResize };
}

function Workspace() {
  const t = useText();
  const palette = useCollapsible("paletteOpen");
  const inspector = useCollapsible("inspectorOpen");
  const dock = useCollapsible("dockOpen");
  // Shares of the window are kept once the user has chosen them; until then each window has the same pixels.
  const kept = { storage: localStorage, onlySaveAfterUserInteractions: true };
  const across = useDefaultLayout({ id: "lazo.across", ...kept });
  const down = useDefaultLayout({ id: "lazo.down", ...kept });
  return (
    <Group className="shell-work" orientation="vertical" {...down}>
      <Panel id="upper" minSize="30%">
        <Group orientation="horizontal" {...across}>
          <Panel
            id="palette"
            panelRef={palette.panel}
            collapsible
            defaultSize="248px"
            minSize="184px"
            maxSize="360px"
            groupResizeBehavior="preserve-pixel-size"
            onResize={palette.onResize}
          >
            <aside className="shell-side" aria-label={t("view.togglePalette")} inert={!palette.open}>
              <RoomBoundary>
                <Palette />
              </RoomBoundary>
            </aside>
          </Panel>
          <Separator className="shell-separator" aria-label={t("panel.resize")} />
          <Panel id="canvas" minSize="320px">
            <main className="shell-canvas">
              <RoomBoundary>
                <Canvas />
              </RoomBoundary>
            </main>
          </Panel>
          <Separator className="shell-separator" aria-label={t("panel.resize")} />
          <Panel
            id="inspector"
            panelRef={inspector.panel}
            collapsible
            defaultSize="272px"
            minSize="220px"
            maxSize="480px"
            groupResizeBehavior="preserve-pixel-size"
            onResize={inspector.onResize}
          >
            <aside className="shell-side" aria-label={t("view.toggleInspector")} inert={!inspector.open}>
              <RoomBoundary>
                <Inspector />
              </RoomBoundary>
            </aside>
          </Panel>
        </Group>
      </Panel>
      <Separator className="shell-separator shell-separator-across" aria-label={t("panel.resize")} />
      <Panel
        id="dock"
        panelRef={dock.panel}
        collapsible
        defaultSize="280px"
        minSize="140px"
        maxSize="70%"
        groupResizeBehavior="preserve-pixel-size"
        onResize={dock.onResize}
      >
        <section className="shell-dock" aria-label={t("view.toggleDock")} inert={!dock.open}>
          <RoomBoundary>
            <Dock
              scope={{ body: <Scope />, tools: <ScopeTools /> }}
              analyse={{ body: <Analyse />, tools: <AnalyseTools /> }}
              data={{ body: <DataRoom />, tools: <DataRoomTools /> }}
              identify={<IdentifyRoom />}
              estimate={{ body: <EstimateRoom />, tools: <EstimateTools /> }}
              train={<TrainRoom />}
            />
          </RoomBoundary>
        </section>
      </Panel>
    </Group>
  );
}
