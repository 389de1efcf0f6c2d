/** One wire: from where to where, its gain and label, its widths, and the entries of A, B, C, D that it makes. */
import { useEffect } from "react";
import type { Sheet, Wire } from "../../core/diagram/document.ts";
import { setWire } from "../../core/diagram/edit.ts";
import type { MatrixView } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { useEntry } from "../store/entry.ts";
import type { Entry } from "../store/entry.ts";
import { entryAt } from "../store/entryAt.ts";
import { endsOf, pathsOf, widthAt } from "../store/places.ts";
import { problemText } from "../store/problemText.ts";
import { useResults } from "../store/results.ts";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import { useContextOf } from "./context.ts";
import { LiveField } from "./LiveField.tsx";
import { readGain } from "./reading.ts";

const most = 24;

export function WireForm({ wire, sheet }: { readonly wire: Wire; readonly sheet: Sheet }) {
  const text = useText();
  const { scope } = useContextOf();
  const document = useDocument((state) => state.document);
  const compiled = useResults((results) => results.compiled);
  const { edit } = useDocument.getState();
  const { from, to } = endsOf(sheet, wire);
  const found = compiled?.problems.filter((problem) => problem.path === `wire:${wire.id}`) ?? [];
  const ofGain = found.find((problem) => problem.field === undefined || problem.field === "gain");
  const width = (end: Wire["from"]) => {
    const [path] = pathsOf(document, new Set([end.block]));
    return path === undefined ? undefined : widthAt(compiled?.widths, path, end.port);
  };
  const [wide, narrow] = [width(wire.from), width(wire.to)];

  return (
    <div className="inspector-form" key={wire.id}>
      <header className="inspector-head">
        <div>
          <h2 className="inspector-title">
            {from} → {to}
          </h2>
          <p className="inspector-kind">{text("inspector.wire", { from: wire.from.port, to: wire.to.port })}</p>
        </div>
      </header>
      <LiveField
        label={text("inspector.gain")}
        help={text("inspector.gain.help")}
        owner={wire.id}
        field="gain"
        value={wire.gain ?? ""}
        placeholder="1"
        mono
        numbers
        problem={ofGain && problemText(ofGain)}
        onRead={(typed) => readGain(typed, scope)}
        onEdit={(next, key) => edit((now) => setWire(now, wire.id, { gain: next }), key)}
      />
      <LiveField
        label={text("inspector.label")}
        help={text("inspector.label.help")}
        owner={wire.id}
        field="label"
        value={wire.label ?? ""}
        placeholder={text("inspector.label.none")}
        onRead={() => ({ ok: true })}
        onEdit={(next, key) => edit((now) => setWire(now, wire.id, { label: next }), key)}
      />
      <div className="inspector-field">
        <span className="inspector-label">{text("inspector.widths")}</span>
        <span className="inspector-value">
          {wide ?? "?"} → {narrow ?? "?"}
        </span>
      </div>
      <Makes wire={wire.id} matrices={compiled?.matrices} />
    </div>
  );
}

function Makes({ wire, matrices }: { readonly wire: string; readonly matrices: readonly MatrixView[] | undefined }) {
  const text = useText();
  const point = useEntry((state) => state.point);
  useEffect(() => () => point(undefined), [point, wire]);
  if (!matrices) return null;
  const entries = entriesOf(wire, matrices);
  return (
    <section className="inspector-section">
      <h3>{text("inspector.makes")}</h3>
      {entries.length === 0 ? (
        <p className="inspector-about">{text("inspector.makes.none")}</p>
      ) : (
        <ul className="inspector-makes">
          {entries.slice(0, most).map((entry) => (
            <li key={`${entry.matrix} ${entry.row} ${entry.col}`}>
              <button
                type="button"
                onMouseEnter={() => point(entry)}
                onMouseLeave={() => point(undefined)}
                onFocus={() => point(entry)}
                onBlur={() => point(undefined)}
              >
                <span className="inspector-entry-name">
                  <i>{entry.matrix}</i>
                  <sub>
                    {entry.row + 1 > 9 || entry.col + 1 > 9
                      ? `${entry.row + 1},${entry.col + 1}`
                      : `${entry.row + 1}${entry.col + 1}`}
                  </sub>
                </span>
                <span className="inspector-entry-value">= {written(entry.value)}</span>
                <span className="inspector-entry-ends" title={`${entry.to} ← ${entry.from}`}>
                  {entry.to} ← {entry.from}
                </span>
              </button>
            </li>
          ))}
          {entries.length > most && (
            <li className="inspector-shown">{text("inspector.makes.more", { count: entries.length - most })}</li>
          )}
        </ul>
      )}
    </section>
  );
}

interface MadeEntry extends Entry {
  readonly value: number;
  readonly from: string;
  readonly to: string;
}

/** Every entry with the wire among its origins. */
export function entriesOf(wire: string, matrices: readonly MatrixView[]): readonly MadeEntry[] {
  return matrices.flatMap((matrix) =>
    matrix.rows.flatMap((to, row) =>
      matrix.cols.flatMap((from, col) =>
        matrix.origin?.[row]?.[col]?.wires.includes(wire)
          ? [{ matrix: matrix.name, row, col, value: entryAt(matrix, row, col), from, to }]
          : [],
      ),
    ),
  );
}
