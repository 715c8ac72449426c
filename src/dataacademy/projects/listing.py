"""The page of a cohort: every project with its sheet, its last update and the help it asks for, in one HTML file."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

import pandas as pd

from dataacademy import stats
from dataacademy.errors import DataAcademyError
from dataacademy.files import write_text
from dataacademy.finding import Finding
from dataacademy.projects.lifetimes import GOING, HANDED, STOPPED, day, lifetimes
from dataacademy.projects.table import COLUMNS

AFTER = 12  # months: the share that the page tells
_LOOKS = {GOING: "going", STOPPED: "stopped", HANDED: "handed"}
_SHOWN = [c for c in COLUMNS if c not in ("name", "handed_over")]
_GAP = r"[-\u2010-\u2015\u2212ー.\s]*"  # between the parts of a number, as people write it
_PRIVATE = {
    "携帯電話の番号": rf"(?<!\d)\(?0[789]0\)?{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)",
    "メールアドレス": r"[\w.+-]+ ?@ ?[\w-]+\.[\w.-]+",
}


@dataclass(frozen=True)
class Page:
    """A page of projects: ``html``; ``lasting``: the share that still goes on after a year, where it can be told."""

    html: str
    title: str
    lasting: Finding | None

    def save(self, path: Path | str) -> Path:
        """Write it as one HTML file that needs nothing else.  Errors: cannot_write."""
        path = Path(path)
        write_text(path, self.html)
        return path

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" title="{escape(self.title)}" sandbox '
            'style="width:100%;height:620px;border:1px solid #767676"></iframe>'
        )


def page(
    projects: pd.DataFrame,
    *,
    as_of: str,
    quiet_days: int = 180,
    title: str = "修了生のプロジェクト",
    practice: bool = True,
) -> Page:
    """All projects on one page, the most recently updated first; those that ask for help are named at the top.

    projects
        One row a project (:data:`~dataacademy.projects.COLUMNS`); what is not written is told as such.
    practice
        Whether a band says that the page is for practice and must not go out as it is.

    The page needs neither network nor script and works by keyboard.
    Errors: private_contact (a mobile number or an e-mail address in any field), those of
    :func:`~dataacademy.projects.lifetimes`.
    Checked against axe-core in Chromium (WCAG 2.2 A and AA, best practices).
    When not to use: for projects whose members have not agreed to be listed.

    >>> import dataacademy as da
    >>> made = page(da.projects.example(), as_of="2026-04-01")
    >>> made.html.count("<article"), made.lasting.function
    (24, 'stats.survival')
    """
    table = lifetimes(projects, as_of=as_of, quiet_days=quiet_days)
    _refuse_private(table)
    today = day(as_of)
    table = table.sort_values("updated", ascending=False, kind="stable").reset_index(drop=True)
    quiet = (pd.Timestamp(today) - pd.to_datetime(table["updated"])).dt.days
    rows = [
        {
            **{column: row[column] for column in ("name", "cohort", "standing", "updated", "help")},
            "anchor": f"project-{number}",
            "look": _LOOKS[row["standing"]],
            "quiet": f"{quiet[number - 1]:,}",
            "fields": [(COLUMNS[column], row[column]) for column in _SHOWN],
        }
        for number, row in enumerate(table.to_dict("records"), start=1)
    ]
    said = [f"{state} {n}" for state in _LOOKS if (n := int((table["standing"] == state).sum()))]
    lasting = _lasting(table)
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    text = (files("dataacademy.projects") / "page.html.j2").read_text(encoding="utf-8")
    html = environment.from_string(text).render(
        title=title,
        practice=practice,
        as_of=f"{today.year}年{today.month}月{today.day}日",
        counts="（" + "、".join(said) + "）",
        rows=rows,
        asked=[row for row in rows if row["help"] and row["standing"] == GOING],
        lasting=lasting,
        quiet_days=quiet_days,
    )
    return Page(html, title, lasting)


def _lasting(table: pd.DataFrame) -> Finding | None:
    """The share after a year; none while nothing has stopped or nobody has been watched for a year."""
    if not table["stopped"].any() or table["months"].max() < AFTER:
        return None
    return stats.survival(table, duration="months", ended="stopped", at=AFTER)


def _refuse_private(table: pd.DataFrame) -> None:
    for kind, form in _PRIVATE.items():
        for column in ("name", *_SHOWN):
            found = table[table[column].map(lambda text: unicodedata.normalize("NFKC", text)).str.contains(form)]
            if len(found):
                raise DataAcademyError(
                    "private_contact",
                    f"「{found['name'].iloc[0]}」の「{COLUMNS[column]}」に、{kind}らしいものがあります。"
                    "だれでも見るページには、のせられません。",
                    f"{column} of {found['name'].iloc[0]!r} holds a private contact.",
                    fix="課の代表の電話、集まる日と場所、申し込みのページのどれかに書きかえてください。",
                    fix_en="Give the office's number, a place and time to meet, or a form instead.",
                    column=column,
                )
