/**
 * A recorded tape as dispatches on a device: every launch of every operation forward and, where asked, backward; then memory. A cell takes
 * a buffer for as long as launches need it, and the next one that fits has it after; so buffers are few, and nothing is made or freed in a run.
 */
import type { GpuDevice, GpuDispatch, GpuView } from "../gpu/device.ts";
import {
  BeyondLimit,
  eachGroups,
  eachWgsl,
  partWgsl,
  partsOf,
  programOf,
  rowsWgsl,
  spreadGroups,
  type Cell,
  type Cells,
  type Launch,
  type Launcher,
} from "./launch.ts";
import type { Tape } from "./tape.ts";
import type { Tensor } from "./tensor.ts";

export interface PlanOptions {
  /** The way back begins here; left out, there is none. */
  readonly of?: Tensor;
  /** Where leaves and their derivatives lie; other leaves get memory of the plan's own. */
  readonly leaves?: ReadonlyMap<Tensor, { readonly data: GpuView; readonly grad?: GpuView }>;
  /** Whose values can be read after a run. */
  readonly keep?: readonly Tensor[];
  /** Begins with `controlWords`. */
  readonly control?: GpuView;
}

export interface TapePlan {
  readonly ok: true;
  readonly dispatches: readonly GpuDispatch[];
  readonly control: GpuView;
  /** Of a leaf, or of what is kept. */
  data(x: Tensor): GpuView;
  /** Of a leaf, and of `of`, where it holds ones unless something else is written. */
  grad(x: Tensor): GpuView;
  /** Words of memory, and what all cells would take without reuse. */
  readonly words: number;
  readonly unshared: number;
  release(): void;
}

export type TapePlanned =
  | TapePlan
  /** An operation without kernels, by its place on the tape. */
  | { readonly ok: false; readonly code: "GPU_OPERATION"; readonly operation: number }
  /** Bytes that one array needs, and the most that the device gives. */
  | { readonly ok: false; readonly code: "GPU_LIMIT"; readonly bytes: number; readonly most: number };

interface Held extends Cell {
  view: GpuView | undefined;
  /** Launches that it is alive from and to. */
  first: number;
  last: number;
  written: boolean;
  /** What it turned out to be the same as. */
  same: Held | undefined;
}

const real = (cell: Cell): Held => {
  const held = cell as Held;
  return held.same ? real(held.same) : held;
};

interface Launched {
  readonly cells: readonly Held[];
  readonly make: (view: (cell: Cell) => GpuView) => readonly GpuDispatch[];
}

export function planTape(device: GpuDevice, tape: Tape, options: PlanOptions = {}): TapePlanned {
  const { of, leaves, keep = [] } = options;
  const most = Math.min(device.info.limits.binding, device.info.limits.buffer);
  const missing = tape.steps.findIndex(({ gpu }) => gpu === undefined);
  if (missing >= 0) return { ok: false, code: "GPU_OPERATION", operation: missing };

  const launches: Launched[] = [];
  const releases: (() => void)[] = [];
  const cells: Held[] = [];
  const made = (words: number, view?: GpuView): Held => {
    const cell: Held = { words: Math.max(1, words), view, first: Infinity, last: -1, written: false, same: undefined };
    cells.push(cell);
    return cell;
  };
  const control = made(64, options.control ?? device.buffer("control", 64));
  if (!options.control) releases.push(() => device.release(control.view!));
  /** For ever: leaves, constants, what is kept. */
  const lasting = (label: string, words: number): Held => {
    const view = device.buffer(label, words);
    releases.push(() => device.release(view));
    return made(words, view);
  };

  const datas = new Map<Tensor, Held>();
  const grads = new Map<Tensor, Held>();
  const outputs = new Set(tape.steps.map(({ output }) => output));
  const kept = new Set(keep);
  const data = (x: Tensor): Held => {
    const found = datas.get(x);
    if (found) return found;
    const given = leaves?.get(x)?.data;
    const isLeaf = !outputs.has(x);
    const cell = given ? made(x.size, given) : isLeaf || kept.has(x) ? lasting("leaf", x.size) : made(x.size);
    if (isLeaf && !given && x.data.length > 0) device.write(cell.view!, Float32Array.from(x.data));
    datas.set(x, cell);
    return cell;
  };
  const grad = (x: Tensor): Held | undefined => {
    if (!of || !x.grad) return undefined;
    const found = grads.get(x);
    if (found) return real(found);
    const given = leaves?.get(x)?.grad;
    const cell = given ? made(x.size, given) : outputs.has(x) ? made(x.size) : lasting("derivative", x.size);
    grads.set(x, cell);
    return cell;
  };

  let current: Tensor | undefined;
  const planned = (used: readonly Cell[], make: Launched["make"]) => {
    const held = used.map(real);
    for (const cell of held) {
      cell.first = Math.min(cell.first, launches.length);
      cell.last = Math.max(cell.last, launches.length);
    }
    launches.push({ cells: held, make });
  };
  const launch = (label: string, what: Launch) => {
    const program = programOf(label, what);
    const used = [...Object.values(what.read), ...Object.values(what.write)];
    planned(used, (view) => [{ program, views: used.map(view), groups: what.groups }]);
  };
  const each = (label: string, count: number, read: Cells, write: Cells, body: string) =>
    launch(label, { read, write, groups: eachGroups(count), wgsl: eachWgsl(count, body) });
  const plus = (to: Cell) => {
    const held = real(to);
    const op = held.written ? "+=" : "=";
    held.written = true;
    return op;
  };
  const at: Launcher = {
    device,
    differentiated: of !== undefined,
    control,
    data,
    grad,
    cell: made,
    constant(values) {
      const cell = lasting("constant", values.length);
      device.write(cell.view!, values);
      return cell;
    },
    plus,
    into(to, write) {
      if (!real(to).written) {
        plus(to);
        write(to);
        return;
      }
      const more = made(to.words);
      write(more);
      each("more of a derivative", to.words, { more }, { to }, "to[i] += more[i];");
    },
    pass(g, x) {
      const to = grad(x);
      if (!to) return;
      // Nothing else has been asked of x by what comes later, and what came earlier may add where g was, as nobody reads g any more.
      const from = real(g);
      if (!to.written && !to.view && !from.view) to.same = from;
      else each("add: by a", g.words, { g }, { to }, `to[i] ${plus(to)} g[i];`);
    },
    same(_, x) {
      datas.set(current!, data(x));
      const back = grad(x);
      if (back) grads.set(current!, back);
    },
    each,
    sums(label, size, read, to, body) {
      const { parts, per } = partsOf(size);
      if (parts === 1) {
        const count = size.outputs;
        launch(label, {
          ...{ read, write: { to } },
          ...{ groups: eachGroups(count), wgsl: partWgsl(size, per, 1, body, `to[o] ${plus(to)} sum;`) },
        });
        return;
      }
      const sums = made(size.outputs * parts);
      const count = size.outputs * parts;
      const wgsl = partWgsl(size, per, parts, body, "sums[i] = sum;");
      launch(label, { read, write: { sums }, groups: eachGroups(count), wgsl });
      const joined = `var sum = 0.0;
for (var part = thread; part < ${parts}u; part += 64u) { sum += sums[part * ${size.outputs}u + row]; }
let all = total(sum);
if (thread == 0u) { to[row] ${plus(to)} all; }`;
      at.rows(`${label}: joined`, size.outputs, { sums }, { to }, joined);
    },
    rows(label, rows, read, write, body) {
      launch(label, { read, write, groups: spreadGroups(rows), wgsl: rowsWgsl(rows, body) });
    },
    launch,
    planned,
    onRelease: (work) => releases.push(work),
  };

  let seeded: GpuView | undefined;
  const backs = tape.steps.map(({ output, gpu }) => {
    current = output;
    return gpu!(at, data(output));
  });
  if (of) {
    const seed = lasting("seed", of.size);
    device.write(seed.view!, new Float32Array(of.size).fill(1));
    seed.written = true;
    const shared = grads.get(of);
    if (shared) each("seed", of.size, { seed }, { to: shared }, `to[i] ${plus(shared)} seed[i];`);
    else grads.set(of, seed);
    seeded = seed.view;
    for (let k = backs.length - 1; k >= 0; k--) {
      const g = grad(tape.steps[k]!.output);
      if (g?.written) backs[k]!(g);
    }
  }

  const { buffers, largest, unshared } = allotted(launches, cells);
  const held = cells.reduce((sum, { view, words }) => sum + (view ? words : 0), 0);
  const bytes = 4 * Math.max(largest, ...cells.map(({ words }) => words));
  const release = () => {
    for (const work of releases) work();
  };
  if (bytes > most) {
    release();
    return { ok: false, code: "GPU_LIMIT", bytes, most };
  }
  for (const { words, of: holders } of buffers) {
    const view = device.buffer("planned", words);
    releases.push(() => device.release(view));
    for (const cell of holders) cell.view = { ...view, length: cell.words };
  }
  const viewOf = (cell: Cell): GpuView => real(cell).view!;
  let dispatches: readonly GpuDispatch[];
  try {
    dispatches = launches.flatMap(({ make }) => make(viewOf));
  } catch (error) {
    release();
    if (error instanceof BeyondLimit) return { ok: false, code: "GPU_LIMIT", bytes: error.bytes, most: error.most };
    throw error;
  }
  const lookup = (cell: Held | undefined): GpuView => {
    if (!cell?.view) throw new Error("Nothing is kept of this tensor");
    return cell.view;
  };
  return {
    ok: true,
    dispatches,
    control: control.view!,
    data: (x) => lookup(data(x)),
    grad: (x) => (x === of ? seeded! : lookup(grad(x))),
    words: held + buffers.reduce((sum, { words }) => sum + words, 0),
    unshared: held + unshared,
    release,
  };
}

interface Shared {
  words: number;
  readonly of: Held[];
}

/** Buffers for cells without one: the smallest free one that is large enough, else the largest free one, which grows. */
function allotted(launches: readonly Launched[], cells: readonly Held[]) {
  const buffers: Shared[] = [];
  const free = new Set<Shared>();
  const used = new Map<Held, Shared>();
  const open = cells.filter(({ view, last }) => !view && last >= 0);
  launches.forEach(({ cells: now }, t) => {
    for (const cell of now) {
      if (cell.view || used.has(cell)) continue;
      let chosen: Shared | undefined;
      for (const one of free) {
        const better =
          !chosen ||
          (one.words >= cell.words
            ? chosen.words < cell.words || one.words < chosen.words
            : chosen.words < cell.words && one.words > chosen.words);
        if (better) chosen = one;
      }
      if (chosen) free.delete(chosen);
      else buffers.push((chosen = { words: 0, of: [] }));
      chosen.words = Math.max(chosen.words, cell.words);
      chosen.of.push(cell);
      used.set(cell, chosen);
    }
    for (const cell of now) {
      const buffer = used.get(cell);
      if (buffer && cell.last === t) free.add(buffer);
    }
  });
  return {
    buffers,
    largest: buffers.reduce((largest, { words }) => Math.max(largest, words), 0),
    unshared: open.reduce((sum, { words }) => sum + words, 0),
  };
}
