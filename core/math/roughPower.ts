/**
 * Powers as step control wants them, to about seven digits and at a fraction of what Math.pow costs: by additions, multiplications
 * and the bits of the exponent only, so that a WebAssembly module does the very same in line (emit/wasm/roughPower.ts). The
 * next step waits for both, so their sums are written as trees (Estrin) and nothing is divided. Best approximations, by Remez's
 * exchange: Trefethen, "Approximation Theory and Approximation Practice", ch. 10.
 */

/** Of the logarithm of 1.5 + a, |a| <= 1/2, by powers of a. */
export const powerLogTerms = [
  0.5849627654104601, 0.9617953794058238, -0.3206323385576168, 0.14254532527843153, -0.07058961294110565,
  0.037311288604703945, -0.025123371055582287, 0.015125359153561306,
] as const;
/** Of 2^f, |f| <= 1/2, by powers of f; without an error at 0. */
export const powerTerms = [
  1, 0.6931472149680401, 0.24022652782876422, 0.055503105509952314, 0.009617692974848335, 0.0013406643905203525,
  0.0001559467756102457,
] as const;
/** Added to a number and taken away again it leaves the whole number nearest to it, which the sum has as its last bits. */
export const powerRounding = 1.5 * 2 ** 52;

/** A double and its halves; the high one comes second wherever there is WebAssembly. */
const powerDouble = new Float64Array(1);
const powerHalves = new Int32Array(powerDouble.buffer);

/** Base-2 logarithm of x >= 0, to 3e-7; beyond 1023 for what is not finite, and about -1023 for 0. */
export function roughLog2(x: number): number {
  powerDouble[0] = x;
  const high = powerHalves[1]!;
  powerHalves[1] = (high & 0xfffff) | 0x3ff00000;
  const a = powerDouble[0] - 1.5;
  const c = powerLogTerms;
  const a2 = a * a;
  const whole = ((high >>> 20) & 2047) - (1023 - c[0]);
  return whole + c[1] * a + (c[2] + c[3] * a) * a2 + (c[4] + c[5] * a + (c[6] + c[7] * a) * a2) * (a2 * a2);
}

/** 2^x for |x| < 1022, to 3e-9 of it. */
export function roughExp2(x: number): number {
  powerDouble[0] = x + powerRounding;
  const f = x - (powerDouble[0] - powerRounding);
  const k = powerHalves[0]!;
  powerHalves[0] = 0;
  powerHalves[1] = (k + 1023) << 20;
  const c = powerTerms;
  const f2 = f * f;
  return (c[0] + c[1] * f + (c[2] + c[3] * f) * f2 + (c[4] + c[5] * f + c[6] * f2) * (f2 * f2)) * powerDouble[0];
}
