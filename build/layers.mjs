/**
 * Which room may import which: ARCHITECTURE's arrows as a table, checked by dependency-cruiser, together with cycles and
 * with the packages that each room may use. Where the platform differs, TypeScript's projects hold the line instead.
 */
import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise } from "dependency-cruiser";
import { root } from "./setup.mjs";

/** room -> rooms that it may import, itself aside. `math` is open to all of core. */
const CORE = {
  wasm: [],
  math: ["wasm"],
  expr: [],
  data: [],
  gpu: [],
  lti: [],
  ir: ["expr"],
  analysis: ["lti"],
  estimate: ["lti", "wasm", "gpu"],
  design: ["analysis", "estimate", "lti"],
  identify: ["analysis", "estimate", "lti"],
  learn: ["lti", "gpu"],
  blocks: ["expr", "lti", "estimate", "learn"],
  diagram: ["blocks", "data", "expr", "learn"],
  compile: ["diagram", "blocks", "ir", "expr", "plant"],
  sim: ["ir", "expr", "gpu", "lti", "wasm"],
  linearize: ["ir", "expr", "sim", "lti"],
  // A compiled diagram as a model for estimators.
  plant: ["estimate", "ir", "expr", "sim", "linearize", "lti"],
  // Golden vectors are simulated on export, and the solver that exported code carries is tested where it is written.
  emit: ["ir", "expr", "lti", "sim", "wasm"],
};

/** Contracts that any room of core may name as a type: what a problem, a run, a linearization is. */
const CONTRACTS = ["ir/ir.ts", "sim/result.ts", "sim/engine.ts", "linearize/linearization.ts", "lti/stateSpace.ts"];

const DOCUMENT = ["core/diagram", "core/blocks", "core/expr/expr.ts"];
const SHOWN = [
  "renderer/ui",
  "renderer/text",
  "renderer/store",
  "renderer/engine/client",
  "renderer/engine/dataClient",
  "renderer/engine/identifyClient",
  "renderer/engine/estimateClient",
  "renderer/engine/fitClient",
  "renderer/engine/trainClient",
  "renderer/host/host.ts",
];

/** The same for the renderer; any room of core may be named in a type. */
const RENDERER = {
  text: [],
  ui: ["renderer/text"],
  host: [],
  store: ["renderer/ui", "renderer/text", "renderer/host/failure.ts", "renderer/host/table.ts", ...DOCUMENT],
  engine: ["renderer/store", "core"],
  canvas: [...SHOWN, ...DOCUMENT],
  inspector: [...SHOWN, ...DOCUMENT],
  plots: [...SHOWN, ...DOCUMENT, "core/data"],
  // Copying the matrices is printing them.
  panels: [...SHOWN, ...DOCUMENT, "core/emit/matrices.ts"],
};

/** Packages that only some rooms may use: an idea that lives in one place. */
const PACKAGES = {
  react: ["renderer"],
  "react-dom": ["renderer"],
  "@xyflow": ["renderer/canvas", "renderer/main.tsx"],
  uplot: ["renderer/plots", "renderer/main.tsx"],
  mathjs: ["core/diagram"],
  "ml-matrix": ["core", "cli", "renderer/engine"],
  electron: ["electron"],
  cac: ["cli"],
};

const ROOMS = "^(core|renderer|electron|cli|build|test|bench|examples)/";
const SOURCES = ["core", "renderer", "electron", "cli"];

/** @param {string} path */
const starts = (path) => `^${path.replaceAll(".", "\\.")}`;

/** @returns {import("dependency-cruiser").IForbiddenRuleType[]} */
function rules() {
  const core = Object.entries(CORE).flatMap(([room, allowed]) => {
    const open = [room, "math", ...allowed].map((name) => `^core/${name}/`);
    const contracts = CONTRACTS.map((file) => starts(`core/${file}`));
    return [
      rule(`core-${room}`, `^core/${room}/`, { path: ROOMS, pathNot: [...open, ...contracts] }),
      rule(`core-${room}-types`, `^core/${room}/`, {
        path: ROOMS,
        pathNot: open,
        dependencyTypesNot: ["type-only"],
      }),
    ];
  });
  const renderer = Object.entries(RENDERER).flatMap(([room, allowed]) => {
    const open = [`renderer/${room}/`, ...allowed].map(starts);
    return [
      rule(`renderer-${room}`, `^renderer/${room}/`, {
        path: ROOMS,
        pathNot: [
          ...open,
          "^core/",
          "^renderer/(engine/(protocol|dataProtocol|estimateProtocol|trainProtocol)|host/host)\\.ts",
          "^examples/",
        ],
      }),
      rule(`renderer-${room}-types`, `^renderer/${room}/`, {
        path: ROOMS,
        pathNot: [...open, "^examples/"],
        dependencyTypesNot: ["type-only"],
      }),
    ];
  });
  const packages = Object.entries(PACKAGES).map(([name, users]) =>
    rule(`only-${name}`, `^(${SOURCES.join("|")})/`, { path: `node_modules/${name}/` }, users.map(starts)),
  );
  return [
    ...core,
    ...renderer,
    ...packages,
    rule("core-index", "^core/.+/", { path: "^core/index\\.ts$" }),
    rule("electron", "^electron/", { path: ROOMS, pathNot: ["^electron/", "^renderer/host/(host|bridge)\\.ts$"] }),
    rule("cli", "^cli/", { path: ROOMS, pathNot: ["^cli/", "^core/index\\.ts$"] }),
    rule("no-node", "^(core|renderer)/", { dependencyTypes: ["core"] }),
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "\\?(raw|worker|url)" } },
  ];
}

/**
 * @param {string} name
 * @param {string} from
 * @param {object} to
 * @param {string[]} [not] places that the rule leaves alone
 * @returns {import("dependency-cruiser").IForbiddenRuleType}
 */
function rule(name, from, to, not) {
  const source = { path: from, ...(not === undefined ? {} : { pathNot: not }) };
  return /** @type {import("dependency-cruiser").IForbiddenRuleType} */ ({ name, severity: "error", from: source, to });
}

/**
 * @param {string} folder of a checkout, or of something laid out like one
 * @returns {Promise<{ violations: string[], cruised: number, present: number }>}
 */
export async function checkLayers(folder) {
  const from = SOURCES.filter((name) => existsSync(join(folder, name)));
  const { output } = await cruise(from, {
    baseDir: folder,
    validate: true,
    ruleSet: { forbidden: rules() },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".js", ".mjs", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "browser", "default"],
    },
  });
  if (typeof output === "string") throw new Error(output);
  const present = from.flatMap((name) => sourceFiles(join(folder, name)));
  const seen = new Set(output.modules.map(({ source }) => resolve(folder, source)));
  return {
    violations: output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
    cruised: present.filter((file) => seen.has(file)).length,
    present: present.length,
  };
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { violations, cruised, present } = await checkLayers(root);
  for (const violation of violations) console.log(violation);
  console.log(`${cruised} of ${present} source files seen in ${relative(process.cwd(), root) || "."}`);
  process.exitCode = violations.length > 0 || cruised < present ? 1 : 0;
}
