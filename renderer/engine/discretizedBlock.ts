/** A sampled block beside the continuous one that it is made of: its matrices by the rule and step asked for. */
import { Matrix } from "ml-matrix";
import { blockOf } from "../../core/blocks/index.ts";
import { compile } from "../../core/compile/compile.ts";
import { alone, sampleRule, sidesOf } from "../../core/diagram/discretize.ts";
import type { Block, Design, LazoDocument, Sheet } from "../../core/diagram/document.ts";
import type { Scope } from "../../core/diagram/parameters.ts";
import { runSettings } from "../../core/diagram/runSettings.ts";
import { prefixAt, sheetAt, trailOf } from "../../core/diagram/trail.ts";
import type { Model } from "../../core/ir/ir.ts";
import { linearize } from "../../core/linearize/linearize.ts";
import type { Linearization } from "../../core/linearize/linearization.ts";
import { atPoint } from "../../core/linearize/operatingPoint.ts";
import { c2d } from "../../core/lti/c2d.ts";
import type { SampleMethod } from "../../core/lti/resampled.ts";
import { sampledStart } from "../../core/lti/sampledStart.ts";
import { eigenvalues } from "../../core/math/eigenvalues.ts";
import { interpret } from "../../core/sim/interpret.ts";
import { packed } from "./analysis.ts";
import type { Refused } from "./designPlant.ts";
import { agree, complexWords, exactText, matrixOf, systemOf } from "./designText.ts";
import type { DesignView } from "./protocol.ts";

/** Poles of systems sampled fast hang on the last digits of their matrices. */
const same = 1e-13;

export function discretizedBlock(
  document: LazoDocument,
  block: Block,
  { fields }: Design,
  scope: Scope,
  widths: ReadonlyMap<string, number>,
): DesignView {
  const continuous = linearAlone(document, fields["source"] ?? "", widths);
  if ("code" in continuous) return continuous;
  const { system, at } = continuous;
  const step = periodOf(document, fields["step"] ?? "", scope);
  if (!step) return { ok: false, code: "STEP", values: {} };
  const rule = sampleRule(fields["rule"]);
  const prewarp = rule === "prewarp" ? (matrixOf(fields["prewarp"] ?? "", scope)?.get(0, 0) ?? 0) : undefined;
  const last = Math.PI / step.value;
  if (prewarp !== undefined && !(prewarp > 0 && prewarp < last))
    return { ok: false, code: "PREWARP", values: { last } };
  const method: SampleMethod = rule === "prewarp" ? "tustin" : rule;
  const options = prewarp === undefined ? {} : { prewarp };
  const found = c2d(system, step.value, method, options);
  if (!found.ok) return refused(found, system.x.length);
  const { A, B, C, D, time } = found.system;
  const start = sampledStart(system.A, at.x, step.value, method, options);
  const x0 = start?.columns && start.rows === A.rows ? start : Matrix.zeros(A.rows, 1);
  const initial = x0.to1DArray().every((v) => v === 0) ? "0" : exactText(x0);
  const now = systemOf(block, scope);
  const fits = now && now.A.rows === A.rows && now.B.columns === B.columns && now.C.rows === C.rows ? now : undefined;
  const number = (name: string): readonly number[] => matrixOf(block.params[name] ?? "", scope)?.to1DArray() ?? [];
  const begins = number("initial");
  const planned = eigenvalues(A).values;
  const outside = planned.some(([re, im]) => Math.hypot(re, im) > 1 + 1e-12);
  const grew = outside && eigenvalues(system.A).values.every(([re]) => re < 0);
  return {
    ok: true,
    params: { A: exactText(A), B: exactText(B), C: exactText(C), D: exactText(D), initial, period: step.text },
    follows:
      fits !== undefined &&
      (["A", "B", "C", "D"] as const).every((name) =>
        agree(fits[name].to1DArray(), found.system[name].to1DArray(), same),
      ) &&
      agree(number("period"), [step.value], same) &&
      x0
        .to1DArray()
        .every(
          (v, i) =>
            Math.abs((begins.length === 1 ? begins[0]! : (begins[i] ?? Number.NaN)) - v) <= same * (1 + Math.abs(v)),
        ),
    planned,
    ...(fits && { poles: eigenvalues(fits.A).values }),
    time,
    of: packed({ system, late: undefined, delays: false, loop: false, exact: true, t: 0 }),
    ...(grew ? { warning: "SAMPLED_UNSTABLE" } : start === undefined ? { warning: "SAMPLED_REST" } : {}),
  };
}

/** The continuous block by itself as a linear system, with its states at the start. */
function linearAlone(
  document: LazoDocument,
  id: string,
  widths: ReadonlyMap<string, number>,
): Pick<Linearization, "system" | "at"> | Refused {
  const refuse = (code: Refused["code"], values: Refused["values"] = {}): Refused => ({ ok: false, code, values });
  const trail = trailOf(document, id);
  const source = trail && sheetAt(document, trail).blocks.find((block) => block.id === id);
  if (!source) return refuse("NO_SOURCE");
  const path = prefixAt(document, trail) + source.name;
  const sides = sidesOf(document, source, (port) => widths.get(`${path}.${port}`));
  const block = source.name;
  if (!sides) return refuse("ALONE_BROKEN", { block });
  if (sides.strange.length > 0) return refuse("PORT_USED", { block, port: sides.strange[0]! });
  const own = source.sheet && sourceIn(source.sheet);
  if (own) return refuse("OWN_SIGNAL", { block, inner: own });
  const compiled = compile(alone(document, source, sides));
  if (!compiled.ok) return refuse("ALONE_BROKEN", { block });
  const linearized = linearize(compiled.model);
  if (!linearized.ok) return refuse("NOT_LINEAR_ALONE", { block });
  const { system, exact, at } = linearized.linearization;
  if (system.time.kind === "discrete") return refuse("ALREADY_SAMPLED", { block });
  if (!exact || !restsAtZero(compiled.model)) return refuse("NOT_LINEAR_ALONE", { block });
  if (system.x.length === 0) return refuse("NOTHING_TO_SAMPLE", { block });
  return { system, at };
}

/** A signal that nothing outside drives has no place in matrices. */
function sourceIn(sheet: Sheet): string | undefined {
  for (const block of sheet.blocks) {
    if (blockOf(block.type)?.category === "sources" || block.type === "input") return block.name;
    const inner = block.sheet && sourceIn(block.sheet);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** With all states and inputs 0, whether nothing moves and nothing comes out, at any time: linear, not only straight. */
function restsAtZero(model: Model): boolean {
  const { ir } = model;
  const states = Object.fromEntries(ir.flow.map(({ slot }) => [ir.slots[slot]!.path, 0]));
  return [0, 0.37, 2.9].every((t) => {
    const there = atPoint(model, { t, states });
    if (!there.ok) return false;
    const engine = interpret(model);
    engine.memory.set(there.memory);
    const slopes = new Float64Array(engine.states.length);
    engine.flow(slopes);
    return slopes.every((v) => v === 0) && ir.outputs.every(({ slot }) => there.memory[slot] === 0);
  });
}

/** The step as the block's sample time: as it was typed where that means the same there; empty, the diagram's. */
function periodOf(
  document: LazoDocument,
  typed: string,
  scope: Scope,
): { readonly value: number; readonly text: string } | undefined {
  const text = typed.trim();
  const value = text === "" ? runSettings(document, false).settings.step : matrixOf(text, scope)?.get(0, 0);
  if (value === undefined || !(value > 0) || !Number.isFinite(value)) return undefined;
  if (text !== "") return { value, text };
  const same = matrixOf(document.run.step, scope)?.get(0, 0) === value;
  return { value, text: same ? document.run.step : String(value) };
}

function refused(found: Extract<ReturnType<typeof c2d>, { readonly ok: false }>, states: number): Refused {
  switch (found.code) {
    case "POLE_AT_INFINITY":
      return { ok: false, code: "POLE_AT_INFINITY", values: { pole: Number(found.pole.toPrecision(6)) } };
    case "DIRECT_PATH":
      return { ok: false, code: "DIRECT_PATH", values: { size: Number(found.size.toPrecision(6)) } };
    case "NOT_SISO":
      return { ok: false, code: "MATCHED_NOT_SISO", values: { inputs: found.inputs, outputs: found.outputs } };
    case "NO_LOGARITHM":
      return { ok: false, code: "NOT_FINITE", values: { eigenvalues: complexWords(found.eigenvalue) } };
    case "DELAY_BETWEEN_SAMPLES":
      return { ok: false, code: "NOT_FINITE", values: { states } };
  }
}
