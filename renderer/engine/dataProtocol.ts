/** What the window asks of the worker that holds recorded data, and what comes back. Types only, all structured-cloneable. */
import type { CsvFormat, CsvRefusal } from "../../core/data/csvFormat.ts";
import type { CsvPreview } from "../../core/data/detectCsv.ts";
import type { IdentifyRefusal } from "../../core/identify/recording.ts";
import type { Trace } from "../../core/data/recordingView.ts";
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
  | {
      readonly do: "begin";
      readonly source: number;
      readonly format: CsvFormat;
      readonly keep: readonly number[];
      /** Bytes to come. */
      readonly total: number;
    }
  | { readonly do: "piece"; readonly source: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** All of it, up to its end, is read by the worker itself. */
  | { readonly do: "file"; readonly source: number; readonly file: Blob }
  | { readonly do: "end"; readonly source: number }
  /** Cancelled, or wanted no more. */
  | { readonly do: "forget"; readonly source: number }
  /** What plots of a window of time draw: each channel by itself, or all at the same instants. */
  | {
      readonly do: "look";
      readonly id: number;
      readonly of: Selection;
      readonly window: readonly [number, number] | undefined;
      readonly apart: boolean;
    }
  | { readonly do: "identify"; readonly id: number; readonly job: IdentifyJob }
  | { readonly do: "compare"; readonly id: number; readonly job: ComparisonJob }
  /** All samples. */
  | { readonly do: "take"; readonly id: number; readonly of: Selection };

export type IdentifyMethod = "CVA" | "N4SID" | "MOESP" | "PEM" | "EM" | "ARX" | "STRUCTURAL";

/** A series as level, trend, season and noise. */
export interface SeriesOptions {
  readonly trend: boolean;
  /** Samples that repeat; undefined: none. */
  readonly season: number | undefined;
  /** Of its logarithms: what is added there multiplies here. */
  readonly relative: boolean;
  readonly by: "likelihood" | "em";
  /** Samples foretold beyond the end of the record. */
  readonly ahead: number;
}

/** A model of these channels, made from the first part of the time and judged by the rest. */
export interface IdentifyJob {
  readonly method: IdentifyMethod;
  /** States, or lags of an ARX model; absent: what the data speak for. */
  readonly order?: number;
  /** The inputs act one sample later at the soonest. */
  readonly delayed: boolean;
  readonly series: SeriesOptions;
  readonly t: Float64Array;
  readonly u: readonly Float64Array[];
  readonly y: readonly Float64Array[];
  readonly period: number;
  readonly names: { readonly u: readonly string[]; readonly y: readonly string[] };
  readonly split: number;
}

/** Orders 1 to `most` side by side, each also made of `folds` - 1 parts of the own time and judged by the one left out. */
export interface ComparisonJob extends IdentifyJob {
  readonly most: number;
  readonly folds: number;
}

type Rows = readonly (readonly number[])[];

/** Over time or lags, as charts draw them. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** With what holds the truth with 95 %, where the method tells. */
export interface Banded extends Curve {
  readonly low?: Float64Array;
  readonly high?: Float64Array;
}

/** Of one output to one input: over time in s; gain (absolute) and phase (degrees) over rad/s. */
export interface ModelResponse {
  readonly output: number;
  readonly input: number;
  readonly step: Banded;
  readonly gain: Banded;
  readonly phase: Banded;
}

/** NaN: not told. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly deviation: number;
}

export interface Pole {
  readonly re: number;
  readonly im: number;
  readonly reSd: number;
  readonly imSd: number;
}

/** Whether errors are as they are where nothing is left to explain, to 95 %. */
export interface ErrorTest {
  readonly name: string;
  /** For the independence of an input. */
  readonly input?: string;
  /** Correlations over lags in samples, and half the band of each. */
  readonly curve: Curve;
  readonly band: number;
  readonly pValue: number;
  readonly passed: boolean;
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
  /** Of a series: its state after the last sample. */
  readonly x0?: readonly number[];
  /** Of one input and one output, as polynomials in z. */
  readonly transfer?: { readonly num: readonly number[]; readonly den: readonly number[] };
  readonly names: IdentifyJob["names"];
  /**
   * Percent, by output, of the data that the model was made from and of those held back: run on the inputs alone (a series: foretold from the end of
   * its own part), and one sample ahead.
   */
  readonly fit: {
    readonly own: readonly number[];
    readonly held: readonly number[];
    readonly ahead: readonly number[];
  };
  /** Of the data that it was made from. */
  readonly criteria: { readonly aic: number; readonly bic: number; readonly parameters: number };
  /** Held back, by output: what was measured, what the model says from the inputs alone; of a series with what holds a measurement with 95 %. */
  readonly measured: readonly Curve[];
  readonly simulated: readonly Banded[];
  /** A series: it was foretold from this time on; what A and C are of is the series, or its logarithms. */
  readonly foretoldFrom?: number;
  readonly relative?: boolean;
  /** Errors one sample ahead on its own data, by output; then with inputs, by output and input. */
  readonly white: readonly ErrorTest[];
  readonly independent: readonly ErrorTest[];
  /** By output and input, the first dozen. */
  readonly responses: readonly ModelResponse[];
  /** Coefficients of polynomials in z, static gains, or variances of a series. */
  readonly figures: readonly Figure[];
  readonly poles: readonly Pole[];
  /** How deviations were come by; undefined: there are none. */
  readonly sureBy?: "formula" | "bootstrap" | "likelihood";
  /** Level, trend, season and noise of a series. */
  readonly components?: readonly { readonly name: "level" | "trend" | "season" | "noise"; readonly curve: Banded }[];
  /** Log-likelihood, or log det of the errors' covariance, by iteration. */
  readonly rounds?: {
    readonly of: "likelihood" | "errors";
    readonly values: readonly number[];
    readonly converged: boolean;
  };
  /** Standard deviation of the errors one sample ahead, by output. */
  readonly deviation: readonly number[];
  /** Largest modulus of a pole. */
  readonly modulus: number;
}

export type SeriesRefusal =
  | { readonly ok: false; readonly code: "ONE_OUTPUT"; readonly outputs: number }
  /** Logarithms are of positive values. */
  | { readonly ok: false; readonly code: "NOT_POSITIVE"; readonly sample: number; readonly value: number }
  | { readonly ok: false; readonly code: "NO_LIKELIHOOD" };

export type IdentifyReply =
  IdentifiedModel | IdentifyRefusal | SeriesRefusal | { readonly ok: false; readonly code: "FAILED" };

export interface ComparedOrder {
  readonly order: number;
  /** Why there is none of this order. */
  readonly refusal?: IdentifyRefusal;
  /** Of the own data. */
  readonly criteria?: { readonly aic: number; readonly bic: number; readonly parameters: number };
  /** Percent, means of all outputs: on what was held back, run on the inputs alone and one sample ahead. */
  readonly held?: number;
  readonly ahead?: number;
  /** On the parts of the own data left out in turn: the mean, and the least. Undefined: a part gave no model. */
  readonly crossed?: { readonly mean: number; readonly worst: number };
}

export interface Comparison {
  readonly ok: true;
  readonly method: IdentifyMethod;
  readonly folds: number;
  readonly orders: readonly ComparedOrder[];
}

export type ComparisonReply = Comparison | IdentifyRefusal | { readonly ok: false; readonly code: "FAILED" };

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
  /** By channel; where they were not asked for apart, all have one array of instants. */
  readonly traces: readonly Trace[];
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
  /** A piece has been read, so that another may be sent; of a file that the worker reads itself, as far as it is: told at every percent. */
  | {
      readonly kind: "read";
      readonly source: number;
      readonly rows: number;
      /** From 0 to 1. */
      readonly fraction: number;
      readonly refusal?: CsvRefusal;
    }
  /** The file cannot be read on; what the browser threw. */
  | { readonly kind: "unreadable"; readonly source: number; readonly error: unknown }
  | {
      readonly kind: "loaded";
      readonly source: number;
      readonly outcome: ({ readonly ok: true } & Loaded) | CsvRefusal;
    }
  | { readonly kind: "look"; readonly id: number; readonly look: Look | PreparedRefusal }
  | { readonly kind: "identified"; readonly id: number; readonly reply: IdentifyReply }
  | { readonly kind: "compared"; readonly id: number; readonly reply: ComparisonReply }
  /** Of a model or a comparison that is being made: the share that is done. */
  | { readonly kind: "share"; readonly id: number; readonly share: number }
  | { readonly kind: "taken"; readonly id: number; readonly taken: Taken | PreparedRefusal };
