/**
 * Controllers that keep their intent: for each, its numbers computed anew for the plant as it is drawn now. All mathematics is core's.
 */
import { Matrix } from "ml-matrix";
import { compile } from "../../core/compile/compile.ts";
import { blockOf } from "../../core/blocks/index.ts";
import { lqg } from "../../core/design/lqg.ts";
import { pidSystem } from "../../core/design/pid.ts";
import type { PidTerms } from "../../core/design/pid.ts";
import { pidtune } from "../../core/design/pidtune.ts";
import { closedPoles, redesign } from "../../core/design/redesign.ts";
import type { Aim } from "../../core/design/redesign.ts";
import { designFields, withoutController } from "../../core/diagram/design.ts";
import type { Block, Design, LazoDocument, Sheet } from "../../core/diagram/document.ts";
import { evaluateExpression } from "../../core/diagram/parameters.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { scopeAt } from "../../core/diagram/trail.ts";
import type { Trail } from "../../core/diagram/trail.ts";
import { linearize } from "../../core/linearize/linearize.ts";
import { feedback, series } from "../../core/lti/interconnect.ts";
import { gain } from "../../core/lti/model.ts";
import { pole } from "../../core/lti/pole.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import type { DesignView } from "./protocol.ts";

type Refused = Extract<DesignView, { readonly ok: false }>;

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
  switch (design.method) {
    case "tune":
      return tunedPid(document, block, design, scope);
    case "lqg":
      return lqgController(document, block, design, scope);
    default:
      return designedGain(document, block, design, scope);
  }
}

/** What the controller sees of the drawing around it. */
function plantOf(
  document: LazoDocument,
  block: Block,
  width: number,
  seen: string,
): { readonly ok: true; readonly plant: StateSpace } | Refused {
  const opened = withoutController(document, block.id, width, seen);
  const compiled = opened && compile(opened.document);
  if (!compiled?.ok) return { ok: false, code: "BROKEN", values: {} };
  const linearized = linearize(compiled.model, { inputs: [opened!.input], outputs: [opened!.output], onPath: true });
  if (!linearized.ok) return { ok: false, code: "NOT_LINEAR", values: {} };
  return { ok: true, plant: linearized.linearization.system };
}

function designedGain(document: LazoDocument, block: Block, design: Design, scope: Scope): DesignView {
  const now = matrixOf(block.params["gain"] ?? "1", scope);
  const around = plantOf(document, block, now && now.rows * now.columns > 1 ? now.rows : 1, "in");
  if (!around.ok) return around;
  const { plant } = around;
  const aim = aimOf(design, scope, plant.C.rows, plant.B.columns, now);
  if ("code" in aim) return aim;
  const found = redesign(plant, aim);
  if (!found.ok) return found;
  const fits = now && now.rows === found.G.rows && now.columns === found.G.columns ? now : undefined;
  const poles = fits && closedPoles(plant, fits);
  return {
    ok: true,
    params: { gain: gainText(found.G) },
    follows: fits !== undefined && agree(fits.to1DArray(), found.G.to1DArray()),
    planned: found.poles,
    ...(poles && { poles }),
    time: plant.time,
  };
}

function tunedPid(document: LazoDocument, block: Block, { fields }: Design, scope: Scope): DesignView {
  const of = (name: string): string => block.params[name] ?? blockOf("pid")?.params[name]?.default ?? "";
  const number = (text: string): number => matrixOf(text, scope)?.get(0, 0) ?? Number.NaN;
  const [bandwidth, phaseMargin] = ["frequency", "margin"].map((name) =>
    number(fields[name] ?? designFields.tune[name]!),
  ) as [number, number];
  if (!(bandwidth > 0)) return { ok: false, code: "FREQUENCY", values: {} };
  if (!Number.isFinite(phaseMargin)) return { ok: false, code: "MARGIN", values: {} };
  const both = of("inputs") === "r and y";
  const around = plantOf(document, block, 1, both ? "y" : "e");
  if (!around.ok) return around;
  const { plant } = around;
  if (plant.B.columns !== 1 || plant.C.rows !== 1)
    return { ok: false, code: "NOT_SCALAR", values: { inputs: plant.B.columns, seen: plant.C.rows } };
  if (plant.time.kind === "discrete") return { ok: false, code: "SAMPLED", values: {} };
  // The error falls as the measurement rises; where the block itself subtracts, it is the measurement that is seen.
  const loop = both ? plant : { ...plant, C: Matrix.mul(plant.C, -1), D: Matrix.mul(plant.D, -1) };
  const terms = of("terms") as PidTerms;
  const N = number(of("N"));
  const tuned = pidtune(loop, { terms, bandwidth, phaseMargin, ...(N > 0 && { N }) });
  if (!tuned.ok) {
    if (tuned.code !== "UNREACHABLE") return { ok: false, code: "NO_GAIN", values: { frequency: bandwidth } };
    const [least, most] = tuned.phaseMargins.map((v) => Math.round(v * 10) / 10) as [number, number];
    return { ok: false, code: "UNREACHABLE", values: { least, most, terms } };
  }
  const used = (["P", "I", "D"] as const).filter((name) => terms.includes(name));
  const ideal = of("form") === "ideal";
  const wanted = used.map((name) => (ideal && name !== "P" ? tuned[name] / tuned.P : tuned[name]));
  const now = used.map((name) => number(of(name)));
  const closed = (P: number, I: number, D: number) => {
    const C = pidSystem({ P, I, D, N: N > 0 ? N : undefined });
    const whole = feedback(series(C, loop), gain(new Matrix([[1]]), loop.time));
    return whole.ok ? pole(whole.system) : undefined;
  };
  const present = Object.fromEntries(used.map((name, i) => [name, now[i]! * (ideal && name !== "P" ? now[0]! : 1)]));
  const poles = closed(present["P"] ?? 0, present["I"] ?? 0, present["D"] ?? 0);
  return {
    ok: true,
    params: Object.fromEntries(used.map((name, i) => [name, numberText(wanted[i]!)])),
    follows: agree(now, wanted),
    planned: closed(tuned.P, tuned.I, tuned.D) ?? [],
    ...(poles && { poles }),
    time: plant.time,
  };
}

/** Weights on what is measured and on what is given; noise on what is given and on what is measured. */
function lqgController(document: LazoDocument, block: Block, { fields }: Design, scope: Scope): DesignView {
  const now = systemOf(block, scope);
  const around = plantOf(document, block, now?.D.rows ?? 1, "u");
  if (!around.ok) return around;
  const { plant } = around;
  const { B, C, time } = plant;
  const typed = (name: "Q" | "R" | "W" | "V", size: number): Matrix | undefined =>
    weight(fields[name] ?? designFields.lqg[name]!, scope, size);
  const sizes = { Q: C.rows, R: B.columns, W: B.columns, V: C.rows } as const;
  const [Q, R, W, V] = (["Q", "R", "W", "V"] as const).map((name) => typed(name, sizes[name]));
  for (const [name, m] of Object.entries({ Q, R, W, V }))
    if (!m) return { ok: false, code: "WEIGHT", values: { name, size: sizes[name as "Q"] } };
  const sampled = block.type === "discrete-state-space" || (block.params["period"] ?? "continuous") !== "continuous";
  if (sampled !== (time.kind === "discrete")) return { ok: false, code: "OTHER_TIME", values: {} };
  const found = lqg(plant, {
    Q: C.transpose().mmul(Q!.mmul(C)),
    R: R!,
    W: B.mmul(W!.mmul(B.transpose())),
    V: V!,
  });
  if (!found.ok) {
    const values = { eigenvalues: found.eigenvalues.map(complexWords).join(", ") };
    if (found.part === "feedback") return { ok: false, code: found.code, values };
    const observer = found.code === "UNDETECTABLE" || found.code === "UNDRIVEN" || found.code === "SINGULAR_R";
    return { ok: false, code: observer ? `OBSERVER_${found.code}` : found.code, values };
  }
  const { controller, poles: planned } = found;
  const fits = now && now.A.rows === controller.A.rows && now.D.rows === B.columns && now.D.columns === C.rows;
  const flat = (of: Pick<StateSpace, "A" | "B" | "C" | "D">): readonly number[] =>
    [of.A, of.B, of.C, of.D].flatMap((m) => m.to1DArray());
  const closed = fits && feedback(plant, { ...controller, ...now, C: Matrix.mul(now.C, -1), D: Matrix.mul(now.D, -1) });
  return {
    ok: true,
    params: {
      A: gainText(controller.A),
      B: gainText(controller.B),
      C: gainText(controller.C),
      D: gainText(controller.D),
    },
    follows: fits === true && agree(flat(now), flat(controller)),
    planned,
    ...(closed && closed.ok && { poles: pole(closed.system) }),
    time,
  };
}

/** The matrices of a State Space block as they are; undefined where they do not fit one another. */
function systemOf(block: Block, scope: Scope): Pick<StateSpace, "A" | "B" | "C" | "D"> | undefined {
  const read = (name: string) =>
    matrixOf(block.params[name] ?? blockOf(block.type)?.params[name]?.default ?? "", scope);
  const [A, B, C, D] = ["A", "B", "C", "D"].map(read);
  if (!A || !B || !C || !D) return undefined;
  // A scalar 0 stands for zeros of any size.
  const direct = D.rows * D.columns === 1 && D.get(0, 0) === 0 ? Matrix.zeros(C.rows, B.columns) : D;
  const fits = A.rows === A.columns && B.rows === A.rows && C.columns === A.rows;
  return fits && direct.rows === C.rows && direct.columns === B.columns ? { A, B, C, D: direct } : undefined;
}

const complexWords = ([re, im]: readonly [number, number]): string => {
  const [a, b] = [Number(re.toPrecision(4)), Number(Math.abs(im).toPrecision(4))];
  return b === 0 ? String(a) : `${a} ${im < 0 ? "−" : "+"} ${b}i`;
};

/** But for what the digits written leave. */
function agree(now: readonly number[], wanted: readonly number[]): boolean {
  const size = Math.max(...wanted.map(Math.abs));
  return wanted.every((v, i) => Math.abs(now[i]! - v) <= same * size);
}

/** Weights and poles as numbers of the right shape. */
function aimOf(
  { method, fields }: Design,
  scope: Scope,
  seen: number,
  given: number,
  now: Matrix | undefined,
): Aim | Refused {
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
    default: {
      const frequency = matrixOf(typed("frequency"), scope)?.get(0, 0);
      if (frequency === undefined || !(frequency > 0)) return { ok: false, code: "FREQUENCY", values: {} };
      return { method: "crossover", frequency, sign: (now?.get(0, 0) ?? 1) < 0 ? -1 : 1 };
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

const numberText = (v: number): string => String(Number(v.toPrecision(digits)));

function gainText(G: Matrix): string {
  if (G.rows * G.columns === 1) return numberText(G.get(0, 0));
  return `[${G.to2DArray()
    .map((row) => row.map(numberText).join(", "))
    .join("; ")}]`;
}
