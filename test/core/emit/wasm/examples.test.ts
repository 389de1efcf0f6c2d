/** Every example's module is valid in wabt's eyes, and its engine gives the interpreter's numbers. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import wabtModule from "wabt";
import { emitWasm, interpret } from "../../../../core/index.ts";
import { runInWasm } from "../../../../core/sim/wasmRun.ts";
import { exampleFolder, modelOf } from "./exampleModels.ts";

const names = readdirSync(exampleFolder).filter((name) => name.endsWith(".lazo"));
const features = { simd: true, bulk_memory: true, sat_float_to_int: true };

describe.each(names)("%s", (name) => {
  it("validates", async () => {
    const wabt = await wabtModule();
    const program = emitWasm(modelOf(name).ir);
    const own = (["dopri5", "rk8", "rodas4", "bdf"] as const).map((solver) => program.integrator(solver)?.bytes);
    const modules = [program.bytes, ...own];
    for (const bytes of modules) {
      if (!bytes) continue;
      const module = wabt.readWasm(bytes, features);
      expect(() => module.validate()).not.toThrow();
      module.destroy();
    }
  });

  it("evaluates as the interpreter does, to the last bit", () => {
    const model = modelOf(name);
    const engines = [interpret(model), runInWasm(model, emitWasm(model.ir))];
    const seen = engines.map((engine) => {
      const rows: number[][] = [];
      const due = new Uint8Array(engine.tasks.length).fill(1);
      const derivative = new Float64Array(engine.states.length);
      const distance = new Float64Array(engine.modeCount);
      for (let k = 0; k < 20; k++) {
        engine.memory[0] = 0.37 * k;
        engine.refresh(due);
        rows.push([...engine.memory]);
        for (let i = 0; i < engine.instantCount; i++) rows.push([engine.nextInstant(i, engine.memory[0]!)]);
        engine.memory[0] += 0.01;
        engine.states.forEach((slot, i) => (engine.memory[slot]! += 0.01 * Math.sin(i + k)));
        engine.flow(derivative);
        rows.push([...derivative]);
        engine.settle();
        engine.guards(distance);
        rows.push([...engine.memory], [...distance]);
        engine.tasks.forEach((task, i) => {
          const next = new Float64Array(task.states.length);
          engine.update(i, next);
          rows.push([...next]);
          task.states.forEach((slot, j) => (engine.memory[slot] = next[j]!));
        });
      }
      return rows;
    });
    expect(seen[1]).toEqual(seen[0]);
  });
});
