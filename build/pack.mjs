/** `npm run pack`: builds everything and packages it with electron-builder for this system, or as its options say. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildWhatIsStale, installDependencies, root } from "./setup.mjs";

installDependencies();
await buildWhatIsStale(["renderer", "electron", "cli"]);
const builder = join(root, "node_modules", "electron-builder", "cli.js");
const config = join(root, "build", "electron-builder.yml");
const done = spawnSync(
  process.execPath,
  [builder, "--config", config, "--publish", "never", ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
  },
);
process.exitCode = done.status ?? 1;
