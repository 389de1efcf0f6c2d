/** The models made so far with their fits; the chosen one is placed on the drawing, as a block or as a diagram. */
import { X } from "lucide-react";
import { placeModelBlock, placeModelDiagram, placeModelTransfer } from "../../../core/diagram/placeModel.ts";
import type { PlacedModel } from "../../../core/diagram/placeModel.ts";
import { useDocument } from "../../store/document.ts";
import { forgetModel, showModel, useIdentified } from "../../store/identified.ts";
import type { ListedModel } from "../../store/identified.ts";
import { useNotices } from "../../store/notices.ts";
import { useSelection } from "../../store/selection.ts";
import { shownSheet, shownTrail } from "../../store/sheet.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { sure, written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";
import type { Translate } from "../../ui/i18n.ts";
import { signalColour } from "../../ui/signalColours.ts";
import { tenths } from "./Figures.tsx";
import { methodName, nameOf } from "./modelPanes.ts";

const percent = (fits: readonly number[]): string => fits.map((fit) => written(fit, 3)).join(", ");

/** Errors that are noise, and of no concern to any input. */
const passes = ({ model: { white, independent } }: ListedModel): { white: boolean; independent: boolean } => ({
  white: white.every(({ passed }) => passed),
  independent: independent.every(({ passed }) => passed),
});

/** What is known of a model, for the note of its block. */
function noteOf(one: ListedModel, text: Translate): string {
  const { fit, deviation, figures, criteria, period, method, order } = one.model;
  const { white, independent } = passes(one);
  const known = figures.slice(0, 6).map(({ name, value, deviation: sd }) => `${name} = ${sure(value, sd)}`);
  return [
    text("identify.note", { set: one.set, method: methodName(method), order, period: written(period, 6) }),
    ...(one.model.relative ? [text("identify.note.relative")] : []),
    text("identify.note.fit", { held: percent(fit.held), own: percent(fit.own) }),
    text("identify.note.error", { deviation: deviation.map((v) => written(v, 3)).join(", ") }),
    ...(known.length > 0 ? [`${known.join(", ")}.`] : []),
    text("identify.note.criteria", {
      aic: tenths(criteria.aic),
      bic: tenths(criteria.bic),
      parameters: criteria.parameters,
    }),
    text(!white ? "identify.note.coloured" : independent ? "identify.note.white" : "identify.note.dependent"),
  ].join("\n");
}

function verdictOf(one: ListedModel) {
  const { white, independent } = passes(one);
  return white ? (independent ? "identify.errors.noise" : "identify.errors.inputs") : "identify.errors.coloured";
}

export function Models() {
  const text = useText();
  const models = useIdentified((state) => state.models);
  const number = useIdentified((state) => state.chosen);
  const chosen = models.find((one) => one.number === number);
  if (models.length === 0) return <div />;
  const place = (how: typeof placeModelBlock) => {
    if (!chosen) return;
    const { A, B, C, D, period, names, x0, transfer } = chosen.model;
    const model: PlacedModel = {
      name: chosen.set.slice(0, 40),
      A,
      B,
      C,
      D,
      period,
      note: noteOf(chosen, text),
      u: names.u,
      y: names.y,
      x0,
      transfer,
    };
    let placed: readonly string[] = [];
    useDocument.getState().edit((document) => {
      const done = how(document, model, shownTrail());
      placed = done.blocks;
      return done.document;
    });
    const [first, ...rest] = placed;
    if (first !== undefined) useSelection.getState().revealBlocks([first, ...rest]);
    // The one that says how sure the model is has its note beside it.
    const noted = shownSheet().blocks.filter(({ id, note }) => placed.includes(id) && note !== undefined);
    useSelection.getState().select({ blocks: noted.map(({ id }) => id) });
    useNotices
      .getState()
      .show({ id: "placed", tone: "success", text: text("identify.placed", { name: model.name }), expires: 4000 });
  };
  const states = (chosen?.model.order ?? 0) > 0;
  const driven = states && (chosen?.model.names.u.length ?? 0) > 0;
  const put = (as: "block" | "transfer" | "diagram", how: Parameters<typeof place>[0], disabled = false) => (
    <Button aria-label={text(`identify.place.${as}`)} disabled={disabled} onClick={() => place(how)}>
      {text(`identify.place.${as}.short`)}
    </Button>
  );
  return (
    <section className="identify-models" aria-label={text("identify.models")}>
      <table>
        <thead>
          <tr>
            <th />
            <th scope="col">{text("identify.model")}</th>
            <th scope="col" title={text("identify.held.help")}>
              {text("identify.held")}
            </th>
            <th scope="col" title={text("identify.ahead.help")}>
              {text("identify.ahead")}
            </th>
            <th scope="col" title={text("identify.bic.help")}>
              {text("identify.bic")}
            </th>
            <th scope="col" title={text("identify.errors.help")}>
              {text("identify.errors")}
            </th>
            <th />
          </tr>
        </thead>
        <tbody>
          {models.map((one) => (
            <tr key={one.number} aria-selected={one === chosen}>
              <td>
                <input
                  type="checkbox"
                  checked={one.shown}
                  aria-label={text("identify.show", { name: nameOf(one) })}
                  onChange={(event) => showModel(one.number, event.target.checked)}
                />
              </td>
              <th scope="row">
                <button type="button" onClick={() => useIdentified.setState({ chosen: one.number })}>
                  <i style={{ background: signalColour((one.number - 1) % 7) }} />
                  {nameOf(one)}
                </button>
              </th>
              <td>{percent(one.model.fit.held)}</td>
              <td>{percent(one.model.fit.ahead)}</td>
              <td>{written(Math.round(one.model.criteria.bic), 9)}</td>
              <td>{text(verdictOf(one))}</td>
              <td>
                <IconButton
                  label={text("identify.forget", { name: nameOf(one) })}
                  icon={<X size={13} />}
                  onClick={() => forgetModel(one.number)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {chosen && (
        <>
          {chosen.model.modulus > 1 && (
            <p className="data-refused">{text("identify.unstable", { modulus: written(chosen.model.modulus, 5) })}</p>
          )}
          <div className="data-actions">
            <span className="data-note">{text("identify.place")}</span>
            {driven && put("block", placeModelBlock)}
            {driven && chosen.model.transfer && put("transfer", placeModelTransfer)}
            {put("diagram", placeModelDiagram, !states)}
          </div>
          <p className="data-note identify-note">{noteOf(chosen, text)}</p>
        </>
      )}
    </section>
  );
}
