"""The table of projects: one row a project, with the fields of a project sheet."""

from __future__ import annotations

import datetime
from importlib.resources import files

import pandas as pd

from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.worksheet.brief import partners
from dataacademy.worksheet.brief.material import Material
from dataacademy.worksheet.brief.story import Story
from dataacademy.worksheet.brief.wording import plain
from dataacademy.worksheet.sheet import Sheet

COLUMNS = {
    "name": "プロジェクト名",
    "cohort": "期",
    "purpose": "目的",
    "present": "現状",
    "aim": "課題や目指す姿",
    "next_steps": "今後の作業",
    "help": "必要なヘルプ",
    "page": "ページ",
    "team": "チーム名",
    "leader": "リーダー",
    "members": "メンバー",
    "joining": "参加方法",
    "started": "始めた日",
    "updated": "最終更新日",
    "handed_over": "ふだんの仕事に引き継いだ",
}
_DAYS = ("started", "updated")
# the headings of a team's プロジェクトシート that answer a column
_HEADINGS = {
    "name": "プロジェクト名",
    "purpose": "目的",
    "present": "いまの状態",
    "aim": "目指す姿",
    "next_steps": "今後の作業",
    "help": "必要な助け（技術、人、データ）",
    "team": "チーム名",
    "members": "メンバー",
}


def example() -> pd.DataFrame:
    """Twenty-four invented projects of three courses, as they stood on 2026-04-01.

    Table: ``COLUMNS``; ``started, updated`` as dates (ISO text), ``handed_over`` yes/no, the other cells may be empty.

    >>> projects = example()
    >>> len(projects), projects["cohort"].nunique(), bool(projects["handed_over"].sum() == 2)
    (24, 3, True)
    """
    with (files("dataacademy.projects") / "example.csv").open(encoding="utf-8") as text:
        table = pd.read_csv(text, dtype=str, keep_default_na=False)
    return table.assign(handed_over=table["handed_over"] == "yes")


def from_sheet(
    sheet: Sheet,
    *,
    cohort: str,
    started: str,
    updated: str | None = None,
    leader: str = "",
    joining: str = "",
    page: str = "",
) -> pd.DataFrame:
    """A team's worksheet as one row of the table of projects; its texts are those of the プロジェクトシート.

    started, updated
        Days (``2026-04-01``); without ``updated`` the day of the first meeting.
    leader, joining, page
        What no sheet knows: a section or role, how to join, where the results are.

    What the team has not written yet stays empty; a project without a theme is called after the team.
    Errors: bad_day, days_swapped.

    >>> import tempfile
    >>> import dataacademy as da
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sheet = da.worksheet.open_sheet(f"{folder}/花だん班.yml")
    ...     _ = sheet.add("goal", text="花だんを枯らさない。")
    ...     row = from_sheet(sheet, cohort="第4期", started="2026-06-13")
    >>> row[["updated", "purpose", "help"]].iloc[0].tolist()
    ['2026-06-13', '花だんを枯らさない。', '']
    """
    material = Material(sheet.worksheet, sheet.path)
    told = dict(partners.answers("プロジェクトシート", material, Story(material)))
    row = {column: _text(told[heading]) for column, heading in _HEADINGS.items()}
    row["name"] = row["name"] or row["team"] or sheet.path.stem  # a team may have no theme yet
    row |= {"cohort": cohort, "leader": leader, "joining": joining, "page": page, "handed_over": False}
    row |= {"started": started, "updated": updated or started}
    return check(pd.DataFrame([row])[list(COLUMNS)])


def _text(paragraphs: list) -> str:
    """The answers below a heading, a line each; without those that say that something is missing."""
    known = [parts for parts in paragraphs if not any(part.kind in ("gap", "blank") for part in parts)]
    return "\n".join(plain(parts) for parts in known)


def check(projects: pd.DataFrame) -> pd.DataFrame:
    """The table with empty texts for missing columns and cells; errors where a project cannot be placed in time.

    Errors: unknown_column (``name, cohort, started, updated`` are needed), no_rows, no_name, same_project, bad_day,
    days_swapped, not_yes_no.

    >>> check(pd.DataFrame({"name": ["花だん"], "cohort": ["第1期"], "started": ["2026-04-01"],
    ...                     "updated": ["2026-05-01"]})).loc[0, ["purpose", "help"]].tolist()
    ['', '']
    """
    check_columns(projects, ["name", "cohort", *_DAYS], table="プロジェクトの一覧")
    if projects.empty:
        raise DataAcademyError(
            "no_rows",
            "プロジェクトの一覧に、一行もありません。",
            "There is no project in the table.",
            fix="da.projects.example() の形に合わせて、一行に一つのプロジェクトを書いてください。",
            fix_en="Write one row a project, as in da.projects.example().",
        )
    table = projects.reindex(columns=list(COLUMNS)).reset_index(drop=True)
    for column in COLUMNS:
        if column != "handed_over":
            table[column] = table[column].astype(object).where(table[column].notna(), "").map(lambda v: str(v).strip())
    _check_names(table["name"])
    for column in _DAYS:
        table[column] = [_day(value, column, row) for row, value in enumerate(table[column], start=1)]
    swapped = table[table["updated"] < table["started"]]
    if len(swapped):
        first = swapped.iloc[0]
        raise DataAcademyError(
            "days_swapped",
            f"「{first['name']}」の最終更新日（{first['updated']}）が、始めた日（{first['started']}）より前です。",
            f"{first['name']!r} was updated before it started.",
            fix="二つの日付が逆になっていないか、確かめてください。",
            fix_en="Are the two days swapped?",
            column="updated",
        )
    over = table["handed_over"].astype(object).where(table["handed_over"].notna(), False)
    if not over.isin([True, False]).all():
        odd = next(value for value in over if value not in (True, False))
        raise DataAcademyError(
            "not_yes_no",
            f"列「handed_over」の値「{odd}」は、True か False ではありません。",
            f"handed_over must be True or False, not {odd!r}.",
            fix="ふだんの仕事に引き継いだものを True、ほかを False にしてください。",
            fix_en="True for those handed over, else False.",
            column="handed_over",
        )
    return table.assign(handed_over=over.astype(bool))


def _check_names(names: pd.Series) -> None:
    if (names == "").any():
        raise DataAcademyError(
            "no_name",
            f"プロジェクト名のない行があります（{int((names == '').argmax()) + 1} 行目）。",
            "A project has no name.",
            fix="名前を書くか、その行を除いてください。",
            fix_en="Name it, or leave the row out.",
            column="name",
        )
    twice = names[names.duplicated()]
    if len(twice):
        raise DataAcademyError(
            "same_project",
            f"「{twice.iloc[0]}」が二行あります。",
            f"{twice.iloc[0]!r} stands in two rows.",
            fix="一つのプロジェクトは一行にします。古いほうの行を消すか、名前を分けてください。",
            fix_en="One row a project: drop the older row or tell the names apart.",
            column="name",
        )


def _day(value: str, column: str, row: int) -> str:
    try:
        return datetime.date.fromisoformat(value[:10]).isoformat()
    except ValueError:
        raise bad_day(value, f"{COLUMNS[column]}（{row} 行目）") from None


def bad_day(value: str, what: str) -> DataAcademyError:
    """The error for something that is no day."""
    return DataAcademyError(
        "bad_day",
        f"{what}の「{value}」は、日付として読めません。",
        f"{value!r} is not a day.",
        fix="「2026-04-01」のように、西暦で年-月-日を書いてください。",
        fix_en="Write it as 2026-04-01.",
        value=str(value),
    )
