/** Pulling one end of a wire off its port and onto another. Let go beside every port, the wire stays as it was. */
import type { PointerEvent } from "react";
import type { Point, Wire } from "../../core/diagram/document.ts";
import { followDrag } from "../ui/followDrag.ts";
import { reconnect } from "./changes.ts";
import { nearestPort } from "./present.ts";
import { useSession } from "./session.ts";

/** Px around a port in which it catches a wire. */
export const catching = 28;

export function pullEnd(wire: Wire, end: "from" | "to", event: PointerEvent, toSheet: (screen: Point) => Point): void {
  const direction = end === "from" ? "out" : "in";
  const { set } = useSession.getState();
  const place = (move: { clientX: number; clientY: number }) => toSheet({ x: move.clientX, y: move.clientY });
  set({ pulling: { wire: wire.id, end, at: place(event) } });
  followDrag(event, {
    move: (move) => set({ pulling: { wire: wire.id, end, at: place(move) } }),
    end: (kept, by) => {
      set({ pulling: undefined });
      const target = kept && "clientX" in by ? nearestPort(place(by), direction, catching) : undefined;
      if (!target) return;
      const ref = { block: target.block.id, port: target.port.name };
      if (ref.block !== wire[end].block || ref.port !== wire[end].port) reconnect(wire.id, end, ref);
    },
  });
}
