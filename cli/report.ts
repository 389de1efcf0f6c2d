/** How the command line speaks: problems one a line, results on stdout, everything else on stderr, and what exit codes mean. */
import { once } from "node:events";
import type { Problem } from "../core/index.ts";

/** 0 done; 1 the document, a file or the run has an error; 2 wrong use of the command line; 3 a bug of ours. */
export const exits = { done: 0, failed: 1, usage: 2, bug: 3 } as const;

/** Ends the command with these problems: what a user can cause, so no stack is shown. */
export class Refused extends Error {
  readonly problems: readonly Problem[];
  readonly exit: number;
  constructor(problems: readonly Problem[], exit: number = exits.failed) {
    super(problems.map(problemLine).join("\n"));
    this.problems = problems;
    this.exit = exit;
  }
}

export function refuse(code: string, path: string, message: string, hint?: string): Refused {
  return new Refused([{ severity: "error", code, path, message, ...(hint === undefined ? {} : { hint }) }]);
}

export function wrongUse(message: string, hint?: string): Refused {
  return new Refused(
    [{ severity: "error", code: "USAGE", path: "lazo", message, ...(hint === undefined ? {} : { hint }) }],
    exits.usage,
  );
}

/** Names come from documents: no line end or terminal command of theirs may reach the terminal. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `severity code path: message (hint)`. The document as a whole goes by the path ".". */
export function problemLine(problem: Problem): string {
  const when = problem.time === undefined ? "" : ` [t = ${problem.time} s]`;
  const hint = problem.hint === undefined ? "" : ` (${problem.hint})`;
  return printable(
    `${problem.severity} ${problem.code} ${problem.path === "" ? "." : problem.path}: ${problem.message}${when}${hint}`,
  );
}

export function hasError(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === "error");
}

export function reportProblems(problems: readonly Problem[]): void {
  for (const problem of problems) process.stderr.write(`${problemLine(problem)}\n`);
}

/** A line that is no problem. */
export function tell(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** Writes all parts to stdout at the speed of who reads them. */
export async function toStdout(parts: Iterable<string>): Promise<void> {
  for (const part of parts) {
    if (!process.stdout.write(part)) await once(process.stdout, "drain");
  }
}

/** A line of progress that rewrites itself, on terminals only. */
export function progressLine(): { show(fraction: number): void; end(): void } {
  let shown = -1;
  return {
    show(fraction) {
      const percent = Math.floor(100 * fraction);
      if (!process.stderr.isTTY || percent === shown) return;
      shown = percent;
      process.stderr.write(`\r${percent} %`);
    },
    end() {
      if (shown >= 0) process.stderr.write("\r     \r");
    },
  };
}
