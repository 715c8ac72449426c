"""What is wrong with texts: spaces and line breaks for looks, garbled and odd letters, labels left out."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

import numpy as np

from dataacademy.notes import Note
from dataacademy.tables.lint.headings import is_set_apart, written
from dataacademy.tables.lint.numbers import OTHER
from dataacademy.tables.lint.rules import RULES
from dataacademy.tables.lint.spaces import spaces_around, spaces_in_words, visible
from dataacademy.tables.lint.table import Field, Fix, Table

_FREE = re.compile(
    "備考|特記|意見|自由|理由|内容|説明|詳細|コメント|感想|メモ|摘要|要望|紹介|概要|事項|注記"
    "|FA$|description|note|comment|remark|text|memo|answer|opinion|voice|reason",
    re.IGNORECASE,
)
_LONG, _SHORT = 25, 60  # letters: free texts are longer, values with a line break shorter
_BREAK = re.compile(r"[\r\n]")
_INNER = re.compile("[^\\s][ \u3000]{2,}[^\\s]")
_SAVE = ("字は変えずに、UTF-8で保存し直してください。", "Keep the letters, and save the file as UTF-8.")
_SHOWN = 3  # letters that a note names
_MACHINE = re.compile(  # № ℡ Ⅰ ① ㈱ ㌔ ㍻, and letters made by somebody (外字)
    "[\u2116\u2121\u2160-\u217f\u2460-\u249b\u3200-\u32ff\u3300-\u3357\u337b-\u337f\ue000-\uf8ff]"
)


def free_text(field: Field) -> bool:
    """Whether a column holds sentences: then its spaces and line breaks are nobody's business."""
    if _FREE.search(field.name):
        return True
    words = field.column.words
    sentences = sum("。" in word or "！" in word for word in words)
    return bool(words) and (sum(map(len, words)) > _LONG * len(words) or sentences * 5 > len(words))


def texts(table: Table) -> list[Note]:
    """Notes on the texts of a table, headings included."""
    notes = []
    for field in table.fields:
        notes += _mojibake(table, field)
        notes += _spaces(table, field)
        notes += _line_breaks(table, field)
        notes += _machine_dependent(table, field)
    return notes + _omitted(table)


def _heading_rows(table: Table, field: Field, test) -> list[int]:
    return [row for row in table.heading if test(written(table, row, field.place))]


def _column_note(
    table: Table, kind: str, say, field: Field, words: list[int], heading: list[int], *, fix: Fix | None = None
) -> list[Note]:
    """A note on the cells with these words and on heading cells; none if there are none.

    ``say(texts, n)`` gives the two texts for what stands in the n cells, the first cell's text first.
    """
    rows = field.column.rows_of(words) if words else np.array([], dtype=int)
    n = len(rows) + len(heading)
    if not n:
        return []
    found = [*(written(table, row, field.place) for row in heading), *(field.column.words[i] for i in words)]
    return [table.field_note(kind, *say(found, n), field, rows, more=heading, fix=fix)]


def _mojibake(table: Table, field: Field) -> list[Note]:
    column = table.raw[field.place - table.box[1]]
    words = [i for i, word in enumerate(column.words) if "\ufffd" in word] if _joined("\ufffd", column.words) else []
    rows = column.rows_of(words) + table.box[0] if words else np.array([], dtype=int)
    if not len(rows):
        return []
    ja = f"文字化け（「\ufffd」）が{len(rows):,}セルにあります。"
    en = f"{len(rows):,} cells hold broken characters (U+FFFD)."
    first = table.cell(int(rows[0]), field.place)
    return [table.note("mojibake", ja, en, {field.place: rows}, field=field, value=first)]


def _joined(pattern: str | re.Pattern, words: list[str]) -> bool:
    """Whether some word holds the pattern: one search for all, since most columns have nothing to find."""
    text = "\0".join(words)
    return pattern in text if isinstance(pattern, str) else bool(pattern.search(text))


def _spaces(table: Table, field: Field) -> list[Note]:
    words = []
    if not free_text(field):
        column = field.column
        words = [
            i
            for i, (word, stripped) in enumerate(zip(column.words, column.stripped, strict=True))
            if (word != stripped and not _BREAK.search(word)) or (len(stripped) < _LONG and _is_spread(stripped))
        ]
    heading = _heading_rows(table, field, lambda text: is_set_apart(text) and not _BREAK.search(text))

    def say(texts, n):
        around = [spaces_around(text) for text in texts]
        names = ["前後の余分な空白"] * any(around) + ["体裁のための空白"] * (not all(around))
        first = ("最初は、" if n > 1 else "") + spaces_in_words(texts[0], "見出し" if heading else "値")
        return f"{'や'.join(names)}が{n:,}セルにあります（{first}）。", f"{n:,} cells hold spaces for looks."

    notes = _column_note(table, "spaces_for_looks", say, field, words, heading)
    first = written(table, notes[0].row - 1, field.place) if notes else ""
    return [replace(note, value=visible(first)) for note in notes]


def _is_spread(text: str) -> bool:
    """Whether letters are set apart by two and more spaces, or at least three letters one by one."""
    if " " not in text and "\u3000" not in text:
        return False
    parts = text.split()
    return bool(_INNER.search(text)) or (len(parts) > 2 and all(len(p) == 1 and not p.isascii() for p in parts))


def _line_breaks(table: Table, field: Field) -> list[Note]:
    words = []
    column = field.column
    if not free_text(field) and _joined(_BREAK, column.words):
        words = [i for i, word in enumerate(column.words) if _BREAK.search(word) and len(word) <= _SHORT]
    heading = _heading_rows(table, field, lambda text: bool(_BREAK.search(text)))

    def say(_, n):
        return f"セルの中の改行が{n:,}セルにあります。", f"{n:,} cells hold a line break."

    return _column_note(table, "line_break", say, field, words, heading)


@lru_cache(maxsize=4096)
def _is_extension(letter: str) -> bool:
    """Whether cp932 has the letter only among the extensions of NEC and IBM (髙 﨑 ① ㎡)."""
    try:
        code = letter.encode("cp932")
    except UnicodeEncodeError:
        return False
    return len(code) == 2 and code[0] in (0x87, 0xED, 0xEE, 0xFA, 0xFB, 0xFC)


def _machine_dependent(table: Table, field: Field) -> list[Note]:
    def odd(text: str) -> list[str]:
        found = _MACHINE.findall(text)
        if table.sheet.unicode or text.isascii():
            return found
        return found + [letter for letter in text if letter > "\x7f" and letter not in found and _is_extension(letter)]

    words, column = [], field.column
    if not table.sheet.unicode or _joined(_MACHINE, column.words):
        words = [i for i, word in enumerate(column.words) if odd(word)]
    heading = _heading_rows(table, field, lambda text: bool(odd(text)))
    texts = [*(written(table, row, field.place) for row in heading), *(column.words[i] for i in words)]
    letters = list(dict.fromkeys(letter for text in texts for letter in odd(text)))
    signs = [letter for letter in letters if _MACHINE.fullmatch(letter)]
    names = [letter for letter in letters if letter not in signs]  # 髙 﨑: right as they are, the encoding is not

    def say(_, n):
        shown = "".join(f"「{letter}」" for letter in (signs or names)[:_SHOWN])
        shown += "など" if len(letters) > _SHOWN or (signs and names) else ""
        en = f"{n:,} cells hold letters such as {letters[0]!r}."
        if signs:
            return f"機種依存文字{shown}が{n:,}セルにあります。", en
        return f"{shown}（{n:,}セル）は、開くソフトによって化けます。", en

    fix = None if signs and not names else _SAVE
    if signs and names:
        rule = RULES["machine_dependent"]
        fix = (f"{rule.fix}「{names[0]}」などは{_SAVE[0]}", f"{rule.fix_en} {_SAVE[1]}")
    return _column_note(table, "machine_dependent", say, field, words, heading, fix=fix)


def _omitted(table: Table) -> list[Note]:
    """Label columns at the left of the numbers in which a blank means "as above"."""
    notes = []
    labels = []
    for field in table.fields:
        if field.numbers.share >= 0.5 and not field.names_things:
            break
        labels.append(field)
    for field, following in zip(labels, [*labels[1:], None], strict=False):
        column = field.column
        filled = np.flatnonzero(~column.blank)
        merged = any(m[1] <= field.place <= m[3] and m[2] > m[0] for m in table.merges)
        if merged or free_text(field) or len(filled) < 2 or filled[0] != 0:
            continue
        blank = np.flatnonzero(column.blank)
        detailed = following is not None and not following.column.blank.any()
        once = len(column.words) == len(filled)  # each label stands once, at the head of its rows
        if len(blank) * 3 >= len(column.codes) and once and detailed and _restarts(field, following):
            ja = f"「上と同じ」の意味の空欄が{len(blank):,}セルあります。"
            en = f"{len(blank):,} blank cells mean 'as above'."
            notes.append(table.field_note("omitted_label", ja, en, field, blank))
    return notes


def _restarts(field: Field, following: Field) -> bool:
    """Whether the next label column tells the rows below one label apart."""
    group = np.cumsum(~field.column.blank)
    pairs = set(zip(group.tolist(), following.column.codes.tolist(), strict=True))
    return len(pairs) == len(group) and bool(following.numbers.counts[OTHER] or following.names_things)
