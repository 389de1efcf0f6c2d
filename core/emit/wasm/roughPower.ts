/** Powers for step control in line: math/roughPower.ts operation by operation. */
import { powerLogTerms, powerTerms, powerRounding } from "../../math/roughPower.ts";
import type { Body, F64 } from "../../wasm/encoder.ts";
import { add, exponent, f64, mantissa, mul, powerOfLastBits, sub } from "../../wasm/instructions.ts";

export function writeRoughLog2(body: Body, x: F64): F64 {
  const own = body.local("f64");
  const a = body.local("f64");
  const a2 = body.local("f64");
  const [c0, c1, c2, c3, c4, c5, c6, c7] = powerLogTerms;
  const line = (c: number, slope: number): F64 => add(f64(c), mul(f64(slope), a));
  body.set(own, x);
  body.set(a, sub(mantissa(own), f64(1.5)));
  body.set(a2, mul(a, a));
  const first = add(sub(exponent(own), f64(1023 - c0)), mul(f64(c1), a));
  const low = add(first, mul(line(c2, c3), a2));
  return add(low, mul(add(line(c4, c5), mul(line(c6, c7), a2)), mul(a2, a2)));
}

export function writeRoughExp2(body: Body, x: F64): F64 {
  const own = body.local("f64");
  const shifted = body.local("f64");
  const f = body.local("f64");
  const f2 = body.local("f64");
  const [c0, c1, c2, c3, c4, c5, c6] = powerTerms;
  const line = (c: number, slope: number): F64 => add(f64(c), mul(f64(slope), f));
  body.set(own, x);
  body.set(shifted, add(own, f64(powerRounding)));
  body.set(f, sub(own, sub(shifted, f64(powerRounding))));
  body.set(f2, mul(f, f));
  const low = add(line(c0, c1), mul(line(c2, c3), f2));
  return mul(add(low, mul(add(line(c4, c5), mul(f64(c6), f2)), mul(f2, f2))), powerOfLastBits(shifted));
}
