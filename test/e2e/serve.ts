/** Before all browser tests: builds what is out of date, serves it on a free port, and stops serving when they are done. */
import { buildWhatIsStale } from "../../build/setup.mjs";
import { serve } from "../../build/serve.mjs";

export default async function globalSetup(): Promise<() => Promise<void>> {
  await buildWhatIsStale(["renderer", "electron"]);
  const server = await serve();
  process.env["LAZO_URL"] = server.url;
  return server.close;
}
