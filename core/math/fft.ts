/** Discrete Fourier transforms of lengths that are powers of two, on split real and imaginary arrays; convolutions are learn's. */

/** X[k] = sum of x[t] exp(-2 pi i k t / n), in place; `inverse` with the other sign and without the factor 1/n. */
export interface Fourier {
  readonly n: number;
  transform(re: Float64Array, im: Float64Array, inverse?: boolean): void;
}

const plans = new Map<number, Fourier>();

/** The plan of length n, made once. Throws a RangeError where n is no power of two. */
export function fourier(n: number): Fourier {
  let plan = plans.get(n);
  if (!plan) plans.set(n, (plan = planned(n)));
  return plan;
}

/** The least power of two that is at least n. */
export function powerOfTwo(n: number): number {
  let power = 1;
  while (power < n) power *= 2;
  return power;
}

function planned(n: number): Fourier {
  if (powerOfTwo(n) !== n) throw new RangeError(`${n} is no power of two`);
  const cos = new Float64Array(n / 2);
  const sin = new Float64Array(n / 2);
  for (let k = 0; k < n / 2; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / n);
    sin[k] = Math.sin((2 * Math.PI * k) / n);
  }
  const partner = new Int32Array(n);
  for (let i = 0, bits = Math.log2(n); i < n; i++) {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) if (i & (1 << bit)) reversed |= 1 << (bits - 1 - bit);
    partner[i] = reversed;
  }
  return {
    n,
    transform(re, im, inverse = false) {
      for (let i = 0; i < n; i++) {
        const j = partner[i]!;
        if (j <= i) continue;
        const [r, m] = [re[i]!, im[i]!];
        re[i] = re[j]!;
        im[i] = im[j]!;
        re[j] = r;
        im[j] = m;
      }
      for (let half = 1, stride = n / 2; half < n; half *= 2, stride /= 2) {
        for (let k = 0, w = 0; k < half; k++, w += stride) {
          const c = cos[w]!;
          const s = inverse ? sin[w]! : -sin[w]!;
          for (let p = k, q = k + half; q < n; p += 2 * half, q += 2 * half) {
            const r = re[q]! * c - im[q]! * s;
            const m = re[q]! * s + im[q]! * c;
            re[q] = re[p]! - r;
            im[q] = im[p]! - m;
            re[p]! += r;
            im[p]! += m;
          }
        }
      }
    },
  };
}
