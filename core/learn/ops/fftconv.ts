/** Causal convolution with long kernels by fast Fourier transforms of twice the length. */
import { fourier, powerOfTwo } from "../../math/fft.ts";
import { literal, type Cell } from "../launch.ts";
import type { Tape } from "../tape.ts";
import type { Tensor } from "../tensor.ts";
import { transform } from "./fourierOnGpu.ts";

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
    (gpu, y) => {
      const n = plan.n;
      const load = (data: Cell, width: number) => {
        const spectrum = gpu.cell(2 * pairs * width * n);
        gpu.each(
          "convolution: load",
          pairs * width * n,
          { data },
          { spectrum },
          `let t = i % ${n}u; let row = i / ${n}u;
    let pair = row / ${width}u;
    let at = (2u * pair * ${length}u + min(t, ${length - 1}u)) * ${width}u + row % ${width}u;
    let second = 2u * pair + 1u < ${batch}u;
    spectrum[2u * i] = select(0.0, data[at], t < ${length}u);
    spectrum[2u * i + 1u] = select(0.0, data[select(at, at + ${length * width}u, second)], t < ${length}u && second);`,
        );
        transform(gpu, spectrum, pairs * width, n);
        return spectrum;
      };
      const unload = (spectrum: Cell, to: Cell, width: number) => {
        transform(gpu, spectrum, pairs * width, n, true);
        gpu.each(
          "convolution: unload",
          batch * length * width,
          { spectrum },
          { to },
          `let c = i % ${width}u; let t = (i / ${width}u) % ${length}u; let b = i / ${width * length}u;
    to[i] ${gpu.plus(to)} ${literal(1 / n)} * spectrum[2u * (((b / 2u) * ${width}u + c) * ${n}u + t) + b % 2u];`,
        );
      };
      /** products[row, k] = the sum over the other channels, or the same alone, of given times the kernels' spectra, or their conjugates. */
      const through = (given: Cell, kernels: Cell, back: boolean) => {
        const [from, to] = back ? [q, m] : [m, q];
        const products = gpu.cell(2 * pairs * to * n);
        const path = !all ? "other" : back ? `c * ${q}u + other` : `other * ${q}u + c`;
        gpu.each(
          "convolution: product",
          pairs * to * n,
          { given, kernels },
          { products },
          `let k = i % ${n}u; let row = i / ${n}u;
    let c = row % ${to}u; let pair = row / ${to}u;
    var sum = vec2f();
    for (var other = ${all ? "0u" : "c"}; other < ${all ? `${from}u` : "c + 1u"}; other++) {
      let x = 2u * ((pair * ${from}u + other) * ${n}u + k);
      let w = 2u * ((${path}) * ${n}u + k);
      sum += times(vec2f(given[x], given[x + 1u]), ${back ? "conj(" : ""}vec2f(kernels[w], kernels[w + 1u])${back ? ")" : ""});
    }
    products[2u * i] = sum.x; products[2u * i + 1u] = sum.y;`,
        );
        return products;
      };
      const count = paths.length;
      const kernels = gpu.cell(2 * count * n);
      // Where sample t of a path lies.
      const place = all ? `(c / ${q}u) * ${length * q}u + t * ${q}u + c % ${q}u` : `c * ${length}u + t`;
      gpu.each(
        "convolution: kernels",
        count * n,
        { data: gpu.data(kernel) },
        { kernels },
        `let k = i % ${n}u; let c = i / ${n}u; let t = min(k, ${length - 1}u);
    kernels[2u * i] = select(0.0, data[${place}], k < ${length}u); kernels[2u * i + 1u] = 0.0;`,
      );
      transform(gpu, kernels, count, n);
      const sent = load(gpu.data(u), m);
      unload(through(sent, kernels, false), y, q);
      return (g) => {
        const [toU, toKernel] = [gpu.grad(u), gpu.grad(kernel)];
        const asked = load(g, q);
        if (toU) unload(through(asked, kernels, true), toU, m);
        if (!toKernel) return;
        const sums = gpu.cell(2 * count * n);
        gpu.each(
          "convolution: by kernels",
          count * n,
          { asked, sent },
          { sums },
          `let k = i % ${n}u; let c = i / ${n}u;
    let source = ${all ? `c / ${q}u` : "c"}; let to = ${all ? `c % ${q}u` : "c"};
    var sum = vec2f();
    for (var pair = 0u; pair < ${pairs}u; pair++) {
      let x = 2u * ((pair * ${q}u + to) * ${n}u + k);
      let w = 2u * ((pair * ${m}u + source) * ${n}u + k);
      sum += times(vec2f(asked[x], asked[x + 1u]), conj(vec2f(sent[w], sent[w + 1u])));
    }
    sums[2u * i] = sum.x; sums[2u * i + 1u] = sum.y;`,
        );
        transform(gpu, sums, count, n, true);
        gpu.each(
          "convolution: unload kernels",
          count * length,
          { sums },
          { toKernel },
          `let t = i % ${length}u; let c = i / ${length}u;
    toKernel[${place}] ${gpu.plus(toKernel)} ${literal(1 / n)} * sums[2u * (c * ${n}u + t)];`,
        );
      };
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
