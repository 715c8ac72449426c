"""Weights that are never negative and add up to one: the mix of columns that comes closest to a target."""

from __future__ import annotations

import numpy as np


def simplex_weights(target: np.ndarray, pool: np.ndarray) -> np.ndarray:
    """The w ≥ 0, Σw = 1 that minimise Σ (targetₖ − Σ poolₖⱼwⱼ)²  (``pool``: rows × donors).

    Exact: with M = pool − target, non-negative least squares of [M; δ1'] on [0; δ] has its minimum at a multiple of
    the wanted weights for every δ > 0, because the best multiple s of a mix u costs δ²‖Mu‖²/(‖Mu‖² + δ²), which grows
    with ‖Mu‖.

    >>> simplex_weights(np.array([1.0, 1.0]), np.array([[0.0, 2.0, 5.0], [0.0, 2.0, 1.0]])).round(6).tolist()
    [0.5, 0.5, 0.0]
    """
    from scipy.optimize import nnls

    gap = pool - target[:, None]
    size = np.linalg.norm(gap, axis=0)
    scale = size.min() if size.min() > 0 else size.max() or 1.0
    w, _ = nnls(
        np.vstack([gap / scale, np.ones(gap.shape[1])]), np.append(np.zeros(len(gap)), 1.0), maxiter=50 * gap.shape[1]
    )
    return w / w.sum()
