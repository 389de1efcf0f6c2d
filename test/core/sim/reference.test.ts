/** Whole runs against reference solutions computed elsewhere in 80 and 300 bits (test/reference/README.md). */
import { parse } from "mathjs";
import { describe, expect, it } from "vitest";
import type { Algebra, Expr } from "../../../core/expr/expr.ts";
import { flat, referenceCases, relativeError } from "../math/reference.ts";
import type { Rows } from "../math/reference.ts";
import { run, smallModel, values } from "./smallModel.ts";
import type { SmallModel } from "./smallModel.ts";

/** The parts of mathjs's syntax tree that the reference uses. */
interface SyntaxNode {
  readonly type: string;
  readonly value: number;
  readonly name: string;
  readonly op: string;
  readonly args: readonly SyntaxNode[];
  readonly content: SyntaxNode;
  readonly fn: { readonly name: string };
  readonly index: { readonly dimensions: readonly { readonly value: number }[] };
  toString(): string;
}

interface Equations {
  readonly rhs: readonly string[];
  readonly params: { readonly [name: string]: number };
  readonly y0: readonly number[];
  readonly t_out?: readonly number[];
  readonly t_end: number;
  readonly stiff: boolean;
}
interface Solution {
  readonly y: Rows;
  readonly events: Rows;
}
interface Response {
  readonly A: Rows;
  readonly B: Rows;
  readonly C: Rows;
  readonly D: Rows;
  readonly dt: number;
  readonly N: number;
  readonly kind: string;
  readonly discrete: boolean;
  readonly x0?: readonly number[];
  readonly u: Rows;
  readonly hold?: string;
}

/** The right-hand sides of the reference as expressions; heav(t - c) becomes a step at c. */
function translate(
  source: string,
  s: SmallModel,
  y: readonly Expr[],
  params: Equations["params"],
  steps: Map<string, Expr>,
): Expr {
  const { m } = s;
  const binary: { [op: string]: (a: Expr, b: Expr) => Expr } = { "+": m.add, "-": m.sub, "*": m.mul, "/": m.div };
  const unary: { [name: string]: (a: Expr) => Expr } = {
    sin: m.sin,
    cos: m.cos,
    exp: m.exp,
    sqrt: m.sqrt,
    abs: m.abs,
    tanh: m.tanh,
    log: m.log,
    sign: m.sign,
  };
  const visit = (node: SyntaxNode): Expr => {
    switch (node.type) {
      case "ConstantNode":
        return m.num(node.value);
      case "ParenthesisNode":
        return visit(node.content);
      case "SymbolNode":
        return node.name === "t" ? s.t : m.num(params[node.name]!);
      case "AccessorNode":
        return y[node.index.dimensions[0]!.value]!;
      case "OperatorNode":
        if (node.args.length === 1) return node.op === "-" ? m.neg(visit(node.args[0]!)) : visit(node.args[0]!);
        return binary[node.op]!(visit(node.args[0]!), visit(node.args[1]!));
      case "FunctionNode": {
        const name: string = node.fn.name;
        if (name === "pow") return m.pow(visit(node.args[0]!), visit(node.args[1]!));
        if (name === "heav") {
          const key = String(node.args[0]);
          const arg = visit(node.args[0]!);
          if (!steps.has(key))
            steps.set(
              key,
              s.mode(`heav(${key})`, "atLeast", arg, { line: [1, m.neg(m.num(Number(key.split("-")[1])))] }),
            );
          return steps.get(key)!;
        }
        return unary[name]!(visit(node.args[0]!));
      }
      default:
        throw new Error(`${node.type} in ${source}`);
    }
  };
  // To mathjs `9.*x` is an elementwise product.
  return visit(parse(source.replace(/(\d)\.\*/g, "$1*")) as unknown as SyntaxNode);
}

describe("ordinary differential equations", () => {
  const cases = referenceCases<Equations, Solution>("ode").filter((c) => c.inputs.t_out);
  for (const c of cases) {
    it(c.name, () => {
      c.inputs.t_out!.forEach((stop, k) => {
        const s = smallModel();
        const y = c.inputs.y0.map((v, i) => s.state(`y${i}`, v));
        const steps = new Map<string, Expr>();
        c.inputs.rhs.forEach((source, i) => s.flow(y[i]!, translate(source, s, y, c.inputs.params, steps)));
        y.forEach((e) => s.record(e));
        // Of stiff models one state may be a millionth of the others.
        const atol = c.inputs.stiff ? 1e-14 : 1e-12;
        const r = run(s.build(), { stop, step: stop / 2, rtol: 1e-10, atol });
        expect(r.status).toBe("finished");
        const scale = (i: number): number => Math.max(...c.expected.y.map((row) => Math.abs(row[i]!)));
        y.forEach((_, i) => {
          expect(Math.abs(values(r, `y${i}`)[2]! - c.expected.y[k]![i]!) / scale(i)).toBeLessThan(c.rtol);
        });
      });
    });
  }

  it("finds the zero crossings of van der Pol's oscillator", () => {
    const c = referenceCases<Equations, Solution>("ode").find((x) => x.name === "vanderpol_zero_crossings")!;
    const s = smallModel();
    const y = c.inputs.y0.map((v, i) => s.state(`y${i}`, v));
    c.inputs.rhs.forEach((source, i) => s.flow(y[i]!, translate(source, s, y, c.inputs.params, new Map())));
    s.mode("Sign", "above", y[0]!);
    s.record(y[0]!);
    const r = run(s.build(), { stop: c.inputs.t_end, rtol: 1e-11, atol: 1e-13 });
    expect(r.events.length).toBe(c.expected.events.length);
    r.events.forEach((e, i) => {
      const time = c.expected.events[i]![0]!;
      expect(Math.abs(e.t - time) / Math.max(1, time)).toBeLessThan(c.rtol);
    });
  });
});

/** x' = A x + B u, u recorded at multiples of dt and held or joined by lines; y = C x + D u. */
function linear({ A, B, C, D, dt, hold }: Response, x0: readonly number[], u: Rows) {
  const s = smallModel();
  const { m } = s;
  const x = A.map((_, i) => s.state(`x${i}`, x0[i] ?? 0));
  const times = s.series(
    "t",
    u.map((_, k) => k * dt),
  );
  const segment = s.mode("Recorded", "find", s.t, { series: times, line: [1, 0] });
  const inputs = u[0]!.map((_, j) => {
    const column = s.series(
      `u${j}`,
      u.map((row) => row[j]!),
    );
    const left = m.cell(column, segment);
    if (hold !== "foh") return s.signal(`u${j}`, left);
    const share = m.div(
      m.sub(s.t, m.cell(times, segment)),
      m.sub(m.cell(times, m.add(segment, 1)), m.cell(times, segment)),
    );
    return s.signal(`u${j}`, m.add(left, m.mul(share, m.sub(m.cell(column, m.add(segment, 1)), left))));
  });
  const row = (mm: Algebra, a: readonly number[], v: readonly Expr[]): Expr =>
    mm.dot(
      a.map((c) => mm.num(c)),
      v,
    );
  A.forEach((a, i) => s.flow(x[i]!, m.add(row(m, a, x), row(m, B[i]!, inputs))));
  C.forEach((c, i) => s.record(s.signal(`y${i}`, m.add(row(m, c, x), row(m, D[i]!, inputs)))));
  return s.build();
}

describe("exact propagation against 300-bit time responses", () => {
  for (const c of referenceCases<Response, { y: Rows | readonly Rows[] }>("time_response").filter(
    (x) => !x.inputs.discrete && x.inputs.kind !== "impulse",
  )) {
    it(c.name, () => {
      const { A, B, C, dt, N, kind } = c.inputs;
      const zero = A.map(() => 0);
      const still = Array.from({ length: N }, () => B[0]!.map(() => 0));
      // A step has one response for each input.
      const runs =
        kind === "step"
          ? (c.expected.y as readonly Rows[]).map((expected, j) => {
              const u = still.map((row) => row.map((_, i) => (i === j ? 1 : 0)));
              return { x0: zero, u, expected };
            })
          : [{ x0: c.inputs.x0 ?? zero, u: kind === "initial" ? still : c.inputs.u, expected: c.expected.y as Rows }];
      for (const { x0, u, expected } of runs) {
        // One sample more, so that the last grid point still lies inside the record.
        const r = run(linear(c.inputs, x0, [...u, u[u.length - 1]!]), { stop: (N - 1) * dt, step: dt });
        expect(r.method).toMatch(/^exact/);
        const y = Array.from({ length: N }, (_, k) => C.map((_, i) => values(r, `y${i}`)[k]!));
        expect(relativeError(flat(y), flat(expected))).toBeLessThan(c.rtol);
      }
    });
  }
});
