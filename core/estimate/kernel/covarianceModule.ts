/**
 * The steps of covariance.ts and the smoother's as WebAssembly, for one size of model: addresses and lengths are constants of the code. Sums run
 * in the order of covariance.ts, to the same bits.
 */
import { createModule, type Body } from "../../wasm/encoder.ts";
import { mean, predict, update } from "./filterSteps.ts";
import { type KernelLayout, kernelLayout } from "./kernelLayout.ts";
import { carry, gain, smooth } from "./smootherSteps.ts";

/** `update` and `gain` give 1, or 0 where a pivot is not positive. */
export function covarianceModule(
  n: number,
  p: number,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly at: KernelLayout } {
  const at = kernelLayout(n, p);
  const module = createModule();
  const step = (write: (body: Body, at: KernelLayout) => void) => (body: Body) => write(body, at);
  module.exportFunction("mean", module.add([], [], step(mean)));
  module.exportFunction("carry", module.add([], [], step(carry)));
  module.exportFunction("update", module.add([], ["i32"], step(update)));
  module.exportFunction("predict", module.add([], [], step(predict)));
  module.exportFunction("gain", module.add(["f64"], ["i32"], step(gain)));
  module.exportFunction("smooth", module.add([], [], step(smooth)));
  return { bytes: module.finish(8 * at.total), at };
}
