/** What this program is. */
import { useShell } from "../store/shell.ts";
import { useText } from "../ui/i18n.ts";
import { Logo } from "../ui/Logo.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import manifest from "../../package.json?raw";

const { version } = JSON.parse(manifest) as { readonly version: string };

export function About() {
  const t = useText();
  const open = useShell((state) => state.sheet === "about");
  return (
    <Sheet
      open={open}
      size="small"
      onClose={() => useShell.getState().set({ sheet: undefined })}
      title={t("help.about")}
      closeLabel={t("close")}
    >
      <div className="shell-about">
        <Logo size={44} />
        <p>{t("about.text")}</p>
        <small>
          {t("about.version", { version })} · {t("about.licence")}
        </small>
      </div>
    </Sheet>
  );
}
