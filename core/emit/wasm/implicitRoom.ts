/**
 * What implicit methods in a module share: the flow, its symbolic Jacobian and the factors of (shift I - J), dense or sparse as
 * iterationMatrix.ts has them.
 */
import { postorder } from "../../expr/walk.ts";
import { flowJacobian } from "../../ir/jacobian.ts";
import type { Ir } from "../../ir/ir.ts";
import { costOfSolution, isCrowded } from "../../sim/integrators/iterationMatrix.ts";
import type { IntegratorProgram } from "../../sim/wasmProgram.ts";
import { placeSparse } from "../../sim/wasmSparse.ts";
import type { Body, F64, Func, I32 } from "../../wasm/encoder.ts";
import { add, addI, call, eq, f64, i32, load, ltI, sub } from "../../wasm/instructions.ts";
import { openControl, type ControlCells } from "./control.ts";
import { addDenseLu, type LuCode } from "./denseLu.ts";
import { openGridWalk, type GridWalk } from "./gridWalk.ts";
import { openIntegratorRoom, type IntegratorRoom } from "./integratorRoom.ts";
import type { Put } from "./program.ts";
import { values, withSteps, type Cells } from "./room.ts";
import { addSparseLu, importSparse, type SparseImports } from "./sparseLu.ts";

/** First bytes of vectors; `vector(j)`: those that a method has for itself. */
export interface ImplicitPlaces {
  readonly x: number;
  readonly y: number;
  readonly stage: number;
  readonly slope: number;
  readonly byTime: number;
  readonly vector: (j: number) => number;
}

export interface ImplicitRoom {
  readonly opened: IntegratorRoom;
  readonly n: number;
  /** Where the control cells begin, bytes. */
  readonly control: number;
  readonly places: ImplicitPlaces;
  /** (address): the flow at the stage and the time in memory. */
  readonly flow: Func;
  /** () -> whether slope and Jacobian, at the stage and the time in memory, are finite. */
  readonly linearize: Func;
  readonly lu: LuCode;
  /** JavaScript's, whose bits the interpreter's are. */
  readonly pow: (base: F64, exponent: F64) => F64;
  /** The program around a dense output, at: (time) -> (), and the body of advance: (most) -> (); a step has about so many solutions. */
  finish(
    method: "rodas4" | "bdf",
    solutions: number,
    at: Func,
    advance: (body: Body, control: ControlCells, walk: GridWalk, watch: Func | undefined) => void,
  ): IntegratorProgram;
}

export function openImplicitRoom(ir: Ir, cells: Cells, memoryBytes: number): ImplicitRoom | undefined {
  const n = ir.flow.length;
  const own = cells.integrators;
  const { control: controlCell, byTime, first, end } = own.implicit;
  const entries = n > 0 && flowJacobian(ir);
  if (!entries) return undefined;
  const inside = entries.filter(({ column }) => column < n);
  const crowded = isCrowded(n, inside.length);
  const area = crowded ? undefined : placeSparse(n, inside.length, first, end);
  if (crowded ? 2 * n * n + n > end - first : !area) return undefined;
  const operations = postorder(entries.map(({ expr }) => expr)).map(({ op }) => op);
  const control = 8 * controlCell;
  let sparse: SparseImports | undefined;
  const opened = openIntegratorRoom(ir, cells, control, 8 * own.stage, ["pow", ...operations], (module) => {
    if (area) sparse = importSparse(module);
  });
  if (!opened) return undefined;
  const { module, imports } = opened;
  const places: ImplicitPlaces = {
    x: 8 * own.x,
    y: 8 * own.y,
    stage: 8 * own.stage,
    slope: 8 * own.kept,
    byTime: 8 * byTime,
    vector: (j) => 8 * own.k(j),
  };
  const jacobian = area ? { first: area.jacobian, count: inside.length } : { first, count: n * n };
  const cellsOf = inside.map(({ row, column }, e) => jacobian.first + (area ? e : row * n + column));
  const lu = area
    ? addSparseLu(module, n, area, sparse!)
    : addDenseLu(module, n, { matrix: 8 * first, factors: 8 * (first + n * n), exchanges: 8 * (first + 2 * n * n) });
  const derivatives = values(ir.flow.map(({ expr }) => expr));
  const flow = opened.flowOf(withSteps(ir, derivatives));
  const slopes = derivatives.map(({ offset, expr }): Put => ({ do: "put", offset: places.slope + offset, expr }));
  const cellOf = new Map(inside.map((entry, e) => [entry, cellsOf[e]!]));
  const partials = entries.map((entry): Put => {
    const cell = cellOf.get(entry) ?? byTime + entry.row;
    return { do: "put", offset: 8 * cell, expr: entry.expr };
  });
  const compute = opened.flowOf(withSteps(ir, [...slopes, ...partials]));
  const linearize = module.add([], ["i32"], (body) => {
    const trouble = body.local("f64");
    body.run(call(compute, i32(0)));
    for (const [first, count] of [
      [places.slope, n],
      [8 * jacobian.first, jacobian.count],
      [places.byTime, n],
    ] as const) {
      each(body, count, (at) => body.set(trouble, add(trouble, sub(load(at, first), load(at, first)))));
    }
    body.leave(eq(trouble, f64(0)));
  });
  const pow = opened.room.around.imported.get("pow")!;

  return {
    opened,
    n,
    control,
    places,
    flow,
    linearize,
    lu,
    pow: (base, exponent) => call(pow, base, exponent),
    finish(method, solutions, at, advance) {
      const recording = opened.recording(at);
      const watch = opened.watch(at);
      const steps = module.add(["i32"], [], (body) => {
        const here = openControl(body, control);
        advance(body, here, openGridWalk(body, here, recording), watch);
      });
      const fill = module.add(["f64"], [], (body) => {
        const here = openControl(body, control);
        const walk = openGridWalk(body, here, recording);
        const done = (): void => {
          here.keep();
          body.leave();
        };
        walk.record(body.param(0, "f64"), done);
        done();
      });
      module.exportFunction("advance", steps);
      module.exportFunction("at", at);
      module.exportFunction("fill", fill);
      module.exportFunction("linearize", linearize);
      return {
        bytes: module.finish(memoryBytes),
        imports,
        data: [],
        stepsOnGrid: false,
        implicit: {
          method,
          rows: inside.map(({ row }) => row),
          columns: inside.map(({ column }) => column),
          cells: cellsOf,
          sparse: area,
          cost: solutions * costOfSolution(n, inside.length),
        },
      };
    },
  };
}

/** Up to so many elements of a vector are written out. */
const mostWritten = 8;

/** Code for every element of vectors: `at` is its place, bytes. */
export function each(body: Body, count: number, inner: (at: I32) => void): void {
  if (count <= mostWritten) {
    for (let i = 0; i < count; i++) inner(i32(8 * i));
    return;
  }
  const at = body.local("i32");
  body.set(at, i32(0));
  body.loop((again) => {
    inner(at);
    body.set(at, addI(at, i32(8)));
    body.branch(again, ltI(at, i32(8 * count)));
  });
}
