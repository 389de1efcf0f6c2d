/** What the window asks of the worker that estimates, and what comes back. Types only, all structured-cloneable. */
import type { Excitation } from "../../core/estimate/excitation.ts";
import type { LazoDocument } from "../../core/diagram/document.ts";
import type { EstimatorKind } from "../../core/estimate/estimators.ts";
import type { BenchReport, BenchRefusal, LostRun } from "../../core/estimate/estimatorBench.ts";
import type { Problem } from "../../core/ir/ir.ts";
import type { Banded, Curve, ErrorTest } from "./dataProtocol.ts";
import type { PlantSignal } from "../../core/plant/plantSignals.ts";

/** The whole drawing, or a subsystem (its id) by itself. */
export interface PlantChoice {
  readonly document: LazoDocument;
  readonly subsystem?: string;
}

/** What a plant has to choose from; `interval` (s) and `samples` suit it. */
export type PlantView =
  | {
      readonly ok: true;
      readonly states: readonly (PlantSignal & { readonly start: number })[];
      readonly inputs: readonly PlantSignal[];
      readonly outputs: readonly PlantSignal[];
      readonly shown: readonly PlantSignal[];
      readonly interval: number;
      readonly samples: number;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** One row of the list: texts of matrices as they are typed. */
export interface EstimatorChoice {
  readonly kind: EstimatorKind;
  readonly scaleQ: number;
  readonly scaleR: number;
  readonly iterations?: number;
  readonly alpha?: number;
  readonly particles?: number;
  readonly gain?: string;
  readonly over?: "kalman" | "ekf" | "ukf";
}

export interface EstimateJob {
  readonly plant: PlantChoice;
  /** s */
  readonly interval: number;
  /** Names of what is measured, and of inputs that the record sets. */
  readonly outputs: readonly string[];
  readonly inputs: readonly string[];
  /** Covariances of the noise of a sample and of the start, and its mean, as they are typed; an empty x0 is the drawing's. */
  readonly texts: { readonly Q: string; readonly R: string; readonly x0: string; readonly P0: string };
  readonly estimators: readonly EstimatorChoice[];
  readonly record:
    | {
        readonly kind: "simulated";
        readonly samples: number;
        readonly seeds: number;
        /** What goes into `inputs`; absent: all goes as it is drawn. */
        readonly drive?: Excitation;
      }
    | {
        readonly kind: "recorded";
        readonly t: Float64Array;
        /** By input and by output. */
        readonly u: readonly Float64Array[];
        readonly y: readonly Float64Array[];
      };
}

export type EstimateRequest =
  | { readonly do: "describe"; readonly id: number; readonly plant: PlantChoice }
  /** Everything, with what is drawn of the first run. */
  | { readonly do: "bench"; readonly id: number; readonly job: EstimateJob }
  | { readonly do: "fit"; readonly id: number; readonly job: FitJob }
  /** What is drawn of one seed. */
  | { readonly do: "track"; readonly id: number; readonly job: EstimateJob; readonly seed: number };

export interface TrackView {
  readonly seed: number;
  readonly t: Float64Array;
  /** By state. */
  readonly truth?: readonly Float64Array[];
  /** By output; NaN where missing. */
  readonly measured: readonly Float64Array[];
  /** By estimator: mean and standard deviation by state; what became of it where there are none. */
  readonly estimates: readonly (
    | { readonly ok: true; readonly x: readonly Float64Array[]; readonly sigma: readonly Float64Array[] }
    | { readonly ok: false; readonly lost: LostRun }
  )[];
}

export type EstimateFault =
  | { readonly ok: false; readonly code: "PLANT"; readonly problems: readonly Problem[] }
  /** A matrix or a vector is not what it must be; rows and columns wanted. */
  | {
      readonly ok: false;
      readonly code: "COVARIANCE" | "VECTOR" | "GAIN";
      readonly field: string;
      readonly rows: number;
      readonly cols: number;
    }
  | { readonly ok: false; readonly code: "TOO_LARGE"; readonly samples: number; readonly states: number }
  | { readonly ok: false; readonly code: "NO_STATE" | "FAILED" }
  | BenchRefusal;

export interface BenchView {
  readonly ok: true;
  readonly report: BenchReport;
  readonly track: TrackView;
  readonly states: readonly PlantSignal[];
  readonly outputs: readonly string[];
}

/** What a variable may come to; no bound where absent. */
export interface Bounds {
  readonly lower?: number;
  readonly upper?: number;
}

export interface SoughtVariable extends Bounds {
  readonly name: string;
}

/** Variables of the drawing, from a record of what is drawn; Q, R, x0 and P0 may be texts of them too. */
export interface FitJob extends Omit<EstimateJob, "estimators" | "record"> {
  readonly record: Extract<EstimateJob["record"], { readonly kind: "recorded" }>;
  /** Of values that are numbers, within their bounds. */
  readonly variables: readonly SoughtVariable[];
  /** The part of the record that they are estimated from: 1 for all of it. */
  readonly split: number;
}

export interface FittedVariable {
  readonly name: string;
  readonly before: number;
  readonly value: number;
  /** Standard deviation by the information of the record, the others on bounds staying there; NaN: on a bound, or the measurements do not depend on it. */
  readonly deviation: number;
  /** It is on this one, and the likelihood rises beyond. */
  readonly bound?: "lower" | "upper";
}

export interface FitView {
  readonly ok: true;
  readonly variables: readonly FittedVariable[];
  /** Log-likelihood of the part estimated from, at the start and after each iteration. */
  readonly rounds: readonly number[];
  readonly converged: boolean;
  /** Log-likelihood of the part held back, given the other. */
  readonly held?: { readonly before: number; readonly after: number };
  readonly outputs: readonly string[];
  /** By output: what was measured, and what the filter foretold one sample ahead with what holds a measurement with 95 %. */
  readonly measured: readonly Curve[];
  readonly foretold: readonly Banded[];
  /** From this time on it was held back. */
  readonly heldFrom?: number;
  /** Of the errors one sample ahead in the part estimated from. */
  readonly white: readonly ErrorTest[];
  /** Mean of their normalized squares by measurement, and what holds it with 95 %. */
  readonly nis: { readonly mean: number; readonly low: number; readonly high: number };
}

export type FitFault =
  | EstimateFault
  | { readonly ok: false; readonly code: "NO_LIKELIHOOD" }
  | { readonly ok: false; readonly code: "SINGULAR"; readonly rcond: number };

export type EstimateReply =
  | { readonly kind: "described"; readonly id: number; readonly plant: PlantView }
  | { readonly kind: "progress"; readonly id: number; readonly fraction: number }
  /** Of a fit: the steps that were taken. */
  | { readonly kind: "round"; readonly id: number; readonly iteration: number; readonly logLikelihood: number }
  | { readonly kind: "fitted"; readonly id: number; readonly fit: FitView | FitFault }
  | { readonly kind: "judged"; readonly id: number; readonly bench: BenchView | EstimateFault }
  | { readonly kind: "track"; readonly id: number; readonly track: TrackView | EstimateFault };
