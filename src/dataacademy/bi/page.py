"""The dashboard as a page: a notebook of one cell that reads saved sums; opened with Voilà, by menu or one command."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from html import escape
from pathlib import Path

import pandas as pd

from dataacademy.bi.board import Board
from dataacademy.bi.requirement import requirement
from dataacademy.errors import DataAcademyError
from dataacademy.files import write_bytes, write_text
from dataacademy.finding import Finding

_PAGE, _SUMS, _OPENED = "画面.json", "数.csv", "開いた日.csv"
_MARK = "dataacademy_page"


@dataclass(frozen=True)
class Page:
    """Where a page was written: ``notebook`` to open, ``folder`` with its sums; the words of how to open it."""

    notebook: Path
    folder: Path

    def _repr_html_(self) -> str:
        name = escape(self.notebook.name)
        return (
            f"<p><strong>画面を「{name}」に書きました。</strong></p><ol>"
            f"<li>左の一覧で「{name}」を開き、上に並ぶ印のいちばん右（波の印、Voilà）を押します。</li>"
            f"<li>教材を開かずに見るときは、端末で <code>uv run voila {name}</code> と打ちます。</li></ol>"
            f"<p>数は「{escape(self.folder.name)}」フォルダにあります。二つをいっしょに渡してください。</p>"
        )


def save_page(board: Board, name: str) -> Page:
    """Write ``name.ipynb`` and the folder ``name`` (sums and requirement) beside the notebook that calls.

    Rows never leave: only the sums that the figures need are written.  Written again, a page is replaced; a notebook
    that is not such a page is not touched.  Errors: ``not_a_page`` (another notebook has the name), ``cannot_write``.
    """
    folder, notebook = Path(name), Path(f"{name}.ipynb")
    if notebook.exists() and _MARK not in notebook.read_text(encoding="utf-8", errors="replace"):
        raise DataAcademyError(
            "not_a_page",
            f"「{notebook.name}」という別のノートブックがあるので、書きません。",
            f"{notebook.name} exists and is not a page of this kind.",
            fix="ほかの名前にしてください。",
            fix_en="Choose another name.",
            file=notebook.name,
        )
    page = {
        "requirement": {k: v for k, v in asdict(board.requirement).items() if k != "lacking"},
        "value": board.value,
        "title": board.title,
        "unit": board.unit,
        "source": board.source,
        "of_stock": board.of_stock,
        "order": {f.column: list(f.values) for f in board.figures},
        "made_on": date.today().isoformat(),
    }
    write_text(folder / _PAGE, json.dumps(page, ensure_ascii=False, indent=1))
    write_bytes(folder / _SUMS, board.cube.to_csv(index=False).encode("utf-8-sig"))
    import nbformat
    from nbformat.sign import NotebookNotary

    content = _notebook(folder.name)
    write_text(notebook, json.dumps(content, ensure_ascii=False, indent=1))
    NotebookNotary().sign(nbformat.from_dict(content))  # its own author's: JupyterLab need not ask in English
    return Page(notebook, folder)


def _notebook(name: str) -> dict:
    source = f"import dataacademy as da\n\nda.bi.open_page({json.dumps(name, ensure_ascii=False)})"
    cell = {"cell_type": "code", "id": "page", "metadata": {}, "execution_count": None, "outputs": []}
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {
        "cells": [cell | {"source": source.splitlines(keepends=True)}],
        "metadata": {"kernelspec": kernel, "voila": {"template": "dataacademy"}, _MARK: 1},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def open_page(name: str | Path) -> Board:
    """The dashboard of a saved page, as it was saved; what the page's notebook calls.

    Opened as a page (Voilà), the day is added to 「開いた日.csv」 beside the sums: no name, no machine.  A page
    whose day of review is past says so.  Errors: ``no_page`` (no folder that ``save_page`` wrote).
    When not to use: inside a lesson: there the dashboard itself is at hand.

    >>> import dataacademy as da, os, tempfile
    >>> need = da.bi.requirement(who="課長", decides="訪問する地区を選ぶ", when="月初の会議", owner="福祉係",
    ...     questions={"どの性格の地区か": "quarter"}, review_on="2099-03-31")
    >>> board = da.bi.dashboard(da.load("areas"), requirement=need, value="elderly", title="高齢者", unit="人")
    >>> folder = os.path.join(tempfile.mkdtemp(), "画面")
    >>> page = board.save_page(folder)
    >>> open_page(folder).headline() == board.headline()
    True
    """
    folder = Path(name)
    try:
        page = json.loads((folder / _PAGE).read_text(encoding="utf-8"))
        cube = pd.read_csv(folder / _SUMS, dtype=dict.fromkeys(page["order"], "str"), keep_default_na=False)
    except (OSError, ValueError, KeyError) as error:
        raise DataAcademyError(
            "no_page",
            f"「{folder.name}」フォルダに、画面の数（{_PAGE}・{_SUMS}）がありません。",
            f"No page in {folder.name}: {error}",
            fix="ノートブックといっしょに、同じ名前のフォルダも置いてください。",
            fix_en="Put the folder of the same name beside the notebook.",
            file=folder.name,
        ) from None
    for column, order in page["order"].items():
        cube[column] = cube[column].astype(pd.CategoricalDtype(order, ordered=True))
    made_on = f"（数を作った日 {page['made_on']}）"
    need = requirement(**page["requirement"])
    board = Board(cube, need, page["value"], page["title"], page["unit"], page["source"] + made_on)
    board.of_stock = page["of_stock"]
    if need.review_on < date.today().isoformat():
        board.notice = f"見直す日（{need.review_on}）を過ぎています。{need.owner}に、まだ要るかを聞いてください。"
    if os.environ.get("SERVER_SOFTWARE", "").startswith("voila"):
        board.notice += _count(folder / _OPENED)
    return board


def _count(file: Path) -> str:
    """Add today to the days of opening; where the folder cannot be written to, say so and go on."""
    try:
        with file.open("a", encoding="utf-8", newline="") as days:
            days.write(f"{date.today().isoformat()}\n")
    except OSError:
        return "（この置き場所には書けないので、開いた回数は数えていません。）"
    return ""


def openings(name: str | Path, *, days: int = 30, today: str | None = None) -> Finding:
    """How often a page was opened in the last ``days`` days, and when last: does anybody look at it?

    Table: ``month, count``.  Value: openings in the last ``days`` days up to ``today`` (``2026-11-30``; now unless
    given).  A line that is no date is left out and told.  Errors: ``no_page``.
    When not to use: to watch people: no names are kept, and one person may open it ten times.

    >>> import dataacademy as da, os, tempfile
    >>> need = da.bi.requirement(who="課長", decides="訪問する地区を選ぶ", when="月初の会議", owner="福祉係",
    ...     questions={"どの性格の地区か": "quarter"}, review_on="2099-03-31")
    >>> board = da.bi.dashboard(da.load("areas"), requirement=need, value="elderly", title="高齢者", unit="人")
    >>> page = board.save_page(os.path.join(tempfile.mkdtemp(), "画面"))
    >>> openings(page.folder).value
    0
    """
    folder = Path(name)
    if not (folder / _PAGE).exists():
        raise DataAcademyError(
            "no_page",
            f"「{folder.name}」は、画面のフォルダではありません。",
            f"{folder.name} is not the folder of a page.",
            fix="save_page に付けた名前を書いてください。",
            fix_en="Give the name that save_page was given.",
        )
    file = folder / _OPENED
    text = file.read_text(encoding="utf-8-sig", errors="replace") if file.exists() else ""
    lines = [row[0] for row in csv.reader(io.StringIO(text)) if row]
    opened = pd.to_datetime(pd.Series(lines, dtype="str"), format="%Y-%m-%d", errors="coerce")
    wrong, opened = int(opened.isna().sum()), opened.dropna()
    end = pd.Timestamp(today) if today else pd.Timestamp(date.today())
    lately = int(((opened > end - timedelta(days=days)) & (opened <= end)).sum())
    table = opened.dt.strftime("%Y-%m").value_counts().sort_index().rename_axis("month").reset_index(name="count")
    last = f"最後は {opened.max():%Y-%m-%d} です。" if len(opened) else "まだ一度も開かれていません。"
    return Finding(
        table,
        lately,
        f"「{folder.name}」は、この {days} 日に {lately} 回開かれました。{last}",
        f"{folder.name} was opened {lately} times in the last {days} days.",
        {"開いた回数": len(opened)},
        (f"日付として読めない {wrong} 行",) if wrong else (),
    )
