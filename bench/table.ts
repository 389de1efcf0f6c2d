/** What a benchmark gives back and how it is printed: rows of text under headings, and the middle of several timings. */

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** "0.42 ms", "13 ms", "1.3 s". */
export function duration(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`;
}

/** Median of as many runs as fit into a second, at least five, after one that warms up. */
export function timed(work: () => unknown): string {
  work();
  const times: number[] = [];
  const end = performance.now() + 1000;
  while (times.length < 5 || (performance.now() < end && times.length < 200)) {
    const began = performance.now();
    work();
    times.push(performance.now() - began);
  }
  return duration(median(times));
}

/** As Markdown, so that it can be pasted where it is read. */
export function printed({ title, columns, rows }: Table): string {
  const widths = columns.map((column, k) => Math.max(column.length, ...rows.map((row) => row[k]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((text, k) => text.padStart(widths[k]!)).join(" | ")} |`;
  return [title, "", line(columns), line(widths.map((width) => `${"-".repeat(width - 1)}:`)), ...rows.map(line)].join(
    "\n",
  );
}
