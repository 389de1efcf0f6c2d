import { describe, expect, it } from "vitest";
import { fourier, powerOfTwo } from "../../../core/math/fft.ts";
import { uniform } from "../../../core/math/random.ts";

describe("Fourier transforms", () => {
  it.each([1, 2, 4, 8, 64])("of %i numbers are the sums that define them, and go back", (n) => {
    const [re, im] = [1, 2].map((seed) => Float64Array.from({ length: n }, (_, k) => uniform(seed, k) - 0.5));
    const [a, b] = [re!.slice(), im!.slice()];
    fourier(n).transform(a, b);
    for (let k = 0; k < n; k++) {
      let [sumRe, sumIm] = [0, 0];
      for (let t = 0; t < n; t++) {
        const angle = (-2 * Math.PI * k * t) / n;
        sumRe += re![t]! * Math.cos(angle) - im![t]! * Math.sin(angle);
        sumIm += re![t]! * Math.sin(angle) + im![t]! * Math.cos(angle);
      }
      expect(a[k]).toBeCloseTo(sumRe, 12);
      expect(b[k]).toBeCloseTo(sumIm, 12);
    }
    fourier(n).transform(a, b, true);
    a.forEach((v, k) => expect(v / n).toBeCloseTo(re![k]!, 14));
  });

  it("are of powers of two", () => {
    expect([1, 2, 3, 5, 1000].map(powerOfTwo)).toEqual([1, 2, 4, 8, 1024]);
    expect(() => fourier(12)).toThrow(RangeError);
  });

  it("keep 1e-15 over 65,536 numbers", () => {
    const n = 65536;
    const re = Float64Array.from({ length: n }, (_, k) => uniform(3, k) - 0.5);
    const [a, b] = [re.slice(), new Float64Array(n)];
    fourier(n).transform(a, b);
    fourier(n).transform(a, b, true);
    let most = 0;
    a.forEach((v, k) => (most = Math.max(most, Math.abs(v / n - re[k]!))));
    expect(most).toBeLessThan(2e-15);
  });
});
