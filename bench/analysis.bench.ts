/** What has to be done within a frame of 16 ms: Bode at 1,000 frequencies and a root locus at 500 gains, of 20 states. */
import { bode } from "../core/analysis/bode.ts";
import { rlocus } from "../core/analysis/rlocus.ts";
import { step } from "../core/analysis/step.ts";
import { ss } from "../core/lti/ss.ts";
import { zpk } from "../core/lti/zpk.ts";
import { note, ownPython, pick, timesOf } from "./peers.ts";
import { duration, measure, slower } from "./table.ts";
import type { Table } from "./table.ts";

const frame = 16;

export default function run(): Table {
  const theirs = ownPython("responses.py");
  const half = Array.from({ length: 10 }, (_, k): readonly [number, number] => [-0.1 - 0.05 * k, 1 + k]);
  const poles = half.flatMap(([re, im]): [number, number][] => [
    [re, im],
    [re, -im],
  ]);
  const system = ss(
    zpk(
      [
        [-1, 0],
        [-2, 3],
        [-2, -3],
      ],
      poles,
      1e6,
    ),
  );
  const frequencies = Float64Array.from({ length: 1000 }, (_, k) => 10 ** (-2 + (5 * k) / 999));
  const gains = Float64Array.from({ length: 500 }, (_, k) => 10 ** (-3 + (6 * k) / 499));
  const row = (work: string, ours: () => unknown, peers: readonly string[]): string[] => {
    const times = measure(ours);
    const [numpy, control] = peers.map((name) => timesOf(pick(theirs, name, "n=20 ")));
    return [
      work,
      duration(times.median),
      `${duration(times.min)} (≤ ${frame} ms: ${times.min <= frame ? "met" : "missed"})`,
      slower(times, numpy),
      slower(times, control),
    ];
  };
  return {
    title: "Responses of a system with 20 states",
    columns: ["work", "Lazo", "best", "Lazo / NumPy: median / best", "Lazo / python-control"],
    rows: [
      row("Bode at 1,000 given frequencies", () => bode(system, frequencies), ["bode", "control bode"]),
      row("Bode at its own frequencies", () => bode(system), []),
      row("root locus at 500 given gains", () => rlocus(system, gains), ["rlocus"]),
      row("root locus at its own gains", () => rlocus(system), []),
      row("step response at its own instants", () => step(system), []),
    ],
    notes: [
      "Beside Bode: scipy.signal.bode, which goes through polynomials, and python-control's frequency_response; beside the locus, numpy's eigenvalues.",
      ...(note ? [note] : []),
    ],
  };
}
