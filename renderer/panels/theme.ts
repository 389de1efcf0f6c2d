/** Puts the theme and the language of the view store on the page, and follows the system where the user left it to. */
import { setTextLanguage } from "../ui/i18n.ts";
import { useView } from "../store/view.ts";

export function startTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const { theme, language } = useView.getState();
    const next = theme === "dark" || (theme === "system" && dark.matches) ? "dark" : "light";
    const root = document.documentElement;
    if (root.dataset["theme"] !== next) root.dataset["theme"] = next;
    if (root.lang !== language || !started) setTextLanguage(language);
    started = true;
  };
  let started = false;
  apply();
  dark.addEventListener("change", apply);
  useView.subscribe(apply);
}
