/** Matrix equations and eigenvalues: beside SciPy (LAPACK), Octave's control package and SLICOT called from C, on their systems. */
import { eigenvalues } from "../core/math/eigenvalues.ts";
import { dlyap, lyap } from "../core/math/lyapunov.ts";
import { care, dare } from "../core/math/riccati.ts";
import { realSchur } from "../core/math/schur.ts";
import { Matrix } from "ml-matrix";
import { c, note, octave, ownPython, pick, timesOf } from "./peers.ts";
import type { Measurement } from "./peers.ts";
import { duration, error, measure, slower } from "./table.ts";
import type { Table } from "./table.ts";

/** The peers' systems, by the generator that made them. */
function system(n: number) {
  let x = 3000 + n;
  const next = (): number => {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0;
    return x / 4294967296 - 0.5;
  };
  const matrix = (rows: number, cols: number): Matrix =>
    new Matrix(Array.from({ length: rows }, () => Array.from({ length: cols }, next)));
  const m = Math.max(2, Math.floor(n / 5));
  const A = matrix(n, n).mul(Math.sqrt(12 / n));
  const B = matrix(n, m);
  const C = matrix(m, n);
  const Q = C.transpose().mmul(C).add(Matrix.eye(n).mul(0.01));
  return { A, stable: Matrix.sub(A, Matrix.eye(n).mul(1.5)), B, Q, R: Matrix.eye(m) };
}

/** What was left of the equation; a benchmark of wrong answers is none. */
function solved(found: { readonly ok: boolean; readonly residual?: number }): number {
  if (!found.ok || found.residual === undefined) throw new Error("not solved");
  return found.residual;
}

export default function run(): Table {
  const scipy = ownPython("riccati.py");
  const control = octave("b5_matrix.m");
  const slicot = c("b5_slicot");
  const row = (
    work: string,
    n: number,
    ours: () => number,
    peer: { readonly scipy?: string; readonly octave?: string; readonly slicot?: string },
    most?: number,
  ): string[] => {
    let left = 0;
    const times = measure(() => (left = ours()), undefined, n > 100 ? 6000 : 1500);
    const theirs = (list: readonly Measurement[], name: string | undefined, size: string) =>
      name === undefined ? undefined : timesOf(pick(list, name, size));
    const python = theirs(scipy, peer.scipy, `n=${n} `);
    const m = control.find((one) => one.fn === peer.octave && one.size === `n=${n}`);
    const fortran = slicot.find((one) => one.bench === peer.slicot && one.size === `n=${n}`);
    const residual = pick(scipy, `residual of ${work}`, `n=${n} `)?.err;
    return [
      work,
      String(n),
      duration(times.median),
      duration(times.min),
      duration(python?.median),
      slower(times, python, most),
      slower(times, timesOf(m)),
      slower(times, timesOf(fortran)),
      error(left),
      residual === undefined ? "–" : error(residual),
    ];
  };
  const sizes = [10, 50, 200];
  const rows = [
    ...sizes.flatMap((n) => {
      const { A, B, Q, R, stable } = system(n);
      return [
        row("care", n, () => solved(care(A, B, Q, R)), { scipy: "care", octave: "care", slicot: "care" }, 1),
        row("dare", n, () => solved(dare(A, B, Q, R)), { scipy: "dare", octave: "dare", slicot: "dare" }, 1),
        row("lyap", n, () => solved(lyap(stable, Q)), { scipy: "lyap", octave: "lyap", slicot: "lyap" }),
        row("dlyap", n, () => solved(dlyap(Matrix.mul(stable, 0.25), Q)), { octave: "dlyap" }),
      ];
    }),
    ...[10, 50, 100, 200].flatMap((n) => {
      const { A } = system(n);
      const flat = Float64Array.from(A.to1DArray());
      const most = n === 100 ? 3 : undefined;
      const names = { scipy: "eig", octave: "eig", slicot: "eig" };
      return [
        row("eigenvalues, QR alone", n, () => (realSchur(flat, n, false).converged ? 0 : Number.NaN), names, most),
        row("eigenvalues, checked", n, () => eigenvalues(A).residual, names, most),
      ];
    }),
  ];
  return {
    title: "Matrix equations and eigenvalues",
    columns: [
      "work",
      "n",
      "Lazo",
      "best",
      "SciPy",
      "Lazo / SciPy: median / best",
      "Lazo / Octave",
      "Lazo / SLICOT, C",
      "left of it",
      "by SciPy",
    ],
    rows,
    notes: [
      "care and dare give poles, residual and condition with X; SciPy and SLICOT X alone. SciPy's eigenvalues are numpy's, LAPACK's dgeev.",
      "Left of it: of the equation, relative to its terms (Frobenius norms). Eigenvalues: the largest |A v - s v| / |A|; QR alone does not say.",
      ...(note ? [note] : []),
    ],
  };
}
