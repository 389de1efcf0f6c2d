/** Saving leaves the old file or the new one: when the process is killed, and when any call to the system fails. */
import { spawn } from "node:child_process";
import * as nodeFs from "node:fs/promises";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "vite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { atomicSave, sweepOrphans, type FileSystem, type Handle } from "../../electron/atomicSave.ts";
import { root } from "../../build/setup.mjs";

const outer = mkdtempSync(join(tmpdir(), "lazo-save-"));
let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(outer, "case-"));
  path = join(folder, "plant.lazo");
});
afterAll(() => rmSync(outer, { recursive: true }));

let count = 0;
const random = () => (count++).toString(16).padStart(16, "0");
const save = (text: string, fs: FileSystem = nodeFs) => atomicSave(fs, path, text, random);

describe("what is written", () => {
  test("a new file, then another text over it, nothing left beside", async () => {
    await save("one");
    await save("dos: ñ");
    expect(readFileSync(path, "utf8")).toBe("dos: ñ");
    expect(readdirSync(folder)).toEqual(["plant.lazo"]);
  });

  test("the file keeps its mode, whatever the umask", async () => {
    writeFileSync(path, "old");
    chmodSync(path, 0o666);
    await save("new");
    expect(statSync(path).mode & 0o777).toBe(0o666);
  });

  test("a link keeps pointing where it points", async () => {
    const real = join(folder, "real.lazo");
    writeFileSync(real, "old");
    symlinkSync(real, path);
    expect(await save("new")).toBe(real);
    expect(readFileSync(real, "utf8")).toBe("new");
    expect(statSync(path).ino).toBe(statSync(real).ino);
  });

  test("a folder is not replaced", async () => {
    await nodeFs.mkdir(path);
    await expect(save("new")).rejects.toMatchObject({ code: "EXDEV" });
  });
});

/** Every call that saving makes, by the name that a case fails it under. */
type Call =
  | "realpath"
  | "lstat"
  | "stat"
  | "access"
  | "open"
  | "write"
  | "chmod"
  | "sync"
  | "close"
  | "rename"
  | "openFolder"
  | "syncFolder";

function failing(call: Call, code: string): FileSystem {
  const fail = (name: Call) => {
    if (name === call) throw Object.assign(new Error(`${code}: injected`), { code });
  };
  const wrap = (handle: Handle, ofFolder: boolean): Handle => ({
    async write(bytes, offset, length) {
      fail("write");
      // Short writes are normal.
      return handle.write(bytes, offset, Math.min(length, 3));
    },
    async chmod(mode) {
      fail("chmod");
      await handle.chmod(mode);
    },
    async sync() {
      fail(ofFolder ? "syncFolder" : "sync");
      await handle.sync();
    },
    async close() {
      await handle.close();
      if (!ofFolder) fail("close");
    },
  });
  return {
    async realpath(at) {
      fail("realpath");
      return nodeFs.realpath(at);
    },
    async lstat(at) {
      fail("lstat");
      return nodeFs.lstat(at);
    },
    async stat(at) {
      fail("stat");
      return nodeFs.stat(at);
    },
    async access(at, mode) {
      fail("access");
      await nodeFs.access(at, mode);
    },
    async open(at, flags, mode) {
      fail(flags === "r" ? "openFolder" : "open");
      return wrap(await nodeFs.open(at, flags, mode), flags === "r");
    },
    async rename(from, to) {
      fail("rename");
      await nodeFs.rename(from, to);
    },
    unlink: nodeFs.unlink,
    readdir: nodeFs.readdir,
  };
}

describe("a call that fails", () => {
  const before: Call[] = ["realpath", "lstat", "stat", "access", "open", "write", "chmod", "sync", "close", "rename"];
  const codes = ["ENOSPC", "EIO", "EPERM", "EACCES", "EXDEV", "EBUSY", "EROFS"];
  const cases = before.flatMap((call) => codes.map((code) => [call, code] as const));

  test.each(cases)("%s with %s: the old text stays, the error is the system's, nothing is left", async (call, code) => {
    writeFileSync(path, "old");
    await expect(save("a new text", failing(call, code))).rejects.toMatchObject({ code });
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["plant.lazo"]);
  });

  test.each([
    ["openFolder", "EPERM"],
    ["openFolder", "EISDIR"],
    ["syncFolder", "EINVAL"],
  ] as const)("%s with %s is a system that cannot: saved all the same", async (call, code) => {
    writeFileSync(path, "old");
    await save("a new text", failing(call, code));
    expect(readFileSync(path, "utf8")).toBe("a new text");
  });

  test.each(["EIO", "ENOSPC"])("syncFolder with %s is told", async (code) => {
    await expect(save("a new text", failing("syncFolder", code))).rejects.toMatchObject({ code });
    expect(readFileSync(path, "utf8")).toBe("a new text");
  });

  test("a disk that takes nothing ends in an error, not in a loop", async () => {
    const fs = failing("lstat", "none");
    const stuck: FileSystem = {
      ...fs,
      open: async (...args) => ({ ...(await fs.open(...args)), write: () => Promise.resolve({ bytesWritten: 0 }) }),
    };
    await expect(save("text", { ...stuck, lstat: nodeFs.lstat })).rejects.toMatchObject({ code: "EIO" });
  });

  test("a file held open for a moment is waited for", async () => {
    writeFileSync(path, "old");
    let refusals = 3;
    const rename: FileSystem["rename"] = async (from, to) => {
      if (refusals-- > 0) throw Object.assign(new Error("held"), { code: "EPERM" });
      await nodeFs.rename(from, to);
    };
    await save("new", { ...nodeFs, rename });
    expect(readFileSync(path, "utf8")).toBe("new");
  });
});

test("what a killed save left is swept, and nothing else", async () => {
  const orphan = ".plant.lazo.0123456789abcdef.lazo-tmp";
  const kept = [".other.lazo.0123456789abcdef.lazo-tmp", ".plant.lazo.note.lazo-tmp", "plant.lazo"];
  for (const name of [orphan, ...kept]) writeFileSync(join(folder, name), "x");
  const now = Date.now();
  await sweepOrphans(nodeFs, path, now);
  expect(readdirSync(folder).sort()).toEqual([orphan, ...kept].sort());
  utimesSync(join(folder, orphan), now / 1000 - 3600, now / 1000 - 3600);
  await sweepOrphans(nodeFs, path, now);
  expect(readdirSync(folder).sort()).toEqual([...kept].sort());
});

describe("a process killed while it saves", () => {
  const script = join(outer, "saver.mjs");
  beforeAll(async () => {
    await build({
      configFile: false,
      root,
      logLevel: "silent",
      build: {
        ssr: "test/electron/saver.ts",
        outDir: outer,
        emptyOutDir: false,
        rolldownOptions: { output: { entryFileNames: "saver.mjs" } },
      },
    });
  });

  /** Whether one of at most `kills` left a file that cannot be read. */
  async function breaks(way: string, size: number, kills: number): Promise<boolean> {
    for (let i = 0; i < kills; i++) {
      await killOnce(way, size, 1 + ((i * 7) % 23));
      try {
        const { letter, text } = JSON.parse(readFileSync(path, "utf8")) as { letter: string; text: string };
        if (text !== letter.repeat(size)) return true;
      } catch {
        return true;
      }
    }
    return false;
  }

  function killOnce(way: string, size: number, after: number): Promise<void> {
    return new Promise((done, fail) => {
      const child = spawn(process.execPath, [script, path, way, String(size)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      child.on("error", fail);
      child.on("exit", () => done());
      child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), after));
    });
  }

  // A disk that others write to can hold a process for seconds in one call: the limits are far away, and no size is larger than it must be.
  test("40 kills, three sizes: every file can be read, and orphans can be swept", { timeout: 300_000 }, async () => {
    expect(await breaks("atomic", 10_000, 14)).toBe(false);
    expect(await breaks("atomic", 500_000, 16)).toBe(false);
    expect(await breaks("atomic", 4_000_000, 10)).toBe(false);
    await sweepOrphans(nodeFs, path, Date.now(), 0);
    expect(readdirSync(folder)).toEqual(["plant.lazo"]);
  });

  test("the same test sees a save that truncates", { timeout: 300_000 }, async () => {
    expect(await breaks("truncate", 4_000_000, 40)).toBe(true);
  });
});
