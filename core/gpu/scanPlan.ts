/**
 * A selective scan on a device: its variant chosen, its workspace laid out once, its dispatches ready to be recorded. What it computes is
 * kernels/selectiveScan.ts; the sums over states and channels have a fixed order, so that reruns give the same bits.
 */
import type { GpuDevice, GpuDispatch, GpuView } from "./device.ts";
import {
  gradientProgram,
  paramSumProgram,
  reverseSummaryProgram,
  rowGroups,
  rowSumProgram,
} from "./kernels/scanBackward.ts";
import { joinProgram, outputProgram, summaryProgram } from "./kernels/scanForward.ts";
import { scanLayout } from "./kernels/scanLayout.ts";
import type { ScanLayout, ScanPlaces, ScanVariant } from "./kernels/scanLayout.ts";
import type { ScanShape } from "./kernels/selectiveScan.ts";
import { chooseScan } from "./scanChoice.ts";

export interface ScanBuffers {
  /** (batch, length, channels). */
  readonly u: GpuView;
  readonly raw: GpuView;
  /** Rows (batch, length) with B and C at `places`. */
  readonly bc: GpuView;
  /** A (channels, states), skip and bias (channels) at `places`. */
  readonly params: GpuView;
  /** (batch, length, channels), written. */
  readonly y: GpuView;
}

/** Given: dy. Written: the others, each laid out as what it is the derivative by; of the rows and parameters only what lies at `places`. */
export interface ScanGradientBuffers {
  readonly dy: GpuView;
  readonly du: GpuView;
  readonly draw: GpuView;
  readonly dbc: GpuView;
  readonly dparams: GpuView;
}

export interface ScanOptions {
  /** Left out: rows of B and C alone, and A, skip and bias one after another. */
  readonly places?: ScanPlaces;
  readonly gradients?: ScanGradientBuffers;
  /** Instead of the measured choice. */
  readonly forward?: ScanVariant;
  readonly backward?: ScanVariant;
  /** Lanes that exchange by shuffles, instead of the device's own; 0: none. */
  readonly subgroup?: number;
}

export interface ScanPlan {
  readonly ok: true;
  readonly forward: readonly GpuDispatch[];
  /** Empty without gradients. After `forward`, which keeps the states that it needs. */
  readonly backward: readonly GpuDispatch[];
  /** (batch, channels, padded): the state before the first step, zero unless written, and after the last. */
  readonly initial: GpuView;
  readonly final: GpuView;
  /** The loss's derivative by the final state, zero unless written, and by the initial one. */
  readonly finalGradient: GpuView;
  readonly initialGradient: GpuView;
  /** States of a channel in those four, with padding. */
  readonly padded: number;
  /** What was chosen, for reports. */
  readonly chosen: { readonly forward: ScanLayout; readonly backward?: ScanLayout };
  release(): void;
}

export type ScanPlanned =
  | ScanPlan
  /** The device cannot hold it: bytes needed, and at most to be had, of a binding or of a workgroup's memory. */
  | {
      readonly ok: false;
      readonly code: "GPU_LIMIT";
      readonly what: "binding" | "workgroup";
      readonly bytes: number;
      readonly most: number;
    };

export function planScan(
  device: GpuDevice,
  shape: ScanShape,
  buffers: ScanBuffers,
  options: ScanOptions = {},
): ScanPlanned {
  const { batch, channels, length, states: n } = shape;
  const places = options.places ?? { bcStride: 2 * n, bcOffset: 0, a: 0, skip: channels * n, bias: channels * (n + 1) };
  const { gradients, subgroup = device.info.subgroup } = options;
  const { limits } = device.info;
  const layoutOf = (direction: "forward" | "backward") => {
    const variant = options[direction];
    return variant === undefined
      ? chooseScan(shape, device.info, places, direction, subgroup)
      : scanLayout(shape, variant, subgroup, places);
  };
  const layout = layoutOf("forward");
  const back = gradients === undefined ? undefined : layoutOf("backward");
  if (layout === undefined || (gradients !== undefined && back === undefined)) {
    return { ok: false, code: "GPU_LIMIT", what: "workgroup", bytes: 8 * n * n, most: limits.workgroupBytes };
  }

  let words = 0;
  const place = (count: number): number => {
    const at = words;
    words += 64 * Math.ceil(count / 64);
    return at;
  };
  const states = batch * channels * layout.padded;
  const [initial, final, finalGradient, initialGradient] = [place(states), place(states), place(states), place(states)];
  /** Summaries of chunks: states, and steps, four words each (scanForward.ts). */
  const chunksOf = ({ chunks }: ScanLayout) =>
    chunks === 1
      ? { chunkStates: 0, chunkSteps: 0 }
      : { chunkStates: place(states * chunks), chunkSteps: place(4 * batch * channels * chunks) / 4 };
  const kept = back && { at: place(states * Math.ceil(length / back.steps)), every: back.steps };
  const at = { initial, final, ...chunksOf(layout), ...(kept === undefined ? {} : { kept }) };
  const backAt = back &&
    kept && {
      finalGradient,
      initialGradient,
      kept: kept.at,
      ...chunksOf(back),
      aParts: place(states * back.chunks),
      channelParts: place(2 * batch * back.chunks * channels * back.lanes),
      rowParts: place(Math.ceil(channels / back.width) * batch * length * 2 * back.padded),
    };
  const most = Math.min(limits.binding, limits.buffer);
  const needed = 4 * Math.max(words, batch * length * channels);
  if (needed > most) return { ok: false, code: "GPU_LIMIT", what: "binding", bytes: needed, most };

  const work = device.buffer("scan workspace", words);
  const { u, raw, bc, params, y } = buffers;
  const wide = Math.ceil(channels / layout.width);
  const joins = { views: [params, work], groups: [Math.ceil(states / 64), 1, 1] } as const;
  const forward: GpuDispatch[] = [];
  if (layout.chunks > 1) {
    const program = summaryProgram(layout, at);
    forward.push({ program, views: [u, raw, bc, params, work], groups: [wide, layout.chunks - 1, batch] });
    forward.push({ program: joinProgram(layout, at), ...joins });
  }
  const views = [u, raw, bc, params, y, work];
  forward.push({ program: outputProgram(layout, at), views, groups: [wide, layout.chunks, batch] });

  const backward: GpuDispatch[] = [];
  if (back && backAt && gradients) {
    const { dy, du, draw, dbc, dparams } = gradients;
    const backWide = Math.ceil(channels / back.width);
    if (back.chunks > 1) {
      const program = reverseSummaryProgram(back, backAt);
      backward.push({ program, views: [raw, dy, bc, params, work], groups: [backWide, back.chunks - 1, batch] });
      backward.push({ program: joinProgram(back, { ...backAt, initial: finalGradient }, true), ...joins });
    }
    backward.push({
      program: gradientProgram(back, backAt),
      views: [u, raw, dy, bc, params, du, draw, work],
      groups: [backWide, back.chunks, batch],
    });
    backward.push({ program: rowSumProgram(back, backAt), views: [work, dbc], groups: rowGroups(back) });
    const sums = Math.ceil((channels * (n + 2)) / 64);
    backward.push({ program: paramSumProgram(back, backAt), views: [work, dparams], groups: [sums, 1, 1] });
  }
  const state = (offset: number): GpuView => ({ ...work, offset, length: states });
  return {
    ok: true,
    forward,
    backward,
    initial: state(initial),
    final: state(final),
    finalGradient: state(finalGradient),
    initialGradient: state(initialGradient),
    padded: layout.padded,
    chosen: { forward: layout, ...(back === undefined ? {} : { backward: back }) },
    release: () => device.release(work),
  };
}
