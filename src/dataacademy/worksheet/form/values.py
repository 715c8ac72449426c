"""What a control shows for a value, and which value is meant by what stands in a control."""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Any

from pydantic import BaseModel, ValidationError

from dataacademy.worksheet.fields import Field
from dataacademy.worksheet.parsing import date_of, number_of, wrong

BREAK = "⏎"  # stands for a line break within a word, as each line is a word
_GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")


def shown(field: Field, value: Any) -> Any:
    """What the control of a field shows: text, True or False, or a tuple of ids.

    >>> from dataacademy.worksheet.records import Design
    >>> from dataacademy.worksheet.fields import fields_of
    >>> shown(next(f for f in fields_of(Design) if f.name == "classes"), [10, 0.5])
    '10\\n0.5'
    """
    if field.type == "links":
        return tuple(value)
    if field.type == "words":
        return "\n".join(word.replace("\n", BREAK) for word in value)
    if field.type == "numbers":
        return "\n".join(map(str, value))
    if field.type in ("number", "date"):
        return "" if value is None else str(value)
    return value


def meant(field: Field, typed: Any, record: BaseModel) -> Any:
    """The value for ``record`` that a control's content means.  ValueError says in Japanese what does not fit."""
    if field.type == "number":
        value = _number(typed)
    elif field.type == "date":
        value = date_of(typed)
    elif field.type == "numbers":
        value = _numbers(typed)
    elif field.type == "words":
        value = [line.replace(BREAK, "\n") for line in typed.split("\n") if line.strip()]
    elif field.type == "links":
        value = list(typed)
    else:
        value = typed
    copy = record.model_copy()
    try:
        setattr(copy, field.name, value)
    except ValidationError as error:
        raise ValueError(wrong(field, error.errors()[0])) from error
    return getattr(copy, field.name)


def _number(typed: str) -> int | float | None:
    plain = unicodedata.normalize("NFKC", typed).replace("−", "-").strip()
    if "," in plain and not _GROUPED.fullmatch(plain):
        raise ValueError("カンマ（,）の場所を確かめてください（例：1,200）")
    return number_of(plain)


def _numbers(typed: str) -> list[int | float]:
    found = []
    for row, line in enumerate(typed.split("\n"), 1):
        plain = unicodedata.normalize("NFKC", line).replace("−", "-").strip()
        if "," in plain:  # 100,200,400 could be one number or three
            raise ValueError(f"{row}行目：カンマ（,）を使わず、1行に1つずつ入れてください")
        try:
            found += [] if plain == "" else [number_of(plain)]
        except ValueError:
            raise ValueError(
                f"{row}行目「{line.strip()[:20]}」は数ではありません。1行に1つずつ入れてください"
            ) from None
    return [number for number in found if number is not None]


def as_read(day: datetime.date) -> str:
    """A date as people check it: the eras' year beside the other.

    >>> as_read(datetime.date(2026, 4, 1))
    '2026年4月1日（令和8年4月1日）'
    """
    from dataacademy.eras import to_era

    plain = f"{day.year}年{day.month}月{day.day}日"
    return plain if day.year < 1873 else f"{plain}（{to_era(day)}）"
