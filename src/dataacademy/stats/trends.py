"""A number over time: rising or falling, how fast, and is that more than its ups and downs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, interval_words, number, verdict
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_between, check_table, levels, prepare
from dataacademy.labels import label_of

METHODS = {
    "linear": "まっすぐな線（最小二乗法）と、前後のつながりに強い標準誤差（ニューウィ・ウェスト）",
    "theil_sen": "二時点ずつの傾きの中央値（テイル・セン）と、順位による検定（マン・ケンドール）",
}
FEW = 8


def trend(
    data: pd.DataFrame,
    *,
    time: str,
    value: str,
    by: str | None = None,
    method: str = "linear",
    lags: int | None = None,
    unit: str = "",
    confidence: float = 0.95,
) -> Analysis:
    """How much ``value`` changes per year (dates) or per step of ``time`` (numbers), for everything or ``by`` group.

    time
        Dates (or text such as 2026-04 or 2026-04-01), or numbers such as fiscal years; each once a group.
    method
        ``linear`` (Newey–West errors with ``lags``, default ⌊4(n/100)^(2/9)⌋, t with n − 2), or ``theil_sen`` (outliers
        do not matter; interval after Sen 1968 with ties, p-value of Mann–Kendall with continuity correction).

    Table, one row a group: the group, ``n, first, last`` (value at the first and last time),
    ``slope, lower, upper, p_value, percent`` (slope in % of the mean).  Value: the slope (the steepest of the groups).

    Errors: ``too_few_rows`` (below 4), ``duplicate`` time, ``bad_time``, ``no_spread``, those of
    :func:`~dataacademy.inputs.prepare`.
    Checked against R ``lm`` + ``sandwich::NeweyWest``, ``cor.test(method = "kendall")`` and medians of slopes.
    When not to use: for series with seasons compare the same months first; a trend is not a forecast, and a break in
    the definition or in the middle needs its own model (interrupted time series).

    >>> import dataacademy as da
    >>> vital = da.load("vital_events").groupby("month", as_index=False)["births"].sum()
    >>> finding = trend(vital, time="month", value="births", unit="人")
    >>> finding.table["n"].tolist(), finding.sentence.startswith("「出生")
    ([71], True)
    """
    check_choice("求め方", method, list(METHODS), en="Method")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_table(data)
    check_columns(data, [time], table="渡した表")
    timed = data.assign(**{time: years(data[time], time)})
    rows = prepare(timed, numbers=[value, time], categories=[by] if by else [])
    table = []
    for group in levels(rows.frame[by], by, least=1) if by else [None]:
        part = rows.frame if group is None else rows.frame[rows.frame[by] == group]
        part = part.sort_values(time)
        _check(part, time, value, group)
        x, y = part[time].to_numpy(), part[value].to_numpy()
        found = _linear(x, y, lags, confidence) if method == "linear" else _theil_sen(x, y, confidence)
        head = ({by: group} if by else {}) | {"n": len(part), "first": y[0], "last": y[-1]}
        table.append(head | found | {"percent": 100 * found["slope"] / y.mean() if y.mean() else np.nan})
    table = pd.DataFrame(table)
    top = table.loc[table["slope"].abs().idxmax()]
    step = "1年に" if not pd.api.types.is_numeric_dtype(data[time]) else f"「{label_of(time)}」1 につき"
    way = "増えて" if top["slope"] > 0 else "減って"
    who = f"「{top[by]}」の" if by else ""
    few = (f"{FEW} 時点より少ないので、向きのほかは言いにくい数です。",) if top["n"] < FEW else ()
    return Analysis(
        table,
        float(top["slope"]),
        f"{who}「{label_of(value)}」は{step} {number(abs(top['slope']))}{unit}ずつ{way}います"
        f"（{interval_words(top['lower'], top['upper'], confidence, unit=unit)}、{int(top['n'])} 時点）。"
        f"{verdict(top['p_value'], confidence, '動き')}。",
        f"{value}{f' ({top[by]})' if by else ''}: {number(top['slope'])} per "
        f"{'year' if step == '1年に' else time} ({confidence:.0%} interval {number(top['lower'])} to "
        f"{number(top['upper'])}, n = {int(top['n'])}, p = {top['p_value']:.3g}).",
        used=rows.used,
        left_out=rows.left_out,
        assumptions=(f"求め方は{METHODS[method]}。", *few, "この動きが続くとは限りません。"),
    )


def years(values: pd.Series, column: str) -> pd.Series:
    """Time as numbers: numbers as they are, dates and their text as years (2026-07-02 is about 2026.5)."""
    if pd.api.types.is_numeric_dtype(values):
        return values
    dates = pd.to_datetime(values, errors="coerce", format=None if hasattr(values, "dt") else "ISO8601")
    bad = dates.isna() & values.notna()
    if bad.any():
        raise DataAcademyError(
            "bad_time",
            f"列「{column}」の「{values[bad].iloc[0]}」を日付として読めません（{int(bad.sum())} 行）。",
            f"{values[bad].iloc[0]!r} in {column!r} is not a date ({int(bad.sum())} rows).",
            fix="2026-04-01 や 2026-04 の形にそろえるか、年度の数（2026）にしてください。和暦は da.eras で直せます。",
            fix_en="Write 2026-04-01 or 2026-04, or use numbers such as 2026; da.eras converts Japanese eras.",
            column=str(column),
        )
    start = pd.to_datetime(dates.dt.year.astype("Int64").astype("string") + "-01-01", errors="coerce")
    length = 365 + dates.dt.is_leap_year.astype(int)
    return dates.dt.year + (dates - start).dt.days / length


def _check(part: pd.DataFrame, time: str, value: str, group) -> None:
    where = "" if group is None else f"「{group}」の"
    if len(part) < 4:
        raise DataAcademyError(
            "too_few_rows",
            f"{where}時点が {len(part)} しかないので、動きは言えません。",
            f"Only {len(part)} times{f' in {group!r}' if group is not None else ''}.",
            fix="少なくとも 4 時点が要ります。",
            fix_en="At least 4 are needed.",
        )
    if part[time].duplicated().any():
        raise DataAcademyError(
            "duplicate",
            f"{where}列「{time}」に、同じ時点の行が二つ以上あります。",
            f"{time!r} has the same time more than once{f' in {group!r}' if group is not None else ''}.",
            fix="先に合計や平均で一時点一行にまとめるか、by= で区分を指定してください。",
            fix_en="Add the rows up to one a time, or name the groups with by=.",
        )
    if part[value].nunique() < 2:
        raise DataAcademyError(
            "no_spread",
            f"{where}列「{value}」の値がすべて同じです。",
            f"{value!r} does not vary.",
            fix="列を確かめてください。",
            fix_en="Check the column.",
        )


def _linear(x: np.ndarray, y: np.ndarray, lags: int | None, confidence: float) -> dict[str, float]:
    import statsmodels.api as sm

    lags = int(4 * (len(y) / 100) ** (2 / 9)) if lags is None else lags
    matrix = np.column_stack([np.ones(len(x)), x - x.mean()])
    result = sm.OLS(y, matrix).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False}, use_t=True)
    lower, upper = result.conf_int(alpha=1 - confidence)[1]
    return {
        "slope": float(result.params[1]),
        "lower": float(lower),
        "upper": float(upper),
        "p_value": float(result.pvalues[1]),
    }


def _theil_sen(x: np.ndarray, y: np.ndarray, confidence: float) -> dict[str, float]:
    from scipy.stats import norm, theilslopes

    found = theilslopes(y, x, alpha=confidence)
    n, ties = len(y), np.unique(y, return_counts=True)[1]
    spread = np.sqrt((n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18)
    i, j = np.triu_indices(n, 1)
    score = abs(np.sign(y[j] - y[i]).sum())
    return {
        "slope": float(found.slope),
        "lower": float(found.low_slope),
        "upper": float(found.high_slope),
        "p_value": float(min(1, 2 * norm.sf(max(score - 1, 0) / spread))),
    }
