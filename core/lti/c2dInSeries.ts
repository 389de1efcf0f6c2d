/** A sampled system with dead time in two parts: the whole samples that everything waits, and what is left. */
import { c2d } from "./c2d.ts";
import { spread } from "./c2dDelay.ts";
import type { Delayed } from "./delay.ts";
import { wholeSamples } from "./delay.ts";
import { delayPaths } from "./delayPaths.ts";
import type { Resampled, SampleMethod, SampleOptions } from "./resampled.ts";

export interface InSeries {
  /** That every path from an input to an output waits at least; 0 where a delay lies in a loop. */
  readonly samples: number;
  /** What comes behind them: together they are `c2d` of the model. */
  readonly sampled: Resampled;
}

/** Period in s. Throws a RangeError where c2d does. */
export function c2dInSeries(
  model: Delayed,
  period: number,
  method: SampleMethod,
  options: SampleOptions = {},
): InSeries {
  const paths = delayPaths(model);
  const input = paths?.model.input ?? [];
  const samples = Math.min(...input.map((delay) => wholeSamples(delay, period) ?? Math.floor(delay / period)));
  if (!paths || !(samples > 0 && Number.isFinite(samples)))
    return { samples: 0, sampled: c2d(model, period, method, options) };
  const rest = { ...paths.model, input: input.map((delay) => Math.max(0, delay - samples * period)) };
  const sampled = c2d(rest, period, method, options);
  return {
    samples,
    sampled: sampled.ok ? { ...sampled, system: spread(sampled.system, paths.spread, model) } : sampled,
  };
}
