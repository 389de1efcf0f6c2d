/** Tests of what a model leaves: right ones pass, wrong ones are seen; parts held back; models side by side. */
import { expect, test } from "vitest";
import { compareModels, crossValidate } from "../../../core/identify/crossValidate.ts";
import { n4sid } from "../../../core/identify/n4sid.ts";
import { predict } from "../../../core/identify/predict.ts";
import { residuals } from "../../../core/identify/residualTests.ts";
import { ss } from "../../../core/lti/ss.ts";
import { Matrix } from "ml-matrix";
import { plant, record } from "./sets.ts";

const K = Matrix.zeros(3, 2);
const size = 0.2;

test("the truth leaves noise: white, of no concern to the inputs; about one test in twenty errs", () => {
  let wrong = 0;
  for (let run = 0; run < 50; run++) {
    const found = residuals({ system: plant, K }, record(plant, 400, 5000 + 10 * run, size));
    if (!found.ok) throw new Error(found.code);
    for (const { white } of found.whiteness) wrong += white ? 0 : 1;
    for (const row of found.cross) for (const { independent } of row) wrong += independent ? 0 : 1;
  }
  expect(wrong / 300).toBeLessThan(0.1);
  expect(wrong).toBeGreaterThan(2);
});

test("a model without one of the paths is seen where it lacks", () => {
  const lacking = ss(
    plant.A,
    plant.B.to2DArray().map(([a]) => [a!, 0]),
    plant.C,
    plant.D.to2DArray().map(([a]) => [a!, 0]),
    0.5,
  );
  const found = residuals({ system: lacking, K }, record(plant, 1000, 3, size));
  if (!found.ok) throw new Error(found.code);
  expect(found.cross[1]![1]!.independent).toBe(false);
  expect(found.cross[0]![0]!.pValue).toBeGreaterThan(1e-4);
  const { correlation, bound } = found.cross[1]![1]!;
  const lags = (correlation.length - 1) / 2;
  expect(Math.max(...correlation.slice(lags))).toBeGreaterThan(3 * bound);
  // Errors of before know nothing of the input to come.
  const early = correlation.slice(0, lags).filter((v) => Math.abs(v) > bound).length;
  expect(early).toBeLessThan(6);
  expect(found.whiteness.some(({ white }) => !white)).toBe(true);
});

test("k instants ahead by the book: the predictor, then inputs alone", () => {
  const gain = new Matrix([
    [0.3, 0],
    [0, 0.2],
    [0.1, 0.1],
  ]);
  const { u, y } = record(plant, 40, 8, size);
  const said = predict({ system: plant, K: gain }, { u, y, period: 0.5 }, { ahead: 3, x0: [[0, 0, 0]] });
  if (!said.ok) throw new Error(said.code);
  const { A, B, C, D } = plant;
  const input = (k: number) => Matrix.columnVector(u.map((v) => v[k]!));
  let x = Matrix.zeros(3, 1);
  for (let k = 0; k < 40; k++) {
    if (k + 2 < 40) {
      let later = x;
      for (let j = k; j < k + 2; j++) later = A.mmul(later).add(B.mmul(input(j)));
      const out = C.mmul(later).add(D.mmul(input(k + 2)));
      for (let o = 0; o < 2; o++) expect(said.y[0]![o]![k + 2]).toBeCloseTo(out.get(o, 0), 10);
    }
    const e = Matrix.sub(Matrix.columnVector(y.map((v) => v[k]!)), C.mmul(x).add(D.mmul(input(k))));
    x = A.mmul(x)
      .add(B.mmul(input(k)))
      .add(gain.mmul(e));
  }
});

test("parts held back: a model of the right order does well on all, and refusals come through", () => {
  const data = record(plant, 600, 14, size);
  const found = crossValidate(data, 4, (train) => n4sid(train, { order: 3, horizon: 6 }));
  if (!found.ok) throw new Error(JSON.stringify(found));
  expect(found.fits).toHaveLength(4);
  found.worst.forEach((fit) => expect(fit).toBeGreaterThan(75));
  found.mean.forEach((fit, o) => expect(fit).toBeGreaterThanOrEqual(found.worst[o]!));
  expect(crossValidate(data, 4, (train) => n4sid(train, { order: 30, horizon: 6 }))).toMatchObject({
    code: "ORDER_TOO_HIGH",
  });
});

test("of models of every order the right one has the least BIC", () => {
  const data = record(plant, 500, 15, size);
  const models = [1, 2, 3, 4, 5].map((order) => {
    const found = n4sid(data, { order });
    if (!found.ok) throw new Error(found.code);
    return { ...found, name: `order ${order}` };
  });
  const found = compareModels(models, data);
  if (!found.ok) throw new Error(found.code);
  expect(found.best).toBe("order 3");
  expect(found.models[2]!.criteria.parameters).toBe(3 * 6 + 4);
  expect(found.models[0]!.simulated[0]).toBeLessThan(found.models[2]!.simulated[0]!);
  expect(found.models[2]!.criteria.aic).toBeLessThan(found.models[1]!.criteria.aic);
  expect(found.models[2]!.criteria.fpe).toBeLessThan(found.models[1]!.criteria.fpe);
});
