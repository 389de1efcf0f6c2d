/** The Estimate tab: what goes on the bench, a run with its estimates, and the estimators side by side. */
import { Gauge } from "lucide-react";
import { useEstimated } from "../../store/estimated.ts";
import { Empty } from "../../ui/Empty.tsx";
import { useText } from "../../ui/i18n.ts";
import { BenchPlots } from "./BenchPlots.tsx";
import { BenchTable } from "./BenchTable.tsx";
import { EstimateForm } from "./EstimateForm.tsx";
import { usePlant } from "./PlantFields.tsx";
import "../data/data.css";
import "../identify/identify.css";
import "./estimate.css";

export function EstimateRoom() {
  const text = useText();
  const result = useEstimated((state) => state.result);
  usePlant();
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
