/** The way to the sheet shown, from the diagram inwards; a click goes there. At the root there is nothing to say. */
import { ChevronRight, CornerLeftUp } from "lucide-react";
import { Fragment } from "react";
import { ownersOf } from "../../core/diagram/trail.ts";
import { useDocument } from "../store/document.ts";
import { useSheet } from "../store/sheet.ts";
import { IconButton } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { focusCanvas } from "./session.ts";
import { goUp, showSheet } from "./sheets.ts";

export function Breadcrumb() {
  const t = useText();
  const trail = useSheet((state) => state.trail);
  const document = useDocument((state) => (trail.length === 0 ? undefined : state.document));
  if (!document) return null;
  const steps = [{ name: document.name, to: [] as readonly string[] }].concat(
    ownersOf(document, trail).map(({ name }, i) => ({ name, to: trail.slice(0, i + 1) })),
  );
  return (
    <nav className="canvas-breadcrumb" aria-label={t("canvas.breadcrumb")}>
      <IconButton label={t("canvas.up")} icon={<CornerLeftUp size={14} />} shortcut="Alt+ArrowUp" onClick={goUp} />
      <ol>
        {steps.map(({ name, to }, i) => (
          <Fragment key={to.join("/")}>
            {i > 0 && (
              <li aria-hidden="true" className="canvas-breadcrumb-then">
                <ChevronRight size={13} />
              </li>
            )}
            <li>
              {i === steps.length - 1 ? (
                <span aria-current="page">{name}</span>
              ) : (
                <button
                  type="button"
                  onClick={() => {
                    showSheet(to);
                    focusCanvas();
                  }}
                >
                  {name}
                </button>
              )}
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  );
}
