import { describe, expect, test } from "vitest";
import type { RunSettings } from "../../../core/diagram/document.ts";
import { mostSamples, runSettings } from "../../../core/diagram/runSettings.ts";

const variables = [{ name: "T", value: "5" }];
const read = (run: Partial<RunSettings>) =>
  runSettings({ variables, run: { stop: "20", step: "0.1", solver: "auto", ...run } }, true);

describe("run settings", () => {
  test("are expressions over the variables", () => {
    const { settings, problems } = read({ stop: "4*T", rtol: "1e-8", maxStep: "T/50" });
    expect(problems).toEqual([]);
    expect(settings).toEqual({
      start: 0,
      stop: 20,
      step: 0.1,
      solver: "auto",
      rtol: 1e-8,
      atol: 1e-9,
      maxStep: 0.1,
      events: true,
    });
  });

  test("say which of them is wrong, all at once, and go on with the defaults", () => {
    const { settings, problems } = read({ stop: "-1", step: "[1, 2]", atol: "nothing" });
    expect(problems.map(({ path, severity }) => [path, severity])).toEqual([
      ["run.stop", "error"],
      ["run.step", "error"],
      ["run.atol", "error"],
    ]);
    expect(problems[0]!.code).toBe("RUN_POSITIVE");
    expect(problems[1]!.code).toBe("RUN_SCALAR");
    expect(settings).toMatchObject({ stop: 10, step: 0.01, atol: 1e-9 });
  });

  test("refuse a grid that would fill the memory, with the step that would do", () => {
    const { problems, settings } = read({ stop: "1e9", step: "1e-3" });
    expect(problems[0]).toMatchObject({ code: "RUN_SAMPLES", path: "run.step", values: { least: 1e9 / mostSamples } });
    expect(settings.stop / settings.step).toBeLessThanOrEqual(mostSamples);
  });

  test("an unlimited longest step is the default", () => {
    expect(read({}).settings.maxStep).toBe(Number.POSITIVE_INFINITY);
  });
});
