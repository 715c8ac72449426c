"""A pilot before it begins and after it ends: how many are needed, and the rule that was fixed beforehand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import number
from dataacademy.arguments import check_whole
from dataacademy.effect.checks import check_data, check_roles, no_spread
from dataacademy.effect.study import Study
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.finding import Finding
from dataacademy.inputs import check_between, floats
from dataacademy.labels import label_of
from dataacademy.stats.planning import power as chance_to_find
from dataacademy.stats.planning import sample_size

DECISIONS = {"go": "進む", "wait": "続けて数える", "stop": "やめる"}


def plan_pilot(
    data: pd.DataFrame,
    *,
    value: str,
    id: str,
    line: float,
    sizes: Sequence[int] = (10, 20, 40, 80),
    power: float = 0.8,
    unit: str = "",
    confidence: float = 0.95,
) -> Study:
    """How many a pilot needs in each of its two arms to see an effect as large as ``line``.

    data, value, id
        Rows from the time before the pilot, and who each is about; several rows of one are averaged, as the pilot will
        average them.  Only the spread between them is used.
    line
        The smallest effect that is worth the measure, in ``unit``, with its sign: −1 is one fewer.
    sizes
        Numbers in each arm to be shown beside the needed one.
    power
        The chance of seeing the effect if it is there (0–1).

    Needed: two-sided t-test of two means with d = line ÷ spread (:func:`dataacademy.stats.sample_size`).
    Table, one row a size: ``n_each`` (in each arm), ``total, power_percent, detectable`` (the effect that is seen with
    chance ``power``: (t of the interval + t of the power)·spread·√(2/n), Bloom 1995).  Value: the needed ``n_each``.
    Figures: ``spread, available`` (units in the table), ``total``.
    Errors: ``no_line``, ``one_row_group``, ``no_spread``, ``too_small_effect``, unknown columns, text.
    Checked against ``stats.sample_size`` (R ``pwr``), and by the trials of :func:`rehearse_pilot`.
    When not to use: for yes/no (``stats.sample_size("proportions", …)``), or where whole groups are drawn that have few
    members each known apart: ``id`` must be what the lot is drawn for.

    >>> import dataacademy as da
    >>> checks = da.load("station_checks")
    >>> plan = plan_pilot(
    ...     checks[checks["date"] < "2025-10"], value="bags", id="station_id", line=-1.0, unit="袋")
    >>> plan.value, int(plan.figures["available"])
    (51, 160)
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    check_line(line)
    means, left_out = means_by_unit(data, value, id)
    spread = float(means.std(ddof=1))
    if not spread > 0:
        raise no_spread(value)
    how = {"d": abs(line) / spread, "alpha": 1 - confidence}
    needed = int(sample_size("means", power=power, **how).table["n"].iloc[0])
    for size in sizes:
        check_whole("一組の数（sizes）", size, 2, en="sizes")
    rows = []
    for n in sorted({*map(int, sizes), needed}):
        found = 100 * chance_to_find("means", n=n, **how).value
        rows.append((n, 2 * n, found, _detectable(n, spread, power, confidence)))
    table = pd.DataFrame(rows, columns=["n_each", "total", "power_percent", "detectable"])
    short = 2 * needed > len(means)
    more = (
        f"表にあるのは {len(means):,} 件なので、足りません。線を見直すか、数える期間をのばすか、ほかの方法で比べます。"
    )
    return Study(
        table,
        needed,
        f"「{label_of(value)}」に {number(abs(line))}{unit} のちがいがあるとき、"
        f"それを 10 回に {10 * power:g} 回見つけるには、一組に {needed:,} 件、合わせて {2 * needed:,} 件が要ります"
        f"（一件ごとのばらつき {number(spread)}{unit}）。" + (more if short else ""),
        f"{needed:,} in each arm ({2 * needed:,} in all) see a difference of {number(abs(line))} in {power:.0%} of "
        f"pilots (spread {number(spread)}; {len(means):,} in the table).",
        used={"対象": len(means)},
        left_out=left_out,
        figures={"spread": spread, "available": len(means), "total": 2 * needed},
        assumptions=(
            "だれを先にするかは、くじで決めるとみています。",
            "始まった後のばらつきが、前と同じだとみています。季節で変わる数なら、同じ季節の前の値を使ってください。",
        ),
    )


def go_no_go(finding: Finding, *, line: float, unit: str = "") -> Study:
    """Go on, go on counting, or stop: two questions to the interval of an effect, with a line fixed beforehand.

    finding
        What :func:`rct`, :func:`did` or :func:`its` returned (the adjusted difference where there is one).
    line
        The smallest effect that is worth the measure, in the unit of the finding, with its sign: −1 is one fewer.

    1. Does the better end of the interval reach the line?  If not: stop (やめる).  2. Is the worse end on the good side
    of 0?  If so: go (進む).  Otherwise the pilot cannot tell: count on (続けて数える).
    Table, one row a question: ``criterion, answer``.  Value: the effect.  Figures: ``decision`` (進む,
    続けて数える or やめる), ``line, lower, upper``.
    Errors: ``no_line``, ``nothing_compared`` for a comparison of before and after, ``no_interval``.
    When not to use: with a line chosen after the result was seen; or where harm to a few weighs more than the mean.

    >>> import dataacademy as da
    >>> points = da.load("points")
    >>> points = points[points["month"] < "2026-01"].assign(joined=lambda t: t["wave"] == "first")
    >>> found = da.effect.did(
    ...     points, value="steps", treated="joined", time="month", start="2025-10", id="user_id", unit="歩")
    >>> go_no_go(found, line=500, unit="歩").figures["decision"]
    '進む'
    >>> go_no_go(found, line=1000, unit="歩").figures["decision"]
    'やめる'
    """
    check_line(line)
    estimate, lower, upper = _interval_of(finding)
    good, bad = (upper, lower) if line > 0 else (lower, upper)
    decision = DECISIONS[str(decide(np.array([lower]), np.array([upper]), line)[0])]
    reaches, beyond = (good - line) * line >= 0, bad * line > 0
    table = pd.DataFrame(
        [
            (f"幅のよいほうの端（{number(good)}{unit}）は、線（{number(line)}{unit}）に届くか", _yes(reaches)),
            (f"幅の悪いほうの端（{number(bad)}{unit}）も、0よりよい側にあるか", _yes(beyond)),
        ],
        columns=["criterion", "answer"],
    )
    why = {
        "進む": "幅が0をまたがず、よいほうの端は線に届きます。",
        "続けて数える": "線に届くかもしれませんが、効いていないかもしれません。この数では分かりません。",
        "やめる": "いちばんよく見ても、線に届きません。",
    }[decision]
    return Study(
        table,
        estimate,
        f"先に決めた線は {number(line)}{unit}、効果は {number(estimate)}{unit}"
        f"（信頼区間 {number(lower)}〜{number(upper)}{unit}）なので、判定は「{decision}」です。{why}",
        f"line {number(line)}, effect {number(estimate)} ({number(lower)} to {number(upper)}): "
        f"{next(k for k, v in DECISIONS.items() if v == decision)}.",
        used=dict(finding.used),
        figures={"decision": decision, "line": float(line), "lower": lower, "upper": upper},
        assumptions=("線は、結果を見る前に決めたものとみています。", "困る人が出たときは、この判定より先に止めます。"),
    )


def decide(lower: np.ndarray, upper: np.ndarray, line: float) -> np.ndarray:
    """``go``, ``wait`` or ``stop`` for intervals.

    >>> decide(np.array([-2.0, -2.0, -0.5]), np.array([-0.1, 0.3, 0.1]), -1.0).tolist()
    ['go', 'wait', 'stop']
    """
    good, bad = (upper, lower) if line > 0 else (-lower, -upper)
    return np.where(good < abs(line), "stop", np.where(bad > 0, "go", "wait"))


def means_by_unit(data: pd.DataFrame, value: str, id: str) -> tuple[pd.Series, tuple[str, ...]]:
    """The mean of ``value`` of each unit, and what was left out; at least two units."""
    check_data(data)
    check_roles([value, id])
    check_columns(data, [value, id], table="渡した表")
    y = pd.Series(floats(data[value], value), index=data.index)
    known = y.notna() & data[id].notna()
    means = y[known].groupby(data.loc[known, id]).mean()
    if len(means) < 2:
        raise DataAcademyError(
            "one_row_group",
            f"列「{value}」の値がある対象は {len(means):,} 件だけなので、ばらつきが分かりません。",
            f"{len(means)} units with a value: the spread is unknown.",
            fix="くじを引く相手の列を id= に指定し、始める前の値がある行を渡してください。",
            fix_en="Name with id= what the lot is drawn for, and pass rows from before.",
        )
    gone = int((~known).sum())
    return means, (f"「{value}」か「{id}」が空欄の {gone:,} 行",) if gone else ()


def check_line(line) -> None:
    """Raise unless ``line`` is a number other than 0."""
    if isinstance(line, (int, float, np.number)) and not isinstance(line, bool) and np.isfinite(line) and line != 0:
        return
    raise DataAcademyError(
        "no_line",
        f"線（line）は、0でない数にしてください。渡されたのは「{line}」です。",
        f"line must be a number other than 0, not {line!r}.",
        fix="これより小さいなら続ける意味がない、という大きさを書きます。減ってほしい数なら、マイナスを付けます（例：-1）。",
        fix_en="Write the smallest effect worth having, with its sign.",
    )


def _interval_of(finding) -> tuple[float, float, float]:
    figures, table = getattr(finding, "figures", {}), getattr(finding, "table", None)
    if {"estimate", "lower", "upper"} <= set(figures):
        row = figures
    elif isinstance(table, pd.DataFrame) and {"estimate", "lower", "upper"} <= set(table):
        average = table["term"].eq("average") if "term" in table else pd.Series(False, index=table.index)
        row = table[average].iloc[0] if average.any() else table.iloc[-1]
    elif isinstance(table, pd.DataFrame) and {"change", "lower", "upper"} <= set(table):
        raise DataAcademyError(
            "nothing_compared",
            "前と後をくらべただけの結果では、判定できません。何もしなくても動いた分が入っています。",
            "A comparison of before and after cannot decide: what came by itself is in it.",
            fix="くじ（rct）、差の差（did）、分割時系列（its）で求めた効果を渡してください。",
            fix_en="Pass an effect found by rct, did or its.",
        )
    else:
        raise DataAcademyError(
            "no_interval",
            "この結果には、効果の幅（信頼区間）がないので、判定できません。",
            "This result has no interval of an effect.",
            fix="rct、did、its の結果を、そのまま渡してください。",
            fix_en="Pass the result of rct, did or its as it is.",
        )
    estimate, lower, upper = (float(row[name]) for name in ("estimate", "lower", "upper"))
    if not np.isfinite([estimate, lower, upper]).all():
        raise DataAcademyError(
            "no_interval",
            "この結果では、効果の幅（信頼区間）を求められていないので、判定できません。",
            "The interval of this effect is not known.",
            fix="対象か、くらべる相手を増やして、もう一度求めてください。",
            fix_en="More units are needed on the side that has one.",
        )
    return estimate, lower, upper


def _detectable(n: int, spread: float, power: float, confidence: float) -> float:
    from scipy.stats import t

    df = 2 * (n - 1)
    return float((t.ppf((1 + confidence) / 2, df) + t.ppf(power, df)) * spread * math.sqrt(2 / n))


def _yes(answer) -> str:
    return "はい" if answer else "いいえ"
