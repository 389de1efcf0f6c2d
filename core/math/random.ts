/**
 * Seeded random numbers without a state: the k-th number of stream `seed`, from 32-bit additions, rotations and exclusive
 * ors only, so that every engine and language can give the same bits. Other distributions are built elsewhere.
 * Threefry-2x32, 20 rounds: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 */

/** Rotations of the eight rounds that repeat. */
const threefryRotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** The block cipher: two 32-bit words of counter under two of key; exported for its published test vectors. */
export function threefry(counter0: number, counter1: number, key0: number, key1: number): readonly [number, number] {
  const keys = [key0 | 0, key1 | 0, (key0 ^ key1 ^ 0x1bd11bda) | 0] as const;
  let a = (counter0 + keys[0]) | 0;
  let b = (counter1 + keys[1]) | 0;
  for (let round = 0; round < 20; round++) {
    const shift = threefryRotations[round % 8]!;
    a = (a + b) | 0;
    b = ((b << shift) | (b >>> (32 - shift))) ^ a;
    if (round % 4 === 3) {
      const group = (round + 1) / 4;
      a = (a + keys[group % 3]!) | 0;
      b = (b + keys[(group + 1) % 3]! + group) | 0;
    }
  }
  return [a >>> 0, b >>> 0];
}

/**
 * The k-th number of the stream, in the open interval (0, 1): an odd multiple of 2^-53, so neither end is ever reached.
 * Seed and k count by their integer part, modulo 2^64.
 */
export function uniform(seed: number, k: number): number {
  const high = 4294967296;
  const [a, b] = threefry(k >>> 0, Math.floor(k / high) >>> 0, seed >>> 0, Math.floor(seed / high) >>> 0);
  return ((a >>> 6) * 67108864 + (b >>> 6) + 0.5) / 4503599627370496;
}

/** Standard normal numbers, two at a time from two uniform ones. Box & Muller (1958). */
export function normals(next: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
