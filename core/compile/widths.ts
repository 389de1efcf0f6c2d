/**
 * How wide every port is: dimensions named by blocks, joined by wires, solved by union-find. A mismatch names both ends.
 */
import type { Width } from "../blocks/block.ts";
import type { Problem } from "../ir/ir.ts";
import type { Flat, FlatWire } from "./flat.ts";

export interface Widths {
  port(block: number, side: "in" | "out", port: string): number;
  state(block: number, state: string): number;
  /** Resolved named dimensions of a block. */
  named(block: number): { readonly [name: string]: number };
  /** False where nothing in the diagram fixes the width (taken as 1). */
  known(block: number, side: "in" | "out", port: string): boolean;
  readonly problems: readonly Problem[];
}

export function inferWidths(flat: Flat): Widths {
  const parent: number[] = [];
  const size: (number | undefined)[] = [];
  const sums: { block: number; total: number; parts: readonly number[]; label: string }[] = [];
  const problems: Problem[] = [];

  const fresh = (value?: number): number => {
    parent.push(parent.length);
    size.push(value);
    return parent.length - 1;
  };
  const find = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root]!;
    while (parent[i] !== root) {
      const next = parent[i]!;
      parent[i] = root;
      i = next;
    }
    return root;
  };
  const get = (i: number): number | undefined => size[find(i)];
  /** False when the two are already known to differ. */
  const join = (a: number, b: number): boolean => {
    const x = find(a);
    const y = find(b);
    if (x === y) return true;
    if (size[x] !== undefined && size[y] !== undefined && size[x] !== size[y]) return false;
    size[y] ??= size[x];
    parent[x] = y;
    return true;
  };

  const names: Map<string, number>[] = [];
  const places: Map<string, number>[] = [];
  flat.blocks.forEach(({ bound }, block) => {
    const own = new Map<string, number>();
    const at = new Map<string, number>();
    const dimension = (width: Width, label: string): number => {
      if (typeof width === "number") return fresh(width);
      if (typeof width === "string") {
        let i = own.get(width);
        if (i === undefined) own.set(width, (i = fresh()));
        return i;
      }
      const parts = width.map((part) => dimension(part, label));
      const total = fresh();
      sums.push({ block, total, parts, label });
      return total;
    };
    for (const [port, spec] of Object.entries(bound.ports.in ?? {})) at.set(`in:${port}`, dimension(spec.width, port));
    for (const [port, spec] of Object.entries(bound.ports.out ?? {}))
      at.set(`out:${port}`, dimension(spec.width, port));
    for (const [state, spec] of Object.entries(bound.states)) at.set(`state:${state}`, dimension(spec.width, state));
    names.push(own);
    places.push(at);
  });

  const end = (wire: FlatWire, side: "from" | "to"): string => {
    const { block, port } = wire[side];
    return `"${flat.blocks[block]!.path}.${port}"`;
  };
  const settle = (): void => {
    for (let changed = true; changed;) {
      changed = false;
      for (const { total, parts } of sums) {
        const open = parts.filter((part) => get(part) === undefined);
        const known = parts.reduce((sum, part) => sum + (get(part) ?? 0), 0);
        if (open.length === 0 && get(total) === undefined) changed = join(total, fresh(known));
        if (open.length === 1 && get(total) !== undefined && get(total)! > known) {
          changed = join(open[0]!, fresh(get(total)! - known));
        }
      }
    }
  };
  for (const wire of flat.wires) {
    if (wire.broken) continue;
    const from = places[wire.from.block]!.get(`out:${wire.from.port}`)!;
    const to = places[wire.to.block]!.get(`in:${wire.to.port}`)!;
    const { gain } = wire;
    const matrix = gain !== undefined && (gain.rows !== 1 || gain.cols !== 1);
    const fits = matrix ? [join(from, fresh(gain.cols)), join(to, fresh(gain.rows))] : [join(from, to)];
    if (!fits.every(Boolean))
      problems.push(
        mismatch(wire, get(from), get(to), end(wire, "from"), end(wire, "to"), matrix ? gain : undefined, flat),
      );
  }
  settle();
  const known = new Set<number>();
  parent.forEach((_, i) => get(i) !== undefined && known.add(i));
  // What nothing fixes is a scalar; totals follow from their parts.
  const totals = new Set(sums.map((sum) => find(sum.total)));
  parent.forEach((_, i) => {
    if (find(i) === i && size[i] === undefined && !totals.has(i)) size[i] = 1;
  });
  settle();
  for (const { block, total, parts, label } of sums) {
    const sum = parts.reduce((s, part) => s + (get(part) ?? 1), 0);
    if (get(total) === undefined || get(total) === sum) continue;
    const path = flat.blocks[block]!.path;
    problems.push({
      severity: "error",
      code: "WIDTH_SUM",
      path,
      field: label,
      message: parts.every((part) => known.has(part))
        ? `The parts of "${path}.${label}" add up to ${sum}, but it is wired to something ${get(total)} wide.`
        : `"${path}.${label}" takes ${sum} elements at least, but it is wired to something ${get(total)} wide.`,
      hint: "Change the number of elements on one side.",
      values: { block: path, port: label, sum, width: get(total)! },
    });
  }

  const read = (block: number, key: string): number => get(places[block]!.get(key)!) ?? 1;
  return {
    port: (block, side, port) => read(block, `${side}:${port}`),
    state: (block, state) => read(block, `state:${state}`),
    named: (block) => Object.fromEntries([...names[block]!].map(([name, i]) => [name, get(i) ?? 1])),
    known: (block, side, port) => known.has(places[block]!.get(`${side}:${port}`)!),
    problems,
  };
}

function mismatch(
  wire: FlatWire,
  from: number | undefined,
  to: number | undefined,
  source: string,
  target: string,
  gain: { rows: number; cols: number } | undefined,
  flat: Flat,
): Problem {
  const a = from ?? 1;
  const b = to ?? 1;
  return {
    severity: "error",
    code: gain ? "WIDTH_GAIN" : "WIDTH_MISMATCH",
    path: `wire:${wire.id}`,
    message: gain
      ? `${source} is ${a} wide and ${target} is ${b} wide, but the wire's gain is ${gain.rows} x ${gain.cols}.`
      : `${source} is ${a} wide, but ${target} takes ${b}.`,
    hint: gain ? `The gain must be ${b} x ${a}.` : `Give the wire a ${b} x ${a} gain, or make both ends equally wide.`,
    values: {
      from: source,
      to: target,
      fromWidth: a,
      toWidth: b,
      ...(gain ? { rows: gain.rows, cols: gain.cols } : {}),
    },
    related: [flat.blocks[wire.from.block]!.path, flat.blocks[wire.to.block]!.path],
  };
}
