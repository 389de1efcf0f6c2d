/** How long a response is worth watching, and how closely: from the poles. */
import { type Complex, logarithm, modulus } from "../math/complex.ts";
import { type Delayed, pade } from "../lti/delay.ts";
import { pole } from "../lti/pole.ts";
import { border } from "../lti/stability.ts";
import { type Lti, ss } from "../lti/ss.ts";

/** A mode is over when it has come down to this, and an unstable one is seen when it has grown by as much. */
const decayed = 1e-3;
/** Points for each period of a swing, and no fewer where that would be too many: fewer would show another swing. */
const often = 25;
const seldom = 8;
const wantedPoints = 4000;
const mostPoints = 20_000;
/** A piece is as long as its step may be: a new one begins where the step may grow by this. */
const coarser = 4;

export interface Instants {
  /** s */
  readonly step: number;
  /** Instants from 0 to the end. */
  readonly count: number;
}

/** A mode as long as it lasts, s, with the step that shows it. */
interface Watched {
  readonly lasts: number;
  readonly step: number;
}

/**
 * One piece after the other, each beginning with the last instant of the one before. Continuous: until the slowest mode is over, at
 * least 400 points, and 25 for each period of what still swings; where that would be too many, down to 8, and then to an earlier end.
 * Discrete: every sample. Integrators add no time of their own, swings without damping ten periods. With `until`, s, no longer than that.
 */
export function instants(model: Lti, until = Number.POSITIVE_INFINITY): readonly Instants[] {
  const system = ss(model);
  const { time } = system;
  const poles = pole(system).map((p): Complex => {
    if (time.kind === "continuous") return p;
    const [re, im] = logarithm(modulus(p) < 1e-12 ? [1e-12, 0] : p);
    return [re / time.period, im / time.period];
  });
  // An integrator is not quite at 0 for rounding.
  const none = Math.max(
    1e-9 * Math.max(0, ...poles.map(modulus)),
    time.kind === "continuous" ? 16 * Math.abs(border(system.A)) : 1e-12 / time.period,
  );
  const growing = poles.map(([re]) => re).filter((re) => re > none);
  const lasting = Math.log(1 / decayed);
  const lasts = ([re, im]: Complex): number =>
    re < -1e-6 * Math.abs(im) && re < -none ? lasting / -re : (20 * Math.PI) / Math.max(Math.abs(im), none);
  const durations = poles.filter((p) => modulus(p) > none).map(lasts);
  // Slow modes hand on to one another: T^(k-1) e^-T comes down later than e^-T.
  const longest = Math.max(0, ...durations);
  const others = durations.reduce((sum, d) => sum + d, 0) - longest;
  const slowest = longest + 0.35 * others;
  const wanted = growing.length > 0 ? lasting / Math.max(...growing) : slowest > 0 ? slowest : 10;
  if (time.kind === "discrete") {
    const count = Math.ceil(Math.max(20, Math.min(slowest > 0 ? wanted : 0, until) / time.period)) + 1;
    return [{ step: time.period, count: Math.min(count, wantedPoints) }];
  }
  const end = Math.min(1.05 * wanted, until);
  const swings = poles
    .filter(([re, im]) => im > 0 && -re < 3 * im)
    .map(([re, im]): Watched => {
      // Behind other modes it may come later, and an undamped one stays.
      const over = re < -1e-6 * im && re < -none ? (lasting / -re) * 1.5 : Number.POSITIVE_INFINITY;
      return { lasts: over, step: (2 * Math.PI) / im };
    });
  const closely = pieces(swings, end, often);
  const count = closely.reduce((sum, piece) => sum + piece.count - 1, 1);
  if (count <= wantedPoints) return closely;
  return shortened(pieces(swings, end, Math.max(seldom, (often * wantedPoints) / count)));
}

/** Of a continuous model behind dead time: as long as its Pade approximation takes, with the shortest delay a whole number of steps. */
export function delayedInstants(model: Delayed, until?: number): readonly Instants[] {
  const { system, input, output, internal } = model;
  const close = internal.length > 0 ? pade(model, 4) : undefined;
  const found = instants(close?.ok ? close.system : system, until);
  const longest = Math.max(0, ...input) + Math.max(0, ...output);
  const shortest = Math.min(...[...internal, ...input, ...output].filter((delay) => delay > 0));
  const { step } = found[0]!;
  const shorter = shortest >= step && shortest < 1e6 * step ? shortest / Math.ceil(shortest / step - 1e-9) / step : 1;
  return found.map((piece, k) => {
    const more = k + 1 === found.length && internal.length === 0 && until === undefined ? longest : 0;
    const by = piece.step * shorter;
    return { step: by, count: Math.ceil(((piece.count - 1) * piece.step + more) / by - 1e-9) + 1 };
  });
}

function pieces(swings: readonly Watched[], end: number, points: number): readonly Instants[] {
  const found: Instants[] = [];
  const ends = [...new Set([...swings.map(({ lasts }) => lasts).filter((t) => t < end), end])].sort((a, b) => a - b);
  const stepAt = (t: number): number =>
    Math.min(end / 400, ...swings.filter(({ lasts }) => lasts > t).map(({ step }) => step / points));
  let [from, step] = [0, stepAt(0)];
  ends.forEach((to, k) => {
    const next = k + 1 < ends.length ? stepAt(to) : Number.POSITIVE_INFINITY;
    if (next < coarser * step) return;
    const steps = Math.max(1, Math.floor((to - from) / step + 1e-9));
    found.push({ step, count: steps + 1 });
    from += steps * step;
    step = next;
  });
  return found;
}

function shortened(list: readonly Instants[]): readonly Instants[] {
  const kept: Instants[] = [];
  let left = mostPoints;
  for (const piece of list) {
    if (left < 2) break;
    kept.push({ step: piece.step, count: Math.min(piece.count, left) });
    left -= piece.count - 1;
  }
  return kept;
}
