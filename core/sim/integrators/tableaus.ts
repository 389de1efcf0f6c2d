/**
 * Explicit Runge-Kutta methods as plain data: what the integrators here and those compiled to WebAssembly share. Hairer,
 * Norsett & Wanner, "Solving Ordinary Differential Equations I", 2nd ed., tables II.1.2, II.5.2 and, for order 8, the
 * coefficients of their code DOP853 (II.5 and II.6); Bogacki & Shampine, "A 3(2) pair of Runge-Kutta formulas" (1989).
 */

/**
 * With k[i] = flow(t + c[i] h, x + h sum a[i][j] k[j]), the step ends at x + h sum b[i] k[i]. Numbering goes on after these
 * stages: where the last of them is not the flow at the end already (`fsal`), that flow is the next one, and `extra` stages
 * follow it.
 */
export interface Tableau {
  readonly name: string;
  readonly order: number;
  readonly c: readonly number[];
  /** Strictly lower triangle: row i has i entries. */
  readonly a: readonly (readonly number[])[];
  readonly b: readonly number[];
  /** The last stage is the flow at the end of the step (its row of a is b), and the first stage of the next one. */
  readonly fsal: boolean;
  /** Weights of the error estimate, one a stage, and how it is controlled; absent in methods of fixed step. */
  readonly error?: ErrorControl;
  /** Stages for the dense output alone, after the flow at the end of the step: rows of a over all stages before. */
  readonly extra: { readonly c: readonly number[]; readonly a: readonly (readonly number[])[] };
  /**
   * Dense output, p from 0 to 1 and q = 1 - p: r0 + p(r1 + q(r2 + p(r3 + q(r4 + p(r5 + ...))))). With k0 and k1 the flow at both
   * ends and d = x1 - x0: r0 = x0, r1 = d, r2 = h k0 - d, r3 = 2 d - h (k0 + k1), the cubic that Hermite drew; r4 and on are
   * h sum dense[..][i] k[i], over all stages. Without rows it stays the cubic.
   */
  readonly dense: readonly (readonly number[])[];
}

export interface ErrorControl {
  readonly weights: readonly number[];
  /** A second estimate, of order 3, beside which the first counts: e5^2 / sqrt(e5^2 + 0.01 e3^2), the norms of DOP853. */
  readonly second?: readonly number[];
  /** A step's error is of this order in h. */
  readonly order: number;
  /** Exponent of the error of the step before, in PI control. */
  readonly beta: number;
  /** A step shrinks and grows by these factors at most. */
  readonly shrink: number;
  readonly grow: number;
  /**
   * h |lambda|, estimated from the last stage and another of the same node, that only stability explains when it comes time
   * and again: somewhat inside the border on the real axis. `stage` is that other stage; the last is the flow at the end.
   */
  readonly stiff?: { readonly stage: number; readonly border: number };
}

/** A method that estimates its error. */
export type AdaptiveTableau = Tableau & { readonly error: ErrorControl };

const noStages = { c: [], a: [] };

export const eulerTableau: Tableau = {
  name: "Euler",
  order: 1,
  c: [0],
  a: [[]],
  b: [1],
  fsal: false,
  extra: noStages,
  dense: [],
};

export const heunTableau: Tableau = {
  name: "Heun",
  order: 2,
  c: [0, 1],
  a: [[], [1]],
  b: [1 / 2, 1 / 2],
  fsal: false,
  extra: noStages,
  dense: [],
};

export const rk4Tableau: Tableau = {
  name: "Runge-Kutta 4",
  order: 4,
  c: [0, 1 / 2, 1 / 2, 1],
  a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
  fsal: false,
  extra: noStages,
  dense: [],
};

export const bs32Tableau: AdaptiveTableau = {
  name: "Bogacki-Shampine 3(2)",
  order: 3,
  c: [0, 1 / 2, 3 / 4, 1],
  a: [[], [1 / 2], [0, 3 / 4], [2 / 9, 1 / 3, 4 / 9]],
  b: [2 / 9, 1 / 3, 4 / 9, 0],
  fsal: true,
  error: { weights: [-5 / 72, 1 / 12, 1 / 9, -1 / 8], order: 3, beta: 0.05, shrink: 0.2, grow: 5 },
  extra: noStages,
  dense: [],
};

export const dopri5Tableau: AdaptiveTableau = {
  name: "Dormand-Prince 5(4)",
  order: 5,
  c: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1],
  a: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ],
  b: [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0],
  fsal: true,
  error: {
    weights: [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40],
    order: 5,
    beta: 0.04,
    shrink: 0.2,
    grow: 10,
    // The border is 3.3. PI control settles as low as 3.07 there, and accuracy alone rarely allows 2.5.
    stiff: { stage: 5, border: 2.5 },
  },
  extra: noStages,
  dense: [
    [
      -12715105075 / 11282082432,
      0,
      87487479700 / 32700410799,
      -10690763975 / 1880347072,
      701980252875 / 199316789632,
      -1453857185 / 822651844,
      69997945 / 29380423,
    ],
  ],
};

export const dop853Tableau: AdaptiveTableau = {
  name: "Dormand-Prince 8(5,3)",
  order: 8,
  c: [
    0,
    0.05260015195876773,
    0.0789002279381516,
    0.1183503419072274,
    0.2816496580927726,
    1 / 3,
    0.25,
    4 / 13,
    0.6512820512820513,
    0.6,
    0.8571428571428571,
    1,
  ],
  a: [
    [],
    [0.05260015195876773],
    [0.0197250569845379, 0.0591751709536137],
    [0.02958758547680685, 0, 0.08876275643042054],
    [0.2413651341592667, 0, -0.8845494793282861, 0.924834003261792],
    [0.037037037037037035, 0, 0, 0.17082860872947386, 0.12546768756682242],
    [0.037109375, 0, 0, 0.17025221101954405, 0.06021653898045596, -0.017578125],
    [0.03709200011850479, 0, 0, 0.17038392571223998, 0.10726203044637328, -0.015319437748624402, 0.008273789163814023],
    [
      0.6241109587160757, 0, 0, -3.3608926294469414, -0.868219346841726, 27.59209969944671, 20.154067550477894,
      -43.48988418106996,
    ],
    [
      0.47766253643826434, 0, 0, -2.4881146199716677, -0.590290826836843, 21.230051448181193, 15.279233632882423,
      -33.28821096898486, -0.020331201708508627,
    ],
    [
      -0.9371424300859873, 0, 0, 5.186372428844064, 1.0914373489967295, -8.149787010746927, -18.52006565999696,
      22.739487099350505, 2.4936055526796523, -3.0467644718982196,
    ],
    [
      2.273310147516538, 0, 0, -10.53449546673725, -2.0008720582248625, -17.9589318631188, 27.94888452941996,
      -2.8589982771350235, -8.87285693353063, 12.360567175794303, 0.6433927460157636,
    ],
  ],
  b: [
    0.054293734116568765, 0, 0, 0, 0, 4.450312892752409, 1.8915178993145003, -5.801203960010585, 0.3111643669578199,
    -0.1521609496625161, 0.20136540080403034, 0.04471061572777259,
  ],
  fsal: false,
  error: {
    weights: [
      0.01312004499419488, 0, 0, 0, 0, -1.2251564463762044, -0.4957589496572502, 1.6643771824549864,
      -0.35032884874997366, 0.3341791187130175, 0.08192320648511571, -0.022355307863886294,
    ],
    second: [
      -0.18980075407240762, 0, 0, 0, 0, 4.450312892752409, 1.8915178993145003, -5.801203960010585, -0.4226823213237919,
      -0.1521609496625161, 0.20136540080403034, 0.02265179219836082,
    ],
    order: 8,
    beta: 0,
    shrink: 1 / 3,
    grow: 6,
    stiff: { stage: 11, border: 5 },
  },
  extra: {
    c: [0.1, 0.2, 7 / 9],
    a: [
      [
        0.056167502283047954, 0, 0, 0, 0, 0, 0.25350021021662483, -0.2462390374708025, -0.12419142326381637,
        0.15329179827876568, 0.00820105229563469, 0.007567897660545699, -0.008298,
      ],
      [
        0.03183464816350214, 0, 0, 0, 0, 0.028300909672366776, 0.053541988307438566, -0.05492374857139099, 0, 0,
        -0.00010834732869724932, 0.0003825710908356584, -0.00034046500868740456, 0.1413124436746325,
      ],
      [
        -0.42889630158379194, 0, 0, 0, 0, -4.697621415361164, 7.683421196062599, 4.06898981839711, 0.3567271874552811,
        0, 0, 0, -0.0013990241651590145, 2.9475147891527724, -9.15095847217987,
      ],
    ],
  },
  dense: [
    [
      -8.428938276109013, 0, 0, 0, 0, 0.5667149535193777, -3.0689499459498917, 2.38466765651207, 2.117034582445028,
      -0.871391583777973, 2.2404374302607883, 0.6315787787694688, -0.08899033645133331, 18.148505520854727,
      -9.194632392478356, -4.436036387594894,
    ],
    [
      10.427508642579134, 0, 0, 0, 0, 242.28349177525817, 165.20045171727028, -374.5467547226902, -22.113666853125306,
      7.733432668472264, -30.674084731089398, -9.332130526430229, 15.697238121770845, -31.139403219565178,
      -9.35292435884448, 35.81684148639408,
    ],
    [
      19.985053242002433, 0, 0, 0, 0, -387.0373087493518, -189.17813819516758, 527.8081592054236, -11.57390253995963,
      6.8812326946963, -1.0006050966910838, 0.7777137798053443, -2.778205752353508, -60.19669523126412,
      84.32040550667716, 11.99229113618279,
    ],
    [
      -25.69393346270375, 0, 0, 0, 0, -154.18974869023643, -231.5293791760455, 357.6391179106141, 93.40532418362432,
      -37.45832313645163, 104.0996495089623, 29.8402934266605, -43.53345659001114, 96.32455395918828,
      -39.17726167561544, -149.72683625798564,
    ],
  ],
};

/** The weights of order 8 with a step that stays. */
export const rk8Tableau: Tableau = {
  name: "Runge-Kutta 8 (Dormand-Prince)",
  order: 8,
  c: dop853Tableau.c,
  a: dop853Tableau.a,
  b: dop853Tableau.b,
  fsal: false,
  extra: dop853Tableau.extra,
  dense: dop853Tableau.dense,
};
