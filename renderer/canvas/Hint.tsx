/** What an empty sheet says: how to begin. */
import { useDocument } from "../store/document.ts";
import { useText } from "../ui/i18n.ts";
import { useSession } from "./session.ts";

export function Hint() {
  const t = useText();
  const empty = useDocument((state) => state.document.root.blocks.length + state.document.root.notes.length === 0);
  const inserting = useSession((state) => state.inserting !== undefined);
  if (!empty || inserting) return null;
  return (
    <div className="canvas-hint" data-testid="canvas-hint">
      <svg width="208" height="56" viewBox="0 0 208 56" aria-hidden="true">
        <path data-kind="input" d="M4 14h30l12 14-12 14H4z" />
        <path data-kind="wire" d="M46 28h34M132 28h32M150 28v-24H64v16h16" />
        <path data-kind="head" d="M80 28l-8-4v8zM80 20l-8-4v8zM164 28l-8-4v8z" />
        <rect data-kind="state" x="80" y="10" width="52" height="36" rx="7" />
        <path data-kind="output" d="M164 28l12-14h28v28h-28z" />
      </svg>
      <p className="canvas-hint-title">{t("canvas.emptyTitle")}</p>
      <p>{t("canvas.emptyDrag")}</p>
      <p>
        {t("canvas.emptyType")} <kbd>Gain 5</kbd> <kbd>↵</kbd>
      </p>
    </div>
  );
}
