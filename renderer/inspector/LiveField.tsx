/**
 * One line of the inspector: a label and what is typed. Text that can be read is in the document with each key; text that
 * cannot is kept in the field, its message below, and goes into the document when the field is left, for the list of
 * problems to show. Escape brings back what was there. It knows nothing of what the text means.
 */
import { useEffect, useId, useRef, useState } from "react";
import type { KeyboardEvent, PointerEvent, ReactNode } from "react";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { useDocument } from "../store/document.ts";
import { useField } from "../store/field.ts";
import { takeMove } from "../store/paced.ts";
import { followDrag } from "../ui/followDrag.ts";
import { isPlainNumber, stepNumber } from "./stepNumber.ts";

export type Reading =
  | { readonly ok: true; readonly shown?: string | undefined }
  | { readonly ok: false; readonly message: string; readonly hint?: string | undefined };

export interface FieldProblem {
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface LiveFieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  /** As it stands in the document. */
  readonly value: string;
  /** Block or wire id, "sheet" or "several", and the name of the field: where problems point to. */
  readonly owner: string;
  readonly field: string;
  readonly mono?: boolean;
  readonly unit?: string | undefined;
  readonly placeholder?: string | undefined;
  /** Numbers in it step with the arrows and, when it is one number, by dragging the label. */
  readonly numbers?: boolean;
  /** Found elsewhere (compiling, running) about this field. */
  readonly problem?: FieldProblem | undefined;
  /** The document cannot hold what is not right (a name): the text stays in the field until it is, or until Escape. */
  readonly strict?: boolean;
  /** Instead of beside the label, the whole width below it. */
  readonly wide?: boolean;
  readonly after?: ReactNode;
  readonly onRead: (text: string) => Reading;
  /** `key`: edits under one key are one undo step. */
  readonly onEdit: (text: string, key: string) => void;
}

let gestures = 0;

export function LiveField(props: LiveFieldProps) {
  const { label, help, value, owner, field, mono = false, unit, placeholder, numbers = false } = props;
  const { problem, strict = false, wide, after, onRead, onEdit } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const start = useRef({ value, key: "" });
  // Only text that cannot be read is held back.
  const [held, setHeld] = useState<string>();
  const text = held ?? value;
  const reading = onRead(text);
  const wrong = reading.ok ? problem : reading;

  const begin = () => {
    start.current = { value, key: `${owner}.${field}.${++gestures}` };
  };
  /** `from`: what is there now. */
  const type = (next: string, from = value) => {
    if (!onRead(next).ok) {
      setHeld(next);
      return;
    }
    setHeld(undefined);
    if (next !== from) onEdit(next, start.current.key);
  };
  const leave = () => {
    if (!strict) {
      if (held !== undefined && held !== value) onEdit(held, start.current.key);
      setHeld(undefined);
    }
    useDocument.getState().settle();
  };
  const step = (caret: number, times: number, coarse: number, from = text) => {
    const next = stepNumber(from, Math.min(caret, from.trimEnd().length), times, coarse);
    if (!next) return undefined;
    type(next.text, from);
    // After React has put the text in.
    requestAnimationFrame(() => {
      if (document.activeElement === input.current) input.current?.setSelectionRange(next.from, next.to);
    });
    return next.text;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      setHeld(undefined);
      if (value !== start.current.value) onEdit(start.current.value, start.current.key);
    } else if (event.key === "Enter") {
      leave();
      begin();
      event.currentTarget.select();
    } else if (numbers && (event.key === "ArrowUp" || event.key === "ArrowDown") && !event.ctrlKey && !event.metaKey) {
      const coarse = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
      const caret = event.currentTarget.selectionEnd ?? text.length;
      if (step(caret, event.key === "ArrowUp" ? 1 : -1, coarse) !== undefined) event.preventDefault();
    }
  };

  useAskedFor(owner, field, input);

  return (
    <div className="inspector-field" data-wide={wide} data-field={field}>
      <label
        className="inspector-label"
        htmlFor={id}
        title={help}
        {...useScrub(numbers && isPlainNumber(text) ? text : undefined, begin, step, (kept) => {
          if (!kept) setHeld(undefined);
          else leave();
        })}
      >
        {label}
      </label>
      <div className="inspector-entry">
        <input
          id={id}
          ref={input}
          className={mono ? "ui-input ui-mono" : "ui-input"}
          value={text}
          placeholder={placeholder}
          spellCheck={!mono}
          autoComplete="off"
          aria-invalid={wrong !== undefined}
          aria-describedby={`${id}-said`}
          onFocus={begin}
          onBlur={leave}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {unit !== undefined && <span className="inspector-unit">{unit}</span>}
        {after}
      </div>
      <div className="inspector-said" id={`${id}-said`}>
        {wrong ? (
          <span className="inspector-error" ref={showBeside}>
            {wrong.message}
            {wrong.hint !== undefined && <span className="inspector-hint"> {wrong.hint}</span>}
          </span>
        ) : (
          reading.ok && reading.shown !== undefined && <span className="inspector-shown">{reading.shown}</span>
        )}
      </div>
    </div>
  );
}

/** What is said below the field that is being changed may lie below the fold. */
export const showBeside = (said: HTMLElement | null): void => {
  if (said?.closest(".inspector-field")?.contains(document.activeElement)) said.scrollIntoView({ block: "nearest" });
};

/** Takes the focus when somebody asks for this field. */
export function useAskedFor(
  owner: string,
  field: string,
  element: { readonly current: HTMLInputElement | HTMLSelectElement | null },
): void {
  const request = useField((state) => state.request);
  useEffect(() => {
    if (request?.owner !== owner || request.field !== field || !element.current) return;
    useField.getState().done();
    element.current.focus();
    if ("select" in element.current) element.current.select();
    element.current.scrollIntoView({ block: "nearest" });
  }, [request, owner, field, element]);
}

/** Dragging the label sideways: a step for every four pixels, ten times as much with Shift, a tenth with Alt. */
function useScrub(
  text: string | undefined,
  begin: () => void,
  step: (caret: number, times: number, coarse: number, from: string) => string | undefined,
  end: (kept: boolean) => void,
) {
  /** What is drawn may be a move behind: where the text has got to is kept here. */
  const from = useRef<{ x: number; steps: number; text: string; document?: LazoDocument }>(undefined);
  if (text === undefined) return {};
  return {
    "data-scrub": true,
    onPointerDown(event: PointerEvent<HTMLLabelElement>) {
      if (event.button !== 0) return;
      const label = event.currentTarget;
      label.setPointerCapture(event.pointerId);
      from.current = { x: event.clientX, steps: 0, text };
      followDrag(event, {
        end: (kept, by) => {
          const document = from.current?.document;
          from.current = undefined;
          if (!document) return;
          if (!kept) useDocument.getState().takeBack(document);
          // No click follows a pointer that is taken away.
          if (by.type === "pointercancel") delete label.dataset["scrubbing"];
          end(kept);
        },
      });
    },
    onPointerMove(event: PointerEvent<HTMLLabelElement>) {
      const now = from.current;
      if (!now) return;
      takeMove(event);
      const steps = Math.trunc((event.clientX - now.x) / 4);
      if (steps === now.steps) return;
      if (!event.currentTarget.dataset["scrubbing"]) {
        event.currentTarget.dataset["scrubbing"] = "true";
        now.document = useDocument.getState().document;
        begin();
      }
      const coarse = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
      now.text = step(1e9, steps - now.steps, coarse, now.text) ?? now.text;
      now.steps = steps;
    },
    /** The click that ends a drag must not put the caret into the field. */
    onClick(event: { currentTarget: HTMLLabelElement; preventDefault(): void }) {
      if (!event.currentTarget.dataset["scrubbing"]) return;
      delete event.currentTarget.dataset["scrubbing"];
      event.preventDefault();
    },
  };
}
