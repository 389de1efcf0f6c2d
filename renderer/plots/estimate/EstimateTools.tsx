/** The Estimate tab's buttons: the table as a file, the chosen estimates as a data set. */
import { Database, FileDown } from "lucide-react";
import { keepEstimates } from "../../engine/estimateClient.ts";
import { useDocument } from "../../store/document.ts";
import { useEstimated } from "../../store/estimated.ts";
import { useNotices } from "../../store/notices.ts";
import { exportText } from "../../store/session.ts";
import { Button } from "../../ui/Button.tsx";
import { useText } from "../../ui/i18n.ts";
import { csvOf } from "../runTable.ts";
import { benchCsv, namesOf } from "./benchTable.ts";

export function EstimateTools() {
  const text = useText();
  const result = useEstimated((state) => state.result);
  const chosen = useEstimated((state) => state.chosen);
  const document = useDocument((state) => state.document.name);
  if (!result) return null;
  const k = Math.max(
    0,
    result.rows.findIndex(({ id }) => id === chosen),
  );
  const estimator = namesOf(result.rows, text)[k]!;
  const estimate = result.track.estimates[k]!;
  const keep = async () => {
    if (!estimate.ok) return;
    const { states } = result.bench;
    const name = text("estimate.keep.name", { name: estimator });
    const columns = [
      ...states.map(({ label }, i) => ({ path: label, values: estimate.x[i]! })),
      ...states.map(({ label }, i) => ({ path: `${label} sigma`, values: estimate.sigma[i]! })),
    ];
    await keepEstimates(name, csvOf(result.track.t, columns));
    useNotices.getState().show({ id: "kept", tone: "success", text: text("estimate.kept", { name }), expires: 4000 });
  };
  return (
    <>
      <Button
        kind="quiet"
        icon={<Database size={15} />}
        tip={text("estimate.keep.tip", { name: estimator })}
        disabled={!estimate.ok}
        onClick={() => void keep()}
      >
        {text("estimate.keep")}
      </Button>
      <Button
        kind="quiet"
        icon={<FileDown size={15} />}
        tip={text("estimate.csv")}
        onClick={() => void exportText(`${document} ${text("dock.estimate")}.csv`, benchCsv(result, text))}
      >
        CSV
      </Button>
    </>
  );
}
