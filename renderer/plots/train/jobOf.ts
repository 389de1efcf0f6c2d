/** From what the form says to a job: which signals there are to choose from, and what is meant where nothing is said. */
import type { DataSet, LazoDocument } from "../../../core/diagram/document.ts";
import { startIn, wiredTo } from "../../../core/diagram/learnedBlocks.ts";
import { loadSet, selectionOf, take } from "../../engine/dataClient.ts";
import type { TrainFault, TrainJob, TrainSignal } from "../../engine/trainProtocol.ts";
import type { ListedModel } from "../../store/identified.ts";
import type { PlantSignals, TrainWishes } from "../../store/training.ts";

export interface Offer {
  readonly signals: readonly TrainSignal[];
  readonly samples: number;
  readonly seeded: number;
  readonly switching: boolean;
}

/** undefined: not known yet, or not to be had. */
export function offerOf(set: DataSet | undefined, of: PlantSignals, rows?: number): Offer | undefined {
  if (set)
    return {
      signals: set.channels
        .filter(({ role }) => role !== "time")
        .map(({ name, role }) => ({
          path: name,
          label: name,
          kind: role === "input" || role === "output" ? role : "other",
        })),
      samples: Math.round((rows ?? 0) * (set.split < 1 ? set.split : 0.8)),
      seeded: 0,
      switching: false,
    };
  return of?.ok ? of : undefined;
}

export interface Meant {
  readonly given: readonly string[];
  readonly sought: readonly string[];
  readonly ahead: number;
  readonly length: number;
  /** Shares. */
  readonly noise: number;
  readonly scatter: number;
}

/** States are estimated from inputs and outputs; outputs are predicted from what they and the inputs were. */
export function meant(wishes: TrainWishes, { signals, samples, seeded }: Offer, document: LazoDocument): Meant {
  const of = (...kinds: readonly TrainSignal["kind"][]) =>
    signals.filter(({ kind }) => kinds.includes(kind)).map(({ path }) => path);
  // In the order in which they are offered, so that whole ports stay together.
  const ordered = (names: readonly string[]) =>
    signals.filter(({ path }) => names.includes(path)).map(({ path }) => path);
  const there = (names: readonly string[] | undefined) => {
    const known = names && ordered(names);
    return known && known.length > 0 ? known : undefined;
  };
  const states = of("state");
  const estimate = wishes.task === "estimate";
  const [inputs, outputs] = [of("input"), of("output")];
  const sought = there(wishes.sought) ?? (estimate && states.length > 0 ? states : outputs);
  const seen = estimate && states.length === 0 ? inputs : [...inputs, ...outputs];
  // A block gets what is wired to it.
  const wired =
    wishes.block !== undefined && wishes.set === undefined && wishes.given === undefined
      ? wiredTo(
          document,
          wishes.block,
          signals.map(({ path }) => path),
        )
      : undefined;
  const chosen = wired ?? there(wishes.given) ?? (seen.length > 0 ? seen : of("other").slice(0, 1));
  // Who looks ahead knows what was.
  const given = estimate || wired ? chosen : ordered([...chosen, ...sought]);
  return {
    given,
    sought,
    ahead: wishes.task === "estimate" ? 0 : wishes.task === "predict" ? 1 : wishes.ahead,
    length: wishes.length ?? Math.max(8, Math.min(128, Math.floor(samples / (wishes.set === undefined ? 2 : 6)))),
    noise: wishes.noise ?? (seeded > 0 ? 0 : 0.1),
    scatter: wishes.scatter ?? (seeded > 0 ? 0 : 0.5),
  };
}

export async function jobOf(
  wishes: TrainWishes,
  offer: Offer,
  document: LazoDocument,
  set: DataSet | undefined,
  models: readonly ListedModel[],
): Promise<TrainJob | TrainFault> {
  const { given, sought, ahead, length, noise, scatter } = meant(wishes, offer, document);
  const block = wishes.block === undefined ? undefined : startIn(document, wishes.block);
  if (wishes.block !== undefined && !block) return { ok: false, code: "NO_BLOCK" };
  const model = models.find(({ number }) => wishes.begin === `model ${number}`);
  const linear = wishes.form === "filter" && (wishes.kind === "s5" || wishes.kind === "s4d");
  const begin: TrainJob["begin"] = block
    ? { kind: "block", id: wishes.block!, name: block.name, text: block.text }
    : linear && model
      ? {
          kind: "model",
          name: `${model.number}`,
          A: model.model.A,
          B: model.model.B,
          C: model.model.C,
          D: model.model.D,
        }
      : linear && wishes.begin === "kalman" && !set
        ? { kind: "kalman" }
        : { kind: "random" };
  const { kind, form, width, states, layers, steps, rate, seed, device, runs } = wishes;
  const { spec } = block?.learned ?? {};
  const rest: Omit<TrainJob, "source"> = {
    ...{ given, sought, ahead, length, kind, form, width, states, layers, steps, rate, seed, device, begin },
    ...(spec && {
      ...{ kind: spec.kind, form: spec.form, width: spec.width, states: spec.states, layers: spec.layers },
      // S4 and DSS are normalized over the longest sequence that there may be.
      ...(spec.length !== undefined && { length: Math.min(length, spec.length) }),
    }),
  };
  if (!set) return { ...rest, source: { kind: "plant", document, runs, noise, scatter } };
  await loadSet(set);
  const names = [...new Set([...given, ...sought])];
  const of = selectionOf(
    set,
    names.map((name) => set.channels.find((channel) => channel.name === name)!.column),
  );
  if (!of) return { ok: false, code: "NOT_READ" };
  const taken = await take(of);
  if (!taken.ok || taken.period === undefined) return { ok: false, code: "UNEVEN" };
  const period = Number(taken.period.toPrecision(9));
  return { ...rest, source: { kind: "data", set: set.name, names, columns: taken.channels, period, split: set.split } };
}
