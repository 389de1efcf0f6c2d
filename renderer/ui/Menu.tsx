/**
 * A drop-down menu. Not modal on purpose: a modal one locks scrolling with a <style> element, which the content
 * security policy forbids.
 */
import { Check, ChevronRight } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { Shortcut } from "./Shortcut.tsx";

export interface MenuProps {
  /** One element that takes a ref: the button that opens it. */
  readonly trigger: ReactElement;
  readonly align?: "start" | "end";
  readonly children: ReactNode;
}

export function Menu({ trigger, align = "start", children }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="ui-menu" align={align} sideOffset={6} collisionPadding={8} loop>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export interface MenuItemProps {
  readonly icon?: ReactNode;
  readonly shortcut?: string | undefined;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

export function MenuItem({ icon, shortcut, disabled, onSelect, children }: MenuItemProps) {
  return (
    <Radix.Item className="ui-menu-item" disabled={disabled ?? false} onSelect={onSelect}>
      <span className="ui-menu-icon">{icon}</span>
      <span className="ui-menu-text">{children}</span>
      {shortcut !== undefined && <Shortcut keys={shortcut} />}
    </Radix.Item>
  );
}

export function MenuSub({
  icon,
  label,
  children,
}: {
  readonly icon?: ReactNode;
  readonly label: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Radix.Sub>
      <Radix.SubTrigger className="ui-menu-item">
        <span className="ui-menu-icon">{icon}</span>
        <span className="ui-menu-text">{label}</span>
        <ChevronRight size={14} />
      </Radix.SubTrigger>
      <Radix.Portal>
        <Radix.SubContent className="ui-menu" sideOffset={4} alignOffset={-5} collisionPadding={8}>
          {children}
        </Radix.SubContent>
      </Radix.Portal>
    </Radix.Sub>
  );
}

export interface MenuChoiceProps<V extends string> {
  readonly label?: ReactNode;
  readonly value: V;
  readonly of: readonly { readonly value: V; readonly label: ReactNode; readonly icon?: ReactNode }[];
  readonly onChange: (value: V) => void;
}

/** One of several, the present one ticked. */
export function MenuChoice<V extends string>({ label, value, of, onChange }: MenuChoiceProps<V>) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as V)}>
      {label !== undefined && <Radix.Label className="ui-menu-label">{label}</Radix.Label>}
      {of.map((choice) => (
        <Radix.RadioItem key={choice.value} className="ui-menu-item" value={choice.value}>
          <span className="ui-menu-icon">{choice.value === value ? <Check size={14} /> : choice.icon}</span>
          <span className="ui-menu-text">{choice.label}</span>
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}

export function MenuCheck({
  checked,
  shortcut,
  onChange,
  children,
}: {
  readonly checked: boolean;
  readonly shortcut?: string;
  readonly onChange: (on: boolean) => void;
  readonly children: ReactNode;
}) {
  return (
    <Radix.CheckboxItem className="ui-menu-item" checked={checked} onCheckedChange={(on) => onChange(on === true)}>
      <span className="ui-menu-icon">{checked && <Check size={14} />}</span>
      <span className="ui-menu-text">{children}</span>
      {shortcut !== undefined && <Shortcut keys={shortcut} />}
    </Radix.CheckboxItem>
  );
}

export const MenuLine = () => <Radix.Separator className="ui-menu-line" />;
export const MenuLabel = ({ children }: { readonly children: ReactNode }) => (
  <Radix.Label className="ui-menu-label">{children}</Radix.Label>
);
