/**
 * The loop around a method's step in advance(most): grid points that a step passes are recorded on the way. The last step is left
 * to the caller: it may hold an event, or end at one. Also where a call ends early, and how it says why.
 */
import { stepStatus } from "../../sim/wasmProgram.ts";
import type { Body, F64, Func, I32, Label, Local } from "../../wasm/encoder.ts";
import { abs, addI, and, call, eq, f64, geI, i32, le, not, or } from "../../wasm/instructions.ts";
import type { ControlCells } from "./control.ts";
import type { GridWalk } from "./gridWalk.ts";
import type { RowInLine } from "./rowInLine.ts";
import type { Vectors } from "./vectors.ts";

export interface Surrounding {
  readonly body: Body;
  readonly control: ControlCells;
  readonly vectors: Pick<Vectors, "carry" | "publish"> & { each(inner: (e: { readonly y: F64 }) => void): void };
  readonly walk: GridWalk;
  /** Rows in line, where the vectors are. */
  readonly row: RowInLine | undefined;
  /** Whether a mode no longer holds at the end of the step, or where a few looks inside it fall: 1 or 0. */
  readonly watch: Func | undefined;
}

export interface Stepping {
  /** Where the step begins, how long it is, where it ends; where not to step beyond. A step sets `size` and `end`. */
  readonly t: Local<"f64">;
  readonly size: Local<"f64">;
  readonly end: Local<"f64">;
  readonly land: Local<"f64">;
  /** Steps made in this call, and how many may be. */
  readonly made: Local<"i32">;
  readonly most: I32;
  /** Out of the loop of steps. */
  leave(why: F64): void;
  /** The loop; `last`: the stage at the end of a step, where the next step begins with it. */
  run(last: number | undefined, writeStep: () => void): void;
}

/** The function's parameter is `most`. */
export function openSteps({ body, control, vectors, walk, row, watch }: Surrounding): Stepping {
  const t = control.local("t");
  const from = control.local("from");
  const length = control.local("length");
  const size = body.local("f64");
  const end = body.local("f64");
  const land = body.local("f64");
  const status = body.local("f64");
  const finite = body.local("i32");
  const made = body.local("i32");
  const most = body.param(0, "i32");
  // What goes back to the caller does so after the loop, in one place, as that is much code.
  let outside: Label;
  function leave(why: F64): void {
    body.set(status, why);
    body.branch(outside);
  }
  const full = (): void => leave(f64(stepStatus.made));
  body.set(land, control.read("limit"));

  function accept(): void {
    body.set(from, t);
    body.set(length, size);
    body.set(t, end);
    control.write("prepared", f64(0));
    body.set(made, addI(made, i32(1)));
    body.set(finite, i32(1));
    vectors.each((e) => body.set(finite, and(finite, le(abs(e.y), f64(1e300)))));
    body.when(or(or(eq(t, land), not(finite)), geI(made, most)), full);
    if (watch) {
      control.keep();
      vectors.publish();
      body.when(call(watch), full);
    }
    body.when(le(walk.point, t), () => {
      if (row) {
        row.prepare(length);
        walk.record(t, full, (time, at) => row.write(time, from, length, t, at));
        return;
      }
      control.keep();
      vectors.publish();
      walk.record(t, full);
    });
  }

  return {
    t,
    size,
    end,
    land,
    made,
    most,
    leave,
    run(last, writeStep) {
      body.block((out) => {
        outside = out;
        body.loop((again) => {
          writeStep();
          accept();
          vectors.carry(last);
          body.branch(again);
        });
      });
      control.keep();
      vectors.publish();
      control.write("status", status);
      control.write("carried", f64(0));
    },
  };
}
