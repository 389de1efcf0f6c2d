/**
 * An integrator that runs inside WebAssembly: many steps in one call, recorded on the way. What begins a run after an event (the
 * first flow, the first guess of the step) is done here, with adaptive.ts's own arithmetic.
 */
import type { Engine } from "./engine.ts";
import { firstStep, logFloor } from "./integrators/adaptive.ts";
import { bdfEnough, bdfFirstStep } from "./integrators/bdf.ts";
import { createField, fastest } from "./integrators/field.ts";
import { rodasFirstStep } from "./integrators/rodas4.ts";
import type { GridRecorder, Integrator, IntegratorSpec, StepOutcome } from "./integrators/integrator.ts";
import { put, type IntegratorInstance } from "./wasmMachine.ts";
import { stepStatus } from "./wasmProgram.ts";
import type { IntegratorPlaces, IntegratorProgram } from "./wasmProgram.ts";

/** Evaluations of the flow in one call, about: some milliseconds at most, so that whoever drives the run can look up. */
const budget = 4e6;

export function createWasmIntegrator(
  engine: Engine,
  all: Float64Array,
  { program, exports, sparse, cell, x, y, first }: IntegratorInstance,
  places: IntegratorPlaces,
  recorded: readonly number[],
  spec: IntegratorSpec,
): Integrator {
  const advance = exports["advance"] as (most: number) => void;
  const at = exports["at"] as (time: number) => void;
  const fill = exports["fill"] as (upTo: number) => void;
  const n = engine.states.length;
  const { error, implicit } = program;
  /** Evaluations made from here, at the beginnings. */
  const begun = { evaluations: 0 };
  const counts = { steps: 0, rejected: 0, evaluations: 0 };
  const field = createField(engine, begun);
  const most = Math.max(1, Math.min(1e6, Math.floor(budget / (engine.memory.length + 50 + (implicit?.cost ?? 0)))));
  let fresh = false;
  let started = false;
  put(all, program.data);
  all[cell.rtol] = spec.rtol;
  all[cell.atol] = spec.atol;
  all[cell.maxStep] = spec.maxStep;
  all[cell.fixedStep] = spec.fixedStep;
  for (const name of [
    "steps",
    "rejected",
    "evaluations",
    "denseEvaluations",
    "stiffSigns",
    "calmSigns",
    "stiff",
    "worst",
    "rate",
  ] as const)
    all[cell[name]] = 0;

  const linearized = implicit && linearize(implicit);

  /** The flow at the start and a first guess of the step; false when the flow is not finite. */
  function begin(limit: number): boolean {
    const t = all[cell.t]!;
    if (!fresh) {
      x.set(y);
      if (linearized ? !linearized.evaluate(t) : !field.evaluate(t, y, first)) return false;
      fresh = true;
      all[cell.carried] = 1;
    }
    if (linearized && all[cell.h] === 0) linearized.begin(limit - t);
    if (error && all[cell.h] === 0) all[cell.h] = firstStep(field, t, x, first, limit - t, spec, error.order);
    return true;
  }

  /** The same for implicit methods, whose module has flow and Jacobian in one. */
  function linearize({ method, rows, columns, cells }: NonNullable<IntegratorProgram["implicit"]>) {
    const { rtol, atol, maxStep } = spec;
    const evaluate = exports["linearize"] as () => number;
    const part = (first: number): Float64Array => all.subarray(first, first + n);
    const [stage, slope, later] = [part(places.stage), part(places.kept), part(places.implicit.byTime)];
    const differences = [1, 2, 3, 4, 5, 6, 7].map((k) => part(places.k(k)));
    const second = new Float64Array(n);
    later.fill(0);
    if (sparse) sparse.begin();
    else all.fill(0, places.implicit.first, places.implicit.first + n * n);
    all[cell.enough] = bdfEnough(rtol);
    return {
      /** At the states, up to a factor. */
      slope: method === "bdf" ? differences[0]! : slope,
      evaluate(t: number): boolean {
        field.put(t, y);
        stage.set(y);
        begun.evaluations++;
        return evaluate() !== 0;
      },
      /** Length of the first step, and where BDF begins: with order 1. */
      begin(room: number): void {
        second.fill(0);
        rows.forEach((row, e) => (second[row]! += all[cells[e]!]! * slope[columns[e]!]!));
        for (let i = 0; i < n; i++) second[i]! += later[i]!;
        if (method === "rodas4") {
          all[cell.h] = rodasFirstStep(second, y, rtol, atol, room, maxStep);
          return;
        }
        const h = bdfFirstStep(second, slope, y, rtol, atol, room, maxStep);
        all[cell.h] = h;
        for (const name of ["order", "nextOrder", "nextFactor", "have", "current"] as const) all[cell[name]] = 1;
        for (const name of ["equal", "factored"] as const) all[cell[name]] = 0;
        for (const d of differences) d.fill(0);
        for (let i = 0; i < n; i++) differences[0]![i] = h * slope[i]!;
      },
    };
  }

  function go(limit: number, steps: number): StepOutcome {
    const ready = begin(limit);
    all[cell.limit] = limit;
    if (ready) advance(steps);
    count();
    if (!ready) return { t: all[cell.t]!, failed: "NONFINITE" };
    integrator.stiff = all[cell.stiff] !== 0;
    const t = all[cell.t]!;
    const status = all[cell.status]!;
    // Where the flow was not finite, memory is left at that stage, for others to look into.
    if (status === stepStatus.notFinite) field.put(engine.memory[0]!, all.subarray(places.stage, places.stage + n));
    else field.put(t, status === stepStatus.made ? y : x);
    if (status === stepStatus.made) return { t, from: all[cell.from]! };
    if (status === stepStatus.nil || status === stepStatus.tiny)
      return {
        t,
        failed: status === stepStatus.nil ? "HNIL" : "HMIN",
        worst: error || linearized ? fastest(linearized?.slope ?? first, x, spec.rtol, spec.atol) : 0,
      };
    return { t, failed: status === stepStatus.small ? "HMIN" : "NONFINITE", worst: worst() };
  }
  /** The state whose error was the largest, as adaptive.ts judges it; implicit methods have noted it. */
  function worst(): number {
    let largest = -1;
    let found = all[cell.worst]!;
    if (!error) return found;
    found = 0;
    for (let i = 0; i < n; i++) {
      let e = 0;
      error.weights.forEach((weight, j) => (e += weight * all[places.k(j) + i]!));
      const scaled = Math.abs(e) / (spec.atol + spec.rtol * Math.max(Math.abs(x[i]!), Math.abs(y[i]!)));
      if (scaled <= largest) continue;
      largest = scaled;
      found = i;
    }
    return found;
  }

  const columnOf = new Map(recorded.map((slot, c) => [slot, c]));
  const canRecord = (grid: GridRecorder): boolean => grid.records.every(({ slot }) => columnOf.has(slot));

  /** The grid is there for the length of `act`, and its rows kept after it. */
  function recording<T>(grid: GridRecorder, act: () => T): T {
    all[cell.nextGrid] = grid.next;
    all[cell.gridCount] = grid.count;
    all[cell.gridStart] = grid.start;
    all[cell.gridStep] = grid.step;
    all[cell.gridStop] = grid.stop;
    all[cell.checkRows] = grid.check ? 1 : 0;
    all[cell.rows] = 0;
    const result = act();
    const rows = all[cell.rows]!;
    if (rows > 0) {
      const column = (c: number): Float64Array => {
        const from = places.buffer + c * places.rows;
        return all.subarray(from, from + rows);
      };
      grid.keep(rows, (c) => column(columnOf.get(grid.records[c]!.slot)!), column(recorded.length));
    }
    return result;
  }
  /** After whatever counts in memory. */
  function count(): void {
    counts.steps = all[cell.steps]!;
    counts.rejected = all[cell.rejected]!;
    counts.evaluations = begun.evaluations + all[cell.evaluations]! + all[cell.denseEvaluations]!;
  }
  function stepOnce(limit: number): StepOutcome {
    all[cell.nextGrid] = 0;
    all[cell.gridCount] = 0;
    return go(limit, 1);
  }

  const integrator: { -readonly [K in keyof Integrator]: Integrator[K] } = {
    stepsOnGrid: program.stepsOnGrid,
    counts,
    stepCost: implicit?.cost ?? 0,
    stiff: false,
    restart() {
      all[cell.t] = field.take(y);
      all[cell.h] = 0;
      all[cell.logBefore] = logFloor;
      all[cell.length] = 0;
      all[cell.accepted] = 0;
      if (!started) all[cell.origin] = all[cell.t]!;
      started = true;
      fresh = false;
    },
    step: stepOnce,
    run(land, landLow, grid) {
      all[cell.landLow] = landLow;
      return recording(grid, () => go(land, canRecord(grid) ? most : 1));
    },
    record(upTo, grid) {
      if (canRecord(grid)) recording(grid, () => fill(upTo));
      count();
    },
    at(time) {
      at(time);
      count();
    },
  };
  return integrator;
}
