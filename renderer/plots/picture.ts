/** The scope as a picture: its panes one below the other under a legend, on the colour of the panel. */
import { signalColourValue, tokenValue } from "../ui/signalColours.ts";
import type { Signal } from "./signals.ts";

const legendHeight = 28;

export async function pictureOf(
  panes: readonly HTMLCanvasElement[],
  signals: readonly Signal[],
): Promise<Blob | undefined> {
  const [first] = panes;
  if (!first || first.width === 0) return undefined;
  const ratio = first.width / Math.max(1, first.clientWidth);
  const picture = document.createElement("canvas");
  picture.width = first.width;
  picture.height = panes.reduce((sum, pane) => sum + pane.height, 0) + Math.ceil(legendHeight * ratio);
  const ctx = picture.getContext("2d")!;
  ctx.fillStyle = tokenValue("--panel");
  ctx.fillRect(0, 0, picture.width, picture.height);
  ctx.font = `${12 * ratio}px ${tokenValue("--font")}`;
  ctx.textBaseline = "middle";
  let x = 12 * ratio;
  const y = (legendHeight / 2) * ratio;
  for (const signal of signals) {
    ctx.fillStyle = signalColourValue(signal.colour);
    ctx.fillRect(x, y - 1.5 * ratio, 14 * ratio, 3 * ratio);
    ctx.fillStyle = tokenValue("--ink");
    ctx.fillText(signal.name, x + 20 * ratio, y);
    x += ctx.measureText(signal.name).width + 40 * ratio;
  }
  let top = Math.ceil(legendHeight * ratio);
  for (const pane of panes) {
    ctx.drawImage(pane, 0, top);
    top += pane.height;
  }
  return new Promise((resolve) => picture.toBlob((blob) => resolve(blob ?? undefined), "image/png"));
}

/** Hands the picture to the user as a file of this name. */
export function download(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
