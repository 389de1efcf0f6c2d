/** Estimators side by side: how far off, how honest, how fast. The best of a row is set apart; a head chooses whose band is drawn. */
import { useEstimated } from "../../store/estimated.ts";
import type { EstimateResult } from "../../store/estimated.ts";
import { useText } from "../../ui/i18n.ts";
import { signalColour } from "../../ui/signalColours.ts";
import { Tooltip } from "../../ui/Tooltip.tsx";
import { benchRows, colourOf, namesOf, verdictKey } from "./benchTable.ts";
import { lostText } from "./faultText.ts";

export function BenchTable({ result }: { readonly result: EstimateResult }) {
  const text = useText();
  const chosen = useEstimated((state) => state.chosen);
  const { bench, rows, set, seeds } = result;
  const names = namesOf(rows, text);
  const samples = result.track.t.length;
  const lost = bench.report.judged.flatMap(({ lost: [first, ...more] }, k) => {
    if (!first) return [];
    const line = text("estimate.lostRun", { name: names[k]!, why: lostText(first) });
    const others = more.slice(0, 12).map(({ seed }) => String(seed));
    const list = [...others, ...(more.length > others.length ? ["…"] : [])].join(", ");
    return [more.length === 0 ? line : `${line}; ${text("estimate.lostAlso", { seeds: list })}`];
  });
  const linearized =
    !bench.report.linear &&
    rows.some(({ kind, over }) => kind === "kalman" || kind === "observer" || over === "kalman");
  return (
    <section className="estimate-table" aria-label={text("estimate.table")}>
      <table>
        <thead>
          <tr>
            <th />
            {rows.map(({ id, kind, scaleQ, scaleR }, k) => (
              <th scope="col" key={id} data-chosen={id === chosen}>
                <Tooltip
                  text={[
                    text(`estimate.kind.${kind}`),
                    ...(scaleQ === 1 ? [] : [`Q × ${scaleQ}`]),
                    ...(scaleR === 1 ? [] : [`R × ${scaleR}`]),
                  ].join(", ")}
                >
                  <button
                    type="button"
                    aria-pressed={id === chosen}
                    aria-label={text("estimate.choose", { name: names[k]! })}
                    onClick={() => useEstimated.setState({ chosen: id })}
                  >
                    <i style={{ background: signalColour(colourOf(k)) }} />
                    {names[k]}
                  </button>
                </Tooltip>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {benchRows(result, text).map(({ name, help, cells }) => (
            <tr key={name}>
              <th scope="row" title={help}>
                {name}
              </th>
              {cells.map(({ text: number, verdict, best }, k) => (
                <td key={rows[k]!.id} data-chosen={rows[k]!.id === chosen}>
                  {best ? <strong>{number}</strong> : number}
                  {verdict && <small data-verdict={verdict}>{text(verdictKey(verdict))}</small>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="data-note">
        {set === undefined ? text("estimate.runs", { seeds, samples }) : text("estimate.runs.set", { set, samples })}
        {linearized && ` ${text("estimate.linearized")}`}
      </p>
      {lost.map((line) => (
        <p key={line} className="data-note">
          {line}
        </p>
      ))}
    </section>
  );
}
