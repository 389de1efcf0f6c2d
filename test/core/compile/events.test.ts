/** What events do in a run of a drawn model: jumps of states, memory, delays, subsystems that do not always run. */
import { describe, expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { runSettings } from "../../../core/diagram/runSettings.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { simulate } from "../../../core/sim/simulate.ts";
import { draw } from "../drawing.ts";

function run(document: LazoDocument) {
  const compiled = compile(document);
  expect(compiled.problems.filter((problem) => problem.severity === "error")).toEqual([]);
  const model = compiled.model!;
  const result = simulate(interpret(model), { records: model.ir.records }, runSettings(document, false).settings);
  const signal = (path: string): Float64Array => {
    const trace = result.traces.find((one) => one.path === path);
    if (!trace) throw new Error(`no ${path} among ${result.traces.map((one) => one.path).join(", ")}`);
    return trace.values;
  };
  const at = (path: string, t: number): number => {
    const i = result.t.findIndex((time) => Math.abs(time - t) < 1e-9);
    if (i < 0) throw new Error(`nothing recorded at ${t}`);
    return signal(path)[i]!;
  };
  return { compiled, result, signal, at };
}
const settings = (stop: string, step: string) => ({ run: { stop, step, solver: "auto" as const } });

describe("transport delay", () => {
  test("of a step arrives at the exact time, of a sine to the accuracy of the run", () => {
    const { at, result } = run(
      draw(
        {
          step: ["step", { time: "0.3" }],
          sine: ["sine"],
          d: ["transport-delay", { time: "0.7" }],
          e: ["transport-delay", { time: "0.25" }],
          x: ["integrator"],
          s: ["scope", { count: "3" }],
        },
        ["step -> d", "d -> s.in1", "d -> x", "x -> s.in2", "sine -> e", "e -> s.in3"],
        settings("3", "0.125"),
      ),
    );
    expect(result.status).toBe("finished");
    expect(at("d", 0.875)).toBe(0);
    expect(at("d", 1)).toBe(1);
    expect(at("x", 3)).toBeCloseTo(2, 12);
    for (const t of [0.5, 1.5, 3]) expect(at("e", t)).toBeCloseTo(Math.sin(t - 0.25), 7);
  });

  test("in a loop: x' = -x(t - 1) follows the method of steps", () => {
    const { at } = run(
      draw(
        { x: ["integrator", { initial: "1" }], d: ["transport-delay", { time: "1", initial: "1" }] },
        ["x -> d", ["d -> x", "-1"]],
        settings("3", "0.5"),
      ),
    );
    // x = 1 - t, then 1 - t + (t-1)^2/2, then ... - (t-2)^3/6.
    const exact = (t: number) => 1 - t + (t > 1 ? (t - 1) ** 2 / 2 : 0) - (t > 2 ? (t - 2) ** 3 / 6 : 0);
    for (const t of [0.5, 1, 1.5, 2, 2.5, 3]) expect(Math.abs(at("x", t) - exact(t))).toBeLessThan(3e-7);
  });
});

describe("subsystems", () => {
  const lag = draw({ u: ["in"], y: ["out"], x: ["integrator"] }, [["u -> x", "a"], ["x -> x", "-a"], "x -> y"]);

  test("run as if drawn flat, each with its own parameter", () => {
    const { at, compiled } = run(
      draw(
        {
          u: ["constant"],
          fast: ["subsystem", { a: "2*k" }, { drawing: lag, mask: { a: "1" } }],
          slow: ["subsystem", {}, { drawing: lag, mask: { a: "1" } }],
          s: ["scope", { count: "2" }],
        },
        ["u -> fast.u", "u -> slow.u", "fast.y -> s.in1", "slow.y -> s.in2"],
        { ...settings("1", "0.5"), variables: { k: "2" } },
      ),
    );
    expect(at("fast/y", 1)).toBeCloseTo(1 - Math.exp(-4), 12);
    expect(at("slow/y", 1)).toBeCloseTo(1 - Math.exp(-1), 12);
    expect(compiled.widths.get("fast.u")).toBe(1);
    expect(compiled.rates.get("fast/x")).toBe("continuous");
  });

  test("with one direct and one integrating output close no false loop", () => {
    const both = draw({ u: ["in"], direct: ["out"], slow: ["out"], x: ["integrator"] }, [
      "u -> direct",
      "u -> x",
      "x -> slow",
    ]);
    const { compiled, at } = run(
      draw(
        { sub: ["subsystem", {}, { drawing: both }], c: ["constant"], s: ["scope"] },
        ["c -> sub.u", ["sub.slow -> sub.u", "-1"], "sub.direct -> s"],
        settings("1", "0.5"),
      ),
    );
    expect(compiled.model!.ir.algebra.some((step) => step.do === "solve")).toBe(false);
    expect(at("sub/direct", 1)).toBeCloseTo(Math.exp(-1), 12);
  });

  test("a new parameter value in a subsystem needs no new trace", () => {
    const model = (a: string) =>
      draw({ u: ["constant"], lag: ["subsystem", { a }, { drawing: lag, mask: { a: "1" } }], s: ["scope"] }, [
        "u -> lag.u",
        "lag.y -> s",
      ]);
    const first = compile(model("2"));
    const second = compile(model("3"), first);
    expect(second.model!.ir).toBe(first.model!.ir);
    expect(second.model!.values).not.toEqual(first.model!.values);
  });

  test("enabled: states stand still and outputs are held while off", () => {
    const ramp = draw({ on: ["enable"], u: ["in"], y: ["out"], x: ["integrator"] }, ["u -> x", "x -> y"]);
    const { at } = run(
      draw(
        {
          // on for 0..1, off 1..2, on 2..3 ...
          on: ["pulse", { period: "2", duty: "0.5" }],
          c: ["constant"],
          sub: ["subsystem", {}, { drawing: ramp }],
          s: ["scope", { count: "2" }],
        },
        ["on -> sub.on", "c -> sub.u", "sub.y -> s.in1", "on -> s.in2"],
        settings("4", "0.25"),
      ),
    );
    for (const [t, x] of [
      [0.5, 0.5],
      [1, 1],
      [1.75, 1],
      [2, 1],
      [2.5, 1.5],
      [3.5, 2],
    ] as const)
      expect(at("sub/y", t)).toBeCloseTo(x, 12);
  });

  test("enabled with a restart: states begin anew", () => {
    const ramp = draw(
      { on: ["enable", { states: "reset" }], u: ["in"], y: ["out"], x: ["integrator", { initial: "5" }] },
      ["u -> x", "x -> y"],
    );
    const { at } = run(
      draw(
        {
          on: ["pulse", { period: "2", duty: "0.5" }],
          c: ["constant"],
          sub: ["subsystem", {}, { drawing: ramp }],
          s: ["scope"],
        },
        ["on -> sub.on", "c -> sub.u", "sub.y -> s.in1"],
        settings("4", "0.25"),
      ),
    );
    for (const [t, x] of [
      [0.5, 5.5],
      [1.75, 6],
      [2.5, 5.5],
    ] as const)
      expect(at("sub/y", t)).toBeCloseTo(x, 12);
  });

  test("triggered: counts the edges of a pulse train", () => {
    const counter = draw(
      { go: ["trigger"], one: ["constant"], y: ["out"], count: ["unit-delay", { period: "inherited" }], sum: ["sum"] },
      ["one -> sum.in1", "count -> sum.in2", "sum -> count", "sum -> y"],
    );
    const document = draw(
      {
        p: ["pulse", { period: "1", duty: "0.3", delay: "0.4" }],
        sub: ["subsystem", {}, { drawing: counter }],
        s: ["scope"],
      },
      ["p -> sub.go", "sub.y -> s"],
      settings("4", "0.25"),
    );
    const { at } = run(document);
    for (const [t, n] of [
      [0.25, 0],
      [0.5, 1],
      [1.25, 1],
      [1.5, 2],
      [3.75, 4],
    ] as const)
      expect(at("sub/y", t)).toBe(n);
  });
});

describe("signals by name", () => {
  test("a From block hears the Goto of its tag, the nearest one outwards", () => {
    const inner = draw({ f: ["from", { tag: "A" }], y: ["out"] }, ["f -> y"]);
    const { at } = run(
      draw(
        {
          c: ["constant", { value: "3" }],
          g: ["goto", { tag: "A" }],
          sub: ["subsystem", {}, { drawing: inner }],
          s: ["scope"],
        },
        ["c -> g", "sub.y -> s"],
        settings("1", "0.5"),
      ),
    );
    expect(at("sub/y", 1)).toBe(3);
  });

  test("a bus goes through a subsystem and is taken apart by name, nested ones too", () => {
    const inner = draw({ u: ["in"], sel: ["bus-selector", { names: "engine.speed, brake" }], y: ["out"], z: ["out"] }, [
      "u -> sel",
      "sel.out1 -> y",
      "sel.out2 -> z",
    ]);
    const { at } = run(
      draw(
        {
          a: ["constant", { value: "[1, 2]" }],
          b: ["constant", { value: "[3, 4]" }],
          c: ["constant", { value: "5" }],
          engine: ["bus-creator", { names: "torque, speed" }],
          all: ["bus-creator", { names: "engine, brake" }],
          sub: ["subsystem", {}, { drawing: inner }],
          s: ["scope", { count: "2" }],
        },
        [
          "a -> engine.in1",
          "b -> engine.in2",
          "engine -> all.in1",
          "c -> all.in2",
          "all -> sub.u",
          "sub.y -> s.in1",
          "sub.z -> s.in2",
        ],
        settings("1", "0.5"),
      ),
    );
    expect([at("sub/y[1]", 1), at("sub/y[2]", 1), at("sub/z", 1)]).toEqual([3, 4, 5]);
  });

  test("what can't be found is said with what there is", () => {
    const { problems } = compile(
      draw(
        {
          a: ["constant"],
          b: ["constant"],
          bus: ["bus-creator", { names: "left, right" }],
          sel: ["bus-selector", { names: "up" }],
          f: ["from", { tag: "Z" }],
          s: ["scope", { count: "2" }],
        },
        ["a -> bus.in1", "b -> bus.in2", "bus -> sel", "sel -> s.in1", "f -> s.in2"],
      ),
    );
    expect(problems.find((one) => one.code === "BUS_ELEMENT")).toMatchObject({
      path: "sel",
      hint: "It has left, right.",
    });
    expect(problems.find((one) => one.code === "TAG_UNKNOWN")).toMatchObject({ path: "f", values: { tag: "Z" } });
  });
});

describe("the end of a run", () => {
  test("comes when a Stop block's input crosses, exactly there", () => {
    const { result } = run(
      draw(
        {
          c: ["constant"],
          x: ["integrator", { initial: "-0.7" }],
          stop: ["stop", { when: "rises through 0" }],
          s: ["scope"],
        },
        ["c -> x", "x -> stop", "x -> s"],
        settings("4", "0.25"),
      ),
    );
    expect(result.status).toBe("stopped");
    expect(result.events.at(-1)).toMatchObject({ path: "stop" });
    expect(result.t.at(-1)).toBeCloseTo(0.7, 12);
  });
});

describe("sample times", () => {
  test("with an offset", () => {
    const { result, signal } = run(
      draw(
        { t: ["clock"], d: ["unit-delay", { period: "[0.5, 0.2]" }], s: ["scope"] },
        ["t -> d", "d -> s"],
        settings("2", "0.5"),
      ),
    );
    expect([...result.t]).toEqual([0.2, 0.7, 1.2, 1.7]);
    expect([...signal("d")]).toEqual([0, 0.2, 0.7, 1.2]);
  });

  test("inherited from what is wired in, refused where that is continuous, warned of where they don't fit", () => {
    const chain = (first: string, second: string) =>
      compile(
        draw(
          {
            c: ["constant"],
            a: ["unit-delay", { period: first }],
            b: ["unit-delay", { period: second }],
            s: ["scope"],
          },
          ["c -> a", "a -> b", "b -> s"],
        ),
      );
    expect(chain("0.2", "inherited").rates.get("b")).toBe("0.2");
    expect(chain("0.2", "0.3").problems).toMatchObject([{ code: "RATE_TRANSITION", path: "b" }]);
    expect(chain("0.2", "0.4").problems).toEqual([]);
    const continuous = compile(
      draw({ x: ["integrator"], b: ["unit-delay", { period: "inherited" }], s: ["scope"] }, [
        "x -> b",
        ["b -> x", "-1"],
        "b -> s",
      ]),
    );
    expect(continuous.problems).toMatchObject([{ code: "RATE_INHERIT", path: "b" }]);
  });

  test("a loop that samples close is solved at the instants and open in between", () => {
    // At the instants y = 0.5 (r - y), so y = r/3; in between u is held and y follows r.
    const { at } = run(
      draw(
        {
          r: ["ramp", { slope: "1" }],
          y: ["sum", { signs: "+-" }],
          f: ["transfer-function", { num: "0.5", den: "1", period: "1" }],
          x: ["integrator"],
          s: ["scope", { count: "2" }],
        },
        ["r -> y.in1", "f -> y.in2", "y -> f", "y -> s.in1", "y -> x", "x -> s.in2"],
        settings("3", "0.25"),
      ),
    );
    // y[k] = r - 0.5 y[k], so y = 2 r / 3 at the instants; in between y = r - 0.5 * (2 k / 3).
    for (const t of [1, 2]) expect(at("y", t)).toBeCloseTo((2 * t) / 3, 12);
    expect(at("y", 2.5)).toBeCloseTo(2.5 - 2 / 3, 12);
  });
});
