"""How long things last when some still go on: Kaplan and Meier's share, with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_between, levels, prepare, yes_no


def survival(
    data: pd.DataFrame,
    *,
    duration: str,
    ended: str,
    by: str | None = None,
    at: float | Sequence[float] | None = None,
    unit: str = "か月",
    confidence: float = 0.95,
) -> Analysis:
    """The share that still goes on after so much time, where some have not ended yet (Kaplan and Meier 1958).

    data
        One row a thing: ``duration`` how long it has been watched (≥ 0), ``ended`` whether it ended then (yes/no); one
        that still goes on counts until the day it was last seen, and then leaves without having ended.
    at
        Points in time to read the share at; without them the table has every time at which something ended.

    Table: the group (``by``)``, time, at_risk, n_ended, n_going`` (left the watch since the row before; with ``at``
    both are counted from the start)``, going_percent, lower_percent, upper_percent``.  Value: the share (0–1) at the
    last ``at``, or the median time (NaN if more than half still go on).  ``figures``: ``median``; with ``by`` the
    ``p_value`` of the log-rank test.

    S(t) = Π (1 − d/n) over the times up to t; variance by Greenwood; the interval on log(−log S), so that it stays
    within 0–100 % (R's ``conf.type = "log-log"``).
    Errors: negative_duration, nothing_ended, beyond_watch (``at`` after the longest time anybody was watched), those of
    :func:`~dataacademy.inputs.prepare`.
    Checked against R ``survival`` 3.5 on the leukaemia trial of Freireich et al. (1963).
    When not to use: where things leave the watch because they are about to end, or end in ways that must be told apart.

    >>> toys = pd.DataFrame({"月": [2, 4, 4, 6, 9], "止まった": [True, True, False, True, False]})
    >>> found = survival(toys, duration="月", ended="止まった", at=5)
    >>> round(100 * found.value, 1)
    60.0
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    rows = prepare(data, numbers=[duration], categories=[ended, *([by] if by else [])])
    frame = rows.frame
    over = yes_no(frame[ended], ended)
    times = frame[duration].to_numpy()
    _check(times, over, duration, ended)
    names = levels(frame[by], by) if by else [""]
    parts = [(name, (frame[by] == name).to_numpy() if by else np.ones(len(frame), bool)) for name in names]
    points = None if at is None else np.atleast_1d(np.asarray(at, float))
    if points is not None:
        _check_points(points, {name: times[mask].max() for name, mask in parts}, unit)
    tables, medians = [], {}
    for name, mask in parts:
        steps = _steps(times[mask], over[mask], confidence)
        medians[name] = _median(steps)
        shown = steps if points is None else _read(steps, times[mask], over[mask], points)
        tables.append(shown.assign(**({by: name} if by else {})))
    table = pd.concat(tables, ignore_index=True)
    table = table[[*([by] if by else []), *[c for c in table if c != by]]]
    figures = {"n": len(frame), "n_ended": int(over.sum()), "median": medians[names[0]]}
    if by:
        figures = {"n": len(frame), "n_ended": int(over.sum()), "p_value": _log_rank(times, over, frame[by])}
    ja, en = _sentences(table, medians, points, by, unit, len(frame), int(over.sum()), confidence)
    return Analysis(
        table=table,
        value=float(medians[names[0]] if points is None else table["going_percent"].iloc[-1] / 100),
        sentence=ja,
        sentence_en=en,
        used={"行": len(frame)},
        left_out=rows.left_out,
        figures=figures,
        assumptions=(
            "まだ続いているものは、見ていた日までを数え、そのあとは数に入れない（「終わった」とも「続く」とも決めつけない）。",
            "途中で見なくなったものも、見続けたものと同じように終わると考える。",
        ),
    )


def _check(times: np.ndarray, over: np.ndarray, duration: str, ended: str) -> None:
    if (times < 0).any():
        raise DataAcademyError(
            "negative_duration",
            f"列「{duration}」に負の長さが {int((times < 0).sum())} 行あります。",
            f"Column {duration!r} has negative durations.",
            fix="始まった日と最後の日が逆になっていないか、確かめてください。",
            fix_en="Are first and last day swapped?",
            column=duration,
        )
    if not over.any():
        raise DataAcademyError(
            "nothing_ended",
            f"列「{ended}」が「はい」の行が一つもないので、どれだけ続くかは、まだ分かりません。",
            f"Nothing has ended yet ({ended!r} is never true).",
            fix="終わったものが出てから計算します。いまは「全部続いている」と、見ていた長さを書いてください。",
            fix_en="Wait until something has ended; say that all go on, and for how long they were watched.",
            column=ended,
        )


def _check_points(points: np.ndarray, longest: dict[str, float], unit: str) -> None:
    name, most = min(longest.items(), key=lambda item: item[1])
    if (points < 0).any() or points.max() > most:
        group = f"「{name}」を" if name else ""
        raise DataAcademyError(
            "beyond_watch",
            f"{points.max():g}{unit}のときの割合は出せません。"
            f"{group}見ていたのは、いちばん長くて {round(most, 1):g}{unit}です。",
            f"Nobody was watched for {points.max():g}; the longest watch was {most:g}.",
            fix=f"at には、0 から {np.floor(most):g} までの数を入れてください。",
            fix_en=f"Ask for 0 to {most:g}.",
        )


def _steps(times: np.ndarray, over: np.ndarray, confidence: float) -> pd.DataFrame:
    """One row for each time at which something ended; of what goes on as a whole the last time it was seen."""
    from scipy.stats import norm
    from statsmodels.duration.survfunc import SurvfuncRight

    if not over.any():  # one group of several may still go on as a whole
        at = times.max()
        row = {"time": at, "at_risk": int((times == at).sum()), "n_ended": 0, "n_going": int((times < at).sum())}
        return pd.DataFrame([row | {"going_percent": 100.0, "lower_percent": np.nan, "upper_percent": np.nan}])
    fitted = SurvfuncRight(times, over.astype(float))
    share, error = np.asarray(fitted.surv_prob), np.asarray(fitted.surv_prob_se)
    z = norm.ppf((1 + confidence) / 2)
    inside = (share > 0) & (share < 1)
    lower, upper = np.full(len(share), np.nan), np.full(len(share), np.nan)
    log = np.log(share[inside])
    wide = z * error[inside] / (share[inside] * np.abs(log))
    lower[inside], upper[inside] = np.exp(log * np.exp(wide)), np.exp(log * np.exp(-wide))
    at = np.asarray(fitted.surv_times, float)
    table = pd.DataFrame({"time": at, "at_risk": np.asarray(fitted.n_risk).astype(int)})
    table["n_ended"] = np.asarray(fitted.n_events).astype(int)
    table["n_going"] = _left_between(times, over, at)
    return table.assign(going_percent=100 * share, lower_percent=100 * lower, upper_percent=100 * upper)


def _left_between(times: np.ndarray, over: np.ndarray, at: np.ndarray) -> np.ndarray:
    """How many were last seen, still going, from each time's predecessor until just before it."""
    seen = np.sort(times[~over])
    before = np.searchsorted(seen, at, side="left")  # one seen at the very time of an end was still at risk then
    return np.diff(before, prepend=0)


def _read(steps: pd.DataFrame, times: np.ndarray, over: np.ndarray, points: np.ndarray) -> pd.DataFrame:
    """The stairs read at given points."""
    where = np.searchsorted(steps["time"], points, side="right") - 1
    columns = ["going_percent", "lower_percent", "upper_percent"]
    read = steps[columns].iloc[where.clip(0)].reset_index(drop=True)
    read.loc[where < 0, columns] = [100.0, np.nan, np.nan]
    read.insert(0, "time", points)
    read.insert(1, "at_risk", [int((times >= point).sum()) for point in points])
    read.insert(2, "n_ended", [int((over & (times <= point)).sum()) for point in points])
    read.insert(3, "n_going", [int((~over & (times < point)).sum()) for point in points])
    return read


def _median(steps: pd.DataFrame) -> float:
    down = steps.loc[steps["going_percent"] <= 50 + 1e-9, "time"]
    return float(down.iloc[0]) if len(down) else float("nan")


def _log_rank(times: np.ndarray, over: np.ndarray, groups: pd.Series) -> float:
    from statsmodels.duration.survfunc import survdiff

    return float(survdiff(times, over.astype(float), groups.astype(str).to_numpy())[1])


def _sentences(table, medians, points, by, unit, n, ended, confidence) -> tuple[str, str]:
    head = f"{n}件のうち、終わったのは {ended}件です。"
    if points is None:
        told = [
            (f"「{name}」は" if by else "")
            + ("半分より多くが続いています" if np.isnan(m) else f"半分が終わるまでに {round(m, 1):g}{unit}かかりました")
            for name, m in medians.items()
        ]
        read = ", ".join(f"{name}: {m:.4g}" if by else f"{m:.4g}" for name, m in medians.items())
        return head + "、".join(told) + "。", f"{ended} of {n} ended; median time {read}."
    last = table[table["time"] == points[-1]]
    told, told_en = [], []
    for row in last.itertuples(index=False):
        known = not np.isnan(row.lower_percent)
        width = f"（{confidence:.0%}信頼区間 {row.lower_percent:.0f}〜{row.upper_percent:.0f}％）" if known else ""
        told.append((f"「{getattr(row, by)}」は " if by else "") + f"{row.going_percent:.0f}％{width}")
        told_en.append((f"{getattr(row, by)}: " if by else "") + f"{row.going_percent:.0f} %")
    ja = f"{head}{points[-1]:g}{unit}後も続いている割合は、{'、'.join(told)}です。"
    return ja, f"{ended} of {n} ended; still going after {points[-1]:g}: {', '.join(told_en)}."
