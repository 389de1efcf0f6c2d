/**
 * Asks what a plant has, and puts estimators on their bench, each in a worker of its own: stopping is ending it. Data come from the worker
 * that holds them (dataClient.ts).
 */
import { addText, loadSet, selectionOf, take } from "./dataClient.ts";
import type { DataSet } from "../../core/diagram/document.ts";
import type { PlantSignal } from "../../core/plant/plantSignals.ts";
import { useDocument } from "../store/document.ts";
import { nothingEstimated, settingsOf, useEstimated } from "../store/estimated.ts";
import type { EstimateSettings, ShownFault } from "../store/estimated.ts";
import type { EstimateJob, EstimateReply, EstimateRequest, PlantView } from "./estimateProtocol.ts";
import { startEstimateWorker } from "./workerUrl.ts";

type Plant = Extract<PlantView, { readonly ok: true }>;

let asker: Worker | undefined;
let worker: Worker | undefined;
/** Grows with every question, and with every start and stop: answers of before count no more. */
let question = 0;
let turn = 0;
/** Of the result that is shown, for more of its seeds. */
let shownJob: EstimateJob | undefined;

/** Looks at the plant as it is drawn now. */
export function describePlant(): void {
  const { document } = useDocument.getState();
  const { subsystem } = useEstimated.getState().settings;
  const id = ++question;
  asker ??= startEstimateWorker();
  asker.onmessage = ({ data: reply }: MessageEvent<EstimateReply>) => {
    if (reply.kind === "described" && reply.id === question) useEstimated.setState({ plant: reply.plant });
  };
  asker.onerror = (event) => {
    event.preventDefault();
    console.error(event.message);
    asker?.terminate();
    asker = undefined;
  };
  const request: EstimateRequest = { do: "describe", id, plant: plantOf(document, subsystem) };
  asker.postMessage(request);
}

/** Without data, which the worker has no use for. */
export const plantOf = (
  document: EstimateJob["plant"]["document"],
  subsystem: string | undefined,
): EstimateJob["plant"] => ({
  document,
  ...(subsystem !== undefined && { subsystem }),
});

export function stopEstimate(): void {
  turn++;
  worker?.terminate();
  worker = undefined;
  useEstimated.setState({ busy: undefined, progress: 0 });
}

/** In the order of the outputs, or of all that is shown where there are none. */
export const measurable = ({ outputs, shown }: Plant): readonly PlantSignal[] => [...outputs, ...shown];

export function measuredNow(plant: Plant, { measured }: EstimateSettings): readonly string[] {
  const known = new Set(measurable(plant).map(({ name }) => name));
  const chosen = measured?.filter((name) => known.has(name));
  return chosen ?? (plant.outputs.length > 0 ? plant.outputs : plant.shown).map(({ name }) => name);
}

/** For as long a time as suits the plant, at the interval that was chosen. */
export const samplesOf = ({ samples, interval: own }: Plant, { interval = own }: EstimateSettings): number =>
  Math.max(2, Math.min(500, Math.round((samples * own) / interval)));

/** The column of a data set that belongs to a signal: as chosen, by its name, or the one there is. */
export function columnFor(
  signal: PlantSignal,
  role: "input" | "output",
  set: DataSet,
  plant: Plant,
  { columns }: EstimateSettings,
): number | undefined {
  const chosen = columns[signal.name];
  if (chosen !== undefined) return set.channels.some(({ column }) => column === chosen) ? chosen! : undefined;
  const of = set.channels.filter((channel) => channel.role === role);
  const same = (text: string): boolean =>
    [signal.label, signal.name].some((own) => own.toLowerCase() === text.toLowerCase());
  const named = of.find(({ name }) => same(name));
  if (named) return named.column;
  // Where no name fits, the first outputs go by the order.
  const list = role === "input" ? plant.inputs : plant.outputs;
  const place = list.findIndex(({ name }) => name === signal.name);
  const anyNamed = list.some((one) => of.some(({ name }) => [one.label, one.name].includes(name)));
  return anyNamed ? undefined : of[place]?.column;
}

/** Of a data set, mapped as chosen. */
export async function recorded(
  plant: Plant,
  set: DataSet,
): Promise<Pick<EstimateJob, "inputs" | "outputs" | "record" | "interval"> | ShownFault> {
  const { settings } = useEstimated.getState();
  const mapped = (signals: readonly PlantSignal[], role: "input" | "output") =>
    signals.flatMap((signal) => {
      const column = columnFor(signal, role, set, plant, settings);
      return column === undefined ? [] : [{ name: signal.name, column }];
    });
  const inputs = mapped(plant.inputs, "input");
  const outputs = mapped(measurable(plant), "output");
  if (outputs.length === 0) return { ok: false, code: "NO_MEASUREMENT" };
  await loadSet(set);
  const of = selectionOf(
    set,
    [...inputs, ...outputs].map(({ column }) => column),
  );
  if (!of) return { ok: false, code: "NOT_READ" };
  const taken = await take(of);
  if (!taken.ok) return taken;
  if (taken.period === undefined) return { ok: false, code: "UNEVEN" };
  const u = taken.channels.slice(0, inputs.length);
  for (const [i, values] of u.entries()) {
    const sample = values.findIndex((v) => !Number.isFinite(v));
    const channel = set.channels.find(({ column }) => column === inputs[i]!.column)!.name;
    if (sample >= 0) return { ok: false, code: "INPUT_MISSING", channel, sample };
  }
  return {
    interval: Number(taken.period.toPrecision(9)),
    inputs: inputs.map(({ name }) => name),
    outputs: outputs.map(({ name }) => name),
    record: { kind: "recorded", t: taken.t, u, y: taken.channels.slice(inputs.length) },
  };
}

export async function runBench(): Promise<void> {
  stopEstimate();
  const mine = ++turn;
  const { settings, plant } = useEstimated.getState();
  const { document } = useDocument.getState();
  const fail = (fault: ShownFault): void => {
    if (mine === turn) useEstimated.setState({ busy: undefined, fault });
  };
  useEstimated.setState({ busy: "bench", progress: 0, fault: undefined });
  if (!plant) return fail({ ok: false, code: "FAILED" });
  if (!plant.ok) return fail({ ok: false, code: "PLANT", problems: plant.problems });
  const rows = settings.rows.filter(({ on }) => on);
  if (rows.length === 0) return fail({ ok: false, code: "NO_ESTIMATOR" });
  const set = document.sets?.find(({ id }) => id === settings.set);
  const measured = measuredNow(plant, settings);
  if (!set && measured.length === 0) return fail({ ok: false, code: "NO_MEASUREMENT" });
  const { kind, amplitude } = settings.drive;
  const drive = kind === "drawn" || plant.inputs.length === 0 ? undefined : { kind, amplitude };
  const record = set
    ? await recorded(plant, set)
    : {
        interval: settings.interval ?? plant.interval,
        inputs: drive ? plant.inputs.map(({ name }) => name) : [],
        outputs: measured,
        record: {
          kind: "simulated" as const,
          samples: settings.samples ?? samplesOf(plant, settings),
          seeds: settings.seeds,
          ...(drive && { drive }),
        },
      };
  if (mine !== turn) return;
  if ("code" in record) return fail(record);
  const estimators = rows.map(({ id: _id, on: _on, ...choice }) => choice);
  const job: EstimateJob = {
    plant: plantOf(document, settings.subsystem),
    ...record,
    texts: settings.texts,
    estimators,
  };
  const seeds = job.record.kind === "simulated" ? job.record.seeds : 1;
  begin({ do: "bench", id: mine, job }, fail, (reply) => {
    if (reply.kind !== "judged") return;
    const { bench } = reply;
    if (!bench.ok) return fail(bench);
    shownJob = job;
    useEstimated.setState(({ chosen, state }) => ({
      busy: undefined,
      progress: 0,
      result: { bench, track: bench.track, rows, set: set?.name, seeds },
      chosen: rows.some(({ id }) => id === chosen) ? chosen : rows[0]!.id,
      state: state < bench.states.length ? state : 0,
    }));
  });
}

/** Draws another run of the bench that is shown. */
export function showSeed(seed: number): void {
  if (!shownJob) return;
  stopEstimate();
  const mine = ++turn;
  const fail = (fault: ShownFault): void => {
    if (mine === turn) useEstimated.setState({ busy: undefined, fault });
  };
  useEstimated.setState({ busy: "track", fault: undefined });
  begin({ do: "track", id: mine, job: shownJob, seed }, fail, (reply) => {
    if (reply.kind !== "track") return;
    const { track } = reply;
    if ("code" in track) return fail(track);
    useEstimated.setState(({ result }) => ({ busy: undefined, ...(result && { result: { ...result, track } }) }));
  });
}

function begin(
  request: EstimateRequest,
  fail: (fault: ShownFault) => void,
  done: (reply: EstimateReply) => void,
): void {
  worker = startEstimateWorker();
  worker.onerror = (event) => {
    event.preventDefault();
    fail({ ok: false, code: "FAILED" });
  };
  worker.onmessage = ({ data: reply }: MessageEvent<EstimateReply>) => {
    if (reply.id !== turn) return;
    if (reply.kind === "progress") return useEstimated.setState({ progress: reply.fraction });
    worker?.terminate();
    worker = undefined;
    done(reply);
  };
  worker.postMessage(request);
}

/** What an estimator makes of the run that is shown becomes a data set. */
export const keepEstimates = (name: string, csv: string): Promise<void> => addText(name, csv);

/** A bench of another document is of another plant. */
let opened = useDocument.getState().opened;
useDocument.subscribe((state) => {
  if (state.opened === opened) return;
  opened = state.opened;
  stopEstimate();
  shownJob = undefined;
  useEstimated.setState({ ...nothingEstimated, settings: settingsOf(state.document) });
});
