/** The right-hand panel: everything about what is selected, as a form. Which form is decided here, what is in it in each. */
import { setNote, setNoteWidth } from "../../core/diagram/edit.ts";
import { useDocument } from "../store/document.ts";
import { useSelection } from "../store/selection.ts";
import { useShownSheet } from "../store/sheet.ts";
import { useText } from "../ui/i18n.ts";
import { BlockForm } from "./BlockForm.tsx";
import { LiveField } from "./LiveField.tsx";
import { SeveralForm } from "./SeveralForm.tsx";
import { SheetForm } from "./SheetForm.tsx";
import { TextArea } from "./TextArea.tsx";
import { WireForm } from "./WireForm.tsx";
import "./inspector.css";

export function Inspector() {
  return (
    <div className="inspector">
      <Form />
    </div>
  );
}

function Form() {
  const text = useText();
  const sheet = useShownSheet();
  const selected = useSelection();
  const blocks = sheet.blocks.filter((block) => selected.blocks.has(block.id));
  const wires = sheet.wires.filter((wire) => selected.wires.has(wire.id));
  const notes = sheet.notes.filter((note) => selected.notes.has(note.id));
  const [block, wire, note] = [blocks[0], wires[0], notes[0]];
  const count = blocks.length + wires.length + notes.length;

  if (count === 0) return <SheetForm />;
  // Keys: a field of one block must not carry what is being typed over to the next.
  // Wires beside it say where its loop is looked at: the form stays the block's.
  if (blocks.length === 1 && notes.length === 0 && block)
    return <BlockForm key={block.id} block={block} brothers={sheet.blocks} />;
  if (count === 1 && wire) return <WireForm key={wire.id} wire={wire} sheet={sheet} />;
  if (count === 1 && note) {
    return (
      <div className="inspector-form" key={note.id}>
        <header className="inspector-head">
          <h2 className="inspector-title">{text("inspector.note")}</h2>
        </header>
        <TextArea
          label={text("inspector.text")}
          owner={note.id}
          field="text"
          rows={8}
          value={note.text}
          onEdit={(next, key) => useDocument.getState().edit((now) => setNote(now, note.id, next), key)}
        />
        <p className="inspector-about">{text("inspector.text.help")}</p>
        <LiveField
          label={text("inspector.noteWidth")}
          owner={note.id}
          field="width"
          value={note.width === undefined ? "" : String(note.width)}
          placeholder={text("inspector.noteWidth.text")}
          mono
          numbers
          onRead={(typed) =>
            typed.trim() === "" || Number(typed) >= 8
              ? { ok: true }
              : { ok: false, message: text("inspector.noteWidth.wrong") }
          }
          onEdit={(next, key) =>
            useDocument
              .getState()
              .edit((now) => setNoteWidth(now, note.id, Number(next) >= 8 ? Number(next) : undefined), key)
          }
        />
      </div>
    );
  }
  const key = [...selected.blocks, ...selected.wires, ...selected.notes].join(" ");
  return <SeveralForm key={key} blocks={blocks} wires={wires} notes={notes.length} />;
}
