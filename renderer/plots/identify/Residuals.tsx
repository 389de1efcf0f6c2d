/** Whether what a model leaves unexplained is noise: correlations with their bands, and a verdict in words. */
import { Check, TriangleAlert } from "lucide-react";
import type { ErrorTest } from "../../engine/dataProtocol.ts";
import type { ListedModel } from "../../store/identified.ts";
import { written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";
import { Chart } from "../Chart.tsx";
import { residualPanes } from "./modelPanes.ts";

export function Residuals({ chosen }: { readonly chosen: ListedModel }) {
  const text = useText();
  const { white, independent } = chosen.model;
  return (
    <div className="identify-told">
      <Chart
        key={`residuals ${chosen.number}`}
        panes={residualPanes(chosen.model, text)}
        reading={(lag) => text("identify.lag", { lag: Math.round(lag) })}
        described={text("identify.residuals.described")}
      />
      <ul className="identify-verdicts" aria-label={text("identify.verdicts")}>
        {[...white, ...independent].slice(0, 8).map((one) => (
          <Verdict key={`${one.name} ${one.input}`} test={one} />
        ))}
      </ul>
    </div>
  );
}

export function Verdict({ test: { name, input, pValue, passed } }: { readonly test: ErrorTest }) {
  const text = useText();
  const p = pValue < 0.001 ? "< 0.001" : `= ${written(pValue, 2)}`;
  const of = input === undefined ? "white" : "independent";
  return (
    <li data-passed={passed}>
      {passed ? <Check size={13} aria-hidden="true" /> : <TriangleAlert size={13} aria-hidden="true" />}
      {text(`identify.verdict.${of}.${passed ? "yes" : "no"}`, { name, input: input ?? "", p })}
    </li>
  );
}
