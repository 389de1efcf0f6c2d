/**
 * Powers as step control wants them, to about seven digits and at a fraction of what Math.pow costs: by additions,
 * multiplications, one division and the bits of the exponent only, so that a WebAssembly module does the very same in line
 * (emit/wasm/roughPower.ts). Padé approximants: Baker & Graves-Morris, "Padé Approximants", 2nd ed., 1.1 and 4.6.
 */

/** A double and its halves; the high one comes second wherever there is WebAssembly. */
const powerDouble = new Float64Array(1);
const powerHalves = new Int32Array(powerDouble.buffer);

/** Base-2 logarithm of x >= 0, to 3.1e-7; beyond 1023 for what is not finite, and about -1023 for 0. */
export function roughLog2(x: number): number {
  powerDouble[0] = x;
  const high = powerHalves[1]!;
  powerHalves[1] = (high & 0xfffff) | 0x3ff00000;
  const m = powerDouble[0];
  // log m = log sqrt(2) + 2 artanh(a / b), and artanh z = z (15 - 4 z^2) / (15 - 9 z^2) to order 7.
  const a = m - Math.SQRT2;
  const b = m + Math.SQRT2;
  const a2 = a * a;
  const b2 = b * b * 15;
  return ((high >>> 20) & 2047) - 1022.5 + ((a * (b2 - 4 * a2)) / (b * (b2 - 9 * a2))) * 2.8853900817779268;
}

/** 2^x for |x| < 1022, to 7e-9 of it. */
export function roughExp2(x: number): number {
  const k = Math.floor(x + 0.5);
  powerHalves[0] = 0;
  powerHalves[1] = (k + 1023) << 20;
  // exp u = (even + odd) / (even - odd), of order 6.
  const u = (x - k) * Math.LN2;
  const u2 = u * u;
  const even = 120 + 12 * u2;
  const odd = u * (60 + u2);
  return ((even + odd) / (even - odd)) * powerDouble[0]!;
}
