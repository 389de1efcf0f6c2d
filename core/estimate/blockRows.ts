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

export function createBlockRows(size: number, expected: number): BlockRows {
  let data = new Float64Array(size * Math.max(1, Math.min(expected, 32)));
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
