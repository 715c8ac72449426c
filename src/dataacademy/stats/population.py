"""コーホート要因法: tomorrow's population from how today's grew out of yesterday's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, number
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_between, check_table, levels
from dataacademy.labels import label_of
from dataacademy.stats.cohorts import SEXES, WIDTH, counted, five_years_apart, survival_of

COLUMNS = ("date", "sex", "age_from", "age_to", "count")
MOTHERS = slice(3, 10)  # women of 15–49
ELDERLY = 13  # the band that begins at 65


def forecast_population(
    data: pd.DataFrame,
    *,
    steps: int = 4,
    dates: Sequence[str] | None = None,
    by: str | None = None,
    survival: pd.DataFrame | None = None,
    migration: float = 1.0,
) -> Analysis:
    """Population by sex and five-year age band, ``steps`` × five years ahead.

    data
        The ``population`` table: ``date, sex`` (male, female), ``age_from, age_to`` (empty: and over), ``count``; bands
        that fit into five-year ones.
    dates
        Two or more dates, each five years after the one before; without them the newest date and those 5, 10, … years
        before it that are in the table.
    by
        Column of places, each forecast by itself; changes of bands in which nobody lived follow the whole.
    survival
        Life table's survival: ``sex, age_from, survival`` (share of a band that is alive five years later; for the open
        band too).  With it change is split into survival and net migration (コーホート要因法); without it the two stay
        together (コーホート変化率法).
    migration
        With ``survival``: how much of the observed net migration goes on (1 all, 0.5 half, 0 none).

    Births: children of 0–4 per woman of 15–49 (子ども女性比) and their sex ratio stay as they were.  Rates are pooled
    over the dates.

    Table: ``date``, the place, ``sex, age_from, age_to, count, status`` (実績 / 推計).  Value: persons at the end.
    Figures: ``base, forecast, change_percent, elderly_percent, elderly_percent_base, child_woman_ratio``.

    Errors: ``one_date``, ``not_five_years``, ``no_sexes``, ``bad_age_bands``, ``no_women``, ``incomplete_survival``,
    unknown columns.  Method: 国立社会保障・人口問題研究所「日本の地域別将来推計人口」 (births by child-woman ratio).
    Checked against populations grown by known rates (recovered exactly) and a Leslie matrix in R.
    When not to use: for places of a few hundred people (one block of flats decides), for plans of more than 20 years,
    or where a big housing estate or factory came or went in between.

    >>> import dataacademy as da
    >>> finding = forecast_population(da.load("population"), steps=2)
    >>> finding.table["date"].unique().tolist()
    ['2021-04-01', '2026-04-01', '2031-04-01', '2036-04-01']
    >>> bool(finding.value < finding.figures["base"])
    True
    """
    check_table(data)
    check_columns(data, [*COLUMNS, *([by] if by else [])], table="渡した表")
    if not isinstance(steps, int) or steps < 1:
        check_between("steps", -1, 0, float("inf"), en="steps")
    check_between("migration", migration, -1e-9, float("inf"), en="migration")
    if migration != 1 and survival is None:
        raise DataAcademyError(
            "no_survival",
            "migration を変えるには、生残率の表（survival）が要ります。人の移動と死亡を分けられないためです。",
            "Changing migration needs the survival table: without it moving and dying cannot be told apart.",
            fix="sex・age_from・survival の列のある表を survival= に渡してください。",
            fix_en="Pass survival= with the columns sex, age_from and survival.",
        )
    chosen = five_years_apart(data, dates)
    groups = levels(data[by], by, least=1) if by else [None]
    cube, starts, dropped = counted(data, chosen, by, groups)
    alive = None if survival is None else survival_of(survival, starts)
    future, ratio = _forecast(cube, alive, migration, steps)
    table = _table(cube, future, chosen, starts, by, groups)
    base, last = cube[:, -1].sum(axis=0), future[:, -1].sum(axis=0)
    figures = {
        "base": float(base.sum()),
        "forecast": float(last.sum()),
        "change_percent": float(100 * (last.sum() / base.sum() - 1)),
        "elderly_percent_base": float(100 * base[:, ELDERLY:].sum() / base.sum()),
        "elderly_percent": float(100 * last[:, ELDERLY:].sum() / last.sum()),
        "child_woman_ratio": float(ratio),
    }
    final = table["date"].max()
    name = "コーホート変化率法" if alive is None else "コーホート要因法"
    return Analysis(
        table,
        figures["forecast"],
        f"{final} の人口は、これまでの動きが続けば {figures['forecast']:,.0f} 人（{chosen[-1]} から "
        f"{figures['change_percent']:+.1f}%）、65歳以上は {figures['elderly_percent']:.1f}%（いまは "
        f"{figures['elderly_percent_base']:.1f}%）になる見込みです（{name}）。",
        f"Population on {final} if things go on: {figures['forecast']:,.0f} ({figures['change_percent']:+.1f} % from "
        f"{chosen[-1]}), {figures['elderly_percent']:.1f} % aged 65 and over.",
        used={"調査日": "、".join(chosen), "人口": float(base.sum())} | ({label_of(by): len(groups)} if by else {}),
        left_out=(f"ほかの調査日の {dropped:,} 行",) if dropped else (),
        figures=figures,
        assumptions=_assumptions(chosen, alive, migration, ratio),
    )


def _forecast(cube: np.ndarray, alive: np.ndarray | None, migration: float, steps: int) -> tuple[np.ndarray, float]:
    """``steps`` populations (places × steps × sexes × bands) and the child-woman ratio of the whole.

    cube: places × dates × sexes × bands.
    """
    whole = cube.sum(axis=0, keepdims=True)
    change = _change(cube, whole)
    if alive is not None:
        kept = _pooled_survival(cube, alive)
        change = np.maximum(kept + migration * (change - kept), 0)
    women = cube[:, :, 1, MOTHERS].sum(axis=(1, 2))
    children = cube[:, :, :, 0].sum(axis=1)  # places × sexes
    if women.sum() == 0:
        raise DataAcademyError(
            "no_women",
            "15〜49歳の女性が一人もいないので、生まれる子どもの数を見込めません。",
            "There are no women of 15–49: births cannot be forecast.",
            fix="性別の書き方（male、female）と年齢の列を確かめてください。",
            fix_en="Check how sex is written (male, female) and the ages.",
        )
    of_whole = children.sum(axis=0) / women.sum()
    births = np.where(women[:, None] > 0, children / np.where(women > 0, women, 1)[:, None], of_whole)
    now, future = cube[:, -1].astype(float), []
    for _ in range(steps):
        older = np.zeros_like(now)
        older[:, :, 1:-1] = now[:, :, :-2] * change[:, :, :-1]
        older[:, :, -1] = (now[:, :, -2] + now[:, :, -1]) * change[:, :, -1]
        older[:, :, 0] = births * older[:, 1, MOTHERS].sum(axis=1)[:, None]
        future.append(older)
        now = older
    return np.stack(future, axis=1), float(of_whole.sum())


def _change(cube: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Persons five years later per person before, by place, sex and band (the last two bands together)."""

    def before_after(people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        before = people[:, :-1].sum(axis=1)
        before = np.concatenate([before[..., :-2], before[..., -2:].sum(axis=-1, keepdims=True)], axis=-1)
        return before, people[:, 1:, :, 1:].sum(axis=1)

    before, after = before_after(cube)
    whole_before, whole_after = before_after(whole)
    of_whole = np.divide(whole_after, whole_before, out=np.zeros(whole_after.shape), where=whole_before > 0)
    return np.where(before > 0, after / np.where(before > 0, before, 1), of_whole)


def _pooled_survival(cube: np.ndarray, alive: np.ndarray) -> np.ndarray:
    """Survival of each band as :func:`_change` counts them: the open band with the one before it."""
    before = cube[:, :-1].sum(axis=1)[..., -2:]
    total = before.sum(axis=-1)
    share = np.divide(before, total[..., None], out=np.full(before.shape, 0.5), where=total[..., None] > 0)
    last = (share * alive[None, :, -2:]).sum(axis=-1)
    first = np.broadcast_to(alive[None, :, :-2], (*last.shape, alive.shape[1] - 2))
    return np.concatenate([first, last[..., None]], axis=-1)


def _table(cube, future, chosen: list[str], starts: np.ndarray, by: str | None, groups: list) -> pd.DataFrame:
    ahead = [pd.Timestamp(chosen[-1]) + pd.DateOffset(years=WIDTH * (i + 1)) for i in range(future.shape[1])]
    dates = [*chosen, *(d.strftime("%Y-%m-%d") for d in ahead)]
    index = pd.MultiIndex.from_product([groups, dates, SEXES, starts], names=[by or "_", "date", "sex", "age_from"])
    table = pd.DataFrame({"count": np.concatenate([cube, future], axis=1).ravel()}, index=index).reset_index()
    table["age_from"] = table["age_from"].astype("Int64")
    table["age_to"] = (table["age_from"] + WIDTH - 1).where(table["age_from"] < starts[-1])
    table["status"] = np.where(table["date"] <= chosen[-1], "実績", "推計")
    return table[["date", *([by] if by else []), "sex", "age_from", "age_to", "count", "status"]]


def _assumptions(chosen: list[str], alive, migration: float, ratio: float) -> tuple[str, ...]:
    span = f"{chosen[0]} から {chosen[-1]} まで"
    if alive is None:
        move = f"{span}の、男女・年齢ごとの増え減り（死亡と転出入を合わせた変化率）が、これからも続く。"
    else:
        goes = "すべて続く" if migration == 1 else "なくなる" if migration == 0 else f"{number(migration)} 倍で続く"
        move = f"渡された生残率がこれからも続き、{span}の純移動率（変化率 − 生残率）が{goes}。"
    return (
        move,
        f"15〜49歳の女性 1 人あたりの 0〜4歳の子ども（子ども女性比 {ratio:.3f}）と男女の比が変わらない。",
        "大きな住宅開発・工場や学校の開設と閉鎖・災害は見こんでいない。予測ではなく「このままなら」の計算。",
    )
