/** A trimmed point as a table for people and as JSON for programs. */
import type { Trimmed } from "../core/index.ts";
import { printable } from "./report.ts";

/** Without the memory, which is the states and inputs again among much else. */
export function trimmedJson(trimmed: Trimmed): string {
  const text = (key: string, value: unknown): unknown => {
    if (key === "memory") return undefined;
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  };
  return `${JSON.stringify(trimmed, text, 2)}\n`;
}

export function trimmedTable({
  states,
  inputs,
  outputs,
  residuals,
  residual,
  iterations,
  jacobian,
  t,
}: Trimmed): string {
  const note = (one: Trimmed["inputs"][number]): string =>
    one.fixed ? "fixed" : one.bound ? `at its ${one.bound === "min" ? "lower" : "upper"} bound` : "free";
  const rows = [
    ...states.map((one) => [
      "state",
      one.label,
      String(one.value),
      note(one),
      `${one.sampled ? "step" : "d/dt"} ${short(one.change)}`,
    ]),
    ...inputs.map((one) => ["input", one.label, String(one.value), note(one), ""]),
    ...outputs.map((one) => [
      "output",
      one.label,
      String(one.value),
      one.fixed ? "fixed" : one.bound ? note(one) : "",
      "",
    ]),
  ];
  const unmet = residuals.filter((one) => one.scaled > 1e-10);
  const lines = [
    ...aligned(rows),
    `t = ${t} s; residual ${short(residual)} after ${iterations} iterations; ${jacobian.equations} equations, ${jacobian.unknowns} unknowns, rank ${jacobian.rank}`,
    ...unmet.map((one) => `unmet: ${one.name}, off by ${short(one.value)}`),
  ];
  return lines.map((line) => `${printable(line)}\n`).join("");
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, k) => Math.max(...rows.map((row) => [...row[k]!].length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, k) => cell + " ".repeat(widths[k]! - [...cell].length))
      .join("  ")
      .trimEnd(),
  );
}
