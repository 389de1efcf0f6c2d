/** Makes a model from a data set in a worker started for it alone, so that stopping is ending it and the data stays where it is. */
import type { DataSet } from "../../core/diagram/document.ts";
import { nothingIdentified, useIdentified } from "../store/identified.ts";
import type { IdentifyFault } from "../store/identified.ts";
import { useDocument } from "../store/document.ts";
import { loadSet, selectionOf, take } from "./dataClient.ts";
import type { DataReply, IdentifyJob } from "./dataProtocol.ts";
import { startDataWorker } from "./workerUrl.ts";

let worker: Worker | undefined;
/** Grows with every start and stop: answers of before count no more. */
let turn = 0;

export function stopIdentify(): void {
  turn++;
  worker?.terminate();
  worker = undefined;
  useIdentified.setState({ busy: false });
}

export async function identify(set: DataSet): Promise<void> {
  stopIdentify();
  const mine = ++turn;
  const fail = (fault: IdentifyFault): void => {
    if (mine === turn) useIdentified.setState({ busy: false, fault });
  };
  useIdentified.setState({ busy: true, fault: undefined });
  await loadSet(set);
  const inputs = set.channels.filter(({ role }) => role === "input");
  const outputs = set.channels.filter(({ role }) => role === "output");
  const of = selectionOf(
    set,
    [...inputs, ...outputs].map(({ column }) => column),
  );
  if (!of) return fail({ ok: false, code: "NOT_READ" });
  if (outputs.length === 0) return fail({ ok: false, code: "NO_OUTPUT" });
  const taken = await take(of);
  if (mine !== turn) return;
  if (!taken.ok) return fail(taken);
  if (taken.period === undefined) return fail({ ok: false, code: "UNEVEN" });
  const { method, order, delayed } = useIdentified.getState().settings;
  const job: IdentifyJob = {
    method,
    ...(order !== undefined && { order }),
    delayed,
    t: taken.t,
    u: taken.channels.slice(0, inputs.length),
    y: taken.channels.slice(inputs.length),
    period: Number(taken.period.toPrecision(9)),
    names: { u: inputs.map(({ name }) => name), y: outputs.map(({ name }) => name) },
    split: set.split,
  };
  worker = startDataWorker();
  worker.onerror = () => fail({ ok: false, code: "FAILED" });
  worker.onmessage = ({ data: reply }: MessageEvent<DataReply>) => {
    if (mine !== turn || reply.kind !== "identified") return;
    worker?.terminate();
    worker = undefined;
    const model = reply.reply;
    if (!model.ok) return fail(model);
    useIdentified.setState(({ models }) => {
      const number = (models.at(-1)?.number ?? 0) + 1;
      return { busy: false, models: [...models, { number, set: set.name, model, shown: true }], chosen: number };
    });
  };
  const buffers = [job.t, ...job.u, ...job.y].map(({ buffer }) => buffer as ArrayBuffer);
  worker.postMessage({ do: "identify", id: mine, job }, buffers);
}

/** Models of another document are models of other data. */
let opened = useDocument.getState().opened;
useDocument.subscribe((state) => {
  if (state.opened === opened) return;
  opened = state.opened;
  stopIdentify();
  useIdentified.setState(nothingIdentified);
});
