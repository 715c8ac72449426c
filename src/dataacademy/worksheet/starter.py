"""A new worksheet with a guide for people who like text; the guide is made from the model."""

from __future__ import annotations

from dataacademy.worksheet.fields import Field, fields_of
from dataacademy.worksheet.model import FLOW_B_ONLY, KINDS, READ_ONLY, VERSION
from dataacademy.worksheet.records import Team
from dataacademy.worksheet.rendering import is_filled, one_field

_HEAD = """\
# データアカデミーのワークシートです。ノートブックのフォーム、Excel、このファイルの、どれで書いても同じです。
# 書き方：説明の行の先頭の「# 」を消すと、その項目が使えます。「項目: 値」の「: 」は、半角のコロンと半角の空白です。
# 記録を増やすときは「- id:」からの行を写して、番号を一つ増やします。字下げは、半角の空白でそろえます。
# 「#」から行の終わりまでは説明です。読まれないので、消しても書き足してもかまいません。
"""


def starter(flow: str, town: str, name: str) -> str:
    """The text of a worksheet without records, with a guide below each heading that becomes a record without its ``#``.

    flow
        ``A`` or ``B``; the sheets of business flow and prototype belong to B.
    """
    team = Team(name=name, town=town, flow=flow)
    given = {field.name: one_field(team, field, 0).rstrip() for field in fields_of(Team) if is_filled(team, field)}
    parts = [_HEAD, f"version: {VERSION}\n\n# 表紙\nteam:\n"]
    parts += [f"  {given.get(f.name, f'# {f.name}:')}  # {_hint(f)}\n" for f in fields_of(Team)]
    for kind, (cls, section, sheet) in KINDS.items():
        if kind not in READ_ONLY and (flow == "B" or kind not in FLOW_B_ONLY):
            parts.append(f"\n# {sheet}\n{section}:\n  # - id: {kind}1\n")
            parts += [f"  #   {f.name}:{_default(f)}  # {_hint(f)}\n" for f in fields_of(cls) if f.type != "machine"]
    return "".join(parts)


def _default(field: Field) -> str:
    return "" if field.default in ("", None, [], False) else f" {field.default}"


def _hint(field: Field) -> str:
    """What to write, in one line."""
    asked = {
        "link": "、".join(f"{kind}1" for kind in field.kinds) + " のような番号",
        "links": "、".join(f"[{kind}1, {kind}2]" for kind in field.kinds) + " のような番号",
        "choice": "次から一つ：" + "・".join(choice for choice in field.choices if choice),
        "number": "数",
        "numbers": "数の並び。例：[10, 20]",
        "date": "日付。例：2026-04-01",
        "flag": "true か false",
        "words": "[一つ目, 二つ目] の形",
    }
    parts = [field.label, field.help.rstrip("。"), asked.get(field.type, "")]
    return "。".join(part for part in parts if part)
