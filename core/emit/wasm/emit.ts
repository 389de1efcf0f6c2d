/**
 * Ir -> WebAssembly: the functions of an engine (sim/engine.ts) over one memory, and the loops that make many steps in one
 * call. Which is called when is sim/wasmRun.ts's.
 */
import type { Ir } from "../../ir/ir.ts";
import type { WasmProgram } from "../../sim/wasmProgram.ts";
import { emitBeats } from "./beats.ts";
import type { Func } from "../../wasm/encoder.ts";
import { addGuards, addProbe } from "./guards.ts";
import { emitIntegrator } from "./integrator.ts";
import { createLayout } from "./layout.ts";
import { betweenEvents } from "./needed.ts";
import { writeProgram, type Item } from "./program.ts";
import { dataOf, openRoom, placeCells, solvesOf, values, withSteps } from "./room.ts";

export function emitWasm(ir: Ir): WasmProgram {
  const layout = createLayout(ir.slots.length);
  const cells = placeCells(ir, layout);
  const { module, room, imports, modes } = openRoom(ir, cells);
  const program = (name: string, items: readonly Item[], storeAll: boolean): Func => {
    const code = writeProgram(room, items, { storeAll });
    module.exportFunction(name, code);
    return code;
  };

  const between = betweenEvents(ir);
  const settle = program("settle", between, true);
  // Without modes and samples an event computes what is computed between events.
  if (between.length === ir.algebra.length) module.exportFunction("refresh", settle);
  else program("refresh", ir.algebra, true);
  program("flow", withSteps(ir, values(ir.flow.map(({ expr }) => expr))), true);
  ir.tasks.forEach((task, k) => program(`update${k}`, values(task.updates.map(({ expr }) => expr)), false));
  module.exportFunction("guards", addGuards(module, room.around, modes));
  const jumps = ir.resets.flatMap(({ to }) => to.map(({ expr }) => expr));
  program("react", values([...jumps, ...ir.memories.map(({ arg }) => arg)]), false);
  program("begin", values(ir.starts.map(({ expr }) => expr)), false);
  solvesOf(ir).forEach((step, k) => program(`equations${k}`, values([...step.residual, ...step.jacobian]), false));
  ir.instants.forEach((instant, k) => {
    program(`line${k}`, values([instant.slope, instant.offset]), false);
    module.exportFunction(`probe${k}`, addProbe(module, room.around, instant.arg));
  });
  return {
    bytes: module.finish(layout.bytes),
    imports,
    memoryBytes: layout.bytes,
    zeroed: cells.integrators.buffer,
    data: dataOf(ir, cells),
    cells,
    integrators: cells.integrators,
    beats: cells.beats,
    beat: (straight, records) => emitBeats(ir, cells, layout.bytes, straight, records),
    integrator: (solver) => emitIntegrator(ir, cells, layout.bytes, solver),
  };
}
