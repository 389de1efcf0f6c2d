/** What is typed as a matrix. */
import { Matrix } from "ml-matrix";
import { evaluateExpression, type Scope } from "./parameters.ts";

export function matrixOf(text: string, scope: Scope): Matrix | undefined {
  const read = evaluateExpression(text, scope);
  if (!read.ok) return undefined;
  const { rows, cols, data } = read.value;
  return Matrix.from1DArray(rows, cols, [...data]);
}

/** A number stands for that on the diagonal, a vector for the diagonal. */
export function weight(text: string, scope: Scope, size: number): Matrix | undefined {
  const m = matrixOf(text, scope);
  if (!m) return undefined;
  const count = m.rows * m.columns;
  if (count === 1) return Matrix.eye(size).mul(m.get(0, 0));
  if (Math.min(m.rows, m.columns) === 1 && count === size) return Matrix.diag(m.to1DArray());
  return m.rows === size && m.columns === size ? m : undefined;
}
