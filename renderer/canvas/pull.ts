/** Pulling one end of a wire off its port and onto another. Let go beside every port, the wire stays as it was. */
import type { PointerEvent } from "react";
import type { Point, Wire } from "../../core/diagram/document.ts";
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
  const onMove = (move: globalThis.PointerEvent) => set({ pulling: { wire: wire.id, end, at: place(move) } });
  const finish = () => {
    set({ pulling: undefined });
    globalThis.removeEventListener("pointermove", onMove);
    globalThis.removeEventListener("pointerup", onUp);
    globalThis.removeEventListener("keydown", onKey, true);
  };
  const onUp = (up: globalThis.PointerEvent) => {
    finish();
    const target = nearestPort(place(up), direction, catching);
    if (!target) return;
    const ref = { block: target.block.id, port: target.port.name };
    if (ref.block !== wire[end].block || ref.port !== wire[end].port) reconnect(wire.id, end, ref);
  };
  const onKey = (key: KeyboardEvent) => {
    if (key.key !== "Escape") return;
    key.stopPropagation();
    finish();
  };
  globalThis.addEventListener("pointermove", onMove);
  globalThis.addEventListener("pointerup", onUp);
  globalThis.addEventListener("keydown", onKey, true);
}
