/**
 * One step of the covariance of a Kalman filter, which no measurement enters: Joseph's form, which stays symmetric and positive though
 * the gain be rounded, multiplied out so that it costs little more than the short form. Bierman, "Factorization Methods for Discrete
 * Sequential Estimation" (1977), II.7.
 */

/** Room for the steps of a model, made once. */
export interface Room {
  readonly W: Float64Array;
  readonly V: Float64Array;
  readonly M: Float64Array;
  readonly AP: Float64Array;
}

export function createRoom(n: number, p: number): Room {
  return {
    W: new Float64Array(p * n),
    V: new Float64Array(n * n),
    M: new Float64Array(n * p),
    AP: new Float64Array(n * n),
  };
}

/**
 * With q rows of C (q x n) and of R (q x q): from P to P - K C P and, into `out`, the Cholesky factor L (q x q) of C P C' + R and the transposed
 * gain K' (q x n). False where C P C' + R is not positive definite.
 */
export function updateCovariance(
  room: Room,
  n: number,
  q: number,
  C: Float64Array,
  R: Float64Array,
  P: Float64Array,
  out: { readonly P: Float64Array; readonly L: Float64Array; readonly K: Float64Array },
): boolean {
  const { W, V, M } = room;
  const { L, K } = out;
  // W = C P.
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < n; j++) W[i * n + j] = 0;
    for (let k = 0; k < n; k++) {
      const c = C[i * n + k]!;
      if (c !== 0) for (let j = 0, w = i * n, s = k * n; j < n; j++, w++, s++) W[w]! += c * P[s]!;
    }
  }
  // L L' = W C' + R.
  for (let i = 0; i < q; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = R[i * q + j]!;
      for (let k = 0; k < n; k++) sum += W[i * n + k]! * C[j * n + k]!;
      for (let k = 0; k < j; k++) sum -= L[i * q + k]! * L[j * q + k]!;
      if (j < i) {
        L[i * q + j] = sum / L[j * q + j]!;
        L[j * q + i] = 0;
      } else if (sum > 0) L[i * q + i] = Math.sqrt(sum);
      else return false;
    }
  }
  // W = L^-1 C P, and K' = L'^-1 W.
  for (let i = 0; i < q; i++) {
    for (let k = 0; k < i; k++) {
      const l = L[i * q + k]!;
      for (let j = 0, w = i * n, s = k * n; j < n; j++, w++, s++) W[w]! -= l * W[s]!;
    }
    const inverse = 1 / L[i * q + i]!;
    for (let j = 0; j < n; j++) W[i * n + j]! *= inverse;
  }
  for (let i = q - 1; i >= 0; i--) {
    for (let j = 0; j < n; j++) K[i * n + j] = W[i * n + j]!;
    for (let k = i + 1; k < q; k++) {
      const l = L[k * q + i]!;
      for (let j = 0, w = i * n, s = k * n; j < n; j++, w++, s++) K[w]! -= l * K[s]!;
    }
    const inverse = 1 / L[i * q + i]!;
    for (let j = 0; j < n; j++) K[i * n + j]! *= inverse;
  }
  // V = P - K C P, the short form.
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) V[i * n + j] = P[i * n + j]!;
    for (let k = 0; k < q; k++) {
      const w = W[k * n + i]!;
      for (let j = 0, v = i * n, s = k * n; j <= i; j++, v++, s++) V[v]! -= w * W[s]!;
    }
    for (let j = 0; j < i; j++) V[j * n + i] = V[i * n + j]!;
  }
  // Joseph: (I - K C) P (I - K C)' + K R K' = V - (V C' - K R) K'. What stands in brackets is the rounding of K.
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < q; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += V[i * n + k]! * C[j * n + k]!;
      for (let k = 0; k < q; k++) sum -= K[k * n + i]! * R[k * q + j]!;
      M[i * q + j] = sum;
    }
  }
  const kept = out.P;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = V[i * n + j]!;
      for (let k = 0; k < q; k++) sum -= M[i * q + k]! * K[k * n + j]!;
      kept[i * n + j] = sum;
      kept[j * n + i] = sum;
    }
  }
  return true;
}

/** A P A' + Q into `out`. */
export function predictCovariance(
  room: Room,
  n: number,
  A: Float64Array,
  P: Float64Array,
  Q: Float64Array,
  out: Float64Array,
): void {
  const { AP } = room;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) AP[i * n + j] = 0;
    for (let k = 0; k < n; k++) {
      const a = A[i * n + k]!;
      if (a !== 0) for (let j = 0, w = i * n, s = k * n; j < n; j++, w++, s++) AP[w]! += a * P[s]!;
    }
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = Q[i * n + j]!;
      for (let k = 0; k < n; k++) sum += AP[i * n + k]! * A[j * n + k]!;
      out[i * n + j] = sum;
      out[j * n + i] = sum;
    }
  }
}
