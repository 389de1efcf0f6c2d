/**
 * Which variant of the scan's kernels to run: a table by how many channels there are over all sequences, measured on one card
 * (bench/README.md, "Selective scan"), and fitted to what the device at hand can hold.
 */
import type { GpuInfo } from "./device.ts";
import { scanLayout, workgroupBytes } from "./kernels/scanLayout.ts";
import type { ScanLayout, ScanPlaces, ScanVariant } from "./kernels/scanLayout.ts";
import type { ScanShape } from "./kernels/selectiveScan.ts";

type Direction = "forward" | "backward";

interface Row {
  /** Sequences times channels, and those times steps, at least. */
  readonly rows: number;
  readonly work: number;
  readonly forward: ScanVariant & Chunks;
  readonly backward: ScanVariant & Chunks;
}

/** Chunks are made so long that each of 32,768 lies in one channel, within these bounds. */
interface Chunks {
  readonly chunk: number;
  readonly longest?: number;
}

const whole = Number.MAX_SAFE_INTEGER;

/** The fewer rows, the shorter the chunks that keep the card busy; of little work only starting counts. The first that fits is taken. */
const table: readonly Row[] = [
  {
    rows: 16_384,
    work: 0,
    forward: { perLane: 4, width: 32, steps: 16, chunk: whole },
    backward: { perLane: 8, width: 32, steps: 16, chunk: whole, history: 8 },
  },
  {
    rows: 4096,
    work: 0,
    forward: { perLane: 4, width: 32, steps: 32, chunk: whole },
    backward: { perLane: 8, width: 64, steps: 16, chunk: 512, history: 8 },
  },
  {
    rows: 0,
    work: 2 ** 22,
    forward: { perLane: 8, width: 64, steps: 16, chunk: 256, longest: 512 },
    backward: { perLane: 8, width: 64, steps: 16, chunk: 512, longest: 1024, history: 8 },
  },
  {
    rows: 0,
    work: 0,
    forward: { perLane: 4, width: 16, steps: 16, chunk: 256 },
    backward: { perLane: 1, width: 8, steps: 16, chunk: 256 },
  },
];

/** On a processor that plays a GPU compiling costs more than running, so little is unrolled. */
const played: ScanVariant = { perLane: 4, width: 4, steps: 4, chunk: whole };

/** Undefined where no variant fits the device's workgroups. */
export function chooseScan(
  shape: ScanShape,
  info: GpuInfo,
  places: ScanPlaces,
  direction: Direction,
  subgroup: number = info.subgroup,
): ScanLayout | undefined {
  const rows = shape.batch * shape.channels;
  const work = rows * shape.length;
  const { longest, ...found } = table.find((row) => rows >= row.rows && work >= row.work)![direction];
  const chunk =
    longest === undefined
      ? found.chunk
      : Math.min(longest, Math.max(found.chunk, 2 ** Math.round(Math.log2(work / 32_768))));
  const variant = info.software ? played : { ...found, chunk };
  return fitted(shape, variant, info, places, direction, subgroup);
}

/** The variant with as many of its channels and steps as the device can hold. */
function fitted(
  shape: ScanShape,
  wanted: ScanVariant,
  info: GpuInfo,
  places: ScanPlaces,
  direction: Direction,
  subgroup: number,
): ScanLayout | undefined {
  const { workgroupBytes: bytes, workgroupThreads: threads } = info.limits;
  let variant = wanted;
  for (;;) {
    const lanes = scanLayout(shape, variant, subgroup, places).lanes;
    // A tile has a step for each lane at least.
    const steps = Math.max(variant.steps, lanes);
    const layout = scanLayout(shape, { ...variant, steps }, subgroup, places);
    if (layout.threads <= threads && workgroupBytes(layout, direction) <= bytes) return layout;
    if (variant.width > 1 && (layout.threads > 32 || steps === lanes))
      variant = { ...variant, width: variant.width / 2 };
    else if (steps > lanes) {
      const half = steps / 2;
      variant = {
        ...variant,
        steps: half,
        ...(variant.history === undefined ? {} : { history: Math.min(half, variant.history) }),
      };
    } else return undefined;
  }
}
