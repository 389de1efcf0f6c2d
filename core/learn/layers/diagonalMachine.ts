/** Diagonal systems step by step, with their heads or fully connected: what S4D, DSS and S5 are once they are sampled. */
import type { Diagonal, Heads, Machine } from "./layer.ts";

export function diagonalMachine({ inputs: m, outputs: q, a, B, C, D, factor }: Diagonal): Machine {
  const p = a.length / 2;
  return {
    states: 2 * p,
    step(state, u, y) {
      for (let j = 0; j < p; j++) {
        let [re, im] = [0, 0];
        for (let k = 0; k < m; k++) {
          re += B[j * m + k]! * u[k]!;
          im += B[(p + j) * m + k]! * u[k]!;
        }
        const [x, z] = [state[j]!, state[p + j]!];
        state[j] = a[j]! * x - a[p + j]! * z + re;
        state[p + j] = a[j]! * z + a[p + j]! * x + im;
      }
      for (let o = 0; o < q; o++) {
        let sum = 0;
        for (let j = 0; j < p; j++) sum += C[o * p + j]! * state[j]! - C[(q + o) * p + j]! * state[p + j]!;
        sum *= factor;
        for (let k = 0; k < m; k++) sum += D[o * m + k]! * u[k]!;
        y[o] = sum;
      }
    },
  };
}

export function headsMachine({ a, b, c, D, factor }: Heads): Machine {
  const h = D.length;
  const p = a.length / 2;
  const n = p / h;
  return {
    states: 2 * p,
    step(state, u, y) {
      for (let head = 0; head < h; head++) {
        const input = u[head]!;
        let sum = 0;
        for (let j = head * n; j < (head + 1) * n; j++) {
          const [x, z] = [state[j]!, state[p + j]!];
          const re = a[j]! * x - a[p + j]! * z + b[j]! * input;
          const im = a[j]! * z + a[p + j]! * x + b[p + j]! * input;
          state[j] = re;
          state[p + j] = im;
          sum += c[j]! * re - c[p + j]! * im;
        }
        y[head] = factor * sum + D[head]! * input;
      }
    },
  };
}
