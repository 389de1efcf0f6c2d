import { expect, it } from "vitest";
import { documentShape } from "../../../core/diagram/shape.ts";
import { solvers } from "../../../core/diagram/solvers.ts";

it("offers every solver that a file may name, and no other", () => {
  const inFiles = documentShape.shape.run.shape.solver.options;
  expect([...inFiles].sort()).toEqual([...solvers].sort());
  expect(new Set(solvers).size).toBe(11);
});
