/** Tells when the colours on the screen change. A canvas holds pixels, not variables, so it must then be drawn again. */
export function onThemeChange(run: () => void): () => void {
  const observer = new MutationObserver(run);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", run);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", run);
  };
}
