/** Every operation, small: the shapes of its leaves, how it is recorded, and values where arbitrary ones will not do. */
import { embedding, concat, pool, reshape, slice, sum } from "../../../core/learn/ops/arrange.ts";
import { complexMul, inputMatrix, outputMatrix, readHeads, spread } from "../../../core/learn/ops/complex.ts";
import { conv1d } from "../../../core/learn/ops/conv1d.ts";
import { denseScan } from "../../../core/learn/ops/denseScan.ts";
import { diagonalScan } from "../../../core/learn/ops/diagonalScan.ts";
import { discretize } from "../../../core/learn/ops/discretize.ts";
import { discretizeDense } from "../../../core/learn/ops/discretizeDense.ts";
import { dropout } from "../../../core/learn/ops/dropout.ts";
import { dssKernel } from "../../../core/learn/ops/dssKernel.ts";
import { add, map, mul } from "../../../core/learn/ops/elementwise.ts";
import { fftconv } from "../../../core/learn/ops/fftconv.ts";
import { crossEntropy, gaussianNll, meanSquare } from "../../../core/learn/ops/losses.ts";
import { matmul } from "../../../core/learn/ops/matmul.ts";
import { layerNorm, rmsNorm } from "../../../core/learn/ops/norm.ts";
import { s4dKernel } from "../../../core/learn/ops/s4dKernel.ts";
import { s4Kernel } from "../../../core/learn/ops/s4Kernel.ts";
import { selectiveScan } from "../../../core/learn/ops/selectiveScan.ts";
import type { Tape } from "../../../core/learn/tape.ts";
import type { Tensor } from "../../../core/learn/tensor.ts";
import { numbers } from "../../numbers.ts";

export type Leaves = Record<string, Tensor>;
export type Case = readonly [
  string,
  Record<string, readonly number[]>,
  (tape: Tape, leaves: Leaves) => Tensor,
  Record<string, Float64Array>?,
];

const scanParts = {
  u: [2, 7, 3],
  raw: [2, 7, 3],
  z: [2, 7, 3],
  bias: [3],
  D: [3],
  A: [3, 2],
  B: [2, 7, 2],
  C: [2, 7, 2],
};
const negative = (count: number) => numbers(count).map((v) => -0.6 + 0.5 * v);
/** Real parts below zero, then imaginary ones. */
const stable = (n: number) => Float64Array.of(...negative(n), ...numbers(n, 2));
const weight = Float64Array.of(1, 0, 1, 1, 0, 2);

export const cases: readonly Case[] = [
  ["matmul", { x: [2, 3, 4], w: [4, 5] }, (t, l) => matmul(t, l["x"]!, l["w"]!)],
  ["matmul, large enough for the fast product", { x: [9, 8], w: [8, 9] }, (t, l) => matmul(t, l["x"]!, l["w"]!)],
  ["add", { a: [2, 3, 4], b: [3, 1] }, (t, l) => add(t, l["a"]!, l["b"]!)],
  ["add a row", { a: [2, 3, 4], b: [4] }, (t, l) => add(t, l["a"]!, l["b"]!)],
  ["add a row to many", { a: [70, 3], b: [3] }, (t, l) => add(t, l["a"]!, l["b"]!)],
  ["mul", { a: [2, 3, 4], b: [1, 3, 1] }, (t, l) => mul(t, l["a"]!, l["b"]!)],
  ["mul by one number", { a: [2, 3], b: [1] }, (t, l) => mul(t, l["a"]!, l["b"]!)],
  ...(["exp", "negexp", "tanh", "relu", "sigmoid", "softplus", "silu", "gelu"] as const).map((name): Case => [
    name,
    { x: [11] },
    (t, l) => map(t, l["x"]!, name),
  ]),
  ["slice", { x: [3, 5] }, (t, l) => slice(t, l["x"]!, 1, 4)],
  ["concat", { x: [3, 2], y: [3, 3] }, (t, l) => concat(t, [l["x"]!, l["y"]!])],
  ["reshape", { x: [3, 4] }, (t, l) => reshape(t, l["x"]!, [2, 6])],
  ["mean pool", { x: [2, 3, 4] }, (t, l) => pool(t, l["x"]!, "mean")],
  ["last", { x: [2, 3, 4] }, (t, l) => pool(t, l["x"]!, "last")],
  ["sum", { x: [3, 4] }, (t, l) => sum(t, l["x"]!)],
  ["embedding", { table: [3, 4] }, (t, l) => embedding(t, t.input([5], Float64Array.of(0, 2, 2, 1, 0)), l["table"]!)],
  ["layer norm", { x: [4, 5], s: [5], b: [5] }, (t, l) => layerNorm(t, l["x"]!, l["s"]!, l["b"]!)],
  ["rms norm", { x: [4, 5], s: [5] }, (t, l) => rmsNorm(t, l["x"]!, l["s"]!)],
  ["conv1d", { x: [2, 6, 3], w: [3, 4], b: [3] }, (t, l) => conv1d(t, l["x"]!, l["w"]!, l["b"]!)],
  [
    "dropout",
    { x: [40] },
    (t, l) => {
      t.training = true;
      return dropout(t, l["x"]!, 0.3);
    },
  ],
  [
    "mean square",
    { y: [2, 3] },
    (t, l) => meanSquare(t, l["y"]!, t.input([2, 3], numbers(6)), t.input([2, 3], weight)),
  ],
  ["gaussian", { y: [2, 6] }, (t, l) => gaussianNll(t, l["y"]!, t.input([2, 3], numbers(6)), t.input([2, 3], weight))],
  ["cross entropy", { y: [3, 4] }, (t, l) => crossEntropy(t, l["y"]!, t.input([3], Float64Array.of(1, -1, 3)))],
  ["fftconv", { u: [3, 6, 2], k: [2, 6] }, (t, l) => fftconv(t, l["u"]!, l["k"]!)],
  ["fftconv of all to all", { u: [3, 6, 2], k: [2, 6, 3] }, (t, l) => fftconv(t, l["u"]!, l["k"]!)],
  ["complex product", { a: [2, 3], b: [2, 3] }, (t, l) => complexMul(t, l["a"]!, l["b"]!)],
  ["input matrix", { f: [2, 3], B: [2, 3, 2] }, (t, l) => inputMatrix(t, l["f"]!, l["B"]!)],
  ["output matrix", { C: [2, 2, 3] }, (t, l) => outputMatrix(t, l["C"]!)],
  ["spread", { u: [2, 3, 2], b: [2, 4] }, (t, l) => spread(t, l["u"]!, l["b"]!)],
  ["read heads", { x: [2, 3, 8], c: [2, 4] }, (t, l) => readHeads(t, l["x"]!, l["c"]!, 2, 2)],
  ...(["zoh", "bilinear", "euler", "mamba"] as const).map((method): Case => [
    `discretize ${method}`,
    { lambda: [2, 4], step: [4] },
    (t, l) => discretize(t, l["lambda"]!, l["step"]!, method),
    { lambda: stable(4), step: Float64Array.of(-2, 0, 0.8, -7) },
  ]),
  ...(["zoh", "bilinear", "euler"] as const).map((method): Case => [
    `discretize dense ${method}`,
    { A: [3, 3], B: [3, 2], step: [1] },
    (t, l) => discretizeDense(t, l["A"]!, l["B"]!, l["step"]!, method),
    { step: Float64Array.of(-1) },
  ]),
  [
    "discretize dense zoh, a long step",
    { A: [3, 3], B: [3, 1], step: [1] },
    (t, l) => discretizeDense(t, l["A"]!, l["B"]!, l["step"]!, "zoh"),
    { step: Float64Array.of(1.5) },
  ],
  ...(["convolution", "parallel", "serial"] as const).map((mode): Case => [
    `diagonal scan, ${mode}`,
    { a: [2, 2], v: [2, 70, 4], x0: [2, 4] },
    (t, l) => diagonalScan(t, l["a"]!, l["v"]!, mode, l["x0"]!),
    { a: Float64Array.of(0.8, -0.5, 0.3, 0.4) },
  ]),
  ...(["parallel", "serial"] as const).map((mode): Case => [
    `dense scan, ${mode}`,
    { s: [2, 3], u: [2, 40, 1] },
    (t, l) => denseScan(t, l["s"]!, l["u"]!, mode, t.input([2, 2], Float64Array.of(1, 2, 3, -1))),
    { s: Float64Array.of(0.7, 0.4, 0.3, -0.5, 0.6, -1) },
  ]),
  ["s4d kernel", { w: [2, 4], a: [2, 4] }, (t, l) => s4dKernel(t, l["w"]!, l["a"]!, 2, 9, 2), { a: numbers(8, 0.6) }],
  [
    "dss kernel, decaying and growing",
    { W: [2, 6], lambda: [2, 3], step: [2, 2] },
    (t, l) => dssKernel(t, l["W"]!, l["lambda"]!, l["step"]!, 9),
    { lambda: Float64Array.of(-0.5, -0.2, 0.3, 1, 2, -1.5), step: Float64Array.of(-1, -2, -1.5, -1) },
  ],
  [
    "s4 kernel",
    { lambda: [2, 4], P: [2, 4], B: [2, 4], C: [2, 4], step: [2] },
    (t, { lambda, P, B, C, step }) => s4Kernel(t, { lambda: lambda!, P: P!, B: B!, C: C!, logStep: step! }, 8),
    { lambda: stable(4), step: Float64Array.of(-1, -2) },
  ],
  ...(["parallel", "serial"] as const).map((mode): Case => [
    `selective scan, ${mode}`,
    scanParts,
    (t, { u, raw, z, bias, D, A, B, C }) =>
      selectiveScan(t, { u: u!, raw: raw!, z: z!, bias: bias!, D: D!, A: A!, B: B!, C: C! }, mode, 3),
    { A: negative(6) },
  ]),
  [
    "selective scan from a state",
    scanParts,
    (t, { u, raw, z, bias, D, A, B, C }) => {
      const initial = t.input([2, 3, 2], numbers(12, 2));
      return selectiveScan(
        t,
        { u: u!, raw: raw!, z: z!, bias: bias!, D: D!, A: A!, B: B!, C: C!, initial },
        "serial",
        3,
      );
    },
    { A: negative(6) },
  ],
];
