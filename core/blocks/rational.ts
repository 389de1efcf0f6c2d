/**
 * What the continuous and the discrete transfer function share: a ratio of polynomials in controllable canonical form (that of
 * MATLAB's and SciPy's tf2ss). Coefficients far apart are balanced: states scaled by powers of two, which rounds nothing, along
 * the upper hull of their sizes (the Newton polygon, whose slopes are the sizes of the poles), so that every state is about
 * as large as the input and tolerances mean the same for all.
 */
import type { Expr } from "../expr/expr.ts";
import type { BlockAlgebra, Equations, Rate, Signals } from "./block.ts";
import { each } from "./elements.ts";

/** Within this factor of the leading coefficient (2^10) the form stays as in textbooks. */
const near = 10;

export function impropriety(num: readonly number[], den: readonly number[]): string | undefined {
  if (den[0] === 0) return "the first coefficient of the denominator must not be zero";
  // A longer numerator is proper only if what sticks out is zero.
  const over = num.length - den.length;
  return num.slice(0, Math.max(0, over)).some((b) => b !== 0)
    ? `the numerator must not be of higher degree than the denominator (${num.length - 1} > ${den.length - 1}): that is not proper`
    : undefined;
}

/** How much larger than in the canonical form each state is: powers of two. */
export function scaling(den: readonly number[]): number[] {
  const lead = Math.abs(den[0] ?? 1);
  const sizes = den.map((a) => (a === 0 ? -Infinity : Math.log2(Math.abs(a) / lead)));
  const n = den.length - 1;
  if (sizes.every((size) => size === -Infinity || Math.abs(size) <= near)) return each(n, () => 1);
  const scales: number[] = [];
  let from = 0;
  while (from < n) {
    // The next corner of the upper hull: the steepest way on, the farthest of equals.
    let [to, slope] = [from + 1, -Infinity];
    for (let i = from + 1; i <= n; i++) {
      const steep = ((sizes[i] ?? 0) - (sizes[from] ?? 0)) / (i - from);
      if (steep >= slope) [to, slope] = [i, steep];
    }
    // Nothing but zeros from here on: poles at 0, of no size of their own.
    const start = sizes[from] ?? 0;
    if (slope === -Infinity) [to, slope] = [n, 0];
    for (let i = from + 1; i <= to; i++)
      scales.push(2 ** Math.max(-900, Math.min(900, Math.round(start + slope * (i - from)))));
    if (sizes[to] === -Infinity) sizes[to] = start;
    from = to;
  }
  return scales;
}

/** The numbers of the realization: x1' = input u - feedback x, x(i+1)' = shift(i) x(i), y = output x + direct u. */
export function realization({ num, den }: { readonly num: readonly number[]; readonly den: readonly number[] }) {
  const order = den.length - 1;
  const lead = den[0] ?? 1;
  const scale = scaling(den);
  const at = (i: number): number => scale[i] ?? 1;
  // b[0] goes with s^n.
  const b = each(order + 1, (i) => (num[num.length - 1 - order + i] ?? 0) / lead);
  const a = each(order, (i) => (den[i + 1] ?? 0) / lead);
  const direct = b[0] ?? 0;
  return {
    feedback: a.map((ai, i) => (ai / at(i)) * at(0)),
    shift: each(Math.max(0, order - 1), (i) => at(i + 1) / at(i)),
    output: a.map((ai, i) => ((b[i + 1] ?? 0) - direct * ai) / at(i)),
    input: order > 0 ? [at(0)] : [],
    direct: [direct],
  };
}

export function rationalEquations(
  m: BlockAlgebra,
  s: Signals,
  lengths: { readonly num: number; readonly den: number },
  period: Rate | null,
): Equations {
  const order = lengths.den - 1;
  const { feedback = [], shift = [], output = [], input = [], direct = [] } = s.derived;
  const [u = m.num(0)] = s.in["u"] ?? [];
  const x = s.state["x"] ?? [];
  // A numerator too short for it has no direct path, in the structure and not by its value; nor what lies left of it.
  const hasDirect = lengths.num > order;
  const held = hasDirect ? m.sample(u, period) : u;
  const shown = output.map((c, i): Expr => (hasDirect || i >= order - lengths.num ? c : m.num(0)));
  const through = hasDirect ? m.mul(direct[0] ?? 0, held) : m.num(0);
  const first = m.sub(m.mul(input[0] ?? 0, held), m.dot(feedback, x));
  const rest = shift.map((factor, i) => m.mul(factor, x[i] ?? 0));
  return { out: { y: [m.add(m.dot(shown, x), through)] }, next: { x: order > 0 ? [first, ...rest] : [] } };
}
