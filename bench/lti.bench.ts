/** A linear system over 100,000 samples of recorded data: sampled, and continuous with straight lines between the samples. */
import { expm } from "../core/math/expm.ts";
import { compiled, engineOf, finished, settingsOf, trace } from "./engine.ts";
import { c, note, octave, pick, python, timesOf } from "./peers.ts";
import { lti, randomSystem } from "./systems.ts";
import { duration, error, faster, measure, slower } from "./table.ts";
import type { Table, Timing } from "./table.ts";

const samples = 100_000;
const dt = 0.01;
/** sum |y| as the C loop and SciPy's lsim (foh) have it. */
const expected = {
  2: { sampled: 5506.51579388765, continuous: 5506.50062531303 },
  10: { sampled: 4460.10270549687, continuous: 4460.11866555905 },
  100: { sampled: 45861.4138292508, continuous: 45861.3469261385 },
} as const;

/** x[k+1] of the system with its input held over dt. */
function held(system: ReturnType<typeof randomSystem>): ReturnType<typeof randomSystem> {
  const n = system.A.length;
  const w = new Float64Array((n + 1) ** 2);
  system.A.forEach((row, i) => {
    row.forEach((a, j) => (w[i * (n + 1) + j] = dt * a));
    w[i * (n + 1) + n] = dt * system.B[i]![0]!;
  });
  const e = expm(w, n + 1);
  return {
    A: system.A.map((row, i) => row.map((_, j) => e[i * (n + 1) + j]!)),
    B: system.B.map((_, i) => [e[i * (n + 1) + n]!]),
    C: system.C,
  };
}

export default function run(): Table {
  const loop = c("b1_lti");
  const scipy = python("b1_lti.py");
  const m = octave("b1_lti.m");
  const rows = ([2, 10, 100] as const).flatMap((n) =>
    (["sampled", "continuous"] as const).map((kind) => {
      const system = randomSystem(n);
      const document = lti(kind === "sampled" ? held(system) : system, samples, dt, kind === "sampled");
      const { model } = compiled(document);
      const settings = settingsOf(document);
      let y: Float64Array = new Float64Array(0);
      const recording = (records: typeof model.ir.records): Timing =>
        measure(
          (engine) => {
            y = trace(finished(engine, model, settings, records), "y");
          },
          () => engineOf(model),
          2000,
        );
      const everything = recording(model.ir.records);
      const ours = recording(model.ir.records.filter(({ path }) => path === "y"));
      // Like the others', the check is not timed.
      const sum = y.reduce((total, value) => total + Math.abs(value), 0);
      const size = `n=${n} `;
      const theirs = timesOf(pick(loop, "dense column", size));
      const lsim = timesOf(pick(scipy, kind === "sampled" ? "signal.dlsim" : "signal.lsim(interp=True", size));
      const oct = timesOf(pick(m, kind === "sampled" ? "lsim(dt" : "lsim(ct", size));
      const least = n <= 10 ? 10 : undefined;
      return [
        String(n),
        kind,
        duration(ours.median),
        duration(ours.min),
        duration(everything.min),
        duration(theirs?.median),
        slower(ours, theirs, 1.5),
        duration(lsim?.median),
        faster(ours, lsim, least),
        duration(oct?.median),
        faster(ours, oct, least),
        error(Math.abs(sum / expected[n][kind] - 1)),
      ];
    }),
  );
  return {
    title: "LTI: 100,000 steps of a State-Space block fed by data; y is recorded, as beside it",
    columns: [
      "states",
      "time",
      "Lazo",
      "best",
      "best, with states",
      "C -O3",
      "Lazo / C: median / best",
      "SciPy",
      "SciPy / Lazo",
      "Octave",
      "Octave / Lazo",
      "error of Σ|y|",
    ],
    rows,
    notes: [
      'C runs the sampled loop, beside both kinds of time. "With states": every state is recorded too.',
      ...(note ? [note] : []),
    ],
  };
}
