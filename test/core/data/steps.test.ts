/** What steps do to recorded signals, by laws and by signals whose answer is known. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applySteps, periodOf } from "../../../core/data/steps.ts";
import type { Recording, Step } from "../../../core/data/steps.ts";

const grid = (count: number, every: number, start = 0): Float64Array =>
  Float64Array.from({ length: count }, (_, k) => start + k * every);
const signal = (t: Float64Array, f: (t: number) => number): Recording => ({ t, channels: [t.map(f)] });
function after(recording: Recording, ...steps: Step[]): Recording {
  const done = applySteps(recording, steps);
  if (!done.ok) throw new Error(done.code);
  return done.recording;
}
const near = (a: Float64Array, b: readonly number[] | Float64Array, tolerance: number): void => {
  expect(a.length).toBe(b.length);
  a.forEach((v, i) => expect(Math.abs(v - b[i]!)).toBeLessThanOrEqual(tolerance));
};

test("a line and a mean are taken away, gaps left out; twice is once", () => {
  const t = Float64Array.of(0, 1, 3, 4, 9);
  const line = signal(t, (x) => 1e6 + 2 * x);
  near(after(line, { kind: "detrend", of: "linear" }).channels[0]!, [0, 0, 0, 0, 0], 1e-8);
  const gap: Recording = { t, channels: [Float64Array.of(1, NaN, 3, 5, NaN)] };
  expect([...after(gap, { kind: "detrend", of: "mean" }).channels[0]!]).toEqual([-2, NaN, 0, 2, NaN]);
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1e3, max: 1e3 }), { minLength: 3, maxLength: 30 }), (values) => {
      const noisy: Recording = { t: grid(values.length, 0.1, 5), channels: [Float64Array.from(values)] };
      const once = after(noisy, { kind: "detrend", of: "linear" });
      near(after(once, { kind: "detrend", of: "linear" }).channels[0]!, once.channels[0]!, 1e-8);
    }),
  );
});

test("gaps are filled between others only", () => {
  const gaps: Recording = { t: Float64Array.of(0, 1, 2, 4, 5), channels: [Float64Array.of(NaN, 2, NaN, 8, NaN)] };
  expect([...after(gaps, { kind: "fill", by: "linear" }).channels[0]!]).toEqual([NaN, 2, 4, 8, NaN]);
  expect([...after(gaps, { kind: "fill", by: "hold" }).channels[0]!]).toEqual([NaN, 2, 2, 8, NaN]);
});

test("a line is resampled to itself; samples held are the ones before", () => {
  const t = Float64Array.of(0, 0.3, 1, 1.1, 2);
  const line = signal(t, (x) => 3 * x - 1);
  const linear = after(line, { kind: "resample", every: 0.25, by: "linear" });
  near(linear.t, grid(9, 0.25), 1e-15);
  near(
    linear.channels[0]!,
    grid(9, 0.25).map((x) => 3 * x - 1),
    1e-14,
  );
  const held = after(line, { kind: "resample", every: 0.5, by: "hold" });
  near(
    held.channels[0]!,
    [0, 0.3, 1, 1.1, 2].map((x) => 3 * x - 1),
    1e-15,
  );
  const same = signal(grid(50, 0.1), Math.sin);
  expect(after(same, { kind: "resample", every: 0.1, by: "linear" }).t.length).toBe(50);
});

describe("decimation", () => {
  const t = grid(4000, 0.001);
  const middle = (values: Float64Array): Float64Array => values.subarray(50, values.length - 50);
  test("keeps what is slow, without delay, and a constant everywhere", () => {
    const slow = signal(t, (x) => Math.sin(2 * Math.PI * 10 * x));
    const tenth = after(slow, { kind: "decimate", by: 10 });
    expect(periodOf(tenth.t)).toBeCloseTo(0.01, 12);
    near(middle(tenth.channels[0]!), middle(tenth.t.map((x) => Math.sin(2 * Math.PI * 10 * x))), 2e-4);
    near(
      after(
        signal(t, () => 7),
        { kind: "decimate", by: 10 },
      ).channels[0]!,
      Array.from({ length: 400 }, () => 7),
      1e-12,
    );
  });
  test("what would fold back is 80 dB down", () => {
    for (const frequency of [50, 60, 97, 150, 430]) {
      const fast = after(
        signal(t, (x) => Math.sin(2 * Math.PI * frequency * x + 0.3)),
        { kind: "decimate", by: 10 },
      );
      expect(Math.max(...middle(fast.channels[0]!).map(Math.abs))).toBeLessThan(frequency === 50 ? 1e-3 : 2e-4);
    }
  });
});

test("a range keeps its ends, and later steps see what earlier ones left", () => {
  const ramp = signal(grid(11, 1), (x) => x);
  const cut = after(ramp, { kind: "range", from: 3, to: 6 }, { kind: "detrend", of: "mean" });
  expect([...cut.t]).toEqual([3, 4, 5, 6]);
  expect([...cut.channels[0]!]).toEqual([-1.5, -0.5, 0.5, 1.5]);
});

test("refusals name the step and what stands against it", () => {
  const t = grid(10, 1);
  const uneven: Recording = { t: t.map((x) => x * x), channels: [t] };
  expect(applySteps({ t: Float64Array.of(0, 1, 1), channels: [] }, [])).toMatchObject({
    code: "STEP_TIME",
    step: -1,
    values: { row: 3 },
  });
  expect(applySteps({ t: Float64Array.of(NaN, 1), channels: [] }, [])).toMatchObject({
    code: "STEP_TIME",
    values: { row: 1 },
  });
  expect(
    applySteps(uneven, [
      { kind: "fill", by: "hold" },
      { kind: "decimate", by: 2 },
    ]),
  ).toMatchObject({ code: "STEP_UNEVEN", step: 1 });
  expect(applySteps(uneven, [{ kind: "range", from: 1e3 }])).toMatchObject({ code: "STEP_EMPTY", step: 0 });
  for (const every of [0, -1, NaN, 1e-9])
    expect(applySteps(uneven, [{ kind: "resample", every, by: "hold" }])).toMatchObject({ code: "STEP_SIZE" });
  expect(applySteps(uneven, [{ kind: "decimate", by: 11 }])).toMatchObject({ code: "STEP_SIZE" });
});

test("times written with few digits are still even, others not", () => {
  const t = grid(100, 1 / 30).map((x) => Math.round(x * 1000) / 1000);
  expect(periodOf(t)).toBeCloseTo(1 / 30, 4);
  expect(periodOf(Float64Array.of(0, 1, 2.2, 3))).toBeUndefined();
});
