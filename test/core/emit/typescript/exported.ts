/** Compiles exported files with `tsc --strict`, all in one call, and runs them in a child process. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { compile } from "../../../../core/compile/compile.ts";
import { attachFile, namedFiles } from "../../../../core/diagram/dataFiles.ts";
import type { LazoDocument } from "../../../../core/diagram/document.ts";
import { runSettings } from "../../../../core/diagram/runSettings.ts";
import { emitTypescript } from "../../../../core/emit/typescript/emit.ts";
import type { Model } from "../../../../core/ir/ir.ts";
import { linearize } from "../../../../core/linearize/linearize.ts";
import type { SimSettings } from "../../../../core/sim/result.ts";

const tsc = resolve("node_modules/@typescript/native/bin/tsc");

export interface Exported {
  readonly model: Model;
  readonly settings: SimSettings;
  readonly text: string;
}

/** Data files are taken from examples/. */
export function exportDocument(given: LazoDocument): Exported {
  let document = given;
  for (const name of namedFiles(document)) {
    if (document.data?.[name] === undefined)
      document = attachFile(document, name, readFileSync(`examples/${name}`, "utf8"));
  }
  const compiled = compile(document);
  if (!compiled.ok) throw new Error(`${document.name}: ${JSON.stringify(compiled.problems)}`);
  const { model } = compiled;
  const { settings } = runSettings(document, false);
  const linearized = linearize(model);
  const text = emitTypescript(model, {
    name: document.name,
    settings,
    ...(linearized.ok ? { linearization: linearized.linearization } : {}),
  });
  return { model, settings, text };
}

/** What tsc says about the files (nothing, it is hoped), and what `script` printed as JSON; it imports "./<name>.js". */
export function compileAndRun(
  files: ReadonlyMap<string, string>,
  script: string,
): { readonly complaints: string; readonly printed: unknown } {
  const folder = mkdtempSync(join(tmpdir(), "lazo-export-"));
  try {
    for (const [name, text] of files) writeFileSync(join(folder, `${name}.ts`), text);
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    writeFileSync(join(folder, "script.mjs"), script);
    const sources = [...files.keys()].map((name) => `${name}.ts`);
    const flags = ["--strict", "--target", "es2022", "--lib", "es2022", "--module", "es2022", "--types", ""];
    const built = spawnSync(process.execPath, [tsc, ...flags, ...sources], { cwd: folder, encoding: "utf8" });
    if (built.status !== 0) return { complaints: built.stdout + built.stderr || "tsc failed", printed: undefined };
    const ran = spawnSync(process.execPath, ["script.mjs"], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 });
    if (ran.status !== 0) throw new Error(ran.stderr);
    return { complaints: built.stdout, printed: JSON.parse(ran.stdout) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
