/**
 * Pieces of WGSL that the scan's kernels have in common, written out for one shape and variant: everything is unrolled into named
 * scalars, since arrays indexed at run time would leave the registers.
 */
import type { ScanLayout } from "./scanLayout.ts";

export const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k);
export const lines = (count: number, line: (k: number) => string): string => range(count).map(line).join("\n");
/** A float as WGSL reads it. */
export const LOG2E = "1.4426950408889634";
export const LN2 = "0.6931471805599453";

/**
 * log(1 + exp x) = max(x, 0) + log1p(exp(-|x|)); WGSL has no log1p, so log1p(y) = 2 atanh(y / (2 + y)) by its odd series, whose argument is
 * at most 1/3: relative error 2e-7 in float32, where log(1 + y) loses everything for small y.
 */
export const SOFTPLUS = `fn softplus(x: f32) -> f32 {
  let y = exp2(-abs(x) * ${LOG2E});
  let s = y / (2.0 + y);
  let q = s * s;
  var p = fma(q, 0.15384615384615385, 0.18181818181818182);
  p = fma(q, p, 0.2222222222222222);
  p = fma(q, p, 0.2857142857142857);
  p = fma(q, p, 0.4);
  p = fma(q, p, 0.6666666666666666);
  p = fma(q, p, 2.0);
  return max(x, 0.0) + s * p;
}`;

/** The derivative of softplus at its value: 1 - exp(-step), by its series where that would cancel. */
export const SOFTPLUS_SLOPE = `fn slope(step: f32) -> f32 {
  let series = step * fma(-step, 0.5 - step * fma(-step, 0.041666668 - step * 0.008333334, 0.16666667), 1.0);
  return select(1.0 - exp2(-step * ${LOG2E}), series, step < 0.1);
}`;

/** What one workgroup stages of one tile: which of the inputs over (batch, length, channels), and which half of B and C. */
export interface Staged {
  readonly signals: readonly string[];
  readonly states: "both" | "B" | "C";
}

/** Words of B and C a step in workgroup memory. */
export const rowWords = (layout: ScanLayout, { states }: Staged): number => (states === "both" ? 2 : 1) * layout.padded;

const quads = (layout: ScanLayout, staged: Staged): number => (layout.steps * rowWords(layout, staged)) / 4;

/** Declares the registers that hold the tile to come. */
export function declareNext(layout: ScanLayout, staged: Staged): string {
  const perThread = layout.steps / layout.lanes;
  return [
    ...staged.signals.map((name) => lines(perThread, (k) => `var next_${name}${k} = 0.0;`)),
    lines(Math.ceil(quads(layout, staged) / layout.threads), (k) => `var next_bc${k} = vec4f();`),
  ].join("\n");
}

/** Loads the tile that begins at step `begin` into registers; rows past the end are read from the last. */
export function loadNext(layout: ScanLayout, staged: Staged, begin: string): string {
  const { steps, lanes, length, threads, padded, states, places } = layout;
  const signals = lines(steps / lanes, (k) =>
    [
      `{ let at = (batch * ${length}u + min(${begin} + stage_t + ${k * lanes}u, ${length - 1}u)) * ${layout.channels}u + stage_channel;`,
      ...staged.signals.map((name) => `next_${name}${k} = ${name}_in[at];`),
      "}",
    ].join("\n"),
  );
  const words = rowWords(layout, staged);
  const count = quads(layout, staged);
  const rows = lines(Math.ceil(count / threads), (k) => {
    const first = staged.states === "C" ? states : 0;
    const value = (i: number): string => {
      // The padding of few states is zero; B's ends where C begins.
      const column = `(quad % ${words / 4}u) * 4u + ${i}u`;
      if (padded === states) return `bc_in[at + ${first}u + ${column}]`;
      const state = `((${column}) % ${padded}u)`;
      const from =
        staged.states === "both" ? `((${column}) / ${padded}u) * ${states}u + ${state}` : `${first}u + ${state}`;
      return `select(0.0, bc_in[at + min(${from}, ${2 * states - 1}u)], ${state} < ${states}u)`;
    };
    const guard = (k + 1) * threads > count ? `if (quad < ${count}u) ` : "";
    return `{ let quad = ${k * threads}u + thread;
${guard}{ let at = (batch * ${length}u + min(${begin} + quad / ${words / 4}u, ${length - 1}u)) * ${places.bcStride}u + ${places.bcOffset}u;
next_bc${k} = vec4f(${range(4).map(value).join(", ")}); } }`;
  });
  return `${signals}\n${rows}`;
}

/** States that a lane reads at once. Fewer than four have places of their own: a part of a quadruple picked at run time would be slow. */
const together = ({ perLane }: ScanLayout): number => Math.min(4, perLane);

/** Declares the rows of B and C of a tile in workgroup memory. */
export function declareRows(layout: ScanLayout, staged: Staged): string {
  const width = together(layout);
  const type = width === 1 ? "f32" : `vec${width}f`;
  return `var<workgroup> rows: array<${type}, ${(layout.steps * rowWords(layout, staged)) / width}>;`;
}

/** Writes B and C of the loaded tile to workgroup memory. */
export function storeRows(layout: ScanLayout, staged: Staged): string {
  const count = quads(layout, staged);
  const width = together(layout);
  const part = (k: number, i: number) =>
    width === 4 ? `next_bc${k}` : `next_bc${k}.${"xyzw".slice(i * width, (i + 1) * width)}`;
  return lines(Math.ceil(count / layout.threads), (k) => {
    const quad = `${k * layout.threads}u + thread`;
    const guard = (k + 1) * layout.threads > count ? `if (${quad} < ${count}u) ` : "";
    return `${guard}{ ${lines(4 / width, (i) => `rows[(${quad}) * ${4 / width}u + ${i}u] = ${part(k, i)};`)} }`;
  });
}

/** Reads this lane's states of B or C at step t of the tile, after `base` steps where that is given, into `name`0, `name`1, ... */
export function readRow(
  layout: ScanLayout,
  staged: Staged,
  name: string,
  t: number,
  which: "B" | "C",
  base = "",
): string {
  const { perLane, padded } = layout;
  const width = together(layout);
  const before = base === "" ? "" : `${base} * ${rowWords(layout, staged) / width}u + `;
  const first = t * rowWords(layout, staged) + (which === "C" && staged.states === "both" ? padded : 0);
  return lines(perLane / width, (q) => {
    const row = `${name}q${q}`;
    const parts = range(width).map((i) => `let ${name}${width * q + i} = ${row}${width === 1 ? "" : `[${i}]`};`);
    return `let ${row} = rows[${before}${first / width + q}u + lane * ${perLane / width}u];\n${parts.join(" ")}`;
  });
}

/** Reads this lane's states from the workspace: `at` is the word where the channel's states begin; `quads`: its elements are vec4f. */
export function loadStates(
  layout: ScanLayout,
  at: string,
  assign: (i: number) => string,
  quads = movesQuads(layout),
): string {
  const { perLane } = layout;
  if (!quads) return lines(perLane, (i) => `${assign(i)} = work[${at} + lane * ${perLane}u + ${i}u];`);
  return lines(
    perLane / 4,
    (q) =>
      `{ let quad = work[(${at}) / 4u + lane * ${perLane / 4}u + ${q}u]; ${range(4)
        .map((i) => `${assign(4 * q + i)} = quad[${i}];`)
        .join(" ")} }`,
  );
}

export function storeStates(
  layout: ScanLayout,
  at: string,
  value: (i: number) => string,
  quads = movesQuads(layout),
): string {
  const { perLane } = layout;
  if (!quads) return lines(perLane, (i) => `work[${at} + lane * ${perLane}u + ${i}u] = ${value(i)};`);
  return lines(
    perLane / 4,
    (q) =>
      `work[(${at}) / 4u + lane * ${perLane / 4}u + ${q}u] = vec4f(${range(4)
        .map((i) => value(4 * q + i))
        .join(", ")});`,
  );
}

export const movesQuads = ({ perLane }: ScanLayout): boolean => perLane % 4 === 0;

/** The workspace's element, by how many states a lane moves at once. */
export const workType = (layout: ScanLayout): string => (movesQuads(layout) ? "array<vec4f>" : "array<f32>");

/**
 * Adds up `values` over lanes that differ in the bits `offsets` of the lane number, largest first, halving the values at each exchange while
 * there are several: afterwards each lane holds the sums of its share, and as many names as are left are returned.
 */
export function reduceScatter(
  values: readonly string[],
  offsets: readonly number[],
  prefix: string,
): { text: string; left: string[] } {
  let left = [...values];
  const text: string[] = [];
  offsets.forEach((offset, level) => {
    const half = left.length / 2;
    const up = `(index & ${offset}u) != 0u`;
    if (left.length > 1) {
      left = range(half).map((i) => {
        const name = `${prefix}${level}_${i}`;
        const [low, high] = [left[i]!, left[i + half]!];
        text.push(
          `let ${name} = select(${low}, ${high}, ${up}) + subgroupShuffleXor(select(${high}, ${low}, ${up}), ${offset}u);`,
        );
        return name;
      });
    } else {
      const name = `${prefix}${level}_0`;
      text.push(`let ${name} = ${left[0]!} + subgroupShuffleXor(${left[0]!}, ${offset}u);`);
      left = [name];
    }
  });
  return { text: text.join("\n"), left };
}

/** Powers of 2 from below `end` down to `first`. */
export const bits = (first: number, end: number): number[] => {
  const found: number[] = [];
  for (let bit = end / 2; bit >= first; bit /= 2) found.push(bit);
  return found;
};
