/**
 * Blocks that refer to a plant get it here: the block or subsystem they name is compiled by itself, its inputs Input blocks, its outputs
 * Output blocks, and what is random in it at its mean. It may be anywhere in the drawing, and keeps its id when it is renamed or moved.
 */
import { blockOf } from "../blocks/index.ts";
import type { PlantNumbers } from "../blocks/block.ts";
import { partNames } from "../blocks/elements.ts";
import { withPlant } from "../diagram/bind.ts";
import type { BoundPlant } from "../diagram/bindParam.ts";
import { alone, sidesOf } from "../diagram/discretize.ts";
import type { Block, LazoDocument } from "../diagram/document.ts";
import { everySheet, prefixAt, sheetAt, trailOf } from "../diagram/trail.ts";
import type { Ir, Problem } from "../ir/ir.ts";
import { isExact, plantMatrices, plantSpread, plantStart } from "../plant/exactPlant.ts";
import { withoutState } from "../plant/plantModel.ts";
import { plantSymbols } from "../plant/plantSymbols.ts";
import type { Compiled, Plants } from "./compiled.ts";
import type { Flat, FlatBlock } from "./flat.ts";

interface Joined {
  readonly flat: Flat;
  readonly plants: Plants;
  readonly problems: readonly Problem[];
}

type Compile = (document: LazoDocument, previous?: Compiled) => Compiled;

const references = (block: FlatBlock): readonly (readonly [field: string, id: string])[] =>
  Object.entries(block.bound.values).flatMap(([field, value]) =>
    value.kind === "plant" && value.id !== "" ? [[field, value.id] as const] : [],
  );

/** `widthOf`: of a port by its path. */
export function joinPlants(
  document: LazoDocument,
  flat: Flat,
  widthOf: (port: string) => number | undefined,
  compile: Compile,
  previous: Plants | undefined,
): Joined {
  const plants = new Map<string, Compiled>();
  const problems: Problem[] = [];
  const blocks = flat.blocks.map((block): FlatBlock => {
    const [reference] = references(block);
    if (!reference) return block;
    const [field, id] = reference;
    const refuse = (code: string, message: string, hint: string, more: Partial<Problem> = {}): FlatBlock => {
      problems.push({ severity: "error", code, path: block.path, field, message, hint, ...more });
      return block;
    };
    const trail = trailOf(document, id);
    const plant = trail && sheetAt(document, trail).blocks.find((one) => one.id === id);
    if (!trail || !plant)
      return refuse(
        "PLANT_MISSING",
        `The plant it refers to, "${id}", is not in the drawing.`,
        "Choose another block or subsystem as its plant.",
        { values: { id } },
      );
    const prefix = prefixAt(document, trail);
    const path = prefix + plant.name;
    if (holdsReference(plant))
      return refuse(
        "PLANT_SELF",
        `The plant "${path}" holds an estimator itself.`,
        "Choose a plant without estimators in it.",
        { values: { plant: path }, related: [path] },
      );
    const sides = sidesOf(document, plant, (port) => widthOf(`${path}.${port}`));
    if (!sides || sides.out.length === 0)
      return refuse(
        "PLANT_NO_OUTPUT",
        `The plant "${path}" has no output that could be measured.`,
        "Give it an output, or choose another plant.",
        { values: { plant: path }, related: [path] },
      );
    const compiled = plants.get(id) ?? compile(alone(document, atMean(plant), sides), previous?.get(id));
    plants.set(id, compiled);
    if (!compiled.ok) {
      const [first] = compiled.problems.filter(({ severity }) => severity === "error");
      return refuse(
        "PLANT_BROKEN",
        `The plant "${path}" can't be taken by itself: ${first?.message ?? ""}`,
        "Mend it, or take what it needs from outside through its ports.",
        { values: { plant: path, reason: first?.message ?? "" }, related: [path] },
      );
    }
    const inputs = partNames(
      sides.in.map(({ port }) => port),
      (i) => sides.in[i]!.width,
    );
    const outputs = partNames(
      sides.out.map(({ port }) => port),
      (i) => compiled.widths.get(`${plant.name}.${sides.out[i]!.port}`) ?? sides.out[i]!.width,
    );
    const chosen = (param: string, all: readonly string[]): readonly number[] | undefined => {
      const value = block.bound.values[param];
      const names = value?.kind === "names" ? value.value : [];
      const indices = names.length === 0 ? all.map((_, i) => i) : names.flatMap((name) => find(all, name));
      const stranger = names.find((name) => find(all, name).length === 0);
      if (stranger === undefined) return indices;
      problems.push({
        severity: "error",
        code: "PLANT_NAME",
        path: block.path,
        field: param,
        message: `The plant has no "${stranger}".`,
        hint: all.length > 0 ? `It has ${all.join(", ")}.` : "Leave it empty.",
        values: { name: stranger, names: all.join(", ") },
        related: [path],
      });
      return undefined;
    };
    const known = chosen("inputs", inputs);
    const measured = chosen("measured", outputs);
    if (!known || !measured) return block;
    const { ir } = compiled.model;
    const trimmed = trim(ir, known, measured);
    const model = { ir: trimmed, values: compiled.model.values };
    const every = block.bound.values["period"];
    const rate = every?.kind === "period" && every.value && every.value !== "inherited" ? every.value : undefined;
    const updates = [...ir.flow, ...ir.tasks.flatMap((task) => task.updates)];
    if (updates.length === 0)
      return refuse(
        "PLANT_STATELESS",
        `The plant "${path}" has no state.`,
        "Choose a block or subsystem that integrates or remembers.",
        { values: { plant: path }, related: [path] },
      );
    const [impossible] = withoutState(ir);
    const inDrawing = (inner: string): string => (inner === "" ? path : prefix + inner);
    if (impossible)
      return refuse(impossible.code, impossible.message, impossible.hint ?? "", {
        related: [inDrawing(impossible.path)],
      });
    const exact = isExact(trimmed);
    const late = ir.tasks.find(
      (task) => !rate || !fits(rate.every / task.every) || !fits((rate.offset - task.offset) / task.every),
    );
    const single = exact || ir.tasks.length === 0 || ir.tasks.every((task) => task.every === rate?.every);
    if (late || !single)
      return refuse(
        "PLANT_SAMPLES",
        `The sample time of ${rate?.every ?? 0} s does not fit the plant's, ${(late ?? ir.tasks[0]!).every} s.`,
        exact ? "Take a multiple of it, with the same offset." : "Take the plant's sample time.",
        { field: "period", values: { every: rate?.every ?? 0, plant: (late ?? ir.tasks[0]!).every }, related: [path] },
      );
    const symbols = exact ? undefined : plantSymbols(trimmed);
    if (symbols?.ok === false) {
      const { code, message, hint = "", path: inner, values } = symbols.problems[0]!;
      return refuse(code, message, hint, { ...(values && { values }), related: [inDrawing(inner)] });
    }
    const spec = block.definition.params[field];
    const { linear, most = Infinity } = spec?.kind === "plant" ? spec : {};
    const isLinear = exact || symbols?.linear === true;
    if (linear && !isLinear)
      return refuse(
        "PLANT_NONLINEAR",
        `The plant "${path}" is not linear.`,
        "Take an extended or an unscented Kalman filter.",
        { values: { plant: path }, related: [path] },
      );
    if (updates.length > most)
      return refuse(
        "PLANT_STATES",
        `The plant "${path}" has ${updates.length} states; this block takes up to ${most}.`,
        "Estimate a part of it, or reduce it.",
        { values: { plant: path, states: updates.length, most }, related: [path] },
      );
    const slots = symbols?.states ?? updates.map(({ slot }) => slot);
    let start: Float64Array | undefined;
    const numbers: PlantNumbers = {
      states: slots.map((slot) => ownName(ir.slots[slot]!.label, plant.name)),
      inputs: known.map((i) => inputs[i]!),
      outputs: measured.map((i) => outputs[i]!),
      exact,
      linear: isLinear,
      sampled: ir.flow.length === 0,
      get start() {
        const memory = (start ??= plantStart(model));
        return slots.map((slot) => memory[slot]!);
      },
      matrices: (period) => plantMatrices(model, period),
      spread: (Q, period) => plantSpread(model, Q, period),
    };
    const bound: BoundPlant = { numbers, model, prefix };
    const joined = withPlant(block.bound, block.definition, block.path, bound);
    problems.push(...joined.problems.filter((problem) => !block.bound.problems.includes(problem)));
    return { ...block, bound: joined };
  });
  return { flat: { ...flat, blocks }, plants, problems };
}

const fits = (ratio: number): boolean => Math.abs(ratio - Math.round(ratio)) < 1e-6 && ratio > -1e-6;

/** Elements by name: "y[2]", or all of "y". */
function find(all: readonly string[], name: string): number[] {
  return all.flatMap((one, i) => (one === name || one.startsWith(`${name}[`) ? [i] : []));
}

/** "Plant/Tank.h" is "Tank.h" in the plant, "Plant.x[1]" is "x[1]". */
function ownName(label: string, plant: string): string {
  const begins = label.startsWith(plant) && (label[plant.length] === "/" || label[plant.length] === ".");
  return begins ? label.slice(plant.length + 1) : label;
}

const trims = new WeakMap<Ir, Map<string, Ir>>();

/** The inputs that are known and the outputs that are measured. The very same for the same structure. */
function trim(ir: Ir, inputs: readonly number[], outputs: readonly number[]): Ir {
  const byChoice = trims.get(ir) ?? new Map<string, Ir>();
  trims.set(ir, byChoice);
  const key = `${inputs.join()};${outputs.join()}`;
  let trimmed = byChoice.get(key);
  if (!trimmed) {
    trimmed = {
      ...ir,
      key: `${ir.key}:${key}`,
      inputs: inputs.map((i) => ir.inputs[i]!),
      outputs: outputs.map((i) => ir.outputs[i]!),
    };
    byChoice.set(key, trimmed);
  }
  return trimmed;
}

function holdsReference(block: Block): boolean {
  const own = Object.values(blockOf(block.type)?.params ?? {}).some(({ kind }) => kind === "plant");
  return own || (block.sheet?.blocks.some(holdsReference) ?? false);
}

/** What a filter expects of noise inside its plant is its mean; how far it strays is what Q and R say. */
function atMean(plant: Block): Block {
  const quiet = (block: Block): Block => {
    const { type, params } = block;
    const given = (param: string): string => `(${params[param] ?? blockOf(type)?.params[param]?.default ?? "0"})`;
    const constant = (value: string): Block => ({ ...block, type: "constant", version: 1, params: { value } });
    if (type === "noise") return constant(`${given("mean")} + 0*${given("deviation")}`);
    if (type === "band-limited-noise") return constant(`0*${given("density")}`);
    return type === "uniform-noise" ? constant(`(${given("lower")} + ${given("upper")})/2`) : block;
  };
  if (!plant.sheet) return quiet(plant);
  const document = { root: plant.sheet } as LazoDocument;
  const { root } = everySheet(document, (sheet) => ({ ...sheet, blocks: sheet.blocks.map(quiet) }));
  return { ...plant, sheet: root };
}
