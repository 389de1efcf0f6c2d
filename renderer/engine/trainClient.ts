/** Trains in a worker started for it alone: pausing is a word to it, stopping is ending it. What it has is kept as it comes. */
import type { LazoDocument } from "../../core/diagram/document.ts";
import { keepNetworks, keepRun, keptTraining } from "../store/trainingKeep.ts";
import { useTraining, type Interrupted, type Run } from "../store/training.ts";
import type { TrainJob, TrainReply, TrainRequest } from "./trainProtocol.ts";
import { startTrainWorker } from "./workerUrl.ts";

let worker: Worker | undefined;
let checkpoint: Interrupted["checkpoint"];

const changeRun = (change: Partial<Run>): void =>
  useTraining.setState(({ run }) => ({ run: run && { ...run, ...change } }));
/** Where nothing can be kept, training goes on all the same. */
const kept = (work: Promise<unknown>): void => void work.catch((error: unknown) => console.warn(error));

export function startTraining(job: TrainJob, from?: Interrupted): void {
  endWorker();
  checkpoint = from?.checkpoint;
  const losses = from?.losses.filter(({ step }) => step <= (checkpoint?.step ?? 0)) ?? [];
  useTraining.setState({
    run: { job, phase: "running", share: 0, losses, rate: 0, paused: false },
    interrupted: undefined,
    fault: undefined,
  });
  keep();
  worker = startTrainWorker();
  worker.onerror = () => done({ ok: false, code: "FAILED" });
  worker.onmessage = ({ data: reply }: MessageEvent<TrainReply>) => take(reply);
  const request: TrainRequest = { do: "train", job, ...(checkpoint && { checkpoint: checkpoint.text }) };
  worker.postMessage(request);
}

function take(reply: TrainReply): void {
  switch (reply.kind) {
    case "phase":
      return changeRun({ phase: reply.phase, share: reply.share });
    case "device":
      return changeRun({ device: reply.device });
    case "losses": {
      const { run } = useTraining.getState();
      const { losses, rate } = reply;
      if (!run) return;
      const share = losses.at(-1)!.step / Math.max(1, run.job.steps);
      return changeRun({ phase: "training", share, rate, losses: [...run.losses, ...losses] });
    }
    case "checkpoint":
      checkpoint = { step: reply.step, text: reply.text };
      return keep();
    case "done":
      return done(reply.result);
  }
}

function keep(): void {
  const { run } = useTraining.getState();
  if (run) kept(keepRun({ job: run.job, losses: run.losses, ...(checkpoint && { checkpoint }) }));
}

function done(result: Extract<TrainReply, { kind: "done" }>["result"]): void {
  endWorker();
  kept(keepRun(undefined));
  const { run, networks } = useTraining.getState();
  if (!run) return;
  if (!result.ok) return useTraining.setState({ run: undefined, fault: result });
  const number = (networks.at(-1)?.number ?? 0) + 1;
  const { job, losses } = run;
  const source = job.source.kind === "plant" ? job.source.document.name : job.source.set;
  const all = [...networks, { number, name: source, job, losses, result }];
  useTraining.setState({ run: undefined, networks: all, chosen: number });
  kept(keepNetworks(all));
}

function endWorker(): void {
  worker?.terminate();
  worker = undefined;
}

export function pauseTraining(): void {
  worker?.postMessage({ do: "pause" } satisfies TrainRequest);
  changeRun({ paused: true });
}

export function goOnTraining(): void {
  worker?.postMessage({ do: "goOn" } satisfies TrainRequest);
  changeRun({ paused: false });
}

export function stopTraining(): void {
  endWorker();
  useTraining.setState({ run: undefined });
  kept(keepRun(undefined));
}

export function discardInterrupted(): void {
  useTraining.setState({ interrupted: undefined });
  kept(keepRun(undefined));
}

export function forgetNetwork(number: number): void {
  const { networks, chosen } = useTraining.getState();
  const left = networks.filter((one) => one.number !== number);
  useTraining.setState({ networks: left, chosen: chosen === number ? left.at(-1)?.number : chosen });
  kept(keepNetworks(left));
}

/** What a reload or a crash left: the networks, and the training that it ended. */
export async function findTraining(): Promise<void> {
  try {
    const { run, networks } = await keptTraining();
    useTraining.setState({ interrupted: run, networks, chosen: networks.at(-1)?.number });
  } catch (error) {
    console.warn(error);
  }
}

/** One question to a worker of its own, which ends with the answer; only the last one asked is answered. */
function asker<R extends { readonly kind: string; readonly reply: unknown }>() {
  let asked: Worker | undefined;
  return (request: TrainRequest): Promise<R["reply"]> => {
    asked?.terminate();
    const mine = (asked = startTrainWorker());
    return new Promise((resolve, reject) => {
      mine.onerror = () => reject(new Error("the training worker failed"));
      mine.onmessage = ({ data }: MessageEvent<R>) => {
        mine.terminate();
        resolve(data.reply);
      };
      mine.postMessage(request);
    });
  };
}

const askSignals = asker<Extract<TrainReply, { kind: "signals" }>>();
const askRead = asker<Extract<TrainReply, { kind: "read" }>>();

export async function lookAtPlant(document: LazoDocument): Promise<void> {
  useTraining.setState({ signals: await askSignals({ do: "signals", document }) });
}

/** A layer of trained weights as A, B, C, D, of at most so many states. */
export const readLinear = (of: Omit<Extract<TrainRequest, { do: "read" }>, "do">) => askRead({ do: "read", ...of });
