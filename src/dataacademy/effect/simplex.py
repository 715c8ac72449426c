"""Weights that are never negative and add up to one: the mix of columns that comes closest to a target."""

from __future__ import annotations

import numpy as np


def simplex_weights(target: np.ndarray, pool: np.ndarray, importance: np.ndarray | None = None) -> np.ndarray:
    """The w ≥ 0, Σw = 1 that minimise Σ vₖ(targetₖ − Σ poolₖⱼwⱼ)²  (``pool``: rows × donors; v: ``importance`` or 1).

    Exact: with M = pool − target, non-negative least squares of [M; δ1'] on [0; δ] has its minimum at a multiple of
    the wanted weights for every δ > 0, because the best multiple s of a mix u costs δ²‖Mu‖²/(‖Mu‖² + δ²), which grows
    with ‖Mu‖.

    >>> simplex_weights(np.array([1.0, 1.0]), np.array([[0.0, 2.0, 5.0], [0.0, 2.0, 1.0]])).round(6).tolist()
    [0.5, 0.5, 0.0]
    """
    from scipy.optimize import nnls

    gap = pool - target[:, None]
    if importance is not None:
        gap = gap * np.sqrt(importance)[:, None]
    size = np.linalg.norm(gap, axis=0)
    scale = size.min() if size.min() > 0 else size.max() or 1.0
    w, _ = nnls(
        np.vstack([gap / scale, np.ones(gap.shape[1])]), np.append(np.zeros(len(gap)), 1.0), maxiter=50 * gap.shape[1]
    )
    return w / w.sum()


def choose_importance(traits: np.ndarray, donors: np.ndarray, before: np.ndarray, pool: np.ndarray) -> np.ndarray:
    """Weights from traits, each trait as important as makes the mix follow ``before`` best (Nelder–Mead)."""
    from scipy.optimize import minimize

    def miss(log_v: np.ndarray) -> float:
        v = np.exp(log_v - log_v.max())
        return float(np.mean((before - pool @ simplex_weights(traits, donors, v)) ** 2))

    # the other start: how well each trait alone tells the outcome before the start, over all units
    means = np.append(pool.mean(axis=0), before.mean())
    with np.errstate(invalid="ignore"):
        told = [abs(np.corrcoef(row, means)[0, 1]) for row in np.column_stack([donors, traits])]
    starts = [np.zeros(len(traits)), np.log(np.clip(np.nan_to_num(told), 1e-3, None))]
    if len(traits) == 1:
        return simplex_weights(traits, donors)
    options = {"xatol": 1e-6, "fatol": 1e-12, "maxiter": 200 * len(traits)}
    found = [minimize(miss, s, method="Nelder-Mead", options=options) for s in starts]
    best = min(found, key=lambda r: r.fun).x
    return simplex_weights(traits, donors, np.exp(best - best.max()))
