/** What the window asks of the worker that holds recorded data, and what comes back. Types only, all structured-cloneable. */
import type { CsvFormat, CsvRefusal } from "../../core/data/csvFormat.ts";
import type { CsvPreview } from "../../core/data/detectCsv.ts";
import type { Prepared, Step } from "../../core/data/steps.ts";

/** Which columns of a source, over which times, after which steps. */
export interface Selection {
  /** As numbered by `begin`. */
  readonly source: number;
  /** A column with the times, or how far rows are apart, s. */
  readonly time: { readonly column: number } | { readonly every: number };
  readonly columns: readonly number[];
  readonly steps: readonly Step[];
}

export type DataRequest =
  /** How the beginning of a file reads, under a format or one to be found. */
  | {
      readonly do: "detect";
      readonly id: number;
      readonly head: Uint8Array;
      readonly whole: boolean;
      readonly format?: CsvFormat;
    }
  /** Columns of a file come in pieces under this number. */
  | { readonly do: "begin"; readonly source: number; readonly format: CsvFormat; readonly keep: readonly number[] }
  | { readonly do: "piece"; readonly source: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly do: "end"; readonly source: number }
  /** Cancelled, or wanted no more. */
  | { readonly do: "forget"; readonly source: number }
  /** What a plot of a window of time draws. */
  | { readonly do: "look"; readonly id: number; readonly of: Selection; readonly window?: readonly [number, number] }
  /** All samples. */
  | { readonly do: "take"; readonly id: number; readonly of: Selection };

export interface Loaded {
  readonly rows: number;
  /** How many values are missing, by place of the column. */
  readonly missing: { readonly [column: number]: number };
  /** Of all bytes of the file. */
  readonly print: string;
}

export type PreparedRefusal = Extract<Prepared, { ok: false }>;

/** The samples to draw, and how many there are. */
export interface Look {
  readonly ok: true;
  readonly t: Float64Array;
  readonly channels: readonly Float64Array[];
  readonly whole: readonly [from: number, to: number];
  readonly samples: number;
  /** s; undefined where samples are not evenly spaced. */
  readonly period: number | undefined;
  /** Values missing after the steps, in all channels. */
  readonly missing: number;
}

export interface Taken {
  readonly ok: true;
  readonly t: Float64Array;
  readonly channels: readonly Float64Array[];
  readonly period: number | undefined;
}

export type DataReply =
  | { readonly kind: "detected"; readonly id: number; readonly found: CsvPreview | CsvRefusal }
  /** A piece has been read, so that another may be sent. */
  | { readonly kind: "read"; readonly source: number; readonly rows: number; readonly refusal?: CsvRefusal }
  | {
      readonly kind: "loaded";
      readonly source: number;
      readonly outcome: ({ readonly ok: true } & Loaded) | CsvRefusal;
    }
  | { readonly kind: "look"; readonly id: number; readonly look: Look | PreparedRefusal }
  | { readonly kind: "taken"; readonly id: number; readonly taken: Taken | PreparedRefusal };
