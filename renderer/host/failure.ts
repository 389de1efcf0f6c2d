/** The one error a host rejects with, so that the rest of the renderer can tell it from a bug. */
import type { FailureCode, HostFailure } from "./host.ts";

export class HostError extends Error implements HostFailure {
  override readonly name = "HostFailure";
  readonly code: FailureCode;
  readonly file?: string;

  constructor(code: FailureCode, file?: string, detail?: string) {
    super(detail ?? (file === undefined ? code : `${code}: ${file}`));
    this.code = code;
    if (file !== undefined) this.file = file;
  }
}

export function isHostFailure(error: unknown): error is HostFailure {
  return error instanceof Error && error.name === "HostFailure";
}
