/**
 * The only place that turns text into something a Worker may run (the policy requires Trusted Types for scripts): four
 * addresses, known when the app is built. Nothing of a document or of the network can reach it.
 */
// oxlint-disable-next-line import/default -- the bundler makes this module
import address from "./worker.ts?worker&url";
// oxlint-disable-next-line import/default -- the bundler makes this module
import dataAddress from "./dataWorker.ts?worker&url";
// oxlint-disable-next-line import/default -- the bundler makes this module
import estimateAddress from "./estimateWorker.ts?worker&url";
// oxlint-disable-next-line import/default -- the bundler makes this module
import trainAddress from "./trainWorker.ts?worker&url";

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL(text: string): string },
  ): { createScriptURL(text: string): unknown };
}

const factory = (globalThis as { readonly trustedTypes?: Policies }).trustedTypes;

const policy = factory?.createPolicy("lazo-worker", {
  createScriptURL(text) {
    if (![address, dataAddress, estimateAddress, trainAddress].includes(text))
      throw new TypeError("only the engine may be started");
    return text;
  },
});

const start = (url: string, name: string): Worker =>
  new Worker((policy ? policy.createScriptURL(url) : url) as string, { type: "module", name });

export const startWorker = (): Worker => start(address, "lazo engine");
export const startTrainWorker = (): Worker => start(trainAddress, "lazo training");
/** Holds recorded data. */
export const startDataWorker = (): Worker => start(dataAddress, "lazo data");
export const startEstimateWorker = (): Worker => start(estimateAddress, "lazo estimate");
