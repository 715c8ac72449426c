"""What the linter found, for people: lines for the terminal, and an HTML page that opens anywhere."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from dataacademy.notes import LEVELS, Note
from dataacademy.report import STYLE
from dataacademy.tables.kinds import SUFFIXES
from dataacademy.tables.lint.copies import COLOURS
from dataacademy.tables.lint.grouping import by_file, count, counted, gravest_first, grouped
from dataacademy.tables.lint.rules import RULES, Rule
from dataacademy.tables.lint.spaces import LEGEND, MARKS

_SHOWN = 60  # letters of a list of cells on one line
_FIRST = 40  # errors that the terminal lists before it goes through the files
_LINKS = 8  # files that the summary names for one rule
GRADES = "誤り＝このまま使うと数字がまちがう。注意＝人には読めるが、機械では困る。"
PRIVATE = "報告と写しには元の値（個人情報を含むことがあります）が入ります。元のファイルと同じように扱ってください。"


def shortened(cells: str) -> str:
    """A list of cells on one line.

    >>> shortened("A1, " * 40 + "B1")
    'A1, A1, A1, A1, A1, A1, A1, A1, A1, A1, A1, A1, A1, A1, A1 …'
    """
    if len(cells) <= _SHOWN:
        return cells
    end = cells.rfind(",", 0, _SHOWN)
    return cells[: end if end > 0 else _SHOWN] + " …"


def place(note: Note, columns: int = 1) -> str:
    """Where in the file: sheet and cells (how many columns, if several are told at once), else row or feature.

    >>> place(Note("a", "", "", file="地図.geojson", row=157)), place(Note("a", "", "", file="表.csv", row=157))
    ('157番目の地物', '157行目')
    """
    cells = shortened(note.cells) + (f"（{columns}列）" if columns > 1 else "")
    if not note.cells and note.row is not None:
        is_map = SUFFIXES.get(Path(note.file).suffix.lower()) == "map"
        cells = f"{note.row}番目の地物" if is_map else f"{note.row}行目"
    parts = [f"シート「{note.sheet}」" if note.sheet else "", cells]
    return "　".join(filter(None, parts)) or ("フォルダ全体" if note.file.endswith("/") else "ファイル全体")


def summary(notes: list[Note], n: int) -> str:
    """How many files were checked and what was found in them."""
    if not notes:
        return f"調べたファイル {n:,}件に、問題はありません。"
    errors, warnings = (count(notes, level) for level in ("error", "warning"))
    places = {note.file for note in notes}
    closed = sum(name.endswith("/") for name in places)
    found = f"調べたファイル {n:,}件のうち{len(places) - closed:,}件に、"
    found += f"開けないフォルダ{closed:,}件も入れて、" if closed else ""
    return f"{found}問題が{counted(notes)}あります（誤り {errors:,}か所、注意 {warnings:,}か所）。"


def _legend(notes: Iterable[Note]) -> str:
    """The marks for spaces, if a note shows one."""
    return LEGEND if any(mark in note.value for note in notes for mark in MARKS.values()) else ""


# --- the terminal ----------------------------------------------------------------------------------------------------


def lines(notes: Iterable[Note], *, everything: bool = False) -> Iterator[str]:
    """The terminal's lines: the errors at a glance, then file by file.

    Errors are told in full: cells, rule, why it matters, how to mend it; of the warnings only rule and cells, unless
    ``everything`` is asked for.
    """
    notes = list(notes)
    if not notes:
        return
    yield GRADES + _legend(notes)
    yield ""
    yield from _first(notes)
    for file, found in by_file(notes).items():
        yield f"■ {file}　{counted(found)}"
        rest: dict[str, list[tuple[Note, int]]] = {}
        for note, columns in grouped(found):
            if note.level == "error" or everything:
                yield from _in_full(note, columns)
            else:
                rest.setdefault(note.kind, []).append((note, columns))
        yield from (_in_short(group) for group in rest.values())
        yield ""
    if not everything and count(notes, "warning"):
        yield "注意の内容と直し方は報告にあります（画面に出すには --all を付けます）。"


def _first(notes: list[Note]) -> Iterator[str]:
    errors = [(note, n) for note, n in grouped(_in_order(notes)) if note.level == "error"]
    if not errors:
        return
    yield f"先に直すもの（誤り {count(notes, 'error'):,}か所）"
    for note, columns in errors[:_FIRST]:
        column = f"列「{note.column}」　" if note.column else ""
        yield f"  {note.file}　{place(note, columns)}　{column}{note.ja}"
    if len(errors) > _FIRST:
        yield f"  ほか{len(errors) - _FIRST:,}行は、下のファイルごとの一覧にあります。"
    yield ""


def _in_order(notes: list[Note]) -> list[Note]:
    return [note for found in by_file(notes).values() for note in found]


def _in_short(alike: list[tuple[Note, int]]) -> str:
    """One line on the notes of one kind: the rule and all cells, sheet by sheet."""
    first = alike[0][0]
    sheets: dict[str, list[str]] = {}
    for note, columns in alike:
        sheets.setdefault(note.sheet, []).append(place(replace(note, sheet=""), columns))
    places = "、".join((f"シート「{name}」" if name else "") + ", ".join(cells) for name, cells in sheets.items())
    return f"  {LEVELS[first.level]}　{RULES[first.kind].name}：{shortened(places)}"


def _in_full(note: Note, columns: int) -> Iterator[str]:
    rule = RULES[note.kind]
    column = f"　列「{note.column}」" if note.column else ""
    value = f"　値「{note.value}」" if note.value else ""
    yield f"  {LEVELS[note.level]}　{place(note, columns)}{column}{value}"
    yield f"    規則：{rule.name}"
    yield f"    内容：{note.ja}"
    yield f"    なぜ：{rule.why}"
    yield f"    直し方：{note.fix}"


# --- the page --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    """A line of a table: what it says, where, and the section of its file."""

    note: Note
    place: str
    rule: Rule
    anchor: str


@dataclass(frozen=True)
class _File:
    """The section of a file; ``copy`` is the link to its marked copy."""

    name: str
    anchor: str
    summary: str
    copy: str
    rows: list[_Row]


@dataclass
class _Kind:
    """A line of the summary; ``more`` files are not named."""

    level: str
    rule: Rule
    count: int
    files: list[_File]
    more: int = field(init=False)

    def __post_init__(self):
        self.more = max(0, len(self.files) - _LINKS)
        self.files = self.files[:_LINKS]


def html(path: Path, notes: Iterable[Note], names: Iterable[str], copies: Mapping[str, Path], target: Path) -> str:
    """The page: what to mend first, how many of what, file by file, and the files without a problem.

    path, names
        What was checked, and the names of its files.
    copies, target
        The marked copy of each file, and where the page will be: links lead from there.
    """
    import jinja2

    notes, names = list(notes), list(names)
    sections = [_file(i, file, found, copies, target) for i, (file, found) in enumerate(by_file(notes).items(), 1)]
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(files(__package__).joinpath("page.html.j2").read_text(encoding="utf-8"))
    return template.render(
        title=f"表の点検　{path.resolve().name}",
        style=STYLE,
        colours=COLOURS,
        levels=LEVELS,
        path=str(path.resolve()),
        summary=summary(notes, len(names)),
        legend=_legend(notes),
        notes=notes,
        errors=[row for section in sections for row in section.rows if row.note.level == "error"],
        error_count=count(notes, "error"),
        kinds=_kinds(notes, sections),
        files=sections,
        clean=[name for name in names if name not in {note.file for note in notes}],
    )


def _file(i: int, name: str, notes: list[Note], copies: Mapping[str, Path], target: Path) -> _File:
    anchor = f"file-{i}"
    rows = [_Row(note, place(note, n), RULES[note.kind], anchor) for note, n in grouped(notes)]
    copy = _link(copies[name], target) if name in copies else ""
    told = "、".join(f"{LEVELS[level]} {n:,}か所" for level in ("error", "warning") if (n := count(notes, level)))
    return _File(name, anchor, f"{counted(notes)}（{told}）", copy, rows)


def _link(path: Path, page: Path) -> str:
    """The way from the page to a file; with the drive where no way leads there."""
    try:
        return quote(Path(os.path.relpath(path.resolve(), page.resolve().parent)).as_posix())
    except ValueError:  # on another drive
        return path.resolve().as_uri()


def _kinds(notes: list[Note], sections: list[_File]) -> list[_Kind]:
    """The summary: the gravest kinds first, then the most frequent."""
    kinds: dict[tuple[str, str], list[Note]] = {}
    for note in gravest_first(notes):
        kinds.setdefault((note.level, note.kind), []).append(note)
    often = [found[0] for found in sorted(kinds.values(), key=len, reverse=True)]
    found = []
    for first in gravest_first(often):
        where = [s for s in sections if any((r.note.level, r.note.kind) == (first.level, first.kind) for r in s.rows)]
        found.append(_Kind(first.level, RULES[first.kind], len(kinds[first.level, first.kind]), where))
    return found
