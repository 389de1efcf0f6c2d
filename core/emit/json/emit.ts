/**
 * The compiled model as JSON, for other programs: what every number is called, its value, and where it came from. The shape is
 * `CompiledModel` below; numbers that are not finite stand as the strings "NaN", "Infinity", "-Infinity".
 */
import type { Ir, Model } from "../../ir/ir.ts";
import type { Linearization } from "../../linearize/linearization.ts";
import type { StateSpace } from "../../lti/stateSpace.ts";
import type { SimSettings } from "../../sim/result.ts";
import { jsonNumber, textLiteral } from "../literals.ts";
import { jsonMatrix, jsonNames, jsonTime } from "../matrices.ts";

/** What the text says. Rows and columns of A, B, C, D are named by `states`, `inputs`, `outputs` of `matrices`. */
export interface CompiledModel {
  readonly format: "lazo-model";
  readonly version: 1;
  readonly name: string;
  /** Equal key = equal structure: two models that differ in numbers only share it. */
  readonly key: string;
  /** "hybrid": continuous and sampled states; "static": no state at all. */
  readonly time: TimeBaseOfModel;
  readonly parameters: readonly Named[];
  readonly states: readonly State[];
  readonly inputs: readonly {
    readonly path: string;
    readonly label: string;
    readonly block: string;
    readonly unit?: string;
    readonly driven: boolean;
  }[];
  readonly outputs: readonly {
    readonly path: string;
    readonly label: string;
    readonly block: string;
    readonly unit?: string;
  }[];
  /** What a run records, in order. */
  readonly signals: readonly {
    readonly path: string;
    readonly label: string;
    readonly block: string;
    readonly sampled: boolean;
  }[];
  readonly run: SimSettings;
  /** null where the model has no single A, B, C, D. */
  readonly matrices: MatricesOfModel | null;
}

export type TimeBaseOfModel =
  StateSpace["time"] | { readonly kind: "hybrid"; readonly periods: readonly number[] } | { readonly kind: "static" };

interface Named {
  readonly path: string;
  readonly label: string;
  readonly block: string;
  readonly unit?: string;
  readonly value: number;
}
/** `period` is absent on continuous states. */
interface State {
  readonly path: string;
  readonly label: string;
  readonly block: string;
  readonly unit?: string;
  readonly initial: number;
  readonly period?: number;
}

interface MatricesOfModel {
  readonly exact: boolean;
  /** Where the matrices hold; they hold everywhere when `exact`. */
  readonly at: { readonly t: number; readonly x: readonly number[]; readonly u: readonly number[] };
  readonly A: readonly (readonly number[])[];
  readonly B: readonly (readonly number[])[];
  readonly C: readonly (readonly number[])[];
  readonly D: readonly (readonly number[])[];
  readonly time: StateSpace["time"];
  readonly states: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** One for each entry that something reaches, by zero-based row and column; null when there are more than `provenanceLimit`. */
  readonly provenance: readonly Origin[] | null;
}

interface Origin {
  readonly matrix: "A" | "B" | "C" | "D";
  readonly row: number;
  readonly col: number;
  readonly blocks: readonly string[];
  readonly wires: readonly string[];
}

/** Tracing an entry back walks the whole model: past this many entries the answer would be late and nobody would read it. */
export const provenanceLimit = 4096;

export interface JsonOptions {
  readonly name: string;
  readonly settings: SimSettings;
  readonly linearization?: Linearization;
}

export function emitJson(model: Model, options: JsonOptions): string {
  const { ir } = model;
  const at = (slot: number): string[] => {
    const { path, label, block, unit } = ir.slots[slot]!;
    return [
      `"path": ${textLiteral(path)}`,
      `"label": ${textLiteral(label)}`,
      `"block": ${textLiteral(block)}`,
      ...(unit === undefined ? [] : [`"unit": ${textLiteral(unit)}`]),
    ];
  };
  const value = (slot: number): string => jsonNumber(model.values[slot]!);
  const parameters = ir.slots.flatMap((slot, i) =>
    slot.kind === "param" ? [record([...at(i), `"value": ${value(i)}`])] : [],
  );
  const states = [
    ...ir.flow.map(({ slot }) => record([...at(slot), `"initial": ${value(slot)}`])),
    ...ir.tasks.flatMap((task) =>
      task.updates.map(({ slot }) =>
        record([...at(slot), `"initial": ${value(slot)}`, `"period": ${jsonNumber(task.every)}`]),
      ),
    ),
  ];
  const driven = new Set(ir.algebra.flatMap((step) => (step.do === "assign" ? [step.slot] : [])));
  const inputs = ir.inputs.map((slot) => record([...at(slot), `"driven": ${driven.has(slot)}`]));
  const outputs = ir.outputs.map(({ slot, path, label, block }) => {
    const { unit } = ir.slots[slot]!;
    return record([
      `"path": ${textLiteral(path)}`,
      `"label": ${textLiteral(label)}`,
      `"block": ${textLiteral(block)}`,
      ...(unit === undefined ? [] : [`"unit": ${textLiteral(unit)}`]),
    ]);
  });
  const signals = ir.records.map(({ slot, path, label, sampled }) =>
    record([
      `"path": ${textLiteral(path)}`,
      `"label": ${textLiteral(label)}`,
      `"block": ${textLiteral(ir.slots[slot]!.block)}`,
      `"sampled": ${sampled}`,
    ]),
  );
  const fields = [
    `"format": "lazo-model"`,
    `"version": 1`,
    `"name": ${textLiteral(options.name)}`,
    `"key": ${textLiteral(ir.key)}`,
    `"time": ${timeBase(ir)}`,
    `"parameters": ${list(parameters)}`,
    `"states": ${list(states)}`,
    `"inputs": ${list(inputs)}`,
    `"outputs": ${list(outputs)}`,
    `"signals": ${list(signals)}`,
    `"run": ${settings(options.settings)}`,
    `"matrices": ${options.linearization ? matrices(options.linearization) : "null"}`,
  ];
  return `{\n${fields.map((field) => `  ${field}`).join(",\n")}\n}\n`;
}

function timeBase(ir: Ir): string {
  const periods = [...new Set(ir.tasks.filter((task) => task.updates.length > 0).map((task) => task.every))];
  if (periods.length === 0) return ir.flow.length === 0 ? `{"kind": "static"}` : `{"kind": "continuous"}`;
  if (ir.flow.length === 0 && periods.length === 1) return `{"kind": "discrete", "period": ${jsonNumber(periods[0]!)}}`;
  return `{"kind": "hybrid", "periods": [${periods.map(jsonNumber).join(", ")}]}`;
}

function settings(s: SimSettings): string {
  return record([
    `"start": ${jsonNumber(s.start)}`,
    `"stop": ${jsonNumber(s.stop)}`,
    `"step": ${jsonNumber(s.step)}`,
    `"solver": ${textLiteral(s.solver)}`,
    `"rtol": ${jsonNumber(s.rtol)}`,
    `"atol": ${jsonNumber(s.atol)}`,
    `"maxStep": ${jsonNumber(s.maxStep)}`,
    `"events": ${s.events}`,
  ]);
}

function matrices(linearization: Linearization): string {
  const { system: s, at, exact } = linearization;
  const numbers = (values: readonly number[]): string => `[${values.map(jsonNumber).join(", ")}]`;
  const fields = [
    `"exact": ${exact}`,
    `"at": {"t": ${jsonNumber(at.t)}, "x": ${numbers(at.x)}, "u": ${numbers(at.u)}}`,
    `"A": ${jsonMatrix(s.A, s.x.length, s.x.length, "    ")}`,
    `"B": ${jsonMatrix(s.B, s.x.length, s.u.length, "    ")}`,
    `"C": ${jsonMatrix(s.C, s.y.length, s.x.length, "    ")}`,
    `"D": ${jsonMatrix(s.D, s.y.length, s.u.length, "    ")}`,
    `"time": ${jsonTime(s.time)}`,
    `"states": ${jsonNames(s.x)}`,
    `"inputs": ${jsonNames(s.u)}`,
    `"outputs": ${jsonNames(s.y)}`,
    `"provenance": ${provenance(linearization)}`,
  ];
  return `{\n${fields.map((field) => `    ${field}`).join(",\n")}\n  }`;
}

function provenance(linearization: Linearization): string {
  const { x, u, y } = linearization.system;
  const sizes = [
    ["A", x, x],
    ["B", x, u],
    ["C", y, x],
    ["D", y, u],
  ] as const;
  if ((x.length + y.length) * (x.length + u.length) > provenanceLimit) return "null";
  const origins: string[] = [];
  for (const [matrix, rows, cols] of sizes) {
    rows.forEach((_, row) => {
      cols.forEach((__, col) => {
        const { blocks, wires } = linearization.provenance(matrix, row, col);
        if (blocks.length === 0 && wires.length === 0) return;
        origins.push(
          record([
            `"matrix": "${matrix}"`,
            `"row": ${row}`,
            `"col": ${col}`,
            `"blocks": ${jsonNames(blocks)}`,
            `"wires": ${jsonNames(wires)}`,
          ]),
        );
      });
    });
  }
  return list(origins, "      ", "    ");
}

function record(fields: readonly string[]): string {
  return `{${fields.join(", ")}}`;
}

/** One record a line. */
function list(records: readonly string[], indent = "    ", end = "  "): string {
  return records.length === 0 ? "[]" : `[\n${records.map((text) => indent + text).join(",\n")}\n${end}]`;
}
