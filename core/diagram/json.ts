/** Where a text stops being JSON: engines word this each in their own way, and some not at all. */

/** Offset of the first character that no JSON could have there; the length of the text when only its end is missing. */
export function jsonErrorAt(text: string): number {
  const open: ("{" | "[")[] = [];
  /** What may come next. */
  let expect: "value" | "value or ]" | "key or }" | "key" | ":" | ", or end" = "value";
  let i = 0;
  const atom = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
  for (;;) {
    while (text[i] === " " || text[i] === "\n" || text[i] === "\r" || text[i] === "\t") i++;
    const c = text[i];
    if (expect === ", or end" && open.length === 0) return i;
    if (c === undefined) return i;
    if (expect === "key" || expect === "key or }") {
      if (c === "}" && expect === "key or }") {
        open.pop();
        expect = ", or end";
        i++;
        continue;
      }
      const end = c === '"' ? stringEnd(text, i) : -1;
      if (end < 0) return c === '"' ? -end : i;
      i = end;
      expect = ":";
    } else if (expect === ":") {
      if (c !== ":") return i;
      i++;
      expect = "value";
    } else if (expect === ", or end") {
      const inside = open.at(-1);
      if (c === ",") expect = inside === "{" ? "key" : "value";
      else if (c === (inside === "{" ? "}" : "]")) open.pop();
      else return i;
      i++;
    } else if (c === "]" && expect === "value or ]") {
      open.pop();
      expect = ", or end";
      i++;
    } else if (c === "{" || c === "[") {
      open.push(c);
      expect = c === "{" ? "key or }" : "value or ]";
      i++;
    } else if (c === '"') {
      const end = stringEnd(text, i);
      if (end < 0) return -end;
      i = end;
      expect = ", or end";
    } else {
      atom.lastIndex = i;
      const match = atom.exec(text);
      if (!match) return i;
      i += match[0].length;
      expect = ", or end";
    }
  }
}

/** Just after the closing quote; minus the place of the fault when there is one (never 0: a quote came before). */
function stringEnd(text: string, start: number): number {
  for (let i = start + 1; ; i++) {
    const c = text.charCodeAt(i);
    if (Number.isNaN(c) || c < 0x20) return -i;
    if (c === 0x22) return i + 1;
    if (c !== 0x5c) continue;
    const escape = text[i + 1] ?? "";
    if (escape === "u" && /^[0-9a-fA-F]{4}$/.test(text.slice(i + 2, i + 6))) i += 5;
    else if (escape !== "" && '"\\/bfnrt'.includes(escape)) i++;
    else return -(i + 1);
  }
}
