"""What the linter found, for people: lines for the terminal, and an HTML page that opens anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dataacademy.notes import LEVELS, Note
from dataacademy.report import Section, page
from dataacademy.tables.lint.rules import RULES

_SHOWN = 60  # letters of a list of cells on one line
_MORE = 3  # further places of the same problem that the terminal names


def shortened(cells: str) -> str:
    """A list of cells on one line.

    >>> shortened("A1, " * 40 + "B1")
    'A1, A1, A1, A1, A1, A1, A1, A1, A1, A1, A1, A1, A1, A1, A1 …'
    """
    return cells if len(cells) <= _SHOWN else cells[: cells.rindex(",", 0, _SHOWN)] + " …"


def place(note: Note) -> str:
    """Where in the file: sheet and cells, else the row or the number of the feature."""
    cells = shortened(note.cells) or (f"{note.row}行目" if note.row is not None else "")
    return "　".join(part for part in (f"シート「{note.sheet}」" if note.sheet else "", cells) if part)


def lines(notes: Iterable[Note]) -> Iterator[str]:
    """The terminal's lines: file by file, each problem with its cells, the rule, why it matters, how to mend it."""
    for file, found in _by_file(notes).items():
        yield f"■ {file}　{len(found):,}件"
        alike: dict[tuple[str, str], list[Note]] = {}
        for note in found:
            alike.setdefault((note.sheet, note.kind), []).append(note)
        for group in alike.values():
            first, rule = group[0], RULES[group[0].kind]
            column = f"　列「{first.column}」" if first.column else ""
            value = f"　値「{first.value}」" if first.value else ""
            yield f"  {LEVELS[first.level]}　{place(first) or 'ファイル全体'}{column}{value}"
            yield f"    規則：{rule.name}"
            yield f"    内容：{first.ja}"
            if len(group) > 1:
                others = "、".join(shortened(note.cells) or place(note) for note in group[1 : _MORE + 1])
                yield f"    同じ問題がほかに{len(group) - 1:,}件：{others}" + ("など" if len(group) > _MORE + 1 else "")
            yield f"    なぜ：{rule.why}"
            yield f"    直し方：{first.fix}"
        yield ""


def html(title: str, notes: Iterable[Note], files: int) -> str:
    """The page: how many of what, then file by file."""
    notes = list(notes)
    by_file = _by_file(notes)
    errors = sum(note.level == "error" for note in notes)
    found = f"のうち{len(by_file):,}件に、問題が{len(notes):,}件（うち誤り{errors:,}件）ありました。"
    lead = [
        f"調べたファイル {files:,}件" + (found if notes else "に、問題はありませんでした。"),
        "規則の番号は、総務省「統計表における機械判読可能なデータの表記方法の統一ルール」（2020年12月）のものです。"
        "元のファイルは変えていません。",
    ]
    kinds: dict[str, list[Note]] = {}
    for note in notes:
        kinds.setdefault(note.kind, []).append(note)
    often = sorted(kinds.items(), key=lambda pair: -len(pair[1]))
    counts = [[RULES[kind].name, len(found), len({n.file for n in found}), RULES[kind].why] for kind, found in often]
    sections = [Section("まとめ", [], ["規則", "件数", "ファイル", "なぜ困るか"], counts)] if notes else []
    head = ["重さ", "場所", "列", "値", "規則", "内容", "直し方"]
    for file, found in by_file.items():
        rows = [
            [LEVELS[n.level], place(n) or "全体", n.column, n.value, RULES[n.kind].name, n.ja, n.fix] for n in found
        ]
        sections.append(Section(file, [], head, rows))
    return page(title, lead, sections)


def _by_file(notes: Iterable[Note]) -> dict[str, list[Note]]:
    found: dict[str, list[Note]] = {}
    for note in notes:
        found.setdefault(note.file, []).append(note)
    return found
