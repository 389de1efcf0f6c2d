/** Which attached file a block reads, what was found in it, in words, and its first rows. */
import { readCsv } from "../../core/diagram/data.ts";
import type { Found } from "../../core/diagram/data.ts";
import { problemText } from "../store/problemText.ts";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import type { Translate } from "../ui/i18n.ts";
import { AttachedField, useAttached, type FileFieldProps } from "./AttachedField.tsx";

const rowsShown = 5;
const columnsShown = 4;

export function DataField({ problem, ...rest }: FileFieldProps) {
  const text = useText();
  const attached = useAttached(rest.value);
  const file = rest.value?.trim() ?? "";
  const read = attached === undefined ? undefined : readCsv(file, attached);
  return (
    <AttachedField
      {...rest}
      // What is wrong with a file that is there stands below it.
      problem={attached === undefined ? problem : undefined}
      fits={(name) => !/\.json$/i.test(name)}
      attach={text("inspector.data.attach")}
    >
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
    </AttachedField>
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
