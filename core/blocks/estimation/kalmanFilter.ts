/** The Kalman filter of a linear plant of the drawing. */
import { defineBlock } from "../block.ts";
import { estimator, estimatorFields, moreFields, writtenOut } from "../estimator.ts";
import { extendedEquations } from "../filterEquations.ts";

export default defineBlock({
  ...estimator,
  type: "kalman-filter",
  title: "Kalman Filter",
  summary:
    "Estimates the states of a linear plant in the drawing from its inputs and noisy outputs, with the covariance that goes with each sample.",
  formula:
    "\\hat x_{k|k} = \\hat x_{k|k-1} + K_k e_k,\\quad e_k = y_k - C \\hat x_{k|k-1} - D u_k,\\quad P_{k+1|k} = \\Phi P_{k|k} \\Phi^\\top + Q_d",
  aliases: [
    "kf",
    "estimator",
    "observer",
    "state estimation",
    "sensor fusion",
    "filtro de kalman",
    "estimador",
    "observador",
  ],
  params: {
    plant: { kind: "plant", label: "Plant", default: "", linear: true, most: 16 },
    ...estimatorFields,
    ...writtenOut,
    ...moreFields,
  },
  equations: extendedEquations,
  glyph: { tex: () => "\\mathrm{KF}", size: [14, 8] },
});
