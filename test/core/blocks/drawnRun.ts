/** A drawn model run to its end: values of its signals at instants of the output grid. */
import { expect } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import { runSettings } from "../../../core/diagram/runSettings.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { simulate } from "../../../core/sim/simulate.ts";
import { draw } from "../drawing.ts";

export function drawnRun(
  blocks: Parameters<typeof draw>[0],
  wires: Parameters<typeof draw>[1],
  stop: number,
  step: number,
) {
  const run = { stop: String(stop), step: String(step), solver: "auto" as const, rtol: "1e-9", atol: "1e-12" };
  const document = draw(blocks, wires, { run });
  const compiled = compile(document);
  expect(compiled.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const { model } = compiled;
  const result = simulate(interpret(model!), { records: model!.ir.records }, runSettings(document, false).settings);
  expect(result.problems).toEqual([]);
  expect(result.status).toBe("finished");
  const of = (path: string) => {
    const trace = result.traces.find((one) => one.path === path);
    if (!trace) throw new Error(`no ${path} among ${result.traces.map((one) => one.path).join(", ")}`);
    return trace.values;
  };
  return {
    result,
    of,
    /** The last value at that instant: after its event. */
    at: (path: string, t: number): number => of(path)[result.t.findLastIndex((time) => Math.abs(time - t) < 1e-9)]!,
  };
}
