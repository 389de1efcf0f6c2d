/** What stands on a block and below it: formula, initial value, name, names of its elements, marks at its ports. */
import { asked } from "../../core/diagram/bind.ts";
import type { Block } from "../../core/diagram/document.ts";
import type { BlockDefinition } from "../../core/blocks/block.ts";
import { texWidth } from "../ui/texWidth.ts";
import { textWidth } from "./textWidth.ts";

/** As typed, with defaults filled in. */
export function paramsOf(block: Block, definition: BlockDefinition): { readonly [name: string]: string } {
  const values: { [name: string]: string } = {};
  for (const [name, spec] of Object.entries(definition.params)) values[name] = block.params[name] ?? spec.default;
  return values;
}

export interface Face {
  /** TeX in the block. */
  readonly tex: string | undefined;
  /** SVG path in a 24 x 16 box, drawn where there is no formula. */
  readonly curve: string | undefined;
  /** Initial value, where the block is tall enough to show it inside. */
  readonly inside: string | undefined;
  /** Muted line below the name. */
  readonly below: string;
  /** Px that the formula wants. */
  readonly mathWidth: number;
  readonly mathSize: number;
}

const mathSize = 16;
const largeMathSize = 19;
/** Two storeys need smaller letters. */
const fractionSize = 14;
const longest = 38;

function shorten(text: string): string {
  const plain = text.replaceAll(/\s+/g, " ").trim();
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
}

export function faceOf(block: Block, definition: BlockDefinition | undefined): Face {
  if (!definition)
    return { tex: undefined, curve: undefined, inside: undefined, below: block.type, mathWidth: 0, mathSize };
  const params = paramsOf(block, definition);
  let tex: string | undefined;
  try {
    tex = definition.glyph.tex?.(params);
  } catch {
    // A half-typed parameter must not take the drawing down.
    tex = definition.title;
  }
  // Its ports say which of them divide.
  if (definition.type === "product" && params["operations"]?.includes("/")) tex = undefined;
  const tall = (definition.glyph.size?.[1] ?? 6) >= 9 && definition.glyph.shape !== "bar";
  const large = tall && definition.glyph.shape === "box";
  const lines: string[] = [];
  let inside: string | undefined;
  for (const [name, spec] of Object.entries(definition.params)) {
    const value = (params[name] ?? "").trim();
    if (spec.kind === "names" && value !== "") lines.push(value.split(/\s*,\s*/).join(", "));
    if ((spec.kind === "data" || spec.kind === "weights") && value !== "") lines.push(value);
    if (spec.kind === "period" && value !== "" && !["continuous", "inherited"].includes(value))
      lines.push(`Ts = ${value} s`);
  }
  const initial = initialOf(definition, params);
  if (initial !== undefined) {
    if (tall) inside = `x₀ = ${shorten(initial)}`;
    else lines.push(`x₀ = ${initial}`);
  }
  const size = large ? largeMathSize : tex?.includes("frac") ? fractionSize : mathSize;
  return {
    tex,
    curve: definition.glyph.curve ?? (tex === undefined && definition.glyph.tex !== undefined ? "" : undefined),
    inside,
    below: shorten(lines.join(" · ")),
    mathWidth: tex === undefined ? 0 : Math.min(320, Math.ceil(texWidth(tex) * size * 1.15)),
    mathSize: size,
  };
}

function initialOf(definition: BlockDefinition, params: { readonly [name: string]: string }): string | undefined {
  if (!definition.states) return undefined;
  const named =
    typeof definition.states === "function"
      ? ["initial", "x0"].find((name) => name in definition.params)
      : Object.values(definition.states).map((state) => state.initial)[0];
  if (named === undefined) return undefined;
  if (typeof named === "number") return String(named);
  if (typeof named === "object") return undefined;
  const spec = definition.params[named];
  // Nothing given: it begins elsewhere.
  if (params[named] === "[]") return undefined;
  return spec && asked(spec, (param) => params[param] ?? "") ? params[named] : undefined;
}

export function captionSize(name: string, below: string): { width: number; height: number } {
  return {
    width: Math.max(textWidth(name, 13), textWidth(below, 11)),
    height: below === "" ? 18 : 33,
  };
}

/** What is written beside a port: the sign of a sum, the operation of a product, else its name where there are several. */
export function portMark(
  block: Block,
  definition: BlockDefinition | undefined,
  port: string,
  direction: "in" | "out",
  count: number,
): string {
  if (block.sheet) return port;
  const index = Number(/\d+$/.exec(port)?.[0] ?? "0") - 1;
  if (definition && direction === "in" && index >= 0) {
    const params = paramsOf(block, definition);
    const sign = definition.type === "sum" ? params["signs"]?.replaceAll(/\s/g, "")[index] : undefined;
    if (sign !== undefined) return sign === "-" ? "−" : sign;
    const operations = definition.type === "product" ? params["operations"]?.replaceAll(/\s/g, "") : undefined;
    if (operations !== undefined) return !operations.includes("/") ? "" : operations[index] === "/" ? "÷" : "×";
  }
  // A bar is too thin to write on; its port's name shows when the pointer is over it.
  return count > 1 && definition?.glyph.shape !== "bar" ? port : "";
}
