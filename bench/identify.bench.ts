/**
 * Models from the recorded sets of DaISy, beside those of Octave's n4sid (SLICOT) on the same halves. The sets are no part of this project: the environment
 * variable DAISY names the folder of the CSV files. Fits are of the second half, which no program saw, by simulation from the best initial state, for
 * all models by the same code.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { n4sid, pem, predict, ss } from "../core/index.ts";
import type { Innovations, Recording } from "../core/index.ts";
import { Matrix } from "ml-matrix";
import { duration, measure } from "./table.ts";
import type { Table } from "./table.ts";

/** Columns of inputs and outputs from 1; order and horizon for all programs. */
const sets = [
  { name: "hair_dryer", u: [1], y: [2], order: 4, s: 15 },
  { name: "heat_exchanger", u: [2], y: [3], order: 3, s: 15 },
  { name: "robot_arm", u: [1], y: [2], order: 5, s: 15 },
  { name: "ball_and_beam", u: [1], y: [2], order: 3, s: 15 },
  { name: "cd_player_arm", u: [1, 2], y: [3, 4], order: 8, s: 15 },
  { name: "evaporator", u: [1, 2, 3], y: [4, 5, 6], order: 5, s: 10 },
  { name: "industrial_dryer", u: [2, 3, 4], y: [5, 6, 7], order: 4, s: 5 },
  { name: "steam_generator", u: [2, 3, 4, 5], y: [6, 7, 8, 9], order: 8, s: 10 },
];

const folder = process.env["DAISY"] ?? "";

interface Halves {
  readonly train: Recording;
  readonly test: Recording;
  readonly skip: number;
  readonly samples: number;
}

/** The means of the first half are taken from both. */
function halves({ name, u, y }: (typeof sets)[number]): Halves {
  const lines = readFileSync(join(folder, `daisy_${name}.csv`), "utf8")
    .trim()
    .split("\n");
  const skip = lines.findIndex((line) => !line.startsWith("#")) + 1;
  const rows = lines.slice(skip).map((line) => line.split(",").map(Number));
  const samples = Math.floor(rows.length / 2);
  const channel = (column: number) => {
    const values = rows.map((row) => row[column - 1]!);
    const mean = values.slice(0, samples).reduce((sum, v) => sum + v, 0) / samples;
    return values.map((v) => v - mean);
  };
  const part = (from: number, to: number): Recording => ({
    u: u.map((column) => channel(column).slice(from, to)),
    y: y.map((column) => channel(column).slice(from, to)),
  });
  return { train: part(0, samples), test: part(samples, rows.length), skip, samples };
}

interface Answer {
  readonly fn: string;
  readonly size: string;
  readonly min_s: number;
  readonly A: readonly number[];
  readonly B: readonly number[];
  readonly C: readonly number[];
  readonly D: readonly number[];
  readonly error?: string;
}

function octave(jobs: readonly object[]): readonly Answer[] {
  const room = mkdtempSync(join(tmpdir(), "identify-"));
  try {
    writeFileSync(join(room, "jobs.json"), JSON.stringify(jobs));
    const args = ["--no-gui", "--no-window-system", "--quiet", resolve("bench", "n4sid.m"), join(room, "jobs.json")];
    const { stdout } = spawnSync("octave-cli", args, {
      encoding: "utf8",
      maxBuffer: 1e8,
      timeout: 600_000,
      env: {
        ...process.env,
        OPENBLAS_NUM_THREADS: "1",
        OPENBLAS_CORETYPE: process.env["OPENBLAS_CORETYPE"] ?? "HASWELL",
      },
    });
    return (stdout ?? "")
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Answer);
  } finally {
    rmSync(room, { recursive: true });
  }
}

function theirs(
  answer: Answer | undefined,
  inputs: number,
  outputs: number,
): Pick<Innovations, "system" | "K"> | undefined {
  if (!answer || answer.error !== undefined) return undefined;
  const n = Number(answer.size);
  const matrix = (data: readonly number[], rows: number, cols: number) =>
    Array.from({ length: rows }, (_, i) => data.slice(i * cols, (i + 1) * cols));
  const system = ss(
    matrix(answer.A, n, n),
    matrix(answer.B, n, inputs),
    matrix(answer.C, outputs, n),
    matrix(answer.D, outputs, inputs),
    1,
  );
  return { system, K: Matrix.zeros(n, outputs) };
}

function fits(model: Pick<Innovations, "system" | "K"> | undefined, data: Recording): readonly number[] | undefined {
  const said = model && predict(model, data);
  return said?.ok === true ? said.fit : undefined;
}

const shown = (list: readonly number[] | undefined): string => list?.map((v) => v.toFixed(2)).join(", ") ?? "–";

export default function run(): Table {
  const title = "Identification: fit in % on the half held back, by output";
  const columns = ["set", "order", "Octave", "N4SID", "refined", "less than Octave by", "Octave", "N4SID", "refined"];
  if (folder === "" || !existsSync(folder))
    return { title, columns, rows: [], notes: ["The environment variable DAISY names no folder with the sets."] };
  const given = sets.map((set) => ({ set, ...halves(set) }));
  const answers = octave(
    given.map(({ set, skip, samples }) => ({
      ...set,
      file: join(folder, `daisy_${set.name}.csv`),
      skip,
      train: samples,
    })),
  );
  const rows = given.map(({ set, train, test }) => {
    const { order, s: horizon } = set;
    const answer = answers.find(({ fn }) => fn === set.name);
    const peer = fits(theirs(answer, set.u.length, set.y.length), test);
    const subspace = n4sid(train, { order, horizon });
    const began = performance.now();
    const refined = pem(train, { order, horizon });
    const took = performance.now() - began;
    if (!subspace.ok || !refined.ok) throw new Error(JSON.stringify([set.name, subspace.ok, refined]));
    const [ours, better] = [fits(subspace, test), fits(refined, test)];
    const time = measure(() => n4sid(train, { order, horizon }), undefined, 500);
    const short = (fit: readonly number[] | undefined): string =>
      peer && fit ? Math.max(...peer.map((v, i) => v - fit[i]!)).toFixed(2) : "–";
    return [
      set.name,
      String(order),
      shown(peer),
      shown(ours),
      shown(better),
      `${short(ours)} / ${short(better)}`,
      duration(answer?.error === undefined && answer ? 1000 * answer.min_s : undefined),
      duration(time.min),
      duration(took),
    ];
  });
  return {
    title,
    columns,
    rows,
    notes: [
      "Refined: prediction errors made smallest from N4SID on. Less than Octave by: the output that falls most short of Octave's, N4SID / refined; negative where all are better.",
      "Times: the best of several, of the refinement once.",
      ...answers.flatMap(({ fn, error }) => (error === undefined ? [] : [`Octave on ${fn}: ${error}`])),
      ...(answers.length === 0 ? ["Octave with its control package could not be run."] : []),
    ],
  };
}
