/** Every operation on a GPU against itself on the CPU, forward and backward, within the bounds of float32. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GpuDevice } from "../../../core/gpu/device.ts";
import { Tape } from "../../../core/learn/tape.ts";
import { softwareGpu } from "../gpu/adapter.ts";
import { numbers } from "../../numbers.ts";
import { bothWays, opened, type BothWays } from "./onGpu.ts";
import { cases, type Case } from "./operations.ts";

const gpu = await softwareGpu();

type Plant = NonNullable<Parameters<typeof bothWays>[5]>;

/** Operation, kernel, what stands there, and what is planted instead: one for each class of kernels. */
const mutants: readonly (readonly [string, string, string, string])[] = [
  ["matmul", "matrix product, plain", "var sum = 0.0;", "var sum = a_in[0];"],
  ["add a row to many", "add: by b: joined", "part < 5u", "part < 4u"],
  ["add", "add: by b", "sum += g[", "sum -= g["],
  ["mul", "mul: by a", "toA[i] = ", "toA[i] = 1.001 * "],
  ["tanh", "tanh: slope", "1.0 - v * v", "1.0 - v"],
  ["gelu", "gelu", "0.044715", "0.05"],
  ["slice", "slice: back", "k < 3u", "k < 2u"],
  ["concat", "concat", "(i / 3u) * 5u + 2u", "(i / 3u) * 5u + 1u"],
  ["mean pool", "pool: back", "0.3333", "0.3343"],
  ["embedding", "embedding: back", "== o / 4u", "== (o + 1u) / 4u"],
  ["layer norm", "norm: by x", "- level", ""],
  [
    "layer norm",
    "norm",
    "thread; k < 5u; k += 64u) { let i = row * 5u + k; let d",
    "thread; k < 4u; k += 64u) { let i = row * 5u + k; let d",
  ],
  ["conv1d", "conv1d: by taps", ">= back", "> back"],
  ["conv1d", "conv1d", "max(3u, t)", "max(2u, t)"],
  ["dropout", "dropout: back", "& 0xfffffffeu", "& 0xfffffffcu"],
  ["mean square", "mean square: back", "/ select(all[1], 1.0, all[1] == 0.0)", "/ 6.0"],
  ["gaussian", "gaussian: back", "1.0 - left", "1.0 + left"],
  ["cross entropy", "cross entropy: back", "- hit", "- 2.0 * hit"],
  ["fftconv", "fourier", "points[low] = a + c", "points[low] = a - c"],
  ["fftconv", "convolution: by kernels", "pair < 2u", "pair < 1u"],
  ["complex product", "complex product: back", "conj(vec2f(", "(vec2f("],
  ["input matrix", "input matrix: by phi", "conj(b)", "b"],
  ["spread", "spread: by b", "g[r * 8u + o]", "g[r * 8u]"],
  ["read heads", "read heads: by x", ">= 4u", ">= 5u"],
  ["discretize zoh", "discretize: by lambda", "+ step * times(conj(dphi)", "- step * times(conj(dphi)"],
  ["diagonal scan, parallel", "scan: beginnings of chunks", "+ vec2f(ends", "- vec2f(ends"],
  ["diagonal scan, parallel", "scan: by a", "t > 0u", "t > 1u"],
  ["s4d kernel", "sums of powers: back", "f32(l)", "f32(l + 1u)"],
  ["dss kernel, decaying and growing", "dss: back", "- along * den", "+ along * den"],
  ["s4 kernel", "s4: by modes", "+ times(far", "- times(far"],
  ["s4 kernel", "s4: at the roots", "sign > -2.0", "sign > 0.0"],
  ["dense scan, parallel", "dense scan: by system", "(r - 1u)", "r"],
  ["dense scan, parallel", "dense scan", "(b * 40u + (step))", "(b * 40u + (step) / 2u)"],
  ["dense scan, parallel", "dense scan: beginnings of chunks", "- 1u", ""],
  ["dense scan, parallel", "dense scan: powers", "powers[0u +", "powers[1u +"],
  ["dense scan, parallel", "dense scan: what was carried", "t % 8u", "t % 4u"],
  ["discretize dense zoh", "hold", "f32(power + 1u)", "f32(power)"],
  ["discretize dense zoh", "hold: back", "work[18u + i] + work[45u + i]", "work[18u + i] + work[27u + i]"],
  ["discretize dense bilinear", "inverse", "row == step", "row <= step"],
  ["discretize dense euler", "discretize: by A", "exp(logs[0])", "logs[0]"],
  ["selective scan, serial", "scan: by gate", "1.0 + gate[i]", "1.0 - gate[i]"],
  ["selective scan from a state", "scan: beginning", "* 4u", "* 2u"],
  ["selective scan, serial", "scan: B and C", "select(B[at], C[at]", "select(C[at], B[at]"],
];

const single = (values: Float64Array) => values.map(Math.fround);

describe.skipIf(gpu === undefined)("operations on a GPU", () => {
  let device: GpuDevice;
  beforeAll(async () => {
    device = await opened(gpu);
  });
  afterAll(() => device.close());

  function compared([, shapes, build, values]: Case, plant?: Plant): Promise<BothWays> {
    const tape = new Tape();
    const leaves = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [
        name,
        tape.weight(shape, single(values?.[name] ?? numbers(shape.reduce((a, b) => a * b, 1)))),
      ]),
    );
    const out = build(tape, leaves);
    return bothWays(device, tape, leaves, out, single(numbers(out.size)), plant);
  }

  it.each(cases.map(([name], k) => ({ name, k })))("$name", async ({ k }) => {
    const { forward, backward } = await compared(cases[k]!);
    expect(forward).toBeLessThan(2e-6);
    for (const [name, error] of Object.entries(backward)) expect(error, name).toBeLessThan(1e-5);
  });

  it.each(mutants)("%s: tells a mutant of %s, with %s as %s", async (operation, label, from, to) => {
    let planted = 0;
    const { forward, backward } = await compared(
      cases.find(([name]) => name === operation)!,
      (dispatches) =>
        dispatches.map((dispatch) => {
          const { program } = dispatch;
          if (program.label !== label || !program.wgsl.includes(from)) return dispatch;
          planted++;
          return { ...dispatch, program: { ...program, wgsl: program.wgsl.replace(from, to) } };
        }),
    );
    expect(planted).toBeGreaterThan(0);
    expect(Math.max(forward, ...Object.values(backward))).toBeGreaterThan(1e-4);
  });
});
