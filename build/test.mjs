/**
 * `npm test`: sets everything up, runs every check, and counts them on its last line. `npm test -- --only static|unit|browser`
 * runs one part. A check that is not a test suite counts as one.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureChromium } from "./chromiumInstall.mjs";
import { lockProblems } from "./lockCheck.mjs";
import { buildWhatIsStale, installDependencies, root, say } from "./setup.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */
/** @typedef {{ title: string, part: string, run: () => Count | Promise<Count> }} Check */

/** Minutes after which a suite counts as hung. Each takes about six, and a machine may be several times slower. */
const patience = 30;

const only = option("--only");
if (only !== undefined && !["static", "unit", "browser"].includes(only)) {
  say("--only takes static, unit or browser");
  process.exit(2);
}

installDependencies();
const { stale } = await import("./generate.mjs");

/** @type {Check[]} */
const checks = [
  { title: "Lock file", part: "static", run: () => none(lockProblems(root)) },
  {
    title: "Generated files are fresh",
    part: "static",
    run: async () => none((await stale()).map(({ path }) => `${path} is stale: run node build/generate.mjs`)),
  },
  {
    title: "Format (prettier)",
    part: "static",
    run: () => tool("prettier/bin/prettier.cjs", "--check", "--log-level=warn", "."),
  },
  {
    title: "Lint (oxlint)",
    part: "static",
    run: () => tool("oxlint/bin/oxlint", "--type-aware", "--deny-warnings", "."),
  },
  { title: "Types (tsc)", part: "static", run: () => tool("@typescript/native/bin/tsc", "-b") },
  { title: "Layers (dependency-cruiser)", part: "static", run: () => script("layers.mjs") },
  { title: "Unused code (knip)", part: "static", run: () => tool("knip/bin/knip.js", "--config", "build/knip.json") },
  {
    title: "Builds",
    part: "all",
    run: async () => {
      await buildWhatIsStale(["cli", "renderer", "electron"]);
      return { passed: 1, failed: 0, skipped: 0 };
    },
  },
  { title: "Unit tests (vitest)", part: "unit", run: vitest },
  { title: "Browser tests (playwright)", part: "browser", run: playwright },
];

const wanted = checks.filter(
  ({ part }) => only === undefined || part === only || (part === "all" && only !== "static"),
);
if (wanted.some(({ part }) => part === "browser")) await requireChromium();
/** @type {(Count & { title: string })[]} */
const counts = [];
for (const { title, run } of wanted) {
  console.log(`\n== ${title}`);
  const began = Date.now();
  const count = await Promise.resolve()
    .then(run)
    .catch((error) => {
      console.error(error);
      return { passed: 0, failed: 1, skipped: 0 };
    });
  console.log(`-- ${title}: ${sentence(count)} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  counts.push({ title, ...count });
}

const total = counts.reduce(
  (sum, { passed, failed, skipped }) => ({
    passed: sum.passed + passed,
    failed: sum.failed + failed,
    skipped: sum.skipped + skipped,
  }),
  { passed: 0, failed: 0, skipped: 0 },
);
const broken = counts.filter(({ failed }) => failed > 0).map(({ title }) => title);
console.log(broken.length > 0 ? `\nFailed: ${broken.join("; ")}` : "");
console.log(sentence(total));
process.exitCode = total.failed > 0 ? 1 : 0;

/** @param {Count} count */
function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** @param {string} name */
function option(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : (process.argv[at + 1] ?? "");
}

async function requireChromium() {
  const chromium = await ensureChromium();
  if (chromium === undefined) {
    say("The browser tests need a Chromium and none could be had: install one, or name it in CHROMIUM.");
    process.exit(1);
  }
  say(`Browser: ${chromium}`);
  process.env["CHROMIUM"] = chromium;
}

/** @param {string[]} problems */
function none(problems) {
  for (const problem of problems) console.log(problem);
  return one(problems.length === 0);
}

/** @param {boolean} ok */
function one(ok) {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/**
 * @param {string} file below node_modules
 * @param {string[]} args
 */
function tool(file, ...args) {
  return one(node(join(root, "node_modules", file), args));
}

/** @param {string} file below build */
function script(file) {
  return one(node(join(root, "build", file), []));
}

/**
 * @param {string} file
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function node(file, args, env = {}) {
  const done = spawnSync(process.execPath, [file, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  return done.status === 0;
}

/**
 * As `node`, with an end: a test that never returns must become a failure, and not of whoever waits for the whole.
 * @param {string} file
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<boolean>}
 */
function nodeWithin(file, args, env = {}) {
  return new Promise((done) => {
    // A group of its own, so that its workers can be ended with it.
    const child = spawn(process.execPath, [file, ...args], {
      cwd: root,
      detached: process.platform !== "win32",
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env },
    });
    const end = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
      } catch {
        // Gone already.
      }
    };
    const interrupted = () => {
      end();
      process.exit(130);
    };
    const timer = setTimeout(() => {
      console.log(`Ended after ${patience} minutes: a test hangs, in a file that is not among those above.`);
      end();
    }, patience * 60_000);
    process.once("SIGINT", interrupted);
    process.once("SIGTERM", interrupted);
    child.on("close", (status) => {
      clearTimeout(timer);
      process.off("SIGINT", interrupted);
      process.off("SIGTERM", interrupted);
      done(status === 0);
    });
  });
}

/**
 * Runs a test suite that leaves a JSON report. A run that fails without one, or with no failed test in it, counts as a failure.
 * @param {string} name
 * @param {(report: string) => Promise<boolean>} run
 * @param {(report: any) => Count} read
 * @returns {Promise<Count>}
 */
async function suite(name, run, read) {
  const folder = join(root, "dist", "reports");
  const report = join(folder, `${name}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  const ok = await run(report);
  try {
    const count = read(JSON.parse(readFileSync(report, "utf8")));
    const empty = count.passed + count.failed === 0;
    return (!ok || empty) && count.failed === 0 ? { ...count, failed: 1 } : count;
  } catch {
    return one(false);
  }
}

function vitest() {
  const entry = join(root, "node_modules", "vitest", "vitest.mjs");
  return suite(
    "vitest",
    (report) => nodeWithin(entry, ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]),
    ({ numPassedTests, numFailedTests, numPendingTests, numTodoTests }) => ({
      passed: numPassedTests,
      failed: numFailedTests,
      skipped: numPendingTests + numTodoTests,
    }),
  );
}

function playwright() {
  const entry = join(root, "node_modules", "@playwright", "test", "cli.js");
  return suite(
    "playwright",
    (report) => nodeWithin(entry, ["test", "--reporter=list,json"], { PLAYWRIGHT_JSON_OUTPUT_NAME: report }),
    ({ stats, errors }) => {
      if (stats.flaky > 0) console.log(`${stats.flaky} passed only at the second try: they are listed above.`);
      return {
        passed: stats.expected + stats.flaky,
        failed: stats.unexpected + errors.length,
        skipped: stats.skipped,
      };
    },
  );
}
