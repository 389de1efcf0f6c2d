/**
 * The diagonal Pade approximation of a transport delay as a ladder of integrators: (1 - g)/(1 + g) with g the continued
 * fraction of tanh(sT/2), cut after `order` terms. All entries are small whole numbers over T, so no order is badly scaled.
 * Continued fraction: Lambert (1768); the diagonal approximants are its convergents.
 */

/** p' = A p + B v, d = C p + D v; all-pass, so |d/v| = 1 at every frequency. At rest p is (v, 0, 0, ...). */
export interface PadeDelay {
  readonly order: number;
  /** Row-major. */
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
  readonly d: number;
}

export function padeDelay(order: number, time: number): PadeDelay {
  const n = order;
  const even = n % 2 === 0;
  // A wave v meets a ladder: voltage e = v - i and current i at its port, d = e - i. Series integrators (k odd) take the current
  // i_k = i - x_2 - x_4 ..., shunt ones (k even) the voltage e_k = e - x_1 - x_3 ...; the last of them ends the ladder.
  const ends = Float64Array.from({ length: n }, (_, j) => (j % 2 === (n - 1) % 2 ? 1 : 0));
  const a = new Float64Array(n * n);
  const b = new Float64Array(n);
  for (let k = 1; k <= n; k++) {
    const gain = (2 * (2 * k - 1)) / time;
    const series = k % 2 === 1;
    // Where the order is even the end gives i, so e = v - i; where it is odd the end gives e, so i = v - e.
    const given = series === even;
    for (let j = 0; j < n; j++) {
      const port = given ? ends[j]! : -ends[j]!;
      const before = j + 1 < k && (j + 1) % 2 !== k % 2 ? 1 : 0;
      a[(k - 1) * n + j] = gain * (port - before);
    }
    b[k - 1] = given ? 0 : gain;
  }
  return { order, a, b, c: ends.map((v) => (even ? -2 * v : 2 * v)), d: even ? 1 : -1 };
}

/** The angular frequency times T up to which the phase of the approximation is within one degree of the delay's. */
export function padeReach(order: number): number {
  const error = (wt: number): number => Math.abs(phase(order, wt) + wt);
  const limit = Math.PI / 180;
  let high = 1;
  while (error(high) < limit) high *= 1.25;
  let low = high / 1.25;
  if (error(low) > limit) low = 0;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (error(middle) < limit) low = middle;
    else high = middle;
  }
  return low;
}

/** Phase of (1 - g)/(1 + g) at s = j w: with g = j h it is -2 atan(h), on the branch nearest to the delay's own. */
function phase(order: number, wt: number): number {
  const z = wt / 2;
  // 1/h as a continued fraction: that of 1/tan(z), cut.
  let inverse = (2 * order - 1) / z;
  for (let k = order - 1; k >= 1; k--) inverse = (2 * k - 1) / z - 1 / inverse;
  const angle = Math.atan2(1, inverse);
  return -2 * (angle + Math.PI * Math.round((z - angle) / Math.PI));
}
