/**
 * What the continuous and the discrete PID controller share: parameters, ports and the law. `steps` says how the discrete one
 * integrates; without it time is continuous.
 */
import type { Expr } from "../expr/expr.ts";
import type { BlockAlgebra, Equations, Params, Ports, Rate, Shapes, Signals, Traced, Values } from "./block.ts";
import { clamp } from "./limits.ts";

export const pidParams = {
  terms: { kind: "choice", label: "Terms", default: "PID", of: ["PID", "PI", "PD", "P"] },
  form: {
    kind: "choice",
    label: "Form",
    default: "parallel",
    of: ["parallel", "ideal"],
    help: "Parallel: P + I/s + D s. Ideal: P multiplies all three.",
  },
  P: { kind: "real", label: "P", default: "1" },
  I: { kind: "real", label: "I", default: "1", unit: "1/s", when: { terms: ["PID", "PI"] } },
  D: { kind: "real", label: "D", default: "0.1", unit: "s", when: { terms: ["PID", "PD"] } },
  N: {
    kind: "real",
    label: "Filter N",
    default: "100",
    unit: "rad/s",
    above: 0,
    help: "Pole of the derivative: D N s / (s + N).",
    when: { terms: ["PID", "PD"] },
  },
  inputs: {
    kind: "choice",
    label: "Inputs",
    default: "error",
    of: ["error", "r and y"],
    help: "`r and y`: two degrees of freedom, the reference weighted apart from the measurement.",
  },
  b: {
    kind: "real",
    label: "Weight b",
    default: "1",
    help: "Of the reference in the P term: P (b r - y).",
    when: { inputs: ["r and y"] },
  },
  c: {
    kind: "real",
    label: "Weight c",
    default: "0",
    help: "Of the reference in the D term: 0 gives no kick when it jumps.",
    when: { inputs: ["r and y"], terms: ["PID", "PD"] },
  },
  limits: {
    kind: "choice",
    label: "Output limits",
    default: "none",
    of: ["none", "clamping", "back-calculation", "no anti-windup"],
    help: "And what keeps the integral from winding up at them.",
  },
  lower: {
    kind: "real",
    label: "Lower",
    default: "-1",
    infinite: true,
    when: { limits: ["clamping", "back-calculation", "no anti-windup"] },
  },
  upper: {
    kind: "real",
    label: "Upper",
    default: "1",
    infinite: true,
    when: { limits: ["clamping", "back-calculation", "no anti-windup"] },
  },
  Kb: {
    kind: "real",
    label: "Back-calculation K",
    default: "1",
    unit: "1/s",
    min: 0,
    help: "How fast the integral is led back.",
    when: { limits: ["back-calculation"], terms: ["PID", "PI"] },
  },
  initial: { kind: "real", label: "Initial integral", default: "0", when: { terms: ["PID", "PI"] } },
  manual: {
    kind: "choice",
    label: "Manual mode",
    default: "none",
    of: ["none", "ports"],
    help: "While `manual` is greater than 0 the output is `track`; back in automatic it goes on from there without a bump.",
  },
} as const satisfies Params;

type P = typeof pidParams;
const integrates = (terms: string): boolean => terms.includes("I");
const derives = (terms: string): boolean => terms.includes("D");

export function pidProblem({ limits, lower, upper }: Values<P>): string | undefined {
  return limits !== "none" && lower > upper ? `Lower must not exceed Upper: ${lower} is more than ${upper}` : undefined;
}

export function pidPorts({ inputs, manual }: Shapes<P>): Ports {
  const n = { width: "n" };
  return {
    in: {
      ...(inputs === "error" ? { e: n } : { r: n, y: n }),
      ...(manual === "ports" ? { track: n, manual: { width: 1 } } : {}),
    },
    out: { u: n },
  };
}

type PidState<every> = { readonly width: "n"; readonly initial: "initial" | 0; readonly every?: every };

/** With the name of the period parameter, where there is one. */
export function pidStates<every extends string = never>(
  { terms }: Shapes<P>,
  every?: every,
): { readonly [name: string]: PidState<every> } {
  const sampled = every === undefined ? {} : { every };
  return {
    ...(integrates(terms) ? { integral: { width: "n", initial: "initial", ...sampled } } : {}),
    ...(derives(terms) ? { filter: { width: "n", initial: 0, ...sampled } } : {}),
  };
}

/** Clamping fades the integral out over the first hundredth of the range beyond a limit, so that it never chatters there. */
export function pidDerived({ lower, upper }: Values<P>): { readonly band: readonly number[] } {
  const range = upper - lower;
  const size = Math.max(...[lower, upper].filter(Number.isFinite).map(Math.abs), 0);
  return { band: [0.01 * (Number.isFinite(range) && range > 0 ? range : size > 0 ? size : 1)] };
}

/** How far each sum looks ahead: 0 forward Euler, 1/2 trapezoidal, 1 backward Euler. */
export interface PidSteps {
  readonly rate: Rate;
  readonly integral: number;
  readonly filter: number;
}

export function pidEquations(m: BlockAlgebra, s: Signals, p: Traced<P>, steps?: PidSteps): Equations {
  const held = (port: string): readonly Expr[] =>
    (s.in[port] ?? []).map((value) => (steps ? m.sample(value, steps.rate) : value));
  const [e, r, y, track] = [held("e"), held("r"), held("y"), held("track")];
  const [switched] = held("manual");
  const manual = switched && m.gt(switched, 0);
  const weighed = (weight: Expr | number): readonly Expr[] =>
    p.inputs === "error" ? e : r.map((ri, i) => m.sub(m.mul(weight, ri), y[i] ?? 0));
  const gain = (k: Expr): Expr => (p.form === "ideal" ? m.mul(p.P, k) : k);
  const [integral, filter] = [s.state["integral"] ?? [], s.state["filter"] ?? []];
  const dt = steps && m.period(steps.rate);
  const ahead = (part: number): Expr => (dt ? m.mul(part, dt) : m.num(0));

  const proportional = weighed(p.inputs === "error" ? 1 : p.b).map((ei) => m.mul(p.P, ei));
  const push = integrates(p.terms) ? weighed(1).map((ei) => m.mul(gain(p.I), ei)) : [];
  const slope = derives(p.terms)
    ? weighed(p.inputs === "error" ? 1 : p.c).map((ei, i) =>
        m.div(m.mul(p.N, m.sub(ei, filter[i] ?? 0)), m.add(1, m.mul(p.N, ahead(steps?.filter ?? 0)))),
      )
    : [];
  /** Everything but the integral. */
  const rest = proportional.map((value, i) => {
    const di = slope[i];
    return di ? m.add(value, m.mul(gain(p.D), di)) : value;
  });
  const wanted = rest.map((value, i) => {
    const gi = push[i];
    return gi ? m.add(value, m.add(integral[i] ?? 0, m.mul(ahead(steps?.integral ?? 0), gi))) : value;
  });
  const limited = (value: Expr): Expr => (p.limits === "none" ? value : clamp(m, value, p.lower, p.upper));
  const out = wanted.map((v, i) => limited(manual ? m.choose(manual, track[i] ?? 0, v) : v));

  const move = push.map((gi, i): Expr => {
    const v = wanted[i] ?? m.num(0);
    if (p.limits === "back-calculation") return m.add(gi, m.mul(p.Kb, m.sub(limited(v), v)));
    if (p.limits !== "clamping") return gi;
    const [over, under] = [m.gt(v, p.upper), m.lt(v, p.lower)];
    if (steps) return m.choose(m.or(m.and(over, m.gt(gi, 0)), m.and(under, m.lt(gi, 0))), 0, gi);
    const [band = m.num(1)] = s.derived["band"] ?? [];
    const fade = (beyond: Expr): Expr => m.max(0, m.sub(1, m.div(beyond, band)));
    const up = m.choose(over, fade(m.sub(v, p.upper)), 1);
    const down = m.choose(under, fade(m.sub(p.lower, v)), 1);
    return m.mul(m.choose(m.gt(gi, 0), up, down), gi);
  });
  /** The integral with which the output would be what it tracks. */
  const bumpless = push.map((gi, i) =>
    m.sub(m.sub(track[i] ?? 0, rest[i] ?? 0), m.mul(ahead(steps?.integral ?? 0), gi)),
  );
  const step = (from: readonly Expr[], d: readonly Expr[]): readonly Expr[] =>
    dt ? from.map((x, i) => m.add(x, m.mul(dt, d[i] ?? 0))) : d;
  const moved = step(integral, move).map((value, i) =>
    manual ? m.choose(manual, steps ? (bumpless[i] ?? 0) : 0, value) : value,
  );
  return {
    out: { u: out },
    next: {
      ...(integrates(p.terms) ? { integral: moved } : {}),
      ...(derives(p.terms) ? { filter: step(filter, slope) } : {}),
    },
    ...(manual && !steps && integrates(p.terms)
      ? { reset: { integral: { when: m.falls(manual), to: bumpless } } }
      : {}),
  };
}
