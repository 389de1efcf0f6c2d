/**
 * Several sample times together: their least common period, and what happens when within it. Times are doubles, so that 0.1 and
 * 0.3 count as commensurate when they agree with whole multiples of one step to 1e-9.
 */

export interface Rate {
  readonly every: number;
  readonly offset: number;
}

export interface Phase {
  /** Whole steps since the period began, and until the next phase. */
  readonly at: number;
  readonly length: number;
  /** Which of the rates sample then. */
  readonly due: readonly boolean[];
}

export interface Phases {
  /** s */
  readonly period: number;
  /** The whole step, s. */
  readonly step: number;
  /** Periods begin at offset + k * period: an instant at which as many as possible sample. */
  readonly offset: number;
  readonly phases: readonly Phase[];
}

export const mostPhases = 10_000;

/** Undefined where the rates have no common period of at most `mostPhases` of the fastest. At least one rate. */
export function commonPhases(rates: readonly Rate[]): Phases | undefined {
  const fastest = Math.min(...rates.map((rate) => rate.every));
  const first = Math.min(...rates.map((rate) => rate.offset));
  const tolerance = 1e-9 * fastest;
  let step = fastest;
  for (const length of rates.flatMap((rate) => [rate.every, rate.offset - first])) {
    step = divisor(step, length, tolerance);
    if (step < fastest / 1e6) return undefined;
  }
  const every = rates.map((rate) => Math.round(rate.every / step));
  const whole = every.reduce((a, b) => (a / gcd(a, b)) * b);
  if (whole / Math.min(...every) > mostPhases) return undefined;
  // The shortest sample time, read as so many steps, is the most exact measure of one.
  step = fastest / Math.round(fastest / step);
  const due = new Map<number, boolean[]>();
  rates.forEach((rate, k) => {
    const from = Math.round((rate.offset - first) / step) % every[k]!;
    for (let at = from; at < whole; at += every[k]!) {
      let flags = due.get(at);
      if (!flags) due.set(at, (flags = rates.map(() => false)));
      flags[k] = true;
    }
  });
  const count = (flags: readonly boolean[]): number => flags.filter(Boolean).length;
  const instants = [...due].sort(([a], [b]) => a - b);
  const most = Math.max(...instants.map(([, flags]) => count(flags)));
  const origin = instants.find(([, flags]) => count(flags) === most)![0];
  const ordered = instants
    .map(([at, flags]) => ({ at: (at - origin + whole) % whole, due: flags }))
    .sort((a, b) => a.at - b.at);
  const phases = ordered.map((phase, i) => ({ ...phase, length: (ordered[i + 1]?.at ?? whole) - phase.at }));
  // One rate alone is its own period, to the last bit.
  const period = rates.find((_, k) => every[k] === whole)?.every ?? whole * step;
  return { period, step, offset: first + origin * step, phases };
}

/** Euclid's algorithm on lengths. */
function divisor(a: number, b: number, tolerance: number): number {
  let [x, y] = [a, b];
  while (y > tolerance) {
    let rest = x % y;
    if (y - rest <= tolerance) rest = 0;
    [x, y] = [y, rest];
  }
  return x;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
