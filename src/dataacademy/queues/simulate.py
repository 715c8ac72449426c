"""What would more counters, appointments or shorter cases do to the wait?  First the log itself must come out."""

from __future__ import annotations

from numbers import Real

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.arguments import chance, check_whole
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import sorted_values
from dataacademy.queues.clock import days_of, seconds_of
from dataacademy.queues.minutes import minutes
from dataacademy.queues.plan import Change, Office

SEED = 20260401
CLOSE = 10.0  # per cent by which a simulated quantile may differ from the log's
_INSTANT = 0.5  # minutes; a smaller difference is none to a visitor
QUANTILES = {"p50": (0.5, "中央値（分）"), "p75": (0.75, "4人に3人（分）"), "p90": (0.9, "10人に9人（分）")}
LATE = (15, 30)
LABELS = {
    **{key: label for key, (_, label) in QUANTILES.items()},
    "mean": "平均（分）",
    **{f"over_{m}_percent": f"{m}分より長く待つ人（%）" for m in LATE},
}
_FEW = 100  # tickets


def simulate(
    log: pd.DataFrame,
    *,
    office: str,
    counters: int | None = None,
    appointments: float | None = None,
    service_change: float = 0.0,
    seed: int = SEED,
    runs: int = 20,
) -> Analysis:
    """Serve the visitors of the log once more, first come first served; and see what a change would do to the wait.

    office
        One of the log's offices.  Choose a stretch of time without a change in it (``log[log["date"] < …]``).
    counters
        Open all day, instead of as many as in the log.
    appointments
        Share (0–1) of visitors, chosen by lot, who come at a time that they were given: where, on average, the fewest
        come.  They are punctual, draw a ticket like everybody, and their wait counts from then.
    service_change
        Minutes that a case takes longer (shorter if negative) at the counter; none becomes shorter than 0.
    runs, seed
        How often the days are drawn anew, and where chance begins.  Every change sees the same draws.

    Each run has the log's days, with everybody within the same ten minutes, the minutes at the counter exchanged
    between those of one half day and procedure, as many counters as were ever busy at once on the day, and the log's
    own seconds until a visitor is at a free counter.  Events by simpy.  So ``matches`` tells that the line works as
    supposed, and ``lower, upper`` what chance does within these days; neither tells of other days.

    Table, one row a measure of waiting (``measure, measure_label``): ``p50, p75, p90, mean`` in minutes,
    ``over_15_percent, over_30_percent``.  Columns: ``log``, ``simulated`` (all runs together), ``difference_percent``
    (of simulated from log; empty where the log has 0), with a change ``changed``; ``lower, upper``: between these lie
    nine in ten runs (of what is changed, else of the simulated).
    Value: p90 as changed, else as simulated.  Figures: ``matches`` (p50, p75 and p90 each within 10 % or half a
    minute of the log: only then predict), ``counters`` (usual number), ``busy_percent`` (share of the open counters'
    time in service), ``counters_changed, busy_percent_changed``.
    Errors: those of :func:`minutes`, ``unknown_choice`` (office), ``not_whole_between``, ``out_of_range``.
    Checked against Erlang's C formula (M/M/c) in tests/test_queues_engine.py.
    When not to use: where ``matches`` is False, for offices with several lines or counters for one procedure only, or
    for what people do once waiting is shorter (more may come).

    >>> import dataacademy as da
    >>> log = da.load("counter_log")
    >>> log = log[log["date"].between("2025-05-01", "2025-06-30")]
    >>> office = log["office"].mode()[0]
    >>> found = simulate(log, office=office, service_change=-2, runs=5)
    >>> found.table.columns.tolist()[:6]
    ['measure', 'measure_label', 'log', 'simulated', 'difference_percent', 'changed']
    >>> wait = found.table.set_index("measure").loc["p90"]
    >>> bool(wait["changed"] < wait["simulated"])
    True
    """
    change = _change(counters, appointments, service_change)
    check_whole("回数（runs）", runs, 1, 500, en="runs")
    dice = chance(seed)
    everything = minutes(log)
    check_choice("窓口", office, sorted_values(everything.table["office"]), en="Office")
    table = everything.table[everything.table["office"] == office].reset_index(drop=True)
    place = Office(table, seconds_of(table["arrived"], days_of(table["date"]))[0] / 60)
    drawn = [place.draw(dice) for _ in range(runs)]
    same, busy = _served(place, drawn, Change())
    log_row, simulated = _measures(place.wait), _measures(np.concatenate(same))
    rows = pd.DataFrame({"measure": LABELS.keys(), "measure_label": LABELS.values(), "log": log_row})
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(log_row == 0, np.nan, 100 * (simulated - log_row) / log_row)
    rows = rows.assign(simulated=simulated, difference_percent=apart)
    near = (abs(apart) <= CLOSE) | (abs(simulated - log_row) <= _INSTANT)
    matches = bool(near[: len(QUANTILES)].all())
    usual = int(np.bincount(place.counters).argmax())
    figures = {"matches": matches, "counters": usual, "busy_percent": 100 * busy}
    shown = same
    if change != Change():
        shown, busy = _served(place, drawn, change)
        rows = rows.assign(changed=_measures(np.concatenate(shown)))
        figures |= {"counters_changed": change.counters or usual, "busy_percent_changed": 100 * busy}
    lower, upper = np.quantile([_measures(waits) for waits in shown], [0.05, 0.95], axis=0)
    rows = rows.assign(lower=lower, upper=upper)
    ja, en = _sentence(rows.set_index("measure").loc["p90"], office, change, matches)
    return Analysis(
        rows,
        float(rows.set_index("measure").loc["p90", "simulated" if change == Change() else "changed"]),
        ja,
        en,
        used={"件": len(table), "日": len(place.days), "くり返し": runs},
        left_out=everything.left_out,
        figures=figures,
        assumptions=_assumptions(place, change, matches, table),
    )


def _change(counters, appointments, service_change) -> Change:
    if counters is not None:
        check_whole("カウンターの数（counters）", counters, 1, 100, en="counters")
    share = 0.0 if appointments is None else appointments
    for value, low, high, name, en, how in (
        (share, 0, 1, "予約の割合（appointments）", "appointments", "30％なら 0.3 と書きます。"),
        (service_change, -480, 480, "1件の時間の変化（service_change）", "service_change", "2分短くするなら -2 です。"),
    ):
        if not isinstance(value, (Real, np.number)) or isinstance(value, bool) or not low <= value <= high:
            raise DataAcademyError(
                "out_of_range",
                f"{name}は {low} から {high} までの数です。渡されたのは「{value}」です。",
                f"{en} must be between {low} and {high}, not {value!r}.",
                fix=how,
                fix_en="Shares are between 0 and 1 (30 % is 0.3), minutes may be negative.",
            )
    return Change(counters, float(share), float(service_change))


def _served(place: Office, drawn, change: Change) -> tuple[list[np.ndarray], float]:
    """The waits of every run, and the mean share of time in service."""
    runs = [place.waits(days, change) for days in drawn]
    return [waits for waits, _ in runs], float(np.mean([busy for _, busy in runs]))


def _measures(wait: np.ndarray) -> np.ndarray:
    """The rows of the table, in their order."""
    late = [100 * (wait > m).mean() for m in LATE]
    return np.array([*np.quantile(wait, [q for q, _ in QUANTILES.values()]), wait.mean(), *late])


def _sentence(row: pd.Series, office: str, change: Change, matches: bool) -> tuple[str, str]:
    log, again, changed = (f"{row.get(c, 0):,.1f}" for c in ("log", "simulated", "changed"))
    fit = "記録に近い値です" if matches else "記録と合わないので、予想には使えません"
    ja = f"{office}で10人に9人が呼ばれるまでの時間は、記録では {log} 分、再現では {again} 分です（{fit}）。"
    en = f"90th percentile of waits: log {log} min, simulated {again} min" + ("" if matches else " (does not match)")
    if change == Change():
        return ja, en + "."
    what = [
        *([f"カウンターを {change.counters} つに"] if change.counters else []),
        *([f"来る人の {change.appointments:.0%} を予約に"] if change.appointments else []),
        *([f"1件を {abs(change.service):g} 分{'長' if change.service > 0 else '短'}く"] if change.service else []),
    ]
    span = f"{row['lower']:,.1f}〜{row['upper']:,.1f} 分"
    return (
        ja + f"{'、'.join(what)}すると {changed} 分になる見込みです（くり返しの9割は {span}）。",
        en + f", with the change {changed} min.",
    )


def _assumptions(place: Office, change: Change, matches: bool, table: pd.DataFrame) -> tuple[str, ...]:
    lines = [
        "来た順に、空いたカウンターが一人ずつ呼ぶとしています。途中で帰る人はいません。",
        "来る人の数と手続は記録のとおりです。待ち時間が短くなって人が増えることは入っていません。",
    ]
    if not matches:
        lines.insert(0, "再現が記録と10％よりちがいます。列が二つある、昼に窓口が減るなどの理由を先に調べてください。")
    if len(place.wait) < _FEW:
        lines.append(f"受付が {len(place.wait):,} 件しかないので、値は大きく揺れます。")
    if change.appointments:
        lines.append("予約の人は時刻どおりに来て、ほかの人と同じ列に並ぶとしています。")
    if change.service < 0 and (short := (table["service_minutes"] < -change.service).sum()):
        lines.append(f"{short:,} 件は、もとの時間が {-change.service:g} 分より短いので、0分としています。")
    return tuple(lines)
