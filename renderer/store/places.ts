/** Between the paths that results speak of ("Plant/Gain", "wire:w3", "variable:k", "run.stop") and what is drawn. */
import type { Block, LazoDocument, Sheet, Wire } from "../../core/diagram/document.ts";
import { prefixAt } from "../../core/diagram/trail.ts";
import { useDocument } from "./document.ts";
import { shownSheet, shownTrail } from "./sheet.ts";

export type Place =
  | { readonly kind: "block"; readonly block: Block; readonly path: string }
  | { readonly kind: "wire"; readonly wire: Wire; readonly path: string; readonly from: string; readonly to: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "run"; readonly setting: string }
  | { readonly kind: "none" };

/** The path of a wire is that of its sheet: "" or "Plant/". */
export function placeOf(document: LazoDocument, path: string): Place {
  if (path.startsWith("wire:")) return wirePlace(document.root, path.slice(5), "") ?? { kind: "none" };
  if (path.startsWith("variable:")) return { kind: "variable", name: path.slice(9) };
  if (path.startsWith("run.")) return { kind: "run", setting: path.slice(4) };
  return blockPlace(document.root, path, "") ?? { kind: "none" };
}

/** Paths of the blocks with these ids. */
export function pathsOf(document: LazoDocument, ids: ReadonlySet<string>): ReadonlySet<string> {
  const paths = new Set<string>();
  const visit = (sheet: Sheet, prefix: string) => {
    for (const block of sheet.blocks) {
      if (ids.has(block.id)) paths.add(prefix + block.name);
      if (block.sheet) visit(block.sheet, `${prefix}${block.name}/`);
    }
  };
  if (ids.size > 0) visit(document.root, "");
  return paths;
}

/** The paths of these blocks, and of all that is in them. */
export function pathsWithin(
  document: LazoDocument,
  ids: ReadonlySet<string>,
  paths?: ReadonlySet<string>,
): Set<string> {
  const found = new Set<string>();
  const visit = (sheet: Sheet, prefix: string, inside: boolean) => {
    for (const block of sheet.blocks) {
      const path = prefix + block.name;
      const own = inside || ids.has(block.id) || (paths?.has(path) ?? false);
      if (own) found.add(path);
      if (block.sheet) visit(block.sheet, `${path}/`, own);
    }
  };
  if (ids.size + (paths?.size ?? 0) > 0) visit(document.root, "", false);
  return found;
}

/** Of wires anywhere in the document and blocks by path, those on the sheet shown: wires, and subsystems with some of it inside. */
export function shownOf(origin: { readonly wires: readonly string[]; readonly blocks: readonly string[] }): {
  readonly wires: readonly string[];
  readonly blocks: readonly string[];
} {
  const { blocks, wires } = shownSheet();
  const here = new Set(wires.map(({ id }) => id));
  const prefix = prefixAt(useDocument.getState().document, shownTrail());
  return {
    wires: origin.wires.filter((id) => here.has(id)),
    blocks: blocks
      .filter(({ name, sheet }) => sheet && origin.blocks.some((path) => path.startsWith(`${prefix}${name}/`)))
      .map(({ id }) => id),
  };
}

/** Width of a port, as far as it is known; that of a subsystem's port is kept with the block in it that it is. */
export const widthAt = (
  widths: { readonly [port: string]: number } | undefined,
  path: string,
  port: string,
): number | undefined => widths?.[`${path}.${port}`] ?? widths?.[`${path}/${port}.outer`];

/** A signal's name as a list shows it: a wire by the blocks at its ends, anything else as it is. */
export function signalText(document: LazoDocument, name: string): string {
  const place = name.startsWith("wire:") ? placeOf(document, name) : undefined;
  return place?.kind === "wire" ? `${place.path}${place.from} → ${place.to}` : name;
}

export function endsOf(sheet: Sheet, wire: Wire): { readonly from: string; readonly to: string } {
  const name = (id: string) => sheet.blocks.find((block) => block.id === id)?.name ?? "?";
  return { from: name(wire.from.block), to: name(wire.to.block) };
}

function blockPlace(sheet: Sheet, path: string, prefix: string): Place | undefined {
  for (const block of sheet.blocks) {
    const own = prefix + block.name;
    if (own === path) return { kind: "block", block, path };
    if (block.sheet && path.startsWith(`${own}/`)) {
      const inner = blockPlace(block.sheet, path, `${own}/`);
      if (inner) return inner;
    }
  }
  return undefined;
}

function wirePlace(sheet: Sheet, id: string, path: string): Place | undefined {
  const wire = sheet.wires.find((candidate) => candidate.id === id);
  if (wire) return { kind: "wire", wire, path, ...endsOf(sheet, wire) };
  for (const block of sheet.blocks) {
    const inner = block.sheet && wirePlace(block.sheet, id, `${path}${block.name}/`);
    if (inner) return inner;
  }
  return undefined;
}
