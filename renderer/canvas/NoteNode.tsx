/** A note on the sheet: text with formulas between dollar signs, typed where it stands; its right edge sets its width. */
import type { Node, NodeProps } from "@xyflow/react";
import { useReactFlow } from "@xyflow/react";
import { memo, useMemo, useState } from "react";
import type { PointerEvent } from "react";
import type { Note } from "../../core/diagram/document.ts";
import { followDrag } from "../ui/followDrag.ts";
import { Tex } from "../ui/Tex.tsx";
import { useText } from "../ui/i18n.ts";
import { InPlace } from "./InPlace.tsx";
import { removeNote, widenNote, writeNote } from "./changes.ts";
import { piecesOf } from "./noteText.ts";
import { finishEditing, useSession } from "./session.ts";

export interface NoteNodeData extends Record<string, unknown> {
  readonly note: Note;
}
export type NoteNodeType = Node<NoteNodeData, "note">;

const narrowest = 64;

export const NoteNode = memo(function NoteNode({ data, selected }: NodeProps<NoteNodeType>) {
  const t = useText();
  const { note } = data;
  const flow = useReactFlow();
  const [pulled, setPulled] = useState<number>();
  const width = pulled ?? note.width;
  const pieces = useMemo(() => piecesOf(note.text), [note.text]);
  const pull = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    const own = event.currentTarget.parentElement;
    if (!own) return;
    const begin = own.offsetWidth;
    const from = event.clientX;
    let last = begin;
    const onMove = (move: globalThis.PointerEvent) => {
      last = Math.max(narrowest, Math.round((begin + (move.clientX - from) / flow.getZoom()) / 8) * 8);
      setPulled(last);
    };
    const end = (kept: boolean) => {
      setPulled(undefined);
      if (kept && last !== begin) widenNote(note.id, last);
    };
    followDrag(event, { move: onMove, end });
  };
  const editing = useSession((state) => state.editing?.what === "note" && state.editing.id === note.id);
  if (editing) {
    return (
      <div className="canvas-note" data-selected>
        <InPlace
          value={note.text}
          label={t("canvas.note")}
          placeholder={t("canvas.noteHint")}
          lines
          onDone={(text) => {
            const left = text ?? note.text;
            if (left.trim() === "") removeNote(note.id);
            else if (left !== note.text) writeNote(note.id, left);
            finishEditing();
          }}
        />
      </div>
    );
  }
  return (
    <div
      className="canvas-note"
      data-selected={selected || undefined}
      data-testid="note"
      style={width === undefined ? undefined : { width, maxWidth: "none" }}
      onDoubleClick={(event) => {
        event.stopPropagation();
        useSession.setState({ editing: { what: "note", id: note.id } });
      }}
    >
      {pieces.map((piece, i) =>
        piece.kind === "text" ? piece.text : <Tex key={i} tex={piece.text} display={piece.display ?? false} />,
      )}
      {selected && (
        <span
          className="canvas-note-grip nodrag nopan"
          data-testid="note-grip"
          title={t("canvas.noteWidth")}
          onPointerDown={pull}
          onDoubleClick={(event) => {
            event.stopPropagation();
            widenNote(note.id, undefined);
          }}
        />
      )}
    </div>
  );
});
