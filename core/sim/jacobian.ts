/** The Jacobian of the flow for engines: its expressions as one tape over a copy of an engine's memory. */
import { flowJacobian } from "../ir/jacobian.ts";
import type { Ir } from "../ir/ir.ts";
import { seriesOf } from "../ir/series.ts";
import type { FlowJacobian } from "./engine.ts";
import { createTapeRoom, createTapeWriter, runTape } from "./tape.ts";
import type { TapeCode } from "./tape.ts";

/** What depends on the structure only. */
interface JacobianProgram {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly tape: TapeCode;
  /** Constants and temporaries, after the slots. */
  readonly initial: readonly number[];
  readonly registers: Int32Array;
}

const jacobianPrograms = new WeakMap<Ir, JacobianProgram | null>();

/** Over the slots of `memory`, as they are after flow(); undefined where differences are what there is. */
export function createFlowJacobian(ir: Ir, memory: Float64Array): FlowJacobian | undefined {
  let known = jacobianPrograms.get(ir);
  if (known === undefined) jacobianPrograms.set(ir, (known = writeProgram(ir)));
  if (known === null) return undefined;
  const program = known;
  const slots = ir.slots.length;
  const registers = new Float64Array(slots + program.initial.length);
  registers.set(program.initial, slots);
  const source = memory.subarray(0, slots);
  const series = seriesOf(ir, registers);
  const host = { failure: undefined, tries: 0, delays: [] };
  return {
    rows: program.rows,
    columns: program.columns,
    evaluate(values) {
      registers.set(source);
      runTape(program.tape, registers, series, host);
      const from = program.registers;
      for (let e = 0; e < from.length; e++) values[e] = registers[from[e]!]!;
    },
  };
}

function writeProgram(ir: Ir): JacobianProgram | null {
  const entries = flowJacobian(ir);
  if (!entries) return null;
  const room = createTapeRoom(ir.slots.length);
  const writer = createTapeWriter(room);
  const registers = Int32Array.from(entries, ({ expr }) => writer.read(expr));
  return {
    rows: Int32Array.from(entries, ({ row }) => row),
    columns: Int32Array.from(entries, ({ column }) => column),
    tape: writer.finish(),
    initial: room.initial,
    registers,
  };
}
