/** Complex numbers as pairs [re, im]: the few operations that are wanted outside of inner loops. */

export type Complex = readonly [re: number, im: number];

export function times(a: Complex, b: Complex): Complex {
  return [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
}

/** Smith's quotient: nothing overflows that need not. */
export function over(a: Complex, b: Complex): Complex {
  if (Math.abs(b[0]) >= Math.abs(b[1])) {
    const ratio = b[1] / b[0];
    const size = b[0] + b[1] * ratio;
    return [(a[0] + a[1] * ratio) / size, (a[1] - a[0] * ratio) / size];
  }
  const ratio = b[0] / b[1];
  const size = b[0] * ratio + b[1];
  return [(a[0] * ratio + a[1]) / size, (a[1] * ratio - a[0]) / size];
}

export function minus(a: Complex, b: Complex): Complex {
  return [a[0] - b[0], a[1] - b[1]];
}

export function modulus(a: Complex): number {
  return Math.hypot(a[0], a[1]);
}

/** The principal logarithm. */
export function logarithm(a: Complex): Complex {
  return [Math.log(modulus(a)), Math.atan2(a[1], a[0])];
}

export function exponential(a: Complex): Complex {
  const size = Math.exp(a[0]);
  return [size * Math.cos(a[1]), size * Math.sin(a[1])];
}
