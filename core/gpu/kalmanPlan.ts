/**
 * What it takes to run the kernels of Kalman filters: buffers for as many samples as the device can hold and as keep a dispatch short, so
 * that no driver takes the device for hung; samples go through them segment by segment while states stay on the device.
 */
import type { GpuDevice, GpuInfo, GpuWords } from "./device.ts";
import {
  answerWords,
  KALMAN_MOST,
  KALMAN_THREADS,
  kalmanProgram,
  type KalmanShape,
  modelWords,
  pieceProgram,
  pieceWords,
  stateWords,
  SUM_WORDS,
} from "./kernels/kalman.ts";

export interface KalmanRun extends KalmanShape {
  /** Filter, or tell what each lane's samples do to whatever state they begin from. */
  readonly kind: "filter" | "piece";
  readonly lanes: number;
  /** Samples of each lane in all. */
  readonly steps: number;
  readonly drive: "none" | "shared" | "own";
  /** Each lane has its own model. */
  readonly own: boolean;
}

export interface KalmanPlan {
  readonly ok: true;
  /** Samples of a segment; what is left over makes a shorter one. */
  readonly segment: number;
  /** A, C, Q, R (words, lanes where each has its own). */
  model(words: Float32Array<ArrayBuffer>): void;
  /** Means and covariances of a filter, or elements (words, lanes), before the first segment. */
  start(words: Float32Array<ArrayBuffer>): void;
  /** Sends a segment's measurements (lanes, steps, p; NaN is missing) and drive (lanes, steps, n), and goes through them. Does not wait. */
  run(steps: number, measured: Float32Array<ArrayBuffer>, drive: Float32Array<ArrayBuffer> | undefined): void;
  /** Of the segment that was run last: answers as of kalmanProgram, sums (words, lanes); and the state after it. */
  answers(steps: number): Promise<GpuWords>;
  sums(): Promise<GpuWords>;
  state(): Promise<GpuWords>;
  release(): void;
}

export interface KalmanTooLarge {
  readonly ok: false;
  readonly code: "GPU_LIMIT";
  readonly message: string;
}

/** Multiplications of one dispatch: some ten milliseconds of a small GPU. */
const work = 2 ** 29;
/** Steps whose sums are still exact enough in float32. */
const longest = 256;

/** Lanes that go at once; 0 where one is too much. */
export function kalmanLanes(info: GpuInfo, run: Omit<KalmanRun, "lanes">): number {
  if (run.n > KALMAN_MOST || run.p > KALMAN_MOST) return 0;
  const words = Math.max(
    run.kind === "filter" ? stateWords(run) : pieceWords(run),
    answerWords(run),
    run.own ? modelWords(run) : 0,
  );
  return Math.min(Math.floor(bytesOf(info) / 4 / words), KALMAN_THREADS * info.limits.groups);
}

const bytesOf = ({ limits }: GpuInfo): number => Math.min(limits.binding, limits.buffer);

export function planKalman(device: GpuDevice, run: KalmanRun): KalmanPlan | KalmanTooLarge {
  const { kind, lanes, n, p, own, drive } = run;
  const filter = kind === "filter";
  const answered = filter ? answerWords(run) : 0;
  const most = kalmanLanes(device.info, run);
  if (lanes > most) {
    const message =
      most === 0
        ? `${n} states and ${p} measurements, at most ${KALMAN_MOST} of each`
        : `${lanes} filters at once, at most ${most}`;
    return { ok: false, code: "GPU_LIMIT", message };
  }
  const held = 4 * lanes * Math.max(p, answered, n);
  const segment = Math.max(
    1,
    Math.min(
      run.steps,
      longest,
      Math.floor(bytesOf(device.info) / held),
      Math.floor(work / (lanes * (n + p) * (3 * n * n + p * p))),
    ),
  );
  const driven = { none: 1, shared: segment * n, own: segment * n * lanes }[drive];
  const sizes = device.uniform("kalman sizes", new Uint32Array(4));
  const model = device.buffer("kalman models", modelWords(run) * (own ? lanes : 1));
  const measured = device.buffer("kalman measurements", segment * p * lanes);
  const forced = device.buffer("kalman drive", driven);
  const state = device.buffer("kalman states", (filter ? stateWords(run) : pieceWords(run)) * lanes);
  const answers = filter ? device.buffer("kalman answers", segment * answered * lanes) : undefined;
  const sums = device.buffer("kalman sums", (filter ? SUM_WORDS : 1) * lanes);
  const views = [sizes, model, measured, forced, state, ...(answers ? [answers] : []), sums];
  const program = filter ? kalmanProgram(run) : pieceProgram(run);
  const recording = device.record(program.label, [
    { program, views, groups: [Math.ceil(lanes / KALMAN_THREADS), 1, 1] },
  ]);
  return {
    ok: true,
    segment,
    model: (words) => device.write(model, words),
    start: (words) => device.write(state, words),
    run(steps, y, given) {
      device.write(sizes, new Uint32Array([lanes, steps, ["none", "shared", "own"].indexOf(drive), own ? 1 : 0]));
      device.write(measured, y);
      if (given) device.write(forced, given);
      device.run(recording);
    },
    answers: (steps) => device.read({ ...answers!, length: steps * answered * lanes }),
    sums: () => device.read(sums),
    state: () => device.read(state),
    release: () => views.forEach((view) => device.release(view)),
  };
}
