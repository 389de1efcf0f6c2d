/**
 * State spaces of transfer functions and of zeros and poles. Polynomials become companion matrices, a shared denominator only
 * once a column or a row; zeros and poles become a cascade of sections of order 1 and 2, and are never multiplied out. States
 * that several entries could share are not looked for: that is minreal's.
 */
import { Matrix } from "ml-matrix";
import type { Complex } from "../math/complex.ts";
import { blocks, blockDiagonal } from "../math/blocks.ts";
import { trimmed } from "../math/polynomial.ts";
import { system } from "./model.ts";
import { ssbal } from "./ssbal.ts";
import type { StateSpace } from "./stateSpace.ts";
import type { TransferFunction } from "./transferFunction.ts";
import { conjugatePairs, type Zpk } from "./zeroPoleGain.ts";

interface Part {
  readonly A: Matrix;
  readonly B: Matrix;
  readonly C: Matrix;
  readonly D: Matrix;
}

export function realizePolynomials(given: TransferFunction): StateSpace {
  const { num, den, time, u, y } = given;
  const byColumns = u.map((_, j) => groups(den.map((row) => row[j]!)));
  const byRows = y.map((_, i) => groups(den[i]!));
  const states = (lists: readonly (readonly Group[])[]): number =>
    lists.flat().reduce((sum, { den: d }) => sum + d.length - 1, 0);
  const whole = byColumns.map((list, j) => {
    const parts = list.map((group) => companion(group, (i) => num[i]![j]!, y.length));
    return parts.reduce(sum, still(y.length, 1));
  });
  const turned = byRows.map((list, i) => {
    const parts = list.map((group) => companion(group, (j) => num[i]![j]!, u.length));
    return transposed(parts.reduce(sum, still(u.length, 1)));
  });
  const { A, B, C, D } = states(byRows) < states(byColumns) ? beneath(turned) : beside(whole);
  return ssbal(system(A, B, C, D, time, { u, y })).system;
}

export function realizeRoots(given: Zpk): StateSpace {
  const { zeros, poles, gain, time, u, y } = given;
  const columns = u.map((_, j) => beneath(y.map((__, i) => cascade(zeros[i]![j]!, poles[i]![j]!, gain[i]![j]!))));
  // Each entry of a column hears the one input.
  const { A, B, C, D } = beside(columns);
  return ssbal(system(A, B, C, D, time, { u, y })).system;
}

interface Group {
  /** Monic, without zeros in front, and what it was divided by. */
  readonly den: readonly number[];
  readonly lead: readonly number[];
  readonly members: readonly number[];
}

/** Entries with the same denominator, up to a factor. */
function groups(dens: readonly (readonly number[])[]): Group[] {
  const found = new Map<string, { den: readonly number[]; lead: number[]; members: number[] }>();
  dens.forEach((given, k) => {
    const own = trimmed(given);
    const den = own.map((c) => c / own[0]!);
    const group = found.get(den.join()) ?? { den, lead: [], members: [] };
    group.lead.push(own[0]!);
    group.members.push(k);
    found.set(den.join(), group);
  });
  return [...found.values()];
}

/** One input, `outputs` outputs of which the members of the group move. */
function companion({ den, lead, members }: Group, num: (k: number) => readonly number[], outputs: number): Part {
  const n = den.length - 1;
  const part = {
    A: Matrix.zeros(n, n),
    B: Matrix.zeros(n, 1),
    C: Matrix.zeros(outputs, n),
    D: Matrix.zeros(outputs, 1),
  };
  for (let j = 0; j < n; j++) part.A.set(0, j, -den[j + 1]!);
  for (let i = 1; i < n; i++) part.A.set(i, i - 1, 1);
  if (n > 0) part.B.set(0, 0, 1);
  members.forEach((k, at) => {
    const given = trimmed(num(k));
    const b = [...Array.from({ length: n + 1 - given.length }, () => 0), ...given].map((c) => c / lead[at]!);
    part.D.set(k, 0, b[0]!);
    for (let j = 0; j < n; j++) part.C.set(k, j, b[j + 1]! - den[j + 1]! * b[0]!);
  });
  return part;
}

interface Section {
  readonly poles: readonly Complex[];
  readonly zeros: Complex[];
}

function cascade(zeros: readonly Complex[], poles: readonly Complex[], gain: number): Part {
  if (gain === 0) return still(1, 1);
  const pole = conjugatePairs(poles);
  const zero = conjugatePairs(zeros);
  const real = pole.real.toSorted((a, b) => a - b);
  const sections: Section[] = pole.above.map(([re, im]) => ({
    poles: [
      [re, im],
      [re, -im],
    ],
    zeros: [],
  }));
  for (let k = 0; k + 1 < real.length; k += 2)
    sections.push({
      poles: [
        [real[k]!, 0],
        [real[k + 1]!, 0],
      ],
      zeros: [],
    });
  if (real.length % 2 === 1) sections.push({ poles: [[real.at(-1)!, 0]], zeros: [] });
  // Zeros go to the nearest poles, so that no section's gain varies more than it must; pairs first, as they need both places.
  const nearest = (z: Complex, room: number): Section => {
    const free = sections.filter((section) => section.poles.length - section.zeros.length >= room);
    const distance = (section: Section): number => Math.hypot(section.poles[0]![0] - z[0], section.poles[0]![1] - z[1]);
    return free.reduce((best, section) => (distance(section) < distance(best) ? section : best));
  };
  for (const [re, im] of zero.above) nearest([re, im], 2).zeros.push([re, im], [re, -im]);
  for (const re of zero.real) nearest([re, 0], 1).zeros.push([re, 0]);
  const whole = sections.map(realizeSection).reduce(following, { ...still(1, 1), D: Matrix.ones(1, 1) });
  return { ...whole, C: Matrix.mul(whole.C, gain), D: Matrix.mul(whole.D, gain) };
}

/** Numerators are divided by the denominator in the basis (s - pole), where differences of roots are all that is rounded. */
function realizeSection({ poles, zeros }: Section): Part {
  const [p, q] = poles;
  if (p === undefined) return still(1, 1);
  const [z, w] = zeros;
  const D = new Matrix([[zeros.length === poles.length ? 1 : 0]]);
  if (q === undefined) {
    const c = z === undefined ? 1 : p[0] - z[0];
    return { A: new Matrix([[p[0]]]), B: Matrix.ones(1, 1), C: new Matrix([[c]]), D };
  }
  // x2 = (s - p) / den where the poles are p +- jw, or 1 / (s - q) where they are p and q; x1 = 1 / den.
  const A = new Matrix(
    p[1] === 0
      ? [
          [p[0], 1],
          [0, q[0]],
        ]
      : [
          [p[0], 1],
          [-p[1] * p[1], p[0]],
        ],
  );
  let c = [1, 0];
  if (z !== undefined && w === undefined) c = [p[0] - z[0], 1];
  if (z !== undefined && w !== undefined) {
    const atPole = (p[0] - z[0]) * (p[0] - w[0]) - z[1] * w[1];
    c = [atPole - p[1] * p[1], p[0] + q[0] - (z[0] + w[0])];
  }
  return { A, B: new Matrix([[0], [1]]), C: new Matrix([c]), D };
}

function still(outputs: number, inputs: number): Part {
  return {
    A: Matrix.zeros(0, 0),
    B: Matrix.zeros(0, inputs),
    C: Matrix.zeros(outputs, 0),
    D: Matrix.zeros(outputs, inputs),
  };
}

function following(first: Part, second: Part): Part {
  const none = Matrix.zeros(first.A.rows, second.A.rows);
  return {
    A: blocks([
      [first.A, none],
      [second.B.mmul(first.C), second.A],
    ]),
    B: blocks([[first.B], [second.B.mmul(first.D)]]),
    C: blocks([[second.D.mmul(first.C), second.C]]),
    D: second.D.mmul(first.D),
  };
}

function sum(a: Part, b: Part): Part {
  return {
    A: blockDiagonal([a.A, b.A]),
    B: blocks([[a.B], [b.B]]),
    C: blocks([[a.C, b.C]]),
    D: Matrix.add(a.D, b.D),
  };
}

/** Inputs of their own, outputs added up. */
function beside(parts: readonly Part[]): Part {
  return {
    A: blockDiagonal(parts.map(({ A }) => A)),
    B: blockDiagonal(parts.map(({ B }) => B)),
    C: blocks([parts.map(({ C }) => C)]),
    D: blocks([parts.map(({ D }) => D)]),
  };
}

/** The same inputs, outputs of their own. */
function beneath(parts: readonly Part[]): Part {
  return transposed(beside(parts.map(transposed)));
}

function transposed({ A, B, C, D }: Part): Part {
  return { A: A.transpose(), B: C.transpose(), C: B.transpose(), D: D.transpose() };
}
