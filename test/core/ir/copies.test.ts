/** Signals that are others under a second name are kept once, and what is told of a run stays what it is. */
import { describe, expect, it } from "vitest";
import { emitWasm, interpret, runSettings, simulate } from "../../../core/index.ts";
import type { Engine, Model, SimResult, SimSettings } from "../../../core/index.ts";
import { recordedSlots, sourcesOf } from "../../../core/ir/copies.ts";
import { runInWasm } from "../../../core/sim/wasmRun.ts";
import { exampleDocument, modelOf } from "../emit/wasm/exampleModels.ts";
import { defaults, smallModel } from "../sim/smallModel.ts";

/** x and a chain of names for it, -x, and a mode and a sample of x with names of their own. */
function named() {
  const s = smallModel();
  const x = s.state("x", 1);
  const first = s.signal("first", x);
  const second = s.signal("second", first);
  const other = s.signal("other", s.m.neg(x));
  const low = s.mode("low", "above", s.m.sub(0.5, x));
  const isLow = s.signal("isLow", low);
  s.flow(x, s.m.neg(x));
  const kept = s.sample("kept", s.task(0.3), second);
  const again = s.signal("again", kept);
  for (const e of [second, other, x, first, isLow, low, again, kept]) s.record(e);
  return { model: s.build(), second, x, first, other, isLow, low, again, kept };
}

const engines = {
  interpreter: interpret,
  WebAssembly: (model: Model) => runInWasm(model, emitWasm(model.ir)),
} as const satisfies { readonly [name: string]: (model: Model) => Engine };

/** As an engine that knows of no copies runs: every record has a column of its own. */
function apart(engine: Engine): Engine {
  const { source: _, ...rest } = engine;
  return rest;
}

const bits = ({ buffer, byteOffset, byteLength }: Float64Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
const told = ({ t, traces, ...rest }: SimResult) => ({
  ...rest,
  t: bits(t),
  traces: traces.map(({ values, ...trace }) => ({ ...trace, values: bits(values) })),
});

it("finds the value behind a chain of names, and nothing behind what is computed", () => {
  const { model, second, x, first, other, isLow, low, again, kept } = named();
  const sources = sourcesOf(model.ir);
  for (const [e, source] of [
    [x, x],
    [first, x],
    [second, x],
    [other, other],
    [isLow, low],
    [again, kept],
  ] as const)
    expect(sources[e.value]).toBe(source.value);
  expect(recordedSlots(model.ir)).toHaveLength(4);
});

describe.each(Object.entries(engines))("%s", (_, engineOf) => {
  it("keeps one column for all names of a value", () => {
    const { model } = named();
    const { traces, t } = simulate(engineOf(model), model.ir, { ...defaults, stop: 2, step: 0.1 });
    expect(new Set(traces.map(({ values }) => values)).size).toBe(4);
    expect(new Set(traces.map(({ path }) => path)).size).toBe(8);
    expect(t.buffer.byteLength).toBeLessThan(8 * 5 * (t.length + 17));
  });

  const same = (model: Model, settings: SimSettings): void => {
    const shared = simulate(engineOf(model), model.ir, settings);
    expect(told(shared)).toEqual(told(simulate(apart(engineOf(model)), model.ir, settings)));
  };
  it.each([true, false])("tells the same of a run with jumps, both sides kept: %s", (events) => {
    for (const solver of ["auto", "dopri5", "rk4"] as const)
      same(named().model, { ...defaults, stop: 2, step: 0.1, solver, events });
  });
  it.each(["bouncing-ball", "cart-pendulum", "island", "sampled-control", "tank-level", "thermostat"])(
    "tells the same of %s",
    (name) => {
      const { settings } = runSettings(exampleDocument(`${name}.lazo`), true);
      const model = modelOf(`${name}.lazo`);
      same(model, settings);
    },
  );
});
