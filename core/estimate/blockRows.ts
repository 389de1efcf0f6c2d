/** Blocks of numbers of one size, as many as are asked for. */
export interface BlockRows {
  readonly size: number;
  /** All of them; another array after `at` has grown it. */
  data(): Float64Array;
  /** Where block r begins, made if it is not there. */
  at(r: number): number;
  /** The first `count` blocks alone. */
  cut(count: number): Float64Array;
}

/** `expected` blocks at the most; room for all of them at once where they will be needed, else it grows. */
export function createBlockRows(size: number, expected: number, atOnce: boolean): BlockRows {
  let data = new Float64Array(size * Math.max(1, atOnce ? expected : Math.min(expected, 32)));
  return {
    size,
    data: () => data,
    at(r) {
      const end = (r + 1) * size;
      if (end > data.length) {
        const larger = new Float64Array(Math.max(end, Math.min(2 * data.length, expected * size)));
        larger.set(data);
        data = larger;
      }
      return r * size;
    },
    cut: (count) => (count * size === data.length ? data : data.slice(0, count * size)),
  };
}
