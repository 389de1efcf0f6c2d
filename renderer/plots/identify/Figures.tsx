/** Coefficients, gains, variances and poles of a model, each with its standard deviation. */
import type { IdentifiedModel } from "../../engine/dataProtocol.ts";
import { written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";

/** Digits down to the second one of the deviation, five at least: values are compared with published ones. */
function digitsOf(value: number, deviation: number): number {
  if (!(deviation > 0) || !Number.isFinite(deviation) || value === 0) return 5;
  return Math.max(5, Math.min(10, 2 + Math.ceil(Math.log10(Math.abs(value) / deviation))));
}

/** Criteria are compared by their differences: one place behind the point. */
export const tenths = (value: number): string => written(Math.round(10 * value) / 10, 12);

export const sureText = (value: number, deviation: number): string =>
  Number.isNaN(deviation)
    ? written(value, 5)
    : `${written(value, digitsOf(value, deviation))} ± ${written(deviation, 2)}`;

export function Figures({ model }: { readonly model: IdentifiedModel }) {
  const text = useText();
  const { figures, poles, sureBy } = model;
  return (
    <div className="identify-figures">
      <p className="data-note">{text(`identify.sure.${sureBy ?? "not"}`)}</p>
      <div>
        {figures.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">{text("identify.figure")}</th>
                <th scope="col">{text("identify.figure.value")}</th>
              </tr>
            </thead>
            <tbody>
              {figures.map(({ name, value, deviation }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{sureText(value, deviation)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {poles.length > 0 && (
          <table>
            <thead>
              <tr>
                <th scope="col">{text("identify.pole")}</th>
                <th scope="col">{text("identify.pole.real")}</th>
                <th scope="col">{text("identify.pole.imaginary")}</th>
                <th scope="col">{text("identify.pole.modulus")}</th>
              </tr>
            </thead>
            <tbody>
              {poles.map(({ re, im, reSd, imSd }, k) => (
                <tr key={k}>
                  <th scope="row">{k + 1}</th>
                  <td>{sureText(re, reSd)}</td>
                  <td>{im === 0 ? "0" : sureText(im, imSd)}</td>
                  <td>{written(Math.hypot(re, im), 4)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </div>
  );
}
