/** Numbers as the interface writes them: a true minus sign, `.` as decimal sign, never more figures than asked for. */

/** "−0.05", "1.2346e+9", "∞"; an en dash where there is no number. */
export function written(value: number, figures = 5): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  // Adding 0 turns −0 into 0.
  return String(Number(value.toPrecision(figures)) + 0).replaceAll("-", "−");
}

/** "−1 + 2i" */
export function complexText([re, im]: readonly [number, number]): string {
  if (im === 0) return written(re, 5);
  return `${written(re, 5)} ${im < 0 ? "−" : "+"} ${written(Math.abs(im), 5)}i`;
}
