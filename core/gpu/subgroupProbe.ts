/** Looks whether thread k of a workgroup is lane k modulo the subgroup's size, which kernels that exchange between lanes rely on. */
import type { GpuDevice, GpuProgram } from "./device.ts";

const THREADS = 256;

const program: GpuProgram = {
  label: "subgroup probe",
  bindings: ["write"],
  wgsl: `enable subgroups;
@group(0) @binding(0) var<storage, read_write> lanes: array<u32>;
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) thread: u32, @builtin(subgroup_invocation_id) lane: u32, @builtin(subgroup_size) size: u32) {
  lanes[thread] = (subgroupBroadcastFirst(thread) << 16u) | (lane << 8u) | size;
}`,
};

export async function subgroupProbe(device: GpuDevice, size: number): Promise<boolean> {
  const seen = device.buffer("subgroup probe", THREADS);
  device.run(device.record("subgroup probe", [{ program, views: [seen], groups: [1, 1, 1] }]));
  const read = await device.read(seen);
  device.release(seen);
  if (!read.ok) return false;
  const lanes = new Uint32Array(read.words.buffer);
  return lanes.every((word, thread) => {
    const lane = thread % size;
    return word === (((thread - lane) << 16) | (lane << 8) | size);
  });
}
