/**
 * What every integrator in a module of its own has, whatever its method: the flow as a function of the stage in memory, the
 * states' way back to the model's slots, rows of what is recorded, and looks for modes that no longer hold.
 */
import { createAlgebra } from "../../expr/algebra.ts";
import type { Expr } from "../../expr/expr.ts";
import { slotsOf } from "../../expr/walk.ts";
import { recordedSlots } from "../../ir/copies.ts";
import type { Ir } from "../../ir/ir.ts";
import type { F64, Func, I32, Module } from "../../wasm/encoder.ts";
import { add, addI, call, div, eq, f64, i32, load, mul, store, sub } from "../../wasm/instructions.ts";
import { openControl } from "./control.ts";
import type { Recording } from "./gridWalk.ts";
import { addBroken } from "./guards.ts";
import { createNeeds } from "./needed.ts";
import { isInline, writeProgram, type Item, type Put, type Room } from "./program.ts";
import { openRoom, withSteps, type Cells, type Mode } from "./room.ts";

export interface IntegratorRoom {
  readonly module: Module;
  readonly room: Room;
  readonly imports: readonly string[];
  /** (address of a vector): its elements to the states' slots. */
  readonly scatter: Func;
  /** What a row holds, each to its column. */
  readonly rowItems: readonly Item[];
  /** (base address): runs items that put something, states taken from the stage in memory. */
  flowOf(items: readonly Item[]): Func;
  /** `at`: puts memory at a time within the last step. */
  recording(at: Func): Recording;
  watch(at: Func): Func | undefined;
}

/** Delays read a history that is written step by step, and loops that are iterated start from where the last step ended. */
const isFollowed = (ir: Ir): boolean =>
  ir.algebra.some((step) => step.do === "delay" || (step.do === "solve" && !step.linear && step.task === undefined));

/** A module over the main one's memory; undefined where a model has to be stepped from JavaScript. `control`, `stage`: bytes. */
export function openIntegratorRoom(
  ir: Ir,
  cells: Cells,
  control: number,
  stage: number,
  more: readonly string[] = [],
  importOther?: (module: Module) => void,
): IntegratorRoom | undefined {
  if (ir.flow.length === 0 || isFollowed(ir)) return undefined;
  const { module, room, imports, modes } = openRoom(ir, cells, more, importOther);
  const own = cells.integrators;
  const scatter = addScatter(module, ir);
  const recorded = recordedSlots(ir);
  const rowItems = withSteps(ir, recordPuts(recorded, own));
  const searched = modes.some(({ closed }) => !closed);
  return {
    module,
    room,
    imports,
    scatter,
    rowItems,
    flowOf: (items) => addFlow(room, ir, items, stage, scatter),
    recording: (at) => ({
      at,
      record: writeProgram(room, rowItems, { storeAll: false }),
      finite: finiteRow(module, recorded.length, own),
      capacity: own.rows,
      times: 8 * (own.buffer + recorded.length * own.rows),
    }),
    watch: (at) => (searched ? addWatch(module, room, ir, modes, control, at) : undefined),
  };
}

export const isCall = (item: Item): boolean =>
  item.do === "matvec" || item.do === "delay" || (item.do === "solve" && !isInline(item));

/** States come from the stage, and where JavaScript or a wide map reads, from slots. */
function addFlow(room: Room, ir: Ir, items: readonly Item[], stage: number, scatter: Func): Func {
  if (items.some(isCall)) {
    const flow = writeProgram(room, items, { storeAll: false });
    return room.module.add(["i32"], [], (body) => {
      body.run(call(scatter, i32(stage)));
      body.run(call(flow, body.param(0, "i32")));
    });
  }
  const index = new Map(ir.flow.map(({ slot }, i) => [slot, i]));
  const given = (e: Expr): F64 | undefined => {
    const i = e.op === "slot" ? index.get(e.value) : undefined;
    return i === undefined ? undefined : load(i32(0), stage + 8 * i);
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
function recordPuts(slots: readonly number[], places: { readonly buffer: number; readonly rows: number }): Put[] {
  const m = createAlgebra();
  return slots.map((slot, c) => ({
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
