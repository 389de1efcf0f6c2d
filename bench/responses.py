"""SciPy's frequency response, numpy's roots of a locus, and python-control's own, of the same 20-state system."""
import numpy as np, scipy.signal as sg
from pb import timeit

k = np.arange(10)
half = -0.1 - 0.05 * k + 1j * (1 + k)
poles = np.concatenate([half, half.conj()])
zeros = np.array([-1, -2 + 3j, -2 - 3j])
A, B, C, D = sg.zpk2ss(zeros, poles, 1e6)
w = np.logspace(-2, 3, 1000)
gains = np.logspace(-3, 3, 500)
timeit("bode", "scipy", "bode", "n=20 ", lambda: sg.bode((A, B, C, D), w), runs=15)
timeit("rlocus", "numpy", "rlocus", "n=20 ", lambda: [np.linalg.eigvals(A - k * B @ C) for k in gains], runs=15)
try:
    import control

    system = control.ss(A, B, C, D)
    timeit("bode", "control", "control bode", "n=20 ", lambda: control.frequency_response(system, w), runs=9)
except ImportError:
    pass
