import fc from "fast-check";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import headers from "../../electron/headers.json" with { type: "json" };
import {
  documentInArgs,
  isInside,
  isOurs,
  isPlainAttachedName,
  isPlainCsvName,
  mayAttach,
  mayNavigate,
  mayUse,
  resolveAppUrl,
  START,
  suggestedFileName,
  windowOpen,
} from "../../electron/policies.ts";

const HOSTILE = [
  "https://example.org/",
  "http://app/bundle",
  "file:///etc/passwd",
  "app://bundle.evil.org/index.html",
  "app://bundle@evil.org/",
  "app://user@bundle/",
  "app://bundle:8080/",
  "app://other/index.html",
  "APP://evil/index.html",
  "javascript:alert(1)",
  "java\tscript:alert(1)",
  "app://bun\tdle/index.html",
  "data:text/html,x",
  "about:blank",
  "blob:app://bundle/1",
  "",
  "//bundle/index.html",
];

test.each(HOSTILE)("nobody goes to, speaks from or asks from %j", (url) => {
  expect(mayNavigate(url)).toBe(false);
  expect(isOurs({ url, parent: null })).toBe(false);
  expect(mayUse("clipboard-read", url)).toBe(false);
  expect(resolveAppUrl(url, "/", (path) => path)).toBeUndefined();
});

test("the app's own page may reload and speak, from its top frame only", () => {
  expect(mayNavigate(START)).toBe(true);
  expect(isOurs({ url: START, parent: null })).toBe(true);
  expect(isOurs({ url: `${START}#island`, parent: null })).toBe(true);
  expect(isOurs({ url: START, parent: {} })).toBe(false);
  expect(isOurs(null)).toBe(false);
});

test("no page opens a window", () => {
  fc.assert(
    fc.property(fc.webUrl(), (url) => {
      expect(windowOpen(url)).toEqual({ action: "deny" });
    }),
  );
});

test("permissions: the clipboard and the full screen, and nothing else", () => {
  const granted = ["clipboard-read", "clipboard-sanitized-write", "fullscreen"];
  for (const permission of granted) expect(mayUse(permission, "app://bundle/")).toBe(true);
  const others = [
    "media",
    "geolocation",
    "notifications",
    "openExternal",
    "fileSystem",
    "usb",
    "hid",
    "serial",
    "midi",
  ];
  for (const permission of others) expect(mayUse(permission, "app://bundle/")).toBe(false);
  fc.assert(
    fc.property(fc.string(), (permission) => {
      expect(mayUse(permission, "app://bundle/")).toBe(granted.includes(permission));
    }),
  );
});

test("the policy lets WebAssembly run and no text become code", () => {
  const policy = new Map(
    headers["Content-Security-Policy"].split("; ").map((rule) => {
      const [name = "", ...values] = rule.split(" ");
      return [name, values] as const;
    }),
  );
  expect(policy.get("default-src")).toEqual(["'none'"]);
  expect(policy.get("script-src")).toEqual(["'self'", "'wasm-unsafe-eval'"]);
  expect(policy.get("require-trusted-types-for")).toEqual(["'script'"]);
  for (const name of ["base-uri", "form-action", "object-src", "frame-ancestors", "style-src-attr"]) {
    expect(policy.get(name)).toEqual(["'none'"]);
  }
  const all = [...policy.values()].flat();
  for (const word of ["'unsafe-eval'", "'unsafe-inline'", "*", "https:", "http:"]) expect(all).not.toContain(word);
  expect(headers["Cross-Origin-Opener-Policy"]).toBe("same-origin");
  expect(headers["Cross-Origin-Embedder-Policy"]).toBe("require-corp");
});

describe("addresses of the bundle", () => {
  const outer = realpathSync(mkdtempSync(join(tmpdir(), "lazo-url-")));
  const folder = join(outer, "bundle");
  beforeAll(() => {
    mkdirSync(join(folder, "assets"), { recursive: true });
    writeFileSync(join(outer, "secret"), "");
    writeFileSync(join(folder, "index.html"), "");
    writeFileSync(join(folder, "assets", "a b.js"), "");
    symlinkSync(outer, join(folder, "out"));
    symlinkSync(join(folder, "index.html"), join(folder, "in.html"));
  });
  afterAll(() => rmSync(outer, { recursive: true }));

  const find = (path: string) => resolveAppUrl(`app://bundle${path}`, folder, realpathSync);

  test.each([
    ["/", "index.html"],
    ["/index.html?x#y", "index.html"],
    ["/assets/a%20b.js", join("assets", "a b.js")],
    ["/in.html", "index.html"],
  ])("%s is a file", (path, file) => {
    expect(find(path)).toBe(join(folder, file));
  });

  test.each([
    "/absent.js",
    "/out/secret",
    "/%2e%2e/secret",
    "/..%2fsecret",
    "/assets/..%2f..%2fsecret",
    "/..%5csecret",
    "/index.html%00",
    "/C:/secret",
    "/%",
  ])("%s is none", (path) => {
    expect(find(path)).toBeUndefined();
  });

  test("whatever is asked, the answer lies inside", () => {
    const piece = fc.constantFrom(
      "..",
      ".",
      "assets",
      "out",
      "secret",
      "index.html",
      "%2e%2e",
      "%2f",
      "%5c",
      "%00",
      "",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const file = find(`/${pieces.join("/")}`);
        if (file !== undefined) expect(relative(folder, file).startsWith("..")).toBe(false);
      }),
    );
  });
});

test("inside is strictly inside", () => {
  expect(isInside("/a/b", "/a/b/c")).toBe(true);
  expect(isInside("/a/b", "/a/b/..c")).toBe(true);
  for (const file of ["/a/b", "/a", "/a/bc", "/a/b/../c"]) expect(isInside("/a/b", file)).toBe(false);
});

describe("the document on a command line", () => {
  test.each([
    [["--flag", "plant.lazo"], "/home/ada/plant.lazo"],
    [["/repo", "sub/Plant.LAZO", "other.lazo"], "/home/ada/sub/Plant.LAZO"],
    [["/home/me/plant.lazo"], "/home/me/plant.lazo"],
  ])("%j", (args, path) => {
    expect(documentInArgs(args, "/home/ada")).toBe(path);
  });

  test.each([
    [[]],
    [["plant.txt"]],
    [["--open=plant.lazo"]],
    [["\\\\server\\share\\plant.lazo"]],
    [["//server/share/plant.lazo"]],
    [["\\\\?\\C:\\plant.lazo"]],
    [["https://example.org/plant.lazo"]],
    [["file:///plant.lazo"]],
    [["plant\0.lazo"]],
    [[`${"x".repeat(5000)}.lazo`]],
  ])("%j names none", (args) => {
    expect(documentInArgs(args, "/home/ada")).toBeUndefined();
  });
});

describe("names of files", () => {
  test.each(["drops.csv", "Datos de campo.CSV", "a..csv"])("%s lies beside", (name) => {
    expect(isPlainCsvName(name)).toBe(true);
  });
  test.each([
    "../drops.csv",
    "a/b.csv",
    "a\\b.csv",
    "C:x.csv",
    ".hidden.csv",
    "drops.txt",
    ".csv",
    "x.csv\0",
    "x\n.csv",
  ])("%j does not", (name) => {
    expect(isPlainCsvName(name)).toBe(false);
  });

  test("weights lie beside like data, and no other JSON", () => {
    expect(isPlainAttachedName("filter.weights.json")).toBe(true);
    expect(isPlainAttachedName("../filter.json")).toBe(false);
    expect(isPlainAttachedName("filter.txt")).toBe(false);
    expect(mayAttach("drops.csv", "t,y")).toBe(true);
    expect(mayAttach("filter.json", '{ "format": "lazo-weights", "version": 1 }')).toBe(true);
    expect(mayAttach("secrets.json", '{"token": "format lazo-weights"}')).toBe(false);
  });

  test("a suggested name is never a path and never empty", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const plain = suggestedFileName(name);
        expect(plain).not.toMatch(/[/\\:\0]/);
        expect(plain).not.toMatch(/^\.|\.$|^\s|\s$/);
        expect(plain.length).toBeGreaterThan(0);
        expect([...plain].length).toBeLessThanOrEqual(100);
        expect(plain.isWellFormed()).toBe(true);
      }),
      { examples: [["../../etc/passwd"], ["..."], [""], ["CON: a/b"], ["é".repeat(300)]] },
    );
    expect(suggestedFileName("island.lazo")).toBe("island.lazo");
  });
});
