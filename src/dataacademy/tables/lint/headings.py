"""What is wrong with the headings themselves: missing ones, two alike, letters that only look right."""

from __future__ import annotations

import re

from dataacademy.notes import Note
from dataacademy.tables.headings import tidy_heading
from dataacademy.tables.lint.address import addresses
from dataacademy.tables.lint.spaces import name_of, visible
from dataacademy.tables.lint.structure import code_heading
from dataacademy.tables.lint.table import Field, Table

_KANA = "ァ-ヺー"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"
_ODD = re.compile(
    f"(?<=[{_KANA}])[{_DASHES}-](?=[{_KANA}])|(?<=[{_KANA}])[\u2014\u2015\u2212](?![A-Za-z0-9])"  # コ―ド
    f"|(?<=[{_KANA}])[一二口力工八卜](?=[{_KANA}])"  # コ一ド with the numeral
    "|(?<=[A-Za-z])\u3000(?=[A-Za-z])"  # telephone　number
    "|[\uff66-\uff9f]"  # ｺｰﾄﾞ
    "|[\ufeff\u200b-\u200d\u2060\u00ad\u00a0]"
    "|(?<=[A-Za-z])[\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff](?=[A-Za-z])"
)
_SPACE = " \u3000\t"


def is_set_apart(text: str) -> bool:
    """Whether spaces in a heading or label are there for looks: around it, two and more in a row, or letter by letter.

    >>> [is_set_apart(t) for t in ("名　　称", "所 在 地", " 名称", "名称　カナ", "fax number")]
    [True, True, True, False, False]
    """
    if text != text.strip(_SPACE) or re.search(f"[^{_SPACE}][{_SPACE}]{{2,}}[^{_SPACE}]", text):
        return True
    words = text.split()
    return len(words) > 1 and all(len(word) == 1 and not word.isascii() for word in words)


def headings(table: Table) -> list[Note]:
    """Notes on missing, repeated and mistyped headings."""
    if not table.heading:
        if not len(table.rows):
            return []
        row = int(table.rows[0])
        ja = "見出しの行がありません。1行目からデータが始まっています。"
        return [table.note("heading_missing", ja, "There is no line of headings.", dict.fromkeys(table.used, [row]))]
    return [*_missing(table), *_twice(table), *_letters(table)]


def _levels(table: Table) -> bool:
    """Whether the headings are on several levels or merged: then blanks and repetitions belong to that."""
    merged = any(m[0] < table.heading.stop and m[2] >= table.heading.start for m in table.merges)
    return (len(table.heading) > 1 or merged) and not code_heading(table)


def _missing(table: Table) -> list[Note]:
    notes = []
    for field in table.fields:
        if not field.label and len(field.column.words) and not _under_merge(table, field):
            ja, en = "値があるのに、見出しがありません。", "The column has values, but no heading."
            notes.append(table.note("heading_missing", ja, en, {field.place: [table.heading.stop - 1]}, field=field))
    return notes


def _under_merge(table: Table, field: Field) -> bool:
    return any(
        m[0] < table.heading.stop and m[2] >= table.heading.start and m[1] <= field.place <= m[3] for m in table.merges
    )


def _twice(table: Table) -> list[Note]:
    notes: list[Note] = []
    seen: dict[str, str] = {}
    for field in table.fields:
        cell = addresses({field.place: [field.heading_row]})
        if field.name and field.name in seen and not _levels(table):
            ja = f"見出し「{field.name}」が {seen[field.name]} と {cell} にあります。"
            en = f"The heading {field.name!r} stands in {seen[field.name]} and in {cell}."
            places = {field.place: [field.heading_row]}
            notes.append(table.note("duplicate_heading", ja, en, places, field=field, value=field.written))
        seen.setdefault(field.name, cell)
    return notes


def _letters(table: Table) -> list[Note]:
    notes = []
    for field in table.fields:
        for row in table.heading:
            text = written(table, row, field.place)
            found = _ODD.search(text)
            if found and not is_set_apart(text) and "\n" not in text:
                right = tidy_heading(text)
                text = text.replace("\u3000", visible("\u3000"))
                what = name_of(found[0]) if found[0].isspace() else f"見た目の似た別の文字「{found[0]}」"
                ja = f"見出し「{text}」に、{what}（U+{ord(found[0]):04X}）が使われています。"
                ja += f"正しくは「{right}」です。" if right != text else ""
                en = f"The heading holds U+{ord(found[0]):04X}, which only looks right."
                places = {field.place: [row]}
                notes.append(table.note("heading_character", ja, en, places, field=field, value=text))
    return notes


def written(table: Table, row: int, column: int) -> str:
    """A cell as it is written, with its spaces."""
    found = table.raw[column - table.box[1]]
    code = found.codes[row - table.box[0]]
    return found.words[code] if code >= 0 else ""
