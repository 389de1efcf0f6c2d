/** A run in a machine that others have used before, or use at the same time, is to the bit what it is in a new one. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emitWasm, runSettings, simulateInSlices } from "../../../../core/index.ts";
import type { Engine, Model, SimResult, SimSettings, Solver } from "../../../../core/index.ts";
import { createMachines } from "../../../../core/sim/wasmMachine.ts";
import { runInWasm } from "../../../../core/sim/wasmRun.ts";
import { defaults, smallModel } from "../../sim/smallModel.ts";
import { exampleDocument, modelOf } from "./exampleModels.ts";

interface Case {
  readonly model: Model;
  readonly settings: SimSettings;
}

/** Data of the structure, looked up at run time, in the flow: and a loop that is iterated through JavaScript. */
function lookedUp(): Case {
  const s = smallModel();
  const m = s.m;
  const x = s.state("x", 1);
  const v = s.state("v", 0);
  const k = s.param("k", 2);
  const table = s.series("table", [-1, -0.25, 0.5, 2]);
  const row = s.mode("row", "find", x, { series: table });
  const z = s.slot("z");
  s.step({
    do: "solve",
    unknowns: [z.value],
    residual: [m.sub(m.sub(v, m.mul(z, m.mul(z, z))), z)],
    jacobian: [m.sub(m.neg(m.mul(3, m.mul(z, z))), 1)],
    linear: false,
    loop: ["z"],
    block: "z",
  });
  s.flow(x, v);
  s.flow(v, m.neg(m.mul(k, m.add(x, m.mul(0.1, m.cell(table, row))))));
  s.record(x);
  s.record(z);
  return { model: s.build(), settings: { ...defaults, stop: 5, step: 0.004, events: true } };
}

/** Grows beyond all bounds within the run, or not, by its parameter. */
function bursting(): Case {
  const s = smallModel();
  const x = s.state("x", 1);
  s.flow(x, s.m.mul(s.param("k", 0.19), s.m.mul(x, x)));
  s.record(x);
  return { model: s.build(), settings: { ...defaults, stop: 5, step: 0.004 } };
}

/** Stiffens on the way: `auto` goes over to an implicit method. */
function relaxing(): Case {
  const s = smallModel();
  const m = s.m;
  const x = s.state("x", 2);
  const v = s.state("v", 0);
  s.flow(x, v);
  s.flow(v, m.sub(m.mul(s.param("mu", 100), m.mul(m.sub(1, m.mul(x, x)), v)), x));
  s.record(x);
  return { model: s.build(), settings: { ...defaults, stop: 200, step: 0.2 } };
}

/** Too many states for locals. */
function many(): Case {
  const s = smallModel();
  const m = s.m;
  const k = s.param("k", 0.9);
  const states = Array.from({ length: 41 }, (_, i) => s.state(`x${i}`, Math.cos(i)));
  states.forEach((x, i) => s.flow(x, m.sub(m.mul(k, m.sin(states[(i + 40) % 41]!)), x)));
  for (const x of states) s.record(x);
  return { model: s.build(), settings: { ...defaults, stop: 5, step: 0.02 } };
}

function example(name: string): Case {
  const { settings } = runSettings(exampleDocument(name), true);
  return { model: modelOf(name), settings };
}

const solvers = ["auto", "rk4", "bs32", "dopri5", "dop853", "rodas4", "bdf"] as const satisfies readonly Solver[];

/** A run as asked for: another method, or other numbers. */
interface Asked {
  readonly solver: Solver;
  readonly factor: number;
}

const asked = fc.record({ solver: fc.constantFrom(...solvers), factor: fc.constantFrom(1, 1.1) });

const given = ({ model }: Case, { factor }: Asked): Model => ({
  ...model,
  values: model.values.map((value, i) => (model.ir.slots[i]!.kind === "param" ? value * factor : value)),
});

/** Ended by whoever drives it, after so many slices; undefined where it ended before that. */
function* driven(engine: Engine, { model, settings }: Case, { solver }: Asked): Generator<void, SimResult, boolean> {
  const slices = simulateInSlices(engine, model.ir, { ...settings, solver });
  let slice = slices.next();
  while (!slice.done) slice = slices.next(yield);
  engine.release?.();
  return slice.value;
}

/** What is told of runs, numbers by their bits. */
const bits = ({ buffer, byteOffset, byteLength }: Float64Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
const told = ({ t, traces, ...rest }: SimResult) => ({
  ...rest,
  t: bits(t),
  traces: traces.map(({ path, values }) => ({ path, values: bits(values) })),
});

const cases = {
  "data in the flow, and a loop": lookedUp(),
  "a run that may fail": bursting(),
  "a change of method": relaxing(),
  "many states": many(),
  "airline.lazo": example("airline.lazo"),
  "bouncing-ball.lazo": example("bouncing-ball.lazo"),
  "delay-loop.lazo": example("delay-loop.lazo"),
  "sampled-control.lazo": example("sampled-control.lazo"),
  "thermostat.lazo": example("thermostat.lazo"),
  "vibration.lazo": example("vibration.lazo"),
} as const satisfies { readonly [name: string]: Case };

describe.each(Object.entries(cases))("%s", (_, one: Case) => {
  const news = new Map<string, ReturnType<typeof told>>();
  /** In a machine that nobody had before, cancelled after so many slices. */
  function anew(how: Asked, slices: number): ReturnType<typeof told> {
    const key = `${how.solver} ${how.factor} ${slices}`;
    if (!news.has(key)) {
      const model = given(one, how);
      const run = driven(runInWasm(model, emitWasm(model.ir)), one, how);
      let step = run.next(false);
      for (let k = 1; !step.done; k++) step = run.next(k === slices);
      news.set(key, told(step.value));
    }
    return news.get(key)!;
  }
  const program = emitWasm(one.model.ir);
  const begin = (how: Asked) => driven(runInWasm(given(one, how), program), one, how);

  it("is the same after and beside other runs, some of them ended early", { timeout: 60_000 }, () => {
    const moves = fc.record({
      which: fc.nat(2),
      how: asked,
      act: fc.constantFrom("go on", "go on", "cancel", "finish"),
    });
    fc.assert(
      fc.property(fc.array(moves, { minLength: 4, maxLength: 12 }), (list) => {
        const going = new Map<number, { how: Asked; slices: number; run: ReturnType<typeof begin> }>();
        const move = (which: number, act: string): boolean => {
          const mine = going.get(which)!;
          // The first slice comes before anybody can cancel.
          const cancels = act === "cancel" && mine.slices > 0;
          const step = mine.run.next(cancels);
          if (!step.done) {
            mine.slices++;
            return true;
          }
          going.delete(which);
          expect(told(step.value)).toEqual(anew(mine.how, cancels ? mine.slices : Infinity));
          return false;
        };
        for (const { which, how, act } of list) {
          if (!going.has(which)) going.set(which, { how, slices: 0, run: begin(how) });
          while (move(which, act) && act === "finish");
        }
        for (const which of [...going.keys()]) while (move(which, "finish"));
      }),
      { numRuns: 6, interruptAfterTimeLimit: 1500 },
    );
  });

  it("is given a machine with nothing in it but the data, though the last run wrote everywhere", () => {
    const { ir } = one.model;
    const machines = createMachines(program, ir.slots.length, ir.flow.length);
    const first = machines.take();
    const empty = bits(first.all);
    first.all.fill(Number.NaN, 0, program.zeroed);
    machines.giveBack(first);
    const again = machines.take();
    expect(again).toBe(first);
    expect(bits(again.all) === empty).toBe(true);
    // While somebody has it, others get their own.
    const beside = machines.take();
    expect(beside).not.toBe(again);
    expect(bits(beside.all) === empty).toBe(true);
  });

  it("finds nothing of what was left behind", () => {
    for (const solver of ["dopri5", "dop853", "auto", "dopri5"] as const) {
      const engine = runInWasm(given(one, { solver, factor: 1 }), program);
      const run = driven(engine, one, { solver, factor: 1 });
      let step = run.next(false);
      while (!step.done) step = run.next(false);
      expect(told(step.value)).toEqual(anew({ solver, factor: 1 }, Infinity));
      // All but the data, which nobody writes.
      const end = Math.min(program.memoryBytes / 8, ...program.data.map(({ at }) => at));
      new Float64Array(engine.memory.buffer).fill(Number.NaN, 0, end);
    }
  });
});
