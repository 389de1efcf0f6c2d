/** The box that opens where one types or double-clicks: a block by its name, with a value if one is typed after it. */
import { useMemo } from "react";
import type { BlockDefinition } from "../../core/blocks/block.ts";
import { blocks as library } from "../../core/blocks/index.ts";
import { blockTitle } from "../store/blockTitle.ts";
import { useSheet } from "../store/sheet.ts";
import { PickList } from "../ui/PickList.tsx";
import { Glyph } from "../ui/Glyph.tsx";
import { useText } from "../ui/i18n.ts";
import { glyphOf } from "../ui/glyphOf.ts";
import { searchBlocks } from "./blockSearch.ts";
import { insertBlock } from "./changes.ts";
import { focusCanvas, useSession } from "./session.ts";

const portTypes: ReadonlySet<string> = new Set(["in", "out", "enable", "trigger"]);

export function QuickInsert({ width, height }: { readonly width: number; readonly height: number }) {
  const t = useText();
  const inserting = useSession((state) => state.inserting);
  const query = inserting?.query ?? "";
  const from = inserting?.from;
  const inside = useSheet((state) => state.trail.length > 0);
  const found = useMemo(() => {
    // What is a port of a subsystem means nothing outside of one.
    const fitting = [...library.values()].filter(({ type }) => inside || !portTypes.has(type));
    const list = searchBlocks(query, fitting);
    // A wire wants a block that can take its other end.
    const wanted = from?.direction === "out" ? "in" : "out";
    return from === undefined ? list : list.filter(({ definition }) => hasPort(definition, wanted));
  }, [query, from, inside]);
  if (!inserting) return null;

  const close = () => useSession.setState({ inserting: undefined });
  const shown = found.slice(0, 40);
  const left = Math.max(8, Math.min(inserting.screen.x - 16, width - 308));
  const top = Math.max(8, Math.min(inserting.screen.y - 18, height - 328));
  return (
    <div className="canvas-popup" style={{ left, top }} data-testid="quick-insert">
      <PickList
        label={t("canvas.insert")}
        placeholder={t("canvas.insertHint")}
        query={query}
        none={t("canvas.insertNone", { query })}
        footer={t("canvas.insertFooter")}
        items={shown.map(({ definition, params }) => ({
          key: definition.type,
          label: blockTitle(definition),
          icon: <Glyph {...glyphOf(definition)} />,
          detail: Object.values(params)[0] ?? t(`category.${definition.category}`),
        }))}
        onQuery={(text) => useSession.setState({ inserting: { ...inserting, query: text } })}
        onPick={(type) => {
          const picked = shown.find(({ definition }) => definition.type === type);
          if (!picked) return;
          close();
          insertBlock(picked.definition, inserting.at, {
            params: picked.params,
            from: inserting.from,
            // Several are typed one after the other, with the pointer at rest.
            free: inserting.from === undefined,
          });
          focusCanvas();
        }}
        onClose={() => {
          close();
          focusCanvas();
        }}
      />
    </div>
  );
}

function hasPort({ type, ports }: BlockDefinition, direction: "in" | "out"): boolean {
  // A new subsystem has one of each.
  if (type === "subsystem") return true;
  // Ports that depend on parameters: such blocks have both kinds, or show it only once they are bound.
  if (typeof ports === "function") return type !== (direction === "in" ? "in" : "out");
  return Object.values(ports[direction] ?? {}).some((port) => port.hidden !== true);
}
