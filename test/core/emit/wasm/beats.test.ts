/** Regular events in a row: samples of one rate, and linear models on their grid. */
import { describe, expect, it } from "vitest";
import { emitWasm, interpret, simulate } from "../../../../core/index.ts";
import type { Model, SimSettings } from "../../../../core/index.ts";
import { runInWasm } from "../../../../core/sim/wasmRun.ts";
import type { SimPlan } from "../../../../core/sim/simulate.ts";
import { smallModel } from "../../sim/smallModel.ts";

const settings: SimSettings = {
  start: 0,
  stop: 50,
  step: 0.01,
  solver: "auto",
  rtol: 1e-6,
  atol: 1e-9,
  maxStep: 0,
  events: true,
};

function agree(model: Model, changes: Partial<SimSettings> = {}, plan: SimPlan = model.ir) {
  const all = { ...settings, ...changes };
  const reference = simulate(interpret(model), plan, all);
  const result = simulate(runInWasm(model, emitWasm(model.ir)), plan, all);
  expect({ status: result.status, method: result.method }).toEqual({
    status: reference.status,
    method: reference.method,
  });
  expect(result.problems.map(({ code, path }) => ({ code, path }))).toEqual(
    reference.problems.map(({ code, path }) => ({ code, path })),
  );
  const close = (a: Float64Array, b: Float64Array): void => {
    expect(a.length).toBe(b.length);
    const scale = b.reduce((most, v) => (Math.abs(v) > most ? Math.abs(v) : most), 1e-300);
    a.forEach((v, i) => {
      if (!Object.is(v, b[i]) && !(Math.abs(v - b[i]!) <= 1e-12 * scale)) throw new Error(`${v} for ${b[i]} at ${i}`);
    });
  };
  close(result.t, reference.t);
  result.traces.forEach((trace, k) => close(trace.values, reference.traces[k]!.values));
  return result;
}

/** u = row between samples 0.01 apart of a series, as a CSV source has it. */
function csv(s: ReturnType<typeof smallModel>, between: "hold" | "linear", every = 0.01) {
  const m = s.m;
  const data = s.series(
    "u",
    Array.from({ length: 4000 }, (_, k) => Math.sin(0.03 * k) + (k % 7) / 20),
  );
  const period = s.param("every", every);
  const row = m.div(s.t, period);
  const k = s.mode("row", "floor", row, { line: [m.div(1, period), 0] });
  const held = m.cell(data, k);
  const next = m.sub(m.cell(data, m.add(k, 1)), held);
  return s.signal("u", between === "hold" ? held : m.add(held, m.mul(next, m.sub(row, k))));
}

/** x' or x[k+1] = A x + b u for a stable A of any order, as scalars or as wide maps. */
function plant(n: number, kind: "sampled" | "continuous", between: "hold" | "linear", wide: boolean, every = 0.01) {
  const s = smallModel();
  const m = s.m;
  const u = csv(s, between, every);
  const entry = (i: number, j: number): number =>
    kind === "sampled"
      ? Math.sin(1 + 3 * i + 7 * j) / n
      : Math.sin(1 + 3 * i + 7 * j) / Math.sqrt(n) - (i === j ? 1.5 : 0);
  const x = Array.from({ length: n }, (_, i) => s.state(`x${i}`, Math.cos(i)));
  const first = s.params(
    "A",
    Array.from({ length: n * n }, (_, e) => entry(Math.floor(e / n), e % n)),
  );
  const task = kind === "sampled" ? s.task(0.01) : 0;
  let products = x.map((_, i) =>
    m.dot(
      x,
      Array.from(x, (_, j) => m.slot(first + i * n + j)),
    ),
  );
  if (wide) {
    const to = x.map((_, i) => s.slot(`Ax${i}`));
    s.step({
      do: "matvec",
      matrix: first,
      rows: n,
      cols: n,
      from: x.map((e) => e.value),
      to: to.map((e) => e.value),
      block: "A",
    });
    products = to;
  }
  let inputs = x.map((_, i) => m.mul(Math.cos(i), u));
  if (wide) {
    const matrix = s.params(
      "B",
      x.map((_, i) => Math.cos(i)),
    );
    inputs = x.map((_, i) => s.slot(`Bu${i}`));
    s.step({ do: "matvec", matrix, rows: n, cols: 1, from: [u.value], to: inputs.map((e) => e.value), block: "B" });
  }
  x.forEach((state, i) => {
    const next = m.add(products[i]!, inputs[i]!);
    if (kind === "sampled") s.update(task, state, next);
    else s.flow(state, next);
  });
  s.record(u);
  s.record(
    s.signal(
      "y",
      m.dot(
        x,
        x.map((_, i) => m.num(1 / (i + 1))),
      ),
    ),
  );
  return s;
}

describe.each([1, 2, 3, 8, 17, 31])("order %i", (n) => {
  it.each([false, true])("sampled with recorded data, as wide maps %s", (wide) => {
    const result = agree(plant(n, "sampled", "hold", wide).build());
    expect(result.t.length).toBeGreaterThanOrEqual(5001);
  });

  it.each(["hold", "linear"] as const)("continuous with recorded data, %s", (between) => {
    for (const wide of [false, true])
      for (const events of [false, true])
        agree(plant(n, "continuous", between, wide).build(), { solver: "exact", events });
  });

  it("keeps what is asked for only", () => {
    for (const model of [plant(n, "sampled", "hold", true).build(), plant(n, "continuous", "linear", true).build()]) {
      const records = model.ir.records.filter(({ path }) => path === "y");
      const all = agree(model, { events: false });
      const result = agree(model, { events: false }, { records });
      expect(result.traces.map(({ path }) => path)).toEqual(["y"]);
      expect(result.traces[0]!.values).toEqual(all.traces.find(({ path }) => path === "y")!.values);
      expect(agree(model, { events: false }, { records: [] }).t).toEqual(all.t);
    }
  });
});

describe("what drives a linear model", () => {
  const size = 6;
  const mix = (i: number, j: number): number => Math.sin(2 + i * (3 + j));

  /** Two inputs through a full matrix, one of them again through a feedback of states, and a derivative with time in it. */
  function driven(parts: { readonly feedback?: boolean; readonly formula?: boolean; readonly wide?: boolean }) {
    const s = smallModel();
    const m = s.m;
    const u = csv(s, "linear");
    const half = s.signal("half", m.mul(0.5, u));
    const ramp = s.signal("ramp", m.mul(0.02, s.t));
    const x = Array.from({ length: size }, (_, i) => s.state(`x${i}`, i === 0 ? 1 : 0));
    const first = s.params(
      "B",
      Array.from({ length: 2 * size }, (_, e) => mix(Math.floor(e / 2), e % 2)),
    );
    let entering = x.map((_, i) => m.add(m.mul(mix(i, 0), half), m.mul(mix(i, 1), ramp)));
    if (parts.wide) {
      const to = x.map((_, i) => s.slot(`Bu${i}`));
      const from = [half.value, ramp.value];
      s.step({ do: "matvec", matrix: first, rows: size, cols: 2, from, to: to.map((e) => e.value), block: "B" });
      entering = to;
    }
    const back = s.signal("back", m.sub(half, m.mul(0.3, x[1]!)));
    x.forEach((state, i) => {
      const kept = m.mul(-1 - 0.1 * i, state);
      const more = parts.feedback ? m.mul(mix(i, 3), back) : parts.formula && i === 2 ? m.sub(s.t, 3) : m.num(0);
      s.flow(state, m.add(m.add(kept, entering[i]!), more));
    });
    s.record(back);
    x.forEach((state) => s.record(state));
    return s.build();
  }

  it.each([{}, { wide: true }, { feedback: true }, { formula: true }, { wide: true, feedback: true, formula: true }])(
    "%o",
    (parts) => {
      const result = agree(driven(parts), { solver: "exact", stop: 20, events: false });
      expect(result.counts.evaluations).toBeLessThan(20);
    },
  );
});

it("leaves what falls between the beats to the time loop", () => {
  // Rows every 0.0137: beats and instants hardly ever meet.
  agree(plant(3, "sampled", "hold", false, 0.0137).build());
  agree(plant(3, "continuous", "linear", false, 0.0137).build(), { solver: "exact" });
});

it("stops where states overflow, and where a row is not finite, as interpreted", () => {
  const s = smallModel();
  const task = s.task(0.1);
  const x = s.state("x", 1);
  s.update(task, x, s.m.mul(3, x));
  s.record(x);
  const result = agree(s.build(), { stop: 1000 });
  expect(result.status).toBe("diverged");

  const r = smallModel();
  const y = r.state("y", 1);
  r.update(r.task(0.1), y, r.m.sub(y, 0.01));
  r.record(r.signal("root", r.m.sqrt(y)));
  const warned = agree(r.build(), { stop: 30 });
  expect(warned.problems.length).toBe(1);
});

it("keeps samples apart from time with an offset and a start", () => {
  const s = smallModel();
  const task = s.task(0.1, 0.03);
  const x = s.state("x", 1);
  const held = s.sample("held", task, s.m.sin(s.t));
  s.update(task, x, s.m.add(s.m.mul(0.9, x), held));
  s.record(x);
  s.record(held);
  agree(s.build(), { start: 0.5, stop: 300 });
});
