/** Sizes, counts and refusals of recorded data in words. */
import type { CsvRefusal } from "../../../core/data/csvFormat.ts";
import type { PreparedRefusal } from "../../engine/dataProtocol.ts";
import { written } from "../../ui/figures.ts";
import { t } from "../../ui/i18n.ts";
import type { TextKey } from "../../ui/i18n.ts";

/** "2 700 000": narrow spaces, the same in both languages. */
export const count = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+$)/g, "\u202f");

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${written(bytes / 1000, 3)} kB` : `${written(bytes / 1e6, 3)} MB`;
}

const shown = (values: { readonly [name: string]: number | string }): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "string" ? value : Number.isInteger(value) ? count(value) : written(value, 6),
    ]),
  );

export function refusalText({ code, values }: CsvRefusal): string {
  const key = code === "DATA_TOO_LARGE" ? `data.refusal.${code}.${values["limit"]}` : `data.refusal.${code}`;
  return t(key as TextKey, shown(values));
}

/** Of steps. */
export const stepRefusalText = ({ code, step, values }: PreparedRefusal): string =>
  t(`data.refusal.${code}`, { ...shown(values), step: step + 1 });
