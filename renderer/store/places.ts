/** Between the paths that results speak of ("Plant/Gain", "wire:w3", "variable:k", "run.stop") and what is drawn. */
import type { Block, LazoDocument, Sheet, Wire } from "../../core/diagram/document.ts";

export type Place =
  | { readonly kind: "block"; readonly block: Block; readonly top: string; readonly path: string }
  | { readonly kind: "wire"; readonly wire: Wire; readonly top: string; readonly from: string; readonly to: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "run"; readonly setting: string }
  | { readonly kind: "none" };

/** `top`: id of the block or wire on the outermost sheet that is, or contains, the place. */
export function placeOf(document: LazoDocument, path: string): Place {
  if (path.startsWith("wire:")) return wirePlace(document.root, path.slice(5), undefined) ?? { kind: "none" };
  if (path.startsWith("variable:")) return { kind: "variable", name: path.slice(9) };
  if (path.startsWith("run.")) return { kind: "run", setting: path.slice(4) };
  return blockPlace(document.root, path, "", undefined) ?? { kind: "none" };
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

export function endsOf(sheet: Sheet, wire: Wire): { readonly from: string; readonly to: string } {
  const name = (id: string) => sheet.blocks.find((block) => block.id === id)?.name ?? "?";
  return { from: name(wire.from.block), to: name(wire.to.block) };
}

function blockPlace(sheet: Sheet, path: string, prefix: string, top: string | undefined): Place | undefined {
  for (const block of sheet.blocks) {
    const own = prefix + block.name;
    if (own === path) return { kind: "block", block, top: top ?? block.id, path };
    if (block.sheet && path.startsWith(`${own}/`)) {
      const inner = blockPlace(block.sheet, path, `${own}/`, top ?? block.id);
      if (inner) return inner;
    }
  }
  return undefined;
}

function wirePlace(sheet: Sheet, id: string, top: string | undefined): Place | undefined {
  const wire = sheet.wires.find((candidate) => candidate.id === id);
  if (wire) return { kind: "wire", wire, top: top ?? wire.id, ...endsOf(sheet, wire) };
  for (const block of sheet.blocks) {
    const inner = block.sheet && wirePlace(block.sheet, id, top ?? block.id);
    if (inner) return inner;
  }
  return undefined;
}
