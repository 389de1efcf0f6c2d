/** The Kalman filter of any plant of the drawing, linearized at the estimate. Jazwinski (1970), 8.3. */
import { defineBlock } from "../block.ts";
import { estimator, estimatorFields, moreFields, writtenOut } from "../estimator.ts";
import { extendedEquations } from "../filterEquations.ts";

export default defineBlock({
  ...estimator,
  type: "extended-kalman-filter",
  title: "Extended Kalman Filter",
  summary:
    "Estimates the states of any plant in the drawing, linear or not: its derivatives at the estimate, taken by symbols, carry the covariance.",
  formula:
    "P_{k+1|k} = F P_{k|k} F^\\top + Q_d,\\quad F = \\frac{\\partial x_{k+1}}{\\partial x_k}\\Big|_{\\hat x_{k|k}}",
  aliases: [
    "ekf",
    "estimator",
    "nonlinear observer",
    "state estimation",
    "sensor fusion",
    "filtro de kalman extendido",
    "estimador",
  ],
  params: {
    plant: { kind: "plant", label: "Plant", default: "", most: 12 },
    ...estimatorFields,
    ...writtenOut,
    ...moreFields,
  },
  equations: extendedEquations,
  glyph: { tex: () => "\\mathrm{EKF}", size: [14, 8] },
});
