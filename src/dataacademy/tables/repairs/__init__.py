"""Mending what can be mended without guessing, with a log of each change; asking by name for what must be decided.

It stands on the linter: what :func:`dataacademy.tables.lint.check` finds is mended or asked for, and then the mended
table is checked again, until nothing more can be mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.notes import Note
from dataacademy.tables.cells import Cells
from dataacademy.tables.columns import typed
from dataacademy.tables.headings import column_names
from dataacademy.tables.lint.address import letters
from dataacademy.tables.lint.check import check
from dataacademy.tables.lint.table import Table
from dataacademy.tables.reading import existing_file
from dataacademy.tables.repairs.draft import HEADING, Draft, Why, cells_of, named
from dataacademy.tables.repairs.mends import MENDS, TOLD
from dataacademy.tables.repairs.opening import add_unit, open_table
from dataacademy.tables.repairs.questions import Question, answer, questions
from dataacademy.tables.repairs.result import Repaired, csv_bytes, log_frame
from dataacademy.tables.values import is_number

__all__ = ["Question", "Repaired", "repair"]

_OPENED = {"merged_heading", "code_heading_row", "merged_cells"}  # mended when the table was opened
_ROWS = {"title_row", "note_row", "total_row", "blank_row", "duplicate_row"}
_STATED = re.compile(r"単位\s*[:：]?\s*([^\s（）()「」、。:：]+)")
_PASSES = 5


def repair(
    path: Path | str,
    *,
    sheet: str | None = None,
    table: int | None = None,
    decisions: Mapping[str, Any] | None = None,
    notes: Iterable[Note] | None = None,
) -> Repaired:
    """Mend one table of a CSV file or a workbook.  The file itself is never written to.

    sheet, table
        Which sheet (the first filled one if not given), and which of several tables on it (from 1).
    decisions
        Answers to questions that an earlier repair left open: ``{question.key: answer}``.  An answer is one of the
        question's names (``"missing"``, ``"keep"`` …), or the right value, or one for each cell
        (``{"C5": "12"}`` by address in the file, ``{"約10": "10"}`` by what it says); a kind of fault as key answers
        all questions of that kind.
    notes
        What the linter said of the folder (``check(folder)``), where spelling of 町名 or the datum is to be judged by
        other files; the file alone is checked if not given.

    Mended without asking: encoding, titles, remarks, totals, blank lines, headings on several levels, merged and
    omitted labels, spelling of numbers, units (into the heading), 和暦, swapped coordinates, degrees-minutes-seconds,
    digits that a check digit or a fixed width proves, spaces and look-alike letters, rows that are twice there.

    Raises DataAcademyError: those of the readers; ``not_applicable`` for maps; ``unknown_choice`` for a sheet, table,
    key or answer that is not there.

    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "費用.csv"
    ...     _ = path.write_bytes("表1 費用\\n町名,金額\\n北町,▲１，２００円\\n南町,30円\\n".encode("cp932"))
    ...     repaired = repair(path)
    >>> repaired.data.to_dict("list")
    {'町名': ['北町', '南町'], '金額(円)': [-1200, 30]}
    >>> sorted(set(repaired.log["kind"])), repaired.open_questions
    (['not_utf8', 'title_row', 'triangle_negative', 'unit_in_cell'], [])
    """
    path = existing_file(path)
    draft, groups = open_table(path, sheet, table or 1)
    group = groups[(table or 1) - 1]
    found = check(path) if notes is None else [note for note in notes if _is_of(note, path)]
    asked = _mend_as_found(draft, [note for note in found if _belongs(note, draft, groups, group, table)])
    units = _stated_units(group)
    asked += _unasked(asked, _mend_until_done(path, draft, units), draft)
    known = questions(asked)
    open_ = _decide(draft, known, decisions or {}, path)
    if decisions:
        open_ += questions(_unasked(asked, _mend_until_done(path, draft, units), draft))
    return _result(path, draft, open_)


def _is_of(note: Note, path: Path) -> bool:
    return path.resolve().as_posix().endswith("/" + note.file)


def _belongs(note: Note, draft: Draft, groups: list[list[Table]], group: list[Table], chosen: int | None) -> bool:
    """Whether a note is about the table that is mended; those on whole files and sheets are."""
    if note.kind == "hidden_sheet":
        return True
    if note.sheet != draft.sheet and note.sheet:
        return False
    if note.kind == "several_tables":
        return chosen is None
    if not note.cells:
        return True
    cells = set(cells_of(note.cells))
    others = [one for other in groups if other is not group for one in other]
    return not any(all(_within(cell, one) for cell in cells) for one in others)


def _within(cell: tuple[int, int], table: Table) -> bool:
    top, left, bottom, right = table.box
    return top <= cell[0] <= bottom and left <= cell[1] <= right


def _mend_as_found(draft: Draft, notes: list[Note]) -> list[Note]:
    """Mend what the linter found in the file; returns what must be asked.  Rows go last, so that places stay right."""
    asked = []
    for note in sorted(notes, key=lambda note: note.kind in _ROWS):
        spots = draft.spots(note.cells)
        if note.kind in MENDS and (spots or note.kind not in TOLD):
            MENDS[note.kind](draft, note, spots)
        elif note.kind in TOLD:
            draft.tell(TOLD[note.kind], cells_of(note.cells), column=note.column, before=note.value)
        elif note.kind not in _OPENED or (note.kind == "merged_cells" and _over_number(draft, note)):
            asked.append(note)
    return asked


def _over_number(draft: Draft, note: Note) -> bool:
    """Whether cells are merged over a number, of which nobody knows whose it is."""
    return any(
        is_number(draft.columns[c][rows[0]]) and not all(draft.columns[c][row] for row in rows)
        for c, rows in draft.spots(note.cells).items()
        if rows[0] != HEADING
    )


def _mend_until_done(path: Path, draft: Draft, units: set[str]) -> list[Note]:
    """Check the draft as it would be written and mend what shows, until nothing changes; returns what then remains."""
    notes: list[Note] = []
    for _ in range(_PASSES):
        before = draft.changes
        with TemporaryDirectory() as folder:
            name = re.sub(r'[<>:"/\\|?*]', "_", f"{path.stem}_{draft.sheet}")  # both may say which area it is about
            own = Path(folder) / f"{name}.csv"
            own.write_bytes(csv_bytes(draft.lines()))
            notes = check(own)
        rows: dict[str, set[int]] = {}
        for note in notes:
            spots = draft.own_spots(note.cells)
            if note.kind in _ROWS:
                rows.setdefault(note.kind, set()).update(row for at in spots.values() for row in at)
            elif note.kind in MENDS:
                MENDS[note.kind](draft, note, spots)
            elif note.kind == "unit_missing" and len(units) == 1:
                why = Why("unit_missing", "表題や注記にあった単位を、見出しに移しました。", "From the title or remark.")
                for c in spots:
                    add_unit(draft, why, c, next(iter(units)))
        for kind, at in rows.items():
            draft.drop(TOLD[kind], at)
            break  # places have moved: the next pass sees to the others
        if draft.changes == before:
            break
    return [_as_original(note, draft) for note in notes]


def _as_original(note: Note, draft: Draft) -> Note:
    """A note on the draft with the addresses of the file."""
    cells = [cell for c, rows in draft.own_spots(note.cells).items() for cell in draft.original({c: rows})]
    row = min((r for r, _ in cells), default=-1) + 1
    return replace(note, file=draft.file, sheet=draft.sheet, cells=named(cells), row=row or None)


def _unasked(asked: Sequence[Note], notes: Iterable[Note], draft: Draft) -> list[Note]:
    """The notes whose cells are not asked about already."""
    covered = {(note.kind, cell) for note in asked for cell in [*cells_of(note.cells), None]}
    return [
        note
        for note in notes
        if any((note.kind, cell) not in covered for cell in (list(cells_of(note.cells)) or [None]))
    ]


def _stated_units(tables: list[Table]) -> set[str]:
    """The units that titles and remarks state for the whole table."""
    found = set()
    for table in tables:
        data = {*table.rows.tolist(), *table.heading}
        for row in range(table.box[0], table.box[2] + 1):
            if row not in data:
                for c in table.used:
                    found.update(_STATED.findall(table.cell(row, c)))
    return found


def _decide(draft: Draft, known: list[Question], decisions: Mapping[str, Any], path: Path) -> list[Question]:
    """Carry out the decisions; returns the questions without one."""
    allowed = [*(question.key for question in known), *(question.kind for question in known)]
    for key in decisions:
        if key not in allowed:
            guess = nearest_guess(key, allowed)
            raise DataAcademyError(
                "unknown_choice",
                f"「{key}」という質問はありません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
                f"There is no question {key!r}." + (f" Did you mean {guess!r}?" if guess else ""),
                fix="いまある質問は " + ("、".join(f"「{q.key}」" for q in known) or "ありません") + "。",
                fix_en="Questions: " + ", ".join(q.key for q in known),
                file=path.name,
            )
    answered = [q for q in known if q.key in decisions or q.kind in decisions]
    for question in sorted(answered, key=lambda q: decisions.get(q.key, decisions.get(q.kind)) == "drop"):
        answer(draft, question, decisions.get(question.key, decisions.get(question.kind)), draft.spots(question.cells))
    return [question for question in known if question not in answered]


def _result(path: Path, draft: Draft, open_: list[Question]) -> Repaired:
    names, _ = column_names(draft.headings)
    data, _ = typed(names, [Cells.of(column) for column in draft.columns], draft.rows + 1)
    places = [letters(place) for place in draft.parts[0].columns]
    columns = [*places, *[""] * (len(names) - len(places))]
    return Repaired(data, draft.rows + 1, columns, log_frame(draft), open_, path, draft.sheet, draft.lines())
