/** `npm run soak [-- count]`: the laws of random diagrams on thousands of them instead of the hundreds of `npm test`. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const count = process.argv[2] ?? "3000";
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const { status } = spawnSync(process.execPath, [vitest, "run", "test/core/laws", "--testTimeout=3600000"], {
  stdio: "inherit",
  env: { ...process.env, SOAK: count },
});
process.exit(status ?? 1);
