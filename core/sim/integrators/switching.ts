/**
 * What `auto` does where a model may turn out stiff: an explicit method as long as accuracy sets its step, an implicit one from
 * the start or from when the explicit one notices that only stability does. The idea is LSODA's (Petzold, 1983).
 */
import type { Engine } from "../engine.ts";
import { createField } from "./field.ts";
import type { GridRecorder, Integrator } from "./integrator.ts";
import { createIterationMatrix } from "./iterationMatrix.ts";

export interface Switching extends Integrator {
  /** When the implicit method took over; undefined while it has not. */
  readonly since: number | undefined;
}

export function createSwitching(
  engine: Engine,
  explicit: Integrator,
  implicit: () => Integrator,
  span: number,
): Switching {
  let used = explicit;
  let started = false;
  const counts = { steps: 0, rejected: 0, evaluations: 0 };
  const switching: { -readonly [K in keyof Switching]: Switching[K] } = {
    stepsOnGrid: explicit.stepsOnGrid,
    stiff: false,
    since: undefined,
    stepCost: explicit.stepCost ?? 0,
    counts,
    restart() {
      if (!started && looksStiff(engine, span)) change();
      else used.restart();
      started = true;
    },
    step(limit) {
      // Between two steps, so that a look back into the last one is still the explicit method's.
      if (used === explicit && explicit.stiff) change();
      return counted(used.step(limit));
    },
    at: (t) => counted(used.at(t)),
    ...(explicit.run && {
      run(land: number, landLow: number, grid: GridRecorder) {
        if (used === explicit && explicit.stiff) change();
        return counted(used.run ? used.run(land, landLow, grid) : used.step(land));
      },
      record: (upTo: number, grid: GridRecorder) => counted(used.record?.(upTo, grid)),
    }),
  };
  return switching;

  function change(): void {
    switching.since = engine.memory[0]!;
    used = implicit();
    switching.stepCost = used.stepCost ?? 0;
    used.restart();
  }
  /** After what has been done. */
  function counted<T>(outcome: T): T {
    const later = used === explicit ? undefined : used.counts;
    counts.steps = explicit.counts.steps + (later?.steps ?? 0);
    counts.rejected = explicit.counts.rejected + (later?.rejected ?? 0);
    counts.evaluations = explicit.counts.evaluations + (later?.evaluations ?? 0);
    return outcome;
  }
}

/**
 * Whether the fastest dynamics are a decay that an explicit method would follow in tens of thousands of steps: the dominant
 * eigenvalue of the Jacobian by a few power iterations. Oscillations do not count, their periods may well be wanted.
 */
function looksStiff(engine: Engine, span: number): boolean {
  if (!engine.jacobian) return false;
  const field = createField(engine, { evaluations: 0 });
  const { n } = field;
  const matrix = createIterationMatrix(engine, field);
  const x = new Float64Array(n);
  const f = new Float64Array(n);
  const time = field.take(x);
  if (!field.evaluate(time, x, f) || !matrix.evaluate(time, x, f)) return false;
  // Any start will do that leaves no direction out.
  let v = Float64Array.from({ length: n }, (_, i) => 1 + 0.5 * Math.sin(1 + 7 * i));
  let image = new Float64Array(n);
  let growth = 0;
  let alignment = 0;
  for (let pass = 0; pass < 20; pass++) {
    let size = 0;
    for (let i = 0; i < n; i++) size += v[i]! * v[i]!;
    size = Math.sqrt(size);
    if (!(size > 0) || !Number.isFinite(size)) return false;
    for (let i = 0; i < n; i++) v[i]! /= size;
    matrix.multiply(v, image);
    growth = 0;
    alignment = 0;
    for (let i = 0; i < n; i++) {
      growth += image[i]! * image[i]!;
      alignment += v[i]! * image[i]!;
    }
    growth = Math.sqrt(growth);
    const before = v;
    v = image;
    image = before;
  }
  return alignment < -0.9 * growth && growth * span > 1e5;
}
