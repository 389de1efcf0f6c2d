/** Operating points, trim and order as scripts see them. */
import { describe, expect, it } from "vitest";
import { writeDocument } from "../../core/diagram/schema.ts";
import { draw } from "../core/drawing.ts";
import { file, lazo } from "./command.ts";

const loop = () =>
  file(
    "loop.lazo",
    writeDocument(
      draw(
        {
          r: ["input", { signal: "2" }],
          e: ["sum", { signs: "+-" }],
          K: ["gain", { gain: "k" }],
          P: ["state"],
          y: ["output"],
        },
        ["r -> e.in1", "e -> K", "K -> P", "P -> e.in2", "P -> y"],
        { variables: { k: "4" } },
      ),
    ),
  );

describe("matrices between any signals", () => {
  const abcd = (...args: string[]) => {
    const { code, out, err } = lazo("matrices", loop(), "--format", "json", ...args);
    expect(code, err).toBe(0);
    const { A, B, C, D, inputs, outputs } = JSON.parse(out);
    return [A, B, C, D, inputs, outputs];
  };
  it("closed and opened, at blocks and wires", () => {
    expect(abcd("--from", "K", "--to", "e,P")).toEqual([[[-4]], [[1]], [[-1], [1]], [[0], [0]], ["K"], ["e", "P"]]);
    expect(abcd("--from", "P", "--to", "P", "--open", "P")).toEqual([[[0]], [[-4]], [[1]], [[0]], ["P"], ["P"]]);
    expect(abcd("--from", "wire:w4")).toEqual([[[-4]], [[-4]], [[1]], [[0]], ["P"], ["y"]]);
  });
  it("refuses signals that are not there", () => {
    expect(lazo("matrices", loop(), "--from", "nowhere")).toMatchObject({ code: 1 });
    expect(lazo("matrices", loop(), "--from", "nowhere").err).toMatch(/^error SIGNAL_UNKNOWN /);
    expect(lazo("matrices", loop(), "--pade", "x").err).toMatch(/^error PADE_ORDER /);
  });
  it("at an equilibrium, and at a point by names", () => {
    const stiffness = (...args: string[]): number => {
      const { out, err } = lazo("matrices", "examples/pendulum.lazo", "--format", "json", ...args);
      expect(err).not.toMatch(/error/);
      const { A, states } = JSON.parse(out);
      return A[states.indexOf("rate")][states.indexOf("angle")];
    };
    expect(Math.abs(stiffness("--at", "trim"))).toBeCloseTo(9.81, 9);
    expect(stiffness("--at", file("named.json", '{"x": {"angle": 0.5}}'))).toBeCloseTo(-9.81 * Math.cos(0.5), 12);
    expect(lazo("matrices", "examples/pendulum.lazo", "--at", file("no.json", '{"x": {"size": 1}}')).err).toMatch(
      /^error POINT_NAME /,
    );
  });
});

describe("trim", () => {
  it("prints the point and its residual, and gives it as JSON", () => {
    const { code, out } = lazo("trim", loop());
    expect(code).toBe(0);
    expect(out).toMatch(/^state +P +2 +free +d\/dt 0$/m);
    expect(out).toMatch(/residual 0 after/);
    const json = JSON.parse(lazo("trim", loop(), "--fix", "y=k/8", "--free", "r", "--format", "json").out);
    expect(json).toMatchObject({ ok: true, inputs: [{ label: "r", value: 0.5 }], outputs: [{ value: 0.5 }] });
  });
  it("says what cannot be met, with exit code 1", () => {
    const { code, out, err } = lazo("trim", loop(), "--fix", "P=3", "--bound", "r=0:2.5");
    expect(code).toBe(1);
    expect(err).toMatch(/^error TRIM_BOUNDS /m);
    expect(err).toMatch(/^error TRIM_NO_CONVERGENCE /m);
    expect(out).toMatch(/at its upper bound/);
    expect(out).toMatch(/unmet: d\/dt P = 0/);
  });
  it("refuses what it cannot read", () => {
    expect(lazo("trim", loop(), "--bound", "r=1")).toMatchObject({ code: 2 });
    expect(lazo("trim", loop(), "--fix", "r=a b")).toMatchObject({ code: 2 });
    expect(lazo("trim", loop(), "--format", "xml")).toMatchObject({ code: 2 });
    expect(lazo("trim", loop(), "--fix", "nobody=1").err).toMatch(/^error POINT_NAME /);
  });
});

describe("order", () => {
  it("lists who works when, loops as one", () => {
    const document = draw(
      {
        u: ["input"],
        e: ["sum", { signs: "+-" }],
        K: ["gain", { gain: "4" }],
        d: ["unit-delay", { period: "[0.2, 0.1]" }],
        x: ["state"],
        y: ["output"],
      },
      ["u -> e.in1", "e -> K", "K -> e.in2", "K -> d", "d -> x", "x -> y"],
    );
    const path = file("order.lazo", writeDocument(document));
    const { code, out } = lazo("order", path);
    expect(code).toBe(0);
    expect(out).toMatch(/loop +(e -> K -> e|K -> e -> K) +continuous/);
    expect(out).toMatch(/derivative +x +continuous/);
    expect(out).toMatch(/update +d +every 0.2 s from 0.1 s/);
    const entries = JSON.parse(lazo("order", path, "--format", "json").out);
    expect(entries.at(-1)).toEqual({ does: "update", blocks: ["d"], when: ["every 0.2 s from 0.1 s"] });
  });
});
