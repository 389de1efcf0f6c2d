/** Why no model came out, in words, with what to do about it. */
import type { IdentifyFault } from "../../store/identified.ts";
import { written } from "../../ui/figures.ts";
import { t } from "../../ui/i18n.ts";
import { stepRefusalText } from "../data/words.ts";

export function faultText(fault: IdentifyFault): string {
  switch (fault.code) {
    case "STEP_TIME":
    case "STEP_EMPTY":
    case "STEP_SIZE":
    case "STEP_UNEVEN":
      return stepRefusalText(fault);
    default: {
      const { ok: _, code, ...values } = fault;
      const shown = Object.entries(values).map(([name, v]) => [name, typeof v === "number" ? written(v, 4) : v]);
      return t(`identify.fault.${code}`, Object.fromEntries(shown) as { [name: string]: string });
    }
  }
}
