/** The Estimate tab: what goes on the bench, a run with its estimates, and the estimators side by side. */
import { Gauge } from "lucide-react";
import { useEffect } from "react";
import { describePlant } from "../../engine/estimateClient.ts";
import { useDocument } from "../../store/document.ts";
import { useEstimated } from "../../store/estimated.ts";
import { Empty } from "../../ui/Empty.tsx";
import { useText } from "../../ui/i18n.ts";
import { BenchPlots } from "./BenchPlots.tsx";
import { BenchTable } from "./BenchTable.tsx";
import { EstimateForm } from "./EstimateForm.tsx";
import "../data/data.css";
import "../identify/identify.css";
import "./estimate.css";

/** What is drawn settles for so long, ms, before the plant is looked at anew. */
const settled = 250;

export function EstimateRoom() {
  const text = useText();
  const document = useDocument((state) => state.document);
  const subsystem = useEstimated((state) => state.settings.subsystem);
  const result = useEstimated((state) => state.result);
  useEffect(() => {
    const later = setTimeout(describePlant, useEstimated.getState().plant ? settled : 0);
    return () => clearTimeout(later);
  }, [document, subsystem]);
  return (
    <div className="estimate-room">
      <EstimateForm />
      {result ? (
        <>
          <BenchPlots result={result} />
          <BenchTable result={result} />
        </>
      ) : (
        <div className="data-center estimate-empty">
          <Empty icon={<Gauge size={22} />} title={text("estimate.empty")}>
            {text("estimate.empty.next")}
          </Empty>
        </div>
      )}
    </div>
  );
}
