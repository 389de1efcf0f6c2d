/** A note on the sheet: plain text, typed where it stands. */
import type { Node, NodeProps } from "@xyflow/react";
import { memo } from "react";
import type { Note } from "../../core/diagram/document.ts";
import { useText } from "../ui/i18n.ts";
import { InPlace } from "./InPlace.tsx";
import { removeNote, writeNote } from "./changes.ts";
import { finishEditing, useSession } from "./session.ts";

export interface NoteNodeData extends Record<string, unknown> {
  readonly note: Note;
}
export type NoteNodeType = Node<NoteNodeData, "note">;

export const NoteNode = memo(function NoteNode({ data, selected }: NodeProps<NoteNodeType>) {
  const t = useText();
  const { note } = data;
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
      onDoubleClick={(event) => {
        event.stopPropagation();
        useSession.setState({ editing: { what: "note", id: note.id } });
      }}
    >
      {note.text}
    </div>
  );
});
