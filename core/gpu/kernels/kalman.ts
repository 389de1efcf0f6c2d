/**
 * Kalman filters in WGSL, float32, a thread each: of many records at once, or of the pieces of one long record. Two programs step through the
 * same samples. `kalmanProgram` filters, from the mean and covariance that a lane has. `pieceProgram` says what a piece of a record does
 * to whatever state it begins from (Sarkka & Garcia-Fernandez, "Temporal Parallelization of Bayesian Smoothers", 2021), so that pieces
 * can go at the same time. No thread waits for another and nothing is added up across threads: reruns give the same bits. The float64
 * beside them is core/estimate/parallelFilter.ts and kalmanFilter.ts.
 *
 * Models, states and sums have the lane last. Measurements, drives and answers have it first, as records have: what a copy to the other
 * order costs outside is many times what neighbouring threads would save.
 */
import type { GpuProgram } from "../device.ts";

export interface KalmanShape {
  /** States and measurements. */
  readonly n: number;
  readonly p: number;
  /** Give the covariance of each sample too. */
  readonly covariance?: boolean;
}

export const KALMAN_THREADS = 64;
/** States, and measurements, that a thread can be trusted to hold with their covariances. */
export const KALMAN_MOST = 16;

/** Of A, C, Q and R, one after the other. */
export const modelWords = ({ n, p }: KalmanShape): number => 2 * n * n + n * p + p * p;
/** Mean and covariance. */
export const stateWords = ({ n }: KalmanShape): number => n + n * n;
/** What a piece of a record does: transition, mean, covariance, information vector and matrix. */
export const pieceWords = ({ n }: KalmanShape): number => 2 * n + 3 * n * n;
/** Of one sample: x[k|k], innovations over their deviations (NaN where missing), and the lower triangle of P[k|k] by rows. */
export const answerWords = ({ n, p, covariance = false }: KalmanShape): number =>
  n + p + (covariance ? (n * (n + 1)) / 2 : 0);
/** Squares of the innovations over their covariance, log of its root's determinant, measurements, whether one was not positive. */
export const SUM_WORDS = 4;

/** Lanes, steps, drive (0 none, 1 the same for all lanes, 2 each its own), 1 where each lane has its own model. */
export type KalmanSizes = readonly [lanes: number, steps: number, drive: 0 | 1 | 2, own: 0 | 1];

/**
 * Bindings: sizes, model, measurements (lanes, steps, p; NaN is missing), drive (lanes, steps, n), state, answers, sums. Answers are those of
 * x (lanes, steps, n), then those of the innovations (lanes, steps, p), then covariances.
 */
export function kalmanProgram(shape: KalmanShape): GpuProgram {
  const { n, p, covariance = false } = shape;
  const triangle = `
    for (var i = 0u; i < n; i++) { for (var j = 0u; j <= i; j++) {
      answers[all * (N + M) + at * ${(n * (n + 1)) / 2}u + i * (i + 1u) / 2u + j] = bitcast<u32>(P[i * N + j]);
    } }`;
  return {
    label: `kalman ${n} ${p}`,
    bindings: ["uniform", "read", "read", "read", "write", "write", "write"],
    wgsl: `${head(shape)}
@group(0) @binding(5) var<storage, read_write> answers: array<u32>;
@group(0) @binding(6) var<storage, read_write> sums: array<f32>;
${main(shape)}
  var x: array<f32, N>;
  var P: array<f32, NN>;
  for (var i = 0u; i < n; i++) { x[i] = state[i * lanes + lane]; }
  for (var i = 0u; i < NN; i++) { P[i] = state[(N + i) * lanes + lane]; }
  var squares = 0.0; var logs = 0.0; var count = 0.0; var bad = 0.0;
  for (var t = 0u; t < sizes.y; t++) {
${update}
    let all = lanes * sizes.y;
    let at = lane * sizes.y + t;
    for (var i = 0u; i < m; i++) {
      squares += z[i] * z[i];
      logs += log(L[i * M + i]);
      count += there[i];
      answers[all * N + at * M + i] = select(NONE, bitcast<u32>(z[i]), there[i] > 0.0);
    }
    for (var j = 0u; j < n; j++) {
      var sum = x[j];
      for (var i = 0u; i < m; i++) { sum += W[i * N + j] * z[i]; }
      x[j] = sum;
      answers[at * N + j] = bitcast<u32>(sum);
    }
    ${covariance ? triangle : ""}
    var next: array<f32, N>;
    for (var i = 0u; i < n; i++) {
      var sum = driven(t, i, lane);
      for (var j = 0u; j < n; j++) { sum += a(i, j, lane) * x[j]; }
      next[i] = sum;
    }
    x = next;
${predict}
  }
  for (var i = 0u; i < n; i++) { state[i * lanes + lane] = x[i]; }
  for (var i = 0u; i < NN; i++) { state[(N + i) * lanes + lane] = P[i]; }
  sums[lane] = squares;
  sums[lanes + lane] = logs;
  sums[2u * lanes + lane] = count;
  sums[3u * lanes + lane] = bad;
}`,
  };
}

/** Bindings: as of kalmanProgram, without answers; state has `pieceWords`, those of no samples to begin with. */
export function pieceProgram(shape: KalmanShape): GpuProgram {
  return {
    label: `kalman piece ${shape.n} ${shape.p}`,
    bindings: ["uniform", "read", "read", "read", "write", "write"],
    wgsl: `${head(shape)}
@group(0) @binding(5) var<storage, read_write> sums: array<f32>;
${main(shape)}
  var x: array<f32, N>;
  var P: array<f32, NN>;
  var F: array<f32, NN>;
  var eta: array<f32, N>;
  var J: array<f32, NN>;
  for (var i = 0u; i < n; i++) {
    x[i] = state[(NN + i) * lanes + lane];
    eta[i] = state[(2u * NN + N + i) * lanes + lane];
  }
  for (var i = 0u; i < NN; i++) {
    F[i] = state[i * lanes + lane];
    P[i] = state[(NN + N + i) * lanes + lane];
    J[i] = state[(2u * NN + 2u * N + i) * lanes + lane];
  }
  var bad = 0.0;
  for (var t = 0u; t < sizes.y; t++) {
${update}
    // G = L^-1 C F: what the measurement sees of the state that the piece began from.
    var G: array<f32, MN>;
    for (var i = 0u; i < m; i++) { for (var j = 0u; j < n; j++) {
      var sum = 0.0;
      for (var k = 0u; k < n; k++) { sum += H[i * N + k] * F[k * N + j]; }
      for (var k = 0u; k < i; k++) { sum -= L[i * M + k] * G[k * N + j]; }
      G[i * N + j] = sum / L[i * M + i];
    } }
    for (var i = 0u; i < n; i++) { for (var k = 0u; k < m; k++) {
      eta[i] += G[k * N + i] * z[k];
      x[i] += W[k * N + i] * z[k];
      for (var j = 0u; j < n; j++) {
        J[i * N + j] += G[k * N + i] * G[k * N + j];
        F[i * N + j] -= W[k * N + i] * G[k * N + j];
      }
    } }
    var next: array<f32, N>;
    var turned = array<f32, NN>();
    for (var i = 0u; i < n; i++) {
      var sum = driven(t, i, lane);
      for (var k = 0u; k < n; k++) {
        let f = a(i, k, lane);
        sum += f * x[k];
        for (var j = 0u; j < n; j++) { turned[i * N + j] += f * F[k * N + j]; }
      }
      next[i] = sum;
    }
    x = next;
    F = turned;
${predict}
  }
  for (var i = 0u; i < n; i++) {
    state[(NN + i) * lanes + lane] = x[i];
    state[(2u * NN + N + i) * lanes + lane] = eta[i];
  }
  for (var i = 0u; i < NN; i++) {
    state[i * lanes + lane] = F[i];
    state[(NN + N + i) * lanes + lane] = P[i];
    state[(2u * NN + 2u * N + i) * lanes + lane] = J[i];
  }
  sums[lane] = bad;
}`,
  };
}

const head = ({ n, p }: KalmanShape): string => `const N = ${n}u; const M = ${p}u;
const NN = ${n * n}u; const MN = ${p * n}u; const MM = ${p * p}u;
// NaN, by its bits: shaders may take it that no number is one.
const NONE = 0x7fc00000u;
@group(0) @binding(0) var<uniform> sizes: vec4u;
@group(0) @binding(1) var<storage, read> model: array<f32>;
@group(0) @binding(2) var<storage, read> measured: array<u32>;
@group(0) @binding(3) var<storage, read> drive: array<f32>;
@group(0) @binding(4) var<storage, read_write> state: array<f32>;
fn word(k: u32, lane: u32) -> f32 {
  if (sizes.w == 1u) { return model[k * sizes.x + lane]; }
  return model[k];
}
fn a(i: u32, j: u32, lane: u32) -> f32 { return word(i * N + j, lane); }
fn c(i: u32, j: u32, lane: u32) -> f32 { return word(NN + i * N + j, lane); }
fn q(i: u32, j: u32, lane: u32) -> f32 { return word(NN + MN + i * N + j, lane); }
fn r(i: u32, j: u32, lane: u32) -> f32 { return word(2u * NN + MN + i * M + j, lane); }
fn driven(t: u32, i: u32, lane: u32) -> f32 {
  if (sizes.z == 0u) { return 0.0; }
  if (sizes.z == 1u) { return drive[t * N + i]; }
  return drive[(lane * sizes.y + t) * N + i];
}`;

/** States up to which a driver may unroll loops. With 8 it took five seconds to compile what then saved tenths of them; left rolled, one. */
const unrolled = 4;

const main = ({ n }: KalmanShape): string => {
  const once = n > unrolled ? " * min(lanes, 1u)" : "";
  return `@compute @workgroup_size(${KALMAN_THREADS}) fn main(@builtin(global_invocation_id) id: vec3u) {
  let lane = id.x;
  let lanes = sizes.x;
  if (lane >= lanes) { return; }
  // Where loops end: no constant where they are to stay loops.
  let n = N${once};
  let m = M${once};`;
};

/**
 * From x, P before the measurement: H, L of the innovation's covariance, z = L^-1 e, W = L^-1 H P, and P after it by Joseph's form
 * multiplied out, as in core/estimate/covariance.ts. What is missing is a row of zeros of variance 1.
 */
const update = `    var H: array<f32, MN>;
    var W: array<f32, MN>;
    var L: array<f32, MM>;
    var z: array<f32, M>;
    var there: array<f32, M>;
    for (var i = 0u; i < m; i++) {
      let bits = measured[(lane * sizes.y + t) * M + i];
      let given = (bits & 0x7fffffffu) <= 0x7f800000u;
      there[i] = select(0.0, 1.0, given);
      var e = bitcast<f32>(select(0u, bits, given));
      for (var j = 0u; j < n; j++) {
        H[i * N + j] = there[i] * c(i, j, lane);
        e -= H[i * N + j] * x[j];
      }
      z[i] = select(0.0, e, given);
      for (var j = 0u; j < n; j++) {
        var sum = 0.0;
        for (var k = 0u; k < n; k++) { sum += H[i * N + k] * P[k * N + j]; }
        W[i * N + j] = sum;
      }
    }
    for (var i = 0u; i < m; i++) {
      for (var j = 0u; j <= i; j++) {
        var sum = there[i] * there[j] * r(i, j, lane);
        if (i == j) { sum += 1.0 - there[i]; }
        for (var k = 0u; k < n; k++) { sum += W[i * N + k] * H[j * N + k]; }
        for (var k = 0u; k < j; k++) { sum -= L[i * M + k] * L[j * M + k]; }
        if (j < i) { L[i * M + j] = sum / L[j * M + j]; }
        else {
          if (!(sum > 0.0)) { bad = 1.0; sum = 1.0; }
          L[i * M + i] = sqrt(sum);
        }
      }
    }
    for (var i = 0u; i < m; i++) {
      for (var k = 0u; k < i; k++) {
        z[i] -= L[i * M + k] * z[k];
        for (var j = 0u; j < n; j++) { W[i * N + j] -= L[i * M + k] * W[k * N + j]; }
      }
      z[i] /= L[i * M + i];
      for (var j = 0u; j < n; j++) { W[i * N + j] /= L[i * M + i]; }
    }
    {
      var K = W;
      for (var b = 0u; b < m; b++) {
        let i = M - 1u - b;
        for (var k = i + 1u; k < m; k++) {
          for (var j = 0u; j < n; j++) { K[i * N + j] -= L[k * M + i] * K[k * N + j]; }
        }
        for (var j = 0u; j < n; j++) { K[i * N + j] /= L[i * M + i]; }
      }
      for (var i = 0u; i < n; i++) { for (var j = 0u; j <= i; j++) {
        var sum = P[i * N + j];
        for (var k = 0u; k < m; k++) { sum -= W[k * N + i] * W[k * N + j]; }
        P[i * N + j] = sum;
        P[j * N + i] = sum;
      } }
      var D: array<f32, MN>;
      for (var i = 0u; i < n; i++) { for (var j = 0u; j < m; j++) {
        var sum = 0.0;
        for (var k = 0u; k < n; k++) { sum += P[i * N + k] * H[j * N + k]; }
        for (var k = 0u; k < m; k++) { sum -= there[k] * there[j] * K[k * N + i] * r(k, j, lane); }
        D[j * N + i] = sum;
      } }
      for (var i = 0u; i < n; i++) { for (var j = 0u; j <= i; j++) {
        var sum = P[i * N + j];
        for (var k = 0u; k < m; k++) { sum -= D[k * N + i] * K[k * N + j]; }
        P[i * N + j] = sum;
        P[j * N + i] = sum;
      } }
    }`;

/** P to A P A' + Q. */
const predict = `    {
      // Zeros by name: Dawn on SwiftShader was seen to keep what the last round left in a variable without a value.
      var AP = array<f32, NN>();
      for (var i = 0u; i < n; i++) { for (var k = 0u; k < n; k++) {
        let f = a(i, k, lane);
        for (var j = 0u; j < n; j++) { AP[i * N + j] += f * P[k * N + j]; }
      } }
      for (var i = 0u; i < n; i++) { for (var j = 0u; j <= i; j++) {
        var sum = q(i, j, lane);
        for (var k = 0u; k < n; k++) { sum += AP[i * N + k] * a(j, k, lane); }
        P[i * N + j] = sum;
        P[j * N + i] = sum;
      } }
    }`;
