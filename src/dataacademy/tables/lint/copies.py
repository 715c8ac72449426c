"""Excel copies of the tables with problems: the cells concerned are coloured and say what is wrong.

The copy of a workbook keeps its look (pictures and charts may be lost); a text file becomes a workbook.  Originals are
only read.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineWorkbook

from dataacademy.errors import DataAcademyError
from dataacademy.files import write_bytes
from dataacademy.notes import LEVELS, Note
from dataacademy.tables.delimitedblocks import scan
from dataacademy.tables.excelparts import opening
from dataacademy.tables.kinds import kind_of
from dataacademy.tables.lint.earlier import remember, remove_earlier
from dataacademy.tables.lint.grouping import by_file, grouped
from dataacademy.tables.lint.rules import RULES
from dataacademy.tables.lint.sheet import LIST_HEAD, Column
from dataacademy.tables.reading import reading_from

COLOURS = {"error": "FFC7CE", "warning": "FFEB9C"}
_MOST_CELLS = 1_500_000  # of a table that is copied
_MOST_ROWS = 1_048_576  # of an Excel sheet
_COLOURED, _COMMENTED = 100_000, 500  # cells and comments of one problem
_ODD = (
    *(ValueError, LookupError, TypeError, AttributeError, SyntaxError, EOFError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error),
)
_LIST = "点検"
_WIDTHS = [8, 14, 22, 18, 18, 34, 60, 60, 60]
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # letters that no workbook can hold


@dataclass
class Copies:
    """What was written: the copy of each file by the file's name; and what was not.

    left_out
        The files too large to be copied.
    kept
        Copies of the last run that stay, since somebody changed them.
    """

    written: dict[str, Path] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)


def write_copies(path: Path, notes: Iterable[Note], folder: Path) -> Copies:
    """Write a marked copy of each table with problems below ``folder``; ``path`` is what was checked.

    The copies are named like the originals (``.xlsx`` is added to other files); those of the last run go.  Raises
    DataAcademyError ``same_folder`` rather than write over an original, and ``cannot_write``.
    """
    copies = Copies(kept=remove_earlier(folder))
    try:
        for file, found in by_file(notes).items():
            original = path / file if path.is_dir() else path
            try:
                book = _book(original)
            except DataAcademyError:  # a document, a broken file: there is no table to mark
                continue
            if book is None:
                copies.left_out.append(file)
                continue
            _mark(book, found)
            _list(book, found)
            target = folder / (file if file.lower().endswith(".xlsx") else f"{file}.xlsx")
            if target.exists() and target.samefile(original):
                raise _same_folder(folder)
            while target in copies.kept:
                target = target.with_stem(f"{target.stem} (2)")
            stream = io.BytesIO()
            book.save(stream)
            write_bytes(target, stream.getvalue())
            copies.written[file] = target
    finally:
        remember(folder, copies.written.values())
    return copies


def _same_folder(folder: Path) -> DataAcademyError:
    return DataAcademyError(
        "same_folder",
        f"写しを「{folder}」に置くと、元のファイルを上書きします。",
        f"Copies in {folder} would replace the originals.",
        fix="別のフォルダを指定してください。",
        fix_en="Name another folder.",
    )


def _book(path: Path):
    """The file as an openpyxl workbook; None if it is too large.  Raises DataAcademyError if it is no table."""
    import openpyxl

    kind = kind_of(path)
    if kind == "excel":
        if zipfile.is_zipfile(path) and (book := _with_its_look(path)):
            return book
        with opening(path):
            source = CalamineWorkbook.from_path(str(path))
            sheets = {n: source.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in source.sheet_names}
    elif kind == "text":
        with reading_from(path):
            columns = scan(path, None, Column).columns
        words = [[_value(word) for word in column.words] + [None] for column in columns]
        rows = zip(*([w[i] for i in column.codes] for w, column in zip(words, columns, strict=True)), strict=True)
        height = len(columns[0].codes) if columns else 0
        if height * len(columns) > _MOST_CELLS or height > _MOST_ROWS:
            return None
        sheets = {path.stem: rows}
    else:
        raise DataAcademyError("not_applicable", "地図には印を付けられません。", "Maps are not copied.")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(re.sub(r"[\[\]:*?/\\]", "_", name)[:31] or "表")
        for r, row in enumerate(rows, start=1):
            for c, value in enumerate(row, start=1):
                if value is not None and value != "":
                    _put(page.cell(r, c), value)
    return book


def _with_its_look(path: Path):
    """The workbook as openpyxl reads it; None if its styles are too odd for that (the values are enough then)."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl cannot keep is no news to the person who looks
        try:
            return openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        except _ODD:
            return None


def _value(word: str) -> str | float | int:
    """A text as a workbook should hold it: plain numbers as numbers, all else (0123 too) as text."""
    if _NUMBER.fullmatch(word):
        return float(word) if "." in word else int(word)
    return _ILLEGAL.sub("", word)


def _put(cell, value) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = is no formula


def _mark(book, notes: list[Note]) -> None:
    """Colour the cells and say at the first of each range what is wrong."""
    from openpyxl.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill
    from openpyxl.utils import range_boundaries

    said: dict[tuple[str, str], list[str]] = {}
    for note in sorted(notes, key=lambda n: n.level == "error"):  # what is graver colours last
        page = book[note.sheet] if note.sheet in book.sheetnames else book.worksheets[0]
        fill = PatternFill("solid", fgColor=COLOURS[note.level])
        coloured = 0
        for i, cells in enumerate(filter(None, note.cells.split(", "))):
            left, top, right, bottom = range_boundaries(cells)
            if coloured < _COLOURED:
                for row in page.iter_rows(top, bottom, left, right):
                    for cell in row:
                        cell.fill = fill
                coloured += (bottom - top + 1) * (right - left + 1)
            if i < _COMMENTED:
                corner = _corner(page, top, left)
                said.setdefault((page.title, corner), []).append(_comment(note))
    for (title, corner), texts in said.items():
        comment = Comment("\n\n".join(dict.fromkeys(texts)), "dataacademy lint")
        comment.width, comment.height = 380, 60 + 100 * len(texts)
        if not isinstance(book[title][corner], MergedCell):
            book[title][corner].comment = comment


def _corner(page, row: int, column: int) -> str:
    """The cell that can carry a comment: the first of its merged range (some programs write ranges that overlap)."""
    ranges = sorted((merged.bounds for merged in page.merged_cells.ranges), reverse=True)
    for left, top, right, bottom in ranges:
        if top <= row <= bottom and left <= column <= right:
            row, column = top, left
    return page.cell(row, column).coordinate


def _comment(note: Note) -> str:
    rule = RULES[note.kind]
    return f"【{LEVELS[note.level]}】{rule.name}\n{note.ja}\nなぜ：{rule.why}\n→ {note.fix}"


def _list(book, notes: list[Note]) -> None:
    """A first sheet that lists all problems, the gravest first, each with a link to its cells."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.hyperlink import Hyperlink

    for name in [page.title for page in book.worksheets if [c.value for c in page[1]] == LIST_HEAD]:
        del book[name]  # of an earlier copy, which was checked itself
    title = next(name for name in [_LIST, *(f"{_LIST}{i}" for i in range(2, 99))] if name not in book.sheetnames)
    page = book.create_sheet(title, 0)
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False
    for c, (head, width) in enumerate(zip(LIST_HEAD, _WIDTHS, strict=True), start=1):
        page.cell(1, c, head).font = Font(bold=True)
        page.column_dimensions[get_column_letter(c)].width = width
    for r, (note, _) in enumerate(grouped(notes), start=2):
        rule = RULES[note.kind]
        texts = [
            LEVELS[note.level],
            note.sheet,
            note.cells[:200],
            note.column,
            note.value,
            rule.name,
            note.ja,
            rule.why,
            note.fix,
        ]
        for c, text in enumerate(texts, start=1):
            cell = page.cell(r, c)
            _put(cell, _ILLEGAL.sub("", text))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.cell(r, 1).fill = PatternFill("solid", fgColor=COLOURS[note.level])
        sheet = note.sheet if note.sheet in book.sheetnames else book.worksheets[1].title
        if note.cells:
            quoted = sheet.replace("'", "''")
            place = f"'{quoted}'!{note.cells.split(',')[0]}"
            page.cell(r, 3).hyperlink = Hyperlink(ref=f"C{r}", location=place)
    page.freeze_panes = "A2"
