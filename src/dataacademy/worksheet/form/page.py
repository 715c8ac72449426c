"""Records as a readable page: what stands below the cell when nobody can type, and how findings are shown."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from dataacademy.worksheet.fields import Field
from dataacademy.worksheet.form.drafts import Drafts, asked_of, records_of
from dataacademy.worksheet.history import beside
from dataacademy.worksheet.model import KINDS, Worksheet
from dataacademy.worksheet.quotes import fill, number

MOST = 50  # records that the copy below a cell shows
NOT_CHOSEN = "（選んでいません）"
_PARTS = {
    "path": "ファイル", "sha256": "SHA-256", "table": "表", "rows": "行の数",
    "kind": "種類", "x": "横軸", "y": "縦軸", "title": "題", "unit": "単位", "classes": "区切り", "colours": "色",
}  # fmt: skip
_EMPTY, _NONE = "（まだ書いていません）", "記録はまだありません。"
# the live form hides its copy; without a kernel JupyterLab would put an English error in the form's place
_HIDING = (
    "<style>.jp-OutputArea:has(.da-form) .jp-OutputArea-child:has(.da-copy),"
    ".jp-OutputArea:has(.da-copy) .jp-OutputArea-output.jupyter-widgets:not(:has(*)){display:none}</style>"
)


def name_of(kind: str) -> str:
    """The Japanese name of a sheet."""
    return "表紙" if kind == "team" else KINDS[kind][2]


def first_words(record: BaseModel, worksheet: Worksheet, most: int = 24) -> str:
    """The beginning of the line by which people know a record, on one line."""
    text = record.text
    if "{finding" in text:
        text = fill(text, worksheet)
    words = " ".join(text[: 4 * most].split()) if text.strip() else _EMPTY
    return words if len(words) <= most else words[: most - 1] + "…"


def named(id: str, worksheet: Worksheet, index: dict[str, BaseModel] | None = None) -> str:
    """An id with the first words of its record."""
    record = (index or worksheet.index()).get(id)
    return f"{id}　{first_words(record, worksheet)}" if record is not None else f"{id}（ありません）"


@dataclass(frozen=True)
class Shown:
    """The records of a kind, to look at below a cell; they stay as they were when it was made."""

    sheet: Any
    kind: str
    columns: tuple[Field, ...] = ()

    def _repr_html_(self) -> str:
        worksheet, index = self.sheet.worksheet, self.sheet.worksheet.index()
        records = worksheet.section(self.kind)
        if self.columns and records:
            return _side_by_side(records, self.kind, self.columns, worksheet, index)
        tables = [table_of(r, self.kind, worksheet, index, self.sheet.path, reading=True) for r in records]
        return (
            f'<div lang="ja"><p><strong>{name_of(self.kind)}</strong></p>{"".join(tables) or f"<p>{_NONE}</p>"}</div>'
        )

    def __str__(self) -> str:
        worksheet, index = self.sheet.worksheet, self.sheet.worksheet.index()
        lines = [named(record.id, worksheet, index) for record in worksheet.section(self.kind)]
        return "\n".join([name_of(self.kind), *(lines or [_NONE])])

    __repr__ = __str__


def copy_of(sheet, kind: str, drafts: Drafts) -> dict[str, str]:
    """All records of a kind as HTML and as plain text, with a word on what is not saved."""
    worksheet, records = sheet.worksheet, list(records_of(sheet.worksheet, kind).values())
    index = worksheet.index()
    tables = [table_of(record, kind, worksheet, index, sheet.path) for record in records[:MOST]]
    count = "" if kind == "team" else f"{len(records):,}件。"
    after = []
    if len(records) > MOST:
        after.append(f"ほかに {len(records) - MOST:,} 件あります。")
    if not records:
        after.append(_NONE)
    if drafts:
        after.append("● 保存していない変更があります。")
    head = f"（{count}{sheet.path.name}）　このセルを実行すると、フォームが出ます。"
    lines = [] if kind == "team" else [named(record.id, worksheet, index) for record in records[:MOST]]
    return {
        "text/plain": "\n".join([name_of(kind) + head, *lines, *after]),
        "text/html": f'{_HIDING}<div class="da-copy" lang="ja"><p><strong>{name_of(kind)}</strong>{escape(head)}</p>'
        f"{''.join(tables)}{''.join(f'<p>{line}</p>' for line in after)}</div>",
    }


def table_of(
    record: BaseModel,
    kind: str,
    worksheet: Worksheet,
    index: dict[str, BaseModel],
    path: Path,
    *,
    picture: bool = False,
    reading: bool = False,
) -> str:
    """One record as a table of what is filled in.

    picture
        With the finding's figure.
    reading
        The same, without what only the tools need (files, hashes, colours).
    """
    rows = []
    for field in asked_of(kind):
        value = getattr(record, field.name)
        if value in ("", None, [], {}) and value is not False:
            continue
        if reading and field.type == "machine" and field.name != "figure":
            continue
        shown = value_as_html(field, value, worksheet, index)
        if (picture or reading) and field.name == "figure":
            shown = _figure(path, value, getattr(record, "alt", "")) or shown
        rows.append(f'<tr><th style="text-align:left;vertical-align:top;white-space:nowrap">{escape(field.label)}</th>'
                    f'<td style="text-align:left;white-space:pre-wrap">{shown}</td></tr>')  # fmt: skip
    head = "" if kind == "team" else f'<caption style="text-align:left;font-weight:bold">{escape(record.id)}</caption>'
    body = "".join(rows) or f"<tr><td>{_EMPTY}</td></tr>"
    return f'<table class="da-shown">{head}<tbody>{body}</tbody></table>'


def _side_by_side(records: list, kind: str, columns: tuple[Field, ...], worksheet: Worksheet, index: dict) -> str:
    """Records as the rows of one table."""
    lines = []
    for record in records:
        held = [(field, getattr(record, field.name)) for field in columns]
        shown = [value_as_html(field, value, worksheet, index) if value is not None else "" for field, value in held]
        lines.append("".join(f'<td style="text-align:left">{value}</td>' for value in (escape(record.id), *shown)))
    heads = ("番号", *(field.label for field in columns))
    head = "".join(f'<th scope="col" style="text-align:left">{escape(name)}</th>' for name in heads)
    return (
        f'<table lang="ja" class="da-shown"><caption style="text-align:left;font-weight:bold">{name_of(kind)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>"
    )


def value_as_html(field: Field, value: Any, worksheet: Worksheet, index: dict[str, BaseModel]) -> str:
    """A value for reading: numbers quoted in sentences are filled in, links carry their first words."""
    if field.type == "link":
        return escape(named(value, worksheet, index)) if value else ""
    if field.type == "links":
        return "<br>".join(escape(named(id, worksheet, index)) for id in value)
    if field.type == "flag":
        return "はい" if value else "いいえ"
    if field.type == "number":
        return escape(number(value))
    if isinstance(value, list):
        return "<br>".join(escape(_plain(part)) for part in value)
    if isinstance(value, (dict, BaseModel)):
        return "<br>".join(escape(part) for part in _pairs(value))
    return escape(fill(value, worksheet) if isinstance(value, str) and "{finding" in value else str(value))


def _plain(part: Any) -> str:
    return "、".join(_pairs(part)) if isinstance(part, (dict, BaseModel)) else str(part)


def _pairs(value: dict | BaseModel) -> list[str]:
    """What the toolbox wrote, part by part; the names of the model's own parts in Japanese."""
    names = _PARTS if isinstance(value, BaseModel) else {}
    parts = value.model_dump() if isinstance(value, BaseModel) else value
    shown = {
        key: "、".join(f"{one:g}" if isinstance(one, float) else str(one) for one in part)
        if isinstance(part, list)
        else part
        for key, part in parts.items()
    }
    if "sha256" in shown:
        shown["sha256"] = shown["sha256"][:12] + "…"
    return [f"{names.get(key, key)}：{part}" for key, part in shown.items() if part not in ("", None)]


def _figure(path: Path, figure: str, alt: str) -> str:
    file = (beside(path) / figure).resolve()
    if not file.is_relative_to(beside(path).resolve()):  # a sheet may come from elsewhere: its own folder only
        return ""
    try:
        content = file.read_bytes()
    except OSError:
        return ""
    data = base64.b64encode(content).decode("ascii")
    return f'<img src="data:image/png;base64,{data}" alt="{escape(alt)}" style="max-width:100%">'
