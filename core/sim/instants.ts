/**
 * Closed-form instants over register tapes: the straight line of a mode's argument, and the argument itself at any time, for
 * modes.ts to find when the mode changes next. Finding other changes is events.ts's.
 */
import type { Ir, Latch } from "../ir/ir.ts";
import { nextChange } from "./modes.ts";
import { createTapeWriter, newRegister } from "./tape.ts";
import type { TapeCode, TapeRoom } from "./tape.ts";

type Rows = readonly { readonly values: Float64Array }[];
const noSeries = new Float64Array(0);

export interface InstantPlan {
  /** Smallest time after t at which the mode changes. */
  next(t: number, registers: Float64Array, series: Rows, run: (tape: TapeCode) => void): number;
}

export function createInstants(ir: Ir, room: TapeRoom): InstantPlan[] {
  return ir.instants.map((instant) => {
    const latch = ir.algebra[instant.step] as Latch;
    const line = createTapeWriter(room);
    const slope = line.read(instant.slope);
    const offset = line.read(instant.offset);
    const lineTape = line.finish();
    // The argument at another time, computed aside from memory.
    const probe = createTapeWriter(room);
    const time = newRegister(room, 0);
    probe.redirect(0, time);
    const arg = probe.read(instant.arg);
    const probeTape = probe.finish();
    return {
      next(t, registers, rows, run) {
        run(lineTape);
        const series = rows[latch.series ?? -1]?.values ?? noSeries;
        const held = registers[latch.slot]!;
        return nextChange(
          { test: latch.test, slope: registers[slope]!, offset: registers[offset]!, held, series },
          t,
          (at) => {
            registers[time] = at;
            run(probeTape);
            return registers[arg]!;
          },
        );
      },
    };
  });
}
