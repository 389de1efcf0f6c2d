/**
 * A model's WebAssembly module as an engine: a run has a machine (wasmMachine.ts) to itself, and writes its numbers into the
 * memory, so that new numbers cost no code. The module itself is emit/wasm's.
 */
import type { Ir, Latch, Model } from "../ir/ir.ts";
import { recordedSlots, sourcesOf } from "../ir/copies.ts";
import { seriesOf } from "../ir/series.ts";
import { linearForm, searchedModes } from "./classify.ts";
import type { LinearForm } from "./classify.ts";
import type { Engine, LoopFailure } from "./engine.ts";
import { delayLines } from "./interpret.ts";
import { createFlowJacobian } from "./jacobian.ts";
import { keepLoops, nextChange, solveInMemory } from "./modes.ts";
import { once } from "./once.ts";
import { firstNotFinite, placeOf } from "./places.ts";
import { createWasmIntegrator } from "./wasmIntegrator.ts";
import { createWasmBeats } from "./wasmBeats.ts";
import { createMachines, type Callbacks, type Machines } from "./wasmMachine.ts";
import type { WasmProgram } from "./wasmProgram.ts";

/** All that depends on the structure only. */
interface Prepared {
  readonly machines: Machines;
  readonly linear: LinearForm | undefined;
  readonly searched: Engine["searched"];
  readonly modes: readonly (Latch & { readonly block: string })[];
  readonly sources: Int32Array;
  readonly recorded: readonly number[];
}

const prepared = new WeakMap<WasmProgram, Prepared>();

/** Ready to run from the initial state, with the model's numbers. `program` is that of the model's IR. */
export function runInWasm(model: Model, program: WasmProgram): Engine {
  const { ir } = model;
  const { cells } = program;
  const p = prepare(ir, program);
  let failure: LoopFailure | undefined;
  let tries = 0;
  const solves = ir.algebra.filter((step) => step.do === "solve");
  const loops = solves.flatMap(({ linear, unknowns, task }, k) =>
    linear ? [] : [{ unknowns, kept: cells.kept[k]!, task }],
  );
  const machine = p.machines.take();
  const { all, slots: memory, exports } = machine;
  const callbacks: Callbacks = {
    solve(k) {
      const step = solves[k]!;
      const n = step.unknowns.length;
      const evaluate = call(`equations${k}`);
      const outcome = solveInMemory(
        all,
        { unknowns: step.unknowns, kept: cells.kept[k]! },
        step.linear,
        (residual, jacobian) => {
          evaluate(8 * cells.equations);
          for (let i = 0; i < n; i++) residual[i] = all[cells.equations + i]!;
          for (let i = 0; i < n * n; i++) jacobian[i] = all[cells.equations + n + i]!;
        },
      );
      tries += outcome.tries;
      if (!outcome.solved) failure ??= { loop: step.loop, rcond: outcome.rcond, residual: outcome.residual };
    },
    failed(k, residual, slope) {
      const rcond = Number.isFinite(slope) && slope !== 0 ? 1 : 0;
      failure ??= { loop: solves[k]!.loop, rcond, residual: Math.abs(residual) };
    },
    delayed(k, initial) {
      const line = delays[k]!;
      return line.read(memory[0]! - line.time, initial);
    },
  };
  machine.callbacks = callbacks;
  const call = (name: string): ((argument: number) => number) => exports[name] as (argument: number) => number;
  memory.set(model.values.subarray(0, ir.slots.length));
  keepLoops(all, loops);
  const delays = delayLines(ir, memory);
  const series = seriesOf(ir, memory);
  const [settle, refresh, flow, guards, react, begin] = (
    ["settle", "refresh", "flow", "guards", "react", "begin"] as const
  ).map(call) as [Call, Call, Call, Call, Call, Call];
  const updates = ir.tasks.map((_, k) => call(`update${k}`));
  const lines = ir.instants.map((instant, k) => ({
    latch: ir.algebra[instant.step] as Latch,
    evaluate: call(`line${k}`),
    probe: call(`probe${k}`),
  }));
  const n = ir.flow.length;
  const noSeries = new Float64Array(0);
  let changed: number | undefined;

  /** Puts values computed together into their slots; whether any changed. */
  function put(slots: Iterable<number>, values: Iterable<number>): boolean {
    changed = undefined;
    const from = values[Symbol.iterator]();
    for (const slot of slots) {
      const value = from.next().value as number;
      if (Object.is(memory[slot], value)) continue;
      memory[slot] = value;
      changed ??= slot;
    }
    return changed !== undefined;
  }

  // Wanted by some integrators only, and large where there are many states.
  const linear = once(linearMatrix);
  const jacobian = once(() => createFlowJacobian(ir, memory));

  const engine: Engine = {
    memory,
    states: ir.flow.map((f) => f.slot),
    source: (slot) => p.sources[slot]!,
    tasks: ir.tasks.map((t) => ({ every: t.every, offset: t.offset, states: t.updates.map((u) => u.slot) })),
    instantCount: ir.instants.length,
    modeCount: p.modes.length,
    linear,
    forcing: p.linear?.forcing,
    jacobian,
    integrator(spec) {
      const own = machine.integrator(spec.solver);
      return own && createWasmIntegrator(engine, all, own, program.integrators, p.recorded, spec);
    },
    beats(propagator) {
      if (!program.beats || ir.flow.length > 0 !== (propagator !== undefined)) return undefined;
      const straight = propagator?.straight ?? false;
      return createWasmBeats(engine, ir, all, program, propagator, (records) => machine.beats(straight, records));
    },
    searched: p.searched,
    settle: () => void settle(0),
    refresh(due) {
      for (let k = 0; k < updates.length; k++) all[cells.due + k] = due[k]!;
      refresh(0);
      keepLoops(all, loops);
    },
    ...(loops.some(({ task }) => task === undefined) && {
      follow() {
        settle(0);
        keepLoops(all, loops);
      },
    }),
    flow(derivative) {
      flow(8 * cells.derivative);
      for (let i = 0; i < n; i++) derivative[i] = all[cells.derivative + i]!;
    },
    update(task, next) {
      updates[task]!(8 * cells.next);
      const count = ir.tasks[task]!.updates.length;
      for (let i = 0; i < count; i++) next[i] = all[cells.next + i]!;
    },
    guards(distance) {
      guards(8 * cells.distance);
      for (let k = 0; k < p.modes.length; k++) distance[k] = all[cells.distance + k]!;
    },
    reacts: ir.memories.length + ir.resets.length > 0,
    react() {
      react(8 * cells.react);
      const slots: number[] = [];
      const values: number[] = [];
      let at = cells.react;
      for (const { when, to } of ir.resets) {
        for (const { slot } of to) {
          if (memory[when] !== 0) {
            slots.push(slot);
            values.push(all[at]!);
          }
          at++;
        }
      }
      for (const { slot } of ir.memories) {
        slots.push(slot);
        values.push(all[at++]!);
      }
      return put(slots, values);
    },
    reacting() {
      const every = [...ir.memories, ...ir.resets.flatMap(({ to, block }) => to.map(({ slot }) => ({ slot, block })))];
      return every.find(({ slot }) => slot === changed)?.block ?? "";
    },
    begin() {
      if (ir.starts.length === 0) return false;
      begin(8 * cells.begin);
      const values = all.slice(cells.begin, cells.begin + ir.starts.length);
      return put(
        ir.starts.map(({ slot }) => slot),
        values,
      );
    },
    stopped: () => ir.stops.find(({ slot }) => memory[slot] !== 0)?.block,
    delays,
    nextInstant(k, t) {
      const { latch, evaluate, probe } = lines[k]!;
      evaluate(8 * cells.line);
      const line = {
        test: latch.test,
        slope: all[cells.line]!,
        offset: all[cells.line + 1]!,
        held: memory[latch.slot]!,
        series: series[latch.series ?? -1]?.values ?? noSeries,
      };
      return nextChange(line, t, probe);
    },
    release: once(() => p.machines.giveBack(machine)),
    notFinite: () => firstNotFinite(ir, engine),
    failedLoop() {
      const found = failure;
      failure = undefined;
      return found;
    },
    loopTries: () => tries,
    modePlace: (mode) => ({ block: p.modes[mode]!.block, path: ir.slots[p.modes[mode]!.slot]!.path }),
    statePlace: (k) => placeOf(ir, ir.flow[k]!.slot),
    taskPlace: (task, k) => placeOf(ir, ir.tasks[task]!.updates[k]!.slot),
  };
  return engine;

  /** A needs constants that some steps compute from parameters: one pass of the algebra, of which nothing stays. */
  function linearMatrix(): Float64Array | undefined {
    if (!p.linear) return undefined;
    const { control } = program.integrators;
    const before = memory.slice();
    // Of the areas between nothing is expected.
    const results = all.slice(cells.due, control);
    const noted = failure;
    settle(0);
    const matrix = p.linear.matrix(memory);
    memory.set(before);
    all.set(results, cells.due);
    failure = noted;
    return matrix;
  }
}

type Call = (argument: number) => number;

function prepare(ir: Ir, program: WasmProgram): Prepared {
  let found = prepared.get(program);
  if (!found) {
    const modes = ir.algebra.flatMap((step) => (step.do === "latch" && step.task === undefined ? [step] : []));
    found = {
      machines: createMachines(program, ir.slots.length, ir.flow.length),
      linear: linearForm(ir),
      searched: searchedModes(ir),
      modes,
      sources: sourcesOf(ir),
      recorded: recordedSlots(ir),
    };
    prepared.set(program, found);
  }
  return found;
}
