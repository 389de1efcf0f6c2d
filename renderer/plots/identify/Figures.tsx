/** Coefficients, gains, variances and poles of a model, each with its standard deviation. */
import type { IdentifiedModel } from "../../engine/dataProtocol.ts";
import { sure, written } from "../../ui/figures.ts";
import { useText } from "../../ui/i18n.ts";

/** Criteria are compared by their differences: one place behind the point. */
export const tenths = (value: number): string => written(Math.round(10 * value) / 10, 12);

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
                  <td>{sure(value, deviation)}</td>
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
                  <td>{sure(re, reSd)}</td>
                  <td>{im === 0 ? "0" : sure(im, imSd)}</td>
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
