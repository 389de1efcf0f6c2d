/** Causal convolution with long kernels by fast Fourier transforms of twice the length. */
import { fourier, powerOfTwo } from "../../math/fft.ts";
import type { Tape, Tensor } from "../tape.ts";

interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * u [batch, length, m] with kernels: [m, length], each channel with its own, or [m, length, q], every input to every output. Two sequences of
 * the batch travel as real and imaginary part of one transform: kernels are real, so that they do not mix.
 */
export function fftconv(tape: Tape, u: Tensor, kernel: Tensor): Tensor {
  const [batch = 0, length = 0, m = 0] = u.shape;
  const all = kernel.shape.length === 3;
  const q = all ? kernel.shape[2]! : m;
  if (kernel.shape[0] !== m || kernel.shape[1] !== length)
    throw new RangeError(`kernels [${kernel.shape.join(", ")}] for inputs [${u.shape.join(", ")}]`);
  const plan = fourier(powerOfTwo(2 * length));
  const pairs = Math.ceil(batch / 2);
  const empty = (): Spectrum => ({ re: new Float64Array(plan.n), im: new Float64Array(plan.n) });
  // Kernel k leads from input i to output o; its samples begin at `from`, `stride` apart.
  const paths = Array.from({ length: all ? m * q : m }, (_, k) => {
    const i = all ? Math.floor(k / q) : k;
    const o = all ? k % q : k;
    return { i, o, from: all ? i * length * q + o : i * length, stride: all ? q : 1, spectrum: empty() };
  });
  const inputs = Array.from({ length: pairs * m }, empty);

  const load = (into: Spectrum, data: Float64Array, pair: number, channel: number, width: number) => {
    into.re.fill(0);
    into.im.fill(0);
    const first = 2 * pair * length * width + channel;
    const second = first + length * width;
    for (let t = 0; t < length; t++) into.re[t] = data[first + t * width]!;
    if (2 * pair + 1 < batch) for (let t = 0; t < length; t++) into.im[t] = data[second + t * width]!;
    plan.transform(into.re, into.im);
  };
  const unload = (from: Spectrum, data: Float64Array, pair: number, channel: number, width: number) => {
    plan.transform(from.re, from.im, true);
    const first = 2 * pair * length * width + channel;
    const second = first + length * width;
    for (let t = 0; t < length; t++) data[first + t * width]! += from.re[t]! / plan.n;
    if (2 * pair + 1 < batch) for (let t = 0; t < length; t++) data[second + t * width]! += from.im[t]! / plan.n;
  };
  return tape.record(
    [batch, length, q],
    [u, kernel],
    (y) => {
      y.fill(0);
      for (const { from, stride, spectrum } of paths) {
        spectrum.re.fill(0);
        spectrum.im.fill(0);
        for (let t = 0; t < length; t++) spectrum.re[t] = kernel.data[from + t * stride]!;
        plan.transform(spectrum.re, spectrum.im);
      }
      for (let pair = 0; pair < pairs; pair++) {
        for (let i = 0; i < m; i++) load(inputs[pair * m + i]!, u.data, pair, i, m);
        for (let o = 0; o < q; o++) {
          const out = empty();
          for (const path of paths) if (path.o === o) addProduct(out, inputs[pair * m + path.i]!, path.spectrum, 1);
          unload(out, y, pair, o, q);
        }
      }
    },
    (g) => {
      const sums = kernel.grad ? paths.map(empty) : [];
      for (let pair = 0; pair < pairs; pair++) {
        const back = Array.from({ length: m }, empty);
        for (let o = 0; o < q; o++) {
          const out = empty();
          load(out, g, pair, o, q);
          paths.forEach((path, k) => {
            if (path.o !== o) return;
            if (u.grad) addProduct(back[path.i]!, out, path.spectrum, -1);
            if (kernel.grad) addProduct(sums[k]!, out, inputs[pair * m + path.i]!, -1);
          });
        }
        if (u.grad) for (let i = 0; i < m; i++) unload(back[i]!, u.grad, pair, i, m);
      }
      // Of conj(U1 + i U2) (G1 + i G2) the real part in time is that of conj(U1) G1 + conj(U2) G2.
      paths.forEach(({ from, stride }, k) => {
        const spectrum = sums[k];
        if (!spectrum || !kernel.grad) return;
        plan.transform(spectrum.re, spectrum.im, true);
        for (let t = 0; t < length; t++) kernel.grad[from + t * stride]! += spectrum.re[t]! / plan.n;
      });
    },
  );
}

/** sum + a b, or with sign -1 a conj(b). */
function addProduct(sum: Spectrum, a: Spectrum, b: Spectrum, sign: number): void {
  for (let k = 0; k < sum.re.length; k++) {
    const [x, y, r, i] = [a.re[k]!, a.im[k]!, b.re[k]!, sign * b.im[k]!];
    sum.re[k]! += x * r - y * i;
    sum.im[k]! += x * i + y * r;
  }
}
