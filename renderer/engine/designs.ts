/**
 * Controllers that keep their intent: for each, its numbers computed anew for the plant as it is drawn now. All mathematics is core's.
 */
import { Matrix } from "ml-matrix";
import { compile } from "../../core/compile/compile.ts";
import { closedPoles, redesign } from "../../core/design/redesign.ts";
import type { Aim } from "../../core/design/redesign.ts";
import { designFields, withoutController } from "../../core/diagram/design.ts";
import type { Block, Design, LazoDocument, Sheet } from "../../core/diagram/document.ts";
import { evaluateExpression } from "../../core/diagram/parameters.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { scopeAt } from "../../core/diagram/trail.ts";
import type { Trail } from "../../core/diagram/trail.ts";
import { linearize } from "../../core/linearize/linearize.ts";
import type { DesignView } from "./protocol.ts";

/** Digits of a gain written into the drawing. */
const digits = 10;
/** Gains that differ by less are the same design. */
const same = 1e-6;

/** By the block's id. */
export function designsOf(document: LazoDocument): { readonly [block: string]: DesignView } {
  const views: { [block: string]: DesignView } = {};
  const look = (sheet: Sheet, trail: Trail): void => {
    for (const block of sheet.blocks) {
      if (block.design) views[block.id] = designOf(document, block, block.design, scopeAt(document, trail));
      if (block.sheet) look(block.sheet, [...trail, block.id]);
    }
  };
  look(document.root, []);
  return views;
}

function designOf(document: LazoDocument, block: Block, design: Design, scope: Scope): DesignView {
  const now = matrixOf(block.params["gain"] ?? "1", scope);
  const width = now && now.rows * now.columns > 1 ? now.rows : 1;
  const opened = withoutController(document, block.id, width);
  if (!opened) return { ok: false, code: "BROKEN", values: {} };
  const compiled = compile(opened.document);
  if (!compiled.ok) return { ok: false, code: "BROKEN", values: {} };
  const linearized = linearize(compiled.model, { inputs: [opened.input], outputs: [opened.output], onPath: true });
  if (!linearized.ok) return { ok: false, code: "NOT_LINEAR", values: {} };
  const { system } = linearized.linearization;
  const aim = aimOf(design, scope, system.C.rows, system.B.columns, now);
  if ("code" in aim) return aim;
  const found = redesign(system, aim);
  if (!found.ok) return found;
  const fits = now && now.rows === found.G.rows && now.columns === found.G.columns ? now : undefined;
  const size = Math.max(...found.G.to1DArray().map(Math.abs));
  const off = fits ? Math.max(...Matrix.sub(found.G, fits).to1DArray().map(Math.abs)) : Number.POSITIVE_INFINITY;
  const poles = fits && closedPoles(system, fits);
  return {
    ok: true,
    gain: gainText(found.G),
    follows: off <= same * size,
    planned: found.poles,
    ...(poles && { poles }),
    time: system.time,
  };
}

/** Weights and poles as numbers of the right shape. */
function aimOf(
  { method, fields }: Design,
  scope: Scope,
  seen: number,
  given: number,
  now: Matrix | undefined,
): Aim | Extract<DesignView, { readonly ok: false }> {
  const typed = (name: string): string => fields[name] ?? designFields[method][name] ?? "";
  switch (method) {
    case "lqr": {
      const [Q, R] = [weight(typed("Q"), scope, seen), weight(typed("R"), scope, given)];
      if (!Q) return { ok: false, code: "WEIGHT", values: { name: "Q", size: seen } };
      if (!R) return { ok: false, code: "WEIGHT", values: { name: "R", size: given } };
      return { method, Q, R };
    }
    case "poles": {
      const real = listOf(typed("poles"), scope);
      const pairs = typed("pairs").trim() === "" ? new Matrix(0, 2) : matrixOf(typed("pairs"), scope);
      if (!real || !pairs || pairs.columns !== 2) return { ok: false, code: "POLES", values: {} };
      const complex = Array.from(
        { length: pairs.rows },
        (_, i) => [pairs.get(i, 0), Math.abs(pairs.get(i, 1))] as const,
      );
      return {
        method,
        poles: [
          ...real.map((re) => [re, 0] as const),
          ...complex.flatMap(([re, im]) => [[re, im] as const, [re, -im] as const]),
        ],
      };
    }
    case "crossover": {
      const frequency = matrixOf(typed("frequency"), scope)?.get(0, 0);
      if (frequency === undefined || !(frequency > 0)) return { ok: false, code: "FREQUENCY", values: {} };
      return { method, frequency, sign: (now?.get(0, 0) ?? 1) < 0 ? -1 : 1 };
    }
  }
}

function matrixOf(text: string, scope: Scope): Matrix | undefined {
  const read = evaluateExpression(text, scope);
  if (!read.ok) return undefined;
  const { rows, cols, data } = read.value;
  return Matrix.from1DArray(rows, cols, [...data]);
}

const listOf = (text: string, scope: Scope): readonly number[] | undefined =>
  text.trim() === "" ? [] : matrixOf(text, scope)?.to1DArray();

/** A number stands for that on the diagonal, a vector for the diagonal. */
function weight(text: string, scope: Scope, size: number): Matrix | undefined {
  const m = matrixOf(text, scope);
  if (!m) return undefined;
  const count = m.rows * m.columns;
  if (count === 1) return Matrix.eye(size).mul(m.get(0, 0));
  if (Math.min(m.rows, m.columns) === 1 && count === size) return Matrix.diag(m.to1DArray());
  return m.rows === size && m.columns === size ? m : undefined;
}

function gainText(G: Matrix): string {
  const number = (v: number): string => String(Number(v.toPrecision(digits)));
  if (G.rows * G.columns === 1) return number(G.get(0, 0));
  return `[${G.to2DArray()
    .map((row) => row.map(number).join(", "))
    .join("; ")}]`;
}
