/** Eigenvalues of A as a control engineer writes them, and what they say about stability. */
import type { TimeBase } from "../../core/lti/stateSpace.ts";
import { written } from "../ui/figures.ts";

export type Eigenvalues = readonly (readonly [re: number, im: number])[];
export type Stability = "stable" | "unstable" | "edge" | "static";

/** "0.225 ± 0.569i", "−1", each repeated one with its count: "0 (×2)". A conjugate pair is one entry, which no line ends in. */
export function polesText(values: Eigenvalues, most = 6): string {
  const entries = new Map<string, number>();
  for (const [re, im] of values) {
    if (im < 0 && values.some(([r, i]) => near(r, re) && near(i, -im))) continue;
    const text = poleText(re, im);
    entries.set(text, (entries.get(text) ?? 0) + 1);
  }
  const all = [...entries].map(([text, count]) => (count === 1 ? text : `${text} (×${count})`));
  const shown = all.map((entry) => entry.replaceAll(" ", "\u00a0"));
  return shown.length > most ? `${shown.slice(0, most).join(", ")}, …` : shown.join(", ");
}

function poleText(re: number, im: number): string {
  const scale = Math.hypot(re, im);
  if (Math.abs(im) <= 1e-9 * scale || im === 0) return written(re, 3);
  const imaginary = `${written(Math.abs(im), 3)}i`;
  return Math.abs(re) <= 1e-9 * scale ? `±${imaginary}` : `${written(re, 3)} ± ${imaginary}`;
}

/**
 * `edge`: no pole beyond the boundary, but one on it to working accuracy (the test is for the imaginary axis in continuous
 * time, the unit circle in discrete time); whether it grows depends on its Jordan block, which is not looked at.
 */
export function stabilityOf(values: Eigenvalues, time: TimeBase): Stability {
  if (values.length === 0) return "static";
  const largest = Math.max(...values.map(([re, im]) => Math.hypot(re, im)));
  const beyond = Math.max(...values.map(([re, im]) => (time.kind === "continuous" ? re : Math.hypot(re, im) - 1)));
  const tolerance = 1e-9 * (time.kind === "continuous" ? largest : 1);
  if (beyond > tolerance) return "unstable";
  return beyond < -tolerance ? "stable" : "edge";
}

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b), 1e-300);
}
