/**
 * The document: what is drawn and saved (`.lazo`, JSON). Types only; schema.ts reads and writes it, edit.ts changes it.
 * Everything a user types is kept as he typed it: parameters, gains and run settings are expressions in strings.
 */

import type { CsvFormat } from "../data/csvFormat.ts";
import type { Step } from "../data/steps.ts";
import type { Solver } from "../sim/result.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface PortRef {
  readonly block: string;
  readonly port: string;
}

/** Carries an output to an input, times its gain (a scalar or matrix expression, 1 when absent). Several add up. */
export interface Wire {
  readonly id: string;
  readonly from: PortRef;
  readonly to: PortRef;
  readonly gain?: string;
  /** Drawn instead of the gain's expression: B for [0.3; 0]. */
  readonly label?: string;
  readonly bends?: readonly Point[];
}

/** What the numbers of a controller were computed for, kept so that they can be computed anew: fields are expressions. */
export interface Design {
  readonly method: DesignMethod;
  readonly fields: { readonly [name: string]: string };
}

/**
 * Of a gain: least quadratic cost, given closed-loop poles, the frequency at which the loop's gain is 1; of a PID: that and a margin; of a
 * State Space: LQR on the state that a Kalman filter estimates; an estimate of the state by given poles of its error, by the noise; a
 * continuous block sampled.
 */
export type DesignMethod = "lqr" | "poles" | "crossover" | "tune" | "lqg" | "observer" | "kalman" | "discretize";

export interface Block {
  readonly id: string;
  /** Unique in its sheet. */
  readonly name: string;
  readonly type: string;
  readonly version: number;
  readonly params: { readonly [name: string]: string };
  /** Top left corner, in canvas units. */
  readonly at: Point;
  /** Clockwise; ports follow. 0 when absent. */
  readonly turn?: 0 | 90 | 180 | 270;
  /** Free text: what it stands for. Shown in the inspector. */
  readonly note?: string;
  /** Of a controller: how its numbers were found. */
  readonly design?: Design;
  /** A subsystem's own drawing. Its In, Out, Enable and Trigger blocks are its ports, by name. */
  readonly sheet?: Sheet;
  /**
   * A subsystem's own parameters, with their defaults: variables of its drawing. `params` holds what this one subsystem has
   * instead, as expressions of the sheet around it. What is not here is looked up in the sheets around it.
   */
  readonly mask?: readonly Variable[];
}

export interface Note {
  readonly id: string;
  readonly at: Point;
  /** TeX between dollar signs is set as a formula. */
  readonly text: string;
  /** Where its lines are broken, in canvas units; as wide as its text when absent. */
  readonly width?: number;
}

export interface Sheet {
  readonly blocks: readonly Block[];
  readonly wires: readonly Wire[];
  readonly notes: readonly Note[];
}

export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
  readonly note?: string;
}

/** Expressions over the variables, but for the solver. `step` is the spacing of the output grid in s. */
export interface RunSettings {
  readonly stop: string;
  readonly step: string;
  readonly solver: Solver;
  readonly rtol?: string;
  readonly atol?: string;
  readonly maxStep?: string;
}

export type Role = "time" | "input" | "output" | "none";

export interface Channel {
  /** Place of the column in the file, from 0. */
  readonly column: number;
  readonly name: string;
  readonly unit?: string;
  readonly role: Role;
}

/**
 * Recorded data that the document refers to: which file, how it is read, what its columns mean, what is done to them. The numbers lie
 * beside the document, or, of small files, in its `data`.
 */
export interface DataSet {
  readonly id: string;
  readonly name: string;
  /** Base name, size in bytes and fingerprint, to find it again and to tell whether it is the same. */
  readonly file: { readonly name: string; readonly bytes: number; readonly print: string };
  readonly format: CsvFormat;
  readonly channels: readonly Channel[];
  /** Between rows, s, where no channel has their times. */
  readonly every: number;
  readonly steps: readonly Step[];
  /** Which part of the time models are made from, the first; the rest is held back to judge them. */
  readonly split: number;
}

export interface LazoDocument {
  readonly format: "lazo";
  readonly version: 1;
  readonly name: string;
  readonly description?: string;
  readonly variables: readonly Variable[];
  readonly root: Sheet;
  readonly run: RunSettings;
  /** Attached files, by plain file name: text as read. A file named by a block and absent here is looked for beside the document. */
  readonly data?: { readonly [fileName: string]: string };
  /** Recorded data that models are made from and judged by; the numbers lie beside the document. */
  readonly sets?: readonly DataSet[];
}
