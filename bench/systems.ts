/**
 * The diagrams that benchmarks run on, drawn as a user would: first-order lags on a chain, a ring or a grid and nested in
 * subsystems, linear systems fed by data, and differential equations of the literature. What is timed is not said here.
 */
import type { Block, LazoDocument, Sheet, Wire } from "../core/index.ts";

export type Solver = LazoDocument["run"]["solver"];
export type Topology = "chain" | "ring" | "grid" | "nested";

/** Collects the blocks and wires of one sheet, with ids of its own; places are on a raster, since nobody looks. */
function drawing(inside = "") {
  const blocks: Block[] = [];
  const wires: Wire[] = [];
  return {
    add(name: string, type: string, params: Block["params"] = {}, more: Partial<Block> = {}): void {
      const at = { x: (blocks.length % 40) * 160, y: Math.floor(blocks.length / 40) * 120 };
      blocks.push({ id: inside + name, name, type, version: 1, params, at, ...more });
    },
    wire(from: string, to: string, gain?: number): void {
      const [source = "", out = ""] = from.split(".");
      const [target = "", port = ""] = to.split(".");
      const weight = gain === undefined || gain === 1 ? {} : { gain: String(gain) };
      const id = `${inside}w${wires.length + 1}`;
      wires.push({ id, from: { block: inside + source, port: out }, to: { block: inside + target, port }, ...weight });
    },
    sheet: (): Sheet => ({ blocks, wires, notes: [] }),
  };
}

type Run = Partial<LazoDocument["run"]>;

function documentOf(name: string, root: Sheet, run: Run, more: Partial<LazoDocument> = {}): LazoDocument {
  return { format: "lazo", version: 1, name, variables: [], root, run: { ...standard, ...run }, ...more };
}
const standard = { stop: "10", step: "0.01", solver: "auto" } as const;

/** Weighted wires (to, from, weight) between `n` lags, and the lag that is looked at: near the input, where it moves. */
export function edges(topology: Exclude<Topology, "nested">, blocks: number) {
  const list: [to: number, from: number, weight: number][] = [];
  let n = blocks;
  let out = 9;
  if (topology === "chain") {
    for (let i = 0; i < n; i++) {
      if (i > 0) list.push([i, i - 1, 1]);
      if (i < n - 1) list.push([i, i + 1, -0.5]);
    }
  } else if (topology === "ring") {
    for (let i = 0; i < n; i++) list.push([i, (i - 1 + n) % n, i === 0 ? -0.9 : 0.9]);
  } else {
    const side = Math.round(Math.sqrt(n));
    n = side * side;
    out = side + 1;
    const beside = [
      [0, 1],
      [1, 0],
      [0, -1],
      [-1, 0],
    ] as const;
    for (let row = 0; row < side; row++)
      for (let column = 0; column < side; column++)
        for (const [down, right] of beside) {
          const [r, c] = [row + down, column + right];
          if (r >= 0 && r < side && c >= 0 && c < side) list.push([row * side + column, r * side + c, 0.2]);
        }
  }
  return { n, list, out };
}

/** Time constants that differ a little, so that nothing cancels. */
const lag = (i: number): Block["params"] => ({ num: "1", den: `[${1 + (0.5 * (i % 7)) / 7}, 1]` });

/** `blocks` first-order lags, wired with weights; u = 1 enters the first, y is the lag `out`. */
export function lags(topology: Topology, blocks: number, run: Run = {}): LazoDocument {
  if (topology === "nested") return nested(blocks, run);
  const { n, list, out } = edges(topology, blocks);
  const d = drawing();
  d.add("u", "input", { signal: "1" });
  for (let i = 0; i < n; i++) d.add(`b${i}`, "transfer-function", lag(i));
  d.add("y", "output");
  d.wire("u.u", "b0.u");
  for (const [to, from, weight] of list) d.wire(`b${from}.y`, `b${to}.u`, weight);
  d.wire(`b${out}.y`, "y.y");
  return documentOf(`${topology} of ${n} lags`, d.sheet(), run);
}

/**
 * Subsystems of ten in subsystems of ten: each innermost one a Sum, a Gain, lags in a row and a Gain back, each outer one a row
 * of ten inner ones.
 */
function nested(blocks: number, run: Run): LazoDocument {
  const inner = (first: number): Sheet => {
    const d = drawing(`i${first}.`);
    d.add("u", "in");
    d.add("Sum", "sum", { signs: "+-" });
    d.add("K", "gain", { gain: "1.5" });
    for (let i = 0; i < 6; i++) d.add(`b${i}`, "transfer-function", lag(first + i));
    d.add("Back", "gain", { gain: "0.5" });
    d.add("y", "out");
    d.wire("u.out", "Sum.in1");
    d.wire("Sum.out", "K.in");
    d.wire("K.out", "b0.u");
    for (let i = 1; i < 6; i++) d.wire(`b${i - 1}.y`, `b${i}.u`);
    d.wire("b5.y", "Back.in");
    d.wire("Back.out", "Sum.in2");
    d.wire("b5.y", "y.in");
    return d.sheet();
  };
  const row = (size: number, first: number, ends: boolean): Sheet => {
    const d = drawing(ends ? `r${size}.${first}.` : "");
    if (ends) d.add("u", "in");
    else d.add("u", "input", { signal: "1" });
    let last = ends ? "u.out" : "u.u";
    for (let i = 0; i < 10; i++) {
      const at = first + (i * size) / 10;
      const sheet = size > 100 ? row(size / 10, at, true) : inner(at);
      d.add(`S${i}`, "subsystem", {}, { sheet });
      d.wire(last, `S${i}.u`);
      last = `S${i}.y`;
    }
    d.add("y", ends ? "out" : "output");
    d.wire(last, ends ? "y.in" : "y.y");
    return d.sheet();
  };
  return documentOf(`${blocks} blocks in nested subsystems`, row(blocks, 0, false), run);
}

/** A stable system of order n with entries from a linear congruential generator: the same everywhere, without a file. */
export function randomSystem(n: number): { A: number[][]; B: number[][]; C: number[][] } {
  let x = 1000 + n;
  const next = (): number => {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0;
    return x / 4294967296 - 0.5;
  };
  const matrix = (rows: number, cols: number): number[][] =>
    Array.from({ length: rows }, () => Array.from({ length: cols }, next));
  const scale = Math.sqrt(12 / n);
  const A = matrix(n, n).map((row, i) => row.map((a, j) => a * scale - (i === j ? 1.5 : 0)));
  return { A, B: matrix(n, 1), C: matrix(1, n) };
}

/** u(t) = sin(t / 2) + 0.3 sign(sin(3.3 t)) at k dt: smooth with jumps, as recorded signals are. */
export function recorded(samples: number, dt: number): number[] {
  return Array.from({ length: samples }, (_, k) => {
    const t = k * dt;
    return Math.sin(0.5 * t) + 0.3 * Math.sign(Math.sin(3.3 * t));
  });
}

const matrixText = (rows: readonly (readonly number[])[]): string =>
  `[${rows.map((row) => row.map(String).join(", ")).join("; ")}]`;

/** One State-Space block fed by a file with a row a step: sampled with `dt`, or continuous with straight lines between rows. */
export function lti(
  system: { readonly A: number[][]; readonly B: number[][]; readonly C: number[][] },
  samples: number,
  dt: number,
  sampled: boolean,
): LazoDocument {
  const d = drawing();
  const csv = { file: "u.csv", timing: "sample time", every: String(dt), between: sampled ? "hold" : "linear" };
  d.add("Data", "from-csv", csv);
  d.add("Plant", "state-space", {
    A: matrixText(system.A),
    B: matrixText(system.B),
    C: matrixText(system.C),
    period: sampled ? String(dt) : "continuous",
  });
  d.add("y", "output");
  d.wire("Data.out", "Plant.u");
  d.wire("Plant.y", "y.y");
  const text = `u\n${recorded(samples, dt).map(String).join("\n")}\n`;
  const run: Run = { stop: String((samples - 1) * dt), step: String(dt), ...(sampled ? {} : { solver: "exact" }) };
  return documentOf(`State space of order ${system.A.length}`, d.sheet(), run, { data: { "u.csv": text } });
}

/** The feedback gains of the cart-pendulum: LQR for Q = diag(1, 1, 10, 1), R = 0.1, to six decimals. */
const K = [-3.162278, -5.720127, -46.031694, -10.406623] as const;

export type Equation = "vdp1" | "vdp1000" | "lorenz" | "cart";

/** End values in high precision, of every state where the run ends; for Lorenz at t = 20, before chaos takes the digits. */
export const equations: {
  readonly [name in Equation]: {
    readonly stop: number;
    readonly rtol: number;
    readonly checked: number;
    readonly end: readonly number[];
  };
} = {
  vdp1: { stop: 200, rtol: 1e-6, checked: 200, end: [1.9971252851443841, -0.19217295075510413] },
  lorenz: { stop: 100, rtol: 1e-8, checked: 20, end: [13.79319959512862, 12.951803936189899, 34.901608681135144] },
  cart: {
    stop: 100,
    rtol: 1e-8,
    checked: 100,
    end: [-0.8083633802204366, 0.18548415129083978, 0.020337550998441638, -0.004666553658571336],
  },
  vdp1000: { stop: 3000, rtol: 1e-6, checked: 3000, end: [-1.5106069367441115, 0.0011783800007309111] },
};

/** Van der Pol's oscillator, Lorenz's system and a cart with a pendulum under state feedback, with integrators and formulas. */
export function equation(name: Equation, solver: Solver, stop: number = equations[name].stop): LazoDocument {
  const d = drawing();
  const integrator = (block: string, initial: number): void => d.add(block, "integrator", { initial: String(initial) });
  let names: readonly string[];
  if (name === "lorenz") {
    names = ["x", "y", "z"];
    for (const block of names) integrator(block, 1);
    d.add("f", "function", { formula: "[10*(u[2]-u[1]); u[1]*(28-u[3])-u[2]; u[1]*u[2]-8/3*u[3]]" });
  } else if (name === "cart") {
    names = ["x", "v", "theta", "omega"];
    names.forEach((block) => integrator(block, block === "theta" ? 0.5 : 0));
    const force = `-(${K[0]}*(u[1]-sin(0.5*t))+(${K[1]})*u[2]+(${K[2]})*u[3]+(${K[3]})*u[4])`;
    const [s, c] = ["sin(u[3])", "cos(u[3])"];
    const den = `(1+0.1*${s}^2)`;
    const pushed = `(${force}+0.1*${s}*(0.5*u[4]^2-9.81*${c}))/${den}`;
    const turned = `(-(${force})*${c}-0.05*u[4]^2*${s}*${c}+1.1*9.81*${s})/(0.5*${den})`;
    d.add("f", "function", { formula: `[u[2]; ${pushed}; u[4]; ${turned}]` });
  } else {
    names = ["x", "v"];
    integrator("x", 2);
    integrator("v", 0);
    d.add("f", "function", { formula: `[u[2]; ${name === "vdp1" ? "" : "1000*"}(1-u[1]^2)*u[2]-u[1]]` });
  }
  d.add("all", "mux", { count: String(names.length) });
  d.add("split", "demux", { widths: names.map(() => "1").join(", ") });
  names.forEach((block, i) => {
    d.wire(`${block}.out`, `all.in${i + 1}`);
    d.wire(`split.out${i + 1}`, `${block}.in`);
  });
  d.wire("all.out", "f.u");
  d.wire("f.y", "split.in");
  d.add("Scope", "scope");
  d.wire("all.out", "Scope.in1");
  const { rtol } = equations[name];
  // A picture's worth of points, as a plot has; the integrator chooses its own steps.
  return documentOf(name, d.sheet(), {
    stop: String(stop),
    step: String(stop / 1000),
    solver,
    rtol: String(rtol),
    atol: String(rtol * 1e-3),
  });
}

/**
 * The Brusselator on a line of inner points (Hairer & Wanner, "Solving Ordinary Differential Equations II", IV.10, its alpha 1/50):
 * u' = 1 + u^2 v - 4 u + k u_xx and v' = 3 u - u^2 v + k v_xx, with u = 1 and v = 3 at both ends. A Function a point, which makes what
 * depends on the point, and wires from its neighbours.
 */
export function brusselator(cells: number, run: Run = {}): LazoDocument {
  const d = drawing();
  const k = 0.02 * (cells + 1) ** 2;
  for (let i = 0; i < cells; i++) {
    const initial = 1 + Math.sin((2 * Math.PI * (i + 1)) / (cells + 1));
    d.add(`u${i}`, "integrator", { initial: String(initial) });
    d.add(`v${i}`, "integrator", { initial: "3" });
    d.add(`both${i}`, "mux", { count: "2" });
    const ends = (i === 0 ? 1 : 0) + (i === cells - 1 ? 1 : 0);
    const u = `1+u[1]^2*u[2]-${4 + 2 * k}*u[1]+${k * ends}`;
    const v = `3*u[1]-u[1]^2*u[2]-${2 * k}*u[2]+${3 * k * ends}`;
    d.add(`f${i}`, "function", { formula: `[${u}; ${v}]` });
    d.add(`split${i}`, "demux", { widths: "1, 1" });
    d.wire(`u${i}.out`, `both${i}.in1`);
    d.wire(`v${i}.out`, `both${i}.in2`);
    d.wire(`both${i}.out`, `f${i}.u`);
    d.wire(`f${i}.y`, `split${i}.in`);
    for (const [x, out] of [
      ["u", "out1"],
      ["v", "out2"],
    ] as const) {
      d.wire(`split${i}.${out}`, `${x}${i}.in`);
      if (i > 0) d.wire(`${x}${i - 1}.out`, `${x}${i}.in`, k);
      if (i < cells - 1) d.wire(`${x}${i + 1}.out`, `${x}${i}.in`, k);
    }
  }
  d.add("y", "output");
  d.wire(`u${Math.floor(cells / 2)}.out`, "y.y");
  return documentOf(`Brusselator of ${2 * cells} states`, d.sheet(), { rtol: "1e-6", atol: "1e-9", ...run });
}
