/** What the window asks of the worker that holds recorded data, and what comes back. Types only, all structured-cloneable. */
import type { CsvFormat, CsvRefusal } from "../../core/data/csvFormat.ts";
import type { CsvPreview } from "../../core/data/detectCsv.ts";
import type { IdentifyRefusal } from "../../core/identify/recording.ts";
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
  | { readonly do: "identify"; readonly id: number; readonly job: IdentifyJob }
  /** All samples. */
  | { readonly do: "take"; readonly id: number; readonly of: Selection };

export type IdentifyMethod = "CVA" | "N4SID" | "MOESP" | "PEM" | "ARX";

/** A model of these channels, made from the first part of the time and judged by the rest. */
export interface IdentifyJob {
  readonly method: IdentifyMethod;
  /** States, or lags of an ARX model; absent: what the data speak for. */
  readonly order?: number;
  /** The inputs act one sample later at the soonest. */
  readonly delayed: boolean;
  readonly t: Float64Array;
  readonly u: readonly Float64Array[];
  readonly y: readonly Float64Array[];
  readonly period: number;
  readonly names: { readonly u: readonly string[]; readonly y: readonly string[] };
  readonly split: number;
}

type Rows = readonly (readonly number[])[];

/** Over time or lags, as charts draw them. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export interface IdentifiedModel {
  readonly ok: true;
  readonly method: IdentifyMethod;
  readonly order: number;
  readonly suggested?: number;
  /** Of the subspace, falling. */
  readonly singularValues?: readonly number[];
  readonly period: number;
  readonly A: Rows;
  readonly B: Rows;
  readonly C: Rows;
  readonly D: Rows;
  readonly names: IdentifyJob["names"];
  /** Percent, by output, of the data that the model was made from and of those held back: run on the inputs alone, and one sample ahead. */
  readonly fit: {
    readonly own: readonly number[];
    readonly held: readonly number[];
    readonly ahead: readonly number[];
  };
  /** Held back, by output: what was measured, what the model says from the inputs alone. */
  readonly measured: readonly Curve[];
  readonly simulated: readonly Curve[];
  /** Of the errors one sample ahead on what was held back, in parts of their power. `band`: 99 % of white errors lie within. */
  readonly residuals: {
    /** By output, from lag 0. */
    readonly auto: readonly Curve[];
    /** With past inputs at positive lags, by output and input. */
    readonly cross: readonly Curve[];
    readonly band: number;
    /** Share of lags outside of the band, of both. */
    readonly outside: number;
  };
  /** Standard deviation of the errors one sample ahead, by output. */
  readonly deviation: readonly number[];
  /** Largest modulus of a pole. */
  readonly modulus: number;
  /** Static gain of the first input to the first output with its standard deviation, where the method tells it. */
  readonly gain?: { readonly value: number; readonly deviation: number };
}

export type IdentifyReply = IdentifiedModel | IdentifyRefusal | { readonly ok: false; readonly code: "FAILED" };

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
  | { readonly kind: "identified"; readonly id: number; readonly reply: IdentifyReply }
  | { readonly kind: "taken"; readonly id: number; readonly taken: Taken | PreparedRefusal };
