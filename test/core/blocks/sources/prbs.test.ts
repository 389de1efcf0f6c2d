import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

const params = { amplitude: [1], bias: [0], order: 4, period: 0.1, seed: 1 };

/** The register after a tick from what it held before; memory 0 is the register. */
const shifted = (order: number, register: number) =>
  traceBlock("prbs", { ...params, order }).at({ memory: [register], flanks: [1, 0] }).remembered[0]!;

test("the register of four bits by hand", () => {
  // Bits 4 and 3 are fed back: 0001, 0010, 0100, 1001, 0011, 0110, 1101, 1010, 0101, 1011, 0111, 1111, 1110, 1100, 1000.
  let register = 1;
  const seen = Array.from({ length: 15 }, () => {
    const now = register;
    register = shifted(4, register);
    return now;
  });
  expect(seen).toEqual([1, 2, 4, 9, 3, 6, 13, 10, 5, 11, 7, 15, 14, 12, 8]);
  expect(register).toBe(1);
});

test.each(Array.from({ length: 19 }, (_, i) => i + 2))("n = %d: every state but 0, once a period", (order) => {
  // The shift is linear over two elements, so that its images of single bits say all: checked against the block itself.
  const images = Array.from({ length: order }, (_, i) => shifted(order, 2 ** i));
  const step = (register: number) => images.reduce((sum, image, i) => ((register >> i) & 1 ? sum ^ image : sum), 0);
  const period = 2 ** order - 1;
  for (let k = 1; k <= 20; k++) {
    const register = 1 + ((k * 7919) % period);
    expect(step(register)).toBe(shifted(order, register));
  }
  let register = 1;
  let length = 0;
  do {
    register = step(register);
    length++;
  } while (register !== 1 && length <= period);
  expect(length).toBe(period);
});

test("gives the highest bit as a level, element by element, and moves on at ticks only", () => {
  const block = traceBlock("prbs", { ...params, amplitude: [2, 3], bias: [10] });
  expect(block.at({ memory: [8], flanks: [0, 0] }).out).toEqual({ out: [12, 13] });
  expect(block.at({ memory: [7], flanks: [0, 0] }).out).toEqual({ out: [8, 7] });
  expect(block.at({ memory: [7], flanks: [0, 1] }).out).toEqual({ out: [12, 13] });
  expect(block.at({ memory: [8], flanks: [0, 0] }).remembered).toEqual([8]);
});

test("the number of the sample is odd and even in turn, wherever rounding takes it", () => {
  const block = traceBlock("prbs", params);
  expect(block.at({ t: 0.3 }).conditions).toEqual([1, 1]);
  expect(block.at({ t: 0.30000000000000004 }).conditions).toEqual([1, 1]);
  expect(block.at({ t: 0.4 }).conditions).toEqual([0, 0]);
});

test("refuses a seed that its register can't hold", () => {
  expect(traceBlock("prbs", { ...params, seed: 16 }).problem).toBe(
    "Seed must be a whole number from 1 to 15 for a register of 4 bits, not 16",
  );
  expect(traceBlock("prbs", { ...params, seed: 1.5 }).problem).toMatch(/not 1.5/);
  expect(traceBlock("prbs", { ...params, seed: 15 }).problem).toBeUndefined();
  expect(traceBlock("prbs", { ...params, amplitude: [1, 2], bias: [1, 2, 3] }).problem).toMatch(/elements/);
});
