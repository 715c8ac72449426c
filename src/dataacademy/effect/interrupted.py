"""Interrupted time series: the level and the slope of one series before and after something began."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dataacademy.analysis import interval_words, number, verdict
from dataacademy.arguments import check_whole
from dataacademy.charts import frame
from dataacademy.charts.lines import value_axis
from dataacademy.charts.picture import Picture, remember
from dataacademy.charts.timeaxis import Steps
from dataacademy.effect.checks import check_data, check_roles, no_spread
from dataacademy.effect.panel import missing_periods
from dataacademy.effect.periods import Periods, periods
from dataacademy.effect.study import Study, row_of
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_between, prepare
from dataacademy.labels import label_of
from dataacademy.styling import PALETTE, axes, finish, style

SEASONS = (True, False, "harmonic")
TERMS = {
    "trend": "もとの傾き（1期あたり）",
    "level": "水準の変化",
    "slope": "傾きの変化（1期あたり）",
    "average": "始まった後の効果の平均",
    "total": "始まった後の効果の合計",
}


@dataclass(frozen=True)
class _Series:
    y: np.ndarray
    times: Periods
    first: int


def its(
    data,
    *,
    value: str,
    time: str,
    start,
    season: bool | str = True,
    control: str | None = None,
    lags: int | None = None,
    unit: str = "",
    confidence: float = 0.95,
) -> Study:
    """How a series jumped and bent when something began, against its own earlier course (分割時系列).

    value, time
        One row a period: numbers, dates or text such as ``2025-04``.  Make rates of counts first (per person and day).
    start
        The first period with the measure, written as in ``time``.
    season
        True: a level for each month of the year that occurs; ``"harmonic"``: two waves a year instead (needs less
        data); False: none.
    control
        Column of a series that the measure did not reach: ``value`` minus ``control`` is analysed.
    lags
        How many periods errors are allowed to hang together (Newey–West); default ⌊4(n/100)^(2/9)⌋.

    y = b0 + b1·t + b2·after + b3·(t − start)·after + season, by least squares; errors HAC with Bartlett weights and the
    factor n/(n − k), t with n − k degrees of freedom (Wagner et al. 2002; Bernal et al. 2017).
    Table, one row a term: ``term`` (trend, level, slope, average, total), ``reading, estimate, se, lower, upper,
    p_value``.  ``tables["counterfactual"]``, one row a period: ``time, observed, fitted, counterfactual`` and after the
    start ``gap`` (fitted − counterfactual) with ``lower, upper``, and ``counterfactual_lower, counterfactual_upper``.
    Value: ``average``, the mean effect over the periods after, in the unit of ``value``.  Figures: ``n_before, n_after,
    lags, durbin_watson, acf1, naive`` (mean after − before).

    Errors: ``duplicate``, ``missing_periods``, ``too_few_for_season``, ``no_season``, ``too_few_periods``,
    ``season_not_seen``, ``start_before_data``, ``start_after_data``, ``time_text`` and those of
    :func:`~dataacademy.inputs.prepare`.
    Checked against R ``lm`` with ``sandwich::NeweyWest``.
    When not to use: if something else began at the same time (compare with ``control``), if the way of counting
    changed, or with fewer than about eight periods before and after.

    >>> import dataacademy as da
    >>> waste = da.load("waste_monthly").query("municipality == 'みらい市'")
    >>> days = pd.PeriodIndex(waste["month"], freq="M").days_in_month
    >>> waste = waste.assign(grams=1000 * waste["burnable_kg"] / waste["population"] / days)
    >>> finding = its(waste, value="grams", time="month", start="2023-10", unit="g")
    >>> bool(abs(finding.value + 74.5) < 9), finding.table["term"].tolist()
    (True, ['trend', 'level', 'slope', 'average', 'total'])
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_choice("季節の入れ方（season）", season, SEASONS, en="season")
    s = _series(data, value, time, start, control)
    x, k_season = _design(s, season)
    n, k = x.shape
    if min(s.first, n - s.first) < 3 or n <= k + 2:
        raise DataAcademyError(
            "too_few_periods",
            f"時点が前 {s.first}、後 {n - s.first} しかないので、{k} 個の係数（傾き・水準・季節）は求められません。",
            f"{s.first} periods before and {n - s.first} after are too few for {k} coefficients.",
            fix='もっと長い期間の表を使うか、season="harmonic" か season=False にしてください。',
            fix_en="Use a longer series, or season='harmonic' or False.",
        )
    if np.linalg.matrix_rank(x) < k:  # every month once before and once after: a trend and a season fit alike
        raise DataAcademyError(
            "too_few_periods",
            f"時点が前 {s.first}、後 {n - s.first} しかないので、もとの傾きと季節を見分けられません。",
            f"{s.first} periods before and {n - s.first} after cannot tell a trend from a season.",
            fix="始まる前に、一年より長い期間がある表を使ってください。",
            fix_en="Use a series with more than a year before the start.",
        )
    lags = int(4 * (n / 100) ** (2 / 9)) if lags is None else lags
    check_whole("続く期の数（lags）", lags, 0, n - 2, en="lags")
    b, covariance, resid = _newey_west(s.y, x, int(lags))
    after = np.arange(n) >= s.first
    gone = np.zeros_like(x)
    gone[:, 2:4] = x[:, 2:4]  # what the measure adds in each period
    effect = gone @ b
    wishes = {"trend": np.eye(k)[1], "level": np.eye(k)[2], "slope": np.eye(k)[3]}
    wishes |= {"average": gone[after].mean(axis=0), "total": gone[after].sum(axis=0)}
    rows = {
        name: row_of(float(c @ b), float(np.sqrt(c @ covariance @ c)), n - k, confidence) for name, c in wishes.items()
    }
    table = pd.DataFrame([{"term": name, "reading": TERMS[name]} | row for name, row in rows.items()])
    path = pd.DataFrame({"time": s.times.called(), "observed": s.y, "fitted": x @ b, "counterfactual": x @ b - effect})
    kinds = (("gap", "lower", "upper"), gone), ((None, "counterfactual_lower", "counterfactual_upper"), x - gone)
    for names, here in kinds:
        se = np.sqrt(np.einsum("ij,jk,ik->i", here, covariance, here).clip(0))
        spans = pd.DataFrame([row_of(e, d, n - k, confidence) for e, d in zip(here @ b, se, strict=True)])
        for name, column in zip(names, ("estimate", "lower", "upper"), strict=True):
            if name:
                path[name] = spans[column].where(after)
    acf = resid - resid.mean()
    acf1 = float(acf[1:] @ acf[:-1] / (acf @ acf)) if acf @ acf > 0 else 0.0
    figures = {
        "n_before": s.first,
        "n_after": n - s.first,
        "lags": int(lags),
        "durbin_watson": float(np.sum(np.diff(resid) ** 2) / (resid @ resid)) if resid @ resid > 0 else np.nan,
        "acf1": acf1,
        "naive": float(s.y[after].mean() - s.y[~after].mean()),
    }
    return Study(
        table,
        rows["average"]["estimate"],
        _sentence(rows, s, value, control, unit, confidence),
        f"{value} from {s.times.values[s.first]} on: level {number(rows['level']['estimate'])}, slope "
        f"{number(rows['slope']['estimate'])} a period, mean effect {number(rows['average']['estimate'])} "
        f"({confidence:.0%} interval {number(rows['average']['lower'])} to {number(rows['average']['upper'])}).",
        used={"時点": n, "前": s.first, "後": n - s.first},
        figures=figures,
        assumptions=_assumptions(figures, season, k_season, control, unit, rows),
        tables={"counterfactual": path},
    )


def _series(data, value: str, time: str, start, control: str | None) -> _Series:
    check_data(data)
    check_roles([value, time, control])
    check_columns(data, [value, time, *([control] if control else [])], table="渡した表")
    known = data[time].notna()
    rows = prepare(data[known], numbers=[value, *([control] if control else [])])
    if rows.left_out or not known.all():
        bad = data[~known | data[[value, *([control] if control else [])]].isna().any(axis=1)]
        raise DataAcademyError(
            "missing_periods",
            f"空欄のある行が {len(bad):,} 行あります（たとえば「{time}」"
            f"が「{bad[time].iloc[0]}」）。時点が抜けると、前後のつながりが分かりません。",
            f"{len(bad)} rows have an empty cell (e.g. {time!r} {bad[time].iloc[0]!r}).",
            fix="値を補うか、まだ数えていない最後の時点なら、その行を除いてください。",
            fix_en="Fill them in; leave out trailing periods that are not counted yet.",
        )
    twice = data[time].duplicated()
    if twice.any():
        raise DataAcademyError(
            "duplicate",
            f"列「{time}」が「{data[time][twice].iloc[0]}」の行が二つ以上あります。分割時系列は一つの系列の、一時点一行の表で求めます。",
            f"{time!r} {data[time][twice].iloc[0]!r} has more than one row: one series, one row a period.",
            fix="一つの地区や市を選ぶか、先に合計や平均でまとめてください（groupby）。",
            fix_en="Choose one area, or add the rows up first (groupby).",
        )
    times = periods(data[time], time)
    if times.missing:
        raise missing_periods(time, times.missing)
    order = np.argsort(times.position)
    y = rows.frame[value].to_numpy()[order]
    if control:
        y = y - rows.frame[control].to_numpy()[order]
    if np.ptp(y) == 0:
        raise no_spread(value)
    return _Series(y, times, times.number_of(start))


def _design(s: _Series, season) -> tuple[np.ndarray, int]:
    """Columns 1, t, after, (t − start)·after, then the season; and how many the season takes."""
    t = np.arange(len(s.y), dtype=float)
    after = t >= s.first
    base = [np.ones_like(t), t, after * 1.0, after * (t - s.first)]
    if not season:
        return np.column_stack(base), 0
    months = s.times.months()
    if months is None:
        raise DataAcademyError(
            "no_season",
            f"列「{s.times.column}」（たとえば「{s.times.values[0]}」）からは、何月かが分からないので、季節をそろえられません。",
            f"The times of {s.times.column!r} do not say the month: no season.",
            fix="「2025-04」のような年月の列を使うか、年度など季節のない時点なら season=False にしてください。",
            fix_en="Use times such as 2025-04, or season=False for yearly data.",
        )
    kinds = np.unique(months)
    if len(kinds) == 1:
        return np.column_stack(base), 0
    if len(s.y) < 2 * len(kinds):
        raise DataAcademyError(
            "too_few_for_season",
            f"時点が {len(s.y)} しかありません。季節をそろえるには二年分（{2 * len(kinds)}）が要ります。",
            f"{len(s.y)} periods; two years ({2 * len(kinds)}) are needed for a season.",
            fix="もっと長い期間の表を使うか、season=False にして、前と後で同じ月どうしをくらべてください。",
            fix_en="Use a longer series, or season=False and compare the same months.",
        )
    unseen = sorted(set(months[s.first :]) - set(months[: s.first]))
    if unseen and season is True:
        raise DataAcademyError(
            "season_not_seen",
            f"始まる前に一度もない月があります（{'、'.join(f'{m}月' for m in unseen)}）。"
            "その月のふだんの高さが分からず、効果と見分けられません。",
            f"Months {unseen} do not occur before the start: their usual level is unknown.",
            fix='始まる前に一年分以上ある表を使うか、season="harmonic" にしてください。',
            fix_en="Use a table with a year or more before the start, or season='harmonic'.",
        )
    if season == "harmonic":
        angle = 2 * np.pi * months / 12
        waves = [f(j * angle) for j in (1, 2) for f in (np.sin, np.cos)]
        return np.column_stack([*base, *waves]), 4
    return np.column_stack([*base, *(months == m for m in kinds[1:])]).astype(float), len(kinds) - 1


def _newey_west(y: np.ndarray, x: np.ndarray, lags: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    import statsmodels.api as sm

    plain = sm.OLS(y, x).fit()
    robust = plain.get_robustcov_results("HAC", maxlags=lags, use_correction=True)
    return np.asarray(plain.params), np.asarray(robust.cov_params()), np.asarray(plain.resid)


def _sentence(rows: dict, s: _Series, value: str, control, unit: str, confidence: float) -> str:
    name = f"「{label_of(value)}」" + (f"（「{label_of(control)}」との差）" if control else "")
    level, slope, average = rows["level"], rows["slope"], rows["average"]
    after = len(s.y) - s.first
    return (
        f"{name}は、{s.times.called()[s.first]} に水準が {number(level['estimate'])}{unit} 変わり、"
        f"その後は 1 期に {number(slope['estimate'])}{unit} ずつ、もとの傾きから離れました。"
        f"もとの傾きと季節が続いた場合とくらべて、後の {after} 期の平均で {number(average['estimate'])}{unit}"
        f"（{interval_words(average['lower'], average['upper'], confidence, unit=unit)}）のちがいです。"
        f"{verdict(average['p_value'], confidence, '変化')}。"
    )


def _assumptions(figures: dict, season, k_season: int, control, unit: str, rows: dict) -> tuple[str, ...]:
    lines = [
        f"前後の平均の差は {number(figures['naive'])}{unit} ですが、"
        "もとの傾きと季節が入っているので、効果とはいえません。",
        "もとの傾きと季節が、何もしなければそのまま続いたとみています。同じころに始まったほかのことの影響は分けられません。"
        + ("" if control else "くらべる系列があれば control に指定してください。"),
        f"続く時点どうしの似かたを {figures['lags']} 期まで考えた標準誤差（ニューウィ・ウェスト）です"
        f"（残差の隣どうしの相関 {figures['acf1']:.2f}、ダービン・ワトソン比 {figures['durbin_watson']:.2f}。"
        "相関 0、比 2 が、つながりのない状態）。",
    ]
    if abs(figures["acf1"]) > 0.5:
        lines.append(
            "残差の隣どうしの相関が強いので、区間は実際より狭いかもしれません。lags を増やして確かめてください。"
        )
    if season and not k_season:
        lines.append("時点がどれも同じ月なので、季節は入れていません。")
    if min(figures["n_before"], figures["n_after"]) < 8:
        lines.append("前か後の時点が 8 つに足りないので、傾きは不安定です。")
    return tuple(lines)


def its_chart(
    data,
    *,
    value: str,
    time: str,
    start,
    season: bool | str = True,
    control: str | None = None,
    lags: int | None = None,
    unit: str = "",
    confidence: float = 0.95,
    title: str = "",
    source: str = "",
    ax: Axes | None = None,
) -> Axes:
    """The series, the fitted line and the counterfactual: what would have been if the earlier course had gone on.

    The arguments and errors are those of :func:`its`.  The band is the interval of the counterfactual after the start.
    Checked against the table of :func:`its`.
    When not to use: as the only evidence; a bend can have many causes.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> waste = da.load("waste_monthly").query("municipality == 'みらい市'")
    >>> waste = waste.assign(kg=waste["burnable_kg"] / waste["population"])
    >>> ax = its_chart(waste, value="kg", time="month", start="2023-10", unit="kg")
    >>> da.charts.alt(ax).split("「")[0]
    '分割時系列のグラフ'
    >>> pyplot.close(ax.figure)
    """
    found = its(
        data, value=value, time=time, start=start, season=season, control=control, lags=lags, unit=unit,
        confidence=confidence,
    )  # fmt: skip
    path = found.tables["counterfactual"]
    steps = Steps(path["time"].rename(time))
    first = found.figures["n_before"]
    at, later = steps.places, slice(first, None)
    with style():
        ax = axes(ax, (7.2, 4.2))
        low, high = path["counterfactual_lower"], path["counterfactual_upper"]
        ax.fill_between(at[later], low[later], high[later], color=PALETTE[1], alpha=0.18, linewidth=0)
        (drawn,) = ax.plot(at, path["observed"], "o", color=PALETTE[4], markersize=3.5, label="実際の値")
        ax.plot(at[:first], path["fitted"][:first], color=PALETTE[0], linewidth=1.8)
        ax.plot(at[later], path["fitted"][later], color=PALETTE[0], linewidth=1.8, label="あてはめた線")
        ax.plot(
            at[later], path["counterfactual"][later], color=PALETTE[1], linewidth=1.8, linestyle="--",
            label="何もなかった場合",
        )  # fmt: skip
        ax.axvline((at[first - 1] + at[first]) / 2, color="#8C8C8C", linewidth=1, linestyle=":")
        every = np.concatenate([path["observed"], path["counterfactual"], low[later], high[later]])
        value_axis(ax, every, False)
        steps.dress(ax)
        frame.name_axes(ax, label_of(time), label_of(value, unit))
        ax.legend(loc="best")
        notes = [f"点線：{path['time'][first]} に開始。帯は、何もなかった場合の{confidence:.0%}信頼区間"]
        low_end, high_end = ax.get_ylim()
        if not low_end <= 0 <= high_end:
            notes.append("縦軸は 0 から始まっていません")
        finish(ax, title=title or found.sentence.split("。")[1], source=source, notes=tuple(notes))
        frame.thin_ticks(ax)
    remember(drawn, Picture("分割時系列のグラフ", tuple(found.sentence.rstrip("。").split("。"))))
    return ax
