/**
 * A, B, C, D with their names in the notations people paste elsewhere: JSON (the contract of the command line), aligned
 * text, LaTeX, MATLAB and Python. Numbers are never rounded. Only text leaves here; who reads it is not its business.
 */
import type { Matrix } from "ml-matrix";
import type { StateSpace } from "../lti/stateSpace.ts";
import { jsonNumber, numberText, textLiteral } from "./literals.ts";

export const matrixFormats = ["json", "text", "latex", "matlab", "python"] as const;
export type MatrixFormat = (typeof matrixFormats)[number];

type Entries = Pick<Matrix, "get">;

/** All that printing needs of a system: a `StateSpace`, or a view of one whose matrices are no longer `Matrix` objects. */
export type PrintedSystem = Omit<StateSpace, "A" | "B" | "C" | "D"> & {
  readonly [name in "A" | "B" | "C" | "D"]: Entries;
};

interface Named {
  readonly name: "A" | "B" | "C" | "D";
  readonly matrix: Entries;
  readonly rows: readonly string[];
  readonly cols: readonly string[];
}

function named(s: PrintedSystem): readonly Named[] {
  return [
    { name: "A", matrix: s.A, rows: s.x, cols: s.x },
    { name: "B", matrix: s.B, rows: s.x, cols: s.u },
    { name: "C", matrix: s.C, rows: s.y, cols: s.x },
    { name: "D", matrix: s.D, rows: s.y, cols: s.u },
  ];
}

/** The entries as `print` writes them, row by row. The names give the size: a 0 x 2 matrix stays 0 x 2. */
export function cells(matrix: Entries, rows: number, cols: number, print: (value: number) => string): string[][] {
  return Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => print(matrix.get(i, j))));
}

export function printMatrices(system: PrintedSystem, format: MatrixFormat): string {
  switch (format) {
    case "json":
      return json(system);
    case "text":
      return text(system);
    case "latex":
      return latex(system);
    case "matlab":
      return matlab(system);
    case "python":
      return python(system);
  }
}

/** Rows of a JSON matrix, one a line when there are several. */
export function jsonMatrix(matrix: Entries, rows: number, cols: number, indent: string): string {
  const lines = cells(matrix, rows, cols, jsonNumber).map((row) => `[${row.join(", ")}]`);
  if (lines.length < 2) return `[${lines.join("")}]`;
  return `[\n${lines.map((line) => `${indent}  ${line}`).join(",\n")}\n${indent}]`;
}

export function jsonNames(names: readonly string[]): string {
  return `[${names.map(textLiteral).join(", ")}]`;
}

export function jsonTime(time: StateSpace["time"]): string {
  return time.kind === "continuous"
    ? `{"kind": "continuous"}`
    : `{"kind": "discrete", "period": ${jsonNumber(time.period)}}`;
}

function json(s: PrintedSystem): string {
  const fields = named(s).map(
    ({ name, matrix, rows, cols }) => `  "${name}": ${jsonMatrix(matrix, rows.length, cols.length, "  ")}`,
  );
  fields.push(
    `  "time": ${jsonTime(s.time)}`,
    `  "states": ${jsonNames(s.x)}`,
    `  "inputs": ${jsonNames(s.u)}`,
    `  "outputs": ${jsonNames(s.y)}`,
  );
  return `{\n${fields.join(",\n")}\n}\n`;
}

/** Control characters and line ends would tear a table apart. */
function oneLine(name: string): string {
  return name.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");
}

function text(s: PrintedSystem): string {
  const period = s.time.kind === "discrete" ? `discrete, period ${numberText(s.time.period)} s` : "continuous";
  const parts = [
    `${period}; ${count(s.x.length, "state")}, ${count(s.u.length, "input")}, ${count(s.y.length, "output")}\n`,
  ];
  for (const { name, matrix, rows, cols } of named(s)) {
    if (rows.length === 0 || cols.length === 0) {
      parts.push(`${name}  (${rows.length} x ${cols.length})\n`);
      continue;
    }
    const table = [
      [name, ...cols.map(oneLine)],
      ...cells(matrix, rows.length, cols.length, numberText).map((row, i) => [oneLine(rows[i] ?? ""), ...row]),
    ];
    const widths = table[0]!.map((_, j) => Math.max(...table.map((row) => [...row[j]!].length)));
    const pad = (cell: string, j: number) =>
      j === 0 ? cell + space(widths[j]! - [...cell].length) : space(widths[j]! - [...cell].length) + cell;
    parts.push(table.map((row) => row.map(pad).join("  ").trimEnd() + "\n").join(""));
  }
  return parts.join("\n");
}

function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? "" : "s"}`;
}

function space(n: number): string {
  return " ".repeat(Math.max(0, n));
}

const latexEscapes: { readonly [c: string]: string } = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  "&": "\\&",
  "%": "\\%",
  $: "\\$",
  "#": "\\#",
  _: "\\_",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
};

function latexName(name: string): string {
  return `\\text{${oneLine(name).replace(/[\\{}&%$#_~^<>]/g, (c) => latexEscapes[c] ?? c)}}`;
}

function latexNumber(value: number): string {
  if (Number.isNaN(value)) return "\\mathrm{NaN}";
  if (!Number.isFinite(value)) return value > 0 ? "\\infty" : "-\\infty";
  const [mantissa = "", exponent] = numberText(value).split("e");
  if (exponent === undefined) return mantissa;
  const power = `10^{${Number(exponent)}}`;
  return mantissa === "1" ? power : mantissa === "-1" ? `-${power}` : `${mantissa} \\times ${power}`;
}

function bmatrix(rows: readonly (readonly string[])[], indent: string): string {
  return `\\begin{bmatrix}\n${rows.map((row) => `${indent}  ${row.join(" & ")}`).join(" \\\\\n")}\n${indent}\\end{bmatrix}`;
}

function latex(s: PrintedSystem): string {
  const column = (names: readonly string[]) =>
    bmatrix(
      names.map((name) => [latexName(name)]),
      "  ",
    );
  const lines = named(s)
    .filter(({ rows, cols }) => rows.length > 0 && cols.length > 0)
    .map(
      ({ name, matrix, rows, cols }) =>
        `  ${name} &= ${bmatrix(cells(matrix, rows.length, cols.length, latexNumber), "  ")}`,
    );
  const vectors = [
    ["x", s.x],
    ["u", s.u],
    ["y", s.y],
  ] as const;
  lines.push(
    ...vectors.filter(([, names]) => names.length > 0).map(([letter, names]) => `  ${letter} &= ${column(names)}`),
  );
  const [left, now] = s.time.kind === "discrete" ? ["x[k+1]", "[k]"] : ["\\dot{x}(t)", "(t)"];
  const rule = `  ${left} &= A\\,x${now} + B\\,u${now}, & y${now} &= C\\,x${now} + D\\,u${now}`;
  const note = s.time.kind === "discrete" ? `, \\\\\n  T_s &= ${latexNumber(s.time.period)}\\,\\mathrm{s}` : "";
  return `\\begin{align*}\n${rule}${note} \\\\\n${lines.join(" \\\\\n")}\n\\end{align*}\n`;
}

function matlabNumber(value: number): string {
  return Number.isNaN(value) ? "NaN" : Number.isFinite(value) ? numberText(value) : value > 0 ? "Inf" : "-Inf";
}

function matlabText(name: string): string {
  return `'${oneLine(name).replaceAll("'", "''")}'`;
}

function matlab(s: PrintedSystem): string {
  const lines = named(s).map(({ name, matrix, rows, cols }) => {
    if (rows.length === 0 || cols.length === 0) return `${name} = zeros(${rows.length}, ${cols.length});`;
    return `${name} = [${cells(matrix, rows.length, cols.length, matlabNumber)
      .map((row) => row.join(" "))
      .join("; ")}];`;
  });
  const names = (list: readonly string[]) => (list.length === 0 ? "{}" : `{${list.map(matlabText).join(", ")}}`);
  lines.push(
    `states = ${names(s.x)};`,
    `inputs = ${names(s.u)};`,
    `outputs = ${names(s.y)};`,
    s.time.kind === "discrete" ? `Ts = ${matlabNumber(s.time.period)};` : "Ts = 0; % continuous time",
    "sys = ss(A, B, C, D, Ts, 'StateName', states, 'InputName', inputs, 'OutputName', outputs);",
  );
  return lines.join("\n") + "\n";
}

function pythonNumber(value: number): string {
  if (Number.isNaN(value)) return "np.nan";
  return Number.isFinite(value) ? numberText(value) : value > 0 ? "np.inf" : "-np.inf";
}

function python(s: PrintedSystem): string {
  const lines = ["import numpy as np", ""];
  for (const { name, matrix, rows, cols } of named(s)) {
    const body = cells(matrix, rows.length, cols.length, pythonNumber).map((row) => `[${row.join(", ")}]`);
    lines.push(
      rows.length === 0 || cols.length === 0
        ? `${name} = np.zeros((${rows.length}, ${cols.length}))`
        : `${name} = np.array([${body.join(body.length > 1 ? ",\n              " : "")}], dtype=float)`,
    );
  }
  lines.push(
    `states = ${pythonNames(s.x)}`,
    `inputs = ${pythonNames(s.u)}`,
    `outputs = ${pythonNames(s.y)}`,
    s.time.kind === "discrete" ? `dt = ${pythonNumber(s.time.period)}` : "dt = 0  # continuous time",
  );
  return lines.join("\n") + "\n";
}

/** JSON's escapes mean the same in a Python literal; \u escapes are only used for single units, never for halves of a pair. */
function pythonNames(names: readonly string[]): string {
  return `[${names.map((name) => textLiteral(oneLine(name))).join(", ")}]`;
}
