/**
 * The blocks that estimate a plant of the drawing: equal to the filters of core/estimate on the record that they saw, equal to one another
 * on linear plants, the same in every engine; what they refuse, and what a change of a number costs.
 */
import { describe, expect, test } from "vitest";
import { compile } from "../../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../../core/diagram/document.ts";
import { setParam } from "../../../../core/diagram/edit.ts";
import { runSettings } from "../../../../core/diagram/runSettings.ts";
import { ekf } from "../../../../core/estimate/ekf.ts";
import { fixedLag } from "../../../../core/estimate/fixedLag.ts";
import { kalmanBucy } from "../../../../core/estimate/kalmanBucy.ts";
import { kalmanFilter } from "../../../../core/estimate/kalmanFilter.ts";
import { ukf } from "../../../../core/estimate/ukf.ts";
import { plantModel } from "../../../../core/plant/plantModel.ts";
import { interpret } from "../../../../core/sim/interpret.ts";
import { simulate } from "../../../../core/sim/simulate.ts";
import { runInWasm } from "../../../../core/sim/wasmRun.ts";
import { emitWasm } from "../../../../core/emit/wasm/emit.ts";
import { type Drawn, draw } from "../../drawing.ts";
import { compileAndRun, exportDocument } from "../../emit/typescript/exported.ts";

type Params = { readonly [name: string]: string };

const period = 0.1;
const stop = 4;

const compiled = (document: LazoDocument) => {
  const made = compile(document);
  expect(made.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  if (!made.ok) throw new Error("did not compile");
  return made.model;
};

/** A plant with noise on its outputs beside estimators of it; all of them b1's. */
function watched(
  plant: Drawn[string],
  outputs: number,
  estimators: { readonly [name: string]: readonly [string, Params] },
) {
  const deviation = `[${Array.from({ length: outputs }, () => "0.1").join("; ")}]`;
  const names = Object.keys(estimators);
  return draw(
    {
      Plant: plant,
      u: ["input", { signal: "sin(2*t) + 0.5" }],
      Noise: ["noise", { deviation, period: String(period), seed: "3" }],
      y: ["sum", { signs: "++" }],
      ...Object.fromEntries(
        Object.entries(estimators).map(([name, [type, params]]) => [
          name,
          [type, { plant: "b1", period: String(period), ...params }] as const,
        ]),
      ),
      seen: ["scope", { count: String(2 * names.length + 2) }],
    },
    [
      "u -> Plant",
      "Plant -> y.in1",
      "Noise -> y.in2",
      ...names.flatMap((name) => [`u -> ${name}.u`, `y -> ${name}.y`]),
      ...names.flatMap((name, i) => [`${name}.x -> seen.in${2 * i + 1}`, `${name}.sigma -> seen.in${2 * i + 2}`]),
      `u -> seen.in${2 * names.length + 1}`,
      `y -> seen.in${2 * names.length + 2}`,
    ],
    { run: { stop: String(stop), step: String(period), solver: "rk4" } },
  );
}

/** Rows of the signals that begin with a word, at the samples. */
function record(document: LazoDocument) {
  const model = compiled(document);
  const { settings } = runSettings(document, false);
  const result = simulate(interpret(model), { records: model.ir.records }, settings);
  expect(result.problems).toEqual([]);
  const at = Array.from({ length: Math.round(stop / period) }, (_, k) =>
    result.t.findLastIndex((t) => Math.abs(t - k * period) < 1e-9),
  );
  return (prefix: string): number[][] => {
    const own = result.traces.filter(
      ({ path }) => path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`),
    );
    return at.map((k) => own.map(({ values }) => values[k]!));
  };
}

const apart = (a: readonly number[][], b: readonly (readonly number[])[]): number =>
  Math.max(...a.flatMap((row, k) => row.map((v, i) => Math.abs(v - b[k]![i]!))));
const rows = (flat: Float64Array, n: number): number[][] =>
  Array.from({ length: flat.length / n }, (_, k) => [...flat.subarray(k * n, (k + 1) * n)]);

const oscillator: Drawn[string] = [
  "state-space",
  { A: "[0, 1; -4, -0.4]", B: "[0; 1]", C: "[1, 0; 1, 1]", D: "[0; 0.2]", initial: "[1; 0]", names: "p, v" },
];

describe("a linear plant", () => {
  const noise = { Q: "[0.02, 0.01; 0.01, 0.3]", R: "[0.01, 0.004; 0.004, 0.02]", x0: "[0.5; 0.2]", P0: "[1, 2]" };
  const document = watched(oscillator, 2, {
    KF: ["kalman-filter", noise],
    EKF: ["extended-kalman-filter", noise],
    UKF: ["unscented-kalman-filter", { ...noise, alpha: "0.7" }],
    Late: ["fixed-lag-smoother", { ...noise, lag: "4" }],
  });
  const seen = record(document);
  const y = seen("y");
  const u = seen("u");

  test("the three filters are one", () => {
    const signals = ["KF", "EKF", "UKF"].map((name) => seen(name).map((row) => row.slice(0, 4)));
    expect(apart(signals[1]!, signals[0]!)).toBeLessThan(1e-12);
    expect(apart(signals[2]!, signals[0]!)).toBeLessThan(1e-12);
  });

  test("the Kalman filter and the smoother are those of core/estimate on the same record", () => {
    const model = kalmanBucy(
      {
        A: [[0, 1], [-4, -0.4]],
        B: [[0], [1]],
        C: [[1, 0], [1, 1]],
        D: [[0], [0.2]],
        Q: [[0.02, 0.01], [0.01, 0.3]],
        R: [[0.01, 0.004], [0.004, 0.02]],
        x0: [0.5, 0.2],
        P0: [[1, 0], [0, 2]],
      },
      y.map((_, k) => k * period),
    ); // prettier-ignore
    const batch = kalmanFilter(model, y, u);
    if (!batch.ok) throw new Error(batch.code);
    const deviation = (P: Float64Array, row: number) => [0, 3].map((i) => Math.sqrt(P[row * 4 + i]!));
    const expected = rows(batch.x, 2).map((x, k) => [...x, ...deviation(batch.P, batch.row[k]!)]);
    expect(
      apart(
        seen("KF").map((row) => row.slice(0, 4)),
        expected,
      ),
    ).toBeLessThan(1e-10);
    const late = fixedLag(batch, 4);
    if (!late.ok) throw new Error(late.code);
    const smooth = seen("Late")
      .map((row) => row.slice(0, 4))
      .slice(4);
    expect(
      apart(
        smooth,
        rows(late.x, 2)
          .slice(0, -4)
          .map((x, k) => [...x, ...deviation(late.P, k)]),
      ),
    ).toBeLessThan(1e-10);
  });
});

/** A pendulum between these blocks: its angle and the height of its end are measured. */
const pendulum = (torque: Drawn[string], angle: Drawn[string], level: Drawn[string]) =>
  draw(
    {
      torque,
      parts: ["mux", { count: "3" }],
      f: ["function", { formula: "u[1] - g*sin(u[3]) - d*u[2]" }],
      rate: ["integrator", { initial: "0.3" }],
      theta: ["integrator", { initial: "2" }],
      height: ["function", { formula: "-cos(u)" }],
      angle,
      level,
    },
    [
      "torque -> parts.in1",
      "rate -> parts.in2",
      "theta -> parts.in3",
      "parts -> f",
      "f -> rate",
      "rate -> theta",
      "theta -> angle",
      "theta -> height",
      "height -> level",
    ],
    { variables: { g: "9.81", d: "0.3" } },
  );
const swung = (estimators: Parameters<typeof watched>[2]) => {
  const inside = pendulum(["in"], ["out"], ["out"]);
  const document = watched(["subsystem", {}, { drawing: inside }], 2, estimators);
  return {
    ...document,
    variables: inside.variables,
    root: {
      ...document.root,
      blocks: [
        ...document.root.blocks,
        { id: "both", name: "both", type: "mux", version: 1, params: {}, at: { x: 0, y: 0 } },
      ],
      wires: [
        ...document.root.wires.map((wire) =>
          wire.from.block === "b1" ? { ...wire, from: { block: "both", port: "out" } } : wire,
        ),
        { id: "wa", from: { block: "b1", port: "angle" }, to: { block: "both", port: "in1" } },
        { id: "wl", from: { block: "b1", port: "level" }, to: { block: "both", port: "in2" } },
      ],
    },
  };
};

describe("a pendulum in a subsystem", () => {
  const noise = {
    Q: "[0.001, 0.0005]",
    noise: "per sample",
    R: "[0.01, 0.02]",
    x0: "[0; 1.5]",
    P0: "[0.5, 0.2]",
    substeps: "3",
  };
  const document = swung({
    EKF: ["extended-kalman-filter", noise],
    UKF: ["unscented-kalman-filter", noise],
    Late: ["fixed-lag-smoother", { ...noise, lag: "6" }],
    Along: ["extended-kalman-filter", { ...noise, noise: "per second", Q: "[0.01, 0.005]" }],
  });
  const seen = record(document);
  const made = plantModel(compiled(pendulum(["input"], ["output"], ["output"])), { interval: period, substeps: 3 });
  if (!made.ok) throw new Error("no plant");
  const model = {
    ...made,
    Q: [[0.001, 0], [0, 0.0005]],
    R: [[0.01, 0], [0, 0.02]],
    x0: [0, 1.5],
    P0: [[0.5, 0], [0, 0.2]],
  }; // prettier-ignore
  const deviation = (P: Float64Array, row: number) => [0, 3].map((i) => Math.sqrt(P[row * 4 + i]!));

  test.each([
    ["EKF", ekf],
    ["UKF", ukf],
  ] as const)("%s is the one of core/estimate on the same record", (name, filter) => {
    const batch = filter(model, seen("y"), seen("u"));
    if (!batch.ok) throw new Error(batch.code);
    const expected = rows(batch.x, 2).map((x, k) => [...x, ...deviation(batch.P, k)]);
    expect(
      apart(
        seen(name).map((row) => row.slice(0, 4)),
        expected,
      ),
    ).toBeLessThan(1e-10);
  });

  test("the smoother is that of core/estimate, and not worse than the filter", () => {
    const batch = ekf(model, seen("y"), seen("u"));
    if (!batch.ok) throw new Error(batch.code);
    const late = fixedLag(batch, 6);
    if (!late.ok) throw new Error(late.code);
    const expected = rows(late.x, 2)
      .slice(0, -6)
      .map((x, k) => [...x, ...deviation(late.P, k)]);
    const smooth = seen("Late").slice(6);
    expect(
      apart(
        smooth.map((row) => row.slice(0, 4)),
        expected,
      ),
    ).toBeLessThan(1e-10);
    const truth = seen("Plant/theta").map(([v]) => v!);
    const missed = (estimates: readonly number[]) =>
      Math.hypot(...estimates.map((v, k) => v - truth[k]!)) / Math.sqrt(estimates.length);
    const filtered = seen("EKF").slice(0, smooth.length);
    expect(missed(smooth.map((row) => row[1]!))).toBeLessThan(missed(filtered.map((row) => row[1]!)));
    for (const [k, row] of smooth.entries())
      for (const i of [2, 3]) expect(row[i]!).toBeLessThanOrEqual(filtered[k]![i]! + 1e-12);
  });

  test("in every engine the same", () => {
    const { model, settings, text } = exportDocument(document);
    const { records } = model.ir;
    const here = simulate(interpret(model), { records }, settings);
    const wasm = simulate(runInWasm(model, emitWasm(model.ir)), { records }, settings);
    const script = 'import { createModel, selfTest } from "./it.js"; const r = createModel().simulate(); console.log(JSON.stringify({ ok: selfTest().ok, traces: r.traces.map((t) => [...t.values]) }));'; // prettier-ignore
    const { complaints, printed } = compileAndRun(new Map([["it", text]]), script);
    expect(complaints).toBe("");
    const there = printed as { readonly ok: boolean; readonly traces: number[][] };
    expect(there.ok).toBe(true);
    here.traces.forEach(({ values }, i) => {
      expect(wasm.traces[i]!.values).toEqual(values);
      values.forEach((v, k) =>
        expect(Math.abs(there.traces[i]![k]! - v)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(v))),
      );
    });
  });
});

test("noise along the way of a plant that moves with time is the integral of what it becomes", () => {
  // Two integrators in a row, for which Simpson's rule is exact; the sine makes them no exact plant, and changes no covariance.
  const chain = (more: string) =>
    watched(
      [
        "subsystem",
        {},
        {
          drawing: draw(
            { in: ["in"], more: ["function", { formula: more }], a: ["sum", { signs: "++" }], v: ["integrator"], s: ["integrator"], out: ["out"] },
            ["in -> a.in1", "in -> more", "more -> a.in2", "a -> v", "v -> s", "s -> out"],
          ), // prettier-ignore
        },
      ],
      1,
      { F: ["extended-kalman-filter", { Q: "[0, 0.3; 0, 0]*0 + [0.4, 0.1; 0.1, 0.2]" }] },
    );
  const [exact, moving] = ["0*u", "sin(t)"].map((more) => record(chain(more))("F").map((row) => row.slice(2, 4)));
  expect(apart(moving!, exact!)).toBeLessThan(1e-12);
});

test("a plant with its own sample time, with limits: the extended filter is that of core/estimate", () => {
  const plant: Drawn[string] = ["discrete-integrator", { period: "0.1", limits: "hold", upper: "0.8", lower: "-0.3" }];
  const noise = { Q: "0.01", R: "0.01", x0: "0.2", P0: "0.5" };
  const document = watched(plant, 1, { F: ["extended-kalman-filter", noise], U: ["unscented-kalman-filter", noise] });
  const seen = record(document);
  const alone = draw({ u: ["input"], P: plant, y: ["output"] }, ["u -> P", "P -> y"]);
  const made = plantModel(compiled(alone), { interval: period });
  if (!made.ok) throw new Error("no plant");
  const model = { ...made, Q: [[0.01]], R: [[0.01]], x0: [0.2], P0: [[0.5]] };
  for (const [name, filter] of [
    ["F", ekf],
    ["U", ukf],
  ] as const) {
    const batch = filter(model, seen("y"), seen("u"));
    if (!batch.ok) throw new Error(batch.code);
    expect(
      apart(
        seen(name).map((row) => row.slice(0, 1)),
        rows(batch.x, 1),
      ),
    ).toBeLessThan(1e-10);
  }
});

test.each(["kalman-filter", "extended-kalman-filter", "unscented-kalman-filter"])(
  "%s passes over what is not there, and takes angles the short way",
  (type) => {
    const params = {
      missing: "by port valid",
      angles: "y[1]",
      show: "estimate and innovation",
      R: "[0.01, 0.003; 0.003, 0.02]",
      x0: "[0.5; 0.2]",
    };
    const document = watched(oscillator, 2, { F: [type, params] });
    const turn = {
      id: "turn",
      name: "turn",
      type: "constant",
      version: 1,
      params: { value: `[${2 * Math.PI}; 0]` },
      at: { x: 0, y: 0 },
    };
    const there = {
      id: "there",
      name: "there",
      type: "function",
      version: 1,
      params: { formula: "[1; sin(5*t) > 0]" },
      at: { x: 0, y: 0 },
    };
    const told = { id: "told", name: "told", type: "scope", version: 1, params: {}, at: { x: 0, y: 0 } };
    const more = { ...document.root, blocks: [...document.root.blocks, turn, there, told] };
    const whole = {
      ...document,
      root: {
        ...more,
        wires: [
          ...more.wires,
          // The first measurement comes a whole turn late.
          { id: "wt", from: { block: "turn", port: "out" }, to: { block: "b5", port: "y" } },
          { id: "wv", from: { block: "there", port: "y" }, to: { block: "b5", port: "valid" } },
          { id: "wn", from: { block: "b5", port: "nis" }, to: { block: "told", port: "in1" } },
          { id: "wu", from: { block: "b2", port: "u" }, to: { block: "there", port: "u" } },
        ],
      },
    };
    const seen = record(whole);
    const y = seen("y").map((row, k) => [row[0]!, Math.sin(5 * k * period) > 0 ? row[1]! : Number.NaN]);
    const t = y.map((_, k) => k * period);
    const Q = [[0.01, 0], [0, 0.01]]; // prettier-ignore
    const linear = { A: [[0, 1], [-4, -0.4]], B: [[0], [1]], C: [[1, 0], [1, 1]], D: [[0], [0.2]], Q, R: [[0.01, 0.003], [0.003, 0.02]], x0: [0.5, 0.2], P0: [[1, 0], [0, 1]] }; // prettier-ignore
    const batch = kalmanFilter(kalmanBucy(linear, t), y, seen("u"));
    if (!batch.ok) throw new Error(batch.code);
    expect(
      apart(
        seen("F").map((row) => row.slice(0, 2)),
        rows(batch.x, 2),
      ),
    ).toBeLessThan(1e-10);
    const nis = Array.from({ length: batch.steps }, (_, k) => [
      batch.z.subarray(2 * k, 2 * k + 2).reduce((sum, z) => sum + (Number.isNaN(z) ? 0 : z * z), 0),
    ]);
    expect(apart(seen("F.NIS"), nis)).toBeLessThan(1e-9);
  },
);

describe("a change", () => {
  const document = swung({ F: ["extended-kalman-filter", { Q: "q", x0: "[1; 1]" }] });
  const withQ = { ...document, variables: [...document.variables, { name: "q", value: "0.01" }] };

  test("of a number, of the filter or of its plant, traces nothing anew", () => {
    const first = compile(withQ);
    if (!first.ok) throw new Error("did not compile");
    const change = (from: LazoDocument, name: string, value: string): LazoDocument => ({
      ...from,
      variables: from.variables.map((variable) => (variable.name === name ? { ...variable, value } : variable)),
    });
    const changed = [
      change(withQ, "q", "0.5"),
      change(withQ, "g", "1.62"),
      setParam(withQ, new Set(["b5"]), "R", "3"),
      setParam(withQ, new Set(["b5"]), "x0", "[0; 3]"),
    ];
    for (const next of changed) {
      const second = compile(next, first);
      if (!second.ok) throw new Error("did not compile");
      expect(second.model.ir).toBe(first.model.ir);
      const anew = compile(next);
      expect([...second.model.values]).toEqual([...anew.model!.values]);
      expect([...second.model.values]).not.toEqual([...first.model.values]);
    }
  });
});
