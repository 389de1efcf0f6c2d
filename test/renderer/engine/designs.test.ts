/** Designs in whole drawings: what is written into the block does in the drawing what was planned, and is found to follow. */
import { expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { Block, Design, LazoDocument, Wire } from "../../../core/diagram/document.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { pole } from "../../../core/lti/pole.ts";
import { designsOf } from "../../../renderer/engine/designs.ts";
import { distance, type Complex } from "../../core/math/reference.ts";

const block = (id: string, type: string, params: Block["params"] = {}, design?: Design): Block => ({
  id,
  name: id,
  type,
  version: 1,
  params,
  at: { x: 0, y: 0 },
  ...(design && { design }),
});
const wire = (from: string, to: string): Wire => {
  const [a, b] = [from.split("."), to.split(".")];
  return { id: `${a.join("")}-${b.join("")}`, from: { block: a[0]!, port: a[1]! }, to: { block: b[0]!, port: b[1]! } };
};
const drawing = (blocks: readonly Block[], wires: readonly Wire[]): LazoDocument => ({
  format: "lazo",
  version: 1,
  name: "design",
  variables: [],
  root: { blocks, wires, notes: [] },
  run: { stop: "1", step: "0.1", solver: "auto" },
});

/** With the numbers of the design in place. */
function written(document: LazoDocument, id: string): { document: LazoDocument; planned: readonly Complex[] } {
  const view = designsOf(document)[id];
  if (!view?.ok) throw new Error(JSON.stringify(view));
  const blocks = document.root.blocks.map((one) =>
    one.id === id ? { ...one, params: { ...one.params, ...view.params } } : one,
  );
  return { document: { ...document, root: { ...document.root, blocks } }, planned: view.planned };
}

function polesOf(document: LazoDocument): readonly Complex[] {
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  const linearized = linearize(compiled.model);
  if (!linearized.ok) throw new Error(JSON.stringify(linearized.problems));
  return pole(linearized.linearization.system);
}

function expectPlanned(document: LazoDocument, id: string): void {
  expect(designsOf(document)[id], JSON.stringify(compile(document).problems)).toMatchObject({
    ok: true,
    follows: false,
  });
  const { document: done, planned } = written(document, id);
  expect(distance(polesOf(done), planned)).toBeLessThan(1e-4);
  const again = designsOf(done)[id];
  expect(again).toMatchObject({ ok: true, follows: true });
  if (again?.ok) expect(distance(again.poles!, planned)).toBeLessThan(1e-4);
}

const io = [block("r", "input"), block("y", "output")];

test("LQG: an unstable plant, one measurement of two states, regulator and observer as planned", () => {
  const plant = block("plant", "state-space", { A: "[0, 1; 4, 0]", B: "[0; 1]", C: "[1, 0]", D: "0" });
  const controller = block(
    "lqg",
    "state-space",
    {},
    { method: "lqg", fields: { Q: "10", R: "0.1", W: "2", V: "0.01" } },
  );
  const wires = [wire("r.u", "plant.u"), wire("plant.y", "lqg.u"), wire("lqg.y", "plant.u"), wire("plant.y", "y.y")];
  const document = drawing([...io, plant, controller], wires);
  expectPlanned(document, "lqg");
  expect(polesOf(written(document, "lqg").document).every(([re]) => re < 0)).toBe(true);
});

test("LQG in discrete time holds by the prediction", () => {
  const plant = block("plant", "discrete-state-space", { A: "[1, 0.1; 0.4, 1.02]", B: "[0; 0.1]", C: "[1, 0]", D: "0", period: "0.1" }); // prettier-ignore
  const fields = { Q: "1", R: "1", W: "1", V: "1" };
  const controller = block("lqg", "discrete-state-space", { period: "0.1" }, { method: "lqg", fields });
  const wires = [wire("r.u", "plant.u"), wire("plant.y", "lqg.u"), wire("lqg.y", "plant.u"), wire("plant.y", "y.y")];
  expectPlanned(drawing([...io, plant, controller], wires), "lqg");
});

test("LQR with integral action: the integral of the error is one state more that the gain sees", () => {
  const blocks = [
    ...io,
    block("error", "sum", { signs: "+-" }),
    block("z", "integrator"),
    block("all", "mux", { count: "2" }),
    block("K", "gain", { gain: "[0, 0]" }, { method: "lqr", fields: { Q: "[1, 5]", R: "1" } }),
    block("lag", "first-order"),
  ];
  const wires = [
    wire("r.u", "error.in1"),
    wire("lag.out", "error.in2"),
    wire("error.out", "z.in"),
    wire("lag.out", "all.in1"),
    wire("z.out", "all.in2"),
    wire("all.out", "K.in"),
    wire("K.out", "lag.in"),
    wire("lag.out", "y.y"),
  ];
  expectPlanned(drawing(blocks, wires), "K");
});

test("a PID by its error, and by r and y: the poles of the drawing are those planned", () => {
  const design: Design = { method: "tune", fields: { frequency: "2", margin: "45" } };
  const plant = block("plant", "transfer-function", { num: "3", den: "[1, 2, 1]" });
  const byError = [...io, block("error", "sum", { signs: "+-" }), block("c", "pid", { terms: "PI" }, design), plant];
  const through = [wire("c.u", "plant.u"), wire("plant.y", "y.y")];
  expectPlanned(
    drawing(byError, [wire("r.u", "error.in1"), wire("plant.y", "error.in2"), wire("error.out", "c.e"), ...through]),
    "c",
  );
  const both = [...io, block("c", "pid", { inputs: "r and y", form: "ideal" }, design), plant];
  expectPlanned(drawing(both, [wire("r.u", "c.r"), wire("plant.y", "c.y"), ...through]), "c");
});

test("controllers of the other time, and plants that nobody measures, are refused by name", () => {
  const wires = [wire("r.u", "plant.u"), wire("plant.y", "lqg.u"), wire("lqg.y", "plant.u"), wire("plant.y", "y.y")];
  const hidden = block("plant", "state-space", { A: "[1, 0; 0, -1]", B: "[1; 1]", C: "[0, 1]", D: "0" });
  const fields = { Q: "1", R: "1", W: "1", V: "1" };
  const continuous = block("lqg", "state-space", {}, { method: "lqg", fields });
  const refused = designsOf(drawing([...io, hidden, continuous], wires))["lqg"];
  expect(refused).toMatchObject({ ok: false });
  const sampled = block("lqg", "discrete-state-space", { period: "0.1" }, { method: "lqg", fields });
  const plant = block("plant", "state-space", { A: "-1", B: "1", C: "1", D: "0" });
  expect(designsOf(drawing([...io, plant, sampled], wires))["lqg"]).toMatchObject({ ok: false, code: "OTHER_TIME" });
});
