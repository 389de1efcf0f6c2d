/** Models that were made from data in this window: to be compared, and placed. Written by engine/identifyClient.ts. */
import { create } from "zustand";
import type {
  Comparison,
  ComparisonReply,
  IdentifiedModel,
  IdentifyMethod,
  IdentifyReply,
  PreparedRefusal,
  SeriesOptions,
} from "../engine/dataProtocol.ts";

export interface ListedModel {
  /** From 1 in the order of making; colours it. */
  readonly number: number;
  readonly set: string;
  readonly model: IdentifiedModel;
  readonly shown: boolean;
}

export interface IdentifySettings {
  /** A model of the data alone, or variables of what is drawn (store/fitted.ts). */
  readonly sought: "model" | "variables";
  /** Id of the data set; undefined: the first one. */
  readonly set: string | undefined;
  readonly method: IdentifyMethod;
  /** undefined: what the data speak for. */
  readonly order: number | undefined;
  readonly delayed: boolean;
  readonly series: SeriesOptions;
  /** Of a comparison of orders. */
  readonly most: number;
  readonly folds: number;
}

export type IdentifyFault =
  | Exclude<IdentifyReply, IdentifiedModel>
  | Exclude<ComparisonReply, Comparison>
  | PreparedRefusal
  | { readonly ok: false; readonly code: "UNEVEN" | "NO_OUTPUT" | "NOT_READ" };

interface IdentifiedState {
  readonly settings: IdentifySettings;
  readonly models: readonly ListedModel[];
  /** Number of the model that is placed and whose singular values and residuals are shown. */
  readonly chosen: number | undefined;
  /** The last comparison of orders, and the set that it was of. */
  readonly comparison: { readonly set: string; readonly of: Comparison } | undefined;
  readonly busy: "model" | "orders" | undefined;
  /** Of what is being made, where the method tells. */
  readonly share: number | undefined;
  readonly fault: IdentifyFault | undefined;
}

export const nothingIdentified: IdentifiedState = {
  settings: {
    sought: "model",
    set: undefined,
    method: "CVA",
    order: undefined,
    delayed: false,
    series: { trend: false, season: undefined, relative: false, by: "likelihood", ahead: 24 },
    most: 8,
    folds: 5,
  },
  models: [],
  chosen: undefined,
  comparison: undefined,
  busy: undefined,
  share: undefined,
  fault: undefined,
};

export const useIdentified = create<IdentifiedState>()(() => nothingIdentified);

export function setIdentify(change: Partial<IdentifySettings>): void {
  useIdentified.setState(({ settings }) => ({ settings: { ...settings, ...change } }));
}

export function setSeries(change: Partial<SeriesOptions>): void {
  useIdentified.setState(({ settings }) => {
    const series = { ...settings.series, ...change };
    // EM is of a level alone.
    const by = series.trend || series.season !== undefined ? "likelihood" : series.by;
    return { settings: { ...settings, series: { ...series, by } } };
  });
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
