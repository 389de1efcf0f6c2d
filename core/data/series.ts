/** Signals over time as columns, and what is done to one of them. A missing value is NaN and stays one unless it is filled. */

/** Least-squares line or mean of what is there, taken away. A line over t, whatever its spacing. */
export function detrended(t: Float64Array, y: Float64Array, of: "mean" | "linear"): Float64Array {
  let [n, tMean, yMean] = [0, 0, 0];
  for (let i = 0; i < y.length; i++) {
    if (Number.isNaN(y[i]!)) continue;
    n++;
    // Running means: sums of 5e6 large values would lose digits.
    tMean += (t[i]! - tMean) / n;
    yMean += (y[i]! - yMean) / n;
  }
  if (n === 0) return y.slice();
  let slope = 0;
  if (of === "linear") {
    let [tt, ty] = [0, 0];
    for (let i = 0; i < y.length; i++) {
      if (Number.isNaN(y[i]!)) continue;
      const d = t[i]! - tMean;
      tt += d * d;
      ty += d * (y[i]! - yMean);
    }
    slope = tt > 0 ? ty / tt : 0;
  }
  return y.map((value, i) => value - yMean - slope * (t[i]! - tMean));
}

/** Missing values between others: the last one held, or on the line between neighbours. Before the first and after the last nothing is made up. */
export function filled(t: Float64Array, y: Float64Array, by: "hold" | "linear"): Float64Array {
  const out = y.slice();
  let last = -1;
  for (let i = 0; i < y.length; i++) {
    if (Number.isNaN(y[i]!)) continue;
    if (last >= 0 && i - last > 1) {
      const slope = by === "hold" ? 0 : (y[i]! - y[last]!) / (t[i]! - t[last]!);
      for (let k = last + 1; k < i; k++) out[k] = y[last]! + slope * (t[k]! - t[last]!);
    }
    last = i;
  }
  return out;
}

/** Values at other instants, both rising: the sample before held, or the line between two. Gaps stay gaps. */
export function resampled(t: Float64Array, y: Float64Array, at: Float64Array, by: "hold" | "linear"): Float64Array {
  const out = new Float64Array(at.length);
  const last = t.length - 1;
  let i = 0;
  for (let k = 0; k < at.length; k++) {
    const x = at[k]!;
    while (i < last && t[i + 1]! <= x) i++;
    if (by === "hold" || i === last || x <= t[i]!) out[k] = y[i]!;
    else out[k] = y[i]! + ((y[i + 1]! - y[i]!) * (x - t[i]!)) / (t[i + 1]! - t[i]!);
  }
  return out;
}

/**
 * Every `factor`-th sample after a low pass that keeps frequencies above the new Nyquist frequency from folding back: a linear-phase windowed
 * sinc (Kaiser, beta 8: 80 dB down), symmetric, so that nothing is delayed; it passes up to 0.8 of that frequency. Ends are mirrored through their point. Gaps spread as
 * wide as the filter.
 * Source: Oppenheim and Schafer, Discrete-Time Signal Processing, 7.5.
 */
export function decimated(y: Float64Array, factor: number): Float64Array {
  // Transition from 0.8 to 1 of the new Nyquist frequency: Kaiser's length for 80 dB.
  const half = Math.ceil((80 - 8) / (2.285 * 0.2 * (Math.PI / factor)) / 2);
  const taps = lowPass(half, 0.9 / factor);
  const count = Math.ceil(y.length / factor);
  const out = new Float64Array(count);
  const last = y.length - 1;
  const [first, final] = [y[0]!, y[last]!];
  for (let k = 0; k < count; k++) {
    const centre = k * factor;
    let sum = 0;
    if (centre >= half && centre + half <= last)
      for (let j = -half; j <= half; j++) sum += taps[j + half]! * y[centre + j]!;
    else
      for (let j = -half; j <= half; j++) {
        const i = centre + j;
        const value =
          i < 0 ? 2 * first - y[Math.min(-i, last)]! : i > last ? 2 * final - y[Math.max(0, 2 * last - i)]! : y[i]!;
        sum += taps[j + half]! * value;
      }
    out[k] = sum;
  }
  return out;
}

/** 2 half + 1 taps with a sum of 1; `cutoff` in units of the Nyquist frequency. */
function lowPass(half: number, cutoff: number): Float64Array {
  const taps = new Float64Array(2 * half + 1);
  const beta = 0.1102 * (80 - 8.7);
  let sum = 0;
  for (let k = 0; k < taps.length; k++) {
    const m = k - half;
    const sinc = m === 0 ? cutoff : Math.sin(Math.PI * cutoff * m) / (Math.PI * m);
    taps[k] = sinc * bessel0(beta * Math.sqrt(Math.max(0, 1 - (m / half) ** 2)));
    sum += taps[k]!;
  }
  return taps.map((tap) => tap / sum);
}

/** Modified, first kind, order 0, by its series. */
function bessel0(x: number): number {
  let [term, sum] = [1, 1];
  for (let k = 1; term > 1e-17 * sum; k++) sum += term *= (x / (2 * k)) ** 2;
  return sum;
}
