/*
 * The Brusselator on a line (systems.ts's brusselator) by SUNDIALS CVODE: BDF with the Jacobian written out, in a band for the
 * unknowns u1 v1 u2 v2 ..., with the sparse factors of KLU too where there are such. 1,001 points are put out, as by ours.
 * pb.h is the peers' own.
 */
#include "pb.h"
#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_context.h>
#include <sunlinsol/sunlinsol_band.h>
#include <sunmatrix/sunmatrix_band.h>
#ifdef WITH_KLU
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_sparse.h>
#endif

static int cells;
static double spread;
static long steps;
static SUNContext context;

static int flow(realtype t, N_Vector states, N_Vector derivative, void *data) {
  const double *y = N_VGetArrayPointer(states);
  double *d = N_VGetArrayPointer(derivative);
  for (int i = 0; i < cells; i++) {
    const double u = y[2 * i], v = y[2 * i + 1], made = u * u * v;
    const double left_u = i > 0 ? y[2 * i - 2] : 1, left_v = i > 0 ? y[2 * i - 1] : 3;
    const double right_u = i < cells - 1 ? y[2 * i + 2] : 1, right_v = i < cells - 1 ? y[2 * i + 3] : 3;
    d[2 * i] = 1 + made - 4 * u + spread * (left_u - 2 * u + right_u);
    d[2 * i + 1] = 3 * u - made + spread * (left_v - 2 * v + right_v);
  }
  return 0;
}

static int band(realtype t, N_Vector states, N_Vector f, SUNMatrix J, void *data, N_Vector a, N_Vector b, N_Vector c) {
  const double *y = N_VGetArrayPointer(states);
  for (int i = 0; i < cells; i++) {
    const int k = 2 * i;
    const double u = y[k], v = y[k + 1];
    double *column = SUNBandMatrix_Column(J, k);
    SM_COLUMN_ELEMENT_B(column, k, k) = 2 * u * v - 4 - 2 * spread;
    SM_COLUMN_ELEMENT_B(column, k + 1, k) = 3 - 2 * u * v;
    if (i > 0) SM_COLUMN_ELEMENT_B(column, k - 2, k) = spread;
    if (i < cells - 1) SM_COLUMN_ELEMENT_B(column, k + 2, k) = spread;
    column = SUNBandMatrix_Column(J, k + 1);
    SM_COLUMN_ELEMENT_B(column, k, k + 1) = u * u;
    SM_COLUMN_ELEMENT_B(column, k + 1, k + 1) = -u * u - 2 * spread;
    if (i > 0) SM_COLUMN_ELEMENT_B(column, k - 1, k + 1) = spread;
    if (i < cells - 1) SM_COLUMN_ELEMENT_B(column, k + 3, k + 1) = spread;
  }
  return 0;
}

#ifdef WITH_KLU
static int sparse(realtype t, N_Vector states, N_Vector f, SUNMatrix J, void *data, N_Vector a, N_Vector b, N_Vector c) {
  const double *y = N_VGetArrayPointer(states);
  sunindextype *start = SUNSparseMatrix_IndexPointers(J), *row = SUNSparseMatrix_IndexValues(J);
  double *value = SUNSparseMatrix_Data(J);
  sunindextype at = 0;
#define ENTRY(r, x) (row[at] = (r), value[at++] = (x))
  for (int k = 0; k < 2 * cells; k++) {
    const double u = y[k - k % 2], v = y[k - k % 2 + 1];
    start[k] = at;
    if (k > 1) ENTRY(k - 2, spread);
    if (k % 2 == 0) {
      ENTRY(k, 2 * u * v - 4 - 2 * spread);
      ENTRY(k + 1, 3 - 2 * u * v);
    } else {
      ENTRY(k - 1, u * u);
      ENTRY(k, -u * u - 2 * spread);
    }
    if (k < 2 * cells - 2) ENTRY(k + 2, spread);
  }
  start[2 * cells] = at;
  return 0;
}
#endif

/** u in the middle at t = 10. */
static double run(int klu, double rtol) {
  const int n = 2 * cells;
  N_Vector y = N_VNew_Serial(n, context);
  double *v = N_VGetArrayPointer(y);
  for (int i = 0; i < cells; i++) {
    v[2 * i] = 1 + sin(2 * M_PI * (i + 1) / (cells + 1));
    v[2 * i + 1] = 3;
  }
  void *cvode = CVodeCreate(CV_BDF, context);
  CVodeInit(cvode, flow, 0, y);
  CVodeSStolerances(cvode, rtol, rtol * 1e-3);
  CVodeSetMaxNumSteps(cvode, 1000000);
  SUNMatrix J = NULL;
  SUNLinearSolver solver = NULL;
#ifdef WITH_KLU
  if (klu) {
    J = SUNSparseMatrix(n, n, 4 * n, CSC_MAT, context);
    solver = SUNLinSol_KLU(y, J, context);
  }
#endif
  if (!klu) {
    J = SUNBandMatrix(n, 2, 2, context);
    solver = SUNLinSol_Band(y, J, context);
  }
  CVodeSetLinearSolver(cvode, solver, J);
#ifdef WITH_KLU
  CVodeSetJacFn(cvode, klu ? sparse : band);
#else
  CVodeSetJacFn(cvode, band);
#endif
  realtype t;
  double middle[1001];
  for (int k = 1; k <= 1000; k++) {
    CVode(cvode, k * 0.01, y, &t, CV_NORMAL);
    middle[k] = v[2 * (cells / 2)];
  }
  CVodeGetNumSteps(cvode, &steps);
  N_VDestroy(y);
  CVodeFree(&cvode);
  SUNLinSolFree(solver);
  SUNMatDestroy(J);
  return middle[1000];
}

int main(void) {
  const int sizes[] = {200, 1000, 2000};
  SUNContext_Create(NULL, &context);
  for (int s = 0; s < 3; s++) {
    char size[16];
    double end = 0;
    cells = sizes[s] / 2;
    spread = 0.02 * (cells + 1) * (cells + 1);
    snprintf(size, sizeof size, "%d", sizes[s]);
    TIMEIT("stiff", "CVODE band", size, { end = run(0, 1e-6); }, end);
    fprintf(stderr, "%d: %ld steps\n", sizes[s], steps);
#ifdef WITH_KLU
    TIMEIT("stiff", "CVODE KLU", size, { end = run(1, 1e-6); }, end);
#endif
  }
}
