/** Parameters that many blocks ask for in the same words. */
import type { ParamSpec } from "./block.ts";

export const initialState = {
  kind: "vector",
  label: "Initial x₀",
  default: "0",
  help: "One value serves every element.",
} as const satisfies ParamSpec;

/** A sample time that may come from what is wired in; `first` is what a new block has. */
export const sampleTime = (first: "inherited" | "0.1") =>
  ({
    kind: "period",
    label: "Sample time",
    default: first,
    optional: false,
    inherits: true,
    help: "In s, or `inherited` from what is wired in.",
  }) as const satisfies ParamSpec;
