/**
 * Everything that can be said of a document without tracing it, all at once: names, wires, expressions, parameters, run settings.
 * Widths and algebraic loops are the compiler's.
 */
import type { Ports } from "../blocks/block.ts";
import { blockOf, blocks as library } from "../blocks/index.ts";
import type { Problem } from "../ir/ir.ts";
import { bindBlock, bindGain } from "./bind.ts";
import { attachedTo, unreadable } from "./attached.ts";
import type { Block, LazoDocument, Wire } from "./document.ts";
import { closest } from "./names.ts";
import { evaluateVariables } from "./parameters.ts";
import { portsOf } from "./ports.ts";
import { runSettings } from "./runSettings.ts";
import { insideScope, isSubsystem, type Place, places, portBlocks } from "./sheets.ts";

export function checkDocument(document: LazoDocument): Problem[] {
  const { scope, problems: refused } = evaluateVariables(document.variables);
  const problems = [...refused];
  const ids = { blocks: new Set<string>(), wires: new Set<string>() };
  for (const place of places(document, scope)) checkSheet(place, document, ids, problems);
  problems.push(...runSettings(document, false, scope).problems);
  return problems;
}

function checkSheet(
  place: Place,
  document: LazoDocument,
  ids: { readonly blocks: Set<string>; readonly wires: Set<string> },
  problems: Problem[],
): void {
  const { blocks, wires } = place.sheet;
  const ports = new Map<string, { readonly block: Block; readonly ports: Ports | undefined }>();
  const wired = new Set<string>();
  for (const wire of wires) {
    wired.add(`${wire.from.block} out ${wire.from.port}`).add(`${wire.to.block} in ${wire.to.port}`);
    wired.add(wire.from.block).add(wire.to.block);
  }

  const names = new Map<string, Block>();
  for (const block of blocks) {
    const path = place.prefix + block.name;
    const twin = names.get(block.name);
    names.set(block.name, twin ?? block);
    if (twin) {
      problems.push({
        severity: "error",
        code: "BLOCK_DUPLICATE",
        path,
        message: `There are two blocks named "${block.name}".`,
        hint: "Rename one of them.",
        values: { name: block.name },
      });
    }
    const why = nameProblem(block.name);
    if (why !== undefined) {
      problems.push({
        severity: "error",
        code: "BLOCK_NAME",
        path,
        message: why,
        hint: "Rename the block.",
        values: { name: block.name },
      });
    }
    if (ids.blocks.has(block.id)) {
      problems.push({
        severity: "error",
        code: "ID_DUPLICATE",
        path,
        message: `Two blocks have the id "${block.id}".`,
        hint: "Give one of them another id.",
        values: { id: block.id },
      });
      continue;
    }
    ids.blocks.add(block.id);
    ports.set(block.id, { block, ports: checkBlock(block, place, document, wired, problems) });
  }
  checkPortBlocks(place, problems);

  for (const wire of wires) {
    if (ids.wires.has(wire.id))
      problems.push({
        severity: "error",
        code: "ID_DUPLICATE",
        path: `wire:${wire.id}`,
        message: `Two wires have the id "${wire.id}".`,
        hint: "Give one of them another id.",
        values: { id: wire.id },
      });
    ids.wires.add(wire.id);
    checkWire(wire, ports, place, problems);
  }
}

/** The blocks that are ports of a subsystem: in one, and at most one that enables and one that triggers. */
function checkPortBlocks({ sheet, prefix, owner }: Place, problems: Problem[]): void {
  for (const type of ["in", "out", "enable", "trigger"] as const) {
    portBlocks(sheet, type).forEach((block, i) => {
      if (!owner)
        problems.push({
          severity: "error",
          code: "PORT_AT_ROOT",
          path: prefix + block.name,
          message: "This block is a port of a subsystem, but it stands in none.",
          hint: "At the top use Input and Output, or move it into a subsystem.",
        });
      else if (i > 0 && (type === "enable" || type === "trigger"))
        problems.push({
          severity: "error",
          code: "PORT_TWICE",
          path: prefix + block.name,
          message: "A subsystem can have only one block of this kind.",
          hint: "Remove one, or combine the signals outside.",
        });
    });
  }
}

/** Why a block can't have this name; undefined when it can. "/" joins the names of nested blocks to a path. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === "") return "A block needs a name.";
  if (name !== name.trim()) return "A name can't begin or end with a space.";
  if (name.length > 200) return "A name can have 200 characters at most.";
  // oxlint-disable-next-line no-control-regex -- what names must not contain
  if (/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/.test(name))
    return "A name must be a single line of characters that can be shown.";
  if (name.includes("/")) return "A name can't contain /.";
  return undefined;
}

function checkBlock(
  block: Block,
  place: Place,
  document: LazoDocument,
  wired: ReadonlySet<string>,
  problems: Problem[],
): Ports | undefined {
  const definition = blockOf(block.type);
  const path = place.prefix + block.name;
  if (!definition) {
    const like = closest(block.type, library.keys());
    problems.push({
      severity: "error",
      code: "BLOCK_UNKNOWN",
      path,
      message: `There is no block of type "${block.type}".`,
      hint: like
        ? `Did you mean ${like}?`
        : "It may come from a newer version. It is kept as it is; remove it to go on.",
      values: { type: block.type, ...(like && { like }) },
    });
    return undefined;
  }
  if (block.version > definition.version) {
    problems.push({
      severity: "error",
      code: "BLOCK_NEWER",
      path,
      message: `This block is of version ${block.version}; version ${definition.version} is known here.`,
      hint: "Open it in a newer version of the program.",
      values: { version: block.version, known: definition.version },
    });
  }
  const files = attachedTo(document.data);
  if (isSubsystem(block)) problems.push(...maskProblems(block, place));
  else {
    const bound = bindBlock(block, definition, place.scope, files, path);
    problems.push(...bound.problems.map((problem) => withReason(problem, document)));
  }

  const ports = portsOf(block, place.scope, files, path);
  const unconnected = Object.entries(ports?.in ?? {}).filter(
    ([port, spec]) => !spec.optional && !wired.has(`${block.id} in ${port}`),
  );
  for (const [port] of unconnected) {
    problems.push({
      severity: "error",
      code: "PORT_UNCONNECTED",
      path,
      field: port,
      message: `Nothing is connected to the input ${port}.`,
      hint: "Draw a wire to it, or remove the block.",
      values: { port },
    });
  }
  // What switches a subsystem is wired from outside.
  const control = block.type === "enable" || block.type === "trigger";
  if (unconnected.length === 0 && !wired.has(block.id) && !control) {
    problems.push({
      severity: "warning",
      code: "BLOCK_ISOLATED",
      path,
      message: "This block is connected to nothing.",
      hint: "Wire it up, or remove it.",
    });
  }
  return ports;
}

/** What the parameters of a subsystem can't be read as. */
function maskProblems(block: Block, place: Place): Problem[] {
  return insideScope(block, place.scope).refused.map(({ name, why }) => ({
    severity: "error",
    code: why.code,
    path: place.prefix + block.name,
    field: name,
    message: `${name}: ${why.message}`,
    ...(why.hint !== undefined && { hint: why.hint }),
    values: { label: name, ...why.values },
  }));
}

/** A file that is attached but can't be read says why. */
function withReason(problem: Problem, document: LazoDocument): Problem {
  const file = problem.values?.["file"];
  const kind = { DATA_NOT_THERE: "data", WEIGHTS_NOT_THERE: "weights" } as const;
  const wanted = problem.code in kind ? kind[problem.code as keyof typeof kind] : undefined;
  if (!wanted || typeof file !== "string" || !document.data || !Object.hasOwn(document.data, file)) return problem;
  const why = unreadable(wanted, file, document.data[file]!);
  return why ? { ...why, path: problem.path, ...(problem.field !== undefined && { field: problem.field }) } : problem;
}

function checkWire(
  wire: Wire,
  ports: ReadonlyMap<string, { readonly block: Block; readonly ports: Ports | undefined }>,
  { scope, prefix }: Place,
  problems: Problem[],
): void {
  const path = `wire:${wire.id}`;
  const ends = [
    { ref: wire.from, side: "out" as const, word: "begins", kind: "output" },
    { ref: wire.to, side: "in" as const, word: "ends", kind: "input" },
  ];
  const related = (): string[] =>
    ends.flatMap(({ ref }) => {
      const end = ports.get(ref.block);
      return end ? [prefix + end.block.name] : [];
    });
  for (const { ref, side, word, kind } of ends) {
    const end = ports.get(ref.block);
    if (!end) {
      problems.push({
        severity: "error",
        code: "WIRE_NO_BLOCK",
        path,
        related: related(),
        message: `This wire ${word} at a block that is not there (${ref.block}).`,
        hint: "Remove the wire.",
        values: { block: ref.block, end: side },
      });
      continue;
    }
    // The ports of an unknown type are unknown too.
    const own = end.ports?.[side];
    if (!end.ports || (own && Object.hasOwn(own, ref.port))) continue;
    const has = Object.keys(own ?? {});
    problems.push({
      severity: "error",
      code: "WIRE_NO_PORT",
      path,
      related: related(),
      message: `This wire ${word} at ${end.block.name}, which has no ${kind} ${ref.port}.`,
      hint: has.length > 0 ? `It has ${has.join(", ")}.` : "Remove the wire.",
      values: { block: end.block.name, port: ref.port, end: side },
    });
  }
  const gain = bindGain(wire, scope);
  if (!gain) return;
  if (!gain.ok) {
    const { code, message, hint, values } = gain;
    problems.push({
      severity: "error",
      code,
      path,
      related: related(),
      message: `Gain: ${message}`,
      ...(hint !== undefined && { hint }),
      values: { label: "Gain", ...values },
    });
  } else if (gain.value.data.length === 0) {
    problems.push({
      severity: "error",
      code: "PARAM_SHAPE",
      path,
      related: related(),
      message: "Gain: at least one number is needed.",
      hint: "Write a matrix as [1, 2; 3, 4].",
      values: { label: "Gain", shape: "0x0" },
    });
  }
}
