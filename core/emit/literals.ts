/**
 * The only ways by which a number, a name or a remark gets into printed text. Names and remarks come from documents of
 * strangers: as a literal they are quoted whole, in a comment only harmless letters of them are left.
 */

/** Shortest decimal text that reads back as the same double; -0, NaN and the infinities keep their own words. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** As JSON has no word for them, what is not finite becomes a string. */
export function jsonNumber(value: number): string {
  return Number.isFinite(value) ? numberText(value) : JSON.stringify(String(value));
}

const escaped: ReadonlyMap<string, string> = new Map(
  ["<", ">", "&", "\u2028", "\u2029", "\u0085", "\u007f"].map((c) => [
    c,
    "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"),
  ]),
);

/** A double-quoted literal of JavaScript, TypeScript and JSON that can't end early, nor open a tag where the text is embedded. */
export function textLiteral(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029\u0085\u007f]/g, (c) => escaped.get(c) ?? c);
}

/** Letters, digits and a few marks that can end no comment of any language; the rest becomes one space. */
export function commentText(text: string, longest = 80): string {
  const plain = text.replace(/[^\p{L}\p{N}_.,()[\]=+-]+/gu, " ").trim();
  return plain.length > longest ? [...plain.slice(0, longest)].slice(0, -1).join("") + " ..." : plain;
}

/** `items` in lines of about `width` characters, each line indented: long tables stay readable and diff well. */
export function wrapped(items: readonly string[], indent: string, width = 110): string[] {
  const lines: string[] = [];
  let line = "";
  for (const item of items) {
    if (line !== "" && line.length + item.length + 2 > width) {
      lines.push(indent + line.trimEnd());
      line = "";
    }
    line += item + ", ";
  }
  if (line !== "") lines.push(indent + line.trimEnd());
  return lines;
}
