/**
 * A module that makes many Rodas steps in one call: flow, symbolic Jacobian and LU factors inside, with the arithmetic of
 * sim/integrators/rodas4.ts, operation by operation.
 */
import type { Ir } from "../../ir/ir.ts";
import { rodasA, rodasC, rodasDense, rodasGamma, rodasNodes, rodasTime } from "../../sim/integrators/rodas4.ts";
import { stepStatus, type IntegratorProgram } from "../../sim/wasmProgram.ts";
import type { F64, Func, I32, Label } from "../../wasm/encoder.ts";
import {
  abs,
  add,
  and,
  call,
  copyBytes,
  div,
  eq,
  f64,
  fromI32,
  ge,
  gt,
  i32,
  le,
  load,
  lt,
  max,
  min,
  mul,
  ne,
  not,
  or,
  select,
  sqrt,
  store,
  sub,
} from "../../wasm/instructions.ts";
import { openControl } from "./control.ts";
import { each, openImplicitRoom, type ImplicitRoom } from "./implicitRoom.ts";
import { openSteps } from "./manySteps.ts";
import type { Cells } from "./room.ts";

/** The six vectors u of the stages, and the flow at one. */
const placesOf = ({ places }: ImplicitRoom) => ({ ...places, u: places.vector, flow: places.vector(rodasA.length) });

export function emitRosenbrock(ir: Ir, cells: Cells, memoryBytes: number): IntegratorProgram | undefined {
  const opened = openImplicitRoom(ir, cells, memoryBytes);
  if (!opened) return undefined;
  const { n, lu, pow, linearize } = opened;
  const places = placesOf(opened);
  return opened.finish("rodas4", 8, addDense(opened), (body, cellsHere, walk, watch) => {
    const carry = (): void => body.run(copyBytes(i32(places.x), i32(places.y), i32(8 * n)));
    const stepping = openSteps({
      body,
      control: cellsHere,
      vectors: {
        carry,
        publish: () => undefined,
        each: (inner) => each(body, n, (place) => inner({ y: load(place, places.y) })),
      },
      walk,
      row: undefined,
      watch,
    });
    const { t, size, end, land, leave } = stepping;
    const h = cellsHere.local("h");
    const steps = cellsHere.local("steps");
    const rejected = cellsHere.local("rejected");
    const evaluations = cellsHere.local("evaluations");
    const accepted = cellsHere.local("accepted");
    const errorBefore = cellsHere.local("errorBefore");
    const worst = cellsHere.local("worst");
    const fresh = cellsHere.local("carried");
    const smallest = body.local("f64");
    const room = body.local("f64");
    const error = body.local("f64");
    const factor = body.local("f64");
    const next = body.local("f64");
    const sum = body.local("f64");
    const largest = body.local("f64");
    const scaled = body.local("f64");
    const rtol = body.local("f64");
    const atol = body.local("f64");
    const finite = body.local("i32");
    const again = body.local("i32");
    body.set(rtol, cellsHere.read("rtol"));
    body.set(atol, cellsHere.read("atol"));
    carry();

    /** Memory's time, and the flow at the stage. */
    function evaluate(time: F64, out: Label): void {
      body.run(store(i32(0), 0, time));
      body.run(call(opened!.flow, i32(places.flow)));
      body.set(evaluations, add(evaluations, f64(1)));
      body.set(scaled, f64(0));
      each(body, n, (place) => body.set(scaled, add(scaled, sub(load(place, places.flow), load(place, places.flow)))));
      body.set(finite, eq(scaled, f64(0)));
      body.branch(out, not(finite));
    }
    const weighted = (weights: readonly number[], place: I32): F64 =>
      weights.map((w, j) => mul(f64(w), load(place, places.u(j)))).reduce((total, term) => add(total, term));
    /** stage = x + the sum of weights times u. */
    function moveStage(weights: readonly number[]): void {
      each(body, n, (place) => {
        const value = weights.reduce<F64>(
          (total, w, j) => add(total, mul(f64(w), load(place, places.u(j)))),
          load(place, places.x),
        );
        body.run(store(place, places.stage, value));
      });
    }
    /** u[s] from the flow at its stage. */
    function solveFor(s: number): void {
      const time = rodasTime[s];
      if (time !== undefined) body.set(scaled, mul(size, f64(time)));
      each(body, n, (place) => {
        const start = s === 0 ? load(place, places.slope) : load(place, places.flow);
        const before = s === 0 ? start : add(start, div(weighted(rodasC[s]!, place), size));
        const value = time === undefined ? before : add(before, mul(scaled, load(place, places.byTime)));
        body.run(store(place, places.u(s), value));
      });
      body.run(lu.solve(places.u(s)));
    }
    /** All stages; `finite` says whether the flow was, everywhere. */
    function attempt(out: Label): void {
      solveFor(0);
      for (let s = 1; s <= 4; s++) {
        moveStage(rodasA[s]!);
        evaluate(s === 4 ? end : add(t, mul(f64(rodasNodes[s]!), size)), out);
        solveFor(s);
      }
      each(body, n, (place) =>
        body.run(store(place, places.stage, add(load(place, places.stage), load(place, places.u(4))))),
      );
      evaluate(end, out);
      solveFor(5);
      each(body, n, (place) =>
        body.run(store(place, places.y, add(load(place, places.stage), load(place, places.u(5))))),
      );
    }
    function writeError(): void {
      body.set(sum, f64(0));
      body.set(largest, f64(-1));
      each(body, n, (place) => {
        const extent = max(abs(load(place, places.x)), abs(load(place, places.y)));
        body.set(scaled, div(load(place, places.u(5)), add(atol, mul(rtol, extent))));
        body.set(sum, add(sum, mul(scaled, scaled)));
        body.when(not(le(abs(scaled), largest)), () => {
          body.set(largest, abs(scaled));
          body.set(worst, fromI32(place));
        });
      });
      // Bytes up to here.
      body.set(worst, div(worst, f64(8)));
      body.set(error, sqrt(div(sum, f64(n))));
    }
    const root = (value: F64): F64 => pow(value, f64(0.25));
    const bounded = (value: F64): F64 => max(f64(1 / 6), min(f64(5), value));

    stepping.run(undefined, () => {
      body.when(eq(fresh, f64(0)), () => {
        body.run(copyBytes(i32(places.stage), i32(places.x), i32(8 * n)));
        body.run(store(i32(0), 0, t));
        body.set(evaluations, add(evaluations, f64(1)));
        body.when(not(call(linearize)), () => leave(f64(stepStatus.notFinite)));
      });
      body.set(fresh, f64(0));
      body.set(smallest, mul(f64(16 * 2.220446049250313e-16), max(abs(t), mul(abs(land), f64(1e-9)))));
      body.set(again, i32(0));
      body.block((done) =>
        body.loop((attemptAgain) => {
          body.set(h, min(h, cellsHere.read("maxStep")));
          body.set(room, sub(land, t));
          body.set(
            size,
            select(ge(mul(f64(1.01), h), room), room, select(gt(mul(f64(2), h), room), div(room, f64(2)), h)),
          );
          body.set(end, select(eq(size, room), land, add(t, size)));
          body.when(eq(end, t), () => leave(f64(stepStatus.nil)));
          body.when(and(lt(h, smallest), ne(size, room)), () => leave(f64(stepStatus.tiny)));
          body.set(finite, lu.factor(div(f64(1), mul(f64(rodasGamma), size))));
          body.set(error, f64(Number.POSITIVE_INFINITY));
          body.block((out) => {
            body.branch(out, not(finite));
            attempt(out);
            writeError();
          });
          // Between a fifth and six times the step.
          body.set(factor, f64(10));
          body.when(lt(error, f64(Number.POSITIVE_INFINITY)), () =>
            body.set(factor, bounded(div(root(error), f64(0.9)))),
          );
          body.branch(done, le(error, f64(1)));
          body.set(rejected, add(rejected, f64(1)));
          body.set(again, i32(1));
          body.set(h, div(size, factor));
          body.when(lt(h, smallest), () => leave(select(finite, f64(stepStatus.small), f64(stepStatus.notFinite))));
          body.branch(attemptAgain);
        }),
      );
      body.set(steps, add(steps, f64(1)));
      body.when(gt(accepted, f64(0)), () => {
        // What the error did over the last two steps, it will do again.
        const trend = root(div(mul(error, error), errorBefore));
        body.set(next, div(mul(div(accepted, size), trend), f64(0.9)));
        body.set(factor, max(factor, bounded(next)));
      });
      body.set(accepted, size);
      body.set(errorBefore, max(f64(0.01), error));
      body.set(next, div(size, factor));
      body.when(again, () => body.set(next, min(next, size)));
      body.set(h, select(lt(size, h), max(next, min(h, mul(f64(6), size))), next));
    });
  });
}

/** at(time): the dense output of the last step to the model's slots. */
function addDense(room: ImplicitRoom): Func {
  const { n, control } = room;
  const { module, scatter } = room.opened;
  const places = placesOf(room);
  return module.add(["f64"], [], (body) => {
    const time = body.param(0, "f64");
    const cells = openControl(body, control);
    const p = body.local("f64");
    const q = body.local("f64");
    body.run(store(i32(0), 0, time));
    body.when(or(eq(time, cells.read("t")), eq(cells.read("length"), f64(0))), () => {
      body.run(call(scatter, i32(places.y)));
      body.leave();
    });
    body.set(p, div(sub(time, cells.read("from")), cells.read("length")));
    body.set(q, sub(f64(1), p));
    each(body, n, (at) => {
      const [low, high] = rodasDense.map((row) =>
        row.map((w, j) => mul(f64(w), load(at, places.u(j)))).reduce((total, term) => add(total, term)),
      ) as [F64, F64];
      const bent = mul(p, add(load(at, places.y), mul(q, add(low, mul(p, high)))));
      body.run(store(at, places.stage, add(mul(q, load(at, places.x)), bent)));
    });
    body.run(call(scatter, i32(places.stage)));
  });
}
