/**
 * When every block works: sample times that are inherited are settled here, from what is wired in; what a triggered subsystem may
 * hold is checked, and where two sample times meet that do not fit.
 */
import type { Rate } from "../blocks/block.ts";
import type { BoundValue } from "../diagram/bindParam.ts";
import type { Problem } from "../ir/ir.ts";
import type { Context, FlatBlock, FlatRate, FlatWire } from "./flat.ts";

export function settleRates(
  blocks: readonly FlatBlock[],
  wires: readonly FlatWire[],
  contexts: readonly Context[],
  problems: Problem[],
): { readonly blocks: readonly FlatBlock[]; readonly rates: readonly FlatRate[] } {
  const sources: number[][] = blocks.map(() => []);
  for (const { from, to } of wires) sources[to.block]!.push(from.block);
  const triggered = blocks.map(({ context }) => isTriggered(contexts, context));
  const own = blocks.map((block, b) => ownRate(block, triggered[b]!));
  const rates: FlatRate[] = own.map((rate) => (rate === "inherited" || rate === "through" ? undefined : rate));

  // What arrives is handed on until nothing changes; a rate only ever grows from nothing to slow to fast to continuous.
  const readers: number[][] = blocks.map(() => []);
  sources.forEach((list, b) => list.forEach((source) => readers[source]!.push(b)));
  const queue = blocks.map((_, b) => b).filter((b) => own[b] === "inherited" || own[b] === "through");
  const queued = new Uint8Array(blocks.length);
  for (const b of queue) queued[b] = 1;
  for (let at = 0; at < queue.length; at++) {
    const b = queue[at]!;
    queued[b] = 0;
    const settled = fastest(sources[b]!.map((source) => rates[source]));
    if (sameRate(settled, rates[b])) continue;
    rates[b] = settled;
    for (const reader of readers[b]!) {
      if (queued[reader] === 1 || (own[reader] !== "inherited" && own[reader] !== "through")) continue;
      queued[reader] = 1;
      queue.push(reader);
    }
  }

  const settledBlocks = blocks.map((block, b) => {
    if (own[b] !== "inherited") return block;
    const rate = triggered[b] ? triggeredRate : rates[b];
    if (!rate) problems.push(notInherited(block, rate));
    return withRate(block, rate ?? { every: 1, offset: 0 });
  });
  blocks.forEach((block, b) => {
    if (triggered[b]) checkTriggered(block, own[b], problems);
  });
  for (const wire of wires) checkTransition(wire, blocks, own, rates, problems);
  return { blocks: settledBlocks, rates: rates.map((rate, b) => (triggered[b] ? triggeredRate : rate)) };
}

const triggeredRate: Rate = { every: 0, offset: 0, triggered: true };

function isTriggered(contexts: readonly Context[], context: number | undefined): boolean {
  for (let c = context; c !== undefined; c = contexts[c]!.parent) if (contexts[c]!.trigger !== undefined) return true;
  return false;
}

const periodsOf = (block: FlatBlock): Extract<BoundValue, { kind: "period" }>[] =>
  Object.values(block.bound.values).filter((value) => value.kind === "period");

/** A block's own say: a rate, continuous, "inherited", or "through": whatever arrives. */
function ownRate(block: FlatBlock, triggered: boolean): FlatRate | "inherited" | "through" {
  const [period] = periodsOf(block);
  if (period) return triggered && period.value === "inherited" ? "inherited" : period.value;
  if (Object.keys(block.bound.states).length > 0) return null;
  if (block.definition.type === "constant") return undefined;
  const fed = Object.keys(block.bound.ports.in ?? {}).length > 0;
  return fed ? "through" : null;
}

function fastest(rates: readonly FlatRate[]): FlatRate {
  let found: FlatRate;
  for (const rate of rates) {
    if (rate === undefined) continue;
    if (rate === null) return null;
    if (found === undefined || (found !== null && rate.every < found.every)) found = rate;
  }
  return found;
}

function sameRate(a: FlatRate, b: FlatRate): boolean {
  return a === b || (!!a && !!b && a.every === b.every && a.offset === b.offset);
}

function withRate(block: FlatBlock, rate: Rate): FlatBlock {
  const values = Object.fromEntries(
    Object.entries(block.bound.values).map(([name, value]) => [
      name,
      value.kind === "period" && value.value === "inherited" ? { ...value, value: rate } : value,
    ]),
  );
  return { ...block, bound: { ...block.bound, values } };
}

function notInherited(block: FlatBlock, rate: null | undefined): Problem {
  return {
    severity: "error",
    code: "RATE_INHERIT",
    path: block.path,
    field: Object.entries(block.bound.values).find(([, value]) => value.kind === "period")?.[0] ?? "",
    message:
      rate === null
        ? "Its sample time is inherited, but what is wired in is continuous."
        : "Its sample time is inherited, but nothing sampled is wired in.",
    hint: "Give it a sample time of its own, such as 0.1.",
  };
}

function checkTriggered(block: FlatBlock, own: ReturnType<typeof ownRate>, problems: Problem[]): void {
  const states = Object.keys(block.bound.states).length > 0;
  if (own === null && states)
    problems.push({
      severity: "error",
      code: "TRIGGERED_CONTINUOUS",
      path: block.path,
      message: "A block with a continuous state can't work in a triggered subsystem, which runs at instants only.",
      hint: "Use its discrete counterpart, or an enabled subsystem.",
    });
  else if (own && typeof own === "object" && own !== triggeredRate)
    problems.push({
      severity: "error",
      code: "TRIGGERED_RATE",
      path: block.path,
      message: `A block in a triggered subsystem runs with it, not every ${own.every} s.`,
      hint: "Write inherited for its sample time.",
      values: { every: own.every },
    });
}

/** Two sampled blocks whose instants do not fall together in a fixed pattern read values of changing age. */
function checkTransition(
  wire: FlatWire,
  blocks: readonly FlatBlock[],
  own: readonly ReturnType<typeof ownRate>[],
  rates: readonly FlatRate[],
  problems: Problem[],
): void {
  const from = rates[wire.from.block];
  const to = own[wire.to.block] === "inherited" ? undefined : own[wire.to.block];
  if (!from || !to || typeof to !== "object" || from.triggered || to.triggered) return;
  const [slow, fast] = from.every >= to.every ? [from, to] : [to, from];
  const ratio = slow.every / fast.every;
  if (Math.abs(ratio - Math.round(ratio)) < 1e-9 * ratio) return;
  const reader = blocks[wire.to.block]!;
  if (reader.definition.type === "rate-transition") return;
  problems.push({
    severity: "warning",
    code: "RATE_TRANSITION",
    path: reader.path,
    message: `It samples every ${to.every} s what changes every ${from.every} s: neither is a multiple of the other.`,
    hint: "Place a Rate Transition between them, or choose sample times that fit.",
    values: { to: to.every, from: from.every },
    related: [blocks[wire.from.block]!.path],
  });
}
