/** Powers for step control in line: math/roughPower.ts operation by operation. */
import type { Body, F64 } from "../../wasm/encoder.ts";
import { add, div, exponent, f64, floor, mantissa, mul, powerOf2, sub } from "../../wasm/instructions.ts";

export function writeRoughLog2(body: Body, x: F64): F64 {
  const own = body.local("f64");
  const m = body.local("f64");
  const a = body.local("f64");
  const b = body.local("f64");
  const a2 = body.local("f64");
  const b2 = body.local("f64");
  body.set(own, x);
  body.set(m, mantissa(own));
  body.set(a, sub(m, f64(Math.SQRT2)));
  body.set(b, add(m, f64(Math.SQRT2)));
  body.set(a2, mul(a, a));
  body.set(b2, mul(mul(b, b), f64(15)));
  const quotient = div(mul(a, sub(b2, mul(f64(4), a2))), mul(b, sub(b2, mul(f64(9), a2))));
  return add(sub(exponent(own), f64(1022.5)), mul(quotient, f64(2.8853900817779268)));
}

export function writeRoughExp2(body: Body, x: F64): F64 {
  const own = body.local("f64");
  const k = body.local("f64");
  const u = body.local("f64");
  const u2 = body.local("f64");
  const even = body.local("f64");
  const odd = body.local("f64");
  body.set(own, x);
  body.set(k, floor(add(own, f64(0.5))));
  body.set(u, mul(sub(own, k), f64(Math.LN2)));
  body.set(u2, mul(u, u));
  body.set(even, add(f64(120), mul(f64(12), u2)));
  body.set(odd, mul(u, add(f64(60), u2)));
  return mul(div(add(even, odd), sub(even, odd)), powerOf2(k));
}
