/** The unscented Kalman filter of any plant of the drawing: points instead of derivatives. */
import { defineBlock } from "../block.ts";
import { estimator, estimatorCheck, estimatorFields, moreFields, writtenOut } from "../estimator.ts";
import { unscentedEquations } from "../unscentedEquations.ts";

export default defineBlock({
  ...estimator,
  type: "unscented-kalman-filter",
  title: "Unscented Kalman Filter",
  summary:
    "Estimates the states of any plant in the drawing by points spread as its uncertainty is: no derivatives, and right to the second order.",
  formula:
    "\\chi_0 = \\hat x,\\quad \\chi_{\\pm i} = \\hat x \\pm \\alpha\\sqrt{n + \\kappa}\\, L_i,\\quad P = L L^\\top",
  aliases: [
    "ukf",
    "sigma points",
    "estimator",
    "state estimation",
    "sensor fusion",
    "filtro de kalman sin aroma",
    "puntos sigma",
  ],
  params: {
    plant: { kind: "plant", label: "Plant", default: "", most: 10 },
    ...estimatorFields,
    ...writtenOut,
    alpha: {
      kind: "real",
      label: "Spread α",
      default: "0.5",
      above: 0,
      help: "How far the points are from the mean, in standard deviations; 0.001 to 1.",
    },
    beta: { kind: "real", label: "β", default: "2", help: "2 is best for Gaussian noise." },
    kappa: { kind: "real", label: "κ", default: "0", help: "Above −n, for n states." },
    ...moreFields,
  },
  check: (values) =>
    estimatorCheck(values) ??
    (values.plant && values.kappa <= -values.plant.states.length
      ? `the parameter κ must be above −${values.plant.states.length}`
      : undefined),
  equations: unscentedEquations,
  glyph: { tex: () => "\\mathrm{UKF}", size: [14, 8] },
});
