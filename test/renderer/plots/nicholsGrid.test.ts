/** Lines of a Nichols chart: on each the closed loop has the gain that its label says, in every turn that is shown. */
import { expect, test } from "vitest";
import { nicholsGrid } from "../../../renderer/plots/nicholsGrid.ts";

test("|L/(1 + L)| along a line is what its label says, and its turns cover the angles", () => {
  const grid = nicholsGrid([-500, -50]);
  for (const { label, x, y, at } of grid) {
    x.forEach((angle, k) => {
      const [size, a] = [10 ** (y[k]! / 20), (angle * Math.PI) / 180];
      const [re, im] = [size * Math.cos(a), size * Math.sin(a)];
      const gain = 20 * Math.log10(size / Math.hypot(1 + re, im));
      expect(Math.abs(gain - Number.parseFloat(label))).toBeLessThan(1e-9);
    });
    expect(Number.isFinite(x[at])).toBe(true);
  }
  // Closed around the critical point of its own turn above 0 dB, from edge to edge of the turn below.
  const of = (label: string) => grid.filter((line) => line.label === label);
  expect(of("3 dB").map(({ x }) => Math.round((Math.min(...x) + Math.max(...x)) / 2))).toEqual([-540, -180]);
  expect(of("-3 dB").map(({ x }) => [Math.round(Math.min(...x)), Math.round(Math.max(...x)) + 0])).toEqual([[-720, -360], [-360, 0]]); // prettier-ignore
  const [run] = of("-3 dB");
  expect(run!.x.every((v, k) => k === 0 || v > run!.x[k - 1]!)).toBe(true);
});
