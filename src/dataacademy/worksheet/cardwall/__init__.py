"""A wall of cards (KJ法のカード): what people said, moved into groups by hand, named, and kept at every move.

:func:`card_wall` makes one of a table of notes.  Which card lies where stands in a file of the town's output folder;
the texts do not: they stay in the table that they came from.
"""

from __future__ import annotations

__all__ = ["card_wall"]


def card_wall(data, *, text: str, id: str | None = None, name: str = "カード", town: str = "mirai",
              groups=(), folder=None):  # fmt: skip
    """The wall of the cards of a table: a widget to be shown at the end of a cell.

    data
        Table, one row a card.
    text, id
        Columns: what stands on a card, and its number (unique).  Without ``id`` a card is known by its text.
    name, town
        The wall's name and its town: its file is ``work/<town>/カード/<name>.json`` in the output folder, read again if
        it is there.
    groups
        Names of groups to begin with, where the file is new; ``{"移動": ["H001", …]}`` puts cards there too.
    folder
        Another folder for the file.

    Cards are dragged with the mouse, or moved with the keyboard: space takes a card up and lays it down, arrows move
    it, digits send it to a group.  Every change is written at once, through a temporary name; two people at one wall
    work on the same file.  Its ``table`` is one row a card (``id, group, text``), ``finding`` counts the groups,
    ``page()`` is HTML to print, ``save_table()`` and ``save_page()`` write both beside the file.  Where nobody looks on
    (papermill, nbconvert) it shows the same as a page.

    Errors: ``unknown_column``, ``no_cards``, ``doubled_card``, ``unknown_group``, ``bad_wall_name``, ``bad_wall_file``.
    When not to use: for hundreds of cards (coding rules, ``da.text.coding_rules``), or to count what many people said.

    >>> import pandas as pd, tempfile
    >>> notes = pd.DataFrame({"no": ["1", "2"], "said": ["バスが少ない", "店が遠い"]})
    >>> wall = card_wall(notes, text="said", id="no", groups={"移動": ["1"]}, folder=tempfile.mkdtemp())
    >>> wall.move("2", "買い物")
    >>> wall.table[["id", "group"]].values.tolist()
    [['1', '移動'], ['2', '買い物']]
    """
    from dataacademy.worksheet.cardwall.screen import Wall  # widgets take a moment to import

    return Wall(data, text=text, id=id, name=name, town=town, groups=groups, folder=folder)
