/** Frequencies of the analysis plots in the unit that the user likes; the engine tells them in rad/s. */
import type { CurvesView, PoleZeroView } from "../engine/protocol.ts";
import type { FrequencyUnit } from "../store/view.ts";

export const frequencyUnits: readonly FrequencyUnit[] = ["rad/s", "Hz"];

/** From rad/s. */
export const inUnit = (frequency: number, unit: FrequencyUnit): number =>
  unit === "Hz" ? frequency / (2 * Math.PI) : frequency;

/** What a frequency is called beside its value. */
export const symbolOf = (unit: FrequencyUnit): string => (unit === "Hz" ? "f" : "ω");

/** The same curves and margins, their frequencies in the unit. */
export function curvesIn(view: CurvesView, unit: FrequencyUnit): CurvesView {
  if (unit === "rad/s" || view.plot === "step") return view;
  const told = (frequencies: Float64Array) => frequencies.map((one) => inUnit(one, unit));
  const along = view.plot === "bode" || view.plot === "sigma";
  const { margins } = view;
  return {
    ...view,
    panes: view.panes.map((curves) =>
      curves.map((curve) => ({
        ...curve,
        ...(along && { x: told(curve.x) }),
        ...(curve.at && { at: told(curve.at) }),
      })),
    ),
    ...(margins && {
      margins: {
        ...margins,
        gains: margins.gains.map((one) => ({ ...one, frequency: inUnit(one.frequency, unit) })),
        phases: margins.phases.map((one) => ({ ...one, frequency: inUnit(one.frequency, unit) })),
      },
    }),
  };
}

/** The same poles and zeros, natural frequencies in the unit; the plane itself stays that of s or z. */
export const polesIn = (view: PoleZeroView, unit: FrequencyUnit): PoleZeroView =>
  unit === "rad/s"
    ? view
    : { ...view, poles: view.poles.map((one) => ({ ...one, frequency: inUnit(one.frequency, unit) })) };
