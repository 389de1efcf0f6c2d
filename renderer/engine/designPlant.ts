/** The plant of a controller: the drawing without it, linearized between what it gives and what it sees. */
import { compile } from "../../core/compile/compile.ts";
import { withoutController } from "../../core/diagram/design.ts";
import type { Opened } from "../../core/diagram/design.ts";
import type { Block, LazoDocument } from "../../core/diagram/document.ts";
import { linearize } from "../../core/linearize/linearize.ts";
import type { StateSpace } from "../../core/lti/stateSpace.ts";
import type { DesignView } from "./protocol.ts";

export type Refused = Extract<DesignView, { readonly ok: false }>;
export type Plant = { readonly ok: true; readonly plant: StateSpace } | Refused;

/** `width`: of what the controller gives; `seen`: its input that the loop comes back to. */
export const plantOf = (document: LazoDocument, block: Block, width: number, seen: string): Plant =>
  between(withoutController(document, block.id, width, seen));

/** From the Input to the Output of a drawing that was opened there. */
export function between(opened: Opened | undefined): Plant {
  const compiled = opened && compile(opened.document);
  if (!compiled?.ok) return { ok: false, code: "BROKEN", values: {} };
  const linearized = linearize(compiled.model, { inputs: [opened!.input], outputs: [opened!.output], onPath: true });
  if (!linearized.ok) return { ok: false, code: "NOT_LINEAR", values: {} };
  return { ok: true, plant: linearized.linearization.system };
}
