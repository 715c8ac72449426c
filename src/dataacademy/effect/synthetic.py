"""Synthetic control: a mix of untreated units that moved like the treated one before, and what it did after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dataacademy.analysis import number
from dataacademy.effect.checks import listed
from dataacademy.effect.panel import Panel, panel, treated_column
from dataacademy.effect.simplex import simplex_weights
from dataacademy.effect.study import Study
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import prepare
from dataacademy.labels import label_of

POOR = 0.25  # a fit before that misses by more than this share of the treated unit's own spread is called poor


@dataclass(frozen=True)
class Units:
    """The treated unit and its donors.

    ``y``: periods × units; ``names``; ``treated``: its number; ``first``: the first period with the treatment.

    ``traits``: predictors × units, or None.
    """

    y: np.ndarray
    names: list
    treated: int
    first: int
    traits: np.ndarray | None
    p: Panel

    def donors(self, of: int, without: int | None = None) -> list[int]:
        """The units that ``of`` may be mixed from: never the treated one."""
        return [j for j in range(len(self.names)) if j not in (of, self.treated, without)]

    def mix(self, of: int, donors: list[int], first: int | None = None) -> np.ndarray:
        """The weights of ``donors``."""
        rows = self.y[: self.first if first is None else first]
        if self.traits is not None:  # each trait counts as much as the whole course before, both in their own spread
            course = rows / (rows.std(axis=1, ddof=1).mean() * np.sqrt(len(rows)))
            rows = np.vstack([course, self.traits])
        return simplex_weights(rows[:, of], rows[:, donors])


def synthetic_control(
    data,
    *,
    value: str,
    id: str,
    time: str,
    treated,
    start,
    predictors: Sequence[str] = (),
    unit: str = "",
) -> Study:
    """What the treated unit would have done, from a weighted mix of untreated ones (合成対照).

    id, time
        One row a unit and period, every unit in every period; make rates first (per person and day).
    treated, start
        The name of the one treated unit (or a yes/no column), and its first period with the measure.
    predictors
        Columns whose means before the start are to be alike as well: each counts as much as the whole course of the
        outcome before the start, all in units of their spread among the units.

    Weights are ≥ 0, add up to 1 and minimise the sum of squared differences from the treated unit in every period
    before the start (Abadie, Diamond & Hainmueller 2010, with equal weight of periods); the result is exact and the
    same at every run.
    Table, one row a donor: ``id`` (under its own column name), ``weight, before_mean``.  ``tables``:
    ``counterfactual`` (``time, observed, counterfactual, gap``), ``placebos`` (``rmspe_before, rmspe_after, ratio,
    rank, average`` of every unit taken for the treated one), ``leave_one_out`` (``average`` without each donor that has
    weight), ``in_time`` (``time, observed, counterfactual, gap`` if the start had been in the middle of the time
    before, with six periods before or more).
    Value: mean effect after the start, in the unit of ``value``.  Figures: ``rmspe_before, rmspe_after, ratio,
    p_value`` (rank of the ratio among all units), ``donors, donors_used, in_time_average``.

    Errors: ``one_donor``, ``many_treated``, ``too_few_before``, ``duplicate``, ``missing_periods``,
    ``no_untreated``, ``start_before_data``, ``start_after_data``, ``time_text``, those of
    :func:`~dataacademy.inputs.prepare`.
    Checked against pysyncon, and by the conditions that the best weights must fulfil (Karush–Kuhn–Tucker).
    When not to use: if the treated unit lies outside of all others (highest or lowest), if it cannot be followed before
    the start, or if donors did something similar.

    >>> import dataacademy as da
    >>> waste = da.load("waste_monthly")
    >>> days = pd.PeriodIndex(waste["month"], freq="M").days_in_month
    >>> waste = waste.assign(grams=1000 * waste["burnable_kg"] / waste["population"] / days)
    >>> finding = synthetic_control(
    ...     waste, value="grams", id="municipality", time="month", treated="みらい市", start="2023-10", unit="g")
    >>> bool(abs(finding.value + 74.5) < 9), round(finding.figures["p_value"], 3)
    (True, 0.077)
    """
    u = units_of(data, value, id, time, treated, start, predictors)
    donors = u.donors(u.treated)
    w = u.mix(u.treated, donors)
    path = _path(u, w, donors)
    gap = path["gap"].to_numpy()
    after = np.arange(len(gap)) >= u.first
    table = pd.DataFrame(
        {id: [u.names[j] for j in donors], "weight": w, "before_mean": u.y[: u.first, donors].mean(axis=0)}
    )
    table = table.sort_values("weight", ascending=False, kind="stable", ignore_index=True)
    placebos = _placebos(u, id)
    own = placebos.loc[placebos["treated"]].iloc[0]
    left = _leave_one_out(u, id, w, donors)
    tables = {"counterfactual": path, "placebos": placebos, "leave_one_out": left}
    in_time = _in_time(u)
    if in_time is not None:
        tables["in_time"] = in_time
    figures = {
        **{name: float(own[name]) for name in ("rmspe_before", "rmspe_after", "ratio")},
        "p_value": float((placebos["ratio"] >= own["ratio"]).mean()),
        "donors": len(donors),
        "donors_used": int((w > 1e-6).sum()),
    }
    if in_time is not None:
        figures["in_time_average"] = float(in_time.loc[in_time["after"], "gap"].mean())
    average = float(gap[after].mean())
    main = "、".join(
        f"「{row[id]}」{row['weight']:.0%}" for _, row in table[table["weight"] >= 0.005].head(3).iterrows()
    )
    rank = int(own["rank"])
    return Study(
        table,
        average,
        f"「{u.names[u.treated]}」の「{label_of(value)}」は、始まった後の {after.sum()} 期の平均で、"
        f"ほかの {len(donors)} の「{label_of(id)}」を混ぜた相手（{main} など）より {number(abs(average))}{unit} "
        f"{'大きく' if average > 0 else '小さく'}なりました。"
        f"前とくらべた開き（後の外れ÷前の外れ）は、対象とみなした {len(placebos)} "
        f"のうち {rank} 番目に大きいものです（p={figures['p_value']:.3f}）。",
        f"Mean effect on {value} of {u.names[u.treated]}: {number(average)}; its ratio of misses ranks {rank} of "
        f"{len(placebos)} (p = {figures['p_value']:.3f}).",
        used={"対象": 1, "混ぜる相手": len(donors), "前の時点": u.first, "後の時点": int(after.sum())},
        left_out=u.p.left_out,
        figures=figures,
        assumptions=_assumptions(u, figures, path, left, average, unit),
        tables=tables,
    )


def units_of(data, value, id, time, treated, start, predictors) -> Units:
    predictors = listed(predictors)
    p = panel(data, value=value, treated=treated, time=time, start=start, id=id)
    chosen = np.unique(p.units[p.treated])
    if len(chosen) > 1:
        raise DataAcademyError(
            "many_treated",
            f"対象が {len(chosen)} あります。合成対照は、対象が一つのときの方法です。",
            f"{len(chosen)} units are treated; synthetic control is for one.",
            fix="対象が多いときは da.effect.did を使うか、対象を一つずつ選んで、ほかの対象は表から除いてください。",
            fix_en="Use da.effect.did, or one treated unit at a time with the other treated ones left out.",
        )
    if len(p.unit_names) < 3:
        raise DataAcademyError(
            "one_donor",
            "混ぜる相手が一つしかありません。一つでは混ぜられず、偶然かどうかを見る順位も付けられません。",
            "There is a single donor: nothing to mix and nothing to rank against.",
            fix="似た市町村や地区をもっと集めるか、一つとの差なら da.effect.its の control を使ってください。",
            fix_en="Collect more comparable units, or use control of da.effect.its for a single one.",
        )
    first = int(p.starts.max())
    if first < 3:
        raise DataAcademyError(
            "too_few_before",
            f"始まる前の時点が {first} つしかないので、似た動きの相手を作れません。",
            f"Only {first} period(s) before the start.",
            fix="もっと前の時点も入った表を使ってください。",
            fix_en="Use a table that reaches further back.",
        )
    y = np.zeros((len(p.times.values), len(p.unit_names)))
    y[p.position, p.units] = p.y
    traits = None
    if predictors:
        rows = prepare(data[treated_column(data, treated, id)[1]], numbers=predictors)
        if rows.left_out:
            raise DataAcademyError(
                "missing_values",
                f"predictors に空欄があります（{'、'.join(rows.left_out)}）。",
                "There are empty cells in predictors.",
                fix="空欄を補うか、その列を predictors から外してください。",
                fix_en="Fill them in, or leave that column out.",
            )
        before = rows.frame.assign(**{"unit ": p.units})[p.position < first]
        traits = before.groupby("unit ")[predictors].mean().to_numpy().T
        spread = traits.std(axis=1, ddof=1, keepdims=True)
        if (spread == 0).any():
            flat = predictors[int((spread == 0).argmax())]
            raise DataAcademyError(
                "no_spread",
                f"「{flat}」の始まる前の平均は、どの相手も同じです。",
                f"The mean of {flat!r} before the start is the same for every unit.",
                fix="predictors から外してください。",
                fix_en="Leave it out of predictors.",
            )
        traits = traits / spread
    return Units(y, p.unit_names, int(chosen[0]), first, traits, p)


def _path(u: Units, w: np.ndarray, donors: list[int]) -> pd.DataFrame:
    mixed = u.y[:, donors] @ w
    own = u.y[:, u.treated]
    return pd.DataFrame({"time": u.p.times.called(), "observed": own, "counterfactual": mixed, "gap": own - mixed})


def _placebos(u: Units, id: str) -> pd.DataFrame:
    rows, least = [], 1e-9 * np.ptp(u.y)  # a mix that hits every point but for rounding
    for j, name in enumerate(u.names):
        donors = u.donors(j)
        gap = u.y[:, j] - u.y[:, donors] @ u.mix(j, donors)
        before, after = np.sqrt(np.mean(gap[: u.first] ** 2)), np.sqrt(np.mean(gap[u.first :] ** 2))
        ratio = after / max(before, least)
        rows.append(
            {
                id: name,
                "treated": j == u.treated,
                "rmspe_before": before,
                "rmspe_after": after,
                "ratio": ratio,
                "average": gap[u.first :].mean(),
            }
        )
    table = pd.DataFrame(rows)
    table["rank"] = table["ratio"].rank(ascending=False, method="max").astype(int)
    return table.sort_values("rank", kind="stable", ignore_index=True)


def _leave_one_out(u: Units, id: str, w: np.ndarray, donors: list[int]) -> pd.DataFrame:
    rows = []
    for j, share in zip(donors, w, strict=True):
        if share > 1e-6:
            rest = u.donors(u.treated, without=j)
            gap = u.y[:, u.treated] - u.y[:, rest] @ u.mix(u.treated, rest)
            rows.append({id: u.names[j], "weight": share, "average": gap[u.first :].mean()})
    return pd.DataFrame(rows).sort_values("weight", ascending=False, kind="stable", ignore_index=True)


def _in_time(u: Units) -> pd.DataFrame | None:
    """As if it had begun in the middle of the time before: the gap from there to the real start should be none."""
    if u.first < 6:
        return None
    early = u.first // 2
    donors = u.donors(u.treated)
    path = _path(u, u.mix(u.treated, donors, early), donors).iloc[: u.first]
    return path.assign(after=np.arange(u.first) >= early)


def _assumptions(u: Units, figures: dict, path: pd.DataFrame, left: pd.DataFrame, average: float, unit: str) -> tuple:
    n = figures["donors"] + 1
    lines = [
        f"くらべる相手が {n - 1} なので、p値は "
        f"{1 / n:.3f} より小さくなりません。" + ("0.05 を下回ることは、どんなに効いてもありません。" if n < 20 else "")
    ]
    before = path["observed"].to_numpy()[: u.first]
    if figures["rmspe_before"] > POOR * max(before.std(), 1e-300):
        lines.append(
            f"始まる前の外れが平均 {number(figures['rmspe_before'])}{unit} "
            "あり、混ぜた相手がよく似ていません。この値は効果とはいえません。"
        )
    pool = np.delete(u.y[: u.first], u.treated, axis=1).mean(axis=0)
    if not pool.min() <= before.mean() <= pool.max():
        lines.append("対象は、始まる前の平均がどの相手よりも大きい（または小さい）ので、混ぜても届きません。")
    if figures["donors"] > u.first:
        lines.append(
            "相手が始まる前の時点より多いので、偶然よく似てしまうことがあります。似た相手だけに絞ってください。"
        )
    if len(left):
        lines.append(
            "混ぜた相手を一つずつ除くと、効果の平均は "
            f"{number(left['average'].min())}〜{number(left['average'].max())}{unit} です。"
        )
    if "in_time_average" in figures:
        early = figures["in_time_average"]
        odd = abs(early) > 0.5 * abs(average)
        lines.append(
            f"始まりを前の期間の真ん中とみなすと、始まる前なのに平均 {number(early)}{unit} の差が出ます"
            + ("。効果の半分を超えるので、この値は効果とはいえません。" if odd else "（0 に近いほどよい）。")
        )
    return (*lines, "混ぜる相手は、同じころに似たことをしていないとみています。")
