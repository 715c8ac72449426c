"""What somebody with pencil and paper (and a linear programme) can find out about hidden cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dataacademy.errors import DataAcademyError

CLOSE = 1e-6  # counts are whole numbers: what is closer than this is the same


def bounds(sums, published: np.ndarray, cells: np.ndarray, *, low: float = 0, high: np.ndarray | None = None):
    """Smallest and largest possible count of each of ``cells``, given all published ones.

    sums
        Matrix, cells × inner cells (see :class:`~dataacademy.privacy.grid.Grid`).
    published
        One number a cell, NaN where hidden (or not in the table).
    low, high
        What else is known: the least a hidden inner cell can be, and the most a cell can be (one number a cell).

    Two linear programmes a cell: min and max of y_c subject to Σ parts = total for every published total, y fixed where
    published, low ≤ y ≤ high.  Bounds are rounded inwards to whole numbers.  Error ``impossible_table``: no counts fit.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, vstack

    inner = sums.shape[1]
    alone = np.flatnonzero(np.diff(sums.indptr) == 1)
    least, most = np.full(inner, float(low)), np.full(inner, np.inf)
    at = sums.indices[sums.indptr[alone]]
    known = ~np.isnan(published[alone])
    least[at[known]] = most[at[known]] = published[alone][known]
    if high is not None:
        np.minimum.at(most, at[~known], high[alone][~known])
    totals = np.flatnonzero(~np.isnan(published) & (np.diff(sums.indptr) > 1))
    rows = [sums[totals]]
    capped = np.array([], int)
    if high is not None:
        capped = np.flatnonzero(np.isnan(published) & np.isfinite(high) & (np.diff(sums.indptr) > 1))
    out = np.empty((len(cells), 2))
    for i, cell in enumerate(cells):
        target = sums[[cell]].toarray()[0]
        for column, sign in ((0, 1), (1, -1)):
            done = linprog(
                sign * target,
                A_eq=csr_array(vstack(rows)) if len(totals) else None,
                b_eq=published[totals] if len(totals) else None,
                A_ub=sums[capped] if len(capped) else None,
                b_ub=high[capped] if len(capped) else None,
                bounds=np.column_stack([least, most]),
                method="highs",
            )
            if done.status not in (0, 3):
                raise DataAcademyError(
                    "impossible_table",
                    "公表された数に合う人数の組み合わせがありません。計と内訳が合わないか、伏せたマスの範囲の指定が狭すぎます。",
                    "No counts fit what is published; totals and parts disagree, or the known bounds are too narrow.",
                    fix="計と内訳の数、lower と upper の指定を確かめてください。",
                    fix_en="Check the totals, and lower and upper.",
                )
            out[i, column] = sign * done.fun if done.status == 0 else np.inf
    return np.ceil(out[:, 0] - CLOSE), np.floor(out[:, 1] + CLOSE)


@dataclass(frozen=True)
class Target:
    """A hidden cell must be able to lie ``level`` above (sign 1) or below (sign −1) its true count."""

    cell: int
    sign: int
    level: float


class Deviations:
    """Tables that agree with everything published: how far from the true one they can be.

    Deviations d of the inner cells satisfy d ≥ −(count − floor), and Σ d = 0 over the parts of every published total.
    Cells with a true count of 0 are published (``floor`` 1) or may not fall below 0 (``floor`` 0).
    """

    def __init__(self, sums, counts: np.ndarray, inner: np.ndarray, floor: int):
        self.sums, self.inner, self.floor = sums.toarray(), inner, floor
        self.room = np.maximum(counts[inner] - floor, 0)  # how far an inner cell can fall
        self.cell_room = self.sums @ self.room
        self.size = self.sums.sum(axis=1)

    def _system(self, hidden: np.ndarray):
        """Hidden inner cells; one published total for every different set of them; its equations."""
        columns = np.flatnonzero(hidden[self.inner])
        totals = np.flatnonzero(~hidden & (self.size > 1))
        totals = totals[np.argsort(self.size[totals], kind="stable")]
        part = self.sums[np.ix_(totals, columns)]
        packed = np.packbits(part > 0, axis=1)
        first = {}
        for row in np.flatnonzero(packed.any(axis=1)):
            first.setdefault(packed[row].tobytes(), row)
        rows = np.fromiter(first.values(), int, len(first))
        return columns, totals[rows], part[rows]

    def reached(self, hidden: np.ndarray, targets: list[Target]) -> np.ndarray:
        """For every target a table (deviations of the inner cells) that reaches it; NaN rows where none was found.

        One linear programme reaches for many targets at once; what it leaves over is tried again.
        """
        columns, totals, equations = self._system(hidden)
        n, m = len(columns), len(totals)
        out = np.full((len(targets), len(self.inner)), np.nan)
        for sign in (1, -1):
            left = [i for i, t in enumerate(targets) if t.sign == sign]
            while left:
                level, q = np.array([targets[i].level for i in left]), len(left)
                pick = self.sums[np.ix_([targets[i].cell for i in left], columns)] * sign
                found = _solved(
                    np.r_[np.zeros(n), -1 / level],
                    np.block([[pick, -np.eye(q)], [equations, np.zeros((m, q))]]),
                    np.zeros(q + m),
                    np.r_[np.full(q, np.inf), np.zeros(m)],
                    np.r_[-self.room[columns], np.zeros(q)],
                    np.r_[np.full(n, 1e7), level],
                )
                there = found[n:] >= level - CLOSE
                if not there.any():
                    break
                row = np.zeros(len(self.inner))
                row[columns] = found[:n]
                out[[i for i, ok in zip(left, there, strict=True) if ok]] = row
                left = [i for i, ok in zip(left, there, strict=True) if not ok]
        return out

    def reach(self, hidden: np.ndarray, target: Target) -> tuple[np.ndarray | None, np.ndarray | None]:
        """A table that reaches the target; or, if there is none, what every pattern must satisfy that allows one.

        The second is one coefficient a cell: Σ coefficient · hidden ≥ level (Fischetti & Salazar 2001, from the dual
        of the attacker's programme: s·t = r + Sᵀγ bounds the deviation by Σ r·d + Σ γ·(S d), whatever is hidden).
        """
        from scipy.optimize import linprog

        columns, totals, equations = self._system(hidden)
        n, m = len(columns), len(totals)
        done = linprog(
            np.r_[np.zeros(n), -1.0],
            A_ub=np.r_[-target.sign * self.sums[target.cell, columns], 1.0][None],
            b_ub=[0.0],
            A_eq=np.c_[equations, np.zeros(m)] if m else None,
            b_eq=np.zeros(m) if m else None,
            bounds=np.column_stack([np.r_[-self.room[columns], 0.0], np.r_[np.full(n, np.inf), target.level]]),
            method="highs",
        )
        if done.x[-1] >= target.level - CLOSE:
            row = np.zeros(len(self.inner))
            row[columns] = done.x[:n]
            return row, None
        gamma = -done.eqlin.marginals if m else np.zeros(0)
        r = target.sign * self.sums[target.cell] - self.sums[totals].T @ gamma
        need = np.zeros(len(self.sums))
        need[self.inner] = _coefficients(r, self.room, target.level)
        need[totals] += _coefficients(gamma, self.cell_room[totals], target.level)
        return None, need


def _solved(cost, matrix, low, high, least, most) -> np.ndarray:
    """min cost·x, low ≤ matrix·x ≤ high, least ≤ x ≤ most; always possible here (x = 0 is)."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    return milp(cost, constraints=LinearConstraint(matrix, low, high), bounds=Bounds(least, most)).x


def _coefficients(dual: np.ndarray, room: np.ndarray, level: float) -> np.ndarray:
    """How much a cell can help if hidden: as much as needed upwards, as much as it can fall downwards."""
    tiny = 1e-9
    return np.where(dual > tiny, level, np.where(dual < -tiny, np.minimum(level, -dual * room), 0.0))
