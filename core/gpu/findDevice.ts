/** Which device work is to go on: a GPU where there is one and enough to do, else the CPU, with the reason. */
import type { GpuRefusal } from "./device.ts";
import type { GpuOpened } from "./webgpu.ts";

export type GpuFound =
  | { readonly kind: "gpu"; readonly opened: Extract<GpuOpened, { ok: true }> }
  /** Too little to do. */
  | { readonly kind: "cpu"; readonly why: "small" }
  | { readonly kind: "cpu"; readonly why: "absent"; readonly refusal: GpuRefusal }
  /** A processor plays one. */
  | { readonly kind: "cpu"; readonly why: "software"; readonly name: string };

/** `enough`: there is enough to do for a GPU to be worth it. `always`: any GPU, whatever there is to do. */
export async function findDevice(open: () => Promise<GpuOpened>, enough: boolean, always = false): Promise<GpuFound> {
  if (!always && !enough) return { kind: "cpu", why: "small" };
  const opened = await open();
  if (!opened.ok) return { kind: "cpu", why: "absent", refusal: opened };
  if (always || !opened.device.info.software) return { kind: "gpu", opened };
  opened.device.close();
  return { kind: "cpu", why: "software", name: opened.device.info.name };
}
