"""年齢調整: rates of places whose ages differ, made comparable."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, interval_words, number
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_between, levels, prepare
from dataacademy.labels import label_of
from dataacademy.stats.standards import STANDARDS, standard_bands

METHODS = {"direct": "直接法", "indirect": "間接法"}


def standardize(
    data: pd.DataFrame,
    *,
    by: str,
    stratum: str,
    events: str,
    population: str,
    standard: str | pd.DataFrame = "total",
    method: str = "direct",
    per: int = 100_000,
    confidence: float = 0.95,
) -> Analysis:
    """Rates of each group of ``by`` as if all had the same ages (or other ``stratum``).

    data
        One or more rows for each group and stratum: ``events`` (deaths, visits, …) and ``population`` (persons).
    standard
        ``total``: all groups together; ``japan2015``, ``japan1985``: the health ministry's model populations
        (``stratum`` then is the first age of the band, a number); or a table with the columns ``stratum`` and
        ``population``, for the indirect method also ``events``.
    method
        ``direct``: Σ standard share × rate (needs enough events in each stratum).
        ``indirect``: events / events expected at the standard's rates (SMR, 標準化死亡比; for small groups).

    Table, one row a group: ``events, population, crude_rate`` and ``adjusted_rate, lower, upper`` (per ``per``
    persons), or ``expected, smr, lower, upper, adjusted_rate`` (SMR × the standard's crude rate; 100 = as expected).
    Value: highest / lowest adjusted rate (or SMR).

    Intervals: direct, gamma (Fay & Feuer 1997); indirect, exact Poisson.
    Errors: ``missing_stratum``, ``no_population``, ``negative_counts``, ``no_events``, unknown standard, those of
    :func:`~dataacademy.inputs.prepare`.
    Checked against R (own script of Fay–Feuer with ``qgamma``; ``poisson.test``), and by law: with the same ages
    everywhere the adjusted rates are the crude ones.
    When not to use: where groups differ in opposite ways in different strata (one number hides it), and to compare
    SMRs of two groups with each other (each has its own weights).

    >>> import dataacademy as da
    >>> residents = da.load("residents").merge(da.load("areas")[["area_id", "quarter"]], on="area_id")
    >>> residents["age"] = 2026 - residents["birth_date"].str[:4].astype(int)
    >>> residents = residents.assign(band=residents["age"] // 10 * 10, one=1, over75=residents["age"] >= 75)
    >>> finding = standardize(residents, by="quarter", stratum="band", events="over75", population="one")
    >>> bool(finding.table["crude_rate"].std() > 2 * finding.table["adjusted_rate"].std())  # ages explain most of it
    True
    """
    check_choice("求め方", method, list(METHODS), en="Method")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_between("per", per, 0, float("inf"), en="per")
    rows = prepare(data, numbers=[events, population], categories=[by, stratum], max_levels=5000)
    frame = rows.frame
    if (frame[[events, population]] < 0).any().any():
        raise DataAcademyError(
            "negative_counts",
            f"「{events}」か「{population}」に負の数があります。",
            f"{events!r} or {population!r} is negative.",
            fix="増減の列ではなく、件数と人数の列を選んでください。",
            fix_en="Choose numbers of events and persons, not changes.",
        )
    groups, bands = levels(frame[by], by, least=1), levels(frame[stratum], stratum, least=1)
    sums = frame.groupby([by, stratum], observed=True)[[events, population]].sum()
    cube = sums.reindex(pd.MultiIndex.from_product([groups, bands]))
    e, n = (cube[c].to_numpy().reshape(len(groups), len(bands)) for c in (events, population))
    pop, cases, name = _standard(standard, method, bands, stratum, np.nansum(e, axis=0), np.nansum(n, axis=0))
    table = pd.DataFrame({by: groups, "events": np.nansum(e, axis=1), "population": np.nansum(n, axis=1)})
    if not (table["population"] > 0).all():
        empty = table.loc[~(table["population"] > 0), by].iloc[0]
        raise DataAcademyError(
            "no_population",
            f"「{empty}」の「{population}」が 0 人なので、率が計算できません。",
            f"Group {empty!r} has no {population!r}.",
            fix="その区分を除くか、人数の列を確かめてください。",
            fix_en="Leave the group out, or check the column of persons.",
        )
    table["crude_rate"] = per * table["events"] / table["population"]
    if method == "direct":
        _check_direct(n, pop, groups, bands, by, stratum)
        found = [_direct(e[i], n[i], pop, confidence) for i in range(len(groups))]
        table[["adjusted_rate", "lower", "upper"]] = per * np.array(found)
        key, unit, words = "adjusted_rate", f"（{per:,} 人あたり）", "年齢調整した率"
    else:
        expected = np.nansum(n * np.divide(cases, pop, out=np.zeros(len(pop)), where=pop > 0), axis=1)
        if (expected == 0).any():
            raise _no_events(events, groups[int((expected == 0).argmax())])
        table["expected"] = expected
        limits = np.array([_poisson(count, confidence) for count in table["events"]])
        table["smr"] = 100 * table["events"] / expected
        table["lower"], table["upper"] = 100 * limits[:, 0] / expected, 100 * limits[:, 1] / expected
        table["adjusted_rate"] = table["smr"] / 100 * per * cases.sum() / pop.sum()
        key, unit, words = "smr", "", "標準化比（100 が基準なみ）"
    high, low = table.loc[table[key].idxmax()], table.loc[table[key].idxmin()]
    span = interval_words(high["lower"], high["upper"], confidence)
    if len(table) == 1 or high[key] - low[key] < 1e-9 * high[key]:
        same = "で、どの区分も同じ" if len(table) > 1 else ""
        ja = f"「{label_of(events)}」の{words}は {number(high[key])}{unit}（{span}）{same}です。"
    else:
        ja = (
            f"「{label_of(events)}」の{words}は「{high[by]}」が最も高く {number(high[key])}{unit}（{span}）、"
            f"「{low[by]}」が最も低く {number(low[key])} です"
            f"（そのままの率では {number(high['crude_rate'])} と {number(low['crude_rate'])}）。"
        )
    return Analysis(
        table,
        float(high[key] / low[key]) if low[key] else float("nan"),
        ja,
        f"{'Adjusted rate' if method == 'direct' else 'SMR'} of {events}: highest {number(high[key])} ({high[by]}), "
        f"lowest {number(low[key])} ({low[by]}); crude {number(high['crude_rate'])} and {number(low['crude_rate'])}.",
        used=rows.used | {"人": float(np.nansum(n)), "件": float(np.nansum(e))},
        left_out=rows.left_out,
        assumptions=(
            f"{METHODS[method]}。基準は{name}。",
            "調整した率は比べるための数で、実際に起きた件数の率ではありません。",
        ),
    )


def _standard(standard, method: str, bands: list, stratum: str, events: np.ndarray, population: np.ndarray):
    """Population and events of the standard in each band, and what it is called."""
    if isinstance(standard, pd.DataFrame):
        check_columns(
            standard, ["stratum", "population", *(["events"] if method == "indirect" else [])], table="基準の表"
        )
        table = standard.groupby("stratum").sum(numeric_only=True).reindex(bands)
        missing = [b for b, p in zip(bands, table["population"], strict=True) if not p > 0]
        if missing:
            raise _missing(
                f"基準の表に、層「{missing[0]}」の人口がありません。", f"The standard lacks stratum {missing[0]!r}."
            )
        cases = table["events"].to_numpy(float) if method == "indirect" else np.zeros(len(bands))
        return table["population"].to_numpy(float), cases, "渡された表"
    check_choice("基準", standard, ["total", *STANDARDS], en="Standard")
    if standard == "total":
        return population, events, "全体（すべての区分の合計）"
    if method == "indirect":
        raise DataAcademyError(
            "no_rates",
            "間接法の基準には、人口だけでなく件数が要ります。モデル人口には件数がありません。",
            "The indirect method needs the standard's events; a model population has none.",
            fix='standard="total" とするか、stratum・population・events の列のある表を渡してください。',
            fix_en="Use standard='total', or a table with stratum, population and events.",
        )
    return standard_bands(standard, bands, stratum), np.zeros(len(bands)), STANDARDS[standard].label


def _check_direct(n: np.ndarray, pop: np.ndarray, groups: list, bands: list, by: str, stratum: str) -> None:
    bad = ~(n > 0) & (pop > 0)
    if bad.any():
        i, j = np.argwhere(bad)[0]
        raise _missing(
            f"「{groups[i]}」には「{label_of(stratum)}」が「{bands[j]}」の人がいないので、直接法では調整できません。",
            f"Group {groups[i]!r} has nobody in stratum {bands[j]!r}.",
        )


def _missing(ja: str, en: str) -> DataAcademyError:
    return DataAcademyError(
        "missing_stratum",
        ja,
        en,
        fix='層（年齢の区切り）を大きくまとめるか、小さな区分には間接法（method="indirect"）を使ってください。',
        fix_en="Use wider strata, or method='indirect' for small groups.",
    )


def _no_events(events: str, group) -> DataAcademyError:
    return DataAcademyError(
        "no_events",
        f"基準の率で「{group}」に期待される「{events}」が 0 件なので、比べられません。",
        f"At the standard's rates no {events!r} are expected in {group!r}.",
        fix="件数の列と、層の区切りを確かめてください。",
        fix_en="Check the column of events and the strata.",
    )


def _direct(events, population, standard, confidence: float) -> tuple[float, float, float]:
    """Adjusted rate per person with Fay & Feuer's gamma interval."""
    from scipy.stats import chi2

    weight = np.divide(standard / standard.sum(), population, out=np.zeros(len(standard)), where=standard > 0)
    rate, variance = np.nansum(weight * events), np.nansum(weight**2 * events)
    most, tail = weight.max(), (1 - confidence) / 2
    lower = variance / (2 * rate) * chi2.ppf(tail, 2 * rate**2 / variance) if rate > 0 else 0.0
    spread, middle = variance + most**2, rate + most
    return rate, lower, spread / (2 * middle) * chi2.ppf(1 - tail, 2 * middle**2 / spread)


def _poisson(count: float, confidence: float) -> tuple[float, float]:
    """Exact limits of a Poisson mean."""
    from scipy.stats import chi2

    tail = (1 - confidence) / 2
    return (chi2.ppf(tail, 2 * count) / 2 if count > 0 else 0.0), chi2.ppf(1 - tail, 2 * count + 2) / 2
