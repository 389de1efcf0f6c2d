/**
 * `npm run bench [-- topic ...]`: runs the benchmarks of this folder and prints their tables; with the programs of others where
 * PEERS names a folder of them (peers.ts). Nothing is asserted on time.
 */
import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "vite";
import { serve } from "../build/serve.mjs";
import { buildWhatIsStale } from "../build/setup.mjs";

const folder = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const topics = readdirSync(folder)
  .filter((name) => name.endsWith(".bench.ts"))
  .map((name) => name.replace(".bench.ts", ""));
const unknown = wanted.filter((name) => !topics.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark named ${unknown.join(", ")}. There are: ${topics.join(", ")}`);
  process.exit(1);
}

const chosen = topics.filter((name) => wanted.length === 0 || wanted.includes(name));

// Bundled, as the app is: what a bundler makes of the code is what a user runs.
const out = join(folder, "..", "dist", "bench");
await build({
  root: join(folder, ".."),
  configFile: false,
  logLevel: "error",
  build: {
    ssr: true,
    outDir: out,
    emptyOutDir: true,
    minify: false,
    rollupOptions: {
      input: Object.fromEntries(
        [...chosen.map((name) => `${name}.bench`), "table"].map((name) => [name, join(folder, `${name}.ts`)]),
      ),
      output: { entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
    },
  },
});
const load = (/** @type {string} */ name) => import(pathToFileURL(join(out, `${name}.mjs`)).href);

const inApp = chosen.includes("keystroke") || chosen.includes("drag");
if (inApp) await buildWhatIsStale(["renderer"]);
const app = inApp ? await serve() : undefined;
const table = await load("table");
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}\n`,
);
for (const topic of chosen) {
  const bench = await load(`${topic}.bench`);
  for (const one of [await bench.default(app)].flat()) console.log(`${table.printed(one)}\n`);
}
await app?.close();
