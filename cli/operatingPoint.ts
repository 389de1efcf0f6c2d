/** `--at`: the memory of a model at a time of its own run, or at states and inputs that a file gives. */
import { interpret, linearize, simulate, undriven, type Model, type SimSettings } from "../core/index.ts";
import { readText } from "./files.ts";
import { hasError, refuse, Refused, wrongUse } from "./report.ts";

export async function memoryAt(model: Model, settings: SimSettings, at: string): Promise<Float64Array> {
  if (at.trim() !== "" && Number.isFinite(Number(at))) return atTime(model, settings, Number(at));
  return atPoint(model, at, await readText(at));
}

function atTime(model: Model, settings: SimSettings, t: number): Float64Array {
  if (t < settings.start) throw wrongUse(`--at ${t}: the run starts at ${settings.start} s.`);
  const engine = interpret(model);
  const result = simulate(engine, { records: [] }, { ...settings, stop: t });
  if (hasError(result.problems)) throw new Refused(result.problems);
  return engine.memory;
}

/** {"x": states, "u": inputs, "t": time}; what is absent stays as the model starts. */
function atPoint(model: Model, path: string, text: string): Float64Array {
  let point: unknown;
  try {
    point = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw refuse("POINT_JSON", path, "The operating point is not valid JSON.", 'Write {"x": [..], "u": [..], "t": 0}.');
  }
  if (typeof point !== "object" || point === null || Array.isArray(point)) {
    throw refuse(
      "POINT_JSON",
      path,
      "The operating point is not a JSON object.",
      'Write {"x": [..], "u": [..], "t": 0}.',
    );
  }
  const unknown = Object.keys(point).find((key) => !["x", "u", "t"].includes(key));
  if (unknown !== undefined)
    throw refuse("POINT_FIELD", path, `The operating point has a field "${unknown}".`, "It may have x, u and t.");
  const free = undriven(model);
  const start = linearize(free);
  if (!start.ok) throw new Refused(start.problems);
  const { system } = start.linearization;
  const engine = interpret(free);
  const { ir } = free;
  const states = [...ir.flow, ...ir.tasks.flatMap((task) => task.updates)].map(({ slot }) => slot);
  put(engine.memory, states, field(point, "x"), path, "x", system.x);
  put(engine.memory, ir.inputs, field(point, "u"), path, "u", system.u);
  const t = field(point, "t");
  if (t !== undefined) put(engine.memory, [0], [t], path, "t", ["t"]);
  engine.refresh(new Uint8Array(ir.tasks.length).fill(1));
  return engine.memory;
}

function field(point: object, name: string): unknown {
  return Object.hasOwn(point, name) ? Object.getOwnPropertyDescriptor(point, name)?.value : undefined;
}

function put(
  memory: Float64Array,
  slots: readonly number[],
  values: unknown,
  path: string,
  name: string,
  labels: readonly string[],
): void {
  if (values === undefined) return;
  if (
    !Array.isArray(values) ||
    values.length !== slots.length ||
    !values.every((value) => typeof value === "number" && Number.isFinite(value))
  ) {
    const wanted = `${slots.length} number${slots.length === 1 ? "" : "s"}`;
    throw refuse(
      "POINT_SIZE",
      path,
      `"${name}" must be a list of ${wanted}.`,
      `In this order: ${labels.join(", ") || "none"}.`,
    );
  }
  slots.forEach((slot, i) => (memory[slot] = values[i]));
}
