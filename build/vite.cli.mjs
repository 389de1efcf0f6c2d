/** The command line as one file without imports but Node's own, so that the packaged app can ship it too. */
import { defineConfig } from "vite";
import { nodeBundle } from "./nodeBundle.mjs";

export default defineConfig(
  nodeBundle({ entry: "cli/main.ts", outDir: "dist/cli", fileName: "lazo.mjs", format: "es" }),
);
