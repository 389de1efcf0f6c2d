/** Colours by sample time: which blocks and wires work at which rate, as the compiler settled it. */
import { signalColour } from "../ui/signalColours.ts";

/** By block path: "continuous", "constant", "triggered", "0.1" or "0.1+0.02" (sample time and offset in s). */
export type Rates = { readonly [path: string]: string };

/** A subsystem with several in it. */
export const several = "several";

interface RateView {
  /** Words in the order of the legend: continuous, the fastest sample time first, triggered, constant. */
  readonly order: readonly string[];
  readonly colours: ReadonlyMap<string, string>;
  /** Of subsystems: that of all that is in them, but for what is constant. */
  readonly nested: ReadonlyMap<string, string>;
}

const rank = (word: string): number =>
  word === "continuous" ? -1 : word === "triggered" ? 1e300 : word === "constant" ? Infinity : Number.parseFloat(word);

const views = new WeakMap<Rates, RateView>();

export function rateView(rates: Rates): RateView {
  const held = views.get(rates);
  if (held) return held;
  const order = [...new Set(Object.values(rates))].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const colours = new Map<string, string>();
  let used = 0;
  for (const word of order) {
    // The continuous part of most models is most of them: it keeps the colour that wires have.
    if (word === "continuous") colours.set(word, "var(--wire)");
    else if (word === "constant") colours.set(word, "var(--line-strong)");
    else colours.set(word, signalColour(used++));
  }
  const nested = new Map<string, string>();
  for (const [path, word] of Object.entries(rates)) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const owner = path.slice(0, end);
      const before = nested.get(owner);
      if (before === undefined || before === "constant") nested.set(owner, word);
      else if (word !== "constant" && word !== before) nested.set(owner, several);
    }
  }
  const view = { order, colours, nested };
  views.set(rates, view);
  return view;
}

/** What a block, or what leaves one of its ports, works at. */
export function rateOf(rates: Rates, path: string, port?: string): string | undefined {
  return (port === undefined ? undefined : rates[`${path}/${port}`]) ?? rates[path] ?? rateView(rates).nested.get(path);
}

export const rateColour = (rates: Rates, word: string | undefined): string | undefined =>
  word === undefined ? undefined : rateView(rates).colours.get(word);
