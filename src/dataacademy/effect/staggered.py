"""Treatment that begins at different times: each starting group against those not yet treated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, interval_words, number, verdict
from dataacademy.arguments import chance
from dataacademy.effect.panel import Panel
from dataacademy.errors import DataAcademyError
from dataacademy.labels import label_of

DRAWS = 999
FEW_TREATED = 6  # with fewer treated units the bootstrap sees too little of their chance


@dataclass(frozen=True)
class Cohorts:
    """Sums by starting group and period: ``wide`` (units × periods), ``weight`` and ``start`` of every unit."""

    wide: np.ndarray
    weight: np.ndarray
    start: np.ndarray
    begins: np.ndarray

    def effects(self, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """ATT (draws × starts × periods), NaN where nobody is left to compare with, and the weight of each start.

        ``counts``: how often every unit is taken (draws × units).
        """
        w = counts * self.weight
        periods = self.wide.shape[1]
        out = np.full((len(counts), len(self.begins), periods), np.nan)
        size = np.zeros((len(counts), len(self.begins)))
        for i, begin in enumerate(self.begins):
            here = self.start == begin
            size[:, i] = w[:, here].sum(axis=1)
            change = self.wide - self.wide[:, [begin - 1]]
            for t in range(periods):
                other = ((self.start < 0) | (self.start > max(t, begin - 1))) & ~here
                if other.any() and t != begin - 1:
                    with np.errstate(invalid="ignore", divide="ignore"):
                        mine = w[:, here] @ change[here, t] / size[:, i]
                        theirs = w[:, other] @ change[other, t] / w[:, other].sum(axis=1)
                    out[:, i, t] = mine - theirs
        return out, size


def cohorts(p: Panel) -> Cohorts:
    """The Cohorts of a panel; errors where the method has no answer."""
    if p.terms:
        raise DataAcademyError(
            "covariates_not_possible",
            "始まりが相手によってちがうときは、covariates はまだ使えません。",
            "With treatment that begins at different times, covariates cannot be used.",
            fix="covariates を外すか、似た相手だけを選んでから求めてください。",
            fix_en="Leave covariates out, or choose comparable units first.",
        )
    n, periods = p.units.max() + 1, len(p.times.values)
    wide = np.zeros((n, periods))
    wide[p.units, p.position] = p.y
    weight = np.bincount(p.units, p.weights) / periods
    start = np.full(n, -1)
    start[p.units] = p.starts
    return Cohorts(wide, weight, start, np.unique(start[start >= 0]))


def clusters_drawn(p: Panel, seed: int) -> np.ndarray:
    """How often every unit is taken in each of 999 samples of clusters, the first row once each."""
    cluster = np.zeros(p.units.max() + 1, int)
    cluster[p.units] = p.cluster
    groups = cluster.max() + 1
    picks = chance(seed).multinomial(groups, np.full(groups, 1 / groups), size=DRAWS)
    return np.vstack([np.ones(groups, int), picks])[:, cluster]


def _averages(effects: np.ndarray, size: np.ndarray, begins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean effect after the start, by starting group (draws × starts), and over all treated unit-periods (draws)."""
    after = np.arange(effects.shape[2])[None, :] >= begins[:, None]
    known = after & ~np.isnan(effects)
    filled = np.where(known, effects, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        each = filled.sum(axis=2) / known.sum(axis=2)
        whole = (filled * size[:, :, None]).sum(axis=(1, 2)) / (known * size[:, :, None]).sum(axis=(1, 2))
    return each, whole


def staggered(p: Panel, *, value: str, unit: str, confidence: float, seed: int) -> Analysis:
    """The average effect on the treated, group by starting time."""
    from scipy.stats import norm

    sums = cohorts(p)
    effects, size = sums.effects(clusters_drawn(p, seed))
    each, whole = _averages(effects, size, sums.begins)
    reach = norm.ppf((1 + confidence) / 2)
    se = pd.DataFrame(each[1:]).std().to_numpy()  # without the draws in which a group came up empty
    table = pd.DataFrame(
        {
            "start_time": [p.times.called()[b] for b in sums.begins],
            "n": [int((sums.start == b).sum()) for b in sums.begins],
            "estimate": each[0],
            "se": se,
            "lower": each[0] - reach * se,
            "upper": each[0] + reach * se,
        }
    )
    estimate, error = float(whole[0]), float(pd.Series(whole[1:]).std())
    lower, upper = float(estimate - reach * error), float(estimate + reach * error)
    p_value = float(2 * norm.sf(abs(estimate) / error)) if error > 0 else np.nan
    lost = [p.times.called()[b] for b, e in zip(sums.begins, each[0], strict=True) if np.isnan(e)]
    left_out = [f"くらべる相手の残っていない {', '.join(lost)} に始まったもの"] if lost else []
    table = table[table["estimate"].notna()].reset_index(drop=True)
    table.loc[table["n"] == 1, ["se", "lower", "upper"]] = np.nan  # one unit tells nothing of its own chance
    alone = [name for name, n in zip(table["start_time"], table["n"], strict=True) if n == 1]
    treated = int((sums.start >= 0).sum())
    return Analysis(
        table,
        estimate,
        f"「{label_of(value)}」への効果は、始まりの時点ごとに、"
        f"まだ始まっていない相手とくらべて平均 {number(estimate)}{unit}"
        f"（{interval_words(lower, upper, confidence, unit=unit)}）で、{verdict(p_value, confidence, '効果')}。",
        f"Average effect on {value}, each starting group against those not yet treated: {number(estimate)} "
        f"({confidence:.0%} interval {number(lower)} to {number(upper)}).",
        used=p.used,
        left_out=(*p.left_out, *left_out),
        figures={
            "estimate": estimate,
            "se": error,
            "lower": lower,
            "upper": upper,
            "p_value": p_value,
            "clusters": int(p.cluster.max()) + 1,
            "repeats": DRAWS,
            "seed": seed,
        },
        assumptions=(
            f"始まりの時点が {len(sums.begins)} 通りあるので、"
            "一本の回帰（双方向固定効果）は使いません。先に始めたものを後から始めたものの"
            "比較相手にしてしまい、効果の符号まで変わることがあるためです。",
            *([f"{'、'.join(alone)} に始まったものは一つだけなので、その区間は出せません。"] if alone else []),
            *([f"対象が {treated} しかないので、全体の区間も大まかな目安です。"] if treated < FEW_TREATED else []),
            "何もしなければ、どの組も、まだ始まっていない相手と同じだけ動いたはずだとみています。",
        ),
    )
