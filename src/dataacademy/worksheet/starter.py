"""A new worksheet with a guide for people who like text; the guide is made from the model."""

from __future__ import annotations

from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import FLOW_B_ONLY, KINDS, READ_ONLY, VERSION, Worksheet
from dataacademy.worksheet.records import Team
from dataacademy.worksheet.rendering import field_lines

_HEAD = """\
# データアカデミーのワークシートです。ノートブックのフォーム、Excel、このファイルの、どれで書いても同じです。
# 「項目: 値」の形で書きます。コロン（:）のあとに、半角の空白を一つ入れます。字下げは半角の空白です。
# 記録は「- id: goal1」から始めます。数字を増やすと、次の記録になります。# のあとは説明で、消してもかまいません。
"""


def starter(flow: str, town: str, name: str) -> str:
    """The text of a worksheet without records.

    flow
        ``A`` or ``B``; the sheets of business flow and prototype belong to B.
    """
    team = Team(name=name, town=town, flow=flow)
    parts = [
        _HEAD + f"version: {VERSION}\n\n",
        "# 表紙\n" + _guide(Team, "") + "team:\n" + "".join(field_lines(team, 2)),
    ]
    for kind, (cls, section, sheet) in KINDS.items():
        if kind not in READ_ONLY and (flow == "B" or kind not in FLOW_B_ONLY):
            parts.append(f"\n# {sheet}\n{_guide(cls, kind)}{section}:\n")
    return "".join(parts)


def _guide(cls, kind: str) -> str:
    lines = [f"#   - id: {kind}1"] if kind else []
    for field in fields_of(cls):
        if field.type == "machine":
            continue
        choices = "・".join(choice for choice in field.choices if choice)
        kinds = "、".join(f"{linked}1" for linked in field.kinds)
        hints = [field.label, field.help, choices, f"{kinds} のような番号" if kinds else ""]
        lines.append(f"#     {field.name}:　" + "　".join(hint for hint in hints if hint))
    return "\n".join(lines) + "\n"


def empty(flow: str, town: str, name: str) -> Worksheet:
    """What :func:`starter` holds, as a worksheet."""
    return Worksheet(team=Team(name=name, town=town, flow=flow))
