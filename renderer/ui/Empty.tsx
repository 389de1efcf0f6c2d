/** What an empty panel says: what would be here, and what to do next. */
import type { ReactNode } from "react";

export function Empty({
  icon,
  title,
  children,
}: {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="ui-empty">
      {icon !== undefined && <div className="ui-empty-icon">{icon}</div>}
      <div className="ui-empty-title">{title}</div>
      {children !== undefined && <div className="ui-empty-text">{children}</div>}
    </div>
  );
}
