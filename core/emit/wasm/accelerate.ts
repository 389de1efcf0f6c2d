/** The fastest engine that there is for a model and a run: compiled to WebAssembly where that pays, else the interpreter. */
import type { Ir, Model } from "../../ir/ir.ts";
import type { Engine } from "../../sim/engine.ts";
import { interpret } from "../../sim/interpret.ts";
import type { SimSettings } from "../../sim/result.ts";
import { runInWasm } from "../../sim/wasmRun.ts";
import { canRunWasm } from "../../wasm/api.ts";
import type { WasmProgram } from "../../sim/wasmProgram.ts";
import { emitWasm } from "./emit.ts";

export interface Accelerated {
  readonly engine: Engine;
  readonly kind: "wasm" | "interpreter";
}

const programs = new WeakMap<Ir, WasmProgram>();

/**
 * Without settings, or where code is there from a run before: always WebAssembly. Otherwise short runs are interpreted: measured,
 * making code takes about as long as interpreting the model a thousand times, whatever its size.
 */
export function accelerate(model: Model, settings?: SimSettings): Accelerated {
  const { ir } = model;
  let program = programs.get(ir);
  if (!canRunWasm() || (!program && settings && evaluations(ir, settings) < 1000))
    return { engine: interpret(model), kind: "interpreter" };
  if (!program) programs.set(ir, (program = emitWasm(ir)));
  return { engine: runInWasm(model, program), kind: "wasm" };
}

/** How often a run will evaluate the model, at least. */
function evaluations(ir: Ir, { start, stop, step }: SimSettings): number {
  const span = stop - start;
  const samples = ir.tasks.reduce((count, { every }) => count + span / every, 0);
  return ir.flow.length === 0 && ir.tasks.length > 0 ? samples : samples + span / step;
}
