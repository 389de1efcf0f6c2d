/**
 * Every registered block with parameters that reach its branches, alone between Inputs and Outputs: what the tests of all
 * blocks run. A new block is here as soon as it exists.
 */
import { expect } from "vitest";
import type { BlockDefinition } from "../../../core/blocks/block.ts";
import { blocks } from "../../../core/blocks/index.ts";
import { compile } from "../../../core/compile/compile.ts";
import { bindBlock } from "../../../core/diagram/bind.ts";
import { readCsv } from "../../../core/diagram/data.ts";
import type { Block, LazoDocument, Wire } from "../../../core/diagram/document.ts";
import type { Model } from "../../../core/ir/ir.ts";

const data = "# recorded\nt,a,b\n0,1,10\n1,3,20\n2.5,2,50\n";
/** Parameters beside the defaults, to reach every branch: matrices, both kinds of time, both kinds of choice. */
const variants: { readonly [type: string]: readonly { readonly [name: string]: string }[] } = {
  input: [{ names: "a, b", signal: "[sin(t); 2]" }],
  state: [
    { names: "a, b", initial: "[1; 2]" },
    { initial: "1", period: "0.5" },
  ],
  output: [{ names: "a, b" }],
  feedthrough: [{ D: "[1, 2; 3, 4; 5, 6]" }],
  step: [{ time: "1", after: "[2; -3]" }],
  pulse: [{ period: "0.7", duty: "0.3", delay: "0.1", bias: "[1; 2]" }],
  chirp: [{ sweep: "exponential" }],
  noise: [{ mean: "[1; 2]", deviation: "0.5" }],
  "from-csv": [
    { file: "data.csv" },
    { file: "data.csv", values: "b", between: "linear" },
    { file: "data.csv", values: "b", timing: "sample time", every: "0.4" },
    { file: "data.csv", values: "a", timing: "sample time", every: "0.4", between: "linear" },
  ],
  gain: [{ gain: "[1, 2; 3, 4; 5, 6]" }],
  sum: [{ signs: "+--" }],
  product: [{ operations: "*/" }],
  function: [{ formula: "u .^ 2 * sin(t) - exp(-u)" }, { formula: "[u[1] * 2; t]" }],
  integrator: [{ initial: "[1; 2]" }],
  "unit-delay": [{ period: "0.5", initial: "[1; 2]" }],
  "transfer-function": [
    { num: "[2, 1]", den: "[3, 4, 5]" },
    { num: "[2, 1, 7]", den: "[3, 4, 5]" },
    { num: "[2, 1, 0]", den: "[3, 0.4, 0.5]", period: "0.5" },
    { num: "5", den: "2" },
  ],
  "state-space": [
    { A: "[0, 1; -2, -3]", B: "[1, 0; 0, 1]", C: "[1, 0; 0, 1; 1, 1]" },
    { A: "[0.5, 0.1; 0, 0.5]", B: "[0; 1]", C: "[1, 0]", D: "2", period: "0.5" },
  ],
  saturation: [{ lower: "[-1; -2]", upper: "[0.1; 0.2]" }],
  mux: [{ count: "3" }],
  demux: [{ widths: "2, 1" }],
  scope: [{ count: "2" }],
};

const cases = [...blocks.values()].flatMap((definition) =>
  [{}, ...(variants[definition.type] ?? [])].map((params) => ({
    name: `${definition.type} ${JSON.stringify(params)}`,
    definition,
    params,
  })),
);

/** The block between an Input for every in port and an Output for every out port. Inputs stand on variables: v1, v2, ... */
export function between(definition: BlockDefinition, params: { readonly [name: string]: string }): LazoDocument {
  const block: Block = {
    id: "it",
    name: "it",
    type: definition.type,
    version: definition.version,
    params,
    at: { x: 0, y: 0 },
  };
  const table = readCsv("data.csv", data);
  const { ports } = bindBlock(block, definition, new Map(), () => (table.ok ? table.table : undefined));
  const list: Block[] = [block];
  const wires: Wire[] = [];
  const variables: { name: string; value: string }[] = [];
  for (const [port, { width }] of Object.entries(ports.in ?? {})) {
    const n = typeof width === "number" ? width : 2;
    const own = Array.from({ length: n }, () => {
      const name = `v${variables.length + 1}`;
      variables.push({ name, value: String(0.3 + 0.45 * variables.length) });
      return name;
    });
    list.push({
      id: `u-${port}`,
      name: `u ${port}`,
      type: "input",
      version: 1,
      params: { signal: `[${own.join("; ")}]` },
      at: { x: -200, y: 0 },
    });
    wires.push({ id: `in-${port}`, from: { block: `u-${port}`, port: "u" }, to: { block: "it", port } });
  }
  for (const port of Object.keys(ports.out ?? {})) {
    list.push({ id: `y-${port}`, name: `y ${port}`, type: "output", version: 1, params: {}, at: { x: 200, y: 0 } });
    wires.push({ id: `out-${port}`, from: { block: "it", port }, to: { block: `y-${port}`, port: "y" } });
  }
  return {
    format: "lazo",
    version: 1,
    name: definition.type,
    variables,
    root: { blocks: list, wires, notes: [] },
    run: { stop: "3", step: "0.1", solver: "auto" },
    data: { "data.csv": data },
  };
}

export function modelOf(definition: BlockDefinition, params: { readonly [name: string]: string }): Model {
  const compiled = compile(between(definition, params));
  expect(compiled.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  if (!compiled.ok) throw new Error("did not compile");
  return compiled.model;
}

/** Without a file From CSV is an error, and says so. */
export const everyBlock = cases.filter(({ definition, params }) => definition.type !== "from-csv" || "file" in params);
