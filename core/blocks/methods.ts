/** How discrete blocks integrate: by names that all of them share. */
export const methods = ["forward Euler", "backward Euler", "trapezoidal"] as const;

/** How much of the sample at hand counts at once: z/(z-1) backward, (z+1)/2(z-1) trapezoidal, 1/(z-1) forward. */
export function weightOf(method: string): number {
  return method === "backward Euler" ? 1 : method === "trapezoidal" ? 0.5 : 0;
}

export const methodHelp = "Only forward Euler has no direct path from input to output.";
