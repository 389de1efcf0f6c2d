/** lazo train and lazo evaluate, as scripts use them. */
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { softwareGpu } from "../core/gpu/adapter.ts";
import { file, folder, lazo, problem } from "./command.ts";

/** Child processes find the software adapter by what this sets in the environment. */
const gpu = await softwareGpu();

/** x[k+1] = 0.9 x[k] + w, y = x + v, both noises with a seed. */
function plant(noisy = true): string {
  const source = (id: string, seed: string, deviation: string) =>
    noisy
      ? { id, name: id, type: "noise", version: 1, params: { deviation, period: "0.1", seed }, at: { x: 0, y: 0 } }
      : { id, name: id, type: "constant", version: 1, params: { value: deviation }, at: { x: 0, y: 0 } };
  const block = (id: string, type: string, params = {}) => ({
    id,
    name: id,
    type,
    version: 1,
    params,
    at: { x: 0, y: 0 },
  });
  const wire = (id: string, from: string, out: string, to: string, into: string, gain?: string) => ({
    ...{ id, from: { block: from, port: out }, to: { block: to, port: into } },
    ...(gain ? { gain } : {}),
  });
  const blocks = [
    ...[source("w", "1", "0.4"), source("v", "2", "1")],
    ...[block("x", "state", { initial: "0", period: "0.1" }), block("y", "output")],
  ];
  const wires = [
    wire("1", "x", "x", "x", "dx", "0.9"),
    wire("2", "w", "out", "x", "dx"),
    wire("3", "x", "x", "y", "y"),
    wire("4", "v", "out", "y", "y"),
  ];
  return JSON.stringify({
    ...{ format: "lazo", version: 1, name: "Plant", variables: [], root: { blocks, wires, notes: [] } },
    run: { stop: "6", step: "0.1", solver: "auto" },
  });
}

const quick = ["--steps", "150", "--length", "40", "--states", "4", "--rate", "0.03", "--runs", "20"];

describe("lazo train and lazo evaluate", () => {
  test("a filter from a diagram's seeds: the same again, better than the measurement, about as good as Kalman", () => {
    const diagram = file("plant.lazo", plant());
    const out = join(folder, "filter.json");
    const train = () =>
      lazo("train", diagram, "--inputs", "y", "--outputs", "x", "--form", "filter", ...quick, "--out", out);
    const first = train();
    expect(first.err).toContain("s5 filter, 15 parameters, float64 on the CPU, seed 0");
    expect(first.code).toBe(0);
    expect(first.out).toBe("");
    const text = readFileSync(out, "utf8");
    expect(train().code).toBe(0);
    expect(readFileSync(out, "utf8")).toBe(text);
    const { code, out: scores } = lazo("evaluate", out, diagram, "--runs", "40", "--format", "json");
    expect(code).toBe(0);
    const [score] = JSON.parse(scores) as [{ mse: number; spread: number; output: string }];
    // The Riccati equation gives 0.2996 after the measurement; the mean of these samples wavers by some percent.
    expect(score.output).toBe("x");
    expect(score.mse).toBeLessThan(0.38);
    expect(score.mse).toBeGreaterThan(0.25);
    expect(score.mse).toBeLessThan(0.5 * score.spread);
    const answers = join(folder, "answers.csv");
    const table = lazo("evaluate", out, diagram, "--runs", "2", "--out", answers);
    expect(table.out).toMatch(/^output +samples +mse/);
    expect(readFileSync(answers, "utf8").split("\n").slice(0, 2)[0]).toBe("run,sample,x,x answer");
  }, 120_000);

  test("begins as a Kalman filter, and is read back as matrices", () => {
    const diagram = file("kalman.lazo", plant());
    // Of the Riccati equation P = 0.81 P / (1 + P) + 0.16, L = P / (1 + P), and xhat[k|k] from y.
    const P = (-0.03 + Math.sqrt(0.03 ** 2 + 4 * 0.16)) / 2;
    const L = P / (1 + P);
    const matrices = { A: [[0.9 * (1 - L)]], B: [[0.9 * L]], C: [[1 - L]], D: [[L]] };
    const begin = file("kalman.json", JSON.stringify({ ...matrices, time: { kind: "discrete", period: 0.1 } }));
    const out = join(folder, "begun.json");
    const options = ["--inputs", "y", "--outputs", "x", "--form", "filter", ...quick, "--begin", begin, "--out", out];
    const untouched = lazo("train", diagram, ...options, "--steps", "0");
    expect(untouched.code, untouched.err).toBe(0);
    const read = JSON.parse(lazo("matrices", out, "--format", "json").out) as Record<"A" | "B" | "C" | "D", number[][]>;
    expect(read.A.length).toBe(1);
    expect(read.A[0]![0]).toBeCloseTo(matrices.A[0]![0]!, 9);
    expect(read.D[0]![0]).toBeCloseTo(L, 9);
    expect(read.C[0]![0]! * read.B[0]![0]!).toBeCloseTo(matrices.C[0]![0]! * matrices.B[0]![0]!, 9);
    const score = () =>
      (JSON.parse(lazo("evaluate", out, diagram, "--runs", "40", "--format", "json").out) as [{ mse: number }])[0].mse;
    const best = score();
    expect(lazo("train", diagram, ...options).code).toBe(0);
    expect(score()).toBeLessThan(1.03 * best);
    expect(lazo("train", diagram, ...options, "--form", "network").code).toBe(2);
    for (const [text, code] of [
      ["{}", "NOT_MATRICES"],
      [JSON.stringify({ ...matrices, time: { kind: "continuous" } }), "NOT_MATRICES"],
      [JSON.stringify({ ...matrices, C: [[1, 2]], time: { period: 1 } }), "NOT_MATRICES"],
      [JSON.stringify({ ...matrices, D: [[1, 2]], B: [[1, 2]], time: { period: 1 } }), "NOT_MATRICES"],
    ] as const) {
      const got = lazo("train", diagram, ...options, "--begin", file("other.json", text));
      expect(got.err).toMatch(new RegExp(`^error ${code}`, "m"));
    }
    const shared = {
      A: [
        [0.5, 1],
        [0, 0.5],
      ],
      B: [[0], [1]],
      C: [[1, 0]],
      D: [[0]],
      time: { period: 0.1 },
    };
    expect(lazo("train", diagram, ...options, "--begin", file("shared.json", JSON.stringify(shared))).err).toMatch(
      /^error DEFECTIVE/m,
    );
  }, 120_000);

  test("goes on from a checkpoint to the same weights, and from no other training's", () => {
    const rows = Array.from({ length: 300 }, (_, k) => Math.sin(k * k));
    const data = file("walk.csv", `u,y\n${rows.map((u, k) => `${u},${u + (rows[k - 1] ?? 0)}`).join("\n")}\n`);
    const options = ["--inputs", "u", "--outputs", "y", "--length", "20", "--width", "3", "--states", "4"];
    const [whole, part] = [join(folder, "whole.json"), join(folder, "part.json")];
    const kept = join(folder, "kept.json");
    const run = (...more: string[]) => lazo("train", data, ...options, "--steps", "40", ...more);
    expect(run("--out", whole).code).toBe(0);
    // What a run that was ended in the middle has left behind.
    expect(run("--out", part, "--checkpoint", kept).code).toBe(0);
    const again = run("--out", part, "--checkpoint", kept);
    expect(again.err).toContain("goes on from step 40");
    expect(readFileSync(part, "utf8")).toBe(readFileSync(whole, "utf8"));
    expect(run("--out", part, "--checkpoint", kept, "--seed", "9").err).toMatch(/^error OTHER_TRAINING/m);
    expect(run("--out", part, "--checkpoint", file("junk.json", "{}")).err).toMatch(/^error NOT_CHECKPOINT/m);
  }, 120_000);

  test("says that there is no GPU: asked for one it refuses, left to choose it goes on", () => {
    const rows = Array.from({ length: 400 }, (_, k) => `${Math.sin(k * k)},${Math.cos(k)}`);
    const data = file("noise.csv", `u,y\n${rows.join("\n")}\n`);
    const out = join(folder, "noise.json");
    const options = ["--inputs", "u", "--outputs", "y", "--length", "20", "--steps", "3", "--width", "8", "--out", out];
    const asked = lazo("train", data, ...options, "--device", "gpu");
    expect(asked.code).toBe(1);
    expect(asked.err).toMatch(/^error GPU_ABSENT --device: the npm package webgpu is not installed/m);
    expect(existsSync(out)).toBe(false);
    const chosen = lazo("train", data, ...options);
    expect(chosen.err).toContain("no GPU: GPU_ABSENT");
    expect(chosen.err).toContain("float64 on the CPU");
    expect(chosen.code).toBe(0);
    expect(lazo("train", data, ...options, "--device", "cpu").err).not.toContain("no GPU");
    expect(lazo("train", data, ...options, "--device", "tpu").code).toBe(2);
  }, 60_000);

  test.skipIf(gpu === undefined)(
    "trains on a GPU, about as on the CPU, and goes on from a checkpoint to the same weights",
    () => {
      symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
      const rows = Array.from({ length: 400 }, (_, k) => `${Math.sin(k * k)},${Math.cos(k)}`);
      const data = file("played.csv", `u,y\n${rows.join("\n")}\n`);
      const [card, cpu, kept] = [join(folder, "card.json"), join(folder, "cpu.json"), join(folder, "card.kept")];
      const options = ["--inputs", "u", "--outputs", "y", "--length", "20", "--steps", "10", "--form", "filter"];
      const run = (...more: string[]) => lazo("train", data, ...options, ...more);
      const trained = run("--out", card, "--device", "gpu");
      expect(trained.code, trained.err).toBe(0);
      expect(trained.err).toMatch(/float32 on .*swiftshader/i);
      expect(run("--out", cpu, "--device", "cpu").code).toBe(0);
      const best = (path: string) =>
        (JSON.parse(readFileSync(path, "utf8")) as { training: { bestValidation: number } }).training.bestValidation;
      expect(best(card) / best(cpu)).toBeCloseTo(1, 4);
      const again = join(folder, "again.json");
      expect(run("--out", again, "--device", "gpu", "--checkpoint", kept).code).toBe(0);
      expect(run("--out", again, "--device", "gpu", "--checkpoint", kept).err).toContain("goes on from step 10");
      expect(readFileSync(again, "utf8")).toBe(readFileSync(card, "utf8"));
      // A processor that plays one is nothing to choose.
      expect(run("--out", again, "--batch", "64", "--width", "16").err).toMatch(/no GPU|float64 on the CPU/);
    },
    120_000,
  );

  test("what is missing among the targets counts neither in training nor in its judgement", () => {
    const rows = Array.from({ length: 400 }, (_, k) => Math.sin(k * k));
    const lines = rows.map((u, k) => `${u},${k % 5 === 2 ? "" : (3 * u).toFixed(12)}`);
    const data = file("gaps.csv", `u,y\n${lines.join("\n")}\n`);
    const out = join(folder, "gaps.json");
    const got = lazo(
      "train",
      data,
      "--inputs",
      "u",
      "--outputs",
      "y",
      "--form",
      "filter",
      "--steps",
      "400",
      "--length",
      "20",
      "--out",
      out,
    );
    expect(got.code, got.err).toBe(0);
    expect(got.err).toContain("80 missing values of y do not count");
    const { out: scores } = lazo("evaluate", out, data, "--format", "json");
    const [{ mse, spread, count }] = JSON.parse(scores) as [{ mse: number; spread: number; count: number }];
    expect(count).toBeLessThanOrEqual(320);
    // Were a missing value a 0, a fifth of the spread would remain.
    expect(mse).toBeLessThan(0.05 * spread);
  }, 120_000);

  test("a forecast from a CSV file beats standing still", () => {
    const rows = Array.from({ length: 400 }, (_, k) => `${(0.1 * k).toFixed(1)},${Math.sin(0.4 * k)}`);
    const data = file("sine.csv", `t,s\n${rows.join("\n")}\n`);
    const out = join(folder, "sine.json");
    const options = ["--task", "forecast", "--ahead", "3", "--outputs", "s", "--width", "4", "--layers", "1"];
    expect(lazo("train", data, ...options, ...quick, "--out", out)).toMatchObject({ code: 0 });
    const { out: scores } = lazo("evaluate", out, data, "--format", "json");
    const [{ mse, standing }] = JSON.parse(scores) as [{ mse: number; standing: number }];
    expect(mse).toBeLessThan(0.05 * standing);
  }, 120_000);

  test("what a user can do wrong is told, and nothing is written", () => {
    const good = file(
      "good.csv",
      `t,u,y\n${Array.from({ length: 90 }, (_, k) => `${k},${k % 7},${k % 5}`).join("\n")}\n`,
    );
    const uneven = file("uneven.csv", "t,u,y\n0,1,2\n1,2,3\n5,3,4\n");
    const holes = file(
      "holes.csv",
      `u,y\n${Array.from({ length: 90 }, (_, k) => (k === 3 ? ",1" : "1,2")).join("\n")}\n`,
    );
    const still = file("still.lazo", plant(false));
    const out = join(folder, "never.json");
    const cases: readonly (readonly [string, string, readonly string[]])[] = [
      ["USAGE", good, ["--inputs", "u", "--outputs", "y", "--kind", "lstm"]],
      ["USAGE", good, ["--inputs", "u", "--outputs", "y", "--form", "filter", "--kind", "mamba"]],
      ["USAGE", good, ["--inputs", "u", "--outputs", "y", "--states", "5"]],
      ["USAGE", good, ["--inputs", "u", "--outputs", "y", "--states", "1e99"]],
      ["USAGE", good, ["--outputs", "y"]],
      ["USAGE", good, ["--inputs", "u"]],
      ["USAGE", good, ["--inputs", "u", "--outputs", "y", "--ahead", "3"]],
      ["SIGNAL_UNKNOWN", good, ["--inputs", "w", "--outputs", "y"]],
      ["RECORD_TOO_SHORT", good, ["--inputs", "u", "--outputs", "y", "--length", "500"]],
      ["TRAINING_DIVERGED", good, ["--inputs", "u", "--outputs", "y", "--length", "9", "--rate", "1e300"]],
      ["SAMPLES_UNEVEN", uneven, ["--inputs", "u", "--outputs", "y"]],
      ["INPUT_MISSING", holes, ["--inputs", "u", "--outputs", "y", "--length", "9"]],
      ["NO_SEEDS", still, ["--inputs", "y", "--outputs", "x"]],
      ["FILE_NOT_FOUND", join(folder, "none.csv"), ["--inputs", "u", "--outputs", "y"]],
    ];
    for (const [code, path, options] of cases) {
      const got = lazo("train", path, ...options, "--out", out);
      const found = problem.exec(got.err.split("\n").find((line) => line.startsWith("error")) ?? "");
      expect(found?.[2], `${options.join(" ")}: ${got.err}`).toBe(code);
      expect(got.code).toBe(code === "USAGE" ? 2 : 1);
      expect(existsSync(out)).toBe(false);
    }
    expect(lazo("train", good, "--inputs", "u", "--outputs", "y").err).toContain("--out");
    expect(lazo("evaluate", file("bad.json", "{}"), good).err).toMatch(/^error NOT_WEIGHTS/);
    expect(lazo("evaluate", good, good).err).toMatch(/^error NOT_JSON/);
  }, 120_000);

  test("samples at another distance than those trained on are refused", () => {
    const rows = (step: number) => Array.from({ length: 90 }, (_, k) => `${step * k},${k % 7},${k % 5}`).join("\n");
    const [one, two] = [file("one.csv", `t,u,y\n${rows(1)}\n`), file("two.csv", `t,u,y\n${rows(2)}\n`)];
    const out = join(folder, "one.json");
    const options = ["--inputs", "u", "--outputs", "y", "--length", "9", "--steps", "2", "--width", "2"];
    expect(lazo("train", one, ...options, "--out", out).code).toBe(0);
    expect(lazo("evaluate", out, two).err).toMatch(/^error PERIOD_DIFFERS/);
    expect(lazo("evaluate", out, one).code).toBe(0);
  }, 60_000);
});
