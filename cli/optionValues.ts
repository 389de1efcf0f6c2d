/** Values of options as they are typed; what they may not be is wrong use. */
import { wrongUse } from "./report.ts";

export function oneOf<T extends string>(name: string, value: string, of: readonly T[]): T {
  const found = of.find((one) => one === value);
  if (found === undefined)
    throw wrongUse(`--${name} ${value}: there is no such ${name}.`, `There are ${of.join(", ")}.`);
  return found;
}

export function count(name: string, text: string | undefined, otherwise: number, least = 1): number {
  const value = text === undefined ? otherwise : Number(text.trim() || NaN);
  if (!Number.isInteger(value) || value < least || value > 1e6)
    throw wrongUse(`--${name} ${text}: a whole number from ${least} to 1000000 is expected.`);
  return value;
}

export function positive(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text.trim() || NaN);
  if (!(value > 0) || !Number.isFinite(value)) throw wrongUse(`--${name} ${text}: a number above zero is expected.`);
  return value;
}
