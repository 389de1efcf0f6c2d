/** Keeps what a run shows: one growing column of time and one for each recorded signal. */
import type { Trace } from "./result.ts";

export interface Recorded {
  readonly slot: number;
  readonly path: string;
  readonly label: string;
  readonly sampled: boolean;
}

export interface Recorder {
  /** False when some value is not finite. */
  keep(t: number): boolean;
  /** Rows that were computed elsewhere: the values of the c-th column and their times, which are copied. */
  keepRows(rows: number, column: (c: number) => Float64Array, at: Float64Array): void;
  /** Drops the row before the last when both say the same: an event at which nothing shown jumped needs one row only. */
  mergeLast(): void;
  /** What rows hold: the slots of its columns, of which each is kept once. */
  readonly kept: readonly { readonly slot: number }[];
  count(): number;
  /** Of the last row; not a number before there is one. */
  lastTime(): number;
  finish(): { readonly t: Float64Array; readonly traces: readonly Trace[] };
}

/** Whether a value jumps: from 0 to -0 is none. */
const parts = (from: number, to: number): boolean => from !== to && !(Number.isNaN(from) && Number.isNaN(to));

/** Rows that may be left empty rather than everything copied. */
const mostSpare = 16;

/** `source`: the slot that another is always a copy of. Records of the same values share their column. */
export function createRecorder(
  memory: Float64Array,
  records: readonly Recorded[],
  expected: number,
  source: (slot: number) => number = (slot) => slot,
): Recorder {
  const slots = [...new Set(records.map(({ slot }) => source(slot)))];
  const kept = slots.map((slot) => ({ slot }));
  // Both sides of the last event take a row more, until they are merged.
  let capacity = Math.max(expected, 16) + 1;
  let count = 0;
  let [times, columns] = table(capacity);
  /** Columns of one array: for a short run to allocate each by itself takes longer than to fill them. */
  function table(rows: number): [times: Float64Array<ArrayBuffer>, columns: Float64Array<ArrayBuffer>[]] {
    const all = new Float64Array(rows * (1 + slots.length));
    const column = (c: number): Float64Array<ArrayBuffer> => all.subarray(c * rows, (c + 1) * rows);
    return [column(0), slots.map((_, c) => column(1 + c))];
  }
  function room(rows: number): void {
    if (count + rows <= capacity) return;
    resize(Math.max(2 * capacity, count + rows));
  }
  function resize(rows: number): void {
    const before = [times, ...columns];
    capacity = rows;
    [times, columns] = table(rows);
    [times, ...columns].forEach((column, c) => column.set(before[c]!.subarray(0, count)));
  }
  return {
    kept,
    count: () => count,
    lastTime: () => (count > 0 ? times[count - 1]! : Number.NaN),
    keep(t) {
      room(1);
      let finite = true;
      times[count] = t;
      for (let i = 0; i < slots.length; i++) {
        const value = memory[slots[i]!]!;
        columns[i]![count] = value;
        if (!Number.isFinite(value)) finite = false;
      }
      count++;
      return finite;
    },
    keepRows(rows, column, at) {
      room(rows);
      times.set(at, count);
      columns.forEach((values, c) => values.set(column(c), count));
      count += rows;
    },
    mergeLast() {
      const last = count - 1;
      if (last < 1 || columns.some((c) => parts(c[last - 1]!, c[last]!))) return;
      times[last - 1] = times[last]!;
      count = last;
    },
    finish() {
      if (capacity - count > mostSpare) resize(count);
      const filled = (column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => column.subarray(0, count);
      const values = new Map(slots.map((slot, c) => [slot, filled(columns[c]!)]));
      return {
        t: filled(times),
        traces: records.map(({ slot, path, label, sampled }) => ({
          path,
          label,
          values: values.get(source(slot))!,
          sampled,
        })),
      };
    },
  };
}
