/** Stiff models of many states, whose Jacobian is sparse: steps inside the module, from JavaScript, and by CVODE. */
import type { Engine, Model, SimResult, SimSettings } from "../core/index.ts";
import { compiled, engineOf, finished, settingsOf, trace } from "./engine.ts";
import { note, ownC, pick, timesOf } from "./peers.ts";
import { brusselator } from "./systems.ts";
import { duration, error, faster, measure, slower } from "./table.ts";
import type { Table } from "./table.ts";

const sizes = [200, 1000, 2000] as const;

/** As it is without a module of the method's own: JavaScript steps, with its own factors. */
function fromJavaScript(model: Model): Engine {
  const { integrator: _, ...engine } = engineOf(model);
  return engine;
}

export default function run(): Table {
  const libraries = ["cvode", "nvecserial", "sunmatrixband", "sunlinsolband", "sunmatrixsparse", "sunlinsolklu"];
  const cvode = ownC("brusselator", [...libraries.map((name) => `sundials_${name}`), "klu"], ["WITH_KLU"]);
  const rows = sizes.map((states) => {
    const document = brusselator(states / 2, { solver: "bdf" });
    const { model } = compiled(document);
    const settings = settingsOf(document);
    // The one that CVODE keeps.
    const records = model.ir.records.filter(({ path }) => path === "y");
    const go = (engine: Engine, how: SimSettings = settings): SimResult => finished(engine, model, how, records);
    const endOf = (result: SimResult): number => trace(result, "y").at(-1)!;
    const began = performance.now();
    const result = go(engineOf(model));
    const first = performance.now() - began;
    const inside = measure(go, () => engineOf(model), 2000, 3);
    const outside = measure(go, () => fromJavaScript(model), 2000, 3);
    const end = endOf(go(engineOf(model), { ...settings, solver: "rodas4", rtol: 1e-10, atol: 1e-13 }));
    const [band, klu] = ["CVODE band", "CVODE KLU"].map((fn) => pick(cvode, fn, String(states)));
    const off = (value: number | undefined): string => (value === undefined ? "–" : error(Math.abs(value / end - 1)));
    return [
      String(states),
      String(result.counts.steps),
      duration(first),
      duration(inside.median),
      duration(inside.min),
      off(endOf(result)),
      duration(outside.median),
      faster(inside, outside),
      duration(timesOf(band)?.median),
      duration(timesOf(klu)?.median),
      off(band?.check),
      slower(inside, timesOf(band)),
    ];
  });
  return {
    title: "Stiff models of many states: the Brusselator on a line, BDF, rtol 1e-6, 1,001 output points",
    columns: [
      "states",
      "steps",
      "first run",
      "Lazo",
      "best",
      "error",
      "steps from JavaScript",
      "times as long: median / best",
      "CVODE, band",
      "CVODE, KLU",
      "its error",
      "Lazo / CVODE, band: median / best",
    ],
    rows,
    notes: [
      "First run: with the symbolic Jacobian and the code and module of the method. Errors: of u in the middle at the end, beside Rodas at rtol 1e-10.",
      ...(note ? [note] : []),
    ],
  };
}
