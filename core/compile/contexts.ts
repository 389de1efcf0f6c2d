/**
 * Subsystems that do not always run. Enabled: what integrates, samples or remembers in them stands still while they are off.
 * Triggered: they run at instants, and their states are remembered from one to the next.
 */
import type { Params, Rate, StateSpec } from "../blocks/block.ts";
import type { Algebra, Expr } from "../expr/expr.ts";
import type { Surroundings } from "./blockAlgebra.ts";
import { blockAlgebra } from "./blockAlgebra.ts";
import type { Draft } from "./draft.ts";
import type { Flat, FlatBlock } from "./flat.ts";

export interface Contexts {
  /** What blocks in a context see of it. */
  around(context: number): Surroundings;
  /** An Enable or Trigger block says when its subsystem runs. */
  runs(block: number, when: Expr): void;
  /** Derivatives or next values that stand still while the context is off; with restarts, states begin anew. */
  stopped(
    block: FlatBlock,
    own: readonly number[],
    moved: readonly Expr[],
    rate: Rate | null,
    initial: (i: number) => Expr,
  ): readonly Expr[];
  /** States that take their next value when their context runs again. */
  triggeredState(block: FlatBlock, own: readonly number[], moved: readonly Expr[], initial: (i: number) => Expr): void;
}

export function createContexts(draft: Draft, flat: Flat): Contexts {
  const { m } = draft;
  const signal = (path: string): number =>
    draft.slot({ kind: "signal", path, label: path, block: path.split("#")[0]! });
  /** Of each Enable or Trigger block: whether it says run. */
  const says = new Map<number, number>();
  const active = flat.contexts.map(({ enable, trigger, path }) => {
    for (const block of [enable, trigger])
      if (block !== undefined) says.set(block, signal(`${flat.blocks[block]!.path}#runs`));
    return signal(`${path}#active`);
  });
  flat.contexts.forEach(({ parent, enable, trigger, path }, c) => {
    const all = [
      ...(parent === undefined ? [] : [active[parent]!]),
      ...[enable, trigger].flatMap((block) => (block === undefined ? [] : [says.get(block)!])),
    ].map((slot) => m.slot(slot));
    const expr = all.reduce((both, one) => m.and(both, one));
    draft.steps.push({ do: "assign", slot: active[c]!, expr, block: path });
  });
  const since = new Map<number, Expr>();
  const restarted = new Map<number, Expr>();

  function around(context: number): Surroundings {
    const own: Surroundings = { active: m.slot(active[context]!) };
    let c: number | undefined = context;
    while (c !== undefined && flat.contexts[c]!.trigger === undefined) c = flat.contexts[c]!.parent;
    return c === undefined ? own : { ...own, sinceLast: () => sinceLast(context) };
  }
  function sinceLast(context: number): Expr {
    let e = since.get(context);
    if (!e) {
      const { path } = flat.contexts[context]!;
      const now = m.slot(active[context]!);
      let last = m.num(0);
      blockAlgebra(draft, path).remember(0, (was) => {
        last = was;
        return m.choose(now, m.slot(0), was);
      });
      since.set(context, (e = m.sub(m.slot(0), last)));
    }
    return e;
  }
  /** Not 0 at the event at which the context is enabled anew. */
  function restart(context: number): Expr {
    let e = restarted.get(context);
    if (!e) {
      const { path } = flat.contexts[context]!;
      restarted.set(context, (e = blockAlgebra(draft, `${path}#restart`).rises(m.slot(active[context]!))));
    }
    return e;
  }

  return {
    around,
    runs(block, when) {
      const slot = says.get(block);
      // A second Enable or Trigger block in a sheet is an error that check.ts reports.
      if (slot !== undefined) draft.steps.push({ do: "assign", slot, expr: when, block: flat.blocks[block]!.path });
    },
    stopped(block, own, moved, rate, initial) {
      const context = block.context!;
      const on = m.slot(active[context]!);
      const { restarts } = flat.contexts[context]!;
      // Between two samples nothing is seen of a state, so that a sampled one can go back while it is off.
      if (rate) return own.map((slot, i) => m.choose(on, moved[i]!, restarts ? initial(i) : m.slot(slot)));
      if (restarts) {
        const path = `${block.path}#restart`;
        const when = draft.slot({ kind: "signal", path, label: path, block: block.path });
        draft.steps.push({ do: "assign", slot: when, expr: restart(context), block: block.path });
        const to = own.map((slot, i) => ({ do: "assign" as const, slot, expr: initial(i) }));
        draft.resets.push({ when, to, block: block.path });
      }
      return moved.map((e) => m.choose(on, e, 0));
    },
    triggeredState(block, own, moved, initial) {
      const now = m.slot(active[block.context!]!);
      const remembered = (slot: number, name: string, first: Expr): Expr => {
        const path = `${block.path}#${name}`;
        const was = draft.slot({ kind: "mode", path, label: path, block: block.path });
        draft.begins.push({ slot: was, expr: first });
        draft.memories.push({ slot: was, arg: m.slot(slot), block: block.path });
        return m.slot(was);
      };
      own.forEach((slot, i) => {
        // `coming` was computed when it ran last, and is the state when it runs next.
        const coming = signal(`${block.path}#next${i + 1}`);
        const wasComing = remembered(coming, `coming${i + 1}`, initial(i));
        const wasHere = remembered(slot, `here${i + 1}`, initial(i));
        const place = { block: block.path };
        draft.steps.push({ do: "assign", slot, expr: m.choose(now, wasComing, wasHere), ...place });
        draft.steps.push({ do: "assign", slot: coming, expr: m.choose(now, moved[i]!, wasComing), ...place });
      });
    },
  };
}

/** The initial value of element i of a state, as an expression: a number, or a parameter whose single value serves every element. */
export function initialOf(
  m: Algebra,
  params: { readonly [param: string]: unknown },
  derived: { readonly [name: string]: readonly Expr[] },
  initial: StateSpec<Params>["initial"],
  i: number,
): Expr {
  if (typeof initial === "number") return m.num(initial);
  if (typeof initial === "object") return derived[initial.derived]![i]!;
  const value = params[initial] as Expr | readonly Expr[];
  if (!Array.isArray(value)) return value as Expr;
  return (value as readonly Expr[])[value.length === 1 ? 0 : i]!;
}
