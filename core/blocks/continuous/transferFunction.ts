/**
 * A rational transfer function of one input and one output, in s or, with a sample time, in z. Realised in controllable
 * canonical form (the form of MATLAB's and SciPy's tf2ss), so that the numbers in A and C are the coefficients themselves.
 */
import type { Expr } from "../../expr/expr.ts";
import { defineBlock } from "../block.ts";
import { each, isContinuous } from "../elements.ts";
import { polynomial } from "../tex.ts";

export default defineBlock({
  type: "transfer-function",
  version: 1,
  category: "continuous",
  title: "Transfer Function",
  summary: "A ratio of polynomials in s, or in z with a sample time; starts at rest.",
  formula: "\\frac{Y}{U} = \\frac{b_m s^m + \\dots + b_0}{a_n s^n + \\dots + a_0}",
  aliases: ["tf", "filter", "lag", "lead", "laplace", "poles", "zeros", "función de transferencia", "filtro"],
  params: {
    num: {
      kind: "vector",
      label: "Numerator",
      default: "1",
      help: "Coefficients in descending powers of s (or z): [1, 2] is s + 2.",
    },
    den: {
      kind: "vector",
      label: "Denominator",
      default: "[1, 1]",
      help: "Coefficients in descending powers: [1, 3, 2] is s² + 3 s + 2.",
    },
    period: {
      kind: "period",
      label: "Time",
      default: "continuous",
      optional: true,
      help: "`continuous`, or the sample time in s: the variable is then z.",
    },
  },
  check({ num, den }) {
    if (den[0] === 0) return "the first coefficient of the denominator must not be zero";
    // A longer numerator is proper only if what sticks out is zero.
    const over = num.length - den.length;
    return num.slice(0, Math.max(0, over)).some((b) => b !== 0)
      ? `the numerator is of higher degree than the denominator (${num.length - 1} > ${den.length - 1}): that is not proper`
      : undefined;
  },
  ports: { in: { u: { width: 1 } }, out: { y: { width: 1 } } },
  states: ({ den }) => ({ x: { width: den.length - 1, initial: 0, every: "period" } }),
  equations(m, s, p) {
    const order = p.den.length - 1;
    const lead = p.den[0] ?? m.num(1);
    const a = each(order, (i) => m.div(p.den[i + 1] ?? 0, lead));
    // b[0] goes with s^n. One too short for it has no direct path, in the structure and not by its value.
    const b = each(order + 1, (i): Expr => {
      const at = p.num.length - 1 - order + i;
      const coefficient = p.num[at];
      return coefficient ? m.div(coefficient, lead) : m.num(0);
    });
    const direct = b[0] ?? m.num(0);
    const hasDirect = p.num.length > order;
    const [u = m.num(0)] = s.in["u"] ?? [];
    const input = hasDirect ? m.sample(u, p.period) : u;
    const x = s.state["x"] ?? [];
    const first = m.sub(input, m.dot(a, x));
    const y = m.add(
      m.dot(
        each(order, (i) => m.sub(b[i + 1] ?? 0, m.mul(direct, a[i] ?? 0))),
        x,
      ),
      m.mul(direct, input),
    );
    return { out: { y: [y] }, next: { x: [first, ...x].slice(0, order) } };
  },
  glyph: {
    tex({ num, den, period }) {
      const z = isContinuous(period) ? "s" : "z";
      const top = polynomial(num, z);
      const bottom = polynomial(den, z);
      return top !== undefined && bottom !== undefined ? `\\frac{${top}}{${bottom}}` : `\\frac{b(${z})}{a(${z})}`;
    },
    size: [14, 6],
  },
});
