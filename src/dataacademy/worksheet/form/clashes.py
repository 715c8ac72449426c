"""Two changed one field: both values side by side, and a button for each."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from ipywidgets import HTML, VBox

from dataacademy.worksheet.fields import Field
from dataacademy.worksheet.form.page import value_as_html
from dataacademy.worksheet.form.parts import button, row
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
    return [HTML(f"<strong>{_ASK}</strong>"), *(_Question(clash, fields, worksheet, decide) for clash in clashes)]


class _Question(VBox):
    def __init__(self, clash: Conflict, fields: dict[str, Field], worksheet: Worksheet, decide):
        where = f"{clash.id}「{clash.label}」"
        if clash.field:
            mine, theirs = (_value(fields[clash.field], value, worksheet) for value in (clash.mine, clash.theirs))
        else:
            mine, theirs = escape(clash.mine or "（まだ書いていません）"), "（この記録を消しました）"
        table = HTML(
            f"<table><caption>{escape(where)}</caption><tbody><tr><th>あなた</th><td>{mine}</td></tr>"
            f"<tr><th>もう一方</th><td>{theirs}</td></tr></tbody></table>"
        )
        self._keep = button("自分のを残す", lambda _: decide(clash, True), f"{where}：自分のを残す")
        take = button("もう一方のを使う", lambda _: decide(clash, False), f"{where}：もう一方のを使う")
        super().__init__([table, row([self._keep, take])])

    def focus(self) -> None:
        self._keep.focus()


def _value(field: Field, value, worksheet: Worksheet) -> str:
    if value in ("", None, []):
        return "（空）"
    if field.type in ("text", "long"):  # as it is typed, with its placeholders
        return escape(value).replace("\n", "<br>")
    return value_as_html(field, value, worksheet, worksheet.index())
