/**
 * beats(most): regular events in one call. A beat is the next sample of a model with one rate, or the next grid point of a linear
 * model with continuous states, and every closed-form instant falls on one: the states' next values, modes refreshed, a row recorded.
 * Where an instant falls between, or anything else is out of the ordinary, it stops before, and the time loop takes over.
 */
import { createAlgebra } from "../../expr/algebra.ts";
import type { Expr } from "../../expr/expr.ts";
import { slotsOf } from "../../expr/walk.ts";
import { slotsRead, slotsWritten } from "../../ir/dependence.ts";
import type { Ir, Latch, Step } from "../../ir/ir.ts";
import type { BeatProgram } from "../../sim/wasmProgram.ts";
import { openControl } from "./control.ts";
import type { Body, F64, I32, Local } from "../../wasm/encoder.ts";
import { countUses, createTranslator } from "./expressions.ts";
import { addFinite } from "./integrator.ts";
import {
  abs,
  absV,
  add,
  addI,
  addV,
  and,
  call,
  eq,
  extractLane,
  f64,
  geI,
  i32,
  le,
  load,
  loadV,
  lt,
  ltI,
  max,
  mul,
  ne,
  not,
  or,
  shiftLeft,
  splat,
  store,
  storeV,
  sub,
  toI32,
} from "../../wasm/instructions.ts";
import { forcingOf, noForcing } from "./forcing.ts";
import { createColumnProducts, multiplySlots } from "./matvec.ts";
import { modeCode, placeProgram, type Put, type Room } from "./program.ts";
import { openRoom, placesOfBeats, values, type Cells } from "./room.ts";

export function emitBeats(
  ir: Ir,
  cells: Cells,
  memoryBytes: number,
  straight: boolean,
  records: readonly number[],
): BeatProgram | undefined {
  const places = cells.beats;
  const { buffer } = cells.integrators;
  const capacity = Math.min(
    4096,
    Math.floor((cells.integrators.rows * (ir.records.length + 1)) / (records.length + 1)),
  );
  if (!places || capacity < 1) return undefined;
  const forcing = ir.flow.length > 0 ? forcingOf(ir) : noForcing;
  if (!forcing) return undefined;
  const opened = openRoom(ir, cells);
  const { module } = opened;
  module.importMemory("main", "memory");
  const product = createColumnProducts(module);
  const room: Room = {
    ...opened.room,
    multiply: (step) => {
      const { at, padded } = placesOfBeats(ir, cells, step);
      const multiply = product(step.rows, step.cols);
      return multiplySlots(
        step,
        (x, y) => call(multiply, i32(8 * at), i32(x), i32(y)),
        8 * cells.x,
        8 * cells.y,
        padded,
      );
    },
  };
  const n = ir.flow.length;
  const m = forcing.count;
  const [task] = ir.tasks;
  const updates = task ? task.updates.map(({ expr }) => expr) : [];
  const states = task ? task.updates.map(({ slot }) => slot) : ir.flow.map(({ slot }) => slot);
  const cols = n + (straight ? 2 : 1) * m;
  const propagate = task ? undefined : product(n, cols);
  const force = m > 0 ? placeProgram(room, forcing.here, { storeAll: false }) : undefined;
  const forceThen = m > 0 && straight ? placeProgram(room, forcing.items, { storeAll: false }) : undefined;
  const update = task ? placeProgram(room, values(updates), { storeAll: false }) : undefined;
  const args = ir.instants.map(({ arg }) => arg);
  const row = addBeatRow(
    room,
    ir,
    { buffer, capacity, records },
    new Set([...updates, ...forcing.reads, ...args].flatMap(slotsOf)),
  );
  const next = task ? 8 * cells.next : 8 * places.y;
  const ends = 8 * (places.x + n);

  const beats = module.add(["i32"], [], (body) => {
    const most = body.param(0, "i32");
    const control = openControl(body, 8 * cells.integrators.control);
    const t = control.local("t");
    const beat = control.local("beat");
    const rows = control.local("rows");
    const made = body.local("i32");
    const prompt = body.local("i32");
    const late = body.local("i32");
    const land = body.local("f64");
    const probe = body.local("f64");
    const at = body.local("i32");
    const then = body.local("f64");
    const tolerance = body.local("f64");
    const instants = ir.instants.map(({ step, arg }) => {
      const latch = ir.algebra[step] as Latch;
      const modeAt = (time: Local<"f64">): F64 => modeCode(room.around, latch, argAt(room, body, arg, time));
      return { latch, arg, modeAt, held: load(i32(0), 8 * latch.slot) };
    });
    const leave = (): void => {
      control.keep();
      body.leave();
    };
    body.loop((again) => {
      const regular = task
        ? add(control.read("origin"), mul(beat, control.read("fixedStep")))
        : add(control.read("gridStart"), mul(beat, control.read("gridStep")));
      body.set(then, regular);
      body.when(or(not(lt(then, control.read("limit"))), eq(rows, f64(capacity))), leave);
      body.when(geI(made, most), leave);
      body.set(tolerance, mul(f64(8.9e-16), max(abs(then), control.read("gridStep"))));
      body.set(prompt, i32(0));
      body.set(late, i32(0));
      body.set(land, then);
      for (const { held, modeAt } of instants) {
        body.when(
          eq(modeAt(then), held),
          () => {
            // Not yet, but rounding may put it just behind: the time loop lands on the very double (schedule.ts), and so do we.
            body.set(probe, add(then, tolerance));
            body.when(ne(modeAt(probe), held), () => {
              body.when(lt(abs(then), control.read("gridStep")), leave);
              body.set(probe, then);
              body.loop((up) => {
                body.set(probe, add(probe, mul(abs(probe), f64(halfSpacing))));
                body.branch(up, eq(modeAt(probe), held));
              });
              body.when(lt(mul(f64(0.75), tolerance), sub(probe, then)), leave);
              body.set(land, max(land, probe));
              body.set(late, i32(1));
            });
          },
          () => {
            // What is due more than rounding before is an event of its own.
            body.set(probe, sub(then, mul(f64(0.75), tolerance)));
            body.when(ne(modeAt(probe), held), leave);
            body.set(prompt, i32(1));
          },
        );
      }
      body.when(and(prompt, late), leave);
      body.when(and(or(prompt, late), ne(control.read("bothSides"), f64(0))), leave);

      if (update) update(body, i32(next));
      else {
        copy(
          body,
          states.map((slot) => 8 * slot),
          states.map((_, i) => 8 * (places.x + i)),
        );
        if (force) {
          force(body, i32(ends));
          if (forceThen) {
            body.run(store(i32(0), 0, then));
            forceThen(body, i32(8 * places.forcing));
            for (let d = 0; d < m; d++) {
              const change = sub(load(i32(0), 8 * (places.forcing + d)), load(i32(0), ends + 8 * d));
              body.run(store(i32(0), ends + 8 * (m + d), change));
            }
            body.run(store(i32(0), 0, t));
          }
        }
        body.run(call(propagate!, i32(8 * places.propagator), i32(8 * places.x), i32(next)));
      }
      body.when(not(le(total(body, next, states.length), f64(1e300))), leave);
      copy(
        body,
        states.map((_, i) => next + 8 * i),
        states.map((slot) => 8 * slot),
      );
      body.set(t, land);
      body.run(store(i32(0), 0, t));
      body.set(beat, add(beat, f64(1)));
      body.set(made, addI(made, i32(1)));
      body.set(at, shiftLeft(toI32(rows), i32(3)));
      row.write(body, at);
      body.run(store(at, 8 * (buffer + records.length * capacity), task ? t : then));
      const leaveRow = (): void => {
        // The event and its row are the caller's to make.
        control.write("status", f64(1));
        leave();
      };
      body.when(and(ne(control.read("checkRows"), f64(0)), not(row.finite(at))), leaveRow);
      // States and modes that have just moved may make others due within rounding.
      body.set(probe, add(t, tolerance));
      for (const { latch, arg, modeAt } of instants)
        if (!timeAlone(ir, arg)) body.when(ne(modeAt(probe), load(i32(0), 8 * latch.slot)), leaveRow);
      body.set(rows, add(rows, f64(1)));
      body.branch(again);
    });
  });
  module.exportFunction("beats", beats);
  return { bytes: module.finish(memoryBytes), imports: opened.imports, drivers: forcing.columns, rows: capacity };
}

/** From a double to the next one above it: a little more than half of the smallest relative spacing, rounded up. */
const halfSpacing = 2 ** -53 * (1 + 2 ** -52);

/** Whether an instant's argument is a function of time and parameters, which no event changes. */
function timeAlone(ir: Ir, arg: Expr): boolean {
  return slotsOf(arg).every((slot) => ir.slots[slot]!.kind === "time" || ir.slots[slot]!.kind === "param");
}

/** Doubles from addresses to addresses, pair by pair where both stand side by side. */
function copy(body: Body, from: readonly number[], to: readonly number[]): void {
  for (let i = 0; i < from.length; i++) {
    const paired = from[i + 1] === from[i]! + 8 && to[i + 1] === to[i]! + 8;
    if (paired) body.run(storeV(i32(0), to[i]!, loadV(i32(0), from[i]!)));
    else body.run(store(i32(0), to[i]!, load(i32(0), from[i]!)));
    if (paired) i++;
  }
}

/** The sum of the absolute values of doubles from an address on: large or no number where one of them is. */
function total(body: Body, first: number, count: number): F64 {
  const single = (i: number): F64 => abs(load(i32(0), first + 8 * i));
  if (count < 8) return Array.from({ length: count }, (_, i) => single(i)).reduce((sum, one) => add(sum, one), f64(0));
  const sums = [body.local("v128"), body.local("v128")];
  const at = body.local("i32");
  const together = count - (count % 4);
  for (const sum of sums) body.set(sum, splat(f64(0)));
  body.set(at, i32(0));
  body.loop((again) => {
    sums.forEach((sum, k) => body.set(sum, addV(sum, absV(loadV(at, first + 16 * k)))));
    body.set(at, addI(at, i32(32)));
    body.branch(again, ltI(at, i32(8 * together)));
  });
  const both = sums.flatMap((sum) => [extractLane(sum, 0), extractLane(sum, 1)]);
  const rest = Array.from({ length: count - together }, (_, i) => single(together + i));
  return [...both, ...rest].reduce((sum, one) => add(sum, one));
}

function argAt(room: Room, body: Body, arg: Expr, time: F64): F64 {
  const given = (e: Expr): F64 | undefined => (e.op === "slot" && e.value === 0 ? time : undefined);
  return createTranslator(body, room.around, countUses([arg]), given).value(arg);
}

/** After the states have moved: modes, and what of the algebra is recorded or `read` by whoever comes next; the row. */
function addBeatRow(
  room: Room,
  ir: Ir,
  {
    buffer,
    capacity,
    records,
  }: { readonly buffer: number; readonly capacity: number; readonly records: readonly number[] },
  read: ReadonlySet<number>,
): { readonly write: (body: Body, at: I32) => void; readonly finite: (at: I32) => I32 } {
  const m = createAlgebra();
  const puts = records.map((slot, c): Put => ({ do: "put", offset: 8 * (buffer + c * capacity), expr: m.slot(slot) }));
  const needed = new Set([...read, ...records]);
  const steps: Step[] = [];
  for (const step of ir.algebra.toReversed()) {
    if (step.do !== "latch" && !slotsWritten(step).some((slot) => needed.has(slot))) continue;
    steps.push(step);
    for (const slot of slotsRead(step)) needed.add(slot);
  }
  steps.reverse();
  const alsoStored = new Set([...read, ...steps.flatMap((step) => (step.do === "latch" ? [step.slot] : []))]);
  const write = placeProgram(room, [...steps, ...puts], { storeAll: false, alsoStored });
  const finite = addFinite(room.module, records.length, { buffer, rows: capacity });
  return { write, finite: (at) => call(finite, at) };
}
