/** What the three Node bundles share: one file each, everything inside but Node's own modules and electron. */
import { builtinModules } from "node:module";
import { root } from "./setup.mjs";

/**
 * @param {{ entry: string, outDir: string, fileName: string, format: "es" | "cjs" }} bundle
 * @returns {import("vite").UserConfig}
 */
export function nodeBundle({ entry, outDir, fileName, format }) {
  return {
    root,
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: false,
      target: "node20",
      minify: false,
      rolldownOptions: {
        external: ["electron", /^node:/, ...builtinModules],
        output: { format, entryFileNames: fileName, codeSplitting: false },
      },
    },
  };
}
