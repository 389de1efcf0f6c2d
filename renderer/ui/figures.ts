/** Numbers as the interface writes them: a true minus sign, `.` as decimal sign, never more figures than asked for. */

/** "−0.05", "9.12e−5", "1.2346e+9", "∞"; an en dash where there is no number. */
export function written(value: number, figures = 5): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  // Adding 0 turns −0 into 0.
  const rounded = Number(value.toPrecision(figures)) + 0;
  // Zeros that have to be counted say less than a power of ten.
  return signed(rounded !== 0 && Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded));
}

/** A sign that is no hyphen. */
const signed = (text: string): string => text.replaceAll("-", "−");

/**
 * "12.30 ± 0.45": a standard deviation (or a multiple of it) with two figures, and the value to the same place. Very large and very small ones share a
 * power of ten: "(1.234 ± 0.012)e−7". The value alone where there is no deviation.
 */
export function sure(value: number, deviation: number): string {
  if (!(deviation > 0) || !Number.isFinite(deviation) || !Number.isFinite(value)) return written(value, 5);
  const exponent = (v: number): number => Number(v.toExponential(1).split("e")[1]);
  const size = Math.max(exponent(Math.abs(value)), exponent(deviation));
  const power = size > 5 || size < -3 ? size : 0;
  // Rounding to two figures first: 0.0996 is 0.10, to two places.
  const places = 1 - exponent(deviation) + power;
  const shown = (v: number): string => {
    const scaled = Number(v.toPrecision(15)) / 10 ** power;
    const text =
      places >= 0 ? scaled.toFixed(Math.min(100, places)) : String(Math.round(scaled / 10 ** -places) * 10 ** -places);
    return signed(Number(text) === 0 ? text.replace("-", "") : text);
  };
  const both = `${shown(value)} ± ${shown(deviation)}`;
  return power === 0 ? both : `(${both})e${signed(String(power))}`;
}

/** "−1 + 2i" */
export function complexText([re, im]: readonly [number, number]): string {
  if (im === 0) return written(re, 5);
  return `${written(re, 5)} ${im < 0 ? "−" : "+"} ${written(Math.abs(im), 5)}i`;
}
