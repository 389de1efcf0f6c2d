/**
 * Continuous systems sampled: exactly under an assumption on the input (held: zoh, joined by lines: foh, impulses: impulse), by a
 * rule of integration (forward, backward, tustin), or pole by pole (matched). Franklin, Powell & Workman, "Digital Control", 4-6.
 */
import { Matrix } from "ml-matrix";
import { flat } from "../math/blocks.ts";
import { bilinear, bilinearStep, bilinearWeight } from "./bilinear.ts";
import { discreteWithDelays } from "./c2dDelay.ts";
import type { Delayed } from "./delay.ts";
import { exponential, held, lines } from "./hold.ts";
import { discretePolesAndZeros } from "./matched.ts";
import { system, timeBase } from "./model.ts";
import { type Lti, ss } from "./ss.ts";
import type { Resampled, SampleMethod, SampleOptions } from "./resampled.ts";

/**
 * The sampled system of a continuous one, period in s. Outputs are samples of the continuous outputs where the method's
 * assumption holds. States: those of the continuous system at the samples for zoh, forward and impulse; for foh
 * x - G u with G the integral of the last line's share, elsewhere as the method gives them. Delays become states, exactly where they lie
 * in no loop: whole samples with any method, parts of one with zoh. In loops (`held`) they are whole samples. Throws a RangeError for a discrete
 * system and for a period or frequency that is not positive.
 */
export function c2d(
  model: Lti | Delayed,
  period: number,
  method: SampleMethod = "zoh",
  options: SampleOptions = {},
): Resampled {
  if ("internal" in model)
    return discreteWithDelays(model, period, method, (plain) => c2d(plain, period, method, options));
  const given = ss(model);
  if (given.time.kind !== "continuous") throw new RangeError("The system is discrete already");
  const time = timeBase(period);
  const { A, B, C, D, u, x, y } = given;
  const names = { u, x, y };
  switch (method) {
    case "zoh": {
      const { Phi, Gamma } = held(A, B, period);
      return { ok: true, system: system(Phi, Gamma, C, D, time, names) };
    }
    case "foh": {
      const { Phi, first, second } = lines(A, B, period);
      const b = Matrix.add(Matrix.sub(first, second), Phi.mmul(second));
      return { ok: true, system: system(Phi, b, C, Matrix.add(D, C.mmul(second)), time, names) };
    }
    case "impulse": {
      const direct = D.rows * D.columns === 0 ? 0 : Math.max(...flat(D).map(Math.abs));
      if (direct > 0) return { ok: false, code: "DIRECT_PATH", size: direct };
      const Phi = exponential(A, period);
      const b = Matrix.mul(Phi.mmul(B), period);
      return { ok: true, system: system(Phi, b, C, Matrix.mul(C.mmul(B), period), time, names) };
    }
    case "matched":
      return discretePolesAndZeros(given, period);
    default: {
      const mapped = bilinear({ A, B, C, D }, bilinearWeight(method), bilinearStep(method, period, options.prewarp));
      return mapped.ok ? { ok: true, system: system(mapped.A, mapped.B, mapped.C, mapped.D, time, names) } : mapped;
    }
  }
}
