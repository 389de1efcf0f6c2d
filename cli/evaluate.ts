/** `lazo evaluate`: how well a trained network does on signals that it was not trained on. */
import { answer, numberText, score, type Learned, type Records, type Score } from "../core/index.ts";
import { writeWhole } from "./files.ts";
import { learnedFrom, refusedTask } from "./learned.ts";
import type { Changes } from "./model.ts";
import { count, oneOf } from "./optionValues.ts";
import { recordsOf } from "./records.ts";
import { exits, printable, progressLine, refuse, toStdout, wrongUse } from "./report.ts";
import { csvCell } from "./results.ts";

export interface EvaluateOptions extends Changes {
  readonly runs?: string;
  readonly seed?: string;
  readonly format?: string;
  readonly out?: string;
}

export async function evaluateNetwork(weights: string, path: string, options: EvaluateOptions): Promise<number> {
  const format = oneOf("format", options.format ?? "text", ["text", "json"] as const);
  if (options.out !== undefined && !/\.csv$/i.test(options.out))
    throw wrongUse(`--out ${options.out}: answers are written as .csv.`);
  const learned = await learnedFrom(weights);
  const line = progressLine();
  // Seeds far from those that are trained on by default.
  const source = { ...options, runs: count("runs", options.runs, 10), seed: count("seed", options.seed, 100_000, 0) };
  const records = await recordsOf(path, source, line.show);
  line.end();
  const { period } = learned;
  if (period !== undefined && records.period !== undefined && Math.abs(records.period / period - 1) > 1e-3)
    throw refuse(
      "PERIOD_DIFFERS",
      path,
      `Samples are ${records.period} s apart; the network was trained at ${period} s.`,
      "Give it samples at that distance: --step for a diagram.",
    );
  const washout = Math.min(16, Math.floor((records.runs[0]?.[0]?.length ?? 0) / 8));
  const scored = score(learned, records, washout);
  if (!scored.ok) throw refusedTask(path, scored, records);
  await toStdout([format === "json" ? `${JSON.stringify(scored.scores, undefined, 2)}\n` : table(scored.scores)]);
  if (options.out !== undefined) await writeWhole(options.out, answersCsv(learned, records));
  return exits.done;
}

function table(scores: readonly Score[]): string {
  const head = ["output", "samples", "mse", "mse of the mean", "mse of standing still", "fit"];
  const rows = scores.map(({ output, count, mse, spread, standing, fit }) => [
    ...[printable(output), String(count), mse.toPrecision(5), spread.toPrecision(5), standing.toPrecision(5)],
    `${fit.toFixed(2)} %`,
  ]);
  const widths = head.map((title, k) => Math.max(title.length, ...rows.map((row) => row[k]!.length)));
  return [head, ...rows]
    .map(
      (row) => `${row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join("  ")}\n`,
    )
    .join("");
}

/** run, sample, then each output beside its answer; what lies ahead of the last sample is left out. */
function* answersCsv(learned: Learned, records: Records): Generator<string> {
  const { inputNames, outputNames, ahead } = learned;
  yield `run,sample,${outputNames.flatMap((name) => [csvCell(name), csvCell(`${name} answer`)]).join(",")}\n`;
  const place = (name: string) => records.names.indexOf(name);
  for (const [r, run] of records.runs.entries()) {
    const answers = answer(
      learned,
      inputNames.map((name) => run[place(name)]!),
    );
    for (let t = 0; t + ahead < run[0]!.length; t++) {
      const cells = outputNames.flatMap((name, k) => [run[place(name)]![t + ahead]!, answers[k]![t]!]);
      yield `${r},${t + ahead},${cells.map(numberText).join(",")}\n`;
    }
  }
}
