/** Stiff runs with sparse Jacobians inside the module: the interpreter's steps to the bit, and code and factors that grow with the model. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emitWasm, interpret, simulate } from "../../../../core/index.ts";
import type { Model, SimSettings } from "../../../../core/index.ts";
import type { Expr } from "../../../../core/expr/expr.ts";
import { flowJacobian } from "../../../../core/ir/jacobian.ts";
import { sparseFactors } from "../../../../core/sim/integrators/iterationMatrix.ts";
import { runInWasm } from "../../../../core/sim/wasmRun.ts";
import { defaults, smallModel } from "../../sim/smallModel.ts";

const solvers = ["rodas4", "bdf"] as const;

/** u' = 1 + u^2 v - 4 u + k u_xx, v' = 3 u - u^2 v + k v_xx on `cells` inner points, 1 and 3 at the ends. */
function brusselator(cells: number): Model {
  const s = smallModel();
  const m = s.m;
  const k = s.param("k", 0.02 * (cells + 1) ** 2);
  const u = Array.from({ length: cells }, (_, i) =>
    s.state(`u${i}`, 1 + Math.sin((2 * Math.PI * (i + 1)) / (cells + 1))),
  );
  const v = Array.from({ length: cells }, (_, i) => s.state(`v${i}`, 3));
  const spread = (x: readonly Expr[], i: number, end: number): Expr =>
    m.mul(k, m.add(m.sub(x[i - 1] ?? m.num(end), m.mul(2, x[i]!)), x[i + 1] ?? m.num(end)));
  for (let i = 0; i < cells; i++) {
    const made = m.mul(m.mul(u[i]!, u[i]!), v[i]!);
    s.flow(u[i]!, m.add(m.sub(m.add(1, made), m.mul(4, u[i]!)), spread(u, i, 1)));
    s.flow(v[i]!, m.add(m.sub(m.mul(3, u[i]!), made), spread(v, i, 3)));
  }
  for (const i of [0, cells >> 1]) s.record(u[i]!);
  s.record(v[cells - 1]!);
  return s.build();
}

/** Reactions in a row, each ten thousand times as fast backwards as the slowest forwards, fed at a rate that swings. */
function reactions(n: number): Model {
  const s = smallModel();
  const m = s.m;
  const x = Array.from({ length: n }, (_, i) => s.state(`x${i}`, i === 0 ? 1 : 0));
  const rate = (i: number): Expr => m.sub(m.mul(10 ** (i % 5), x[i]!), m.mul(1e4, m.mul(x[i + 1]!, x[(i * 7) % n]!)));
  const rates = Array.from({ length: n - 1 }, (_, i) => rate(i));
  x.forEach((state, i) => {
    const before = i === 0 ? m.sin(s.t) : rates[i - 1]!;
    s.flow(state, m.sub(before, i === n - 1 ? state : rates[i]!));
  });
  for (const i of [0, 1, n - 1]) s.record(x[i]!);
  return s.build();
}

/** Heat on a square plate, carried along both sides, warming itself: the factors of a plane fill in. */
function plate(side: number): Model {
  const s = smallModel();
  const m = s.m;
  const [k, c] = [s.param("k", (side + 1) ** 2), s.param("c", 5 * (side + 1))];
  const x = Array.from({ length: side * side }, (_, i) => s.state(`x${i}`, Math.sin(i)));
  const at = (row: number, column: number): Expr =>
    row < 0 || column < 0 || row >= side || column >= side ? m.num(0) : x[row * side + column]!;
  x.forEach((state, i) => {
    const [row, column] = [Math.floor(i / side), i % side];
    const [up, down] = [at(row - 1, column), at(row + 1, column)];
    const [left, right] = [at(row, column - 1), at(row, column + 1)];
    const spread = m.sub(m.add(m.add(up, down), m.add(left, right)), m.mul(4, state));
    const carried = m.mul(c, m.sub(m.add(up, left), m.mul(2, state)));
    const made = m.mul(5, m.exp(m.neg(m.mul(state, state))));
    s.flow(state, m.add(m.add(m.mul(k, spread), carried), made));
  });
  for (const i of [0, Math.floor(x.length / 2)]) s.record(x[i]!);
  return s.build();
}

/** Stiff pairs, in each of which one state's own decay swings to growth and back at a phase of its own: a pivot that was good vanishes later. */
function swinging(pairs: number): Model {
  const s = smallModel();
  const m = s.m;
  for (let i = 0; i < pairs; i++) {
    const [x, y] = [s.state(`x${i}`, Math.cos(i)), s.state(`y${i}`, 0)];
    const decay = m.mul(3e4, m.cos(m.add(m.mul(3, s.t), i)));
    s.flow(x, m.sub(m.neg(m.mul(2e3, y)), m.mul(decay, x)));
    s.flow(y, m.sub(m.mul(1e6, x), m.mul(6e4, m.sub(y, 1))));
    if (i < 2) s.record(x);
  }
  return s.build();
}

/** Each state decays at a rate of its own and is moved by a few others, by the plan. */
function network(plan: readonly { readonly rate: number; readonly from: readonly number[] }[]): Model {
  const s = smallModel();
  const m = s.m;
  const x = plan.map((_, i) => s.state(`x${i}`, Math.cos(i)));
  plan.forEach(({ rate, from }, i) => {
    const moved = from.map((j, k) => m.mul(Math.sin(i + 3 * k) * rate, m.sin(x[j % x.length]!)));
    const drive = i === 0 ? m.sin(s.t) : m.num(0);
    s.flow(
      x[i]!,
      moved.reduce((sum, term) => m.add(sum, term), m.sub(drive, m.mul(rate, x[i]!))),
    );
  });
  for (const i of [0, 1, x.length - 1]) s.record(x[i]!);
  return s.build();
}

/** What modules that are made on the way ask of JavaScript: functions that they import, counted. */
function counting(work: () => void): { readonly factor: number; readonly solveOutside: number } {
  const { Instance } = WebAssembly;
  const asked = { factor: 0, solveOutside: 0 };
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, [module, imports]: [WebAssembly.Module, { js: { [name in keyof typeof asked]?: unknown } }]) {
      const { js } = imports;
      for (const name of ["factor", "solveOutside"] as const) {
        const own = js[name] as ((argument: number) => unknown) | undefined;
        if (own)
          js[name] = (argument: number) => {
            asked[name]++;
            return own(argument);
          };
      }
      return new target(module, imports as unknown as WebAssembly.Imports);
    },
  });
  try {
    work();
  } finally {
    WebAssembly.Instance = Instance;
  }
  return asked;
}

const bits = ({ buffer, byteOffset, byteLength }: Float64Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

/** Runs in the module as interpreted, to the last bit, and again in the machine that the first run left; what the first asked of JavaScript. */
function expectSame(model: Model, settings: Partial<SimSettings>) {
  const all = { ...defaults, atol: 1e-9, ...settings };
  const reference = simulate(interpret(model), model.ir, all);
  const program = emitWasm(model.ir);
  expect(program.integrator(all.solver === "rodas4" ? "rodas4" : "bdf")!.implicit!.sparse).toBeDefined();
  const go = (): void => {
    const engine = runInWasm(model, program);
    const result = simulate(engine, model.ir, all);
    engine.release?.();
    expect(result.status).toBe(reference.status);
    expect(result.method).toBe(reference.method);
    expect(result.problems).toEqual(reference.problems);
    expect(result.counts).toEqual(reference.counts);
    expect(bits(result.t).equals(bits(reference.t))).toBe(true);
    result.traces.forEach(({ values, path }, i) =>
      expect(bits(values).equals(bits(reference.traces[i]!.values)), path).toBe(true),
    );
  };
  const asked = counting(go);
  const first = { ...asked };
  // The same instance, which goes on counting.
  go();
  expect(asked).toEqual({ factor: 2 * first.factor, solveOutside: 2 * first.solveOutside });
  return { ...first, steps: reference.counts.steps, status: reference.status, method: reference.method };
}

/** Entries of L and U of (shift I - J), for values that let every diagonal entry be the pivot. */
function fillOf(model: Model): number {
  const n = model.ir.flow.length;
  const inside = flowJacobian(model.ir)!.filter(({ column }) => column < n);
  const own = sparseFactors(
    n,
    inside.map(({ row }) => row),
    inside.map(({ column }) => column),
  );
  expect(own.factor(1e3, new Float64Array(inside.length).fill(0.5), Int32Array.from(inside.keys()))).toBe(true);
  return own.lu.fill;
}

describe.each(solvers)("%s with a sparse Jacobian", (solver) => {
  it.each([
    ["60 reactions", () => reactions(60), 2],
    ["300 reactions", () => reactions(300), 0.5],
    ["a Brusselator of 60 states", () => brusselator(30), 10],
    ["a Brusselator of 400 states", () => brusselator(200), 1],
    ["a Brusselator of 2,000 states", () => brusselator(1000), 0.02],
    ["a plate of 144 states", () => plate(12), 0.1],
    ["a plate of 900 states", () => plate(30), 0.01],
  ] as const)("runs %s", (_, model, stop) => {
    const seen = expectSame(model(), { solver, stop, step: stop / 50 });
    expect(seen.status).toBe("finished");
    expect(seen.steps).toBeGreaterThan(20);
    // Pivots are chosen once, or nearly so.
    expect(seen.factor).toBeGreaterThan(0);
    expect(seen.factor).toBeLessThan(4);
    expect(seen.solveOutside).toBe(0);
  });

  it("chooses pivots anew where they vanish on the way", () => {
    const seen = expectSame(swinging(25), { solver, stop: 1, step: 0.05 });
    expect(seen.status).toBe("finished");
    expect(seen.factor).toBeGreaterThan(1);
    expect(seen.solveOutside).toBe(0);
  });

  it("leaves factors to JavaScript where they find no room, and steps inside all the same", () => {
    const plan = Array.from({ length: 300 }, (_, i) => ({
      rate: 10 ** (i % 4),
      from: Array.from({ length: 8 }, (_unused, k) => (i * i + 37 * k * i + 11 * k) % 307),
    }));
    const seen = expectSame(network(plan), { solver, stop: 0.002, step: 0.0005 });
    expect(seen.status).toBe("finished");
    expect(seen.solveOutside).toBeGreaterThan(seen.steps);
  });

  it("runs networks of any pattern", () => {
    const one = fc.record({
      rate: fc.constantFrom(0, 0.5, 1, 30, 1000, 1e5),
      from: fc.array(fc.nat(1000), { maxLength: 3 }),
    });
    const seen = { finished: 0, inside: 0 };
    fc.assert(
      fc.property(fc.array(one, { minLength: 20, maxLength: 120 }), (plan) => {
        const { status, solveOutside } = expectSame(network(plan), { solver, stop: 0.5, step: 0.02 });
        if (status === "finished") seen.finished++;
        if (solveOutside === 0) seen.inside++;
      }),
      { numRuns: 12 },
    );
    expect(seen).toEqual({ finished: 12, inside: 12 });
  });

  it("says as the interpreter does where a run breaks down", () => {
    // Each runs away in finite time, pulled by the one before.
    const s = smallModel();
    const m = s.m;
    const x = Array.from({ length: 50 }, (_, i) => s.state(`x${i}`, 1 + i / 50));
    x.forEach((state, i) => s.flow(state, m.add(m.mul(state, state), m.mul(0.1, x[(i + 1) % 50]!))));
    s.record(x[0]!);
    const seen = expectSame(s.build(), { solver, stop: 2, step: 0.05 });
    expect(seen.status).toBe("diverged");
  });

  it("runs 41 states that nothing moves but time", () => {
    const s = smallModel();
    const x = Array.from({ length: 41 }, (_, i) => s.state(`x${i}`, i));
    x.forEach((state, i) => s.flow(state, s.m.cos(s.m.mul(i, s.t))));
    s.record(x[3]!);
    expect(expectSame(s.build(), { solver, stop: 2, step: 0.05 }).status).toBe("finished");
  });
});

it("goes over from an explicit method to sparse steps when and where the interpreter does", () => {
  const seen = expectSame(brusselator(100), { solver: "auto", stop: 2, step: 0.02 });
  expect(seen.method).toContain("then BDF");
  expect(seen.factor).toBeGreaterThan(0);
});

describe("growth", () => {
  const counted = (model: Model) => ({
    fill: fillOf(model),
    bytes: emitWasm(model.ir).integrator("bdf")!.bytes.length,
    cells: emitWasm(model.ir).memoryBytes / 8,
  });
  it("of code, memory and factors follows a row of cells", () => {
    const [small, large] = [counted(brusselator(100)), counted(brusselator(400))];
    expect(large.fill).toBeLessThan(4.1 * small.fill);
    expect(large.bytes).toBeLessThan(4.3 * small.bytes);
    expect(large.cells).toBeLessThan(4.1 * small.cells);
    expect(large.fill / 800).toBeLessThan(12);
  });
  it("of a plane's factors is n log n, with room for 1,600 states", () => {
    const [small, large] = [fillOf(plate(20)), fillOf(plate(40))];
    expect(large).toBeLessThan(6 * small);
    const { sparse } = emitWasm(plate(40).ir).integrator("bdf")!.implicit!;
    expect(large).toBeLessThan(sparse!.most);
  });
});
