/** Engines by hand from a right-hand side, for integrators alone: no model, no events. */
import type { Engine, FlowJacobian } from "../../../../core/sim/engine.ts";
import type { Integrator } from "../../../../core/sim/integrators/integrator.ts";

export type RightSide = (t: number, y: Float64Array, d: Float64Array) => void;

export interface Handmade {
  readonly engine: Engine;
  readonly y: Float64Array;
}

export function handmade(
  start: readonly number[],
  rightSide: RightSide,
  jacobian?: (memory: Float64Array) => FlowJacobian,
): Handmade {
  const memory = new Float64Array(start.length + 1);
  memory.set(start, 1);
  const y = memory.subarray(1);
  const engine = {
    memory,
    states: start.map((_, i) => i + 1),
    flow: (d: Float64Array) => rightSide(memory[0]!, y, d),
    ...(jacobian ? { jacobian: () => jacobian(memory) } : {}),
  };
  // Integrators ask for nothing else.
  return { engine: engine as unknown as Engine, y };
}

/** Steps to the end, each looked at. */
export function drive(
  integrator: Integrator,
  engine: Engine,
  stop: number,
  look?: (from: number, to: number) => void,
): void {
  integrator.restart();
  let t = engine.memory[0]!;
  while (t < stop) {
    const made = integrator.step(stop);
    if (made.failed) throw new Error(`${made.failed} at ${made.t}`);
    look?.(t, made.t);
    t = made.t;
    integrator.at(t);
  }
}
