import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFiles, DATA_MAX, DOCUMENT_MAX, failure, STREAM_MAX, type Files } from "../../electron/files.ts";

let folder = "";
let files: Files;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "lazo-files-")));
  files = createFiles();
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("documents", () => {
  test("opened, saved, saved elsewhere: the page sees names, text and tokens, never a path", async () => {
    writeFileSync(at("plant.lazo"), "\ufeff{}");
    const opened = await files.open(at("plant.lazo"));
    expect(opened).toMatchObject({ name: "plant.lazo", text: "{}" });
    expect(opened.token).toMatch(/^[0-9a-f]{32}$/);
    expect(await files.save(opened.token, '{"a":1}')).toEqual({ name: "plant.lazo", token: opened.token });
    expect(readFileSync(at("plant.lazo"), "utf8")).toBe('{"a":1}');
    const other = await files.saveAs(at("other.lazo"), "{}");
    expect(other.token).not.toBe(opened.token);
    expect(JSON.stringify([opened, other])).not.toContain(folder);
  });

  test("saves that overlap are written in order", async () => {
    const { token } = await files.saveAs(at("plant.lazo"), "0");
    await Promise.all(Array.from({ length: 20 }, (_, i) => files.save(token, String(i + 1))));
    expect(readFileSync(at("plant.lazo"), "utf8")).toBe("20");
  });

  test("a token that was never given is refused", async () => {
    await expect(files.save("0".repeat(32), "")).rejects.toMatchObject({ code: "unknown-token" });
    await expect(files.readBeside("0".repeat(32), "a.csv")).rejects.toMatchObject({ code: "unknown-token" });
  });

  test("what another program wrote is noticed; what is gone may be written again", async () => {
    const { token } = await files.saveAs(at("plant.lazo"), "mine");
    expect(await files.changedOutside(token)).toBe(false);
    writeFileSync(at("plant.lazo"), "theirs");
    expect(await files.changedOutside(token)).toBe(true);
    await files.save(token, "mine again");
    expect(await files.changedOutside(token)).toBe(false);
    rmSync(at("plant.lazo"));
    expect(await files.changedOutside(token)).toBe(false);
  });

  test("what cannot be read says why", async () => {
    await expect(files.open(at("absent.lazo"))).rejects.toMatchObject({ code: "not-found", file: "absent.lazo" });
    mkdirSync(at("folder.lazo"));
    await expect(files.open(at("folder.lazo"))).rejects.toMatchObject({ code: "not-text" });
    writeFileSync(at("bytes.lazo"), Uint8Array.of(0xff, 0xfe, 0x00, 0xd8));
    await expect(files.open(at("bytes.lazo"))).rejects.toMatchObject({ code: "not-text" });
    writeFileSync(at("large.lazo"), "");
    truncateSync(at("large.lazo"), DOCUMENT_MAX + 1);
    await expect(files.open(at("large.lazo"))).rejects.toMatchObject({ code: "too-large" });
  });

  test("a device is not opened", { skip: process.platform === "win32" }, async () => {
    await expect(files.open("/dev/zero")).rejects.toMatchObject({ code: "not-text" });
  });
});

describe("data", () => {
  test.each([
    ["UTF-8", Buffer.from("t;año\n1,5;2\n")],
    ["UTF-8 with its mark", Buffer.from("\ufefft;año\n1,5;2\n")],
    ["UTF-16", Buffer.from("\ufefft;año\n1,5;2\n", "utf16le")],
    ["UTF-16, other way round", Buffer.from("\ufefft;año\n1,5;2\n", "utf16le").swap16()],
    ["Windows-1252", Buffer.from("t;año\n1,5;2\n", "latin1")],
  ])("in %s", async (_, bytes) => {
    writeFileSync(at("drops.csv"), bytes);
    expect(await files.openAttached(at("drops.csv"))).toEqual({ name: "drops.csv", text: "t;año\n1,5;2\n" });
  });

  test("too large is refused", async () => {
    writeFileSync(at("drops.csv"), "");
    truncateSync(at("drops.csv"), DATA_MAX + 1);
    await expect(files.openAttached(at("drops.csv"))).rejects.toMatchObject({ code: "too-large" });
  });
});

describe("beside a document", () => {
  let token = "";
  beforeEach(async () => {
    mkdirSync(at("sub"));
    writeFileSync(at("secret.csv"), "outside");
    writeFileSync(at("sub/plant.lazo"), "{}");
    writeFileSync(at("sub/drops.csv"), "t,u\n");
    ({ token } = await files.open(at("sub/plant.lazo")));
  });

  test("a CSV in the same folder is read", async () => {
    expect(await files.readBeside(token, "drops.csv")).toBe("t,u\n");
  });

  test("nothing else is", async () => {
    symlinkSync(at("secret.csv"), at("sub/link.csv"));
    writeFileSync(at("sub/key.pem"), "secret");
    symlinkSync(at("sub/key.pem"), at("sub/key.csv"));
    writeFileSync(at("sub/large.csv"), "");
    truncateSync(at("sub/large.csv"), DATA_MAX + 1);
    const names = ["../secret.csv", at("secret.csv"), "link.csv", "key.csv", "key.pem", "absent.csv", "large.csv", ""];
    for (const name of names) expect(await files.readBeside(token, name)).toBeUndefined();
  });

  test("data that is read in parts: in the same folder, and nothing else", async () => {
    const handle = await files.dataBeside(token, "drops.csv");
    expect(handle).toMatchObject({ name: "drops.csv", bytes: 4 });
    symlinkSync(at("secret.csv"), at("sub/link.csv"));
    writeFileSync(at("sub/large.csv"), "");
    truncateSync(at("sub/large.csv"), STREAM_MAX + 1);
    for (const name of ["../secret.csv", at("secret.csv"), "link.csv", "plant.lazo", "absent.csv", "large.csv", ""])
      expect(await files.dataBeside(token, name)).toBeUndefined();
    await expect(files.dataBeside("0".repeat(32), "drops.csv")).rejects.toMatchObject({ code: "unknown-token" });
  });
});

describe("data read in parts", () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

  test("by a token of its own, from anywhere, up to its end", async () => {
    writeFileSync(at("run.csv"), "t,y\n0,1\n1,2\n");
    const { name, bytes, token } = await files.openData(at("run.csv"));
    expect({ name, bytes }).toEqual({ name: "run.csv", bytes: 12 });
    expect(text(await files.readData(token, 0, 4))).toBe("t,y\n");
    expect(text(await files.readData(token, 8, 100))).toBe("1,2\n");
    expect(await files.readData(token, 12, 8)).toHaveLength(0);
    expect(token).not.toContain(folder);
  });

  test("its token is for reading: no document is saved by it, and no document's token reads data", async () => {
    writeFileSync(at("run.csv"), "t,y\n");
    const data = await files.openData(at("run.csv"));
    await expect(files.save(data.token, "")).rejects.toMatchObject({ code: "unknown-token" });
    const saved = await files.saveAs(at("plant.lazo"), "{}");
    await expect(files.readData(saved.token, 0, 1)).rejects.toMatchObject({ code: "unknown-token" });
    expect(readFileSync(at("run.csv"), "utf8")).toBe("t,y\n");
  });

  test("what cannot be read says why, also where it goes away in between", async () => {
    await expect(files.openData(at("absent.csv"))).rejects.toMatchObject({ code: "not-found" });
    await expect(files.openData(folder)).rejects.toMatchObject({ code: "not-text" });
    writeFileSync(at("large.csv"), "");
    truncateSync(at("large.csv"), STREAM_MAX + 1);
    await expect(files.openData(at("large.csv"))).rejects.toMatchObject({ code: "too-large" });
    writeFileSync(at("run.csv"), "t,y\n");
    const { token } = await files.openData(at("run.csv"));
    rmSync(at("run.csv"));
    await expect(files.readData(token, 0, 4)).rejects.toMatchObject({ code: "not-found", file: "run.csv" });
  });
});

test.each([
  ["ENOSPC", "no-space"],
  ["EACCES", "no-permission"],
  ["EROFS", "read-only"],
  ["EXDEV", "not-replaceable"],
  ["EBUSY", "busy"],
  ["ENOENT", "not-found"],
  ["EWEIRD", "failed"],
])("%s is told as %s, without the path", (errno, code) => {
  const told = failure(Object.assign(new Error("/home/me/plant.lazo"), { code: errno }), "/home/me/plant.lazo");
  expect(told).toMatchObject({ code, file: "plant.lazo" });
  expect(told.message).not.toContain("/home");
});
