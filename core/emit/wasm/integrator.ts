/** A module that makes many Runge-Kutta steps in one call, over the memory of a model's first module. */
import { createAlgebra } from "../../expr/algebra.ts";
import type { Expr } from "../../expr/expr.ts";
import { postorder, slotsOf } from "../../expr/walk.ts";
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
import { openControl } from "./control.ts";
import { addDense } from "./dense.ts";
import type { Body, F64, Func, I32, Module } from "../../wasm/encoder.ts";
import { openGridWalk } from "./gridWalk.ts";
import { addBroken } from "./guards.ts";
import { add, addI, call, div, eq, f64, i32, load, mul, store, sub } from "../../wasm/instructions.ts";
import { createNeeds } from "./needed.ts";
import { isInline, split, writeProgram, type Item, type Put, type Room } from "./program.ts";
import { openRoom, values, withSteps, type Cells, type Mode } from "./room.ts";
import { stageCount, termCount, writeAdvance } from "./rungeKutta.ts";
import { createRowInLine } from "./rowInLine.ts";
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
  const tableau = tableaus[solver];
  // Delays read a history that is written step by step, and loops that are iterated start from where the last step ended.
  const followed = ir.algebra.some(
    (step) => step.do === "delay" || (step.do === "solve" && !step.linear && step.task === undefined),
  );
  if (!tableau || ir.flow.length === 0 || followed) return undefined;
  const { module, room, imports, modes } = openRoom(ir, cells);
  module.importMemory("main", "memory");
  const n = ir.flow.length;
  const own = cells.integrators;
  const places: VectorPlaces = {
    x: 8 * own.x,
    y: 8 * own.y,
    stage: 8 * own.stage,
    kept: 8 * own.kept,
    k: (j) => 8 * own.k(j),
  };
  const control = 8 * own.control;
  const scatter = addScatter(module, ir);
  const items = withSteps(ir, values(ir.flow.map(({ expr }) => expr)));
  const flow = addFlow(room, ir, items, places, scatter);
  const dense = { module, n, places, coefficient: (j: number) => 8 * own.coefficient(j), control, scatter, flow };
  const at = addDense(tableau, dense);
  const rowItems = withSteps(ir, recordPuts(ir, own));
  const recording = {
    at,
    record: writeProgram(room, rowItems, { storeAll: false }),
    finite: finiteRow(module, ir.records.length, own),
    capacity: own.rows,
  };
  const searched = modes.some(({ closed }) => !closed);
  const watch = searched ? addWatch(module, room, ir, modes, control, at) : undefined;

  const advance = module.add(["i32"], [], (body) => {
    const cellsHere = openControl(body, control);
    const walk = openGridWalk(body, cellsHere, recording);
    const inLine = fitsInLine(tableau, ir, items);
    const constant = inLine ? createConstants(body, module, tableau, 8 * own.constants) : f64;
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
    stepsOnGrid: tableau.error === undefined,
    ...(tableau.error && { error: tableau.error }),
  };
}

/**
 * The weights of a method as locals that come from memory: written as constants they would be made anew, in two instructions,
 * wherever they are used.
 */
function createConstants(body: Body, module: Module, tableau: Tableau, at: number): (value: number) => F64 {
  const rows = [...tableau.a, tableau.b, tableau.error?.weights ?? [], tableau.error?.second ?? []];
  const values = [...new Set(rows.flat().filter((value) => value !== 0))];
  module.data(at, new Uint8Array(Float64Array.from(values).buffer));
  const locals = new Map(
    values.map((value, i) => {
      const local = body.local("f64");
      body.set(local, load(i32(0), at + 8 * i));
      return [value, local] as const;
    }),
  );
  return (value) => locals.get(value) ?? f64(value);
}

const isCall = (item: Item): boolean =>
  item.do === "matvec" || item.do === "delay" || (item.do === "solve" && !isInline(item));

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

/** (address of the derivative), from the stage: states come from there, and where JavaScript or a wide map reads, from slots. */
function addFlow(room: Room, ir: Ir, items: readonly Item[], places: VectorPlaces, scatter: Func): Func {
  if (items.some(isCall)) {
    const flow = writeProgram(room, items, { storeAll: false });
    return room.module.add(["i32"], [], (body) => {
      body.run(call(scatter, i32(places.stage)));
      body.run(call(flow, body.param(0, "i32")));
    });
  }
  const index = new Map(ir.flow.map(({ slot }, i) => [slot, i]));
  const given = (e: Expr): F64 | undefined => {
    const i = e.op === "slot" ? index.get(e.value) : undefined;
    return i === undefined ? undefined : load(i32(0), places.stage + 8 * i);
  };
  return writeProgram(room, items, { storeAll: false, given });
}

/** (address of a vector): its elements to the states' slots. */
function addScatter(module: Module, ir: Ir): Func {
  const most = 1000;
  const functions: Func[] = [];
  for (let first = 0; first < ir.flow.length; first += most) {
    functions.push(
      module.add(["i32"], [], (body) => {
        const from = body.param(0, "i32");
        ir.flow
          .slice(first, first + most)
          .forEach(({ slot }, i) => body.run(store(i32(0), 8 * slot, load(from, 8 * (first + i)))));
      }),
    );
  }
  if (functions.length === 1) return functions[0]!;
  return module.add(["i32"], [], (body) => {
    for (const part of functions) body.run(call(part, body.param(0, "i32")));
  });
}

/** What is recorded, each to its column. */
function recordPuts(ir: Ir, places: { readonly buffer: number; readonly rows: number }): Put[] {
  const m = createAlgebra();
  return ir.records.map(({ slot }, c) => ({
    do: "put",
    offset: 8 * (places.buffer + c * places.rows),
    expr: m.slot(slot),
  }));
}

/** So few records are looked at in line. */
const mostLooks = 8;

/** Of a row, bytes: code for whether all of it is finite. */
export function finiteRow(
  module: Module,
  records: number,
  { buffer, rows }: { readonly buffer: number; readonly rows: number },
): (row: I32) => I32 {
  if (records <= mostLooks) {
    // 0 times a number is no number unless it is finite.
    const look = (row: I32, c: number): F64 => mul(load(row, 8 * (buffer + c * rows)), f64(0));
    const all = Array.from({ length: records }, (_, c) => c);
    return (row) =>
      eq(
        all.map((c) => look(row, c)).reduce((sum, one) => add(sum, one), f64(0)),
        f64(0),
      );
  }
  const func = module.add(["i32"], ["i32"], (body) => {
    const row = body.param(0, "i32");
    const left = body.local("i32");
    const trouble = body.local("f64");
    const value = body.local("f64");
    body.set(left, i32(records));
    body.loop((again) => {
      body.set(value, load(row, 8 * buffer));
      body.set(trouble, add(trouble, sub(value, value)));
      body.set(row, addI(row, i32(8 * rows)));
      body.set(left, addI(left, i32(-1)));
      body.branch(again, left);
    });
    body.leave(eq(trouble, f64(0)));
  });
  return (row) => call(func, row);
}

/** () -> whether a mode no longer holds at some look into the last step, the end among them (events.ts). */
function addWatch(module: Module, room: Room, ir: Ir, modes: readonly Mode[], control: number, at: Func): Func {
  const searched = modes.filter(({ closed }) => !closed);
  const needs = createNeeds(ir);
  const steps = searched.flatMap(({ latch }) => needs(slotsOf(latch.arg)));
  const settle = steps.length > 0 ? writeProgram(room, steps, { storeAll: true }) : undefined;
  const broken = addBroken(module, room.around, modes);
  const looks = 4;
  return module.add([], ["i32"], (body) => {
    const cells = openControl(body, control);
    const from = body.local("f64");
    const t = body.local("f64");
    body.set(from, cells.read("from"));
    body.set(t, cells.read("t"));
    for (let look = 1; look <= looks; look++) {
      const share = mul(div(f64(look), f64(looks)), sub(t, from));
      body.run(call(at, look === looks ? t : add(from, share)));
      if (settle) body.run(call(settle, i32(0)));
      body.when(call(broken), () => body.leave(i32(1)));
    }
    body.leave(i32(0));
  });
}
