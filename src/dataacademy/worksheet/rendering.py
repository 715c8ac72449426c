"""The text of a worksheet written: one line a field where it fits, only what is filled in, always in the same order."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import BaseModel

from dataacademy.worksheet.fields import Field, fields_of
from dataacademy.worksheet.model import SECTIONS, Worksheet
from dataacademy.worksheet.records import Team

_ODD = re.compile(  # what YAML would not read back as the same text if it stood without quotes
    r"\A[-?:,\[\]{}#&*!|>'\"%@`\s]|\A\.\.\.|: |:\Z| #|\s\Z|[\t\n\x7f-\x9f\u2028\u2029\ufeff]"
    r"|\A(?:true|false|null|~)\Z"
)
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")  # as JSON writes it
_NOT_IN_BLOCK = re.compile(r"\A\s|[\t\x80-\x9f\u2028\u2029\ufeff]|[^\S\n](?:\n|\Z)|\n\n\Z")


def render(worksheet: Worksheet) -> str:
    """The whole text anew."""
    parts = [
        f"version: {worksheet.version}\n" + removed_line(worksheet),
        "team:\n" + "".join(field_lines(worksheet.team, 2)),
    ]
    for section in SECTIONS:
        if records := getattr(worksheet, section):
            parts.append(f"{section}:\n" + "\n".join("".join(record_lines(record)) for record in records))
    return "\n".join(parts)


def removed_line(worksheet: Worksheet) -> str:
    """The numbers that do not come back, in one line; nothing where there are none."""
    numbers = ", ".join(f"{kind}: {number}" for kind, number in worksheet.removed.items())
    return f"removed: {{{numbers}}}  # 消した記録の番号。もう使いません\n" if numbers else ""


def record_lines(record: BaseModel, indent: int = 2) -> list[str]:
    """A record as an item of its section, in pieces that each end with a line."""
    return [f"{' ' * indent}- id: {record.id}\n", *field_lines(record, indent + 2)]


def field_lines(record: BaseModel, indent: int) -> list[str]:
    """The fields that are filled in."""
    written = [one_field(record, field, indent) for field in fields_of(type(record)) if is_filled(record, field)]
    return written or ([f"{' ' * indent}name: ''\n"] if type(record) is Team else [])


def is_filled(record: BaseModel, field: Field) -> bool:
    """Whether a field is written; only the first, by which people know a record, is written also when it is empty."""
    return field.name == "text" or getattr(record, field.name) != field.default


def one_field(record: BaseModel, field: Field, indent: int) -> str:
    """``name: value`` with its line end, over several lines where it reads better."""
    value, pad = getattr(record, field.name), " " * indent
    if field.type == "machine":
        plain = record.model_dump(mode="json", include={field.name}, exclude_defaults=True)
        return _data(field.name, plain[field.name], pad)
    if field.type in ("links", "numbers"):
        return f"{pad}{field.name}: [{', '.join(_word(item, flow=True) for item in value)}]\n"
    if field.type == "words":
        items = "".join(f"{pad}  - {_word(item)}\n" for item in value)
        return f"{pad}{field.name}:\n{items}" if value else f"{pad}{field.name}: []\n"
    if isinstance(value, str) and "\n" in value and not _NOT_IN_BLOCK.search(value):
        chomp = "" if value.endswith("\n") else "-"
        inner = "".join(f"{pad}  {line}\n" if line else "\n" for line in value.removesuffix("\n").split("\n"))
        return f"{pad}{field.name}: |{chomp}\n{inner}"
    return f"{pad}{field.name}: {_word(value)}\n"


def _word(value: Any, *, flow: bool = False) -> str:
    """A scalar in one line: plain where that is read back, else in quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return value.isoformat() if hasattr(value, "isoformat") else repr(value)
    if value and not _ODD.search(value) and not (flow and set(value) & set(",[]{}")):
        return value
    return _quoted(value) if value else "''"


def _quoted(text: str) -> str:
    """In double quotes, without the characters that YAML takes for ends of lines or refuses."""
    escaped = json.dumps(text, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda m: f"\\u{ord(m[0]):04x}", escaped)


def _data(name: str, value: Any, pad: str) -> str:
    """Plain data of any shape below a name; texts that look like numbers are told apart from numbers."""
    if isinstance(value, dict) and value:
        return f"{pad}{name}:\n" + "".join(_data(_exact(key), inner, pad + "  ") for key, inner in value.items())
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        items = ("".join(_data(_exact(k), v, pad + "    ") for k, v in item.items()) for item in value)
        return f"{pad}{name}:\n" + "".join(f"{pad}  - {item[len(pad) + 4 :]}" for item in items)
    if isinstance(value, list) and any(isinstance(item, str) for item in value):
        return f"{pad}{name}:\n" + "".join(f"{pad}  - {_exact(item)}\n" for item in value)
    if isinstance(value, list):
        return f"{pad}{name}: [{', '.join(map(_exact, value))}]\n"
    return f"{pad}{name}: {'{}' if value == {} else _exact(value)}\n"


def _exact(value: Any) -> str:
    return _quoted(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else _word(value)
