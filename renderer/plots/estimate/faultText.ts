/** Why a bench came to nothing, or a run of it, in words, with what to do about it. */
import type { LostRun } from "../../../core/estimate/estimatorBench.ts";
import type { ShownFault } from "../../store/estimated.ts";
import { problemText } from "../../store/problemText.ts";
import { written } from "../../ui/figures.ts";
import { t } from "../../ui/i18n.ts";
import { stepRefusalText } from "../data/words.ts";

const shown = (values: object): { readonly [name: string]: string } =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, v]) =>
      typeof v === "number" ? [[name, written(v, 4)]] : typeof v === "string" ? [[name, v]] : [],
    ),
  );

export function faultText(fault: ShownFault): string {
  switch (fault.code) {
    case "STEP_TIME":
    case "STEP_EMPTY":
    case "STEP_SIZE":
    case "STEP_UNEVEN":
      return stepRefusalText(fault);
    case "PLANT": {
      const [first] = fault.problems;
      if (!first?.code.match(/^(PLANT|SIGNAL|POINT)_/)) return t("estimate.fault.PLANT.broken");
      const { message, hint = "" } = problemText(first);
      return first.path === ""
        ? t("estimate.fault.PLANT", { message, hint })
        : t("estimate.fault.PLANT.at", { path: first.path, message, hint });
    }
    default: {
      const values = shown(fault);
      const field = values["field"] === "P0" ? "P₀" : values["field"] === "x0" ? "x₀" : values["field"];
      return t(`estimate.fault.${fault.code}`, { ...values, ...(field !== undefined && { field }) });
    }
  }
}

export const lostText = (lost: LostRun): string => t(`estimate.lost.${lost.code}`, shown(lost));
