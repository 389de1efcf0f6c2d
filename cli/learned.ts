/** Files of trained networks, and what of signals does not fit them. */
import {
  learnedSystem,
  minreal,
  readWeights,
  type Learned,
  type Records,
  type StateSpace,
  type TaskRefusal,
} from "../core/index.ts";
import { readText } from "./files.ts";
import { refuse, tell } from "./report.ts";

/** A, B, C, D of a trained filter, for `lazo matrices FILE.json`. */
export async function filterMatrices(path: string): Promise<StateSpace> {
  const learned = await learnedFrom(path);
  const read = learnedSystem(learned);
  if (!read.ok)
    throw refuse(read.code, path, "Only a linear filter is A, B, C, D.", "Train it with --form filter and --loss mse.");
  const { mean } = learned.from;
  if (mean.some((m) => m !== 0) || learned.to.mean.some((m) => m !== 0))
    tell(`inputs count from [${mean.join(", ")}], outputs from [${learned.to.mean.join(", ")}]`);
  if (learned.period === undefined) tell("the distance of samples is not known and taken as 1 s");
  // States of real modes have a second one without effect.
  return minreal(read.system).system;
}

export async function learnedFrom(path: string): Promise<Learned> {
  const read = readWeights(await readText(path, 2 ** 28));
  if (!read.ok)
    throw refuse(read.code, path, `${read.place === "" ? "" : `${read.place}: `}${read.message}`, "Train it again.");
  return read.learned;
}

export function refusedTask(path: string, refusal: TaskRefusal, { names }: Records) {
  switch (refusal.code) {
    case "NO_SUCH_SIGNAL": {
      const some = names.length > 12 ? [...names.slice(0, 12), "..."] : names;
      return refuse(
        "SIGNAL_UNKNOWN",
        refusal.signal,
        "There is no signal of this name.",
        `There are ${some.join(", ")}.`,
      );
    }
    case "TOO_SHORT":
      return refuse(
        "RECORD_TOO_SHORT",
        path,
        `There are ${refusal.samples} samples where a sequence needs ${refusal.needed}.`,
        "Use a smaller --length, or a longer record.",
      );
    case "NOT_FINITE":
      return refuse(
        "INPUT_MISSING",
        refusal.signal,
        `Sample ${refusal.sample + 1} of run ${refusal.run + 1} is no number, and an input must be known at each.`,
        "Fill it in, or take another input.",
      );
  }
}
