/** Box and Jenkins' model of recorded sales: what is simulated, and what the data themselves say of its two numbers. */
import { expect, test } from "vitest";
import { readCsv } from "../../core/diagram/data.ts";
import { example, exampleText, matricesOf, run } from "./example.ts";

const [published, decay] = [4.82, 0.72];

function recorded() {
  const read = readCsv("sales.csv", exampleText("sales.csv"));
  if (!read.ok) throw new Error(read.problem.message);
  const column = (name: string) => Array.from(read.table.columns.find((c) => c.name === name)!.values);
  return { lead: column("lead"), sales: column("recorded sales") };
}

const changes = (values: readonly number[]) => values.slice(1).map((v, i) => v - values[i]!);

/** w z^-3 / (1 - d z^-1) x, from rest. */
function respond(x: readonly number[], w: number, d: number): number[] {
  const y: number[] = [];
  x.forEach((_, t) => y.push(d * (y[t - 1] ?? 0) + w * (x[t - 3] ?? 0)));
  return y;
}

/** Gauss-Newton on the squared error of the monthly changes, after the four months that the model can't know. */
function fit(x: readonly number[], y: readonly number[]): { w: number; d: number; sum: number } {
  let [w, d] = [4, 0.6];
  const errors = (a: number, b: number) =>
    respond(x, a, b)
      .map((v, t) => y[t]! - v)
      .slice(4);
  for (let pass = 0; pass < 50; pass++) {
    const h = 1e-6;
    const e = errors(w, d);
    const [ew, ed] = [errors(w + h, d).map((v, i) => (v - e[i]!) / h), errors(w, d + h).map((v, i) => (v - e[i]!) / h)];
    const dot = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
    const [ww, wd, dd, gw, gd] = [dot(ew, ew), dot(ew, ed), dot(ed, ed), dot(ew, e), dot(ed, e)];
    const det = ww * dd - wd * wd;
    w -= (dd * gw - wd * gd) / det;
    d -= (ww * gd - wd * gw) / det;
  }
  return { w, d, sum: errors(w, d).reduce((sum, v) => sum + v * v, 0) };
}

test("the file is the whole record, with its source", () => {
  const { lead, sales } = recorded();
  expect([lead.length, sales.length]).toEqual([150, 150]);
  expect([lead[0], sales[0], lead[149], sales[149]]).toEqual([10.01, 200.1, 13.4, 262.7]);
  expect(exampleText("sales.csv")).toMatch(/^# .*Box.*Jenkins/);
});

test("the published figures are those that the data give, within a few percent", () => {
  const { lead, sales } = recorded();
  const { w, d, sum } = fit(changes(lead), changes(sales));
  // Least squares on the changes: 4.69 (standard error 0.07) and 0.730 (0.007).
  expect(w).toBeCloseTo(4.692, 3);
  expect(d).toBeCloseTo(0.7302, 4);
  expect(Math.abs(w / published - 1)).toBeLessThan(0.03);
  expect(Math.abs(d / decay - 1)).toBeLessThan(0.02);
  // The gain in the long run, which the levels show, agrees better: 17.2 and 17.4.
  expect(Math.abs(w / (1 - d) / (published / (1 - decay)) - 1)).toBeLessThan(0.012);
  const errors = respond(changes(lead), published, decay)
    .map((v, t) => changes(sales)[t]! - v)
    .slice(4);
  expect(errors.reduce((s, v) => s + v * v, 0) / sum).toBeLessThan(1.03);
});

test("the diagram is that transfer function, and follows the recorded sales", () => {
  const document = example("bjsales");
  expect(matricesOf(document)).toMatchObject({
    C: [[0, 0, published]],
    time: { kind: "discrete", period: 1 },
    u: ["lead"],
    y: ["sales"],
    exact: true,
  });
  const { lead, sales } = recorded();
  const result = run(document);
  const simulated = result.of("Sales.sales");
  // Changes summed up from the first month are the levels less the first; the month k is at t = k.
  const model = respond(
    lead.map((v) => v - lead[0]!),
    published,
    decay,
  ).map((v) => v + sales[0]!);
  model.forEach((v, k) => expect(Math.abs(simulated[k + 1]! - v)).toBeLessThan(1e-10));
  const shown = result.of("Recorded sales.recorded sales");
  sales.forEach((v, k) => expect(shown[k + 1]).toBe(v));
  const errors = sales.map((v, k) => v - simulated[k + 1]!);
  expect(Math.max(...errors.map(Math.abs))).toBeLessThan(3);
  const mean = sales.reduce((s, v) => s + v, 0) / 150;
  const explained = 1 - errors.reduce((s, v) => s + v * v, 0) / sales.reduce((s, v) => s + (v - mean) ** 2, 0);
  expect(explained).toBeGreaterThan(0.995);
});

test("both are in one scope", () => {
  const { root } = example("bjsales");
  const scope = root.blocks.find(({ type }) => type === "scope");
  const sources = root.wires
    .filter(({ to }) => to.block === scope?.id)
    .map(({ from }) => root.blocks.find(({ id }) => id === from.block)?.name);
  expect(sources).toEqual(["Simulated sales", "Recorded sales"]);
});
