/**
 * Controllers with an intent, as the engine last computed them. What is asked of a design goes into the drawing at once; its numbers
 * follow as soon as the engine has them, as part of the same step to undo.
 */
import { setDesign } from "../../core/diagram/design.ts";
import type { Block, Design, LazoDocument, Sheet } from "../../core/diagram/document.ts";
import { changeBlocks } from "../../core/diagram/edit.ts";
import type { DesignView } from "../engine/protocol.ts";
import { useDocument } from "./document.ts";
import { createPaced } from "./paced.ts";

type Refusal = Extract<DesignView, { readonly ok: false }>;
type Views = { readonly [block: string]: DesignView };

interface DesignsState {
  /** By block id. */
  readonly views: Views;
  /** Block id -> the intent whose numbers are still to come. */
  readonly waiting: ReadonlyMap<string, Design>;
}

export const useDesigns = createPaced<DesignsState>(() => ({ views: {}, waiting: new Map() }));

/** `key`: edits under one key are one undo step. */
export function changeDesign(block: string, design: Design, key?: string): void {
  expectNumbers(block, design);
  useDocument.getState().edit((document) => setDesign(document, block, design), key);
}

/** Block id -> what is to be done when there are no numbers. */
const onRefused = new Map<string, (refusal: Refusal) => void>();

export function expectNumbers(block: string, design: Design, refused?: (refusal: Refusal) => void): void {
  if (refused) onRefused.set(block, refused);
  useDesigns.setState(({ waiting }) => ({ waiting: new Map([...waiting, [block, design]]) }));
}

export function removeDesign(block: string): void {
  useDocument.getState().edit((document) => setDesign(document, block, undefined));
}

/** What has just been computed for the present drawing; who waits for it gets it, unless its intent has been undone since. */
export function takeDesigns(views: Views): void {
  const { waiting } = useDesigns.getState();
  useDesigns.setState({ views, waiting: new Map() });
  for (const [id, design] of waiting) {
    const view = views[id];
    const refused = onRefused.get(id);
    onRefused.delete(id);
    if (view && !view.ok) refused?.(view);
    if (!view?.ok) continue;
    const filled = withChosen(withPoles(design, view.planned), view.chosen);
    // Poles are written with few figures: the numbers are computed for those.
    if (filled !== design) expectNumbers(id, filled);
    useDocument.getState().amend(writing(id, view, filled, (block) => block.design === design));
    const followed = { ...view, follows: true, poles: view.planned };
    useDesigns.setState((now) => ({ views: { ...now.views, [id]: followed } }));
  }
  // What is written now is a new drawing, of which the engine does not know yet.
  if (redoing) queueMicrotask(() => redoMore(views));
}

/** While somebody goes on dragging: the numbers of where the pointer was a moment ago. */
export function showNumbers(views: Views): void {
  for (const [id, design] of useDesigns.getState().waiting) {
    const view = views[id];
    if (!view?.ok) continue;
    useDocument
      .getState()
      .amend((document) =>
        changeBlocks(document, new Set([id]), (block) =>
          block.design === design ? { ...block, params: { ...block.params, ...view.params } } : block,
        ),
      );
  }
}

/** Blocks of the drawing whose numbers are waited for; an intent that has been undone since waits for none. */
export function waitingIn({ root }: LazoDocument): readonly string[] {
  const held = (sheet: Sheet, id: string, design: Design): boolean =>
    sheet.blocks.some((block) =>
      block.id === id ? block.design === design : block.sheet !== undefined && held(block.sheet, id, design),
    );
  return [...useDesigns.getState().waiting].flatMap(([id, design]) => (held(root, id, design) ? [id] : []));
}

const staleIn = (views: Views): readonly string[] =>
  Object.keys(views).filter((id) => {
    const view = views[id];
    return view?.ok && !view.follows;
  });

export const anyStale = (): boolean => staleIn(useDesigns.getState().views).length > 0;

/** All designs are being redone: the drawing that the next numbers are for, and how often they may still be asked for. */
let redoing: { readonly document: LazoDocument; readonly left: number } | undefined;

/** All that do not follow, as one step; and again, as one design may be the plant of another, an observer that of its feedback. */
export function redoAll(): void {
  const { views } = useDesigns.getState();
  useDocument.getState().edit(rewritten(views));
  redoing = { document: useDocument.getState().document, left: Object.keys(views).length };
}

function redoMore(views: Views): void {
  const asked = redoing;
  redoing = undefined;
  const { document, amend } = useDocument.getState();
  // Who edits meanwhile has other plans.
  if (!asked || asked.left <= 0 || asked.document !== document || staleIn(views).length === 0) return;
  amend(rewritten(views));
  redoing = { document: useDocument.getState().document, left: asked.left - 1 };
}

const rewritten = (views: Views) => (document: LazoDocument) =>
  staleIn(views).reduce((now, id) => writing(id, views[id]!, undefined, () => true)(now), document);

/** The numbers that the intent gives now, as a step of its own. */
export function redoDesign(id: string): void {
  const view = useDesigns.getState().views[id];
  if (view) useDocument.getState().edit(writing(id, view, undefined, () => true));
}

function writing(id: string, view: DesignView, filled: Design | undefined, wanted: (block: Block) => boolean) {
  return (document: Parameters<typeof changeBlocks>[0]) =>
    !view.ok
      ? document
      : changeBlocks(document, new Set([id]), (block) =>
          block.design && wanted(block) && !(view.follows && (filled ?? block.design) === block.design)
            ? {
                ...block,
                params: view.follows ? block.params : { ...block.params, ...view.params },
                design: filled ?? block.design,
              }
            : block,
        );
}

type Poles = readonly (readonly [re: number, im: number])[];

/** Poles that nobody has asked for yet are those that came out. */
function withPoles(design: Design, poles: Poles): Design {
  const byPoles = design.method === "poles" || design.method === "observer";
  if (!byPoles || design.fields["poles"]?.trim() || design.fields["pairs"]?.trim()) return design;
  return { ...design, fields: polesFields(poles) };
}

const withChosen = (design: Design, chosen: Design["fields"] | undefined): Design =>
  chosen ? { ...design, fields: { ...design.fields, ...chosen } } : design;

/** Conjugate pairs by the one above the axis. */
export function polesFields(poles: Poles): { readonly poles: string; readonly pairs: string } {
  const short = (v: number): string => String(Number(v.toPrecision(6)));
  const real = poles.filter(([, im]) => im === 0).map(([re]) => short(re));
  const pairs = poles.filter(([, im]) => im > 0).map(([re, im]) => `${short(re)}, ${short(im)}`);
  return {
    poles: real.length > 0 ? `[${real.join(", ")}]` : "",
    pairs: pairs.length > 0 ? `[${pairs.join("; ")}]` : "",
  };
}
