/** What fields are read against: variables and attached files. Evaluated once for each version of either. */
import { useMemo } from "react";
import { tablesOf } from "../../core/diagram/data.ts";
import type { DataTable } from "../../core/diagram/data.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { scopeAt } from "../../core/diagram/trail.ts";
import { useDocument } from "../store/document.ts";
import { useSheet } from "../store/sheet.ts";

export interface Context {
  readonly scope: Scope;
  readonly tables: (file: string) => DataTable | undefined;
}

/** Of the sheet shown; with `outermost` of the root, whose variables the run's settings see. */
export function useContextOf(outermost = false): Context {
  const trail = useSheet((state) => state.trail);
  const scope = useDocument((state) => scopeAt(state.document, outermost ? [] : trail));
  const data = useDocument((state) => state.document.data);
  return useMemo(() => ({ scope, tables: tablesOf(data ?? {}) }), [scope, data]);
}
