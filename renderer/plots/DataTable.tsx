/** The samples of a view as a table. Only the rows on the screen exist; a million samples scroll like ten. */
import { Copy, Table2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useResults } from "../store/results.ts";
import { Button } from "../ui/Button.tsx";
import { Empty } from "../ui/Empty.tsx";
import { written } from "../ui/figures.ts";
import { useText } from "../ui/i18n.ts";
import { useNotices } from "../store/notices.ts";
import { Swatch } from "./Legend.tsx";
import { tabbed } from "./runTable.ts";
import { ScopeTools } from "./ScopeTools.tsx";
import { useScope } from "./scopeState.ts";
import { chooseView, signalsOf } from "./signals.ts";
import "./plots.css";

const rowHeight = 24;
/** Browsers cap the height of an element; past this many rows the scroll bar counts proportionally. */
const tallest = 400_000;

export function DataTable() {
  const text = useText();
  const run = useResults((results) => results.run);
  const block = useScope((scope) => scope.block);
  const room = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 240 });
  const view = run && chooseView(run, block);
  const signals = useMemo(() => (run && view ? signalsOf(run, view) : []), [run, view]);
  const count = run?.result.t.length ?? 0;
  const empty = count === 0;

  useEffect(() => {
    const element = room.current;
    if (!element) return undefined;
    const size = new ResizeObserver(() => setScroll((now) => ({ ...now, height: element.clientHeight })));
    size.observe(element);
    return () => size.disconnect();
  }, [empty]);

  if (!run || !view || count === 0) {
    return (
      <Empty icon={<Table2 size={22} />} title={text("plots.noData")}>
        {text("plots.noData.next")}
      </Empty>
    );
  }

  const { t } = run.result;
  const onScreen = Math.ceil(scroll.height / rowHeight) + 2;
  const tall = Math.min(count, tallest);
  const reach = Math.max(1, (tall + 1) * rowHeight - scroll.height);
  const first =
    count <= tallest
      ? Math.max(0, Math.min(Math.floor(scroll.top / rowHeight), count - onScreen))
      : Math.round(Math.min(1, scroll.top / reach) * Math.max(0, count - onScreen + 2));
  const last = Math.min(count, first + onScreen);
  const above = Math.min(count <= tallest ? first * rowHeight : scroll.top, tall * rowHeight);
  const rows: number[] = [];
  for (let i = first; i < last; i++) rows.push(i);

  return (
    <div
      className="plots-table"
      ref={room}
      tabIndex={0}
      role="region"
      aria-label={text("plots.samplesOf", { block: view.block })}
      onScroll={(event) => setScroll({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      <table aria-rowcount={count + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">t (s)</th>
            {signals.map((signal) => (
              <th scope="col" key={signal.path} title={signal.path}>
                <Swatch signal={signal} /> {signal.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr aria-hidden="true" style={{ height: above }} />
          {rows.map((i) => (
            <tr key={i} aria-rowindex={i + 2}>
              <th scope="row">{number(t[i]!)}</th>
              {signals.map((signal) => (
                <td key={signal.path}>{number(signal.values[i]!)}</td>
              ))}
            </tr>
          ))}
          <tr aria-hidden="true" style={{ height: Math.max(0, (tall - (last - first)) * rowHeight - above) }} />
        </tbody>
      </table>
    </div>
  );
}

/** Enough figures to read; every digit goes into the copy and the file. */
const number = (value: number): string => written(value, 10);

export function DataTools() {
  const text = useText();
  const run = useResults((results) => results.run);
  const block = useScope((scope) => scope.block);
  const show = useNotices((notices) => notices.show);
  const view = run && chooseView(run, block);
  if (!run || !view || run.result.t.length === 0) return null;
  const { t } = run.result;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(tabbed(t, signalsOf(run, view)));
      show({ id: "copied", tone: "success", text: text("plots.copied", { count: t.length }), expires: 2500 });
    } catch {
      show({ id: "copied", tone: "error", text: text("plots.notCopied"), expires: 6000 });
    }
  };
  return (
    <>
      <Button kind="quiet" icon={<Copy size={15} />} tip={text("plots.copyAll")} onClick={() => void copy()}>
        {text("plots.copy")}
      </Button>
      <ScopeTools plots={false} />
    </>
  );
}
