/** WebAssembly's steps are those of TypeScript: the same bits of the filter, the same smoother to rounding, of every small size. */
import { expect, test } from "vitest";
import { createRoom, predictCovariance, updateCovariance } from "../../../core/estimate/covariance.ts";
import { fastCovariance } from "../../../core/estimate/fastCovariance.ts";
import { ldl, ldlSolve } from "../../../core/math/ldl.ts";
import { relativeError } from "../math/reference.ts";
import { noiseOf } from "./simulated.ts";

const sizes = [3, 4, 5, 8, 13, 20].flatMap((n) => [1, 2, 3, 5, 10].map((p) => [n, p] as const));

test.for(sizes)("n = %i, p = %i", ([n, p]) => {
  const noise = noiseOf(100 * n + p);
  const draw = (count: number) => Float64Array.from({ length: count }, noise);
  const squared = (size: number): Float64Array => {
    const a = draw(size * size);
    return Float64Array.from({ length: size * size }, (_, at) => {
      const [i, j] = [Math.floor(at / size), at % size];
      let sum = i === j ? 0.1 : 0;
      for (let k = 0; k < size; k++) sum += a[Math.min(i, j) * size + k]! * a[Math.max(i, j) * size + k]!;
      return sum;
    });
  };
  const [A, C, Q, R] = [draw(n * n).map((v) => 0.3 * v), draw(p * n), squared(n), squared(p)];
  const fast = fastCovariance(n, p)!;
  const room = createRoom(n, p);
  const outs = [1, 2].map(() => ({
    P: new Float64Array(n * n),
    L: new Float64Array(p * p),
    K: new Float64Array(p * n),
  }));
  let P = squared(n);
  for (let k = 0; k < 4; k++) {
    expect(fast.update(C, R, P, outs[0]!)).toBe(true);
    expect(updateCovariance(room, n, p, C, R, P, outs[1]!)).toBe(true);
    expect(outs[0]).toEqual(outs[1]);
    const [next, wanted] = [new Float64Array(n * n), new Float64Array(n * n)];
    fast.predict(A, outs[0]!.P, Q, next);
    predictCovariance(room, n, A, outs[1]!.P, Q, wanted);
    expect(next).toEqual(wanted);
    // J = Pp^-1 A P, and P + J' D J.
    const [J, other] = [new Float64Array(n * n), room.AP.slice()];
    expect(fast.gain(A, outs[0]!.P, next, 0, J)).toBe(true);
    const [l, d] = [new Float64Array(n * n), new Float64Array(n)];
    ldl(wanted, 0, n, l, d);
    ldlSolve(l, d, n, other, n);
    expect(relativeError(J, other)).toBeLessThan(1e-11);
    const D = squared(n);
    const smooth = new Float64Array(n * n);
    fast.smooth(outs[0]!.P, D, smooth);
    const slow = outs[0]!.P.slice();
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        for (let a = 0; a < n; a++)
          for (let b = 0; b < n; b++) slow[i * n + j]! += J[a * n + i]! * D[a * n + b]! * J[b * n + j]!;
      }
    }
    expect(relativeError(smooth, slow)).toBeLessThan(1e-12);
    P = next;
  }
  const none = new Float64Array(p * p);
  expect(fast.update(new Float64Array(p * n), none, P, outs[0]!)).toBe(false);
  expect(fast.gain(A, P, new Float64Array(n * n), 1e-12, new Float64Array(n * n))).toBe(false);
});
