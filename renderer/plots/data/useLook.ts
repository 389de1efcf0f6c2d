/** What the worker says a plot of a data set draws, asked for again with every step, channel and zoom; the newest answer counts. */
import { useEffect, useRef, useState } from "react";
import type { Channel, DataSet } from "../../../core/diagram/document.ts";
import { lookAt, selectionOf } from "../../engine/dataClient.ts";
import type { Look, PreparedRefusal } from "../../engine/dataProtocol.ts";
import type { TimeWindow } from "../scopeState.ts";

export interface Looking {
  readonly look: Look | PreparedRefusal | undefined;
  /** The columns that `look` has, in their order. */
  readonly columns: readonly number[];
  readonly window: TimeWindow | undefined;
  readonly setWindow: (window: TimeWindow | undefined) => void;
}

export function useLook(set: DataSet, plotted: readonly Channel[]): Looking {
  const [window, setWindow] = useState<TimeWindow>();
  const [seen, setSeen] = useState<{ readonly look: Look | PreparedRefusal; readonly columns: readonly number[] }>();
  const newest = useRef(0);
  const columns = plotted.map(({ column }) => column);
  const time = set.channels.find(({ role }) => role === "time")?.column;
  // Names, units and roles of the others change nothing that is drawn.
  const key = JSON.stringify([set.id, columns, time, set.every, set.steps, window]);
  useEffect(() => {
    const of = selectionOf(set, columns);
    const mine = ++newest.current;
    if (!of) return;
    void lookAt(of, window).then((look) => {
      if (newest.current !== mine) return;
      setSeen({ look, columns });
      // Steps may leave less than was looked at.
      if (look.ok && window && (window[0] < look.whole[0] || window[1] > look.whole[1])) setWindow(undefined);
    });
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  return { look: seen?.look, columns: seen?.columns ?? [], window, setWindow };
}
