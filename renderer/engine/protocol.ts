/** What the renderer asks of the worker that runs the core, and what comes back. Types only, all structured-cloneable. */
import type { LazoDocument } from "../../core/diagram/document.ts";
import type { Problem, View } from "../../core/ir/ir.ts";
import type { SimResult } from "../../core/sim/result.ts";
import type { TimeBase } from "../../core/lti/stateSpace.ts";

export type Request =
  /** Compile, and simulate when `run`. A newer request cancels an older one. */
  | { readonly do: "update"; readonly id: number; readonly document: LazoDocument; readonly run: boolean }
  | { readonly do: "cancel" }
  | { readonly do: "export"; readonly id: number; readonly document: LazoDocument; readonly to: "json" | "ts" };

export type Reply =
  | { readonly kind: "compiled"; readonly id: number; readonly compiled: CompiledView }
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
  /** Row-major. */
  readonly values: readonly (readonly number[])[];
  /** origin[row][col]; undefined where the matrix is too large to trace every entry. */
  readonly origin?: readonly (readonly Origin[])[];
}

export interface CompiledView {
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  /** Width of each port, by "blockName.port" (block path), known as far as it could be inferred. */
  readonly widths: { readonly [port: string]: number };
  readonly matrices?: readonly MatrixView[];
  readonly time?: TimeBase;
  /** False: the matrices hold at one operating point only. */
  readonly exact?: boolean;
  /** Poles: eigenvalues of A, [re, im]. */
  readonly eigenvalues?: readonly (readonly [number, number])[];
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
  readonly milliseconds: number;
}
