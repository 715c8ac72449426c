"""Period by period: were the treated and the others alike before, and how far apart are they after?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dataacademy.analysis import interval_words, number, p_words
from dataacademy.arguments import chance
from dataacademy.charts import frame
from dataacademy.charts.picture import Picture, remember
from dataacademy.effect.differences import MOST_FOR_BOOTSTRAP, SEED, count_clusters, dummies, pre_slope, total_clusters
from dataacademy.effect.fitting import fit
from dataacademy.effect.panel import Panel, panel
from dataacademy.effect.staggered import clusters_drawn, cohorts
from dataacademy.effect.study import Study, row_of
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_between
from dataacademy.labels import label_of
from dataacademy.styling import GRID, PALETTE, axes, finish, style


@dataclass(frozen=True)
class _Path:
    """Differences by period, relative to the last one before the start."""

    relative: np.ndarray
    estimate: np.ndarray
    covariance: np.ndarray
    df: float
    rows: np.ndarray


def event_study(
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
    detrend: bool = False,
    unit: str = "",
    confidence: float = 0.95,
    seed: int = SEED,
) -> Study:
    """The difference between treated and others in every period, against the last one before the start.

    The arguments are those of :func:`did`.

    detrend
        Take off the straight line on which the two groups moved apart before the start, continued after it.  The
        line must be believed to go on; its uncertainty is in the intervals.

    Table, one row a period: ``relative`` (periods since the start; −1 is the base), ``time, estimate, se, lower,
    upper, before`` (True/False).  With ``detrend`` only the periods after: how far the difference is from the line.
    Value: the mean of the estimates after the start, weighted by treated rows, in the unit of ``value``.
    Figures: ``estimate, se, lower, upper, p_value`` of the value; ``pre_statistic, pre_df, pre_p_value`` (F of all
    differences before being zero), ``pre_mean`` (their mean), ``pre_slope, pre_slope_p`` (their trend a period).

    Least squares on levels of units (or of the two groups) and of periods, and one product of treated and period for
    each period but the base; errors as in :func:`did`.  Treatment that begins at different times: effects of
    Callaway & Sant'Anna by time since each start, covariance by bootstrap of clusters.
    Errors: those of :func:`did`; ``too_few_before`` (fewer than two periods before, with ``detrend`` three),
    ``one_treated_cluster`` (no intervals), ``detrend_not_possible`` (different starts).
    Checked against R ``lm`` with ``sandwich`` (HC1, CR1) and csdid.
    When not to use: as a proof that the groups would have stayed parallel; a test that finds nothing has often too few
    rows to find anything.

    >>> import dataacademy as da
    >>> points = da.load("points").assign(joined=lambda t: t["points"] > 0)
    >>> finding = event_study(points, value="steps", treated="joined", time="month", id="user_id", unit="歩")
    >>> bool(abs(finding.value - 600) < 120), bool(finding.figures["pre_p_value"] > 0.05)
    (True, True)
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    p = panel(
        data, value=value, treated=treated, time=time, start=start, id=id, covariates=covariates, cluster=cluster,
        weights=weights,
    )  # fmt: skip
    return _study(p, value=value, detrend=detrend, unit=unit, confidence=confidence, seed=seed)


def _study(p: Panel, *, value: str, detrend: bool, unit: str, confidence: float, seed: int) -> Study:
    chance(seed)  # an odd seed is told, also where no chance is needed
    first = int(p.starts.max()) if not p.staggered else int(p.starts[p.starts > 0].max())
    if first < (3 if detrend else 2):
        raise DataAcademyError(
            "too_few_before",
            f"始まる前の時点が {first} つしかないので、前の動きをくらべられません。",
            f"Only {first} period(s) before the start: nothing to compare.",
            fix="もっと前の時点も入った表を使ってください。",
            fix_en="Use a table that reaches further back.",
        )
    if p.staggered and detrend:
        raise DataAcademyError(
            "detrend_not_possible",
            "始まりが相手によってちがうときは、detrend は使えません。",
            "With treatment that begins at different times, detrend cannot be used.",
            fix="始まりが同じものだけを選ぶか、detrend を外してください。",
            fix_en="Choose those that begin together, or leave detrend out.",
        )
    if p.cluster is not None and min(count_clusters(p)) < 2 and not p.staggered:
        raise DataAcademyError(
            "one_treated_cluster",
            "対象（またはくらべる相手）のまとまりが一つだけなので、時点ごとの区間は求められません。",
            "With one treated (or one untreated) cluster no interval can be had.",
            fix="対象が一つなら da.effect.synthetic_control か、順位を見る da.effect.did を使ってください。",
            fix_en="For one treated unit use da.effect.synthetic_control, or da.effect.did with its placebo rank.",
        )
    path = _staggered_path(p, seed) if p.staggered else _path(p, detrend)
    after = path.relative >= 0
    table = pd.DataFrame(_rows(p, path, confidence))
    share = path.rows[after] / path.rows[after].sum()
    estimate = float(share @ path.estimate[after])
    se = float(np.sqrt(max(share @ path.covariance[np.ix_(after, after)] @ share, 0)))
    figures = row_of(estimate, se, path.df, confidence)
    slope = None if p.staggered else pre_slope(p)
    if slope:
        figures |= {"pre_slope": slope["estimate"], "pre_slope_p": slope["p_value"]}
    apart, lines = False, []
    if not detrend:
        figures |= _leads(path)
        apart = figures["pre_p_value"] < 0.05 or bool(slope and slope["p_value"] < 0.05)
        lines.append(_lead_words(figures, slope, unit, apart))
    else:
        lines.append(
            f"始まる前、対象は 1 期に {number(slope['estimate'])}{unit} ずつ、"
            f"くらべる相手からはなれていました（{p_words(slope['p_value'])}）。"
            "それがまっすぐ続いたとみて、除いています。続かなかったなら、この値は当たりません。"
        )
    if p.cluster is not None and total_clusters(p) <= MOST_FOR_BOOTSTRAP:
        lines.append(f"まとまりが {total_clusters(p)} 個しかないので、区間と検定は大まかな目安です。")
    span = interval_words(figures["lower"], figures["upper"], confidence, unit=unit)
    size = f"平均 {number(estimate)}{unit}（{span}）です"
    if detrend:
        said = f"始まる前からの動きのちがいを除くと、始まった後の「{label_of(value)}」の差は{size}。"
    elif apart:
        said = (
            f"始まる前から、対象とくらべる相手の「{label_of(value)}」"
            f"は平行に動いていません。始まった後の差は{size}が、効果とはいえません。"
        )
    else:
        said = (
            f"始まった後の「{label_of(value)}」の差は、始まる直前とくらべて{size}。"
            "始まる前の動きに、はっきりしたちがいは見えません。"
        )
    return Study(
        table,
        estimate,
        said,
        f"Mean difference in {value} after the "
        f"start{', trend before taken off' if detrend else ''}: {number(estimate)} "
        f"({confidence:.0%} interval {number(figures['lower'])} to {number(figures['upper'])})."
        + (" The groups were not parallel before: not an effect." if apart else ""),
        used=p.used,
        left_out=p.left_out,
        figures=figures,
        assumptions=tuple(lines),
    )


def _path(p: Panel, detrend: bool) -> _Path:
    first, times = int(p.starts.max()), len(p.times.values)
    shown = [k for k in range(times) if (k >= first if detrend else k != first - 1)]
    here = np.array([[p.treated & (p.position == k)] for k in shown])[:, 0].T.astype(float)
    levels = [dummies(p.position)] if p.units is not None else [dummies(p.position), p.treated[:, None] * 1.0]
    if detrend:
        levels.append((p.treated * (p.position - first))[:, None].astype(float))
    fitted = fit(
        p.y, here, np.column_stack([p.covariates, *levels]), weights=p.weights, units=p.units, cluster=p.cluster
    )
    rows = (here * p.weights[:, None]).sum(axis=0)
    return _Path(np.array(shown) - first, fitted.estimate, fitted.covariance, fitted.df, rows)


def _staggered_path(p: Panel, seed: int) -> _Path:
    sums = cohorts(p)
    effects, size = sums.effects(clusters_drawn(p, seed))
    times = effects.shape[2]
    relative = np.arange(times)[None, :] - sums.begins[:, None]
    found, rows, kept = [], [], []
    for k in range(relative.min(), relative.max() + 1):
        here = (relative == k) & ~np.isnan(effects[0])
        if k == -1 or not here.any():
            continue
        w = size[:, :, None] * here
        with np.errstate(invalid="ignore", divide="ignore"):
            found.append((np.where(here, effects, 0) * w).sum(axis=(1, 2)) / w.sum(axis=(1, 2)))
        rows.append(w[0].sum())
        kept.append(k)
    draws = np.column_stack(found)
    whole = draws[1:][~np.isnan(draws[1:]).any(axis=1)]
    return _Path(np.array(kept), draws[0], np.atleast_2d(np.cov(whole.T)), np.inf, np.array(rows))


def _errors(path: _Path) -> np.ndarray:
    return np.sqrt(np.diag(path.covariance).clip(0))  # rounding may fall below zero


def _rows(p: Panel, path: _Path, confidence: float) -> list[dict]:
    names = p.times.called()
    first = int(p.starts.max())
    entries = {int(k): (e, s) for k, e, s in zip(path.relative, path.estimate, _errors(path), strict=True)}
    if min(entries) < 0:
        entries[-1] = (0.0, 0.0)
    out = []
    for k in sorted(entries):
        row = row_of(*entries[k], path.df, confidence)
        row.pop("p_value")
        when = {} if p.staggered else {"time": names[first + k]}
        out.append({"relative": k} | when | row | {"before": k < 0})
    return out


def _leads(path: _Path) -> dict[str, float]:
    from scipy.stats import f

    before = path.relative < 0
    b, v = path.estimate[before], path.covariance[np.ix_(before, before)]
    rank = int(np.linalg.matrix_rank(v, hermitian=True))
    wald = float(b @ np.linalg.pinv(v, hermitian=True) @ b) / max(rank, 1)
    mean = float(np.append(b, 0).mean())
    return {
        "pre_statistic": wald,
        "pre_df": rank,
        "pre_p_value": float(f.sf(wald, max(rank, 1), path.df if np.isfinite(path.df) else 1e9)),
        "pre_mean": mean,
    }


def _lead_words(figures: dict, slope: dict | None, unit: str, apart: bool) -> str:
    tested = f"始まる前の差がすべて 0 かの検定は {p_words(figures['pre_p_value'])}"
    if slope:
        tested += f"、前の差の動きは 1 期に {number(slope['estimate'])}{unit}（{p_words(slope['p_value'])}）"
    if apart:
        return f"{tested}で、前から平行ではありません。差の差の値は使えません。"
    level = f"直前を 0 とした、前の時点の差の平均は {number(figures['pre_mean'])}{unit} です"
    return (
        f"{tested}です。{level}（0 から離れているほど、直前だけが変わった値だった疑いがあり、後の差もその分ずれます）。"
        "ちがいが見つからないことは、"
        "平行だったという証明ではありません（件数が少ないと、ちがっていても見つかりません）。"
    )


def event_study_chart(
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
    title: str = "",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """The differences of :func:`event_study` with their intervals; left of the line they should lie on zero.

    The arguments and errors are those of :func:`event_study`.  A dashed line continues the trend before the start
    where there are three periods before.  Checked against the table of :func:`event_study`.
    When not to use: for readers who have never seen an interval; show the two means over time first.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> log = da.load("counter_log").assign(month=lambda t: t["date"].str[:7], port=lambda t: t["office"] != "本庁")
    >>> ax = event_study_chart(log, value="staff_minutes", treated="port", time="month", start="2025-10", unit="分")
    >>> da.charts.alt(ax).split("「")[0]
    '差の推移のグラフ'
    >>> pyplot.close(ax.figure)
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    p = panel(
        data, value=value, treated=treated, time=time, start=start, id=id, covariates=covariates, cluster=cluster,
        weights=weights,
    )  # fmt: skip
    found = _study(p, value=value, detrend=False, unit=unit, confidence=confidence, seed=seed)
    table = found.table
    k = table["relative"].to_numpy(float)
    with style():
        ax = axes(ax, (7.2, 4.2))
        ax.axhline(0, color="#8C8C8C", linewidth=1)
        ax.axvline(-0.5, color="#8C8C8C", linewidth=1, linestyle=":")
        reach = np.vstack([table["estimate"] - table["lower"], table["upper"] - table["estimate"]])
        before = table["before"].to_numpy()
        for here, colour in ((before, PALETTE[4]), (~before, PALETTE[0])):
            drawn = ax.errorbar(
                k[here], table["estimate"][here], reach[:, here], fmt="o", color=colour, capsize=3, linewidth=1.6
            )
        notes = ["左：始まる前（0 の線にそっていれば平行）、右：始まった後。縦線は" + f"{confidence:.0%}信頼区間"]
        if "pre_slope" in found.figures:
            slope = found.figures["pre_slope"]
            middle = table["estimate"][before].mean() - slope * k[before].mean()
            ax.plot(k, middle + slope * k, color=PALETTE[1], linewidth=1.4, linestyle="--")
            notes.append("破線：始まる前の動きをまっすぐのばした線")
        labels = table["time"] if "time" in table else [f"{int(v):+d}" if v else "0" for v in k]
        ax.set_xticks(k, labels)
        ax.yaxis.grid(True, **GRID)
        ax.yaxis.set_major_formatter(frame.Numbers())
        frame.name_axes(ax, label_of(time) if "time" in table else "始まってからの期", label_of("difference", unit))
        finish(ax, title=title or _title(found), source=source, notes=tuple(notes))
        frame.thin_ticks(ax)
    remember(drawn.lines[0], Picture("差の推移のグラフ", _words(found, unit)))
    return ax


def _title(found: Study) -> str:
    return found.sentence.split("。")[0]


def _words(found: Study, unit: str) -> tuple[str, ...]:
    before, after = (found.table[found.table["before"] == side]["estimate"] for side in (True, False))
    return (
        f"始まる前の差は {number(before.min())}{unit} から {number(before.max())}{unit}、"
        f"始まった後の差は {number(after.min())}{unit} から {number(after.max())}{unit}",
        found.sentence.rstrip("。"),
    )
