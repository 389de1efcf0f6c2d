/** What `lazo train --begin` begins from: matrices of a filter or a model, as a layer's first weights. */
import { inUnits, layerFrom, ss, type Loaded, type Prepared, type StateSpace } from "../core/index.ts";
import { readText } from "./files.ts";
import { printable, refuse, Refused, tell } from "./report.ts";

/** In the network's units; says how near it is. */
export function begun(
  path: string,
  system: StateSpace,
  kind: "s5" | "s4d",
  { from, to }: Extract<Prepared, { ok: true }>,
): Extract<Loaded, { ok: true }> {
  const loaded = layerFrom(inUnits(system, from, to, "network"), kind);
  if (!loaded.ok) throw refusedSystem(path, loaded);
  tell(`begins as ${printable(path)}, equal to ${loaded.residual.toExponential(1)}`);
  return loaded;
}

/** What `lazo matrices --format json` prints. */
export async function systemFrom(
  path: string,
  inputs: readonly string[],
  outputs: readonly string[],
): Promise<StateSpace> {
  const wrong = (message: string) =>
    refuse("NOT_MATRICES", path, message, "It is what lazo matrices --format json prints for a sampled model.");
  let file: unknown;
  try {
    file = JSON.parse(await readText(path));
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw wrong("The file is not JSON.");
  }
  const part = (name: string): unknown =>
    typeof file === "object" && file !== null ? Reflect.get(file, name) : undefined;
  const time = part("time");
  const period: unknown = typeof time === "object" && time !== null ? Reflect.get(time, "period") : undefined;
  if (typeof period !== "number" || !(period > 0)) throw wrong("The system has no sample period.");
  const matrix = (name: string): number[][] => {
    const rows = part(name);
    const fits = Array.isArray(rows) && rows.every((row) => Array.isArray(row) && row.every((v) => Number.isFinite(v)));
    if (!fits) throw wrong(`${name} is no matrix of numbers.`);
    return rows as number[][];
  };
  let system;
  try {
    system = ss(matrix("A"), matrix("B"), matrix("C"), matrix("D"), period);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw wrong(`${error.message}.`);
    throw error;
  }
  if (system.u.length !== inputs.length || system.y.length !== outputs.length)
    throw wrong(
      `It leads from ${system.u.length} to ${system.y.length} signals, not from ${inputs.length} to ${outputs.length}.`,
    );
  return system;
}

function refusedSystem(path: string, loaded: Extract<Loaded, { ok: false }>) {
  const numbersOf = (value: readonly [number, number]) =>
    `${value[0]}${value[1] < 0 ? " - " : " + "}${Math.abs(value[1])}i`;
  switch (loaded.code) {
    case "NOT_DISCRETE":
      return refuse("NOT_DISCRETE", path, "The system is continuous.", "Sample it first.");
    case "DEFECTIVE":
      return refuse(
        "DEFECTIVE",
        path,
        `The eigenvalues ${loaded.eigenvalues.map(numbersOf).join(" and ")} share a direction, which no diagonal layer has.`,
      );
    case "NOT_STABLE":
      return refuse(
        "NOT_STABLE",
        path,
        `The eigenvalue ${numbersOf(loaded.eigenvalue)} is not inside the unit circle.`,
        "Try --kind s5.",
      );
    case "ILL_CONDITIONED":
      return refuse("ILL_CONDITIONED", path, `Loaded, it would differ by ${loaded.residual.toExponential(1)}.`);
  }
}
