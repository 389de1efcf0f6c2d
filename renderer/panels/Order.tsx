/** The order in which blocks work at an event, with when each does, and algebraic loops as one. A click goes to the block. */
import { ListOrdered, RefreshCw } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { OrderView } from "../engine/protocol.ts";
import { useDocument } from "../store/document.ts";
import { placeOf } from "../store/places.ts";
import { useResults } from "../store/results.ts";
import { useSelection } from "../store/selection.ts";
import { Empty } from "../ui/Empty.tsx";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import { engine } from "./engine.ts";
import { whenText } from "./whenText.ts";
import "./order.css";

const rowHeight = 26;

export function Order() {
  const text = useText();
  const entries = useOrder();
  const room = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 240 });
  const none = entries === undefined || entries.length === 0;
  useEffect(() => {
    const element = room.current;
    if (!element) return undefined;
    const size = new ResizeObserver(() => setScroll((now) => ({ ...now, height: element.clientHeight })));
    size.observe(element);
    return () => size.disconnect();
  }, [none]);

  if (none)
    return (
      <Empty icon={<ListOrdered size={22} />} title={text("order.none")}>
        {text("order.none.next")}
      </Empty>
    );
  // Only the rows on the screen exist: ten thousand blocks scroll like ten.
  const first = Math.max(0, Math.min(Math.floor(scroll.top / rowHeight) - 1, entries.length - 1));
  const last = Math.min(entries.length, first + Math.ceil(scroll.height / rowHeight) + 3);
  return (
    <div
      className="order"
      ref={room}
      tabIndex={0}
      role="region"
      aria-label={text("dock.order")}
      onScroll={(event) => setScroll({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      <div className="order-head" aria-hidden="true">
        <span />
        <span>{text("order.head.does")}</span>
        <span>{text("order.head.block")}</span>
        <span className="order-when">{text("order.head.when")}</span>
      </div>
      <ol style={{ height: entries.length * rowHeight, paddingTop: first * rowHeight }}>
        {entries.slice(first, last).map((entry, k) => (
          <Row key={first + k} number={first + k + 1} entry={entry} />
        ))}
      </ol>
    </div>
  );
}

function Row({ number, entry }: { readonly number: number; readonly entry: OrderView[number] }) {
  const text = useText();
  const { does, blocks, when, rcond } = entry;
  return (
    <li className="order-row" data-does={does} value={number}>
      <span className="order-number">{number}</span>
      <span className="order-does">{text(`order.${does}`)}</span>
      <span className="order-blocks">
        {does === "loop" && <RefreshCw size={12} aria-hidden="true" />}
        {blocks.map((block, k) => (
          <span key={k}>
            {k > 0 && " → "}
            <button type="button" onClick={() => reveal(block)}>
              {block}
            </button>
          </span>
        ))}
        {does === "loop" && blocks.length > 1 && ` → ${blocks[0]}`}
      </span>
      {rcond !== undefined && <span className="order-rcond">rcond {written(rcond, 2)}</span>}
      <span className="order-when">{when.map((word) => whenText(word, text)).join(", ")}</span>
    </li>
  );
}

function reveal(path: string): void {
  const place = placeOf(useDocument.getState().document, path);
  if (place.kind === "block") useSelection.getState().revealBlock(place.block.id);
}

/** Asked anew for each document that compiles, while the list is looked at. */
function useOrder(): OrderView | undefined {
  const document = useDocument((state) => state.document);
  const ok = useResults((results) => results.compiled?.ok === true);
  const [entries, setEntries] = useState<OrderView>();
  useEffect(() => {
    if (!ok) return undefined;
    let here = true;
    void engine()
      .ask(document, { kind: "order" })
      .then((answer) => {
        if (here && answer?.kind === "order") setEntries(answer.entries);
      });
    return () => {
      here = false;
    };
  }, [document, ok]);
  return ok ? entries : undefined;
}
