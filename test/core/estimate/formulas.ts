/** A nonlinear model from the text of its formulas in x[i], u and k, with symbolic derivatives. */
import { parseFormula, traceFormula } from "../../../core/diagram/parameters.ts";
import type { NonlinearModel } from "../../../core/estimate/nonlinear.ts";
import { createAlgebra } from "../../../core/expr/algebra.ts";
import { derivative } from "../../../core/expr/derivative.ts";
import { createEvaluator } from "../../../core/expr/evaluate.ts";

export function formulas(
  f: readonly string[],
  h: readonly string[],
  params: { readonly [name: string]: number } = {},
): Required<Pick<NonlinearModel, "f" | "h" | "F" | "H">> {
  const n = f.length;
  const m = createAlgebra();
  const scalar = (e: ReturnType<typeof m.num>) => ({ rows: 1, cols: 1, data: [e] });
  const names = new Map([
    ...f.map((_, i) => [`x${i}`, scalar(m.slot(i))] as const),
    ["u", scalar(m.slot(n))] as const,
    ["k", scalar(m.slot(n + 1))] as const,
    ...Object.entries(params).map(([name, value]) => [name, scalar(m.num(value))] as const),
  ]);
  const trace = (text: string) => {
    const parsed = parseFormula(text.replaceAll(/x\[(\d+)\]/g, "x$1"));
    if (!parsed.ok) throw new Error(text);
    return traceFormula(parsed.formula, names, m).data[0]!;
  };
  const [next, out] = [f.map(trace), h.map(trace)];
  const slopes = (list: typeof next) => list.flatMap((e) => f.map((_, j) => derivative(m, e, j)));
  const [F, H] = [slopes(next), slopes(out)];
  const at = (list: typeof next) => (x: Float64Array, u: Float64Array, k: number) => {
    const evaluate = createEvaluator([...x, u[0] ?? 0, k]);
    return list.map((e) => evaluate(e));
  };
  return { f: at(next), h: at(out), F: at(F), H: at(H) };
}
