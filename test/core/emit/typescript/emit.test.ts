/** Exported files against the interpreter: every example and models made to be awkward, compiled strictly and run elsewhere. */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readDocument } from "../../../../core/diagram/schema.ts";
import type { LazoDocument } from "../../../../core/diagram/document.ts";
import { interpret } from "../../../../core/sim/interpret.ts";
import { simulate } from "../../../../core/sim/simulate.ts";
import { draw } from "../../drawing.ts";
import { compileAndRun, exportDocument, type Exported } from "./exported.ts";

const run = { stop: "5", step: "0.05", solver: "auto" as const };
const wide = `[${Array.from({ length: 20 }, (_, i) => Array.from({ length: 20 }, (__, j) => (i === j ? -1 - i / 7 : ((i * 7 + j * 3) % 5) / 40)).join(", ")).join("; ")}]`;

/** Loops, modes, rates and sources that examples need not have. */
const awkward: { readonly [name: string]: LazoDocument } = {
  "switching on the states": draw(
    {
      Push: ["sine", { amplitude: "3", frequency: "2" }],
      Limit: ["saturation"],
      Speed: ["integrator"],
      Back: ["gain", { gain: "-2" }],
      Sum: ["sum", { signs: "++" }],
      y: ["output"],
    },
    ["Push -> Sum.in1", "Sum -> Limit", "Limit -> Speed", "Speed -> Back", "Back -> Sum.in2", "Speed -> y"],
    { run },
  ),
  "a pulse train into two rates and a continuous state": draw(
    {
      Beat: ["pulse", { period: "0.7" }],
      u: ["input"],
      Slow: ["unit-delay", { period: "0.5" }],
      Fast: ["state", { period: "0.1" }],
      x: ["integrator"],
      y: ["output"],
      z: ["output"],
    },
    [
      "Beat -> u.drive",
      "u -> Slow",
      ["Fast -> Fast", "0.5"],
      "Slow -> Fast",
      ["Fast -> x", "2"],
      ["x -> x", "-1"],
      "x -> y",
      "Fast -> z",
    ],
    { run },
  ),
  "a nonlinear loop": draw(
    { t: ["ramp"], F: ["function", { formula: "cos(u[1]) + u[2]/10" }], M: ["mux"], x: ["integrator"], y: ["output"] },
    ["F -> M.in1", "t -> M.in2", "M -> F", "F -> x", "x -> y"],
    { run },
  ),
  "a linear loop": draw(
    {
      u: ["input"],
      Source: ["step", { time: "1" }],
      Sum: ["sum", { signs: "+-" }],
      K: ["gain", { gain: "3" }],
      x: ["integrator"],
      y: ["output"],
    },
    ["Source -> u.drive", "u -> Sum.in1", "Sum -> K", "K -> Sum.in2", "K -> x", ["x -> x", "-1"], "x -> y"],
    { run },
  ),
  noise: draw(
    { w: ["noise", { period: "0.2", seed: "7" }], x: ["integrator"], y: ["output"] },
    ["w -> x", ["x -> x", "-1"], "x -> y"],
    { run },
  ),
  "data between rows": draw(
    { d: ["from-csv", { file: "d.csv", between: "linear" }], u: ["input"], x: ["integrator"], y: ["output"] },
    ["d -> u.drive", "u -> x", "x -> y"],
    { run, data: { "d.csv": "t,v\n0,1\n1,3\n2.5,-2\n4,0.5\n" } },
  ),
  "a wide map": draw({ x: ["state", { initial: "ones(20, 1)" }], s: ["scope"] }, [["x -> x", wide], "x -> s"], { run }),
  "no states": draw(
    { c: ["chirp"], F: ["function", { formula: "abs(u)*tan(u) - sqrt(u^2 + 1)^3" }], y: ["output"] },
    ["c -> F", "F -> y"],
    { run },
  ),
  "nothing at all": draw({}, [], { run }),
};

const exported = new Map<string, Exported>();
for (const file of readdirSync("examples").filter((name) => name.endsWith(".lazo"))) {
  const read = readDocument(readFileSync(`examples/${file}`, "utf8"));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  exported.set(basename(file, ".lazo"), exportDocument(read.document));
}
for (const [name, document] of Object.entries(awkward)) exported.set(name, exportDocument({ ...document, name }));

interface Ran {
  readonly selfTest: {
    readonly ok: boolean;
    readonly worst: number;
    readonly compared: number;
    readonly where: string;
  };
  readonly status: string;
  readonly method: string;
  readonly t: readonly number[];
  readonly signals: readonly { readonly path: string; readonly label: string; readonly values: readonly number[] }[];
  readonly u: readonly (readonly number[])[];
  readonly y: readonly (readonly number[])[];
}

const script = `
const print = {};
for (const name of NAMES) {
  const { createModel, selfTest, inputs } = await import("./" + name + ".js");
  const model = createModel();
  const { status, method, t, traces } = model.simulate();
  print[name] = { selfTest: selfTest(), status, method, t: [...t], signals: traces.map(({ path, label, values }) => ({ path, label, values: [...values] })) };
}
console.log(JSON.stringify(print));
`;

const fileOf = (i: number): string => `m${i}`;
let ran: Map<string, Ran>;
let complaints = "";

beforeAll(() => {
  const files = new Map([...exported.values()].map(({ text }, i) => [fileOf(i), text]));
  const result = compileAndRun(files, script.replace("NAMES", JSON.stringify([...files.keys()])));
  complaints = result.complaints;
  const printed = (result.printed ?? {}) as { readonly [file: string]: Ran };
  ran = new Map([...exported.keys()].map((name, i) => [name, printed[fileOf(i)]!]));
}, 120_000);

it("exports files that tsc --strict has nothing to say about", () => {
  expect(complaints).toBe("");
});

it("exports files without imports, and nothing but what it offers", () => {
  for (const { text } of exported.values()) {
    expect(text).not.toMatch(/^\s*import\b|\brequire\(|\bimport\(/m);
    expect([...text.matchAll(/^export \w+ (\w+)/gm)].map(([, name]) => name)).toEqual([
      "name",
      "inputs",
      "outputs",
      "states",
      "Matrices",
      "matrices",
      "createModel",
      "selfTest",
    ]);
  }
});

describe.each([...exported.keys()])("%s", (name) => {
  it("gives every sample of the interpreter", () => {
    const { model, settings } = exported.get(name)!;
    const wanted = simulate(interpret(model), model.ir, settings);
    const got = ran.get(name)!;
    expect(["finished", "stopped"]).toContain(wanted.status);
    expect([got.status, got.method]).toEqual([wanted.status, wanted.method]);
    expect(got.t).toEqual([...wanted.t]);
    expect(got.signals.map(({ path, label }) => [path, label])).toEqual(
      wanted.traces.map(({ path, label }) => [path, label]),
    );
    wanted.traces.forEach(({ path, values }, i) => {
      const scale = values.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0) || 1;
      const worst = values.reduce((largest, v, k) => Math.max(largest, Math.abs(v - got.signals[i]!.values[k]!)), 0);
      expect(worst / scale, path).toBeLessThanOrEqual(1e-12);
    });
  });

  it("passes its own test", () => {
    expect(ran.get(name)!.selfTest).toMatchObject({ ok: true, where: "nowhere" });
  });
});

describe("the self-test", () => {
  const text = (): string => exported.get("island")!.text;
  const altered = (pattern: RegExp, change: (number: string) => string): string => {
    const result = text().replace(pattern, (_, before: string, number: string) => before + change(number));
    expect(result).not.toBe(text());
    return result;
  };
  const more = (number: string): string => String(Number(number) * (1 + 1e-6) + 1e-6);

  it("fails when a golden vector or a number of the model has been altered, and only then", () => {
    const files = new Map([
      ["same", text()],
      ["output", altered(/(\n {2}y: \[\n {4}\[)([^,\]]+)/, more)],
      ["input", altered(/(\n {2}u: \[\n {4}\[[^\]]*\],\n {4}\[)([^,\]]+)/, more)],
      ["signal", altered(/(\n {2}signals: \[\n {4}\[)([^,\]]+)/, more)],
      ["parameter", altered(/(const startValues = new Float64Array\(\[\n[^\]]*? )(0\.06)(?=,)/, more)],
    ]);
    const names = JSON.stringify([...files.keys()]);
    const { complaints: said, printed } = compileAndRun(
      files,
      `const out = {}; for (const n of ${names}) out[n] = (await import("./" + n + ".js")).selfTest(); console.log(JSON.stringify(out));`,
    );
    expect(said).toBe("");
    const results = Object.entries(
      printed as { readonly [name: string]: { readonly ok: boolean; readonly compared: number } },
    );
    expect(results.map(([name, { ok }]) => `${name} ${ok}`)).toEqual([
      "same true",
      "output false",
      "input false",
      "signal false",
      "parameter false",
    ]);
    expect(results.every(([, { compared }]) => compared > 100)).toBe(true);
  });
});
