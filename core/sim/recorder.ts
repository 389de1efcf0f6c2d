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
  /** Rows that were computed elsewhere: the values of the c-th column, which are copied, and their times, written where they are asked for. */
  keepRows(rows: number, column: (c: number) => Float64Array, putTimes: (into: Float64Array) => void): void;
  /** Drops the row before the last when both say the same: an event at which nothing shown jumped needs one row only. */
  mergeLast(): void;
  readonly count: number;
  /** Of the last row; not a number before there is one. */
  readonly lastTime: number;
  finish(): { readonly t: Float64Array; readonly traces: readonly Trace[] };
}

/** Whether a value jumps: from 0 to -0 is none. */
const parts = (from: number, to: number): boolean => from !== to && !(Number.isNaN(from) && Number.isNaN(to));

export function createRecorder(memory: Float64Array, records: readonly Recorded[], expected: number): Recorder {
  let capacity = Math.max(expected, 16);
  let times = new Float64Array(capacity);
  let columns = records.map(() => new Float64Array(capacity));
  let count = 0;
  const resized = (column: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> => {
    const wider = new Float64Array(size);
    wider.set(column.subarray(0, count));
    return wider;
  };
  const whole = (column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> =>
    count === capacity ? column : column.slice(0, count);
  function room(rows: number): void {
    if (count + rows <= capacity) return;
    capacity = Math.max(2 * capacity, count + rows);
    times = resized(times, capacity);
    columns = columns.map((c) => resized(c, capacity));
  }
  return {
    get count() {
      return count;
    },
    get lastTime() {
      return count > 0 ? times[count - 1]! : Number.NaN;
    },
    keep(t) {
      room(1);
      let finite = true;
      times[count] = t;
      for (let i = 0; i < records.length; i++) {
        const value = memory[records[i]!.slot]!;
        columns[i]![count] = value;
        if (!Number.isFinite(value)) finite = false;
      }
      count++;
      return finite;
    },
    keepRows(rows, column, putTimes) {
      room(rows);
      putTimes(times.subarray(count, count + rows));
      columns.forEach((values, c) => values.set(column(c), count));
      count += rows;
    },
    mergeLast() {
      const last = count - 1;
      if (last < 1 || columns.some((c) => parts(c[last - 1]!, c[last]!))) return;
      times[last - 1] = times[last]!;
      count = last;
    },
    finish: () => ({
      t: whole(times),
      traces: records.map((r, i) => ({
        path: r.path,
        label: r.label,
        values: whole(columns[i]!),
        sampled: r.sampled,
      })),
    }),
  };
}
