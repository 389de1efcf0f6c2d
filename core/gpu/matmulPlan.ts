/** A product of matrices on a device: tiles and parts chosen, its dispatches ready to be recorded (kernels/matmul.ts). */
import type { GpuDevice, GpuDispatch, GpuView } from "./device.ts";
import { MATMUL_THREADS, matmulProgram, matmulSumProgram } from "./kernels/matmul.ts";
import type { MatmulLayout, MatmulShape } from "./kernels/matmul.ts";

export interface MatmulPlan {
  readonly dispatches: readonly GpuDispatch[];
  readonly layout: MatmulLayout;
  release(): void;
}

/** Workgroups that keep a large card busy: its tiles get no larger, and parts no fewer, than leaves so many. */
const BUSY = 256;

export function chooseMatmul(shape: MatmulShape, software: boolean): MatmulLayout {
  const { rows, columns, inner } = shape;
  if (software) {
    const part = Math.ceil(inner / Math.ceil(inner / 512));
    return { ...shape, quads: 0, depth: 1, part, parts: Math.ceil(inner / part) };
  }
  const tiles = (quads: number) => Math.ceil(rows / (64 * quads)) * Math.ceil(columns / (64 * quads));
  const quads = tiles(2) >= BUSY ? 2 : 1;
  // Each thread loads one quadruple of A and one of B at least.
  const depth = 16 / quads;
  // Not so short that summing them costs more than it saves.
  const wanted = Math.min(Math.ceil(BUSY / tiles(quads)), Math.ceil(inner / 256));
  const part = depth * Math.ceil(inner / wanted / depth);
  return { ...shape, quads, depth, part, parts: Math.ceil(inner / part) };
}

export function planMatmul(
  device: GpuDevice,
  shape: MatmulShape,
  { a, b, c }: { readonly a: GpuView; readonly b: GpuView; readonly c: GpuView },
  layout: MatmulLayout = chooseMatmul(shape, device.info.software),
): MatmulPlan {
  const { rows, columns, quads, parts } = layout;
  const sums = Math.ceil((rows * columns) / MATMUL_THREADS);
  const wide = Math.min(sums, 32_768);
  const flat = [wide, Math.ceil(sums / wide)] as const;
  const tiled = [Math.ceil(columns / (64 * quads)), Math.ceil(rows / (64 * quads))] as const;
  const groups = [...(quads === 0 ? flat : tiled), parts] as const;
  const program = matmulProgram(layout);
  if (parts === 1) return { dispatches: [{ program, views: [a, b, c], groups }], layout, release: () => {} };
  const work = device.buffer("parts of a product", parts * rows * columns);
  return {
    dispatches: [
      { program, views: [a, b, work], groups },
      { program: matmulSumProgram(layout), views: [work, c], groups: [...flat, 1] },
    ],
    layout,
    release: () => device.release(work),
  };
}
