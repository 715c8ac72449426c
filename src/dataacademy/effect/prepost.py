"""前後比較: what changed, and every reason why that need not be the measure's doing."""

from __future__ import annotations

import pandas as pd

from dataacademy import weighted
from dataacademy.analysis import interval_words, number
from dataacademy.effect import misleads
from dataacademy.effect.checks import named
from dataacademy.effect.courses import Course, long, wide
from dataacademy.effect.study import Study, row_of
from dataacademy.errors import DataAcademyError
from dataacademy.inputs import check_between
from dataacademy.labels import label_of


def before_after(
    data: pd.DataFrame,
    *,
    value: str | None = None,
    time: str | None = None,
    start=None,
    id: str | None = None,
    before: str | None = None,
    after: str | None = None,
    group: str | None = None,
    treated=None,
    control=None,
    weights: str | None = None,
    unit: str = "",
    confidence: float = 0.95,
) -> Study:
    """The change from before to after, with its interval, and the reasons why it need not be an effect.

    value, time, start, id
        A table with one row a time: the number (in ``unit``), the time (``2025-04``, ``2025-04-15``, 2025), the first
        time that counts as after, and who is who where the same units come again.
    before, after
        Or a table with one row a unit and a column for each.
    group, treated, control
        Where the table also holds those who got nothing: the column that tells them apart, and the value of those who
        got the measure (not needed for yes/no).  The change is theirs; the others show what came by itself.

    Table, one row for the treated (and one for the others): ``group, n_before, n_after, before_mean,
    after_mean, change, lower, upper, p_value``.  Value: the change, in ``unit``.
    Tables: ``checks`` with ``check, state, reading, needed`` of season, trend, selection, others, leaving, size;
    ``state`` is ``present`` (it is there), ``absent`` (looked for, not seen) or ``unknown`` (this table cannot tell;
    ``needed`` says what could).  Figures, as far as
    known: ``same_month_change, trend_slope, trend_p, expected_by_trend, before_gap_sd, expected_change, rest, last_gap,
    others_change``.

    Interval: t of the units' differences, or Welch's t of separate rows.  Selection: the line of after on before over
    those left alone, as in :func:`dataacademy.stats.regression_to_mean`.
    Errors: ``unclear_comparison``, ``start_before_data``, ``start_after_data``, ``time_text``, ``duplicate``,
    ``no_values`` (nothing before or after), ``one_row_group``, ``same_column``, those of the arms (:func:`rct`), text.
    Checked against ``stats.compare`` (paired, welch: R's ``t.test``) and ``stats.regression_to_mean``.
    When not to use: as the proof that a measure worked.  It is what :func:`did`, :func:`its` or :func:`rct` are for.

    >>> import dataacademy as da
    >>> checks, stations = da.load("station_checks"), da.load("stations")
    >>> bags = checks.merge(stations[stations["arm"] == "sign"], on="station_id")
    >>> found = before_after(bags, value="bags", time="date", start="2025-10-01", id="station_id", unit="袋")
    >>> round(found.value, 2)  # the lot says −1.8
    -0.46
    >>> found.tables["checks"].set_index("check").loc[["season", "others"], "state"].tolist()
    ['present', 'unknown']
    """
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    arms = {"group": group, "treated": treated, "control": control}
    by_time = [value, time, start]
    if before is not None and after is not None and by_time == [None] * 3 and id is None:
        found, what = wide(data, before, after, arms, weights), label_of(after)
    elif before is None and after is None and all(v is not None for v in by_time):
        found, what = long(data, value, time, start, id, arms, weights), label_of(value)
    else:
        raise DataAcademyError(
            "unclear_comparison",
            "何の前と後をくらべるのかが決まりません。",
            "It is not clear what is compared.",
            fix="時点ごとの行の表なら value=・time=・start=（と id=）、前と後の列がある表なら before=・after= を、"
            "組で指定してください。",
            fix_en="Give value, time, start (and id) for rows by time, or before and after for two columns.",
        )
    results = [
        misleads.season(found, unit),
        misleads.trend(found, unit, confidence),
        misleads.selection(found, unit, confidence),
        misleads.others(found, unit, confidence),
        misleads.leaving(found),
        misleads.size(found),
    ]
    checks = pd.DataFrame([result.row for result in results])
    figures = {name: v for result in results for name, v in result.figures.items()}
    table = pd.DataFrame([_row(c, confidence) for c in (found.treated, found.others) if c is not None])
    row = table.iloc[0]
    span = interval_words(row["lower"], row["upper"], confidence, unit=unit)
    there, unknown = named(checks, "present"), named(checks, "unknown")
    doubts = "、".join(
        [*([f"{there}があり"] if there else []), *([f"{unknown}はこの表では分かりません"] if unknown else [])]
    )
    doubts = doubts.removesuffix("があり") + "があります" if doubts.endswith("があり") else doubts
    who = f"「{found.treated.name}」の" if found.others is not None else ""
    counted = f"{found.treated.n:,} 件" if found.treated.paired else f"前 {row['n_before']:,}・後 {row['n_after']:,} 行"
    return Study(
        table,
        float(row["change"]),
        f"{who}「{what}」の平均は、前 {number(row['before_mean'])}{unit}、後 {number(row['after_mean'])}{unit} で、"
        f"変化は {number(row['change'])}{unit}（{span}、{counted}）です。"
        + (
            f"ただし、これだけでは効果とは言えません：{doubts}。"
            if doubts
            else "前後の差だけで効果と決めず、くらべる相手も見てください。"
        ),
        f"{what}: {number(row['before_mean'])} before, {number(row['after_mean'])} after, change "
        f"{number(row['change'])} ({confidence:.0%} interval {number(row['lower'])} to {number(row['upper'])}); "
        f"not an effect by itself. Present: {_listed(checks, 'present')}; "
        f"cannot be told here: {_listed(checks, 'unknown')}.",
        used={
            "対象" if found.treated.paired else "行": found.treated.n if found.treated.paired else len(found.treated.y)
        },
        left_out=found.left_out,
        figures=figures,
        assumptions=(
            "何もしなければ前のままだった、という前提が成り立つときだけ、変化は効果です。",
            *(
                ()
                if found.treated.paired
                else ("行どうしは互いに無関係とみています。続く月どうしが似ていれば、区間は狭すぎます。",)
            ),
        ),
        tables={"checks": checks},
    )


def _row(course: Course, confidence: float) -> dict:
    change, se, df = course.change()
    result = row_of(change, se, df, confidence)
    return {
        "group": course.name,
        "n_before": len(course.before),
        "n_after": len(course.after),
        "before_mean": weighted.mean(course.before, course.weights),
        "after_mean": weighted.mean(course.after, course.weights_after),
        "change": change,
        "lower": result["lower"],
        "upper": result["upper"],
        "p_value": result["p_value"],
    }


def _listed(checks: pd.DataFrame, state: str) -> str:
    return ", ".join(checks.loc[checks["state"] == state, "check"]) or "none"
