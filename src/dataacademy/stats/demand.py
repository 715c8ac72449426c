"""固定率法: how many cases there will be, if every age goes on having them as often as now."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, number
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import all_missing, check_between, check_table, floats
from dataacademy.stats.cohorts import SEXES, WIDTH, counted
from dataacademy.stats.population import ELDERLY, forecast_population


def forecast_demand(
    data: pd.DataFrame,
    *,
    population: pd.DataFrame,
    steps: int = 2,
    rate_change: float = 0.0,
    name: str = "件数",
    unit: str = "件",
    confidence: float = 0.95,
) -> Analysis:
    """Cases a year (ambulance calls, visits, …) ``steps`` × five years ahead, from the rate of each age and sex.

    data
        One row a case: ``date`` (2025-04-01), ``age``, ``sex`` (male, female).  Every month that occurs in it counts
        as a whole month.
    population
        The ``population`` table, as for :func:`forecast_population`, which forecasts it; bands as there.
    rate_change
        By how many percent a year every rate changes from the newest date of ``population`` on (0: as now).

    rate = cases / person-years of the months of ``data`` (population at the newest date up to each month);
    cases a year at a date = Σ population × rate × (1 + rate_change/100)^years.  Interval: chance of the counted cases
    only (Poisson), Σ (persons × growth / person-years)² × cases.

    Table, one row a date from the newest known population on: ``date, status`` (実績 / 推計: of the population)``,
    population, events, lower, upper, by_head`` (cases at the same rate per head, ages ignored)``, elderly_events,
    elderly_percent`` (65 and over, of the cases).  Value: cases a year at the end.  Figures: ``events_base,
    events_forecast, change_percent, population_change_percent, by_head, elderly_percent_base, elderly_percent``.

    Errors: ``bad_dates``, ``nobody_of_that_age``, unknown columns, those of :func:`forecast_population`.
    Checked against rates drawn by hand, a town whose ages do not change, and the rates that the sample town's calls
    were drawn from.
    When not to use: where habits change (rates of an age go up or down; try ``rate_change``), for a few dozen cases,
    or for places whose visitors outnumber their residents.

    >>> import dataacademy as da
    >>> calls, people = da.load("ambulance_calls"), da.load("population")
    >>> finding = forecast_demand(calls, population=people, steps=1, name="救急搬送")
    >>> finding.figures["population_change_percent"] < 0 < finding.figures["change_percent"]
    True
    """
    check_between("rate_change", rate_change, -100, float("inf"), en="rate_change")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_table(data)
    check_columns(data, ["date", "age", "sex"], table="渡した表")
    future = forecast_population(population, steps=steps).table
    base = future.loc[future["status"] == "実績", "date"].max()
    ahead = future[future["date"] >= base]
    starts = np.sort(ahead["age_from"].unique()).astype(int)
    cases, months, left_out = _cases(data, starts)
    years = _person_years(population, months)
    _check_people(cases, years, starts)
    dates = sorted(ahead["date"].unique())
    people = ahead.pivot_table(index=["date", "sex"], columns="age_from", values="count", aggfunc="sum")
    people = people.reindex(pd.MultiIndex.from_product([dates, SEXES])).to_numpy().reshape(len(dates), 2, -1)
    growth = (1 + rate_change / 100) ** (WIDTH * np.arange(len(dates)))
    weight = np.divide(people, years, out=np.zeros(people.shape), where=years > 0) * growth[:, None, None]
    events, spread = weight * cases, _z(confidence) * np.sqrt((weight**2 * cases).sum(axis=(1, 2)))
    total, old = events.sum(axis=(1, 2)), events[:, :, ELDERLY:].sum(axis=(1, 2))
    heads = people.sum(axis=(1, 2))
    table = pd.DataFrame(
        {
            "date": dates,
            "status": ["実績", *["推計"] * (len(dates) - 1)],
            "population": heads,
            "events": total,
            "lower": np.maximum(total - spread, 0),
            "upper": total + spread,
            "by_head": total[0] * heads / heads[0] * growth,
            "elderly_events": old,
            "elderly_percent": np.divide(100 * old, total, out=np.full(len(total), np.nan), where=total > 0),
        }
    )
    figures = {
        "events_base": total[0],
        "events_forecast": total[-1],
        "change_percent": 100 * (total[-1] / total[0] - 1),
        "population_change_percent": 100 * (heads[-1] / heads[0] - 1),
        "by_head": table["by_head"].iloc[-1],
        "elderly_percent_base": table["elderly_percent"].iloc[0],
        "elderly_percent": table["elderly_percent"].iloc[-1],
    }
    figures = {key: float(value) for key, value in figures.items()}
    rates = "今のまま" if rate_change == 0 else f"毎年 {number(abs(rate_change))}% {_goes(rate_change)}"
    return Analysis(
        table,
        figures["events_forecast"],
        f"{dates[-1]} の「{name}」は、年齢ごとの起こりやすさが{rates}なら、年 {figures['events_forecast']:,.0f} {unit}"
        f"（{dates[0]} の {figures['events_base']:,.0f} {unit}から {figures['change_percent']:+.1f}%）、うち65歳以上は "
        f"{figures['elderly_percent']:.1f}% の見込みです。人口は {figures['population_change_percent']:+.1f}% です。",
        f"{name} a year on {dates[-1]}: {figures['events_forecast']:,.0f} ({figures['change_percent']:+.1f} % from "
        f"{dates[0]}; population {figures['population_change_percent']:+.1f} %).",
        used={"件": float(cases.sum()), "月": len(months), "延べ人年": float(years.sum())},
        left_out=left_out,
        figures=figures,
        assumptions=(
            f"男女・5歳ごとの起こりやすさが{rates}なら、という計算。人口は、これまでの動きが続くとみた。",
            f"{confidence:.0%}の区間は、数えた件数の偶然だけ。人口の見込み違いと、起こりやすさの変化は入っていない。",
        ),
    )


def _goes(change: float) -> str:
    return "増える" if change > 0 else "減る"


def _z(confidence: float) -> float:
    from scipy.stats import norm

    return float(norm.ppf((1 + confidence) / 2))


def _cases(data: pd.DataFrame, starts: np.ndarray) -> tuple[np.ndarray, list[str], tuple[str, ...]]:
    """Cases by sex and band, the months they cover, and what was left out."""
    age, date = floats(data["age"], "age"), data["date"].astype("string")
    if np.isnan(age).all():
        raise all_missing("age")
    if not date.dropna().str.fullmatch(r"\d{4}-\d{2}(-\d{2})?").all() or date.isna().all():
        bad = date[~date.fillna("").str.fullmatch(r"\d{4}-\d{2}(-\d{2})?")].iloc[0]
        raise DataAcademyError(
            "bad_dates",
            f"日付（date）は 2025-04-01 の形で書きます（「{'空欄' if pd.isna(bad) else bad}」があります）。",
            f"Dates are written as 2025-04-01, not {bad!r}.",
            fix="da.load() で読み込むか、和暦や「/」を直してから渡してください。",
            fix_en="Load the table with da.load(), or mend the dates first.",
            column="date",
        )
    known = ~np.isnan(age) & data["sex"].isin(SEXES).to_numpy() & date.notna().to_numpy()
    band = np.clip(age[known] // WIDTH, 0, len(starts) - 1).astype(int)
    sex = pd.Index(SEXES).get_indexer(data["sex"][known])
    cases = np.bincount(sex * len(starts) + band, minlength=2 * len(starts)).reshape(2, -1).astype(float)
    without = int((~known).sum())
    left_out = (f"日付・年齢・性別のどれかが分からない {without:,} 行",) if without else ()
    return cases, sorted(date.dropna().str[:7].unique()), left_out


def _person_years(population: pd.DataFrame, months: list[str]) -> np.ndarray:
    """Persons × years of the months, by sex and band."""
    dates = sorted(map(str, population["date"].dropna().unique()))
    at = [dates[max(np.searchsorted(dates, f"{month}-31", side="right") - 1, 0)] for month in months]
    used = sorted(set(at))
    cube, _, _ = counted(population, used, None, [None])
    share = np.array([at.count(date) for date in used]) / 12
    return (cube[0] * share[:, None, None]).sum(axis=0)


def _check_people(cases: np.ndarray, years: np.ndarray, starts: np.ndarray) -> None:
    bad = (cases > 0) & (years <= 0)
    if bad.any():
        band = starts[int(np.argwhere(bad)[0][1])]
        raise DataAcademyError(
            "nobody_of_that_age",
            f"{band}歳からの区切りに {int(cases[bad].sum()):,} 件ありますが、人口の表には、その人がいません。",
            f"There are cases in the band that begins at {band}, but nobody of that age in the population.",
            fix="人口の表が同じ町のものか、年齢と性別の列を確かめてください。",
            fix_en="Check that the population is of the same town, and its ages and sexes.",
        )
