/**
 * The library as tiles: search, drag onto the drawing, or press Enter to put one in the middle. It asks for blocks and
 * leaves placing them to the canvas.
 */
import { ChevronRight, Search, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { DragEvent, KeyboardEvent, MouseEvent } from "react";
import { blocks as library } from "../../core/blocks/index.ts";
import type { BlockDefinition, Category } from "../../core/blocks/block.ts";
import { blockTitle } from "../store/blockTitle.ts";
import { registerCommand } from "../store/commands.ts";
import { blockMime, useInsertion } from "../store/insertion.ts";
import { useView } from "../store/view.ts";
import { fit } from "../ui/fuzzy.ts";
import { Glyph } from "../ui/Glyph.tsx";
import { glyphOf } from "../ui/glyphOf.ts";
import { textOr, useText } from "../ui/i18n.ts";
import { Tex } from "../ui/Tex.tsx";
import { Tooltip } from "../ui/Tooltip.tsx";
import "./palette.css";

const categories: readonly Category[] = [
  "state space",
  "sources",
  "sinks",
  "math",
  "continuous",
  "discrete",
  "nonlinear",
  "estimation",
  "routing",
  "structure",
];

/** Within a category the order in which one reaches for them; the rest follow as they are registered. */
const first = [
  ["input", "state", "output", "feedthrough"],
  ["step", "ramp", "sine", "pulse", "constant", "clock", "chirp", "repeating-sequence", "piecewise-linear", "from-csv"],
  ["noise", "uniform-noise", "band-limited-noise", "prbs"],
  ["scope", "xy-scope", "display", "to-csv", "stop", "terminator"],
  ["gain", "sum", "product", "function", "abs", "sign", "power", "square-root", "exp-log", "trigonometry", "min-max"],
  ["dot-product", "rounding", "modulo", "relational", "logical", "switch", "multiport-switch"],
  ["integrator", "transfer-function", "zero-pole", "state-space", "second-order", "lead-lag", "derivative", "pid"],
  ["unit-delay", "delay", "memory", "zero-order-hold", "first-order-hold", "rate-transition"],
  ["saturation", "dead-zone", "rate-limiter", "quantizer", "relay", "backlash", "friction"],
  ["kalman-filter", "extended-kalman-filter", "unscented-kalman-filter", "fixed-lag-smoother"],
  ["mux", "demux", "selector", "bus-creator", "bus-selector", "goto", "from"],
  ["subsystem", "in", "out", "enable", "trigger"],
].flat();
const rank = (definition: BlockDefinition) => {
  const index = first.indexOf(definition.type);
  return index < 0 ? first.length : index;
};

/** What it is called counts more than what it is like: "sine" is the wave before the function. */
const fitOf = (query: string, definition: BlockDefinition): number =>
  Math.max(
    ...[blockTitle(definition), definition.title, definition.type].map((name) => fit(query, name)),
    ...(definition.aliases ?? []).map((name) => fit(query, name) * 0.95),
  );

export function Palette() {
  const t = useText();
  const [query, setQuery] = useState("");
  const folded = useView((view) => view.foldedBlocks);
  const field = useRef<HTMLInputElement>(null);
  const tiles = useRef<HTMLDivElement>(null);

  useEffect(
    () =>
      registerCommand({
        id: "palette.search",
        group: "diagram",
        title: "palette.searchCommand",
        shortcut: "Slash",
        run() {
          useView.getState().set({ paletteOpen: true });
          // An unfolding panel is inert until it is drawn.
          requestAnimationFrame(() => requestAnimationFrame(() => field.current?.select()));
        },
      }),
    [],
  );

  const groups = useMemo(() => {
    const all = [...library.values()];
    if (query.trim() !== "") {
      const found = all
        .map((definition) => ({ definition, score: fitOf(query, definition) }))
        .filter(({ score }) => score > 0)
        .sort((a, b) => b.score - a.score);
      return [{ category: undefined, blocks: found.map(({ definition }) => definition) }];
    }
    return categories
      .map((category) => ({
        category,
        blocks: all.filter((definition) => definition.category === category).sort((a, b) => rank(a) - rank(b)),
      }))
      .filter(({ blocks }) => blocks.length > 0);
  }, [query]);
  const count = groups.reduce((sum, { blocks }) => sum + blocks.length, 0);

  const onFieldKey = (event: KeyboardEvent) => {
    if (event.key === "Escape" && query !== "") {
      setQuery("");
      event.stopPropagation();
    } else if (event.key === "Enter") {
      const best = groups[0]?.blocks[0];
      if (query.trim() !== "" && best) useInsertion.getState().insert(best.type);
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      tiles.current?.querySelector<HTMLElement>(query === "" ? "button" : ".palette-tile")?.focus();
    }
  };

  return (
    <div className="palette">
      <div className="palette-search">
        <Search size={14} aria-hidden="true" />
        <input
          ref={field}
          type="text"
          role="searchbox"
          value={query}
          placeholder={t("palette.search")}
          aria-label={t("palette.search")}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onFieldKey}
        />
        {query === "" ? (
          <kbd aria-hidden="true">/</kbd>
        ) : (
          <button type="button" className="palette-clear" aria-label={t("palette.clear")} onClick={() => setQuery("")}>
            <X size={14} />
          </button>
        )}
      </div>
      <div ref={tiles} className="palette-tiles" onKeyDown={(event) => moveFocus(event, tiles.current, field.current)}>
        {groups.map(({ category, blocks }) => {
          const open = category === undefined || !folded.includes(category);
          return (
            <section key={category ?? "found"} aria-label={category ? t(`category.${category}`) : t("palette.search")}>
              {category && <GroupHead category={category} count={blocks.length} open={open} />}
              {open && (
                <div className="palette-grid">
                  {blocks.map((definition) => (
                    <Tile key={definition.type} definition={definition} />
                  ))}
                </div>
              )}
            </section>
          );
        })}
        {count === 0 && (
          <div className="palette-none" role="status">
            <p>{t("palette.none", { query })}</p>
            <p>{t("palette.noneHint")}</p>
          </div>
        )}
      </div>
    </div>
  );
}

/** Folds its group away, or with Alt every group at once. */
function GroupHead({
  category,
  count,
  open,
}: {
  readonly category: Category;
  readonly count: number;
  readonly open: boolean;
}) {
  const t = useText();
  const fold = (event: MouseEvent) => {
    const { foldedBlocks, set } = useView.getState();
    const others: readonly string[] = event.altKey ? categories : [category];
    set({
      foldedBlocks: open ? [...new Set([...foldedBlocks, ...others])] : foldedBlocks.filter((c) => !others.includes(c)),
    });
  };
  return (
    <h2 className="palette-head">
      <button type="button" aria-expanded={open} title={t("palette.foldHint")} onClick={fold}>
        <ChevronRight size={14} aria-hidden="true" />
        <span>{t(`category.${category}`)}</span>
        <span className="palette-count">{count}</span>
      </button>
    </h2>
  );
}

function Tile({ definition }: { readonly definition: BlockDefinition }) {
  const t = useText();
  const tile = useRef<HTMLButtonElement>(null);
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.setData(blockMime, definition.type);
    event.dataTransfer.effectAllowed = "copy";
    if (tile.current)
      event.dataTransfer.setDragImage(tile.current, tile.current.offsetWidth / 2, tile.current.offsetHeight / 2);
    useInsertion.getState().setDragging(definition.type);
  };
  return (
    <Tooltip
      side="right"
      text={
        <span className="palette-tip">
          <span>{textOr(`block.${definition.type}.summary`, definition.summary)}</span>
          {definition.formula !== undefined && <Tex tex={definition.formula} display />}
          <span className="palette-tip-hint">{t("palette.tileHint")}</span>
        </span>
      }
    >
      <button
        ref={tile}
        type="button"
        className="palette-tile"
        draggable
        data-testid={`tile-${definition.type}`}
        onDragStart={onDragStart}
        onDragEnd={() => useInsertion.getState().setDragging(undefined)}
        onClick={() => useInsertion.getState().insert(definition.type)}
      >
        <Glyph {...glyphOf(definition)} />
        <span className="palette-name">{blockTitle(definition)}</span>
      </button>
    </Tooltip>
  );
}

/** Arrows walk heads and tiles as they lie: two to a row where there is room for two. On a head left folds, right unfolds. */
function moveFocus(event: KeyboardEvent, room: HTMLElement | null, field: HTMLElement | null): void {
  const steps: { readonly [key: string]: readonly [number, number] } = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  const step = steps[event.key];
  const here = document.activeElement;
  if (!step || !room || !(here instanceof HTMLElement) || !room.contains(here)) return;
  event.preventDefault();
  const open = here.getAttribute("aria-expanded");
  if (open !== null && step[1] === 0) {
    if ((open === "true") === step[0] < 0) here.click();
    return;
  }
  const from = here.getBoundingClientRect();
  let best: HTMLElement | undefined;
  let nearest = Number.POSITIVE_INFINITY;
  for (const tile of room.querySelectorAll<HTMLElement>("button")) {
    const to = tile.getBoundingClientRect();
    const dx = (to.left - from.left) * step[0];
    const dy = (to.top - from.top) * step[1];
    const ahead = dx + dy;
    if (ahead < 4) continue;
    const aside = Math.abs(step[0] === 0 ? to.left - from.left : to.top - from.top);
    const distance = ahead + aside * 4;
    if (distance < nearest) {
      nearest = distance;
      best = tile;
    }
  }
  if (best) best.focus();
  else if (event.key === "ArrowUp") field?.focus();
}
