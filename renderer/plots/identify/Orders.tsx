/** Orders of the method side by side: criteria, fits on data that were held back, and cross-validation. A row is clicked to ask for that order. */
import type { DataSet } from "../../../core/diagram/document.ts";
import { compareOrders } from "../../engine/identifyClient.ts";
import type { ComparedOrder } from "../../engine/dataProtocol.ts";
import { setIdentify, useIdentified } from "../../store/identified.ts";
import { Button } from "../../ui/Button.tsx";
import { written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";
import { NumberField } from "../data/NumberField.tsx";
import { tenths } from "./Figures.tsx";
import { faultText } from "./faultText.ts";

const columns = ["aic", "bic", "held", "ahead", "mean", "worst"] as const;
type Column = (typeof columns)[number];

function valueOf({ criteria, held, ahead, crossed }: ComparedOrder, column: Column): number | undefined {
  switch (column) {
    case "aic":
    case "bic":
      return criteria?.[column];
    case "held":
      return held;
    case "ahead":
      return ahead;
    case "mean":
    case "worst":
      return crossed?.[column];
  }
}

/** Least criterion, largest fit. */
function bestOf(orders: readonly ComparedOrder[], column: Column): number | undefined {
  const sign = column === "aic" || column === "bic" ? -1 : 1;
  let best: ComparedOrder | undefined;
  const at = (one: ComparedOrder | undefined): number => sign * ((one && valueOf(one, column)) ?? Number.NaN);
  for (const one of orders) if (Number.isFinite(at(one)) && !(at(one) <= at(best))) best = one;
  return best?.order;
}

export function Orders({ set }: { readonly set: DataSet | undefined }) {
  const text = useText();
  const { method, most, folds, order } = useIdentified((state) => state.settings);
  const comparison = useIdentified((state) => state.comparison);
  const busy = useIdentified((state) => state.busy);
  if (method === "STRUCTURAL") return <p className="data-note identify-compare">{text("identify.orders.series")}</p>;
  return (
    <div className="identify-orders">
      <form
        className="identify-compare"
        aria-label={text("identify.view.orders")}
        onSubmit={(event) => {
          event.preventDefault();
          if (set) void compareOrders(set);
        }}
      >
        <label>
          {text("identify.orders.most")}
          <NumberField value={most} least={1} most={30} whole onChange={(next) => setIdentify({ most: next })} />
        </label>
        <label>
          {text("identify.orders.folds")}
          <NumberField value={folds} least={2} most={20} whole onChange={(next) => setIdentify({ folds: next })} />
        </label>
        <Button type="submit" disabled={busy !== undefined || !set}>
          {text(busy === "orders" ? "identify.busy" : "identify.orders.go")}
        </Button>
      </form>
      {comparison ? (
        <Compared comparison={comparison} order={order} />
      ) : (
        <p className="data-note">{text("identify.orders.next")}</p>
      )}
    </div>
  );
}

interface ComparedProps {
  readonly comparison: NonNullable<ReturnType<typeof useIdentified.getState>["comparison"]>;
  readonly order: number | undefined;
}

function Compared({ comparison: { set, of }, order }: ComparedProps) {
  const text = useText();
  const best = new Map(columns.map((column) => [column, bestOf(of.orders, column)]));
  const shown = (one: ComparedOrder, column: Column): string => {
    const value = valueOf(one, column);
    if (value === undefined) return "–";
    return column === "aic" || column === "bic" ? tenths(value) : written(value, 3);
  };
  return (
    <>
      <table className="identify-order-table">
        <thead>
          <tr>
            <th scope="col">{text(of.method === "ARX" ? "identify.lags" : "identify.order")}</th>
            <th scope="col">{text("identify.orders.parameters")}</th>
            {columns.map((column) => (
              <th key={column} scope="col" title={text(`identify.orders.${column}.help`, { folds: of.folds })}>
                {text(`identify.orders.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.orders.map((one) => (
            <tr key={one.order} aria-selected={one.order === order}>
              <th scope="row">
                <button type="button" onClick={() => setIdentify({ method: of.method, order: one.order })}>
                  {one.order}
                </button>
              </th>
              {one.refusal ? (
                <td className="identify-refusal" colSpan={columns.length + 1}>
                  {faultText(one.refusal)}
                </td>
              ) : (
                <>
                  <td>{one.criteria?.parameters ?? "–"}</td>
                  {columns.map((column) => (
                    <td key={column} data-best={best.get(column) === one.order}>
                      {shown(one, column)}
                    </td>
                  ))}
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="data-note">{text("identify.orders.note", { set, method: of.method, folds: of.folds })}</p>
    </>
  );
}
