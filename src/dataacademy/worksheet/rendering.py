"""The text of a worksheet written: one line a field where it fits, only what is filled in, always in the same order."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel

from dataacademy.worksheet.fields import Field, fields_of
from dataacademy.worksheet.model import SECTIONS, Worksheet
from dataacademy.worksheet.records import Team

_ODD_START = re.compile(r"[-?:,\[\]{}#&*!|>'\"%@`\s]|---|\.\.\.")
_ODD_INSIDE = re.compile(r": |:$| #|\s$|[\t\n\x80-\x9f\u2028\u2029\ufeff]")
_NOT_IN_BLOCK = re.compile(r"^ |[\t\x80-\x9f\u2028\u2029\ufeff]|^\s*\n\s*$| $| \n")
_KEYWORDS = ("true", "false", "null", "~")  # which a plain scalar would be taken for


def render(worksheet: Worksheet, guide: str = "") -> str:
    """The whole text anew."""
    parts = [guide + f"version: {worksheet.version}\n", "team:\n" + "".join(field_lines(worksheet.team, 2))]
    for section in SECTIONS:
        if records := getattr(worksheet, section):
            parts.append(f"{section}:\n" + "\n".join("".join(record_lines(record)) for record in records))
    return "\n".join(parts)


def record_lines(record: BaseModel, indent: int = 2) -> list[str]:
    """The lines of a record as an item of its section."""
    return [f"{' ' * indent}- id: {record.id}\n", *field_lines(record, indent + 2)]


def field_lines(record: BaseModel, indent: int) -> list[str]:
    """The lines of the fields that are filled in."""
    return [one_field(record, field, indent) for field in fields_of(type(record)) if is_filled(record, field)] or (
        [f"{' ' * indent}name: ''\n"] if type(record) is Team else []
    )


def is_filled(record: BaseModel, field: Field) -> bool:
    """Whether a field is written; only the first, by which people know a record, is written also when it is empty."""
    return field.name == "text" or getattr(record, field.name) != field.default


def one_field(record: BaseModel, field: Field, indent: int) -> str:
    """``name: value`` with its line end, over several lines where it reads better."""
    value, pad = getattr(record, field.name), " " * indent
    if field.type == "machine":
        plain = record.model_dump(mode="json")[field.name]
        return f"{pad}{field.name}: {_escaped(json.dumps(plain, ensure_ascii=False))}\n"
    if field.type in ("links", "numbers"):
        return f"{pad}{field.name}: [{', '.join(_word(item, flow=True) for item in value)}]\n"
    if field.type == "words":
        return f"{pad}{field.name}:" + (
            "\n" + "".join(f"{pad}  - {_word(item)}\n" for item in value) if value else " []\n"
        )
    if field.type == "flag":
        return f"{pad}{field.name}: {'true' if value else 'false'}\n"
    if isinstance(value, str) and "\n" in value and not _NOT_IN_BLOCK.search(value) and not value.startswith("\n"):
        body = value.rstrip("\n")
        ends = len(value) - len(body)
        if body:
            chomp = {0: "-", 1: ""}.get(ends, "+")
            inner = "".join(f"{pad}  {line}\n" if line else "\n" for line in body.split("\n"))
            return f"{pad}{field.name}: |{chomp}\n{inner}" + "\n" * max(ends - 1, 0)
    return f"{pad}{field.name}: {_word(value)}\n"


def _word(value: Any, *, flow: bool = False) -> str:
    """A scalar in one line: plain where that is read back, else in quotes."""
    if value is None:
        return "null"
    if not isinstance(value, str):
        return value.isoformat() if hasattr(value, "isoformat") else repr(value)
    odd = _ODD_START.match(value) or _ODD_INSIDE.search(value) or value in _KEYWORDS
    if odd or (flow and set(value) & set(",[]{}")):
        return _escaped(json.dumps(value, ensure_ascii=False)) if value else "''"
    return value


def _escaped(text: str) -> str:
    """JSON without the characters that YAML takes for ends of lines or refuses."""
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda m: f"\\u{ord(m[0]):04x}", text)
