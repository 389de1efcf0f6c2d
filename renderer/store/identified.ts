/** Models that were made from data in this window: to be compared, and placed. Written by engine/identifyClient.ts. */
import { create } from "zustand";
import type { IdentifiedModel, IdentifyMethod, IdentifyReply, PreparedRefusal } from "../engine/dataProtocol.ts";

export interface ListedModel {
  /** From 1 in the order of making; colours it. */
  readonly number: number;
  readonly set: string;
  readonly model: IdentifiedModel;
  readonly shown: boolean;
}

export interface IdentifySettings {
  /** Id of the data set; undefined: the first one. */
  readonly set: string | undefined;
  readonly method: IdentifyMethod;
  /** undefined: what the data speak for. */
  readonly order: number | undefined;
  readonly delayed: boolean;
}

export type IdentifyFault =
  | Exclude<IdentifyReply, IdentifiedModel>
  | PreparedRefusal
  | { readonly ok: false; readonly code: "UNEVEN" | "NO_OUTPUT" | "NOT_READ" };

interface IdentifiedState {
  readonly settings: IdentifySettings;
  readonly models: readonly ListedModel[];
  /** Number of the model that is placed and whose singular values and residuals are shown. */
  readonly chosen: number | undefined;
  readonly busy: boolean;
  readonly fault: IdentifyFault | undefined;
}

export const nothingIdentified: IdentifiedState = {
  settings: { set: undefined, method: "CVA", order: undefined, delayed: false },
  models: [],
  chosen: undefined,
  busy: false,
  fault: undefined,
};

export const useIdentified = create<IdentifiedState>()(() => nothingIdentified);

export function setIdentify(change: Partial<IdentifySettings>): void {
  useIdentified.setState(({ settings }) => ({ settings: { ...settings, ...change } }));
}

export function showModel(number: number, shown: boolean): void {
  useIdentified.setState(({ models }) => ({
    models: models.map((one) => (one.number === number ? { ...one, shown } : one)),
  }));
}

export function forgetModel(number: number): void {
  useIdentified.setState(({ models, chosen }) => {
    const left = models.filter((one) => one.number !== number);
    return { models: left, chosen: chosen === number ? left.at(-1)?.number : chosen };
  });
}
