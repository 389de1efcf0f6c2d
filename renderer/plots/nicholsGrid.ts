/** The lines of a Nichols chart: where the gain of the closed loop, L/(1 + L), is one value. */

export interface GridLine {
  readonly label: string;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Which of the points bears the label. */
  readonly at: number;
}

/** The first ones keep their labels where there is no room for all. */
const levels = [0, 3, -3, -6, 1, -12, 6, -20, -1, 12, -40];
const points = 240;

/** Over the angles shown, in degrees; x in degrees, y in dB. Above 0 dB they are closed around -180, below they run on from turn to turn. */
export function nicholsGrid([low, high]: readonly [number, number]): readonly GridLine[] {
  const lines: GridLine[] = [];
  for (let turn = 360 * Math.ceil(low / 360); turn - 360 < high; turn += 360)
    for (const level of levels) {
      const line = contour(10 ** (level / 20));
      const x = line.x.map((angle) => angle + turn);
      lines.push({ label: `${level} dB`, x, y: line.y, at: labelled(x, line.y, level, high) });
    }
  return lines;
}

/** L = T/(1 - T) with T = M e^(j a), angles from -360 to 0. */
function contour(M: number): { readonly x: Float64Array; readonly y: Float64Array } {
  const [x, y] = [new Float64Array(points), new Float64Array(points)];
  for (let k = 0; k < points; k++) {
    // Denser at the ends, where T is near 1 and L far away.
    const share = (1 - Math.cos((Math.PI * (k + 0.5)) / points)) / 2;
    const a = 2 * Math.PI * share;
    const [re, im] = [M * Math.cos(a), M * Math.sin(a)];
    const angle = ((Math.atan2(im, re) - Math.atan2(-im, 1 - re)) * 180) / Math.PI;
    x[k] = (angle % 360) - (angle % 360 > 0 ? 360 : 0);
    y[k] = 20 * Math.log10(M / Math.hypot(1 - re, im));
  }
  return { x, y };
}

/** Closed ones at their top, the others near the right edge. */
function labelled(x: Float64Array, y: Float64Array, level: number, high: number): number {
  const off = level > 0 ? y.map((v) => -v) : x.map((v) => Math.abs(v - (high - 12)));
  return off.indexOf(Math.min(...off.filter(Number.isFinite)));
}
