/**
 * A model at a point becomes A, B, C, D with a name for every row and column: continuous where nothing sampled takes part,
 * discrete otherwise, over the common period of all that is sampled. A linear model's matrices are the model itself.
 */
import { Matrix } from "ml-matrix";
import { createAlgebra } from "../expr/algebra.ts";
import { createEvaluator } from "../expr/evaluate.ts";
import { linearity } from "../ir/dependence.ts";
import type { Row } from "../ir/gradients.ts";
import type { Ir, Model, Problem } from "../ir/ir.ts";
import { createPartials, type Partials } from "../ir/partials.ts";
import { seriesOf } from "../ir/series.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { type Equations, equationsAtOnce, equationsOverPeriod } from "./equations.ts";
import type { Entry, Linearization, LinearizeOptions } from "./linearization.ts";
import { startOf } from "./operatingPoint.ts";
import { padeDelay } from "../math/pade.ts";
import { originsOf, type Parts, type State, takePart } from "./parts.ts";
import { type Column, distinct, findPoints, type OutputRow, type Points } from "./points.ts";
import { delayProblems, orderProblem, ratesProblem, singularities, sizeProblem } from "./problems.ts";
import type { Origin } from "./provenance.ts";
import { commonPhases, type Phases } from "./rates.ts";
import type { ClosedDelay } from "./tangents.ts";
import { thresholdProblems } from "./thresholds.ts";

export type Linearized =
  | { readonly ok: true; readonly linearization: Linearization }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Derivatives of the equations are taken once: other numbers, as while one is dragged, leave them what they are. */
const taken = new WeakMap<Ir, Partials>();

function partialsOf(ir: Ir): Partials {
  let partials = taken.get(ir);
  if (!partials) taken.set(ir, (partials = createPartials()));
  return partials;
}

/** Operations that the map over a period may cost: a few seconds. */
const mostWork = 5e9;

/** At a memory, or as the options say; between all Input and Output blocks where they name nothing else. */
export function linearize(model: Model, given: LinearizeOptions | Float64Array = {}): Linearized {
  const options = given instanceof Float64Array ? { at: given } : given;
  const { ir } = model;
  const order = options.pade ?? 2;
  if (!Number.isInteger(order) || order < 1 || order > 10) return { ok: false, problems: [orderProblem(order)] };
  const between = findPoints(ir, options);
  if (!("rows" in between)) return { ok: false, problems: between };
  const memory = options.at ?? startOf(model);
  const all = takePart(ir, between, options.onPath ?? false);
  const continuous = all.updates.length + all.held.length === 0;
  const kept = options.keepDelays && continuous ? all.delays : [];
  const points = kept.length > 0 ? behind(ir, between, kept) : between;
  const parts = kept.length > 0 ? { ...all, delays: [] } : all;
  const tasks = [...new Set([...parts.updates, ...parts.held].map(({ task }) => task))].sort((a, b) => a - b);
  const rates = tasks.map((k) => ir.tasks[k]!);
  const sampled = tasks.length > 0;
  const atOnce = !sampled || (tasks.length === 1 && parts.flow.length === 0 && parts.delays.length === 0);
  let phases: Phases | undefined;
  if (!atOnce) {
    phases = commonPhases(rates);
    if (!phases) return { ok: false, problems: [ratesProblem(rates.map(({ every }) => every))] };
    const n = parts.flow.length + parts.delays.length * order;
    const width = n + parts.updates.length + parts.held.length + points.columns.length;
    const work = phases.phases.length * (n + parts.held.length) * n * width + 40 * n ** 3;
    if (work > mostWork) return { ok: false, problems: [sizeProblem(n, phases.phases.length)] };
  }

  let free = points.free;
  const evaluate = createEvaluator(memory, seriesOf(ir, memory));
  const delays = parts.delays.map((step): ClosedDelay => {
    const time = evaluate(step.time);
    return { step, time, pade: padeDelay(order, time), states: Array.from({ length: order }, () => free++) };
  });
  const partials = partialsOf(ir);
  const tangible = { ir, memory, partials, taps: points.taps, delays };
  const equations = phases
    ? equationsOverPeriod(tangible, parts, points, phases, tasks, options.overTime ?? false)
    : equationsAtOnce(tangible, parts, points, sampled);
  const approximated = delays.filter((delay) => equations.delays.includes(delay));
  const states = distinct(equations.states, ({ path }) => path);
  const period = phases?.period ?? rates[0]?.every;
  const { system, entries } = systemOf(equations, states, points, period);

  const m = createAlgebra();
  const moves = [...parts.flow, ...parts.updates];
  const targets = [...moves.map(({ expr }) => expr), ...points.rows.map(({ slot }) => m.slot(slot))];
  const tapped = new Set(points.tapped);
  const inputs = points.columns.filter(({ seed, slot }) => seed === slot);
  const moving = [...moves, ...inputs].map(({ slot }) => slot);
  const linear = (seeds: readonly number[]) => linearity(ir, seeds, targets, { throughSamples: sampled }, partials);
  const own = linear(moving);
  // What is added to a signal goes its own way from there.
  const added = tapped.size > 0 ? linear([...moving, ...tapped]) : own;

  const n = states.length;
  let origins: ((row: number, column: number) => Origin) | undefined;
  return {
    ok: true,
    linearization: {
      system,
      internal: kept.map((step) => evaluate(step.time)),
      stateBlocks: states.map(({ block }) => block),
      offset: phases?.offset ?? rates[0]?.offset ?? 0,
      exact: own.linear && added.linear && approximated.length === 0,
      at: {
        t: memory[0]!,
        x: states.map(({ value }) => value),
        u: between.columns.map(({ slot }) => memory[slot]!),
      },
      entries,
      provenance(name, row, column) {
        origins ??= originsOf(ir, points, parts, equations.delays, states);
        const below = name === "C" || name === "D" ? n : 0;
        return origins(row + below, name === "B" || name === "D" ? column + n : column);
      },
      ...(equations.costOver && { costOver: equations.costOver }),
      problems: [
        ...singularities([...equations.next, ...equations.out], ir, partials, evaluate),
        ...delayProblems(approximated, phases !== undefined),
        ...thresholdProblems(
          model,
          memory,
          targets,
          [...moving, ...tapped],
          (slot) => own.reached(slot) || added.reached(slot),
          partials,
        ),
      ],
    },
  };
}

/** What comes out of delays as columns, what goes in as rows, after all others. */
function behind(ir: Ir, points: Points, delays: Parts["delays"]): Points {
  const named = (suffix: string, { slot }: Parts["delays"][number]): string => `${ir.slots[slot]!.path}.${suffix}`;
  return {
    ...points,
    columns: [
      ...points.columns,
      ...delays.map((step): Column => ({ slot: step.slot, seed: step.slot, label: named("late", step) })),
    ],
    rows: [
      ...points.rows,
      ...delays.map((step): OutputRow => ({
        slot: step.from,
        label: named("before", step),
        reader: step.block,
        block: step.block,
        into: step.slot,
      })),
    ],
  };
}

/** Matrices that are made when they are first read: those of large models are sparse, and most readers want a few entries. */
function systemOf(equations: Equations, states: readonly State[], points: Points, period: number | undefined) {
  const n = states.length;
  const seeds = [...states.map(({ seed }) => seed), ...points.columns.map(({ seed }) => seed)];
  const place = new Map(seeds.map((seed, j) => [seed, j]));
  const cut = (rows: readonly Row[], from: number, to: number): Entry[] =>
    rows.flatMap((row, i) =>
      [...row].flatMap(([seed, value]): Entry[] => {
        const j = place.get(seed) ?? -1;
        return j < from || j >= to || value === 0 ? [] : [[i, j - from, value]];
      }),
    );
  const entries: Linearization["entries"] = (name) => {
    const rows = name === "A" || name === "B" ? equations.next : equations.out;
    return name === "A" || name === "C" ? cut(rows, 0, n) : cut(rows, n, seeds.length);
  };
  const made = new Map<string, Matrix>();
  const dense = (name: "A" | "B" | "C" | "D"): Matrix => {
    let matrix = made.get(name);
    if (!matrix) {
      const rows = name === "A" || name === "B" ? n : points.rows.length;
      matrix = Matrix.zeros(rows, name === "A" || name === "C" ? n : points.columns.length);
      for (const [i, j, value] of entries(name)) matrix.set(i, j, value);
      made.set(name, matrix);
    }
    return matrix;
  };
  const system: StateSpace = {
    get A() {
      return dense("A");
    },
    get B() {
      return dense("B");
    },
    get C() {
      return dense("C");
    },
    get D() {
      return dense("D");
    },
    time: period === undefined ? { kind: "continuous" } : { kind: "discrete", period },
    u: points.columns.map(({ label }) => label),
    x: states.map(({ label }) => label),
    y: points.rows.map(({ label }) => label),
  };
  return { system, entries };
}
