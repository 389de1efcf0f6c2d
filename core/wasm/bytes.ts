/** Bytes that grow, and the numbers of the WebAssembly binary format: LEB128 and IEEE doubles. */

export interface Bytes {
  readonly length: number;
  byte(value: number): void;
  /** Unsigned LEB128 of a whole number below 2^53. */
  unsigned(value: number): void;
  /** Signed LEB128 of a 32-bit integer. */
  signed(value: number): void;
  double(value: number): void;
  append(bytes: Uint8Array): void;
  /** A vector of bytes: its length, then the bytes. */
  sized(bytes: Uint8Array): void;
  /** ASCII, sized. */
  name(text: string): void;
  finish(): Uint8Array<ArrayBuffer>;
}

export function createBytes(capacity = 64): Bytes {
  let buffer = new Uint8Array(capacity);
  let view = new DataView(buffer.buffer);
  let length = 0;

  function room(count: number): void {
    if (length + count <= buffer.length) return;
    const wider = new Uint8Array(Math.max(2 * buffer.length, length + count));
    wider.set(buffer.subarray(0, length));
    buffer = wider;
    view = new DataView(buffer.buffer);
  }

  const bytes: Bytes = {
    get length() {
      return length;
    },
    byte(value) {
      if (length === buffer.length) room(1);
      buffer[length++] = value;
    },
    unsigned(value) {
      let rest = value;
      while (rest >= 128) {
        bytes.byte((rest % 128) + 128);
        rest = Math.floor(rest / 128);
      }
      bytes.byte(rest);
    },
    signed(value) {
      let rest = value | 0;
      for (;;) {
        const low = rest & 127;
        rest >>= 7;
        // The last byte's second bit is the sign.
        if ((rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0)) return bytes.byte(low);
        bytes.byte(low | 128);
      }
    },
    double(value) {
      room(8);
      view.setFloat64(length, value, true);
      length += 8;
    },
    append(more) {
      room(more.length);
      buffer.set(more, length);
      length += more.length;
    },
    sized(more) {
      bytes.unsigned(more.length);
      bytes.append(more);
    },
    name(text) {
      bytes.sized(Uint8Array.from(text, (c) => c.charCodeAt(0)));
    },
    finish: () => buffer.slice(0, length),
  };
  return bytes;
}
