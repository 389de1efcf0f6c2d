/**
 * Older files, one version at a time: step[v] turns a parsed file of version v into one of version v + 1. Steps are pure, total on
 * whatever JSON they meet, and never change once released; each has a frozen file in test/core/diagram/fixtures.
 */

export interface Raw {
  readonly [key: string]: unknown;
}
export type Migration = (raw: Raw) => Raw;

export const currentVersion = 1;

/** Version 1 is the first. */
export const migrations: ReadonlyMap<number, Migration> = new Map();

/** Throws when the chain has a gap: a programmer's mistake. */
export function migrate(
  raw: Raw,
  from: number,
  steps: ReadonlyMap<number, Migration> = migrations,
  to: number = currentVersion,
): Raw {
  let result = raw;
  for (let version = from; version < to; version++) {
    const step = steps.get(version);
    if (!step) throw new Error(`There is no migration from version ${version}.`);
    result = { ...step(result), version: version + 1 };
  }
  return result;
}
