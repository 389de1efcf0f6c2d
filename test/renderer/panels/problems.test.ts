import { describe, expect, test } from "vitest";
import { allProblems } from "../../../renderer/panels/Problems.tsx";
import { placeOf, pathsOf } from "../../../renderer/store/places.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import type { Problem } from "../../../core/ir/ir.ts";
import type { CompiledView, RunView } from "../../../renderer/engine/protocol.ts";

const problem = (code: string, severity: Problem["severity"], path = "G"): Problem => ({
  code,
  severity,
  path,
  message: code,
});
const compiled = (ok: boolean, problems: readonly Problem[]) => ({ ok, problems }) as unknown as CompiledView;
const run = (problems: readonly Problem[]) => ({ result: { problems } }) as unknown as RunView;

describe("the list of problems", () => {
  test("has errors first and each problem once", () => {
    const list = allProblems({
      compiled: compiled(true, [problem("w", "warning"), problem("e", "error")]),
      run: run([problem("w", "warning"), problem("d", "error")]),
    });
    expect(list.map(({ code }) => code)).toEqual(["e", "d", "w"]);
  });
  test("leaves needless states to the matrices: a model that is there to compare with is no mistake", () => {
    const view = { ...compiled(true, []), needless: [problem("MODE_UNSEEN", "warning")] };
    expect(allProblems({ compiled: view, run: undefined })).toEqual([]);
  });
  test("forgets the last run when the drawing no longer compiles", () => {
    const list = allProblems({ compiled: compiled(false, [problem("e", "error")]), run: run([problem("d", "error")]) });
    expect(list.map(({ code }) => code)).toEqual(["e"]);
  });
});

describe("places", () => {
  const at = { x: 0, y: 0 };
  const block = (id: string, name: string) => ({ id, name, type: "gain", version: 1, params: {}, at });
  const document: LazoDocument = {
    format: "lazo",
    version: 1,
    name: "n",
    variables: [],
    run: { stop: "1", step: "1", solver: "auto" },
    root: {
      blocks: [
        block("b1", "Gain"),
        {
          ...block("b2", "Plant"),
          sheet: {
            blocks: [block("b3", "Gain")],
            wires: [{ id: "w2", from: { block: "b3", port: "y" }, to: { block: "b3", port: "u" } }],
            notes: [],
          },
        },
      ],
      wires: [{ id: "w1", from: { block: "b1", port: "y" }, to: { block: "b2", port: "u" } }],
      notes: [],
    },
  };
  test("a path leads to its block or wire, and names the sheet", () => {
    expect(placeOf(document, "Gain")).toMatchObject({ kind: "block", path: "Gain", block: { id: "b1" } });
    expect(placeOf(document, "Plant/Gain")).toMatchObject({ kind: "block", path: "Plant/Gain", block: { id: "b3" } });
    expect(placeOf(document, "wire:w1")).toMatchObject({ kind: "wire", path: "", from: "Gain", to: "Plant" });
    expect(placeOf(document, "wire:w2")).toMatchObject({ kind: "wire", path: "Plant/", wire: { id: "w2" } });
    expect(placeOf(document, "variable:k")).toEqual({ kind: "variable", name: "k" });
    expect(placeOf(document, "run.stop")).toEqual({ kind: "run", setting: "stop" });
    expect(placeOf(document, "nobody")).toEqual({ kind: "none" });
  });
  test("ids give paths", () => {
    expect([...pathsOf(document, new Set(["b1", "b3"]))]).toEqual(["Gain", "Plant/Gain"]);
  });
});
