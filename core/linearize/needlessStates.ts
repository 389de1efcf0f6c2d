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
const mostModes = 6;
const mostBlocks = 6;

/**
 * A warning for each mode that is not needed. None where there are no inputs, or no outputs, that could need one, and for more states
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
  const warning = (way: "input" | "output", { eigenvalue, states }: (typeof inputs)[number]): Problem => {
    const held = [...new Set(stateBlocks.filter((_, i) => states[i]! > share))];
    const names = held.slice(0, mostBlocks).map((block) => `"${block}"`);
    const blocks = [...names, ...(held.length > mostBlocks ? ["..."] : [])].join(", ");
    const mode = written(eigenvalue);
    const told = { severity: "warning", path: held[0] ?? "", values: { mode, blocks, states: n, minimal } } as const;
    return way === "input"
      ? {
          ...told,
          code: "MODE_UNREACHED",
          message: `No input moves the mode ${mode} of ${blocks}: ${minimal} of the ${n} states are enough.`,
          hint: "Join what always moves alike into one block, or give it an input of its own.",
        }
      : {
          ...told,
          code: "MODE_UNSEEN",
          message: `No output shows the mode ${mode} of ${blocks}: ${minimal} of the ${n} states are enough.`,
          hint: "Add an output that shows it, or take out what no output needs.",
        };
  };
  return [
    ...once(inputs).map((mode) => warning("input", mode)),
    ...once(outputs).map((mode) => warning("output", mode)),
  ];
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
  return [...found.values()].slice(0, mostModes);
}

function written([re, im]: Complex): string {
  const short = (v: number): number => Number((Math.abs(v) < 1e-12 ? 0 : v).toPrecision(4));
  const size = short(Math.abs(im));
  return size === 0 ? `${short(re)}` : `${short(re)} ± ${size}i`;
}
