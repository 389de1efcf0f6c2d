/** What is typed in a design or a block as numbers, and numbers as they are typed. */
import { Matrix } from "ml-matrix";
import { blockOf } from "../../core/blocks/index.ts";
import type { Block } from "../../core/diagram/document.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { matrixOf } from "../../core/diagram/matrixText.ts";
import type { StateSpace, TimeBase } from "../../core/lti/stateSpace.ts";
import type { Refused } from "./designPlant.ts";

export { matrixOf, weight } from "../../core/diagram/matrixText.ts";

/** Digits of a number written into the drawing. */
const digits = 10;
/** Numbers that differ by less are the same design. */
const same = 1e-6;

/** The matrices of a State Space block as they are; undefined where they do not fit one another. */
export function systemOf(block: Block, scope: Scope): Pick<StateSpace, "A" | "B" | "C" | "D"> | undefined {
  const read = (name: string) =>
    matrixOf(block.params[name] ?? blockOf(block.type)?.params[name]?.default ?? "", scope);
  const [A, B, C, D] = ["A", "B", "C", "D"].map(read);
  if (!A || !B || !C || !D) return undefined;
  // A scalar 0 stands for zeros of any size.
  const direct = D.rows * D.columns === 1 && D.get(0, 0) === 0 ? Matrix.zeros(C.rows, B.columns) : D;
  const fits = A.rows === A.columns && B.rows === A.rows && C.columns === A.rows;
  return fits && direct.rows === C.rows && direct.columns === B.columns ? { A, B, C, D: direct } : undefined;
}

/** Sample time of a block as a number, s; undefined where it has none of its own. */
export function periodOf(block: Pick<Block, "type" | "params">, scope: Scope): number | undefined {
  const text = block.params["period"] ?? blockOf(block.type)?.params["period"]?.default ?? "";
  const period = matrixOf(text, scope)?.get(0, 0);
  return period !== undefined && period > 0 ? period : undefined;
}

/**
 * How a controller or observer and its plant keep time: both alike (no period), or the controller samples a continuous plant.
 */
export function clockOf(
  block: Pick<Block, "type" | "params">,
  scope: Scope,
  plant: TimeBase,
): { readonly period: number | undefined } | Refused {
  const discrete = block.type === "discrete-state-space" || (block.params["period"] ?? "continuous") !== "continuous";
  if (discrete === (plant.kind === "discrete")) return { period: undefined };
  if (!discrete) return { ok: false, code: "OTHER_TIME", values: {} };
  const period = periodOf(block, scope);
  return period === undefined ? { ok: false, code: "NO_PERIOD", values: {} } : { period };
}

export const complexWords = ([re, im]: readonly [number, number]): string => {
  const [a, b] = [Number(re.toPrecision(4)), Number(Math.abs(im).toPrecision(4))];
  return b === 0 ? String(a) : `${a} ${im < 0 ? "−" : "+"} ${b}i`;
};

/** But for what the digits written leave. */
export function agree(now: readonly number[], wanted: readonly number[], within = same): boolean {
  const size = Math.max(...wanted.map(Math.abs));
  return wanted.every((v, i) => Math.abs(now[i]! - v) <= within * size);
}

const listOf = (text: string, scope: Scope): readonly number[] | undefined =>
  text.trim() === "" ? [] : matrixOf(text, scope)?.to1DArray();

export const numberText = (v: number): string => String(Number(v.toPrecision(digits)));

export function gainText(G: Matrix): string {
  if (G.rows * G.columns === 1) return numberText(G.get(0, 0));
  return `[${G.to2DArray()
    .map((row) => row.map(numberText).join(", "))
    .join("; ")}]`;
}

/** Real poles and pairs of them as they are typed; the field that is not what it must be. */
export function polesIn(
  fields: { readonly [name: string]: string },
  scope: Scope,
): readonly (readonly [re: number, im: number])[] | "poles" | "pairs" {
  const real = listOf(fields["poles"] ?? "", scope);
  const typed = fields["pairs"] ?? "";
  const pairs = typed.trim() === "" ? new Matrix(0, 2) : matrixOf(typed, scope);
  if (!real) return "poles";
  if (pairs?.columns !== 2) return "pairs";
  const above = Array.from({ length: pairs.rows }, (_, i) => [pairs.get(i, 0), Math.abs(pairs.get(i, 1))] as const);
  return [
    ...real.map((re) => [re, 0] as const),
    ...above.flatMap(([re, im]) => [[re, im] as const, [re, -im] as const]),
  ];
}

/** Every digit: the poles of a system sampled fast hang on the last ones. */
export function exactText(M: Matrix): string {
  // Adding 0 turns -0 into 0.
  const rows = M.to2DArray().map((row) => row.map((v) => String(v + 0)).join(", "));
  return M.rows * M.columns === 1 ? rows[0]! : `[${rows.join("; ")}]`;
}
