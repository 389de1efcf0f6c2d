/** Files: what is read comes out the same, what is broken or hostile is refused by name and place, older versions are migrated. */
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { jsonErrorAt } from "../../../core/diagram/json.ts";
import { currentVersion, migrate, type Migration, migrations } from "../../../core/diagram/migrate.ts";
import { readDocument, writeDocument } from "../../../core/diagram/schema.ts";

const v1 = readFileSync(new URL("fixtures/v1.lazo", import.meta.url), "utf8");

const read = (text: string) => {
  const result = readDocument(text);
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.path}: ${p.message}`).join("\n"));
  return result.document;
};
const problems = (text: string) => {
  const result = readDocument(text);
  if (result.ok) throw new Error("was read");
  return result.problems;
};
/** The fixture with one thing changed. */
const with_ = (change: (d: Record<string, any>) => void): string => {
  const d = JSON.parse(v1) as Record<string, any>;
  change(d);
  return JSON.stringify(d);
};

describe("the frozen file of version 1", () => {
  test("is read whole and written the same to the byte", () => {
    const document = read(v1);
    expect(document).toEqual(JSON.parse(v1));
    expect(writeDocument(document)).toBe(v1);
  });
  test("unknown fields survive, wherever they are", () => {
    const document = read(
      with_((d) => {
        d["root"].wires[0].to.extra = { deep: [1] };
        d["run"].seed = 7;
      }),
    );
    const again = JSON.parse(writeDocument(document));
    expect(again.root.wires[0].to.extra).toEqual({ deep: [1] });
    expect(again.run.seed).toBe(7);
    expect(again.extension).toEqual({ kept: [1, null, true] });
  });
  test("the order of keys in the file does not matter", () => {
    const reversed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(reversed)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([k, x]) => [k, reversed(x)]),
            )
          : value;
    expect(JSON.parse(writeDocument(read(JSON.stringify(reversed(JSON.parse(v1))))))).toEqual(JSON.parse(v1));
  });
});

describe("refusals", () => {
  const deep = (n: number): string => v1.replace('"kept": [', `"deep": ${"[".repeat(n)}${"]".repeat(n)}, "kept": [`);
  test.each<[string, string, string, string]>([
    ["nothing", "", "FILE_JSON", "$"],
    ["half a file", v1.slice(0, 700), "FILE_JSON", "$"],
    ["something else", "hello", "FILE_JSON", "$"],
    ["a list", "[]", "FILE_FORMAT", "$"],
    ["null", "null", "FILE_FORMAT", "$"],
    ["another format", '{"format": "excalidraw"}', "FILE_FORMAT", "format"],
    ["no version", '{"format": "lazo"}', "FILE_VERSION", "version"],
    ["version 0", '{"format": "lazo", "version": 0}', "FILE_VERSION", "version"],
    ["version one and a half", '{"format": "lazo", "version": 1.5}', "FILE_VERSION", "version"],
    [
      "a newer version",
      with_((d) => {
        d["version"] = 2;
      }),
      "FILE_NEWER",
      "version",
    ],
    ["a newer version of unknown shape", '{"format": "lazo", "version": 99}', "FILE_NEWER", "version"],
    [
      "no root",
      with_((d) => {
        delete d["root"];
      }),
      "FILE_SHAPE",
      "root",
    ],
    [
      "blocks that are no list",
      with_((d) => {
        d["root"].blocks = {};
      }),
      "FILE_SHAPE",
      "root.blocks",
    ],
    [
      "a number for a parameter",
      with_((d) => {
        d["root"].blocks[1].params.initial = 0;
      }),
      "FILE_SHAPE",
      "root.blocks[1].params.initial",
    ],
    [
      "an id with a space",
      with_((d) => {
        d["root"].blocks[0].id = "b 1";
      }),
      "FILE_SHAPE",
      "root.blocks[0].id",
    ],
    [
      "an id too long",
      with_((d) => {
        d["root"].notes[0].id = "n".repeat(65);
      }),
      "FILE_SHAPE",
      "root.notes[0].id",
    ],
    [
      "a name with a line end",
      with_((d) => {
        d["root"].blocks[0].name = "a\nb";
      }),
      "FILE_SHAPE",
      "root.blocks[0].name",
    ],
    [
      "a name with U+2028",
      with_((d) => {
        d["root"].blocks[0].name = "a\u2028b";
      }),
      "FILE_SHAPE",
      "root.blocks[0].name",
    ],
    [
      "an empty name",
      with_((d) => {
        d["root"].blocks[0].name = "";
      }),
      "FILE_SHAPE",
      "root.blocks[0].name",
    ],
    [
      "a name too long",
      with_((d) => {
        d["root"].blocks[0].name = "x".repeat(201);
      }),
      "FILE_SHAPE",
      "root.blocks[0].name",
    ],
    [
      "a strange turn",
      with_((d) => {
        d["root"].blocks[0].turn = 45;
      }),
      "FILE_SHAPE",
      "root.blocks[0].turn",
    ],
    [
      "a place that is no number",
      with_((d) => {
        d["root"].blocks[0].at.x = "0";
      }),
      "FILE_SHAPE",
      "root.blocks[0].at.x",
    ],
    [
      "an unknown solver",
      with_((d) => {
        d["run"].solver = "wishful";
      }),
      "FILE_SHAPE",
      "run.solver",
    ],
    ["an infinite place", v1.replace('"y": 16.5', '"y": 1e999'), "FILE_NUMBER", "root.blocks[0].at.y"],
    [
      "__proto__",
      v1.replace('"extension": {', '"__proto__": {"polluted": 1}, "extension": {'),
      "FILE_FORBIDDEN_KEY",
      "__proto__",
    ],
    [
      "__proto__ among parameters",
      v1.replace('"anything"', '"__proto__"'),
      "FILE_FORBIDDEN_KEY",
      "root.blocks[2].params.__proto__",
    ],
    ["constructor", v1.replace('"drops.csv"', '"constructor"'), "FILE_FORBIDDEN_KEY", "data.constructor"],
    ["prototype", v1.replace('"kept"', '"prototype"'), "FILE_FORBIDDEN_KEY", "extension.prototype"],
    [
      "a text too long",
      with_((d) => {
        d["root"].notes[0].text = "x".repeat(65_537);
      }),
      "FILE_TOO_LONG",
      "root.notes[0].text",
    ],
    [
      "an id used twice",
      with_((d) => {
        d["root"].blocks[1].id = "b1";
      }),
      "FILE_ID_DUPLICATE",
      "root.blocks[1].id",
    ],
    [
      "a wire with the id of a note",
      with_((d) => {
        d["root"].wires[0].id = "n1";
      }),
      "FILE_ID_DUPLICATE",
      "root.notes[0].id",
    ],
    [
      "an id used again inside",
      with_((d) => {
        d["root"].blocks[2].sheet.notes = [{ id: "b1", at: { x: 0, y: 0 }, text: "" }];
      }),
      "FILE_ID_DUPLICATE",
      "root.blocks[2].sheet.notes[0].id",
    ],
    [
      "something deep inside a sheet",
      with_((d) => {
        d["root"].blocks[2].sheet.wires = [{}];
      }),
      "FILE_SHAPE",
      "root.blocks[2].sheet.wires[0].id",
    ],
  ])("%s", (_, text, code, path) => {
    const [first] = problems(text);
    expect(first).toMatchObject({ severity: "error", code, path });
    expect(first!.message.length).toBeGreaterThan(10);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("too deep, for us and for any parser", () => {
    expect(problems(deep(80))[0]!.code).toBe("FILE_TOO_DEEP");
    expect(problems(deep(20_000))[0]!.code).toMatch(/FILE_TOO_DEEP|FILE_JSON/);
    expect(readDocument(deep(40)).ok).toBe(true);
  });
  test("too large", () => {
    expect(problems(" ".repeat(33 * 1024 * 1024))[0]!.code).toBe("FILE_TOO_LARGE");
    expect(
      readDocument(
        with_((d) => {
          d["data"]["drops.csv"] = "1\n".repeat(500_000);
        }),
      ).ok,
    ).toBe(true);
  });
  test("broken JSON says where", () => {
    expect(problems('{\n  "format": "lazo",\n  "version": oops\n}')[0]).toMatchObject({
      code: "FILE_JSON",
      values: { line: 3, column: 14 },
    });
    const cut = v1.slice(0, 700);
    expect(problems(cut)[0]!.values).toEqual({
      line: cut.split("\n").length,
      column: cut.split("\n").at(-1)!.length + 1,
    });
  });
  test.each([
    ["", 0],
    ["[1,]", 3],
    ['{"a" 1}', 5],
    ["{a: 1}", 1],
    ["[1 2]", 3],
    ['"a\nb"', 2],
    ['"\\x"', 2],
    ["[1]]", 3],
    ["[nul]", 1],
    ["01", 1],
    ['{"a":1,}', 7],
    ["[1", 2],
    ['{"a":"b', 7],
    ["[}", 1],
  ])("%s stops being JSON at %s", (text, at) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(jsonErrorAt(text)).toBe(at);
  });
  test("what is JSON has no error before its end", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(jsonErrorAt(text)).toBe(text.length);
      }),
    );
  });
  test("several faults come together, and not more than one can read", () => {
    expect(
      problems(
        with_((d) => {
          d["name"] = 1;
          d["run"].stop = 2;
          d["variables"][0].value = 3;
        }),
      ).map((p) => p.path),
    ).toEqual(["name", "variables[0].value", "run.stop"]);
    expect(
      problems(
        with_((d) => {
          d["variables"] = Array(500).fill(0);
        }),
      ).length,
    ).toBeLessThanOrEqual(50);
  });
  test("a byte order mark is no fault", () => expect(readDocument(`\uFEFF${v1}`).ok).toBe(true));
});

test("a document never holds a number that JSON can't", () => {
  const document = read(v1);
  const broken = { ...document, root: { ...document.root, notes: [{ id: "n", text: "", at: { x: NaN, y: 0 } }] } };
  expect(() => writeDocument(broken)).toThrow();
});

describe("migration", () => {
  test("goes step by step, purely, and only forward", () => {
    const steps = new Map<number, Migration>([
      [1, (raw) => ({ ...raw, one: true })],
      [2, (raw) => ({ ...raw, two: "one" in raw })],
    ]);
    const old = Object.freeze({ version: 1, kept: "yes" });
    expect(migrate(old, 1, steps, 3)).toEqual({ version: 3, kept: "yes", one: true, two: true });
    expect(migrate({ version: 2 }, 2, steps, 3)).toEqual({ version: 3, two: false });
    expect(migrate(old, 1, steps, 1)).toBe(old);
    expect(() => migrate(old, 1, new Map(), 2)).toThrow("version 1");
  });
  test("there is a step from every released version", () => {
    for (let v = 1; v < currentVersion; v++) expect(migrations.has(v)).toBe(true);
    expect(migrations.has(currentVersion)).toBe(false);
  });
});

describe("noise", () => {
  test("a mutated file is read or refused, never thrown at", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat({ max: v1.length - 1 }),
            fc.constantFrom('"', "{", "}", "[", "]", ",", ":", "1", "-", "e9", "null", "x", "\\", "\u0000", "", "true"),
          ),
          { minLength: 1, maxLength: 4 },
        ),
        (edits) => {
          let text = v1;
          for (const [at, put] of edits) text = text.slice(0, at) + put + text.slice(at + 1);
          const result = readDocument(text);
          // As text: JSON has no -0 to write.
          if (result.ok)
            expect(writeDocument(read(writeDocument(result.document)))).toBe(writeDocument(result.document));
          else for (const p of result.problems) expect(p.code).toMatch(/^FILE_/);
        },
      ),
      { numRuns: 1500 },
    );
  });
  test("a value of any kind in any place is named by that place", () => {
    const places: (readonly (string | number)[])[] = [
      ["name"],
      ["variables"],
      ["variables", 0],
      ["variables", 0, "value"],
      ["root"],
      ["root", "blocks"],
      ["root", "blocks", 0],
      ["root", "blocks", 0, "at"],
      ["root", "blocks", 0, "params"],
      ["root", "blocks", 0, "version"],
      ["root", "wires", 0, "from"],
      ["root", "wires", 0, "from", "port"],
      ["root", "wires", 0, "bends", 0, "x"],
      ["root", "notes", 0, "text"],
      ["run"],
      ["run", "stop"],
      ["data"],
      ["data", "drops.csv"],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }), (place, put) => {
        const text = with_((d) => {
          let at: any = d;
          for (const key of place.slice(0, -1)) at = at[key];
          at[place.at(-1)!] = put;
        });
        const result = readDocument(text);
        const prefix = place.reduce<string>(
          (all, key) => (typeof key === "number" ? `${all}[${key}]` : all === "" ? key : `${all}.${key}`),
          "",
        );
        if (!result.ok)
          for (const p of result.problems) if (p.code === "FILE_SHAPE") expect(p.path.startsWith(prefix)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
