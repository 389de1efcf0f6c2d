/** The island, drawn twice: with the four blocks and wire gains, and in classic blocks. */
import { expect, test } from "vitest";
import { error, example, matricesOf, run, type Run } from "./example.ts";

const A = [
  [0.5, -4],
  [0.1, -0.05],
];
const B = [[0.3], [0]];
const C = [
  [0.2, 0],
  [0.05, 0],
  [0, 0.25],
  [0, 0.1],
];
const D = [[-0.02], [0.06], [0], [0]];
/** Time and tonnes, each until the next. */
const drops = [
  [0, 0],
  [2, 60],
  [3, 0],
  [5, 80],
  [6.5, 0],
  [8, 40],
  [9, 0],
] as const;
const sensors = ["camera 1", "camera 2", "drone 1", "drone 2"];

test.each(["island", "island-classic"])(
  "%s has the textbook's matrices to the last bit, with a name for every row and column",
  (id) => {
    expect(matricesOf(example(id))).toEqual({
      A,
      B,
      C,
      D,
      x: ["fish", "pelicans"],
      u: ["food"],
      y: sensors,
      time: { kind: "continuous" },
      exact: true,
    });
  },
);

/** A = alpha I + M with M M = -omega^2 I, so that e^(A t) = e^(alpha t) (cos(omega t) I + sin(omega t) / omega M). */
function flow(x: readonly number[], t: number): number[] {
  const [alpha, det] = [0.225, 0.375];
  const omega = Math.sqrt(det - alpha ** 2);
  const [c, s] = [Math.exp(alpha * t) * Math.cos(omega * t), (Math.exp(alpha * t) * Math.sin(omega * t)) / omega];
  return [c * x[0]! + s * ((0.5 - alpha) * x[0]! - 4 * x[1]!), c * x[1]! + s * (0.1 * x[0]! + (-0.05 - alpha) * x[1]!)];
}

/** Fish, pelicans and food at t: from one change of the drops to the next about the balance -A^(-1) B u. */
function exact(t: number): { x: number[]; u: number } {
  let [x, at, u] = [[20, 5], 0, 0];
  const ahead = (to: number) => {
    const balance = [(0.05 * 0.3 * u) / 0.375, (0.1 * 0.3 * u) / 0.375];
    return flow([x[0]! - balance[0]!, x[1]! - balance[1]!], to - at).map((v, i) => v + balance[i]!);
  };
  for (const [time, food] of drops) {
    if (time > t) break;
    [x, at, u] = [ahead(time), time, food];
  }
  return { x: ahead(t), u };
}

test.each(["island", "island-classic"])("%s runs as the matrix exponential, to 1e-12", (id) => {
  const result = run(example(id));
  expect(result.method).toMatch(/exact/i);
  expect(result.t.length).toBe(601);
  sensors.forEach((sensor, i) => {
    const y = (t: number) => {
      const { x, u } = exact(t);
      return C[i]![0]! * x[0]! + C[i]![1]! * x[1]! + D[i]![0]! * u;
    };
    expect(error(result, `Sensors.${sensor}`, y), sensor).toBeLessThan(1e-12);
    // Legends call an output what it calls itself, wherever its signal comes from.
    expect(result.traces.find(({ path }) => path === `Sensors.${sensor}`)?.label).toBe(sensor);
  });
});

test("both drawings give the same numbers", () => {
  const [four, classic] = ["island", "island-classic"].map((id) => run(example(id))) as [Run, Run];
  for (const sensor of sensors) {
    const [a, b] = [four.of(`Sensors.${sensor}`), classic.of(`Sensors.${sensor}`)];
    const size = Math.max(...a.map(Math.abs));
    a.forEach((v, i) => expect(Math.abs(v - b[i]!)).toBeLessThan(1e-13 * size));
  }
});
