/** The GPU that the command line trains and estimates on: through Dawn, where the npm package `webgpu` is installed. */
import { openGpu, type GpuFound, type GpuOpened } from "../core/index.ts";
import { refuse, tell } from "./report.ts";

export type Card = Extract<GpuFound, { kind: "gpu" }>;

/**
 * Undefined: the CPU, and why is told. `auto` takes a card where there is one and enough to do, never a processor that plays one.
 * `find` looks for one; any will do where it is told `always`.
 */
export async function cardFor(
  device: "auto" | "gpu" | "cpu",
  find: (always: boolean) => Promise<GpuFound>,
): Promise<Card | undefined> {
  if (device === "cpu") return undefined;
  const found = await find(device === "gpu");
  if (found.kind === "gpu") return found;
  if (found.why === "software") tell(`no GPU: ${found.name} is a processor`);
  if (found.why !== "absent") return undefined;
  const { code, message } = found.refusal;
  if (device === "gpu") throw refuse(code, "--device", `${message}.`, "--device auto goes on without a GPU.");
  tell(`no GPU: ${code}, ${message}`);
  return undefined;
}

/** A fresh device each time. */
export async function openCard(): Promise<GpuOpened> {
  // By a name that no bundler follows: the package brings a program of the platform's own.
  const name = "webgpu";
  let create: ((options: string[]) => GPU) | undefined;
  try {
    ({ create } = (await import(/* @vite-ignore */ name)) as { create: (options: string[]) => GPU });
  } catch {
    return { ok: false, code: "GPU_ABSENT", message: "the npm package webgpu is not installed" };
  }
  return openGpu(create(["enable-dawn-features=allow_unsafe_apis"]));
}
