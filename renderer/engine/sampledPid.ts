/** PID controllers and dead times sampled to their discrete namesakes, what the user typed carried over as it stands. */
import { Matrix } from "ml-matrix";
import { blockOf } from "../../core/blocks/index.ts";
import { pidOf } from "../../core/diagram/discretize.ts";
import type { SampleRule } from "../../core/diagram/discretize.ts";
import type { Block } from "../../core/diagram/document.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { weightOf } from "../../core/blocks/methods.ts";
import { bilinearStep } from "../../core/lti/bilinear.ts";
import { c2d } from "../../core/lti/c2d.ts";
import { wholeSamples } from "../../core/lti/delay.ts";
import { tf } from "../../core/lti/tf.ts";
import type { Complex } from "../../core/math/complex.ts";
import type { Refused } from "./designPlant.ts";
import { matrixOf } from "./designText.ts";
import { holds, type SampledForm } from "./sampledForms.ts";

/** That a Delay block holds. */
export const mostSamples = 1000;

/** By which sum a rule has its integral and its derivative: with the right numbers each rule is one of them exactly. */
const sums: { readonly [R in SampleRule]: "forward Euler" | "trapezoidal" | "backward Euler" } = {
  zoh: "forward Euler",
  foh: "trapezoidal",
  tustin: "trapezoidal",
  prewarp: "trapezoidal",
  forward: "forward Euler",
  backward: "backward Euler",
  impulse: "backward Euler",
  matched: "forward Euler",
};

type Sampled = SampledForm & { readonly poles: readonly Complex[] };

/** The terms as they are typed where the rule leaves them; limits and manual mode go over too. `prewarp` in rad/s, for that rule. */
export function asPid(
  source: Block,
  rule: SampleRule,
  period: number,
  prewarp: number | undefined,
  block: Block,
  scopes: { readonly of: Scope; readonly here: Scope },
): Sampled | Refused {
  const shared = pidOf(source.params);
  const read = (name: string): number => matrixOf(shared[name] ?? "", scopes.of)?.get(0, 0) ?? Number.NaN;
  const terms = shared["terms"] ?? "";
  const law: Law = {
    ...Object.fromEntries(["P", "I", "D", "N", "Kb"].map((name) => [name, read(name)])),
    ideal: shared["form"] === "ideal",
    integrates: terms.includes("I"),
    derives: terms.includes("D"),
  } as Law;
  if (rule === "matched" && shared["inputs"] === "r and y")
    return { ok: false, code: "MATCHED_NOT_SISO", values: { inputs: 2, outputs: 1 } };
  const direct = Math.abs(law.P) + (law.derives ? Math.abs(law.D * law.N) : 0);
  if (rule === "impulse" && direct > 0)
    return { ok: false, code: "DIRECT_PATH", values: { size: Number(direct.toPrecision(6)) } };
  if (law.derives && rule === "forward" && !(law.N * period < 2))
    return { ok: false, code: "PID_FORWARD", values: { value: Number((law.N * period).toPrecision(6)) } };
  const changed = numbersBy(rule, law, period, prewarp);
  const kept = Object.entries(changed).filter(
    ([name, value]) => typeof value === "string" || value !== law[name as "P"],
  );
  const params = {
    ...shared,
    ...Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    integralMethod: sums[rule],
    filterMethod: sums[rule],
  };
  const poles: Complex[] = [];
  if (law.integrates) poles.push([1, 0]);
  if (law.derives) {
    const [ahead, N] = [weightOf(sums[rule]), changed.N ?? law.N];
    poles.push([1 - (N * period) / (1 + ahead * N * period), 0]);
  }
  return { params, follows: holds(block, params, scopes.here), poles };
}

interface Law {
  readonly P: number;
  readonly I: number;
  readonly D: number;
  readonly N: number;
  readonly Kb: number;
  readonly ideal: boolean;
  readonly integrates: boolean;
  readonly derives: boolean;
}

/**
 * The derivative D N s / (s + N) is K (z - 1) / (z - a) by any rule, the integral one of the three sums: P, I, D and N for which the discrete
 * block has these. Franklin, Powell & Workman, "Digital Control of Dynamic Systems", 6.
 */
function numbersBy(
  rule: SampleRule,
  law: Law,
  T: number,
  prewarp: number | undefined,
): { readonly [name in "P" | "I" | "D" | "N" | "Kb"]?: number } & { readonly form?: string } {
  const { I, D, N, Kb, derives } = law;
  const lost = -Math.expm1(-N * T);
  switch (rule) {
    case "zoh":
      return derives ? { D: (D * N * T) / lost, N: lost / T } : {};
    case "foh":
      return derives ? { N: (2 / T) * Math.tanh((N * T) / 2) } : {};
    case "prewarp": {
      const by = bilinearStep("tustin", T, prewarp) / T;
      return { I: I * by, D: D / by, N: N * by, Kb: Kb * by };
    }
    case "matched":
      return { form: "parallel", ...matched(law, T) };
    default:
      return {};
  }
}

/** The parts of the whole controller's matched one: what stands over z - 1, over z - a, and the rest. */
function matched({ P, I, D, N, ideal, integrates, derives }: Law, T: number) {
  const times = ideal ? P : 1;
  const [i, d] = [integrates ? times * I : 0, derives ? times * D : 0];
  const [of, over] = [integrates ? [1, 0] : [1], derives ? [1, N] : [1]];
  const product = (a: readonly number[], b: readonly number[]): number[] => {
    const out = Array.from({ length: a.length + b.length - 1 }, () => 0);
    a.forEach((v, j) => b.forEach((w, k) => (out[j + k]! += v * w)));
    return out;
  };
  const parts = [product([P], product(of, over)), product([i], over), product([d * N, 0], of)];
  const size = Math.max(...parts.map((part) => part.length));
  const num = Array.from({ length: size }, (_, k) =>
    parts.reduce((sum, part) => sum + (part[k - size + part.length] ?? 0), 0),
  );
  if (num.every((v) => v === 0) || (!integrates && !derives)) return { P, I: i, D: d };
  const found = c2d(tf(num, product(of, over)), T, "matched");
  if (!found.ok) throw new Error(`One input and one output are matched, yet ${found.code}`);
  const { A, B, C, D: direct } = found.system;
  const a = Math.exp(-N * T);
  /** lim (z - p) H(z) */
  const residueAt = (p: number, other: number | undefined): number => {
    const near = other === undefined ? 1 : p - other;
    const adjugate = other === undefined ? Matrix.eye(A.rows) : Matrix.sub(A, Matrix.mul(Matrix.eye(A.rows), other));
    return C.mmul(adjugate).mmul(B).get(0, 0) / near;
  };
  const one = integrates ? residueAt(1, derives ? a : undefined) : 0;
  const K = derives ? residueAt(a, integrates ? 1 : undefined) / (a - 1) : 0;
  const slow = (1 - a) / T;
  return {
    P: direct.get(0, 0) - K,
    I: one / T,
    ...(derives ? { D: K / slow, N: slow } : {}),
  };
}

/** Dead time alone: what is held comes out at the first sample after it, so that a part of one is a whole one. */
export function asDelay(source: Block, period: number, block: Block, scope: Scope): SampledForm | Refused {
  const of = (name: string): string => source.params[name] ?? blockOf(source.type)?.params[name]?.default ?? "";
  const times = matrixOf(of("time"), scope)?.to1DArray() ?? [];
  const [time = 0] = times;
  if (times.some((t) => t !== time)) return { ok: false, code: "DELAYS_SEVERAL", values: { block: source.name } };
  const samples = wholeSamples(time, period) ?? Math.ceil(time / period);
  if (samples > mostSamples) return { ok: false, code: "DELAY_TOO_LONG", values: { samples, most: mostSamples } };
  const params = { samples: String(Math.max(1, samples)), initial: of("initial") };
  return { params, follows: holds(block, params, scope) };
}
