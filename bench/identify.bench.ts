/**
 * Models beside those of Octave's n4sid (SLICOT), in three tables. Of the recorded sets of DaISy, by halves: they are no part of this project, the environment
 * variable DAISY names the folder of the CSV files; fits are of the second half, which no program saw, by simulation from the best initial state, for all
 * models by the same code; of other parts of the same sets. And of random plants whose noise is known, of which a model should answer new inputs as the plant does without noise.
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

/** Of a record, as shares: what models are made of, and what they are judged by. */
interface Split {
  readonly name: string;
  readonly train: readonly [number, number];
  readonly test: readonly [number, number];
}

const halves: Split = { name: "halves", train: [0, 1 / 2], test: [1 / 2, 1] };
const others: readonly Split[] = [
  { name: "halves, swapped", train: [1 / 2, 1], test: [0, 1 / 2] },
  { name: "first two thirds, last one", train: [0, 2 / 3], test: [2 / 3, 1] },
  { name: "last two thirds, first one", train: [1 / 3, 1], test: [0, 1 / 3] },
];

interface Parts {
  readonly train: Recording;
  readonly test: Recording;
  /** Lines before the first sample of `train`, and how many samples that has. */
  readonly skip: number;
  readonly samples: number;
}

/** The means of what models are made of are taken from both. */
function parts({ name, u, y }: (typeof sets)[number], { train, test }: Split): Parts {
  const lines = readFileSync(join(folder, `daisy_${name}.csv`), "utf8")
    .trim()
    .split("\n");
  const header = lines.findIndex((line) => !line.startsWith("#")) + 1;
  const rows = lines.slice(header).map((line) => line.split(",").map(Number));
  const [from, to, first, end] = [...train, ...test].map((share) => Math.floor(share * rows.length)) as [
    number,
    number,
    number,
    number,
  ];
  const channel = (column: number) => {
    const values = rows.map((row) => row[column - 1]!);
    const mean = values.slice(from, to).reduce((sum, v) => sum + v, 0) / (to - from);
    return values.map((v) => v - mean);
  };
  const part = (a: number, z: number): Recording => ({
    u: u.map((column) => channel(column).slice(a, z)),
    y: y.map((column) => channel(column).slice(a, z)),
  });
  return { train: part(from, to), test: part(first, end), skip: header + from, samples: to - from };
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
  return [recordedSets(), otherSplits(), plants()];
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
  const given = sets.map((set) => ({ set, ...parts(set, halves) }));
  const answers = octave(given.flatMap(({ set, ...one }) => jobsOf(set, one, set.name)));
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

/** By the horizon of this bench and by that which Octave takes itself. */
function jobsOf(set: (typeof sets)[number], { skip, samples: train }: Parts, name: string): readonly object[] {
  const job = { ...set, name, file: join(folder, `daisy_${set.name}.csv`), skip, train, centred: true };
  return [job, { ...job, name: `${name} own`, s: ownHorizon(set.order) }];
}

/** The same sets parted otherwise, so that no choice is made for one part alone. */
function otherSplits(): Table {
  const title = "Identification: mean fit in % over the outputs, other parts of the sets held back";
  const columns = ["set", "made of and judged by", "Octave", "Octave, own horizon", "N4SID", "chosen"];
  if (folder === "" || !existsSync(folder)) return { title, columns, rows: [] };
  const given = sets.flatMap((set) => others.map((split) => ({ set, split, ...parts(set, split) })));
  const nameOf = ({ set, split }: (typeof given)[number]): string => `${set.name}, ${split.name}`;
  const answers = octave(given.flatMap((one) => jobsOf(one.set, one, nameOf(one))));
  const mean = (fit: readonly number[] | undefined): string =>
    fit ? (fit.reduce((sum, v) => sum + v, 0) / fit.length).toFixed(2) : "–";
  const rows = given.map((one) => {
    const { set, split, train, test } = one;
    const peers = [nameOf(one), `${nameOf(one)} own`].map((name) =>
      theirs(
        answers.find(({ fn }) => fn === name),
        set.u.length,
        set.y.length,
      ),
    );
    const ours = n4sid(train, { order: set.order });
    if (!ours.ok) throw new Error(JSON.stringify([set.name, ours]));
    return [
      set.name,
      split.name,
      ...[...peers, ours].map((model) => mean(fits(model, test))),
      [ours.horizon, ours.weighting, ours.inputs].join(", "),
    ];
  });
  return { title, columns, rows, notes: notesOf(answers) };
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
