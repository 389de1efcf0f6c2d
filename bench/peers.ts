/**
 * The same work done by programs of others, in the same go: C compiled with -O3, SUNDIALS, SciPy, Octave, python-control. They are no
 * part of this project. The environment variable PEERS names a folder in which they are built (its own README says how);
 * without it every table is printed without them.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Timing } from "./table.ts";

/** One line that a peer printed. Times in seconds. */
export interface Measurement {
  readonly bench: string;
  readonly lib: string;
  readonly fn: string;
  readonly size: string;
  readonly median_s?: number;
  readonly min_s?: number;
  readonly build_s?: number;
  readonly sim_s?: number;
  readonly check?: number;
  readonly err?: number;
  readonly error?: string;
}

const folder = process.env["PEERS"];

/** Whether there are any; what to say under a table otherwise. */
export const havePeers = folder !== undefined && folder !== "" && existsSync(folder);
export const note = havePeers
  ? undefined
  : "Only our own times: the environment variable PEERS names no folder with the programs of others.";

const failures: string[] = [];
/** What could not be run, once. */
export const peerFailures = (): readonly string[] => [...new Set(failures)];

/** Runs a program in the peers' folder and reads the lines it printed; none when it is not there or printed nothing. */
function run(program: string, args: readonly string[], runs: number, at = ""): readonly Measurement[] {
  if (!havePeers) return [];
  const home = folder as string;
  const { PYTHONPATH } = process.env;
  const done = spawnSync(program, args, {
    cwd: join(home, at),
    encoding: "utf8",
    maxBuffer: 1e8,
    timeout: 600_000,
    env: {
      ...process.env,
      RUNS: String(runs),
      BUDGET: "20",
      // One thread for everyone.
      OPENBLAS_NUM_THREADS: "1",
      OMP_NUM_THREADS: "1",
      OPENBLAS_CORETYPE: process.env["OPENBLAS_CORETYPE"] ?? "SKYLAKEX",
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONPATH: [join(home, "bench"), ...(PYTHONPATH ? [PYTHONPATH] : [])].join(delimiter),
    },
  });
  const lines = (done.stdout ?? "").split("\n").flatMap((line): Measurement[] => {
    try {
      return line.startsWith("{") ? [JSON.parse(line) as Measurement] : [];
    } catch {
      return [];
    }
  });
  if (lines.length === 0) failures.push([program.split("/").pop(), ...args].join(" "));
  return lines.filter((line) => line.error === undefined);
}

/** A program of the folder's `c`. */
export const c = (name: string): readonly Measurement[] => run(join(folder ?? "", "c", name), [], 9);
/**
 * A C program of this folder, built with the flags and the header of the peers' own; none where there is no compiler or a library is
 * missing.
 */
export function ownC(
  name: string,
  libraries: readonly string[],
  defines: readonly string[] = [],
): readonly Measurement[] {
  if (!havePeers) return [];
  const program = resolve("dist", "bench", name);
  const flags = ["-O3", "-march=native", "-fno-math-errno", "-ffp-contract=fast", "-ffast-math"];
  const options = [
    ...defines.map((define) => `-D${define}`),
    "-I",
    join(folder as string, "c"),
    "-I/usr/include/suitesparse",
  ];
  const given = [...flags, ...options, "-o", program, resolve("bench", `${name}.c`)];
  const built = spawnSync("gcc", [...given, ...libraries.map((library) => `-l${library}`), "-lm"]);
  if (built.status === 0) return run(program, [], 9);
  failures.push(`gcc ${name}.c`);
  return [];
}
/** A script of the folder's `bench`; PEERS_PYTHON names the interpreter. */
export const python = (script: string, args: readonly string[] = [], runs = 3): readonly Measurement[] =>
  run(process.env["PEERS_PYTHON"] ?? "python3", [join("bench", script), ...args], runs);
/** A script of this folder, for the same interpreter: run in the peers' folder, so that it reads their systems and times as they do. */
export const ownPython = (script: string, runs = 3): readonly Measurement[] =>
  run(process.env["PEERS_PYTHON"] ?? "python3", [resolve("bench", script)], runs);
export const octave = (script: string, runs = 2): readonly Measurement[] =>
  run("octave-cli", ["--no-gui", "--no-window-system", "--quiet", script], runs, "bench");

/** The measurement of a function at a size; `fn` is how its name begins. */
export function pick(list: readonly Measurement[], fn: string, size: string): Measurement | undefined {
  return list.find((one) => one.fn.startsWith(fn) && one.size.startsWith(size));
}

/** Its times in milliseconds. */
export function timesOf(one: Measurement | undefined): Timing | undefined {
  const median = one?.median_s ?? one?.build_s;
  return median === undefined ? undefined : { median: 1000 * median, min: 1000 * (one?.min_s ?? median) };
}
