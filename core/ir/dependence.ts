/**
 * What depends on what, read off the expressions: whether a model is linear in chosen slots with constant coefficients, and
 * how its forcing varies with time between events. Nothing is declared by blocks; it is all derived here.
 */
import type { Expr } from "../expr/expr.ts";
import { slotsOf } from "../expr/walk.ts";
import type { Ir, Step } from "./ir.ts";
import { createPartials, jumpsWith, type Partials } from "./partials.ts";

/** A slot's standing between events: a parameter, something that varies by itself, or something the seeds reach. */
const FIXED = 0;
const VARYING = 1;
const REACHED = 2;

export interface Linearity {
  /** The targets are (constant matrix) * seeds + (something free of the seeds). */
  readonly linear: boolean;
  /** Paths of the slots where linearity ends: the first few. */
  readonly because: readonly string[];
  /** Whether the value of the slot depends on the seeds. */
  reached(slot: number): boolean;
}

/**
 * Linearity of `targets` in the `seeds`, looking only at the steps that the targets need. Seeds are never overwritten by the
 * algebra (an input's drive is cut).
 */
export function linearity(
  ir: Ir,
  seeds: readonly number[],
  targets: readonly Expr[],
  options: {
    /** A sampled value counts as the value itself, as it does at the sample instants. */
    readonly throughSamples?: boolean;
    /** Modes count as given, whatever flips them: linear between events. */
    readonly modesHeld?: boolean;
  } = {},
  partials: Partials = createPartials(),
): Linearity {
  const { throughSamples = false, modesHeld = false } = options;
  const level = new Uint8Array(ir.slots.length);
  ir.slots.forEach((slot, i) => (level[i] = slot.kind === "param" ? FIXED : VARYING));
  const seeded = new Set(seeds);
  for (const seed of seeds) level[seed] = REACHED;
  const because: string[] = [];

  const highest = (e: Expr): number => slotsOf(e).reduce((top, slot) => Math.max(top, level[slot]!), FIXED);
  const reached = (slot: number): boolean => level[slot] === REACHED;

  function examine(e: Expr, place: () => string): void {
    let affine = !jumpsWith(e, reached);
    if (affine) {
      for (const [slot, partial] of partials(e)) if (reached(slot) && highest(partial) !== FIXED) affine = false;
    }
    // A mode that the seeds can flip makes the map piecewise, however smooth each piece is.
    if (slotsOf(e).some((slot) => reached(slot) && ir.slots[slot]!.kind === "mode")) affine = false;
    if (!affine && because.length < 5) because.push(place());
  }

  for (const step of stepsFor(ir, targets)) {
    if (step.do === "solve" && step.task !== undefined && !throughSamples) {
      for (const slot of step.unknowns) level[slot] = VARYING;
    } else if (step.do === "solve") {
      const top = Math.max(...step.residual.map(highest));
      for (const slot of step.unknowns) level[slot] = top;
      if (top === REACHED && !(step.linear && step.jacobian.every((j) => highest(j) === FIXED)))
        because.push(step.block);
      for (const e of step.residual) if (top === REACHED && !step.linear) examine(e, () => step.block);
    } else if (step.do === "delay") {
      // Its past varies as it did, whatever the states are now.
      level[step.slot] = VARYING;
    } else if (step.do === "matvec") {
      const top = step.from.reduce((t, slot) => Math.max(t, level[slot]!), FIXED);
      for (const slot of step.to) level[slot] = top;
    } else if (!seeded.has(step.slot)) {
      const e = step.do === "assign" ? step.expr : step.arg;
      const held = step.do === "latch" && (step.test === "sample" ? !throughSamples : modesHeld);
      level[step.slot] = held ? VARYING : highest(e);
      if (!held && level[step.slot] === REACHED && !(step.do === "latch" && step.test !== "sample"))
        examine(e, () => ir.slots[step.slot]!.path);
    }
  }
  targets.forEach((e) => {
    if (highest(e) === REACHED) examine(e, () => placeOf(ir, e));
  });
  return { linear: because.length === 0, because, reached };
}

function placeOf(ir: Ir, e: Expr): string {
  const own = ir.flow.find((a) => a.expr === e) ?? ir.tasks.flatMap((task) => task.updates).find((a) => a.expr === e);
  return own ? ir.slots[own.slot]!.path : "";
}

export type Forcing = "constant" | "linear" | "other";

/**
 * How the flow varies with time between events, continuous states held: not at all, in straight lines, or otherwise.
 * Only meaningful where the flow is linear in the states.
 */
export function forcing(ir: Ir, partials: Partials = createPartials()): Forcing {
  const degree = new Uint8Array(ir.slots.length);
  const OTHER = 2;
  degree[0] = 1;
  const degreeOf = (e: Expr): number => {
    let top = 0;
    for (const slot of slotsOf(e)) top = Math.max(top, degree[slot]!);
    if (top !== 1) return top;
    if (jumpsWith(e, (slot) => degree[slot] === 1)) return OTHER;
    const still = [...partials(e)].every(([slot, d]) => degree[slot] === 0 || slotsOf(d).every((s) => degree[s] === 0));
    const moves = [...partials(e)].some(([slot]) => degree[slot] === 1);
    return still ? (moves ? 1 : 0) : OTHER;
  };
  for (const step of ir.algebra) {
    if (step.do === "assign") degree[step.slot] = degreeOf(step.expr);
    else if (step.do === "delay") degree[step.slot] = OTHER;
    else if (step.do === "matvec") {
      const top = step.from.reduce((t, slot) => Math.max(t, degree[slot]!), 0);
      for (const slot of step.to) degree[slot] = top;
    } else if (step.do === "solve" && step.task === undefined) {
      const moving = Math.max(...step.residual.map(degreeOf));
      const still = step.linear && step.jacobian.every((j) => slotsOf(j).every((s) => degree[s] === 0));
      for (const slot of step.unknowns) degree[slot] = moving === 0 || still ? moving : OTHER;
    }
  }
  const top = ir.flow.reduce((t, assign) => Math.max(t, degreeOf(assign.expr)), 0);
  return top === 0 ? "constant" : top === 1 ? "linear" : "other";
}

/** The steps of the algebra that the expressions need, in order. */
export function stepsFor(ir: Ir, targets: Iterable<Expr>): Step[] {
  const needed = new Set<number>();
  for (const e of targets) for (const slot of slotsOf(e)) needed.add(slot);
  const wanted: Step[] = [];
  for (let i = ir.algebra.length - 1; i >= 0; i--) {
    const step = ir.algebra[i]!;
    if (!slotsWritten(step).some((slot) => needed.has(slot))) continue;
    wanted.push(step);
    for (const slot of slotsRead(step)) needed.add(slot);
  }
  return wanted.reverse();
}

/** Slots that a step writes. */
export function slotsWritten(step: Step): readonly number[] {
  switch (step.do) {
    case "assign":
    case "latch":
    case "delay":
      return [step.slot];
    case "solve":
      return step.unknowns;
    case "matvec":
      return step.to;
  }
}

/** Slots that a step reads; a solve reads its unknowns' surroundings, not the unknowns. */
export function slotsRead(step: Step): readonly number[] {
  switch (step.do) {
    case "assign":
      return slotsOf(step.expr);
    case "latch":
      return slotsOf(step.arg);
    // What it reads of a signal is long past: no order is asked for.
    case "delay":
      return [...slotsOf(step.time), ...slotsOf(step.initial)];
    case "matvec":
      return step.from;
    case "solve": {
      const own = new Set(step.unknowns);
      return [...new Set(step.residual.flatMap(slotsOf))].filter((slot) => !own.has(slot));
    }
  }
}
