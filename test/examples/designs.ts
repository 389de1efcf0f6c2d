/**
 * The designs of the examples with a sampled controller, made anew from the plant that each draws: by example the variables of its
 * document, or the gains by the names of their blocks, that hold the result.
 */
import { Matrix } from "ml-matrix";
import {
  c2d,
  dlqr,
  evaluateExpression,
  evaluateVariables,
  leadlag,
  linearize,
  lqg,
  lqi,
  lqry,
  place,
  ss,
  tf,
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

/** A variable, or the gain of a block of that name. */
export function variable(document: LazoDocument, name: string): Matrix {
  const { scope } = evaluateVariables(document.variables);
  const gain = document.root.blocks.find((block) => block.type === "gain" && block.name === name)?.params["gain"];
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

const cart = ["Cart and rod.p", "Cart and rod.v", "Cart and rod.φ", "Cart and rod.ω"];

export const designs: { readonly [example: string]: Design } = {
  "motor-position"(document) {
    const [T, crossover] = [number(document, "T"), number(document, "wc")];
    // The hold is late by half a period.
    const phaseMargin = 60 + ((crossover * T) / 2) * (180 / Math.PI);
    const designed = done(leadlag(plantOf(document, "Hold", ["Angle"]), { phaseMargin, crossover }));
    const continuous = tf([designed.gain * designed.lead, designed.gain], [designed.lag, 1]);
    const { num, den } = tf(done(c2d(continuous, T, "tustin", { prewarp: crossover })).system);
    const [n, d] = [num[0]![0]!, den[0]![0]!];
    return { kc: scalar(n[0]! / d[0]!), zc: scalar(-n[1]! / n[0]!), pc: scalar(-d[1]! / d[0]!) };
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
        W: B.mmul(B.transpose()).mul(0.25).add(Matrix.eye(4).mul(1e-10)),
        V: diagonal(...noise.map((deviation) => deviation ** 2)),
      }),
    );
    return { Ad: A, Bd: B, K, L };
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
    const Kb = done(place(beam.A, beam.B, inner.map(inZ(Ti)))).K;
    // To the slow loop the beam is at the angle that it was told.
    const { A, B } = sampled(plantOf(document, "Beam.α", ["Ball.r", "Ball.v"], "Beam"), To);
    const outer: Pole[] = [
      [-1.6, 1],
      [-1.6, -1],
    ];
    return { Kb, Kr: done(place(A, B, outer.map(inZ(To)))).K };
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
