/**
 * Curves through the points of a table: straight, cubic or stepped. Cubic ones are Hermite polynomials whose slopes at the points
 * are worked out beforehand: of the not-a-knot spline (de Boor, A Practical Guide to Splines), or such that nothing overshoots
 * (Fritsch and Butland, SIAM J. Sci. Stat. Comput. 5, 1984).
 */
import type { Expr } from "../expr/expr.ts";
import type { BlockAlgebra } from "./block.ts";
import { each } from "./elements.ts";

export const ways = ["linear", "spline", "monotone", "nearest", "previous"] as const;
export const smooth = ["linear", "spline", "monotone"] as const;
export const isCubic = (way: string): boolean => way === "spline" || way === "monotone";

/** A sentence when breakpoints do not rise. */
export function unordered(label: string, points: readonly number[]): string | undefined {
  if (points.length < 2) return `${label} needs at least 2 elements`;
  const at = points.findIndex((x, i) => i > 0 && !(x > (points[i - 1] ?? 0)));
  return at < 0
    ? undefined
    : `${label} must rise from one element to the next: ${points[at]} follows ${points[at - 1]}`;
}

export function slopesOf(way: string, x: readonly number[], y: readonly number[]): number[] {
  const h = each(x.length - 1, (i) => x[i + 1]! - x[i]!);
  const s = h.map((width, i) => (y[i + 1]! - y[i]!) / width);
  if (x.length === 2) return [s[0]!, s[0]!];
  return way === "monotone" ? monotone(h, s) : notAKnot(h, s);
}

function notAKnot(h: readonly number[], s: readonly number[]): number[] {
  const n = h.length + 1;
  if (n === 3) {
    const bend = (s[1]! - s[0]!) / (h[0]! + h[1]!);
    return [s[0]! - bend * h[0]!, s[0]! + bend * h[0]!, s[1]! + bend * h[1]!];
  }
  const below = new Array<number>(n).fill(0);
  const diagonal = new Array<number>(n).fill(0);
  const above = new Array<number>(n).fill(0);
  const right = new Array<number>(n).fill(0);
  for (let i = 1; i < n - 1; i++) {
    const [before, after] = [h[i - 1]!, h[i]!];
    [below[i], diagonal[i], above[i]] = [after, 2 * (before + after), before];
    right[i] = 3 * (after * s[i - 1]! + before * s[i]!);
  }
  // At each end the third derivative goes on through the second point.
  const end = (a: number, b: number, near: number, next: number): number =>
    ((a + 2 * (a + b)) * b * near + a * a * next) / (a + b);
  [diagonal[0], above[0]] = [h[1]!, h[0]! + h[1]!];
  right[0] = end(h[0]!, h[1]!, s[0]!, s[1]!);
  const [last, previous] = [h[n - 2]!, h[n - 3]!];
  [diagonal[n - 1], below[n - 1]] = [previous, last + previous];
  right[n - 1] = end(last, previous, s[n - 2]!, s[n - 3]!);
  for (let i = 1; i < n; i++) {
    const factor = below[i]! / diagonal[i - 1]!;
    diagonal[i]! -= factor * above[i - 1]!;
    right[i]! -= factor * right[i - 1]!;
  }
  for (let i = n - 1; i >= 0; i--) right[i] = (right[i]! - (i < n - 1 ? above[i]! * right[i + 1]! : 0)) / diagonal[i]!;
  return right;
}

function monotone(h: readonly number[], s: readonly number[]): number[] {
  const n = h.length + 1;
  const end = (a: number, b: number, near: number, next: number): number => {
    const d = ((2 * a + b) * near - a * next) / (a + b);
    if (Math.sign(d) !== Math.sign(near)) return 0;
    return Math.sign(near) !== Math.sign(next) && Math.abs(d) > 3 * Math.abs(near) ? 3 * near : d;
  };
  return each(n, (i) => {
    if (i === 0) return end(h[0]!, h[1]!, s[0]!, s[1]!);
    if (i === n - 1) return end(h[n - 2]!, h[n - 3]!, s[n - 2]!, s[n - 3]!);
    const [a, b, left, right] = [h[i - 1]!, h[i]!, s[i - 1]!, s[i]!];
    if (left * right <= 0) return 0;
    const [wide, narrow] = [2 * b + a, b + 2 * a];
    return (wide + narrow) / (wide / left + narrow / right);
  });
}

/** Where a value falls between breakpoints: the segment, and how much its two ends count, by value and by slope. */
export interface Weights {
  readonly segment: Expr;
  readonly value: readonly [Expr, Expr];
  readonly slope: readonly [Expr, Expr] | undefined;
}

export function weights(m: BlockAlgebra, points: number, u: Expr, way: string, onwards: boolean): Weights {
  const segment = m.find(points, u);
  const left = m.cell(points, segment);
  const width = m.sub(m.cell(points, m.add(segment, 1)), left);
  const part = m.div(m.sub(u, left), width);
  const of = (right: Expr, slope?: readonly [Expr, Expr]): Weights => ({
    segment,
    value: [m.sub(1, right), right],
    slope,
  });
  if (way === "previous") return of(m.choose(m.ge(part, 1), 1, 0));
  if (way === "nearest") return of(m.choose(m.ge(part, 0.5), 1, 0));
  if (way === "linear" && onwards) return of(part);
  const inside = m.max(0, m.min(1, part));
  if (way === "linear") return of(inside);
  // Beyond an end, where `inside` is 0 or 1, it goes on in a straight line.
  const out = onwards ? m.sub(part, inside) : m.num(0);
  const rest = m.sub(1, inside);
  const square = m.mul(inside, inside);
  return of(m.mul(square, m.sub(3, m.mul(2, inside))), [
    m.mul(width, m.mul(rest, m.add(m.mul(inside, rest), out))),
    m.mul(width, m.sub(m.mul(inside, out), m.mul(square, rest))),
  ]);
}
