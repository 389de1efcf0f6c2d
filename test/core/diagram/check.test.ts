/** Parameters bound to their specs, and the problems of a drawing: all at once, each at its place. */
import { describe, expect, test } from "vitest";
import { defineBlock } from "../../../core/blocks/block.ts";
import { blocks as library } from "../../../core/blocks/index.ts";
import { bindBlock } from "../../../core/diagram/bind.ts";
import { bindParam } from "../../../core/diagram/bindParam.ts";
import { checkDocument } from "../../../core/diagram/check.ts";
import { readCsv } from "../../../core/diagram/data.ts";
import type { Block, LazoDocument } from "../../../core/diagram/document.ts";
import { evaluateVariables } from "../../../core/diagram/parameters.ts";
import { portsInUse, portsOf } from "../../../core/diagram/ports.ts";

const { scope } = evaluateVariables([
  { name: "k", value: "2" },
  { name: "v", value: "[1, 2, 3]" },
  { name: "bad", value: "1/0" },
]);
const csv = readCsv("f.csv", "t,y\n0,1\n1,2\n");
const files = {
  table: (file: string) => (file === "f.csv" && csv.ok ? csv.table : undefined),
  weights: () => undefined,
};
const field = { label: "P", default: "1" } as const;

describe("one parameter", () => {
  test.each<[string, Parameters<typeof bindParam>[0], string, unknown]>([
    ["real", { ...field, kind: "real" }, "k/4", { kind: "real", value: 0.5 }],
    ["vector as a row", { ...field, kind: "vector" }, "v", { kind: "vector", data: [1, 2, 3] }],
    ["vector as a column", { ...field, kind: "vector" }, "[k; 1]", { kind: "vector", data: [2, 1] }],
    ["vector of one", { ...field, kind: "vector" }, "5", { kind: "vector", data: [5] }],
    ["matrix", { ...field, kind: "matrix" }, "[1, 2; 3, k]", { kind: "matrix", rows: 2, cols: 2, data: [1, 2, 3, 2] }],
    ["count", { ...field, kind: "count", min: 1 }, "k", { kind: "count", value: 2 }],
    ["choice", { ...field, kind: "choice", of: ["hold", "linear"] }, "linear", { kind: "choice", value: "linear" }],
    ["text", { ...field, kind: "text" }, " as it is ", { kind: "text", value: " as it is " }],
    ["names", { ...field, kind: "names" }, " a , b c ", { kind: "names", value: ["a", "b c"] }],
    ["no names", { ...field, kind: "names" }, " ", { kind: "names", value: [] }],
    [
      "period",
      { ...field, kind: "period", optional: false },
      "k/10",
      { kind: "period", value: { every: 0.2, offset: 0 } },
    ],
    [
      "period with an offset",
      { ...field, kind: "period", optional: false },
      "[0.2, 0.1]",
      { kind: "period", value: { every: 0.2, offset: 0.1 } },
    ],
    [
      "inherited period",
      { ...field, kind: "period", optional: false, inherits: true },
      " Inherited",
      { kind: "period", value: "inherited" },
    ],
    ["no period", { ...field, kind: "period", optional: true }, "continuous", { kind: "period", value: null }],
  ])("%s", (_, spec, source, value) => expect(bindParam(spec, source, scope, files)).toEqual({ ok: true, value }));

  test("formula and data", () => {
    const formula = bindParam({ ...field, kind: "formula", of: ["u"] }, "[k*u[1]; t]", scope, files);
    expect(formula).toMatchObject({ ok: true, value: { kind: "formula", symbols: ["k"], length: 2 } });
    const data = bindParam({ ...field, kind: "data" }, " f.csv ", scope, files);
    expect(data).toEqual({ ok: true, value: { kind: "data", table: csv.ok && csv.table } });
  });

  test.each<[Parameters<typeof bindParam>[0], string, string]>([
    [{ ...field, kind: "real" }, "[1, 2]", "PARAM_SHAPE"],
    [{ ...field, kind: "real" }, "x", "EXPR_UNKNOWN_NAME"],
    [{ ...field, kind: "real" }, "", "EXPR_EMPTY"],
    [{ ...field, kind: "real" }, "bad", "EXPR_BROKEN_NAME"],
    [{ ...field, kind: "real", min: 0 }, "-1", "PARAM_RANGE"],
    [{ ...field, kind: "real", max: 1 }, "2", "PARAM_RANGE"],
    [{ ...field, kind: "real", above: 0 }, "0", "PARAM_RANGE"],
    [{ ...field, kind: "real" }, "inf", "EXPR_NOT_FINITE"],
    [{ ...field, kind: "vector" }, "[1, 2; 3, 4]", "PARAM_SHAPE"],
    [{ ...field, kind: "vector" }, "[]", "PARAM_SHAPE"],
    [{ ...field, kind: "matrix" }, "zeros(0, 2)", "PARAM_SHAPE"],
    [{ ...field, kind: "count" }, "1.5", "PARAM_WHOLE"],
    [{ ...field, kind: "count", max: 3 }, "4", "PARAM_RANGE"],
    [{ ...field, kind: "choice", of: ["hold", "linear"] }, "lineal", "PARAM_CHOICE"],
    [{ ...field, kind: "names" }, "a,,b", "PARAM_NAMES"],
    [{ ...field, kind: "names" }, "a, a", "PARAM_NAMES"],
    [{ ...field, kind: "names" }, "a\u2028b", "PARAM_NAMES"],
    [{ ...field, kind: "period", optional: false }, "continuous", "PARAM_PERIOD"],
    [{ ...field, kind: "period", optional: true }, "0", "PARAM_PERIOD"],
    [{ ...field, kind: "formula", of: ["u"] }, "u +", "EXPR_SYNTAX"],
    [{ ...field, kind: "formula", of: ["u"] }, "w", "EXPR_UNKNOWN_NAME"],
    [{ ...field, kind: "formula", of: ["u"] }, "bad*u", "EXPR_BROKEN_NAME"],
    [{ ...field, kind: "data" }, "", "DATA_NOT_CHOSEN"],
    [{ ...field, kind: "data" }, "g.csv", "DATA_NOT_THERE"],
  ])("%o refuses %j", (spec, source, code) =>
    expect(bindParam(spec, source, scope, files)).toMatchObject({ ok: false, code }),
  );
});

describe("a block", () => {
  const probe = defineBlock({
    type: "probe",
    version: 1,
    category: "math",
    title: "Probe",
    summary: "",
    params: {
      low: { kind: "real", label: "Low", default: "0" },
      high: { kind: "real", label: "High", default: "1" },
      names: { kind: "names", label: "Names", default: "a, b" },
    },
    check: ({ low, high }) => (low > high ? "low must not exceed high" : undefined),
    ports: ({ names }) => ({ out: { y: { width: names.length } } }),
    labels: ({ names }) => ({ y: names }),
    equations: () => ({}),
    glyph: {},
  });
  const block = (params: Block["params"]): Block => ({
    id: "b1",
    name: "P",
    type: "probe",
    version: 1,
    params,
    at: { x: 0, y: 0 },
  });

  test("takes defaults for what is not given, and ignores what it doesn't know", () => {
    const bound = bindBlock(block({ high: "k", unknown: "1 +" }), probe, scope, files);
    expect(bound.problems).toEqual([]);
    expect(bound.values).toEqual({
      low: { kind: "real", value: 0 },
      high: { kind: "real", value: 2 },
      names: { kind: "names", value: ["a", "b"] },
    });
    expect(bound.ports).toEqual({ out: { y: { width: 2 } } });
    expect(bound.labels).toEqual({ y: ["a", "b"] });
  });
  test("a broken parameter falls back to its default and says so", () => {
    const bound = bindBlock(block({ names: "a,,b", low: "x" }), probe, scope, files);
    expect(bound.problems.map((p) => [p.code, p.path, p.field])).toEqual([
      ["EXPR_UNKNOWN_NAME", "P", "low"],
      ["PARAM_NAMES", "P", "names"],
    ]);
    expect(bound.problems[0]!.message).toBe("Low: There is no variable named x.");
    expect(bound.ports).toEqual({ out: { y: { width: 2 } } });
  });
  test("contradictions come from its check, once the values are sound", () => {
    expect(bindBlock(block({ low: "3" }), probe, scope, files).problems).toMatchObject([
      { code: "BLOCK_CHECK", path: "P", message: "Low must not exceed high." },
    ]);
    expect(bindBlock(block({ low: "3", high: "x" }), probe, scope, files, "Sub/P").problems).toMatchObject([
      { code: "EXPR_UNKNOWN_NAME", path: "Sub/P" },
    ]);
  });
  test("every block of the library binds with its defaults", () => {
    for (const definition of library.values()) {
      const bound = bindBlock(
        { id: "b", name: "B", type: definition.type, version: 1, params: {}, at: { x: 0, y: 0 } },
        definition,
        new Map(),
        files,
      );
      expect(
        bound.problems.filter((p) => !["DATA_NOT_CHOSEN", "PLANT_NOT_CHOSEN"].includes(p.code)),
        definition.type,
      ).toEqual([]);
      expect(Object.keys(bound.values)).toEqual(Object.keys(definition.params));
    }
  });
});

const at = { x: 0, y: 0 };
const made = (id: string, name: string, type: string, params: Block["params"] = {}): Block => ({
  id,
  name,
  type,
  version: 1,
  params,
  at,
});
const wire = (id: string, from: string, out: string, to: string, into: string, gain?: string) => ({
  id,
  from: { block: from, port: out },
  to: { block: to, port: into },
  ...(gain !== undefined && { gain }),
});
const drawing = (
  blocks: Block[],
  wires: LazoDocument["root"]["wires"],
  more: Partial<LazoDocument> = {},
): LazoDocument => ({
  format: "lazo",
  version: 1,
  name: "D",
  variables: [],
  root: { blocks, wires, notes: [] },
  run: { stop: "1", step: "0.1", solver: "auto" },
  ...more,
});
const found = (document: LazoDocument): string[] =>
  checkDocument(document).map((p) => `${p.severity} ${p.code} ${p.path}${p.field === undefined ? "" : ` ${p.field}`}`);

describe("a drawing", () => {
  test("in order has no problems", () => {
    expect(
      found(
        drawing([made("a", "C", "constant"), made("b", "S", "scope")], [wire("w", "a", "out", "b", "in1", "2*k")], {
          variables: [{ name: "k", value: "1" }],
        }),
      ),
    ).toEqual([]);
    expect(found(drawing([], []))).toEqual([]);
  });
  test("out of order names everything at once", () => {
    const document = drawing(
      [
        made("a", "C", "constant", { value: "zz" }),
        made("b", "C", "gain"),
        made("c", "Alien", "gian"),
        made("d", "Alone", "constant"),
        made("e", "Sum", "gain"),
        made("f", "a/b", "scope"),
        { ...made("g", "Old", "scope"), version: 99 },
      ],
      [
        wire("w1", "a", "out", "b", "in", "[1,"),
        wire("w2", "gone", "out", "b", "in"),
        wire("w3", "a", "nope", "b", "in"),
        wire("w4", "a", "out", "b", "out"),
        wire("w5", "c", "any", "f", "in1"),
        wire("w5", "a", "out", "g", "in1"),
        wire("w6", "a", "out", "b", "in", "missing"),
        wire("w7", "a", "out", "b", "in", "[]"),
      ],
      { variables: [{ name: "p", value: "p" }], run: { stop: "-1", step: "x", solver: "auto" } },
    );
    expect(found(document).sort()).toEqual(
      [
        "error BLOCK_DUPLICATE C",
        "error BLOCK_NAME a/b",
        "error BLOCK_NEWER Old",
        "error BLOCK_UNKNOWN Alien",
        "error EXPR_SYNTAX wire:w1",
        "error EXPR_UNKNOWN_NAME C value",
        "error EXPR_UNKNOWN_NAME run.step",
        "error EXPR_UNKNOWN_NAME wire:w6",
        "error ID_DUPLICATE wire:w5",
        "error PARAM_SHAPE wire:w7",
        "error PORT_UNCONNECTED Sum in",
        "error RUN_POSITIVE run.stop",
        "error VAR_CYCLE variable:p",
        "error WIRE_NO_BLOCK wire:w2",
        "error WIRE_NO_PORT wire:w3",
        "error WIRE_NO_PORT wire:w4",
        "warning BLOCK_ISOLATED Alone",
      ].sort(),
    );
    const problems = checkDocument(document);
    expect(problems.find((p) => p.code === "BLOCK_UNKNOWN")!.hint).toBe("Did you mean gain?");
    expect(problems.find((p) => p.path === "wire:w4")).toMatchObject({
      message: "This wire ends at C, which has no input out.",
      hint: "It has in.",
      related: ["C", "C"],
    });
  });
  test("optional inputs may be left alone", () => {
    expect(
      found(drawing([made("i", "I", "input"), made("s", "S", "scope")], [wire("w", "i", "u", "s", "in1")])),
    ).toEqual([]);
  });
  test("an attached file that can't be read says why", () => {
    const source = made("d", "Data", "from-csv", { file: "f.csv" });
    const wired = [wire("w", "d", "out", "s", "in1")];
    const scopeBlock = made("s", "S", "scope");
    expect(found(drawing([source, scopeBlock], wired, { data: { "f.csv": "t,y\n0,1\n1,2\n" } }))).toEqual([]);
    expect(checkDocument(drawing([source, scopeBlock], wired, { data: { "f.csv": "t,y\n0,x\n" } }))).toMatchObject([
      { code: "DATA_NOT_A_NUMBER", path: "Data", field: "file", values: { row: 1, column: "y" } },
    ]);
    expect(checkDocument(drawing([source, scopeBlock], wired))).toMatchObject([
      { code: "DATA_NOT_THERE", path: "Data", field: "file" },
    ]);
    expect(
      found(drawing([made("d", "Data", "from-csv", { file: "constructor" }), scopeBlock], wired, { data: {} })),
    ).toEqual(["error DATA_NOT_THERE Data file"]);
  });
});

describe("ports", () => {
  test("are those of the parameters as they stand, and held as long as nothing changes", () => {
    const block = made("s", "S", "scope", { count: "k" });
    const ports = portsOf(block, scope, files)!;
    expect(Object.keys(ports.in!)).toEqual(["in1", "in2"]);
    expect(portsOf(block, scope, files)).toBe(ports);
    expect(Object.keys(portsOf(block, new Map(), files)!.in!)).toEqual(["in1"]);
    expect(portsOf(made("x", "X", "alien"), scope, files)).toBeUndefined();
  });
  test("of an unknown block are those its wires speak of", () => {
    const { root } = drawing([made("a", "A", "alien")], [wire("w", "a", "p", "a", "q")]);
    expect(portsInUse(root, "a")).toEqual({
      in: { q: { width: "?", optional: true } },
      out: { p: { width: "?", optional: true } },
    });
  });
});
