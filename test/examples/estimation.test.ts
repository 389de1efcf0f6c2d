/** Examples of estimation: what the filters find is near the truth, as near as they say, and nearer than what is measured. */
import { describe, expect, test } from "vitest";
import { compile } from "../../core/compile/compile.ts";
import { setParam } from "../../core/diagram/edit.ts";
import { example, type Run, run } from "./example.ts";

const rms = (values: readonly number[]): number => Math.hypot(...values) / Math.sqrt(values.length);

/** Errors of an estimate and its deviations where `when` holds. */
function seen(
  result: Run,
  estimate: string,
  deviation: string,
  truth: string,
  when: (t: number) => boolean = () => true,
) {
  const [x, s, z] = [estimate, deviation, truth].map((path) => result.of(path));
  const at = [...result.t.keys()].filter((i) => when(result.t[i]!));
  const errors = at.map((i) => x![i]! - z![i]!);
  const deviations = at.map((i) => s![i]!);
  const within = errors.filter((e, k) => Math.abs(e) <= 2 * deviations[k]!).length / errors.length;
  return { errors, deviations, within };
}

describe("the pendulum", () => {
  const every = (t: number) => t > 1 && Math.abs(t / 0.05 - Math.round(t / 0.05)) < 1e-6;
  const result = run(example("pendulum-ekf"));

  test("is found from 2 rad off, nearer than its sensor sees it", () => {
    const angle = seen(result, "Filter.angle", "Filter.σ angle", "Pendulum/angle", every);
    const measured = seen(result, "angle.measured angle", "Filter.σ angle", "Pendulum/angle", every);
    expect(rms(angle.errors)).toBeLessThan(0.3 * rms(measured.errors));
    expect(angle.within).toBeGreaterThan(0.9);
    const rate = seen(result, "Filter.rate", "Filter.σ rate", "Pendulum/rate", every);
    expect(rate.within).toBeGreaterThan(0.9);
  });

  test("is too curved for a plain Kalman filter, which says so", () => {
    const document = example("pendulum-ekf");
    const blocks = document.root.blocks.map((block) =>
      block.id === "filter" ? { ...block, type: "kalman-filter" } : block,
    );
    const { problems } = compile({ ...document, root: { ...document.root, blocks } });
    expect(problems).toContainEqual(expect.objectContaining({ code: "PLANT_NONLINEAR", path: "Filter" }));
  });

  test("follows a change of its length", () => {
    const longer = run(example("pendulum-ekf", { l: "2" }));
    expect(seen(longer, "Filter.angle", "Filter.σ angle", "Pendulum/angle", every).within).toBeGreaterThan(0.85);
    // A filter told of the wrong noise trusts itself too much.
    const proud = run(setParam(example("pendulum-ekf"), new Set(["filter"]), "R", "1e-4"));
    expect(seen(proud, "Filter.angle", "Filter.σ angle", "Pendulum/angle", every).within).toBeLessThan(0.5);
  });
});

describe("the spacecraft", () => {
  const result = run(example("spacecraft-navigation"));
  const place = (filter: string, i: number, when?: (t: number) => boolean) =>
    seen(result, `${filter}.position[${i}]`, `${filter}.σ position[${i}]`, `Spacecraft/position[${i}]`, when);

  test.each(["EKF", "UKF"])("is found by the %s, as near as it says, behind the Moon too", (filter) => {
    for (const i of [1, 2]) expect(place(filter, i).within).toBeGreaterThan(0.9);
    const hidden = place(filter, 2, (t) => t > 6000 && t < 6600);
    const found = place(filter, 2, (t) => t > 14_600);
    expect(Math.max(...hidden.deviations)).toBeGreaterThan(10 * Math.max(...found.deviations));
    expect(rms(found.errors)).toBeLessThan(0.5);
  });

  test("is where both filters say, once the radar sees it again", () => {
    const [a, b] = ["EKF", "UKF"].map((filter) => result.of(`${filter}.position[1]`));
    const last = result.t.length - 1;
    expect(Math.abs(a![last]! - b![last]!)).toBeLessThan(0.5);
  });
});

test("the island's animals are counted better than any one watcher does, and drones matter by day", () => {
  const result = run(example("island-counted"));
  const animals = (of: Run) =>
    ["fish", "pelicans"].map((name) =>
      seen(of, `Filter.${name}`, `Filter.σ ${name}`, `Island/Population.${name}`, (t) => t > 1),
    );
  // Errors of one run hang together: only several runs tell whether the band is honest.
  const seeds = ["1", "2", "3", "4", "5", "6"];
  const runs = seeds.map((seed) =>
    animals(run(setParam(example("island-counted"), new Set(["miscounts"]), "seed", seed))),
  );
  for (const k of [0, 1]) {
    const within = runs.reduce((sum, one) => sum + one[k]!.within / seeds.length, 0);
    expect(within).toBeGreaterThan(0.9);
    expect(within).toBeLessThan(0.995);
  }
  const [fish] = animals(result);
  // A camera sees a fifth of the fish, with a deviation of 4.
  expect(rms(fish!.errors)).toBeLessThan(0.5 * (4 / 0.2));
  const deviationAt = (t: number) => result.of("Filter.σ pelicans")[result.t.findIndex((one) => one > t - 1e-9)]!;
  expect(deviationAt(6.96)).toBeGreaterThan(deviationAt(6.5));
});

test("GPS and odometer together are better than GPS, and last through the tunnel", () => {
  const result = run(example("gps-odometer"));
  const along = (when: (t: number) => boolean) =>
    [1, 2].map((i) => seen(result, `Filter.place[${i}]`, `Filter.σ place[${i}]`, `Car/place[${i}]`, when));
  for (const { errors, within } of along((t) => t > 5 && (t < 35 || t > 52))) {
    expect(rms(errors)).toBeLessThan(0.7 * 3);
    expect(within).toBeGreaterThan(0.85);
  }
  const [before] = along((t) => t > 34 && t < 35);
  const [inside] = along((t) => t > 49 && t < 50);
  expect(inside!.deviations.at(-1)!).toBeGreaterThan(2 * before!.deviations.at(-1)!);
  expect(Math.abs(inside!.errors.at(-1)!)).toBeLessThan(3 * inside!.deviations.at(-1)!);
});
