/**
 * What did not change keeps its identity: a part of an answer that says what the answer before it said is the same object as then, so
 * that whoever shows that part has nothing to draw again.
 */

const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype;

function sameNumbers(before: object, now: object): boolean {
  const [a, b] = [before, now] as [Float64Array, Float64Array];
  return a.constructor === b.constructor && a.length === b.length && a.every((value, k) => Object.is(value, b[k]));
}

/**
 * `now`, with every part (of lists, plain objects and arrays of numbers) that equals its counterpart in `before` replaced by that
 * counterpart; `before` itself where all are equal.
 */
export function withSame<T>(before: unknown, now: T): T;
export function withSame(before: unknown, now: unknown): unknown {
  if (Object.is(before, now)) return before;
  if (typeof before !== "object" || typeof now !== "object" || before === null || now === null) return now;
  if (ArrayBuffer.isView(before) && ArrayBuffer.isView(now)) return sameNumbers(before, now) ? before : now;
  if (Array.isArray(before) && Array.isArray(now)) {
    let same = before.length === now.length;
    const parts = now.map((part, k) => {
      const kept = withSame(before[k], part);
      same &&= Object.is(kept, before[k]);
      return kept;
    });
    return same ? before : parts;
  }
  if (!isPlain(before) || !isPlain(now)) return now;
  const [old, fresh] = [before, now] as { readonly [name: string]: unknown }[];
  const names = Object.keys(fresh!);
  let same = names.length === Object.keys(old!).length;
  const parts: { [name: string]: unknown } = {};
  for (const name of names) {
    const kept = withSame(old![name], fresh![name]);
    same &&= Object.hasOwn(old!, name) && Object.is(kept, old![name]);
    parts[name] = kept;
  }
  return same ? before : parts;
}
