/**
 * Whole random diagrams over the library: sources into blocks of every category, both kinds of time, loops through what remembers
 * and now and then through what does not, some wires by tags or through a bus, some of it inside a subsystem that a signal may
 * enable or trigger. What must hold of them is other files' business.
 */
import fc from "fast-check";
import type { BlockDefinition } from "../../core/blocks/block.ts";
import { compile } from "../../core/compile/compile.ts";
import type { Block, LazoDocument, Wire } from "../../core/diagram/document.ts";
import { group } from "../../core/diagram/group.ts";
import { portsOf } from "../../core/diagram/ports.ts";
import { attachedTo } from "../../core/diagram/attached.ts";
import { everyBlock } from "./blocks/everyBlock.ts";

const text = "t,a\n0,1\n0.4,3\n1.1,2\n";

/** A block that may stand in a diagram of scalar signals. */
export interface Kind {
  readonly type: string;
  readonly version: number;
  readonly params: { readonly [name: string]: string };
  readonly ins: readonly string[];
  readonly outs: readonly string[];
  /** Its outputs don't follow its inputs at once, so that it may be fed from anywhere. */
  readonly breaks: boolean;
}

const apart: ReadonlySet<string> = new Set(["goto", "from", "input", "output", "stop", "bus-creator", "bus-selector"]);
const breaking: ReadonlySet<string> = new Set([
  "integrator",
  "unit-delay",
  "delay",
  "first-order",
  "second-order",
  "state",
  "transfer-function",
  "transport-delay",
]);
const linear: ReadonlySet<string> = new Set([
  "first-order",
  "gain",
  "sum",
  "integrator",
  "lead-lag",
  "second-order",
  "transfer-function",
  "state-space",
  "state",
  "feedthrough",
  "zero-pole",
]);

const document = (
  blocks: readonly Block[],
  wires: readonly Wire[],
  more: Partial<LazoDocument> = {},
): LazoDocument => ({
  format: "lazo",
  version: 1,
  name: "random",
  variables: [],
  root: { blocks, wires, notes: [] },
  run: { stop: "1.5", step: "0.05", solver: "auto" },
  data: { "data.csv": text },
  ...more,
});

const place = (id: string, type: string, params: Block["params"], version = 1): Block => ({
  id,
  name: id,
  type,
  version,
  params,
  at: { x: 0, y: 0 },
});
const join = (id: string, from: string, out: string, to: string, port: string, gain?: string): Wire => ({
  id,
  from: { block: from, port: out },
  to: { block: to, port },
  ...(gain === undefined ? {} : { gain }),
});

/** The kind of a block of the library, if all of its ports are one wide when they are fed scalars. */
function kindOf(definition: BlockDefinition, params: Kind["params"]): Kind[] {
  const { type, version, category } = definition;
  if (apart.has(type) || category === "structure") return [];
  const block = place("it", type, params, version);
  const ports = portsOf(block, new Map(), attachedTo({ "data.csv": text }));
  const visible = (side: "in" | "out"): string[] =>
    Object.entries(ports?.[side] ?? {}).flatMap(([port, { hidden }]) => (hidden ? [] : [port]));
  const [ins, outs] = [visible("in"), visible("out")];
  const alone = document(
    [place("one", "constant", { value: "1" }), block],
    ins.map((port, i) => join(`w${i}`, "one", "out", "it", port)),
  );
  const { ok, widths } = compile(alone);
  if (!ok || [...widths.values()].some((width) => width !== 1)) return [];
  return [
    {
      type,
      version,
      params,
      ins,
      outs,
      breaks:
        breaking.has(type) &&
        !("reset" in params) &&
        params["den"] !== "2" &&
        !(params["num"] ?? "").startsWith("[2, 1, "),
    },
  ];
}

/** Every block, with the parameters that reach its branches, that fits between scalars. */
export const kinds: readonly Kind[] = everyBlock.flatMap(({ definition, params }) => kindOf(definition, params));

export interface Asked {
  /** The most blocks. */
  readonly size?: number;
  /** Only what is linear and continuous, between an Input and an Output. */
  readonly linear?: boolean;
  readonly solvers?: readonly LazoDocument["run"]["solver"][];
}

export interface RandomDiagram {
  readonly document: LazoDocument;
  /** Ids of blocks that may become a subsystem. */
  readonly part: ReadonlySet<string>;
}

/** `document` as a user draws it; it may have a loop that can't be solved, or diverge: that is for engines to agree on. */
export function randomDiagram({
  size = 12,
  linear: onlyLinear = false,
  solvers = ["auto", "rk4", "dopri5", "heun", "bs32", "euler", "dop853", "rk8"],
}: Asked = {}): fc.Arbitrary<RandomDiagram> {
  const sources = kinds.filter((kind) => kind.ins.length === 0 && kind.outs.length > 0);
  const inner = kinds.filter(
    (kind) =>
      kind.ins.length > 0 &&
      (!onlyLinear || linear.has(kind.type)) &&
      (!onlyLinear || !("period" in kind.params) || kind.params["period"] === "continuous"),
  );
  return fc.integer({ min: 2, max: size }).chain((n) => {
    const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: n, maxLength: n });
    return fc
      .record({
        sources: fc.array(fc.nat(999), { minLength: 1, maxLength: 3 }),
        kinds: many(fc.nat(99_999)),
        from: many(fc.array(fc.nat(99_999), { minLength: 8, maxLength: 8 })),
        gains: many(fc.constantFrom(undefined, undefined, "-1", "0.5", "2", "[0.25]")),
        loops: many(fc.nat(99)),
        ways: many(fc.constantFrom("wire", "wire", "wire", "wire", "wire", "wire", "tag", "bus")),
        solver: fc.constantFrom(...solvers),
        part: fc.tuple(fc.nat(n - 1), fc.nat(n - 1)),
        grouped: fc.constantFrom("no", "no", "plain", "enabled", "triggered"),
      })
      .map((plan): RandomDiagram => {
        const blocks: Block[] = [];
        const wires: Wire[] = [];
        /** Every out port there is, and how many of them blocks before the k-th have. */
        const signals: [block: string, port: string][] = [];
        const begin: number[] = [];
        plan.sources.forEach((pick, i) => {
          const kind = sources[pick % sources.length]!;
          const id = onlyLinear ? `u${i}` : `s${i}`;
          blocks.push(
            onlyLinear
              ? place(id, "input", { signal: `sin(${i + 1}*t)` })
              : place(id, kind.type, kind.params, kind.version),
          );
          signals.push([id, onlyLinear ? "u" : kind.outs[0]!]);
        });
        const chosen = plan.kinds.map((pick) => inner[pick % inner.length]!);
        chosen.forEach((kind, i) => {
          begin.push(signals.length);
          blocks.push(place(`b${i}`, kind.type, kind.params, kind.version));
          for (const port of kind.outs) signals.push([`b${i}`, port]);
        });
        const connect = (block: string, out: string, to: string, port: string, gain?: string): void =>
          void wires.push(join(`w${wires.length}`, block, out, to, port, gain));
        const wire = (pick: number, upTo: number, to: string, port: string, gain?: string, way = "wire"): void => {
          const [block, out] = signals[pick % upTo]!;
          const k = wires.length;
          if (way === "tag") {
            blocks.push(place(`goto${k}`, "goto", { tag: `T${k}` }), place(`from${k}`, "from", { tag: `T${k}` }));
            connect(block, out, `goto${k}`, "in");
            connect(`from${k}`, "out", to, port, gain);
          } else if (way === "bus") {
            blocks.push(place(`bus${k}`, "bus-creator", { names: "a, b" }));
            blocks.push(place(`of${k}`, "bus-selector", { names: "b" }));
            connect(signals[0]![0], signals[0]![1], `bus${k}`, "in1");
            connect(block, out, `bus${k}`, "in2");
            connect(`bus${k}`, "out", `of${k}`, "bus");
            connect(`of${k}`, "out1", to, port, gain);
          } else connect(block, out, to, port, gain);
        };
        chosen.forEach((kind, i) => {
          kind.ins.forEach((port, k) => {
            const anywhere = kind.breaks ? signals.length : begin[i]!;
            wire(plan.from[i]![k % 8]!, anywhere, `b${i}`, port, plan.gains[i], plan.ways[i]);
          });
          // A weak wire back, across whatever lies between: often an algebraic loop.
          if (plan.loops[i]! < 6) wire(plan.from[i]![7]!, signals.length, `b${i}`, kind.ins[0]!, "0.1");
        });
        const shown = signals.slice(-3);
        shown.forEach(([block, port], k) => {
          blocks.push(place(`y${k}`, "output", {}));
          wires.push(join(`w${wires.length}`, block, port, `y${k}`, "y"));
        });
        const drawn = document(blocks, wires, { run: { stop: "1.5", step: "0.05", solver: plan.solver } });
        const [a, b] = plan.part;
        const part = new Set(chosen.flatMap((_, i) => (i >= Math.min(a, b) && i <= Math.max(a, b) ? [`b${i}`] : [])));
        const result = plan.grouped === "no" ? drawn : group(drawn, { blocks: part }, "Part");
        const whens: { readonly [grouped: string]: string } = { enabled: "enable", triggered: "trigger" };
        const when = whens[plan.grouped];
        return { document: when === undefined ? result : conditional(result, when, signals[0]!), part };
      });
  });
}

/** The subsystem "Part" with an Enable or a Trigger block, wired to a signal. */
function conditional(drawn: LazoDocument, when: string, [block, port]: readonly [string, string]): LazoDocument {
  const { blocks, wires } = drawn.root;
  const own = blocks.find(({ type }) => type === "subsystem");
  if (!own?.sheet) return drawn;
  const sheet = { ...own.sheet, blocks: [...own.sheet.blocks, place("on", when, {})] };
  return {
    ...drawn,
    root: {
      ...drawn.root,
      blocks: blocks.map((one) => (one === own ? { ...own, sheet } : one)),
      wires: [...wires, join("enabling", block, port, own.id, "on")],
    },
  };
}
