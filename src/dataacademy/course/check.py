"""What the check cells of exercises call: kind, then size, then value; messages that say what was compared.

``solutions/autotests.yml`` turns each ``### HASHED AUTOTEST answer`` into calls of :func:`expect`; the expected value
is computed by running the solution, so it follows the town.  Works without nbgrader, on every PC and in a browser.
"""

from __future__ import annotations

import ast
import hashlib
import numbers
import re
import sys
from decimal import Decimal

DIGITS = 6  # significant digits that are compared
RIGHT = "○ 正解です"
CHECKED = "dataacademy_checked"  # in the metadata of what right() shows: fingerprints of the answers that were checked
_NAMES = re.compile(r'check\.filled\(globals\(\)\.get\("(\w+)"')


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
    if isinstance(value, (numbers.Real, Decimal)):
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


def kinds(values) -> list[str]:
    """Which kinds are in a list, each once: ``[300, "500"]`` looks right and is not.

    >>> kinds([300, 500]), kinds([300, "500", ...])
    (['number'], ['blank', 'number', 'text'])
    """
    return sorted({kind(value) for value in values})


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

    >>> filled(3, "people")
    'number'
    >>> filled(..., "bins")
    Traceback (most recent call last):
    ...
    dataacademy.course.check.WrongAnswer: bins がまだ空です。... を消して答えを書き、▶ を2回押してください。
    答えのセルの下に赤い文字が出ていたら、先に直します（数字と , と " は半角で書きます）。
    """
    found = kind(value)
    if found == "blank":
        raise WrongAnswer(
            f"{name} がまだ空です。... を消して答えを書き、▶ を2回押してください。\n"
            '答えのセルの下に赤い文字が出ていたら、先に直します（数字と , と " は半角で書きます）。'
        )
    return found


def expect(found, wanted: str, message: str) -> None:
    """Raise WrongAnswer with ``message`` unless ``found`` is what was wanted."""
    if str(found) != wanted:
        raise WrongAnswer(message)


def right() -> None:
    """Say that the answer is right.

    In a notebook the saved output also knows which answer it was about, so that an answer that was changed afterwards
    does not count as right (``dataacademy.course.progress``).

    >>> right()
    ○ 正解です
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        print(RIGHT)
        return
    from IPython.display import publish_display_data

    publish_display_data({"text/plain": RIGHT}, {CHECKED: _answers_checked(shell.history_manager.input_hist_raw)})


def written(source: str) -> str:
    """The fingerprint of what was written into an answer's cell; blanks around it do not count.

    >>> written("bins = [300]\\n") == written("bins = [300]") != written("bins = [500]")
    True
    """
    return hashlib.sha256(source.strip().encode()).hexdigest()[:16]


def _answers_checked(history: list[str]) -> list[str]:
    """What gave the names that the cell now running checks their values; ``history`` ends with that cell.

    >>> test = 'check.filled(globals().get("bins", ...), "bins")'
    >>> history = ["bins = ...", test, "bins = [300]", "print(bins)", test]
    >>> _answers_checked(history) == [written("bins = [300]")]
    True
    """
    earlier = [source for source in history if not _NAMES.search(source)]  # checks may round what they check
    latest = [next((s for s in reversed(earlier) if name in _assigned(s)), "") for name in _NAMES.findall(history[-1])]
    return sorted({written(source) for source in latest})


def _assigned(source: str) -> set[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # it never ran
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
