"""What goes into the reading of texts: a column of texts, checked; rows without text counted and left out."""

from __future__ import annotations

import pandas as pd

from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_table


def texts_of(data: pd.DataFrame, text: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows of ``data`` whose column ``text`` holds a text, and what was left out.

    Errors: not_a_table, no_rows, unknown_column, not_text, all_missing.
    """
    check_table(data)
    check_columns(data, [text], table="渡した表")
    values = data[text]
    if isinstance(values, pd.DataFrame):
        raise DataAcademyError(
            "two_columns",
            f"表に「{text}」という列が {values.shape[1]} つあります。",
            f"The table has {values.shape[1]} columns {text!r}.",
            fix="列の名前を変えて、一つにしてください。",
            fix_en="Give them different names.",
        )
    filled = values.notna().to_numpy()
    strange = filled & ~values.map(lambda v: isinstance(v, str)).to_numpy(dtype=bool)
    if strange.any():
        first, count = int(strange.argmax()), int(strange.sum())
        value = values.iloc[first]
        raise DataAcademyError(
            "not_text",
            f"列「{text}」に、文章でない値が {count:,} 行あります（最初は {first + 1} 行目の「{value}」）。",
            f"Column {text!r} holds {count} values that are no text (first in row {first + 1}: {value!r}).",
            fix=f'自由記述の列を選んでください。文章のつもりなら data["{text}"].astype("string") で文字にできます。',
            fix_en="Choose a column of texts, or turn it into text first.",
            column=str(text),
        )
    blank = filled.copy()
    blank[filled] = [not one.strip() for one in values[filled]]
    used = filled & ~blank
    if not used.any():
        raise DataAcademyError(
            "all_missing",
            f"列「{text}」には、文章が一つもありません（{len(values):,} 行すべてが空欄か空白です）。",
            f"Column {text!r} has no text in any of its {len(values)} rows.",
            fix="列の名前と、行を選ぶ条件を確かめてください。",
            fix_en="Check the name of the column and how rows were chosen.",
            column=str(text),
        )
    reasons = (("空欄の", ~filled), ("空白だけの", blank))
    left_out = tuple(f"列「{text}」が{why} {int(rows.sum()):,} 行" for why, rows in reasons if rows.any())
    return data[used], left_out
