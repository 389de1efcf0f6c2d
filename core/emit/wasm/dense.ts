/** at(time): the dense output of the last Runge-Kutta step, from the vectors in memory to the model's slots (stages.ts's at). */
import type { Tableau } from "../../sim/integrators/tableaus.ts";
import type { ControlCells } from "./control.ts";
import { openControl } from "./control.ts";
import type { F64, Func, Module } from "../../wasm/encoder.ts";
import { add, addI, call, div, eq, f64, i32, load, ltI, mul, not, or, store, sub } from "../../wasm/instructions.ts";
import { memoryVectors, weightedSum, type VectorPlaces } from "./vectors.ts";

export interface DenseParts {
  readonly module: Module;
  readonly n: number;
  readonly places: VectorPlaces;
  /** Bytes of the coefficients r1, r2, ... */
  readonly coefficient: (j: number) => number;
  readonly control: number;
  /** (address of a vector): its elements become the states in the model's memory. */
  readonly scatter: Func;
  /** (address of the derivative), from the stage in memory. */
  readonly flow: Func;
}

export function addDense(tableau: Tableau, parts: DenseParts): Func {
  const { module, n, places, coefficient } = parts;
  const s = tableau.b.length;
  const last = tableau.fsal ? s - 1 : s;
  const bytes = i32(8 * n);
  const top = 3 + tableau.dense.length;

  const prepare = module.add([], [], (body) => {
    const control: ControlCells = openControl(body, parts.control);
    const vectors = memoryVectors(body, n, parts.flow, places, 0);
    const length = body.local("f64");
    const moved = body.local("f64");
    const factor = body.local("f64");
    const at = body.local("i32");
    const stage = (c: number): F64 => add(control.read("from"), mul(f64(c), length));
    body.set(length, control.read("length"));
    control.write("prepared", f64(1));
    // Outside the domain of the flow the cubic is the better guess: the rest counts nothing.
    body.block((out) => {
      body.set(factor, f64(0));
      tableau.extra.a.forEach((row, e) => {
        vectors.combine(row, length, "stage");
        control.write("denseEvaluations", add(control.read("denseEvaluations"), f64(1)));
        const finite = vectors.evaluate(stage(tableau.extra.c[e]!), "stage", last + 1 + e);
        body.branch(out, not(finite));
      });
      body.set(factor, length);
    });
    const k = (j: number): F64 => load(at, places.k(j));
    body.loop((again) => {
      body.set(moved, sub(load(at, places.y), load(at, places.x)));
      const set = (j: number, value: F64): void => body.run(store(at, coefficient(j), value));
      set(1, moved);
      set(2, sub(mul(length, k(0)), moved));
      set(3, sub(mul(f64(2), moved), mul(length, add(k(0), k(last)))));
      tableau.dense.forEach((row, d) => {
        body.when(
          eq(factor, f64(0)),
          () => set(4 + d, f64(0)),
          () => set(4 + d, mul(length, weightedSum(row, k))),
        );
      });
      body.set(at, addI(at, i32(8)));
      body.branch(again, ltI(at, bytes));
    });
  });

  return module.add(["f64"], [], (body) => {
    const time = body.param(0, "f64");
    const control = openControl(body, parts.control);
    const p = body.local("f64");
    const q = body.local("f64");
    const at = body.local("i32");
    body.when(or(eq(time, control.read("t")), eq(control.read("length"), f64(0))), () => {
      body.run(store(i32(0), 0, time));
      body.run(call(parts.scatter, i32(places.y)));
      body.leave();
    });
    body.when(eq(control.read("prepared"), f64(0)), () => body.run(call(prepare)));
    body.set(p, div(sub(time, control.read("from")), control.read("length")));
    body.set(q, sub(f64(1), p));
    body.loop((again) => {
      let value = load(at, coefficient(top));
      for (let j = top - 1; j >= 0; j--)
        value = add(load(at, j === 0 ? places.x : coefficient(j)), mul(j % 2 === 0 ? p : q, value));
      body.run(store(at, places.stage, value));
      body.set(at, addI(at, i32(8)));
      body.branch(again, ltI(at, bytes));
    });
    body.run(store(i32(0), 0, time));
    body.run(call(parts.scatter, i32(places.stage)));
  });
}
