"""Difference in differences: the change of the treated minus the change of those who were not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy import weighted
from dataacademy.analysis import Analysis, interval_words, number, p_words, verdict
from dataacademy.arguments import chance
from dataacademy.effect.fitting import FEW_FOR_SIGNS, Fit, fit, freed, wild_bootstrap
from dataacademy.effect.panel import Panel, panel
from dataacademy.effect.staggered import staggered
from dataacademy.effect.study import digits_for, moved, row_of
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_between
from dataacademy.labels import label_of
from dataacademy.stats.regression import FEW_CLUSTERS

SEED = 20260401
MOST_FOR_BOOTSTRAP = 50  # with more clusters the ordinary errors do


def did(
    data,
    *,
    value: str,
    treated,
    time: str,
    start=None,
    id: str | None = None,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    weights: str | None = None,
    unit: str = "",
    confidence: float = 0.95,
    seed: int = SEED,
) -> Analysis:
    """The effect of a measure: how much more the treated changed than those who were not treated (差の差).

    treated
        A yes/no column: who belongs to the treated group (before as well as after ``start``), or, with ``id``, whether
        the treatment is on in this row.  With ``id`` also the name of one treated unit, or a list of names.
    time, start
        Column of numbers, dates or text such as ``2025-04``; the first period of the treatment, written alike.
    id
        Column that tells which area, office or person a row is about, one row a unit and period (a panel).  Without
        it rows are separate cases, and four means are compared.
    covariates
        Columns held fixed: numbers, or categories as dummies.
    cluster
        Column of what moves together (default: ``id``).  ``unit`` is the unit of ``value``.

    Method: least squares of ``value`` on treated, after and their product, or, with ``id``, on levels of units and of
    periods and treatment (two-way fixed effects).  Errors: CR1 by cluster with t of G − 1, otherwise HC1.  Up to 50
    clusters a wild cluster bootstrap with the null imposed (9,999 draws with ``seed``, all combinations where they are
    at most 10,000; Webb's weights below 12 clusters) gives ``p_wild``.  The interval is that of t, not of the
    bootstrap.  One treated (or one untreated) cluster: no interval can be given; for one treated, ``p_placebo`` ranks
    the effect among those of every untreated cluster taken as if it were treated.
    Treatment that begins at different times is not put into one regression, which would use those already treated for
    comparison (Goodman-Bacon 2021): each starting group is compared with those not yet treated, from its last period
    before (Callaway & Sant'Anna 2021), averaged over treated unit-periods, errors by bootstrap of clusters.

    Table: 対象, 比較 and 差の差: ``group, n_before, n_after, before_mean, after_mean, change``; staggered: one row
    a starting time: ``start_time, n, estimate, se, lower, upper``.  Value: the effect, in the unit of ``value``.
    Figures: ``estimate, se, lower, upper, p_value, df``, ``clusters, treated_clusters, p_wild``, ``p_placebo``, and
    with three periods before or more ``pre_slope, pre_slope_p``: how much faster than the others the treated moved.

    Errors: ``duplicate``, ``missing_periods``, ``no_untreated``, ``no_treated``, ``start_before_data``,
    ``start_after_data``, ``time_text``, ``status_not_group``, ``treatment_ends``, ``collinear``, ``one_cluster`` and
    those of :func:`~dataacademy.inputs.prepare`.
    Checked against R ``lm`` with ``sandwich`` (HC1, CR1), wildboottest (every sign combination) and csdid.
    When not to use: if the two groups moved apart already before (see :func:`event_study`), if only one group has a
    time before, or if the measure also reached those compared with.

    >>> import dataacademy as da
    >>> points = da.load("points")
    >>> points = points[points["month"] < "2026-01"].assign(joined=lambda t: t["wave"] == "first")
    >>> finding = did(points, value="steps", treated="joined", time="month", start="2025-10", id="user_id", unit="歩")
    >>> bool(finding.figures["lower"] < 600 < finding.figures["upper"]), finding.table["group"].tolist()
    (True, ['対象', '比較', '差の差'])
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    chance(seed)  # an odd seed is told, also where no chance is needed
    p = panel(
        data, value=value, treated=treated, time=time, start=start, id=id, covariates=covariates, cluster=cluster,
        weights=weights,
    )  # fmt: skip
    if p.staggered:
        return staggered(p, value=value, unit=unit, confidence=confidence, seed=seed)
    return two_groups(p, value=value, unit=unit, confidence=confidence, seed=seed)


def two_groups(p: Panel, *, value: str, unit: str, confidence: float, seed: int) -> Analysis:
    """The analysis where all treatment begins at once."""
    table = cells(p)
    fitted = fit_effect(p)
    counts = count_clusters(p)
    figures = row_of(fitted.estimate[0], fitted.se[0], fitted.df, confidence) | {"df": fitted.df}
    lines = []
    total = total_clusters(p)
    alone = p.cluster is not None and min(counts) == 1
    if total:
        figures |= {"clusters": total, "treated_clusters": counts[0]}
    if alone:
        figures |= dict.fromkeys(("se", "lower", "upper", "p_value"), np.nan)
        figures["p_placebo"], others = placebo(p, figures["estimate"])
        lines.append(_alone_words(counts, others, figures["p_placebo"]))
    elif total and total <= MOST_FOR_BOOTSTRAP:
        figures["p_wild"], draws, exact = wild_bootstrap(fitted, seed=seed)
        lines.append(_cluster_words(total, counts[0], draws, exact))
    slope = pre_slope(p)
    if slope is not None:
        figures["pre_slope"] = slope["estimate"]
        if alone:  # its error would rest on one unit
            lines.append(
                f"始まる前、対象は 1 期に {number(slope['estimate'])}{unit} "
                "ずつ、くらべる相手とちがう動きでした（0 に近いほどよい）。"
            )
        else:
            figures["pre_slope_p"] = slope["p_value"]
    apart = slope is not None and not alone and slope["p_value"] < 0.05
    estimate = figures["estimate"]
    sentence = _sentence(p, table, figures, value, unit, confidence, alone)
    if apart:
        sentence += (
            f"ただし、始まる前から対象は 1 期に {number(slope['estimate'])}{unit} "
            "ずつ、くらべる相手とちがう動きをしていました。"
            "この値は効果とはいえません（event_study で確かめてください）。"
        )
    elif slope is None:
        lines.append("始まる前の時点が 3 つないので、動きが前から平行だったかどうかは、この表では確かめられません。")
    if p.units is None:
        lines.append(
            "一行ずつを別々の件としています。対象と比較がそれぞれ一つの窓口や地区だけなら、その組だけに起きたほかのことは効果と見分けられず、区間にも入りません。"
        )
    return Analysis(
        table,
        float(estimate),
        sentence,
        f"Difference in differences of {value}: {number(estimate)}"
        + ("" if alone else f" ({confidence:.0%} interval {number(figures['lower'])} to {number(figures['upper'])})")
        + f", {len(p.y)} rows."
        + (" The groups moved apart already before: not an effect." if apart else ""),
        used=p.used,
        left_out=p.left_out,
        figures=figures,
        assumptions=(
            *lines,
            "何もしなければ、対象も比較と同じだけ動いたはずだ（平行な動き）とみています。前の動きが似ていても、そう言いきれるわけではありません。",
        ),
    )


def fit_effect(p: Panel) -> Fit:
    """The coefficient of treated × after."""
    controls = [p.covariates, *_levels(p)]
    if total_clusters(p) == 1:
        raise DataAcademyError(
            "one_cluster",
            "まとまり（cluster）が一つしかないので、標準誤差は求められません。",
            "There is a single cluster: no errors can be had.",
            fix="まとまりを示す列を確かめるか、cluster= を外してください。",
            fix_en="Check the column, or leave cluster= out.",
        )
    return fit(
        p.y, p.on[:, None].astype(float), np.column_stack(controls), weights=p.weights, units=p.units, cluster=p.cluster
    )


def _levels(p: Panel) -> list[np.ndarray]:
    if p.units is not None:
        return [dummies(p.position)]
    after = p.position >= p.starts.max()
    return [np.ones(len(p.y)), p.treated.astype(float), after.astype(float)]


def dummies(codes: np.ndarray) -> np.ndarray:
    """A column of 0/1 for every value."""
    return (codes[:, None] == np.unique(codes)[None, :]).astype(float)


def cells(p: Panel) -> pd.DataFrame:
    """The four means, their changes, and the difference of the changes (without covariates)."""
    after = p.position >= p.starts.max()
    rows = []
    for name, here in (("対象", p.treated), ("比較", ~p.treated)):
        before, later = (weighted.mean(p.y[here & w], p.weights[here & w]) for w in (~after, after))
        counts = {"n_before": int((here & ~after).sum()), "n_after": int((here & after).sum())}
        rows.append({"group": name} | counts | {"before_mean": before, "after_mean": later, "change": later - before})
    gap = {k: rows[0][k] - rows[1][k] for k in ("before_mean", "after_mean", "change")}
    return pd.DataFrame([*rows, {"group": "差の差"} | gap]).astype({"n_before": "Int64", "n_after": "Int64"})


def count_clusters(p: Panel) -> tuple[int, int]:
    """Clusters with anybody treated, and clusters with anybody untreated (a cluster may hold both)."""
    if p.cluster is None:
        return 0, 0
    return len(np.unique(p.cluster[p.treated])), len(np.unique(p.cluster[~p.treated]))


def total_clusters(p: Panel) -> int:
    """How many clusters there are; 0 for separate rows."""
    return 0 if p.cluster is None else int(p.cluster.max()) + 1


def placebo(p: Panel, estimate: float) -> tuple[float, int]:
    """p-value of the effect's size among the effects of the untreated clusters, each taken for treated in turn."""
    others = np.unique(p.cluster[~p.treated])
    others = others[~np.isin(others, np.unique(p.cluster[p.treated]))]
    if len(others) < 2:
        return np.nan, len(others)
    here = np.isin(p.cluster, others)
    after = (p.position >= p.starts.max())[here]
    as_if = p.cluster[here][:, None] == others[None, :]
    wanted = (as_if & after[:, None]) * 1.0
    y, weights = p.y[here], p.weights[here]
    if p.units is not None:  # the same levels whoever is taken: freed from them once
        controls = np.column_stack([p.covariates[here], dummies(p.position[here])])
        units = np.unique(p.units[here], return_inverse=True)[1]
        _, outcome, inside, _, _ = freed(y, wanted, controls, weights=weights, units=units)
        found = np.abs(inside.T @ outcome) / (inside**2).sum(axis=0)
    else:
        found = []
        for k in range(len(others)):
            controls = np.column_stack([p.covariates[here], np.ones(len(y)), as_if[:, k], after])
            found.append(abs(fit(y, wanted[:, [k]], controls, weights=weights).estimate[0]))
    return float((1 + np.sum(np.array(found) >= abs(estimate))) / (1 + len(others))), len(others)


def pre_slope(p: Panel) -> dict[str, float] | None:
    """How much faster the treated moved a period before the start, or None with fewer than three periods before."""
    first = int(p.starts.max())
    if first < 3:
        return None
    here = p.position < first
    t = p.position[here].astype(float)
    treated, units, cluster = p.treated[here], None, None
    if p.units is not None:
        units, levels = np.unique(p.units[here], return_inverse=True)[1], [dummies(p.position[here])]
    else:
        levels = [np.ones(len(t)), treated * 1.0, t]
    if p.cluster is not None and min(count_clusters(p)) > 1:
        cluster = np.unique(p.cluster[here], return_inverse=True)[1]
    controls = np.column_stack([p.covariates[here], *levels])
    try:
        fitted = fit(p.y[here], (treated * t)[:, None], controls, weights=p.weights[here], units=units, cluster=cluster)
    except DataAcademyError as error:
        if error.note.kind in ("collinear", "too_few_rows"):  # too little before the start to tell
            return None
        raise
    return row_of(fitted.estimate[0], fitted.se[0], fitted.df, 0.95)


def _alone_words(counts: tuple[int, int], others: int, p_value: float) -> str:
    who = "対象" if counts[0] == 1 else "くらべる相手"
    said = f"{who}のまとまりが一つだけなので、まとまりごとの標準誤差は使えません（小さく出すぎます）。"
    if np.isnan(p_value):
        return said
    return (
        said + f"代わりに、くらべる相手 {others} を一つずつ対象とみなした値の中での順位を見ました。"
        f"p値は {1 / (1 + others):.3g} より小さくなりません。"
    )


def _cluster_words(total: int, treated: int, draws: int, exact: bool) -> str:
    kind = "Webbの6点" if total < FEW_FOR_SIGNS else "正負の符号"
    how = f"組み合わせ {draws:,} 通りすべて" if exact else f"{draws:,} 回の引き直し"
    few = (
        f"まとまりが {total} 個（対象のいるもの {treated}）しかないので、区間は実際より狭く出ている恐れがあります。"
        if total < FEW_CLUSTERS
        else ""
    )
    two = "対象のまとまりが少ないので、どちらのp値も大まかな目安です。" if treated < 3 else ""
    return (
        f"{few}{two}p値（まとまりごとの引き直し）は、"
        f"まとまりごとに残差の符号や大きさを変えて作り直した値です（{kind}、{how}）。"
    )


def held_words(p: Panel) -> str:
    """The names of what is held fixed."""
    return "".join(f"「{label_of(name)}」" for name in dict.fromkeys(term.split(" = ")[0] for term in p.terms))


def _sentence(p, table, figures, value, unit, confidence, alone) -> str:
    treated, control = (table["change"].iloc[i] for i in (0, 1))
    estimate = figures["estimate"]
    places = digits_for(treated, control, estimate)
    gap, control = round(estimate, places), round(control, places)
    if p.terms:
        changes = f"対象は {moved(treated, unit, places)}、比較は {moved(control, unit, places, end=True)}"
        parts = f"始まった後、{changes}。{held_words(p)}をそろえた差は "
    else:  # the parts add up as printed
        changes = f"対象は {moved(control + gap, unit, places)}、比較は {moved(control, unit, places, end=True)}"
        parts = f"始まった後、{changes}。差は "
    size = f"{gap:,.{places}f}{unit}"
    if alone:
        rank = (
            ""
            if np.isnan(figures["p_placebo"])
            else "です。対象が一つだけなので区間は出せません（くらべる相手を対象とみなした値の中の順位で "
            f"{p_words(figures['p_placebo'])}）"
        )
        tail = rank or "です。対象かくらべる相手が一つだけなので、偶然かどうかは分かりません"
    else:
        p_value = figures.get("p_wild", figures["p_value"])
        tail = (
            f"（{interval_words(figures['lower'], figures['upper'], confidence, unit=unit)}）"
            f"で、{verdict(p_value, confidence)}"
        )
    return f"「{label_of(value)}」は、{parts}{size}{tail}。"
