/**
 * Prints the equations of a model as functions over one memory `m`: its algebra, its flow, its sampled updates, its guards and
 * instants. Long programs are cut into short functions, as compilers give up on very long ones. engine.ts puts them together.
 */
import type { Expr } from "../../expr/expr.ts";
import { slotsOf } from "../../expr/walk.ts";
import { slotsRead, slotsWritten } from "../../ir/dependence.ts";
import type { Assign, Delay, Ir, Latch, Solve, Step } from "../../ir/ir.ts";
import { atEventsOnly } from "../../sim/interpret.ts";
import { commentText, textLiteral } from "../literals.ts";
import { createExpressionPrinter, type ConstantNames } from "./expressions.ts";

/** Statements a function. */
const longest = 120;

/** Functions, and the statements that call them in order. */
export interface Program {
  readonly functions: string[];
  readonly calls: string[];
}

/** What every function takes: memory, the engine's own notes, and which tasks are due at an event (undefined between events). */
const parameters = "m: Float64Array, own: EngineNotes, due: Uint8Array | undefined";
const given = "m, own, due";

/** Memory beyond the slots: the solutions that loops which are iterated start from. */
export function loopCells(ir: Ir): ReadonlyMap<Solve, readonly number[]> {
  const cells = new Map<Solve, readonly number[]>();
  let next = ir.slots.length;
  for (const step of ir.algebra)
    if (step.do === "solve" && !step.linear)
      cells.set(
        step,
        step.unknowns.map(() => next++),
      );
  return cells;
}

export function printAlgebra(ir: Ir, name: string, steps: readonly Step[]): Program {
  const cells = loopCells(ir);
  const inputs = new Set(ir.inputs);
  const functions: string[] = [];
  const calls: string[] = [];
  let body: string[] = [];
  let names: ConstantNames = { next: 0 };
  const close = (): void => {
    if (body.length === 0) return;
    const own = `${name}${functions.length}`;
    functions.push(`function ${own}(${parameters}): void {\n${body.map((line) => `  ${line}`).join("\n")}\n}`);
    calls.push(`${own}(${given});`);
    body = [];
    names = { next: 0 };
  };
  for (let i = 0; i < steps.length;) {
    const step = steps[i]!;
    if (step.do === "assign") {
      // Plain assignments in a row share their common parts; what may write a slot twice ends the row.
      const row: (Assign & Step)[] = [];
      while (i < steps.length && steps[i]!.do === "assign" && row.length < longest)
        row.push(steps[i++] as Assign & Step);
      const print = createExpressionPrinter(
        row.map(({ expr }) => expr),
        (line) => body.push(line),
        names,
      );
      for (const { slot, expr } of row) {
        const text = print(expr);
        body.push(`${inputs.has(slot) ? "if (own.driven) " : ""}m[${slot}] = ${text};${remark(ir, slot)}`);
      }
    } else {
      if (step.do === "latch") body.push(...latch(ir, step, names));
      else if (step.do === "matvec")
        body.push(
          `multiplyInMemory(m, ${step.matrix}, ${step.rows}, ${step.cols}, ${slots(step.from)}, ${slots(step.to)});`,
        );
      else if (step.do === "delay") body.push(...delayed(ir, step, names));
      else body.push(...solve(step, cells.get(step) ?? []));
      i++;
    }
    if (body.length >= longest) close();
  }
  close();
  return { functions, calls };
}

function remark(ir: Ir, slot: number): string {
  const text = commentText(ir.slots[slot]!.path);
  return text === "" ? "" : ` // ${text}`;
}

function slots(list: readonly number[]): string {
  return `[${list.join(", ")}]`;
}

/** Statements between braces, with the constants they need. */
function braced(
  head: string,
  expressions: readonly Expr[],
  names: ConstantNames,
  statements: (print: (e: Expr) => string) => string[],
  tail = "",
): string[] {
  const lines: string[] = [];
  const print = createExpressionPrinter(expressions, (line) => lines.push(line), names);
  lines.push(...statements(print));
  return [`${head}{`, ...lines.map((line) => `  ${line}`), `}${tail}`];
}

function latch(ir: Ir, step: Latch, names: ConstantNames): string[] {
  const due =
    step.task === undefined ? "if (due !== undefined) " : `if (due !== undefined && due[${step.task}] !== 0) `;
  return braced(due, [step.arg], names, (print) => [
    `m[${step.slot}] = ${latched(step, print(step.arg))};${remark(ir, step.slot)}`,
  ]);
}

function latched(step: Latch, arg: string): string {
  switch (step.test) {
    case "above":
      return `${arg} > 0 ? 1 : 0`;
    case "atLeast":
      return `${arg} >= 0 ? 1 : 0`;
    case "floor":
      return `Math.floor(${arg})`;
    case "find":
      return `findIndex(own.series[${step.series}]!, ${arg})`;
    case "sample":
      return arg;
  }
}

function delayed(ir: Ir, step: Delay, names: ConstantNames): string[] {
  const line = `own.delays[${ir.algebra.filter((other) => other.do === "delay").indexOf(step as never)}]!`;
  return braced("", [step.initial], names, (print) => [
    `m[${step.slot}] = ${line}.read(m[0]! - ${line}.time, ${print(step.initial)});${remark(ir, step.slot)}`,
  ]);
}

export function printCells(unknowns: readonly number[], kept: readonly number[]): string {
  return `{ unknowns: ${slots(unknowns)}, kept: ${slots(kept)} }`;
}

function solve({ unknowns, linear, residual, jacobian, loop, task }: Solve, kept: readonly number[]): string[] {
  const when = task === undefined ? "" : `if (due !== undefined && due[${task}] !== 0) `;
  const head = `${when}solveLoopOf(m, own, [${loop.map(textLiteral).join(", ")}], ${printCells(unknowns, kept)}, ${linear}, (residual, jacobian) => `;
  return braced(
    head,
    [...residual, ...jacobian],
    { next: 0 },
    (print) => [
      ...residual.map((e, i) => `residual[${i}] = ${print(e)};`),
      ...jacobian.map((e, i) => `jacobian[${i}] = ${print(e)};`),
    ],
    ");",
  );
}

/** Steps other than latches that the given slots need, in order. */
export function neededSteps(ir: Ir, wanted: readonly number[]): Step[] {
  const needed = new Set(wanted);
  const kept: Step[] = [];
  for (const step of ir.algebra.toReversed()) {
    if (atEventsOnly(step) || !slotsWritten(step).some((slot) => needed.has(slot))) continue;
    kept.push(step);
    for (const slot of slotsRead(step)) needed.add(slot);
    if (step.do === "solve") for (const e of step.jacobian) for (const slot of slotsOf(e)) needed.add(slot);
  }
  return kept.reverse();
}

/** Functions that fill `target` with the values of expressions: derivatives, next values, arguments of modes. */
export function printValues(
  name: string,
  target: string,
  expressions: readonly { readonly at: number; readonly expr: Expr }[],
): Program {
  const functions: string[] = [];
  const calls: string[] = [];
  for (let i = 0; i < expressions.length; i += longest) {
    const some = expressions.slice(i, i + longest);
    const lines: string[] = [];
    const print = createExpressionPrinter(
      some.map(({ expr }) => expr),
      (line) => lines.push(line),
      { next: 0 },
    );
    for (const { at, expr } of some) {
      const text = print(expr);
      lines.push(`${target}[${at}] = ${text};`);
    }
    const own = `${name}${functions.length}`;
    functions.push(
      `function ${own}(m: Float64Array, own: EngineNotes, ${target}: Float64Array): void {\n${lines.map((line) => `  ${line}`).join("\n")}\n}`,
    );
    calls.push(`${own}(m, own, ${target});`);
  }
  return { functions, calls };
}

/** One function for each closed-form instant: when its mode changes next after t. */
export function printInstants(ir: Ir): string[] {
  return ir.instants.map((instant, k) => {
    const step = ir.algebra[instant.step] as Latch;
    const lines: string[] = [];
    const print = createExpressionPrinter([instant.slope, instant.offset], (line) => lines.push(line), { next: 0 });
    const series = step.series === undefined ? "noSeries" : `own.series[${step.series}]!`;
    const line = `{ test: "${step.test}", slope: ${print(instant.slope)}, offset: ${print(instant.offset)}, held: m[${step.slot}], series: ${series} }`;
    const probe: string[] = [];
    const printAt = createExpressionPrinter([instant.arg], (text) => probe.push(text), { next: 0 }, "at");
    const arg = printAt(instant.arg);
    lines.push(
      `return nextChange(${line}, t, (at) => {`,
      ...[...probe, `return ${arg};`].map((text) => `  ${text}`),
      "});",
    );
    return `function instant${k}(m: Float64Array, own: EngineNotes, t: number): number {\n${lines.map((text) => `  ${text}`).join("\n")}\n}`;
  });
}
