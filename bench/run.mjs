/** `npm run bench [-- topic ...]`: runs the benchmarks of this folder and prints their tables. Nothing is asserted on time. */
import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";
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

await buildWhatIsStale(["renderer"]);
const app = await serve();
const vite = await createServer({
  root: join(folder, ".."),
  configFile: false,
  appType: "custom",
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const table = await vite.ssrLoadModule(join(folder, "table.ts"));
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}\n`,
);
for (const topic of topics.filter((name) => wanted.length === 0 || wanted.includes(name))) {
  const bench = await vite.ssrLoadModule(join(folder, `${topic}.bench.ts`));
  console.log(`${table.printed(await bench.default(app))}\n`);
}
await vite.close();
await app.close();
