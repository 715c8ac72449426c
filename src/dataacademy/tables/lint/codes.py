"""Codes and telephone numbers: lost zeros, wrong check digits."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from dataacademy.codes import complete_codes
from dataacademy.notes import Note
from dataacademy.tables.headings import tidy_heading
from dataacademy.tables.known import HEADINGS
from dataacademy.tables.lint.table import Field, Table

_TOWN = re.compile(
    "(?:地方公共団体|市区町村|市町村|自治体|団体)コード$|(?:town|city|municipality)_?code$", re.IGNORECASE
)
_TOWN_HEADINGS = {tidy_heading(heading) for heading in HEADINGS["code"]}
_PREFECTURE = re.compile("^都道府県(?:コード|番号)$")
_POSTAL = re.compile("郵便番号|〒|postal|zip", re.IGNORECASE)
_PHONE = re.compile("電話(?:番号)?$|TEL$|FAX(?:番号)?$|ファ(?:ッ)?クス(?:番号)?$|telephone|phone|連絡先", re.IGNORECASE)
_AREA = re.compile("町字ID$")


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
            notes.append(table.field_note("bad_code", ja, en, field, rows))
    return notes


def _faults(field: Field) -> tuple[list[int], list[int]]:
    """The words that lost a zero, and those that are no code."""
    words = [_plain(word) for word in field.column.words]
    if field.name in _TOWN_HEADINGS or field.last in _TOWN_HEADINGS or _TOWN.search(field.last):
        return _town_codes(words)
    if _PREFECTURE.search(field.last):
        return [i for i, word in enumerate(words) if re.fullmatch("[1-9]", word)], []
    if _POSTAL.search(field.last):
        return _short(words, r"\d{3}-\d{4}|\d{7}", r"\d{2}-\d{4}|\d{1,2}-\d{4}|[1-9]\d{4,5}"), []
    if _AREA.search(field.last):
        return _short(words, r"\d{7}", r"[1-9]\d{3,5}"), []
    if _PHONE.search(field.last):
        return _short(words, r"\(?0[\d()-]+", r"[1-9]\d{8}|[1-9]0\d{8}|[1-9]\d{0,3}-\d{1,4}-\d{4}", digits=(9, 10)), []
    return [], []


def _plain(word: str) -> str:
    return re.sub(r"\.0$", "", unicodedata.normalize("NFKC", word).strip())


def _short(words: list[str], whole: str, lost: str, *, digits: tuple[int, int] | None = None) -> list[int]:
    """The words of the form ``lost``; ``digits`` bounds how many digits they have."""
    found = []
    for i, word in enumerate(words):
        n = sum(map(str.isdigit, word))
        if re.fullmatch(lost, word) and not re.fullmatch(whole, word) and (not digits or digits[0] <= n <= digits[1]):
            found.append(i)
    return found


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
