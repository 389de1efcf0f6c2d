/** Held plants against the reference vectors of c2d (zero-order hold), delays against what they approximate, and thresholds. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import type { Linearization, LinearizeOptions } from "../../../core/linearize/linearization.ts";
import { padeDelay, padeReach } from "../../../core/math/pade.ts";
import { commonPhases } from "../../../core/linearize/rates.ts";
import { luFactor, luSolve } from "../../../core/math/lu.ts";
import { draw } from "../drawing.ts";

function linear(document: LazoDocument, options: LinearizeOptions = {}): Linearization {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems.map((p) => `${p.code} ${p.path}: ${p.message}`).join("\n"));
  const result = linearize(compiled.model, options);
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.code}: ${p.message}`).join("\n"));
  return result.linearization;
}

interface Case {
  readonly name: string;
  readonly inputs: { A: number[][]; B: number[][]; C: number[][]; D: number[][]; Ts: number; method: string };
  readonly expected: { A: number[][]; B: number[][] };
  readonly rtol: number;
}
const { cases } = JSON.parse(readFileSync("test/reference/c2d.json", "utf8")) as { cases: Case[] };
const held = cases.filter(({ inputs, expected }) => inputs.method === "zoh" && expected.A);

describe("a plant behind a hold is its c2d", () => {
  expect(held.length).toBeGreaterThan(4);
  it.each(held.map((one) => [one.name, one] as const))("%s", (_, { inputs, expected, rtol }) => {
    const text = (m: number[][]): string => `[${m.map((row) => row.join(", ")).join("; ")}]`;
    const p = inputs.B[0]!.length;
    const hold = { A: "0", B: text([Array(p).fill(0)]), C: text(Array.from({ length: p }, () => [0])) };
    const unit = Array.from({ length: p }, (_row, i) => Array.from({ length: p }, (_col, j) => (i === j ? 1 : 0)));
    const l = linear(
      draw(
        {
          u: ["input", { signal: text(Array.from({ length: p }, () => [0])) }],
          H: ["state-space", { ...hold, D: text(unit), period: String(inputs.Ts) }],
          P: ["state-space", { A: text(inputs.A), B: text(inputs.B), C: text(inputs.C), D: text(inputs.D) }],
          y: ["output"],
        },
        ["u -> H", "H -> P", "P -> y"],
      ),
    );
    const n = inputs.A.length;
    const close = (name: "A" | "B", wanted: number[][]): void => {
      const size = Math.max(...wanted.flat().map(Math.abs));
      wanted.forEach((row, i) =>
        row.forEach((v, j) => expect(Math.abs(l.system[name].get(i, j) - v)).toBeLessThanOrEqual(rtol * size)),
      );
    };
    expect(l.system.x.slice(0, n).every((name) => name.startsWith("P"))).toBe(true);
    close("A", expected.A);
    close("B", expected.B);
  });
});

/** Frequency response of a single-input single-output system at j w. */
function response(l: Pick<Linearization, "system">, w: number): [number, number] {
  const { A, B, C, D } = l.system;
  const n = A.rows;
  const m = new Float64Array(4 * n * n);
  const x = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) m[i * 2 * n + j] = m[(n + i) * 2 * n + n + j] = -A.get(i, j);
    m[i * 2 * n + n + i] = -w;
    m[(n + i) * 2 * n + i] = w;
    x[i] = B.get(i, 0);
  }
  luSolve(luFactor(m, 2 * n), x);
  let [re, im] = [D.get(0, 0), 0];
  for (let i = 0; i < n; i++) {
    re += C.get(0, i) * x[i]!;
    im += C.get(0, i) * x[n + i]!;
  }
  return [re, im];
}

describe("transport delays", () => {
  const alone = draw({ u: ["input"], D: ["transport-delay", { time: "0.7" }], y: ["output"] }, ["u -> D", "D -> y"]);

  it.each([1, 2, 3, 4, 7, 10])("of order %i: all-pass, right to one degree where it says, and no longer", (pade) => {
    const l = linear(alone, { pade });
    expect(l.exact).toBe(false);
    expect(l.system.x).toEqual(Array.from({ length: pade }, (_, i) => `D.pade[${i + 1}]`));
    const error = (w: number): number => {
      const [re, im] = response(l, w);
      expect(Math.hypot(re, im)).toBeCloseTo(1, 10);
      // The angle between it and the delay itself, in degrees.
      const turn = Math.atan2(im, re) + 0.7 * w;
      return (Math.abs(Math.atan2(Math.sin(turn), Math.cos(turn))) * 180) / Math.PI;
    };
    const reach = padeReach(pade) / 0.7;
    expect(error(0.3 * reach)).toBeLessThan(1);
    expect(error(0.999 * reach)).toBeLessThan(1);
    expect(error(1.01 * reach)).toBeGreaterThan(1);
  });

  it("of order 2 are the known quotient, and of no order badly scaled", () => {
    // (s^2 T^2 - 6 s T + 12)/(s^2 T^2 + 6 s T + 12) at s = j w, T = 0.7.
    const w = 2.3;
    const [a, b] = [12 - (0.7 * w) ** 2, 6 * 0.7 * w];
    const [re, im] = response(linear(alone), w);
    expect(re).toBeCloseTo((a * a - b * b) / (a * a + b * b), 12);
    expect(im).toBeCloseTo((-2 * a * b) / (a * a + b * b), 12);
    expect(Math.max(...padeDelay(10, 1).a.map(Math.abs))).toBeLessThanOrEqual(38);
  });

  it("close loops, with a warning, and where a delay feeds itself without a state", () => {
    const loop = draw(
      { u: ["input"], e: ["sum", { signs: "+-" }], D: ["transport-delay", { time: "1" }], y: ["output"] },
      ["u -> e.in1", "e -> D", "D -> e.in2", "D -> y"],
    );
    const l = linear(loop, { pade: 4 });
    expect(l.problems).toMatchObject([{ code: "DELAY_PADE", severity: "warning", path: "D", values: { order: 4 } }]);
    // e^(-jw)/(1 + e^(-jw)) is 1/2 - j tan(w/2)/2.
    const [re, im] = response(l, 1);
    expect(re).toBeCloseTo(0.5, 9);
    expect(im).toBeCloseTo(-Math.tan(0.5) / 2, 6);
    expect(l.provenance("A", 0, 0).wires).toEqual(expect.arrayContaining(["w2", "w3"]));
    expect(l.provenance("D", 0, 0).blocks).toEqual(expect.arrayContaining(["e", "D"]));
  });

  it("beside samples are part of the map over the period", () => {
    const l = linear(
      draw(
        { u: ["input"], C: ["unit-delay", { period: "0.5" }], D: ["transport-delay", { time: "0.2" }], y: ["output"] },
        ["u -> C", "C -> D", "D -> y"],
      ),
    );
    expect(l.system.time).toEqual({ kind: "discrete", period: 0.5 });
    // At rest every y is u, whatever approximates the way.
    const n = l.system.x.length;
    const m = new Float64Array(n * n);
    const x = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) m[i * n + j] = (i === j ? 1 : 0) - l.system.A.get(i, j);
      x[i] = l.system.B.get(i, 0);
    }
    luSolve(luFactor(m, n), x);
    expect(x.reduce((sum, v, j) => sum + v * l.system.C.get(0, j), l.system.D.get(0, 0))).toBeCloseTo(1, 12);
  });
});

describe("modes", () => {
  const saturated = (initial: string): Linearization =>
    linear(
      draw({ x: ["state", { initial }], s: ["saturation", { lower: "-1", upper: "1" }], y: ["output"] }, [
        "x -> s",
        "s -> y",
        ["x -> x", "-1"],
      ]),
    );
  it("hold on their piece, and say when they stand on its edge", () => {
    expect([saturated("0.5").system.C.get(0, 0), saturated("2").system.C.get(0, 0)]).toEqual([1, 0]);
    expect(saturated("0.5").problems).toEqual([]);
    expect(saturated("1").problems).toMatchObject([{ code: "ON_THRESHOLD", path: "s", severity: "warning" }]);
  });
});

describe("common periods", () => {
  it.each([
    [[0.1, 0.2], 0.2, 2],
    [[0.2, 0.3], 0.6, 4],
    [[0.1, 0.25], 0.5, 6],
    [[1 / 3, 0.5], 1, 4],
  ])("of %j", (every, period, count) => {
    const found = commonPhases(every.map((one) => ({ every: one, offset: 0 })))!;
    expect(found.period).toBeCloseTo(period, 12);
    expect(found.phases).toHaveLength(count);
    expect(found.phases.reduce((sum, phase) => sum + phase.length, 0) * found.step).toBeCloseTo(period, 12);
  });
});
