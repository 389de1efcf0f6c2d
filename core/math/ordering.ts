/**
 * An order of elimination that keeps a sparse symmetric pattern sparse: minimum degree on the quotient graph, with the degree
 * bounded from above as by Amestoy, Davis & Duff, "An approximate minimum degree ordering algorithm" (1996).
 */

/** Order in which to eliminate the n unknowns of a pattern, given by the places of its entries (A + A' is what counts). */
export function minimumDegree(n: number, rows: ArrayLike<number>, columns: ArrayLike<number>): Int32Array {
  const order = new Int32Array(n);
  let placed = 0;
  const neighbours = neighboursOf(n, rows, columns);
  // A row that touches nearly everything would be met at every step; it comes last in any case.
  const crowd = Math.max(16, 10 * Math.sqrt(n));
  const late: number[] = [];
  const gone = new Uint8Array(n);
  for (let i = 0; i < n; i++)
    if (neighbours[i]!.length > crowd) {
      late.push(i);
      gone[i] = 1;
    }
  /** Unknowns next to i directly, and eliminated ones ("elements") that make all of theirs neighbours of each other. */
  const direct = neighbours.map((list, i) => (gone[i] ? [] : list.filter((j) => gone[j] === 0)));
  const through: number[][] = direct.map(() => []);
  /** The unknowns of an element. */
  const inside: number[][] = direct.map(() => []);
  const degree = Int32Array.from(direct, (list) => list.length);
  const buckets = createBuckets(n, degree, gone);
  const mark = new Int32Array(n).fill(-1);
  /** Of elements: how many of their unknowns lie outside the newest one, and for which one that was counted. */
  const outside = new Int32Array(n);
  const counted = new Int32Array(n).fill(-1);

  for (;;) {
    const p = buckets.smallest();
    if (p < 0) break;
    order[placed++] = p;
    gone[p] = 1;
    const members: number[] = [];
    mark[p] = p;
    const take = (i: number): void => {
      if (gone[i] === 0 && mark[i] !== p) {
        mark[i] = p;
        members.push(i);
      }
    };
    for (const i of direct[p]!) take(i);
    for (const e of through[p]!) {
      for (const i of inside[e]!) take(i);
      // Absorbed: all that it joined, the new element joins.
      inside[e] = [];
    }
    inside[p] = members;
    direct[p] = [];
    through[p] = [];
    for (const i of members) {
      for (const e of through[i]!) {
        if (inside[e]!.length === 0) continue;
        if (counted[e] !== p) {
          counted[e] = p;
          outside[e] = inside[e]!.length;
        }
        outside[e]!--;
      }
    }
    for (const i of members) {
      let bound = members.length - 1;
      const kept: number[] = [];
      for (const e of through[i]!) {
        if (inside[e]!.length === 0) continue;
        if (outside[e]! <= 0) continue;
        kept.push(e);
        bound += outside[e]!;
      }
      kept.push(p);
      through[i] = kept;
      direct[i] = direct[i]!.filter((j) => gone[j] === 0 && mark[j] !== p);
      bound += direct[i]!.length;
      buckets.move(i, Math.min(bound, n - placed - 1, degree[i]! + members.length - 1));
    }
    // Elements that lie wholly within the new one have nothing to add.
    if (members.length === 0) inside[p] = [];
  }
  for (const i of late) order[placed++] = i;
  return order;
}

function neighboursOf(n: number, rows: ArrayLike<number>, columns: ArrayLike<number>): number[][] {
  const lists: number[][] = Array.from({ length: n }, () => []);
  for (let k = 0; k < rows.length; k++) {
    const i = rows[k]!;
    const j = columns[k]!;
    if (i === j) continue;
    lists[i]!.push(j);
    lists[j]!.push(i);
  }
  const seen = new Int32Array(n).fill(-1);
  return lists.map((list, i) => list.filter((j) => seen[j] !== i && ((seen[j] = i), true)));
}

/** Unknowns by degree, in doubly linked lists. */
function createBuckets(n: number, degree: Int32Array, absent: Uint8Array) {
  const first = new Int32Array(n + 1).fill(-1);
  const next = new Int32Array(n).fill(-1);
  const previous = new Int32Array(n).fill(-1);
  let least = 0;

  function insert(i: number): void {
    const d = degree[i]!;
    next[i] = first[d]!;
    previous[i] = -1;
    if (first[d]! >= 0) previous[first[d]!] = i;
    first[d] = i;
    if (d < least) least = d;
  }
  function remove(i: number): void {
    if (previous[i]! >= 0) next[previous[i]!] = next[i]!;
    else first[degree[i]!] = next[i]!;
    if (next[i]! >= 0) previous[next[i]!] = previous[i]!;
  }
  for (let i = n - 1; i >= 0; i--) if (absent[i] === 0) insert(i);
  return {
    /** Takes out one of the smallest degree; -1 when none is left. */
    smallest(): number {
      while (least <= n && first[least]! < 0) least++;
      if (least > n) return -1;
      const i = first[least]!;
      remove(i);
      return i;
    },
    move(i: number, to: number): void {
      remove(i);
      degree[i] = Math.max(0, to);
      insert(i);
    },
  };
}
