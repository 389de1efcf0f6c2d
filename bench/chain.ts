/** Diagrams of any size to measure on: a chain of feedback loops, each a Sum, a Gain, an Integrator and a Gain back. */
import type { Block, LazoDocument, Wire } from "../core/index.ts";

/** The sizes that every benchmark prints. */
export const sizes = [10, 100, 1000] as const;

const perLoop = 4;
const loopsARow = 10;

/** About `blocks` blocks: an Input, an Output, and as many first-order loops between them as fit. `k` tunes the first. */
export function chain(blocks: number): LazoDocument {
  const loops = Math.max(1, Math.floor((blocks - 2) / perLoop));
  const all: Block[] = [];
  const wires: Wire[] = [];
  const block = (id: string, type: string, params: Block["params"], x: number, y: number) =>
    all.push({ id, name: id, type, version: 1, params, at: { x, y } });
  const wire = (from: string, out: string, to: string, port: string) =>
    wires.push({ id: `w${wires.length + 1}`, from: { block: from, port: out }, to: { block: to, port } });

  block("Feed", "input", { signal: "1" }, 0, 0);
  let last: readonly [block: string, port: string] = ["Feed", "u"];
  for (let i = 1; i <= loops; i++) {
    const x = 160 + ((i - 1) % loopsARow) * 480;
    const y = Math.floor((i - 1) / loopsARow) * 240;
    block(`Sum${i}`, "sum", { signs: "+-" }, x, y);
    block(`Gain${i}`, "gain", { gain: i === 1 ? "k" : String(1 + (i % 7) / 4) }, x + 120, y);
    block(`Level${i}`, "integrator", { initial: "0" }, x + 240, y);
    block(`Back${i}`, "gain", { gain: String(1 + (i % 3) / 8) }, x + 120, y + 96);
    wire(...last, `Sum${i}`, "in1");
    wire(`Sum${i}`, "out", `Gain${i}`, "in");
    wire(`Gain${i}`, "out", `Level${i}`, "in");
    wire(`Level${i}`, "out", `Back${i}`, "in");
    wire(`Back${i}`, "out", `Sum${i}`, "in2");
    last = [`Level${i}`, "out"];
  }
  block("Out", "output", {}, 160 + loopsARow * 480, 0);
  wire(...last, "Out", "y");
  // The far end of a long chain hardly moves in ten seconds; the near end always does.
  if (loops > 1) wire("Level1", "out", "Out", "y");
  return {
    format: "lazo",
    version: 1,
    name: `Chain of ${all.length} blocks`,
    variables: [{ name: "k", value: "2" }],
    root: { blocks: all, wires, notes: [] },
    run: { stop: "10", step: "0.01", solver: "auto" },
  };
}
