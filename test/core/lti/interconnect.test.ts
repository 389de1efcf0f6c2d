/** Systems joined, against the reference set. */
import type { Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { connect } from "../../../core/lti/connect.ts";
import { append, feedback, interconnect, type Joined, lft, parallel, series } from "../../../core/lti/interconnect.ts";
import { pole } from "../../../core/lti/pole.ts";
import { ss } from "../../../core/lti/ss.ts";
import { tf } from "../../../core/lti/tf.ts";
import type { StateSpace } from "../../../core/lti/stateSpace.ts";
import { referenceCases, relativeError, type Rows } from "../math/reference.ts";
import { type Given, given, type Points, responseError, type Responses, setError } from "./referenceSystem.ts";

interface Inputs {
  readonly op: string;
  readonly sys1: Given;
  readonly sys2: Given;
  readonly sign: 1 | -1;
  readonly P: Given;
  readonly K: Given & Rows;
  readonly Kr: Rows;
  readonly L: Rows;
  readonly nu: number;
  readonly ny: number;
  readonly systems: readonly Given[];
  readonly nodes: readonly {
    readonly id: string;
    readonly type: "gain" | "integrator" | "tf";
    readonly k?: number;
    readonly num?: readonly number[];
    readonly den?: readonly number[];
  }[];
  readonly edges: readonly (readonly [string, string, number])[];
  readonly external_inputs: readonly (readonly [string, number])[];
  readonly outputs: readonly string[];
  readonly s: Points;
}
interface Expected extends Partial<Given> {
  readonly ill_posed?: boolean;
  readonly poles: Points;
  readonly n: number;
  readonly H: Responses;
}

function joined(inputs: Inputs): Joined {
  const plain = (system: StateSpace): Joined => ({ ok: true, system, rcond: 1 });
  switch (inputs.op) {
    case "series":
      return plain(series(given(inputs.sys1), given(inputs.sys2)));
    case "parallel":
      return plain(parallel(given(inputs.sys1), given(inputs.sys2)));
    case "append":
      return plain(append(given(inputs.sys1), given(inputs.sys2)));
    case "feedback":
      return feedback(given(inputs.sys1), given(inputs.sys2), inputs.sign);
    case "lft":
      return lft(given(inputs.P), given(inputs.K), inputs.nu, inputs.ny);
    case "connect":
      return interconnect(append(...inputs.systems.map((s) => given(s))), inputs.K, inputs.Kr, inputs.L);
    default:
      return drawn(inputs);
  }
}

/** Nodes become systems with signals of their names; what comes from outside passes a gain of its own. */
function drawn({ nodes, edges, external_inputs: outside, outputs }: Inputs): Joined {
  const systems = nodes.map(({ id, type, k = 1, num = [1], den = [1] }) => {
    const model = type === "integrator" ? tf([1], [1, 0]) : type === "gain" ? ss([], [], [], [[k]]) : tf(num, den);
    return { ...ss(model), u: [id], y: [id] };
  });
  const doors = outside.map(([, gain], i) => ({ ...ss([], [], [], [[gain]]), u: [`in${i}`], y: [`in${i}`] }));
  const wires = [...edges, ...outside.map(([to], i) => [`in${i}`, to, 1] as const)];
  return connect(
    [...systems, ...doors],
    wires,
    outside.map((_, i) => `in${i}`),
    outputs,
  );
}

test.for(referenceCases<Inputs, Expected>("interconnect").map((c) => [c.name, c] as const))(
  "%s",
  ([, { inputs, expected, rtol }]) => {
    const found = joined(inputs);
    if (expected.ill_posed) {
      expect(found).toMatchObject({ ok: false, code: "ILL_POSED" });
      expect(found.rcond).toBeLessThan(1e-15);
      return;
    }
    if (!found.ok) throw new Error(found.code);
    const { system } = found;
    expect(system.A.rows).toBe(expected.n);
    expect(setError(pole(system), expected.poles)).toBeLessThan(rtol);
    expect(responseError(system, inputs.s, expected.H)).toBeLessThan(rtol);
    for (const matrix of ["A", "B", "C", "D"] as const) {
      const wanted = expected[matrix];
      if (wanted) expect(relativeError((system[matrix] as Matrix).to1DArray(), wanted.flat())).toBeLessThan(rtol);
    }
  },
);
