/** Sampled copies in their own forms: polynomials and roots in z, discrete PID, dead time; each against the matrices that c2d gives. */
import { describe, expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import { addDiscretized, sampleRules, type SampleRule } from "../../../core/diagram/discretize.ts";
import type { Design, LazoDocument } from "../../../core/diagram/document.ts";
import { runSettings } from "../../../core/diagram/runSettings.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { c2d } from "../../../core/lti/c2d.ts";
import { delayed } from "../../../core/lti/delay.ts";
import { evalfr } from "../../../core/lti/evalfr.ts";
import { pole } from "../../../core/lti/pole.ts";
import type { Lti } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import { zpk } from "../../../core/lti/zpk.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { simulate } from "../../../core/sim/simulate.ts";
import { nearestStep } from "../../../renderer/engine/discretizedBlock.ts";
import { designsOf } from "../../../renderer/engine/designs.ts";
import { distance } from "../../core/math/reference.ts";
import { draw, type Drawn } from "../../core/drawing.ts";

const run = { stop: "2", step: "0.1", solver: "auto" } as const;
/** A step into the block called `it`. */
const stepped = (it: Drawn[string]): LazoDocument => draw({ u: ["step", { time: "0.2" }], it }, ["u -> it"], { run });

/** The copy as it is asked for, and what the engine says of it. */
function asked(document: LazoDocument, rule: SampleRule, fields: Design["fields"] = {}) {
  const source = document.root.blocks.find(({ name }) => name === "it")!;
  const { widths } = compile(document);
  const added = addDiscretized(document, source.id, rule, (port) => widths.get(`it.${port}`), { copy: "copy", scope: "both" })!; // prettier-ignore
  const blocks = added.document.root.blocks.map(
    (block) =>
    block.id === added.copy ? { ...block, design: { ...block.design!, fields: { ...block.design!.fields, ...fields } } } : block, // prettier-ignore
  );
  const drawn = { ...added.document, root: { ...added.document.root, blocks } };
  return { drawn, id: added.copy, view: designsOf(drawn)[added.copy]! };
}

/** With its numbers written; the engine finds that they follow. */
function made(document: LazoDocument, rule: SampleRule, fields: Design["fields"] = {}) {
  const { drawn, id, view } = asked(document, rule, fields);
  if (!view.ok) throw new Error(JSON.stringify(view));
  const blocks = drawn.root.blocks.map((block) =>
    block.id === id ? { ...block, params: { ...block.params, ...view.params } } : block,
  );
  const done = { ...drawn, root: { ...drawn.root, blocks } };
  expect(designsOf(done)[id]).toMatchObject({ ok: true, follows: true });
  return { document: done, copy: blocks.find((block) => block.id === id)!, view };
}

/** From what goes into the copy to what it gives, as the compiled drawing has it. */
function systemOf(document: LazoDocument) {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const copy = document.root.blocks.find(({ name }) => name === "copy")!;
  const wire = document.root.wires.find(({ to }) => to.block === copy.id)!;
  const output = copy.sheet ? "copy/System" : "copy";
  const found = linearize(compiled.model, { inputs: [`wire:${wire.id}`], outputs: [output], onPath: true });
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found.linearization.system;
}

/** Largest relative difference on the unit circle, up to nine tenths of half the sampling frequency. */
function difference(a: Lti, b: Lti): number {
  const angles = Array.from({ length: 30 }, (_, k) => 0.9 * Math.PI * 10 ** (-2 + (2 * k) / 29));
  return Math.max(
    ...angles.map((angle) => {
      const [x, y] = [a, b].map((model) => evalfr(model, [Math.cos(angle), Math.sin(angle)]));
      const [re, im] = [y!.re.get(0, 0), y!.im.get(0, 0)];
      return Math.hypot(x!.re.get(0, 0) - re, x!.im.get(0, 0) - im) / Math.hypot(re, im);
    }),
  );
}

/** What the scope shows of both at the samples. */
function traces(document: LazoDocument): readonly (readonly number[])[] {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const { settings } = runSettings(document, false);
  const { records } = compiled.model.ir;
  return simulate(interpret(compiled.model), { records }, settings).traces.map(({ values }) => [...values]);
}

function sampled(model: Parameters<typeof c2d>[0], rule: SampleRule, period = 0.1) {
  const found = rule === "prewarp" ? c2d(model, period, "tustin", { prewarp: 1 }) : c2d(model, period, rule);
  if (!found.ok) throw new Error(found.code);
  return found.system;
}

describe("polynomials and roots", () => {
  test.for(sampleRules)(
    "%s: a transfer function stays one, a zero-pole too, with the response of the matrices",
    (rule) => {
      const rational = made(stepped(["transfer-function", { num: "[1, 3]", den: "[1, 1.2, 4]" }]), rule);
      expect(rational.copy.type).toBe("discrete-transfer-function");
      const wanted = sampled(tf([1, 3], [1, 1.2, 4]), rule);
      expect(difference(systemOf(rational.document), wanted)).toBeLessThan(1e-12);
      const roots = { zeros: "-3", poles: "[-1, -1, -1]", polePairs: "[-0.5, 2]", gain: "4" };
      const factored = made(stepped(["zero-pole", roots]), rule);
      expect(factored.copy.type).toBe("discrete-zero-pole");
      const source = zpk([-3], [-1, -1, -1, [-0.5, 2], [-0.5, -2]], 4);
      expect(difference(systemOf(factored.document), sampled(source, rule))).toBeLessThan(1e-12);
      // Poles at one place stay at one place.
      const poles = JSON.parse(factored.copy.params["poles"]!) as readonly number[];
      expect(new Set(poles).size).toBe(1);
      if (rule === "zoh") expect(poles[0]).toBe(Math.exp(-0.1));
    },
  );

  test("variables of the diagram are read where the block stands, and a change of them is told", () => {
    const document = stepped(["transfer-function", { num: "k", den: "[1, a]" }]);
    const named = { ...document, variables: [{ name: "k", value: "2" }, { name: "a", value: "3" }] }; // prettier-ignore
    const { document: done, copy } = made(named, "zoh");
    expect(difference(systemOf(done), sampled(tf([2], [1, 3]), "zoh"))).toBeLessThan(1e-13);
    const changed = { ...done, variables: [{ name: "k", value: "2" }, { name: "a", value: "4" }] }; // prettier-ignore
    expect(designsOf(changed)[copy.id]).toMatchObject({ ok: true, follows: false });
  });

  test("what runs is what the source gives at the samples; polynomials that lose digits say so", () => {
    const [a, b] = traces(made(stepped(["transfer-function", { num: "[2, 1]", den: "[1, 0.4, 5]" }]), "zoh").document);
    a!.forEach((v, k) => expect(b![k]).toBeCloseTo(v, 9));
    const slow = stepped(["transfer-function", { den: "[1, 4, 8, 5, 2]" }]);
    expect(asked(slow, "zoh").view).not.toHaveProperty("warning");
    expect(asked(slow, "zoh", { step: "0.001" }).view).toMatchObject({ ok: true, warning: "SAMPLED_DIGITS" });
  });
});

describe("PID", () => {
  const law = { P: "3*k", I: "2", D: "0.4", N: "12" };
  const rules = sampleRules.filter((rule) => rule !== "impulse");
  const prewarped = (rule: SampleRule): Design["fields"] => (rule === "prewarp" ? { prewarp: "1" } : {});
  test.for(rules)("%s: a discrete PID with the response of the rule", (rule) => {
    const document = { ...stepped(["pid", law]), variables: [{ name: "k", value: "1" }] };
    const { document: done, copy, view } = made(document, rule, prewarped(rule));
    expect(copy).toMatchObject({ type: "discrete-pid", params: { period: "0.1" } });
    // What the rule leaves as it is stays as it was typed.
    if (rule !== "matched") expect(copy.params["P"]).toBe("3*k");
    if (rule === "tustin") expect(copy.params).toMatchObject({ I: "2", D: "0.4", N: "12", integralMethod: "trapezoidal" }); // prettier-ignore
    // 3 + 2/s + 0.4 * 12 s/(s + 12)
    const wanted = sampled(tf([3 + 4.8, 3 * 12 + 2, 24], [1, 12, 0]), rule);
    expect(difference(systemOf(done), wanted)).toBeLessThan(1e-12);
    expect(distance(view.planned, pole(wanted))).toBeLessThan(1e-9);
  });

  test.for([
    ["PI", tf([3, 2], [1, 0])],
    ["PD", tf([3 + 4.8, 36], [1, 12])],
  ] as const)("%s by every rule too, ideal or parallel", ([terms, source]) => {
    for (const rule of rules)
      for (const form of [
        ["parallel", "2", "0.4"],
        ["ideal", "2/3", "0.4/3"],
      ] as const) {
        const it = stepped(["pid", { ...law, P: "3", terms, form: form[0], I: form[1], D: form[2] }]);
        const { document: done } = made(it, rule, prewarped(rule));
        expect(difference(systemOf(done), sampled(source, rule))).toBeLessThan(1e-12);
      }
  });

  test("by a hold it gives at the samples what it gave; by impulses only without a direct path", () => {
    const [a, b] = traces(made(stepped(["pid", { ...law, P: "3" }]), "zoh").document);
    a!.forEach((v, k) => expect(Math.abs(b![k]! - v)).toBeLessThan(1e-5 * Math.max(1, Math.abs(v))));
    expect(asked(stepped(["pid", { ...law, P: "3" }]), "impulse").view).toMatchObject({ ok: false, code: "DIRECT_PATH", values: { size: 7.8 } }); // prettier-ignore
    const alone = made(stepped(["pid", { terms: "PI", P: "0", I: "2" }]), "impulse");
    expect(difference(systemOf(alone.document), sampled(tf([2], [1, 0]), "impulse"))).toBeLessThan(1e-12);
  });

  test("limits, anti-windup, weights and manual mode go over by every rule; matched takes one input", () => {
    const limited = draw(
      { r: ["step"], y: ["sine"], it: ["pid", { ...law, P: "3", inputs: "r and y", b: "0.5", limits: "clamping", upper: "1.4" }] }, // prettier-ignore
      ["r -> it.r", "y -> it.y"],
      { run },
    );
    for (const rule of ["tustin", "zoh", "foh"] as const) {
      const { document, copy } = made(limited, rule);
      expect(copy.params).toMatchObject({ limits: "clamping", upper: "1.4", b: "0.5", inputs: "r and y" });
      for (const shown of traces(document).slice(0, 2)) expect(Math.max(...shown)).toBe(1.4);
    }
    expect(asked(limited, "matched").view).toMatchObject({ ok: false, code: "MATCHED_NOT_SISO" });
    const fast = stepped(["pid", { N: "30" }]);
    expect(asked(fast, "forward").view).toMatchObject({ ok: false, code: "PID_FORWARD", values: { value: 3 } });
    expect(asked(fast, "forward", { step: "0.05" }).view).toMatchObject({ ok: true });
    expect(asked(fast, "zoh").view).toMatchObject({ ok: true });
  });
});

describe("dead time", () => {
  const subsystem = (time: string, loop = false): Drawn[string] => [
    "subsystem",
    {},
    {
      drawing: draw(
        {
          u: ["in"],
          lag: ["transfer-function", { den: "[1, 2]" }],
          Pipe: ["transport-delay", { time }],
          slow: ["transfer-function", { num: "3", den: "[1, 0.5]" }],
          y: ["out"],
        },
        ["u -> lag", "lag -> Pipe", "Pipe -> slow", "slow -> y", ...(loop ? [["slow -> lag", "-0.2"] as const] : [])],
      ),
    },
  ];

  test.for(["0.3", "0.237"])(
    "%s s between two lags: samples of the run with the delay, by a zero-order hold",
    (time) => {
      const { document, copy, view } = made(stepped(subsystem(time)), "zoh");
      // Whole samples are a Delay, what is left of one is in the matrices.
      const whole0 = Math.floor(Number(time) / 0.1 + 1e-9);
      expect(copy.params["samples"]).toBe(String(whole0));
      expect(copy.sheet!.blocks.map(({ type }) => type)).toEqual(["in", "delay", "discrete-state-space", "out"]);
      expect(view.planned).toHaveLength(2 + Math.ceil(Number(time) / 0.1 - 1e-9));
      const [a, b] = traces(document);
      expect(Math.max(...a!)).toBeGreaterThan(0.3);
      // The run's own steps are as accurate as it is asked for.
      a!.forEach((v, k) => expect(Math.abs(b![k]! - v)).toBeLessThan(1e-5));
      const whole = delayed(tf([3], [1, 2.5, 1]), { input: Number(time) });
      expect(difference(systemOf(document), sampled(whole, "zoh"))).toBeLessThan(1e-12);
    },
  );

  test("by other rules whole samples only: refused with the block and the nearest step, which then works", () => {
    const { document } = made(stepped(subsystem("0.3")), "tustin");
    const whole = delayed(tf([3], [1, 2.5, 1]), { input: 0.3 });
    expect(difference(systemOf(document), sampled(whole, "tustin"))).toBeLessThan(1e-12);
    const refused = asked(stepped(subsystem("0.237")), "tustin").view;
    expect(refused).toMatchObject({ ok: false, code: "DELAY_BETWEEN", values: { delay: "it/Pipe", time: 0.237, step: 0.1185 } }); // prettier-ignore
    expect(asked(stepped(subsystem("0.237")), "tustin", { step: "0.1185" }).view).toMatchObject({ ok: true });
  });

  test("in a loop: whole samples, by holds with a warning; parts of one are refused", () => {
    expect(asked(stepped(subsystem("0.3", true)), "tustin").view).not.toHaveProperty("warning");
    expect(asked(stepped(subsystem("0.3", true)), "zoh").view).toMatchObject({ ok: true, warning: "SAMPLED_HELD" });
    expect(asked(stepped(subsystem("0.25", true)), "zoh").view).toMatchObject({
      ok: false,
      code: "DELAY_IN_LOOP",
      values: { delay: "it/Pipe", step: 0.0833333333333 },
    });
    // What it says to take is taken.
    const cured = asked(stepped(subsystem("0.25", true)), "zoh", { step: "0.0833333333333" }).view;
    expect(cured).toMatchObject({ ok: true, warning: "SAMPLED_HELD" });
  });

  test("long: a Delay of as many samples and matrices as small as without it; shorter than a sample: a Delay of none", () => {
    for (const [time, rule, samples, states] of [
      ["50", "zoh", 500, 2],
      ["49.95", "zoh", 499, 3],
      ["50", "tustin", 500, 2],
      ["0.04", "zoh", 0, 3],
    ] as const) {
      const { copy, document } = made(stepped(subsystem(time)), rule);
      expect(copy.params["samples"]).toBe(String(samples));
      expect(JSON.parse(copy.params["A"]!.replaceAll(";", ","))).toHaveLength(states ** 2);
      const whole = delayed(tf([3], [1, 2.5, 1]), { input: Number(time) });
      if (samples === 0) expect(difference(systemOf(document), sampled(whole, rule))).toBeLessThan(1e-12);
    }
    expect(asked(stepped(subsystem("101")), "zoh").view).toMatchObject({ code: "DELAY_TOO_LONG", values: { samples: 1010, most: 1000 } }); // prettier-ignore
    // One in a loop stays in the matrices.
    expect(made(stepped(subsystem("0.3", true)), "tustin").copy.params["samples"]).toBe("0");
    // Made before whole samples were a block: the matrices have them, and go on to.
    const { document, copy } = made(stepped(subsystem("0.3")), "zoh");
    const inner = copy.sheet!.blocks.filter(({ type }) => type !== "delay");
    const [from, to] = [inner.find(({ type }) => type === "in")!, inner.find(({ name }) => name === "System")!];
    const wires = copy.sheet!.wires.filter(({ to: end }) => inner.some(({ id }) => id === end.block) && end.block !== to.id); // prettier-ignore
    const old = {
      ...copy,
      mask: copy.mask!.filter(({ name }) => name !== "samples"),
      sheet: { ...copy.sheet!, blocks: inner, wires: [...wires, { id: "w", from: { block: from.id, port: "out" }, to: { block: to.id, port: "u" } }] }, // prettier-ignore
    };
    const before = { ...document, root: { ...document.root, blocks: document.root.blocks.map((one) => (one === copy ? old : one)) } }; // prettier-ignore
    const view = designsOf(before)[copy.id]!;
    expect(view.ok && view.params).not.toHaveProperty("samples");
    expect(view.ok && view.planned).toHaveLength(5);
  });

  test("alone it is a Delay block, to the end of the sample that it ends in", () => {
    const { copy, document } = made(stepped(["transport-delay", { time: "0.3", initial: "0" }]), "zoh");
    expect(copy).toMatchObject({ type: "delay", params: { samples: "3", period: "0.1" } });
    const [a, b] = traces(document);
    expect(b).toEqual(a);
    expect(made(stepped(["transport-delay", { time: "0.25" }]), "zoh").copy.params["samples"]).toBe("3");
    const several = draw({ u: ["constant", { value: "[1; 2]" }], it: ["transport-delay", { time: "[0.1, 0.2]" }] }, ["u -> it"], { run }); // prettier-ignore
    expect(asked(several, "zoh").view).toMatchObject({ ok: false, code: "DELAYS_SEVERAL" });
    expect(asked(stepped(["transport-delay", { time: "200" }]), "zoh").view).toMatchObject({ code: "DELAY_TOO_LONG" });
  });

  test("the nearest step that fits all dead times, or none", () => {
    expect(nearestStep([0.3, 0.45], 0.1)).toBe(0.075);
    expect(nearestStep([0.3, 0.2], 0.09)).toBe(0.1);
    expect(nearestStep([1, Math.SQRT2], 0.1)).toBeUndefined();
  });
});
