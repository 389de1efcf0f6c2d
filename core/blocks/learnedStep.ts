/**
 * One step of a trained network as equations, in the order of core/learn's machines, from whose numbers they differ by rounding alone. What many
 * read is a signal of its own, wide maps are single steps, and there is no switch: sigmoids are hyperbolic tangents, so that no event is looked for.
 */
import type { Expr } from "../expr/expr.ts";
import type { NetworkSpec } from "../learn/network.ts";
import type { BlockAlgebra } from "./block.ts";
import { each } from "./elements.ts";

type Vector = readonly Expr[];

/** What Mamba chose at this step in one of its layers. */
export interface Selection {
  /** Time constants' step, a channel each. */
  readonly step: Vector;
  /** exp(step A), by channel and then state. */
  readonly poles: Vector;
  /** How inputs enter: the same in all channels. */
  readonly B: Vector;
}

interface Moved {
  readonly y: Vector;
  readonly next: Vector;
  readonly selection?: Selection;
}

export interface Step {
  /** In the network's own units, all outputs. */
  readonly y: Vector;
  readonly next: Vector;
  readonly selections: readonly Selection[];
}

/** u in the network's own units. */
export function networkStep(
  m: BlockAlgebra,
  spec: NetworkSpec,
  numbers: { readonly [name: string]: Vector },
  state: Vector,
  u: Vector,
): Step {
  const { kind, width, outputs } = spec;
  const signals = (v: Vector): Vector => v.map((e) => m.signal(e));
  const map = (name: string, v: Vector, bias?: Vector): Vector => {
    const all = numbers[name]!;
    const rows = all.length / v.length;
    const y = m.matvec(
      each(rows, (i) => all.slice(i * v.length, (i + 1) * v.length)),
      v,
    );
    return signals(bias ? y.map((e, i) => m.add(e, bias[i]!)) : y);
  };
  const sigmoid = (x: Expr): Expr => m.mul(0.5, m.add(1, m.tanh(m.mul(0.5, x))));
  const silu = (x: Expr): Expr => m.mul(x, sigmoid(x));

  if (spec.form === "filter") {
    const heads = kind === "s4d";
    const { y, next } = layer("", state, heads ? map("spreadIn", u) : u);
    return { y: heads ? map("gatherOut", y) : y, next, selections: [] };
  }
  const next: Expr[] = [];
  const selections: Selection[] = [];
  let x = map("encoder", u, numbers["encoderBias"]);
  for (let k = 0; k < spec.layers; k++) {
    const own = `${k}.`;
    const inner = normalized(x, numbers[`${own}scale`]!, numbers[`${own}shift`]);
    const moved = layer(own, state.slice(next.length), inner);
    next.push(...moved.next);
    if (moved.selection) selections.push(moved.selection);
    const added = kind === "mamba" ? moved.y : gated(moved.y, own);
    x = signals(x.map((e, i) => m.add(e, added[i]!)));
  }
  if (kind === "mamba") x = normalized(x, numbers["scale"]!, undefined);
  if (spec.answer === "mean") {
    const at = next.length;
    const sums = signals(x.map((e, i) => m.add(state[at + i]!, e)));
    const steps = m.signal(m.add(state[at + width]!, 1));
    next.push(...sums, steps);
    x = signals(sums.map((e) => m.div(e, steps)));
  }
  const y = map("decoder", x, numbers["decoderBias"]);
  if (y.length !== outputs) throw new RangeError(`${y.length} outputs, not ${outputs}`);
  return { y, next, selections };

  /** RMS norm where there is no shift, else layer norm. */
  function normalized(v: Vector, scale: Vector, shift: Vector | undefined): Vector {
    const mean = shift ? m.signal(m.div(m.sum(v), v.length)) : m.num(0);
    const apart = signals(v.map((e) => m.sub(e, mean)));
    const square = m.div(m.sum(apart.map((e) => m.mul(e, e))), v.length);
    const rate = m.signal(m.div(1, m.sqrt(m.add(square, 1e-5))));
    return signals(apart.map((e, i) => m.add(m.mul(m.mul(e, rate), scale[i]!), shift ? shift[i]! : 0)));
  }

  function gated(y: Vector, own: string): Vector {
    const root = Math.sqrt(2 / Math.PI);
    const g = signals(
      y.map((x) =>
        m.mul(m.mul(0.5, x), m.add(1, m.tanh(m.mul(root, m.add(x, m.mul(0.044715, m.mul(x, m.mul(x, x)))))))),
      ),
    );
    const both = map(`${own}gate`, g, numbers[`${own}gateBias`]);
    return kind === "s5"
      ? g.map((e, i) => m.mul(e, sigmoid(both[i]!)))
      : each(width, (i) => m.mul(both[i]!, sigmoid(both[width + i]!)));
  }

  function layer(own: string, all: Vector, v: Vector): Moved {
    const n = (name: string): Vector => numbers[own + name]!;
    switch (kind) {
      case "s5":
        return diagonal();
      case "s4d":
      case "dss":
        return heads();
      case "linear":
        return dense();
      case "s4":
        return lowRank();
      case "mamba":
        return selective();
    }

    /** a x of complex numbers kept as [real parts, imaginary parts]. */
    function turn(a: Vector, x: Vector, j: number): readonly [Expr, Expr] {
      const p = a.length / 2;
      return [
        m.sub(m.mul(a[j]!, x[j]!), m.mul(a[p + j]!, x[p + j]!)),
        m.add(m.mul(a[j]!, x[p + j]!), m.mul(a[p + j]!, x[j]!)),
      ];
    }

    function diagonal(): Moved {
      const p = n("a").length / 2;
      const driven = map(`${own}B`, v);
      const turned = each(p, (j) => turn(n("a"), all, j));
      const next = signals(each(2 * p, (i) => m.add(turned[i % p]![i < p ? 0 : 1], driven[i]!)));
      const seen = map(`${own}C`, next);
      const direct = map(`${own}D`, v);
      return { y: seen.map((e, o) => m.add(e, direct[o]!)), next };
    }

    function heads(): Moved {
      const p = n("a").length / 2;
      const h = v.length;
      const per = p / h;
      const turned = each(p, (j) => turn(n("a"), all, j));
      const next = signals(
        each(2 * p, (i) => m.add(turned[i % p]![i < p ? 0 : 1], m.mul(n("b")[i]!, v[Math.floor((i % p) / per)]!))),
      );
      return { y: read(next, per), next };
    }

    /** Of each head its own modes, and its input. */
    function read(x: Vector, per: number): Vector {
      const p = x.length / 2;
      const ofHead = (values: Vector, head: number): Vector => [
        ...values.slice(head * per, (head + 1) * per),
        ...values.slice(p + head * per, p + (head + 1) * per),
      ];
      return signals(
        v.map((input, head) => m.add(m.dot(ofHead(n("c"), head), ofHead(x, head)), m.mul(n("D")[head]!, input))),
      );
    }

    function dense(): Moved {
      const driven = map(`${own}B`, v);
      const size = driven.length;
      const kept = map(`${own}A`, all.slice(0, size));
      const next = signals(kept.map((e, i) => m.add(e, driven[i]!)));
      const seen = map(`${own}C`, next);
      const direct = map(`${own}D`, v);
      return { y: seen.map((e, o) => m.add(e, direct[o]!)), next };
    }

    function lowRank(): Moved {
      const [P, B, d, e] = [n("P"), n("B"), n("d"), n("e")];
      const p = P.length / 2;
      const per = p / v.length;
      const next: Expr[] = [];
      v.forEach((input, head) => {
        const modes = each(per, (i) => head * per + i);
        const along = (x: Vector) =>
          m.signal(m.mul(2, m.sum(modes.map((j) => m.add(m.mul(P[j]!, x[j]!), m.mul(P[p + j]!, x[p + j]!))))));
        const before = along(all);
        const moved: Expr[] = [];
        for (const j of modes) {
          const kept = turn(e, all, j);
          const sum = kept.map((part, half) => {
            const at = half * p + j;
            return m.signal(m.add(m.sub(part, m.mul(P[at]!, before)), m.mul(m.mul(2, B[at]!), input)));
          });
          moved[j] = m.signal(m.sub(m.mul(d[j]!, sum[0]!), m.mul(d[p + j]!, sum[1]!)));
          moved[p + j] = m.signal(m.add(m.mul(d[j]!, sum[1]!), m.mul(d[p + j]!, sum[0]!)));
        }
        const back = m.signal(m.div(along(moved), n("bottom")[head]!));
        for (const j of modes) {
          const [re, im] = turn(d, P, j);
          next[j] = m.signal(m.sub(moved[j]!, m.mul(re, back)));
          next[p + j] = m.signal(m.sub(moved[p + j]!, m.mul(im, back)));
        }
      });
      return { y: read(next, per), next };
    }

    function selective(): Moved {
      const [taps, A, D] = [n("taps"), n("A"), n("D")];
      const d = D.length;
      const size = A.length / d;
      const reach = taps.length / d;
      const held = d * (reach - 1);
      const both = map(`${own}input`, v);
      const x = signals(
        each(d, (c) =>
          silu(
            m.signal(
              m.add(
                m.add(n("tapBias")[c]!, m.mul(taps[c * reach + reach - 1]!, both[c]!)),
                m.sum(each(reach - 1, (j) => m.mul(taps[c * reach + j]!, all[j * d + c]!))),
              ),
            ),
          ),
        ),
      );
      const parts = map(`${own}parts`, x);
      const rank = parts.length - 2 * size;
      const raw = map(`${own}step`, parts.slice(0, rank), n("stepBias"));
      const step = signals(raw.map((e) => m.log(m.add(1, m.exp(e)))));
      const poles = signals(A.map((a, i) => m.exp(m.mul(step[Math.floor(i / size)]!, a))));
      const entering = signals(each(d, (c) => m.mul(step[c]!, x[c]!)));
      const B = parts.slice(rank, rank + size);
      const states = signals(
        poles.map((pole, i) =>
          m.add(m.mul(pole, all[held + i]!), m.mul(entering[Math.floor(i / size)]!, B[i % size]!)),
        ),
      );
      const C = parts.slice(rank + size);
      const out = signals(
        each(d, (c) =>
          m.mul(m.add(m.mul(D[c]!, x[c]!), m.dot(C, states.slice(c * size, (c + 1) * size))), silu(both[d + c]!)),
        ),
      );
      // The convolution's last inputs move up by one.
      const next = [...all.slice(d, held), ...both.slice(0, d), ...states];
      return { y: map(`${own}output`, out), next, selection: { step, poles, B } };
    }
  }
}
