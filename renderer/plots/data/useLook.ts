/** What the worker says a plot of a data set draws, asked for again with every step, channel and zoom; the newest answer counts. */
import { useEffect, useRef, useState } from "react";
import type { Channel, DataSet } from "../../../core/diagram/document.ts";
import { lookAt, selectionOf } from "../../engine/dataClient.ts";
import type { Look, PreparedRefusal } from "../../engine/dataProtocol.ts";
import type { TimeWindow } from "../scopeState.ts";

export interface Looking {
  readonly seen: Seen | undefined;
  /** What is shown is not yet what was asked for, and has not been for a while. */
  readonly late: boolean;
  readonly window: TimeWindow | undefined;
  readonly setWindow: (window: TimeWindow | undefined) => void;
  readonly stacked: boolean;
  readonly setStacked: (stacked: boolean) => void;
}

/** An answer and what it answers. */
export interface Seen {
  readonly look: Look | PreparedRefusal;
  /** In the order of its traces. */
  readonly columns: readonly number[];
  /** Each channel in a pane of its own. */
  readonly stacked: boolean;
}

/** ms without an answer before that is told. */
const patience = 300;

export function useLook(set: DataSet, plotted: readonly Channel[]): Looking {
  const [window, setWindow] = useState<TimeWindow>();
  const [stacked, setStacked] = useState(true);
  const [seen, setSeen] = useState<Seen>();
  const [late, setLate] = useState(false);
  const newest = useRef(0);
  const columns = plotted.map(({ column }) => column);
  const time = set.channels.find(({ role }) => role === "time")?.column;
  // Names, units and roles of the others change nothing that is drawn.
  const key = JSON.stringify([set.id, columns, time, set.every, set.steps, window, stacked]);
  useEffect(() => {
    const of = selectionOf(set, columns);
    const mine = ++newest.current;
    if (!of) return;
    const timer = setTimeout(() => setLate(true), patience);
    void lookAt(of, window, stacked).then((look) => {
      if (newest.current !== mine) return;
      clearTimeout(timer);
      setLate(false);
      setSeen({ look, columns, stacked });
      // Steps may leave less than was looked at.
      if (look.ok && window && (window[0] < look.whole[0] || window[1] > look.whole[1])) setWindow(undefined);
    });
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  return { seen, late, window, setWindow, stacked, setStacked };
}
