/** The sample time of a block, or of what leaves one of its ports, and its colour, while that view is on. */
import { useResults } from "../store/results.ts";
import { useView } from "../store/view.ts";
import { rateColour, rateOf } from "./rates.ts";

export function useRate(
  path: string | undefined,
  port?: string,
): { readonly word: string; readonly colour: string | undefined } | undefined {
  const on = useView((state) => state.sampleTimes);
  const rates = useResults((state) => (on ? state.compiled?.rates : undefined));
  const word = rates && path !== undefined ? rateOf(rates, path, port) : undefined;
  return rates && word !== undefined ? { word, colour: rateColour(rates, word) } : undefined;
}
