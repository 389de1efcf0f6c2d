/**
 * Bytes of a text file as UTF-8, piece by piece: numbers are then read from bytes without making strings. Pieces may end anywhere. What
 * is not well formed becomes U+FFFD, as everywhere.
 */
import type { Encoding } from "./csvFormat.ts";

/** By its mark, by zeros between letters, by being well formed; undefined: no text. */
export function encodingOf(head: Uint8Array): Encoding | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  for (let i = 0; i < head.length; i++) if (head[i] === 0) zeros[i & 1]!++;
  const half = head.length / 2;
  if (zeros[1]! > 0.7 * half && zeros[0]! < 0.05 * half) return "utf-16le";
  if (zeros[0]! > 0.7 * half && zeros[1]! < 0.05 * half) return "utf-16be";
  if (zeros[0]! + zeros[1]! > 0) return undefined;
  return isUtf8(head) ? "utf-8" : "windows-1252";
}

/** The last character may be cut off. */
function isUtf8(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length;) {
    const b = bytes[i]!;
    const more = b < 0x80 ? 0 : b >= 0xc2 && b < 0xe0 ? 1 : b >= 0xe0 && b < 0xf0 ? 2 : b >= 0xf0 && b < 0xf5 ? 3 : -1;
    if (more < 0) return false;
    for (let k = 1; k <= more && i + k < bytes.length; k++) if ((bytes[i + k]! & 0xc0) !== 0x80) return false;
    i += more + 1;
  }
  return true;
}

export type Transcoder = (bytes: Uint8Array) => Uint8Array;

/** One file, from its first byte on; its mark is taken off. */
export function utf8From(encoding: Encoding): Transcoder {
  if (encoding === "utf-8") return withoutMark();
  return encoding === "windows-1252" ? fromWindows1252 : fromUtf16(encoding === "utf-16le");
}

function withoutMark(): Transcoder {
  const mark = [0xef, 0xbb, 0xbf];
  /** How much of the mark has been seen; 3 and over: done with it. */
  let seen = 0;
  return (bytes) => {
    if (seen > 2) return bytes;
    let at = 0;
    while (at < bytes.length && seen < 3 && bytes[at] === mark[seen]) {
      at++;
      seen++;
    }
    if (seen === 3) return bytes.subarray(at);
    if (at === bytes.length) return bytes.subarray(at);
    // It began like a mark and is none: give back what was held.
    const held = seen - at;
    seen = 4;
    if (held === 0) return bytes;
    const whole = new Uint8Array(held + bytes.length);
    whole.set(mark.slice(0, held));
    whole.set(bytes, held);
    return whole;
  };
}

/** What stands at 0x80 to 0x9f; the rest is Latin-1. */
const windows1252 =
  "\u20ac\ufffd\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\ufffd\u017d\ufffd\ufffd\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\ufffd\u017e\u0178";

function fromWindows1252(bytes: Uint8Array): Uint8Array {
  if (bytes.every((b) => b < 0x80)) return bytes;
  const out = new Writer(3 * bytes.length);
  for (const b of bytes) out.add(b >= 0x80 && b < 0xa0 ? windows1252.charCodeAt(b - 0x80) : b);
  return out.done();
}

function fromUtf16(little: boolean): Transcoder {
  let odd = -1;
  let high = 0;
  let first = true;
  return (bytes) => {
    const out = new Writer(2 * bytes.length + 8);
    let i = 0;
    const unit = (one: number, two: number): void => {
      const code = little ? one | (two << 8) : (one << 8) | two;
      if (first) {
        first = false;
        if (code === 0xfeff) return;
      }
      if (high !== 0) {
        const before = high;
        high = 0;
        if (code >= 0xdc00 && code < 0xe000) return out.add(0x10000 + ((before - 0xd800) << 10) + (code - 0xdc00));
        out.add(0xfffd);
      }
      if (code >= 0xd800 && code < 0xdc00) high = code;
      else out.add(code >= 0xdc00 && code < 0xe000 ? 0xfffd : code);
    };
    if (odd >= 0 && bytes.length > 0) {
      unit(odd, bytes[0]!);
      odd = -1;
      i = 1;
    }
    for (; i + 1 < bytes.length; i += 2) unit(bytes[i]!, bytes[i + 1]!);
    if (i < bytes.length) odd = bytes[i]!;
    return out.done();
  };
}

class Writer {
  private readonly bytes: Uint8Array;
  private length = 0;

  constructor(most: number) {
    this.bytes = new Uint8Array(most);
  }

  add(code: number): void {
    const { bytes } = this;
    if (code < 0x80) bytes[this.length++] = code;
    else if (code < 0x800) {
      bytes[this.length++] = 0xc0 | (code >> 6);
      bytes[this.length++] = 0x80 | (code & 63);
    } else if (code < 0x10000) {
      bytes[this.length++] = 0xe0 | (code >> 12);
      bytes[this.length++] = 0x80 | ((code >> 6) & 63);
      bytes[this.length++] = 0x80 | (code & 63);
    } else {
      bytes[this.length++] = 0xf0 | (code >> 18);
      bytes[this.length++] = 0x80 | ((code >> 12) & 63);
      bytes[this.length++] = 0x80 | ((code >> 6) & 63);
      bytes[this.length++] = 0x80 | (code & 63);
    }
  }

  done(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

/** Well-formed UTF-8 as a string; for names and odd fields, not for whole files. */
export function textOf(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length;) {
    const b = bytes[i]!;
    const more = b < 0x80 ? 0 : b < 0xc0 ? -1 : b < 0xe0 ? 1 : b < 0xf0 ? 2 : b < 0xf5 ? 3 : -1;
    let code = more === 0 ? b : more === 1 ? b & 31 : more === 2 ? b & 15 : b & 7;
    if (more < 0 || i + more >= bytes.length) {
      parts.push("\ufffd");
      i++;
      continue;
    }
    for (let k = 1; k <= more; k++) code = (code << 6) | (bytes[i + k]! & 63);
    parts.push(code < 0x110000 ? String.fromCodePoint(code) : "\ufffd");
    i += more + 1;
  }
  return parts.join("");
}
