/** What a note says, in pieces: words, and TeX between dollar signs. A dollar that begins nothing, or \$, is a dollar. */

export interface Piece {
  readonly kind: "text" | "tex";
  readonly text: string;
  /** A formula on a line of its own: between two dollar signs on each side. */
  readonly display?: true;
}

/** As in most note takers: no blank after the first dollar sign nor before the last, and no digit after it ($5 and $6). */
const formula = /\$\$([^$]+?)\$\$|\$(?!\s)((?:\\.|[^$\\\n])+?)(?<!\s)\$(?!\d)/g;

export function piecesOf(note: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const say = (text: string) => {
    if (text !== "") pieces.push({ kind: "text", text: text.replaceAll("\\$", "$") });
  };
  let done = 0;
  // A formula on a line of its own brings its line ends along.
  const trimmed = (text: string, next: boolean) => {
    const begun = pieces.at(-1)?.display ? text.replace(/^\n/, "") : text;
    return next ? begun.replace(/\n$/, "") : begun;
  };
  for (const match of note.matchAll(formula)) {
    // \$ is no beginning.
    if (note[match.index - 1] === "\\") continue;
    say(trimmed(note.slice(done, match.index), match[1] !== undefined));
    pieces.push(
      match[1] === undefined
        ? { kind: "tex", text: match[2] ?? "" }
        : { kind: "tex", text: match[1].trim(), display: true },
    );
    done = match.index + match[0].length;
  }
  say(trimmed(note.slice(done), false));
  return pieces;
}
