/** Training: exact resumption, the same network step by step, weight files whole or refused. */
import { describe, expect, it } from "vitest";
import {
  answers,
  evaluate,
  layerKinds,
  network,
  parameters,
  readCheckpoint,
  readWeights,
  train,
  writeCheckpoint,
  writeWeights,
  type Checkpoint,
  type Learned,
  type NetworkSpec,
  type Sequences,
  type TrainSettings,
} from "../../../core/index.ts";
import { ratesAt } from "../../../core/learn/train.ts";
import { numbers as stream } from "../../../core/learn/numbers.ts";
import { numbers } from "../../numbers.ts";

/** y[t] = 0.8 y[t-1] + u[t], from noise. */
function lag(count: number, length: number): Sequences {
  const inputs = numbers(count * length);
  const targets = new Float64Array(inputs.length);
  for (let i = 0; i < inputs.length; i++) targets[i] = inputs[i]! + (i % length > 0 ? 0.8 * targets[i - 1]! : 0);
  return { count, length, inputs, targets };
}

const size = { inputs: 1, outputs: 1, width: 4, states: 4, layers: 2, length: 32 };
const spec: NetworkSpec = { kind: "s5", form: "network", ...size, dropout: 0.1 };
const settings: TrainSettings = { loss: "mse", steps: 12, batch: 4, rate: 0.01, decay: 0.01, seed: 3, every: 5 };

function finish(work: ReturnType<typeof train>, upTo = Infinity): Checkpoint {
  for (;;) {
    const next = work.next();
    if (next.done) {
      if (!next.value.ok) throw new Error(next.value.code);
      return next.value;
    }
    if (next.value.step >= upTo) return next.value.checkpoint();
  }
}

describe("training", () => {
  const data = lag(10, 24);
  const validation = lag(3, 24);

  it("goes on from a checkpoint to the same bits, and is another with another seed", () => {
    const whole = finish(train(spec, data, settings, validation));
    const part = finish(train(spec, data, settings, validation), 7);
    expect(part.step).toBe(7);
    const rest = finish(train(spec, data, settings, validation, part));
    for (const [name, { data: values }] of Object.entries(whole.weights)) {
      expect(rest.weights[name]!.data, name).toEqual(values);
      expect(rest.moments.second[name], name).toEqual(whole.moments.second[name]);
    }
    expect(rest.best.loss).toBe(whole.best.loss);
    const other = finish(train(spec, data, { ...settings, seed: 4 }, validation));
    expect(other.weights["decoder"]!.data).not.toEqual(whole.weights["decoder"]!.data);
  });

  it("spares steps, D, norms and biases from decay, and lowers the loss", () => {
    const still = { ...settings, steps: 1, rate: 1e-12, ssmRate: 1e-12, decay: 1e10 };
    const first = network(spec).weights(stream(3));
    const { weights } = finish(train(spec, data, still));
    const moved = (name: string) => Math.abs(weights[name]!.data[0]! - first[name]!.data[0]!) > 1e-9;
    expect(moved("decoder")).toBe(true);
    for (const name of ["0.lambda", "0.logStep", "0.D", "0.scale", "decoderBias"])
      expect(moved(name), name).toBe(false);
    const { dropout: _, ...plain } = spec;
    const long = { ...settings, steps: 150 };
    const before = evaluate(plain, network(plain).weights(stream(3)), validation, long);
    const after = finish(train(plain, data, long, validation));
    expect(evaluate(plain, after.best.weights, validation, long)).toBeLessThan(0.2 * before);
  });

  it("lets rates rise and fall to what is asked, or stay", () => {
    const rates = (own: Partial<TrainSettings>) =>
      [1, 10, 100].map(
        (step) => ratesAt(step, { loss: "mse", steps: 100, batch: 1, rate: 2, warmup: 0.1, ...own }).rate,
      );
    expect(rates({})).toEqual([0.2, 2, 0.02]);
    expect(rates({ floor: 0.5 })).toEqual([0.2, 2, 1]);
    expect(rates({ floor: 1, warmup: 0 })).toEqual([2, 2, 2]);
  });

  it.each(layerKinds)("begins %s with steps of the range asked for", (kind) => {
    const weights = network({ ...spec, kind, stepRange: [0.2, 0.25] }).weights(stream(1));
    const begun = Object.entries(weights).flatMap(([name, { data: values }]) => {
      if (name.endsWith(".logStep")) return [...values].map(Math.exp);
      return name.endsWith(".stepBias") ? [...values].map((value) => Math.log1p(Math.exp(value))) : [];
    });
    expect(begun.length).toBeGreaterThan(0);
    expect(Math.min(...begun)).toBeGreaterThanOrEqual(0.2 - 1e-12);
    expect(Math.max(...begun)).toBeLessThanOrEqual(0.25 + 1e-12);
  });

  it("says that it diverged instead of going on with NaN", () => {
    const wild = { ...data, targets: data.targets.map(() => 1e200) };
    const work = train(spec, wild, settings);
    let last = work.next();
    while (!last.done) last = work.next();
    expect(last.value).toMatchObject({ ok: false, code: "DIVERGED", step: 0 });
  });

  it("refuses data of another size", () => {
    expect(() => train({ ...spec, inputs: 2 }, data, settings).next()).toThrow(RangeError);
    expect(() => network({ ...spec, kind: "mamba", form: "filter" })).toThrow(RangeError);
    expect(() => network({ ...spec, states: 5 })).toThrow(RangeError);
  });

  it("learns classes and spreads", () => {
    const count = 8;
    const inputs = numbers(count * 6);
    const targets = Float64Array.from({ length: count }, (_, i) => (inputs[i * 6]! > 0 ? 1 : 0));
    const classes: NetworkSpec = { kind: "s4d", form: "network", ...size, outputs: 2, answer: "mean" };
    const some = { ...settings, loss: "crossEntropy", steps: 120 } as const;
    const done = finish(train(classes, { count, length: 6, inputs, targets }, some));
    expect(evaluate(classes, done.weights, { count, length: 6, inputs, targets }, some)).toBeLessThan(0.3);
    // Noise of deviation 0.5: the network says so.
    const noisy = { ...data, targets: data.targets.map((_, i) => 0.5 * stream(i).normal()) };
    const sure: NetworkSpec = { ...spec, outputs: 2, dropout: 0, layers: 1 };
    const told = finish(train(sure, noisy, { ...settings, loss: "gaussian", steps: 200 }));
    const y = answers(sure, told.weights, noisy);
    const spread = y.filter((_, i) => i % 2 === 1).reduce((sum, v) => sum + v, 0) / (y.length / 2);
    expect(Math.exp(spread / 2)).toBeGreaterThan(0.3);
    expect(Math.exp(spread / 2)).toBeLessThan(0.7);
  });
});

describe.each([
  ...layerKinds.map((kind): NetworkSpec => ({ kind, form: "network", ...size })),
  { kind: "s4d", form: "network", ...size, answer: "mean" },
  { kind: "mamba", form: "network", ...size, answer: "last", symbols: 5 },
  ...(["linear", "s5", "s4d"] as const).map((kind): NetworkSpec => ({ kind, form: "filter", ...size, inputs: 2 })),
] as NetworkSpec[])("$kind as $form, $answer", (spec) => {
  const { inputs, symbols, outputs, answer = "each" } = spec;
  const weights = network(spec).weights(stream(9));
  const channels = symbols ? 1 : inputs;
  const u = numbers(21 * channels).map((v) => (symbols ? Math.floor(2.4 * (v + 1)) : v));

  it("answers the same step by step", () => {
    const whole = answers(spec, weights, { count: 1, length: 21, inputs: u, targets: u });
    const machine = network(spec).machine((name) => weights[name]!.data);
    const state = new Float64Array(machine.states);
    const y = new Float64Array(outputs);
    expect(Math.max(...whole.map(Math.abs))).toBeGreaterThan(1e-4);
    for (let t = 0; t < 21; t++) {
      machine.step(state, u.subarray(t * channels, (t + 1) * channels), y);
      if (answer === "each") expect(y[0]).toBeCloseTo(whole[t * outputs]!, 9);
    }
    if (answer !== "each") expect(y[0]).toBeCloseTo(whole[0]!, 9);
  });

  it("comes back from its file to the same bits", () => {
    const learned = learnedOf(spec, weights);
    const read = readWeights(writeWeights(learned));
    if (!read.ok) throw new Error(`${read.place}: ${read.message}`);
    expect(read.learned).toEqual(learned);
    expect(parameters(read.learned.weights)).toBe(parameters(weights));
  });
});

function learnedOf(spec: NetworkSpec, weights: Learned["weights"]): Learned {
  const scaling = (n: number) => ({ mean: Array<number>(n).fill(0.5), scale: Array<number>(n).fill(2) });
  const channels = spec.symbols ? 1 : spec.inputs;
  return {
    spec,
    weights,
    from: scaling(channels),
    to: scaling(spec.outputs),
    inputNames: Array.from({ length: channels }, (_, i) => `u${i}`),
    outputNames: Array.from({ length: spec.outputs }, (_, i) => `y${i}`),
    ahead: 0,
    period: 0.1,
    training: { seed: 3, note: "test" },
  };
}

describe("checkpoint files", () => {
  const data = lag(8, 16);
  const part = finish(train(spec, data, settings, data), 5);
  const text = writeCheckpoint(spec, "this", part);

  it("carry everything: the rest is the same to the bit", () => {
    const read = readCheckpoint(text, spec, "this");
    if (!read.ok) throw new Error(read.place);
    expect(read.checkpoint).toEqual(part);
    const [here, there] = [part, read.checkpoint].map((from) => finish(train(spec, data, settings, data, from)));
    expect(there).toEqual(here);
  });

  it("of another training, cut or spoilt are refused", () => {
    const spoilt = (change: (file: any) => void) => {
      const file = JSON.parse(text) as unknown;
      change(file);
      return readCheckpoint(JSON.stringify(file), spec, "this");
    };
    expect(readCheckpoint(text.slice(0, 999), spec, "this")).toMatchObject({ code: "NOT_JSON" });
    expect(readCheckpoint("3", spec, "this")).toMatchObject({ code: "NOT_CHECKPOINT" });
    expect(readCheckpoint(text, spec, "that")).toMatchObject({ code: "OTHER_TRAINING", place: "training" });
    expect(readCheckpoint(text, { ...spec, width: 5 }, "this")).toMatchObject({
      code: "OTHER_TRAINING",
      place: "spec",
    });
    for (const [place, change] of [
      ["step", (f: any) => (f.step = -1)],
      ["weights.0.D", (f: any) => f.weights["0.D"].pop()],
      ["second.decoder", (f: any) => (f.second.decoder[0] = null)],
      ["first.decoder", (f: any) => delete f.first.decoder],
      ["best.loss", (f: any) => (f.best.loss = "1")],
      ["best.step", (f: any) => delete f.best],
    ] as const)
      expect(spoilt(change)).toMatchObject({ ok: false, code: "CHECKPOINT_INVALID", place });
  });
});

describe("hostile weight files", () => {
  const good = JSON.parse(writeWeights(learnedOf(spec, network(spec).weights(stream(1))))) as Record<string, never>;
  const changed = (change: (file: any) => void) => {
    const file = structuredClone(good);
    change(file);
    return readWeights(JSON.stringify(file));
  };

  it.each([
    ["{", "NOT_JSON", ""],
    ["[]", "NOT_WEIGHTS", "format"],
    ["null", "NOT_WEIGHTS", "format"],
    ['{"format":"lazo"}', "NOT_WEIGHTS", "format"],
    ['{"format":"lazo-weights","version":2}', "WEIGHTS_VERSION", "version"],
    ['{"format":"lazo-weights","version":1}', "WEIGHTS_INVALID", "spec"],
  ])("%s", (text, code, place) => expect(readWeights(text)).toMatchObject({ ok: false, code, place }));

  it.each<[string, string, (file: any) => void]>([
    ["spec.width", "WEIGHTS_INVALID", (f) => (f.spec.width = 1e9)],
    ["spec.width", "WEIGHTS_INVALID", (f) => (f.spec.width = "4")],
    ["spec.kind", "WEIGHTS_INVALID", (f) => (f.spec.kind = "constructor")],
    ["spec.dropout", "WEIGHTS_INVALID", (f) => (f.spec.dropout = 1)],
    ["spec", "WEIGHTS_TOO_LARGE", (f) => Object.assign(f.spec, { width: 8000, states: 512, layers: 4000 })],
    ["spec", "WEIGHTS_TOO_LARGE", (f) => (f.spec.states = 4096)],
    ["spec", "WEIGHTS_INVALID", (f) => (f.spec.states = 5)],
    ["weights.0.D", "WEIGHTS_INVALID", (f) => delete f.weights["0.D"]],
    ["weights.0.D.data", "WEIGHTS_INVALID", (f) => f.weights["0.D"].data.push(1)],
    ["weights.0.D.data[2]", "WEIGHTS_INVALID", (f) => (f.weights["0.D"].data[2] = null)],
    ["weights.0.D.data[2]", "WEIGHTS_INVALID", (f) => (f.weights["0.D"].data[2] = "1")],
    ["from.scale", "WEIGHTS_INVALID", (f) => (f.from.scale[0] = 0)],
    ["to.mean", "WEIGHTS_INVALID", (f) => (f.to.mean = [])],
    ["period", "WEIGHTS_INVALID", (f) => (f.period = -1)],
    ["ahead", "WEIGHTS_INVALID", (f) => (f.ahead = 0.5)],
    ["inputNames", "WEIGHTS_INVALID", (f) => (f.inputNames = [{}])],
  ])("at %s: %s", (place, code, change) => {
    const read = changed(change);
    expect(read).toMatchObject({ ok: false, code, place });
    if (!read.ok) expect(read.message.length).toBeGreaterThan(10);
  });

  it("are told from good ones by what was changed alone", () => expect(changed(() => {}).ok).toBe(true));
});
