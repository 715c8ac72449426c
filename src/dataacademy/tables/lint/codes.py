"""Codes and telephone numbers: lost zeros, wrong check digits."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pandas as pd

from dataacademy.codes import check_digit, complete_codes
from dataacademy.notes import Note
from dataacademy.tables.headings import tidy_heading
from dataacademy.tables.known import HEADINGS
from dataacademy.tables.lint.table import Field, Fix, Table

_TOWN = re.compile(
    "(?:地方公共団体|市区町村|市町村|自治体|団体)コード$|(?:town|city|municipality)_?code$", re.IGNORECASE
)
_TOWN_HEADINGS = {tidy_heading(heading) for heading in HEADINGS["code"]}
_PHONES = "電話(?:番号)?$|TEL$|FAX(?:番号)?$|ファ(?:ッ)?クス(?:番号)?$|telephone|phone|連絡先"
_FORMS = (  # heading, a whole code, one without its leading zero, the digits that the latter has
    (re.compile("^都道府県(?:コード|番号)$"), r"\d{2}", "[1-9]", range(1, 2)),
    (re.compile("郵便番号|〒|postal|zip", re.IGNORECASE), r"\d{3}-?\d{4}", r"\d{1,2}-\d{4}|[1-9]\d{4,5}", range(5, 7)),
    (re.compile("町字ID$"), r"\d{7}", r"[1-9]\d{3,5}", range(4, 7)),
    (
        re.compile(_PHONES, re.IGNORECASE),
        r"\(?0[\d()-]+",
        r"[1-9]\d{8}|[1-9]0\d{8}|[1-9]\d{0,3}-\d{1,4}-\d{4}",
        range(9, 11),
    ),
)


def codes(table: Table) -> list[Note]:
    """Notes on columns of codes, postal codes and telephone numbers."""
    notes = []
    for field in table.fields:
        lost, bad = _faults(field)
        if lost:
            rows = field.column.rows_of(lost)
            ja, en = f"先頭の0が落ちています（{len(rows):,}セル）。", f"{len(rows):,} codes lost their leading zero."
            notes.append(table.field_note("lost_zero", ja, en, field, rows))
        if bad:
            rows = field.column.rows_of(bad)
            ja = f"団体コードが、検査数字の付いた正しい6桁ではありません（{len(rows):,}セル）。"
            en = f"{len(rows):,} codes are not six digits with a right check digit."
            found = [_plain(field)[i] for i in bad]
            note = table.field_note("bad_code", ja, en, field, rows, fix=_remedy(found[0]))
            only_short = all(re.fullmatch(r"\d{5}", code) for code in found)  # people know which town is meant
            notes.append(replace(note, level="warning") if only_short else note)
    return notes


def _remedy(code: str) -> Fix | None:
    """What a code should be, as far as its digits tell."""
    if re.fullmatch(r"\d{5}", code):
        whole = code + check_digit(code)
        return f"{code} は、検査数字を付けると {whole} です。", f"{code} with its check digit is {whole}."
    if re.fullmatch(r"\d{6}", code):
        whole = code[:5] + check_digit(code[:5])
        ja = f"検査数字が合いません。{code[:5]} の町なら {whole} です。打ち間違いがないか、元の資料で確かめてください。"
        return ja, f"The check digit is wrong: {code[:5]} would be {whole}. Look the code up."
    return None


def _faults(field: Field) -> tuple[list[int], list[int]]:
    """The words that lost a zero, and those that are no code."""
    if field.name in _TOWN_HEADINGS or field.last in _TOWN_HEADINGS or _TOWN.search(field.last):
        return _town_codes(_plain(field))
    for heading, whole, lost, digits in _FORMS:
        if heading.search(field.last):
            return _short(_plain(field), whole, lost, digits), []
    return [], []


def _plain(field: Field) -> list[str]:
    return [re.sub(r"\.0$", "", unicodedata.normalize("NFKC", word).strip()) for word in field.column.words]


def _short(words: list[str], whole: str, lost: str, digits: range) -> list[int]:
    """The words that have the form ``lost`` and as many digits, rather than the form ``whole``."""
    return [
        i
        for i, word in enumerate(words)
        if re.fullmatch(lost, word) and not re.fullmatch(whole, word) and sum(map(str.isdigit, word)) in digits
    ]


def _town_codes(words: list[str]) -> tuple[list[int], list[int]]:
    """Two digits (a prefecture) and three (a municipality within it) are codes of their own standard."""
    if not words:
        return [], []
    series = pd.Series(words)
    _, notes = complete_codes(series, rows=range(len(words)))
    kinds: dict[int, set[str]] = {}
    for note in notes:
        kinds.setdefault(note.row, set()).add(note.kind)
    lost, bad = [], []
    for i, word in enumerate(words):
        if re.fullmatch(r"\d{2,3}", word):
            continue
        found = kinds.get(i, set())
        if "leading_zero_restored" in found:
            lost.append(i)
        elif found & {"code_completed", "bad_check_digit", "not_a_code", "ambiguous_code"}:
            bad.append(i)
    return lost, bad
