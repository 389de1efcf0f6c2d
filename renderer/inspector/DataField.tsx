/** Which attached file a block reads, what was found in it, in words, and its first rows. */
import { FilePlus2 } from "lucide-react";
import { readCsv } from "../../core/diagram/data.ts";
import type { Found } from "../../core/diagram/data.ts";
import { useDocument } from "../store/document.ts";
import { problemText } from "../store/problemText.ts";
import { attachPicked } from "../store/session.ts";
import { Button } from "../ui/Button.tsx";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import type { Translate } from "../ui/i18n.ts";
import { ChoiceField } from "./ChoiceField.tsx";

export interface FileFieldProps {
  readonly label: string;
  readonly help?: string | undefined;
  readonly owner: string;
  readonly field: string;
  readonly value: string | undefined;
  readonly problem?: { readonly message: string } | undefined;
  readonly onEdit: (file: string) => void;
}

const rowsShown = 5;
const columnsShown = 4;

export function DataField({ value, onEdit, problem, ...rest }: FileFieldProps) {
  const text = useText();
  const data = useDocument((state) => state.document.data) ?? {};
  const file = value?.trim() ?? "";
  const attached = Object.hasOwn(data, file);
  const read = attached ? readCsv(file, data[file]!) : undefined;
  const attach = async () => {
    // A file that the block names but nobody has is asked for under that name.
    const name = await attachPicked(file !== "" && !attached ? file : undefined);
    if (name !== undefined) onEdit(name);
  };
  return (
    <div className="inspector-data">
      <ChoiceField
        {...rest}
        value={file === "" ? undefined : file}
        problem={attached ? undefined : problem}
        of={Object.keys(data)
          .filter((name) => !/\.json$/i.test(name))
          .map((name) => ({ value: name, label: name }))}
        onEdit={onEdit}
      />
      <Button icon={<FilePlus2 size={14} />} onClick={() => void attach()}>
        {text(file !== "" && !attached ? "inspector.data.find" : "inspector.data.attach")}
      </Button>
      {read?.ok === false && <p className="inspector-error">{problemText(read.problem).message}</p>}
      {read?.ok && (
        <>
          <p className="inspector-found">{foundText(read.table.found, read.table.columns.length, text)}</p>
          <div className="inspector-preview">
            <table aria-label={text("inspector.data.preview", { file })}>
              <thead>
                <tr>
                  {read.table.columns.slice(0, columnsShown).map((column) => (
                    <th scope="col" key={column.name} title={column.name}>
                      {column.name}
                    </th>
                  ))}
                  {read.table.columns.length > columnsShown && <th scope="col">…</th>}
                </tr>
              </thead>
              <tbody>
                {Array.from({ length: Math.min(rowsShown, read.table.found.rows) }, (_, row) => (
                  <tr key={row}>
                    {read.table.columns.slice(0, columnsShown).map((column) => (
                      <td key={column.name}>{written(column.values[row]!, 6)}</td>
                    ))}
                    {read.table.columns.length > columnsShown && <td>…</td>}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </div>
  );
}

function foundText(found: Found, columns: number, text: Translate): string {
  const separators = {
    ",": "inspector.data.commas",
    ";": "inspector.data.semicolons",
    tab: "inspector.data.tabs",
    spaces: "inspector.data.spaces",
    none: undefined,
  } as const;
  const separator = separators[found.separator];
  return [
    text("inspector.data.size", { rows: found.rows, columns }),
    ...(separator ? [text(separator)] : []),
    text(found.decimal === "," ? "inspector.data.comma" : "inspector.data.point"),
    text(found.headerRow ? "inspector.data.header" : "inspector.data.noHeader"),
    ...(found.commentLines > 0 ? [text("inspector.data.comments", { count: found.commentLines })] : []),
  ].join(", ");
}
