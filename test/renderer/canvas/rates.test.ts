import { describe, expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import { addBlock } from "../../../core/diagram/edit.ts";
import { rateColour, rateOf, rateView } from "../../../renderer/canvas/rates.ts";
import { draw } from "../../core/drawing.ts";

describe("sample times", () => {
  const rates = {
    Plant: "continuous",
    K: "constant",
    "Control/Filter": "0.1",
    "Control/P": "constant",
    "Control/y": "0.1",
    "Mixed/a": "0.02+0.01",
    "Mixed/Inner/b": "continuous",
    Pulse: "triggered",
  };
  test("stand from continuous over the fastest to what never changes", () =>
    expect(rateView(rates).order).toEqual(["continuous", "0.02+0.01", "0.1", "triggered", "constant"]));
  test("have colours of their own, and the same model the same ones", () => {
    const { order, colours } = rateView(rates);
    expect(new Set(order.map((word) => colours.get(word))).size).toBe(order.length);
    expect(rateView({ ...rates }).colours).toEqual(colours);
  });
  test("of a subsystem are those of what is in it, but for constants", () => {
    expect(rateOf(rates, "Control")).toBe("0.1");
    expect(rateOf(rates, "Mixed")).toBe("several");
    expect(rateOf(rates, "Mixed/Inner")).toBe("continuous");
    expect(rateColour(rates, "several")).toBeUndefined();
    expect(rateOf(rates, "nobody")).toBeUndefined();
    expect(rateOf(rates, "Control", "y")).toBe("0.1");
    expect(rateOf(rates, "Plant", "out")).toBe("continuous");
  });
  test("come from the compiled model", () => {
    const sampled = draw({ c: ["sine"], d: ["unit-delay", { period: "0.5" }], g: ["gain"], s: ["scope"] }, [
      "c -> d",
      "d -> g",
      "g -> s",
    ]);
    const { rates: compiled } = compile(addBlock(sampled, "subsystem", { x: 0, y: 0 }));
    const view = Object.fromEntries(compiled);
    expect(rateOf(view, "d")).toBe("0.5");
    expect(rateOf(view, "c")).toBe("continuous");
    expect(rateOf(view, "Subsystem", "y")).toBeDefined();
  });
});
