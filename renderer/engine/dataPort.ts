/**
 * The worker that holds recorded data, as the window speaks to it: a question and its answer, and a file on its way in. A file of the page's own is read
 * by the worker; of any other the host gives pieces, one on its way while one is read.
 */
import type { CsvFormat, CsvRefusal } from "../../core/data/csvFormat.ts";
import type { DataHandle } from "../host/host.ts";
import { host } from "../store/host.ts";
import type { DataReply, DataRequest, Loaded } from "./dataProtocol.ts";
import { startDataWorker } from "./workerUrl.ts";

const pieceBytes = 1024 * 1024;

type Answer = Extract<DataReply, { readonly id: number }>;
type Arrival = Extract<DataReply, { readonly source: number }>;

let port: Worker | undefined;
let count = 0;
const answers = new Map<number, (reply: Answer) => void>();
const arrivals = new Map<number, (reply: Arrival) => void>();

function worker(): Worker {
  if (port) return port;
  port = startDataWorker();
  port.onmessage = ({ data: reply }: MessageEvent<DataReply>) => {
    if ("source" in reply) return arrivals.get(reply.source)?.(reply);
    answers.get(reply.id)?.(reply);
    answers.delete(reply.id);
  };
  port.onerror = (event) => {
    event.preventDefault();
    console.error(event.message);
  };
  return port;
}

export const post = (request: DataRequest, transfer: Transferable[] = []): void =>
  worker().postMessage(request, transfer);

export function ask<R extends Answer>(make: (id: number) => DataRequest): Promise<R> {
  const id = ++count;
  return new Promise((done) => {
    answers.set(id, (reply) => done(reply as R));
    post(make(id));
  });
}

type Outcome = ({ readonly ok: true; readonly source: number } & Loaded) | CsvRefusal | undefined;

/**
 * All of a file through the worker. undefined: `goOn` said no. Rejects where the file cannot be read.
 * `tell`: how far it is, at every percent.
 */
export function load(
  of: DataHandle | Blob,
  total: number,
  format: CsvFormat,
  keep: readonly number[],
  tell: (fraction: number, rows: number) => void,
  goOn: () => boolean,
): Promise<Outcome> {
  const source = ++count;
  post({ do: "begin", source, format, keep, total });
  const file = of instanceof Blob ? of : host().dataFile(of.token);
  const give = file ? undefined : pieces(of as DataHandle, source);
  const loading = new Promise<Outcome>((done, fail) => {
    let told = 0;
    arrivals.set(source, (reply) => {
      switch (reply.kind) {
        case "read": {
          if (!goOn()) {
            post({ do: "forget", source });
            return done(undefined);
          }
          if (reply.refusal) return done(reply.refusal);
          give?.().catch(fail);
          const percent = Math.floor(100 * reply.fraction);
          if (percent > told) tell(reply.fraction, reply.rows);
          told = percent;
          break;
        }
        case "loaded":
          if (goOn()) return done(reply.outcome.ok ? { ...reply.outcome, source } : reply.outcome);
          post({ do: "forget", source });
          return done(undefined);
        case "unreadable":
          // The host has a code for what is the matter: it meets the same.
          if (of instanceof Blob) return fail(reply.error);
          host()
            .readData(of.token, 0, 1)
            .then(() => fail(reply.error), fail);
      }
    });
    if (file) post({ do: "file", source, file });
    else give!().catch(fail);
  });
  return loading.finally(() => arrivals.delete(source));
}

/** Sends the next piece with every call, or the end, and fetches the one after meanwhile. */
function pieces({ token }: DataHandle, source: number): () => Promise<void> {
  const fetched = (from: number): Promise<Uint8Array<ArrayBuffer>> => {
    const piece = host().readData(token, from, pieceBytes);
    // It may be wanted no more; who waits for it hears of it.
    piece.catch(() => {});
    return piece;
  };
  let from = 0;
  let next = fetched(0);
  return async () => {
    const piece = await next;
    if (piece.length === 0) return post({ do: "end", source });
    from += piece.length;
    next = fetched(from);
    post({ do: "piece", source, bytes: piece }, [piece.buffer]);
  };
}
