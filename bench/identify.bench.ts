/**
 * Models beside those of Octave's n4sid (SLICOT), in two tables. Of the recorded sets of DaISy, by halves: they are no part of this project, the environment
 * variable DAISY names the folder of the CSV files; fits are of the second half, which no program saw, by simulation from the best initial state, for all
 * models by the same code. And of random plants whose noise is known, of which a model should answer new inputs as the plant does without noise.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { n4sid, pem, predict, ss } from "../core/index.ts";
import type { Innovations, Recording } from "../core/index.ts";
import { Matrix } from "ml-matrix";
import { kinds, recorded } from "./identifyPlants.ts";
import { duration, measure, median } from "./table.ts";
import type { Table } from "./table.ts";

/** Columns of inputs and outputs from 1; order, and the horizon that Octave is given. */
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

/** What Octave's n4sid takes where it is given no horizon. */
const ownHorizon = (order: number): number => Math.min(2 * order, order + 10);

const shown = (list: readonly number[] | undefined): string => list?.map((v) => v.toFixed(2)).join(", ") ?? "–";

export default function run(): readonly Table[] {
  return [recordedSets(), plants()];
}

function recordedSets(): Table {
  const title = "Identification: fit in % on the half held back, by output";
  const columns = [
    "set",
    "order",
    "Octave",
    "Octave, own horizon",
    "N4SID, same horizon",
    "N4SID",
    "refined",
    "less than Octave by",
    "than by own horizon",
    "Octave",
    "N4SID",
    "refined",
  ];
  if (folder === "" || !existsSync(folder))
    return { title, columns, rows: [], notes: ["The environment variable DAISY names no folder with the sets."] };
  const given = sets.map((set) => ({ set, ...halves(set) }));
  const jobs = given.flatMap(({ set, skip, samples: train }) => {
    const job = { ...set, file: join(folder, `daisy_${set.name}.csv`), skip, train, centred: true };
    return [job, { ...job, name: `${set.name} own`, s: ownHorizon(set.order) }];
  });
  const answers = octave(jobs);
  const rows = given.map(({ set, train, test }) => {
    const { order, s: horizon } = set;
    const [answer, own] = [set.name, `${set.name} own`].map((name) => answers.find(({ fn }) => fn === name));
    const [peer, peerOwn] = [answer, own].map((one) => fits(theirs(one, set.u.length, set.y.length), test));
    const same = n4sid(train, { order, horizon });
    const chosen = n4sid(train, { order });
    const began = performance.now();
    const refined = pem(train, { order });
    const took = performance.now() - began;
    if (!same.ok || !chosen.ok || !refined.ok) throw new Error(JSON.stringify([set.name, same, chosen.ok, refined.ok]));
    const [alike, ours, better] = [same, chosen, refined].map((model) => fits(model, test));
    const time = measure(() => n4sid(train, { order }), undefined, 500);
    const short = (fit: readonly number[] | undefined, than: readonly number[] | undefined): string =>
      than && fit ? Math.max(...than.map((v, i) => v - fit[i]!)).toFixed(2) : "–";
    return [
      set.name,
      String(order),
      shown(peer),
      shown(peerOwn),
      shown(alike),
      `${shown(ours)} (${[chosen.horizon, chosen.weighting, chosen.inputs].join(", ")})`,
      shown(better),
      [alike, ours, better].map((fit) => short(fit, peer)).join(" / "),
      short(ours, peerOwn),
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
      "Octave: by the horizons of this bench, which N4SID shares in the column that says so, and by the one that n4sid takes where none is given, 2 n. N4SID: all chosen on the first half (in brackets).",
      "Refined: prediction errors made smallest from N4SID on. Less than Octave by: the output that falls most short of Octave's, N4SID by the same horizon / N4SID / refined; negative where all are better.",
      "Times: the best of several, of the refinement once.",
      ...notesOf(answers),
    ],
  };
}

const notesOf = (answers: readonly Answer[]): readonly string[] => [
  ...answers.flatMap(({ fn, error }) => (error === undefined ? [] : [`Octave on ${fn}: ${error}`])),
  ...(answers.length === 0 ? ["Octave with its control package could not be run."] : []),
];

/** Medians over a few plants of each kind, models being of the kind's order. */
function plants(): Table {
  const seeds = [1, 2, 3, 4, 5];
  const room = mkdtempSync(join(tmpdir(), "identify-"));
  try {
    const given = kinds.flatMap((kind) =>
      seeds.map((seed) => {
        const { train, answer } = recorded(kind, seed);
        const file = join(room, `${kinds.indexOf(kind)}-${seed}.csv`);
        const lines = Array.from(train.y[0]!, (_, k) => [...train.u, ...train.y].map((v) => v[k]!).join(","));
        writeFileSync(file, lines.join("\n"));
        return { kind, train, answer, file };
      }),
    );
    const answers = octave(
      given.map(({ kind, file }) => ({
        name: file,
        u: Array.from({ length: kind.m }, (_, j) => j + 1),
        y: Array.from({ length: kind.p }, (_, j) => kind.m + j + 1),
        order: kind.order,
        s: ownHorizon(kind.order),
        file,
        skip: 0,
        train: kind.samples,
        centred: false,
      })),
    );
    // In dB, as fits near 100 % tell little apart.
    const error = (model: Parameters<typeof fits>[0], answer: Recording): number | undefined => {
      const fit = fits(model, answer);
      return fit && 20 * Math.log10(fit.reduce((sum, v) => sum + 1 - v / 100, 0) / fit.length);
    };
    const rows = kinds.map((kind) => {
      const errors = given
        .filter((one) => one.kind === kind)
        .map(({ train, answer, file }) => {
          const models = [
            {
              inputs: "simulation" as const,
              horizon: Math.min(15, Math.floor(kind.samples / (3 * (kind.m + kind.p) + 2))),
            },
            {},
          ].map((options) => n4sid(train, { order: kind.order, ...options }));
          const peer = theirs(
            answers.find(({ fn }) => fn === file),
            kind.m,
            kind.p,
          );
          return [peer, ...models.map((model) => (model.ok ? model : undefined))].map((model) => error(model, answer));
        });
      const column = (c: number): string => {
        const values = errors.flatMap((row) => (row[c] === undefined ? [] : [row[c]]));
        return values.length === 0 ? "–" : `${median(values).toFixed(1)} (${Math.max(...values).toFixed(1)})`;
      };
      return [
        kind.name,
        `${kind.n} as ${kind.order}`,
        `${kind.m} x ${kind.p}`,
        String(kind.samples),
        column(0),
        column(1),
        column(2),
      ];
    });
    return {
      title: "Identification of random plants: error of the answer to new inputs, in dB of what it moves by",
      columns: ["kind", "states", "in x out", "samples", "Octave", "N4SID, long horizon, simulated", "N4SID"],
      rows,
      notes: [
        `Medians over ${seeds.length} plants of each kind (the worst in brackets); Octave's n4sid by its own horizon. Simulated: B and D by the errors of the simulation alone.`,
        ...notesOf(answers),
      ],
    };
  } finally {
    rmSync(room, { recursive: true });
  }
}
