"""The kinds of fields that a record of the worksheet has, and how forms, workbooks and checks ask about them."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator

LONGEST = 32_767  # UTF-16 units: what a cell of Excel holds
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Points:
    """Marks a field whose value is the id of a record of one of these kinds."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Widget:
    """Marks how a field is filled in: ``long`` in a box of several lines, ``machine`` by the toolbox only."""

    kind: Literal["long", "machine"]


def _text(value: str) -> str:
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if found := _FORBIDDEN.search(value):
        raise ValueError(f"文字として扱えない記号（U+{ord(found[0]):04X}）が入っています")
    if len(value.encode("utf-16-le")) // 2 > LONGEST:
        raise ValueError(f"長すぎます（{LONGEST:,} 字まで）")
    return value


def _number(value: Any) -> Any:
    """One form for each number: 3 and not 3.0, and nothing that is not a number."""
    if isinstance(value, bool):
        raise ValueError("数を入れてください")
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError("数を入れてください")
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, int) and abs(value) >= 2**53:
        raise ValueError("数が大きすぎます（約9000兆まで）")
    return value


def _day(value: Any) -> Any:
    """A date; text in ISO form is read, a time of day is refused rather than cut off."""
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            raise ValueError("日付だけを入れてください（時刻は要りません）")
        return value.date()
    if value == "":
        return None
    return value


def _list(value: Any) -> Any:
    return [] if value is None else value


Text = Annotated[str, AfterValidator(_text)]
Long = Annotated[Text, Widget("long")]
Number = Annotated[int | float | None, BeforeValidator(_number)]
Named = Annotated[int | float | str, BeforeValidator(_number)]
Day = Annotated[datetime.date | None, BeforeValidator(_day)]
Words = Annotated[list[Text], BeforeValidator(_list)]
Numbers = Annotated[list[Annotated[int | float, BeforeValidator(_number)]], BeforeValidator(_list)]
Flag = bool


def link(*kinds: str):
    """The type of a field that names one record; empty while nothing is chosen."""
    return Annotated[Text, Points(kinds)]


def links(*kinds: str):
    """The type of a field that names any number of records."""
    return Annotated[list[Annotated[Text, Points(kinds)]], BeforeValidator(_list)]


@dataclass(frozen=True)
class Field:
    """What a form, a workbook or a check needs to know about one field.

    type
        ``text, long, number, date, flag, choice, link, links, words, numbers`` or ``machine`` (plain data written by
        the toolbox: shown, never typed).
    label, help
        Japanese, for people.
    choices
        The allowed values of a ``choice``; the empty text means "not chosen yet" and is always allowed.
    kinds
        The kinds of records that a ``link`` or ``links`` may name.
    """

    name: str
    type: str
    label: str
    help: str
    choices: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    default: Any = None


@cache
def fields_of(record: type[BaseModel]) -> tuple[Field, ...]:
    """The fields of a record class in the order they are asked, without its id."""
    return tuple(_describe(name, info) for name, info in record.model_fields.items() if name != "id")


def _describe(name: str, info) -> Field:
    kind, choices, kinds = _kind(info.annotation, info.metadata)
    return Field(
        name,
        kind,
        info.title or name,
        info.description or "",
        choices,
        kinds,
        info.get_default(call_default_factory=True),
    )


def _kind(annotation, metadata) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    widgets = [m.kind for m in metadata if isinstance(m, Widget)]
    if widgets:
        return widgets[0], (), ()
    points = [m.kinds for m in metadata if isinstance(m, Points)]
    if points:
        return "link", (), points[0]
    if get_origin(annotation) is Literal:
        return "choice", tuple(get_args(annotation)), ()
    if get_origin(annotation) is list:
        inner = get_args(annotation)[0]
        inner_metadata = getattr(inner, "__metadata__", ())
        points = [m.kinds for m in inner_metadata if isinstance(m, Points)]
        if points:
            return "links", (), points[0]
        base = get_args(inner)[0] if get_origin(inner) is Annotated else inner
        return ("words" if base is str else "numbers"), (), ()
    if annotation is bool:
        return "flag", (), ()
    if annotation is str:
        return "text", (), ()
    return ("date" if datetime.date in get_args(annotation) else "number"), (), ()
