import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const rows = (num: number[], den: number[], period: number | null = null) => {
  const block = traceBlock("transfer-function", { num, den, period });
  const n = den.length - 1;
  const unit = (i: number) => Array.from({ length: n }, (_, k) => (k === i ? 1 : 0));
  const at = (u: number, x: number[]) => block.at({ in: { u: [u] }, state: { x } });
  const columns = unit(-1).map((_, i) => at(0, unit(i)));
  const input = at(1, unit(-1));
  return {
    A: unit(-1).map((_, i) => columns.map((c) => c.next["x"]![i]! + 0)),
    B: (input.next["x"] ?? []).map((v) => v + 0),
    C: columns.map((c) => c.out["y"]![0]! + 0),
    D: input.out["y"]![0]! + 0,
    held: input.held,
  };
};

test("is the controllable canonical form of tf2ss", () => {
  // scipy.signal.tf2ss([1, 3, 3], [1, 2, 1]) and, normalised by the leading 2, tf2ss([4], [2, 6, 4, 8]).
  expect(rows([1, 3, 3], [1, 2, 1])).toMatchObject({
    A: [
      [-2, -1],
      [1, 0],
    ],
    B: [1, 0],
    C: [1, 2],
    D: 1,
  });
  expect(rows([4], [2, 6, 4, 8])).toMatchObject({
    A: [
      [-3, -2, -4],
      [1, 0, 0],
      [0, 1, 0],
    ],
    B: [1, 0, 0],
    C: [0, 0, 2],
    D: 0,
  });
});

test("a plain ratio has no state", () => {
  const block = traceBlock("transfer-function", { num: [3], den: [2], period: null });
  expect(block.at({ in: { u: [4] } })).toMatchObject({ out: { y: [6] }, next: { x: [] } });
});

test("sampled, a direct path is held between instants; without one nothing needs to be", () => {
  expect(rows([1, 0], [1, -0.5], 0.1).held).toEqual([1]);
  expect(rows([1], [1, -0.5], 0.1).held).toEqual([]);
  expect(rows([1, 0], [1, -0.5]).held).toEqual([]);
});

test("refuses what is improper, but not leading zeros", () => {
  const problem = (num: number[], den: number[]) => traceBlock("transfer-function", { num, den, period: null }).problem;
  expect(problem([1, 0, 0], [1, 1])).toMatch(/proper/);
  expect(problem([0, 1, 0], [1, 1])).toBeUndefined();
  expect(problem([1], [0, 1])).toMatch(/must not be zero/);
  expect(rows([0, 1, 3], [1, 2])).toMatchObject({ A: [[-2]], C: [1], D: 1 });
});

test("shows its polynomials", () => {
  const { glyph } = traceBlock("transfer-function", { num: [1], den: [1], period: null }).definition;
  const tex = (num: string, den: string, period: string) => glyph.tex?.({ num, den, period });
  expect(tex("1", "[1, 3, 2]", "continuous")).toBe("\\frac{1}{s^{2}+3\\,s+2}");
  expect(tex("[K]", "[L; R]", "continuous")).toBe("\\frac{K}{L\\,s+R}");
  expect(tex("4.82", "[1, -0.72, 0, 0]", "1")).toBe("\\frac{4.82}{z^{3}-0.72\\,z^{2}}");
  expect(tex("conv(a, b)", "den", "continuous")).toBe("\\frac{b(s)}{a(s)}");
});

test("coefficients far apart are balanced by powers of two, and poles and zeros stay what they are", () => {
  const [a, b, c] = [-1e-2, -1e3, -1e6];
  const den = [1, -(a + b + c), a * b + b * c + c * a, -a * b * c];
  const { A, B, C } = rows([5e9, 1e10], den);
  // The characteristic polynomial of a companion form: s^3 - A11 s^2 - A12 A21 s - A13 A32 A21.
  expect(-A[0]![0]!).toBe(den[1]);
  expect(-A[0]![1]! * A[1]![0]!).toBe(den[2]);
  expect(-A[0]![2]! * A[2]![1]! * A[1]![0]!).toBe(den[3]);
  expect(C[1]! * B[0]! * A[1]![0]!).toBe(5e9);
  expect(C[2]! * B[0]! * A[1]![0]! * A[2]![1]!).toBe(1e10);
  // Each scale is about the size of its coefficient, so that states are about as large as the input.
  const scale = [B[0]!, B[0]! * A[1]![0]!, B[0]! * A[1]![0]! * A[2]![1]!];
  scale.forEach((p, i) => {
    expect(Math.log2(p) % 1).toBe(0);
    expect(Math.abs(Math.log2(p / den[i + 1]!))).toBeLessThanOrEqual(0.5);
  });
});

test("poles at 0 beside large ones, and nothing but poles at 0, are balanced too", () => {
  expect(rows([1], [1, 1e8, 0, 0]).A.flat().every(Number.isFinite)).toBe(true);
  expect(rows([1], [1, 0, 0]).A).toEqual([
    [0, 0],
    [1, 0],
  ]);
});
