/**
 * Holds the columns of recorded data, away from the window's thread and from the worker that compiles and runs: that one is started
 * anew when it hangs, and data must not be lost with it. Reads files piece by piece, applies steps, chooses what plots draw.
 */
import { createCsvReader } from "../../core/data/csvReader.ts";
import type { CsvRefusal } from "../../core/data/csvFormat.ts";
import type { CsvReader } from "../../core/data/csvReader.ts";
import { detectCsv, previewCsv } from "../../core/data/detectCsv.ts";
import { createFingerprint } from "../../core/data/fingerprint.ts";
import type { Fingerprint } from "../../core/data/fingerprint.ts";
import { tracesIn, viewOf } from "../../core/data/recordingView.ts";
import type { RecordingView } from "../../core/data/recordingView.ts";
import { applySteps } from "../../core/data/steps.ts";
import type { DataReply, DataRequest, Look, PreparedRefusal, Selection, Taken } from "./dataProtocol.ts";
import { identified } from "./identification.ts";
import { compared } from "./orderComparison.ts";

interface Scope {
  onmessage: ((event: MessageEvent<DataRequest>) => void) | null;
  postMessage(reply: DataReply, transfer?: Transferable[]): void;
}
const scope = globalThis as unknown as Scope;

interface Coming {
  readonly reader: CsvReader;
  readonly print: Fingerprint;
  readonly total: number;
  /** Bytes so far. */
  seen: number;
}
/** Of the file at a time. */
const roomBytes = 1024 * 1024;

const arriving = new Map<number, Coming>();
const held = new Map<number, ReadonlyMap<number, Float64Array>>();
/** The last selection that was prepared: plots ask for it again with every zoom. */
let last: { readonly key: string; readonly prepared: RecordingView | PreparedRefusal } | undefined;

scope.onmessage = ({ data: request }) => {
  switch (request.do) {
    case "detect": {
      const { id, head, whole, format } = request;
      const found = format ? previewCsv(head, whole, format) : detectCsv(head, whole);
      scope.postMessage({ kind: "detected", id, found });
      break;
    }
    case "begin":
      arriving.set(request.source, {
        reader: createCsvReader(request.format, new Set(request.keep), request.total),
        print: createFingerprint(),
        total: request.total,
        seen: 0,
      });
      break;
    case "piece": {
      const { source, bytes } = request;
      const coming = arriving.get(source);
      if (!coming) break;
      const refusal = add(source, coming, bytes);
      tell(source, coming, refusal);
      break;
    }
    case "file":
      readFile(request.source, request.file).catch((error: unknown) => {
        arriving.delete(request.source);
        scope.postMessage({ kind: "unreadable", source: request.source, error });
      });
      break;
    case "end":
      end(request.source);
      break;
    case "forget":
      arriving.delete(request.source);
      held.delete(request.source);
      last = undefined;
      break;
    case "look": {
      const look = lookAt(request);
      const traces = look.ok ? look.traces : [];
      const buffers = new Set(traces.flatMap(({ t, values }) => [t.buffer, values.buffer]));
      scope.postMessage({ kind: "look", id: request.id, look }, [...buffers]);
      break;
    }
    case "identify": {
      const { id, job } = request;
      scope.postMessage({ kind: "identified", id, reply: tried(() => identified(job, shareOf(id))) });
      break;
    }
    case "compare": {
      const { id, job } = request;
      scope.postMessage({ kind: "compared", id, reply: tried(() => compared(job, shareOf(id))) });
      break;
    }
    case "take": {
      const taken = take(request.of);
      const buffers = taken.ok ? [taken.t.buffer, ...taken.channels.map(({ buffer }) => buffer)] : [];
      scope.postMessage({ kind: "taken", id: request.id, taken }, buffers as ArrayBuffer[]);
      break;
    }
  }
};

const shareOf =
  (id: number) =>
  (share: number): void =>
    scope.postMessage({ kind: "share", id, share });

function tried<T>(make: () => T): T | { readonly ok: false; readonly code: "FAILED" } {
  try {
    return make();
  } catch (error) {
    console.warn(error);
    return { ok: false, code: "FAILED" };
  }
}

function add(source: number, coming: Coming, bytes: Uint8Array): CsvRefusal | undefined {
  coming.seen += bytes.length;
  coming.print.add(bytes);
  const refusal = coming.reader.push(bytes);
  if (refusal) arriving.delete(source);
  return refusal;
}

const fractionOf = ({ seen, total }: Coming): number => Math.min(1, seen / Math.max(1, total));

function tell(source: number, coming: Coming, refusal?: CsvRefusal): void {
  const { rows } = coming.reader;
  scope.postMessage({ kind: "read", source, rows, fraction: fractionOf(coming), ...(refusal && { refusal }) });
}

/** Into one room, over and over: pieces of their own would wait for the collector by the dozen. */
async function readFile(source: number, file: Blob): Promise<void> {
  const coming = arriving.get(source);
  if (!coming) return;
  const stream = file.stream().getReader({ mode: "byob" });
  let room = new ArrayBuffer(roomBytes);
  let percent = 0;
  // Once it is forgotten nobody waits for the rest.
  while (arriving.has(source)) {
    const { value, done } = await stream.read(new Uint8Array(room));
    if (done) return end(source);
    room = value.buffer;
    const refusal = add(source, coming, value);
    const now = Math.floor(100 * fractionOf(coming));
    if (refusal || now > percent) tell(source, coming, refusal);
    percent = now;
  }
  await stream.cancel();
}

function end(source: number): void {
  const coming = arriving.get(source);
  if (!coming) return;
  arriving.delete(source);
  const read = coming.reader.finish();
  if (!read.ok) {
    scope.postMessage({ kind: "loaded", source, outcome: read });
    return;
  }
  held.set(source, new Map(read.columns.map(({ place, values }) => [place, values])));
  const missing = Object.fromEntries(read.columns.map((column) => [column.place, column.missing]));
  scope.postMessage({
    kind: "loaded",
    source,
    outcome: { ok: true, rows: read.rows, missing, print: coming.print.value() },
  });
}

function prepared(of: Selection): RecordingView | PreparedRefusal {
  const key = JSON.stringify(of);
  if (last?.key === key) return last.prepared;
  // The one before is let go first: both need not fit.
  last = undefined;
  const columns = held.get(of.source);
  if (!columns) throw new Error("data was asked for that is not here");
  const rows = columns.values().next().value?.length ?? 0;
  const { time } = of;
  const t =
    "column" in time ? columns.get(time.column)! : Float64Array.from({ length: rows }, (_, i) => i * time.every);
  const channels = of.columns.map((column) => columns.get(column)!);
  const done = applySteps({ t, channels }, of.steps);
  last = { key, prepared: done.ok ? viewOf(done.recording) : done };
  return last.prepared;
}

function lookAt({ of, window, apart }: Extract<DataRequest, { do: "look" }>): Look | PreparedRefusal {
  const view = prepared(of);
  if ("code" in view) return view;
  const { recording, period, missing } = view;
  const { t } = recording;
  return {
    ok: true,
    traces: tracesIn(view, window, apart),
    whole: [t[0]!, t[t.length - 1]!],
    samples: t.length,
    period,
    missing,
  };
}

function take(of: Selection): Taken | PreparedRefusal {
  const view = prepared(of);
  if ("code" in view) return view;
  const { t, channels } = view.recording;
  // Copies: what is held must not leave with the message.
  return { ok: true, t: t.slice(), channels: channels.map((values) => values.slice()), period: view.period };
}
