/**
 * The time loop: from event to event, with modes and samples held in between. At an event pending samples take effect, all
 * modes are refreshed, values are recorded, and the next samples computed. Knows no equations (engine), no integration
 * method (integrators/) and no clock: it runs in slices, so that whoever drives it can show progress and cancel.
 */
import type { Problem } from "../ir/ir.ts";
import type { Engine, Place } from "./engine.ts";
import { createEventRounds } from "./eventRounds.ts";
import { createCrossingSearch } from "./events.ts";
import { chooseMethod } from "./method.ts";
import {
  chatterProblem,
  divergedProblem,
  loopProblem,
  notFiniteProblem,
  settingProblem,
  stepProblem,
  stiffProblem,
  workProblem,
  zenoProblem,
} from "./problems.ts";
import type { GridRecorder } from "./integrators/integrator.ts";
import { createHistory } from "./history.ts";
import { createRecorder } from "./recorder.ts";
import type { Recorded } from "./recorder.ts";
import type { SimResult, SimSettings } from "./result.ts";
import { createSchedule } from "./schedule.ts";

export interface SimPlan {
  readonly records: readonly Recorded[];
}

export interface SimHooks {
  /** Called often with the share of the run that is done, 0 to 1. */
  readonly progress?: (done: number) => void;
  /** Asked as often; true ends the run with what there is. */
  readonly cancelled?: () => boolean;
}

const mostSteps = 2e7;
const mostNumbers = 1e8;
const zenoCount = 1000;

/** Runs to the end. */
export function simulate(engine: Engine, plan: SimPlan, settings: SimSettings, hooks: SimHooks = {}): SimResult {
  const slices = simulateInSlices(engine, plan, settings);
  let slice = slices.next();
  while (!slice.done) {
    hooks.progress?.(slice.value);
    slice = slices.next(hooks.cancelled?.() ?? false);
  }
  return slice.value;
}

/** Yields the share done after every slice of about a millisecond; `next(true)` cancels. */
export function* simulateInSlices(
  engine: Engine,
  plan: SimPlan,
  settings: SimSettings,
): Generator<number, SimResult, boolean | undefined> {
  const { memory } = engine;
  const { start, stop, step } = settings;
  const wrong = checkSettings(settings) ?? checkSize(engine, plan, settings);
  const chosen = wrong ? { ok: false as const, problem: wrong } : chooseMethod(engine, settings);
  if (!chosen.ok) {
    const empty = createRecorder(memory, plan.records, 0).finish();
    return {
      status: "diverged",
      ...empty,
      events: [],
      problems: [chosen.problem],
      method: "none",
      counts: { steps: 0, rejected: 0, evaluations: 0 },
    };
  }
  const { integrator, grid } = chosen;
  const tolerance = (t: number): number => 8.9e-16 * Math.max(Math.abs(t), step);
  const gridCount = grid ? Math.ceil((stop - start) / step - 1e-9) + 1 : 0;
  /** By multiplication; the last point is `stop` itself. */
  const gridTime = (k: number): number =>
    k >= gridCount ? Number.POSITIVE_INFINITY : k === gridCount - 1 ? stop : start + k * step;
  const expected = grid ? gridCount : sampleCount(engine, settings);
  const recorder = createRecorder(memory, plan.records, expected, engine.source);
  const schedule = createSchedule(engine, start, tolerance);
  const search = createCrossingSearch(engine, integrator);
  const history = createHistory(memory, engine.delays, tolerance);
  const events: { t: number; path: string }[] = [];
  const problems: Problem[] = [];
  const rounds = createEventRounds(engine, schedule, history);
  const switched: number[] = [];
  const loopCost = memory.length + 50;
  const stepCost = (): number => integrator.stepCost ?? 0;
  let cost = 0;
  /** Iterations of loops that slices before this one have paid for. */
  let tried = 0;
  /** The values just before this event were recorded, so those after it must be. */
  let bothSides = false;
  let t = start;

  const finish = (status: SimResult["status"]): SimResult => ({
    status,
    ...recorder.finish(),
    events,
    problems,
    method: chosen.method(),
    counts: { ...integrator.counts },
  });
  const fail = (problem: Problem): SimResult => {
    // What was a warning when it was recorded.
    const same = problems.findIndex(({ code, path }) => code === problem.code && path === problem.path);
    if (same >= 0) problems.splice(same, 1);
    problems.push(problem);
    return finish("diverged");
  };
  const record = (time: number): void => {
    cost += plan.records.length + loopCost;
    // A grid point that an event falls on may be later than an event right after that one, by rounding.
    const at = recorder.lastTime() > time ? recorder.lastTime() : time;
    if (!recorder.keep(at) && output.check) {
      output.check = false;
      problems.push(notFiniteProblem(engine.notFinite(), time, "warning"));
    }
  };
  /** Values between events, at a time within the last step. */
  const recordWithin = (time: number): void => {
    integrator.at(time);
    engine.settle();
    record(time);
  };
  const output: { -readonly [K in keyof GridRecorder]: GridRecorder[K] } = {
    count: gridCount,
    start,
    step,
    stop,
    records: recorder.kept,
    next: 0,
    check: true,
    keep(rows, column, times) {
      cost += rows * plan.records.length;
      recorder.keepRows(rows, column, times);
      if (grid) output.next += rows;
    },
  };
  const overflowing = (): number => engine.states.findIndex((slot) => !(Math.abs(memory[slot]!) <= 1e300));

  memory[0] = start;
  let due = schedule.due(start);
  for (;;) {
    // The event at t, which memory's time and states are at.
    rounds.leave(t, due);
    const arrival = rounds.arrive(t, due);
    t = arrival.t;
    if (arrival.loop) return fail(loopProblem(arrival.loop, t));
    if (arrival.restless) return fail(chatterProblem(arrival.restless.block, t, arrival.restless.rounds));
    if (gridTime(output.next) <= t + tolerance(t)) record(gridTime(output.next++));
    else if (grid ? bothSides : due.includes(1)) record(t);
    if (bothSides) recorder.mergeLast();
    cost += loopCost * (1 + engine.instantCount);
    const bad = rounds.sample(due);
    if (bad) return fail(sampleProblem(bad, t));
    const ended = arrival.stopped;
    if (ended !== undefined) {
      if (recorder.lastTime() !== t) record(t);
      events.push({ t, path: ended });
      return finish("stopped");
    }
    if (t >= stop - tolerance(stop)) break;

    // An initial value or a reset may be no number: no step would mend it, and steps that follow the error would have no size.
    const lost = engine.states.findIndex((slot) => !Number.isFinite(memory[slot]));
    if (lost >= 0) return fail(notFiniteProblem(engine.notFinite() ?? engine.statePlace(lost), t, "error"));

    let land = schedule.next(t, stop);
    if (history) land = history.landing(t, land);
    integrator.restart();
    let crossed = false;
    while (t < land && !crossed) {
      const beaten = integrator.beats?.(t, stop - 2 * tolerance(stop), output, settings.events && grid);
      if (beaten) {
        t = beaten.t;
        const loop = engine.failedLoop();
        if (loop) return fail(loopProblem(loop, t));
        due.fill(1);
        if (!beaten.recorded) {
          t = schedule.happen(t, due);
          record(grid ? gridTime(output.next++) : t);
        }
        const wrongSample = rounds.sample(due);
        if (wrongSample) return fail(sampleProblem(wrongSample, t));
        land = schedule.next(t, stop);
        integrator.restart();
        cost += loopCost * beaten.count;
        if (sliceDone() && (yield fraction(t))) return finish("cancelled");
        continue;
      }
      const point = gridTime(output.next);
      const limit = integrator.stepsOnGrid && point < land - tolerance(land) ? point : land;
      const effort = integrator.counts.evaluations;
      // Whatever makes many steps at once leaves the last one to the lines below.
      const made = integrator.run ? integrator.run(land, land - tolerance(land), output) : integrator.step(limit);
      cost += loopCost * (integrator.counts.evaluations - effort + 1) + stepCost();
      if (made.failed) {
        const time = memory[0]!;
        const failure = engine.failedLoop();
        if (failure) return fail(loopProblem(failure, time));
        engine.settle();
        const place = engine.statePlace(made.worst ?? 0);
        return fail(
          made.failed === "NONFINITE"
            ? notFiniteProblem(engine.notFinite() ?? place, time, "error")
            : stepProblem(made.failed, place, made.t),
        );
      }
      t = made.from ?? t;
      const large = overflowing();
      if (large >= 0) return fail(divergedProblem(engine.statePlace(large), made.t));
      let end = made.t;
      if (engine.searched !== "none") {
        const crossing = search.find(t, end);
        cost += loopCost;
        if (crossing) {
          end = crossing.t;
          crossed = true;
          cost += 40 * loopCost;
          for (const mode of crossing.modes) events.push({ t: end, path: engine.modePlace(mode).block });
          switched.push(end);
          if (
            switched.length > zenoCount &&
            end - switched[switched.length - 1 - zenoCount]! <= 1e-7 * (stop - start)
          ) {
            integrator.at(end);
            return fail(zenoProblem(engine.modePlace(crossing.modes[0]!), end, zenoCount));
          }
        }
      }
      // Grid points that an event falls on are recorded after it.
      const before = crossed || end === land ? end - tolerance(end) : end;
      while (gridTime(output.next) <= before && gridTime(output.next) !== land) {
        integrator.record?.(before, output);
        if (gridTime(output.next) <= before) recordWithin(gridTime(output.next++));
        if (sliceDone() && (yield fraction(t))) return finish("cancelled");
      }
      history?.append(t, end, (time) => {
        integrator.at(time);
        engine.settle();
      });
      integrator.at(end);
      engine.follow?.();
      t = end;
      // What has just jumped comes out of a delay at a time of its own.
      if (history && t < land) land = history.landing(t, land);
      if (integrator.counts.steps + integrator.counts.rejected > mostSteps) return fail(workProblem(t, mostSteps));
      if (recorder.count() * (plan.records.length + 1) > mostNumbers)
        return fail(workProblem(t, integrator.counts.steps));
      if (sliceDone() && (yield fraction(t))) return finish("cancelled");
    }
    bothSides = grid && settings.events;
    if (bothSides) {
      engine.settle();
      // A grid point that the event falls on gives both sides its time.
      record(Math.min(t, gridTime(output.next)));
    }
    due = schedule.due(t);
  }
  if (integrator.stiff) problems.push(stiffProblem(t));
  return finish("finished");

  function sampleProblem({ place, value }: { readonly place: Place; readonly value: number }, time: number): Problem {
    if (Number.isFinite(value)) return divergedProblem(place, time);
    return notFiniteProblem(engine.notFinite() ?? place, time, "error");
  }
  /** Whether this slice has worked enough, the iterations of loops included. */
  function sliceDone(): boolean {
    const tries = engine.loopTries?.() ?? 0;
    if (cost + loopCost * (tries - tried) <= 3e5) return false;
    cost = 0;
    tried = tries;
    return true;
  }

  function fraction(time: number): number {
    return Math.min(1, Math.max(0, (time - start) / (stop - start)));
  }
}

/** Rows of a model that is recorded at its samples, about. */
function sampleCount({ tasks }: Engine, { start, stop }: SimSettings): number {
  const instants = tasks.reduce((sum, { every }) => sum + Math.floor((stop - start) / every + 1e-9) + 1, 0);
  return Math.min(instants, 1e6);
}

/** A grid that cannot be kept is refused before the first step. */
function checkSize(engine: Engine, plan: SimPlan, { start, stop, step }: SimSettings): Problem | undefined {
  const sampledOnly = engine.states.length === 0 && engine.tasks.length > 0;
  const points = sampledOnly ? 0 : (stop - start) / step;
  if ((points + 1) * (plan.records.length + 1) <= mostNumbers) return undefined;
  return settingProblem(
    "step",
    `The output grid has ${Math.round(points)} points, more than can be kept.`,
    "Make run.step longer or run.stop earlier.",
  );
}

function checkSettings(s: SimSettings): Problem | undefined {
  if (!Number.isFinite(s.start)) return settingProblem("start", "The start time must be a finite number.");
  if (!Number.isFinite(s.stop) || !(s.stop >= s.start))
    return settingProblem("stop", "The stop time must be a finite number, not before the start.");
  if (!(s.step > 0) || !Number.isFinite(s.step))
    return settingProblem("step", "The output step must be a finite number above 0.");
  if (!(s.rtol > 0 && s.rtol < 1)) return settingProblem("rtol", "The relative tolerance must lie between 0 and 1.");
  if (!(s.atol > 0) || !Number.isFinite(s.atol))
    return settingProblem("atol", "The absolute tolerance must be a finite number above 0.");
  if (s.maxStep < 0 || Number.isNaN(s.maxStep))
    return settingProblem("maxStep", "The longest step must not be negative.");
  return undefined;
}
