/**
 * White noise for continuous time: Gaussian numbers held for a sample time Ts, as strong as a given power spectral density
 * asks. The covariance of white noise is PSD times a Dirac impulse; a pulse of length Ts and height PSD / Ts stands for it.
 */
import { defineBlock } from "../block.ts";
import { each } from "../elements.ts";
import { sampleNumber } from "../sampleNumber.ts";

export default defineBlock({
  type: "band-limited-noise",
  version: 1,
  category: "sources",
  title: "White Noise",
  summary:
    "White noise of a given power spectral density for continuous plants: Gaussian numbers held for a sample time that is short beside the plant's time constants.",
  formula: "y_k \\sim \\mathcal N\\!\\left(0, \\tfrac{S}{T_s}\\right)",
  aliases: [
    "band-limited noise",
    "band-limited white noise",
    "psd",
    "process noise",
    "spectral density",
    "gaussian",
    "ruido de banda limitada",
    "densidad espectral",
    "ruido de proceso",
  ],
  params: {
    density: {
      kind: "vector",
      label: "Density S",
      default: "0.1",
      help: "Two-sided power spectral density, in the square of the signal's unit times s; one value an element.",
    },
    period: {
      kind: "period",
      label: "Sample time",
      default: "0.01",
      optional: false,
      help: "In s. About a hundredth of the fastest period of interest.",
    },
    seed: {
      kind: "count",
      label: "Seed",
      default: "1",
      min: 0,
      max: 1e9,
      help: "Two blocks with one seed make the same numbers.",
    },
  },
  check: ({ density }) => (density.some((d) => d < 0) ? "Density must not be negative" : undefined),
  ports: ({ density }) => ({ out: { out: { width: density.length } } }),
  equations(m, s, p) {
    const rate = p.period ?? { every: 1, offset: 0 };
    const k = sampleNumber(m, s.t, rate);
    const width = p.density.length;
    const out = each(width, (i) =>
      m.mul(m.sqrt(m.div(p.density[i] ?? 0, m.period(rate))), m.gaussian(p.seed, m.add(m.mul(k, width), i + 0.25))),
    );
    return { out: { out } };
  },
  glyph: {
    curve: "M2 1v13h20M5 6.500l2-3 2 4 2-4 2 3.500c4 0 3.500 5 7 5",
    size: [8, 6],
  },
});
