/** A continuous block or subsystem by itself as a linear system, its dead times kept as they are. */
import { blockOf } from "../../core/blocks/index.ts";
import { compile } from "../../core/compile/compile.ts";
import { alone, sidesOf } from "../../core/diagram/discretize.ts";
import type { Block, LazoDocument, Sheet } from "../../core/diagram/document.ts";
import { prefixAt, sheetAt, trailOf } from "../../core/diagram/trail.ts";
import type { Model } from "../../core/ir/ir.ts";
import { linearize } from "../../core/linearize/linearize.ts";
import { atPoint } from "../../core/linearize/operatingPoint.ts";
import type { Delayed } from "../../core/lti/delay.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import { interpret } from "../../core/sim/interpret.ts";
import type { Refused } from "./designPlant.ts";

export interface LinearAlone {
  readonly source: Block;
  /** Dead times as Pade's approximations. */
  readonly system: StateSpace;
  /** With them as they are; undefined: there are none. */
  readonly late: Delayed | undefined;
  /** The blocks that wait, by name, in the order of the delays in `late`. */
  readonly waiting: readonly string[];
  /** States at the start, of the system without what waits. */
  readonly start: readonly number[];
}

/** `id`: of the block; `widths`: of ports by their paths. */
export function linearAlone(
  document: LazoDocument,
  id: string,
  widths: ReadonlyMap<string, number>,
): LinearAlone | Refused {
  const refuse = (code: Refused["code"], values: Refused["values"] = {}): Refused => ({ ok: false, code, values });
  const trail = trailOf(document, id);
  const source = trail && sheetAt(document, trail).blocks.find((block) => block.id === id);
  if (!source) return refuse("NO_SOURCE");
  const path = prefixAt(document, trail) + source.name;
  const sides = sidesOf(document, source, (port) => widths.get(`${path}.${port}`));
  const block = source.name;
  if (!sides) return refuse("ALONE_BROKEN", { block });
  if (sides.strange.length > 0) return refuse("PORT_USED", { block, port: sides.strange[0]! });
  const own = source.sheet && sourceIn(source.sheet);
  if (own) return refuse("OWN_SIGNAL", { block, inner: own });
  const compiled = compile(alone(document, source, sides));
  if (!compiled.ok) return refuse("ALONE_BROKEN", { block });
  const [linearized, kept] = [linearize(compiled.model), linearize(compiled.model, { keepDelays: true })];
  if (!linearized.ok || !kept.ok) return refuse("NOT_LINEAR_ALONE", { block });
  const { system } = linearized.linearization;
  const { system: whole, internal, exact, at } = kept.linearization;
  if (system.time.kind === "discrete") return refuse("ALREADY_SAMPLED", { block });
  if (!exact || !restsAtZero(compiled.model)) return refuse("NOT_LINEAR_ALONE", { block });
  if (system.x.length === 0) return refuse("NOTHING_TO_SAMPLE", { block });
  const [m, p] = [system.u.length, system.y.length];
  const none = (count: number): readonly number[] => Array.from({ length: count }, () => 0);
  return {
    source,
    system,
    late: internal.length > 0 ? { system: whole, input: none(m), output: none(p), internal } : undefined,
    waiting: whole.u
      .slice(m)
      .map((signal) => compiled.model.ir.slots.find(({ path }) => `${path}.late` === signal)?.block ?? signal),
    start: at.x,
  };
}

/** A signal that nothing outside drives has no place in matrices. */
function sourceIn(sheet: Sheet): string | undefined {
  for (const block of sheet.blocks) {
    if (blockOf(block.type)?.category === "sources" || block.type === "input") return block.name;
    const inner = block.sheet && sourceIn(block.sheet);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** With all states and inputs 0, whether nothing moves and nothing comes out, at any time: linear, not only straight. */
function restsAtZero(model: Model): boolean {
  const { ir } = model;
  const states = Object.fromEntries(ir.flow.map(({ slot }) => [ir.slots[slot]!.path, 0]));
  return [0, 0.37, 2.9].every((t) => {
    const there = atPoint(model, { t, states });
    if (!there.ok) return false;
    const engine = interpret(model);
    engine.memory.set(there.memory);
    const slopes = new Float64Array(engine.states.length);
    engine.flow(slopes);
    return slopes.every((v) => v === 0) && ir.outputs.every(({ slot }) => there.memory[slot] === 0);
  });
}
