/** The examples with a sampled controller: what is drawn is what was designed, the loop is stable, and a run keeps what it promises. */
import { Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { allmargin, linearize, pole } from "../../core/index.ts";
import type { LazoDocument } from "../../core/index.ts";
import { designsOf } from "../../renderer/engine/designs.ts";
import { designs, plantOf, variable } from "./designs.ts";
import { distance } from "../core/math/reference.ts";
import { example, modelOf, run, type Run } from "./example.ts";

describe.each([...Object.keys(designs), "cruise-control"])("%s", (id) => {
  const document = example(id);

  test.runIf(designs[id])("its gains are the design's, to the digits written", () => {
    const designed = Object.entries(designs[id]!(document));
    expect(designed.length).toBeGreaterThan(0);
    for (const [name, expected] of designed) {
      const written = variable(document, name);
      expect([written.rows, written.columns], name).toEqual([expected.rows, expected.columns]);
      expected.to1DArray().forEach((value, k) => {
        const error = Math.abs(written.to1DArray()[k]! - value);
        expect(error, `${name} ${value}`).toBeLessThanOrEqual(1e-6 * Math.abs(value) + 1e-15 * expected.norm());
      });
    }
  });

  test("the sampled loop's poles lie inside the unit circle", () => {
    const made = linearize(modelOf(document));
    if (!made.ok) throw new Error("not linearized");
    const { system } = made.linearization;
    expect(system.time).toEqual({
      kind: "discrete",
      period: variable(document, id === "ball-and-beam" ? "To" : "T").get(0, 0),
    });
    for (const [re, im] of pole(system)) expect(Math.hypot(re, im)).toBeLessThan(1);
  });

  test("what the plant is told changes at sample instants only", () => {
    const { t, of } = run(document);
    const [hold, name] = id === "ball-and-beam" ? ["Slow hold", "To"] : ["Hold", "T"];
    const period = variable(document, name!).get(0, 0);
    const told = of(hold!);
    let changes = 0;
    told.forEach((value, i) => {
      if (i === 0 || value === told[i - 1]) return;
      changes++;
      expect(Math.floor(t[i]! / period + 1e-9)).toBeGreaterThan(Math.floor(t[i - 1]! / period + 1e-9));
    });
    expect(changes).toBeGreaterThan(10);
  });
});

/** When the signal comes to stay within a band about its goal, and how far it went beyond, both from a step on. */
function settled(result: Run, path: string, goal: number, band: number, from: number, to = Number.POSITIVE_INFINITY) {
  const values = result.of(path);
  let [time, most] = [from, Number.NEGATIVE_INFINITY];
  result.t.forEach((t, i) => {
    if (t < from || t > to) return;
    if (Math.abs(values[i]! - goal) > band) time = t;
    most = Math.max(most, (values[i]! - goal) / goal);
  });
  return { after: time - from, overshoot: most };
}

const largest = (values: Float64Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
const last = (values: Float64Array): number => values.at(-1)!;
const later = (result: Run, path: string, from: number): Float64Array =>
  result.of(path).filter((_, i) => result.t[i]! >= from);

test("cruise control: at speed without overshoot within the engine's limits, and again up the hill", () => {
  const result = run(example("cruise-control"));
  const { after, overshoot } = settled(result, "Speedometer.speed", 20, 0.4, 1, 20);
  expect(after).toBeLessThan(9);
  expect(overshoot).toBeLessThan(0.01);
  expect(largest(result.of("Hold"))).toBe(4000);
  expect(Math.min(...later(result, "Speedometer.speed", 20))).toBeGreaterThan(19);
  expect(Math.abs(last(result.of("Speedometer.speed")) - 20)).toBeLessThan(1e-3);
});

test("cruise control: the crossover and the margin that its PI keeps as its design", () => {
  const document = example("cruise-control");
  const loop = plantOf(document, "Hold", ["Digital PI"]);
  const [crossing] = allmargin({ ...loop, C: Matrix.mul(loop.C, -1), D: Matrix.mul(loop.D, -1) }).phases;
  expect(crossing!.frequency).toBeCloseTo(0.95, 6);
  expect(crossing!.phase).toBeCloseTo(68, 5);
});

describe("controllers that keep their design", () => {
  const kept = [...Object.keys(designs), "cruise-control"];
  test.for(kept)("%s: its numbers are what the design gives", (id) => {
    const views = Object.values(designsOf(example(id)));
    const two = id === "ball-and-beam" || id === "inverted-pendulum-lqg";
    expect(views).toHaveLength(two ? 2 : 1);
    for (const view of views) expect(view).toMatchObject({ ok: true, follows: true });
  });

  test("a heavier car of the pendulum gives another gain, which keeps it stable", () => {
    const document = example("inverted-pendulum-lqr");
    const heavier: LazoDocument = {
      ...document,
      variables: document.variables.map((variable) => (variable.name === "M" ? { ...variable, value: "2" } : variable)),
    };
    const view = designsOf(heavier)["feedback"]!;
    if (!view.ok) throw new Error(view.code);
    expect(view.follows).toBe(false);
    for (const [re, im] of view.planned) expect(Math.hypot(re, im)).toBeLessThan(1);
    expect(view.params["gain"]).not.toBe(document.root.blocks.find(({ id }) => id === "feedback")!.params["gain"]);
  });
});

test("motor position: the margin asked for, and the step that it gives", () => {
  const document = example("motor-position");
  const [crossing] = allmargin(plantOf(document, "Error", ["Angle"])).phases;
  expect(crossing!.frequency).toBeCloseTo(100, 5);
  expect(crossing!.phase).toBeCloseTo(60, 5);
  const result = run(document);
  const { after, overshoot } = settled(result, "Encoder.angle", 1, 0.02, 0.02);
  expect(after).toBeLessThan(0.04);
  expect(overshoot).toBeLessThan(0.1);
  expect(Math.abs(last(result.of("Encoder.angle")) - 1)).toBeLessThan(1e-8);
});

test("inverted pendulum with LQR: the cart arrives and the rod stays up, by the full equations", () => {
  const result = run(example("inverted-pendulum-lqr"));
  const { after, overshoot } = settled(result, "Sensors.position", 0.2, 0.004, 0.5);
  expect(after).toBeLessThan(1.2);
  expect(overshoot).toBeLessThan(1e-3);
  expect(largest(result.of("Sensors.angle"))).toBeLessThan(0.17);
  expect(Math.abs(last(result.of("Sensors.position")) - 0.2)).toBeLessThan(1e-9);
});

test("inverted pendulum with LQG: the same from two noisy measurements, and the estimate is better than they are", () => {
  const result = run(example("inverted-pendulum-lqg"));
  const { after, overshoot } = settled(result, "Sensors.position", 0.2, 0.01, 1);
  expect(after).toBeLessThan(1.5);
  expect(overshoot).toBeLessThan(0.05);
  expect(largest(result.of("Sensors.angle"))).toBeLessThan(0.1);
  const [angle, estimate] = [later(result, "Cart and rod.φ", 3), later(result, "Observer.φ", 3)];
  const spread = Math.sqrt(angle.reduce((sum, value, i) => sum + (value - estimate[i]!) ** 2, 0) / angle.length);
  expect(spread).toBeLessThan(0.002);
});

test("aircraft pitch: settles as specified, and the integral takes up the shifted load", () => {
  const result = run(example("aircraft-pitch"));
  const { after, overshoot } = settled(result, "Gyroscope.pitch", 0.2, 0.004, 1, 15);
  expect(after).toBeLessThan(8);
  expect(overshoot).toBeLessThan(0.01);
  expect(largest(later(result, "Gyroscope.pitch", 15))).toBeGreaterThan(0.22);
  expect(Math.abs(last(result.of("Gyroscope.pitch")) - 0.2)).toBeLessThan(0.002);
  expect(largest(result.of("Hold"))).toBeLessThan(0.2);
});

test("ball and beam: the cascade brings the ball to its place, by the full equations", () => {
  const result = run(example("ball-and-beam"));
  const { after, overshoot } = settled(result, "Camera.ball", 0.25, 0.005, 0.5);
  expect(after).toBeLessThan(2.5);
  expect(overshoot).toBeLessThan(0.01);
  expect(largest(result.of("Beam.α"))).toBeLessThan(0.15);
  expect(Math.abs(last(result.of("Camera.ball")) - 0.25)).toBeLessThan(1e-6);
});

test("ball and beam: the beam's poles with the ball's loop open, and the ball's margin with the beam's closed", () => {
  const document = example("ball-and-beam");
  const view = designsOf(document)["kb"]!;
  if (!view.ok || !view.poles) throw new Error("not designed");
  for (const [re, im] of view.poles) {
    expect(Math.log(Math.hypot(re, im)) / 0.01).toBeCloseTo(-15, 5);
    expect(Math.abs(Math.atan2(im, re)) / 0.01).toBeCloseTo(10, 5);
  }
  const loop = plantOf(document, "Slow hold", ["Ball PD"]);
  const [crossing] = allmargin({ ...loop, C: Matrix.mul(loop.C, -1), D: Matrix.mul(loop.D, -1) }).phases;
  expect(crossing!.frequency).toBeCloseTo(2.4, 5);
  expect(crossing!.phase).toBeCloseTo(45, 5);
  // With the ball's loop closed the same gain has another plant, of more states than it sees.
  const closed = document.root.blocks.map((block) =>
    block.id === "kb" ? { ...block, design: { method: "poles" as const, fields: { poles: "", pairs: "" } } } : block,
  );
  expect(designsOf({ ...document, root: { ...document.root, blocks: closed } })["kb"]).toMatchObject({
    ok: false,
    code: "NOT_MEASURED",
  });
});

test("inverted pendulum with LQG: the loop's poles are those of its feedback and those of its filter, apart", () => {
  const document = example("inverted-pendulum-lqg");
  const views = designsOf(document);
  const { feedback, observer } = views;
  if (!feedback?.ok || !observer?.ok) throw new Error("not designed");
  const made = linearize(modelOf(document), { inputs: ["Reference"], outputs: ["Sensors"], onPath: true });
  if (!made.ok) throw new Error("not linearized");
  expect(feedback.planned).toHaveLength(8);
  expect(distance(pole(made.linearization.system), feedback.planned)).toBeLessThan(1e-6);
  for (const wanted of observer.planned)
    expect(Math.min(...feedback.planned.map(([re, im]) => Math.hypot(re - wanted[0], im - wanted[1])))).toBeLessThan(
      1e-6,
    );
});

test("suspension: the body feels less than half of the jolt, within the room and the force there are", () => {
  const result = run(example("suspension"));
  expect(largest(result.of("With actuator"))).toBeLessThan(largest(result.of("Without")) / 2);
  expect(largest(later(result, "With actuator", 1.5))).toBeLessThan(0.2);
  expect(largest(later(result, "Without", 1.5))).toBeGreaterThan(0.4);
  expect(largest(result.of("Car.travel"))).toBeLessThan(0.06);
  expect(largest(result.of("Hold"))).toBeLessThan(1500);
});

test("island with a feeding rule: back to usual in ten days and little moved by visitors; without the rule they part", () => {
  const result = run(example("island-feeding"));
  for (const animal of ["fish", "pelicans"]) {
    const path = `Population.${animal}`;
    expect(largest(later(result, path, 10).subarray(0, 100))).toBeLessThan(1);
    expect(largest(later(result, path, 15))).toBeLessThan(5);
    expect(Math.abs(last(result.of(path)))).toBeLessThan(0.05);
  }
  const document = example("island-feeding");
  const blocks = document.root.blocks.map((block) =>
    block.name === "Feeding rule" ? { ...block, params: { ...block.params, gain: "[0, 0]" } } : block,
  );
  const wild = run({ ...document, root: { ...document.root, blocks } });
  expect(largest(later(wild, "Population.fish", 20))).toBeGreaterThan(1000);
});
