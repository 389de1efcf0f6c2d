"""A Kalman filter and its smoother as loops over NumPy, as most scripts have them, on the peers' systems."""
import json, numpy as np
from pb import timeit

for n, m in ((4, 2), (20, 10)):
    d = {k: np.array(v) for k, v in json.load(open(f"systems/kf{n}.json")).items()}
    F, H, Q, R, Y = (d[k] for k in "FHQRY")
    T = len(Y)
    size = f"n={n} m={m} T=1e4"

    def kalman():
        x, P = np.zeros(n), np.eye(n)
        X, XP = np.empty((T, n)), np.empty((T, n))
        PF, PP = np.empty((T, n, n)), np.empty((T, n, n))
        for k in range(T):
            XP[k], PP[k] = x, P
            PHt = P @ H.T
            K = np.linalg.solve(H @ PHt + R, PHt.T).T
            x = x + K @ (Y[k] - H @ x)
            P = P - K @ PHt.T
            X[k], PF[k] = x, P
            x = F @ x
            P = F @ P @ F.T + Q
        return X, PF, XP, PP

    found = timeit("kalman", "numpy", "python loop", size, kalman, lambda q: float(np.abs(q[0][:, 0]).sum()))

    def rts():
        X, PF, XP, PP = found
        xs, Ps = X.copy(), PF.copy()
        for k in range(T - 2, -1, -1):
            G = np.linalg.solve(PP[k + 1], F @ PF[k]).T
            xs[k] += G @ (xs[k + 1] - XP[k + 1])
            Ps[k] += G @ (Ps[k + 1] - PP[k + 1]) @ G.T
        return xs, Ps

    timeit("rts", "numpy", "python loop (smoother only)", size, rts, lambda q: float(np.abs(q[0][:, 0]).sum()))
