/** A trained network beside the filters that know the plant, on runs that neither has seen. */
import type { EstimatorKind } from "../../core/estimate/estimators.ts";
import { answer, type Records } from "../../core/learn/task.ts";
import type { Learned } from "../../core/learn/weightFile.ts";
import type { PlantFilters } from "../../core/plant/plantFilters.ts";
import type { Curve } from "./dataProtocol.ts";
import type { Judged, TrainResult } from "./trainProtocol.ts";
import type { Gathered } from "./trainRuns.ts";

const drawn = 1000;
const shown = 3;

type Verdict = Pick<TrainResult, "judged" | "spread" | "truth" | "answers">;

/** `learned` goes by the columns of the records. Gives the part that is done. */
export function* judge(
  learned: Learned,
  { tests, plant }: Gathered,
  filters: PlantFilters | undefined,
): Generator<number, Verdict> {
  const place = (name: string) => tests.names.indexOf(name);
  const [inputs, outputs] = [learned.inputNames.map(place), learned.outputNames.map(place)];
  const { ahead } = learned;
  // What is sought stays as it was last measured: a guess only where it is measured.
  const before = learned.outputNames.map((name) => place(name.replace(/^sought/, "given")));
  const standing = ahead > 0 && !before.includes(-1);
  const samples = tests.runs[0]?.[0]?.length ?? 0;
  const washout = Math.min(16, Math.floor(samples / 8));
  const kinds: EstimatorKind[] = !filters ? [] : filters.linear ? ["kalman"] : ["kalman", "ekf", "ukf"];
  const total = tests.runs.length * (kinds.length + 1);
  let done = 0;
  const tally = () => outputs.map(() => ({ sum: 0, count: 0 }));
  const sums: { [who in Judged["who"]]?: ReturnType<typeof tally> } = {};
  const failed = new Set<string>();
  const curves: { who: Judged["who"]; curves: readonly Curve[] }[] = [];
  const take = (who: Judged["who"], r: number, answers: (k: number, o: number) => number): void => {
    const own = (sums[who] ??= tally());
    const run = tests.runs[r]!;
    outputs.forEach((column, o) => {
      const truth = run[column]!;
      for (let k = washout; k + ahead < samples; k++) {
        if (!Number.isFinite(truth[k + ahead]!) || !Number.isFinite(truth[k]!)) continue;
        own[o]!.sum += (answers(k, o) - truth[k + ahead]!) ** 2;
        own[o]!.count++;
      }
    });
  };
  const draw = (who: Judged["who"], answers: readonly Float64Array[]): void => {
    curves.push({ who, curves: answers.slice(0, shown).map((values) => curveOf(values, tests, ahead)) });
  };
  const spread = spreadOf(tests, outputs, washout + ahead);
  for (let r = 0; r < tests.runs.length; r++) {
    const run = tests.runs[r]!;
    const own = answer(
      learned,
      inputs.map((c) => run[c]!),
    );
    take("learned", r, (k, o) => own[o]![k]!);
    if (standing) take("standing", r, (k, o) => run[before[o]!]![k]!);
    take("mean", r, (_, o) => spread[o]!.mean);
    if (r === 0) draw("learned", own);
    yield ++done / total;
    for (const kind of kinds) {
      const who = kind as "kalman" | "ekf" | "ukf";
      const answers = failed.has(who) ? undefined : filters!.answers(kind, plant!.tests[r]!);
      if (!answers) failed.add(who);
      else {
        take(who, r, (k, o) => answers[o]![k]!);
        if (r === 0) draw(who, answers);
      }
      yield ++done / total;
    }
  }
  const order = ["learned", "kalman", "ekf", "ukf", "standing", "mean"] as const;
  return {
    judged: order.flatMap((who): readonly Judged[] => {
      if (failed.has(who)) return [{ who }];
      const own = sums[who];
      return own ? [{ who, mse: own.map(({ sum, count }) => sum / count) }] : [];
    }),
    spread: spread.map(({ variance }) => variance),
    truth: outputs.slice(0, shown).map((c) => truthOf(tests.runs[0]![c]!, tests)),
    answers: curves.filter(({ who }) => !failed.has(who)),
  };
}

function curveOf(values: Float64Array, { period = 1 }: Records, ahead: number): Curve {
  const y = values.slice(0, Math.min(drawn, values.length - ahead));
  return { x: y.map((_, k) => (k + ahead) * period), y };
}

const truthOf = (values: Float64Array, records: Records): Curve => curveOf(values, records, 0);

function spreadOf({ runs }: Records, columns: readonly number[], from: number) {
  return columns.map((c) => {
    let [count, sum, squares] = [0, 0, 0];
    for (const run of runs)
      for (const v of run[c]!.subarray(from)) {
        if (!Number.isFinite(v)) continue;
        count++;
        sum += v;
        squares += v * v;
      }
    const mean = sum / count;
    return { mean, variance: Math.max(0, squares / count - mean * mean) };
  });
}
