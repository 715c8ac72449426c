"""The marks of a class as tables for people: a CSV file, and the same as an Excel workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dataacademy.course.grade.cleaning import readable
from dataacademy.course.grade.counted import Key, judgements, latest, people, titles
from dataacademy.course.grade.records import Assignment, Marked
from dataacademy.files import write_bytes

_STARTS_A_FORMULA = tuple("=+-@|%＝＋－＠")  # for a spreadsheet that opens the CSV file
_LONGEST = 1000  # characters of a text
_WIDEST = 40  # letters of a column

ByHand = Mapping[tuple[str, str, str, str], float]  # (student, assignment, notebook, grade_id) -> points


def write(
    folder: Path,
    assignments: Iterable[Assignment],
    marked: Iterable[Marked],
    students: Mapping[str, str] | None = None,
    *,
    by_hand: ByHand | None = None,
) -> list[Path]:
    """Write ``marks.csv`` and ``marks.xlsx`` into ``folder``; the two files.

    One row a person, on the roster ``students`` (id -> name) or not: ``id``, 氏名, for every assignment its tasks,
    合計, 満点 and 状態 (採点済み, 採点待ち: a person has still to mark something, 未提出), and 備考.  A task that waits
    is empty and counts nothing.  Scores ``by_hand``, as :func:`~dataacademy.course.grade.gradebook.by_hand` reads them,
    take the place of computed ones.
    """
    columns, rows = table(assignments, marked, students or {}, by_hand or {})
    files = [folder / "marks.csv", folder / "marks.xlsx"]
    write_bytes(files[0], _csv(columns, rows))
    write_bytes(files[1], _excel(columns, rows))
    return files


def table(
    assignments: Iterable[Assignment], marked: Iterable[Marked], students: Mapping[str, str], by_hand: ByHand
) -> tuple[list[str], list[list[Any]]]:
    """The columns and rows of :func:`write`."""
    assignments = list(assignments)
    given = latest(assignments, marked)
    columns, rows = ["id", "氏名"], {one: [one, name] for one, name in people(students, given).items()}
    for assignment in assignments:
        columns += [f"{assignment.name} {what}" for what in (*_tasks(assignment), "合計", "満点", "状態")]
        for person, row in rows.items():
            points, state = _earned(assignment, person, given, by_hand)
            row += [*points, sum(one or 0 for one in points), assignment.points, state]
    for person, row in rows.items():
        notes = [note for (who, _, _), one in given.items() if who == person for note in one.notes]
        stranger = ["名簿にありません。"] if students and person not in students else []
        row.append(" ".join(dict.fromkeys([*stranger, *notes])))
    return [*columns, "備考"], list(rows.values())


def _tasks(assignment: Assignment) -> list[str]:
    """What the columns of an assignment's tasks are called; the notebook stands before where there are several."""
    many = len(assignment.notebooks) > 1
    return [
        (f"{notebook.name} " if many else "") + title
        for notebook in assignment.notebooks
        for title in titles(notebook.cells, [cell.grade_id for cell in notebook.cells if cell.graded]).values()
    ]


def _earned(
    assignment: Assignment, person: str, given: Mapping[Key, Marked], by_hand: ByHand
) -> tuple[list[float | None], str]:
    """The points of every task, None where there are none yet, and the state in words."""
    points, missing = [], 0
    for notebook in assignment.notebooks:
        one = given.get((person, assignment.name, notebook.name))
        missing += one is None
        for task, judgement in judgements(notebook, one).items():
            points.append(by_hand.get((person, assignment.name, notebook.name, task), judgement.points))
    if missing == len(assignment.notebooks):
        return [None] * len(points), "未提出"
    state = "採点待ち" if None in points else "採点済み"
    return points, f"一部未提出・{state}" if missing else state


def _text(value: str) -> tuple[str, bool]:
    """The text in one line, and whether a spreadsheet would calculate it."""
    value = " ".join(readable(value).split())[:_LONGEST]
    return value, value.startswith(_STARTS_A_FORMULA)


def _csv(columns: list[str], rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for row in [columns, *rows]:
        writer.writerow(_harmless(value) if isinstance(value, str) else _number(value) for value in row)
    return text.getvalue().encode("utf-8-sig")  # with the mark by which Excel knows UTF-8


def _harmless(value: str) -> str:
    """No text that a spreadsheet would calculate: a name is a name."""
    text, calculated = _text(value)
    return f"'{text}" if calculated else text


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _excel(columns: list[str], rows: list[list[Any]]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from rich.cells import cell_len  # Japanese letters are twice as wide

    book = Workbook()
    sheet = book.active
    sheet.title = "成績"
    for number, row in enumerate([columns, *rows], 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place)
            if isinstance(value, str):
                text, calculated = _text(value)
                cell.value = text or None
                if calculated:
                    cell.data_type, cell.quotePrefix = "s", True  # text, also after it was edited
            else:
                cell.value = value
    for place, name in enumerate(columns, 1):
        head = sheet.cell(1, place)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        widest = max([cell_len(str(row[place - 1])) for row in rows], default=0)
        width = min(max(8, widest, cell_len(name) // 2) + 2, _WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "C2"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
