"""Classes of a map: where one colour ends and the next begins.

A class runs from its lower break up to, but without, the next one (「300以上 500未満」), so ``m`` breaks make ``m + 1``
classes.  The own breaks of a policy ("ten minutes' walk = 800 m") come first; the three schemes are for when there
are none.
"""

from __future__ import annotations

import numpy as np

from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.styling import MAX_CLASSES, plain

SCHEMES = ("quantiles", "equal_interval", "fisher_jenks")


def breaks(values, *, bins=None, scheme: str = "quantiles", k: int = 5) -> list[float]:
    """The breaks between the classes of a map: ``bins`` if given, otherwise by ``scheme`` in at most ``k`` classes.

    ``values``: numbers, any length; NaN is ignored.  ``quantiles`` (equally many values in each class),
    ``equal_interval`` (equally wide classes), ``fisher_jenks`` (least sum of squares within the classes; Fisher 1958).
    The breaks of a scheme are then written with as few digits as leave every value in its class, so that the legend
    says exactly what is drawn.  Several maps have one legend if the breaks of all their values together are passed to
    each as ``bins``.  Errors: not numbers, unknown scheme, ``k`` not 2 to 7, ``bins`` that are not increasing numbers.
    Checked against every possible partition, and never worse than mapclassify (tests/oracles/fisher_jenks.txt).
    When not to use: where the policy has its own limits (walking times, a standard of the state): those are the breaks.

    >>> import dataacademy as da
    >>> far = da.maps.nearest(da.load("areas"), da.load("facilities"), kind="shelter").table
    >>> limits = da.maps.breaks(far["distance_m"], scheme="fisher_jenks", k=3)
    >>> len(limits)
    2
    >>> breaks([1, 2, 3, 11, 12, 13, 101, 102], scheme="fisher_jenks", k=3)
    [7.0, 57.0]
    >>> breaks([1, 2, 3], bins=[300, 500, 800])
    [300.0, 500.0, 800.0]
    """
    if bins is not None:
        return _own(bins)
    values = _numbers(values)
    values = np.unique(values[~np.isnan(values)], return_counts=True)
    check_choice("分け方", scheme, SCHEMES, en="Scheme")
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or not 2 <= k <= MAX_CLASSES:
        raise DataAcademyError(
            "bad_k",
            f"区分の数 k が {k!r} です。2 から {MAX_CLASSES} までの整数にしてください。",
            f"k must be an integer from 2 to {MAX_CLASSES}, not {k!r}.",
        )
    if len(values[0]) < 2:
        return []
    found = {"quantiles": quantiles, "equal_interval": equal_interval, "fisher_jenks": fisher_jenks}[scheme]
    return _tidy(values[0], found(np.repeat(*values), k))


def quantiles(values: np.ndarray, k: int) -> list[float]:
    """Breaks with equally many values between them, as nearly as equal values, which stay together, allow.

    >>> quantiles(np.arange(1.0, 11.0), 5)
    [2.5, 4.5, 6.5, 8.5]
    >>> quantiles(np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.0, 6.0]), 5)
    [2.0]
    """
    x, count = np.unique(values, return_counts=True)
    wanted = len(values) * np.arange(1, k) / k
    below = np.cumsum(count)[:-1]
    return _halfway(x, np.unique(np.abs(below - wanted[:, None]).argmin(axis=1) + 1))


def equal_interval(values: np.ndarray, k: int) -> list[float]:
    """Breaks that cut the range of the values into k equally wide classes; some of them may be empty.

    >>> equal_interval(np.array([0.0, 1.0, 10.0]), 5)
    [2.0, 4.0, 6.0, 8.0]
    """
    return np.linspace(values.min(), values.max(), k + 1)[1:-1].tolist()


def fisher_jenks(values: np.ndarray, k: int) -> list[float]:
    """Breaks with the least sum of squared deviations within the classes (exact), halfway between the neighbours.

    Dynamic programme over the distinct values, divided and conquered because the best cut never moves left as values
    are added: O(k n log n).  Fisher (1958), J. Am. Stat. Assoc. 53.  Checked against every possible partition.
    """
    x, count = np.unique(values, return_counts=True)
    k = min(k, len(x))
    centred = x - np.average(x, weights=count)  # keeps the digits of the differences below
    n, s, q = (np.concatenate([[0.0], np.cumsum(count * centred**power)]) for power in (0, 1, 2))

    def within(i, j):  # sum of squared deviations of x[i:j]
        return q[j] - q[i] - (s[j] - s[i]) ** 2 / (n[j] - n[i])

    ends = np.arange(1, len(x) + 1)
    best = np.concatenate([[0.0], within(0, ends)])  # best[j]: the first j values in so many classes as now
    cut = np.zeros((k, len(x) + 1), dtype=int)  # cut[c, j]: where the last of c + 1 classes of these j begins
    for c in range(1, k):
        now = np.full(len(x) + 1, np.inf)
        todo = [(c + 1, len(x), c, len(x) - 1)]
        while todo:
            first, last, low, high = todo.pop()
            if first > last:
                continue
            j = (first + last) // 2
            starts = np.arange(low, min(high, j - 1) + 1)
            sums = best[starts] + within(starts, j)
            least = int(sums.argmin())
            now[j], cut[c, j] = sums[least], starts[least]
            todo += [(first, j - 1, low, starts[least]), (j + 1, last, starts[least], high)]
        best = now
    j, starts = len(x), []
    for c in range(k - 1, 0, -1):
        j = cut[c, j]
        starts.append(j)
    return _halfway(x, np.array(starts[::-1], dtype=int))


def assign(values, edges: list[float]) -> np.ndarray:
    """The class of each value, 0 … len(edges); -1 where the value is missing.

    >>> assign([299, 300, 800, float("nan")], [300, 500, 800]).tolist()
    [0, 1, 3, -1]
    """
    values = np.asarray(values, dtype=float)
    return np.where(np.isnan(values), -1, np.searchsorted(edges, values, side="right"))


def labels(edges: list[float], unit: str = "") -> list[str]:
    """What the legend says of each class.

    >>> labels([300, 500.5], "m")
    ['300 m 未満', '300 m 以上 500.5 m 未満', '500.5 m 以上']
    """
    if not edges:
        return ["全体"]
    written = [f"{plain(edge, 12)} {unit}".rstrip() + " " for edge in edges]
    texts = [f"{written[0]}未満"]
    texts += [f"{low}以上 {high}未満" for low, high in zip(written, written[1:], strict=False)]
    return [*texts, f"{written[-1]}以上"]


def _numbers(values) -> np.ndarray:
    """Any list of numbers as floats."""
    try:
        values = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        values = np.array([[np.nan]])
    if values.ndim != 1 or np.isinf(values).any():
        raise DataAcademyError(
            "bad_values",
            "区分を作るには、数を並べたもの（表の一列）が要ります。文字・無限大・表全体は使えません。",
            "Classes need a list of finite numbers, such as one column of a table.",
            fix='例：maps.breaks(table["distance_m"])',
            fix_en='Example: maps.breaks(table["distance_m"])',
        )
    return values


def _own(bins) -> list[float]:
    """The reader's own breaks, checked."""
    try:
        edges = [float(b) for b in bins]
    except (TypeError, ValueError):
        edges = []
    if isinstance(bins, str) or not edges or not np.isfinite(edges).all():
        raise DataAcademyError(
            "bad_bins",
            f"bins は数のリストにしてください（渡されたのは {bins!r}）。",
            f"bins must be a list of numbers, not {bins!r}.",
            fix="例：bins=[300, 500, 800]",
            fix_en="Example: bins=[300, 500, 800]",
        )

    def shown(numbers):
        return "[" + ", ".join(f"{number:.12g}" for number in numbers) + "]"

    if any(low >= high for low, high in zip(edges, edges[1:], strict=False)):
        raise DataAcademyError(
            "bins_order",
            f"bins は小さい順に並べてください（渡されたのは {shown(edges)}）。",
            f"bins must be in increasing order, not {shown(edges)}.",
            fix=f"bins={shown(sorted(set(edges)))}",
            fix_en=f"bins={shown(sorted(set(edges)))}",
        )
    if len(edges) >= MAX_CLASSES:
        raise DataAcademyError(
            "too_many_classes",
            f"区切り {len(edges)} 個では {len(edges) + 1} 区分になります。見分けられる色は {MAX_CLASSES} 色までです。",
            f"{len(edges)} breaks make {len(edges) + 1} classes; only {MAX_CLASSES} colours can be told apart.",
            fix=f"区切りを {MAX_CLASSES - 1} 個までにしてください。",
            fix_en=f"Use at most {MAX_CLASSES - 1} breaks.",
        )
    return edges


def _halfway(x: np.ndarray, at: np.ndarray) -> list[float]:
    """Breaks halfway between the distinct values ``x[at - 1]`` and ``x[at]``."""
    middle = (x[at - 1] + x[at]) / 2
    return np.where(middle > x[at - 1], middle, x[at]).tolist()  # nothing lies between two neighbouring floats


def _tidy(x: np.ndarray, edges: list[float]) -> list[float]:
    """The edges with as few digits as keep every value of ``x`` in its class and the widths within a tenth."""
    classes = assign(x, edges)
    narrowest = np.diff([x[0], *edges]).min()
    if narrowest <= 0:  # the range is too small for this many classes in floating point
        return sorted(set(edges) - {x[0]})
    coarsest = -int(np.floor(np.log10(narrowest / 10)))
    whole = bool((x % 1 == 0).all())  # of people there is no half: 「10 未満」, not 「9.5 未満」
    for digits in range(coarsest, coarsest + 12):
        rounded = [float(np.ceil(edge)) if whole and digits > 0 else round(edge, digits) for edge in edges]
        if np.array_equal(assign(x, rounded), classes):
            return rounded
    return edges
