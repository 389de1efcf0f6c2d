/** A root of a function of one number between two points where its signs differ, to the last bit. */

/** The Illinois rule, with halving where it is slow; `a` where f is not finite on the way. */
export function bracketed(f: (x: number) => number, a: number, b: number, fa = f(a), fb = f(b)): number {
  let [lo, hi, flo, fhi] = [a, b, fa, fb];
  for (let k = 0; k < 200; k++) {
    if (flo === 0) return lo;
    if (fhi === 0) return hi;
    const before = hi - lo;
    const secant = hi - (fhi * (hi - lo)) / (fhi - flo);
    const x = k % 3 !== 2 && secant > lo && secant < hi ? secant : lo + (hi - lo) / 2;
    if (!(x > lo && x < hi)) break;
    const fx = f(x);
    if (Number.isNaN(fx)) return x;
    if (fx > 0 === fhi > 0) {
      [hi, fhi] = [x, fx];
      // The end that stays counts half, or it would stay for ever.
      flo /= 2;
    } else {
      [lo, flo] = [x, fx];
      fhi /= 2;
    }
    if (hi - lo === before) break;
  }
  return Math.abs(flo) < Math.abs(fhi) ? lo : hi;
}
