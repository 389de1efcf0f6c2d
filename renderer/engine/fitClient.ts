/** Estimates variables of the drawing in a worker started for it alone, so that stopping is ending it; plant, noise and columns are the Estimate tab's. */
import type { DataSet, LazoDocument } from "../../core/diagram/document.ts";
import { setNumbers } from "../../core/diagram/variables.ts";
import { useDocument } from "../store/document.ts";
import { useEstimated } from "../store/estimated.ts";
import { nothingFitted, useFitted } from "../store/fitted.ts";
import type { ShownFitFault } from "../store/fitted.ts";
import { plantOf, recorded } from "./estimateClient.ts";
import type { Bounds, EstimateReply, EstimateRequest, FitView } from "./estimateProtocol.ts";
import { startEstimateWorker } from "./workerUrl.ts";

let worker: Worker | undefined;
/** Grows with every start and stop: answers of before count no more. */
let turn = 0;

export function stopFit(): void {
  turn++;
  worker?.terminate();
  worker = undefined;
  useFitted.setState({ busy: false, round: undefined });
}

/** Variables that are plain numbers: what others are made of is estimated, not they. */
export const numbersIn = ({ variables }: LazoDocument): readonly { readonly name: string; readonly value: string }[] =>
  variables.filter(({ value }) => value.trim() !== "" && Number.isFinite(Number(value)));

/** What is wrong with the bounds of a variable of this value; the search starts from it. */
export function boundFault(
  value: number,
  { lower = -Infinity, upper = Infinity }: Bounds,
): "order" | "outside" | undefined {
  if (lower >= upper) return "order";
  return value < lower || value > upper ? "outside" : undefined;
}

export async function fitVariables(set: DataSet): Promise<void> {
  stopFit();
  const mine = ++turn;
  const fail = (fault: ShownFitFault): void => {
    if (mine === turn) useFitted.setState({ busy: false, round: undefined, fault });
  };
  useFitted.setState({ busy: true, fault: undefined });
  const { document } = useDocument.getState();
  const { plant, settings } = useEstimated.getState();
  const { chosen, bounds } = useFitted.getState();
  const variables = numbersIn(document).flatMap(({ name }) =>
    chosen.includes(name) ? [{ name, ...bounds[name] }] : [],
  );
  if (!plant?.ok) return fail({ ok: false, code: "PLANT", problems: plant?.problems ?? [] });
  if (variables.length === 0) return fail({ ok: false, code: "NO_VARIABLE" });
  const record = await recorded(plant, set);
  if (mine !== turn) return;
  if ("code" in record) return fail(record);
  if (record.record.kind !== "recorded") return fail({ ok: false, code: "FAILED" });
  const request: EstimateRequest = {
    do: "fit",
    id: mine,
    job: {
      ...record,
      record: record.record,
      plant: plantOf(document, settings.subsystem),
      texts: settings.texts,
      variables,
      split: set.split,
    },
  };
  worker = startEstimateWorker();
  worker.onerror = (event) => {
    event.preventDefault();
    fail({ ok: false, code: "FAILED" });
  };
  worker.onmessage = ({ data: reply }: MessageEvent<EstimateReply>) => {
    if (mine !== turn) return;
    if (reply.kind === "round") {
      const { iteration, logLikelihood } = reply;
      return useFitted.setState({ round: { iteration, logLikelihood } });
    }
    if (reply.kind !== "fitted") return;
    worker?.terminate();
    worker = undefined;
    if (!reply.fit.ok) return fail(reply.fit);
    useFitted.setState({ busy: false, round: undefined, result: { set: set.name, fit: reply.fit } });
  };
  worker.postMessage(request);
}

/** The estimates become the values of their variables, as one step to be undone. */
export function writeVariables({ variables }: FitView): void {
  const numbers = new Map(variables.map(({ name, value }) => [name, Number(value.toPrecision(9))]));
  useDocument.getState().edit((document) => setNumbers(document, numbers));
}

/** Variables of another document are others. */
let opened = useDocument.getState().opened;
useDocument.subscribe((state) => {
  if (state.opened === opened) return;
  opened = state.opened;
  stopFit();
  useFitted.setState(nothingFitted);
});
