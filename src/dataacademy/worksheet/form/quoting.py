"""Numbers in a sentence: a list of findings to take them from, and the sentence as it will read."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from ipywidgets import Button, Dropdown, HBox, Text, VBox

from dataacademy.worksheet.form.page import NOT_CHOSEN, first_words
from dataacademy.worksheet.model import Worksheet
from dataacademy.worksheet.quotes import fill, number, quotes


class Quoting(VBox):
    """Puts ``{finding1}`` with its unit into a text, where the cursor was.

    insert
        Called with the place in the text and what is put there.
    """

    def __init__(self, insert: Callable[[int | None, str], None]):
        self._insert = insert
        self._choose = Dropdown(description="発見から数を入れる", options=[(NOT_CHOSEN, "")])
        button = Button(description="文に入れる", tooltip="選んだ数を、文のカーソルの場所に入れる")
        button.on_click(self._put_in)
        self._caret = Text().add_class("da-caret")  # form.js writes here where the cursor was, in UTF-16 units
        super().__init__([HBox([self._choose, button, self._caret]).add_class("da-choose")])
        self.add_class("da-quoting")

    def choose_from(self, worksheet: Worksheet) -> None:
        """All numbers of all findings."""
        options = [(NOT_CHOSEN, "")]
        for finding in worksheet.findings:
            words = first_words(finding, worksheet, 20)
            if finding.value is not None:
                options.append(
                    (f"{finding.id}　{number(finding.value)}{finding.unit}　{words}", f"{{{finding.id}}}{finding.unit}")
                )
            options += [
                (f"{finding.id}　{name} = {number(value)[:20]}　{words}", f"{{{finding.id}.{name}}}")
                for name, value in finding.values.items()
                if name and not set(name) & set("{}:")
            ]
        self._choose.options = _apart(options)
        self._choose.value = ""

    def _put_in(self, _) -> None:
        if self._choose.value:
            caret = self._caret.value
            self._insert(int(caret) if caret.isdecimal() else None, self._choose.value)
            self._choose.value = self._caret.value = ""


def inserted(text: str, caret: int | None, what: str) -> str:
    """``text`` with ``what`` at ``caret``, which counts in UTF-16 units as browsers do; None is the end.

    >>> inserted("𠮷野は人", 4, "{finding1}"), inserted("人は", None, "{finding1}")
    ('𠮷野は{finding1}人', '人は{finding1}')
    """
    if caret is None:
        return text + what
    before = text.encode("utf-16-le")[: 2 * caret].decode("utf-16-le", "ignore")
    return before + what + text[len(before) :]


def preview(text: str, worksheet: Worksheet) -> str:
    """How the sentence will read, and why a number is missing; empty where nothing is quoted."""
    found = quotes(text, worksheet) if "{finding" in text else []
    if not found:
        return ""
    problems = "".join(f'<br><span class="da-error">✕ {escape(q.problem)}</span>' for q in found if q.shown is None)
    return f"<strong>できあがり：</strong>{escape(fill(text, worksheet))}{problems}"


def _apart(options: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return list(dict(options).items())
