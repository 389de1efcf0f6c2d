/** What the window asks of the worker that trains, and what comes back. Types only, all structured-cloneable. */
import type { LazoDocument } from "../../core/diagram/document.ts";
import type { Problem } from "../../core/ir/ir.ts";
import type { LayerKind } from "../../core/learn/network.ts";
import type { Curve } from "./dataProtocol.ts";

export type Rows = readonly (readonly number[])[];

export type TrainSource =
  /** The diagram, run with other seeds each time. */
  | {
      readonly kind: "plant";
      readonly document: LazoDocument;
      readonly runs: number;
      /** Noise added to what is measured, and how far states begin apart: shares of the signals' deviations. */
      readonly noise: number;
      readonly scatter: number;
    }
  /** Columns of a data set, without missing values; what comes after `split` is for the test. */
  | {
      readonly kind: "data";
      readonly set: string;
      readonly names: readonly string[];
      readonly columns: readonly Float64Array[];
      readonly period: number;
      readonly split: number;
    };

export interface TrainJob {
  readonly source: TrainSource;
  /** Names of signals: paths of the diagram, or channels. */
  readonly given: readonly string[];
  readonly sought: readonly string[];
  /** Samples between the last one given and what is sought. */
  readonly ahead: number;
  readonly kind: LayerKind;
  /** One linear layer without anything around it, or the stack. */
  readonly form: "filter" | "network";
  readonly width: number;
  readonly states: number;
  readonly layers: number;
  /** Samples of a training sequence. */
  readonly length: number;
  readonly steps: number;
  readonly rate: number;
  readonly seed: number;
  /** auto, where left out: a GPU where there is one and enough to do. */
  readonly device?: "auto" | "gpu" | "cpu";
  readonly begin:
    | { readonly kind: "random" }
    /** The steady Kalman filter of the diagram. */
    | { readonly kind: "kalman" }
    /** A block of the drawing: what it runs, a file of weights. Its kind and sizes are those of the job. */
    | { readonly kind: "block"; readonly id: string; readonly name: string; readonly text: string }
    /** A model from the given signals to the sought ones. */
    | {
        readonly kind: "model";
        readonly name: string;
        readonly A: Rows;
        readonly B: Rows;
        readonly C: Rows;
        readonly D: Rows;
      };
}

export interface TrainSignal {
  readonly path: string;
  readonly label: string;
  readonly kind: "input" | "output" | "state" | "other";
}

export interface TrainSignals {
  readonly signals: readonly TrainSignal[];
  /** Blocks that draw random numbers. */
  readonly seeded: number;
  /** Something in it jumps by its own signals. */
  readonly switching: boolean;
  readonly samples: number;
  readonly period: number;
}

export interface Loss {
  readonly step: number;
  readonly loss: number;
  readonly validation?: number;
}

/** An answer to the test set beside the truth. */
export interface Judged {
  readonly who: "learned" | "kalman" | "ekf" | "ukf" | "standing" | "mean";
  /** Mean square error by sought signal, in its unit squared; undefined: the filter failed. */
  readonly mse?: readonly number[];
}

export interface LinearRead {
  readonly A: Rows;
  readonly B: Rows;
  readonly C: Rows;
  readonly D: Rows;
  readonly period: number;
  /** Falling; empty where the system is not stable. */
  readonly hankel: readonly number[];
  readonly poles: readonly (readonly [re: number, im: number])[];
  /** In dB over rad/s, from the first input to the first output. */
  readonly gain: Curve;
  /** In degrees, of the same path at the same frequencies, without jumps. */
  readonly phase: Curve;
}

export interface TrainResult {
  readonly ok: true;
  /** The file of weights. */
  readonly text: string;
  readonly numbers: number;
  readonly bestStep: number;
  readonly validation: number;
  readonly judged: readonly Judged[];
  /** Deviation of each sought signal in the test set, squared. */
  readonly spread: readonly number[];
  /** Of one run of the test, by sought signal. */
  readonly truth: readonly Curve[];
  readonly answers: readonly { readonly who: Judged["who"]; readonly curves: readonly Curve[] }[];
  /** Why there are no filters beside it. */
  readonly withoutFilters?: readonly Problem[];
  readonly sequences: number;
  readonly tests: number;
  /** Where training began from a given system, how far it was from it. */
  readonly begun?: number;
}

export type TrainFault =
  | { readonly ok: false; readonly code: "PROBLEMS"; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly code: "RUN_ENDED"; readonly status: string }
  | {
      readonly ok: false;
      readonly code: "SAME_RUNS" | "NO_SIGNALS" | "NO_BLOCK" | "NO_STEADY_FILTER" | "NOT_READ" | "UNEVEN" | "FAILED";
    }
  | { readonly ok: false; readonly code: "NOT_FINITE"; readonly signal: string; readonly sample: number }
  | { readonly ok: false; readonly code: "TOO_SHORT"; readonly samples: number; readonly needed: number }
  /** The block has other numbers of signals than the job. */
  | {
      readonly ok: false;
      readonly code: "OTHER_SIZES";
      readonly inputs: number;
      readonly outputs: number;
      readonly given: number;
      readonly sought: number;
    }
  | { readonly ok: false; readonly code: "DIVERGED"; readonly step: number }
  | { readonly ok: false; readonly code: "NOT_A_NETWORK"; readonly reason: string }
  | { readonly ok: false; readonly code: "NOT_LOADED"; readonly reason: string };

export type TrainRequest =
  | { readonly do: "signals"; readonly document: LazoDocument }
  /** From the beginning, or from a checkpoint. */
  | { readonly do: "train"; readonly job: TrainJob; readonly checkpoint?: string }
  | { readonly do: "pause" | "goOn" }
  /** A layer of trained weights as a linear system, of layers whose channels are apart one of them; of at most so many states. */
  | {
      readonly do: "read";
      readonly text: string;
      readonly layer?: number;
      readonly channel?: number;
      readonly order?: number;
    };

/** What trains. On the GPU in float32, on the CPU in float64; `why`: a GPU was wanted. */
export type TrainDevice =
  { readonly kind: "gpu"; readonly name: string } | { readonly kind: "cpu"; readonly why?: string };

export type TrainReply =
  | {
      readonly kind: "signals";
      readonly reply: ({ readonly ok: true } & TrainSignals) | TrainFault;
    }
  | { readonly kind: "phase"; readonly phase: "running" | "training" | "comparing"; readonly share: number }
  | { readonly kind: "device"; readonly device: TrainDevice }
  | { readonly kind: "losses"; readonly losses: readonly Loss[]; readonly rate: number }
  | { readonly kind: "checkpoint"; readonly step: number; readonly text: string }
  | { readonly kind: "done"; readonly result: TrainResult | TrainFault }
  | {
      readonly kind: "read";
      readonly reply: ({ readonly ok: true } & LinearRead) | { readonly ok: false; readonly code: string };
    };
