/** What fields are read against: variables and attached files. Evaluated once for each version of either. */
import { useMemo } from "react";
import { attachedTo, type Attached } from "../../core/diagram/attached.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { scopeAt } from "../../core/diagram/trail.ts";
import { useDocument } from "../store/document.ts";
import { useSheet } from "../store/sheet.ts";

export interface Context {
  readonly scope: Scope;
  readonly files: Attached;
}

/** Of the sheet shown; with `outermost` of the root, whose variables the run's settings see. */
export function useContextOf(outermost = false): Context {
  const trail = useSheet((state) => state.trail);
  const scope = useDocument((state) => scopeAt(state.document, outermost ? [] : trail));
  const data = useDocument((state) => state.document.data);
  return useMemo(() => ({ scope, files: attachedTo(data) }), [scope, data]);
}
