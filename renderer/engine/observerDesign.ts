/** An observer of the plant that is drawn: what it knows as u, what it measures, and its numbers for that. */
import { stateObserver } from "../../core/design/stateObserver.ts";
import type { ObserverAim } from "../../core/design/stateObserver.ts";
import { designFields } from "../../core/diagram/design.ts";
import type { Block, Design, LazoDocument } from "../../core/diagram/document.ts";
import { withoutObserver } from "../../core/diagram/observed.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { eigenvalues } from "../../core/math/eigenvalues.ts";
import { between } from "./designPlant.ts";
import type { Refused } from "./designPlant.ts";
import { agree, clockOf, complexWords, gainText, polesIn, systemOf, weight } from "./designText.ts";
import type { DesignView } from "./protocol.ts";

export function designedObserver(
  document: LazoDocument,
  block: Block,
  { method, fields }: Design,
  scope: Scope,
  widths: ReadonlyMap<string, number>,
): DesignView {
  const now = systemOf(block, scope);
  const seen = withoutObserver(document, block.id, now?.C.rows ?? 1, (port) => widths.get(port));
  if (!seen) return { ok: false, code: "BROKEN", values: {} };
  if (!seen.ok) return { ok: false, code: seen.why === "MUX" ? "NO_MUX" : "NOT_KNOWN", values: {} };
  const around = between(seen.opened);
  if (!around.ok) return around;
  const { plant } = around;
  if (plant.A.rows === 0) return { ok: false, code: "STATIC", values: {} };
  const clock = clockOf(block, scope, plant.time);
  if ("code" in clock) return clock;
  const aim = aimOf(method === "kalman" ? "kalman" : "observer", fields, scope, plant.B.columns, plant.C.rows);
  if ("code" in aim) return aim;
  const found = stateObserver(plant, aim, clock.period);
  if (!found.ok) {
    const values = { ...found.values, eigenvalues: found.eigenvalues.map(complexWords).join(", ") };
    switch (found.code) {
      case "UNOBSERVABLE":
      case "UNDETECTABLE":
        return { ok: false, code: "OBSERVER_UNDETECTABLE", values };
      case "UNDRIVEN":
      case "SINGULAR_R":
        return { ok: false, code: `OBSERVER_${found.code}`, values };
      default:
        return { ok: false, code: found.code, values };
    }
  }
  const { A, B, C } = found.system;
  const fits = now && now.A.rows === A.rows && now.B.columns === B.columns && now.C.rows === C.rows ? now : undefined;
  const flat = (of: typeof now & {}): readonly number[] => [of.A, of.B, of.C, of.D].flatMap((m) => m.to1DArray());
  const names = namesOf(plant.x);
  return {
    ok: true,
    params: { A: gainText(A), B: gainText(B), C: gainText(C), D: "0", names },
    follows: fits !== undefined && agree(flat(fits), flat(found.system)) && (block.params["names"] ?? "") === names,
    planned: found.poles,
    ...(fits && { poles: eigenvalues(fits.A).values }),
    time: found.system.time,
  };
}

function aimOf(
  method: ObserverAim["method"],
  fields: Design["fields"],
  scope: Scope,
  given: number,
  seen: number,
): ObserverAim | Refused {
  if (method === "observer") {
    const poles = polesIn(fields, scope);
    return typeof poles === "string" ? { ok: false, code: "POLES", values: { field: poles } } : { method, poles };
  }
  const [W, V] = [
    weight(fields["W"] ?? designFields.kalman["W"]!, scope, given),
    weight(fields["V"] ?? designFields.kalman["V"]!, scope, seen),
  ];
  if (!W) return { ok: false, code: "WEIGHT", values: { name: "W", size: given } };
  if (!V) return { ok: false, code: "WEIGHT", values: { name: "V", size: seen } };
  return { method, W, V };
}

/** The plant's own names of its states; none where a list of names cannot hold them. */
function namesOf(x: readonly string[]): string {
  const plain = new Set(x).size === x.length && x.every((name) => !name.includes(",") && name.trim() !== "");
  return plain ? x.join(", ") : "";
}
