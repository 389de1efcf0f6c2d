/** The GPU that the command line trains on: through Dawn, where the npm package `webgpu` is installed. */
import { openGpu, type GpuOpened } from "../core/index.ts";

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
