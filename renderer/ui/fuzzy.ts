/**
 * How well a typed word fits a name: exact, beginning, word beginnings, inside, letters in order. Accents and case do not
 * count, so that "suma" and "función" are found by whoever types quickly.
 */
export function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase().trim();
}

/** 0 when it does not fit; the larger the better. */
export function fit(query: string, name: string): number {
  const q = plain(query);
  const n = plain(name);
  if (q === "") return 1;
  if (n === q) return 100;
  if (n.startsWith(q)) return 80 - Math.min(20, n.length - q.length);
  const words = n.split(/[\s\-_/]+/);
  if (words.some((word) => word.startsWith(q))) return 55 - Math.min(10, n.length - q.length);
  if (
    words.length > 1 &&
    words
      .map((word) => word[0] ?? "")
      .join("")
      .startsWith(q)
  )
    return 50;
  if (q.length > 2 && n.includes(q)) return 35;
  if (q.length < 3) return 0;
  let at = -1;
  let gaps = 0;
  for (const letter of q) {
    const next = n.indexOf(letter, at + 1);
    if (next < 0) return 0;
    if (at >= 0) gaps += next - at - 1;
    else if (next > 0) return 0;
    at = next;
  }
  return gaps > q.length ? 0 : 20 - gaps;
}
