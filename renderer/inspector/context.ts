/** What fields are read against: the diagram's variables and attached files. Evaluated once for each version of either. */
import { useMemo } from "react";
import { tablesOf } from "../../core/diagram/data.ts";
import type { DataTable } from "../../core/diagram/data.ts";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { evaluateVariables } from "../../core/diagram/parameters.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { useDocument } from "../store/document.ts";

export interface Context {
  readonly scope: Scope;
  readonly tables: (file: string) => DataTable | undefined;
}

const scopes = new WeakMap<LazoDocument["variables"], Scope>();

export function scopeOf(variables: LazoDocument["variables"]): Scope {
  const known = scopes.get(variables);
  if (known) return known;
  const { scope } = evaluateVariables(variables);
  scopes.set(variables, scope);
  return scope;
}

export function useContextOf(): Context {
  const variables = useDocument((state) => state.document.variables);
  const data = useDocument((state) => state.document.data);
  return useMemo(() => ({ scope: scopeOf(variables), tables: tablesOf(data ?? {}) }), [variables, data]);
}
