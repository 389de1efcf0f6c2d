/** First-order lags on a chain, a ring, a grid and in nested subsystems: compiled, made a module, read as matrices and run. */
import { linearize } from "../core/index.ts";
import { compiled, engineOf, finished, settingsOf, trace } from "./engine.ts";
import { c, note, octave, peerFailures, pick, python, timesOf } from "./peers.ts";
import { lags } from "./systems.ts";
import type { Topology } from "./systems.ts";
import { duration, error, faster, measure, slower } from "./table.ts";
import type { Table, Timing } from "./table.ts";

const sizes = [100, 1000, 10_000] as const;
/** The most states whose matrices are asked for. */
const matricesTo = 1100;
const goal = { c: 2, control: 100, octave: 20, compile: 2000 } as const;
/** y(10) by the C program, which takes the same RK4 steps. */
const expected: { readonly [size: string]: number } = {
  "chain N=100": 0.0431062128347984,
  "chain N=1000": 0.0431062128347984,
  "ring N=100": 0.136970787998222,
  "ring N=1000": 0.136970787998222,
  "grid N=100": 0.111884351323902,
  "grid N=1024": 0.111081155672846,
};

export default function run(): Table {
  const program = c("b3_diagram");
  const m = octave("b3_diagram.m", 1);
  const control = python("b3_diagram.py", ["control", "ring", "1000"], 1);
  const rows = (["chain", "ring", "grid", "nested"] as const satisfies readonly Topology[]).flatMap((topology) =>
    sizes.map((size) => {
      const document = lags(topology, size, { solver: "rk4" });
      const first = performance.now();
      const good = compiled(document);
      const cold = performance.now() - first;
      const { model } = good;
      const compile = measure(() => compiled(document));
      // A copy of the structure is a new one: its code is made anew.
      const code = measure(
        (fresh) => engineOf(fresh),
        () => ({ ...model, ir: { ...model.ir } }),
      ).median;
      const matrices = size <= matricesTo ? measure(() => linearize(model)) : undefined;
      const settings = settingsOf(document);
      let y = 0;
      const recording = (records: typeof model.ir.records): Timing =>
        measure(
          (engine) => {
            const values = trace(finished(engine, model, settings, records), "y");
            y = values[values.length - 1]!;
          },
          () => engineOf(model),
        );
      const everything = recording(model.ir.records);
      const simulated = recording(model.ir.records.filter(({ path }) => path === "y"));
      const n = topology === "grid" ? Math.round(Math.sqrt(size)) ** 2 : size;
      const name = `${topology} N=${n}`;
      const theirs = timesOf(pick(program, "1000 x RK4", name));
      const built = (list: typeof m) => timesOf(list.find((one) => one.size === name));
      const both = matrices && { median: compile.median + matrices.median, min: compile.min + matrices.min };
      const known = expected[name];
      return [
        topology,
        String(n),
        duration(cold),
        duration(compile.median) +
          (size === 10_000
            ? `, best ${duration(compile.min)} (≤ 2 s: ${compile.min <= goal.compile ? "met" : "missed"})`
            : ""),
        duration(code),
        duration(matrices?.median),
        both === undefined ? "–" : faster(both, built(control), topology === "ring" ? goal.control : undefined),
        both === undefined
          ? "–"
          : faster(both, built(m), topology === "ring" && size === 1000 ? goal.octave : undefined),
        duration(everything.median),
        duration(simulated.median),
        slower(simulated, theirs, topology === "ring" && size === 1000 ? goal.c : undefined),
        known === undefined ? "–" : error(Math.abs(y / known - 1)),
      ];
    }),
  );
  return {
    title: "Diagrams of first-order lags; 1,000 RK4 steps",
    columns: [
      "drawing",
      "lags",
      "compile, first time",
      "compile",
      "code",
      "A B C D",
      "control / (compile + ABCD)",
      "Octave / (compile + ABCD)",
      "1,000 steps, all kept",
      "y kept",
      "Lazo / C: median / best",
      "error of y",
    ],
    rows,
    notes: [
      "C keeps y at the end, beside Lazo that keeps y; all kept: a thousand values of every signal too.",
      "control: python-control's interconnect; Octave: ss, append and mconnect of its control package.",
      ...peerFailures().map((failure) => `Could not be run: ${failure}.`),
      ...(note ? [note] : []),
    ],
  };
}
