/** The interconnection cases of the reference set, drawn with wires that carry gains: poles, frequency response, ill-posed loops. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile } from "../../../core/compile/compile.ts";
import type { LazoDocument } from "../../../core/diagram/document.ts";
import { linearize } from "../../../core/linearize/linearize.ts";
import { eigenvalues } from "../../../core/math/eigenvalues.ts";
import { type Drawn, draw } from "../drawing.ts";

type Rows = readonly (readonly number[])[];
interface System {
  readonly A: Rows;
  readonly B: Rows;
  readonly C: Rows;
  readonly D: Rows;
}
interface Node {
  readonly id: string;
  readonly type: "gain" | "integrator" | "tf";
  readonly k?: number;
  readonly num?: readonly number[];
  readonly den?: readonly number[];
}
interface Inputs {
  readonly op: string;
  readonly sys1: System;
  readonly sys2: System;
  readonly sign: number;
  readonly P: System;
  readonly K: System & Rows;
  readonly Kr: Rows;
  readonly L: Rows;
  readonly nu: number;
  readonly ny: number;
  readonly systems: readonly System[];
  readonly nodes: readonly Node[];
  readonly edges: readonly (readonly [string, string, number])[];
  readonly external_inputs: readonly (readonly [string, number])[];
  readonly outputs: readonly string[];
  readonly s: { readonly re: readonly number[]; readonly im: readonly number[] };
}
interface Case {
  readonly name: string;
  readonly inputs: Inputs;
  readonly expected: {
    readonly ill_posed?: boolean;
    readonly n: number;
    readonly poles: { readonly re: readonly number[]; readonly im: readonly number[] };
    readonly H: { readonly re: readonly Rows[]; readonly im: readonly Rows[] };
  };
  readonly rtol: number;
}
const { cases } = JSON.parse(readFileSync(new URL("../../reference/interconnect.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Case[];
};

const matrix = (rows: Rows): string => `[${rows.map((row) => row.join(", ")).join("; ")}]`;
const names = (prefix: string, n: number): string => Array.from({ length: n }, (_, i) => `${prefix}${i}`).join(", ");
const block = ({ A, B, C, D }: System): Drawn[string] => [
  "state-space",
  { A: matrix(A), B: matrix(B), C: matrix(C), D: matrix(D) },
];
/** Ones that carry n values to places from `at` on among `of`. */
const into = (of: number, at: number, n: number): Rows =>
  Array.from({ length: of }, (_, i) => Array.from({ length: n }, (__, j) => (i === at + j ? 1 : 0)));
const transposed = (rows: Rows): Rows => rows[0]!.map((_, j) => rows.map((row) => row[j]!));
type Wires = (string | readonly [string, string])[];

function drawn({ op, ...given }: Inputs): LazoDocument {
  if (op === "connect") {
    const { systems, K, Kr, L } = given;
    const blocks: { [name: string]: Drawn[string] } = {
      r: ["input", { names: names("r", Kr[0]!.length) }],
      y: ["mux", { count: String(systems.length) }],
      z: ["output", { names: names("z", L.length) }],
    };
    const wires: Wires = [["y -> z", matrix(L)]];
    let row = 0;
    systems.forEach((system, i) => {
      blocks[`g${i}`] = block(system);
      const own = system.B[0]!.length;
      wires.push(`g${i} -> y.in${i + 1}`);
      wires.push([`y -> g${i}`, matrix((K as Rows).slice(row, row + own))]);
      wires.push([`r -> g${i}`, matrix(Kr.slice(row, row + own))]);
      row += own;
    });
    return draw(blocks, wires);
  }
  if (op === "lft") {
    const { P, K, nu, ny } = given;
    const [m, p] = [P.B[0]!.length, P.C.length];
    return draw(
      {
        w: ["input", { names: names("w", m - nu) }],
        P: block(P),
        K: block(K),
        z: ["output", { names: names("z", p - ny) }],
      },
      [
        ["w -> P", matrix(into(m, 0, m - nu))],
        ["K -> P", matrix(into(m, m - nu, nu))],
        ["P -> K", matrix(transposed(into(p, p - ny, ny)))],
        ["P -> z", matrix(transposed(into(p, 0, p - ny)))],
      ],
    );
  }
  if (op === "diagram") {
    const { nodes, edges, external_inputs, outputs } = given;
    const type = (node: Node): Drawn[string] => {
      if (node.type === "integrator") return ["integrator"];
      if (node.type === "gain") return ["gain", { gain: String(node.k) }];
      return ["transfer-function", { num: `[${node.num!.join(", ")}]`, den: `[${node.den!.join(", ")}]` }];
    };
    return draw(
      Object.fromEntries([
        ...nodes.map((node) => [node.id, type(node)] as const),
        ...external_inputs.map((_, i) => [`ext${i}`, ["input", { names: `e${i}` }]] as const),
        ...outputs.map((_, i) => [`out${i}`, ["output", { names: `o${i}` }]] as const),
      ]),
      [
        ...edges.map(([from, to, gain]) => [`${from} -> ${to}`, String(gain)] as const),
        ...external_inputs.map(([to, gain], i) => [`ext${i} -> ${to}`, String(gain)] as const),
        ...outputs.map((from, i) => `${from} -> out${i}`),
      ],
    );
  }
  const { sys1, sys2, sign } = given;
  const blocks = {
    u: ["input", { names: names("u", sys1.B[0]!.length) }],
    one: block(sys1),
    two: block(sys2),
    y: ["output", { names: names("y", (op === "series" ? sys2 : sys1).C.length) }],
  } as const;
  if (op === "series") return draw(blocks, ["u -> one", "one -> two", "two -> y"]);
  if (op === "parallel") return draw(blocks, ["u -> one", "u -> two", "one -> y", "two -> y"]);
  return draw(blocks, ["u -> one", "one -> y", "one -> two", ["two -> one", String(sign)]]);
}

/** C (sI - A)^-1 B + D at a complex s, by Gauss in real and imaginary parts. */
function response({ A, B, C, D }: System, re: number, im: number): readonly [number, number][][] {
  const n = A.length;
  // [reI - A, -imI; imI, reI - A] [Xr; Xi] = [B; 0]
  const m = B[0]?.length ?? 0;
  const w = Array.from({ length: 2 * n }, (_, i) =>
    Array.from({ length: 2 * n + m }, (__, j) => {
      const [r, c] = [i % n, j % n];
      if (j >= 2 * n) return i < n ? B[i]![j - 2 * n]! : 0;
      if (i < n === j < n) return (r === c ? re : 0) - A[r]![c]!;
      return r === c ? (i < n ? -im : im) : 0;
    }),
  );
  for (let k = 0; k < 2 * n; k++) {
    const pivot = w.reduce((best, row, i) => (i >= k && Math.abs(row[k]!) > Math.abs(w[best]![k]!) ? i : best), k);
    [w[k], w[pivot]] = [w[pivot]!, w[k]!];
    for (let i = 0; i < 2 * n; i++) {
      if (i === k) continue;
      const factor = w[i]![k]! / w[k]![k]!;
      for (let j = k; j < 2 * n + m; j++) w[i]![j]! -= factor * w[k]![j]!;
    }
  }
  const x = (i: number, j: number): number => w[i]![2 * n + j]! / w[i]![i]!;
  return C.map((row, o) =>
    Array.from({ length: m }, (_, j): [number, number] => [
      D[o]![j]! + row.reduce((s, c, i) => s + c * x(i, j), 0),
      row.reduce((s, c, i) => s + c * x(n + i, j), 0),
    ]),
  );
}

test.each(cases)("$name", ({ inputs, expected, rtol }) => {
  const compiled = compile(drawn(inputs));
  if (expected.ill_posed) {
    expect(compiled.ok).toBe(false);
    expect(compiled.problems).toMatchObject([{ code: "LOOP_SINGULAR" }]);
    return;
  }
  expect(compiled.problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const made = linearize(compiled.model!);
  if (!made.ok) throw new Error(made.problems[0]!.message);
  const [A, B, C, D] = (["A", "B", "C", "D"] as const).map((name) => made.linearization.system[name].to2DArray());
  expect(A!.length).toBe(expected.n);

  const found = eigenvalues(made.linearization.system.A);
  const size = Math.max(...expected.poles.re.map((re, i) => Math.hypot(re, expected.poles.im[i]!)));
  expected.poles.re.forEach((re, i) => {
    const im = expected.poles.im[i]!;
    const off = Math.min(...found.values.map(([r, j]) => Math.hypot(r - re, j - im)));
    expect(off).toBeLessThanOrEqual(1e-7 * size);
  });
  inputs.s.re.forEach((re, k) => {
    const H = response({ A: A!, B: B!, C: C!, D: D! }, re, inputs.s.im[k]!);
    const [wantedRe, wantedIm] = [expected.H.re[k]!, expected.H.im[k]!];
    const top = Math.max(...wantedRe.flatMap((row, i) => row.map((v, j) => Math.hypot(v, wantedIm[i]![j]!))));
    H.forEach((row, i) =>
      row.forEach(([r, im], j) => {
        expect(Math.hypot(r - wantedRe[i]![j]!, im - wantedIm[i]![j]!)).toBeLessThanOrEqual(rtol * top);
      }),
    );
  });
});
