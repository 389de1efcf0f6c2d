/** Electron's main process. */
import { defineConfig } from "vite";
import { nodeBundle } from "./nodeBundle.mjs";

export default defineConfig(
  nodeBundle({ entry: "electron/main.ts", outDir: "dist/electron", fileName: "main.cjs", format: "cjs" }),
);
