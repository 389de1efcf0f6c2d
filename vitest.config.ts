/**
 * Unit tests: test/ mirrors the source, one *.test.ts a file. Browser tests are Playwright's (*.spec.ts). Most files share the modules
 * that they load with others of their worker, since loading them takes longer than most tests; a file that puts something else in a
 * module's or the clock's place (vi.…), and the tests of programs and builds, get modules of their own.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const files = readdirSync("test", { recursive: true, encoding: "utf8" })
  .map((name) => join("test", name).replaceAll("\\", "/"))
  .filter((name) => /\.test\.tsx?$/.test(name));
const own = files.filter(
  (file) => /^test\/(build|cli|electron)\b/.test(file) || /\bvi\./.test(readFileSync(file, "utf8")),
);
const common = { environment: "node", setupFiles: ["test/seed.ts"], testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    passWithNoTests: false,
    projects: [
      { test: { ...common, name: "shared", include: ["test/**/*.test.{ts,tsx}"], exclude: own, isolate: false } },
      { test: { ...common, name: "own", include: own } },
    ],
  },
});
