/**
 * Disk margins: how far gain and phase may change together, in all channels at once. Seiler, Packard & Gahinet, "An introduction to
 * disk margins", IEEE Control Systems 40 (2020).
 */
import { Matrix } from "ml-matrix";
import { feedback, type Joined, parallel } from "../lti/interconnect.ts";
import { gain } from "../lti/model.ts";
import { type Lti, ss } from "../lti/ss.ts";
import type { Unstable } from "../lti/stability.ts";
import { hinfnorm } from "./norm.ts";

export interface DiskMargin {
  /**
   * Every channel may be multiplied by any (1 + (1 - skew)/2 d) / (1 - (1 + skew)/2 d) with |d| below this, each by its own, before the
   * closed loop loses its stability. 0 where it has none.
   */
  readonly disk: number;
  /** Real factors that lie in the disk: from below 1 to above; infinite where it goes on without end. */
  readonly gain: readonly [low: number, high: number];
  /** Degrees, either way, with the gain as it is; 180 where no turn leaves the disk. */
  readonly phase: number;
  /** rad/s, of the worst change; NaN without stability. */
  readonly frequency: number;
  /** Why there is no margin: the closed loop's pole, or that it has no solution. */
  readonly refused: Unstable | Extract<Joined, { readonly ok: false }> | undefined;
}

/**
 * Of a square loop closed with negative feedback; for more than one channel, changes are at its input. Skew 0 weighs rise and fall of
 * the gain alike, 1 is the distance to -1 (by the sensitivity), -1 that of the complementary sensitivity. Throws a RangeError where the
 * loop is not square.
 */
export function diskmargin(loop: Lti, skew = 0): DiskMargin {
  const given = ss(loop);
  const n = given.u.length;
  if (given.y.length !== n)
    throw new RangeError(`A loop has as many inputs as outputs, not ${n} and ${given.y.length}`);
  // (I + L)^-1: the loop feeds back around nothing.
  const sensitivity = feedback(gain(Matrix.eye(n), given.time), given);
  if (!sensitivity.ok) return none(sensitivity);
  const shifted = parallel(sensitivity.system, gain(Matrix.eye(n).mul((skew - 1) / 2), given.time));
  const { norm, frequency, unstable } = hinfnorm(shifted);
  if (unstable) return none(unstable);
  const disk = 1 / norm;
  return { disk, ...bounds(disk, skew), frequency, refused: undefined };
}

function none(refused: NonNullable<DiskMargin["refused"]>): DiskMargin {
  return { disk: 0, gain: [1, 1], phase: 0, frequency: Number.NaN, refused };
}

/** Where the disk's edge meets the real axis and the unit circle. */
function bounds(disk: number, skew: number): Pick<DiskMargin, "gain" | "phase"> {
  if (disk === Number.POSITIVE_INFINITY) return { gain: [Number.NEGATIVE_INFINITY, disk], phase: 180 };
  const [p, q] = [disk * (1 - skew), disk * (1 + skew)];
  const low = 2 + q > 0 ? (2 - p) / (2 + q) : Number.NEGATIVE_INFINITY;
  const high = 2 - q > 0 ? (2 + p) / (2 - q) : Number.POSITIVE_INFINITY;
  // |e^(j phase) - middle| = radius, with the denominators multiplied out: they may be 0.
  const cosine = (8 - p * p - q * q) / (8 + 2 * p * q);
  const phase = Math.abs(cosine) <= 1 ? (Math.acos(cosine) * 180) / Math.PI : 180;
  return { gain: [low, high], phase };
}
