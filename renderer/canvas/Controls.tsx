/** Zoom and fit, in the corner of the canvas, for those who do not know the keys yet. */
import { Map as MapIcon, Maximize, Minus, Plus } from "lucide-react";
import { runCommand } from "../store/commands.ts";
import { useView } from "../store/view.ts";
import { IconButton } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";

export function Controls() {
  const t = useText();
  const minimap = useView((state) => state.minimap);
  return (
    <div className="canvas-controls" role="toolbar" aria-label={t("canvas.controls")}>
      <IconButton
        side="top"
        label={t("view.zoomOut")}
        shortcut="Minus"
        icon={<Minus size={15} />}
        onClick={() => runCommand("view.zoomOut")}
      />
      <IconButton
        side="top"
        label={t("view.zoomIn")}
        shortcut="Equal"
        icon={<Plus size={15} />}
        onClick={() => runCommand("view.zoomIn")}
      />
      <IconButton
        side="top"
        label={t("view.fit")}
        shortcut="Digit1"
        icon={<Maximize size={15} />}
        onClick={() => runCommand("view.fit")}
      />
      <IconButton
        side="top"
        label={t("canvas.minimap.tip")}
        pressed={minimap}
        icon={<MapIcon size={15} />}
        onClick={() => runCommand("canvas.minimap")}
      />
    </div>
  );
}
