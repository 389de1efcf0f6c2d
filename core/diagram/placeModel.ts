/**
 * A sampled linear model as part of a drawing: one block (state space, or a transfer function), or input, state, output and feedthrough with the matrices on
 * their wires. Below what is there.
 */
import { blockOf } from "../blocks/index.ts";
import type { Block, LazoDocument, Wire } from "./document.ts";
import { freeName, namesOf } from "./edit.ts";
import { freshIds, sheetAt, withSheet } from "./trail.ts";
import type { Trail } from "./trail.ts";

type Rows = readonly (readonly number[])[];

/** x[k+1] = A x[k] + B u[k], y = C x + D u, every `period` s. */
export interface PlacedModel {
  readonly name: string;
  readonly A: Rows;
  readonly B: Rows;
  readonly C: Rows;
  readonly D: Rows;
  readonly period: number;
  /** What is known of it and of how sure it is, for the inspector. */
  readonly note: string;
  readonly u: readonly string[];
  readonly y: readonly string[];
  /** Where the state of a diagram begins; at rest when absent. */
  readonly x0?: readonly number[] | undefined;
  /** Of one input and one output: the same model as polynomials in z, highest power first. */
  readonly transfer?: { readonly num: readonly number[]; readonly den: readonly number[] } | undefined;
}

interface Placed {
  readonly document: LazoDocument;
  /** Ids of the new blocks. */
  readonly blocks: readonly string[];
}

/** "[0.5, -1; 0, 2]": every digit is kept. */
const matrix = (rows: Rows): string => `[${rows.map((row) => row.map(String).join(", ")).join("; ")}]`;
const column = (values: readonly number[]): string =>
  values.length === 1 ? String(values[0]) : `[${values.map(String).join("; ")}]`;
const zeros = (count: number): string => `[${new Array<string>(count).fill("0").join("; ")}]`;
/** Names of elements stand in a list with commas between. */
const listed = (names: readonly string[]): string =>
  names.map((name) => name.replaceAll(/[,;"]/g, " ").trim()).join(", ");

export function below(document: LazoDocument, trail: Trail): { readonly x: number; readonly y: number } {
  const { blocks, notes } = sheetAt(document, trail);
  const there = [...blocks, ...notes];
  if (there.length === 0) return { x: 0, y: 0 };
  const left = Math.min(...there.map(({ at }) => at.x));
  return { x: left, y: Math.max(...there.map(({ at }) => at.y)) + 160 };
}

function made(
  fresh: ReturnType<typeof freshIds>,
  taken: Set<string>,
  type: string,
  name: string,
  at: Block["at"],
  params: Block["params"],
  note?: string,
): Block {
  const own = freeName(taken, name);
  taken.add(own);
  const id = fresh("b");
  return { id, name: own, type, version: blockOf(type)!.version, params, at, ...(note !== undefined && { note }) };
}

/** One Discrete State-Space block. */
export function placeModelBlock(document: LazoDocument, model: PlacedModel, trail: Trail = []): Placed {
  const { A, B, C, D, period } = model;
  const params = { A: matrix(A), B: matrix(B), C: matrix(C), D: matrix(D), period: String(period) };
  return alone(document, model, trail, "discrete-state-space", params);
}

/** One Discrete Transfer Function block, of a model that has `transfer`; throws a RangeError for others. */
export function placeModelTransfer(document: LazoDocument, model: PlacedModel, trail: Trail = []): Placed {
  const { transfer, period } = model;
  if (!transfer) throw new RangeError("This model is no transfer function");
  const row = (values: readonly number[]): string => `[${values.map(String).join(", ")}]`;
  const params = { num: row(transfer.num), den: row(transfer.den), period: String(period) };
  return alone(document, model, trail, "discrete-transfer-function", params);
}

function alone(
  document: LazoDocument,
  { name, note }: PlacedModel,
  trail: Trail,
  type: string,
  params: Block["params"],
): Placed {
  const taken = namesOf(sheetAt(document, trail));
  const block = made(freshIds(document), taken, type, name, below(document, trail), params, note);
  return {
    document: withSheet(document, trail, (sheet) => ({ ...sheet, blocks: [...sheet.blocks, block] })),
    blocks: [block.id],
  };
}

/** The textbook picture: Input -B-> State -A-> State -C-> Output, and a Feedthrough where D is not 0. A model without inputs is driven by its first state alone. */
export function placeModelDiagram(document: LazoDocument, model: PlacedModel, trail: Trail = []): Placed {
  const { name, A, B, C, D, period, note, u, y, x0 } = model;
  const fresh = freshIds(document);
  const taken = namesOf(sheetAt(document, trail));
  const { x: left, y: top } = below(document, trail);
  const at = (column: number, row: number): Block["at"] => ({ x: left + [0, 240, 600][column]!, y: top + 140 * row });
  const states = A.length;
  const input =
    u.length > 0
      ? made(fresh, taken, "input", `${name} u`, at(0, 0), {
          names: listed(u),
          signal: u.length === 1 ? "0" : zeros(u.length),
        })
      : undefined;
  const state = made(
    fresh,
    taken,
    "state",
    `${name} x`,
    at(1, 0),
    { initial: x0 ? column(x0) : states === 1 ? "0" : zeros(states), period: String(period) },
    note,
  );
  const output = made(fresh, taken, "output", `${name} y`, at(2, 0), { names: listed(y) });
  const direct = D.some((row) => row.some((v) => v !== 0))
    ? made(fresh, taken, "feedthrough", `${name} D`, at(1, 1), { D: matrix(D) })
    : undefined;
  const wire = (
    from: string,
    port: string,
    to: string,
    into: string,
    gain?: { readonly of: Rows; readonly label: string },
  ): Wire => ({
    id: fresh("w"),
    from: { block: from, port },
    to: { block: to, port: into },
    ...(gain && { gain: matrix(gain.of), label: gain.label }),
  });
  const wires = [
    ...(input ? [wire(input.id, "u", state.id, "dx", { of: B, label: "B" })] : []),
    wire(state.id, "x", state.id, "dx", { of: A, label: "A" }),
    wire(state.id, "x", output.id, "y", { of: C, label: "C" }),
    ...(input && direct ? [wire(input.id, "u", direct.id, "u"), wire(direct.id, "y", output.id, "y")] : []),
  ];
  const blocks = [...(input ? [input] : []), state, output, ...(direct ? [direct] : [])];
  return {
    document: withSheet(document, trail, (sheet) => ({
      ...sheet,
      blocks: [...sheet.blocks, ...blocks],
      wires: [...sheet.wires, ...wires],
    })),
    blocks: blocks.map(({ id }) => id),
  };
}
