/** Where things stand in a module's memory: the model's slots first, then what functions take, leave and keep. */

export interface Layout {
  /** The next `count` doubles, from an even cell on, so that pairs of them lie on 16 bytes. */
  take(count: number): number;
  /** All there is, bytes. */
  readonly bytes: number;
}

export function createLayout(slots: number): Layout {
  let next = slots;
  return {
    take(count) {
      next += next % 2;
      const at = next;
      next += count;
      return at;
    },
    get bytes() {
      return 8 * next;
    },
  };
}
