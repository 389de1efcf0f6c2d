/** Tells whether a file is still the one that was imported: FNV-1a (Fowler, Noll, Vo) over all its bytes, 32 bits. No secret keeps it. */

export interface Fingerprint {
  add(bytes: Uint8Array): void;
  /** Eight hexadecimal digits. */
  value(): string;
}

export function createFingerprint(): Fingerprint {
  let hash = 0x811c9dc5 | 0;
  return {
    add(bytes) {
      let h = hash;
      for (let i = 0; i < bytes.length; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193);
      hash = h;
    },
    value: () => (hash >>> 0).toString(16).padStart(8, "0"),
  };
}
