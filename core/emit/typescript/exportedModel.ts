/**
 * What an exported file offers, over any engine: a model to step by hand or to simulate as drawn. Its text travels in every
 * exported file; selfTest.ts is the other half.
 */
import type { Engine } from "../../sim/engine.ts";
import { createEventRounds } from "../../sim/eventRounds.ts";
import { createHistory } from "../../sim/history.ts";
import { createCrossingSearch } from "../../sim/events.ts";
import { chooseMethod } from "../../sim/method.ts";
import type { Recorded } from "../../sim/recorder.ts";
import type { SimResult, SimSettings } from "../../sim/result.ts";
import { createSchedule } from "../../sim/schedule.ts";
import { simulate } from "../../sim/simulate.ts";

/** A number of the model's memory that others may know by name. */
export interface Terminal {
  readonly slot: number;
  readonly path: string;
  readonly label: string;
}

export interface ModelDescription {
  readonly inputs: readonly Terminal[];
  readonly outputs: readonly Terminal[];
  readonly states: readonly Terminal[];
  /** What `simulate` records. */
  readonly records: readonly Recorded[];
  readonly settings: SimSettings;
  /** What one `step` advances by, s: the sample period of a sampled model, else the output step of the run. */
  readonly stepSize: number;
}

/** The model as an object. Vectors follow `inputs`, `outputs`, `states` in order. */
export interface ExportedModel {
  /** Time in s that the next step starts from. */
  readonly time: number;
  /** Values of the states at `time`. */
  readonly states: readonly number[];
  /**
   * One step: holds the external inputs at u from now on, gives the outputs y at the present time, and advances by one step:
   * y[k] = g(x[k], u[k]), then x[k+1] = f(x[k], u[k]). What drives the inputs in the diagram plays no part.
   */
  step(u: readonly number[]): number[];
  /** Back to the start: time and states as drawn. */
  reset(): void;
  /** A run as drawn, inputs driven by the diagram, from its initial state; whatever `step` did doesn't matter. */
  simulate(options?: Partial<SimSettings>): SimResult;
}

/** `most`: as for `createStepper`. */
export function modelOf(
  createEngine: (driven: boolean) => Engine,
  description: ModelDescription,
  most?: number,
): ExportedModel {
  const { settings, inputs, outputs, states } = description;
  let stepper: Stepper | undefined;
  const present = (): Stepper => (stepper ??= createStepper(createEngine(false), description, most));
  const read = (terminals: readonly Terminal[]): number[] =>
    terminals.map(({ slot }) => present().engine.memory[slot]!);
  return {
    get time() {
      return present().engine.memory[0]!;
    },
    get states() {
      return read(states);
    },
    step(u) {
      if (u.length !== inputs.length) throw new RangeError(`The model has ${inputs.length} inputs, not ${u.length}`);
      const { engine, event, advance } = present();
      inputs.forEach(({ slot }, i) => (engine.memory[slot] = u[i]!));
      event();
      const y = read(outputs);
      advance();
      return y;
    },
    reset() {
      stepper = undefined;
    },
    simulate: (options) => simulate(createEngine(true), description, { ...settings, ...options }),
  };
}

export interface Stepper {
  readonly engine: Engine;
  /** What happens at the present time: modes and signals are refreshed, samples taken. */
  event(): void;
  /** On to the next step's time, whose own event is left to the next call of `event`. */
  advance(): void;
}

/**
 * The time loop of one step after another: simulate.ts's, but for its grid and its records. More than `most` steps of the solver and
 * events within one step, or a state that is no number, end it with an error.
 */
export function createStepper(
  engine: Engine,
  { settings, stepSize }: ModelDescription,
  most = Number.POSITIVE_INFINITY,
): Stepper {
  const { memory } = engine;
  const chosen = chooseMethod(engine, { ...settings, step: stepSize });
  if (!chosen.ok) throw new Error(chosen.problem.message);
  const { integrator } = chosen;
  const tolerance = (time: number): number => 8.9e-16 * Math.max(Math.abs(time), stepSize);
  const schedule = createSchedule(engine, settings.start, tolerance);
  const search = createCrossingSearch(engine, integrator);
  const history = createHistory(memory, engine.delays, tolerance);
  const rounds = createEventRounds(engine, schedule, history);
  let due = schedule.due(settings.start);
  let t = settings.start;
  let steps = 0;
  memory[0] = t;

  function event(): void {
    const arrival = rounds.arrive(t, due);
    t = arrival.t;
    if (arrival.loop)
      throw new Error(`The algebraic loop ${arrival.loop.loop.join(" -> ")} has no solution at t = ${t} s`);
    if (arrival.restless) throw new Error(`${arrival.restless.block} is not at rest at t = ${t} s`);
    rounds.sample(due);
  }

  /** To `land`, or to the first change of a mode before it. */
  function integrate(planned: number, spend: () => void): void {
    // Steps that follow the error would have no size.
    const lost = engine.states.findIndex((slot) => !Number.isFinite(memory[slot]));
    if (lost >= 0) throw new Error(`${engine.statePlace(lost).path} is not a finite number at t = ${t} s`);
    integrator.restart();
    for (let land = planned; t < land;) {
      spend();
      if (history) land = history.landing(t, land);
      const made = integrator.step(land);
      if (made.failed)
        throw new Error(
          `The step could not be made at t = ${made.t} s: ${made.failed} ${engine.notFinite()?.path ?? ""}`,
        );
      const crossing = engine.searched === "none" ? undefined : search.find(t, made.t);
      const end = crossing?.t ?? made.t;
      history?.append(t, end, (time) => {
        integrator.at(time);
        engine.settle();
      });
      t = end;
      integrator.at(t);
      engine.follow?.();
      if (crossing) return;
    }
  }

  return {
    engine,
    event,
    advance() {
      steps++;
      const end = settings.start + steps * stepSize;
      let made = 0;
      const spend = (): void => {
        if (++made > most) throw new Error(`More than ${most} steps within one of ${stepSize} s, at t = ${t} s`);
      };
      for (;;) {
        spend();
        integrate(schedule.next(t, end), spend);
        due = schedule.due(t);
        rounds.leave(t, due);
        if (t >= end - tolerance(end)) return;
        event();
      }
    },
  };
}
