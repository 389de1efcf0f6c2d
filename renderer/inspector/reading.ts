/** What a field says about the text in it: its value in few words, or why it cannot be read, in the user's language. */
import { bindParam } from "../../core/diagram/bindParam.ts";
import type { ParamSpec } from "../../core/blocks/block.ts";
import { evaluateExpression } from "../../core/diagram/parameters.ts";
import type { Refused, Scope } from "../../core/diagram/parameters.ts";
import { sentenceText } from "../store/problemText.ts";
import type { Translate } from "../ui/i18n.ts";
import type { Context } from "./context.ts";
import type { Reading } from "./LiveField.tsx";
import { isComputed, shapeOf, shown, valueOf } from "./valueText.ts";

export function readParam(spec: ParamSpec, typed: string, { scope, files }: Context, text: Translate): Reading {
  const read = bindParam(spec, typed, scope, files);
  return read.ok ? { ok: true, shown: shown(typed, read.value, text) } : refused(read);
}

/** A gain: a scalar or a matrix; empty is 1. */
export function readGain(typed: string, scope: Scope): Reading {
  if (typed.trim() === "") return { ok: true };
  const read = evaluateExpression(typed, scope);
  if (!read.ok) return refused(read);
  const { rows, cols } = read.value;
  const named = isComputed(typed);
  const size = rows * cols === 1 ? "" : shapeOf(rows, cols);
  const value = named && rows * cols <= 9 ? `= ${valueOf(read.value)}` : "";
  return { ok: true, shown: [value, size].filter((part) => part !== "").join("  ") || undefined };
}

/** A sentence of its own: the label it is about stands beside it. */
export function refused({ message, hint }: Refused): Extract<Reading, { ok: false }> {
  const translated = sentenceText(message);
  return {
    ok: false,
    message: translated.charAt(0).toUpperCase() + translated.slice(1),
    hint: hint === undefined ? undefined : sentenceText(hint),
  };
}
