/** The output grid inside a module: its next point, and rows of recorded values gathered column by column in a buffer. */
import type { ControlCells } from "./control.ts";
import type { Body, F64, Func, I32, Local } from "../../wasm/encoder.ts";
import {
  add,
  and,
  call,
  eq,
  f64,
  ge,
  i32,
  le,
  mul,
  ne,
  not,
  select,
  shiftLeft,
  store,
  sub,
  toI32,
} from "../../wasm/instructions.ts";

export interface Recording {
  /** (time): puts memory at a time within the last step. */
  readonly at: Func;
  /** (row, bytes): computes what is recorded from memory and writes the row. */
  readonly record: Func;
  /** Of a row, bytes: whether all of it is finite. */
  readonly finite: (row: I32) => I32;
  /** Rows that the buffer holds. */
  readonly capacity: number;
  /** The column of times, bytes. */
  readonly times: number;
}

export interface GridWalk {
  /** The next point's time; Infinity after the last. */
  readonly point: Local<"f64">;
  /**
   * Records the points up to a time. `full`: leaves before a row that has no room, or that is not finite. `write` makes the row,
   * from memory unless given, and says whether it is finite.
   */
  record(upTo: F64, full: () => void, write?: (time: F64, row: I32) => I32): void;
}

export function openGridWalk(body: Body, control: ControlCells, recording: Recording): GridWalk {
  const next = control.local("nextGrid");
  const rows = control.local("rows");
  const point = body.local("f64");
  const row = body.local("i32");
  const findPoint = (): void => {
    const count = control.read("gridCount");
    const inner = add(control.read("gridStart"), mul(next, control.read("gridStep")));
    const known = select(eq(next, sub(count, f64(1))), control.read("gridStop"), inner);
    body.set(point, select(ge(next, count), f64(Number.POSITIVE_INFINITY), known));
  };
  const fromMemory = (time: F64, at: I32): I32 => {
    body.run(call(recording.at, time));
    body.run(call(recording.record, at));
    return recording.finite(at);
  };
  findPoint();
  return {
    point,
    record(upTo, full, write = fromMemory) {
      body.block((out) =>
        body.loop((again) => {
          body.branch(out, not(le(point, upTo)));
          body.when(eq(rows, f64(recording.capacity)), full);
          body.set(row, shiftLeft(toI32(rows), i32(3)));
          body.run(store(row, recording.times, point));
          const finite = write(point, row);
          body.when(and(ne(control.read("checkRows"), f64(0)), not(finite)), full);
          body.set(rows, add(rows, f64(1)));
          body.set(next, add(next, f64(1)));
          findPoint();
          body.branch(again);
        }),
      );
    },
  };
}
