/** Blocks whose values depend on when they are asked: sources with edges, and what is held between sample instants. */
import { expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { Block, LazoDocument } from "../../../core/diagram/document.ts";
import { runSettings } from "../../../core/diagram/runSettings.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { simulate } from "../../../core/sim/simulate.ts";

type Part = readonly [name: string, type: string, params?: { readonly [name: string]: string }];

/** Parts in a row, each one's single output into the next one's single input, the last into an Output `y`. */
function chain(
  parts: readonly Part[],
  stop: string,
  step: string,
  data: { readonly [file: string]: string } = {},
): LazoDocument {
  const all: readonly Part[] = [...parts, ["y", "output"]];
  const blocks = all.map(([name, type, params = {}]): Block => ({
    id: name,
    name,
    type,
    version: 1,
    params,
    at: { x: 0, y: 0 },
  }));
  const port = (type: string, side: "in" | "out") =>
    ({ "transfer-function": { in: "u", out: "y" }, output: { in: "y", out: "" } })[type]?.[side] ?? side;
  const wires = all.slice(1).map(([name, type], i) => {
    const [before, kind] = all[i]!;
    return {
      id: `w${i}`,
      from: { block: before, port: port(kind, "out") },
      to: { block: name, port: port(type, "in") },
    };
  });
  return {
    format: "lazo",
    version: 1,
    name: "chain",
    variables: [],
    root: { blocks, wires, notes: [] },
    run: { stop, step, solver: "auto" },
    data,
  };
}

function run(document: LazoDocument, last = "y") {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join("\n"));
  const { ir } = compiled.model;
  const records = ir.records;
  const result = simulate(interpret(compiled.model), { records }, runSettings(document, false).settings);
  expect(result.status).toBe("finished");
  const at = document.root.wires.find(({ to }) => to.block === last)!.from.block;
  const trace = result.traces.find(({ path }) => path === at || path === last);
  if (!trace) throw new Error(`no trace of ${at} among ${result.traces.map(({ path }) => path).join(", ")}`);
  return { t: result.t, y: trace.values, method: result.method, model: compiled.model };
}

const integral: Part = ["sum", "integrator"];

test("noise is one number from instant to instant, wherever the output grid lies", () => {
  const { t, y, method, model } = run(chain([["noise", "noise", { period: "0.3", seed: "5" }], integral], "6", "0.1"));
  expect(method).toMatch(/exact/);
  const slopes = Array.from(y)
    .slice(1)
    .map((v, i) => (v - y[i]!) / (t[i + 1]! - t[i]!));
  for (let k = 0; k < 20; k++) {
    expect(slopes[3 * k + 1]).toBeCloseTo(slopes[3 * k]!, 9);
    expect(slopes[3 * k + 2]).toBeCloseTo(slopes[3 * k]!, 9);
    if (k > 0) expect(Math.abs(slopes[3 * k]! - slopes[3 * k - 1]!)).toBeGreaterThan(1e-6);
  }
  // The plant keeps its matrices: noise has no state.
  const made = linearize(model);
  expect(made.ok && made.linearization.system.A.to2DArray()).toEqual([[0]]);
});

test("every edge of a pulse train counts, at times that are no binary fractions", () => {
  const { y } = run(
    chain([["pulse", "pulse", { amplitude: "2", period: "0.3", duty: "1/3", delay: "0.1" }], integral], "30.1", "0.7"),
  );
  // 100 whole periods, each 0.1 s of 2.
  expect(y.at(-1)).toBeCloseTo(20, 9);
});

const csv = "t,v\n0.1,1\n0.4,3\n0.7,-2\n1.2,5\n";

test("held and straight data are integrated exactly, their ends held", () => {
  const area = (between: string) =>
    run(chain([["data", "from-csv", { file: "d.csv", between }], integral], "2", "0.25", { "d.csv": csv })).y.at(-1);
  expect(area("hold")).toBeCloseTo(0.4 * 1 + 0.3 * 3 - 0.5 * 2 + 0.8 * 5, 12);
  expect(area("linear")).toBeCloseTo(0.1 * 1 + 0.3 * 2 + 0.3 * 0.5 + 0.5 * 1.5 + 0.8 * 5, 12);
});

test("so are data without a column of times", () => {
  const area = (between: string) =>
    run(
      chain(
        [["data", "from-csv", { file: "d.csv", timing: "sample time", every: "0.3", values: "v", between }], integral],
        "2",
        "0.25",
        { "d.csv": csv },
      ),
    ).y.at(-1);
  expect(area("hold")).toBeCloseTo(0.3 * (1 + 3 - 2) + 1.1 * 5, 12);
  expect(area("linear")).toBeCloseTo(0.3 * (2 + 0.5 + 1.5) + 1.1 * 5, 12);
});

test("a sampled transfer function with a direct path holds its output", () => {
  const tf: Part = ["tf", "transfer-function", { num: "[1, 0]", den: "[1, -0.5]", period: "0.5" }];
  const { t, y } = run(chain([["wave", "sine"], tf, integral], "5", "0.1"));
  let [held, area] = [0, 0];
  t.forEach((_, i) => {
    expect(y[i]).toBeCloseTo(area, 9);
    if (i % 5 === 0) held = 0.5 * held + Math.sin(0.1 * i);
    area += 0.1 * held;
  });
});

test("a unit delay gives the sample before, and its initial value first", () => {
  const { t, y } = run(
    chain([["ramp", "ramp"], ["delay", "unit-delay", { period: "0.2", initial: "7" }], integral], "2", "0.1"),
    "sum",
  );
  t.forEach((time, i) => {
    const k = Math.floor(time / 0.2 + 1e-9);
    expect(y[i]).toBeCloseTo(k === 0 ? 7 : 0.2 * (k - 1), 12);
  });
});

test("a saturation switches exactly where its input crosses the limit", () => {
  const { y } = run(
    chain([["wave", "sine", { amplitude: "2" }], ["limit", "saturation"], integral], "3.141592653589793", "0.5"),
  );
  // Twice the area below 2 sin up to pi/6, and 1 in between.
  const part = Math.PI / 6;
  expect(y.at(-1)).toBeCloseTo(2 * 2 * (1 - Math.cos(part)) + Math.PI - 2 * part, 6);
});

test("a PRBS changes at sample instants alone, repeats, and costs the plant no matrices", () => {
  const prbs: Part = ["prbs", "prbs", { order: "3", period: "0.3", seed: "1", amplitude: "2" }];
  const { t, y, method, model } = run(chain([prbs, integral], "6", "0.1"));
  expect(method).toMatch(/exact/);
  // The register 001, 010, 101, 011, 111, 110, 100: its highest bit.
  const bits = [0, 0, 1, 0, 1, 1, 1];
  let area = 0;
  t.forEach((_, i) => {
    expect(y[i]).toBeCloseTo(area, 9);
    area += 0.1 * (bits[Math.floor(i / 3) % 7] ? 2 : -2);
  });
  const made = linearize(model);
  expect(made.ok && made.linearization.system.A.to2DArray()).toEqual([[0]]);
});

test("corners of sequences are hit exactly, between the points of any grid", () => {
  const area = (type: string, params: { readonly [name: string]: string }, stop: string) =>
    run(chain([["source", type, params], integral], stop, "0.7")).y.at(-1);
  const repeated = { times: "[0, 0.1, 0.4]", values: "[1, 3, -2]" };
  // A whole period has 0.2 + 0.15 of area as lines, 0.1 + 0.9 as stairs.
  expect(area("repeating-sequence", repeated, "4")).toBeCloseTo(3.5, 9);
  expect(area("repeating-sequence", { ...repeated, between: "hold" }, "4")).toBeCloseTo(10, 9);
  const once = { times: "[0.1, 0.4, 0.7]", values: "[1, 3, -2]" };
  expect(area("piecewise-linear", once, "2.1")).toBeCloseTo(0.1 + 0.6 + 0.15 - 2.8, 9);
  expect(area("piecewise-linear", { ...once, ends: "zero" }, "2.1")).toBeCloseTo(0.6 + 0.15, 9);
});

test("Stop Simulation ends the run where its input crosses", () => {
  const document = chain(
    [
      ["wave", "sine", { frequency: "2" }],
      ["gain", "gain"],
    ],
    "5",
    "0.3",
  );
  const stop: Block = { id: "stop", name: "stop", type: "stop", version: 1, params: {}, at: { x: 0, y: 0 } };
  const stopped = (when: string) => {
    const compiled = compile({
      ...document,
      root: {
        ...document.root,
        blocks: [...document.root.blocks, { ...stop, params: { when } }],
        wires: [
          ...document.root.wires,
          { id: "s", from: { block: "gain", port: "out" }, to: { block: "stop", port: "in" } },
        ],
      },
    });
    if (!compiled.ok) throw new Error(compiled.problems.map(({ message }) => message).join("\n"));
    const { records } = compiled.model.ir;
    const result = simulate(interpret(compiled.model), { records }, runSettings(document, false).settings);
    expect(result.status).toBe("stopped");
    return result.t.at(-1)!;
  };
  expect(stopped("falls through 0")).toBeCloseTo(Math.PI / 2, 9);
  expect(stopped("rises through 0")).toBeCloseTo(Math.PI, 9);
  expect(stopped("crosses 0")).toBeCloseTo(Math.PI / 2, 9);
});

test("a signal through a bus, a tag and a selector comes out as it went in", () => {
  const block = (id: string, type: string, params: { readonly [name: string]: string } = {}): Block => ({
    id,
    name: id,
    type,
    version: 1,
    params,
    at: { x: 0, y: 0 },
  });
  const wire = (from: string, fromPort: string, to: string, toPort: string) => ({
    id: `${from}-${to}-${toPort}`,
    from: { block: from, port: fromPort },
    to: { block: to, port: toPort },
  });
  const document: LazoDocument = {
    ...chain([], "1", "0.5"),
    root: {
      blocks: [
        block("one", "constant", { value: "[1, 2]" }),
        block("two", "clock"),
        block("inner", "bus-creator", { names: "pair, time" }),
        block("outer", "bus-creator", { names: "engine, again" }),
        block("goto", "goto", { tag: "bus" }),
        block("from", "from", { tag: "bus" }),
        block("select", "bus-selector", { names: "engine.pair, again" }),
        block("last", "selector", { indices: "2" }),
        block("sum", "sum", { signs: "++" }),
        block("y", "output"),
      ],
      wires: [
        wire("one", "out", "inner", "in1"),
        wire("two", "out", "inner", "in2"),
        wire("inner", "out", "outer", "in1"),
        wire("two", "out", "outer", "in2"),
        wire("outer", "out", "goto", "in"),
        wire("from", "out", "select", "bus"),
        wire("select", "out1", "last", "in"),
        wire("last", "out", "sum", "in1"),
        wire("select", "out2", "sum", "in2"),
        wire("sum", "out", "y", "y"),
      ],
      notes: [],
    },
  };
  const { t, y, model } = run(document);
  expect(Array.from(y)).toEqual(Array.from(t, (time) => 2 + time));
  // Elements are known by their names.
  const labels = model.ir.slots.map(({ label }) => label);
  expect(labels).toEqual(
    expect.arrayContaining(["pair[1]", "pair[2]", "time", "engine[3]", "engine.pair[2]", "again"]),
  );
});
