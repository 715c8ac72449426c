"""Counts of a twin: small ones changed by chance, scaled to another size, fitted to given sums; all whole numbers."""

from __future__ import annotations

import numpy as np

_ROUNDS, _CLOSE = 500, 1e-9


def unsmall(counts: np.ndarray, minimum: int, rng: np.random.Generator, fixed: int | None = None):
    """Counts from 1 to ``minimum`` − 1 become 0 or ``minimum`` (on average what they were); and how many there were.

    The position ``fixed`` (blanks) stays.  If nothing would be left, the counts stay as they are.
    """
    small = (counts > 0) & (counts < minimum)
    if fixed is not None:
        small[fixed] = False
    drawn = np.where(rng.random(counts.shape) < counts / minimum, minimum, 0)
    changed = np.where(small, drawn, counts)
    return (changed, int(small.sum())) if changed.sum() else (counts, 0)


def proportional(counts: np.ndarray, total: int) -> np.ndarray:
    """Whole numbers that add up to ``total``, in proportion to ``counts`` (largest remainders).

    >>> proportional(np.array([1, 1, 2]), 5).tolist()
    [1, 1, 3]
    """
    share = counts * (total / counts.sum())
    whole = np.floor(share + _CLOSE).astype(int)
    rest = np.argsort(-(share - whole), kind="stable")[: total - whole.sum()]
    whole[rest] += 1
    return whole


def joint(table: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """A whole-number table with the sums ``rows`` and ``columns``, as near to ``table`` as its zeros allow.

    Iterative proportional fitting (Deming & Stephan 1940), then controlled rounding (Cox 1987): every cell is rounded
    up or down, by a transport programme, whose vertices are whole numbers.  Where the zeros of ``table`` do not allow
    the sums, every cell may be a little above zero.
    """
    for start in (table.astype(float), table + 0.01):
        fitted = start
        for _ in range(_ROUNDS):
            fitted = fitted * _ratio(rows, fitted.sum(axis=1))[:, None]
            fitted = fitted * _ratio(columns, fitted.sum(axis=0))
            if np.abs(fitted.sum(axis=1) - rows).max() < 1e-6:
                return _rounded(fitted, rows, columns)
    return _rounded(np.outer(rows, columns) / rows.sum(), rows, columns)


def _ratio(wanted: np.ndarray, now: np.ndarray) -> np.ndarray:
    return np.divide(wanted, now, out=np.zeros(len(now)), where=now > 0)


def _rounded(fitted: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    whole = np.floor(fitted + 1e-6).astype(int)
    r, c = np.nonzero(fitted - whole > 1e-6)
    if not len(r):
        return whole
    n = np.arange(len(r))
    matrix = csr_array(
        (np.ones(2 * len(n)), (np.r_[r, len(rows) + c], np.r_[n, n])), shape=(len(rows) + len(columns), len(n))
    )
    need = np.r_[rows - whole.sum(axis=1), columns - whole.sum(axis=0)]
    done = linprog(-(fitted - whole)[r, c], A_eq=matrix, b_eq=need, bounds=(0, 1), method="highs-ds")
    whole[r, c] += np.rint(done.x).astype(int)
    return whole
