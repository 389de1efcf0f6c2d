/** What is made when it is first asked for, and kept. */

export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Once for each key. */
export function keyed<A extends readonly unknown[], T>(
  make: (...args: A) => T,
  keyOf: (...args: A) => string,
): (...args: A) => T {
  const made = new Map<string, T>();
  return (...args) => {
    const key = keyOf(...args);
    if (!made.has(key)) made.set(key, make(...args));
    return made.get(key)!;
  };
}
