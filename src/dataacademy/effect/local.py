"""Local polynomials at a cut-off: weights of the rows, errors from near neighbours, and the best bandwidths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NEIGHBOURS = 3
PILOT = 2.576  # Silverman-type constant of the triangular kernel
PENALTY = 3.0  # variance of an estimated bias, in the denominator, keeps bandwidths finite (Imbens & Kalyanaraman 2012)


@dataclass(frozen=True)
class Side:
    """One side of the cut-off: ``x`` (distance from it, in order) and ``y``."""

    x: np.ndarray
    y: np.ndarray

    def inside(self, h: float) -> Side:
        here = np.abs(self.x) <= h
        return Side(self.x[here], self.y[here])


def linear(x: np.ndarray, h: float, order: int, derivative: int = 0) -> np.ndarray:
    """Weights l with Σ lᵢyᵢ = the ``derivative``-th coefficient at 0 of a polynomial with a triangular kernel."""
    kernel = np.clip(1 - np.abs(x) / h, 0, None)
    powers = (x[:, None] / h) ** np.arange(order + 1)
    gram = powers.T @ (powers * kernel[:, None])
    return np.linalg.solve(gram, np.eye(order + 1)[derivative]) @ (powers * kernel[:, None]).T / h**derivative


def neighbour_errors(side: Side) -> np.ndarray:
    """Residuals of each row from the mean of its nearest rows (at least three, ties all taken), times √(J/(J + 1)).

    Σ lᵢ² eᵢ² is the variance of Σ lᵢyᵢ without believing in any curve (Abadie & Imbens 2006).
    """
    values, first, counts = np.unique(side.x, return_index=True, return_counts=True)
    sums = np.add.reduceat(side.y, first)
    enough = min(NEIGHBOURS, len(side.x) - 1)
    where = np.repeat(np.arange(len(values)), counts)
    total, size = np.empty(len(values)), np.empty(len(values))
    for i in range(len(values)):
        left = right = i
        n, s = counts[i] - 1, sums[i]
        while n < enough:
            down = values[i] - values[left - 1] if left > 0 else np.inf
            up = values[right + 1] - values[i] if right + 1 < len(values) else np.inf
            if down <= up:
                left -= 1
                n, s = n + counts[left], s + sums[left]
            if up <= down:
                right += 1
                n, s = n + counts[right], s + sums[right]
        total[i], size[i] = s, n
    j = size[where]
    return np.sqrt(j / (j + 1)) * (side.y - (total[where] - side.y) / j)


@dataclass(frozen=True)
class Jump:
    """The jump at the cut-off: the plain local linear estimate, and the one freed from its bias; with their errors."""

    plain: float
    plain_se: float
    corrected: float
    robust_se: float


def jump(left: Side, right: Side, h: float, b: float) -> Jump:
    """Right minus left: local linear with ``h``, bias by local quadratic with ``b``."""
    parts = []
    for side in (left, right):
        s = side.inside(max(h, b))
        plain = linear(s.x, h, 1)
        bias = (plain @ s.x**2) * linear(s.x, b, 2, 2)  # what curvature puts into the straight line at the cut-off
        e = neighbour_errors(s)
        parts.append((plain @ s.y, (plain**2) @ e**2, (plain - bias) @ s.y, ((plain - bias) ** 2) @ e**2))
    (p0, v0, c0, r0), (p1, v1, c1, r1) = parts
    return Jump(float(p1 - p0), float(np.sqrt(v0 + v1)), float(c1 - c0), float(np.sqrt(r0 + r1)))


def bandwidths(left: Side, right: Side) -> tuple[float, float]:
    """The bandwidths h and b with the smallest expected squared error of the jump and of its bias (one for both sides).

    Plug-in rule in three steps (Calonico, Cattaneo & Farrell 2020): pilot c for variances, then the bandwidths that
    are best for the fourth, third and second coefficients of the curves in turn.
    """
    x = np.concatenate([left.x, right.x])
    spread = min(x.std(ddof=1), np.subtract(*np.percentile(x, [75, 25])) / 1.349) or x.std(ddof=1)
    c = PILOT * spread * len(x) ** -0.2
    widest = max(np.abs(x))
    c = min(max(c, *(_reach(s, 10) for s in (left, right))), widest)
    d = _best(left, right, order=3, derivative=3, c=c, bias_bandwidth=None)
    d = min(max(d, *(_reach(s, 10) for s in (left, right))), widest)
    b = min(_best(left, right, order=2, derivative=2, c=c, bias_bandwidth=d), widest)
    b = max(b, *(_reach(s, 10) for s in (left, right)))
    h = min(_best(left, right, order=1, derivative=0, c=c, bias_bandwidth=b), widest)
    return max(h, *(_reach(s, 10) for s in (left, right))), b


def _reach(side: Side, count: int) -> float:
    """The distance that takes in ``count`` different values of ``x``."""
    different = np.unique(np.abs(side.x))
    return float(different[min(count, len(different)) - 1]) * (1 + 1e-9)


def _best(left, right, *, order: int, derivative: int, c: float, bias_bandwidth) -> float:
    """h = [(1 + 2ν)·V / (2(p + 1 − ν)·(B² + 3·Var B))]^(1/(2p + 3)), V and B of right minus left, both free of h."""
    variance, bias, doubt = 0.0, 0.0, 0.0
    for side, sign in ((left, -1), (right, 1)):
        s = side.inside(c)
        l = linear(s.x, c, order, derivative)  # noqa: E741
        variance += c ** (1 + 2 * derivative) * float((l**2) @ neighbour_errors(s) ** 2)
        factor = float(l @ s.x ** (order + 1)) / c ** (order + 1 - derivative)
        if bias_bandwidth is None:  # the highest step: one polynomial over the whole side
            coefficient = np.polynomial.Polynomial.fit(side.x, side.y, order + 1).convert().coef
            bias += sign * factor * (coefficient[-1] if len(coefficient) == order + 2 else 0.0)
        else:
            wide = side.inside(bias_bandwidth)
            m = linear(wide.x, bias_bandwidth, order + 1, order + 1)
            bias += sign * factor * float(m @ wide.y)
            doubt += factor**2 * float((m**2) @ neighbour_errors(wide) ** 2)
    top = (1 + 2 * derivative) * variance
    bottom = 2 * (order + 1 - derivative) * (bias**2 + PENALTY * doubt)
    return (top / bottom) ** (1 / (2 * order + 3)) if bottom > 0 else np.inf
