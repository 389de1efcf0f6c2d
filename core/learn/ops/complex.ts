/** Complex vectors [2, n] (real parts, then imaginary parts): products, and the ways in and out of them. */
import type { Tape, Tensor } from "../tape.ts";

/** a b, element by element. */
export function complexMul(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const n = a.data.length / 2;
  return tape.record(
    a.shape,
    [a, b],
    (y) => {
      for (let i = 0; i < n; i++) {
        y[i] = a.data[i]! * b.data[i]! - a.data[n + i]! * b.data[n + i]!;
        y[n + i] = a.data[i]! * b.data[n + i]! + a.data[n + i]! * b.data[i]!;
      }
    },
    (g) => {
      for (const [into, other] of [
        [a.grad, b.data],
        [b.grad, a.data],
      ] as const) {
        if (!into) continue;
        for (let i = 0; i < n; i++) {
          into[i]! += g[i]! * other[i]! + g[n + i]! * other[n + i]!;
          into[n + i]! += g[n + i]! * other[i]! - g[i]! * other[n + i]!;
        }
      }
    },
  );
}

/** phi [2, p] times the rows of B [2, p, h], as the columns of a matrix [h, 2p] that real rows can be multiplied with. */
export function inputMatrix(tape: Tape, phi: Tensor, B: Tensor): Tensor {
  const [, p = 0, h = 0] = B.shape;
  const half = p * h;
  return tape.record(
    [h, 2 * p],
    [phi, B],
    (y) => {
      for (let j = 0; j < p; j++) {
        const [fRe, fIm] = [phi.data[j]!, phi.data[p + j]!];
        for (let k = 0; k < h; k++) {
          const [bRe, bIm] = [B.data[j * h + k]!, B.data[half + j * h + k]!];
          y[k * 2 * p + j] = fRe * bRe - fIm * bIm;
          y[k * 2 * p + p + j] = fRe * bIm + fIm * bRe;
        }
      }
    },
    (g) => {
      for (let j = 0; j < p; j++) {
        const [fRe, fIm] = [phi.data[j]!, phi.data[p + j]!];
        for (let k = 0; k < h; k++) {
          const at = j * h + k;
          const [gRe, gIm] = [g[k * 2 * p + j]!, g[k * 2 * p + p + j]!];
          if (B.grad) {
            B.grad[at]! += gRe * fRe + gIm * fIm;
            B.grad[half + at]! += gIm * fRe - gRe * fIm;
          }
          if (phi.grad) {
            phi.grad[j]! += gRe * B.data[at]! + gIm * B.data[half + at]!;
            phi.grad[p + j]! += gIm * B.data[at]! - gRe * B.data[half + at]!;
          }
        }
      }
    },
  );
}

/** The matrix [2p, h] that gives 2 Re(C x) from x as [.., 2p], of C [2, h, p]: both members of each conjugate pair. */
export function outputMatrix(tape: Tape, C: Tensor): Tensor {
  const [, h = 0, p = 0] = C.shape;
  const each = (work: (from: number, to: number, factor: number) => void) => {
    for (let k = 0; k < h; k++) {
      for (let j = 0; j < p; j++) {
        work(k * p + j, j * h + k, 2);
        work(h * p + k * p + j, (p + j) * h + k, -2);
      }
    }
  };
  return tape.record(
    [2 * p, h],
    [C],
    (y) => each((from, to, factor) => (y[to] = factor * C.data[from]!)),
    (g) => {
      const { grad } = C;
      if (grad) each((from, to, factor) => (grad[from]! += factor * g[to]!));
    },
  );
}

/** Of u [batch, length, h] and b [2, h n]: b times u of its own head, [batch, length, 2 h n]. */
export function spread(tape: Tape, u: Tensor, b: Tensor): Tensor {
  const h = u.shape[2]!;
  const p = b.data.length / 2;
  const n = p / h;
  const rows = u.data.length / h;
  return tape.record(
    [u.shape[0]!, u.shape[1]!, 2 * p],
    [u, b],
    (y) => {
      for (let r = 0; r < rows; r++)
        for (let j = 0; j < 2 * p; j++) y[r * 2 * p + j] = u.data[r * h + Math.floor((j % p) / n)]! * b.data[j]!;
    },
    (g) => {
      for (let r = 0; r < rows; r++) {
        for (let j = 0; j < 2 * p; j++) {
          const from = r * h + Math.floor((j % p) / n);
          const s = g[r * 2 * p + j]!;
          if (u.grad) u.grad[from]! += s * b.data[j]!;
          if (b.grad) b.grad[j]! += s * u.data[from]!;
        }
      }
    },
  );
}

/** factor Re(sum over the n states of each head of c x): x [batch, length, 2 h n] and c [2, h n] -> [batch, length, h]. */
export function readHeads(tape: Tape, x: Tensor, c: Tensor, h: number, factor: 1 | 2): Tensor {
  const p = c.data.length / 2;
  const n = p / h;
  const rows = x.data.length / (2 * p);
  return tape.record(
    [x.shape[0]!, x.shape[1]!, h],
    [x, c],
    (y) => {
      y.fill(0);
      for (let r = 0; r < rows; r++) {
        const at = r * 2 * p;
        for (let j = 0; j < p; j++)
          y[r * h + Math.floor(j / n)]! +=
            factor * (x.data[at + j]! * c.data[j]! - x.data[at + p + j]! * c.data[p + j]!);
      }
    },
    (g) => {
      for (let r = 0; r < rows; r++) {
        const at = r * 2 * p;
        for (let j = 0; j < p; j++) {
          const s = factor * g[r * h + Math.floor(j / n)]!;
          if (x.grad) {
            x.grad[at + j]! += s * c.data[j]!;
            x.grad[at + p + j]! -= s * c.data[p + j]!;
          }
          if (c.grad) {
            c.grad[j]! += s * x.data[at + j]!;
            c.grad[p + j]! -= s * x.data[at + p + j]!;
          }
        }
      }
    },
  );
}
