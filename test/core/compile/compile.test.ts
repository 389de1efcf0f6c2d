import { describe, expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import { printIr } from "../../../core/ir/print.ts";
import type { Model } from "../../../core/ir/ir.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { draw } from "../drawing.ts";

function model(document: LazoDocument): Model {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems.map((p) => `${p.code} ${p.path}: ${p.message}`).join("\n"));
  return compiled.model;
}
function matrices(document: LazoDocument) {
  const result = linearize(model(document));
  if (!result.ok) throw new Error(result.problems[0]!.message);
  const { system, exact } = result.linearization;
  return {
    A: system.A.to2DArray(),
    B: system.B.to2DArray(),
    C: system.C.to2DArray(),
    D: system.D.to2DArray(),
    u: system.u,
    x: system.x,
    y: system.y,
    time: system.time,
    exact,
    provenance: result.linearization.provenance,
  };
}

const island = draw(
  {
    Feed: ["input", { names: "feed" }],
    Population: ["state", { names: "fish, pelicans", initial: "[200; 20]" }],
    Currents: ["feedthrough", { D: "[-0.02; 0.06; 0; 0]" }],
    Sensors: ["output", { names: "camera 1, camera 2, drone 1, drone 2" }],
  },
  [
    ["Feed -> Population", "[0.3; 0]"],
    ["Population -> Population", "[0.5, -4; 0.1, -0.05]"],
    ["Population -> Sensors", "[0.2, 0; 0.05, 0; 0, 0.25; 0, 0.10]"],
    "Feed -> Currents",
    "Currents -> Sensors",
  ],
);

describe("matrices", () => {
  test("the textbook picture gives exactly the numbers that were typed, with names", () => {
    const { A, B, C, D, u, x, y, exact, time } = matrices(island);
    expect(A).toEqual([
      [0.5, -4],
      [0.1, -0.05],
    ]);
    expect(B).toEqual([[0.3], [0]]);
    expect(C).toEqual([
      [0.2, 0],
      [0.05, 0],
      [0, 0.25],
      [0, 0.1],
    ]);
    expect(D).toEqual([[-0.02], [0.06], [0], [0]]);
    expect(u).toEqual(["feed"]);
    expect(x).toEqual(["fish", "pelicans"]);
    expect(y).toEqual(["camera 1", "camera 2", "drone 1", "drone 2"]);
    expect(time).toEqual({ kind: "continuous" });
    expect(exact).toBe(true);
  });

  test("every entry knows the wires and blocks on its way", () => {
    const { provenance } = matrices(island);
    expect(provenance("A", 0, 1)).toEqual({ blocks: ["Population"], wires: ["w2"] });
    expect(provenance("B", 0, 0).wires).toEqual(["w1"]);
    expect(provenance("C", 3, 1).wires).toEqual(["w3"]);
    const d = provenance("D", 0, 0);
    expect([...d.wires].sort()).toEqual(["w4", "w5"]);
    expect(d.blocks).toContain("Currents");
    expect(d.blocks).not.toContain("Population");
  });

  test("several wires into one port add up, each with its gain", () => {
    const { A } = matrices(
      draw({ X: ["state"], Y: ["output"] }, [["X -> X", "2"], ["X -> X", "-5"], "X -> X", "X -> Y"]),
    );
    expect(A).toEqual([[-2]]);
  });

  test("classic blocks: a loop of integrators, a mux and a sum", () => {
    const { A, B, C, D, x } = matrices(
      draw(
        {
          F: ["input"],
          Sum: ["sum", { signs: "+--" }],
          Invm: ["gain", { gain: "1/m" }],
          v: ["integrator"],
          p: ["integrator"],
          c: ["gain", { gain: "c" }],
          k: ["gain", { gain: "k" }],
          Mux: ["mux", { count: "2" }],
          y: ["output"],
        },
        [
          "F -> Sum.in1",
          "c -> Sum.in2",
          "k -> Sum.in3",
          "Sum -> Invm",
          "Invm -> v",
          "v -> p",
          "v -> c",
          "p -> k",
          "p -> Mux.in1",
          "v -> Mux.in2",
          "Mux -> y",
        ],
        { variables: { m: "2", c: "0.5", k: "8" } },
      ),
    );
    expect(x).toEqual(["v", "p"]);
    expect(A).toEqual([
      [-0.25, -4],
      [1, 0],
    ]);
    expect(B).toEqual([[0.5], [0]]);
    expect(C).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(D).toEqual([[0], [0]]);
  });

  test("a sampled state gives discrete matrices with its period", () => {
    const { A, B, time } = matrices(
      draw({ u: ["input"], x: ["state", { period: "0.5" }], y: ["output"] }, [
        ["x -> x", "0.9"],
        ["u -> x", "0.1"],
        "x -> y",
      ]),
    );
    expect([A, B, time]).toEqual([[[0.9]], [[0.1]], { kind: "discrete", period: 0.5 }]);
  });

  test("continuous and sampled states together are one map from sample to sample", () => {
    const { A, x, time } = matrices(draw({ a: ["state"], b: ["state", { period: "1" }] }, ["a -> b", "b -> a"]));
    expect({ A, x, time }).toEqual({
      A: [
        [1, 1],
        [1, 0],
      ],
      x: ["a", "b"],
      time: { kind: "discrete", period: 1 },
    });
  });

  test("a pendulum is linearized where it starts and says that it is not exact", () => {
    const pendulum = (theta: string) =>
      draw(
        {
          theta: ["integrator", { initial: theta }],
          omega: ["integrator"],
          f: ["function", { formula: "-g/l*sin(u)" }],
          y: ["output"],
        },
        ["omega -> theta", "theta -> f", "f -> omega", "theta -> y"],
        { variables: { g: "9.81", l: "0.5" } },
      );
    const down = matrices(pendulum("0"));
    expect(down.exact).toBe(false);
    expect(down.A[1]![0]).toBeCloseTo(-19.62, 12);
    expect(matrices(pendulum("pi")).A[1]![0]).toBeCloseTo(19.62, 12);
  });
});

describe("algebraic loops", () => {
  const loop = (gain: string) =>
    draw({ u: ["input"], Sum: ["sum", { signs: "+-" }], K: ["gain", { gain }], y: ["output"] }, [
      "u -> Sum.in1",
      "K -> Sum.in2",
      "Sum -> K",
      "K -> y",
    ]);

  test("a linear loop is solved exactly: y = K/(1+K) u", () => {
    expect(matrices(loop("3")).D).toEqual([[0.75]]);
  });

  test("a singular one is refused and printed block by block", () => {
    const compiled = compile(loop("-1"));
    expect(compiled.ok).toBe(false);
    const problem = compiled.problems.find((p) => p.code === "LOOP_SINGULAR")!;
    expect([...problem.related!].sort()).toEqual(["K", "Sum"]);
    expect(problem.message).toMatch(/Sum → K → Sum|K → Sum → K/);
  });

  test("a nearly singular one is solved with a warning that gives rcond", () => {
    const compiled = compile(loop("-1 + 1e-10"));
    expect(compiled.ok).toBe(true);
    expect(compiled.problems.map((p) => p.code)).toEqual(["LOOP_ILL_CONDITIONED"]);
    // I - D = 1 - (1 - 1e-10) as one number of the loop's size.
    const [problem] = compiled.problems;
    expect(Number(problem!.values!["rcond"])).toBeGreaterThan(1e-12);
    expect(Number(problem!.values!["rcond"])).toBeLessThan(1e-9);
    expect(problem!.message).toContain(String(problem!.values!["rcond"]));
  });

  test("feedthrough is per element: a block with one direct and one integrating output is no loop", () => {
    const { A, D } = matrices(
      draw(
        {
          u: ["input"],
          Plant: ["state-space", { A: "0", B: "[1, 0]", C: "[1; 0]", D: "[0, 0; 0, 1]", initial: "0" }],
          Split: ["demux", { widths: "1, 1" }],
          Mux: ["mux", { count: "2" }],
          y: ["output"],
        },
        ["u -> Mux.in2", "Split.out1 -> Mux.in1", "Mux -> Plant", "Plant -> Split", "Plant -> y"],
      ),
    );
    expect(A).toEqual([[1]]);
    expect(D).toEqual([[0], [1]]);
  });

  test("two coupled loops with three tears agree with the closed form", () => {
    // x = u + 0.5 y, y = 0.25 x + 0.5 z, z = 0.2 y - 0.1 x
    const { D } = matrices(
      draw({ u: ["input"], X: ["gain"], Y: ["gain"], Z: ["gain"], out: ["output"] }, [
        "u -> X",
        ["Y -> X", "0.5"],
        ["X -> Y", "0.25"],
        ["Z -> Y", "0.5"],
        ["Y -> Z", "0.2"],
        ["X -> Z", "-0.1"],
        "Y -> out",
      ]),
    );
    // y (1 - 0.1) = 0.2 x, x = u + 0.5 y
    expect(D[0]![0]).toBeCloseTo(0.2 / 0.9 / (1 - (0.5 * 0.2) / 0.9), 14);
  });
});

describe("problems", () => {
  const codes = (document: LazoDocument) => compile(document).problems.map((p) => p.code);

  test("a width mismatch names both ends", () => {
    const { problems } = compile(
      draw({ a: ["constant", { value: "[1; 2; 3]" }], b: ["state", { initial: "[0; 0]" }] }, ["a -> b"]),
    );
    const problem = problems.find((p) => p.code === "WIDTH_MISMATCH")!;
    expect(problem.path).toBe("wire:w1");
    expect(problem.message).toContain("a.out");
    expect(problem.message).toContain("b.dx");
    expect(problem.message).toMatch(/3.*2/);
  });

  test("a gain of the wrong shape says which shape fits", () => {
    const { problems } = compile(
      draw({ a: ["constant", { value: "[1; 2; 3]" }], b: ["state", { initial: "[0; 0]" }] }, [
        ["a -> b", "[1, 2; 3, 4]"],
      ]),
    );
    expect(problems.find((p) => p.code === "WIDTH_GAIN")!.hint).toContain("2 x 3");
  });

  test("everything wrong is said at once", () => {
    const found = codes(
      draw(
        {
          a: ["gain", { gain: "nope" }],
          b: ["state", { initial: "[0; 0]" }],
          c: ["constant", { value: "[1; 2; 3]" }],
          d: ["integrator"],
        },
        ["c -> b"],
      ),
    );
    expect(found).toContain("WIDTH_MISMATCH");
    expect(found.length).toBeGreaterThanOrEqual(4);
  });

  test("widths come out for every port, through loops and muxes", () => {
    const compiled = compile(
      draw({ c: ["constant", { value: "[1; 2]" }], i: ["integrator"], m: ["mux", { count: "2" }], s: ["scope"] }, [
        "c -> i",
        "i -> m.in1",
        "c -> m.in2",
        "m -> s.in1",
      ]),
    );
    expect(compiled.problems).toEqual([]);
    expect(compiled.widths.get("i.in")).toBe(2);
    expect(compiled.widths.get("m.out")).toBe(4);
    expect(compiled.widths.get("s.in1")).toBe(4);
  });
});

describe("structure and numbers", () => {
  const spring = (k: string) =>
    draw(
      { x: ["state", { initial: "[1; 0]" }], y: ["output"] },
      [
        ["x -> x", "[0, 1; -k, -0.1]"],
        ["x -> y", "[1, 0]"],
      ],
      { variables: { k } },
    );

  test("a new number keeps the structure and its key; a new wire does not", () => {
    const first = compile(spring("4"));
    const second = compile(spring("9"), first);
    expect(second.ok && first.ok && second.model.ir === first.model.ir).toBe(true);
    const fresh = compile(spring("9"));
    expect(second.ok && fresh.ok && fresh.model.ir.key === second.model.ir.key).toBe(true);
    expect(second.ok && fresh.ok ? [...second.model.values] : []).toEqual(
      fresh.ok ? [...fresh.model.values] : undefined,
    );
    const wired = compile(
      draw({ x: ["state", { initial: "[1; 0]" }], y: ["output"] }, [["x -> x", "[0, 1; -4, -0.1]"]]),
      first,
    );
    expect(wired.signature).not.toBe(first.signature);
  });

  test("the intermediate representation of the island, as text", async () => {
    await expect(printIr(model(island).ir)).toMatchFileSnapshot("../../golden/island.ir.txt");
  });

  test("a saturated loop with a pulse: modes and instants are found", async () => {
    const { ir } = model(
      draw({ p: ["pulse"], s: ["sum", { signs: "+-" }], sat: ["saturation"], i: ["integrator"], y: ["output"] }, [
        "p -> s.in1",
        "i -> s.in2",
        "s -> sat",
        "sat -> i",
        "i -> y",
      ]),
    );
    const tests = ir.algebra.flatMap((step) => (step.do === "latch" ? [step.test] : []));
    expect(tests).toContain("floor");
    expect(tests.filter((t) => t === "above").length).toBeGreaterThanOrEqual(2);
    expect(ir.instants.length).toBeGreaterThanOrEqual(2);
    for (const instant of ir.instants) expect(ir.algebra[instant.step]!.do).toBe("latch");
    await expect(printIr(ir)).toMatchFileSnapshot("../../golden/saturatedLoop.ir.txt");
  });
});

describe("growth", () => {
  const chain = (n: number) => {
    const blocks = Object.fromEntries(
      Array.from({ length: n }, (_, i) => [`g${i}`, ["gain", { gain: "1.01" }] as const]),
    );
    return draw({ u: ["input"], ...blocks, y: ["output"] }, [
      "u -> g0",
      ...Array.from({ length: n - 1 }, (_, i) => `g${i} -> g${i + 1}`),
      `g${n - 1} -> y`,
    ]);
  };
  test("a chain of n gains makes n steps and n + few slots", () => {
    for (const n of [10, 100, 1000]) {
      const { ir } = model(chain(n));
      expect(ir.algebra.length).toBe(n + 1);
      expect(ir.slots.length).toBeLessThanOrEqual(2 * n + 4);
    }
  });
});
