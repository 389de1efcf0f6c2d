/** The command line from the repository: builds it when sources changed (saying so on stderr only) and runs it. */
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { buildWhatIsStale, installDependencies, root } from "./setup.mjs";

installDependencies();
await buildWhatIsStale(["cli"]);
const bundle = join(root, "dist", "cli", "lazo.mjs");
process.argv[1] = bundle;
await import(pathToFileURL(bundle).href);
