/**
 * Derivatives of a model's equations with transport delays closed by their approximations: what a delay gives is one more seed, what
 * it takes one more row, and the two are tied together here.
 */
import { createAlgebra } from "../expr/algebra.ts";
import type { Expr } from "../expr/expr.ts";
import { accumulate, createGradients, type Row } from "../ir/gradients.ts";
import type { Delay, Ir } from "../ir/ir.ts";
import type { Partials } from "../ir/partials.ts";
import type { Taps } from "../ir/taps.ts";
import { luFactor, luSolve } from "../math/lu.ts";
import type { PadeDelay } from "../math/pade.ts";

/** A delay, and the numbers (past all slots) of the states that stand for it. */
export interface DelayStates {
  readonly step: Delay & { readonly block: string };
  readonly states: readonly number[];
}

/** One with its approximation. */
export interface ClosedDelay extends DelayStates {
  /** s */
  readonly time: number;
  readonly pade: PadeDelay;
}

export interface TangentParts {
  readonly ir: Ir;
  readonly memory: Float64Array;
  readonly partials: Partials;
  readonly taps: Taps | undefined;
  readonly delays: readonly ClosedDelay[];
}

export interface Tangents {
  /** d e / d seeds, for an equation of `block`. */
  row(e: Expr, block: string): Row;
  /** Of a signal, as `reader` sees it. */
  signal(slot: number, reader: string, into?: number): Row;
  /** d/dt of the delays' states, delay by delay. */
  readonly pade: readonly (readonly Row[])[];
}

const m = createAlgebra();

/** `now`: whether what a task samples is taken at this moment. */
export function createTangents(
  { ir, memory, partials, taps, delays }: TangentParts,
  seeds: readonly number[],
  now: boolean | ((task: number) => boolean),
): Tangents {
  const outlets = delays.map(({ step }) => step.slot);
  const gradient = createGradients(ir, memory, [...seeds, ...outlets], now, partials, taps);
  const signal = (slot: number, reader: string, into?: number): Row => gradient(m.slot(slot), reader, into);
  if (delays.length === 0) return { row: gradient, signal, pade: [] };

  // v = (what reaches the delays from elsewhere) + V d with d = C p + D v, so (I - V D) v = elsewhere + V C p.
  const n = delays.length;
  const place = new Map(outlets.map((slot, k) => [slot, k]));
  const states = delays.map(({ pade, states: own }) => new Map(own.map((seed, i) => [seed, pade.c[i]!])));
  const matrix = new Float64Array(n * n);
  const right = delays.map(({ step }, i) => {
    const row = new Map<number, number>();
    matrix[i * n + i] = 1;
    for (const [seed, value] of signal(step.from, step.block, step.slot)) {
      const k = place.get(seed);
      if (k === undefined) accumulate(row, new Map([[seed, 1]]), value);
      else {
        accumulate(row, states[k]!, value);
        matrix[i * n + k]! -= value * delays[k]!.pade.d;
      }
    }
    return row;
  });
  const factors = luFactor(matrix, n);
  const inflow = delays.map(() => new Map<number, number>());
  for (const seed of new Set(right.flatMap((row) => [...row.keys()]))) {
    const z = Float64Array.from(right, (row) => row.get(seed) ?? 0);
    luSolve(factors, z);
    inflow.forEach((row, i) => z[i] !== 0 && row.set(seed, z[i]!));
  }
  const outflow = delays.map(({ pade }, k) => {
    const row = new Map<number, number>();
    accumulate(row, states[k]!, 1);
    accumulate(row, inflow[k]!, pade.d);
    return row;
  });
  const close = (open: Row): Row => {
    if (!outlets.some((slot) => open.has(slot))) return open;
    const row = new Map<number, number>();
    for (const [seed, value] of open) {
      const k = place.get(seed);
      accumulate(row, k === undefined ? new Map([[seed, 1]]) : outflow[k]!, value);
    }
    return row;
  };
  return {
    row: (e, block) => close(gradient(e, block)),
    signal: (slot, reader, into) => close(signal(slot, reader, into)),
    pade: delays.map(({ pade, states: own }, k) =>
      own.map((_, i) => {
        const row = new Map<number, number>();
        own.forEach((seed, j) => accumulate(row, new Map([[seed, 1]]), pade.a[i * pade.order + j]!));
        accumulate(row, inflow[k]!, pade.b[i]!);
        return row;
      }),
    ),
  };
}
