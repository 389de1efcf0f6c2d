/**
 * How the threads of the scan's kernels share the work, and where in its workspace each of their arrays lies.
 *
 * A channel's states are spread over `lanes` neighbouring threads, `perLane` each; a workgroup holds `width` channels and walks a chunk
 * of time in tiles of `steps` steps that it has in workgroup memory. One lane with all states is the time-serial kernel, one state a lane
 * the kernel for small models; chunks shorter than the sequence are summed up first and joined (reduce, then scan).
 */
import type { ScanShape } from "./selectiveScan.ts";

export interface ScanVariant {
  /** States that one thread holds: 1, 2, 4, 8 or 16. */
  readonly perLane: number;
  /** Channels of a workgroup, a power of 2. */
  readonly width: number;
  /** Steps of a tile, a power of 2 no less than the lanes of a channel. */
  readonly steps: number;
  /** Steps of a chunk, a multiple of a tile's; as long as the sequence or longer: one pass. */
  readonly chunk: number;
  /** Backward: steps whose states are in registers at once, a divisor of a tile's; left out: the whole tile. */
  readonly history?: number;
}

/** Where B and C come from and A, skip and bias: words from the start of their buffers. */
export interface ScanPlaces {
  /** Words from one time step's row to the next, and from the row's start to B; C follows B. */
  readonly bcStride: number;
  readonly bcOffset: number;
  readonly a: number;
  readonly skip: number;
  readonly bias: number;
}

export interface ScanLayout extends ScanShape, ScanVariant {
  /** States with those of padding: a power of 2. */
  readonly padded: number;
  readonly lanes: number;
  readonly threads: number;
  readonly tiles: number;
  readonly chunks: number;
  /** Lanes that exchange directly; 0: through workgroup memory. */
  readonly subgroup: number;
  readonly places: ScanPlaces;
}

/** Whether lanes of a channel exchange by shuffles. */
export const shuffles = ({ lanes, subgroup }: ScanLayout): boolean => subgroup > 1 && subgroup >= lanes;

/** How the backward pass adds over channels: threads that shuffles bring together, such parts of a workgroup, and steps between flushes. */
export function channelSums(layout: ScanLayout): {
  readonly part: number;
  readonly parts: number;
  readonly flushed: number;
} {
  const { subgroup, threads, lanes, steps, width, padded } = layout;
  const part = shuffles(layout) ? Math.min(subgroup, threads) : lanes;
  const few = Math.min(layout.history ?? steps, 2 ** Math.max(0, Math.floor(Math.log2(1024 / (width * padded)))));
  return { part, parts: threads / part, flushed: shuffles(layout) ? steps : few };
}

/** Bytes of workgroup memory that the largest kernel forward, or backward, takes. */
export function workgroupBytes(layout: ScanLayout, direction: "forward" | "backward"): number {
  const { steps, width, padded, threads, lanes } = layout;
  const rows = 8 * steps * padded;
  if (direction === "forward")
    return 8 * steps * width + rows + (lanes > 1 && !shuffles(layout) ? 4 * steps * threads : 0);
  const { parts, flushed } = channelSums(layout);
  return 12 * steps * width + rows + 8 * flushed * parts * padded + (shuffles(layout) ? 0 : 8 * flushed * threads);
}

export function scanLayout(shape: ScanShape, variant: ScanVariant, subgroup: number, places: ScanPlaces): ScanLayout {
  // Four at least, as workgroup memory holds them by fours.
  const padded = Math.max(4, 2 ** Math.ceil(Math.log2(shape.states)));
  const perLane = Math.min(variant.perLane, padded);
  const lanes = padded / perLane;
  const threads = variant.width * lanes;
  const chunk = variant.steps * Math.ceil(Math.min(variant.chunk, shape.length) / variant.steps);
  return {
    ...shape,
    ...variant,
    perLane,
    chunk,
    padded,
    lanes,
    threads,
    tiles: chunk / variant.steps,
    chunks: Math.ceil(shape.length / chunk),
    subgroup,
    places,
  };
}
