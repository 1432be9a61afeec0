"""numpy's matrix products (OpenBLAS), vector functions, random numbers and eigenvectors (LAPACK)."""
import re

import numpy as np

from common import Peer


class Kernel(Peer):
    def __init__(self, options, once, units):
        super().__init__(options)
        self.once, self.times = once, max(1, int(units[0]))
        self.scale = 1.0 / (self.times * units[1])

    def warm_up(self):
        self.once()
        return False

    def run(self):
        for _ in range(self.times):
            self.once()


def matmul(shape):
    m, k, n = (int(x) for x in re.findall(r"\d+", shape))
    rng = np.random.default_rng(0)
    turned = shape.startswith(("transposed", "gram"))
    a = rng.standard_normal((k, m) if turned else (m, k), np.float32)
    b = rng.standard_normal((k, n), np.float32)
    out = np.empty((m, n), np.float32)
    left = a.T if turned else a
    return lambda: np.matmul(left, b, out=out), (4e9 / (2.0 * m * k * n), 1)


def vector(name):
    values = (np.abs(np.random.default_rng(0).standard_normal(65536)) + 0.01).astype(np.float32)
    out = np.empty_like(values)
    function = getattr(np, name)
    return lambda: function(values, out=out), (500, 65536)


def random(name):
    rng = np.random.Generator(np.random.Philox(1))
    out = np.empty(1_000_000, np.float32)
    draw = rng.standard_normal if name == "gaussian" else rng.random
    return lambda: draw(dtype=np.float32, out=out), (1, 1_000_000)


def eigen(_):
    rows = np.random.default_rng(0).standard_normal((1000, 1000))
    matrix = rows @ rows.T / 1000
    return lambda: np.linalg.eigh(matrix), (1, 1)


def peer(family, method, options):
    once, units = {"matmul": matmul, "vector": vector, "random": random, "eigen": eigen}[family](method)
    return Kernel(options, once, units)
