"""Shares under a design: their errors, intervals that stay within 0–100 %, and differences between groups."""

from __future__ import annotations

from functools import lru_cache

import numpy as np


def share_covariance(cov: np.ndarray, share: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Covariance between groups of the share of each answer (linearisation): G × G × A.

    cov
        Covariance of the weighted counts, G × A × G × A; ``share`` G × A within each group; ``base`` G (weighted).
    """
    same = np.einsum("gaha->gha", cov)
    left = np.einsum("gbha->gha", cov)  # covariance of the group's base with an answer of the other
    right = np.einsum("gahb->gha", cov)
    both = np.einsum("gahb->gh", cov)[:, :, None]
    p, q = share[:, None, :], share[None, :, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        return (same - p * left - q * right + p * q * both) / (base[:, None] * base[None, :])[:, :, None]


def t_quantile(confidence: float, df) -> float:
    """Two-sided quantile of t; of the normal distribution for very many degrees of freedom."""
    from scipy.special import stdtrit

    return float(stdtrit(np.maximum(df, 1), (1 + confidence) / 2))


def share_limits(share, se, n_effective, t: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits (0–1) on the logit scale, as R's ``svyciprop``; Wilson's on effective numbers where nobody or all say so.

    >>> low, high = share_limits(np.array([0.5, 0.0]), np.array([0.05, 0.0]), np.array([100.0, 100.0]), 1.96)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.403, 0.0], [0.597, 0.037])
    """
    share, se, n = (np.asarray(v, dtype=float) for v in (share, se, n_effective))
    z2 = t * t
    with np.errstate(invalid="ignore", divide="ignore"):
        logit, reach = np.log(share / (1 - share)), t * se / (share * (1 - share))
        low, high = 1 / (1 + np.exp(reach - logit)), 1 / (1 + np.exp(-reach - logit))
        edge = z2 / (n + z2)
    low, high = np.where(share <= 0, 0.0, low), np.where(share >= 1, 1.0, high)
    return np.where(share >= 1, 1 - edge, low), np.where(share <= 0, edge, high)


def pairwise(share: np.ndarray, cov: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Differences of the share between any two groups and their standard errors: G × G × A each."""
    variance = np.einsum("gga->ga", cov)
    with np.errstate(invalid="ignore"):
        se = np.sqrt(np.maximum(variance[:, None] + variance[None, :] - 2 * cov, 0))
    return share[:, None] - share[None, :], se


def against_rest(cov: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each group's share minus that of all the others, and its standard error: G × A each.

    cov
        Covariance of the weighted counts ``w`` (G × A), G × A × G × A.
    """
    with_all = cov.sum(axis=2)  # G × A × A: of a group's counts with those of everybody
    everybody = with_all.sum(axis=0)
    own = np.einsum("gagb->gab", cov)
    cross = with_all - own
    rest = everybody[None] - with_all - with_all.transpose(0, 2, 1) + own
    others = w.sum(axis=0)[None] - w
    b, r = w.sum(axis=1, keepdims=True), others.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = w / b, others / r
        variance = _diagonal(own, p, p) / b**2 + _diagonal(rest, q, q) / r**2 - 2 * _diagonal(cross, p, q) / (b * r)
        return p - q, np.sqrt(np.maximum(variance, 0))


def _diagonal(cov: np.ndarray, p: np.ndarray, q: np.ndarray) -> np.ndarray:
    whole = cov.sum(axis=(1, 2))[:, None]
    return np.einsum("gaa->ga", cov) - p * cov.sum(axis=1) - q * cov.sum(axis=2) + p * q * whole


@lru_cache(maxsize=64)
def _interaction(r: int, c: int) -> np.ndarray:
    """Contrasts of the interaction in an r × c table, freed from the main effects: rc × (r − 1)(c − 1)."""
    i, j = np.divmod(np.arange(r * c), c)
    rows, columns = np.eye(r)[i][:, 1:], np.eye(c)[j][:, 1:]
    main = np.column_stack([np.ones(r * c), rows, columns])
    both = (rows[:, :, None] * columns[:, None, :]).reshape(r * c, -1)
    return both - main @ np.linalg.lstsq(main, both, rcond=None)[0]


def rao_scott(share: np.ndarray, cov: np.ndarray, n: int, df: int) -> dict[str, float]:
    """Do rows and columns go together?  Rao and Scott's second-order test (1984), R's ``svychisq(statistic="F")``.

    share
        R × C shares of the whole, Σ = 1; no row or column empty.  ``cov``: their covariance, RC × RC.
    n, df
        Respondents in the table; units minus strata.

    Returns ``statistic`` (F), ``df1``, ``df2``, ``p_value``, ``design_effect`` (mean generalised design effect),
    ``pearson`` (X², weights scaled to n).
    """
    from scipy.special import fdtrc

    r, c = share.shape
    expected = np.outer(share.sum(axis=1), share.sum(axis=0))
    pearson = float(n * ((share - expected) ** 2 / expected).sum())
    contrast = _interaction(r, c)
    flat = share.ravel()
    inverse = np.divide(1, flat, out=np.zeros(r * c), where=flat > 0)
    weighted = contrast * inverse[:, None]
    effects = np.linalg.solve(contrast.T @ weighted / n, weighted.T @ cov @ weighted)
    trace = float(np.trace(effects))
    df1 = trace**2 / float(np.trace(effects @ effects))
    statistic = pearson / trace
    p = float(fdtrc(df1, df1 * df, statistic)) if df > 0 else float("nan")
    return {"statistic": statistic, "df1": df1, "df2": df1 * df, "p_value": p,
            "design_effect": trace / len(effects), "pearson": pearson}  # fmt: skip


def linear(cov: np.ndarray, w: np.ndarray, scores: np.ndarray) -> tuple[float, float]:
    """Mean score Σ s·p of the answers with weighted counts ``w`` (A), and its standard error (``cov`` A × A).

    >>> linear(np.diag([25.0, 25.0]), np.array([50.0, 50.0]), np.array([0.0, 1.0]))[0]
    0.5
    """
    base = w.sum()
    if base == 0:
        return float("nan"), float("nan")
    estimate = float(scores @ w / base)
    pull = (scores - estimate) / base
    return estimate, float(np.sqrt(max(pull @ cov @ pull, 0.0)))
