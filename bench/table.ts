/** What a benchmark gives back and how it is printed: rows of text under headings, the middle of several timings, ratios and goals. */

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Under the table: what was not measured, what a column means. */
  readonly notes?: readonly string[];
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** "0.42 ms", "13 ms", "1.3 s"; a dash for what was not measured. */
export function duration(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return "–";
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (milliseconds < 0.1) return `${(1000 * milliseconds).toFixed(1)} µs`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`;
}

export interface Timing {
  readonly median: number;
  readonly min: number;
}

/**
 * Of as many runs as fit into `budget` ms, at least three and at most 200, after `warm` that are not counted; `prepare` is not timed.
 * In ms.
 */
export function measure<T>(work: (made: T) => unknown, prepare: () => T, budget?: number, warm?: number): Timing;
export function measure(work: () => unknown, prepare?: undefined, budget?: number, warm?: number): Timing;
export function measure<T>(work: (made: T) => unknown, prepare?: () => T, budget = 1000, warm = 1): Timing {
  const made = (): T => prepare?.() as T;
  for (let run = 0; run < warm; run++) work(made());
  const times: number[] = [];
  const end = performance.now() + budget;
  while (times.length < 3 || (performance.now() < end && times.length < 200)) {
    const given = made();
    const began = performance.now();
    work(given);
    times.push(performance.now() - began);
  }
  return { median: median(times), min: Math.min(...times) };
}

/** The median as text. */
export function timed(work: () => unknown): string {
  return duration(measure(work).median);
}

/**
 * How many times as long as `theirs`: by the medians, by which the goal is judged, and by the best of each, which other work on the
 * machine disturbs least. A dash where one of the two was not measured.
 */
export function slower(ours: Timing, theirs: Timing | undefined, most?: number): string {
  if (theirs === undefined) return "–";
  const middle = ours.median / theirs.median;
  const verdict = most === undefined ? "" : ` (≤ ${most}: ${middle <= most ? "met" : "missed"})`;
  return `${figure(middle)} / ${figure(ours.min / theirs.min)}${verdict}`;
}

/** How many times faster than `theirs`. */
export function faster(ours: Timing, theirs: Timing | undefined, least?: number): string {
  if (theirs === undefined) return "–";
  const middle = theirs.median / ours.median;
  const verdict = least === undefined ? "" : ` (≥ ${least}: ${middle >= least ? "met" : "missed"})`;
  return `${figure(middle)} / ${figure(theirs.min / ours.min)}${verdict}`;
}

const figure = (ratio: number): string => (ratio >= 100 ? ratio.toFixed(0) : ratio.toPrecision(3));

/** A relative difference: "3e-13". */
export const error = (value: number): string => (value === 0 ? "0" : value.toExponential(0));

/** As Markdown, so that it can be pasted where it is read. */
export function printed({ title, columns, rows, notes = [] }: Table): string {
  const widths = columns.map((column, k) => Math.max(column.length, ...rows.map((row) => row[k]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((text, k) => text.padStart(widths[k]!)).join(" | ")} |`;
  const below = notes.length > 0 ? ["", ...notes] : [];
  return [
    title,
    "",
    line(columns),
    line(widths.map((width) => `${"-".repeat(width - 1)}:`)),
    ...rows.map(line),
    ...below,
  ].join("\n");
}
