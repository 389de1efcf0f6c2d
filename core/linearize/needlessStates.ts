/**
 * Whether the states are the fewest that describe what happens between inputs and outputs, and which modes say that they are not:
 * those that no input moves and those that no output shows (Popov-Belevitch-Hautus, core/lti), with the blocks that hold them.
 */
import type { Problem } from "../ir/ir.ts";
import type { Complex } from "../math/complex.ts";
import { pbh } from "../lti/pbh.ts";
import { structure } from "../lti/structure.ts";
import { unitless } from "../lti/unitless.ts";
import type { Linearization } from "./linearization.ts";

/** The work grows with the third power of the states or more: 40 ms at 50, 0.3 s at 100. */
const mostStates = 60;
/** A state takes part in a mode where its share is above what rounding leaves. */
const share = 1e-6;
const mostLines = 6;
const mostBlocks = 6;
/** Of the modes that are told together, so many are named. */
const mostNamed = 3;

/**
 * A warning for the modes of the same blocks that are not needed. None where there are no inputs, or no outputs, that could need one, and for more states
 * than `most`.
 */
export function needlessStates({ system, stateBlocks }: Linearization, most = mostStates): readonly Problem[] {
  const { x, u, y } = system;
  const n = x.length;
  if (n === 0 || n > most || u.length === 0 || y.length === 0) return [];
  const { A, B, C } = unitless(system).system;
  if (![A, B, C].every((M) => M.to1DArray().every(Number.isFinite))) return [];
  const inputs = pbh(A, B).filter((mode) => mode.lost);
  const outputs = pbh(A.transpose(), C.transpose()).filter((mode) => mode.lost);
  if (inputs.length + outputs.length === 0) return [];
  const { minimal } = structure(system);
  if (minimal === n) return [];
  const warning = (way: "input" | "output", { modes, held }: Told): Problem => {
    const listed = (names: readonly string[], most: number): string =>
      [...names.slice(0, most), ...(names.length > most ? ["..."] : [])].join(", ");
    const blocks = listed(
      held.map((block) => `"${block}"`),
      mostBlocks,
    );
    const [count, mode] = [modes.length, listed(modes, mostNamed)];
    const values = { ...(count > 1 && { count }), mode, blocks, states: n, minimal };
    const told = { severity: "warning", path: held[0] ?? "", values } as const;
    return way === "input"
      ? {
          ...told,
          code: "MODE_UNREACHED",
          message:
            count > 1
              ? `No input moves ${count} modes of ${blocks} (${mode}): ${minimal} of the ${n} states are enough.`
              : `No input moves the mode ${mode} of ${blocks}: ${minimal} of the ${n} states are enough.`,
          hint: "Join what always moves alike into one block, or give it an input of its own.",
        }
      : {
          ...told,
          code: "MODE_UNSEEN",
          message:
            count > 1
              ? `No output shows ${count} modes of ${blocks} (${mode}): ${minimal} of the ${n} states are enough.`
              : `No output shows the mode ${mode} of ${blocks}: ${minimal} of the ${n} states are enough.`,
          hint: "Add an output that shows it, or take out what no output needs.",
        };
  };
  return [
    ...together(inputs, stateBlocks).map((modes) => warning("input", modes)),
    ...together(outputs, stateBlocks).map((modes) => warning("output", modes)),
  ];
}

interface Told {
  readonly modes: readonly string[];
  /** The blocks whose states take part. */
  readonly held: readonly string[];
}

/** Modes of the same blocks are one line. */
function together(lost: readonly Lost[], stateBlocks: readonly string[]): readonly Told[] {
  const found = new Map<string, Told>();
  for (const { eigenvalue, states } of once(lost)) {
    const held = [...new Set(stateBlocks.filter((_, i) => states[i]! > share))];
    const key = JSON.stringify(held);
    found.set(key, { held, modes: [...(found.get(key)?.modes ?? []), written(eigenvalue)] });
  }
  return [...found.values()].slice(0, mostLines);
}

type Lost = ReturnType<typeof pbh>[number];

/** A mode and its conjugate are one, and so are those of one eigenvalue, with all states that hold any of them. */
function once(modes: readonly Lost[]): readonly Lost[] {
  const found = new Map<string, Lost>();
  for (const mode of modes) {
    const key = written(mode.eigenvalue);
    const before = found.get(key);
    found.set(key, before ? { ...before, states: mode.states.map((w, i) => Math.max(w, before.states[i]!)) } : mode);
  }
  return [...found.values()];
}

function written([re, im]: Complex): string {
  const short = (v: number): number => Number((Math.abs(v) < 1e-12 ? 0 : v).toPrecision(4));
  const size = short(Math.abs(im));
  return size === 0 ? `${short(re)}` : `${short(re)} ± ${size}i`;
}
