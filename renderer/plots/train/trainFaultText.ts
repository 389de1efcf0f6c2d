/** Why nothing was trained, in words, with what to do about it. */
import type { TrainFault } from "../../engine/trainProtocol.ts";
import { problemText } from "../../store/problemText.ts";
import { t } from "../../ui/i18n.ts";

export function trainFaultText(fault: TrainFault): string {
  if (fault.code === "PROBLEMS") {
    const first = fault.problems.find(({ severity }) => severity === "error") ?? fault.problems[0];
    if (!first) return t("train.fault.FAILED");
    const { message, hint } = problemText(first);
    return `${first.path === "" ? "" : `${first.path}: `}${message} ${hint ?? ""}`.trim();
  }
  const { ok: _, code, ...values } = fault;
  return t(`train.fault.${code}`, values as { [name: string]: string | number });
}
