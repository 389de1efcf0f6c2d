/**
 * The designs of the examples with a sampled controller, made anew from the plant that each draws: by example the gains, or parameters,
 * by the names of their blocks that hold the result.
 */
import { Matrix } from "ml-matrix";
import { expect } from "vitest";
import {
  c2d,
  dlqr,
  evalfr,
  evaluateExpression,
  evaluateVariables,
  linearize,
  lqg,
  lqi,
  lqry,
  place,
  ss,
} from "../../core/index.ts";
import type { LazoDocument, StateSpace } from "../../core/index.ts";
import { modelOf } from "./example.ts";

type Design = (document: LazoDocument) => { readonly [variable: string]: Matrix };
type Pole = readonly [number, number];

/** From a signal, cut there from whatever computes it, to the signals named. */
export function plantOf(document: LazoDocument, from: string, outputs: readonly string[], open = from): StateSpace {
  const made = linearize(modelOf(document), { inputs: [from], open: [open], outputs, onPath: true });
  if (!made.ok) throw new Error(made.problems.map(({ message }) => message).join("\n"));
  return made.linearization.system;
}

/** A variable, the gain of a block of that name, or as `block.parameter` another parameter. */
export function variable(document: LazoDocument, name: string): Matrix {
  const { scope } = evaluateVariables(document.variables);
  const [of, param = "gain"] = name.split(".");
  const gain = document.root.blocks.find((block) => block.name === of)?.params[param];
  const read = gain === undefined ? undefined : evaluateExpression(gain, scope);
  const value = read?.ok ? read.value : scope.get(name);
  if (!value) throw new Error(`no variable ${name}`);
  return Matrix.from1DArray(value.rows, value.cols, [...value.data]);
}

const number = (document: LazoDocument, name: string): number => variable(document, name).get(0, 0);

function done<T extends { readonly ok: boolean }>(outcome: T): Extract<T, { ok: true }> {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome as Extract<T, { ok: true }>;
}

const sampled = (plant: StateSpace, period: number): StateSpace => done(c2d(plant, period)).system;
const diagonal = (...values: number[]): Matrix => Matrix.diag(values);
const scalar = (value: number): Matrix => new Matrix([[value]]);

/** Where a pole of the s plane lies for samples a period apart. */
const inZ =
  (period: number) =>
  ([re, im]: Pole): Pole => [
    Math.exp(re * period) * Math.cos(im * period),
    Math.exp(re * period) * Math.sin(im * period),
  ];

/** P + D s filtered, the derivative by backward Euler: C(z) G(z) is where margin and crossover want it, which is two equations. */
function pd(block: string, plant: StateSpace, asked: { crossover: number; margin: number; N: number }) {
  if (plant.time.kind !== "discrete") throw new Error("not sampled");
  const { period: T } = plant.time;
  const { crossover: w, margin, N } = asked;
  const [re, im] = [Math.cos(w * T), Math.sin(w * T)];
  const G = evalfr(plant, [re, im]);
  const [g, h] = [G.re.get(0, 0), G.im.get(0, 0)];
  const angle = ((margin - 180) * Math.PI) / 180;
  const size = g * g + h * h;
  const [wantedRe, wantedIm] = [
    (Math.cos(angle) * g + Math.sin(angle) * h) / size,
    (Math.sin(angle) * g - Math.cos(angle) * h) / size,
  ];
  // N (z - 1) / ((1 + N T) z - 1).
  const [a, b] = [(1 + N * T) * re - 1, (1 + N * T) * im];
  const over = a * a + b * b;
  const [fRe, fIm] = [(N * ((re - 1) * a + im * b)) / over, (N * (im * a - (re - 1) * b)) / over];
  const D = wantedIm / fIm;
  return { [`${block}.P`]: scalar(wantedRe - D * fRe), [`${block}.D`]: scalar(D) };
}

const cart = ["Cart and rod.p", "Cart and rod.v", "Cart and rod.φ", "Cart and rod.ω"];

export const designs: { readonly [example: string]: Design } = {
  "motor-position"(document) {
    const T = number(document, "T");
    return pd("Digital lead", sampled(plantOf(document, "Hold", ["Angle"]), T), { crossover: 100, margin: 60, N: 200 });
  },

  "inverted-pendulum-lqr"(document) {
    const { A, B } = sampled(plantOf(document, "Hold", cart), number(document, "T"));
    return { Feedback: done(dlqr(A, B, diagonal(5000, 0, 100, 0), scalar(1))).K };
  },

  "inverted-pendulum-lqg"(document) {
    const T = number(document, "T");
    const plant = plantOf(document, "Hold", cart);
    const { A, B } = sampled(plant, T);
    const seen = sampled(ss(plant.A, plant.B, variable(document, "C"), Matrix.zeros(2, 1)), T);
    const noise = variable(document, "sigma").to1DArray();
    // Unknown forces act where the motor does.
    const { K, L } = done(
      lqg(seen, {
        Q: diagonal(500, 0, 100, 0),
        R: scalar(1),
        W: B.mmul(B.transpose()).mul(0.25),
        V: diagonal(...noise.map((deviation) => deviation ** 2)),
      }),
    );
    const told = Matrix.zeros(4, 3);
    told.setSubMatrix(B, 0, 0);
    told.setSubMatrix(L, 0, 1);
    return { "Observer.A": Matrix.sub(A, L.mmul(seen.C)), "Observer.B": told, Feedback: K };
  },

  "aircraft-pitch"(document) {
    const plant = plantOf(document, "Hold", ["Aircraft.θ"]);
    const { K } = done(lqi(sampled(plant, number(document, "T")), diagonal(0, 0, 2, 1), scalar(1)));
    return { Feedback: new Matrix([[-K.get(0, 3), ...[0, 1, 2].map((j) => -K.get(0, j))]]) };
  },

  "ball-and-beam"(document) {
    const [Ti, To] = [number(document, "Ti"), number(document, "To")];
    const beam = sampled(plantOf(document, "Fast hold", ["Beam.α", "Beam.ω"]), Ti);
    const inner: Pole[] = [
      [-15, 10],
      [-15, -10],
    ];
    const K = done(place(beam.A, beam.B, inner.map(inZ(Ti)))).K;
    // The slow loop sees the fast one closed: its beam, its gains and its hold, all over one slow sample.
    const ball = plantOf(document, "Ball PD", ["Ball.r"]);
    expect(ball.time).toEqual({ kind: "discrete", period: To });
    return { "Beam gain": K, ...pd("Ball PD", ball, { crossover: 2.4, margin: 45, N: 30 }) };
  },

  suspension(document) {
    const outputs = ["With actuator", "Car.travel", "Car.v", "Car.tyre"];
    const plant = sampled(plantOf(document, "Hold", outputs), number(document, "T"));
    return { Feedback: done(lqry(plant, diagonal(1, 1000, 10, 5000), scalar(1e-9))).K.mul(-1) };
  },

  "island-feeding"(document) {
    const { A, B } = sampled(
      plantOf(document, "Hold", ["Population.fish", "Population.pelicans"]),
      number(document, "T"),
    );
    return { "Feeding rule": done(dlqr(A, B, diagonal(1, 4), scalar(0.05))).K.mul(-1) };
  },
};
