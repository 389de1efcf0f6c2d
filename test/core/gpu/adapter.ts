/**
 * WebGPU in Node for tests: Dawn on SwiftShader where Debian's chromium brought it, else no adapter, and tests are counted as skipped.
 * The environment must be set before Dawn first looks for Vulkan.
 */
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** Undefined where no adapter is to be had. Dawn keeps Node alive until this object is gone. */
export async function softwareGpu(): Promise<GPU | undefined> {
  if (!existsSync(swiftShader)) return undefined;
  process.env["VK_DRIVER_FILES"] = swiftShader;
  process.env["XDG_RUNTIME_DIR"] ??= mkdtempSync(join(tmpdir(), "lazo-gpu-"));
  const { create } = await import("webgpu");
  return create(["enable-dawn-features=allow_unsafe_apis", "disable-dawn-features=timestamp_quantization"]);
}
