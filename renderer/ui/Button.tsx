/** Buttons: a labelled one, and one that is only an icon and therefore must have a name, shown as its tooltip. */
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { Tooltip } from "./Tooltip.tsx";

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children" | "className">;

export interface ButtonProps extends Native {
  readonly kind?: "primary" | "plain" | "quiet" | "danger";
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  /** Shown on hover, with the shortcut. */
  readonly tip?: string;
  readonly shortcut?: string;
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = "plain", icon, children, tip, shortcut, ref, ...rest }: ButtonProps) {
  const button = (
    <button type="button" ref={ref} {...rest} className={`ui-button ui-button-${kind}`}>
      {icon}
      <span className="ui-button-label">{children}</span>
    </button>
  );
  return tip === undefined ? (
    button
  ) : (
    <Tooltip text={tip} shortcut={shortcut}>
      {button}
    </Tooltip>
  );
}

export interface IconButtonProps extends Native {
  readonly label: string;
  readonly icon: ReactNode;
  readonly shortcut?: string;
  /** For a button that stays down. */
  readonly pressed?: boolean;
  readonly side?: "top" | "bottom" | "left" | "right";
  readonly ref?: Ref<HTMLButtonElement>;
}

export function IconButton({ label, icon, shortcut, pressed, side, ref, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut} side={side}>
      <button type="button" ref={ref} aria-label={label} aria-pressed={pressed} {...rest} className="ui-icon-button">
        {icon}
      </button>
    </Tooltip>
  );
}
