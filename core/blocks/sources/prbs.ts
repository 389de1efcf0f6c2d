/**
 * A pseudo-random binary sequence from a shift register with feedback. Taps of maximal length: P. Alfke, "Efficient Shift
 * Registers, LFSR Counters, and Long Pseudo-Random Sequence Generators", Xilinx XAPP 052 (1996), table 3.
 */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock, type BlockAlgebra } from "../block.ts";
import { common, disagreement, each, element } from "../elements.ts";
import { sampleNumber } from "../sampleNumber.ts";

/** Bits whose parity is fed back, by the length of the register; bit 1 is the youngest. */
const taps: { readonly [order: number]: readonly number[] } = {
  2: [2, 1],
  3: [3, 2],
  4: [4, 3],
  5: [5, 3],
  6: [6, 5],
  7: [7, 6],
  8: [8, 6, 5, 4],
  9: [9, 5],
  10: [10, 7],
  11: [11, 9],
  12: [12, 6, 4, 1],
  13: [13, 4, 3, 1],
  14: [14, 5, 3, 1],
  15: [15, 14],
  16: [16, 15, 13, 4],
  17: [17, 14],
  18: [18, 11],
  19: [19, 6, 2, 1],
  20: [20, 17],
};

/** Bit i of a whole number, 1 the lowest. The half keeps the integer part away from its jumps. */
function bit(m: BlockAlgebra, register: Expr, i: number): Expr {
  const middle = m.add(register, 0.5);
  return m.sub(m.floor(m.div(middle, 2 ** (i - 1))), m.mul(2, m.floor(m.div(middle, 2 ** i))));
}

/** All bits move up by one, the parity of the taps moves in. */
function shift(m: BlockAlgebra, register: Expr, order: number): Expr {
  const ones = m.sum((taps[order] ?? []).map((i) => bit(m, register, i)));
  const kept = m.sub(m.floor(m.add(register, 0.5)), m.mul(2 ** (order - 1), bit(m, register, order)));
  return m.add(m.mul(2, kept), bit(m, ones, 1));
}

export default defineBlock({
  type: "prbs",
  version: 1,
  category: "sources",
  title: "PRBS",
  summary:
    "Jumps between two levels as a shift register says: a repeatable excitation almost as white as noise, with a period of 2ⁿ - 1 samples.",
  formula: "y_k = b \\pm a,\\quad y_{k + 2^n - 1} = y_k",
  aliases: [
    "pseudo-random binary sequence",
    "identification",
    "excitation",
    "m-sequence",
    "lfsr",
    "binary noise",
    "secuencia binaria pseudoaleatoria",
    "identificación",
    "excitación",
  ],
  params: {
    amplitude: { kind: "vector", label: "Amplitude a", default: "1" },
    bias: { kind: "vector", label: "Bias b", default: "0" },
    order: {
      kind: "count",
      label: "Register n",
      default: "7",
      min: 2,
      max: 20,
      help: "Its length in bits: the sequence repeats after 2ⁿ - 1 samples.",
    },
    period: {
      kind: "period",
      label: "Sample time",
      default: "0.1",
      optional: false,
      help: "In s: the shortest time between two jumps.",
    },
    seed: {
      kind: "real",
      label: "Seed",
      default: "1",
      min: 1,
      help: "What the register holds at first, a whole number from 1 to 2ⁿ - 1: another seed is the same sequence, shifted.",
    },
  },
  check({ amplitude, bias, order, seed }) {
    const last = 2 ** order - 1;
    if (!Number.isInteger(seed) || seed > last)
      return `Seed must be a whole number from 1 to ${last} for a register of ${order} bits, not ${seed}`;
    return disagreement({ Amplitude: amplitude, Bias: bias });
  },
  ports: ({ amplitude, bias }) => ({ out: { out: { width: common(amplitude, bias) } } }),
  equations(m, s, p) {
    const rate = p.period ?? { every: 1, offset: 0 };
    // The register moves on whenever the number of the sample turns odd or even. bit() adds a half, so a quarter stays.
    const odd = bit(m, m.sub(sampleNumber(m, s.t, rate), 0.25), 1);
    const ticks = m.or(m.rises(odd), m.falls(odd));
    const register = m.remember(p.seed, (was) => m.choose(ticks, shift(m, was, p.order), was));
    const level = m.sub(m.mul(2, bit(m, register, p.order)), 1);
    return {
      out: {
        out: each(common(p.amplitude, p.bias), (i) => m.add(element(p.bias, i), m.mul(element(p.amplitude, i), level))),
      },
    };
  },
  glyph: { curve: "M2 13h3V3h6v10h3V3h3v10h5", size: [8, 6] },
});
