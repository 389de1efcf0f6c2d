/** Which attached file a block reads, chosen or picked, and below it what was found in it. */
import { FilePlus2 } from "lucide-react";
import type { ReactNode } from "react";
import { useDocument } from "../store/document.ts";
import { attachPicked } from "../store/session.ts";
import { Button } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
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

/** The attached file of this name; undefined where nobody has it. */
export function useAttached(value: string | undefined): string | undefined {
  const data = useDocument((state) => state.document.data);
  const file = value?.trim() ?? "";
  return data && Object.hasOwn(data, file) ? data[file] : undefined;
}

export function AttachedField({
  value,
  onEdit,
  fits,
  attach,
  without,
  children,
  ...rest
}: FileFieldProps & {
  /** Which attached files there are to choose from. */
  readonly fits: (name: string) => boolean;
  /** What the button says. */
  readonly attach: string;
  /** What no file is called, where none is fine too. */
  readonly without?: string;
  readonly children: ReactNode;
}) {
  const text = useText();
  const data = useDocument((state) => state.document.data) ?? {};
  const file = value?.trim() ?? "";
  const missing = file !== "" && !Object.hasOwn(data, file);
  const pick = async () => {
    // A file that the block names but nobody has is asked for under that name.
    const name = await attachPicked(missing ? file : undefined);
    if (name !== undefined) onEdit(name);
  };
  return (
    <div className="inspector-data">
      <ChoiceField
        {...rest}
        value={file === "" && without === undefined ? undefined : file}
        of={[
          ...(without === undefined ? [] : [{ value: "", label: without }]),
          ...Object.keys(data)
            .filter(fits)
            .map((name) => ({ value: name, label: name })),
        ]}
        onEdit={onEdit}
      />
      <Button icon={<FilePlus2 size={14} />} onClick={() => void pick()}>
        {missing ? text("inspector.data.find") : attach}
      </Button>
      {children}
    </div>
  );
}
