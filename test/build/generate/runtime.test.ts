import { describe, expect, it } from "vitest";
import { collect } from "../../../build/generate/runtime.mjs";

const from = (files: { readonly [file: string]: string }, ...names: string[]): string =>
  collect([["core/a.ts", names]], (file: string) => files[file] ?? "");

describe("the carried solver", () => {
  it("takes what is reached, in the order of imports, without import and export", () => {
    const text = from(
      {
        "core/a.ts": `/** Header. */\nimport { half } from "./x/b.ts";\nimport type { Size } from "./x/b.ts";\n\n/** Twice. */\nexport function twice(s: Size): number {\n  return inner(s) / half;\n}\n\nconst inner = (s: Size): number => s.n;\n\nexport const unused = 1;\n`,
        "core/x/b.ts": `/** Another header. */\n\n/** A half. */\nexport const half = 0.5;\nexport interface Size {\n  readonly n: number;\n}\nexport const alsoUnused = half;\n`,
      },
      "twice",
    );
    expect(text).toBe(
      `/** A half. */\nconst half = 0.5;\n\ninterface Size {\n  readonly n: number;\n}\n\n/** Twice. */\nfunction twice(s: Size): number {\n  return inner(s) / half;\n}\n\nconst inner = (s: Size): number => s.n;`,
    );
  });

  it("refuses what could not stand alone", () => {
    expect(() => from({ "core/a.ts": `import { Matrix } from "ml-matrix";\nexport const a = Matrix;` }, "a")).toThrow(
      /package/,
    );
    expect(() =>
      from(
        { "core/a.ts": `import { b as c } from "./b.ts";\nexport const a = c;`, "core/b.ts": "export const b = 1;" },
        "a",
      ),
    ).toThrow(/rename/);
    expect(() =>
      from(
        {
          "core/a.ts": `import { b } from "./b.ts";\nconst same = 1;\nexport const a = b + same;`,
          "core/b.ts": "const same = 2;\nexport const b = same;",
        },
        "a",
      ),
    ).toThrow(/one name for one thing/);
    expect(() => from({ "core/a.ts": "export const b = 1;" }, "a")).toThrow(/declares no a/);
  });
});
