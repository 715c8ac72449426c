"""The prototype tried on the people it must work for, before it is tried on people."""

from __future__ import annotations

import pandas as pd

from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.finding import Finding
from dataacademy.worksheet.prototype.application import CAREFUL, FAILED, PROBLEMS, Application
from dataacademy.worksheet.prototype.items import items_of

CASE, LOOK_AT, WANTED = "場面", "見たいこと", "要る字の大きさ"


def trial(items, cases, *, title: str = "申請書", size: float = 10.5) -> Finding:
    """Fill in the application for every case and tell what failed, why, and how to mend it.

    items
        The table of items, as for ``form``.
    cases
        One row a case: ``場面`` (its name), ``見たいこと`` and ``要る字の大きさ`` (points) if wanted, and what is
        known, under the items' names.  A column that is no item is something for which the application has no place.
    title, size
        As for ``form``.

    Returns a Finding: ``table`` has a row for everything that failed (失敗) or needs care (注意) and one (できた) for a
    case without any: ``場面, 項目, 結果, 何が, なぜ, どうする``; ``value`` is the number of cases without a failure.

    Errors: those of the table of items; ``unknown_column``, ``no_cases``, ``bad_size``.

    When not to use: instead of trying it with people.  It finds what a computer can find.

    >>> trial(example_items(), example_cases()).value
    2
    """
    items, cases = items_of(items), pd.DataFrame(cases)
    check_columns(cases, (CASE,), table="場面の表")
    if not len(cases):
        raise DataAcademyError(
            "no_cases",
            "試す場面が一つもありません。",
            "There is no case to try.",
            fix="場面の表に、一行に一つの場面を書いてください。",
            fix_en="Write one case a line.",
        )
    rows, good = [], 0
    for case in cases.to_dict("records"):
        known = {str(name): value for name, value in case.items() if name not in (CASE, LOOK_AT, WANTED)}
        application = Application(title, items, {n: v for n, v in known.items() if not pd.isna(v)}, size)
        found = [(case[CASE], *row) for row in application.problems.itertuples(index=False)]
        found += _too_small(case, application)
        good += not any(row[2] == FAILED for row in found)
        rows += found or [(case[CASE], "", "できた", "", "", "")]
    table = pd.DataFrame(rows, columns=[CASE, *PROBLEMS])
    count = table["結果"].value_counts()
    return Finding(
        table,
        good,
        f"{len(cases)}の場面のうち{good}の場面は、失敗なくできました"
        f"（失敗 {count.get(FAILED, 0)}件、注意 {count.get(CAREFUL, 0)}件）。",
        f"{good} of {len(cases)} cases went without a failure.",
        {"場面": len(cases), "項目": len(items)},
    )


def _too_small(case: dict, application: Application) -> list[tuple[str, ...]]:
    wanted = pd.to_numeric(case.get(WANTED), errors="coerce")
    if not wanted > application.plan.size:
        return []
    what = f"字が{application.plan.size:g}ポイントです"
    return [(case[CASE], "（紙）", FAILED, what, f"この人には{wanted:g}ポイントが要ります", f"size={wanted:g} で作る")]


def example_items() -> pd.DataFrame:
    """The items of a made-up application of someone who moves, a table for ``form`` to begin with.

    >>> example_items()["どこから"].value_counts().to_dict()
    {'聞き取り': 5, '本人確認書類': 3, '前の届': 2}
    """
    return _example("items")


def example_cases() -> pd.DataFrame:
    """Made-up people to try the made-up application on, one row a case; nobody is called so.

    >>> example_cases()["場面"].tolist()
    ['ふつうの人', '字が読みにくい人', '代理で来た人', '外国の名前', '住所の長い人', '髙﨑さん', '𠮷田さん']
    """
    return _example("cases")


def _example(name: str) -> pd.DataFrame:
    from pathlib import Path

    return pd.read_csv(Path(__file__).with_name(f"{name}.csv"), dtype="str", keep_default_na=False)
