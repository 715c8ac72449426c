"""What the check cells of exercises call: kind, then size, then value; messages that say what was compared.

``solutions/autotests.yml`` turns each ``### HASHED AUTOTEST answer`` into calls of :func:`expect`; the expected value
is computed by running the solution, so it follows the town.  Works without nbgrader, on every PC.
"""

from __future__ import annotations

import hashlib
import numbers

DIGITS = 6  # significant digits that are compared


class WrongAnswer(Exception):
    """An answer that is not right yet.  In a notebook only the message is shown."""

    def _render_traceback_(self):
        return [f"✗ {self}"]


def kind(value) -> str:
    """The kind of an answer: blank, bool, number, text, list, table, column or other.

    >>> kind(...), kind(3), kind(True), kind([300, 500])
    ('blank', 'number', 'bool', 'list')
    """
    import numpy as np
    import pandas as pd

    if value is ... or value is None or (isinstance(value, str) and not value.strip()):
        return "blank"
    if isinstance(value, (bool, np.bool_)):
        return "bool"
    if isinstance(value, numbers.Number):
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, pd.DataFrame):
        return "table"
    if isinstance(value, (pd.Series, pd.Index)):
        return "column"
    if isinstance(value, (list, tuple, set, np.ndarray)):
        return "list"
    return "other"


def size(value) -> int:
    """The number of rows or items; 0 where the kind has none."""
    return len(value) if hasattr(value, "__len__") and kind(value) != "text" else 0


def canonical(value) -> str:
    """The value as text that does not depend on numpy or Python types, column order or digits beyond the sixth.

    >>> import numpy as np
    >>> canonical(np.float64(1 / 3)) == canonical(0.33333333)
    True
    """
    import pandas as pd

    what = kind(value)
    if what == "number":
        return f"{float(value):.{DIGITS}g}"
    if what == "text":
        return value.strip()
    if what == "bool":
        return str(bool(value))
    if what == "list":
        items = sorted(value, key=str) if isinstance(value, set) else value
        return "[" + ", ".join(f"{canonical(v)!r}" if kind(v) == "text" else canonical(v) for v in items) + "]"
    if what in ("table", "column"):
        table = pd.DataFrame(value).reset_index(drop=True)
        table = table[sorted(table.columns, key=str)]
        return table.to_csv(index=False, float_format=f"%.{DIGITS}g", lineterminator="\n")
    return repr(value)


def digest(value, salt: str) -> str:
    """The salted hash of the canonical value: what a released exercise knows of its answer."""
    return hashlib.sha256((salt + canonical(value)).encode()).hexdigest()[:16]


def filled(value, name: str) -> str:
    """The kind of the answer ``name``; a blank raises WrongAnswer and says how to go on.

    >>> filled(..., "bins")
    Traceback (most recent call last):
    ...
    dataacademy.course.check.WrongAnswer: bins がまだ空です。... を消して答えを書き、▶ を2回押してください。
    """
    found = kind(value)
    if found == "blank":
        raise WrongAnswer(f"{name} がまだ空です。... を消して答えを書き、▶ を2回押してください。")
    return found


def expect(found, wanted: str, message: str) -> None:
    """Raise WrongAnswer with ``message`` unless ``found`` is what was wanted."""
    if str(found) != wanted:
        raise WrongAnswer(message)


def right() -> None:
    """Say that the answer is right."""
    print("○ 正解です")
