/** The Estimate tab: what is asked for, the plant there is, and how the estimators did. Written by engine/estimateClient.ts too. */
import { create } from "zustand";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { watching } from "../../core/diagram/plantChoices.ts";
import type { Excitation } from "../../core/estimate/excitation.ts";
import type { BenchView, EstimateFault, EstimatorChoice, PlantView, TrackView } from "../engine/estimateProtocol.ts";
import type { PreparedRefusal } from "../engine/dataProtocol.ts";
import { useDocument } from "./document.ts";

export interface EstimatorRow extends EstimatorChoice {
  /** Unlike any other in this window. */
  readonly id: number;
  readonly on: boolean;
}

export interface EstimateSettings {
  /** Id of a subsystem; undefined: the whole drawing. */
  readonly subsystem: string | undefined;
  /** Id of a data set; undefined: the plant makes its records. */
  readonly set: string | undefined;
  /** s and samples of a simulated record; undefined: what suits the plant. */
  readonly interval: number | undefined;
  readonly samples: number | undefined;
  readonly seeds: number;
  /** What goes into all inputs of simulated records; drawn: what their wires bring, into those of a subsystem by itself 0. */
  readonly drive: { readonly kind: Excitation["kind"] | "drawn"; readonly amplitude: number };
  /** Names of what is measured in simulated records; undefined: all outputs. */
  readonly measured: readonly string[] | undefined;
  /** By name of an input or of what may be measured: the column of the data set, null for none. Absent: by its name. */
  readonly columns: { readonly [signal: string]: number | null };
  readonly texts: { readonly Q: string; readonly R: string; readonly x0: string; readonly P0: string };
  readonly rows: readonly EstimatorRow[];
}

export type EstimateView = "states" | "errors" | "nees" | "nis";

export type ShownFault =
  | EstimateFault
  | PreparedRefusal
  | { readonly ok: false; readonly code: "UNEVEN" | "NOT_READ" | "NO_MEASUREMENT" | "NO_ESTIMATOR" }
  | { readonly ok: false; readonly code: "INPUT_MISSING"; readonly channel: string; readonly sample: number };

/** A bench that was carried through, with the rows it was made of. */
export interface EstimateResult {
  readonly bench: BenchView;
  readonly track: TrackView;
  readonly rows: readonly EstimatorRow[];
  /** Name of the data set; undefined: simulated. */
  readonly set: string | undefined;
  readonly seeds: number;
}

interface EstimatedState {
  readonly settings: EstimateSettings;
  readonly plant: PlantView | undefined;
  readonly result: EstimateResult | undefined;
  /** Id of the row whose band is drawn. */
  readonly chosen: number | undefined;
  readonly state: number;
  readonly view: EstimateView;
  readonly busy: "bench" | "track" | undefined;
  readonly progress: number;
  readonly fault: ShownFault | undefined;
}

const row = (
  id: number,
  on: boolean,
  choice: Partial<EstimatorChoice> & Pick<EstimatorChoice, "kind">,
): EstimatorRow => ({
  ...{ id, on, scaleQ: 1, scaleR: 1 },
  ...choice,
});

export const nothingEstimated: EstimatedState = {
  settings: {
    subsystem: undefined,
    set: undefined,
    interval: undefined,
    samples: undefined,
    seeds: 50,
    drive: { kind: "drawn", amplitude: 1 },
    measured: undefined,
    columns: {},
    texts: { Q: "1e-4", R: "0.01", x0: "", P0: "0.01" },
    rows: [
      row(1, true, { kind: "kalman" }),
      row(2, true, { kind: "ekf" }),
      row(3, false, { kind: "iekf", iterations: 5 }),
      row(4, true, { kind: "ukf", alpha: 0.5 }),
      row(5, false, { kind: "particle", particles: 500 }),
      row(6, false, { kind: "observer", gain: "" }),
      row(7, true, { kind: "smoother", over: "ekf" }),
    ],
  },
  plant: undefined,
  result: undefined,
  chosen: undefined,
  state: 0,
  view: "states",
  busy: undefined,
  progress: 0,
  fault: undefined,
};

/** As an estimator on the drawing is set, where there is one: the bench begins with its plant, its noise and its start. */
export function settingsOf(document: LazoDocument): EstimateSettings {
  const { settings } = nothingEstimated;
  const found = watching(document);
  if (!found) return settings;
  const { plant, estimator, period } = found;
  const { Q, R, x0 = "", P0, measured = "", noise } = estimator.params;
  const names = measured.split(",").map((name) => name.trim());
  return {
    ...settings,
    subsystem: plant,
    interval: period,
    measured: measured.trim() === "" ? undefined : names,
    texts: {
      // Small samples: what white noise adds up to in one of them.
      Q: Q === undefined ? settings.texts.Q : noise === "per sample" ? Q : `(${Q})*${period ?? 1}`,
      R: R ?? settings.texts.R,
      x0: x0.trim() === "[]" ? "" : x0,
      P0: P0 ?? settings.texts.P0,
    },
  };
}

export const useEstimated = create<EstimatedState>()(() => ({
  ...nothingEstimated,
  settings: settingsOf(useDocument.getState().document),
}));

export function setEstimate(change: Partial<EstimateSettings>): void {
  useEstimated.setState(({ settings }) => ({ settings: { ...settings, ...change } }));
}

export function setRow(id: number, change: Partial<EstimatorRow>): void {
  const { rows } = useEstimated.getState().settings;
  setEstimate({ rows: rows.map((one) => (one.id === id ? { ...one, ...change } : one)) });
}

/** The same once more below it, to be set otherwise. */
export function copyRow(id: number): void {
  const { rows } = useEstimated.getState().settings;
  const fresh = Math.max(...rows.map((one) => one.id)) + 1;
  setEstimate({ rows: rows.flatMap((one) => (one.id === id ? [one, { ...one, id: fresh, on: true }] : [one])) });
}

export function removeRow(id: number): void {
  setEstimate({ rows: useEstimated.getState().settings.rows.filter((one) => one.id !== id) });
}
