/** From what the worker tells of models to what Chart draws: axes, curves, bands. */
import type { Banded, ErrorTest, IdentifiedModel, IdentifyMethod } from "../../engine/dataProtocol.ts";
import type { ListedModel } from "../../store/identified.ts";
import { t } from "../../ui/i18n.ts";
import type { Translate } from "../../ui/i18n.ts";
import type { ChartPane } from "../ChartPane.tsx";
import type { ChartLine } from "../chartGeometry.ts";

const colourOf = ({ number }: ListedModel): number => (number - 1) % 7;

/** How a method is called in a list. */
export const methodName = (method: IdentifyMethod): string =>
  method === "STRUCTURAL" ? t("identify.structural") : method;
export const nameOf = ({ number, model }: ListedModel): string =>
  `${number}: ${methodName(model.method)}${model.method === "STRUCTURAL" ? "" : ` ${model.order}`}`;

/** The chosen model and those ticked that are of the same channels of the same set. */
function alike(chosen: ListedModel, models: readonly ListedModel[]): readonly ListedModel[] {
  const channels = ({ model: { names } }: ListedModel): string => JSON.stringify([names.u, names.y]);
  return models.filter(
    (one) => one === chosen || (one.shown && one.set === chosen.set && channels(one) === channels(chosen)),
  );
}

const linear = { x: "linear", y: "linear", unit: "" } as const;

/** One pane an output, at most three: what was measured below what models of the same outputs say. */
export function fitPanes(chosen: ListedModel, models: readonly ListedModel[], text: Translate): readonly ChartPane[] {
  const { foretoldFrom } = chosen.model;
  return chosen.model.names.y.slice(0, 3).map((name, o): ChartPane => {
    const measured: ChartLine = { name: text("identify.measured"), colour: 6, ...chosen.model.measured[o]! };
    const said = alike(chosen, models)
      .filter(({ model }) => (model.foretoldFrom === undefined) === (foretoldFrom === undefined))
      .map((one): ChartLine => ({ name: nameOf(one), colour: colourOf(one), ...one.model.simulated[o]! }));
    return {
      ...linear,
      lines: [measured, ...said],
      xName: text("analyse.axis.time"),
      yName: name,
      ...(foretoldFrom !== undefined && { ends: [{ x: foretoldFrom, colour: colourOf(chosen) }] }),
    };
  });
}

interface Pair {
  readonly output: number;
  readonly input: number;
}

const responseOf = (one: ListedModel, { output, input }: Pair) =>
  one.model.responses.find((each) => each.output === output && each.input === input);

function responseLines(
  chosen: ListedModel,
  models: readonly ListedModel[],
  pair: Pair,
  of: "step" | "gain" | "phase",
  shown: (curve: Banded) => Banded = (curve) => curve,
): readonly ChartLine[] {
  return alike(chosen, models).flatMap((one) => {
    const found = responseOf(one, pair);
    return found ? [{ name: nameOf(one), colour: colourOf(one), ...shown(found[of]) }] : [];
  });
}

export function stepPanes(
  chosen: ListedModel,
  models: readonly ListedModel[],
  pair: Pair,
  text: Translate,
): readonly ChartPane[] {
  const { y, u } = chosen.model.names;
  return [
    {
      ...linear,
      lines: responseLines(chosen, models, pair, "step"),
      xName: text("analyse.axis.time"),
      yName: `${y[pair.output]} ← ${u[pair.input]}`,
      levels: [0],
    },
  ];
}

/** A lower edge of 0 has no decibels: it ends at a tenth of the curve. */
function decibels({ x, y, low, high }: Banded): Banded {
  const of = (v: number): number => 20 * Math.log10(v);
  return {
    x,
    y: y.map(of),
    ...(low && high && { low: low.map((v, k) => of(Math.max(v, y[k]! / 10))), high: high.map(of) }),
  };
}

export function bodePanes(
  chosen: ListedModel,
  models: readonly ListedModel[],
  pair: Pair,
  text: Translate,
): readonly ChartPane[] {
  const shared = { x: "log", xName: text("analyse.axis.frequency", { unit: "rad/s" }) } as const;
  return [
    {
      ...shared,
      y: "linear",
      unit: " dB",
      yName: text("analyse.axis.gain"),
      lines: responseLines(chosen, models, pair, "gain", decibels),
    },
    {
      ...shared,
      y: "degrees",
      unit: "°",
      yName: text("analyse.axis.phase"),
      lines: responseLines(chosen, models, pair, "phase"),
    },
  ];
}

/** Errors with one another, and with inputs of before; the widest band of the tests is drawn, each verdict minds its own. */
export function residualPanes(
  model: Pick<IdentifiedModel, "white" | "independent">,
  text: Translate,
): readonly ChartPane[] {
  const lags = Math.max(...[...model.white, ...model.independent].map(({ curve }) => curve.x.at(-1)!));
  const pane = (tests: readonly ErrorTest[], yName: string): ChartPane => {
    const shown = tests.slice(0, 6);
    const band = Math.max(...shown.map((one) => one.band));
    const values = shown.flatMap(({ curve }) => [...curve.y]);
    const edges = Float64Array.of(0, lags);
    const [low, high] = [edges.map(() => -band), edges.map(() => band)];
    return {
      ...linear,
      lines: [
        ...shown.map(({ name, input, curve }, k) => ({
          name: input === undefined ? name : `${name} ← ${input}`,
          colour: k,
          ...curve,
        })),
        { name: "", colour: 6, faint: true, x: edges, y: edges.map(() => 0), low, high },
      ],
      xName: text("identify.axis.lag"),
      yName,
      box: {
        x: [0, lags],
        // The band is seen, however small the correlations are.
        y: [Math.min(-1.4 * band, ...values), Math.max(1.4 * band, ...values)],
      },
    };
  };
  return [
    pane(model.white, text("identify.axis.auto")),
    ...(model.independent.length > 0 ? [pane(model.independent, text("identify.axis.cross"))] : []),
  ];
}

export function componentPanes({ model }: ListedModel, text: Translate): readonly ChartPane[] {
  return model.components!.map(({ name, curve }, k) => ({
    ...linear,
    lines: [{ name: text(`identify.component.${name}`), colour: k, ...curve }],
    xName: text("analyse.axis.time"),
    yName: text(`identify.component.${name}`),
  }));
}

export function roundPanes(chosen: ListedModel, text: Translate): readonly ChartPane[] {
  const { values, of } = chosen.model.rounds!;
  const y = Float64Array.from(values);
  return [
    {
      ...linear,
      lines: [{ name: nameOf(chosen), colour: colourOf(chosen), x: y.map((_, k) => k), y }],
      xName: text("identify.axis.round"),
      yName: text(`identify.rounds.${of}`),
    },
  ];
}
