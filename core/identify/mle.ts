/**
 * Chosen parameters of a linear Gaussian model by maximum likelihood: any numbers that its matrices are functions of. The likelihood's slopes come through
 * the Kalman filter (likelihood.ts), those of the matrices from the function or, where it gives none, from differences of high order.
 */
import { ss } from "../lti/ss.ts";
import type { StateSpace } from "../lti/stateSpace.ts";
import { flatten, identity, type MatrixLike, toMatrix } from "../math/dense.ts";
import { bounds, estimatedOf, type Estimated } from "./estimated.ts";
import { likelihood, type Likelihood, type Parts, type Sizes } from "./likelihood.ts";
import { notFinite, recordsOf, type IdentifyRefusal, type Recordings } from "./recording.ts";
import { scoring } from "./scoring.ts";

/** x[k+1] = A x + B u + w, y = C x + D u + v; w and v white, of covariances Q and R. Left out B, D and x0 are 0. */
export interface GaussianModel {
  readonly A: MatrixLike;
  readonly B?: MatrixLike | undefined;
  readonly C: MatrixLike;
  readonly D?: MatrixLike | undefined;
  readonly Q: MatrixLike;
  readonly R: MatrixLike;
  readonly x0?: readonly number[] | undefined;
  /** Of x[0] before y[0]; where neither it nor Pinf is given, nothing is known of x[0]. */
  readonly P0?: MatrixLike | undefined;
  /** Spans what is not known of x[0] at all; not a function of the parameters. */
  readonly Pinf?: MatrixLike | undefined;
}

export interface MleOptions {
  readonly start: readonly number[];
  readonly lower?: readonly number[] | undefined;
  readonly upper?: readonly number[] | undefined;
  /** 200 when absent. */
  readonly iterations?: number | undefined;
  /** Typical sizes of the parameters, for differences; those of the start when absent, 1 for a 0. */
  readonly scales?: readonly number[] | undefined;
  /** Told of the start, 0, and of every step that was taken. */
  readonly progress?: ((iteration: number, logLikelihood: number) => void) | undefined;
  /** How the matrices change with each parameter; what is left out of one does not change. */
  readonly slopes?: ((theta: readonly number[]) => readonly Partial<GaussianModel>[]) | undefined;
}

export interface Mle extends Estimated {
  readonly model: GaussianModel;
  /** A, B, C and D, with the recording's period and names. */
  readonly system: StateSpace;
}

export type MleOutcome =
  | Mle
  | IdentifyRefusal
  /** The model to begin with has no likelihood: a measurement without variance, or numbers that are not finite. */
  | { readonly ok: false; readonly code: "NO_LIKELIHOOD" };

/** Outputs may be missing (NaN). Throws a RangeError where sizes do not fit. */
export function mle(
  parametric: (theta: readonly number[]) => GaussianModel,
  data: Recordings,
  options: MleOptions,
): MleOutcome {
  const records = recordsOf(data);
  const wrong = notFinite(records, true);
  if (wrong) return wrong;
  const q = options.start.length;
  const sizes = sizesOf(parametric(options.start));
  if (sizes.p !== records.p || (sizes.m !== records.m && sizes.m !== 0))
    throw new RangeError(
      `A model of ${sizes.m} inputs and ${sizes.p} outputs, a recording of ${records.m} and ${records.p}`,
    );
  const wide = { ...sizes, m: records.m };
  const parts = (theta: ArrayLike<number>): Parts => partsOf(parametric(Array.from(theta)), wide);
  const lower = bounds(options.lower, q, Number.NEGATIVE_INFINITY);
  const upper = bounds(options.upper, q, Number.POSITIVE_INFINITY);
  const unknown = unboundedOf(parametric(options.start), sizes.n);
  const evaluate = (theta: Float64Array): Likelihood | undefined => {
    const at = parts(theta);
    const given = options.slopes?.(Array.from(theta));
    const slopes = given
      ? given.map((slope) => partsOf(slope, wide))
      : Array.from({ length: q }, (_, j) => {
          const scale = options.scales?.[j] ?? (Math.abs(options.start[j]!) || 1);
          return difference(parts, theta, j, 1e-3 * Math.max(scale, Math.abs(theta[j]!)), lower[j]!, upper[j]!);
        });
    return likelihood(wide, at, unknown, slopes, records.segments);
  };
  const found = scoring({
    start: Float64Array.from(options.start),
    lower,
    upper,
    iterations: options.iterations ?? 200,
    evaluate,
    progress: options.progress,
  });
  if (!found) return { ok: false, code: "NO_LIKELIHOOD" };
  const estimated = estimatedOf(found, found.at.count);
  if (!estimated.ok) return estimated;
  const model = parametric(estimated.parameters);
  const last = partsOf(model, wide);
  const { n, m, p } = wide;
  return {
    ...estimated,
    model,
    system: ss(
      toMatrix(last.A, n, n),
      toMatrix(last.B, n, m),
      toMatrix(last.C, p, n),
      toMatrix(last.D, p, m),
      records.period,
      records.names,
    ),
  };
}

/** Of what is given; 0 where a matrix is left out. */
function sizesOf(model: GaussianModel): Sizes {
  const { rows: n } = flatten(model.A);
  const { rows: p } = flatten(model.C);
  return { n, m: model.B ? flatten(model.B).cols : model.D ? flatten(model.D).cols : 0, p };
}

export function partsOf(model: Partial<GaussianModel>, { n, m, p }: Sizes): Parts {
  const matrix = (name: string, value: MatrixLike | undefined, rows: number, cols: number): Float64Array => {
    if (value === undefined) return new Float64Array(rows * cols);
    const found = flatten(value);
    if (found.data.length > 0 && (found.rows !== rows || found.cols !== cols))
      throw new RangeError(`${name} is ${found.rows} x ${found.cols}, ${rows} x ${cols} was expected`);
    return found.data;
  };
  return {
    A: matrix("A", model.A, n, n),
    B: matrix("B", model.B, n, m),
    C: matrix("C", model.C, p, n),
    D: matrix("D", model.D, p, m),
    Q: matrix("Q", model.Q, n, n),
    R: matrix("R", model.R, p, p),
    x0: Float64Array.from(model.x0 ?? new Float64Array(n)),
    P0: matrix("P0", model.P0, n, n),
  };
}

function unboundedOf(model: GaussianModel, n: number): Float64Array | undefined {
  if (model.Pinf) return flatten(model.Pinf).data;
  return model.P0 ? undefined : identity(n);
}

/** Of fourth order: central, or to one side at a bound. Exact where entries are polynomials of degree 4. */
function difference(
  parts: (theta: Float64Array) => Parts,
  theta: Float64Array,
  j: number,
  step: number,
  lower: number,
  upper: number,
): Parts {
  const inside = theta[j]! - 2 * step >= lower && theta[j]! + 2 * step <= upper;
  const sign = inside || theta[j]! + 4 * step <= upper ? 1 : -1;
  const [places, weights] = inside
    ? [
        [-2, -1, 1, 2],
        [1, -8, 8, -1],
      ]
    : [
        [0, 1, 2, 3, 4],
        [-25, 48, -36, 16, -3],
      ];
  const values = places.map((k) => {
    const moved = theta.slice();
    moved[j]! += sign * k * step;
    return parts(moved);
  });
  const combined = (name: keyof Parts): Float64Array =>
    values[0]![name].map(
      (_, i) => values.reduce((sum, v, k) => sum + weights[k]! * v[name][i]!, 0) / (12 * sign * step),
    );
  return {
    A: combined("A"),
    B: combined("B"),
    C: combined("C"),
    D: combined("D"),
    Q: combined("Q"),
    R: combined("R"),
    x0: combined("x0"),
    P0: combined("P0"),
  };
}
