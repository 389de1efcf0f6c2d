/**
 * The operating point that A, B, C, D are taken at, and the signals they go between, as their form is filled in. `request` is what
 * the engine is told of it; absent while nothing is chosen. No part of the document: another one begins anew.
 */
import { create } from "zustand";
import type { PointRequest } from "../engine/protocol.ts";
import { useDocument } from "./document.ts";

/** What a user wants of a state, an input or an output of a trimmed point; numbers as they are typed. */
export interface WishText {
  readonly value?: string;
  readonly fixed?: boolean;
  readonly min?: string;
  readonly max?: string;
}
export type Side = "states" | "inputs" | "outputs";
export type WishTexts = { readonly [path: string]: WishText };

type At = PointRequest["at"];

interface Point {
  /** The form stands beside the matrices. */
  readonly shown: boolean;
  readonly kind: "start" | "time" | "trim";
  /** Instant of the run, s, as typed. */
  readonly time: string;
  readonly wishes: { readonly [S in Side]: WishTexts };
  /** Names of signals; undefined: all Input blocks, all Output blocks. */
  readonly inputs: readonly string[] | undefined;
  readonly outputs: readonly string[] | undefined;
  readonly open: readonly string[];
  /** Where the matrices are taken now. "trim" stays at the start until a point is found. */
  readonly at: At;
}

interface PointState extends Point {
  readonly request: PointRequest | undefined;
  set(change: Partial<Point>): void;
  wish(side: Side, path: string, change: WishText): void;
}

const fresh: Point & { readonly request: undefined } = {
  shown: false,
  kind: "start",
  time: "1",
  wishes: { states: {}, inputs: {}, outputs: {} },
  inputs: undefined,
  outputs: undefined,
  open: [],
  at: { kind: "start" },
  request: undefined,
};

/** Another request only where something in it changed: each one costs a linearization. */
function requestOf(point: Point): PointRequest | undefined {
  const { at, inputs, outputs, open } = point;
  if (at.kind === "start" && !inputs && !outputs && open.length === 0) return undefined;
  return { at, ...(inputs && { inputs }), ...(outputs && { outputs }), ...(open.length > 0 && { open }) };
}

export const usePoint = create<PointState>()((set) => ({
  ...fresh,
  set: (change) =>
    set((before) => {
      const after = { ...before, ...change };
      const same = (["at", "inputs", "outputs", "open"] as const).every((key) => after[key] === before[key]);
      return { ...change, ...(same ? {} : { request: requestOf(after) }) };
    }),
  wish: (side, path, change) =>
    set(({ wishes }) => ({
      wishes: { ...wishes, [side]: { ...wishes[side], [path]: { ...wishes[side][path], ...change } } },
    })),
}));

useDocument.subscribe((state, before) => {
  if (state.opened !== before.opened) usePoint.setState(({ shown }) => ({ ...fresh, shown }));
});
