/** Live switch, what the run is set to and what the engine chose, Run or Stop, Export. */
import { ChevronDown, Download, FileCode2, FileDown, FileJson2, FileSpreadsheet, Play, Square } from "lucide-react";
import { runCommand } from "../store/commands.ts";
import { useDocument } from "../store/document.ts";
import { useResults } from "../store/results.ts";
import { useView } from "../store/view.ts";
import { Button } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { Menu } from "../ui/Menu.tsx";
import { Tooltip } from "../ui/Tooltip.tsx";
import { CommandItem } from "./CommandItem.tsx";
import { RunSetup } from "./RunSetup.tsx";

export function RunBar() {
  return (
    <div className="shell-run">
      <Live />
      <RunSetup />
      <RunOrStop />
      <Export />
    </div>
  );
}

function Live() {
  const t = useText();
  const live = useView((state) => state.live);
  return (
    <Tooltip text={live ? t("run.live.on") : t("run.live.off")} shortcut="$mod+Shift+l">
      <button
        type="button"
        className="shell-live"
        role="switch"
        aria-checked={live}
        onClick={() => runCommand("run.toggleLive")}
      >
        <i className="shell-live-dot" />
        {t("run.live")}
      </button>
    </Tooltip>
  );
}

/** A run that is over before one could read "Stop" does not make the button flicker: it changes with the first progress. */
function RunOrStop() {
  const t = useText();
  const busy = useResults((state) => state.phase === "running" && state.progress > 0);
  const asked = useDocument((state) => state.trust === "asked");
  const empty = useDocument((state) => state.document.root.blocks.length === 0);
  if (busy) {
    return (
      <Button
        icon={<Square size={13} fill="currentColor" />}
        tip={t("run.stop")}
        shortcut="Escape"
        onClick={() => runCommand("run.stop")}
      >
        {t("run.stop")}
      </Button>
    );
  }
  return (
    <span className={asked ? "shell-run-now shell-run-asked" : "shell-run-now"}>
      <Button
        kind="primary"
        icon={<Play size={13} fill="currentColor" />}
        tip={asked ? t("run.firstRun") : t("run.run")}
        shortcut="$mod+Enter"
        disabled={empty}
        onClick={() => runCommand("run.run")}
      >
        {t("run.run")}
      </Button>
    </span>
  );
}

function Export() {
  const t = useText();
  const empty = useDocument((state) => state.document.root.blocks.length === 0);
  return (
    <Menu
      align="end"
      trigger={
        <Button icon={<Download size={14} />} disabled={empty}>
          {t("export.menu")}
          <ChevronDown size={12} className="shell-chevron" />
        </Button>
      }
    >
      <CommandItem id="file.exportJson" icon={<FileJson2 size={15} />} />
      <CommandItem id="file.exportTypescript" icon={<FileCode2 size={15} />} />
      <CommandItem id="results.exportCsv" icon={<FileSpreadsheet size={15} />} />
      <CommandItem id="results.saveSinks" icon={<FileDown size={15} />} />
    </Menu>
  );
}
