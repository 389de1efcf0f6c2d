import { afterEach, describe, expect, it, vi } from "vitest";
import { accelerate, interpret, simulate } from "../../../../core/index.ts";
import { runInWasm } from "../../../../core/sim/wasmRun.ts";
import { emitWasm } from "../../../../core/index.ts";
import { modelOf } from "./exampleModels.ts";

const model = modelOf("pendulum.lazo");
const settings = {
  start: 0,
  stop: 10,
  step: 0.001,
  solver: "dopri5" as const,
  rtol: 1e-6,
  atol: 1e-9,
  maxStep: 0,
  events: true,
};

afterEach(() => vi.unstubAllGlobals());

describe("accelerate", () => {
  it("makes code for long runs only, and uses what is there", () => {
    const fresh = { ...model, ir: { ...model.ir } };
    expect(accelerate(fresh, { ...settings, step: 1 }).kind).toBe("interpreter");
    expect(accelerate(fresh, settings).kind).toBe("wasm");
    expect(accelerate(fresh, { ...settings, step: 1 }).kind).toBe("wasm");
  });

  it("interprets where there is no WebAssembly, or where it may not be used", () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(accelerate(model).kind).toBe("interpreter");
    vi.stubGlobal("WebAssembly", {
      Module: class {
        constructor() {
          throw new Error("refused by the content policy");
        }
      },
    });
    expect(accelerate(model).kind).toBe("interpreter");
  });

  it("takes new numbers into the same code", () => {
    const program = emitWasm(model.ir);
    const compiled = vi.fn();
    const { Module } = WebAssembly;
    vi.stubGlobal("WebAssembly", {
      Instance: WebAssembly.Instance,
      Memory: WebAssembly.Memory,
      Module: function (bytes: Uint8Array<ArrayBuffer>) {
        compiled();
        return new Module(bytes);
      },
    });
    for (const factor of [1, 1.1, 1.2]) {
      const values = model.values.map((v, i) => (model.ir.slots[i]!.kind === "param" ? v * factor : v));
      const changed = { ...model, values };
      const result = simulate(runInWasm(changed, program), model.ir, settings);
      const reference = simulate(interpret(changed), model.ir, settings);
      expect(result.traces).toEqual(reference.traces);
    }
    // Once the model, once its integrator.
    expect(compiled).toHaveBeenCalledTimes(2);
  });

  it("keeps engines of one model apart", () => {
    const [a, b] = [accelerate(model).engine, accelerate(model).engine];
    a.memory[0] = 5;
    expect(b.memory[0]).toBe(0);
    const before = [...b.memory];
    simulate(a, model.ir, settings);
    expect([...b.memory]).toEqual(before);
  });

  it("computes a run in the memory of one that is over, and never in that of one that is not", () => {
    const buffers = new Set<ArrayBufferLike>();
    const going = accelerate(model).engine;
    buffers.add(going.memory.buffer);
    const before = [...going.memory];
    const wanted = simulate(interpret(model), model.ir, settings).traces;
    for (let run = 0; run < 3; run++) {
      const { engine } = accelerate(model);
      expect([...engine.memory]).toEqual(before);
      expect(simulate(engine, model.ir, settings).traces).toEqual(wanted);
      buffers.add(engine.memory.buffer);
      engine.release?.();
      // A second time gives nothing back.
      engine.release?.();
    }
    expect(buffers.size).toBe(2);
    expect([...going.memory]).toEqual(before);
    const [a, b] = [accelerate(model).engine, accelerate(model).engine];
    expect(a.memory.buffer).not.toBe(b.memory.buffer);
  });
});
