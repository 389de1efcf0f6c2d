/**
 * The scope as a vector picture, for papers: panes with axes, lines and a legend, as plain SVG on white. Text stays text. What is
 * drawn is told in numbers; nothing is read from the screen but the colours that the caller gives.
 */
import type { TimeWindow } from "./scopeState.ts";

export interface PictureLine {
  readonly name: string;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly colour: string;
  /** Lengths of dashes; absent: unbroken. */
  readonly dash?: readonly number[];
  /** A held run: thin, faint and without an entry in the legend. */
  readonly faint?: boolean;
  /** Values stay until the next sample. */
  readonly stairs?: boolean;
  /** Half the width of a band around it at each sample. */
  readonly band?: Float64Array;
}

export interface PicturePane {
  readonly x: TimeWindow;
  readonly y: TimeWindow;
  readonly xName: string;
  readonly yName: string;
  readonly lines: readonly PictureLine[];
}

const width = 720;
const paneHeight = 300;
const margin = { left: 64, right: 16, top: 10, bottom: 40 };
const legendHeight = 28;
const ink = "#1b2330";
const grid = "#e2e5ea";

export function svgPicture(panes: readonly PicturePane[]): string {
  const height = legendHeight + panes.length * paneHeight;
  const named = new Map(
    panes.flatMap((pane) => pane.lines.filter((line) => !line.faint).map((line) => [line.name, line] as const)),
  );
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Inter, Helvetica, Arial, sans-serif" font-size="12" fill="${ink}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
  ];
  let at = margin.left;
  for (const line of named.values()) {
    parts.push(
      `<line x1="${at}" y1="14" x2="${at + 18}" y2="14" stroke="${line.colour}" stroke-width="2"${dashes(line.dash)}/>`,
      `<text x="${at + 24}" y="18">${escaped(line.name)}</text>`,
    );
    at += 44 + 7 * line.name.length;
  }
  panes.forEach((pane, k) => parts.push(...paneParts(pane, k, legendHeight + k * paneHeight)));
  parts.push("</svg>");
  return `${parts.join("\n")}\n`;
}

function paneParts(pane: PicturePane, index: number, top: number): string[] {
  const wide = width - margin.left - margin.right;
  const high = paneHeight - margin.top - margin.bottom;
  const [left, upper] = [margin.left, top + margin.top];
  const toX = (value: number) => left + ((value - pane.x[0]) / (pane.x[1] - pane.x[0])) * wide;
  const toY = (value: number) => upper + (1 - (value - pane.y[0]) / (pane.y[1] - pane.y[0])) * high;
  const parts: string[] = [
    `<clipPath id="pane${index}"><rect x="${left}" y="${upper}" width="${wide}" height="${high}"/></clipPath>`,
  ];
  for (const value of ticks(pane.x, 8)) {
    const x = short(toX(value));
    parts.push(
      `<line x1="${x}" y1="${upper}" x2="${x}" y2="${upper + high}" stroke="${grid}"/>`,
      `<text x="${x}" y="${upper + high + 16}" text-anchor="middle">${label(value)}</text>`,
    );
  }
  for (const value of ticks(pane.y, 6)) {
    const y = short(toY(value));
    parts.push(
      `<line x1="${left}" y1="${y}" x2="${left + wide}" y2="${y}" stroke="${grid}"/>`,
      `<text x="${left - 6}" y="${short(toY(value) + 4)}" text-anchor="end">${label(value)}</text>`,
    );
  }
  parts.push(
    `<text x="${left + wide / 2}" y="${upper + high + 34}" text-anchor="middle">${escaped(pane.xName)}</text>`,
    `<text transform="translate(14 ${upper + high / 2}) rotate(-90)" text-anchor="middle">${escaped(pane.yName)}</text>`,
    `<g clip-path="url(#pane${index})" fill="none" stroke-linejoin="round">`,
  );
  for (const line of pane.lines) {
    const { band } = line;
    if (band) {
      const edge = (sign: number) => runsOf({ ...line, y: line.y.map((v, i) => v + sign * band[i]!) }, toX, toY);
      const lower = edge(-1);
      edge(1).forEach((points, k) => {
        const back = (lower[k] ?? "").split(" ").toReversed().join(" ");
        parts.push(`<polygon fill="${line.colour}" fill-opacity="0.16" points="${points} ${back}"/>`);
      });
    }
    const style = line.faint ? ` stroke-width="1" opacity="0.45"` : ` stroke-width="1.5"`;
    for (const points of runsOf(line, toX, toY))
      parts.push(`<polyline stroke="${line.colour}"${style}${dashes(line.dash)} points="${points}"/>`);
  }
  parts.push("</g>", `<rect x="${left}" y="${upper}" width="${wide}" height="${high}" fill="none" stroke="${ink}"/>`);
  return parts;
}

/** Unbroken stretches of finite samples; steps shorter than a tenth of a unit are left out. */
function runsOf(line: PictureLine, toX: (v: number) => number, toY: (v: number) => number): string[] {
  const runs: string[] = [];
  let points: string[] = [];
  let [lastX, lastY] = [NaN, NaN];
  const end = () => {
    if (points.length > 0) runs.push(points.join(" "));
    points = [];
    [lastX, lastY] = [NaN, NaN];
  };
  const count = Math.min(line.x.length, line.y.length);
  for (let i = 0; i < count; i++) {
    const [x, y] = [toX(line.x[i]!), toY(line.y[i]!)];
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      end();
      continue;
    }
    if (Math.abs(x - lastX) < 0.1 && Math.abs(y - lastY) < 0.1 && i < count - 1) continue;
    if (line.stairs && points.length > 0) points.push(`${short(x)},${short(lastY)}`);
    points.push(`${short(x)},${short(y)}`);
    [lastX, lastY] = [x, y];
  }
  end();
  return runs;
}

/** Round numbers within the range, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks([low, high]: TimeWindow, count: number): readonly number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

const label = (value: number): string => String(value).replaceAll("-", "−");
const short = (value: number): string => String(Math.round(value * 100) / 100);
const dashes = (lengths: readonly number[] | undefined): string =>
  lengths ? ` stroke-dasharray="${lengths.join(" ")}"` : "";
const escaped = (text: string): string =>
  text
    .replace(/\p{Cc}/gu, " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
