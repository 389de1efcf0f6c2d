/**
 * A Kalman filter and its smoother over 10,000 samples, beside loops in C, NumPy and Octave on the same systems. Twice: with the covariance
 * of every sample computed, as those loops do, and as it is used, where those that repeat to the last bit are not computed again.
 */
import { kalmanFilter, rts } from "../core/index.ts";
import { kalmanSystem } from "./kalmanSystem.ts";
import { c, note, octave, ownPython, pick, timesOf } from "./peers.ts";
import { duration, error, faster, measure, slower } from "./table.ts";
import type { Table } from "./table.ts";

const samples = 10_000;
/** Log-likelihood, and the sum of |x1| filtered and smoothed, as the C loop gives them. */
const expected = {
  4: { loglik: -22194.565621, filtered: 2794.7419305053, smoothed: 3580.50887924968 },
  20: { loglik: -158962.672782, filtered: 9957.88421359724, smoothed: 10264.248153492 },
} as const;

const sumOfFirst = (x: Float64Array, n: number): number => {
  let sum = 0;
  for (let i = 0; i < x.length; i += n) sum += Math.abs(x[i]!);
  return sum;
};

export default function run(): Table {
  const compiled = c("b4_kalman");
  const numpy = ownPython("kalman.py", 2);
  const script = octave("b4_kalman.m", 1);
  const rows = ([4, 20] as const).flatMap((n) => {
    const { model, y, m } = kalmanSystem(n, samples);
    const size = `n=${n} m=${m}`;
    const wanted = expected[n];
    const filter = (every: boolean) => {
      const found = kalmanFilter(model, y, undefined, { every });
      if (!found.ok) throw new Error(found.code);
      return found;
    };
    return [true, false].flatMap((every) => {
      const found = filter(every);
      const smooth = (() => {
        const done = rts(found, { every });
        if (!done.ok) throw new Error(done.code);
        return done;
      })();
      const one = (work: string, ours: () => unknown, check: number, sum: number, loglik: string): string[] => {
        const times = measure(ours, undefined, 2000);
        const name = work === "filter" ? "kalman" : "rts";
        const peer = timesOf(
          pick(
            compiled.filter(({ bench }) => bench === name),
            "loop",
            size,
          ),
        );
        const python = timesOf(
          pick(
            numpy.filter(({ bench }) => bench === name),
            "python loop",
            size,
          ),
        );
        const m = timesOf(
          pick(
            script.filter(({ bench }) => bench === name),
            "m-code",
            size,
          ),
        );
        return [
          work,
          `${n}, ${n / 2}`,
          every ? "every sample" : "until they repeat",
          duration(times.median),
          duration(times.min),
          duration(peer?.median),
          slower(times, peer, 2),
          duration(python?.median),
          faster(times, python, every ? undefined : 30),
          faster(times, m),
          loglik,
          error(Math.abs(sum / check - 1)),
        ];
      };
      return [
        one(
          "filter",
          () => filter(every),
          wanted.filtered,
          sumOfFirst(found.x, n),
          `${found.loglik.toFixed(6)}, ${error(Math.abs(found.loglik / wanted.loglik - 1))}`,
        ),
        one("smoother", () => rts(found, { every }), wanted.smoothed, sumOfFirst(smooth.x, n), ""),
      ];
    });
  });
  return {
    title: "Kalman filter and smoother, 10,000 samples",
    columns: [
      "work",
      "n, m",
      "covariances",
      "Lazo",
      "best",
      "C -O3",
      "Lazo / C: median / best",
      "NumPy",
      "NumPy / Lazo",
      "Octave / Lazo",
      "log-likelihood, error",
      "error of Σ|x1|",
    ],
    rows,
    notes: [
      "C, NumPy and Octave compute every covariance, by the short form; Lazo by Joseph's. The smoother's time is without its filter's.",
      "Errors: relative to the C loop's figures.",
      ...(note ? [note] : []),
    ],
  };
}
