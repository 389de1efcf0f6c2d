/**
 * beats(most): regular events in one call. A beat is the next sample of a model with one rate, or the next grid point of a linear
 * model with continuous states, and every closed-form instant falls on one: the states' next values, modes refreshed, a row recorded.
 * Where an instant falls between, or anything else is out of the ordinary, it stops before, and the time loop takes over.
 */
import { createAlgebra } from "../../expr/algebra.ts";
import type { Expr } from "../../expr/expr.ts";
import { slotsOf } from "../../expr/walk.ts";
import { recordedSlots } from "../../ir/copies.ts";
import { slotsRead, slotsWritten } from "../../ir/dependence.ts";
import type { Ir, Latch, Step } from "../../ir/ir.ts";
import type { BeatProgram } from "../../sim/wasmProgram.ts";
import { openControl } from "./control.ts";
import type { Body, F64, I32, Local } from "../../wasm/encoder.ts";
import { countUses, createTranslator } from "./expressions.ts";
import { finiteRow } from "./integratorRoom.ts";
import {
  abs,
  add,
  addI,
  and,
  call,
  eq,
  f64,
  gtI,
  i32,
  le,
  load,
  lt,
  ltI,
  max,
  mul,
  ne,
  not,
  or,
  select,
  shiftLeft,
  store,
  sub,
  subI,
  toI32,
} from "../../wasm/instructions.ts";
import { forcingOf, noForcing } from "./forcing.ts";
import { createColumnProducts, multiplySlots } from "./matvec.ts";
import { propagatedMoves, sampledMoves } from "./moves.ts";
import { modeCode, placeProgram, type Put, type Room } from "./program.ts";
import { openRoom, placesOfBeats, type Cells } from "./room.ts";

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
    Math.floor((cells.integrators.rows * (recordedSlots(ir).length + 1)) / (records.length + 1)),
  );
  if (!places || capacity < 1) return undefined;
  const forcing = ir.flow.length > 0 ? forcingOf(ir) : noForcing;
  if (!forcing) return undefined;
  const opened = openRoom(ir, cells);
  const { module } = opened;
  const product = createColumnProducts(module);
  const room: Room = {
    ...opened.room,
    multiply: (step) => {
      const { at, padded } = placesOfBeats(ir, cells, step);
      const multiply = product(step.rows, [step.cols]);
      return multiplySlots(
        step,
        (x, y) => call(multiply, i32(8 * at), i32(y), i32(x)),
        8 * cells.x,
        8 * cells.y,
        padded,
      );
    },
  };
  const [task] = ir.tasks;
  const moves = task ? sampledMoves(room, ir, cells) : propagatedMoves(room, ir, cells, forcing, straight);
  const args = ir.instants.map(({ arg }) => arg);
  const row = addBeatRow(room, ir, { buffer, capacity, records }, new Set([...moves.reads, ...args].flatMap(slotsOf)));

  const beats = module.add(["i32"], [], (body) => {
    const most = body.param(0, "i32");
    const control = openControl(body, 8 * cells.integrators.control);
    const t = control.local("t");
    const beat = control.local("beat");
    const rows = control.local("rows");
    const left = body.local("i32");
    const prompt = body.local("i32");
    const late = body.local("i32");
    const land = body.local("f64");
    const probe = body.local("f64");
    const at = body.local("i32");
    const then = body.local("f64");
    const size = body.local("f64");
    const tolerance = body.local("f64");
    const instants = ir.instants.map(({ step, arg }) => {
      const latch = ir.algebra[step] as Latch;
      const modeAt = (time: Local<"f64">): F64 => modeCode(room.around, latch, argAt(room, body, arg, time));
      const there = body.local("f64");
      return { latch, arg, alone: timeAlone(ir, arg), there, modeAt, held: load(i32(0), 8 * latch.slot) };
    });
    /** Arguments of time alone, at the next event. */
    const given =
      (time: F64) =>
      (e: Expr): F64 | undefined =>
        e.op === "slot" && e.value === 0 ? time : instants.find(({ arg, alone }) => alone && arg === e)?.there;
    const leave = (): void => {
      control.keep();
      body.leave();
    };
    body.set(at, shiftLeft(toI32(rows), i32(3)));
    // As many as asked for and as there is room for.
    const space = subI(i32(capacity), toI32(rows));
    body.set(left, select(ltI(most, space), most, space));
    body.loop((again) => {
      const regular = task
        ? add(control.read("origin"), mul(beat, control.read("fixedStep")))
        : add(control.read("gridStart"), mul(beat, control.read("gridStep")));
      body.set(then, regular);
      body.when(not(and(lt(then, control.read("limit")), gtI(left, i32(0)))), leave);
      body.set(size, abs(then));
      const floor = control.read("gridStep");
      body.set(tolerance, mul(f64(8.9e-16), select(lt(size, floor), floor, size)));
      body.set(prompt, i32(0));
      body.set(late, i32(0));
      body.set(land, then);
      for (const { latch, arg, there, held, modeAt } of instants) {
        body.set(there, argAt(room, body, arg, then));
        body.when(
          eq(modeCode(room.around, latch, there), held),
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

      const next = moves.write(body, t, then, given(then));
      body.when(not(le(next.size, f64(1e300))), leave);
      next.take();
      body.set(t, land);
      body.when(late, () => instants.forEach(({ arg, there }) => body.set(there, argAt(room, body, arg, t))));
      body.run(store(i32(0), 0, t));
      body.set(beat, add(beat, f64(1)));
      body.set(left, addI(left, i32(-1)));
      row.write(body, at, given(t));
      body.run(store(at, 8 * (buffer + records.length * capacity), task ? t : then));
      const leaveRow = (): void => {
        // The event and its row are the caller's to make.
        control.write("status", f64(1));
        leave();
      };
      body.when(ne(control.read("checkRows"), f64(0)), () => body.when(not(row.finite(at)), leaveRow));
      // States and modes that have just moved may make others due within rounding.
      body.set(probe, add(t, tolerance));
      for (const { alone, held, modeAt } of instants) if (!alone) body.when(ne(modeAt(probe), held), leaveRow);
      body.set(rows, add(rows, f64(1)));
      body.set(at, addI(at, i32(8)));
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
): { readonly write: ReturnType<typeof placeProgram>; readonly finite: (at: I32) => I32 } {
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
  return { write, finite: finiteRow(room.module, records.length, { buffer, rows: capacity }) };
}
