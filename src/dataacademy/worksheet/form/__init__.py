"""The worksheet as a form in the notebook, for people who have never programmed."""

from __future__ import annotations

from dataacademy.errors import check_choice
from dataacademy.worksheet.model import KINDS

__all__ = ["form"]


def form(sheet, kind: str, *, id: str | None = None):
    """The form for one kind of record: a widget to be shown at the end of a cell.

    kind
        A kind of record (``"fact"``), or ``"team"`` for the cover.  Findings are shown, not changed.
    id
        The record to begin with; by default the first one, and an empty new one where there is none.

    Where nobody looks on (papermill, nbconvert) it shows a readable copy and waits for nothing.  What was typed and
    not saved is still there when the cell runs again.  Errors: ``unknown_choice``, ``no_record``.
    """
    check_choice("記録の種類", kind, ("team", *KINDS), en="Kind of record")
    if id is not None and kind != "team":
        sheet.get(id)
    from dataacademy.worksheet.form.screen import Form  # ipywidgets takes a moment to import

    return Form(sheet, kind, id)
