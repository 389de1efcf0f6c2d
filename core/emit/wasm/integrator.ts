/** A module that makes many Runge-Kutta steps in one call, over the memory of a model's first module. */
import type { Expr } from "../../expr/expr.ts";
import { postorder } from "../../expr/walk.ts";
import type { Ir } from "../../ir/ir.ts";
import type { IntegratorSpec } from "../../sim/integrators/integrator.ts";
import {
  bs32Tableau,
  dop853Tableau,
  dopri5Tableau,
  eulerTableau,
  heunTableau,
  rk4Tableau,
  rk8Tableau,
  type Tableau,
} from "../../sim/integrators/tableaus.ts";
import type { IntegratorProgram } from "../../sim/wasmProgram.ts";
import type { Body, F64 } from "../../wasm/encoder.ts";
import { f64, i32, load } from "../../wasm/instructions.ts";
import { emitBdf } from "./bdf.ts";
import { openControl } from "./control.ts";
import { addDense } from "./dense.ts";
import { openGridWalk } from "./gridWalk.ts";
import { isCall, openIntegratorRoom } from "./integratorRoom.ts";
import { split, type Item } from "./program.ts";
import { values, withSteps, type Cells } from "./room.ts";
import { emitRosenbrock } from "./rosenbrock.ts";
import { createRowInLine } from "./rowInLine.ts";
import { stageCount, termCount, writeAdvance } from "./rungeKutta.ts";
import { localVectors, memoryVectors, type Element, type VectorPlaces } from "./vectors.ts";

const tableaus: { readonly [solver in IntegratorSpec["solver"]]?: Tableau } = {
  euler: eulerTableau,
  heun: heunTableau,
  rk4: rk4Tableau,
  rk8: rk8Tableau,
  bs32: bs32Tableau,
  dopri5: dopri5Tableau,
  dop853: dop853Tableau,
};

/** Operations of one step's code in line, at most; and states, at most. */
const mostInLine = 6000;
const mostLocal = 16;

export function emitIntegrator(
  ir: Ir,
  cells: Cells,
  memoryBytes: number,
  solver: IntegratorSpec["solver"],
): IntegratorProgram | undefined {
  if (solver === "rodas4") return emitRosenbrock(ir, cells, memoryBytes);
  if (solver === "bdf") return emitBdf(ir, cells, memoryBytes);
  const tableau = tableaus[solver];
  const own = cells.integrators;
  const control = 8 * own.control;
  const opened = tableau && openIntegratorRoom(ir, cells, control, 8 * own.stage);
  if (!opened) return undefined;
  const { module, room, imports, scatter, rowItems } = opened;
  const n = ir.flow.length;
  const places: VectorPlaces = {
    x: 8 * own.x,
    y: 8 * own.y,
    stage: 8 * own.stage,
    kept: 8 * own.kept,
    k: (j) => 8 * own.k(j),
  };
  const items = withSteps(ir, values(ir.flow.map(({ expr }) => expr)));
  const flow = opened.flowOf(items);
  const dense = { module, n, places, coefficient: (j: number) => 8 * own.coefficient(j), control, scatter, flow };
  const at = addDense(tableau, dense);
  const recording = opened.recording(at);
  const watch = opened.watch(at);

  const inLine = fitsInLine(tableau, ir, items);
  const weights = inLine ? weightsOf(tableau) : new Float64Array(0);
  const advance = module.add(["i32"], [], (body) => {
    const cellsHere = openControl(body, control);
    const walk = openGridWalk(body, cellsHere, recording);
    const constant = inLine ? createConstants(body, weights, 8 * own.constants) : f64;
    const vectors = inLine
      ? localVectors(room, body, ir.flow, items, places, stageCount(tableau) - tableau.extra.c.length, 0, constant)
      : memoryVectors(body, n, flow, places, 0);
    const elements: Element[] = [];
    if (inLine) vectors.each((e) => elements.push(e));
    const rowInLine = inLine && tableau.extra.c.length === 0 && isShort(rowItems);
    writeAdvance(tableau, {
      body,
      control: cellsHere,
      vectors,
      walk,
      states: n,
      constant,
      row: rowInLine ? createRowInLine(room, body, ir, tableau, elements, rowItems) : undefined,
      watch,
    });
  });
  const fill = module.add(["f64"], [], (body) => {
    const cellsHere = openControl(body, control);
    const walk = openGridWalk(body, cellsHere, recording);
    const done = (): void => {
      cellsHere.keep();
      body.leave();
    };
    walk.record(body.param(0, "f64"), done);
    done();
  });
  module.exportFunction("advance", advance);
  module.exportFunction("at", at);
  module.exportFunction("fill", fill);
  return {
    bytes: module.finish(memoryBytes),
    imports,
    data: [{ at: own.constants, values: weights }],
    stepsOnGrid: tableau.error === undefined,
    ...(tableau.error && { error: tableau.error }),
  };
}

/** All that differ. */
function weightsOf(tableau: Tableau): Float64Array {
  const rows = [...tableau.a, tableau.b, tableau.error?.weights ?? [], tableau.error?.second ?? []];
  return Float64Array.from(new Set(rows.flat().filter((value) => value !== 0)));
}

/**
 * The weights of a method as locals that come from memory: written as constants they would be made anew, in two instructions,
 * wherever they are used.
 */
function createConstants(body: Body, weights: Float64Array, at: number): (value: number) => F64 {
  const locals = new Map(
    Array.from(weights, (value, i) => {
      const local = body.local("f64");
      body.set(local, load(i32(0), at + 8 * i));
      return [value, local] as const;
    }),
  );
  return (value) => locals.get(value) ?? f64(value);
}

const rootsOfShort = (item: Item): readonly Expr[] =>
  item.do === "put" || item.do === "assign"
    ? [item.expr]
    : item.do === "solve"
      ? [...item.residual, ...item.jacobian]
      : [];

/** In one piece that calls nobody. */
function isShort(items: readonly Item[]): boolean {
  return !items.some(isCall) && split(items).length === 1;
}

/** Few states, and a flow that is not too long for all its copies. */
function fitsInLine(tableau: Tableau, ir: Ir, items: readonly Item[]): boolean {
  const n = ir.flow.length;
  if (n > mostLocal || !isShort(items)) return false;
  const nodes = postorder(items.flatMap(rootsOfShort)).length;
  return tableau.b.length * nodes + n * termCount(tableau) <= mostInLine;
}
