/** A file before it is imported: what was found in it and its first rows, to be confirmed or set right; then how far it has been read. */
import { useId } from "react";
import type { ReactNode } from "react";
import type { CsvFormat, CsvRefusal, Encoding, Separator } from "../../../core/data/csvFormat.ts";
import { attachedBytes, cancelImport, confirmImport, keepColumn, tryFormat } from "../../engine/dataClient.ts";
import type { Arriving } from "../../store/dataSets.ts";
import { Button } from "../../ui/Button.tsx";
import { useText } from "../../ui/i18n.ts";
import { NumberField } from "./NumberField.tsx";
import { Progress } from "./Progress.tsx";
import { count, refusalText, size } from "./words.ts";

const encodings: readonly Encoding[] = ["utf-8", "utf-16le", "utf-16be", "windows-1252"];
const separators: readonly Separator[] = [",", ";", "tab", "spaces", "none"];

export function ImportView({ arriving }: { readonly arriving: Arriving }) {
  const text = useText();
  const { handle, found, format, without, progress, refusal } = arriving;
  if (!found)
    return (
      <div className="data-center">
        <p>{text("data.detecting")}</p>
      </div>
    );
  if (progress)
    return (
      <div className="data-center">
        <Progress name={handle.name} {...progress} onCancel={cancelImport} />
      </div>
    );
  const kept = found.ok ? found.columns.length - without.size : 0;
  const where = handle.bytes <= attachedBytes ? "attached" : "beside";
  const facts = {
    size: size(handle.bytes),
    // Rows are not as long everywhere as where it begins: more digits would be made up.
    rows: found.ok ? count(Math.round(Number((handle.bytes / Math.max(1, found.rowBytes)).toPrecision(2)))) : "0",
  };
  return (
    <div className="data-import">
      <form
        className="data-form"
        aria-label={text("data.format")}
        onSubmit={(event) => {
          event.preventDefault();
          void confirmImport();
        }}
      >
        <p className="data-note">
          {found.ok && text(`data.size.${where}`, facts)} {text("data.format.found")}
        </p>
        {format && <FormatFields format={format} />}
        {refusal && <Refused refusal={refusal} />}
        {!found.ok && <Refused refusal={found} />}
        <div className="data-actions">
          <Button type="submit" kind="primary" disabled={kept === 0}>
            {kept > 0 ? text("data.confirm.columns", { count: kept }) : text("data.confirm")}
          </Button>
          <Button onClick={cancelImport}>{text("data.cancel")}</Button>
        </div>
      </form>
      {found.ok && (
        <div
          className="data-preview"
          role="region"
          aria-label={text("data.preview", { file: handle.name })}
          tabIndex={0}
        >
          <table>
            <thead>
              <tr>
                {found.columns.slice(0, shownColumns).map((column, place) => (
                  <th scope="col" key={column.name} data-out={without.has(place)}>
                    <label>
                      <input
                        type="checkbox"
                        checked={!without.has(place)}
                        aria-label={text("data.column.keep", { name: column.name })}
                        onChange={(event) => keepColumn(place, event.target.checked)}
                      />
                      {column.name}
                    </label>
                    <small>
                      {column.text ? text("data.column.text") : column.time ? text("data.column.time") : ""}
                      {column.unit !== undefined && ` ${column.unit}`}
                    </small>
                  </th>
                ))}
                {found.columns.length > shownColumns && <th>…</th>}
              </tr>
            </thead>
            <tbody>
              {found.rows.map((row, i) => (
                <tr key={i}>
                  {found.columns.slice(0, shownColumns).map((column, place) => (
                    <td key={column.name} data-out={without.has(place)}>
                      {(row[place] ?? "") === "" ? "–" : row[place]!.slice(0, 40)}
                    </td>
                  ))}
                  {found.columns.length > shownColumns && <td>…</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

const shownColumns = 40;

function FormatFields({ format }: { readonly format: CsvFormat }) {
  const text = useText();
  const set = (change: Partial<CsvFormat>) => void tryFormat({ ...format, ...change });
  return (
    <>
      <Choice
        label={text("data.encoding")}
        value={format.encoding}
        of={encodings.map((value) => [value, text(`data.encoding.${value}`)])}
        onChange={(encoding) => set({ encoding })}
      />
      <Choice
        label={text("data.separator")}
        value={format.separator}
        of={separators.map((value) => [value, text(`data.separator.${value}`)])}
        onChange={(separator) => set({ separator, ...(separator === "," && { decimal: "." }) })}
      />
      <Choice
        label={text("data.decimal")}
        value={format.decimal}
        of={([".", ","] as const).map((value) => [value, text(`data.decimal.${value}`)])}
        disabled={format.separator === ","}
        onChange={(decimal) => set({ decimal })}
      />
      <Choice
        label={text("data.odd")}
        value={format.odd}
        of={(["refuse", "missing"] as const).map((value) => [value, text(`data.odd.${value}`)])}
        onChange={(odd) => set({ odd })}
      />
      <div className="data-first-rows">
        <label className="data-field">
          <span>{text("data.skip")}</span>
          <NumberField value={format.skip} least={0} whole onChange={(skip) => set({ skip })} />
        </label>
        <label className="data-check">
          <input type="checkbox" checked={format.header} onChange={(event) => set({ header: event.target.checked })} />
          {text("data.header")}
        </label>
      </div>
    </>
  );
}

interface ChoiceProps<V extends string> {
  readonly label: ReactNode;
  readonly value: V;
  readonly of: readonly (readonly [value: V, label: string])[];
  readonly disabled?: boolean;
  readonly onChange: (value: V) => void;
}

function Choice<V extends string>({ label, value, of, disabled, onChange }: ChoiceProps<V>) {
  const id = useId();
  return (
    <div className="data-field">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className="ui-input"
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value as V)}
      >
        {of.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Refused({ refusal }: { readonly refusal: CsvRefusal }) {
  return (
    <p className="data-refused" role="alert">
      {refusalText(refusal)}
    </p>
  );
}
