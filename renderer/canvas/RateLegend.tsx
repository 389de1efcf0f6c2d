/** What the colours of the sample-time view mean. */
import { useResults } from "../store/results.ts";
import { useView } from "../store/view.ts";
import { useText } from "../ui/i18n.ts";
import type { Translate } from "../ui/i18n.ts";
import { rateView } from "./rates.ts";

export function rateWords(word: string, t: Translate): string {
  if (word === "continuous" || word === "constant" || word === "triggered" || word === "several")
    return t(`canvas.rate.${word}`);
  const [every = "", offset] = word.split("+");
  return offset === undefined ? `${every} s` : t("canvas.rate.offset", { every, offset });
}

export function RateLegend() {
  const t = useText();
  const on = useView((state) => state.sampleTimes);
  const rates = useResults((state) => state.compiled?.rates);
  if (!on || !rates || Object.keys(rates).length === 0) return null;
  const { order, colours } = rateView(rates);
  return (
    <section className="canvas-rates" aria-label={t("canvas.sampleTimes")} data-testid="rate-legend">
      <ul>
        {order.map((word) => (
          <li key={word}>
            <span className="canvas-rate" style={{ background: colours.get(word) }} />
            {rateWords(word, t)}
          </li>
        ))}
      </ul>
    </section>
  );
}
