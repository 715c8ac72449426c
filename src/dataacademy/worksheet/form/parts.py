"""Small things that the form is put together from."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from datetime import datetime
from html import escape
from pathlib import Path

from ipywidgets import HTML, Button, HBox, Select, VBox

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.form.drafts import NEW, Drafts
from dataacademy.worksheet.form.page import named
from dataacademy.worksheet.model import Worksheet

_ROWS = 12  # of the list; more are scrolled


class RecordList(VBox):
    """The records of a kind to choose from, with what can be done with all of them below.

    chosen
        Called with the key of the record that a person chose.
    """

    def __init__(self, chosen: Callable[[str], None], buttons: list[Button]):
        self._tell, self._filling = chosen, False
        self._select = Select(description="記録", options=[("", "")])
        self._select.observe(self._changed, "value")
        super().__init__([self._select, row(buttons)])
        self.add_class("da-list")

    def _changed(self, change) -> None:
        if not self._filling and change["new"] is not None:
            self._tell(change["new"])

    def fill(self, keys: list[str], key: str, saved: dict, drafts: Drafts, worksheet: Worksheet) -> None:
        """List ``keys`` with ``key`` chosen; what is not saved has a mark."""
        options = []
        for one in keys:
            if one in saved:
                label = named(one, worksheet, saved)
            else:
                label = "（新しい記録）" if one.startswith(NEW) else one or "（まだありません）"
            options.append((("● " if one in drafts else "") + label, one))
        self._filling = True
        self._select.options = options
        self._select.value = key
        self._select.rows = min(max(len(keys), 4), _ROWS)
        self._select.description = f"記録（{len(saved):,}件）"
        self._filling = False

    def choose(self, key: str) -> None:
        """Mark another record as the one that is shown."""
        self._filling = True
        self._select.value = key
        self._filling = False

    def focus(self) -> None:
        """Bring the person's cursor to the list."""
        self._select.focus()


def somebody_looks() -> bool:
    """False where a Python program (papermill, nbconvert) runs the cell: it cannot show widgets.

    JupyterLab and its kin name the cell in the request, other browsers name no user; Python's client names one.
    """
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return True
    request = kernel.get_parent("shell") or {}
    return "cellId" in request.get("metadata", {}) or not request.get("header", {}).get("username")


def answering(method):
    """A person's click: whatever goes wrong is said by the form's ``_say``, as nobody sees what a click prints."""

    @functools.wraps(method)
    def answer(self, *_):
        try:
            method(self)
        except DataAcademyError as error:
            self._say(f"✕ {error.note.ja} {error.note.fix}", "da-error")
        except Exception as error:
            self._say(f"✕ 思わぬことが起きて、できませんでした（{type(error).__name__}：{error}）。", "da-error")
            raise

    return answer


def look() -> HTML:
    """Colours and spacing, and what the browser itself must do for the keyboard and for screen readers."""
    here = Path(__file__).parent
    style, script = ((here / name).read_text(encoding="utf-8") for name in ("form.css", "form.js"))
    return HTML(f'<style onload="{escape(script)}">{style}</style>').add_class("da-look")


def button(text: str, clicked: Callable, tooltip: str = "") -> Button:
    """A button; ``tooltip`` says more than its text."""
    made = Button(description=text, tooltip=tooltip or text)
    made.on_click(clicked)
    return made


def row(children) -> HBox:
    """Buttons beside each other."""
    return HBox(children).add_class("da-buttons")


def show(widget, there: bool) -> None:
    """Show a widget or hide it."""
    widget.layout.display = None if there else "none"


def listed(ids: Iterable[str], most: int = 6) -> str:
    """Ids for a sentence, not too many."""
    ids = list(ids)
    return "、".join(ids[:most]) + (f" ほか{len(ids) - most}件" if len(ids) > most else "")


def now() -> str:
    """The time for a confirmation."""
    moment = datetime.now()
    return f"{moment.month}月{moment.day}日 {moment:%H時%M分%S秒}"
