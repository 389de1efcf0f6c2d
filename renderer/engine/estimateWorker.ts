/** Estimates away from the window's thread and from what compiles and runs: it is stopped by being ended. */
import type { EstimateReply, EstimateRequest } from "./estimateProtocol.ts";
import { benched, plantView, track } from "./estimation.ts";
import { variableFit } from "./variableFit.ts";

interface Scope {
  onmessage: ((event: MessageEvent<EstimateRequest>) => void) | null;
  postMessage(reply: EstimateReply): void;
}
const scope = globalThis as unknown as Scope;

scope.onmessage = ({ data: request }) => {
  const { id } = request;
  const attempt = <T>(work: () => T): T | { readonly ok: false; readonly code: "FAILED" } => {
    try {
      return work();
    } catch (error) {
      console.warn(error);
      return { ok: false, code: "FAILED" };
    }
  };
  switch (request.do) {
    case "describe":
      scope.postMessage({ kind: "described", id, plant: plantView(request.plant) });
      break;
    case "track":
      scope.postMessage({ kind: "track", id, track: attempt(() => track(request.job, request.seed)) });
      break;
    case "fit": {
      const tell = (iteration: number, logLikelihood: number): void =>
        scope.postMessage({ kind: "round", id, iteration, logLikelihood });
      scope.postMessage({ kind: "fitted", id, fit: attempt(() => variableFit(request.job, tell)) });
      break;
    }
    case "bench": {
      let told = 0;
      const tell = (fraction: number): void => {
        if (performance.now() - told < 100) return;
        told = performance.now();
        scope.postMessage({ kind: "progress", id, fraction });
      };
      scope.postMessage({ kind: "judged", id, bench: attempt(() => benched(request.job, tell)) });
      break;
    }
  }
};
