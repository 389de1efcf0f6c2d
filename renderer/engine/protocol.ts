/** What the renderer asks of the worker that runs the core, and what comes back. Types only, all structured-cloneable. */
import type { LazoDocument } from "../../core/diagram/document.ts";
import type { OrderEntry } from "../../core/ir/executionOrder.ts";
import type { Estimate, Problem, View } from "../../core/ir/ir.ts";
import type { PointValues } from "../../core/linearize/operatingPoint.ts";
import type { NamedSignal } from "../../core/linearize/points.ts";
import type { Trimmed, TrimSpec } from "../../core/linearize/trimmed.ts";
import type { SimResult } from "../../core/sim/result.ts";
import type { Margins } from "../../core/analysis/margin.ts";
import type { StepInfoOutcome } from "../../core/analysis/stepinfo.ts";
import type { RedesignRefusal } from "../../core/design/redesign.ts";
import type { Damped } from "../../core/lti/pole.ts";
import type { TimeBase } from "../../core/lti/stateSpace.ts";

export type Request =
  /** Compile, and simulate when `run`. A newer request cancels an older one. */
  | {
      readonly do: "update";
      readonly id: number;
      readonly document: LazoDocument;
      readonly run: boolean;
      /** Absent: all Input and Output blocks, at the start. */
      readonly point?: PointRequest;
      /** How the same system is looked at. */
      readonly analyse?: AnalysisPlot;
      /** Blocks whose numbers are to be those of their design, first of all: what is compiled and run has them already. */
      readonly designing?: readonly string[];
    }
  /** How a system that was kept looks in a plot. */
  | { readonly do: "analyse"; readonly id: number; readonly system: SystemView; readonly plot: AnalysisPlot }
  | { readonly do: "cancel" }
  | { readonly do: "export"; readonly id: number; readonly document: LazoDocument; readonly to: "json" | "ts" }
  | { readonly do: "ask"; readonly id: number; readonly document: LazoDocument; readonly question: Question };

/** Where A, B, C, D are taken, and between which signals (by their paths). */
export interface PointRequest {
  readonly at:
    | { readonly kind: "start" }
    | { readonly kind: "time"; readonly t: number }
    | { readonly kind: "values"; readonly values: PointValues };
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  /** Signals at which loops are cut. */
  readonly open?: readonly string[];
}

/** What somebody wants to know of a document now and then, beside what every change brings. */
export type Question =
  /** All signals that have a name. */
  | { readonly kind: "signals" }
  /** The order in which blocks work. */
  | { readonly kind: "order" }
  /** States, inputs and outputs with their values at the start. */
  | { readonly kind: "quantities" }
  /** An equilibrium, or as near as can be. */
  | { readonly kind: "trim"; readonly spec: TrimSpec };

export interface Quantity {
  readonly path: string;
  readonly label: string;
  readonly block: string;
  readonly value: number;
}

/** A trimmed point without the memory it was found in; states with the block that holds them. */
export interface TrimmedView extends Omit<Trimmed, "memory" | "states"> {
  readonly states: readonly (Trimmed["states"][number] & { readonly block: string })[];
}

/** Loops with the reciprocal condition of their Jacobian at the start. */
export type OrderView = readonly (OrderEntry & { readonly rcond?: number })[];

export type Answer =
  | { readonly kind: "signals"; readonly signals: readonly NamedSignal[] }
  | { readonly kind: "order"; readonly entries: OrderView }
  | {
      readonly kind: "quantities";
      readonly states: readonly Quantity[];
      readonly inputs: readonly Quantity[];
      readonly outputs: readonly Quantity[];
    }
  | { readonly kind: "trimmed"; readonly trimmed: TrimmedView }
  /** What was asked cannot be: names that nobody has, bounds that leave no room. */
  | { readonly kind: "refused"; readonly problems: readonly Problem[] }
  /** The document does not compile: its problems say why. */
  | { readonly kind: "broken" };

export type Reply =
  | { readonly kind: "compiled"; readonly id: number; readonly compiled: CompiledView }
  /** Follows where the matrices had to wait for a run up to their instant. */
  | { readonly kind: "linearized"; readonly id: number; readonly linear: LinearView }
  /** Follows the matrices where `analyse` was asked for. */
  | { readonly kind: "analysed"; readonly id: number; readonly analysis: AnalysisView; readonly system?: SystemView }
  /** Follows when there is nothing else to do: modes that the states hold and nobody needs, as warnings. */
  | { readonly kind: "needless"; readonly id: number; readonly problems: readonly Problem[] }
  /** By block id, where controllers keep an intent: first of all where some are `designing`, else after what was compiled. */
  | { readonly kind: "designed"; readonly id: number; readonly designs: { readonly [block: string]: DesignView } }
  | { readonly kind: "answer"; readonly id: number; readonly answer: Answer }
  | { readonly kind: "progress"; readonly id: number; readonly fraction: number }
  | { readonly kind: "ran"; readonly id: number; readonly run: RunView }
  | {
      readonly kind: "exported";
      readonly id: number;
      readonly name: string;
      readonly text?: string;
      readonly problems: readonly Problem[];
    }
  /** A bug in the core, told apart from what a user can cause. */
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

/** Blocks by path ("Plant/Gain"), wires by id. */
export interface Origin {
  readonly blocks: readonly string[];
  readonly wires: readonly string[];
}

export interface MatrixView {
  readonly name: "A" | "B" | "C" | "D";
  readonly rows: readonly string[];
  readonly cols: readonly string[];
  /** Entries that are not 0, row after row: those of row i are number starts[i] to starts[i + 1] - 1. */
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  /** origin[row][col]; undefined where the matrix is too large to trace every entry. */
  readonly origin?: readonly (readonly Origin[])[];
}

/** A, B, C, D and what goes with them; without `matrices` there are none, and `linearProblems` says why. */
export interface LinearView {
  readonly matrices?: readonly MatrixView[];
  readonly time?: TimeBase;
  /** False: the matrices hold at one operating point only. */
  readonly exact?: boolean;
  /** Poles: eigenvalues of A, [re, im]. */
  readonly eigenvalues?: readonly (readonly [number, number])[];
  /** Instant of the operating point, s. */
  readonly t?: number;
  readonly linearProblems: readonly Problem[];
}

/** A controller's intent for the plant as it is drawn now. */
export type DesignView =
  | {
      readonly ok: true;
      /** What the controller's numbers would be, as they are typed. */
      readonly params: { readonly [name: string]: string };
      /** Whether they are that. */
      readonly follows: boolean;
      /** Closed-loop poles with those. */
      readonly planned: readonly (readonly [re: number, im: number])[];
      /** With the numbers as they are. */
      readonly poles?: readonly (readonly [re: number, im: number])[];
      readonly time: TimeBase;
      /** Fields that were left to the engine, with what it chose. */
      readonly chosen?: { readonly [field: string]: string };
      /** Of a tuned PID: what the loop has with the planned numbers, rad/s, degrees and a factor. */
      readonly margins?: { readonly frequency: number; readonly phase: number; readonly gain?: number };
      /** Of a sampled block: the continuous system that it was made of. */
      readonly of?: SystemView;
      /**
       * SAMPLED_UNSTABLE: the rule made a stable system unstable. SAMPLED_REST: it starts at rest, the continuous one does not.
       * SAMPLED_HELD: in a loop with dead time the rule is not exact. SAMPLED_DIGITS: its polynomials have lost digits.
       */
      readonly warning?: "SAMPLED_UNSTABLE" | "SAMPLED_REST" | "SAMPLED_HELD" | "SAMPLED_DIGITS";
    }
  | {
      readonly ok: false;
      /** BROKEN: the drawing around the controller does not compile. WEIGHT, POLES, FREQUENCY: a field is not what it must be. */
      readonly code:
        | RedesignRefusal["code"]
        | "BROKEN"
        | "NOT_LINEAR"
        | "WEIGHT"
        | "POLES"
        | "FREQUENCY"
        | "MARGIN"
        | "SAMPLED"
        | "UNREACHABLE"
        | "OTHER_TIME"
        | "OBSERVER_UNDETECTABLE"
        | "OBSERVER_UNDRIVEN"
        | "OBSERVER_SINGULAR_R"
        | "NO_HOLD"
        | "NOT_CONTINUOUS"
        | "NO_MUX"
        | "NOT_KNOWN"
        | "STATIC"
        | "NO_PERIOD"
        | "OTHER_PERIOD"
        | "BEYOND_NYQUIST"
        | "UNSTABLE_LOOP"
        | "STEP"
        | "PREWARP"
        | "NO_SOURCE"
        | "ALONE_BROKEN"
        | "PORT_USED"
        | "OWN_SIGNAL"
        | "NOT_LINEAR_ALONE"
        | "ALREADY_SAMPLED"
        | "NOTHING_TO_SAMPLE"
        | "POLE_AT_INFINITY"
        | "DIRECT_PATH"
        | "MATCHED_NOT_SISO"
        | "PID_FORWARD"
        | "DELAY_BETWEEN"
        | "DELAY_IN_LOOP"
        | "DELAYS_UNLIKE"
        | "DELAYS_SEVERAL"
        | "DELAY_TOO_LONG";
      readonly values: { readonly [name: string]: number | string };
    };

/** A linear system by itself, from which every plot of it can be drawn: matrices row after row. */
export interface SystemView {
  readonly A: Float64Array;
  readonly B: Float64Array;
  readonly C: Float64Array;
  readonly D: Float64Array;
  readonly time: TimeBase;
  readonly u: readonly string[];
  readonly x: readonly string[];
  readonly y: readonly string[];
  /** With its transport delays as they are, where it has any: what A, B, C, D hold of them is an approximation. */
  readonly late?: LateSystem | undefined;
  /** It has transport delays. */
  readonly delays: boolean;
  /** From a signal back to itself, with the loop cut there. */
  readonly loop: boolean;
  /** False: it holds at one operating point only. */
  readonly exact: boolean;
  /** Instant of the operating point, s. */
  readonly t: number;
}

/** A system whose last inputs are its last outputs later, as many as there are delays (s). */
export interface LateSystem {
  readonly A: Float64Array;
  readonly B: Float64Array;
  readonly C: Float64Array;
  readonly D: Float64Array;
  readonly x: readonly string[];
  readonly times: readonly number[];
}

/** The system that A, B, C, D are of, or why there is nothing to show of it. */
export type AnalysisView =
  | PoleZeroView
  | CurvesView
  /** Gains only. */
  | { readonly kind: "static" }
  | { readonly kind: "noSignals"; readonly missing: "inputs" | "outputs" }
  /** A root locus has one input and one output. */
  | { readonly kind: "notSiso"; readonly inputs: number; readonly outputs: number }
  /** It takes a while: what is to be seen of the system is asked for apart. */
  | { readonly kind: "large"; readonly states: number }
  | { readonly kind: "tooLarge"; readonly states: number; readonly most: number }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

export type AnalysisPlot = "poleZero" | "rlocus" | "step" | "bode" | "nyquist" | "nichols" | "sigma";

export interface AnalysisCurve {
  readonly name: string;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Frequencies in rad/s, where x is none. */
  readonly at?: Float64Array;
}

export interface CurvesView {
  readonly kind: "curves";
  readonly plot: Exclude<AnalysisPlot, "poleZero" | "rlocus">;
  readonly time: TimeBase;
  /**
   * From top to bottom. Step: s and value. Bode: rad/s and dB, rad/s and degrees. Nyquist: real and imaginary part. Nichols: degrees
   * and dB. Singular values: rad/s and dB.
   */
  readonly panes: readonly (readonly AnalysisCurve[])[];
  /** Pairs of an input and an output that are not among the curves, as they would be too many. */
  readonly left: number;
  /** What is shown is the gain around a loop cut at a signal, with the sign of negative feedback. */
  readonly loop: boolean;
  /** Where there are transport delays: whether they are in the curves as they are, or as Pade approximations. */
  readonly delays?: "exact" | "pade";
  /** Of the one transfer there is. */
  readonly margins?: Margins;
  /** In the order of the curves. */
  readonly steps?: readonly StepInfoOutcome[];
  /** False: they hold at one operating point only. */
  readonly exact: boolean;
  /** Instant of the operating point, s. */
  readonly t: number;
}

export interface PoleZeroView {
  readonly kind: "poleZero";
  readonly time: TimeBase;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The slowest first. */
  readonly poles: readonly Damped[];
  /** Invariant zeros. Where inputs or outputs do not meet a pole, one of them lies on it. */
  readonly zeros: readonly (readonly [re: number, im: number])[];
  /** False: no output follows any input. */
  readonly connected: boolean;
  /** Transport delays are there as Pade approximations. */
  readonly pade: boolean;
  /** Where the poles go as negative feedback around all of it grows from 0. */
  readonly locus?: LocusView;
  /** False: they hold at one operating point only. */
  readonly exact: boolean;
  /** Instant of the operating point, s. */
  readonly t: number;
}

export interface LocusView {
  readonly gains: Float64Array;
  /** By branch, at each gain. */
  readonly branches: readonly { readonly re: Float64Array; readonly im: Float64Array }[];
  /** At gain 1. */
  readonly closed: readonly (readonly [re: number, im: number])[];
  /** What is closed is the gain around a loop cut at a signal. */
  readonly loop: boolean;
}

export interface CompiledView extends LinearView {
  readonly ok: boolean;
  /** Of the diagram. What stands in the way of its matrices, or limits them, is said beside them (`linearProblems`). */
  readonly problems: readonly Problem[];
  /** The matrices come later, in a reply of their own. */
  readonly pending?: boolean;
  /** Modes that no input moves or no output shows; those of the drawing before until the new ones are told. */
  readonly needless?: readonly Problem[];
  /** Width of each port, by "blockName.port" (block path), known as far as it could be inferred. */
  readonly widths: { readonly [port: string]: number };
  /** When each block works, by path: "continuous", "constant", "triggered", or its sample time in s as "0.1" or "0.1+0.02". */
  readonly rates: { readonly [path: string]: string };
  readonly counts: {
    readonly states: number;
    readonly inputs: number;
    readonly outputs: number;
    readonly blocks: number;
  };
  readonly milliseconds: number;
}

export interface RunView {
  readonly result: SimResult;
  /** Blocks that show signals, each with the indices of its traces in result.traces: of an XY scope those of x, then of y. */
  readonly views: readonly {
    readonly block: string;
    readonly kind: View["kind"];
    readonly traces: readonly number[];
  }[];
  /** Traces that estimate states, by index: with their standard deviations, and what they estimate where the drawing has it. */
  readonly estimates?: readonly Estimate[];
  readonly milliseconds: number;
}
