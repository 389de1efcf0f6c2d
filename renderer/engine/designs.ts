/**
 * Controllers that keep their intent: for each, its numbers computed anew for the plant as it is drawn now. All mathematics is core's.
 */
import { Matrix } from "ml-matrix";
import { compile } from "../../core/compile/compile.ts";
import type { Compiled } from "../../core/compile/compile.ts";
import { lqg } from "../../core/design/lqg.ts";
import { lqgd, sampled } from "../../core/design/lqgd.ts";
import { closedPoles, redesign } from "../../core/design/redesign.ts";
import type { Aim } from "../../core/design/redesign.ts";
import { designFields, holdBehind } from "../../core/diagram/design.ts";
import type { Block, Design, LazoDocument, Sheet } from "../../core/diagram/document.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { scopeAt } from "../../core/diagram/trail.ts";
import type { Trail } from "../../core/diagram/trail.ts";
import { feedback } from "../../core/lti/interconnect.ts";
import { minreal } from "../../core/lti/minreal.ts";
import { pole } from "../../core/lti/pole.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import { plantOf } from "./designPlant.ts";
import type { Refused } from "./designPlant.ts";
import { agree, clockOf, complexWords, gainText, matrixOf, periodOf, polesIn, systemOf, weight } from "./designText.ts";
import { discretizedBlock } from "./discretizedBlock.ts";
import { designedObserver } from "./observerDesign.ts";
import { tunedPid } from "./pidDesign.ts";
import type { DesignView } from "./protocol.ts";

/** Of every port, as far as they are known; few designs ask, and what they cost is a compilation. */
type Widths = () => Compiled["widths"];

/** By the block's id. */
export function designsOf(
  document: LazoDocument,
  widths: Widths = () => compile(document).widths,
): { readonly [block: string]: DesignView } {
  const views: { [block: string]: DesignView } = {};
  const look = (sheet: Sheet, trail: Trail): void => {
    for (const block of sheet.blocks) {
      if (block.design) views[block.id] = designOf(document, block, block.design, scopeAt(document, trail), widths);
      if (block.sheet) look(block.sheet, [...trail, block.id]);
    }
  };
  look(document.root, []);
  return views;
}

function designOf(document: LazoDocument, block: Block, design: Design, scope: Scope, widths: Widths): DesignView {
  switch (design.method) {
    case "tune":
      return tunedPid(document, block, design, scope);
    case "lqg":
      return lqgController(document, block, design, scope);
    case "observer":
    case "kalman":
      return designedObserver(document, block, design, scope, widths());
    case "discretize":
      return discretizedBlock(document, block, design, scope, widths());
    default:
      return designedGain(document, block, design, scope);
  }
}

function designedGain(document: LazoDocument, block: Block, design: Design, scope: Scope): DesignView {
  const now = matrixOf(block.params["gain"] ?? "1", scope);
  const wanted = design.method === "lqr" && design.fields["cost"] === "time";
  const hold = wanted ? holdBehind(document, block.id) : undefined;
  if (wanted && !hold) return { ok: false, code: "NO_HOLD", values: {} };
  const around = plantOf(document, block, now && now.rows * now.columns > 1 ? now.rows : 1, "in", hold?.id);
  if (!around.ok) return around;
  const { overTime } = around;
  const plant = overTime ? around.plant : seenBy(around.plant);
  const aim = aimOf(design, scope, plant.C.rows, plant.B.columns, now);
  if ("code" in aim) return aim;
  const period = hold && periodOf(hold, scope);
  if (hold && period === undefined) return { ok: false, code: "NO_PERIOD", values: {} };
  const held = plant.time.kind === "continuous" || (overTime && hold && heldWith(plant, overTime.offset, hold, scope));
  if (period !== undefined && !held) return { ok: false, code: "NOT_CONTINUOUS", values: {} };
  const overPeriod = overTime && { cost: overTime.cost };
  const found = redesign(plant, period !== undefined && aim.method === "lqr" ? { ...aim, period, ...overPeriod } : aim);
  if (!found.ok) return found;
  const fits = now && now.rows === found.G.rows && now.columns === found.G.columns ? now : undefined;
  const continuous = around.plant.time.kind === "continuous";
  const whole = period !== undefined && continuous ? sampled(around.plant, period) : around.plant;
  const poles = fits && closedPoles(whole, fits);
  return {
    ok: true,
    params: { gain: gainText(found.G) },
    follows: fits !== undefined && agree(fits.to1DArray(), found.G.to1DArray()),
    planned: (plant === around.plant ? undefined : closedPoles(whole, found.G)) ?? found.poles,
    ...(poles && { poles }),
    time: whole.time,
  };
}

/** Whether the hold samples when all that the plant samples begins anew, and as often. */
function heldWith({ time }: StateSpace, offset: number, hold: Block, scope: Scope): boolean {
  if (time.kind === "continuous") return false;
  const [every, first = 0] = matrixOf(hold.params["period"] ?? "", scope)?.to1DArray() ?? [];
  const early = (offset - first) / time.period;
  return Math.abs(every! / time.period - 1) < 1e-9 && Math.abs(early - Math.round(early)) < 1e-9;
}

/** An observer's numbers have 10 digits, so that its error is reached by no more than that. */
const writtenDigits = 1e-8;

/**
 * Of an estimate of the state a gain sees as many signals as the plant has states, but the drawing has those of the observer too. What the
 * gain does not reach, the error of the estimate, is no matter of its design: feedback and observer are designed apart.
 */
function seenBy(plant: StateSpace): StateSpace {
  if (plant.C.rows >= plant.A.rows) return plant;
  const { system } = minreal(plant, writtenDigits);
  return system.A.rows === plant.C.rows ? system : plant;
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
  const clock = clockOf(block, scope, time);
  if ("code" in clock) return clock;
  const { period } = clock;
  const weights = {
    Q: C.transpose().mmul(Q!.mmul(C)),
    R: R!,
    W: B.mmul(W!.mmul(B.transpose())),
    V: V!,
  };
  const found = period === undefined ? lqg(plant, weights) : lqgd(plant, weights, period);
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
  const met = period === undefined ? plant : sampled(plant, period);
  const closed = fits && feedback(met, { ...controller, ...now, C: Matrix.mul(now.C, -1), D: Matrix.mul(now.D, -1) });
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
    time: met.time,
  };
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
      const poles = polesIn(fields, scope);
      return typeof poles === "string" ? { ok: false, code: "POLES", values: { field: poles } } : { method, poles };
    }
    default: {
      const frequency = matrixOf(typed("frequency"), scope)?.get(0, 0);
      if (frequency === undefined || !(frequency > 0)) return { ok: false, code: "FREQUENCY", values: {} };
      return { method: "crossover", frequency, sign: (now?.get(0, 0) ?? 1) < 0 ? -1 : 1 };
    }
  }
}
