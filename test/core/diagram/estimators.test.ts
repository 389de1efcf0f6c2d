/** An estimator placed beside its plant is wired to what goes in and to what is measured, and compiles as it stands. */
import { expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import { estimatorKinds, onePlant, placeEstimator } from "../../../core/diagram/estimators.ts";
import { draw } from "../drawing.ts";

const names = { estimator: "Filter", scope: "Estimate" };
const errorsOf = (document: Parameters<typeof compile>[0]) =>
  compile(document).problems.filter(({ severity }) => severity === "error");

test.each(estimatorKinds)("%s below a block: noise that is added to its output is measured, and says R", (kind) => {
  const document = draw(
    {
      u: ["input"],
      P: ["second-order"],
      w: ["noise", { deviation: "0.3", period: "0.05" }],
      "+": ["sum", { signs: "++" }],
      y: ["output"],
    },
    [["u -> P", "2"], "P -> +.in1", "w -> +.in2", "+ -> y"],
  );
  const watched = { inputs: ["in"], outputs: ["out"], period: undefined };
  const placed = placeEstimator(document, kind, "b2", watched, names)!;
  expect(errorsOf(placed.document)).toEqual([]);
  const { blocks, wires } = placed.document.root;
  const filter = blocks.find(({ id }) => id === placed.estimator)!;
  expect(filter).toMatchObject({ type: kind, params: { plant: "b2", period: "0.05", R: "(0.3).^2" } });
  const into = wires.filter(({ to }) => to.block === filter.id);
  expect(into.map(({ from, to, gain }) => [from.block, to.port, gain])).toEqual([
    ["b1", "u", "2"],
    ["b4", "y", undefined],
  ]);
  expect(wires.some(({ from, to }) => from.block === filter.id && from.port === "x" && to.port === "in1")).toBe(true);
});

test("several inputs and outputs come together, several blocks become one subsystem", () => {
  const document = draw(
    { a: ["input"], b: ["step"], s: ["sum", { signs: "++" }], i: ["integrator"], j: ["integrator"], y: ["output"], z: ["output"] },
    ["a -> s.in1", "b -> s.in2", "s -> i", "i -> j", "i -> y", "j -> z"],
  ); // prettier-ignore
  const one = onePlant(document, new Set(["b3", "b4", "b5"]), "Plant")!;
  const plant = one.document.root.blocks.find(({ id }) => id === one.plant)!;
  const ports = (type: string) => plant.sheet!.blocks.filter((block) => block.type === type).map(({ name }) => name);
  const watched = { inputs: ports("in"), outputs: ports("out"), period: "0.2" };
  const placed = placeEstimator(one.document, "kalman-filter", one.plant, watched, names)!;
  expect(errorsOf(placed.document)).toEqual([]);
  expect(placed.document.root.blocks.filter(({ type }) => type === "mux")).toHaveLength(2);
  expect(compile(placed.document).widths.get("Filter.x")).toBe(2);
  expect(placeEstimator(one.document, "kalman-filter", one.plant, { ...watched, outputs: [] }, names)).toBeUndefined();
});
