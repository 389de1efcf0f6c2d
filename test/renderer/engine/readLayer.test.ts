/** Trained layers read back: diagonal ones as modes, beside the full matrices that they are as well. */
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { systemOf, learnedSystem } from "../../../core/learn/readBack.ts";
import { network, type NetworkSpec } from "../../../core/learn/network.ts";
import { numbers as stream } from "../../../core/learn/numbers.ts";
import { writeWeights, type Learned } from "../../../core/learn/weightFile.ts";
import { evalfr } from "../../../core/lti/evalfr.ts";
import { hsvd } from "../../../core/lti/gram.ts";
import { ss } from "../../../core/lti/ss.ts";
import type { StateSpace } from "../../../core/lti/stateSpace.ts";
import { readLayer } from "../../../renderer/engine/readLayer.ts";

const sizes = { inputs: 2, outputs: 2, width: 3, states: 8, layers: 2, length: 32, stepRange: [0.05, 0.2] } as const;
const scaling = { from: { mean: [1, 0], scale: [2, 0.5] }, to: { mean: [0, 3], scale: [10, 0.1] } };
const names = { inputNames: ["a", "b"], outputNames: ["c", "d"], ahead: 0, period: 0.1 } as const;
const learnedOf = (spec: NetworkSpec, seed = 1): Learned => ({
  ...{ spec, weights: network(spec).weights(stream(seed)), training: { seed: 1 } },
  ...{ ...scaling, ...names },
});

function good(learned: Learned, own: Partial<Parameters<typeof readLayer>[0]> = {}) {
  const read = readLayer({ do: "read", text: writeWeights(learned), ...own });
  if (!read.ok) throw new Error(read.code);
  return { read, system: ss(read.A, read.B, read.C, read.D, read.period) };
}

/** What `part` is, of the frequencies up to half of that of sampling, as far from `whole` as can be. */
function apart(part: StateSpace, whole: StateSpace): number {
  return Math.max(
    ...[0.01, 0.1, 0.5, 1, 3].map((w) => {
      const [a, b] = [part, whole].map((system) => evalfr(system, [Math.cos(w), Math.sin(w)]));
      return Matrix.sub(a!.re, b!.re).norm() + Matrix.sub(a!.im, b!.im).norm();
    }),
  );
}

const specs: readonly (readonly [string, NetworkSpec])[] = [
  ["an S5 filter", { ...sizes, kind: "s5", form: "filter" }],
  ["an S4D filter", { ...sizes, kind: "s4d", form: "filter" }],
  ["a linear filter", { ...sizes, kind: "linear", form: "filter" }],
  ["a layer of S5", { ...sizes, kind: "s5", form: "network" }],
  ["a channel of S4D", { ...sizes, kind: "s4d", form: "network" }],
  ["a channel of real S4D", { ...sizes, kind: "s4d", form: "network", init: "real" }],
  ["a channel of DSS", { ...sizes, kind: "dss", form: "network" }],
  ["a channel of S4", { ...sizes, kind: "s4", form: "network" }],
];

describe.each(specs)("%s", (_, spec) => {
  const learned = learnedOf(spec);
  const filter = spec.form === "filter";
  const alone = /s4|dss/.test(spec.kind) && !filter;
  const known = filter ? learnedSystem(learned) : systemOf(spec, learned.weights, 0.1, 1);
  if (!known.ok) throw new Error(known.code);
  const at = alone ? [2] : known.system.u.map((_u, i) => i);
  // Of channels apart the third, out of all of them.
  const whole: StateSpace = ss(
    known.system.A,
    known.system.B.selection(Array.from({ length: known.system.A.rows }, (_r, i) => i), at),
    alone ? known.system.C.selection(at, Array.from({ length: known.system.A.rows }, (_r, i) => i)) : known.system.C,
    alone ? known.system.D.selection(at, at) : known.system.D,
    0.1,
  ); // prettier-ignore
  const { read, system } = good(learned, filter ? {} : { layer: 1, channel: 2 });

  test("is the system of its matrices, and its curves are that system's", () => {
    expect(apart(system, whole)).toBeLessThan(1e-9);
    read.gain.x.forEach((w, k) => {
      const { re, im } = evalfr(system, [Math.cos(0.1 * w), Math.sin(0.1 * w)]);
      const [x, y] = [re.get(0, 0), im.get(0, 0)];
      expect(Math.abs(read.gain.y[k]! - 20 * Math.log10(Math.hypot(x, y)))).toBeLessThan(1e-9);
      const turned = (read.phase.y[k]! - (180 / Math.PI) * Math.atan2(y, x)) / 360;
      expect(Math.abs(turned - Math.round(turned))).toBeLessThan(1e-9);
      if (k > 0) expect(Math.abs(read.phase.y[k]! - read.phase.y[k - 1]!)).toBeLessThan(120);
    });
    expect(Array.from(read.phase.x)).toEqual(Array.from(read.gain.x));
  });

  test("has its Hankel values, and fewer states where fewer are wanted", () => {
    const wanted = hsvd(whole);
    if (!wanted.ok) throw new Error(wanted.code);
    read.hankel.slice(0, 6).forEach((value, k) => expect(value / wanted.hsv[k]!).toBeCloseTo(1, 6));
    const three = good(learned, { ...(filter ? {} : { layer: 1, channel: 2 }), order: 3 });
    expect(three.read.A).toHaveLength(3);
    const bound = 2 * read.hankel.slice(3).reduce((sum, value) => sum + value, 0);
    // Two norms that count each entry are larger than the largest singular value.
    expect(apart(three.system, whole)).toBeLessThan(4 * bound);
    expect(apart(three.system, whole)).toBeGreaterThan(1e-6 * read.hankel[0]!);
  });
});

test("hundreds of states are read where they are modes, and too many refused where they are not", () => {
  const large = { ...sizes, layers: 1, width: 2, states: 300, stepRange: [0.4, 0.5] } as const;
  const { read, system } = good(learnedOf({ ...large, kind: "s4d", form: "network" }));
  expect(read.A.length).toBeLessThan(400);
  expect(read.A.length).toBeGreaterThan(8);
  expect(system.A.rows).toBe(read.hankel.length);
  const dense = learnedOf({ ...large, states: 130, kind: "linear", form: "filter" });
  expect(readLayer({ do: "read", text: writeWeights(dense) })).toEqual({ ok: false, code: "TOO_LARGE" });
});

test("what is no linear system is refused", () => {
  const of = (spec: NetworkSpec, layer = 0) => readLayer({ do: "read", text: writeWeights(learnedOf(spec)), layer });
  expect(of({ ...sizes, kind: "mamba", form: "network" })).toMatchObject({ code: "NOT_TIME_INVARIANT" });
  expect(of({ ...sizes, kind: "s5", form: "network" }, 2)).toMatchObject({ code: "NO_SUCH_LAYER" });
  expect(of({ ...sizes, outputs: 4, kind: "s5", form: "filter" })).toMatchObject({ code: "NOT_LINEAR" });
  expect(readLayer({ do: "read", text: "" })).toMatchObject({ code: "NOT_JSON" });
});
