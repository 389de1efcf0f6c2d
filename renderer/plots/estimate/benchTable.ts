/** The figures of a bench as rows of text, one column an estimator: for the table on the screen and for the file. */
import type { Judged } from "../../../core/estimate/estimatorBench.ts";
import type { Band } from "../../../core/estimate/consistency.ts";
import type { EstimateResult, EstimatorRow } from "../../store/estimated.ts";
import { written } from "../../ui/figures.ts";
import type { TextKey, Translate } from "../../ui/i18n.ts";
import { csvCell } from "../runTable.ts";

export interface BenchCell {
  readonly text: string;
  /** Below the number, in words. */
  readonly verdict?: "consistent" | "optimistic" | "pessimistic" | "white" | "remembers";
  readonly best: boolean;
  /** For the file. */
  readonly value: string;
}

export interface BenchRow {
  readonly name: string;
  readonly help?: string;
  readonly cells: readonly BenchCell[];
}

/** "EKF", or "EKF 2" where there are several. */
export function namesOf(rows: readonly EstimatorRow[], text: Translate): readonly string[] {
  const seen = new Map<string, number>();
  return rows.map(({ kind }) => {
    const many = rows.filter((one) => one.kind === kind).length > 1;
    const place = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, place);
    const name = text(`estimate.short.${kind}`);
    return many ? `${name} ${place}` : name;
  });
}

/** Of what is true, and of what stands for it. */
export const truthColour = 6;
/** Of the k-th estimator. */
export const colourOf = (k: number): number => (k < truthColour ? k : k + 1);

export const withUnit = (name: string, unit: string | undefined): string => (unit ? `${name} (${unit})` : name);

const none: BenchCell = { text: "–", best: false, value: "" };

/** `least`: whether small is good; undefined: neither is. */
function row(
  name: string,
  judged: readonly Judged[],
  valueOf: (one: Judged) => number | undefined,
  { help, least, figures = 3 }: { readonly help?: string; readonly least?: boolean; readonly figures?: number } = {},
): BenchRow {
  const values = judged.map((one) => (one.runs > 0 ? valueOf(one) : undefined));
  const shown = values.map((v) => (v === undefined || !Number.isFinite(v) ? undefined : written(v, figures)));
  const there = values.filter((v): v is number => v !== undefined && Number.isFinite(v));
  const top = least === undefined || there.length < 2 ? undefined : least ? Math.min(...there) : Math.max(...there);
  // What is written alike is equally good; where all are, none is marked.
  const mark = top === undefined ? undefined : written(top, figures);
  const apart = new Set(shown.filter((one) => one !== undefined)).size > 1;
  return {
    name,
    ...(help !== undefined && { help }),
    cells: shown.map((one, k) =>
      one === undefined ? none : { text: one, best: apart && one === mark, value: String(values[k]) },
    ),
  };
}

function bandRow(
  name: "nees" | "nis",
  judged: readonly Judged[],
  bandOf: (one: Judged) => Band | undefined,
  text: Translate,
): BenchRow {
  const bands = judged.map((one) => (one.runs > 0 ? bandOf(one) : undefined));
  const first = bands.find((band) => band !== undefined);
  return {
    name: text(`estimate.${name}`),
    ...(first && { help: text(`estimate.${name}.help`, bandWords(first)) }),
    cells: bands.map((band) =>
      band ? { text: written(band.mean, 3), verdict: band.verdict, best: false, value: String(band.mean) } : none,
    ),
  };
}

export const bandWords = ({ mean, expected, low, high }: Band) => ({
  mean: written(mean, 3),
  expected: written(expected, 3),
  low: written(low, 3),
  high: written(high, 3),
});

export function benchRows({ bench }: EstimateResult, text: Translate): readonly BenchRow[] {
  const { judged } = bench.report;
  const known = judged.some(({ error }) => error);
  const errors = known
    ? [
        ...bench.states.map(({ label, unit }, i) =>
          row(text("estimate.rmse", { name: withUnit(label, unit) }), judged, (one) => one.error?.states[i], {
            least: true,
          }),
        ),
        ...(bench.states.length > 1
          ? [row(text("estimate.rmse.all"), judged, (one) => one.error?.all, { least: true })]
          : []),
        bandRow("nees", judged, (one) => one.error?.nees, text),
      ]
    : bench.outputs.map((name, i) =>
        row(text("estimate.ahead", { name }), judged, (one) => one.ahead[i], {
          least: true,
          help: text("estimate.ahead.help"),
          figures: 4,
        }),
      );
  const white: BenchRow = {
    name: text("estimate.white"),
    help: text("estimate.white.help"),
    cells: judged.map(({ white: { share, series, verdict }, runs }) =>
      runs === 0 || series === 0
        ? none
        : {
            text: written(100 * share, 3),
            verdict: verdict ? "white" : "remembers",
            best: false,
            value: String(share),
          },
    ),
  };
  const lost: BenchRow = {
    name: text("estimate.lost"),
    help: text("estimate.lost.help"),
    cells: judged.map((one) => ({ text: String(one.lost.length), best: false, value: String(one.lost.length) })),
  };
  return [
    ...errors,
    bandRow("nis", judged, (one) => one.nis, text),
    white,
    row(text("estimate.loglik"), judged, (one) => one.loglik, {
      least: false,
      figures: 5,
      help: text("estimate.loglik.help"),
    }),
    lost,
    row(text("estimate.time"), judged, (one) => one.time && 1e6 * one.time, {
      least: true,
      figures: 2,
      help: text("estimate.time.help"),
    }),
  ];
}

export const verdictKey = (verdict: NonNullable<BenchCell["verdict"]>): TextKey =>
  verdict === "white"
    ? "estimate.white.yes"
    : verdict === "remembers"
      ? "estimate.white.no"
      : `estimate.verdict.${verdict}`;

/** A row a figure, a column an estimator, verdicts in rows of their own; every digit. */
export function benchCsv(result: EstimateResult, text: Translate): string {
  const lines = [[text("estimate.figure"), ...namesOf(result.rows, text)].map(csvCell)];
  for (const { name, cells } of benchRows(result, text)) {
    lines.push([csvCell(name), ...cells.map(({ value }) => value)]);
    if (cells.some(({ verdict }) => verdict))
      lines.push([csvCell(name), ...cells.map(({ verdict }) => (verdict ? csvCell(text(verdictKey(verdict))) : ""))]);
  }
  return `${lines.map((line) => line.join(",")).join("\n")}\n`;
}
