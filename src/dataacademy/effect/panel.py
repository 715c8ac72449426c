"""Who was treated from when: rows before and after, or the same units period by period, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dataacademy.effect.checks import check_data, check_roles, listed, no_spread
from dataacademy.effect.periods import Periods, periods
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import levels, prepare, yes_no

MAX_UNITS = 1_000_000  # the units of a panel are identifiers, not a classification


@dataclass(frozen=True)
class Panel:
    """Rows of treated and untreated over time.

    y, weights
        Outcome and weight (mean 1) of each row.
    treated, on
        Whether the row's group is ever treated; whether the treatment is on in this row.
    position, times
        Number of the row's period, and the periods.
    starts
        For each row, the number of the period in which its unit's treatment begins; −1 where it never does.
    units, unit_names
        Number of the row's unit and the names, or None for separate rows (nobody is followed).
    cluster
        Number of the row's cluster, or None.
    covariates, terms
        Columns to hold fixed (n × k) and their names.
    """

    y: np.ndarray
    weights: np.ndarray
    treated: np.ndarray
    on: np.ndarray
    position: np.ndarray
    times: Periods
    starts: np.ndarray
    units: np.ndarray | None
    unit_names: list
    cluster: np.ndarray | None
    covariates: np.ndarray
    terms: list[str]
    used: dict
    left_out: tuple[str, ...]

    @property
    def staggered(self) -> bool:
        """Whether treatment begins at more than one time."""
        return len(np.unique(self.starts[self.treated])) > 1


def treated_column(data: pd.DataFrame, treated, id: str | None) -> tuple[np.ndarray, np.ndarray]:
    """Whether each row is treated, from a yes/no column or from names of units; and where that is known."""
    if isinstance(treated, str) and treated in data.columns:
        known = data[treated].notna().to_numpy()
        if not known.any():
            raise DataAcademyError(
                "all_missing",
                f"列「{treated}」はすべて空欄です。",
                f"Column {treated!r} is empty in every row.",
                fix="対象かどうか（True・False）を入れてください。",
                fix_en="Fill in whether each row is treated.",
                column=treated,
            )
        flag = np.zeros(len(data), bool)
        flag[known] = yes_no(data[treated][known], treated)
        return flag, known
    if id is None:
        check_columns(data, [treated], table="渡した表")
    names = listed(treated)
    for name in names:
        check_choice(f"列「{id}」の値", name, list(data[id].dropna().unique()), en=f"Value of {id!r}")
    return data[id].isin(names).to_numpy(), np.ones(len(data), bool)


def panel(
    data,
    *,
    value: str,
    treated,
    time: str,
    start,
    id: str | None = None,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    weights: str | None = None,
) -> Panel:
    """The Panel of ``data``.

    Errors: those of :func:`~dataacademy.inputs.prepare` and :func:`~dataacademy.effect.periods.periods`,
    ``duplicate`` and ``missing_periods`` (with ``id``), ``no_untreated``, ``no_treated``, ``no_start``,
    ``start_before_data``, ``start_after_data``, ``status_not_group``, ``treatment_ends``, ``empty_group``,
    ``same_column``, ``no_spread``.
    """
    check_data(data)
    covariates = listed(covariates)
    check_roles([value, time, *covariates])
    extra = [c for c in (id, cluster) if c]
    check_columns(data, [value, time, *extra, *covariates, *([weights] if weights else [])], table="渡した表")
    flag, known = treated_column(data, treated, id)
    data, flag = data[known].reset_index(drop=True), flag[known]
    numbers = [c for c in covariates if pd.api.types.is_numeric_dtype(data[c])]
    words = [c for c in covariates if c not in numbers]
    rows = prepare(data, numbers=[value, *numbers], categories=words, weights=weights)
    ids = prepare(data, categories=dict.fromkeys([time, *extra]), max_levels=MAX_UNITS)
    keep = data[[value, *covariates, time, *extra]].notna().all(axis=1).to_numpy()
    left_out = list(dict.fromkeys([*rows.left_out, *ids.left_out]))
    if (~known).any():
        left_out.insert(0, f"列「{treated}」が空欄の {int((~known).sum()):,} 行")
    if not keep.any():
        prepare(data[keep])  # says that no row is left
    data, flag = data[keep].reset_index(drop=True), flag[keep]
    if data[value].nunique() == 1:
        raise no_spread(value)
    w = data[weights].to_numpy(float) if weights else np.ones(len(data))
    times = periods(data[time], time)
    _check_both(flag, treated)
    units, names = pd.factorize(data[id], sort=True) if id else (None, [])
    if id:
        _check_grid(data, units, list(names), times, id, time)
    starts, flag = _starts(flag, times, units, start, treated)
    if (starts == 0).any():  # treated all along: nothing is known of their time before
        rest = panel(
            data.assign(**{str(treated): on_now(starts, times)})[starts != 0],
            value=value, treated=treated, time=time, start=None, id=id,
            covariates=covariates, cluster=cluster, weights=weights,
        )  # fmt: skip
        gone = f"初めから対象で、前の姿が分からない {len(np.unique(units[starts == 0])):,} の「{id}」"
        return replace(rest, left_out=(*left_out, gone, *rest.left_out))
    on = on_now(starts, times)
    matrix, terms = _columns(data, numbers, words)
    groups = pd.factorize(data[cluster])[0] if cluster else units
    used = {"行": len(data)}
    used |= (
        {"対象のもの": int(len(np.unique(units[flag]))), "くらべるもの": int(len(np.unique(units[~flag])))}
        if id
        else {}
    )
    used |= {"重みの合計": float(w.sum())} if weights else {}
    return Panel(
        data[value].to_numpy(float),
        w / w.mean(),
        flag,
        on,
        times.position,
        times,
        starts,
        units,
        list(names),
        groups,
        matrix,
        terms,
        used,
        tuple(left_out),
    )


def on_now(starts: np.ndarray, times: Periods) -> np.ndarray:
    """Whether the treatment is on in each row."""
    return (starts >= 0) & (times.position >= starts)


def _check_both(flag: np.ndarray, treated) -> None:
    if flag.all() or not flag.any():
        ja, en = ("くらべる相手（対象でないもの）", "untreated") if flag.all() else ("対象（treated）", "treated")
        raise DataAcademyError(
            "no_untreated" if flag.all() else "no_treated",
            f"{ja}の行が一つもないので、差の差は求められません。",
            f"There is no {en} row.",
            fix="対象にならなかった地区や人の行も入れてください。"
            "ほかにくらべる相手がなければ da.effect.its を使います。"
            if flag.all()
            else f"treated（{treated!r}）の列や名前を確かめてください。",
            fix_en="Add those that were not treated; without any, use da.effect.its."
            if flag.all()
            else "Check treated.",
        )


def _check_grid(data, units: np.ndarray, names: list, times: Periods, id: str, time: str) -> None:
    twice = data.duplicated([id, time])
    if twice.any():
        row = data[twice].iloc[0]
        raise DataAcademyError(
            "duplicate",
            f"「{id}」が「{row[id]}」、「{time}」が「{row[time]}」"
            f"の行が二つ以上あります（重なりは全部で {int(twice.sum()):,} 行）。",
            f"{id!r} {row[id]!r} has more than one row for {time!r} {row[time]!r}.",
            fix=f"一つの「{id}」の一つの時点は一行にまとめます（例：data.groupby([{id!r}, {time!r}])…mean()）。"
            "同じ相手を追っていない表なら id= を外してください。",
            fix_en="Make it one row per unit and time (groupby), or leave id= out if nobody is followed over time.",
        )
    if times.missing:
        raise missing_periods(time, times.missing)
    full = len(names) * len(times.values)
    if len(data) < full:
        seen = np.zeros((len(names), len(times.values)), bool)
        seen[units, times.position] = True
        who, when = np.argwhere(~seen)[0]
        gaps = int((~seen.all(axis=1)).sum())
        raise DataAcademyError(
            "missing_periods",
            f"{len(names):,} の「{id}」のうち {gaps:,} に、"
            f"行のない時点があります（たとえば「{names[who]}」の「{times.values[when]}」）。"
            "途中で抜けたり加わったりすると、顔ぶれの変化が効果に見えます。",
            f"{gaps} of {len(names)} units lack a period (e.g. {names[who]!r} at {times.values[when]!r}).",
            fix="抜けた行を補うか、全部の時点がそろった相手だけを選び、外した数を書き残してください"
            f"（例：data.groupby({id!r}).filter(lambda d: len(d) == {len(times.values)})）。",
            fix_en="Fill the gaps, or keep the units that have every period and say how many you left out.",
        )


def missing_periods(time: str, missing: list) -> DataAcademyError:
    """The error for times that are absent from the whole table."""
    return DataAcademyError(
        "missing_periods",
        f"列「{time}」には、途中の時点が {len(missing)} "
        f"個抜けています（{'、'.join(str(m) for m in missing[:5])}{' など' if len(missing) > 5 else ''}）。",
        f"{len(missing)} periods are missing from {time!r}: {missing[:5]}.",
        fix="抜けた時点の行を入れてください。値がないのか、0 なのかも確かめます。",
        fix_en="Add those periods; find out whether they are empty or zero.",
    )


def _starts(flag, times: Periods, units, start, treated) -> tuple[np.ndarray, np.ndarray]:
    """For each row the period in which its unit's treatment begins (−1: never), and whether it ever does."""
    switches = units is not None and pd.Series(flag).groupby(units).nunique().max() > 1
    if not switches:
        if start is None:
            raise DataAcademyError(
                "no_start",
                "いつ始まったか（start）が分かりません。",
                "It is not said when the treatment began (start).",
                fix='たとえば start="2025-10" のように、始まった時点を指定してください。',
                fix_en='Say when it began, e.g. start="2025-10".',
            )
        first = times.number_of(start)
        after = times.position >= first
        for here, ja in (
            (flag & ~after, "対象の、始まる前"),
            (~flag & ~after, "くらべる相手の、始まる前"),
            (flag & after, "対象の、始まった後"),
            (~flag & after, "くらべる相手の、始まった後"),
        ):
            if not here.any():
                raise DataAcademyError(
                    "status_not_group" if ja == "対象の、始まる前" else "empty_group",
                    f"{ja}の行が一つもありません。",
                    "One of the four cells (treated or not, before or after) has no row.",
                    fix=f"treated（{treated!r}）は「いま実施中か」"
                    "ではなく「対象になった組か」です。前の行も True にします。"
                    if ja == "対象の、始まる前"
                    else "行の選び方と start を確かめてください。",
                    fix_en="treated says who belongs to the treated group, before as well as after; check start too.",
                )
        return np.where(flag, first, -1), flag
    order = np.lexsort([times.position, units])
    u, d, t = units[order], flag[order], times.position[order]
    falls = (u[1:] == u[:-1]) & d[:-1] & ~d[1:]
    if falls.any():
        raise DataAcademyError(
            "treatment_ends",
            f"列「{treated}」が、途中で True から False に戻るものがあります。"
            "終わった後の影響が残るので、差の差では扱えません。",
            f"In {treated!r} some units go back from treated to untreated.",
            fix="終わった時点から後の行を除くか、一度でも始めたものは始めた後ずっと True にしてください。",
            fix_en="Leave out the rows after the end, or keep True from the beginning on.",
        )
    first = pd.Series(np.where(d, t, np.iinfo(np.int64).max)).groupby(u).min()
    begins = first.where(first < np.iinfo(np.int64).max, -1).to_numpy()[units]
    if start is not None:
        wanted = times.number_of(start)
        if (begins[begins >= 0] != wanted).any():
            raise DataAcademyError(
                "start_differs",
                f"列「{treated}」が True に変わる時点が、start「{start}」とちがうものがあります。",
                f"Some units of {treated!r} switch at another time than start {start!r}.",
                fix="始まりが相手によってちがうなら、start を指定しません。同じなら列を確かめてください。",
                fix_en="Leave start out if units begin at different times; otherwise check the column.",
            )
    if not (begins > 0).any():
        times.number_of(times.values[0])  # says that nothing lies before
    if len(np.unique(begins)) == 1:
        _check_both(np.ones(1, bool), treated)  # all began at once: nobody to compare with
    return begins, begins >= 0


def _columns(data: pd.DataFrame, numbers: list, words: list) -> tuple[np.ndarray, list[str]]:
    columns, terms = [data[c].to_numpy(float) for c in numbers], list(numbers)
    for column in words:
        for level in levels(data[column], column)[1:]:
            columns.append((data[column] == level).to_numpy(float))
            terms.append(f"{column} = {level}")
    return np.column_stack(columns) if columns else np.zeros((len(data), 0)), terms
