"""The seven-step worksheet as data: records with ids and links, in one YAML file a team.

:func:`open_sheet` opens a team's file; what it gives fills in, records findings, reviews and writes the briefs.
:func:`example` is the worksheet of an example team at the end of any lesson.  ``prototype`` is what a team tries,
``card_wall`` where it sorts what people said.
"""

from importlib import import_module

from dataacademy.worksheet.sheet import Sheet, open_sheet

__all__ = ["Sheet", "card_wall", "example", "open_sheet", "prototype"]


def __getattr__(name):
    if name == "example":  # brings the analyses with it, which a worksheet alone does not need
        from dataacademy.worksheet.worked import example

        return example
    if name == "card_wall":
        from dataacademy.worksheet.cardwall import card_wall

        return card_wall
    if name == "prototype":
        return import_module(f"{__name__}.prototype")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
