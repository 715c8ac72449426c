"""Words in place of codes: a table labelled by its codebook."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.distinct import plain_text
from dataacademy.errors import DataAcademyError, check_columns, nearest_guess
from dataacademy.survey.codebook import Question, read_codebook


def label(data: pd.DataFrame, *, codebook, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The table with words in place of codes: ordered categories, in the order of the codebook.

    codebook
        A :class:`Codebook`, or anything :func:`read_codebook` reads.
    columns
        Which columns; every column of the codebook that has codes and is in the table, if not given.

    Returns a new table of the same rows and columns.  わからない and 無回答 come last among the categories; an empty
    cell stays empty.  Do this once after reading: categories are counted many times faster than texts.

    Errors: ``unexpected_codes`` (codes in the table that the codebook does not have), ``mixed_digits`` (１ and 1 in one
    column), ``unknown_column``.
    Checked against a dictionary look-up of every cell.
    When not to use: on columns of numbers (age, amounts), which have no codes.

    >>> import dataacademy as da
    >>> book = read_codebook(da.load("codebook"), table="survey")
    >>> label(da.load("survey"), codebook=book)["q7"].cat.categories.tolist()
    ['はい', 'いいえ', '無回答']
    """
    book = read_codebook(codebook)
    if columns is None:
        columns = [c for c in book if book[c].values and c in data.columns]
    else:
        check_columns(data, columns, table="渡した表")
        check_columns(pd.DataFrame(columns=list(book)), columns, table="コード表")
    words = {column: categorical(data[column], book[column], column) for column in columns}
    return data.assign(**words)


def categorical(values: pd.Series, question: Question, column: str) -> pd.Categorical:
    """A column of codes (or of their words) as ordered categories; errors as :func:`label`."""
    meanings = {**question.scale, **question.missing}
    categories = list(dict.fromkeys(meanings.values()))
    if isinstance(values.dtype, pd.CategoricalDtype) and set(values.cat.categories) <= set(categories):
        return pd.Categorical(values, categories, ordered=True)
    place, found = pd.factorize(values)
    position = {word: i for i, word in enumerate(categories)}
    known = {code: position[word] for code, word in meanings.items()}
    known |= {word: i for word, i in position.items() if word not in known}  # cells may hold the words already
    texts = [str(v) if isinstance(v, str) else plain_text(v) for v in found]
    strange = [(i, t) for i, t in enumerate(texts) if t not in known]
    if strange:
        raise _unexpected(strange, place, known, meanings, column)
    codes = np.array([known[t] for t in texts] + [-1], dtype=np.int8 if len(categories) < 127 else np.int32)
    return pd.Categorical.from_codes(codes[place], categories, ordered=True)


def _unexpected(strange, place: np.ndarray, known: dict, meanings: dict, column: str) -> DataAcademyError:
    wide = next((t for _, t in strange if t not in known and plain_text(t) in known), None)
    if wide is not None:
        return DataAcademyError(
            "mixed_digits",
            f"列「{column}」の「{wide}」は、コード「{plain_text(wide)}」が全角などの別の書き方になっています。",
            f"Column {column!r}: {wide!r} is the code {plain_text(wide)!r} written otherwise (full width, blanks).",
            fix=f'先に data["{column}"].str.normalize("NFKC").str.strip() でそろえるか、da.tables.read '
            "で読んでください。",
            fix_en="Normalise it first with .str.normalize('NFKC').str.strip(), or read the file with da.tables.read.",
            column=str(column),
        )
    counts = np.bincount(place[place >= 0])
    listed = "、".join(f"「{t}」{counts[i]:,} 行" for i, t in strange[:5])
    guess = nearest_guess(strange[0][1], list(known))
    return DataAcademyError(
        "unexpected_codes",
        f"列「{column}」に、コード表にない値があります：{listed}"
        + (f"（ほかに {len(strange) - 5} 種類）" if len(strange) > 5 else "")
        + (f"。もしかして「{guess}」ですか。" if guess else "。"),
        f"Column {column!r} has values that the codebook does not know: {[t for _, t in strange[:5]]}.",
        fix="あるコードは " + "、".join(f"{c}={m}" for c, m in list(meanings.items())[:12]) + " です。"
        "入力の誤りなら直し、意味があるコードならコード表に足してください。",
        fix_en="Mend the cells, or add the codes to the codebook.",
        column=str(column),
    )
