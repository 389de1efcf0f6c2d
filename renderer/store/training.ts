/** What the Train tab asks for, the training that goes on, and the networks that came of it. Written by engine/trainClient.ts. */
import { create } from "zustand";
import type { LayerKind } from "../../core/learn/network.ts";
import type { Loss, TrainDevice, TrainFault, TrainJob, TrainResult, TrainSignals } from "../engine/trainProtocol.ts";

export type TrainTask = "estimate" | "predict" | "forecast";

export interface TrainWishes {
  /** Id of a data set; undefined: the diagram. */
  readonly set: string | undefined;
  readonly task: TrainTask;
  /** Of a forecast. */
  readonly ahead: number;
  /** Names of signals; undefined: what their kinds or roles suggest. */
  readonly given: readonly string[] | undefined;
  readonly sought: readonly string[] | undefined;
  readonly kind: LayerKind;
  readonly form: "filter" | "network";
  /** Id of a block whose network it is, in place of kind, form and sizes. */
  readonly block: string | undefined;
  readonly width: number;
  readonly states: number;
  readonly layers: number;
  /** undefined: by the samples that there are. */
  readonly length: number | undefined;
  readonly steps: number;
  readonly rate: number;
  readonly seed: number;
  readonly device: "auto" | "gpu" | "cpu";
  readonly runs: number;
  /** Shares; undefined: none where blocks draw noise, else enough to tell runs apart. */
  readonly noise: number | undefined;
  readonly scatter: number | undefined;
  /** "model 3": the third one of the Identify tab. */
  readonly begin: string;
}

export interface Run {
  readonly job: TrainJob;
  readonly phase: "running" | "training" | "comparing";
  readonly share: number;
  readonly losses: readonly Loss[];
  /** Steps a second. */
  readonly rate: number;
  readonly paused: boolean;
  /** undefined: not known yet. */
  readonly device?: TrainDevice;
}

export interface TrainedNetwork {
  /** From 1 in the order of making. */
  readonly number: number;
  readonly name: string;
  readonly job: TrainJob;
  readonly losses: readonly Loss[];
  readonly result: TrainResult;
}

/** A training that a reload or a crash ended. */
export interface Interrupted {
  readonly job: TrainJob;
  readonly losses: readonly Loss[];
  /** Absent: it had not come so far. */
  readonly checkpoint?: { readonly step: number; readonly text: string };
}

export type PlantSignals = ({ readonly ok: true } & TrainSignals) | TrainFault | undefined;

interface TrainingState {
  readonly wishes: TrainWishes;
  /** Of the diagram. */
  readonly signals: PlantSignals;
  readonly run: Run | undefined;
  readonly interrupted: Interrupted | undefined;
  readonly fault: TrainFault | undefined;
  readonly networks: readonly TrainedNetwork[];
  readonly chosen: number | undefined;
}

export const useTraining = create<TrainingState>()(() => ({
  wishes: {
    set: undefined,
    task: "estimate",
    ahead: 10,
    given: undefined,
    sought: undefined,
    kind: "s5",
    form: "network",
    block: undefined,
    width: 16,
    states: 16,
    layers: 2,
    length: undefined,
    steps: 600,
    rate: 0.003,
    seed: 1,
    device: "auto",
    runs: 40,
    noise: undefined,
    scatter: undefined,
    begin: "random",
  },
  signals: undefined,
  run: undefined,
  interrupted: undefined,
  fault: undefined,
  networks: [],
  chosen: undefined,
}));

export function wish(change: Partial<TrainWishes>): void {
  useTraining.setState(({ wishes }) => ({ wishes: { ...wishes, ...change } }));
}
