import { Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { matrixFormats, printMatrices } from "../../../core/emit/matrices.ts";
import type { StateSpace } from "../../../core/lti/stateSpace.ts";
import { hostileNames } from "./hostileNames.ts";

const island: StateSpace = {
  A: new Matrix([
    [0.5, -4],
    [0.1, -0.05],
  ]),
  B: new Matrix([[0.3], [0]]),
  C: new Matrix([
    [0.2, 0],
    [0, 1e-7],
  ]),
  D: new Matrix([[-0.02], [0]]),
  time: { kind: "continuous" },
  x: ["fish", "pelicans"],
  u: ["food"],
  y: ["camera 1", "drone_1"],
};

const named = (names: readonly string[]): StateSpace => ({ ...island, x: [names[0] ?? "", names[1] ?? ""] });

describe("JSON", () => {
  it("has exactly the fields that scripts rely on, with the numbers unrounded", () => {
    expect(JSON.parse(printMatrices(island, "json"))).toEqual({
      A: [
        [0.5, -4],
        [0.1, -0.05],
      ],
      B: [[0.3], [0]],
      C: [
        [0.2, 0],
        [0, 1e-7],
      ],
      D: [[-0.02], [0]],
      time: { kind: "continuous" },
      states: ["fish", "pelicans"],
      inputs: ["food"],
      outputs: ["camera 1", "drone_1"],
    });
  });

  it("gives the period of a sampled system and tells what is not finite", () => {
    const system: StateSpace = {
      ...island,
      D: new Matrix([[NaN], [-Infinity]]),
      time: { kind: "discrete", period: 0.1 },
    };
    const read = JSON.parse(printMatrices(system, "json"));
    expect(read.time).toEqual({ kind: "discrete", period: 0.1 });
    expect(read.D).toEqual([["NaN"], ["-Infinity"]]);
  });

  it("keeps rows of matrices without columns, and reads back any name", () => {
    const still: StateSpace = { ...island, B: Matrix.zeros(2, 0), D: Matrix.zeros(2, 0), u: [] };
    expect(JSON.parse(printMatrices(still, "json"))).toMatchObject({ B: [[], []], D: [[], []], inputs: [] });
    for (const name of hostileNames)
      expect(JSON.parse(printMatrices(named([name, "b"]), "json")).states).toEqual([name, "b"]);
  });
});

describe("text", () => {
  it("lines rows and columns up under their names", () => {
    expect(printMatrices(island, "text")).toBe(`continuous; 2 states, 1 input, 2 outputs

A         fish  pelicans
fish       0.5        -4
pelicans   0.1     -0.05

B         food
fish       0.3
pelicans     0

C         fish  pelicans
camera 1   0.2         0
drone_1      0      1e-7

D          food
camera 1  -0.02
drone_1       0
`);
  });

  it("says the size of what is empty", () => {
    expect(printMatrices({ ...island, B: Matrix.zeros(2, 0), D: Matrix.zeros(2, 0), u: [] }, "text")).toContain(
      "B  (2 x 0)\n",
    );
  });

  it("keeps every name on its line", () => {
    const lines = printMatrices(island, "text").split("\n").length;
    for (const name of hostileNames) expect(printMatrices(named([name, "b"]), "text").split("\n").length).toBe(lines);
  });
});

it("typesets in LaTeX, names escaped", () => {
  const tex = printMatrices(island, "latex");
  expect(tex).toContain("A &= \\begin{bmatrix}\n    0.5 & -4 \\\\\n    0.1 & -0.05\n  \\end{bmatrix}");
  expect(tex).toContain("10^{-7}");
  expect(tex).toContain("\\text{drone\\_1}");
  expect(printMatrices(named(["\\input{/etc/passwd}%", "$x^2&"]), "latex")).toContain(
    "\\text{\\textbackslash{}input\\{/etc/passwd\\}\\%} \\\\\n    \\text{\\$x\\textasciicircum{}2\\&}",
  );
});

it("prints MATLAB", () => {
  expect(printMatrices({ ...island, D: new Matrix([[Infinity], [NaN]]), x: ["it's", "b\n% x"] }, "matlab")).toBe(
    `A = [0.5 -4; 0.1 -0.05];
B = [0.3; 0];
C = [0.2 0; 0 1e-7];
D = [Inf; NaN];
states = {'it''s', 'b % x'};
inputs = {'food'};
outputs = {'camera 1', 'drone_1'};
Ts = 0; % continuous time
sys = ss(A, B, C, D, Ts, 'StateName', states, 'InputName', inputs, 'OutputName', outputs);
`,
  );
  expect(printMatrices({ ...island, B: Matrix.zeros(2, 0), D: Matrix.zeros(2, 0), u: [] }, "matlab")).toContain(
    "B = zeros(2, 0);",
  );
});

it("prints Python", () => {
  expect(
    printMatrices(
      { ...island, D: new Matrix([[-Infinity], [NaN]]), time: { kind: "discrete", period: 0.5 } },
      "python",
    ),
  ).toBe(
    `import numpy as np

A = np.array([[0.5, -4],
              [0.1, -0.05]], dtype=float)
B = np.array([[0.3],
              [0]], dtype=float)
C = np.array([[0.2, 0],
              [0, 1e-7]], dtype=float)
D = np.array([[-np.inf],
              [np.nan]], dtype=float)
states = ["fish", "pelicans"]
inputs = ["food"]
outputs = ["camera 1", "drone_1"]
dt = 0.5
`,
  );
});

it("prints every format it names, for a system without anything", () => {
  const none = Matrix.zeros(0, 0);
  const empty: StateSpace = { A: none, B: none, C: none, D: none, time: { kind: "continuous" }, x: [], u: [], y: [] };
  for (const format of matrixFormats) expect(printMatrices(empty, format).length).toBeGreaterThan(20);
});
