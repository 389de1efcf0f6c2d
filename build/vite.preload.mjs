/** The preload script. A sandboxed one must be a single CommonJS file. */
import { defineConfig } from "vite";
import { nodeBundle } from "./nodeBundle.mjs";

export default defineConfig(
  nodeBundle({ entry: "electron/preload.ts", outDir: "dist/electron", fileName: "preload.cjs", format: "cjs" }),
);
