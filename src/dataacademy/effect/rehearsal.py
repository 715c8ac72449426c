"""A pilot played many times on the past, where nothing was done, so that one sees what its rule would have decided."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import number
from dataacademy.arguments import chance, check_whole
from dataacademy.effect.checks import check_roles
from dataacademy.effect.pilot import DECISIONS, check_line, decide, means_by_unit
from dataacademy.effect.study import Study
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import check_between, floats
from dataacademy.labels import label_of

SEED = 20260401
LOOKS = {"end": "終わりに一度だけ見る", "every": "毎回見て、「進む」と出たらそこで決める"}


def rehearse_pilot(
    data: pd.DataFrame,
    *,
    value: str,
    id: str,
    time: str,
    n: int,
    line: float,
    effects: Sequence[float] | None = None,
    looks: str = "end",
    repeats: int = 2000,
    seed: int = SEED,
    unit: str = "",
    confidence: float = 0.95,
) -> Study:
    """What a pilot with ``n`` in each arm would decide, if the effect were so and so large (予行).

    data, value, id, time
        The time before, when nothing was done: one row a unit and time.  It is taken as the course of the pilot.
    n, line
        How many in each arm, and the line of :func:`go_no_go`, with its sign.
    effects
        True effects to be tried, added to every value of the treated arm (default: none, and one as large as ``line``).
    looks
        ``end``: the rule is asked once, of the means over all times; ``every``: after each time, of the means so far,
        and the pilot ends as soon as it says go.

    ``repeats`` times 2·n units are drawn, half of them treated; Welch's interval of the difference of unit means goes
    through :func:`go_no_go`.  Table, one row an effect: ``true_effect, go_percent, wait_percent, stop_percent,
    mean_when_go`` (the estimate, on average, of the pilots that said go).  Value: percentage of go at the last effect.
    Errors: ``too_few_units``, ``no_line``, ``duplicate``, unknown names, text, numbers out of range.
    Checked against :func:`plan_pilot` (share of go where the effect is as large as the line) and :func:`rct`.
    When not to use: for yes/no, which a fixed number cannot be added to.

    >>> import dataacademy as da
    >>> checks = da.load("station_checks").assign(month=lambda t: t["date"].str[:7])
    >>> past = checks[checks["month"] < "2025-10"]
    >>> played = rehearse_pilot(past, value="bags", id="station_id", time="month", n=51, line=-1.0, unit="袋")
    >>> bool(75 < played.value < 87), len(played.table)
    (True, 2)
    """
    check_line(line)
    check_whole("一組の数（n）", n, 2, en="n")
    check_whole("くり返し（repeats）", repeats, 100, 100_000, en="repeats")
    check_choice("見方（looks）", looks, list(LOOKS), en="looks")
    check_between("信頼係数", confidence, 0, 1, en="The confidence level")
    course, left_out = _course(data, value, id, time)
    if 2 * n > len(course):
        raise DataAcademyError(
            "too_few_units",
            f"一組 {n:,} 件では {2 * n:,} 件が要りますが、すべての時点の値がある対象は {len(course):,} 件です。",
            f"{2 * n} units are needed, {len(course)} have a value at every time.",
            fix=f"n を {len(course) // 2:,} 以下にするか、対象の多い表を渡してください。",
            fix_en=f"n may be at most {len(course) // 2}.",
        )
    so_far = np.cumsum(course, axis=1) / np.arange(1, course.shape[1] + 1)
    so_far = so_far if looks == "every" else so_far[:, -1:]
    dice = chance(seed)
    order = dice.random((repeats, len(course))).argsort(axis=1)[:, : 2 * n]
    gap, reach = _gaps(so_far, order, n, confidence)
    rows = []
    tried = [0.0, float(line)] if effects is None else [float(effect) for effect in effects]
    for effect in tried:
        said = decide(gap + effect - reach, gap + effect + reach, line)
        go = said == "go"
        ended = np.where(go.any(axis=1), go.argmax(axis=1), said.shape[1] - 1)
        last = np.take_along_axis(said, ended[:, None], axis=1)[:, 0]
        estimate = np.take_along_axis(gap, ended[:, None], axis=1)[:, 0] + effect
        mean = float(estimate[last == "go"].mean()) if (last == "go").any() else np.nan
        rows.append((effect, *(100 * float((last == name).mean()) for name in DECISIONS), mean))
    columns = ["true_effect", "go_percent", "wait_percent", "stop_percent", "mean_when_go"]
    table = pd.DataFrame(rows, columns=columns)
    words = "。".join(
        f"本当の効果が {number(row.true_effect)}{unit} なら、100 回のうち「進む」{row.go_percent:.0f} 回、"
        f"「続けて数える」{row.wait_percent:.0f} 回、「やめる」{row.stop_percent:.0f} 回"
        for row in table.itertuples()
    )
    return Study(
        table,
        float(table["go_percent"].iloc[-1]),
        f"「{label_of(value)}」で一組 {n:,} 件の試行を {repeats:,} 回予行しました（{LOOKS[looks]}）。{words}です。",
        f"{repeats:,} rehearsals with {n:,} in each arm ({looks}): "
        + "; ".join(f"effect {number(r.true_effect)}: go {r.go_percent:.0f} %" for r in table.itertuples())
        + ".",
        used={"対象": len(course), "時点": course.shape[1]},
        left_out=left_out,
        figures={"repeats": repeats, "n_each": n, "line": float(line)},
        assumptions=(
            "前の期間と同じばらつきが、試行の間も続くとみています。効果は、だれにも同じだけ加えています。",
            f"くじは {repeats:,} 回引き直しました（乱数の種 {seed}）。",
        ),
    )


def _course(data, value: str, id: str, time: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Units × times, units with a value at every time only."""
    _, left_out = means_by_unit(data, value, id)
    check_columns(data, [time], table="渡した表")
    check_roles([value, id, time])
    rows = pd.DataFrame({"id": data[id], "time": data[time], "y": floats(data[value], value)}).dropna()
    twice = rows.duplicated(["id", "time"])
    if twice.any():
        row = rows[twice].iloc[0]
        raise DataAcademyError(
            "duplicate",
            f"「{id}」の「{row['id']}」に、「{time}」の「{row['time']}」の行が二つ以上あります。",
            f"{id!r} {row['id']!r} has more than one row at {row['time']!r}.",
            fix="一件一時点で一行になるよう、先に平均などでまとめてください。",
            fix_en="Make it one row a unit and time first.",
        )
    wide = rows.pivot(index="id", columns="time", values="y").sort_index(axis=1)
    full = wide.dropna()
    if len(full) < len(wide):
        left_out = (*left_out, f"値のない時点がある {len(wide) - len(full):,} 件")
    return full.to_numpy(dtype=float), left_out


def _gaps(so_far: np.ndarray, order: np.ndarray, n: int, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Treated minus control and the half width of Welch's interval: repeats × looks."""
    from scipy.stats import t

    one, other = so_far[order[:, :n]], so_far[order[:, n:]]
    a, b = one.var(axis=1, ddof=1) / n, other.var(axis=1, ddof=1) / n
    total = a + b
    df = np.where(total > 0, total**2 * (n - 1) / np.where(total > 0, a**2 + b**2, 1), 2 * n - 2)
    return one.mean(axis=1) - other.mean(axis=1), t.ppf((1 + confidence) / 2, df) * np.sqrt(total)
