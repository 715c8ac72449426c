"""One control for each field: its label tied to it, help and messages right below, everything by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import traitlets
from ipywidgets import HTML, Button, Checkbox, Dropdown, HBox, Text, Textarea, VBox

from dataacademy.worksheet.fields import Field
from dataacademy.worksheet.form.page import NOT_CHOSEN

_HINTS = {
    "date": "例：2026-04-01、令和8年4月1日",
    "words": "1行に1つずつ書きます。",
    "numbers": "1行に1つずつ書きます。",
    "links": "選んで「加える」を押します。いくつでも選べます。",
}
_ROWS = {"long": 3, "words": 3, "numbers": 3, "text": 2}
Choices = list[tuple[str, str]]  # what people read, and the id


class Control:
    """A field on the screen.

    box
        The widget with label, control, help and message.
    typed
        Called with the field's name and what now stands in the control, whenever a person changes it.
    """

    def __init__(self, field: Field, typed: Callable[[str, Any], None], tool: VBox | None = None):
        self.field, self._tell, self._showing = field, typed, False
        self._lines: dict[bool, Any] = {}  # a box of one line drops line breaks: text that has some gets more lines
        self.input = self._made(several_lines=field.type != "text")
        self.message = HTML()
        self.message.add_class("da-message")
        self.message.layout.display = "none"
        self._tool = tool
        self.box = VBox()
        self.box.add_class("da-field")
        if field.type in ("long", "links", "words", "numbers") or tool is not None:
            self.box.add_class("da-wide")
        self._arrange()

    def _arrange(self) -> None:
        hint = "　".join(filter(None, (self.field.help, _HINTS.get(self.field.type, ""))))
        help = [HTML(escape(hint)).add_class("da-help")] if hint else []
        self.box.children = [self.input, *help, *([self._tool] if self._tool else []), self.message]

    def _made(self, *, several_lines: bool):
        if several_lines not in self._lines:
            made = _input(self.field, several_lines)
            made.observe(self._changed, "value")
            self._lines[several_lines] = made
        return self._lines[several_lines]

    def _changed(self, change) -> None:
        if not self._showing:
            self._tell(self.field.name, change["new"])

    def show(self, content: Any) -> None:
        """Put ``content`` into the control; nobody is told."""
        self._showing = True
        try:
            if self.field.type == "text" and (wanted := self._made(several_lines="\n" in content)) is not self.input:
                self.input = wanted
                self._arrange()
            if self.field.type == "link":
                self.input.options = _with(self._choices, content)
            self.input.value = content
        finally:
            self._showing = False

    def choose_from(self, choices: Choices) -> None:
        """The records that a link may name; takes effect with the next ``show``."""
        self._choices = choices
        if self.field.type == "links":
            self.input.choose_from(choices)

    def tell(self, message: str, *, wrong: bool = False) -> None:
        """Say something below the control: HTML; ``wrong`` marks the field as one that must be mended."""
        self.message.value = message
        self.message.layout.display = None if message else "none"
        (self.box.add_class if wrong else self.box.remove_class)("da-wrong")

    def focus(self) -> None:
        """Bring the person's cursor here."""
        self.input.focus()


def _input(field: Field, several_lines: bool):
    if field.type == "links":
        return Several(field.label)
    if field.type == "link":
        return Dropdown(description=field.label, options=[(NOT_CHOSEN, "")])
    if field.type == "choice":
        return Dropdown(description=field.label, options=[(choice or NOT_CHOSEN, choice) for choice in field.choices])
    if field.type == "flag":
        return Checkbox(description=field.label, indent=False)
    if field.type in ("long", "words", "numbers") or (field.type == "text" and several_lines):
        return Textarea(description=field.label, rows=_ROWS[field.type], continuous_update=False)
    # told when it is left: letters told one by one wait for a busy kernel, and a click on 保存する would overtake them
    return Text(description=field.label, continuous_update=False)


def _with(choices: Choices, id: str) -> Choices:
    """The choices, with one that is not among them kept: it was there before and nobody takes it away."""
    known = id == "" or any(id == other for _, other in choices)
    return [(NOT_CHOSEN, ""), *choices, *([] if known else [(f"{id}（ありません）", id)])]


class Several(VBox):
    """Any number of records: those chosen, each with a button to take it out, and a list to add from."""

    value = traitlets.Tuple()

    def __init__(self, label: str):
        self._choices: Choices = []
        self._choose = Dropdown(description=label, options=[(NOT_CHOSEN, "")])
        self._add = Button(description="加える", tooltip=f"選んだものを「{label}」に加える")
        self._add.on_click(self._take_in)
        self._chosen = VBox()
        super().__init__([HBox([self._choose, self._add]).add_class("da-choose"), self._chosen])
        self._draw()

    def choose_from(self, choices: Choices) -> None:
        """The records that may be added."""
        self._choices = choices
        self._draw()

    @traitlets.observe("value")
    def _draw(self, _=None) -> None:
        if not hasattr(self, "_chosen"):
            return
        labels = {id: label for label, id in self._choices}
        self._choose.options = [(NOT_CHOSEN, ""), *((label, id) for label, id in self._choices if id not in self.value)]
        self._choose.value = ""
        self._chosen.children = [
            self._row(place, labels.get(id, f"{id}（ありません）")) for place, id in enumerate(self.value)
        ]

    def _row(self, place: int, label: str) -> HBox:
        button = Button(description="外す", tooltip=f"{label} を外す")
        button.on_click(lambda _: self._take_out(place))
        return HBox([HTML(escape(label)), button]).add_class("da-chosen")

    def _take_in(self, _) -> None:
        if self._choose.value:
            self.value = (*self.value, self._choose.value)
        self._choose.focus()

    def _take_out(self, place: int) -> None:
        self.value = (*self.value[:place], *self.value[place + 1 :])
        self._choose.focus()

    def focus(self) -> None:
        """To the list to add from."""
        self._choose.focus()
