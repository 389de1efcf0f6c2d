/**
 * Prints `createEngine(driven)`: the model as an object of core/sim/engine.ts's kind, for the same solver as everywhere else.
 * `driven` says whether the diagram drives its external inputs or the caller sets them.
 */
import { slotsOf } from "../../expr/walk.ts";
import { slotsWritten } from "../../ir/dependence.ts";
import { flowJacobian } from "../../ir/jacobian.ts";
import type { Ir, Latch, Model } from "../../ir/ir.ts";
import { undriven } from "../../ir/undriven.ts";
import type { Engine } from "../../sim/engine.ts";
import { interpret } from "../../sim/interpret.ts";
import { numberText, textLiteral, wrapped } from "../literals.ts";
import { loopCells, neededSteps, printAlgebra, printCells, printInstants, printValues } from "./equations.ts";
import type { Program } from "./equations.ts";

export function printEngine(model: Model): string {
  const { ir, values } = model;
  const algebra = printAlgebra(ir, "algebra", ir.algebra);
  const flowAlgebra = printAlgebra(
    ir,
    "flowAlgebra",
    neededSteps(
      ir,
      ir.flow.flatMap(({ expr }) => slotsOf(expr)),
    ),
  );
  const flow = printValues(
    "flow",
    "derivative",
    ir.flow.map(({ expr }, at) => ({ at, expr })),
  );
  const updates = ir.tasks.map((task, k) =>
    printValues(
      `update${k}_`,
      "next",
      task.updates.map(({ expr }, at) => ({ at, expr })),
    ),
  );
  const closed = new Set(ir.instants.map(({ step }) => step));
  const modes = ir.algebra.flatMap((step, i) =>
    step.do === "latch" && step.task === undefined ? [{ ...step, closed: closed.has(i) }] : [],
  );
  const searched = modes.flatMap((mode, at) => (mode.closed ? [] : [{ at, expr: mode.arg }]));
  const guards = printValues("guards", "distance", searched);
  const delays = ir.algebra.filter((step) => step.do === "delay");
  const reactions = [
    ...ir.resets.flatMap(({ to, block }) => to.map(({ slot, expr }) => ({ slot, expr, block }))),
    ...ir.memories.map(({ slot, arg, block }) => ({ slot, expr: arg, block })),
  ];
  const react = printValues(
    "react",
    "after",
    reactions.map(({ expr }, at) => ({ at, expr })),
  );
  const begin = printValues(
    "begin",
    "after",
    ir.starts.map(({ expr }, at) => ({ at, expr })),
  );
  const jacobian = printJacobian(model);
  const loops = [...loopCells(ir)];
  const cells = ir.slots.length + loops.reduce((n, [, kept]) => n + kept.length, 0);
  const settle = [...(algebra.calls.length > 0 ? ["const due = undefined;"] : []), ...algebra.calls];
  const follows = loops.some(([{ task }]) => task === undefined);

  return `${tables(ir, values, modes)}

const jumps: readonly JumpOfSlots[] = [${ir.resets.map(({ when, to }) => `{ when: ${when}, states: [${to.map(({ slot }) => slot).join(", ")}] }`).join(", ")}];
${loops.length > 0 ? `const loops: readonly LoopCells[] = [${loops.map(([{ unknowns }, kept]) => printCells(unknowns, kept)).join(", ")}];\n` : ""}const remembered: readonly number[] = [${ir.memories.map(({ slot }) => slot).join(", ")}];
const jumpBlocks: readonly (readonly [number, string])[] = [${reactions.map(({ slot, block }) => `[${slot}, ${textLiteral(block)}]`).join(", ")}];
/** How long each delay is, s. */
const delayTimes: readonly number[] = [${interpret(model)
    .delays.map(({ time }) => numberText(time))
    .join(", ")}];

${[algebra, flowAlgebra, flow, ...updates, guards, react, begin, ...jacobian.programs].flatMap(({ functions }) => functions).join("\n\n")}

${printInstants(ir).join("\n\n")}

function createEngine(driven: boolean): Engine {
  const m = new Float64Array(${cells});
  m.set(startValues);${loops.length > 0 ? "\n  keepLoops(m, loops);" : ""}
  const own: EngineNotes = {
    driven,
    failure: undefined,
    changed: -1,
    series: [${ir.series.map((one, k) => (one.from === undefined ? `series[${k}]!` : `m.subarray(${one.from}, ${one.from + one.values.length})`)).join(", ")}],
    delays: [${delays.map(({ from }, k) => `noPast(${from}, delayTimes[${k}]!)`).join(", ")}],
  };
  const after = new Float64Array(${Math.max(reactions.length, ir.starts.length)});
  const engine: Engine = {
    memory: m,
    states: [${ir.flow.map(({ slot }) => slot).join(", ")}],
    tasks: [${ir.tasks.map(task).join(", ")}],
    instantCount: ${ir.instants.length},
    modeCount: ${modes.length},
    ...${character(model)},
${jacobian.field}    settle() {
${body(settle)}
    },
    refresh(due) {
${body([...(algebra.calls.length > 0 ? algebra.calls : ["void due;"]), ...(loops.length > 0 ? ["keepLoops(m, loops);"] : [])])}
    },${follows ? `\n    follow() {\n${body([...settle, "keepLoops(m, loops);"])}\n    },` : ""}
    flow(derivative) {
${body([...(flowAlgebra.calls.length > 0 ? ["const due = undefined;"] : []), ...flowAlgebra.calls, ...(flow.calls.length > 0 ? flow.calls : ["void derivative;"])])}
    },
    update(task, next) {
${body(
  switched(
    "task",
    updates.map(({ calls }) => calls),
    "next",
  ),
)}
    },
    guards(distance) {
${body([...guards.calls, "modeDistances(m, modes, own.series, distance);"])}
    },
    reacts: ${reactions.length > 0},
    react() {
${body([...react.calls, "return putTogether(m, own, after, jumps, remembered);"])}
    },
    reacting: () => jumpBlocks.find(([slot]) => slot === own.changed)?.[1] ?? "",
    begin() {
${body([...begin.calls, `return putTogether(m, own, after, [], [${ir.starts.map(({ slot }) => slot).join(", ")}]);`])}
    },
    stopped: () => ${ir.stops.map(({ slot, block }) => `m[${slot}] !== 0 ? ${textLiteral(block)} : `).join("")}undefined,
    delays: own.delays,
    nextInstant(k, t) {
${body([...ir.instants.map((_, k) => `if (k === ${k}) return instant${k}(m, own, t);`), "return k < 0 || t > 0 ? Infinity : Infinity;"])}
    },
    notFinite: () => firstNotFinite(engine, places, blocks),
    failedLoop() {
      const failure = own.failure;
      own.failure = undefined;
      return failure;
    },
    modePlace: (mode) => placeOf(modes[mode]!.slot, places, blocks),
    statePlace: (k) => placeOf(engine.states[k]!, places, blocks),
    taskPlace: (task, k) => placeOf(engine.tasks[task]!.states[k]!, places, blocks),
  };
  return engine;
}`;
}

/** The symbolic Jacobian, with and without the drives (of which only the column of time may differ). */
function printJacobian(model: Model): { readonly programs: readonly Program[]; readonly field: string } {
  const cut = undriven(model);
  const programs: Program[] = [];
  const print = (ir: Ir, name: string): string => {
    const entries = flowJacobian(ir);
    // Differences cost less than a file that nobody can open.
    if (!entries || entries.length === 0 || entries.length > 20000) return "undefined";
    const program = printValues(
      name,
      "values",
      entries.map(({ expr }, at) => ({ at, expr })),
    );
    programs.push(program);
    const list = (numbers: readonly number[]): string => `new Int32Array([${numbers.join(", ")}])`;
    return `{
      rows: ${list(entries.map(({ row }) => row))},
      columns: ${list(entries.map(({ column }) => column))},
      evaluate(values: Float64Array): void {
${program.calls.map((line) => `        ${line}`).join("\n")}
      },
    }`;
  };
  const withDrives = print(model.ir, "jacobian");
  if (cut === model)
    return { programs, field: withDrives === "undefined" ? "" : `    jacobian: () => (${withDrives}),\n` };
  return { programs, field: `    jacobian: () => (driven ? ${withDrives} : ${print(cut.ir, "cutJacobian")}),\n` };
}

function body(lines: readonly string[]): string {
  return lines.map((line) => `      ${line}`).join("\n");
}

function task(t: Ir["tasks"][number]): string {
  return `{ every: ${numberText(t.every)}, offset: ${numberText(t.offset)}, states: [${t.updates.map(({ slot }) => slot).join(", ")}] }`;
}

function switched(name: string, cases: readonly (readonly string[])[], target: string): string[] {
  const lines = cases.flatMap((calls, k) =>
    calls.length === 0 ? [] : [`if (${name} === ${k}) {`, ...calls.map((call) => `  ${call}`), "}"],
  );
  return lines.length > 0 ? lines : [`void ${name};`, `void ${target};`];
}

/** What the interpreter found about the equations, with and without the drives. */
function character(model: Model): string {
  const print = (engine: Engine): string => {
    const { forcing, searched } = engine;
    // A dense matrix of many states would be most of the file, and is not what they are simulated by.
    const linear = engine.states.length > 200 ? undefined : engine.linear?.();
    const fields =
      linear === undefined
        ? []
        : [
            `linear: () => new Float64Array([${[...linear].map(numberText).join(", ")}])`,
            `forcing: "${forcing}" as const`,
          ];
    return `{ ${[...fields, `searched: "${searched}" as const`].join(", ")} }`;
  };
  const withDrives = print(interpret(model));
  const without = print(interpret(undriven(model)));
  return withDrives === without ? withDrives : `(driven ? ${withDrives} : ${without})`;
}

function tables(ir: Ir, values: Float64Array, modes: readonly (Latch & { readonly closed: boolean })[]): string {
  const blocks = [...new Set(ir.slots.map((slot) => slot.block))];
  const blockIndex = new Map(blocks.map((block, i) => [block, i]));
  const shown = [
    ...ir.algebra.flatMap(slotsWritten),
    ...[...ir.flow, ...ir.tasks.flatMap((t) => t.updates)].map(({ slot }) => slot),
  ];
  const owner = new Map(ir.algebra.flatMap((step) => slotsWritten(step).map((slot) => [slot, step.block] as const)));
  const place = (slot: number): string => {
    const { block, path } = ir.slots[slot]!;
    const blamed = owner.get(slot) ?? block;
    if (!blockIndex.has(blamed)) blockIndex.set(blamed, blocks.push(blamed) - 1);
    return `[${slot}, ${blockIndex.get(blamed)}, ${textLiteral(path)}]`;
  };
  const places = shown.map(place);
  const mode = (m: Latch & { readonly closed: boolean }): string =>
    `{ slot: ${m.slot}, test: "${m.test}", closed: ${m.closed}, series: ${m.series ?? -1} }`;
  return `/** Parameters and initial states, by slot. */
const startValues = new Float64Array([
${wrapped([...values].map(numberText), "  ").join("\n")}
]);

const noSeries = new Float64Array(0);

/** Recorded data; rows of parameters stand in memory. */
const series: readonly Float64Array[] = [
${ir.series.map((one) => (one.from === undefined ? `  new Float64Array([\n${wrapped([...one.values].map(numberText), "    ").join("\n")}\n  ]),` : "  noSeries,")).join("\n")}
];

const blocks: readonly string[] = [
${wrapped(blocks.map(textLiteral), "  ").join("\n")}
];

/** Slot, block, path of everything that is computed, in order; states last. */
const places: readonly SlotPlace[] = [
${wrapped(places, "  ").join("\n")}
];

const modes: readonly ModeOfSlot[] = [
${modes.map((m) => `  ${mode(m)},`).join("\n")}
];`;
}
