import { describe, expect, it } from "vitest";
import { emitWasm } from "../../../core/emit/wasm/emit.ts";
import { interpret } from "../../../core/sim/interpret.ts";
import { simulate, simulateInSlices } from "../../../core/sim/simulate.ts";
import { runInWasm } from "../../../core/sim/wasmRun.ts";
import { defaults, run, smallModel, stepAt, values } from "./smallModel.ts";

/** Largest difference relative to the largest expected value. */
function error(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i]! - expected[i]!));
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return worst / scale;
}

function lag(input: "step" | "ramp" | "sine", t0 = 0.35) {
  const s = smallModel();
  const start = s.param("t0", t0);
  const on = stepAt(s, "Step", start);
  const u = s.signal("u", input === "step" ? on : input === "ramp" ? s.m.mul(on, s.m.sub(s.t, start)) : s.m.sin(s.t));
  const x = s.state("x", 0);
  s.flow(x, s.m.sub(s.m.mul(2, u), s.m.mul(2, x)));
  s.record(x);
  s.record(u);
  return s.build();
}

describe("exact propagation", () => {
  it("steps in the middle of a grid interval, to rounding", () => {
    const r = run(lag("step"), { stop: 3 });
    expect(r.method).toMatch(/^exact LTI/);
    expect(r.status).toBe("finished");
    expect(r.t.length).toBe(31);
    expect(r.t[3]).toBe(3 * 0.1);
    expect(r.t[30]).toBe(3);
    const closed = Array.from(r.t, (t) => (t < 0.35 ? 0 : 1 - Math.exp(-2 * (t - 0.35))));
    expect(error(values(r, "x"), closed)).toBeLessThan(1e-14);
    expect(Array.from(values(r, "u"))).toEqual(Array.from(r.t, (t) => (t < 0.35 ? 0 : 1)));
  });

  it("ramps, to rounding", () => {
    const r = run(lag("ramp"), { stop: 3 });
    const closed = Array.from(r.t, (t) => (t < 0.35 ? 0 : t - 0.35 - 0.5 * (1 - Math.exp(-2 * (t - 0.35)))));
    expect(r.method).toMatch(/straight/);
    expect(error(values(r, "x"), closed)).toBeLessThan(1e-14);
  });

  it("is refused for a sine, and says what to do", () => {
    const r = run(lag("sine"), { solver: "exact" });
    expect(r.status).toBe("diverged");
    expect(r.problems[0]).toMatchObject({ code: "NOT_LTI", path: "run.solver" });
    expect(r.problems[0]!.hint).toBeTruthy();
    expect(run(lag("sine")).method).toMatch(/^Dormand-Prince/);
  });

  it("follows the island and its currents (2 x 2, unstable) to 1e-12", () => {
    const s = smallModel();
    const a = [0.5, -4, 0.1, -0.05];
    const f = s.state("F", 2);
    const p = s.state("P", 1);
    s.flow(f, s.m.add(s.m.mul(a[0]!, f), s.m.mul(a[1]!, p)));
    s.flow(p, s.m.add(s.m.mul(a[2]!, f), s.m.mul(a[3]!, p)));
    s.record(f);
    s.record(p);
    const r = run(s.build(), { stop: 40, step: 0.25 });
    // e^(At) = e^(mt) (cos wt I + sin wt / w (A - m I)), m = 0.225, w^2 = det - m^2.
    const m = 0.225;
    const w = Math.sqrt(a[0]! * a[3]! - a[1]! * a[2]! - m * m);
    const closed = Array.from(
      r.t,
      (t) => Math.exp(m * t) * (Math.cos(w * t) * 2 + (Math.sin(w * t) / w) * ((a[0]! - m) * 2 + a[1]!)),
    );
    expect(error(values(r, "F"), closed)).toBeLessThan(1e-12);
  });
});

describe("Dormand-Prince in the time loop", () => {
  it("lands on a step: no error from stepping across it", () => {
    const r = run(lag("step", 0.3), { stop: 3, solver: "dopri5", rtol: 1e-10, atol: 1e-12 });
    const closed = Array.from(r.t, (t) => (t < 0.29999 ? 0 : 1 - Math.exp(-2 * (t - 0.3))));
    expect(error(values(r, "x"), closed)).toBeLessThan(1e-10);
    // The grid point on the step has the value after it.
    expect(values(r, "u")[3]).toBe(1);
    expect(values(r, "u")[2]).toBe(0);
  });

  it("records both sides of a jump when asked", () => {
    for (const solver of ["dopri5", "exact"] as const) {
      const r = run(lag("step", 0.3), { solver, events: true });
      const rows = Array.from(r.t, (t, i) => [t, values(r, "u")[i]]).filter(([t]) => Math.abs(t! - 0.3) < 1e-9);
      expect(rows.map(([, u]) => u)).toEqual([0, 1]);
      expect(r.t.length).toBe(12);
      expect(r.t.every((t, i) => i === 0 || t >= r.t[i - 1]!)).toBe(true);
    }
  });

  it("runs a pulse train of hundreds of edges without missing one", () => {
    const s = smallModel();
    const period = s.param("period", 0.1);
    const cycle = s.mode("Pulse", "floor", s.m.div(s.t, period), { line: [s.m.div(1, period), 0] });
    const phase = s.m.sub(s.t, s.m.mul(cycle, period));
    const on = s.mode("Pulse.on", "above", s.m.sub(s.m.mul(0.3, period), phase), {
      line: [-1, s.m.mul(period, s.m.add(cycle, 0.3))],
    });
    const u = s.signal("u", on);
    const x = s.state("x", 0);
    s.flow(x, u);
    s.record(x);
    const model = s.build();
    for (const solver of ["exact", "dopri5"] as const) {
      const r = run(model, { stop: 20, step: 1, solver });
      expect(r.status).toBe("finished");
      expect(
        error(
          values(r, "x"),
          Array.from(r.t, (t) => 0.3 * t),
        ),
      ).toBeLessThan(1e-12);
    }
  });

  it("adds the stop time where the step does not divide the run", () => {
    expect(Array.from(run(lag("step"), { stop: 0.25 }).t)).toEqual([0, 0.1, 0.2, 0.25]);
  });
});

describe("sampled models", () => {
  it("computes y[k] = C x[k] at its own instants", () => {
    const s = smallModel();
    const task = s.task(0.5);
    const x = s.state("x", 1);
    s.update(task, x, s.m.add(s.m.mul(0.5, x), 1));
    const y = s.signal("y", s.m.mul(3, x));
    s.record(y, true);
    const r = run(s.build(), { stop: 2, step: 0.1 });
    expect(r.method).toBe("recurrence, Ts = 0.5 s");
    expect(Array.from(r.t)).toEqual([0, 0.5, 1, 1.5, 2]);
    expect(Array.from(values(r, "y"))).toEqual([3, 4.5, 5.25, 5.625, 5.8125]);
    expect(r.traces[0]!.sampled).toBe(true);
  });

  it("does not drift over many samples", () => {
    const s = smallModel();
    const task = s.task(0.1);
    const k = s.state("k", 0);
    s.update(task, k, s.m.add(k, 1));
    s.record(k, true);
    const r = run(s.build(), { stop: 10000 });
    expect(r.t.length).toBe(100001);
    expect(values(r, "k")[100000]).toBe(100000);
    expect(r.t[77777]).toBe(77777 * 0.1);
  });

  it("closes a loop of a continuous plant and a sampled controller as its exact discretisation does", () => {
    // x' = -x + u, u[k] = 2 (1 - x(t_k)) held for h; between samples x moves on exactly.
    const h = 0.2;
    for (const solver of ["auto", "dopri5"] as const) {
      const s = smallModel();
      const task = s.task(h);
      const x = s.state("x", 0);
      const u = s.sample("Controller", task, s.m.mul(2, s.m.sub(1, x)));
      s.flow(x, s.m.sub(u, x));
      s.record(x);
      s.record(u, true);
      const r = run(s.build(), { stop: 2, step: 0.05, solver, rtol: 1e-11, atol: 1e-13 });
      let state = 0;
      const expected: number[] = [];
      for (let k = 0; k < 10; k++) {
        const held = 2 * (1 - state);
        for (let i = 0; i < 4; i++) expected.push(held + (state - held) * Math.exp(-0.05 * i));
        state = held + (state - held) * Math.exp(-h);
      }
      expected.push(state);
      expect(error(values(r, "x"), expected)).toBeLessThan(solver === "auto" ? 1e-14 : 1e-10);
    }
  });

  it("keeps two rates and an offset apart", () => {
    const s = smallModel();
    const fast = s.task(0.1);
    const slow = s.task(0.3, 0.1);
    const a = s.state("a", 0);
    const b = s.state("b", 0);
    s.update(fast, a, s.m.add(a, 1));
    s.update(slow, b, a);
    s.record(a, true);
    s.record(b, true);
    const r = run(s.build(), { stop: 1 });
    expect(r.t.length).toBe(11);
    expect(Array.from(values(r, "a"))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    // Sampled at 0.1, 0.4, 0.7, 1.0; each takes effect at the next of these.
    expect(Array.from(values(r, "b"))).toEqual([0, 0, 0, 0, 1, 1, 1, 4, 4, 4, 7]);
  });

  it("repeats seeded noise bit for bit and changes it with the seed", () => {
    const noise = (seed: number): Float64Array => {
      const s = smallModel();
      const task = s.task(0.1);
      const k = s.state("k", 0);
      s.update(task, k, s.m.add(k, 1));
      s.record(s.signal("noise", s.m.gaussian(s.param("seed", seed), k)), true);
      return values(run(s.build(), { stop: 100 }), "noise");
    };
    expect(noise(1)).toEqual(noise(1));
    expect(noise(1)).not.toEqual(noise(2));
    const x = noise(3);
    const mean = x.reduce((a, v) => a + v, 0) / x.length;
    const variance = x.reduce((a, v) => a + (v - mean) ** 2, 0) / x.length;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(1001));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 1001));
  });
});

describe("state events", () => {
  it("finds a threshold to 1e-9 and logs it with its block", () => {
    const s = smallModel();
    const x = s.state("x", 1);
    s.flow(x, s.m.mul(-1, s.m.mul(x, x)));
    const low = s.mode("Relay", "above", s.m.sub(0.5, x));
    s.record(x);
    s.record(low);
    const r = run(s.build(), { stop: 3, rtol: 1e-11, atol: 1e-13 });
    // x = 1 / (1 + t) reaches 0.5 at t = 1.
    expect(r.events.length).toBe(1);
    expect(r.events[0]!.path).toBe("Relay");
    expect(Math.abs(r.events[0]!.t - 1)).toBeLessThan(1e-9);
    expect(values(r, "Relay")[9]).toBe(0);
    expect(values(r, "Relay")[11]).toBe(1);
  });

  it("switches a thermostat with hysteresis at the closed-form times", () => {
    // Heats (mode 1) from 18 to 21, cools to 19.5, and so on: x' = -0.2 (x - 15) + 2 q.
    const s = smallModel();
    const x = s.state("x", 18);
    const q = s.slot("Thermostat", "mode");
    // Held at 1 below 21, at 0 above 19.5: one mode that reads itself.
    s.step({
      do: "latch",
      slot: q.value,
      test: "above",
      arg: s.m.sub(s.m.add(19.5, s.m.mul(1.5, q)), x),
      block: "Thermostat",
    });
    s.flow(x, s.m.add(s.m.mul(-0.2, s.m.sub(x, 15)), s.m.mul(2, q)));
    s.record(x);
    const times: number[] = [];
    let at = 0;
    let from = 18;
    for (let heating = true; ; heating = !heating) {
      const target = heating ? 25 : 15;
      const to = heating ? 21 : 19.5;
      at += 5 * Math.log((from - target) / (to - target));
      if (at > 20) break;
      times.push(at);
      from = to;
    }
    for (const solver of ["auto", "exact"] as const) {
      const r = run(s.build(), { stop: 20, step: 0.5, solver, rtol: 1e-10, atol: 1e-12 });
      expect(r.status).toBe("finished");
      expect(r.events.length).toBe(times.length);
      r.events.forEach((e, i) => expect(Math.abs(e.t - times[i]!)).toBeLessThan(1e-8));
    }
  });

  it("finds every crossing of a signal of time alone, however wide the grid", () => {
    const s = smallModel();
    const above = s.mode("Compare", "above", s.m.sin(s.m.mul(50, s.t)));
    s.record(above);
    const r = run(s.build(), { stop: 1, step: 0.5, events: true });
    // At 0 the sine starts upwards, then changes sign at every multiple of pi / 50.
    expect(r.events.length).toBe(16);
    r.events.slice(1).forEach((e, i) => expect(Math.abs(e.t - ((i + 1) * Math.PI) / 50)).toBeLessThan(1e-12));
  });

  it("reports chattering as Zeno, with the block and the time", () => {
    const s = smallModel();
    const x = s.state("x", 1);
    const side = s.mode("Relay", "above", x);
    s.flow(x, s.m.sub(1, s.m.mul(2, side)));
    s.record(x);
    const r = run(s.build(), { stop: 3 });
    expect(r.status).toBe("diverged");
    expect(r.problems[0]).toMatchObject({ code: "ZENO", path: "Relay" });
    expect(r.problems[0]!.time).toBeCloseTo(1, 6);
    expect(r.t.length).toBe(11);
  });
});

describe("what goes wrong", () => {
  it("blames the division and not the integrator behind it", () => {
    const s = smallModel();
    const x = s.state("Integrator", 1);
    const d = s.signal("Divide", s.m.div(1, s.m.sub(s.m.sub(s.t, 0.55), s.m.sub(s.t, 0.55))));
    const g = s.signal("Gain", s.m.mul(2, d));
    s.flow(x, s.m.mul(g, x));
    s.record(x);
    const r = run(s.build(), {});
    expect(r.status).toBe("diverged");
    expect(r.problems[0]).toMatchObject({ code: "NONFINITE", path: "Divide", time: 0 });
  });

  it("finds the root of a negative number when it comes", () => {
    const s = smallModel();
    const x = s.state("Tank", 1);
    const out = s.signal("Outlet", s.m.sqrt(x));
    s.flow(x, s.m.sub(s.m.mul(-1, s.m.mul(out, 0)), 2));
    s.flow(s.state("y", 0), out);
    s.record(x);
    const r = run(s.build(), {});
    expect(r.problems[0]).toMatchObject({ code: "NONFINITE", path: "Outlet" });
    expect(r.problems[0]!.time).toBeCloseTo(0.5, 3);
    expect(Array.from(r.t)).toEqual([0, 0.1, 0.2, 0.30000000000000004, 0.4]);
  });

  it("warns only, where a value that is not finite is merely shown", () => {
    const s = smallModel();
    const y = s.signal("Sinc", s.m.div(s.m.sin(s.t), s.t));
    s.record(y);
    const r = run(s.build(), {});
    expect(r.status).toBe("finished");
    expect(r.problems).toMatchObject([{ severity: "warning", code: "NONFINITE", path: "Sinc", time: 0 }]);
    expect(values(r, "Sinc")[10]).toBe(Math.sin(1));
  });

  it.each(["auto", "rk4", "bs32", "dopri5", "dop853", "rodas4", "bdf"] as const)(
    "ends where a state begins as no number, or is steeper than squares can hold: %s",
    (solver) => {
      for (const [initial, slope] of [
        [Number.NaN, 1],
        [1, 1e250],
        [0, 1e250],
      ] as const) {
        const s = smallModel();
        const x = s.state("x", initial);
        s.flow(x, s.m.mul(slope, s.m.cos(s.m.mul(x, x))));
        s.record(x);
        const r = run(s.build(), { stop: 1, solver });
        expect(r.status).toBe("diverged");
        expect(r.problems[0]!.path).toBe("x");
        if (Number.isNaN(initial))
          expect(r.problems).toMatchObject([{ code: "NONFINITE", severity: "error", time: 0 }]);
      }
    },
  );

  it("counts the iterations of a loop as work, so that a run can be cancelled soon", () => {
    const slicesOf = (loop: boolean): number => {
      const s = smallModel();
      const x = s.state("x", 0);
      s.flow(x, 1);
      const z = s.slot("z");
      const angle = s.m.add(z, x);
      const residual = s.m.sub(z, s.m.mul(0.9, s.m.sin(angle)));
      const jacobian = s.m.sub(1, s.m.mul(0.9, s.m.cos(angle)));
      if (loop)
        s.step({
          do: "solve",
          unknowns: [z.value],
          residual: [residual],
          jacobian: [jacobian],
          linear: false,
          loop: ["z"],
          block: "z",
        });
      else s.step({ do: "assign", slot: z.value, expr: s.m.sin(x), block: "z" });
      s.record(z);
      const model = s.build();
      const slices = simulateInSlices(interpret(model), model.ir, { ...defaults, solver: "rk4", step: 1e-4 });
      let count = 0;
      while (!slices.next().done) count++;
      return count;
    };
    expect(slicesOf(true)).toBeGreaterThan(2 * slicesOf(false));
  });

  it("reports finite escape: x' = x^2 from 1 at t = 1", () => {
    const s = smallModel();
    const x = s.state("x", 1);
    s.flow(x, s.m.mul(x, x));
    s.record(x);
    const r = run(s.build(), { stop: 2 });
    expect(r.status).toBe("diverged");
    expect(["HMIN", "DIVERGED", "HNIL"]).toContain(r.problems[0]!.code);
    expect(r.problems[0]!.path).toBe("x");
    expect(r.problems[0]!.time).toBeCloseTo(1, 4);
  });

  it.each(["dopri5", "rodas4", "bdf"] as const)(
    "says when time can no longer move: fast dynamics far from 0, by %s",
    (solver) => {
      const s = smallModel();
      const slow = s.state("slow", 1);
      const x = s.state("x", 1);
      s.flow(slow, s.m.neg(slow));
      s.flow(x, s.m.mul(-1e9, s.m.sub(s.m.mul(x, s.m.mul(x, x)), 2)));
      s.record(x);
      // One unit in the last place of 1e10 is 1.9e-6 s.
      const model = s.build();
      for (const engine of [interpret(model), runInWasm(model, emitWasm(model.ir))]) {
        const r = simulate(engine, model.ir, { ...defaults, solver, start: 1e10, stop: 1e10 + 1, step: 0.1 });
        expect(r.status).toBe("diverged");
        expect(r.problems).toMatchObject([{ code: "HNIL", path: "x", time: 1e10, values: { signal: "x" } }]);
        expect(r.problems[0]!.hint).toContain("run.rtol");
      }
    },
  );

  it("reports divergence of linear, sampled and continuous models", () => {
    const s = smallModel();
    const x = s.state("x", 1);
    s.flow(x, s.m.mul(1000, x));
    s.record(x);
    expect(run(s.build(), { stop: 10, step: 0.01 }).problems[0]).toMatchObject({ code: "DIVERGED", path: "x" });
    const d = smallModel();
    const z = d.state("z", 1);
    d.update(d.task(1), z, d.m.mul(10, z));
    d.record(z, true);
    const r = run(d.build(), { stop: 1000 });
    expect(r.problems[0]).toMatchObject({ code: "DIVERGED", path: "z" });
    expect(r.t.length).toBeGreaterThan(298);
  });

  it("refuses settings that make no sense", () => {
    const m = lag("step");
    expect(run(m, { stop: -1 }).problems[0]).toMatchObject({ path: "run.stop" });
    expect(run(m, { step: 0 }).problems[0]).toMatchObject({ path: "run.step" });
    expect(run(m, { stop: Number.NaN }).problems[0]).toMatchObject({ path: "run.stop" });
    expect(run(m, { step: 1e-12 }).problems[0]).toMatchObject({ path: "run.step" });
  });
});

describe("slices", () => {
  it("yields progress that grows to 1 and stays valid when cancelled at any time", () => {
    const s = smallModel();
    const x = s.state("x", 1);
    const v = s.state("v", 0);
    s.flow(x, v);
    s.flow(v, s.m.neg(s.m.sin(x)));
    s.record(x);
    const model = s.build();
    const all = run(model, { stop: 2000, step: 0.1 });
    const seen: number[] = [];
    run(model, { stop: 2000, step: 0.1 }, { progress: (p) => seen.push(p) });
    expect(seen.length).toBeGreaterThan(10);
    expect(seen.every((p, i) => p >= 0 && p <= 1 && (i === 0 || p >= seen[i - 1]!))).toBe(true);
    for (const after of [0, 3, 7]) {
      let asked = 0;
      const part = run(model, { stop: 2000, step: 0.1 }, { cancelled: () => asked++ >= after });
      expect(part.status).toBe("cancelled");
      expect(part.t.length).toBeGreaterThan(0);
      expect(part.t.length).toBeLessThan(all.t.length);
      expect(part.t).toEqual(all.t.slice(0, part.t.length));
      expect(values(part, "x")).toEqual(values(all, "x").slice(0, part.t.length));
    }
  });

  it("leaves no trace of one run in the next on a fresh engine", () => {
    const model = lag("ramp");
    const plan = { records: model.ir.records.map((r) => ({ ...r, label: r.path })) };
    const first = simulateInSlices(interpret(model), plan, { ...defaults, stop: 3 });
    let slice = first.next();
    while (!slice.done) slice = first.next();
    expect(values(run(model, { stop: 3 }), "x")).toEqual(slice.value.traces[0]!.values);
  });
});
