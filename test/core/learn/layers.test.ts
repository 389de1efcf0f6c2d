/** Layers by their published definitions: golden numbers of published code, and modes that agree, forward and backward. */
import { describe, expect, it } from "vitest";
import { legs, nplr } from "../../../core/learn/hippo.ts";
import { dssLayer } from "../../../core/learn/layers/dss.ts";
import type { Layer } from "../../../core/learn/layers/layer.ts";
import { linearLayer } from "../../../core/learn/layers/linear.ts";
import { mambaLayer } from "../../../core/learn/layers/mamba.ts";
import { s4Layer } from "../../../core/learn/layers/s4.ts";
import { s4dLayer, s4dModes } from "../../../core/learn/layers/s4d.ts";
import { s5Layer } from "../../../core/learn/layers/s5.ts";
import { numbers as stream } from "../../../core/learn/numbers.ts";
import { denseScan } from "../../../core/learn/ops/denseScan.ts";
import { discretize } from "../../../core/learn/ops/discretize.ts";
import { discretizeDense } from "../../../core/learn/ops/discretizeDense.ts";
import { dssKernel } from "../../../core/learn/ops/dssKernel.ts";
import { s4dKernel } from "../../../core/learn/ops/s4dKernel.ts";
import { s4Kernel } from "../../../core/learn/ops/s4Kernel.ts";
import { selectiveScan } from "../../../core/learn/ops/selectiveScan.ts";
import { Tape } from "../../../core/learn/tape.ts";
import { type Tensor } from "../../../core/learn/tensor.ts";
import { product } from "../../../core/math/product.ts";
import { numbers } from "../../numbers.ts";

const close = (got: ArrayLike<number>, wanted: readonly number[], digits = 7) => {
  expect(got.length).toBe(wanted.length);
  wanted.forEach((value, i) => expect(got[i]).toBeCloseTo(value, digits));
};

describe("HiPPO", () => {
  it("has the published matrix and eigenvalues", () => {
    close(
      legs(4).A,
      [-1, 0, 0, 0, -1.7320508, -2, 0, 0, -2.236068, -3.8729833, -3, 0, -2.6457513, -4.5825757, -5.9160798, -4],
      7,
    );
    close(nplr(4).w, [0.55650112, 4.60329301], 8);
    close(nplr(8).w, [0.42748871, 1.95779415, 5.35420852, 19.85741037], 8);
    const { w } = nplr(64);
    expect(w[0]).toBeCloseTo(0.26385693, 8);
    close(w.slice(-4), [182.62041, 258.15221, 433.03076, 1303.27384], 4);
    expect(() => nplr(5)).toThrow(RangeError);
  });

  it("is diagonal plus rank one in the coordinates it gives", () => {
    const n = 8;
    const { w, P, into } = nplr(n);
    const { A } = legs(n);
    const x = numbers(n);
    const direct = into(product(A, x, n, n, 1));
    const turned = into(x);
    // Both halves of conj(P) x.
    let along = 0;
    for (let j = 0; j < n / 2; j++) along += 2 * (P[j]! * turned[j]! + P[n / 2 + j]! * turned[n / 2 + j]!);
    for (let j = 0; j < n / 2; j++) {
      const [re, im] = [turned[j]!, turned[n / 2 + j]!];
      expect(direct[j]).toBeCloseTo(-0.5 * re - w[j]! * im - P[j]! * along, 12);
      expect(direct[n / 2 + j]).toBeCloseTo(-0.5 * im + w[j]! * re - P[n / 2 + j]! * along, 12);
    }
  });
});

/** K of HiPPO with C[n] = 1 / (1 + n), 8 states, 16 steps of 0.1 s, bilinear. */
const legsKernel = [0.30274542, 0.07420883, 0.08983878, 0.0830047, 0.06026272, 0.04258078];

describe("golden numbers", () => {
  const n = 8;
  const C = Float64Array.from({ length: n }, (_, i) => 1 / (1 + i));

  it("full matrices", () => {
    const tape = new Tape();
    const { A, B } = legs(n);
    const step = tape.input([1], Float64Array.of(Math.log(0.1)));
    const system = discretizeDense(tape, tape.input([n, n], A), tape.input([n, 1], B), step, "bilinear");
    const impulse = tape.input(
      [1, 16, 1],
      Float64Array.from({ length: 16 }, (_, i) => (i === 0 ? 1 : 0)),
    );
    const x = denseScan(tape, system, impulse);
    tape.forward();
    close(product(x.data, C, 16, n, 1).slice(0, 6), legsKernel, 8);
  });

  it("S4's kernel by its generating function", () => {
    const { A } = legs(n);
    const inner = new Tape();
    const sampled = discretizeDense(
      inner,
      inner.input([n, n], A),
      inner.input([n, 0]),
      inner.input([1], Float64Array.of(Math.log(0.1))),
      "bilinear",
    );
    inner.forward();
    let power: Float64Array = sampled.data.slice();
    for (let k = 1; k < 16; k *= 2) power = product(power, power, n, n, n);
    const trained = C.map((c, i) => c - product(C, power, 1, n, n)[i]!);
    const { w, P, into, outOf } = nplr(n);
    const tape = new Tape();
    const leaf = (values: Float64Array) => tape.input([2, n / 2], values);
    const kernel = s4Kernel(
      tape,
      {
        lambda: leaf(Float64Array.from({ length: n }, (_, i) => (i < n / 2 ? -0.5 : w[i - n / 2]!))),
        P: leaf(P),
        B: leaf(into(legs(n).B)),
        C: leaf(outOf(trained)),
        logStep: tape.input([1], Float64Array.of(Math.log(0.1))),
      },
      16,
    );
    tape.forward();
    close(kernel.data.slice(0, 6), legsKernel, 8);
  });

  it.each([
    ["zoh", [0.25868911, 0.25173681, 0.23868617, 0.22052105, 0.19866116, 0.17478306]],
    ["bilinear", [0.25815854, 0.25132213, 0.23851588, 0.22066866, 0.1991379, 0.17554002]],
  ] as const)("S4D, %s", (method, wanted) => {
    const tape = new Tape();
    const lambda = tape.input([2, 2], Float64Array.of(-0.5, -0.5, 0, Math.PI));
    const step = tape.input([2], new Float64Array(2).fill(Math.log(0.1)));
    const both = discretize(tape, lambda, step, method);
    tape.forward();
    const [a, phi] = [both.data.slice(0, 4), both.data.slice(4)];
    const c = [
      [1, 0.5],
      [0.3, -0.2],
    ].map(([re, im], i) => [re! * phi[i]! - im! * phi[2 + i]!, re! * phi[2 + i]! + im! * phi[i]!]);
    const w = Float64Array.of(c[0]![0]!, c[1]![0]!, c[0]![1]!, c[1]![1]!);
    const second = new Tape();
    const kernel = s4dKernel(second, second.input([2, 2], w), second.input([2, 2], a), 1, 6, 2);
    second.forward();
    close(kernel.data, wanted, 8);
  });

  it("S5", () => {
    const layer = s5Layer({ inputs: 2, outputs: 2, states: 4, blocks: 1, method: "zoh" });
    const values: Record<string, Float64Array> = {
      lambda: Float64Array.of(-0.5, -0.5, -4.60329301, -0.55650112),
      logStep: Float64Array.of(Math.log(0.05), Math.log(0.1)),
      B: Float64Array.of(1, -0.25, 0, 1, 0.5, 0, 0.5, -1),
      C: Float64Array.of(1, 0.5, 0, -1, 0, -0.5, 0.25, 0),
      D: Float64Array.of(0.1, 0, 0, -0.2),
    };
    const u = [1, 0, 0.5, -1, 0, 2, -1, 0.25];
    const wanted = [0.25362146, -0.01211067, 0.31344385, 0.37335051, 0.21067852, -0.62386475, -0.07047898, -0.28725382];
    const machine = layer.machine((name) => values[name]!);
    const state = new Float64Array(machine.states);
    const y = new Float64Array(8);
    for (let t = 0; t < 4; t++) machine.step(state, Float64Array.of(u[2 * t]!, u[2 * t + 1]!), y.subarray(2 * t));
    close(y, wanted, 8);
    close(state, [0.0065897, 0.12781721, -0.0367612, -0.11147559], 7);
    const tape = new Tape();
    const shapes: Record<string, number[]> = { lambda: [2, 2], logStep: [2], B: [2, 2, 2], C: [2, 2, 2], D: [2, 2] };
    const out = layer.apply(
      tape,
      (name) => tape.input(shapes[name]!, values[name]!),
      tape.input([1, 4, 2], Float64Array.from(u)),
      "convolution",
    );
    tape.forward();
    close(out.data, wanted, 8);
  });

  it("S4D's and S5's tell mutants apart: another rule for B, half of the pairs, a conjugate", () => {
    const kernel = (method: "zoh" | "mamba" | "euler", factor: 1 | 2, sign = 1) => {
      const tape = new Tape();
      const lambda = tape.input([2, 1], Float64Array.of(-0.5, sign * Math.PI));
      const both = discretize(tape, lambda, tape.input([1], Float64Array.of(Math.log(0.1))), method);
      tape.forward();
      const [aRe, aIm, fRe, fIm] = both.data as unknown as [number, number, number, number];
      // C = 0.3 - 0.2 i.
      const w = Float64Array.of(0.3 * fRe + 0.2 * fIm, 0.3 * fIm - 0.2 * fRe);
      const second = new Tape();
      const out = s4dKernel(
        second,
        second.input([2, 1], w),
        second.input([2, 1], Float64Array.of(aRe, aIm)),
        1,
        6,
        factor,
      );
      second.forward();
      return out.data;
    };
    const right = kernel("zoh", 2);
    const apart = (other: Float64Array) => Math.max(...other.map((v, i) => Math.abs(v - right[i]!)));
    for (const mutant of [kernel("mamba", 2), kernel("euler", 2), kernel("zoh", 1), kernel("zoh", 2, -1)])
      expect(apart(mutant)).toBeGreaterThan(1e-3);
  });

  it.each(["serial", "parallel"] as const)("Mamba's scan and its derivatives, %s", (mode) => {
    const tape = new Tape();
    const leaf = (shape: number[], ...values: number[]) => tape.weight(shape, Float64Array.from(values));
    const parts = {
      u: leaf([1, 3, 1], 1, -0.5, 2),
      raw: leaf([1, 3, 1], -1, 0, 1),
      z: leaf([1, 3, 1], 0.3, -0.2, 1),
      bias: leaf([1], 0.1),
      D: leaf([1], 0.5),
      A: leaf([1, 2], -1, -2),
      B: leaf([1, 3, 2], 1, 0.5, 0.2, -1, 0.3, 0.7),
      C: leaf([1, 3, 2], 0.5, 1, 1, -0.5, 0.25, 0.75),
    };
    const out = selectiveScan(tape, parts, mode, 2);
    tape.forward();
    tape.backward(out);
    close(out.data, [0.14495836, 0.03310778, 1.96617008], 8);
    const wanted: Record<keyof typeof parts, number[]> = {
      raw: [0.0463012, 0.0236984, 0.6341067],
      bias: [0.7041063],
      A: [0.0001932, 0.0217538],
      u: [0.1408137, -0.1105917, 0.9740633],
      B: [0.0222024, 0.0648898, 0.0165217, -0.0294832, 0.5071117, 1.5213351],
      C: [0.058792, 0.029396, -0.0078883, -0.0369756, 0.6245304, 1.4386385],
      D: [1.6794665],
      z: [0.5448827, -0.1473351, 2.4949547],
    };
    for (const [name, values] of Object.entries(wanted)) close(parts[name as "u"].grad!, values, 7);
  });

  it("DSS's softmax by its definition", () => {
    const tape = new Tape();
    const [length, l, z] = [9, [-0.5, 2], [-0.05, 0.3]] as const;
    const both = dssKernel(
      tape,
      tape.input([2, 1], Float64Array.of(0.7, -0.4)),
      tape.input([2, 1], Float64Array.from(l)),
      tape.input([2, 1], Float64Array.of(Math.log(0.1), Math.log(0.15))),
      length,
    );
    tape.forward();
    // (e^z - 1) / (lambda (e^(z length) - 1)), in real numbers.
    const e = (k: number) =>
      [Math.exp(k * z[0]) * Math.cos(k * z[1]), Math.exp(k * z[0]) * Math.sin(k * z[1])] as const;
    const times = (a: readonly number[], b: readonly number[]) =>
      [a[0]! * b[0]! - a[1]! * b[1]!, a[0]! * b[1]! + a[1]! * b[0]!] as const;
    const den = times([e(length)[0] - 1, e(length)[1]], l);
    const size = den[0] ** 2 + den[1] ** 2;
    const w = times([0.7, -0.4], times([e(1)[0] - 1, e(1)[1]], [den[0] / size, -den[1] / size]));
    close(both.data, [w[0], w[1], e(1)[0], e(1)[1]], 6);
  });
});

describe("S4D's beginnings", () => {
  it("are the published ones", () => {
    close(s4dModes(8, "lin").lambda, [-0.5, -0.5, -0.5, -0.5, 0, Math.PI, 2 * Math.PI, 3 * Math.PI]);
    close(
      s4dModes(8, "inv").lambda.slice(4),
      [7, 5 / 3, 0.6, 1 / 7].map((v) => (8 / Math.PI) * v),
    );
    close(s4dModes(8, "legs").lambda.slice(4), [0.42748871, 1.95779415, 5.35420852, 19.85741037]);
    close(s4dModes(3, "real").lambda, [-1, -2, -3, 0, 0, 0]);
  });
});

const [length, width] = [37, 3];
const layers: readonly (readonly [string, Layer, readonly ("convolution" | "parallel" | "serial")[]])[] = [
  ...(["zoh", "bilinear", "euler"] as const).map(
    (method) =>
      [
        `linear ${method}`,
        linearLayer({ inputs: width, outputs: width, states: 4, method, init: "legs" }),
        ["convolution", "parallel", "serial"],
      ] as const,
  ),
  ...(["legs", "random"] as const).map(
    (init) => [`s4 ${init}`, s4Layer({ width, states: 8, length: 64, init }), ["convolution"]] as const,
  ),
  ...(["lin", "inv", "legs", "real"] as const).map(
    (init) =>
      [
        `s4d ${init}`,
        s4dLayer({ width, states: 8, init, method: init === "inv" ? "bilinear" : "zoh" }),
        ["convolution", "parallel", "serial"],
      ] as const,
  ),
  ["dss", dssLayer({ width, states: 4, length: 40 }), ["convolution", "parallel", "serial"]],
  [
    "s5",
    s5Layer({ inputs: width, outputs: width, states: 8, blocks: 2, method: "zoh" }),
    ["convolution", "parallel", "serial"],
  ],
  ["mamba", mambaLayer({ width, states: 4, layers: 2 }), ["parallel", "serial"]],
];

describe.each(layers)("%s", (_name, layer, modes) => {
  const weights = layer.weights(stream(5));
  const u = numbers(2 * length * width);
  const run = (mode: (typeof modes)[number], part = length) => {
    const tape = new Tape();
    const leaves = new Map<string, Tensor>();
    const leaf = (name: string) => {
      const { shape, data } = weights[name]!;
      if (!leaves.has(name)) leaves.set(name, tape.weight(shape, data));
      return leaves.get(name)!;
    };
    const input = tape.weight([2, part, width], u.slice(0, 2 * part * width));
    const out = layer.apply(tape, leaf, input, mode);
    tape.forward();
    tape.backward(
      out,
      Float64Array.from({ length: out.data.length }, (_, i) => Math.sin(i)),
    );
    const slopes: Record<string, Float64Array> = { u: input.grad! };
    for (const [name, { grad }] of leaves) slopes[name] = grad!;
    return { y: out.data, slopes };
  };
  const size = (a: Float64Array) => Math.max(...a.map(Math.abs));
  const apart = (a: Float64Array, b: Float64Array) => size(a.map((v, i) => v - b[i]!)) / size(b);
  const first = run(modes[0]!);

  it("gives the same in every mode, forward and backward", () => {
    expect(size(first.y)).toBeGreaterThan(1e-3);
    for (const mode of modes.slice(1)) {
      const other = run(mode);
      expect(apart(other.y, first.y), mode).toBeLessThan(1e-11);
      for (const [name, slope] of Object.entries(first.slopes))
        if (size(slope) > 0) expect(apart(other.slopes[name]!, slope), `${name} ${mode}`).toBeLessThan(1e-9);
    }
  });

  it("gives the same step by step, also when its state is handed over", () => {
    const machine = layer.machine((name) => weights[name]!.data);
    let state = new Float64Array(machine.states);
    const y = new Float64Array(length * width);
    for (let t = 0; t < length; t++) {
      if (t === 11) state = Float64Array.from(JSON.parse(JSON.stringify([...state])) as number[]);
      machine.step(state, u.slice(t * width, (t + 1) * width), y.subarray(t * width, (t + 1) * width));
    }
    expect(apart(y, first.y.slice(0, length * width))).toBeLessThan(1e-9);
    // A mutant: another state is another answer.
    const spoilt = new Float64Array(machine.states).fill(0.1);
    const out = new Float64Array(width);
    machine.step(spoilt, u.slice(0, width), out);
    expect(apart(out, first.y.slice(0, width))).toBeGreaterThan(1e-6);
  });
});

describe("the selective scan", () => {
  const scan = (length: number, chunk: number, mode: "parallel" | "serial", d = 3, n = 4) => {
    const tape = new Tape();
    let k = 0;
    const leaf = (shape: number[], size = 1, shift = 0) =>
      tape.weight(
        shape,
        Float64Array.from({ length: shape.reduce((a, b) => a * b) }, () => shift + size * Math.sin(9 * ++k)),
      );
    const parts = {
      u: leaf([2, length, d]),
      raw: leaf([2, length, d]),
      z: leaf([2, length, d]),
      bias: leaf([d]),
      D: leaf([d]),
      A: leaf([d, n], 0.5, -1),
      B: leaf([2, length, n]),
      C: leaf([2, length, n]),
    };
    const out = selectiveScan(tape, parts, mode, chunk);
    tape.forward();
    tape.backward(out);
    return { y: out.data, slopes: Object.values(parts).map(({ grad }) => grad!) };
  };

  it.each([1, 2, 7, 8, 9, 29])("of %i steps does not depend on the chunks", (length) => {
    const whole = scan(length, 64, "serial");
    for (const [chunk, mode] of [
      [8, "parallel"],
      [8, "serial"],
      [1, "parallel"],
      [64, "parallel"],
    ] as const) {
      const other = scan(length, chunk, mode);
      other.y.forEach((v, i) => expect(v).toBeCloseTo(whole.y[i]!, 12));
      other.slopes.forEach((slope, k) => slope.forEach((v, i) => expect(v).toBeCloseTo(whole.slopes[k]![i]!, 11)));
    }
  });

  it("with constant step, B and C is S4D-Real as Mamba discretizes", () => {
    const n = 4;
    const steps = 20;
    const tape = new Tape();
    const row = numbers(2 * n);
    const u = numbers(steps);
    const constant = (from: number) => Float64Array.from({ length: steps * n }, (_, i) => row[from + (i % n)]!);
    const A = Float64Array.from({ length: n }, (_, i) => -(i + 1));
    // silu(z) = 1 at this z.
    const one = 1.278464542761074;
    const y = selectiveScan(tape, {
      u: tape.input([1, steps, 1], u),
      raw: tape.input([1, steps, 1], new Float64Array(steps).fill(-1)),
      z: tape.input([1, steps, 1], new Float64Array(steps).fill(one)),
      bias: tape.input([1]),
      D: tape.input([1]),
      A: tape.input([1, n], A),
      B: tape.input([1, steps, n], constant(0)),
      C: tape.input([1, steps, n], constant(n)),
    });
    const lambda = tape.input([2, n], Float64Array.of(...A, 0, 0, 0, 0));
    const step = Math.log1p(Math.exp(-1));
    const both = discretize(tape, lambda, tape.input([n], new Float64Array(n).fill(Math.log(step))), "mamba");
    tape.forward();
    for (let t = 0; t < steps; t++) {
      let sum = 0;
      for (let s = 0; s <= t; s++)
        for (let i = 0; i < n; i++)
          sum += row[n + i]! * both.data[i]! ** (t - s) * both.data[2 * n + i]! * row[i]! * u[s]!;
      expect(y.data[t]).toBeCloseTo(sum, 10);
    }
  });

  it("bears extreme steps", () => {
    const tape = new Tape();
    const raw = Float64Array.of(-30, 0, 25, 700);
    const leaf = (shape: number[], values: number[]) => tape.weight(shape, Float64Array.from(values));
    const parts = {
      u: leaf([1, 4, 1], [1, 1, 1, 1]),
      raw: tape.weight([1, 4, 1], raw),
      z: leaf([1, 4, 1], [1, -50, 800, 1]),
      bias: leaf([1], [0]),
      D: leaf([1], [1]),
      A: leaf([1, 2], [-1e-6, -80]),
      B: leaf([1, 4, 2], [1, 1, 1, 1, 1, 1, 1, 1]),
      C: leaf([1, 4, 2], [1, 1, 1, 1, 1, 1, 1, 1]),
    };
    const out = selectiveScan(tape, parts);
    tape.forward();
    tape.backward(out);
    for (const values of [out.data, ...Object.values(parts).map(({ grad }) => grad!)])
      expect([...values].every(Number.isFinite)).toBe(true);
  });
});

describe("Mamba's gate (theorem 1)", () => {
  it("one state, A = -1, B = 1 by a zero-order hold is x + g (u - x) with g the sigmoid", () => {
    const tape = new Tape();
    const raw = [-3, -0.4, 0, 1.2, 4];
    const step = tape.input(
      [5],
      Float64Array.from(raw, (r) => Math.log(Math.log1p(Math.exp(r)))),
    );
    const both = discretize(tape, tape.input([2, 5], Float64Array.of(-1, -1, -1, -1, -1, 0, 0, 0, 0, 0)), step, "zoh");
    tape.forward();
    raw.forEach((r, i) => {
      const gate = 1 / (1 + Math.exp(-r));
      expect(both.data[i]).toBeCloseTo(1 - gate, 14);
      expect(both.data[10 + i]).toBeCloseTo(gate, 14);
    });
  });
});
