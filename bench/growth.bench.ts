/** How compiling grows with the number of blocks, afresh and after one number changed; and that a number changes no structure. */
import { compile } from "../core/index.ts";
import type { LazoDocument } from "../core/index.ts";
import { chain } from "./chain.ts";
import { compiled, engineOf } from "./engine.ts";
import { lags } from "./systems.ts";
import { duration, measure } from "./table.ts";
import type { Table } from "./table.ts";

const sizes = [100, 1000, 10_000] as const;
const drawings: { readonly [name: string]: (blocks: number) => LazoDocument } = {
  chain: (n) => lags("chain", n),
  ring: (n) => lags("ring", n),
  grid: (n) => lags("grid", n),
  nested: (n) => lags("nested", n),
  "Sum, Gain, Integrator, Gain": chain,
};

const countBlocks = (sheet: LazoDocument["root"]): number =>
  sheet.blocks.reduce((sum, block) => sum + (block.sheet ? countBlocks(block.sheet) : 1), 0);

/** The document with its variable `k`, which one wire's gain or one block reads, at another value. */
function withVariable(document: LazoDocument, k: number): LazoDocument {
  return { ...document, variables: [{ name: "k", value: String(k) }] };
}

/** Modules compiled while `work` runs; the empty one (eight bytes) by which it is seen whether there may be any is none. */
function modulesMade(work: () => void): number {
  const { Module } = WebAssembly;
  let made = 0;
  const counting = new Proxy(Module, {
    construct: (target, args: [BufferSource]) => {
      if (args[0].byteLength > 8) made++;
      return new target(...args);
    },
  });
  WebAssembly.Module = counting;
  try {
    work();
  } finally {
    WebAssembly.Module = Module;
  }
  return made;
}

export default function run(): Table {
  const rows = Object.entries(drawings).map(([name, draw]) => {
    const measured = sizes.map((size) => {
      const plain = draw(size);
      const root = plain.root.wires.some((wire) => wire.gain !== undefined)
        ? { ...plain.root, wires: plain.root.wires.map((w, i) => (i === 0 ? { ...w, gain: "k" } : w)) }
        : plain.root;
      const document = withVariable({ ...plain, root }, 2);
      const blocks = countBlocks(document.root);
      const fresh = measure(() => compiled(document)).median;
      const before = compiled(document);
      engineOf(before.model);
      let k = 2;
      const again = measure(
        (next) => compile(next, before),
        () => withVariable(document, (k += 0.125)),
      ).median;
      const other = compiled(withVariable(document, 5), before);
      const made = modulesMade(() => engineOf(other.model));
      return { blocks, fresh, again, kept: other.model.ir === before.model.ir, made };
    });
    const perBlock = measured.map(({ fresh, blocks }) => `${((1000 * fresh) / blocks).toFixed(1)} µs`);
    const [, middle, last] = measured;
    const exponent = Math.log(last!.fresh / middle!.fresh) / Math.log(last!.blocks / middle!.blocks);
    return [
      name,
      measured.map(({ blocks }) => blocks).join(" / "),
      ...perBlock,
      exponent.toFixed(2),
      measured.map(({ again }) => duration(again)).join(" / "),
      measured.every(({ kept }) => kept) ? "kept" : "traced anew",
      String(measured.reduce((sum, { made }) => sum + made, 0)),
    ];
  });
  return {
    title: "Growth: compile time per block, and what one changed number costs",
    columns: [
      "drawing",
      "blocks",
      "100",
      "1,000",
      "10,000",
      "exponent",
      "one number changed",
      "structure",
      "modules made",
    ],
    rows,
    notes: ["Exponent: of the time, from 1,000 to 10,000 blocks; 1 is linear."],
  };
}
