/**
 * advance(most): explicit Runge-Kutta steps, many in one call (manySteps.ts), from the tableaus of sim/integrators and with their
 * arithmetic, operation by operation (stages.ts, adaptive.ts, fixedStep.ts): whichever runs, the steps are the same.
 */
import { logFloor, tooLarge } from "../../sim/integrators/adaptive.ts";
import type { Tableau } from "../../sim/integrators/tableaus.ts";
import { stepStatus } from "../../sim/wasmProgram.ts";
import type { F64, I32, Label, Local } from "../../wasm/encoder.ts";
import {
  abs,
  add,
  and,
  div,
  eq,
  f64,
  floor,
  ge,
  gt,
  i32,
  le,
  lt,
  max,
  min,
  mul,
  ne,
  not,
  select,
  sqrt,
  sub,
} from "../../wasm/instructions.ts";
import { openSteps, type Surrounding } from "./manySteps.ts";
import { writeRoughExp2, writeRoughLog2 } from "./roughPower.ts";
import { nonZero, weightedSum, type Vectors } from "./vectors.ts";

export interface AdvanceParts extends Surrounding {
  readonly vectors: Vectors;
  readonly states: number;
  /** A number of the tableau: where registers are many to want, from a local. */
  readonly constant: (value: number) => F64;
}

export function writeAdvance(tableau: Tableau, parts: AdvanceParts): void {
  const { body, control, vectors, walk } = parts;
  const stepping = openSteps(parts);
  const { t, size, end, land, made, most, leave } = stepping;
  const h = control.local("h");
  const steps = control.local("steps");
  const rejected = control.local("rejected");
  const evaluations = control.local("evaluations");
  const logBefore = control.local("logBefore");
  const stiffSigns = control.local("stiffSigns");
  const calmSigns = control.local("calmSigns");
  const rtol = body.local("f64");
  const atol = body.local("f64");
  const limit = body.local("f64");
  const finite = body.local("i32");
  const s = tableau.b.length;
  const last = tableau.fsal ? s - 1 : s;
  const keep = tableau.error?.stiff?.stage;

  function evaluate(time: F64, source: "stage" | "y" | "kept", j: number): I32 {
    body.set(evaluations, add(evaluations, f64(1)));
    return vectors.evaluate(time, source, j);
  }

  /** All stages of a step; `finite` says whether the flow was, everywhere. */
  function attempt(): void {
    body.block((out) => {
      for (let i = 1; i < s; i++) {
        const target = tableau.fsal && i === last ? "y" : i === keep ? "kept" : "stage";
        vectors.combine(tableau.a[i]!, size, target);
        const time = tableau.c[i] === 1 ? end : add(t, mul(f64(tableau.c[i]!), size));
        body.set(finite, evaluate(time, target, i));
        body.branch(out, not(finite));
      }
      body.set(finite, i32(1));
      if (!tableau.fsal) vectors.combine(tableau.b, size, "y");
    });
  }
  const finish = (): void => {
    if (!tableau.fsal) body.set(finite, evaluate(end, "y", last));
  };

  vectors.take();
  body.set(rtol, control.read("rtol"));
  body.set(atol, control.read("atol"));
  body.when(eq(control.read("carried"), f64(0)), () => vectors.carry(last));
  stepping.run(last, tableau.error ? writeAdaptiveStep : writeFixedStep);

  function writeAdaptiveStep(): void {
    const { error: judge } = tableau;
    if (!judge) return;
    const power = 1 / judge.order - 0.75 * judge.beta;
    const smallest = body.local("f64");
    const room = body.local("f64");
    const logError = body.local("f64");
    const next = body.local("f64");
    const again = body.local("i32");
    body.set(limit, land);
    body.set(smallest, mul(f64(16 * 2.220446049250313e-16), max(abs(t), mul(abs(limit), f64(1e-9)))));
    body.set(again, i32(0));
    body.block((accepted: Label) =>
      body.loop((attemptAgain) => {
        body.set(h, min(h, control.read("maxStep")));
        body.set(room, sub(limit, t));
        body.set(
          size,
          select(ge(mul(f64(1.01), h), room), room, select(gt(mul(f64(2), h), room), div(room, f64(2)), h)),
        );
        body.set(end, select(eq(size, room), limit, add(t, size)));
        body.when(eq(end, t), () => leave(f64(stepStatus.nil)));
        body.when(and(lt(h, smallest), ne(size, room)), () => leave(f64(stepStatus.tiny)));
        attempt();
        body.set(logError, f64(Number.POSITIVE_INFINITY));
        body.when(finite, () => writeLogOfError(logError));
        body.when(le(logError, f64(0)), finish);
        body.branch(accepted, and(le(logError, f64(0)), finite));
        body.set(rejected, add(rejected, f64(1)));
        body.set(again, i32(1));
        body.set(next, f64(0.1));
        body.when(and(finite, lt(logError, f64(tooLarge))), () =>
          body.set(next, max(f64(judge.shrink), mul(f64(0.9), writeRoughExp2(body, mul(f64(-power), logError))))),
        );
        body.set(h, mul(size, next));
        body.when(lt(h, smallest), () => leave(select(finite, f64(stepStatus.small), f64(stepStatus.notFinite))));
        body.branch(attemptAgain);
      }),
    );
    body.set(steps, add(steps, f64(1)));
    if (judge.stiff) writeStiffness(judge.stiff);
    const follow = sub(mul(f64(judge.beta), logBefore), mul(f64(power), logError));
    const factor = mul(f64(0.9), writeRoughExp2(body, follow));
    body.set(next, mul(size, max(f64(judge.shrink), min(f64(judge.grow), factor))));
    body.when(again, () => body.set(next, min(next, size)));
    body.set(logBefore, max(logError, f64(logFloor)));
    body.set(h, select(lt(size, h), max(next, min(h, mul(f64(judge.grow), size))), next));
  }

  function writeLogOfError(log: Local<"f64">): void {
    const judge = tableau.error!;
    const sum = body.local("f64");
    const other = body.local("f64");
    const scale = body.local("f64");
    const scaled = body.local("f64");
    body.set(sum, f64(0));
    body.set(other, f64(0));
    vectors.each((e) => {
      body.set(scale, div(size, add(atol, mul(rtol, max(abs(e.x), abs(e.y))))));
      body.set(scaled, mul(scale, weightedSum(judge.weights, e.k, parts.constant)));
      body.set(sum, add(sum, mul(scaled, scaled)));
      if (!judge.second) return;
      body.set(scaled, mul(scale, weightedSum(judge.second, e.k, parts.constant)));
      body.set(other, add(other, mul(scaled, scaled)));
    });
    const n = parts.states;
    if (!judge.second) return body.set(log, mul(f64(0.5), writeRoughLog2(body, mul(sum, f64(1 / n)))));
    const mixed = scaled;
    body.set(mixed, add(sum, mul(f64(0.01), other)));
    body.set(log, writeRoughLog2(body, select(gt(mixed, f64(0)), div(sum, sqrt(mul(f64(n), mixed))), sum)));
  }

  function writeStiffness(test: { readonly stage: number; readonly border: number }): void {
    const difference = body.local("f64");
    const distance = body.local("f64");
    const part = body.local("f64");
    body.set(difference, f64(0));
    body.set(distance, f64(0));
    vectors.each((e) => {
      body.set(part, sub(e.k(last), e.k(test.stage)));
      body.set(difference, add(difference, mul(part, part)));
      body.set(part, sub(e.y, e.kept));
      body.set(distance, add(distance, mul(part, part)));
    });
    const near = gt(mul(mul(size, size), difference), mul(f64(test.border * test.border), distance));
    body.when(
      and(gt(distance, f64(0)), near),
      () => {
        body.set(calmSigns, f64(0));
        body.set(stiffSigns, add(stiffSigns, f64(1)));
        // Worth going back for: another method may take over.
        body.when(eq(stiffSigns, f64(100)), () => {
          control.write("stiff", f64(1));
          body.set(made, most);
        });
      },
      () => {
        body.set(calmSigns, add(calmSigns, f64(1)));
        body.when(eq(calmSigns, f64(6)), () => body.set(stiffSigns, f64(0)));
      },
    );
  }

  function writeFixedStep(): void {
    const origin = body.local("f64");
    const step = body.local("f64");
    const room = body.local("f64");
    body.set(origin, control.read("origin"));
    body.set(step, control.read("fixedStep"));
    body.set(limit, select(lt(walk.point, control.read("landLow")), walk.point, land));
    body.set(end, add(origin, mul(add(floor(add(div(sub(t, origin), step), f64(1e-9))), f64(1)), step)));
    body.set(end, select(ge(end, sub(limit, mul(f64(1e-9), step))), limit, end));
    body.set(room, sub(end, t));
    body.set(size, select(le(abs(sub(room, step)), mul(f64(1e-9), step)), step, room));
    body.when(not(gt(end, t)), () => leave(f64(stepStatus.nil)));
    attempt();
    body.when(finite, finish);
    body.when(not(finite), () => leave(f64(stepStatus.notFinite)));
    body.set(steps, add(steps, f64(1)));
  }
}

/** How many flows the stages and the dense output of a method take. */
export const stageCount = (tableau: Tableau): number =>
  tableau.b.length + (tableau.fsal ? 0 : 1) + tableau.extra.c.length;

/** Multiplications of a step and state: a measure of the code that it takes in line. */
export const termCount = (tableau: Tableau): number =>
  [...tableau.a, tableau.b].reduce((count, row) => count + nonZero(row).length, 0);
