/**
 * Loops without states: signals v = M v + r, solved loop by loop. Signals that depend on each other in one direction only are
 * substituted, so that the condition reported is that of true loops, whatever the sizes of the gains along the way.
 */
import { Matrix } from "ml-matrix";
import { pick, solveLinear } from "../math/blocks.ts";

export interface LoopSolution {
  /** v = V r. */
  readonly V: Matrix;
  /** Smallest reciprocal condition of I - M over the loops; 1 without any. */
  readonly rcond: number;
  /** The signals of the worst loop; empty without any. */
  readonly loop: readonly number[];
}

export function solveLoops(M: Matrix): LoopSolution {
  const n = M.rows;
  const V = Matrix.zeros(n, n);
  let rcond = 1;
  let worst: readonly number[] = [];
  for (const loop of strongComponents(M)) {
    // What is already known: r of their own, and what comes from loops before; the rows of this one are still 0.
    const known = Matrix.zeros(loop.length, n);
    loop.forEach((i, k) => {
      known.set(k, i, 1);
      for (let j = 0; j < n; j++) {
        const gain = M.get(i, j);
        if (gain === 0) continue;
        for (let c = 0; c < n; c++) known.set(k, c, known.get(k, c) + gain * V.get(j, c));
      }
    });
    const inner = Matrix.sub(Matrix.eye(loop.length), pick(M, loop, loop));
    const alone = loop.length === 1 && inner.get(0, 0) === 1;
    const solved = alone ? { X: known, rcond: 1 } : solveLinear(inner, known);
    // A single signal fed back to itself is as badly off as 1 - m is small beside 1 and m.
    const trust =
      loop.length === 1 && !alone
        ? Math.abs(inner.get(0, 0)) / (1 + Math.abs(M.get(loop[0]!, loop[0]!)))
        : solved.rcond;
    if (!alone && (worst.length === 0 || trust < rcond)) {
      rcond = Math.min(trust, 1);
      worst = loop;
    }
    loop.forEach((i, k) => {
      for (let c = 0; c < n; c++) V.set(i, c, solved.X.get(k, c));
    });
  }
  return { V, rcond, loop: worst };
}

/** Sets of rows that depend on each other, each after those that it depends on. Tarjan (1972). */
function strongComponents(M: Matrix): number[][] {
  const n = M.rows;
  const index = new Int32Array(n).fill(-1);
  const low = new Int32Array(n);
  const open: number[] = [];
  const isOpen = new Uint8Array(n);
  const found: number[][] = [];
  let count = 0;
  const visit = (i: number): void => {
    index[i] = low[i] = count++;
    open.push(i);
    isOpen[i] = 1;
    for (let j = 0; j < n; j++) {
      if (M.get(i, j) === 0) continue;
      if (index[j] === -1) {
        visit(j);
        low[i] = Math.min(low[i]!, low[j]!);
      } else if (isOpen[j] === 1) low[i] = Math.min(low[i]!, index[j]!);
    }
    if (low[i] !== index[i]) return;
    const component = open.splice(open.indexOf(i));
    for (const j of component) isOpen[j] = 0;
    found.push(component);
  };
  for (let i = 0; i < n; i++) if (index[i] === -1) visit(i);
  return found;
}
