"""Errors for people: what was wrong, where, what was expected and how to mend it; Japanese first, English second."""

from __future__ import annotations

from difflib import get_close_matches

from dataacademy.notes import Note


class DataAcademyError(Exception):
    """A mistake that the reader of the message can mend.  It carries one :class:`~dataacademy.notes.Note`.

    In a notebook only the message is shown, without the traceback: learners have never programmed.

    >>> raise DataAcademyError("bad_code", "団体コード「222128」の検査数字が合いません。",
    ...     "Check digit of 222128 is wrong.", fix="222127 ではありませんか。", fix_en="Did you mean 222127?")
    Traceback (most recent call last):
    ...
    dataacademy.errors.DataAcademyError: 団体コード「222128」の検査数字が合いません。
    → 222127 ではありませんか。
    [EN] Check digit of 222128 is wrong. → Did you mean 222127?
    """

    def __init__(self, kind: str, ja: str, en: str, **where):
        self.note = Note(kind, ja, en, level="error", **where)
        self._arguments = (kind, ja, en, where)
        super().__init__(str(self.note))

    def __reduce__(self):  # keyword arguments survive the way between processes
        kind, ja, en, where = self._arguments
        return _rebuild, (type(self), kind, ja, en, where)

    def _render_traceback_(self):  # IPython asks for this before it prints a traceback
        line = _line_in_cell(self.__traceback__)
        return [*str(self).splitlines(), *([f"（このセルの {line} 行目で起きました）"] if line else [])]


def _line_in_cell(traceback) -> int | None:
    """The line of the notebook cell that the error came through."""
    while traceback is not None:
        if "ipykernel_" in traceback.tb_frame.f_code.co_filename:
            return traceback.tb_lineno
        traceback = traceback.tb_next
    return None


def _rebuild(cls, kind, ja, en, where):
    return cls(kind, ja, en, **where)


def nearest_guess(name: object, allowed) -> str:
    """The allowed name that looks most like ``name``, or an empty string.

    >>> nearest_guess("人工", ["人口", "世帯数"])
    '人口'
    """
    found = get_close_matches(str(name), [str(a) for a in allowed], n=1, cutoff=0.4)
    return found[0] if found else ""


def check_choice(name_ja: str, value, allowed, *, en: str) -> None:
    """Raise unless ``value`` is one of ``allowed``; the message names the value, the choices and the nearest guess."""
    if value in allowed:
        return
    guess = nearest_guess(value, allowed)
    raise DataAcademyError(
        "unknown_choice",
        f"{name_ja}「{value}」はありません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
        f"{en} {value!r} does not exist." + (f" Did you mean {guess!r}?" if guess else ""),
        fix="使えるのは " + "、".join(f"「{a}」" for a in allowed) + " です。",
        fix_en="Allowed: " + ", ".join(repr(a) for a in allowed),
    )


def check_columns(data, columns, *, table: str) -> None:
    """Raise unless the DataFrame ``data`` has every one of ``columns``; names the missing one and the nearest guess."""
    for column in columns:
        if column not in data.columns:
            guess = nearest_guess(column, data.columns)
            raise DataAcademyError(
                "unknown_column",
                f"列「{column}」は{table}にありません。" + (f"もしかして「{guess}」ですか。" if guess else ""),
                f"Column {column!r} is not in {table}." + (f" Did you mean {guess!r}?" if guess else ""),
                fix="ある列は " + "、".join(f"「{c}」" for c in data.columns) + " です。",
                fix_en="Columns: " + ", ".join(repr(str(c)) for c in data.columns),
            )
