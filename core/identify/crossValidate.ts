/** How well a way of identifying does on what it has not seen: every part of the recordings held back in turn; models side by side. */
import type { Criteria } from "./criteria.ts";
import type { Innovations } from "./identified.ts";
import { predict, type PredictOptions } from "./predict.ts";
import { recordsOf, type IdentifyRefusal, type Recording, type Recordings } from "./recording.ts";
import { residuals } from "./residualTests.ts";

type Model = Pick<Innovations, "system" | "K">;

export interface CrossValidated {
  readonly ok: true;
  /** By part held back, by output, in percent. */
  readonly fits: readonly (readonly number[])[];
  /** By output: mean over the parts, and the least. */
  readonly mean: readonly number[];
  readonly worst: readonly number[];
}

/**
 * `identify` makes a model of several recordings: what is left on both sides of the part held back. Parts are stretches of time of like length, `folds` of
 * every recording, as samples next to one another tell of each other. Throws a RangeError for less than 2.
 */
export function crossValidate<Refused extends { readonly ok: false }>(
  data: Recordings,
  folds: number,
  identify: (train: readonly Recording[]) => (Model & { readonly ok: true }) | Refused,
  options: Pick<PredictOptions, "ahead"> = {},
): CrossValidated | Refused | IdentifyRefusal {
  if (!Number.isInteger(folds) || folds < 2) throw new RangeError(`Two parts or more are needed, not ${folds}`);
  const list: readonly Recording[] = Array.isArray(data) ? (data as readonly Recording[]) : [data as Recording];
  const { p } = recordsOf(list);
  const cut = (recording: Recording, from: number, to: number): Recording => ({
    ...recording,
    u: recording.u.map((v) => Array.from(v).slice(from, to)),
    y: recording.y.map((v) => Array.from(v).slice(from, to)),
  });
  const fits: (readonly number[])[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const train: Recording[] = [];
    const held: Recording[] = [];
    for (const recording of list) {
      const count = recording.y[0]!.length;
      const [from, to] = [Math.floor((fold * count) / folds), Math.floor(((fold + 1) * count) / folds)];
      held.push(cut(recording, from, to));
      if (from > 0) train.push(cut(recording, 0, from));
      if (to < count) train.push(cut(recording, to, count));
    }
    const model = identify(train);
    if (!model.ok) return model;
    const said = predict(model, held, options);
    if (!said.ok) return said;
    fits.push(said.fit);
  }
  const outputs = Array.from({ length: p }, (_, o) => fits.map((fit) => fit[o]!));
  return {
    ok: true,
    fits,
    mean: outputs.map((values) => values.reduce((sum, v) => sum + v, 0) / folds),
    worst: outputs.map((values) => Math.min(...values)),
  };
}

export interface Compared {
  readonly name: string;
  readonly order: number;
  /** By output, in percent: simulated, and one instant ahead. */
  readonly simulated: readonly number[];
  readonly foretold: readonly number[];
  /** Of the errors one instant ahead; only meant for the recordings that the models were made of. */
  readonly criteria: Criteria;
}

/** Models of the same channels on the same recordings, such as one of every order; the first of the list that has the least BIC is `best`. */
export function compareModels(
  models: readonly (Model & { readonly name: string; readonly parameters?: number | undefined })[],
  data: Recordings,
): { readonly ok: true; readonly models: readonly Compared[]; readonly best: string | undefined } | IdentifyRefusal {
  const compared: Compared[] = [];
  for (const model of models) {
    const simulated = predict(model, data);
    const foretold = predict(model, data, { ahead: 1 });
    const left = residuals(model, data, { parameters: model.parameters });
    if (!foretold.ok) return foretold;
    if (!left.ok) return left;
    compared.push({
      name: model.name,
      order: model.system.A.rows,
      simulated: simulated.ok ? simulated.fit : foretold.fit.map(() => Number.NEGATIVE_INFINITY),
      foretold: foretold.fit,
      criteria: left.criteria,
    });
  }
  const least = Math.min(...compared.map(({ criteria }) => criteria.bic));
  return { ok: true, models: compared, best: compared.find(({ criteria }) => criteria.bic === least)?.name };
}
