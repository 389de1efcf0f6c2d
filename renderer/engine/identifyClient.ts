/** Makes models from a data set in a worker started for it alone, so that stopping is ending it and the data stays where it is. */
import type { DataSet } from "../../core/diagram/document.ts";
import { nothingIdentified, useIdentified } from "../store/identified.ts";
import type { IdentifyFault } from "../store/identified.ts";
import { useDocument } from "../store/document.ts";
import { loadSet, selectionOf, take } from "./dataClient.ts";
import type { DataReply, DataRequest, IdentifyJob } from "./dataProtocol.ts";
import { startDataWorker } from "./workerUrl.ts";

let worker: Worker | undefined;
/** Grows with every start and stop: answers of before count no more. */
let turn = 0;

const idle = { busy: undefined, share: undefined } as const;

export function stopIdentify(): void {
  turn++;
  worker?.terminate();
  worker = undefined;
  useIdentified.setState(idle);
}

/** A model of the set under the settings; it is listed, and chosen. */
export async function identify(set: DataSet): Promise<void> {
  await start(
    set,
    "model",
    (id, job) => ({ do: "identify", id, job }),
    (reply) => {
      if (reply.kind !== "identified") return undefined;
      const model = reply.reply;
      if (!model.ok) return model;
      useIdentified.setState(({ models }) => {
        const number = (models.at(-1)?.number ?? 0) + 1;
        return { ...idle, models: [...models, { number, set: set.name, model, shown: true }], chosen: number };
      });
      return "done";
    },
  );
}

/** Orders of the method side by side. */
export async function compareOrders(set: DataSet): Promise<void> {
  const { most, folds } = useIdentified.getState().settings;
  await start(
    set,
    "orders",
    (id, job) => ({ do: "compare", id, job: { ...job, most, folds } }),
    (reply) => {
      if (reply.kind !== "compared") return undefined;
      if (!reply.reply.ok) return reply.reply;
      useIdentified.setState({ ...idle, comparison: { set: set.name, of: reply.reply } });
      return "done";
    },
  );
}

async function start(
  set: DataSet,
  busy: "model" | "orders",
  request: (id: number, job: IdentifyJob) => DataRequest,
  /** What went wrong, or that it is done; undefined: not this. */
  settle: (reply: DataReply) => IdentifyFault | "done" | undefined,
): Promise<void> {
  stopIdentify();
  const mine = ++turn;
  const fail = (fault: IdentifyFault): void => {
    if (mine === turn) useIdentified.setState({ ...idle, fault });
  };
  useIdentified.setState({ ...idle, busy, fault: undefined });
  const job = await jobOf(set);
  if (mine !== turn) return;
  if ("ok" in job) return fail(job);
  worker = startDataWorker();
  worker.onerror = () => fail({ ok: false, code: "FAILED" });
  worker.onmessage = ({ data: reply }: MessageEvent<DataReply>) => {
    if (mine !== turn) return;
    if (reply.kind === "share") return useIdentified.setState({ share: reply.share });
    const settled = settle(reply);
    if (settled === undefined) return;
    worker?.terminate();
    worker = undefined;
    if (settled !== "done") fail(settled);
  };
  const buffers = [job.t, ...job.u, ...job.y].map(({ buffer }) => buffer as ArrayBuffer);
  worker.postMessage(request(mine, job), buffers);
}

async function jobOf(set: DataSet): Promise<IdentifyJob | IdentifyFault> {
  await loadSet(set);
  const inputs = set.channels.filter(({ role }) => role === "input");
  const outputs = set.channels.filter(({ role }) => role === "output");
  const of = selectionOf(
    set,
    [...inputs, ...outputs].map(({ column }) => column),
  );
  if (!of) return { ok: false, code: "NOT_READ" };
  if (outputs.length === 0) return { ok: false, code: "NO_OUTPUT" };
  const taken = await take(of);
  if (!taken.ok) return taken;
  if (taken.period === undefined) return { ok: false, code: "UNEVEN" };
  const { method, order, delayed, series } = useIdentified.getState().settings;
  return {
    method,
    ...(order !== undefined && { order }),
    delayed,
    series,
    t: taken.t,
    u: taken.channels.slice(0, inputs.length),
    y: taken.channels.slice(inputs.length),
    period: Number(taken.period.toPrecision(9)),
    names: { u: inputs.map(({ name }) => name), y: outputs.map(({ name }) => name) },
    split: set.split,
  };
}

/** Models of another document are models of other data. */
let opened = useDocument.getState().opened;
useDocument.subscribe((state) => {
  if (state.opened === opened) return;
  opened = state.opened;
  stopIdentify();
  useIdentified.setState(nothingIdentified);
});
