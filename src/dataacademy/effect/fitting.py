"""Least squares with fixed effects, errors that allow for clusters, and the wild cluster bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from dataacademy.arguments import chance
from dataacademy.errors import DataAcademyError

WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
FEW_FOR_SIGNS = 12  # below this, two signs give too few different draws (Webb 2023)
DRAWS = 9999


@dataclass(frozen=True)
class Fit:
    """Coefficients of the columns of interest.

    estimate, covariance
        k numbers and k × k.
    df
        Degrees of freedom of Student's t: clusters − 1, or rows − coefficients.
    inside, outcome, controls
        The columns of interest and the outcome freed from the controls (times √weight), and an orthonormal basis of
        the controls, for the bootstrap.
    """

    estimate: np.ndarray
    covariance: np.ndarray
    df: int
    inside: np.ndarray
    outcome: np.ndarray
    controls: np.ndarray
    cluster: np.ndarray | None
    root: np.ndarray
    units: np.ndarray | None

    @property
    def se(self) -> np.ndarray:
        return np.sqrt(np.diag(self.covariance).clip(0))  # rounding may fall below zero


def fit(y, wanted, controls, *, weights, units=None, cluster=None) -> Fit:
    """Weighted least squares of ``y`` on ``wanted`` (n × k), ``controls`` (n × m) and, with ``units``, their levels.

    Without ``units`` the controls must hold the constant.  Errors: CR1 (G/(G−1)·(n−1)/(n−K)) if ``cluster`` is given,
    else HC1 (n/(n−K)).  K counts every coefficient except the levels of units that lie within one cluster each.
    """
    root, outcome, inside, basis, scale = freed(y, wanted, controls, weights=weights, units=units)
    if (scale == 0).any() or np.linalg.matrix_rank(inside / scale, tol=1e-8) < inside.shape[1]:
        raise DataAcademyError(
            "collinear",
            "「対象×始まった後」が、ほかにそろえた列から計算できてしまうので、効果を分けられません。",
            "The treatment can be computed from what is held fixed: its effect cannot be told apart.",
            fix="そろえる列（covariates）から、対象かどうか・前か後かを表す列を除いてください。",
            fix_en="Leave columns that say who is treated, or when, out of covariates.",
        )
    bread = np.linalg.inv(inside.T @ inside)
    estimate = bread @ (inside.T @ outcome)
    scores = inside * (outcome - inside @ estimate)[:, None]
    n, k = len(y), inside.shape[1] + basis.shape[1]
    if units is not None:
        nested = cluster is not None and _nested(units, cluster)
        k += 1 if nested else units.max() + 1
    if n <= k:
        raise DataAcademyError(
            "too_few_rows",
            f"{n} 行しかないのに、求める係数が {k} 個あります。",
            f"{n} rows for {k} coefficients.",
            fix="そろえる列を減らすか、時点や相手を増やしてください。",
            fix_en="Hold fewer columns fixed, or add periods or units.",
        )
    if cluster is None:
        meat, factor, df = scores.T @ scores, n / (n - k), n - k
    else:
        sums = np.zeros((cluster.max() + 1, scores.shape[1]))
        np.add.at(sums, cluster, scores)
        groups = len(sums)
        meat, factor, df = sums.T @ sums, groups / (groups - 1) * (n - 1) / (n - k), groups - 1
    return Fit(estimate, bread @ meat @ bread * factor, df, inside, outcome, basis, cluster, root, units)


def freed(y, wanted, controls, *, weights, units=None):
    """√weight, outcome and columns of interest freed from levels and controls, a basis of these, and column sizes."""
    root = np.sqrt(weights)
    y = _within(y[:, None], weights, units)[:, 0] * root
    wanted, controls = (_within(a, weights, units) * root[:, None] for a in (wanted, controls))
    basis = _basis(controls)
    inside = wanted - basis @ (basis.T @ wanted)
    return root, y - basis @ (basis.T @ y), inside, basis, np.linalg.norm(wanted, axis=0)


def _within(columns: np.ndarray, weights: np.ndarray, units) -> np.ndarray:
    """``columns`` (n × k) minus the weighted means of their units."""
    if units is None or not columns.shape[1]:
        return columns
    means = np.column_stack([np.bincount(units, weights * c) for c in columns.T])
    return columns - (means / np.bincount(units, weights)[:, None])[units]


def _basis(controls: np.ndarray) -> np.ndarray:
    """An orthonormal basis of the columns; those that repeat each other count once."""
    scale = np.linalg.norm(controls, axis=0)
    kept = controls[:, scale > 1e-9 * max(scale.max(initial=0), 1e-300)]
    if not kept.shape[1]:
        return np.zeros((len(controls), 0))
    u, s, _ = np.linalg.svd(kept / np.linalg.norm(kept, axis=0), full_matrices=False)
    return u[:, s > 1e-9 * s[0]]


def _nested(units: np.ndarray, cluster: np.ndarray) -> bool:
    first = np.full(units.max() + 1, -1)
    first[units] = cluster
    return bool((first[units] == cluster).all())


def wild_bootstrap(fitted: Fit, *, seed: int, kind: str | None = None) -> tuple[float, int, bool]:
    """p-value of the only coefficient by the wild cluster bootstrap, null imposed; number of draws; were all made.

    Cameron, Gelbach & Miller (2008): residuals under "no effect" get one random factor a cluster, and t (CR1) is
    compared with its draws.  Signs (Rademacher) or, below 12 clusters, Webb's six points; every combination is made
    where there are at most 10,000.
    """
    cluster, d = fitted.cluster, fitted.inside[:, 0]
    groups = cluster.max() + 1
    size = d @ d
    scores = np.zeros((groups, groups))  # [g, h]: what residuals of cluster h put into the score of cluster g
    for h in range(groups):
        piece = np.where(cluster == h, fitted.outcome, 0.0)
        piece = _within((piece / fitted.root)[:, None], fitted.root**2, fitted.units)[:, 0] * fitted.root
        piece = piece - fitted.controls @ (fitted.controls.T @ piece)
        scores[:, h] = np.bincount(cluster, d * piece, groups)
    weight = np.bincount(cluster, d * d, groups)
    kind = kind or ("webb" if groups < FEW_FOR_SIGNS else "rademacher")
    points = WEBB if kind == "webb" else np.array([-1.0, 1.0])
    exact = len(points) ** groups <= DRAWS + 1
    if exact:
        draws = np.array(list(product(points, repeat=groups)))
    else:
        draws = points[chance(seed).integers(len(points), size=(DRAWS, groups))]

    def t_of(v):
        effect = v @ scores.sum(axis=0) / size
        parts = v @ scores.T - effect[:, None] * weight
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.abs(effect) / np.sqrt((parts**2).sum(axis=1))

    # without effect and error t is 0 / 0: nothing is smaller than that
    t, drawn = (np.nan_to_num(t_of(v), nan=0.0, posinf=np.inf) for v in (np.ones((1, groups)), draws))
    beyond = int(np.sum(drawn >= t * (1 - 1e-9)))
    return (beyond if exact else beyond + 1) / (len(draws) if exact else len(draws) + 1), len(draws), exact
