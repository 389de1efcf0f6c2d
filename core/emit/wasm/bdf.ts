/**
 * A module that makes many BDF steps in one call: Newton's iterations, symbolic Jacobian and LU factors inside, with the arithmetic
 * of sim/integrators/bdf.ts, operation by operation.
 */
import type { Ir } from "../../ir/ir.ts";
import {
  bdfAlpha,
  bdfError,
  bdfGamma,
  bdfHighest,
  bdfIterations,
  differenceMatrix,
} from "../../sim/integrators/bdf.ts";
import { stepStatus, type IntegratorProgram } from "../../sim/wasmProgram.ts";
import type { Body, F64, Func, I32, Label, Local } from "../../wasm/encoder.ts";
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

/** First bytes of the vectors: backward differences d[0] to d[7], the first being the states, and those of an iteration. */
function vectorsOf({ places }: ImplicitRoom) {
  return {
    d: (k: number): number => (k === 0 ? places.y : places.vector(k)),
    flow: places.vector(bdfHighest + 3),
    predicted: places.vector(bdfHighest + 4),
    psi: places.vector(bdfHighest + 5),
    sum: places.vector(bdfHighest + 6),
    move: places.vector(bdfHighest + 7),
  };
}

const orders = Array.from({ length: bdfHighest }, (_, i) => i + 1);

/** Code for the order at hand. */
function byOrder(body: Body, order: F64, inner: (k: number) => void): void {
  for (const k of orders) body.when(eq(order, f64(k)), () => inner(k));
}

/** A number that belongs to the order. */
const ofOrder = (order: F64, table: readonly number[]): F64 =>
  orders.slice(1).reduce<F64>((chosen, k) => select(eq(order, f64(k)), f64(table[k]!), chosen), f64(table[1]!));

export function emitBdf(ir: Ir, cells: Cells, memoryBytes: number): IntegratorProgram | undefined {
  const room = openImplicitRoom(ir, cells, memoryBytes);
  if (!room) return undefined;
  const stretches = orders.map((k) => addStretch(room, k));
  return room.finish("bdf", 4, addDense(room), (body, control, walk, watch) => {
    const { n, places, lu, pow } = room;
    const { d, flow, predicted, psi, sum, move } = vectorsOf(room);
    const { stage } = places;
    const stepping = openSteps({
      body,
      control,
      vectors: {
        carry: () => undefined,
        publish: () => undefined,
        each: (inner) => each(body, n, (at) => inner({ y: load(at, places.y) })),
      },
      walk,
      row: undefined,
      watch,
    });
    const { t, size, end, land } = stepping;
    const h = control.local("h");
    const steps = control.local("steps");
    const rejected = control.local("rejected");
    const evaluations = control.local("evaluations");
    const worst = control.local("worst");
    const order = control.local("order");
    const equal = control.local("equal");
    const nextOrder = control.local("nextOrder");
    const nextFactor = control.local("nextFactor");
    const current = control.local("current");
    const have = control.local("have");
    const factored = control.local("factored");
    const rate = control.local("rate");
    const rtol = body.local("f64");
    const atol = body.local("f64");
    const enough = body.local("f64");
    const smallest = body.local("f64");
    const left = body.local("f64");
    const c = body.local("f64");
    const alpha = body.local("f64");
    const passes = body.local("f64");
    const pass = body.local("f64");
    const before = body.local("f64");
    const scaled = body.local("f64");
    const total = body.local("f64");
    const largest = body.local("f64");
    const factor = body.local("f64");
    const safety = body.local("f64");
    const error = body.local("f64");
    const lower = body.local("f64");
    const higher = body.local("f64");
    const best = body.local("f64");
    const norm = body.local("f64");
    const seen = body.local("f64");
    const finite = body.local("i32");
    const yes = f64(1);
    const no = f64(0);
    body.set(rtol, control.read("rtol"));
    body.set(atol, control.read("atol"));
    body.set(enough, control.read("enough"));

    function fail(why: F64): void {
      body.run(copyBytes(i32(places.x), i32(places.y), i32(8 * n)));
      stepping.leave(why);
    }
    function stretch(by: F64): void {
      body.set(equal, no);
      body.set(factor, by);
      body.when(ne(factor, f64(1)), () => {
        byOrder(body, order, (k) => body.run(call(stretches[k - 1]!, factor)));
        body.set(h, mul(h, factor));
      });
    }
    function predict(): void {
      body.set(alpha, ofOrder(order, bdfAlpha));
      body.set(c, div(h, alpha));
      byOrder(body, order, (k) =>
        each(body, n, (at) => {
          body.set(total, load(at, d(0)));
          body.set(scaled, f64(0));
          for (let j = 1; j <= k; j++) {
            body.set(total, add(total, load(at, d(j))));
            body.set(scaled, add(scaled, mul(f64(bdfGamma[j]!), load(at, d(j)))));
          }
          body.run(store(at, predicted, total));
          body.run(store(at, psi, div(scaled, alpha)));
        }),
      );
    }
    /** Newton's iterations for the states in `stage`; `passes`: how many, 0 where in vain. */
    function iterate(): void {
      body.set(passes, f64(0));
      body.set(pass, f64(0));
      body.set(before, f64(0));
      each(body, n, (at) => {
        body.run(store(at, sum, f64(0)));
        body.run(store(at, stage, load(at, predicted)));
      });
      body.block((out) =>
        body.loop((again) => {
          body.set(pass, add(pass, f64(1)));
          body.run(store(i32(0), 0, end));
          body.run(call(room!.flow, i32(flow)));
          body.set(evaluations, add(evaluations, f64(1)));
          body.set(total, f64(0));
          each(body, n, (at) => body.set(total, add(total, sub(load(at, flow), load(at, flow)))));
          body.branch(out, ne(total, f64(0)));
          each(body, n, (at) => {
            const known = div(add(load(at, psi), load(at, sum)), c);
            body.run(store(at, move, sub(load(at, flow), known)));
          });
          body.run(lu.solve(move));
          body.set(norm, f64(0));
          each(body, n, (at) => {
            body.set(scaled, div(load(at, move), add(atol, mul(rtol, abs(load(at, predicted))))));
            body.set(norm, add(norm, mul(scaled, scaled)));
            body.run(store(at, stage, add(load(at, stage), load(at, move))));
            body.run(store(at, sum, add(load(at, sum), load(at, move))));
          });
          body.set(norm, sqrt(div(norm, f64(n))));
          body.branch(out, not(lt(norm, f64(Number.POSITIVE_INFINITY))));
          const done = (condition: I32, leave: Label): void =>
            body.when(condition, () => {
              body.set(passes, pass);
              body.branch(leave);
            });
          done(eq(norm, f64(0)), out);
          body.when(gt(pass, f64(1)), () => {
            body.set(seen, div(norm, before));
            body.branch(out, ge(seen, f64(1)));
            // A first iteration that happened to be good says little.
            body.set(rate, max(mul(f64(0.9), rate), seen));
          });
          body.when(gt(rate, f64(0)), () => {
            done(lt(mul(div(rate, sub(f64(1), rate)), norm), enough), out);
            body.when(gt(pass, f64(1)), () => {
              const power = pow(rate, sub(f64(bdfIterations), pass));
              body.branch(out, gt(mul(div(power, sub(f64(1), rate)), norm), enough));
            });
          });
          body.set(before, norm);
          body.branch(again, lt(pass, f64(bdfIterations)));
        }),
      );
    }
    /** Weighted norm of a difference times the error constant of an order, beside the states in `stage`. */
    function estimate(into: Local<"f64">, v: number, constant: F64): void {
      body.set(total, f64(0));
      each(body, n, (at) => {
        body.set(scaled, div(mul(constant, load(at, v)), add(atol, mul(rtol, abs(load(at, stage))))));
        body.set(total, add(total, mul(scaled, scaled)));
      });
      body.set(into, sqrt(div(total, f64(n))));
    }
    function findWorst(): void {
      body.set(largest, f64(-1));
      each(body, n, (at) => {
        body.set(scaled, div(abs(load(at, sum)), add(atol, mul(rtol, abs(load(at, stage))))));
        body.when(not(le(scaled, largest)), () => {
          body.set(largest, scaled);
          body.set(worst, fromI32(at));
        });
      });
      // Bytes up to here.
      body.set(worst, div(worst, f64(8)));
    }
    /** Order and length for the steps to come. */
    function chooseNext(k: number): void {
      body.set(best, pow(error, f64(-1 / (k + 1))));
      body.set(nextOrder, order);
      body.set(lower, f64(0));
      body.set(higher, f64(0));
      if (k > 1) {
        estimate(lower, d(k), f64(bdfError[k - 1]!));
        body.set(lower, pow(lower, f64(-1 / k)));
      }
      if (k < bdfHighest) {
        estimate(higher, d(k + 2), f64(bdfError[k + 1]!));
        body.set(higher, pow(higher, f64(-1 / (k + 2))));
      }
      body.when(gt(lower, best), () => {
        body.set(best, lower);
        body.set(nextOrder, f64(k - 1));
      });
      body.when(gt(higher, best), () => {
        body.set(best, higher);
        body.set(nextOrder, f64(k + 1));
      });
      body.set(nextFactor, min(min(f64(10), mul(safety, best)), div(control.read("maxStep"), h)));
      // A little more is not worth new factors.
      const little = and(gt(nextFactor, f64(1)), lt(nextFactor, f64(1.2)));
      body.when(and(little, eq(nextOrder, order)), () => body.set(nextFactor, f64(1)));
    }
    /** A Jacobian and factors, fresh or kept, and iterations with them; `passes` and `finite` tell. */
    function solve(): void {
      body.set(passes, f64(0));
      body.set(finite, i32(1));
      body.block((out) =>
        body.loop((again) => {
          body.when(eq(have, no), () => {
            body.run(copyBytes(i32(stage), i32(predicted), i32(8 * n)));
            body.run(store(i32(0), 0, end));
            body.set(evaluations, add(evaluations, f64(1)));
            body.set(finite, call(room!.linearize));
            body.branch(out, not(finite));
            body.set(have, yes);
            body.set(current, yes);
            body.set(factored, f64(0));
          });
          body.when(ne(factored, c), () => {
            body.branch(out, not(lu.factor(div(f64(1), c))));
            body.set(factored, c);
            body.set(rate, f64(0));
          });
          iterate();
          body.branch(out, or(gt(passes, f64(0)), ne(current, no)));
          body.set(have, no);
          body.branch(again);
        }),
      );
    }

    stepping.run(undefined, () => {
      body.when(or(ne(nextOrder, order), ne(nextFactor, f64(1))), () => {
        // A difference beyond the old order is there already.
        body.set(order, nextOrder);
        stretch(nextFactor);
        body.set(nextFactor, f64(1));
      });
      body.set(smallest, mul(f64(16 * 2.220446049250313e-16), max(abs(t), mul(abs(land), f64(1e-9)))));
      body.loop((again) => {
        body.when(gt(h, control.read("maxStep")), () => stretch(div(control.read("maxStep"), h)));
        body.set(left, sub(land, t));
        body.when(ge(mul(f64(1.01), h), left), () => {
          body.when(ne(left, h), () => stretch(div(left, h)));
          body.set(h, left);
        });
        body.set(size, h);
        body.set(end, select(eq(h, left), land, add(t, h)));
        body.when(eq(end, t), () => fail(f64(stepStatus.nil)));
        body.when(and(lt(h, smallest), ne(h, left)), () => fail(f64(stepStatus.tiny)));
        predict();
        solve();
        body.when(eq(passes, f64(0)), () => {
          body.set(rejected, add(rejected, f64(1)));
          body.set(have, select(and(finite, ne(current, no)), yes, no));
          body.when(lt(div(h, f64(2)), smallest), () =>
            fail(select(finite, f64(stepStatus.small), f64(stepStatus.lost))),
          );
          stretch(select(finite, f64(0.5), f64(0.1)));
          body.branch(again);
        });
        const worth = 0.9 * (2 * bdfIterations + 1);
        body.set(safety, div(f64(worth), add(f64(2 * bdfIterations), passes)));
        estimate(error, sum, ofOrder(order, bdfError));
        body.when(not(le(error, f64(1))), () => {
          body.set(rejected, add(rejected, f64(1)));
          findWorst();
          const power = pow(error, div(f64(-1), add(order, f64(1))));
          body.set(largest, max(f64(0.2), mul(safety, power)));
          body.when(lt(mul(h, largest), smallest), () => fail(f64(stepStatus.small)));
          stretch(largest);
          body.branch(again);
        });
      });
      body.set(steps, add(steps, f64(1)));
      body.set(current, no);
      body.set(equal, add(equal, f64(1)));
      byOrder(body, order, (k) => {
        each(body, n, (at) => {
          body.run(store(at, d(k + 2), sub(load(at, sum), load(at, d(k + 1)))));
          body.run(store(at, d(k + 1), load(at, sum)));
          for (let j = k; j >= 0; j--) body.run(store(at, d(j), add(load(at, d(j)), load(at, d(j + 1)))));
        });
        body.when(gt(equal, f64(k)), () => chooseNext(k));
      });
    });
  });
}

/** (factor): the differences of an order for steps multiplied by it. */
function addStretch(room: ImplicitRoom, order: number): Func {
  const { d } = vectorsOf(room);
  const size = order + 1;
  const plain = differenceMatrix(order, 1);
  const all = Array.from({ length: size }, (_, i) => i);
  return room.opened.module.add(["f64"], [], (body) => {
    const factor = body.param(0, "f64");
    const scaled = all.map(() => all.map(() => body.local("f64")));
    const change = all.map(() => all.map(() => body.local("f64")));
    const column = all.map(() => body.local("f64"));
    for (const i of all)
      for (const j of all) {
        const above = i === 0 ? undefined : scaled[i - 1]![j]!;
        const value = above ? div(mul(above, sub(f64(i - 1), mul(factor, f64(j)))), f64(i)) : f64(1);
        body.set(scaled[i]![j]!, value);
      }
    for (const i of all)
      for (const j of all) {
        const terms = all.map((l) => mul(scaled[i]![l]!, f64(plain[l * size + j]!)));
        body.set(
          change[i]![j]!,
          terms.reduce((sum, term) => add(sum, term), f64(0)),
        );
      }
    each(body, room.n, (at) => {
      for (const i of all) body.set(column[i]!, load(at, d(i)));
      for (const j of all) {
        const terms = all.map((i) => mul(change[i]![j]!, column[i]!));
        body.run(
          store(
            at,
            d(j),
            terms.reduce((sum, term) => add(sum, term), f64(0)),
          ),
        );
      }
    });
  });
}

/** at(time): Newton's form through the last points, in steps of h back from t. */
function addDense(room: ImplicitRoom): Func {
  const { n, places, opened, control } = room;
  const { d } = vectorsOf(room);
  return opened.module.add(["f64"], [], (body) => {
    const time = body.param(0, "f64");
    const cells = openControl(body, control);
    const t = cells.read("t");
    const product = body.local("f64");
    const h = body.local("f64");
    const order = body.local("f64");
    body.run(store(i32(0), 0, time));
    body.when(or(eq(time, t), eq(cells.read("length"), f64(0))), () => {
      body.run(call(opened.scatter, i32(places.y)));
      body.leave();
    });
    body.set(h, cells.read("h"));
    body.set(order, cells.read("order"));
    body.set(product, f64(1));
    body.run(copyBytes(i32(places.stage), i32(places.y), i32(8 * n)));
    for (const k of orders)
      body.when(ge(order, f64(k)), () => {
        const back = add(sub(time, t), mul(f64(k - 1), h));
        body.set(product, mul(product, div(back, mul(f64(k), h))));
        each(body, n, (at) =>
          body.run(store(at, places.stage, add(load(at, places.stage), mul(product, load(at, d(k)))))),
        );
      });
    body.run(call(opened.scatter, i32(places.stage)));
  });
}
