/** What c2d and d2c are asked and give back. Types only. */
import type { Rule } from "./bilinear.ts";
import type { StateSpace } from "./stateSpace.ts";

export type SampleMethod = "zoh" | "foh" | "impulse" | "matched" | Rule;

export interface SampleOptions {
  /** With tustin, the angular frequency (rad/s) at which both responses agree exactly. */
  readonly prewarp?: number;
}

/** Why there is no answer. */
export type Refusal =
  /** A pole lies where the rule divides by zero; `pole` is where that is. */
  | { readonly code: "POLE_AT_INFINITY"; readonly pole: number; readonly rcond: number }
  /** No real matrix has this one as its exponential: an eigenvalue at 0 or on the negative axis. */
  | { readonly code: "NO_LOGARITHM"; readonly eigenvalue: readonly [number, number] }
  /** An impulse response with an impulse in it: the direct path is not 0, or not the one that an impulse response has. */
  | { readonly code: "DIRECT_PATH"; readonly size: number }
  /** In loops, or with a method other than zoh, only whole samples have a sampled form. */
  | { readonly code: "DELAY_BETWEEN_SAMPLES"; readonly delay: number }
  /** Only for one input and one output. */
  | { readonly code: "NOT_SISO"; readonly inputs: number; readonly outputs: number };

export type Resampled =
  | {
      readonly ok: true;
      readonly system: StateSpace;
      /** Of d2c by zoh, foh and impulse: |expm(A h) - Ad| / |Ad| in the 1-norm. */
      readonly residual?: number;
      /** Of c2d by zoh, foh and impulse: delays lie in loops, so that what goes into them was held or straight between samples too. */
      readonly held?: boolean;
    }
  | ({ readonly ok: false } & Refusal);
