/** One training from its job to a judged network, piece by piece: whoever drives it can stop between any two. */
import { layerFrom, type Loaded } from "../../core/learn/bridge.ts";
import { inUnits } from "../../core/learn/readBack.ts";
import { readCheckpoint, writeCheckpoint } from "../../core/learn/checkpointFile.ts";
import type { Weights } from "../../core/learn/layers/layer.ts";
import { network, parameters, type NetworkSpec } from "../../core/learn/network.ts";
import { numbers } from "../../core/learn/numbers.ts";
import { prepare, type TaskRefusal } from "../../core/learn/task.ts";
import { findGpu, trainOnFound, type GpuProgress } from "../../core/learn/gpuTrain.ts";
import { train, type Checkpoint, type Progress, type TrainSettings } from "../../core/learn/train.ts";
import { openGpu, type GpuOpened } from "../../core/gpu/webgpu.ts";
import { isTrained, readWeights, writeWeights, type Learned } from "../../core/learn/weightFile.ts";
import { ss } from "../../core/lti/ss.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import { plantFilters } from "../../core/plant/plantFilters.ts";
import { judge } from "./trainJudge.ts";
import type { Loss, TrainFault, TrainJob, TrainReply, TrainResult } from "./trainProtocol.ts";
import { columnsOf, gather, type Gathered } from "./trainRuns.ts";

interface GpuRefused {
  readonly code: string;
  readonly message: string;
}

export type TrainStep =
  | Extract<TrainReply, { kind: "phase" | "device" }>
  | { readonly kind: "step"; readonly loss: Loss; checkpoint(): string };

/** `open` gives a GPU, a fresh one each time. */
export async function* training(
  job: TrainJob,
  held?: string,
  open: () => Promise<GpuOpened> = () => openGpu(undefined),
): AsyncGenerator<TrainStep, TrainResult | TrainFault> {
  const phase = (name: "running" | "training" | "comparing", share: number): TrainStep => ({
    kind: "phase",
    phase: name,
    share,
  });
  yield phase("running", 0);
  const gathering = gather(job);
  let part = gathering.next();
  for (; !part.done; part = gathering.next()) yield phase("running", part.value);
  const gathered = part.value;
  if (!gathered.ok) return gathered;

  const filters = filtersOf(job, gathered);
  const block = job.begin.kind === "block" ? readWeights(job.begin.text) : undefined;
  if (block?.ok === false) return { ok: false, code: "NOT_A_NETWORK", reason: `${block.place}: ${block.message}` };
  const begun = job.begin.kind === "kalman" || job.begin.kind === "model";
  const { inputs, outputs } = columnsOf(job);
  const started = block?.learned;
  if (started && (started.inputNames.length !== inputs.length || started.outputNames.length !== outputs.length))
    return {
      ...{ ok: false, code: "OTHER_SIZES", inputs: started.inputNames.length, outputs: started.outputNames.length },
      ...{ given: inputs.length, sought: outputs.length },
    };
  const { length } = job;
  const prepared = prepare(
    gathered.training,
    { inputs, outputs, ahead: job.ahead },
    {
      length,
      washout: Math.floor(length / 8),
      centred: !begun,
      // A trained network has its units; one that has seen nothing takes those of the signals.
      ...(started && isTrained(started) && { scaling: { from: started.from, to: started.to } }),
    },
  );
  if (!prepared.ok) return faultOf(prepared, job);
  const { training: own, validation, from, to } = prepared;
  let spec = started?.spec ?? specOf(job);
  let first: Weights | Checkpoint | undefined = started?.weights;
  let distance: number | undefined;
  if (begun && (job.kind === "s5" || job.kind === "s4d")) {
    const system = beginning(job, gathered, filters);
    if (!system) return { ok: false, code: "NO_STEADY_FILTER" };
    const loaded = layerFrom(inUnits(system, from, to, "network"), job.kind);
    if (!loaded.ok) return { ok: false, code: "NOT_LOADED", reason: reasonOf(loaded) };
    spec = loaded.spec;
    first = loaded.weights;
    distance = loaded.residual;
  }
  try {
    network(spec).weights(numbers(0));
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, code: "NOT_A_NETWORK", reason: error.message };
    throw error;
  }
  const settings: TrainSettings = {
    // A network that says how sure it is goes on learning that.
    loss: spec.outputs === 2 * outputs.length ? "gaussian" : "mse",
    steps: job.steps,
    batch: 16,
    rate: job.rate,
    decay: 0.01,
    seed: job.seed,
  };
  const made = JSON.stringify({ settings, given: job.given, sought: job.sought, ahead: job.ahead });
  if (held !== undefined) {
    const read = readCheckpoint(held, spec, made);
    if (read.ok) first = read.checkpoint;
  }
  yield phase("training", 0);
  const { device = "auto" } = job;
  const found = device === "cpu" ? undefined : await findGpu(open, spec, { batch: 16, length }, device === "gpu");
  const refused = (why: GpuRefused): TrainStep => ({
    kind: "device",
    device: { kind: "cpu", why: `${why.code}: ${why.message.replace(/\.$/, "")}` },
  });
  let fell: GpuRefused | undefined = found?.kind === "cpu" && found.why === "absent" ? found.refusal : undefined;
  yield found?.kind === "gpu"
    ? { kind: "device", device: { kind: "gpu", name: found.opened.device.info.name } }
    : fell
      ? refused(fell)
      : { kind: "device", device: { kind: "cpu" } };
  const work =
    found?.kind === "gpu"
      ? trainOnFound(found, open, (why) => (fell = why), spec, own, settings, validation, first)
      : train(spec, own, settings, validation, first);
  fell = undefined;
  let next = await work.next();
  for (; !next.done; next = await work.next()) {
    if (fell) yield refused(fell);
    fell = undefined;
    const {
      step,
      losses = [next.value.loss],
      validation: seen,
      checkpoint,
    } = next.value as Progress & Partial<GpuProgress>;
    // Several steps at once have one checkpoint and one look at what is held back: those of the last.
    for (const [i, loss] of losses.entries()) {
      const last = i === losses.length - 1;
      yield {
        kind: "step",
        loss: { step: step - losses.length + 1 + i, loss, ...(last && seen !== undefined && { validation: seen }) },
        checkpoint: () => writeCheckpoint(spec, made, checkpoint()),
      };
    }
  }
  const done = next.value;
  if (!done.ok) return { ok: false, code: "DIVERGED", step: done.step };

  const learned: Learned = {
    ...{ spec, weights: done.best.weights, from, to, inputNames: inputs, outputNames: outputs, ahead: job.ahead },
    ...(gathered.training.period === undefined ? {} : { period: gathered.training.period }),
    training: {
      ...{ seed: job.seed, steps: job.steps, rate: job.rate, bestStep: done.best.step, bestValidation: done.best.loss },
      source: job.source.kind === "plant" ? "diagram" : job.source.set,
    },
  };
  const judging = judge(learned, gathered, filters?.ok ? filters : undefined);
  let verdict = judging.next();
  for (; !verdict.done; verdict = judging.next()) yield phase("comparing", verdict.value);
  return {
    ok: true,
    text: writeWeights({ ...learned, inputNames: job.given, outputNames: job.sought }),
    numbers: parameters(learned.weights),
    bestStep: done.best.step,
    validation: done.best.loss,
    ...verdict.value,
    ...(filters?.ok === false && { withoutFilters: filters.problems }),
    sequences: own.count,
    tests: gathered.tests.runs.length,
    ...(distance === undefined ? {} : { begun: distance }),
  };
}

function specOf({ kind, form, given, sought, width, states, layers, length }: TrainJob): NetworkSpec {
  return {
    ...{ kind, form, inputs: given.length, outputs: sought.length },
    width: form === "filter" ? given.length * sought.length : width,
    states,
    layers: form === "filter" ? 1 : layers,
    length,
    // Modes that are forgotten within a sequence: what outlasts it would be at large in longer runs.
    stepRange: [Math.min(0.1, 8 / length), 0.3],
  };
}

function filtersOf({ sought, ahead }: TrainJob, { plant, training: { period = 1 } }: Gathered) {
  if (!plant || plant.measured.length === 0) return undefined;
  const { model, inputs, measured, training: runs } = plant;
  return plantFilters({ model, interval: period, inputs, measured, sought, ahead, runs });
}

function beginning(
  { begin, given }: TrainJob,
  { plant, training: { period = 1 } }: Gathered,
  filters: ReturnType<typeof filtersOf>,
): StateSpace | undefined {
  if (begin.kind === "model") return ss(begin.A, begin.B, begin.C, begin.D, period);
  const steady = filters?.ok ? filters.steady() : undefined;
  if (!steady || !plant) return undefined;
  // The filter takes inputs first, then what is measured.
  const order = [...plant.inputs, ...plant.measured];
  const columns = given.map((name) => order.indexOf(name));
  const all = (matrix: StateSpace["B"]) => matrix.subMatrixColumn(columns);
  return { ...steady, B: all(steady.B), D: all(steady.D), u: given };
}

function faultOf(refusal: TaskRefusal, { given }: TrainJob): TrainFault {
  if (refusal.code === "NO_SUCH_SIGNAL") return { ok: false, code: "NO_SIGNALS" };
  if (refusal.code === "TOO_SHORT") return refusal;
  const { signal, sample } = refusal;
  return {
    ok: false,
    code: "NOT_FINITE",
    signal: given.find((name) => `given ${name}` === signal) ?? signal,
    sample: sample + 1,
  };
}

function reasonOf(loaded: Extract<Loaded, { ok: false }>): string {
  switch (loaded.code) {
    case "DEFECTIVE":
      return `${loaded.code}: ${loaded.eigenvalues.map(([re, im]) => `${re.toPrecision(4)} ${im.toPrecision(4)}i`).join(", ")}`;
    case "NOT_STABLE":
      return `${loaded.code}: ${loaded.eigenvalue.map((part) => part.toPrecision(4)).join(" ")}i`;
    case "ILL_CONDITIONED":
      return `${loaded.code}: ${loaded.residual.toExponential(1)}`;
    case "NOT_DISCRETE":
      return loaded.code;
  }
}
