import { describe, expect, test } from "vitest";
import { polesText, stabilityOf } from "../../../renderer/panels/poles.ts";

const continuous = { kind: "continuous" } as const;
const discrete = { kind: "discrete", period: 0.1 } as const;

describe("eigenvalues in words", () => {
  test("a conjugate pair is one entry, a repeated one is counted", () => {
    expect(
      polesText([
        [0.225, 0.5694],
        [0.225, -0.5694],
      ]),
    ).toBe("0.225\u00a0±\u00a00.569i");
    expect(
      polesText([
        [0, 2],
        [0, -2],
        [-1, 0],
      ]),
    ).toBe("±2i, −1");
    expect(
      polesText([
        [0, 0],
        [0, 0],
        [-0.6, 0],
      ]),
    ).toBe("0\u00a0(×2), −0.6");
  });
  test("what is past the last place shown is left out", () => {
    const many = Array.from({ length: 9 }, (_, k) => [-(k + 1), 0] as const);
    expect(polesText(many, 3)).toBe("−1, −2, −3, …");
  });
  test("stability is judged by the half plane, or by the circle", () => {
    expect(
      stabilityOf(
        [
          [-1, 5],
          [-1, -5],
        ],
        continuous,
      ),
    ).toBe("stable");
    expect(
      stabilityOf(
        [
          [0.1, 0],
          [-1, 0],
        ],
        continuous,
      ),
    ).toBe("unstable");
    expect(
      stabilityOf(
        [
          [0, 1],
          [0, -1],
        ],
        continuous,
      ),
    ).toBe("edge");
    expect(stabilityOf([[-1, 0]], discrete)).toBe("edge");
    expect(stabilityOf([[-0.99, 0]], discrete)).toBe("stable");
    expect(stabilityOf([[0.8, 0.7]], discrete)).toBe("unstable");
    expect(stabilityOf([], continuous)).toBe("static");
  });
});
