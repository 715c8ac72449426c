"""The log with its minutes, and the faults that keep a ticket from having them."""

from __future__ import annotations

import pandas as pd

from dataacademy.errors import DataAcademyError
from dataacademy.finding import Finding
from dataacademy.queues.tickets import FAULTS, HOURS, UNUSABLE, examine


def minutes(log: pd.DataFrame) -> Finding:
    """Minutes of waiting, at the counter and in all, for every ticket whose times can be used.

    ``log``: one row a ticket with ``date, office, procedure, arrived, called, ended`` and, where known,
    ``ticket_no, counter, staff_minutes``; times such as ``8:05`` or ``08:05:30``.

    Table: the usable rows of ``log`` (index and all columns kept) with ``month, wait_minutes`` (called − arrived),
    ``service_minutes`` (ended − called) and ``stay_minutes`` (their sum).  Value: the mean stay, in minutes.
    Left out, each with its number: tickets with a fault of :func:`faults`, but for those outside of the hours.
    Errors: ``not_a_table``, ``no_rows``, ``unknown_column``, ``no_usable_ticket``.
    When not to use: for the time of the staff; work behind the counter is in ``staff_minutes`` if anywhere.

    >>> import dataacademy as da
    >>> log = da.load("counter_log")
    >>> found = minutes(log)
    >>> found.table.columns.tolist()[-4:]
    ['month', 'wait_minutes', 'service_minutes', 'stay_minutes']
    >>> len(found.table) == len(log), found.left_out
    (True, ())
    """
    tickets = examine(log)
    usable = tickets.usable
    left_out, counted = [], ~usable & False
    for kind in UNUSABLE:
        new = tickets.wrong[kind] & ~counted  # a ticket with two faults is told once
        if new.any():
            left_out.append(f"{FAULTS[kind][0]} {new.sum():,} 件")
        counted |= new
    if not usable.any():
        raise DataAcademyError(
            "no_usable_ticket",
            f"時間を求められる受付が一件もありません（{'、'.join(left_out)}）。",
            "No ticket has times that can be used.",
            fix="da.queues.faults(log) で、どの列に何が入っているかを確かめてください。",
            fix_en="Look at da.queues.faults(log).",
        )
    used = tickets.data[usable]
    table = log[usable].assign(
        month=used["day"].str[:7].astype(object).to_numpy(),
        wait_minutes=((used["call"] - used["in"]) / 60).to_numpy(),
        service_minutes=((used["out"] - used["call"]) / 60).to_numpy(),
        stay_minutes=((used["out"] - used["in"]) / 60).to_numpy(),
    )
    wait, service, stay = (float(table[f"{what}_minutes"].mean()) for what in ("wait", "service", "stay"))
    return Finding(
        table,
        stay,
        f"受付から終わりまでは平均 {stay:.1f} 分です（待ち {wait:.1f} 分、窓口 {service:.1f} 分、{len(table):,} 件）。",
        f"A visit takes {stay:.1f} minutes on average: {wait:.1f} waiting, {service:.1f} at the counter "
        f"({len(table):,} tickets).",
        used={"件": len(table), "日": int(used["day"].nunique())},
        left_out=tuple(left_out),
    )


def faults(log: pd.DataFrame, *, hours: tuple[str, str] = HOURS) -> Finding:
    """What is wrong with a reception log: one row a kind of fault, also of those that were looked for in vain.

    ``hours``: when the doors open and close; tickets drawn outside are counted.

    Table: ``kind, kind_label, n`` (tickets), ``example`` (the first of them), ``fix``.  Value: the number of tickets
    with at least one fault.  Kinds: ``unreadable, no_arrival, no_call, no_end, end_before_call, call_before_arrival,
    outside_hours, never_closed, twice, wrong_clock``.  Never closed: ended on a later day, or longer than an hour and
    than q75 + 20 (q75 − median) of the procedure.  Wrong clock: on one day most waits at a counter differ from those
    of people who came at the same time by about the same 3 minutes or more (such tickets are not counted again as
    called before they came).  Twice: a number of one day and office after its first row.
    Errors: ``not_a_table``, ``no_rows``, ``unknown_column``, ``bad_hours``.
    When not to use: as a proof that the log is right; a button pressed late leaves no trace, and a clock that is wrong
    by a few minutes is not seen at an office with few visitors.

    >>> import dataacademy as da
    >>> log = da.load("counter_log")
    >>> faults(log).value
    0
    >>> log.loc[0, "called"] = None
    >>> found = faults(log)
    >>> found.table.loc[found.table["n"] > 0, "kind_label"].tolist()
    ['呼び出しの時刻がない']
    """
    tickets = examine(log, hours)
    table = pd.DataFrame(
        [
            {
                "kind": kind,
                "kind_label": name,
                "n": int(tickets.wrong[kind].sum()),
                "example": tickets.example(kind),
                "fix": fix,
            }
            for kind, (name, fix) in FAULTS.items()
        ]
    )
    faulty = sum(tickets.wrong.values()) > 0
    number, total = int(faulty.sum()), len(faulty)
    most = table.loc[table["n"].idxmax()]
    return Finding(
        table,
        number,
        f"記録 {total:,} 件のうち {number:,} 件（{number / total:.1%}）に誤りの疑いがあります。"
        f"最も多いのは「{most['kind_label']}」の {most['n']:,} 件です。"
        if number
        else f"記録 {total:,} 件を {len(FAULTS)} 種類で調べましたが、誤りは見つかりませんでした。",
        f"{number:,} of {total:,} tickets have a fault" + (f", most often {most['kind']}." if number else "."),
        used={"件": total},
    )
