/**
 * A model at a point becomes A, B, C, D with a name for every row and column: continuous when it integrates, discrete when it
 * is sampled at one rate. A linear model's matrices are the model itself, whatever the point.
 */
import { Matrix } from "ml-matrix";
import { createAlgebra } from "../expr/algebra.ts";
import { slotsOf } from "../expr/walk.ts";
import { linearity } from "../ir/dependence.ts";
import { createGradients, type Row } from "../ir/gradients.ts";
import type { Assign, Ir, Model, Problem } from "../ir/ir.ts";
import { createPartials } from "../ir/partials.ts";
import { interpret } from "../sim/interpret.ts";
import type { Linearization } from "./linearization.ts";
import { createProvenance } from "./provenance.ts";

export type Linearized =
  | { readonly ok: true; readonly linearization: Linearization }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Matrices at `memory` (time, states and inputs are taken from it; the model's start when absent). For a model with states of
 * both kinds, or of several rates, there is no single A, B, C, D: that is a problem, not a guess.
 */
export function linearize(model: Model, memory: Float64Array = startOf(model)): Linearized {
  const { ir } = model;
  const rates = new Set(ir.tasks.filter((task) => task.updates.length > 0).map((task) => task.every));
  if (ir.flow.length > 0 && rates.size > 0) return mixed("MIXED_TIME", "The diagram has continuous and sampled states");
  if (rates.size > 1)
    return mixed("MIXED_RATES", `The diagram is sampled at ${rates.size} rates: ${[...rates].join(" s, ")} s`);

  const period = [...rates][0];
  const equations: readonly Assign[] = period === undefined ? ir.flow : ir.tasks.flatMap((task) => task.updates);
  const x = equations.map((assign) => assign.slot);
  const u = ir.inputs;
  const m = createAlgebra();
  const outputs = ir.outputs.map((output) => m.slot(output.slot));
  const seeds = [...x, ...u];
  const targets = [...equations.map((assign) => assign.expr), ...outputs];
  const sampled = period !== undefined;
  const partials = createPartials();
  const { linear } = linearity(ir, seeds, targets, { throughSamples: sampled }, partials);
  const gradient = createGradients(ir, memory, seeds, sampled, partials);
  const next = equations.map((assign) => gradient(assign.expr));
  const out = outputs.map(gradient);

  const rows = [
    ...equations.map((assign) => ({ reads: slotsOf(assign.expr), block: ir.slots[assign.slot]!.block })),
    ...ir.outputs.map((output) => ({ reads: [output.slot], block: output.block })),
  ];
  const provenance = createProvenance(ir, seeds, rows);
  const label = (slot: number): string => ir.slots[slot]!.label;
  return {
    ok: true,
    linearization: {
      system: {
        A: dense(next, x),
        B: dense(next, u),
        C: dense(out, x),
        D: dense(out, u),
        time: period === undefined ? { kind: "continuous" } : { kind: "discrete", period },
        u: u.map(label),
        x: x.map(label),
        y: ir.outputs.map((output) => output.label),
      },
      exact: linear,
      at: { t: memory[0]!, x: x.map((slot) => memory[slot]!), u: u.map((slot) => memory[slot]!) },
      provenance: (matrix, row, column) =>
        provenance(
          matrix === "A" || matrix === "B" ? row : row + x.length,
          matrix === "A" || matrix === "C" ? column : column + x.length,
        ),
      problems: singularities([...next, ...out], ir),
    },
  };
}

/** The memory of a model at time 0 with everything computed. */
function startOf(model: Model): Float64Array {
  const engine = interpret(model);
  engine.refresh(new Uint8Array(model.ir.tasks.length).fill(1));
  return engine.memory;
}

function dense(rows: readonly Row[], columns: readonly number[]): Matrix {
  const matrix = Matrix.zeros(rows.length, columns.length);
  const index = new Map(columns.map((slot, j) => [slot, j]));
  rows.forEach((row, i) => {
    for (const [slot, value] of row) {
      const j = index.get(slot);
      if (j !== undefined) matrix.set(i, j, value);
    }
  });
  return matrix;
}

function singularities(rows: readonly Row[], ir: Ir): Problem[] {
  if (rows.every((row) => [...row.values()].every(Number.isFinite))) return [];
  const loop = ir.algebra.find((step) => step.do === "solve");
  return [
    {
      severity: "error",
      code: "LINEARIZE_NOT_FINITE",
      path: loop?.block ?? "",
      message: "The matrices are not finite at this operating point.",
      hint: "Linearize at another state or time.",
    },
  ];
}

function mixed(code: string, fact: string): Linearized {
  return {
    ok: false,
    problems: [
      {
        severity: "warning",
        code,
        path: "",
        message: `${fact}, so it has no single A, B, C, D.`,
        hint: "Sample everything at one rate, or leave one part out.",
      },
    ],
  };
}
