/** The steps of the smoother over a Kalman filter in the module. */
import type { Body } from "../../wasm/encoder.ts";
import {
  addI,
  and,
  div,
  f64,
  i32,
  le,
  leI,
  load,
  loadSplat,
  loadV,
  ltI,
  mul,
  mulV,
  splat,
  store,
  storeV,
  subI,
  subV,
} from "../../wasm/instructions.ts";
import type { KernelLayout } from "./kernelLayout.ts";
import { combine, mirror, products } from "./products.ts";

/** J = Pp^-1 A P from A, kept (P) and next (Pp, changed); pivots must be above the number given. */
export function gain(body: Body, at: KernelLayout): void {
  const { N, V, inverses } = at;
  const least = body.param(0, "f64");
  const product = products(body);
  product({ rows: N, inner: N, cols: N, a: at.A, aRow: N, aInner: 1, b: at.kept, bRow: N, out: at.J, outRow: N });
  const [i, k, j, from] = [body.local("i32"), body.local("i32"), body.local("i32"), body.local("i32")];
  const [pivot, f] = [body.local("f64"), body.local("f64")];
  const [one, other, factor] = [body.local("v128"), body.local("v128"), body.local("v128")];
  const [rowBytes, diagonal, end] = [8 * N, 8 * N + 8, 8 * N * N];
  // k and i are the addresses of rows; `from` that of the pivot's column.
  body.set(k, i32(0));
  body.set(from, i32(0));
  body.loop((nextPivot) => {
    body.set(pivot, load(addI(k, from), 8 * at.next));
    body.when(le(pivot, least), () => body.leave(i32(0)));
    body.set(pivot, div(f64(1), pivot));
    body.run(store(from, 8 * inverses, pivot));
    body.set(i, addI(k, i32(rowBytes)));
    body.when(ltI(i, i32(end)), () => {
      body.loop((nextRow) => {
        body.set(f, mul(load(addI(i, from), 8 * at.next), pivot));
        body.set(factor, splat(f));
        // From the pair on that holds the pivot's column: what lies before it is not read again.
        body.set(j, and(from, i32(-16)));
        body.loop((next) => {
          body.run(
            storeV(
              addI(i, j),
              8 * at.next,
              subV(loadV(addI(i, j), 8 * at.next), mulV(factor, loadV(addI(k, j), 8 * at.next))),
            ),
          );
          body.set(j, addI(j, i32(16)));
          body.branch(next, ltI(j, i32(rowBytes)));
        });
        body.run(store(addI(i, from), 8 * V, f));
        body.set(i, addI(i, i32(rowBytes)));
        body.branch(nextRow, ltI(i, i32(end)));
      });
    });
    body.set(k, addI(k, i32(rowBytes)));
    body.set(from, addI(from, i32(8)));
    body.branch(nextPivot, ltI(k, i32(end)));
  });
  // Forward with the factors, back with the rows above the diagonal; four columns at a time.
  const column = body.local("i32");
  const left = body.local("i32");
  body.set(column, i32(0));
  body.loop((nextColumns) => {
    const triangle = (down: boolean): void => {
      body.set(i, i32(down ? rowBytes : (N - 1) * rowBytes));
      body.set(from, i32(down ? diagonal : (N - 1) * diagonal));
      body.loop((nextRow) => {
        body.set(one, loadV(addI(i, column), 8 * at.J));
        body.set(other, loadV(addI(i, column), 8 * at.J + 16));
        // j runs over the row of factors, k over the rows of J.
        body.set(j, down ? i : addI(from, i32(8)));
        body.set(left, down ? from : addI(i, i32(rowBytes)));
        body.set(k, down ? column : addI(addI(i, i32(rowBytes)), column));
        body.when(ltI(j, left), () => {
          body.loop((next) => {
            body.set(factor, loadSplat(j, 8 * (down ? V : at.next)));
            body.set(one, subV(one, mulV(factor, loadV(k, 8 * at.J))));
            body.set(other, subV(other, mulV(factor, loadV(k, 8 * at.J + 16))));
            body.set(j, addI(j, i32(8)));
            body.set(k, addI(k, i32(rowBytes)));
            body.branch(next, ltI(j, left));
          });
        });
        if (!down) {
          body.set(factor, loadSplat(subI(from, i), 8 * inverses));
          body.set(one, mulV(one, factor));
          body.set(other, mulV(other, factor));
        }
        body.run(storeV(addI(i, column), 8 * at.J, one));
        body.run(storeV(addI(i, column), 8 * at.J + 16, other));
        body.set(i, addI(i, i32(down ? rowBytes : -rowBytes)));
        body.set(from, addI(from, i32(down ? diagonal : -diagonal)));
        body.branch(nextRow, down ? ltI(i, i32(end)) : leI(i32(0), i));
      });
    };
    triangle(true);
    triangle(false);
    body.set(column, addI(column, i32(32)));
    body.branch(nextColumns, ltI(column, i32(rowBytes)));
  });
  body.leave(i32(1));
}

/** next = kept + J' D J. */
export function smooth(body: Body, at: KernelLayout): void {
  const { N, AP } = at;
  const product = products(body);
  product({ rows: N, inner: N, cols: N, a: at.J, aRow: 1, aInner: N, b: at.D, bRow: N, out: AP, outRow: N });
  product({
    rows: N,
    inner: N,
    cols: N,
    a: AP,
    aRow: N,
    aInner: 1,
    b: at.J,
    bRow: N,
    out: at.next,
    outRow: N,
    init: at.kept,
    lower: true,
  });
  mirror(body, at.next, N);
}

/** x += J' xn. */
export function carry(body: Body, at: KernelLayout): void {
  combine(body)(at.x, at.xn, at.N, at.J, at.N, at.x, false);
}
