/** A sampled system as the parameters of the block that holds it: matrices, polynomials in z, or roots; and whether it holds them now. */
import type { Matrix } from "ml-matrix";
import { freqresp } from "../../core/analysis/freqresp.ts";
import { blockOf } from "../../core/blocks/index.ts";
import type { Block } from "../../core/diagram/document.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { conjugatePairs, zeroPoleGain, type Zpk } from "../../core/lti/zeroPoleGain.ts";
import type { SampleMethod, SampleOptions } from "../../core/lti/resampled.ts";
import { sampledRoots } from "../../core/lti/sampledRoots.ts";
import { ss } from "../../core/lti/ss.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import { tf } from "../../core/lti/tf.ts";
import { zpk } from "../../core/lti/zpk.ts";
import type { Complex } from "../../core/math/complex.ts";
import { exactText, matrixOf } from "./designText.ts";

/** Poles of systems sampled fast hang on the last digits of their numbers. */
const same = 1e-13;

export interface SampledForm {
  readonly params: Block["params"];
  /** The block holds these numbers already. */
  readonly follows: boolean;
  /** Polynomials whose response is not that of the system any more. */
  readonly rough?: boolean;
}

export interface Sampling {
  readonly period: number;
  readonly method: SampleMethod;
  readonly options: SampleOptions;
}

/** `start`: its states, n x 1. */
export function asMatrices(
  { A, B, C, D }: StateSpace,
  start: Matrix,
  block: Block,
  scope: Scope,
  more: Block["params"] = {},
): SampledForm {
  const initial = start.to1DArray().every((v) => v === 0) ? "0" : exactText(start);
  const params = { A: exactText(A), B: exactText(B), C: exactText(C), D: exactText(D), initial, ...more };
  return { params, follows: holds(block, params, scope) };
}

/** The source's own roots, one by one to where the rule puts them. */
export function asRoots(
  source: Block,
  sampled: StateSpace,
  { period, method, options }: Sampling,
  block: Block,
  scopes: { readonly of: Scope; readonly here: Scope },
): SampledForm {
  const roots = sampledRoots(rootsOf(source, scopes.of), sampled, period, method, options);
  if (block.type === "discrete-zero-pole") {
    const [z, p] = [conjugatePairs(roots.zeros[0]![0]!), conjugatePairs(roots.poles[0]![0]!)];
    const params = {
      zeros: listText(z.real),
      zeroPairs: pairsText(z.above),
      poles: listText(p.real),
      polePairs: pairsText(p.above),
      gain: String(roots.gain[0]![0]! + 0),
    };
    return { params, follows: holds(block, params, scopes.here) };
  }
  const { num, den } = tf(roots);
  const params = { num: listText(num[0]![0]!), den: listText(den[0]![0]!) };
  const off = distance(ss(tf(num[0]![0]!, den[0]![0]!, period)), sampled, period);
  return { params, follows: holds(block, params, scopes.here), ...(off > 1e-9 && { rough: true }) };
}

function rootsOf(source: Block, scope: Scope): Zpk {
  const read = (name: string): Matrix | undefined =>
    matrixOf(source.params[name] ?? blockOf(source.type)?.params[name]?.default ?? "", scope);
  const list = (name: string): readonly number[] => read(name)?.to1DArray() ?? [];
  if (source.type === "transfer-function") return zpk(tf(list("num"), list("den")));
  const pairs = (name: string): readonly Complex[] =>
    (read(name)?.to2DArray() ?? []).flatMap(([re = 0, im = 0]): Complex[] => [
      [re, Math.abs(im)],
      [re, -Math.abs(im)],
    ]);
  return zeroPoleGain(
    [...list("zeros"), ...pairs("zeroPairs")],
    [...list("poles"), ...pairs("polePairs")],
    list("gain")[0] ?? 1,
  );
}

const listText = (values: readonly number[]): string => `[${values.map((v) => String(v + 0)).join(", ")}]`;
const pairsText = (roots: readonly Complex[]): string =>
  roots.length === 0 ? "[]" : `[${roots.map(([re, im]) => `${String(re + 0)}, ${String(im)}`).join("; ")}]`;

/** Every parameter means what is wanted of it, one number for all where it is that. */
export function holds(block: Block, wanted: Block["params"], scope: Scope): boolean {
  return Object.entries(wanted).every(([name, text]) => {
    const now = block.params[name] ?? blockOf(block.type)?.params[name]?.default ?? "";
    if (now === text) return true;
    const [a, b] = [matrixOf(now, scope), matrixOf(text, scope)];
    if (!a || !b) return false;
    const size = Math.max(1e-300, ...b.to1DArray().map(Math.abs));
    const alike = a.rows === b.rows && a.columns === b.columns;
    const one = a.rows * a.columns === 1 ? a.get(0, 0) : undefined;
    return (
      (alike || one !== undefined) &&
      b.to1DArray().every((v, i) => Math.abs((alike ? a.to1DArray()[i]! : one!) - v) <= same * size)
    );
  });
}

/** The largest relative one of two responses, up to the Nyquist frequency. */
function distance(a: StateSpace, b: StateSpace, period: number): number {
  const last = Math.PI / period;
  const w = Array.from({ length: 40 }, (_, k) => last * 10 ** (-3 + (2.99 * k) / 39));
  const [p, q] = [freqresp(a, w), freqresp(b, w)];
  const [x, y] = [p, q].map(({ re, im }) => w.map((_, k): Complex => [re[0]![0]![k]!, im[0]![0]![k]!]));
  const size = Math.max(...y!.map(([re, im]) => Math.hypot(re, im)));
  return Math.max(
    ...x!.map(([re, im], k) => {
      const [to, ti] = y![k]!;
      return Math.hypot(re - to, im - ti) / Math.max(Math.hypot(to, ti), 1e-9 * size);
    }),
  );
}
