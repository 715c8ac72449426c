"""A status page, built: three languages, data.json, its schema and a table a part; saved as a folder of plain files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from dataacademy import files
from dataacademy.analysis import Analysis
from dataacademy.errors import check_choice
from dataacademy.status_page.changes import changed, published
from dataacademy.status_page.datafile import SCHEMA, data_of, schema_text, validate, written
from dataacademy.status_page.gate import judged, refuse
from dataacademy.status_page.languages import FILES, HTML, LANGUAGES, plain
from dataacademy.status_page.pages import page
from dataacademy.status_page.parts import make, updated
from dataacademy.status_page.settings import Settings


@dataclass(frozen=True)
class Preview:
    """One page of a site inside a notebook."""

    html: str
    title: str

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" title="{escape(self.title)}" sandbox '
            'style="width:100%;height:620px;border:1px solid #767676"></iframe>'
        )


@dataclass(frozen=True)
class Site:
    """A status page.

    ``html``: language (``ja``, ``en``, ``easy``) -> the page; ``data``: what data.json holds; ``tables``: part -> its
    rows; ``verdict``: what :func:`check` said.
    """

    settings: Settings
    html: dict[str, str]
    data: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    verdict: Analysis

    def save(self, folder: Path | str) -> Path:
        """Write the pages, data.json, schema.json and a CSV a part into a folder; returns its index.html.

        Every file is moved into place whole; other files there stay.  Errors: cannot_write.
        """
        folder = Path(folder)
        for part, table in self.tables.items():
            files.write_bytes(folder / f"{part}.csv", table.to_csv(index=False).encode("utf-8-sig"))  # for Excel
        files.write_text(folder / SCHEMA, schema_text())
        files.write_text(folder / "data.json", written(self.data))
        for language, text in self.html.items():
            files.write_text(folder / FILES[language], text)
        return folder / FILES["ja"]

    def preview(self, language: str = "ja") -> Preview:
        """The page in one language, to look at in a notebook; links to the other languages work once it is saved."""
        check_choice("ことば", language, list(self.html), en="Language")
        return Preview(self.html[language], f"見本：{plain(LANGUAGES[language])}のページ（lang={HTML[language]}）")

    def _repr_html_(self) -> str:
        return self.preview()._repr_html_()


def build(
    settings: Settings,
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
    previous: Mapping | str | Path | Site | None = None,
    reasons: Mapping[str, str | dict] | None = None,
) -> Site:
    """Build a town's status page, or refuse with the reason why it may not go out.

    settings
        :func:`example`, changed; or :func:`read_settings`.
    tables
        Tables by the name that a part calls them; other names are loaded as the town's own.
    previous
        The edition before: a Site, its ``data`` or the path of its data.json.  Its corrections stay on the page.
    reasons
        Why published counts were corrected: ``{"2021-08-07": "同じ人を二度数えていたため"}`` (or by language).

    The pages need neither network nor script, work by keyboard, and put a table beside every chart.
    Errors: not_publishable (see :func:`check`), no_days, bad_data_json.
    Checked against axe-core in Chromium (WCAG 2.2 A and AA, best practices), in three languages and on a narrow screen.
    When not to use: for a page that must answer within minutes (a program has to build it again), or for maps.

    >>> import dataacademy as da
    >>> site = build(da.status_page.example().only("patients", "positive"))
    >>> sorted(site.html), site.data["updated"] == da.load("covid_daily")["date"].max()
    (['easy', 'en', 'ja'], True)
    """
    made = make(settings, tables)
    before = None if previous is None else published(previous)
    verdict = judged(settings, made, before, reasons)
    refuse(verdict)
    last = updated(made)
    corrections = _corrections(before, made, reasons or {}, last)
    data = validate(data_of(settings, made, last, corrections))
    html = {language: page(settings, made, last, corrections, language) for language in settings.languages}
    return Site(settings, html, data, {one.part.id: one.table for one in made}, verdict)


def _corrections(before, made, reasons: Mapping, last: str) -> list[dict]:
    """The corrections so far and those of this edition, the newest first."""
    if before is None:
        return []
    fresh = [
        {"part": part, "day": day, "was": was, "now": now, "reason": _words(reasons[day]), "edition": last}
        for part, day, was, now in changed(before, made)
    ]
    return sorted(fresh, key=lambda row: row["day"], reverse=True) + list(before["corrections"])


def _words(reason: str | dict) -> dict[str, str]:
    return {"ja": reason} if isinstance(reason, str) else dict(reason)
