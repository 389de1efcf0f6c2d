/** The estimators there are to tick, each with what it believes and how it works. */
import { Copy, SlidersHorizontal, X } from "lucide-react";
import { copyRow, removeRow, setRow, useEstimated } from "../../store/estimated.ts";
import type { EstimatorRow } from "../../store/estimated.ts";
import { IconButton } from "../../ui/Button.tsx";
import { useText } from "../../ui/i18n.ts";
import { Popover } from "../../ui/Popover.tsx";
import { NumberField } from "../data/NumberField.tsx";

export function EstimatorRows() {
  const text = useText();
  const rows = useEstimated((state) => state.settings.rows);
  return (
    <fieldset className="estimate-rows">
      <legend>{text("estimate.estimators")}</legend>
      {rows.map((row, k) => (
        <Row key={row.id} row={row} extra={rows.findIndex(({ kind }) => kind === row.kind) < k} />
      ))}
    </fieldset>
  );
}

/** `extra`: not the first of its kind. */
function Row({ row, extra }: { readonly row: EstimatorRow; readonly extra: boolean }) {
  const text = useText();
  const name = text(`estimate.kind.${row.kind}`);
  const scales = [
    ...(row.scaleQ === 1 ? [] : [`Q×${row.scaleQ}`]),
    ...(row.scaleR === 1 ? [] : [`R×${row.scaleR}`]),
  ].join(" ");
  return (
    <div className="estimate-row">
      <label className="data-check">
        <input type="checkbox" checked={row.on} onChange={(event) => setRow(row.id, { on: event.target.checked })} />
        {name}
        {scales !== "" && <small>{scales}</small>}
      </label>
      <Popover
        trigger={<IconButton label={text("estimate.more", { name })} icon={<SlidersHorizontal size={13} />} />}
        label={text("estimate.more", { name })}
      >
        <RowSettings row={row} />
      </Popover>
      {extra ? (
        <IconButton label={text("estimate.remove")} icon={<X size={13} />} onClick={() => removeRow(row.id)} />
      ) : (
        <IconButton label={text("estimate.copy")} icon={<Copy size={13} />} onClick={() => copyRow(row.id)} />
      )}
    </div>
  );
}

function RowSettings({ row }: { readonly row: EstimatorRow }) {
  const text = useText();
  const number = (
    label: string,
    value: number,
    change: (value: number) => void,
    limits: { readonly least?: number; readonly most: number; readonly above?: boolean; readonly whole?: boolean },
  ) => (
    <label className="data-field">
      <span>{label}</span>
      <NumberField value={value} onChange={change} {...limits} />
    </label>
  );
  const factor = { least: 0, above: true, most: 1e12 };
  return (
    <div className="estimate-more">
      {number(text("estimate.scaleQ"), row.scaleQ, (scaleQ) => setRow(row.id, { scaleQ }), factor)}
      {number(text("estimate.scaleR"), row.scaleR, (scaleR) => setRow(row.id, { scaleR }), factor)}
      {row.iterations !== undefined &&
        number(text("estimate.iterations"), row.iterations, (iterations) => setRow(row.id, { iterations }), {
          least: 1,
          most: 50,
          whole: true,
        })}
      {row.alpha !== undefined &&
        number(text("estimate.alpha"), row.alpha, (alpha) => setRow(row.id, { alpha }), {
          least: 0,
          above: true,
          most: 2,
        })}
      {row.particles !== undefined &&
        number(text("estimate.particles"), row.particles, (particles) => setRow(row.id, { particles }), {
          least: 10,
          most: 1e5,
          whole: true,
        })}
      {row.gain !== undefined && (
        <label className="data-field" title={text("estimate.gain.help")}>
          <span>{text("estimate.gain")}</span>
          <input
            className="ui-input"
            autoComplete="off"
            spellCheck={false}
            placeholder={text("estimate.gain.auto")}
            value={row.gain}
            onChange={(event) => setRow(row.id, { gain: event.target.value })}
          />
        </label>
      )}
      {row.over !== undefined && (
        <label className="data-field">
          <span>{text("estimate.over")}</span>
          <select
            className="ui-input"
            value={row.over}
            onChange={(event) => setRow(row.id, { over: event.target.value as NonNullable<EstimatorRow["over"]> })}
          >
            {(["kalman", "ekf", "ukf"] as const).map((kind) => (
              <option key={kind} value={kind}>
                {text(`estimate.kind.${kind}`)}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
