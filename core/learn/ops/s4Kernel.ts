/**
 * The kernel of S4: A = diag(lambda) - P P*, bilinear, by its generating function at the roots of unity (Gu, Goel & Re, arXiv 2111.00396),
 * in a form without the pole at Nyquist: r_ab = step sum of a b / (2 (1 - w) - step lambda (1 + w)) over both halves of the conjugate
 * pairs, q = 1 + w, k = 2 (r_CB - q r_CP r_QB / (1 + q r_QP)), Q = conj(P).
 */
import { minus, over, times, type Complex } from "../../math/complex.ts";
import { fourier } from "../../math/fft.ts";
import type { Tape, Tensor } from "../tape.ts";

/** lambda, P, B and C [2, h n], C standing for C (I - A^length); logStep [h]. Gives [h, length]; length is a power of two. */
export function s4Kernel(
  tape: Tape,
  { lambda, P, B, C, logStep }: { lambda: Tensor; P: Tensor; B: Tensor; C: Tensor; logStep: Tensor },
  length: number,
): Tensor {
  const h = logStep.data.length;
  const p = lambda.data.length / 2;
  const n = p / h;
  const plan = fourier(length);
  const half = length / 2;
  const roots = Array.from({ length: half + 1 }, (_, k): Complex => {
    const angle = (-2 * Math.PI * k) / length;
    return [Math.cos(angle), Math.sin(angle)];
  });
  const vector = (tensor: Tensor, j: number): Complex => [tensor.data[j]!, tensor.data[p + j]!];
  const conj = (a: Complex): Complex => [a[0], -a[1]];

  /** The four sums of a head at a root; numerators CB, CP, QB, QP. */
  const sums = (head: number, root: Complex, step: number): [Complex, Complex, Complex, Complex] => {
    const r = [0, 0, 0, 0, 0, 0, 0, 0];
    const q: Complex = [1 + root[0], root[1]];
    for (let j = head * n; j < (head + 1) * n; j++) {
      const l = vector(lambda, j);
      const [c, b, pp] = [vector(C, j), vector(B, j), vector(P, j)];
      for (const turned of [false, true]) {
        const z = turned ? conj(l) : l;
        const lq = times(z, q);
        const d = over([step, 0], [2 - 2 * root[0] - step * lq[0], -2 * root[1] - step * lq[1]]);
        const side = (a: Complex): Complex => (turned ? conj(a) : a);
        const values = [times(c, b), times(c, pp), times(conj(pp), b), times(conj(pp), pp)];
        values.forEach((value, k) => {
          const term = times(side(value), d);
          r[2 * k]! += term[0];
          r[2 * k + 1]! += term[1];
        });
      }
    }
    return [
      [r[0]!, r[1]!],
      [r[2]!, r[3]!],
      [r[4]!, r[5]!],
      [r[6]!, r[7]!],
    ];
  };

  return tape.record(
    [h, length],
    [lambda, P, B, C, logStep],
    (y) => {
      const re = new Float64Array(length);
      const im = new Float64Array(length);
      for (let head = 0; head < h; head++) {
        const step = Math.exp(logStep.data[head]!);
        roots.forEach((root, k) => {
          const [cb, cp, qb, qp] = sums(head, root, step);
          const q: Complex = [1 + root[0], root[1]];
          const bottom = times(q, qp);
          const value = minus(cb, over(times(q, times(cp, qb)), [1 + bottom[0], bottom[1]]));
          re[k] = 2 * value[0];
          im[k] = 2 * value[1];
          if (k > 0 && k < half) {
            re[length - k] = re[k]!;
            im[length - k] = -im[k]!;
          }
        });
        plan.transform(re, im, true);
        for (let l = 0; l < length; l++) y[head * length + l] = re[l]! / length;
      }
    },
    (g) => {
      const re = new Float64Array(length);
      const im = new Float64Array(length);
      const give = (tensor: Tensor, j: number, amount: Complex) => {
        if (!tensor.grad) return;
        tensor.grad[j]! += amount[0];
        tensor.grad[p + j]! += amount[1];
      };
      for (let head = 0; head < h; head++) {
        const step = Math.exp(logStep.data[head]!);
        re.set(g.subarray(head * length, (head + 1) * length));
        im.fill(0);
        plan.transform(re, im);
        let gLogStep = 0;
        roots.forEach((root, k) => {
          // The adjoint of the inverse transform; what stands for two conjugate entries counts twice.
          const share = (k > 0 && k < half ? 2 : 1) / length;
          const gk: Complex = [2 * share * re[k]!, 2 * share * im[k]!];
          const [, cp, qb, qp] = sums(head, root, step);
          const q: Complex = [1 + root[0], root[1]];
          const product = times(q, qp);
          const bottom: Complex = [1 + product[0], product[1]];
          const ratio = over(q, bottom);
          const gs: readonly Complex[] = [
            gk,
            times(conj(times(ratio, qb)), [-gk[0], -gk[1]]),
            times(conj(times(ratio, cp)), [-gk[0], -gk[1]]),
            times(conj(times(times(ratio, ratio), times(cp, qb))), gk),
          ];
          for (let j = head * n; j < (head + 1) * n; j++) {
            const l = vector(lambda, j);
            const [c, b, pp] = [vector(C, j), vector(B, j), vector(P, j)];
            const values = [times(c, b), times(c, pp), times(conj(pp), b), times(conj(pp), pp)];
            for (const turned of [false, true]) {
              const side = (a: Complex): Complex => (turned ? conj(a) : a);
              const lq = times(side(l), q);
              const e: Complex = [2 - 2 * root[0] - step * lq[0], -2 * root[1] - step * lq[1]];
              const d = over([step, 0], e);
              // Numerators: of conj(v) d the adjoint with respect to v is the conjugate.
              const gv = gs.map((each) => side(times(conj(d), each)));
              give(C, j, times(conj(b), gv[0]!));
              give(B, j, times(conj(c), gv[0]!));
              give(C, j, times(conj(pp), gv[1]!));
              give(P, j, times(conj(c), gv[1]!));
              // conj(P) b, and |P|^2.
              give(P, j, conj(times(conj(b), gv[2]!)));
              give(B, j, times(pp, gv[2]!));
              give(P, j, times([2 * gv[3]![0], 0], pp));
              let gd: Complex = [0, 0];
              gs.forEach((each, i) => {
                const term = times(conj(side(values[i]!)), each);
                gd = [gd[0] + term[0], gd[1] + term[1]];
              });
              // d = step / e, e = 2 (1 - w) - step lambda q: by lambda step q / e times d, by log step d (1 + step lambda q / e).
              const back = over([step * lq[0], step * lq[1]], e);
              const byStep = times(d, [1 + back[0], back[1]]);
              gLogStep += byStep[0] * gd[0] + byStep[1] * gd[1];
              give(lambda, j, side(times(conj(times(d, times(d, q))), gd)));
            }
          }
        });
        if (logStep.grad) logStep.grad[head]! += gLogStep;
      }
    },
  );
}
