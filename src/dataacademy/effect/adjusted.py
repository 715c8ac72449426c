"""The effect of a lot by least squares, with what was known before held equal, and errors that do not flatter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dataacademy.errors import DataAcademyError


@dataclass(frozen=True)
class Effect:
    """The treated minus the control: estimate, standard error, degrees of freedom, and the level of the control."""

    estimate: float
    se: float
    df: float
    control: float


def lin(y: np.ndarray, treated: np.ndarray, x: np.ndarray, weights: np.ndarray, cluster: np.ndarray | None) -> Effect:
    """Lin (2013): y on treatment, centred ``x`` (n × k, k may be 0) and their products, so each arm has its own slopes.

    Errors: HC2 (Neyman's own without ``x``; Welch's degrees of freedom then, else n − 2 − 2k).  With ``cluster``: CR2
    with the degrees of freedom of Bell & McCaffrey (2002).
    """
    t = treated.astype(float)
    centre = x - np.average(x, axis=0, weights=weights) if x.shape[1] else x
    kept = _independent(centre, weights)
    centre = centre[:, kept]
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(len(y)), t, centre, t[:, None] * centre]) * root[:, None]
    n, k = design.shape
    if n <= k or np.linalg.matrix_rank(design / np.linalg.norm(design, axis=0), tol=1e-9) < k:
        raise _too_many(n, k)
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ (design.T @ (y * root))
    left = y * root - design @ beta
    if cluster is None:
        leverage = np.einsum("ij,jk,ik->i", design, bread, design)
        if leverage.max() > 1 - 1e-9:  # a coefficient that rests on a single row: its error cannot be known
            raise _too_many(n, k)
        scores = design * (left / np.sqrt(1 - leverage))[:, None]
        parts = (scores @ bread[1]) ** 2
        variance, df = parts.sum(), n - k
        if not centre.shape[1] and variance > 0:
            sides = [(parts[s].sum(), s.sum()) for s in (treated, ~treated)]
            df = variance**2 / sum(v**2 / (m - 1) for v, m in sides)
    else:
        variance, df = _clustered(design, left, bread, cluster)
    return Effect(float(beta[1]), float(np.sqrt(variance)), float(df), float(beta[0]))


def _too_many(n: int, k: int) -> DataAcademyError:
    return DataAcademyError(
        "too_many_covariates",
        f"{n:,} 件に対して、そろえる列が多すぎるか、一方の群に一件以下しかない区分があります（係数 {k} 個）。",
        f"{n} rows cannot carry {k} coefficients, or a category has no more than one row in one of the arms.",
        fix="そろえる列を減らすか、まれな区分をまとめてください。",
        fix_en="Hold fewer columns fixed, or join rare categories.",
    )


def without_covariates(y: np.ndarray, x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What is left of ``y`` after a line on ``x`` over both arms together."""
    root = np.sqrt(weights)[:, None]
    design = np.column_stack([np.ones(len(y)), x])
    beta = np.linalg.lstsq(design * root, y * root[:, 0], rcond=None)[0]
    return y - design @ beta


def _independent(centre: np.ndarray, weights: np.ndarray) -> list[int]:
    """Columns that are not sums of earlier ones (the last level of every category is)."""
    kept: list[int] = []
    scaled = centre * np.sqrt(weights)[:, None]
    basis = np.zeros((len(scaled), 0))
    for j in range(scaled.shape[1]):
        rest = scaled[:, j] - basis @ (basis.T @ scaled[:, j])
        if np.linalg.norm(rest) > 1e-8 * max(np.linalg.norm(scaled[:, j]), 1e-300):
            basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
            kept.append(j)
    return kept


def _clustered(design: np.ndarray, left: np.ndarray, bread: np.ndarray, cluster: np.ndarray) -> tuple[float, float]:
    """Variance (CR2) and degrees of freedom of the second coefficient.

    A = (1 − H)^(−1/2) within each cluster, by the eigenvalues of its part of H; a direction that the cluster alone
    determines is left out.  Degrees of freedom: tr(B)²/‖B‖², B from equal and independent errors.
    """
    half = np.linalg.cholesky(bread)
    meat, trace, own, crossed = 0.0, 0.0, [], []
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.diff(cluster[order], prepend=-1))
    for rows in np.split(order, starts[1:]):
        piece = design[rows]
        u, s, _ = np.linalg.svd(piece @ half, full_matrices=False)
        inside = 1 - s**2
        factor = np.where(inside > 1e-9, 1 / np.sqrt(np.maximum(inside, 1e-9)), 0.0) - 1
        line = piece @ bread[1]
        p = line + u @ (factor * (u.T @ line))
        meat += (p @ left[rows]) ** 2
        own.append(p @ p)
        crossed.append(piece.T @ p)
    d, q = np.array(own), np.array(crossed)
    pull = np.einsum("gi,ij,gj->g", q, bread, q)
    trace = d.sum() - pull.sum()
    square = (d**2).sum() - 2 * (d * pull).sum() + np.trace(np.linalg.matrix_power(bread @ (q.T @ q), 2))
    return float(meat), float(trace**2 / square)
