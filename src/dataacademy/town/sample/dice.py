"""Chance that falls the same on every machine: raw bits of PCG64 and plain arithmetic, no library function.

numpy promises the raw bits of its bit generators, not the streams of its distributions; ``exp`` and ``log`` differ in
the last digit between processors.  So the distributions here are made of additions, products and comparisons.
"""

from __future__ import annotations

import zlib
from itertools import accumulate

import numpy as np

_LN2 = 0.6931471805599453


def exp(x) -> np.ndarray:
    """e to the power of x, by plain arithmetic.

    >>> bool(np.allclose(exp([-3.0, 0.0, 1.5]), np.exp([-3.0, 0.0, 1.5]), rtol=1e-14))
    True
    """
    x = np.asarray(x, dtype=float)
    k = np.rint(x / _LN2)
    r = x - k * _LN2
    total = np.ones_like(r)
    for n in range(17, 0, -1):
        total = 1.0 + total * r / n
    return np.ldexp(total, k.astype(int))


def log(x) -> np.ndarray:
    """The natural logarithm of positive x, by plain arithmetic.

    >>> bool(np.allclose(log([0.01, 1.0, 50.0]), np.log([0.01, 1.0, 50.0]), rtol=1e-14))
    True
    """
    m, e = np.frexp(np.asarray(x, dtype=float))
    s = (m - 1.0) / (m + 1.0)
    square = s * s
    total = np.zeros_like(s)
    for n in range(41, 0, -2):
        total = total * square + 1.0 / n
    return 2.0 * s * total + e * _LN2


class Dice:
    """A stream of chance of its own for every part of the town, so that parts do not disturb each other.

    >>> Dice(1, "survey").uniform(2).tolist() == Dice(1, "survey").uniform(2).tolist()
    True
    >>> Dice(1, "survey").uniform(2).tolist() == Dice(1, "waste").uniform(2).tolist()
    False
    """

    def __init__(self, seed: int, part: str):
        self._bits = np.random.PCG64([seed, zlib.crc32(part.encode())])

    def uniform(self, n: int) -> np.ndarray:
        """``n`` numbers in [0, 1)."""
        return (self._bits.random_raw(n) >> np.uint64(11)) * 2.0**-53

    def below(self, n: int, high) -> np.ndarray:
        """``n`` whole numbers from 0 to ``high`` − 1 (``high`` may be an array)."""
        return np.floor(self.uniform(n) * high).astype(np.int64)

    def chance(self, p) -> np.ndarray:
        """True with probability ``p`` (array), each for itself."""
        p = np.asarray(p, dtype=float)
        return self.uniform(p.size).reshape(p.shape) < p

    def normal(self, n: int) -> np.ndarray:
        """``n`` numbers of mean 0, variance 1: the sum of twelve uniform ones (never beyond ±6)."""
        total = self.uniform(n)
        for _ in range(11):
            total = total + self.uniform(n)
        return total - 6.0

    def exponential(self, n: int) -> np.ndarray:
        """``n`` waiting times of mean 1."""
        return -log(1.0 - self.uniform(n))

    def choose(self, n: int, weights) -> np.ndarray:
        """``n`` positions, each with a chance in proportion to its weight."""
        sums = np.array(list(accumulate(map(float, weights))))  # numpy's sum may add in another order elsewhere
        return np.searchsorted(sums[:-1], self.uniform(n) * sums[-1], side="right")

    def choose_each(self, weights: np.ndarray) -> np.ndarray:
        """One position for each row of ``weights`` (rows × choices)."""
        sums = np.cumsum(np.asarray(weights, dtype=float), axis=1)
        u = self.uniform(len(sums)) * sums[:, -1]
        return (sums[:, :-1] <= u[:, None]).sum(axis=1)

    def poisson(self, mean) -> np.ndarray:
        """Counts with the given means (array); above a mean of 40 the rounded normal distribution."""
        mean = np.asarray(mean, dtype=float)
        counts = np.zeros(mean.shape, dtype=np.int64)
        small = mean <= 40
        u = self.uniform(mean.size).reshape(mean.shape)
        m = np.where(small, mean, 0.0)
        term = exp(-m)
        total, k = term.copy(), 0
        open_ = small & (u >= total)
        while open_.any() and k < 400:
            k += 1
            term = term * m / k
            total = total + term
            counts[open_] = k
            open_ = open_ & (u >= total)
        large = np.rint(mean + np.sqrt(mean) * self.normal(mean.size).reshape(mean.shape))
        return np.where(small, counts, np.maximum(large, 0)).astype(np.int64)

    def order(self, n: int) -> np.ndarray:
        """The positions 0 … n−1 in a chance order."""
        return np.argsort(self._bits.random_raw(n), kind="stable")

    def sample(self, n: int, size: int) -> np.ndarray:
        """``size`` different positions of ``n``, in ascending order."""
        return np.sort(self.order(n)[:size])
