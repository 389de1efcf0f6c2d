/**
 * Mamba's selective scan: x[t] = exp(step[t] A) x[t-1] + step[t] B[t] u[t], y = (C[t] x + D u) silu(z), step = softplus(raw + bias).
 * Gu & Dao, arXiv 2312.00752. As A does not depend on time, a chunk is summed up by its last state and the sum of its steps: chunks are
 * computed side by side, forward and backward, and states within a chunk are made again on the way back instead of being kept.
 */
import type { GpuDispatch, GpuView } from "../../gpu/device.ts";
import { planScan, type ScanPlan } from "../../gpu/scanPlan.ts";
import { BeyondLimit, eachGroups, eachWgsl, programOf, type Cell } from "../launch.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";
import { sigmoid, softplus } from "./elementwise.ts";

interface Parts {
  /** [batch, length, d]. */
  readonly u: Tensor;
  readonly raw: Tensor;
  readonly z: Tensor;
  /** [d]. */
  readonly bias: Tensor;
  readonly D: Tensor;
  /** [d, n], negative. */
  readonly A: Tensor;
  /** [batch, length, n]. */
  readonly B: Tensor;
  readonly C: Tensor;
  /** [batch, d, n]: the state before the first step; 0 where left out. It gets no derivative. */
  readonly initial?: Tensor;
}

/** -> [batch, length, d]. `serial` carries the state through, `parallel` sums up chunks first; the size of chunks changes rounding only. */
export function selectiveScan(tape: Tape, parts: Parts, mode: "parallel" | "serial" = "serial", chunk = 64): Tensor {
  const { u, raw, z, bias, D, A, B, C, initial } = parts;
  const [batch = 0, length = 0, d = 0] = u.shape;
  const n = A.shape[1]!;
  const chunks = Math.ceil(length / chunk);
  /** States before each chunk, of each sequence and channel. */
  const begins = new Float64Array(batch * d * chunks * n);
  const x = new Float64Array(n);
  const stepAt = (at: number, c: number) => softplus(raw.data[at]! + bias.data[c]!);

  /** Runs a chunk from the state in x, which it leaves at its end; gives the sum of steps. */
  const run = (b: number, c: number, k: number, visit: (t: number, step: number) => void): number => {
    let total = 0;
    for (let t = k * chunk, end = Math.min(length, t + chunk); t < end; t++) {
      const at = (b * length + t) * d + c;
      const step = stepAt(at, c);
      const push = step * u.data[at]!;
      const row = (b * length + t) * n;
      for (let i = 0; i < n; i++) x[i] = Math.exp(step * A.data[c * n + i]!) * x[i]! + push * B.data[row + i]!;
      total += step;
      visit(t, step);
    }
    return total;
  };

  return tape.record(
    u.shape,
    [u, raw, z, bias, D, A, B, C],
    (out) => {
      for (let b = 0; b < batch; b++) {
        for (let c = 0; c < d; c++) {
          const base = (b * d + c) * chunks * n;
          const state = (k: number) => begins.subarray(base + k * n, base + (k + 1) * n);
          const write = (t: number) => {
            const at = (b * length + t) * d + c;
            const row = (b * length + t) * n;
            let y = D.data[c]! * u.data[at]!;
            for (let i = 0; i < n; i++) y += C.data[row + i]! * x[i]!;
            out[at] = y * z.data[at]! * sigmoid(z.data[at]!);
          };
          const from = (b * d + c) * n;
          state(0).set(initial ? initial.data.subarray(from, from + n) : new Float64Array(n));
          if (mode === "serial") {
            x.set(state(0));
            for (let k = 0; k < chunks; k++) {
              state(k).set(x);
              run(b, c, k, write);
            }
            continue;
          }
          for (let k = 0; k + 1 < chunks; k++) {
            x.fill(0);
            const total = run(b, c, k, () => {});
            const [now, next] = [state(k), state(k + 1)];
            for (let i = 0; i < n; i++) next[i] = Math.exp(A.data[c * n + i]! * total) * now[i]! + x[i]!;
          }
          for (let k = 0; k < chunks; k++) {
            x.set(state(k));
            run(b, c, k, write);
          }
        }
      }
    },
    (g) => {
      const states = new Float64Array(chunk * n);
      const steps = new Float64Array(chunk);
      const w = new Float64Array(n);
      const carried = new Float64Array(chunks * n);
      for (let b = 0; b < batch; b++) {
        for (let c = 0; c < d; c++) {
          const base = (b * d + c) * chunks * n;
          if (mode === "parallel") {
            // What later chunks ask of the state at the end of each: each chunk's share alone, then carried from the last.
            for (let k = chunks - 1; k > 0; k--) {
              w.fill(0);
              let total = 0;
              for (let t = Math.min(length, (k + 1) * chunk) - 1; t >= k * chunk; t--) {
                const at = (b * length + t) * d + c;
                const step = stepAt(at, c);
                const dy = g[at]! * z.data[at]! * sigmoid(z.data[at]!);
                total += step;
                for (let i = 0; i < n; i++)
                  w[i] = Math.exp(step * A.data[c * n + i]!) * (dy * C.data[(b * length + t) * n + i]! + w[i]!);
              }
              for (let i = 0; i < n; i++)
                carried[(k - 1) * n + i] =
                  Math.exp(A.data[c * n + i]! * total) * (k + 1 < chunks ? carried[k * n + i]! : 0) + w[i]!;
            }
          }
          w.fill(0);
          for (let k = chunks - 1; k >= 0; k--) {
            if (mode === "parallel") w.set(k + 1 < chunks ? carried.subarray(k * n, (k + 1) * n) : new Float64Array(n));
            x.set(begins.subarray(base + k * n, base + (k + 1) * n));
            const first = k * chunk;
            run(b, c, k, (t, step) => {
              states.set(x, (t - first) * n);
              steps[t - first] = step;
            });
            for (let t = Math.min(length, first + chunk) - 1; t >= first; t--)
              back(b, c, t, steps[t - first]!, (t - first) * n);
          }
        }
      }

      function back(b: number, c: number, t: number, step: number, at: number): void {
        const place = (b * length + t) * d + c;
        const row = (b * length + t) * n;
        const input = u.data[place]!;
        const gate = z.data[place]!;
        const s = sigmoid(gate);
        const dy = g[place]! * gate * s;
        let [y, alongB, dStep] = [D.data[c]! * input, 0, 0];
        for (let i = 0; i < n; i++) {
          const now = states[at + i]!;
          const a = A.data[c * n + i]!;
          const [inB, outC] = [B.data[row + i]!, C.data[row + i]!];
          const asked = dy * outC + w[i]!;
          // What came from the state before.
          const kept = now - step * input * inB;
          y += outC * now;
          alongB += asked * inB;
          dStep += asked * a * kept;
          if (C.grad) C.grad[row + i]! += dy * now;
          if (B.grad) B.grad[row + i]! += step * input * asked;
          if (A.grad) A.grad[c * n + i]! += asked * step * kept;
          w[i] = Math.exp(step * a) * asked;
        }
        if (u.grad) u.grad[place]! += step * alongB + D.data[c]! * dy;
        if (D.grad) D.grad[c]! += dy * input;
        if (z.grad) z.grad[place]! += g[place]! * y * s * (1 + gate * (1 - s));
        const dRaw = (input * alongB + dStep) * -Math.expm1(-step);
        if (raw.grad) raw.grad[place]! += dRaw;
        if (bias.grad) bias.grad[c]! += dRaw;
      }
    },
    (gpu, y) => {
      const [own, gate] = [gpu.data(u), gpu.data(z)];
      const rows = batch * length;
      const bc = gpu.cell(2 * rows * n);
      const params = gpu.cell(d * (n + 2));
      const row = `let k = i % ${2 * n}u; let at = (i / ${2 * n}u) * ${n}u + k % ${n}u;`;
      gpu.each(
        "scan: B and C",
        2 * rows * n,
        { B: gpu.data(B), C: gpu.data(C) },
        { bc },
        `${row} bc[i] = select(B[at], C[at], k >= ${n}u);`,
      );
      const place = `let of_a = i < ${d * n}u; let channel = select((i - ${d * n}u) % ${d}u, 0u, of_a); let of_skip = i < ${d * (n + 1)}u;`;
      gpu.each(
        "scan: parameters",
        d * (n + 2),
        { A: gpu.data(A), D: gpu.data(D), bias: gpu.data(bias) },
        { params },
        `${place}
    params[i] = select(select(bias[channel], D[channel], of_skip), A[min(i, ${d * n - 1}u)], of_a);`,
      );
      const ungated = gpu.cell(u.size);
      const forward = [own, gpu.data(raw), bc, params, ungated];
      const back = gpu.differentiated
        ? [u.size, u.size, u.size, bc.words, params.words].map((words) => gpu.cell(words))
        : [];
      let plan: ScanPlan | undefined;
      const planned = (view: (cell: Cell) => GpuView): ScanPlan => {
        if (plan) return plan;
        const [vu, vraw, vbc, vparams, vy] = forward.map(view) as [GpuView, GpuView, GpuView, GpuView, GpuView];
        const [dy, du, draw, dbc, dparams] = back.map(view) as [GpuView, GpuView, GpuView, GpuView, GpuView];
        const made = planScan(
          gpu.device,
          { batch, channels: d, length, states: n },
          { u: vu, raw: vraw, bc: vbc, params: vparams, y: vy },
          back.length > 0 ? { gradients: { dy, du, draw, dbc, dparams } } : {},
        );
        if (!made.ok) throw new BeyondLimit(made.bytes, made.most);
        gpu.onRelease(made.release);
        plan = made;
        return made;
      };
      const start = initial && gpu.data(initial);
      gpu.planned(start ? [...forward, start] : forward, (view) => {
        const plan = planned(view);
        return start ? [begun(plan, view(start), n), ...plan.forward] : plan.forward;
      });
      gpu.each("scan: gate", u.size, { ungated, gate }, { y }, "y[i] = ungated[i] * gate[i] * sigmoid(gate[i]);");
      return (g) => {
        const [dy, du, draw, dbc, dparams] = back as [Cell, Cell, Cell, Cell, Cell];
        const toZ = gpu.grad(z);
        const gated = "let s = sigmoid(gate[i]); dy[i] = g[i] * gate[i] * s;";
        if (toZ)
          gpu.each(
            "scan: by gate",
            u.size,
            { g, gate, ungated },
            { dy, toZ },
            `${gated}
    toZ[i] ${gpu.plus(toZ)} g[i] * ungated[i] * s * (1.0 + gate[i] * sigmoid(-gate[i]));`,
          );
        else gpu.each("scan: by gate", u.size, { g, gate }, { dy }, gated);
        gpu.planned([...forward, ...back], (view) => planned(view).backward);
        for (const [of, more] of [
          [u, du],
          [raw, draw],
        ] as const) {
          const to = gpu.grad(of);
          if (to) gpu.each("scan: given on", of.size, { more }, { to }, `to[i] ${gpu.plus(to)} more[i];`);
        }
        const [toB, toC] = [gpu.grad(B), gpu.grad(C)];
        for (const [to, from] of [
          [toB, 0],
          [toC, n],
        ] as const)
          if (to)
            gpu.each(
              "scan: by B and C",
              rows * n,
              { dbc },
              { to },
              `to[i] ${gpu.plus(to)} dbc[(i / ${n}u) * ${2 * n}u + ${from}u + i % ${n}u];`,
            );
        for (const [of, from] of [
          [A, 0],
          [D, d * n],
          [bias, d * (n + 1)],
        ] as const) {
          const to = gpu.grad(of);
          if (to)
            gpu.each(
              "scan: by parameters",
              of.size,
              { dparams },
              { to },
              `to[i] ${gpu.plus(to)} dparams[${from}u + i];`,
            );
        }
      };
    },
  );
}

/** Fills in the states before the first step, which the plan holds with padding. */
function begun({ initial, padded }: ScanPlan, start: GpuView, n: number): GpuDispatch {
  const [read, write] = [{ start: { words: start.length } }, { begin: { words: initial.length } }];
  const groups = eachGroups(start.length);
  const wgsl = eachWgsl(start.length, `begin[(i / ${n}u) * ${padded}u + i % ${n}u] = start[i];`);
  return { program: programOf("scan: beginning", { read, write, groups, wgsl }), views: [start, initial], groups };
}
