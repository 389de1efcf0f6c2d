/** Modes that nobody needs, named with the blocks that hold them. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import { readDocument } from "../../../core/diagram/schema.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { needlessStates } from "../../../core/linearize/needlessStates.ts";
import { draw } from "../drawing.ts";

function told(document: LazoDocument) {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems[0]!.message);
  const linearized = linearize(compiled.model);
  if (!linearized.ok) throw new Error(linearized.problems[0]!.message);
  return needlessStates(linearized.linearization);
}
function example(name: string): LazoDocument {
  const read = readDocument(readFileSync(`examples/${name}.lazo`, "utf8"));
  if (!read.ok) throw new Error(read.problems[0]!.message);
  return read.document;
}
const lag = (pole: number) => ["transfer-function", { num: "[1]", den: `[1, ${pole}]` }] as const;

describe("needless states", () => {
  test("two lags that one input fills alike: the mode, both blocks, how many are enough, and the cure", () => {
    const drawn = draw({ u: ["input"], a: [...lag(2)], b: [...lag(2)], c: [...lag(5)], y: ["output"], z: ["output"] }, [
      "u -> a",
      "u -> b",
      "b -> c",
      "a -> y",
      "c -> z",
    ]);
    expect(told(drawn)).toMatchObject([
      {
        severity: "warning",
        code: "MODE_UNREACHED",
        path: "a",
        message: 'No input moves the mode -2 of "a", "b": 2 of the 3 states are enough.',
        values: { mode: "-2", states: 3, minimal: 2 },
      },
    ]);
    expect(told(drawn)[0]!.hint).toMatch(/Join/);
  });

  test("an oscillator beside the way to the output", () => {
    const drawn = draw(
      {
        u: ["input"],
        a: [...lag(1)],
        swing: ["transfer-function", { num: "[1]", den: "[1, 2, 10]" }],
        seen: ["scope"],
        y: ["output"],
      },
      ["u -> a", "a -> y", "a -> swing", "swing -> seen"],
    );
    expect(told(drawn)).toMatchObject([
      { code: "MODE_UNSEEN", path: "swing", values: { mode: "-1 ± 3i", minimal: 1 } },
    ]);
  });

  test("a pole that a zero before it cancels is not moved, behind it not seen", () => {
    const zero = ["transfer-function", { num: "[1, 3]", den: "[1, 1]" }] as const;
    const before = draw({ u: ["input"], z: [...zero], p: [...lag(3)], y: ["output"] }, ["u -> z", "z -> p", "p -> y"]);
    expect(told(before).map(({ code, path }) => [code, path])).toEqual([["MODE_UNREACHED", "z"]]);
    const behind = draw({ u: ["input"], z: [...zero], p: [...lag(3)], y: ["output"] }, ["u -> p", "p -> z", "z -> y"]);
    expect(told(behind)).toMatchObject([{ code: "MODE_UNSEEN" }]);
    expect(told(behind)[0]!.values!["blocks"]).toContain('"p"');
  });

  test("nothing where all states are needed, nor where there is no input or no output", () => {
    expect(
      told(draw({ u: ["input"], a: [...lag(2)], b: [...lag(2)], y: ["output"] }, ["u -> a", "a -> b", "b -> y"])),
    ).toEqual([]);
    expect(
      told(
        draw({ u: ["constant"], a: [...lag(2)], b: [...lag(2)], y: ["output"] }, [
          "u -> a",
          "u -> b",
          "a -> y",
          "b -> y",
        ]),
      ),
    ).toEqual([]);
    for (const name of ["cart-pendulum", "mass-spring-damper", "inverted-pendulum-lqg", "motor-position"])
      expect(told(example(name)), name).toEqual([]);
  });

  test("a Smith predictor's model moves as its plant does; a car that is there to be compared is not seen", () => {
    expect(told(example("delay-loop"))).toMatchObject([
      { code: "MODE_UNREACHED", values: { blocks: '"Heater 2", "Model of the heater"', mode: "-0.3333" } },
    ]);
    const compared = told(example("suspension"));
    expect(compared).toMatchObject([
      { code: "MODE_UNSEEN", path: "Car without", values: { count: 2, states: 8, minimal: 4 } },
    ]);
    expect(compared[0]!.message).toMatch(
      /^No output shows 2 modes of "Car without" \(0\.\S+ ± \S+i, 0\.\S+ ± \S+i\): 4 of the 8/,
    );
  });

  test("a network that only a scope reads: one line for all its modes, three of them by name", () => {
    const drawn = draw(
      {
        u: ["input"],
        a: [...lag(1)],
        net: ["learned-ssm", { kind: "S5", width: "2", size: "6", layers: "1", period: "0.1" }],
        seen: ["scope"],
        y: ["output"],
      },
      ["u -> a", "a -> y", "a -> net", "net -> seen"],
    );
    const lines = told(drawn).filter(({ code }) => code === "MODE_UNSEEN");
    expect(lines).toMatchObject([{ path: "net" }]);
    expect(Number(lines[0]!.values!["count"])).toBeGreaterThan(2);
    expect(lines[0]!.values!["mode"]).toMatch(/^[^,]+, [^,]+, [^,]+(, \.\.\.)?$/);
  });
});
