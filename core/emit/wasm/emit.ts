/**
 * Ir -> WebAssembly: the functions of an engine (sim/engine.ts) over one memory, and the loops that make many steps in one
 * call. Which is called when is sim/wasmRun.ts's.
 */
import type { Expr } from "../../expr/expr.ts";
import { postorder, slotsOf } from "../../expr/walk.ts";
import type { Ir, Latch } from "../../ir/ir.ts";
import type { WasmProgram } from "../../sim/wasmProgram.ts";
import { createModule, type Func, type Module } from "./encoder.ts";
import { countUses, createTranslator, importedOps, type SeriesPlace, type Surroundings } from "./expressions.ts";
import { distanceCode } from "./guards.ts";
import { call, f64, i32, load, store } from "./instructions.ts";
import { betweenEvents, createNeeds } from "./needed.ts";
import { createLayout, type Layout } from "./layout.ts";
import { addMultiply, multiplySlots } from "./matvec.ts";
import { writeProgram, type Item, type Put, type Room } from "./program.ts";
import { addCell, addFind } from "./series.ts";

export function emitWasm(ir: Ir): WasmProgram {
  const layout = createLayout(ir.slots.length);
  const module = createModule();
  const used = operationsOf(ir);
  const imports = importedOps.filter((op) => used.has(op));
  const imported = new Map<string, Func>(
    imports.map((op) => {
      const arity = op === "pow" || op === "atan2" || op === "uniform" ? 2 : 1;
      return [op, module.importFunction("js", op, new Array<"f64">(arity).fill("f64"), ["f64"])] as const;
    }),
  );
  const solve = module.importFunction("js", "solve", ["i32"], []);
  const failed = module.importFunction("js", "failed", ["i32", "f64", "f64"], []);
  const delayed = module.importFunction("js", "delayed", ["i32", "f64"], ["f64"]);
  const around: Surroundings = {
    imported,
    find: addFind(module),
    cell: addCell(module),
    series: placeSeries(ir, module, layout),
  };
  const solves = ir.algebra.filter((step) => step.do === "solve");
  const delays = ir.algebra.filter((step) => step.do === "delay");
  const wide = ir.algebra.filter((step) => step.do === "matvec");
  const multiply = wide.length > 0 ? addMultiply(module) : undefined;
  const x = layout.take(Math.max(0, ...wide.map((step) => step.cols)));
  const y = layout.take(Math.max(0, ...wide.map((step) => step.rows)));
  const modes = modesOf(ir);
  const cells = {
    due: layout.take(ir.tasks.length),
    derivative: layout.take(ir.flow.length),
    next: layout.take(Math.max(0, ...ir.tasks.map((task) => task.updates.length))),
    distance: layout.take(modes.length),
    line: layout.take(2),
    react: layout.take(ir.memories.length + ir.resets.reduce((n, { to }) => n + to.length, 0)),
    begin: layout.take(ir.starts.length),
    equations: layout.take(Math.max(0, ...solves.map(({ unknowns: { length: n } }) => n + n * n))),
    kept: solves.map(({ unknowns }) => {
      const first = layout.take(unknowns.length);
      return unknowns.map((_, i) => first + i);
    }),
  };
  const room: Room = {
    module,
    around,
    due: (task) => 8 * (cells.due + task),
    solve: (step) => call(solve, i32(solves.indexOf(step as (typeof solves)[number]))),
    failed: (step, residual, slope) =>
      call(failed, i32(solves.indexOf(step as (typeof solves)[number])), residual, slope),
    delay: (step, initial) => call(delayed, i32(delays.indexOf(step as (typeof delays)[number])), initial),
    multiply: (step) => multiplySlots(step, multiply!, 8 * x, 8 * y),
  };

  const program = (name: string, items: readonly Item[], storeAll: boolean): void =>
    module.exportFunction(name, writeProgram(room, items, { storeAll }));
  const values = (exprs: readonly Expr[]): Put[] => exprs.map((expr, i) => ({ do: "put", offset: 8 * i, expr }));

  program("settle", betweenEvents(ir), true);
  program("refresh", ir.algebra, true);
  program("flow", withSteps(ir, values(ir.flow.map(({ expr }) => expr))), false);
  ir.tasks.forEach((task, k) => program(`update${k}`, values(task.updates.map(({ expr }) => expr)), false));
  module.exportFunction("guards", addGuards(module, around, modes));
  const jumps = ir.resets.flatMap(({ to }) => to.map(({ expr }) => expr));
  program("react", values([...jumps, ...ir.memories.map(({ arg }) => arg)]), false);
  program("begin", values(ir.starts.map(({ expr }) => expr)), false);
  solves.forEach((step, k) => program(`equations${k}`, values([...step.residual, ...step.jacobian]), false));
  ir.instants.forEach((instant, k) => {
    program(`line${k}`, values([instant.slope, instant.offset]), false);
    module.exportFunction(`probe${k}`, addProbe(module, around, instant.arg));
  });

  return { bytes: module.finish(layout.bytes), imports, cells };
}

/** Each value right after the steps that it needs and that came not before. */
function withSteps(ir: Ir, puts: readonly Put[]): Item[] {
  const needs = createNeeds(ir);
  return puts.flatMap((put): Item[] => [...needs(slotsOf(put.expr)), put]);
}

interface Mode {
  readonly latch: Latch;
  readonly closed: boolean;
}

function modesOf(ir: Ir): Mode[] {
  const closed = new Set(ir.instants.map(({ step }) => step));
  return ir.algebra.flatMap((step, i) =>
    step.do === "latch" && step.task === undefined ? [{ latch: step, closed: closed.has(i) }] : [],
  );
}

/** (distances): one a mode, Infinity where its change is a closed-form instant. */
function addGuards(module: Module, around: Surroundings, modes: readonly Mode[]): Func {
  const writePart = (part: readonly Mode[], first: number): Func =>
    module.add(["i32"], [], (body) => {
      const base = body.param(0, "i32");
      const t = createTranslator(body, around, countUses(part.flatMap((m) => (m.closed ? [] : [m.latch.arg]))));
      part.forEach(({ latch, closed }, k) => {
        const offset = 8 * (first + k);
        if (closed) return body.run(store(base, offset, f64(Number.POSITIVE_INFINITY)));
        const held = body.local("f64");
        const arg = body.local("f64");
        body.set(held, load(i32(0), 8 * latch.slot));
        body.set(arg, t.value(latch.arg));
        body.run(store(base, offset, distanceCode(body, latch, held, arg, around.series[latch.series ?? -1])));
      });
    });
  const most = 100;
  const parts: Func[] = [];
  for (let first = 0; first < modes.length; first += most)
    parts.push(writePart(modes.slice(first, first + most), first));
  return module.add(["i32"], [], (body) => {
    for (const part of parts) body.run(call(part, body.param(0, "i32")));
  });
}

/** The argument of an instant's mode at another time. */
function addProbe(module: Module, around: Surroundings, arg: Expr): Func {
  return module.add(["f64"], ["f64"], (body) => {
    const time = body.param(0, "f64");
    const given = (e: Expr) => (e.op === "slot" && e.value === 0 ? time : undefined);
    body.leave(createTranslator(body, around, countUses([arg]), given).value(arg));
  });
}

function placeSeries(ir: Ir, module: Module, layout: Layout): SeriesPlace[] {
  return ir.series.map(({ values, from }) => {
    const { length } = values;
    if (from !== undefined) return { at: 8 * from, length };
    const at = 8 * layout.take(length);
    module.data(at, new Uint8Array(values.slice().buffer));
    return { at, length };
  });
}

/** All operations that occur anywhere. */
function operationsOf(ir: Ir): ReadonlySet<string> {
  const roots: Expr[] = [];
  for (const step of ir.algebra) {
    if (step.do === "assign") roots.push(step.expr);
    else if (step.do === "latch") roots.push(step.arg);
    else if (step.do === "delay") roots.push(step.time, step.initial);
    else if (step.do === "solve") roots.push(...step.residual, ...step.jacobian);
  }
  for (const { expr } of [...ir.flow, ...ir.starts, ...ir.tasks.flatMap((task) => task.updates)]) roots.push(expr);
  for (const { to } of ir.resets) roots.push(...to.map(({ expr }) => expr));
  roots.push(...ir.memories.map(({ arg }) => arg));
  for (const { arg, slope, offset } of ir.instants) roots.push(arg, slope, offset);
  return new Set(postorder(roots).map(({ op }) => op));
}
