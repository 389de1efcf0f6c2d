/** Starts the window: chooses the host, puts on theme and language, brings back what was open, then draws. */
import "@fontsource/inter/latin-400.css";
import "@fontsource/inter/latin-500.css";
import "@fontsource/inter/latin-600.css";
import "@fontsource/inter/latin-ext-400.css";
import "@fontsource/inter/latin-ext-500.css";
import "@fontsource/inter/latin-ext-600.css";
import "./ui/tokens.css";
import "./ui/ui.css";
import "./app.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { browserHost } from "./host/browser.ts";
import { electronHost } from "./host/electron.ts";
import { beginImport, watchDocuments } from "./engine/dataClient.ts";
import { findTraining } from "./engine/trainClient.ts";
import { startEngine } from "./panels/engine.ts";
import { exampleInAddress, openExampleById } from "./panels/examples.ts";
import { bindKeyboard } from "./panels/keyboard.ts";
import { onNativeCommand } from "./panels/nativeCommands.ts";
import { registerShellCommands } from "./panels/shellCommands.ts";
import { startTheme } from "./panels/theme.ts";
import { startTitle } from "./panels/title.ts";
import { registerResultCommands } from "./plots/commands.ts";
import { setHost } from "./store/host.ts";
import { startRecovery } from "./store/recovery.ts";
import { openFile, reportOpenFailure } from "./store/session.ts";
import { useShell } from "./store/shell.ts";
import { useView } from "./store/view.ts";

const host = electronHost(reportOpenFailure) ?? browserHost(reportOpenFailure);
setHost(host);
startTheme();
registerShellCommands();
registerResultCommands();
bindKeyboard(window);

const wanted = exampleInAddress();
const resumed = await startRecovery(wanted !== undefined);
if (!resumed && !(wanted !== undefined && (await openExampleById(wanted)))) useShell.getState().set({ gallery: true });

startEngine();
watchDocuments();
void findTraining();
startTitle(host);
createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

host.onCommand(onNativeCommand);
host.onOpenFile((file) => void openFile(file));
host.onDropData((data) => {
  useShell.getState().set({ gallery: false });
  useView.getState().set({ dockTab: "data", dockOpen: true });
  void beginImport(data);
});
addEventListener("hashchange", () => {
  const id = exampleInAddress();
  if (id !== undefined) void openExampleById(id);
});
