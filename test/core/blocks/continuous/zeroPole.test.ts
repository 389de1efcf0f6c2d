import fc from "fast-check";
import { expect, test } from "vitest";
import { traceBlock } from "../traceBlock.ts";

type Complex = readonly [number, number];
const times = ([a, b]: Complex, [c, d]: Complex): Complex => [a * c - b * d, a * d + b * c];
const over = ([a, b]: Complex, [c, d]: Complex): Complex => {
  const size = c * c + d * d;
  return [(a * c + b * d) / size, (b * c - a * d) / size];
};
interface Roots {
  zeros: number[];
  zeroPairs: number[][];
  poles: number[];
  polePairs: number[][];
  gain: number;
}

/** C (sI - A)^-1 B + D of the traced block by elimination, and the product of its roots. */
function both(roots: Roots, s: Complex): [Complex, Complex] {
  const block = traceBlock("zero-pole", { ...roots });
  const n = roots.poles.length + 2 * roots.polePairs.length;
  const unit = (i: number) => Array.from({ length: n }, (_, k) => (k === i ? 1 : 0));
  const at = (u: number, x: number[]) => {
    const { next, out } = block.at({ in: { u: [u] }, state: { x } });
    return { next: next["x"] ?? [], y: out["y"]![0]! };
  };
  const columns = unit(-1).map((_, j) => at(0, unit(j)));
  const input = at(1, unit(-1));
  const rows: Complex[][] = unit(-1).map((_, i) => [
    ...columns.map(({ next }, j): Complex => [(i === j ? s[0] : 0) - next[i]!, i === j ? s[1] : 0]),
    [input.next[i]!, 0],
  ]);
  for (let k = 0; k < n; k++) {
    const best = rows.findIndex(
      (row, i) => i >= k && rows.slice(k).every((r) => Math.hypot(...r[k]!) <= Math.hypot(...row[k]!)),
    );
    [rows[k], rows[best]] = [rows[best]!, rows[k]!];
    rows.forEach((row, i) => {
      if (i === k) return;
      const factor = over(row[k]!, rows[k]![k]!);
      rows[i] = row.map((e, j) => {
        const [re, im] = times(factor, rows[k]![j]!);
        return [e[0] - re, e[1] - im];
      });
    });
  }
  let [re, im] = [input.y, 0];
  columns.forEach(({ y }, j) => {
    const [a, b] = over(rows[j]![n]!, rows[j]![j]!);
    [re, im] = [re + y * a, im + y * b];
  });
  const away = ([x, y]: Complex): Complex => [s[0] - x, s[1] - y];
  const product = (real: number[], pairs: number[][]) =>
    [
      ...real.map((x): Complex => [x, 0]),
      ...pairs.flatMap(([x = 0, y = 0]): Complex[] => [
        [x, y],
        [x, -y],
      ]),
    ].reduce<Complex>((p, root) => times(p, away(root)), [1, 0]);
  const exact = times(
    [roots.gain, 0],
    over(product(roots.zeros, roots.zeroPairs), product(roots.poles, roots.polePairs)),
  );
  return [[re, im], exact];
}

const root = fc.double({ min: -3, max: -0.5, noNaN: true });
const pair = fc.tuple(root, fc.double({ min: 0.5, max: 4, noNaN: true })).map(([a, b]) => [a, b]);
const lists = (part: fc.Arbitrary<number>, most: number) => fc.array(part, { maxLength: most });

test("law: is the product of its roots, whichever sections they fall into", () => {
  const roots = fc
    .record({
      zeros: lists(root, 3),
      zeroPairs: fc.array(pair, { maxLength: 2 }),
      poles: lists(root, 5),
      polePairs: fc.array(pair, { maxLength: 3 }),
      gain: fc.double({ min: 0.5, max: 3, noNaN: true }),
    })
    .filter((r) => r.zeros.length + 2 * r.zeroPairs.length <= r.poles.length + 2 * r.polePairs.length);
  fc.assert(
    fc.property(roots, fc.double({ min: 0.3, max: 3, noNaN: true }), (r, w) => {
      const [[a, b], [c, d]] = both(r, [0.2, w]);
      expect(Math.hypot(a - c, b - d)).toBeLessThan(1e-9 * (1 + Math.hypot(c, d)));
    }),
    { numRuns: 200 },
  );
});

test("fast and slow poles keep their sizes: each stands in the equations as it was typed", () => {
  const [[a, b], [c, d]] = both(
    { zeros: [], zeroPairs: [], poles: [-1e-3, -1e6], polePairs: [[-1e5, 3e5]], gain: 1e14 },
    [0, 1],
  );
  expect(Math.hypot(a - c, b - d)).toBeLessThan(1e-12 * Math.hypot(c, d));
});

test("refuses more zeros than poles, and pairs that are none", () => {
  const problem = (params: Partial<Roots>) => traceBlock("zero-pole", params).problem;
  expect(problem({ zeros: [-1, -2] })).toBe("there must not be more zeros than poles (2 > 1): that is not proper");
  expect(problem({ polePairs: [[-1, 0]] })).toMatch(/pair of poles -1, 0 has no imaginary part/);
  expect(problem({ polePairs: [[-1], [2]] })).toMatch(/in a row of 2 and not of 1/);
  expect(problem({ poles: [], zeros: [] })).toBeUndefined();
});
