/** How long it takes to compile a diagram, afresh and after one number changed, to linearize it and to simulate it. */
import { accelerate, compile, linearize, runSettings, simulate } from "../core/index.ts";
import type { LazoDocument } from "../core/index.ts";
import { chain, sizes } from "./chain.ts";
import { timed } from "./table.ts";
import type { Table } from "./table.ts";

export default function run(): Table {
  const rows = sizes.map((size) => {
    const document = chain(size);
    const compiled = compile(document);
    if (!compiled.ok) throw new Error(compiled.problems.map((problem) => problem.message).join("\n"));
    const { model } = compiled;
    const { settings } = runSettings(document, true);
    let k = 2;
    const other = (): LazoDocument => ({ ...document, variables: [{ name: "k", value: String((k += 0.125)) }] });
    return [
      String(document.root.blocks.length),
      String(model.ir.flow.length),
      timed(() => compile(document)),
      timed(() => compile(other(), compiled)),
      timed(() => linearize(model)),
      timed(() => simulate(accelerate(model).engine, model.ir, settings)),
    ];
  });
  return {
    title: "Compile: one thread of Node, median of several",
    columns: ["blocks", "states", "compile", "compile again, one number changed", "A B C D", "simulate 1,000 steps"],
    rows,
  };
}
