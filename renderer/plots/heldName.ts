/** What tells a held run from the present one: the values of its own that the diagram no longer has. */
import type { Block, LazoDocument, Sheet } from "../../core/diagram/document.ts";

/** "c = 2", "Gain.gain = 5", "stop = 20", as they were in `then`; empty where only the drawing differs, or nothing does. */
export function differences(then: LazoDocument, now: LazoDocument): readonly string[] {
  if (then === now) return [];
  const found: string[] = [];
  for (const { name, value } of then.variables) {
    const same = now.variables.find((variable) => variable.name === name);
    if (same?.value !== value) found.push(`${name} = ${value}`);
  }
  if (then.root !== now.root) inSheet(then.root, now.root, "", found);
  for (const key of ["stop", "step", "solver", "rtol", "atol", "maxStep"] as const) {
    const value = then.run[key];
    if (value !== undefined && value !== now.run[key]) found.push(`${key} = ${value}`);
  }
  return found;
}

function inSheet(then: Sheet, now: Sheet, prefix: string, found: string[]): void {
  const blocks = new Map(now.blocks.map((block) => [block.id, block]));
  for (const block of then.blocks) {
    const same = blocks.get(block.id);
    if (!same || same === block) continue;
    inBlock(block, same, prefix + block.name, found);
    if (block.sheet && same.sheet && block.sheet !== same.sheet)
      inSheet(block.sheet, same.sheet, `${prefix}${block.name}/`, found);
  }
  const wires = new Map(now.wires.map((wire) => [wire.id, wire]));
  for (const wire of then.wires) {
    const same = wires.get(wire.id);
    if (!same || same === wire || same.gain === wire.gain) continue;
    const end = (id: string) => then.blocks.find((block) => block.id === id)?.name ?? "?";
    found.push(`${prefix}${end(wire.from.block)} → ${end(wire.to.block)}: ${wire.gain ?? "1"}`);
  }
}

function inBlock(then: Block, now: Block, path: string, found: string[]): void {
  if (then.params === now.params) return;
  for (const [name, value] of Object.entries(then.params))
    if (now.params[name] !== value) found.push(`${path}.${name} = ${value}`);
}
