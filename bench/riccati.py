"""SciPy's Riccati solvers, Lyapunov solver and eigenvalues on the peers' systems: times, and what is left of the equations."""
import json, sys, numpy as np, scipy.linalg as sl
from pb import emit, timeit

norm = np.linalg.norm


def left(A, B, Q, R, X, discrete):
    """Frobenius norm of what is left, relative to the sum of the norms of the terms."""
    XA = X @ A
    cross = B.T @ XA if discrete else B.T @ X
    weight = R + B.T @ X @ B if discrete else R
    quadratic = cross.T @ np.linalg.solve(weight, cross)
    first, second = (A.T @ XA, -X) if discrete else (XA, XA.T)
    return norm(first + second + Q - quadratic) / (norm(first) + norm(second) + norm(Q) + norm(quadratic))


for n in (10, 50, 200):
    d = {k: np.array(v) for k, v in json.load(open(f"systems/are{n}.json")).items()}
    A, As, B, Q, R = (d[k] for k in ("A", "As", "B", "Q", "R"))
    size = f"n={n} "
    runs = 5 if n == 200 else 25
    for name, solve in (("care", sl.solve_continuous_are), ("dare", sl.solve_discrete_are)):
        X = timeit(name, "scipy", name, size, lambda: solve(A, B, Q, R), runs=runs)
        emit(bench=name, lib="scipy", fn=f"residual of {name}", size=size, err=left(A, B, Q, R, X, name == "dare"))
    timeit("lyap", "scipy", "lyap", size, lambda: sl.solve_continuous_lyapunov(As, -Q), runs=runs)
for n in (10, 50, 100, 200):
    A = np.array(json.load(open(f"systems/are{n}.json"))["A"])
    timeit("eig", "numpy", "eig", f"n={n} ", lambda: np.linalg.eigvals(A), runs=25)
