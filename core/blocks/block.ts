/**
 * The contract of a block: one file per block, one default export of `defineBlock({...})`. A block is a page: its
 * parameters, its ports and its equations, traced once into expressions. It never hears of engines, forms or files.
 */
import type { Algebra, Expr, Scalar } from "../expr/expr.ts";
import type { Learned } from "../learn/weightFile.ts";

export type Category =
  | "state space"
  | "sources"
  | "sinks"
  | "math"
  | "continuous"
  | "discrete"
  | "nonlinear"
  | "estimation"
  | "routing"
  | "structure";

/** Sample instants offset + k * every, in s. */
export interface Rate {
  readonly every: number;
  readonly offset: number;
  /** Not by the clock, but whenever the triggered subsystem around it runs; `every` is then 0. */
  readonly triggered?: true;
}

interface Field {
  readonly label: string;
  readonly help?: string;
  /** Asked for and traced only where these choices of the block have one of these values; equations must not read it else. */
  readonly when?: { readonly [choice: string]: readonly string[] };
}

/** Drives checking and the inspector's form. Defaults are expressions, as a user would type them. */
export type ParamSpec =
  // Tunable: values live in slots, a new value needs no new trace.
  | (Field & {
      readonly kind: "real";
      readonly default: string;
      readonly unit?: string;
      readonly min?: number;
      readonly max?: number;
      readonly above?: number;
      /** inf and -inf are values too: a limit that is not there. */
      readonly infinite?: true;
    })
  | (Field & {
      readonly kind: "vector";
      readonly default: string;
      readonly unit?: string;
      readonly infinite?: true;
      /** [] is a value too. */
      readonly empty?: true;
    })
  | (Field & { readonly kind: "matrix"; readonly default: string; readonly unit?: string; readonly empty?: true })
  // Structural: a new value is a new model.
  | (Field & { readonly kind: "count"; readonly default: string; readonly min?: number; readonly max?: number })
  | (Field & { readonly kind: "choice"; readonly default: string; readonly of: readonly string[] })
  | (Field & { readonly kind: "text"; readonly default: string })
  /** Comma-separated names; "" for none, or for all of them where `all`. */
  | (Field & { readonly kind: "names"; readonly default: string; readonly all?: true })
  /** Expression of `of` (vectors; u[1] or u) and of the diagram's variables, which stay tunable. */
  | (Field & { readonly kind: "formula"; readonly default: string; readonly of: readonly string[] })
  /**
   * Sample time in s (> 0), or [sample time, offset]; the word `continuous` (null) where `optional`; the word `inherited`
   * where `inherits`: the rate of what is wired in, settled before equations() is called.
   */
  | (Field & {
      readonly kind: "period";
      readonly default: string;
      readonly optional: boolean;
      readonly inherits?: true;
    })
  /** Name of an attached CSV file. */
  | (Field & { readonly kind: "data"; readonly default: string })
  /** Name of an attached file of trained weights. What it holds is structure, but for its numbers, which `derived` gives. */
  | (Field & { readonly kind: "weights"; readonly default: string })
  /** Id of a block or subsystem of the diagram whose equations this block works with. */
  | (Field & {
      readonly kind: "plant";
      readonly default: string;
      /** Only a plant that is linear in its states will do. */
      readonly linear?: true;
      /** States that it may have. */
      readonly most: number;
    });

export type Params = { readonly [name: string]: ParamSpec };

/** A column of sampled numbers in an attached file, as a series of the model. */
export interface Column {
  readonly name: string;
  readonly series: number;
  readonly length: number;
}
/** An attached file at trace time. */
export interface DataRef {
  readonly file: string;
  readonly columns: readonly Column[];
}

/** An attached file of weights; without `learned` it is not there, or can't be read; without a name none is asked for. */
export interface WeightsRef {
  readonly file: string;
  readonly learned?: Learned;
}

/** Names of the elements of a plant that a block refers to, as the compiler finds them: undefined where there is no compiler. */
export interface PlantShape {
  readonly states: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Its matrices over one sample are exact and constant: see PlantNumbers. */
  readonly exact: boolean;
  /** It is linear in its states, exact or not. */
  readonly linear: boolean;
  /** All of its states are sampled. */
  readonly sampled: boolean;
}

/** x[k+1] = Phi x + Gamma u + drift, y = H x + D u + offset, row by row. */
export interface PlantMatrices {
  readonly Phi: Float64Array;
  readonly Gamma: Float64Array;
  readonly drift: Float64Array;
  readonly H: Float64Array;
  readonly D: Float64Array;
  readonly offset: Float64Array;
}

export interface PlantNumbers extends PlantShape {
  /** Its states where its run begins. */
  readonly start: ArrayLike<number>;
  /** Over `every` s, where `exact`. */
  matrices(every: number): PlantMatrices;
  /** Covariance that white noise of intensity Q (n x n, row by row) adds in `every` s, where `exact` and not `sampled`. */
  spread(Q: Float64Array, every: number): Float64Array;
}

/** Of a plant's states and inputs at an instant. */
export interface PlantPoint {
  readonly t: Scalar;
  readonly x: readonly Expr[];
  readonly u: readonly Expr[];
}

/** A plant as expressions. Its own parameters are the numbers that the drawing has for it, and stay tunable. */
export interface PlantEquations extends PlantShape {
  /** dx/dt; of a sampled plant x[k+1]. */
  next(at: PlantPoint): readonly Expr[];
  measured(at: PlantPoint): readonly Expr[];
  /** Derivatives of both with respect to the states, row by row. */
  nextSlope(at: PlantPoint): readonly (readonly Expr[])[];
  measuredSlope(at: PlantPoint): readonly (readonly Expr[])[];
}

/** What equations() sees: tunable parameters as expressions. */
export type Traced<P extends Params> = {
  readonly [K in keyof P]: P[K]["kind"] extends "real"
    ? Expr
    : P[K]["kind"] extends "vector"
      ? readonly Expr[]
      : P[K]["kind"] extends "matrix"
        ? readonly (readonly Expr[])[]
        : P[K]["kind"] extends "formula"
          ? (args: { readonly [name: string]: readonly Expr[] }) => readonly Expr[]
          : P[K]["kind"] extends "data"
            ? DataRef
            : P[K]["kind"] extends "plant"
              ? PlantEquations
              : P[K]["kind"] extends "period"
                ? Rate | null
                : Structural<P[K]>;
};

/**
 * What ports() sees: shapes of tunable parameters, values of structural ones. The length of a formula is undefined when it
 * follows from the widths of its arguments ("sin(u)"), which only wiring settles.
 */
export type Shapes<P extends Params> = {
  readonly [K in keyof P]: P[K]["kind"] extends "real"
    ? undefined
    : P[K]["kind"] extends "vector"
      ? { readonly length: number }
      : P[K]["kind"] extends "matrix"
        ? { readonly rows: number; readonly cols: number }
        : P[K]["kind"] extends "formula"
          ? { readonly length: number | undefined }
          : P[K]["kind"] extends "data"
            ? { readonly file: string; readonly columns: readonly string[] }
            : P[K]["kind"] extends "plant"
              ? PlantShape | undefined
              : Structural<P[K]>;
};

/** What check() sees: numbers. */
export type Values<P extends Params> = {
  readonly [K in keyof P]: P[K]["kind"] extends "real"
    ? number
    : P[K]["kind"] extends "vector"
      ? readonly number[]
      : P[K]["kind"] extends "matrix"
        ? readonly (readonly number[])[]
        : P[K]["kind"] extends "formula"
          ? string
          : P[K]["kind"] extends "data"
            ? {
                readonly file: string;
                readonly columns: readonly { readonly name: string; readonly values: Float64Array }[];
              }
            : P[K]["kind"] extends "plant"
              ? PlantNumbers | undefined
              : Structural<P[K]>;
};

type Structural<S extends ParamSpec> = S["kind"] extends "weights"
  ? WeightsRef
  : S["kind"] extends "count"
    ? number
    : S["kind"] extends "names"
      ? readonly string[]
      : S["kind"] extends "period"
        ? Rate | null | "inherited"
        : string;

/**
 * Width of a port or a state: a number, a name shared within the block ("n": these have equal width, whatever it turns out
 * to be), or a list that adds up (["a", "b"]: Mux).
 */
export type Width = number | string | readonly (number | string)[];

export interface Port {
  readonly width: Width;
  /** May be left unconnected: its value is then 0, and `connected` is false. */
  readonly optional?: boolean;
  /** Not drawn and not for wiring by hand: the compiler joins it (the two sides of a subsystem's port, Goto and From). */
  readonly hidden?: true;
}

export interface Ports {
  readonly in?: { readonly [port: string]: Port };
  readonly out?: { readonly [port: string]: Port };
}

/**
 * A state vector of the block. `initial` names a real or vector parameter (a scalar serves every element) or a vector of `derived`, or
 * is a number.
 */
export interface StateSpec<P extends Params> {
  readonly width: Width;
  readonly initial: (keyof P & string) | { readonly derived: string } | number;
  /** Sampled when it names a period parameter that is not `continuous`. */
  readonly every?: keyof P & string;
}

/** Vectors are arrays of scalars throughout. */
export interface Signals {
  /** Time in s. */
  readonly t: Expr;
  readonly in: { readonly [port: string]: readonly Expr[] };
  readonly state: { readonly [name: string]: readonly Expr[] };
  /** Resolved width of each named dimension. */
  readonly width: { readonly [name: string]: number };
  readonly connected: { readonly [port: string]: boolean };
  /** What `derived` of the block gave, as tunable numbers. */
  readonly derived: { readonly [name: string]: readonly Expr[] };
  /** Not 0 while the enabled subsystem around it runs, or at the events at which the triggered one does; absent in neither. */
  readonly active?: Expr;
}

/** The algebra with what only a traced block may use. */
export interface BlockAlgebra extends Algebra {
  /** M v: expanded when small, one kernel step when wide. */
  matvec(matrix: readonly (readonly Expr[])[], v: readonly Expr[]): readonly Expr[];
  /** The value in a slot of its own, so that equations which read it many times stay short. */
  signal(value: Expr): Expr;
  /** The value at the last sample instant of `rate`, held in between; the value itself when rate is null. */
  sample(value: Expr, rate: Rate | null): Expr;
  /** Time between two samples of `rate` in s; in a triggered subsystem the time since it last ran. */
  period(rate: Rate): Expr;
  /** A series read at x: `hold` the last sample, `linear` between samples; the end values outside. */
  lookup(x: Expr, at: Column, values: Column, between: "hold" | "linear"): Expr;
  /**
   * A vector or one-row parameter (or a matrix, row by row) as a series for find, cell and lookup: its numbers stay tunable. The
   * expressions must be a parameter's own, in order and complete.
   */
  table(name: string, values: readonly Expr[]): Column;
  /**
   * Memory of events: value(previous), where `previous` is what the value was just before the last event (`initial` before the
   * first). A relay is remember(0, (was) => choose(ge(u, on), 1, choose(le(u, off), 0, was))). The value may change between
   * events too; then `previous` is its limit from the left. `initial` is made of parameters and numbers.
   */
  remember(initial: Scalar, value: (previous: Expr) => Expr): Expr;
  /** 1 only at the event at which the condition becomes true (`rises`) or false (`falls`); not at the start of a run. */
  rises(condition: Expr): Expr;
  falls(condition: Expr): Expr;
  /** value(t - time), and `initial` before it began. Never a direct path; `time` (s, > 0) is made of parameters. */
  delay(value: Expr, time: Expr, initial: Expr): Expr;
  /**
   * d value / dt between events, by symbols: along the flow of the continuous states, 0 for what is held. Jumps are not in it.
   */
  rate(value: Expr): Expr;
}

export interface Equations {
  readonly out?: { readonly [port: string]: readonly Expr[] };
  /** dx/dt of continuous states, x[k+1] of sampled ones. */
  readonly next?: { readonly [state: string]: readonly Expr[] };
  /**
   * Jumps of continuous states: at an event at which `when` is not 0 (make it with rises or falls) the state becomes `to`, all of
   * them together, from the values just before.
   */
  readonly reset?: { readonly [state: string]: { readonly when: Expr; readonly to: readonly Expr[] } };
  /** Where a state begins, from signals at the start of the run, in place of its `initial` parameter. */
  readonly start?: { readonly [state: string]: readonly Expr[] };
  /** The run ends at the event at which this is not 0. */
  readonly stop?: Expr;
  /** Of roles `enable` and `trigger`: whether the subsystem around it runs. */
  readonly runs?: Expr;
}

export type ViewKind = "scope" | "xy" | "display" | "csv";

/** What is wrong with one parameter beside the others. */
export interface Objection {
  readonly field: string;
  readonly says: string;
  /** What mends it. */
  readonly hint?: string;
}

export interface BlockDefinition<P extends Params = Params> {
  /** Stable id in files: lower-case words joined by "-". */
  readonly type: string;
  readonly version: number;
  readonly category: Category;
  readonly title: string;
  /** One sentence: tooltip, docs. */
  readonly summary: string;
  /** TeX of what it computes: tooltip, docs. */
  readonly formula?: string;
  /** Other words people search for, English and Spanish. */
  readonly aliases?: readonly string[];
  readonly params: P;
  /** A sentence when values contradict each other: "lower must not exceed upper"; with the parameter to mend where it is one. */
  check?(values: Values<P>, shapes: Shapes<P>): string | Objection | undefined;
  /** Parameters that an attached file decides in place of what is typed: as they would be typed, or null where they mean nothing beside it. */
  settled?(shapes: Shapes<P>): { readonly [param: string]: string | null };
  readonly ports: Ports | ((shapes: Shapes<P>) => Ports);
  readonly states?:
    { readonly [name: string]: StateSpec<P> } | ((shapes: Shapes<P>) => { readonly [name: string]: StateSpec<P> });
  /**
   * Numbers that follow from tunable ones (a spline's slopes, a scaling): worked out again when those change, and slots like
   * them, so that equations stay short. How many there are must hang on shapes and structural values alone.
   */
  derived?(values: Values<P>): { readonly [name: string]: readonly number[] };
  /** Names of the elements of ports and states, for matrices and legends. */
  labels?(
    shapes: Shapes<P>,
    /** Resolved widths of named dimensions, as far as they are known: undefined before the diagram is wired up. */
    width?: { readonly [name: string]: number },
  ): { readonly [portOrState: string]: readonly string[] };
  /**
   * Special places of a model: `input` marks its output port as an external input u (its in port `drive`, if connected, drives
   * it in a run), `output` its in port as an external output y, the others their in ports as things to show: against time
   * (`scope`), one against the other (`xy`), as a number (`display`), in a file (`csv`). `enable` and `trigger` say when the
   * subsystem around them runs.
   */
  readonly role?: "input" | "output" | ViewKind | "enable" | "trigger";
  /** Out ports whose elements estimate the states of the plant, with their standard deviations: a scope draws both as a band. */
  readonly estimates?: {
    readonly port: string;
    readonly deviation: string;
    /** A count: samples it is late. */ readonly lag?: keyof P & string;
  };
  equations(m: BlockAlgebra, s: Signals, p: Traced<P>): Equations;
  /** What is drawn in the block. */
  readonly glyph: Glyph<P>;
}

/** TeX built from the parameters as typed, or a small curve in a 24 x 16 box (SVG path data). `shape` is its outline. */
export interface Glyph<P extends Params> {
  readonly shape?: "box" | "input" | "output" | "triangle" | "circle" | "bar";
  tex?(params: { readonly [K in keyof P]: string }): string;
  readonly curve?: string;
  /** A curve for lists, where its TeX would not fit. */
  readonly small?: string;
  /** Width and height on the canvas, in units of 8 px; 10 x 6 when absent. */
  readonly size?: readonly [number, number];
}

/** Keeps the parameter types of a block while the library holds them all alike. */
export function defineBlock<const P extends Params>(definition: BlockDefinition<P>): BlockDefinition {
  return definition as unknown as BlockDefinition;
}
