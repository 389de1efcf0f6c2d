/** The name a user probably meant. */

/** The candidate fewest typing errors away, when it is near enough to be a guess worth making. */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  const limit = name.length <= 1 ? 0.5 : name.length <= 2 ? 1 : name.length <= 5 ? 2 : 3;
  let best: string | undefined;
  let fewest = Infinity;
  let tried = 0;
  for (const candidate of candidates) {
    // A hostile file may hold any number of names, each long.
    if (++tried > 5000) break;
    if (candidate.length > 64 || Math.abs(candidate.length - name.length) > limit) continue;
    const errors = candidate.toLowerCase() === name.toLowerCase() ? 0.5 : distance(name, candidate);
    if (errors <= limit && errors < fewest && errors < Math.max(name.length, candidate.length)) {
      best = candidate;
      fewest = errors;
    }
  }
  return best;
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn a into b. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
