/** The renderer: one build for the desktop and the browser. `npm run dev` serves it while one works on it. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { join } from "node:path";
import { root } from "./setup.mjs";

export default defineConfig({
  root: join(root, "renderer"),
  base: "./",
  publicDir: false,
  plugins: [react()],
  worker: { format: "es" },
  server: { fs: { allow: [root] } },
  build: {
    outDir: join(root, "dist", "renderer"),
    emptyOutDir: true,
    target: "chrome140",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    modulePreload: { polyfill: false },
  },
});
