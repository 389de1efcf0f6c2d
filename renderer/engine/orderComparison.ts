/** Orders of one method side by side: what each explains, what it costs, and how it does on what it has not seen. */
import { crossValidate } from "../../core/identify/crossValidate.ts";
import { predict } from "../../core/identify/predict.ts";
import { residuals } from "../../core/identify/residualTests.ts";
import type { Innovations } from "../../core/identify/identified.ts";
import type { ComparedOrder, Comparison, ComparisonJob } from "./dataProtocol.ts";
import { made, parametersOf, partsOf } from "./identification.ts";

const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

export function compared(job: ComparisonJob, progress: (share: number) => void): Comparison {
  const { most, folds, method } = job;
  const { own, held } = partsOf(job);
  const each = folds + 1;
  let done = 0;
  const step = (): void => progress(++done / (most * each));
  const orders = Array.from({ length: most }, (_, k): ComparedOrder => {
    const order = k + 1;
    const wanted = { ...job, order };
    const model = made(own, wanted, () => {});
    step();
    if (!model.ok) {
      done += folds;
      return { order, refusal: model };
    }
    const crossed = crossValidate(own, folds, (train) => {
      const found = made(train, wanted, () => {});
      step();
      return found;
    });
    done = order * each;
    const paid = residuals(model, own, { parameters: parametersOf(model, wanted) });
    return {
      order,
      ...(paid.ok && { criteria: paid.criteria }),
      ...fitsOf(model, held),
      ...(crossed.ok && { crossed: { mean: meanOf(crossed.mean), worst: Math.min(...crossed.worst) } }),
    };
  });
  return { ok: true, method, folds, orders };
}

function fitsOf(model: Innovations, held: Parameters<typeof predict>[1]): Pick<ComparedOrder, "held" | "ahead"> {
  const [simulated, ahead] = [predict(model, held), predict(model, held, { ahead: 1 })];
  return {
    ...(simulated.ok && { held: meanOf(simulated.fit) }),
    ...(ahead.ok && { ahead: meanOf(ahead.fit) }),
  };
}
