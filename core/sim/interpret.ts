/**
 * The reference engine: a model's programs as register tapes (tape.ts), executed over one memory. What the model is like
 * (linear, closed-form instants) is classify.ts's and instants.ts's; time and recording are simulate.ts's.
 */
import { slotsOf } from "../expr/walk.ts";
import type { Assign, Ir, Latch, Model, Solve, Step } from "../ir/ir.ts";
import { sourcesOf } from "../ir/copies.ts";
import { seriesOf } from "../ir/series.ts";
import { linearForm, searchedModes } from "./classify.ts";
import { slotsRead, slotsWritten } from "../ir/dependence.ts";
import type { LinearForm } from "./classify.ts";
import { createEvaluator } from "../expr/evaluate.ts";
import type { DelayLine, Engine, Place } from "./engine.ts";
import { createInstants } from "./instants.ts";
import type { InstantPlan } from "./instants.ts";
import { createFlowJacobian } from "./jacobian.ts";
import { distanceToChange, keepLoops, multiplyInMemory, solveInMemory } from "./modes.ts";
import { once } from "./once.ts";
import type { LoopCells } from "./modes.ts";
import { createTapeRoom, createTapeWriter, newRegister, runTape } from "./tape.ts";
import type { Host, TapeCode, TapeRoom, TapeWriter } from "./tape.ts";

interface Mode {
  readonly latch: Latch;
  readonly block: string;
  readonly closed: boolean;
}

/** All that depends on the structure only; kept as long as its IR lives, for the next set of parameter values. */
interface Program {
  readonly room: TapeRoom;
  readonly settle: TapeCode;
  readonly refresh: TapeCode;
  readonly flow: TapeCode;
  readonly flowRegisters: readonly number[];
  readonly updates: readonly { readonly tape: TapeCode; readonly registers: readonly number[] }[];
  readonly guards: TapeCode;
  readonly guardRegisters: readonly number[];
  /** What events leave behind: conditions of resets, what states become, what is remembered. */
  readonly react: TapeCode;
  readonly jumps: readonly { readonly when: number; readonly to: readonly Written[] }[];
  readonly memories: readonly Written[];
  readonly begin: TapeCode;
  readonly starts: readonly Written[];
  readonly due: readonly number[];
  /** Loops that are iterated. */
  readonly loops: readonly (LoopCells & Solve)[];
  readonly modes: readonly Mode[];
  readonly instants: readonly InstantPlan[];
  readonly linear: LinearForm | undefined;
  readonly searched: Engine["searched"];
}

/** A slot and the register of what it becomes. */
interface Written {
  readonly slot: number;
  readonly register: number;
}

const programs = new WeakMap<Ir, Program>();

/** Ready to run from the initial state. Parameter values are those of the model: interpret again after a change. */
export function interpret(model: Model): Engine {
  const { ir } = model;
  let program = programs.get(ir);
  if (!program) programs.set(ir, (program = createProgram(ir)));
  const p = program;
  const registers = layOut(p, model.values);
  const memory = registers.subarray(0, ir.slots.length);
  const series = seriesOf(ir, memory);
  const host: Host = { failure: undefined, tries: 0, delays: delayLines(ir, memory) };
  const run = (tape: TapeCode): void => runTape(tape, registers, series, host);
  const noSeries = new Float64Array(0);
  const sources = sourcesOf(ir);
  const store = createStore(registers);
  keepLoops(registers, p.loops);
  // Wanted by some integrators only, and large where there are many states.
  const linear = once(() => linearMatrix(p, ir, model.values));
  const jacobian = once(() => createFlowJacobian(ir, memory));

  return {
    memory,
    states: ir.flow.map((f) => f.slot),
    source: (slot) => sources[slot]!,
    tasks: ir.tasks.map((t) => ({ every: t.every, offset: t.offset, states: t.updates.map((u) => u.slot) })),
    instantCount: ir.instants.length,
    modeCount: p.modes.length,
    linear,
    forcing: p.linear?.forcing,
    jacobian,
    searched: p.searched,
    settle: () => run(p.settle),
    refresh(due) {
      for (let k = 0; k < p.due.length; k++) registers[p.due[k]!] = due[k]!;
      run(p.refresh);
      keepLoops(registers, p.loops);
    },
    ...(p.loops.some(({ task }) => task === undefined) && {
      follow() {
        run(p.settle);
        keepLoops(registers, p.loops);
      },
    }),
    flow(derivative) {
      run(p.flow);
      for (let i = 0; i < p.flowRegisters.length; i++) derivative[i] = registers[p.flowRegisters[i]!]!;
    },
    update(task, next) {
      const u = p.updates[task]!;
      run(u.tape);
      for (let i = 0; i < u.registers.length; i++) next[i] = registers[u.registers[i]!]!;
    },
    guards(distance) {
      run(p.guards);
      for (let k = 0; k < p.modes.length; k++) {
        const mode = p.modes[k]!;
        distance[k] = mode.closed
          ? Number.POSITIVE_INFINITY
          : distanceToChange(
              mode.latch.test,
              registers[mode.latch.slot]!,
              registers[p.guardRegisters[k]!]!,
              series[mode.latch.series ?? -1]?.values ?? noSeries,
            );
      }
    },
    reacts: p.memories.length + p.jumps.length > 0,
    react() {
      run(p.react);
      for (const { when, to } of p.jumps) if (registers[when] !== 0) store.take(to);
      store.take(p.memories);
      return store.put();
    },
    reacting() {
      const changed = store.changed;
      const all = [...ir.memories, ...ir.resets.flatMap(({ to, block }) => to.map(({ slot }) => ({ slot, block })))];
      return all.find(({ slot }) => slot === changed)?.block ?? "";
    },
    begin() {
      run(p.begin);
      store.take(p.starts);
      return store.put();
    },
    stopped: () => ir.stops.find(({ slot }) => memory[slot] !== 0)?.block,
    delays: host.delays,
    nextInstant: (k, t) => p.instants[k]!.next(t, registers, series, run),
    notFinite: () => firstNotFinite(p, ir, memory, registers, run),
    failedLoop() {
      const failure = host.failure;
      host.failure = undefined;
      return failure;
    },
    loopTries: () => host.tries,
    modePlace: (mode) => ({ block: p.modes[mode]!.block, path: ir.slots[p.modes[mode]!.latch.slot]!.path }),
    statePlace: (k) => placeOf(ir, ir.flow[k]!.slot),
    taskPlace: (task, k) => placeOf(ir, ir.tasks[task]!.updates[k]!.slot),
  };
}

function createProgram(ir: Ir): Program {
  const room = createTapeRoom(ir.slots.length);
  const due = ir.tasks.map(() => newRegister(room, 0));
  const closed = new Set(ir.instants.map((i) => i.step));
  const loops = ir.algebra.flatMap((step) =>
    step.do === "solve" && !step.linear ? [{ ...step, kept: newRegisters(room, step.unknowns.length) }] : [],
  );
  const modes: Mode[] = [];
  ir.algebra.forEach((step, i) => {
    if (step.do !== "latch" || step.task !== undefined) return;
    modes.push({ latch: step, block: step.block, closed: closed.has(i) });
  });

  const settle = createTapeWriter(room);
  for (const step of ir.algebra) if (!atEventsOnly(step)) writeStep(step, settle, room, ir, due, loops);
  const refresh = createTapeWriter(room);
  for (const step of ir.algebra) writeStep(step, refresh, room, ir, due, loops);
  const flow = createTapeWriter(room);
  for (const step of neededSteps(
    ir,
    ir.flow.flatMap((f) => slotsOf(f.expr)),
  ))
    writeStep(step, flow, room, ir, due, loops);
  const flowRegisters = ir.flow.map((f) => flow.read(f.expr));
  const updates = ir.tasks.map((task) => {
    const writer = createTapeWriter(room);
    const registers = task.updates.map((u) => writer.read(u.expr));
    return { tape: writer.finish(), registers };
  });
  const react = createTapeWriter(room);
  const written = (writer: TapeWriter, { slot, expr }: Pick<Assign, "slot" | "expr">): Written => ({
    slot,
    register: writer.read(expr),
  });
  const jumps = ir.resets.map(({ when, to }) => ({ when, to: to.map((assign) => written(react, assign)) }));
  const memories = ir.memories.map(({ slot, arg }) => written(react, { slot, expr: arg }));
  const begin = createTapeWriter(room);
  const starts = ir.starts.map((assign) => written(begin, assign));
  const guards = createTapeWriter(room);
  const guardRegisters = modes.map((m) => (m.closed ? 0 : guards.read(m.latch.arg)));
  const instants = createInstants(ir, room);
  return {
    room,
    due,
    loops,
    modes,
    updates,
    guardRegisters,
    flowRegisters,
    instants,
    jumps,
    memories,
    starts,
    react: react.finish(),
    begin: begin.finish(),
    settle: settle.finish(),
    refresh: refresh.finish(),
    flow: flow.finish(),
    guards: guards.finish(),
    linear: linearForm(ir),
    searched: searchedModes(ir),
  };
}

function layOut(p: Program, values: Float64Array): Float64Array {
  const registers = new Float64Array(p.room.slots + p.room.initial.length);
  registers.set(values.subarray(0, p.room.slots));
  registers.set(p.room.initial, p.room.slots);
  return registers;
}

/** A needs constants that some steps compute from parameters, so one pass of the algebra comes first, on a scratch memory. */
function linearMatrix(p: Program, ir: Ir, values: Float64Array): Float64Array | undefined {
  if (!p.linear) return undefined;
  const scratch = layOut(p, values);
  runTape(p.settle, scratch, seriesOf(ir, scratch), { failure: undefined, tries: 0, delays: delayLines(ir, scratch) });
  return p.linear.matrix(scratch);
}

/** Latches, and loops that samples close: between events they are held. */
export function atEventsOnly(step: Step): boolean {
  return step.do === "latch" || (step.do === "solve" && step.task !== undefined);
}

/** The pasts that delays read, before anything is known of them. */
export function delayLines(ir: Ir, memory: Float64Array): DelayLine[] {
  const evaluate = createEvaluator(memory);
  return ir.algebra.flatMap((step) =>
    step.do === "delay"
      ? [{ from: step.from, time: evaluate(step.time), read: (_: number, initial: number) => initial }]
      : [],
  );
}

/** Values taken aside first and put into their slots together. */
function createStore(registers: Float64Array) {
  const slots: number[] = [];
  const values: number[] = [];
  let first: number | undefined;
  return {
    take(list: readonly Written[]): void {
      for (const { slot, register } of list) {
        slots.push(slot);
        values.push(registers[register]!);
      }
    },
    /** The first slot that the last put() changed. */
    get changed(): number | undefined {
      return first;
    },
    /** Whether any slot changed. */
    put(): boolean {
      let changed = false;
      first = undefined;
      for (let i = 0; i < slots.length; i++) {
        if (Object.is(registers[slots[i]!], values[i])) continue;
        registers[slots[i]!] = values[i]!;
        first ??= slots[i]!;
        changed = true;
      }
      slots.length = 0;
      values.length = 0;
      return changed;
    },
  };
}

/** Steps that the given slots need between events, in order. */
function neededSteps(ir: Ir, slots: readonly number[]): Step[] {
  const needed = new Set(slots);
  const kept: Step[] = [];
  for (let i = ir.algebra.length - 1; i >= 0; i--) {
    const step = ir.algebra[i]!;
    if (atEventsOnly(step) || !slotsWritten(step).some((s) => needed.has(s))) continue;
    kept.push(step);
    for (const s of slotsRead(step)) needed.add(s);
  }
  return kept.reverse();
}

function writeStep(
  step: Step,
  w: TapeWriter,
  room: TapeRoom,
  ir: Ir,
  due: readonly number[],
  loops: Program["loops"],
): void {
  switch (step.do) {
    case "assign":
      return w.assign(step.slot, step.expr);
    case "matvec": {
      const { matrix, rows, cols, from, to } = step;
      return w.call((r) => multiplyInMemory(r, matrix, rows, cols, from, to), to);
    }
    case "delay": {
      const k = ir.algebra.filter((other) => other.do === "delay").indexOf(step);
      const initial = w.read(step.initial);
      return w.call(
        (r, host) => {
          const line = host.delays[k]!;
          r[step.slot] = line.read(r[0]! - line.time, r[initial]!);
        },
        [step.slot],
      );
    }
    case "solve":
      return writeSolve(step, w, room, due, loops);
    case "latch":
      if (step.test === "sample") return w.hold(step.slot, due[step.task!]!, step.arg);
      return w.latch(step.slot, step.test, step.arg, step.series ?? 0);
  }
}

function writeSolve(step: Solve, w: TapeWriter, room: TapeRoom, due: readonly number[], loops: Program["loops"]): void {
  const n = step.unknowns.length;
  const inner = createTapeWriter(room);
  const residuals = step.residual.map((e) => inner.read(e));
  const jacobians = step.jacobian.map((e) => inner.read(e));
  const tape = inner.finish();
  // A linear loop is solved from 0: it keeps nothing.
  const cells = loops.find(({ unknowns }) => unknowns === step.unknowns) ?? { unknowns: step.unknowns, kept: [] };
  const when = step.task === undefined ? undefined : due[step.task]!;
  w.call((r, host, series) => {
    if (when !== undefined && r[when] === 0) return;
    const outcome = solveInMemory(r, cells, step.linear, (residual, jacobian) => {
      runTape(tape, r, series, host);
      for (let i = 0; i < n; i++) residual[i] = r[residuals[i]!]!;
      for (let i = 0; i < n * n; i++) jacobian[i] = r[jacobians[i]!]!;
    });
    host.tries += outcome.tries;
    if (!outcome.solved) host.failure ??= { loop: step.loop, rcond: outcome.rcond, residual: outcome.residual };
  }, step.unknowns);
}

function newRegisters(room: TapeRoom, count: number): number[] {
  return Array.from({ length: count }, () => newRegister(room, 0));
}

function placeOf(ir: Ir, slot: number): Place {
  const s = ir.slots[slot]!;
  return { block: s.block, path: s.path };
}

/** In order: states themselves, steps, flow, updates; a step is to blame when all it reads is finite. */
function firstNotFinite(
  p: Program,
  ir: Ir,
  memory: Float64Array,
  registers: Float64Array,
  run: (tape: TapeCode) => void,
): Place | undefined {
  const finite = (slot: number): boolean => Number.isFinite(memory[slot]);
  let fallback: Place | undefined;
  for (const step of ir.algebra) {
    const bad = slotsWritten(step).find((s) => !finite(s));
    if (bad === undefined) continue;
    const place = { block: step.block, path: ir.slots[bad]!.path };
    const reads = slotsRead(step).filter((s) => step.do !== "solve" || !step.unknowns.includes(s));
    if (reads.every(finite)) return place;
    fallback ??= place;
  }
  run(p.flow);
  const flow = ir.flow.findIndex(
    (f, i) => !Number.isFinite(registers[p.flowRegisters[i]!]) && slotsOf(f.expr).every(finite),
  );
  if (flow >= 0) return placeOf(ir, ir.flow[flow]!.slot);
  for (let task = 0; task < p.updates.length; task++) {
    const u = p.updates[task]!;
    run(u.tape);
    const at = u.registers.findIndex(
      (r, i) => !Number.isFinite(registers[r]) && slotsOf(ir.tasks[task]!.updates[i]!.expr).every(finite),
    );
    if (at >= 0) return placeOf(ir, ir.tasks[task]!.updates[at]!.slot);
  }
  const state = [...ir.flow, ...ir.tasks.flatMap((t) => t.updates)].find((u) => !finite(u.slot));
  return state ? placeOf(ir, state.slot) : fallback;
}
