/**
 * A panel over the whole window that Escape or a click beside it closes: command palette, shortcut sheet, variables.
 * Built on a non-modal dialog with its own backdrop, because the modal one locks scrolling with a forbidden <style>.
 */
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { IconButton } from "./Button.tsx";

export interface SheetProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly closeLabel: string;
  readonly size?: "small" | "medium" | "large";
  /** The title is read out but not drawn. */
  readonly bare?: boolean;
  readonly children: ReactNode;
}

export function Sheet({ open, onClose, title, closeLabel, size = "medium", bare, children }: SheetProps) {
  return (
    <Radix.Root open={open} modal={false} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className="ui-backdrop" />
        <Radix.Content
          className={`ui-sheet ui-sheet-${size}`}
          aria-describedby={undefined}
          aria-modal="true"
          onOpenAutoFocus={(event) => {
            if (bare) return;
            // Not the close button: its tooltip would open, and take the first Escape for itself.
            event.preventDefault();
            (event.currentTarget as HTMLElement).focus();
          }}
        >
          {bare ? (
            <Radix.Title className="ui-hidden">{title}</Radix.Title>
          ) : (
            <header className="ui-sheet-head">
              <Radix.Title className="ui-sheet-title">{title}</Radix.Title>
              <IconButton label={closeLabel} icon={<X size={16} />} onClick={onClose} />
            </header>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
