"""Two changed one field: both values side by side, and a button for each."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from ipywidgets import HTML, Button, HBox, VBox

from dataacademy.worksheet.fields import Field
from dataacademy.worksheet.form.page import value_as_html
from dataacademy.worksheet.merging import Conflict
from dataacademy.worksheet.model import Worksheet

_ASK = (
    "ほかの人（または別の画面）が、同じところを先に変えて保存しました。どちらも残っています。"
    "どちらにするか、選んでください。"
)


def clash_panel(
    clashes: list[Conflict], fields: dict[str, Field], worksheet: Worksheet, decide: Callable[[Conflict, bool], None]
) -> list:
    """The widgets that ask about every clash; ``decide`` is told the clash and whether mine is kept."""
    return [HTML(f"<strong>{_ASK}</strong>"), *(_question(clash, fields, worksheet, decide) for clash in clashes)]


def _question(clash: Conflict, fields: dict[str, Field], worksheet: Worksheet, decide) -> VBox:
    where = f"{clash.id}「{clash.label}」"
    if clash.field:
        mine, theirs = (_value(fields[clash.field], value, worksheet) for value in (clash.mine, clash.theirs))
    else:
        mine, theirs = escape(clash.mine or "（まだ書いていません）"), "（この記録を消しました）"
    table = HTML(
        f"<table><caption>{escape(where)}</caption><tbody><tr><th>あなた</th><td>{mine}</td></tr>"
        f"<tr><th>もう一方</th><td>{theirs}</td></tr></tbody></table>"
    )
    buttons = []
    for text, keep in (("自分のを残す", True), ("もう一方のを使う", False)):
        button = Button(description=text, tooltip=f"{where}：{text}")
        button.on_click(lambda _, keep=keep: decide(clash, keep))
        buttons.append(button)
    return VBox([table, HBox(buttons).add_class("da-buttons")])


def _value(field: Field, value, worksheet: Worksheet) -> str:
    if value in ("", None, []):
        return "（空）"
    if field.type in ("text", "long"):  # as it is typed, with its placeholders
        return escape(value).replace("\n", "<br>")
    return value_as_html(field, value, worksheet, worksheet.index())
