"""What a group gives away: how varied a sensitive value is among people who cannot be told apart, and how unusual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis, number
from dataacademy.errors import DataAcademyError, check_choice, check_columns
from dataacademy.inputs import all_missing, check_between, sorted_values, weights_of
from dataacademy.privacy.equivalence import Classes, check_apart, classes, joined, named, numbered, remarks
from dataacademy.privacy.hierarchy import climb, parents_of

_BLOCK = 2_000_000  # cells of class × value worked on at a time
_HIERARCHY = "区分の表 hierarchy"


def l_diversity(
    data: pd.DataFrame, *, by: Sequence[str], sensitive: str, c: float = 3, weights: str | None = None
) -> Analysis:
    """How many different values of a sensitive column does every group of look-alikes hold?

    by, sensitive
        Quasi-identifiers that make the groups, and the column that must stay secret.  Rows where it is empty are left
        out.  In ``by`` an empty cell is like another empty cell only.
    c
        For recursive (c, l)-diversity: the commonest value must be rarer than ``c`` times all but the l − 1 commonest.
    weights
        Column that says how many people a row stands for.

    Table, one row a group, the worst first: the columns of ``by``, then ``count`` (rows), ``distinct_values``,
    ``entropy_l``, ``recursive_l``, ``most_common_percent``.  Figures: ``distinct_l, entropy_l, recursive_l`` (smallest
    of all groups), ``disclosed, disclosed_percent``: rows in groups with one single value.  Value: ``distinct_l``.

    distinct l = number of different values; entropy l = exp(−Σ p ln p); recursive: the largest l with
    r₁ < c (r_l + … + r_m), r₁ ≥ r₂ ≥ … the counts of the values; 0 if there is none (Machanavajjhala et al. 2007).
    Errors: sensitive_in_by, all_missing, out_of_range, and those of :func:`k_anonymity`.
    Checked against pycanon on the check-ups of the sample town and the table of Li et al. 2007.
    When not to use: for values that differ only in degree (高血圧, 重い高血圧): they are several, yet alike.

    >>> import dataacademy as da
    >>> checkups = da.load("checkups")
    >>> found = l_diversity(checkups.assign(decade=checkups["age"] // 10), by=["office", "decade"], sensitive="hba1c")
    >>> found.value > 5, list(found.table.columns[:3])
    (True, ['office', 'decade', 'count'])
    """
    check_between("c", c, 0, float("inf"), en="c")
    frame, groups, value, w, left_out, notes = _prepared(data, by, sensitive, weights)
    code = value.of - 1
    pairs = pd.factorize(groups.of * value.count + code)
    count = np.bincount(pairs[0], w)
    group = np.asarray(pairs[1]) // value.count
    order = np.lexsort((-count, group))
    count, group = count[order], group[order]
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    total = np.bincount(group, count)
    p = count / total[group]
    entropy = np.bincount(group, -p * np.log(p))
    before = np.cumsum(count) - count
    tail = total[group] - (before - before[starts][group])  # this value and all rarer ones
    most = count[starts]
    table = frame.iloc[groups.first].reset_index(drop=True)
    table["count"] = groups.rows
    table["distinct_values"] = np.bincount(group)
    table["entropy_l"] = np.exp(np.maximum(entropy, 0))
    table["recursive_l"] = np.bincount(group, most[group] < c * tail - 1e-9 * total[group]).astype(int)
    table["most_common_percent"] = 100 * most / total
    table = table.sort_values(["distinct_values", "entropy_l", "count"], kind="stable").reset_index(drop=True)
    disclosed = int(table.loc[table["distinct_values"] == 1, "count"].sum())
    percent = 100 * disclosed / len(frame)
    least = int(table["distinct_values"].min())
    return Analysis(
        table,
        least,
        f"{joined(list(frame))}で分けた {len(table):,} 組のうち、「{sensitive}」の値の種類がいちばん少ない組では "
        f"{least} 種類です。どの組の人か分かれば値まで分かってしまう行（組の全員が同じ値）は、{len(frame):,} 行のうち "
        f"{disclosed:,} 行（{percent:.1f}%）です。",
        f"Of {len(table):,} classes by {', '.join(frame)} the least varied holds {least} values of {sensitive}; "
        f"{disclosed:,} of {len(frame):,} rows ({percent:.1f} %) are in classes with one single value.",
        used={"行": len(frame), "組": len(table)},
        left_out=left_out,
        figures={
            "distinct_l": least,
            "entropy_l": float(table["entropy_l"].min()),
            "recursive_l": int(table["recursive_l"].min()),
            "disclosed": disclosed,
            "disclosed_percent": percent,
        },
        assumptions=(
            "値がちがっても意味が近ければ（重い病気ばかり、など）、知られて困ることは変わりません。",
            *notes,
        ),
    )


def t_closeness(
    data: pd.DataFrame,
    *,
    by: Sequence[str],
    sensitive: str,
    distance: str | None = None,
    order: Sequence | None = None,
    hierarchy: Mapping | None = None,
    weights: str | None = None,
) -> Analysis:
    """How far is the distribution of a sensitive column within a group of look-alikes from that of everybody?

    by, sensitive, weights
        As in :func:`l_diversity`.
    distance
        ``"ordered"``: neighbouring values are near (numbers); ``"equal"``: all values equally far (names of illnesses);
        ``"hierarchy"``: near if they belong to the same larger group.  Without it: ``hierarchy`` if one is given,
        ``ordered`` for numbers, ordered categories or a given ``order``, else ``equal``.
    order
        All values from first to last, for ``ordered`` values that are no numbers.
    hierarchy
        ``{value: group, group: larger group, …}``, the same number of steps for every value.

    Table, one row a group, the farthest first: the columns of ``by``, ``count`` (rows), ``closeness``.  Figures: ``t``,
    ``mean_t`` (over people).  Value: t, the largest distance, 0 (like everybody) to 1 (as unlike as can be).

    Earth mover's distance (Li, Li & Venkatasubramanian 2007): ordered Σᵢ|Σⱼ≤ᵢ(pⱼ − qⱼ)| / (m − 1) over the m values
    that occur, equal ½ Σ|p − q|, hierarchy Σ over the groups N of height(N)/H · min(what comes in, what goes out).
    Errors: one_category, sensitive_in_by, unclear_distance, unmapped, hierarchy_cycle, uneven_hierarchy, all_missing,
    and those of :func:`k_anonymity`.
    Checked against the figures of Li et al. 2007, pycanon (ordered, equal), and a transport problem solved as a linear
    programme (hierarchy).
    When not to use: for tiny groups; a group of three differs from everybody by chance alone.

    >>> import dataacademy as da
    >>> found = t_closeness(da.load("checkups"), by=["office", "sex"], sensitive="hba1c")
    >>> 0 < found.value < 0.2
    True
    """
    frame, groups, value, w, left_out, notes = _prepared(data, by, sensitive, weights)
    kept = data[sensitive].dropna()
    distance = _distance(kept, sensitive, distance, order, hierarchy)
    values, place = _places(kept, sensitive, order if distance == "ordered" else None)
    weight = np.ones(len(frame)) if w is None else w
    everybody = np.bincount(place, weight, minlength=len(values)) / weight.sum()
    above = None
    if distance == "hierarchy":
        above = _levels(values, parents_of(hierarchy, _HIERARCHY))
    cost = np.empty(len(groups.rows))
    for start, p in _shares(groups, place, weight, len(values)):
        extra = p - everybody
        if distance == "ordered":
            moved = np.abs(np.cumsum(extra, axis=1))[:, :-1].sum(axis=1) / (len(values) - 1)
        elif distance == "equal":
            moved = np.abs(extra).sum(axis=1) / 2
        else:
            moved = _up_the_tree(extra, above)
        cost[start : start + len(p)] = moved
    table = frame.iloc[groups.first].reset_index(drop=True).assign(count=groups.rows, closeness=cost)
    people = np.bincount(groups.of, weight)
    table = table.sort_values("closeness", ascending=False, kind="stable").reset_index(drop=True)
    t, mean = float(cost.max()), float(np.average(cost, weights=people))
    return Analysis(
        table,
        t,
        f"{joined(list(frame))}で分けた {len(table):,} 組のうち、「{sensitive}」の散らばり方が全体といちばんちがう組の"
        f"ちがいは {number(t)} です（0 は全体と同じ、1 はまったくちがう。{len(frame):,} 行の平均は {number(mean)}）。",
        f"Of {len(table):,} classes by {', '.join(frame)} the distribution of {sensitive} is at most {number(t)} away "
        f"from that of everybody (earth mover's distance, {distance}; mean {number(mean)}).",
        used={"行": len(frame), "組": len(table)},
        left_out=left_out,
        figures={"t": t, "mean_t": mean},
        assumptions=(
            {
                "ordered": "値に順番があり、となりどうしの値は近いとみています。",
                "equal": "どの二つの値も、同じだけちがうとみています。",
                "hierarchy": "同じ大きな区分に入る値ほど近いとみています。",
            }[distance],
            *notes,
        ),
    )


def _prepared(data: pd.DataFrame, by, sensitive: str, weights: str | None) -> tuple:
    """Rows with a sensitive value: the columns of ``by``, their classes, that value numbered, weights, words."""
    columns = named(data, by)
    check_columns(data, [sensitive], table="渡した表")
    check_apart(sensitive, columns)
    filled = data[sensitive].notna().to_numpy()
    if not filled.any():
        raise all_missing(sensitive)
    w = weights_of(data, weights)[filled] if weights else None
    kept = data[filled]
    frame = kept[columns].reset_index(drop=True)
    codes = {c: numbered(frame[c]) for c in columns}
    empty = int((~filled).sum())
    left_out = (f"列「{sensitive}」が空欄の {empty:,} 行",) if empty else ()
    groups = classes(list(codes.values()), len(frame))
    return frame, groups, numbered(kept[sensitive]), w, left_out, remarks(codes, len(frame))


def _distance(values: pd.Series, name: str, distance, order, hierarchy) -> str:
    ranked = isinstance(values.dtype, pd.CategoricalDtype) and values.dtype.ordered
    numeric = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    if distance is None:
        distance = "hierarchy" if hierarchy else "ordered" if order is not None or ranked or numeric else "equal"
    check_choice("ちがいの測り方 distance", distance, ("ordered", "equal", "hierarchy"), en="distance")
    lacking = (distance == "hierarchy" and not hierarchy) or (
        distance == "ordered" and order is None and not (ranked or numeric)
    )
    needless = (hierarchy and distance != "hierarchy") or (order is not None and distance != "ordered")
    if lacking or needless:
        raise DataAcademyError(
            "unclear_distance",
            f"列「{name}」の値の近さを、どう測るか決まりません（distance={distance}）。",
            f"It is unclear how near the values of {name!r} are (distance={distance!r}).",
            fix="順番のある値なら order=[小さい順の値]、大きな区分のある値なら hierarchy={値: 区分}、"
            'どちらもなければ distance="equal" のどれか一つにします。',
            fix_en="Give one of order=[…], hierarchy={…} or distance='equal'.",
        )
    return distance


def _places(values: pd.Series, name: str, order: Sequence | None) -> tuple[list, np.ndarray]:
    """All values in their order, and for every row where its value stands."""
    if order is not None:
        found = list(dict.fromkeys(order))
        for value in values.unique():
            check_choice(f"列「{name}」の値", value, found, en=f"Value of {name!r}")
    elif isinstance(values.dtype, pd.CategoricalDtype):
        found = list(values.cat.categories)
    else:
        found = sorted_values(values)
    if len(found) < 2:
        raise DataAcademyError(
            "one_category",
            f"列「{name}」の値は「{found[0]}」の 1 種類だけなので、くらべられません。",
            f"Column {name!r} has a single value ({found[0]!r}).",
            fix="ちがう値が二つ以上ある列を選んでください。",
            fix_en="Choose a column with at least two values.",
            column=name,
        )
    return found, pd.Index(found).get_indexer(values)


def _shares(groups: Classes, place: np.ndarray, weight: np.ndarray, m: int) -> Iterator[tuple[int, np.ndarray]]:
    """The share of every value in every class, some classes at a time."""
    step = max(1, _BLOCK // m)
    order = np.argsort(groups.of, kind="stable")
    ends = np.concatenate([[0], np.cumsum(groups.rows)])
    for start in range(0, len(groups.rows), step):
        stop = min(start + step, len(groups.rows))
        rows = order[ends[start] : ends[stop]]
        key = (groups.of[rows] - start) * m + place[rows]
        counts = np.bincount(key, weight[rows], minlength=(stop - start) * m).reshape(-1, m)
        yield start, counts / counts.sum(axis=1, keepdims=True)


def _levels(values: list, parents: dict) -> list[np.ndarray]:
    """From the values up to one top: for every node of a level the number of the node above it."""
    paths = climb(values, parents, steps=None, what=_HIERARCHY)
    depths = {len(path) for path in paths.values()}
    if len(depths) > 1:
        few, many = (next(v for v in values if len(paths[v]) == d) for d in (min(depths), max(depths)))
        raise DataAcademyError(
            "uneven_hierarchy",
            f"段の数がそろっていません（「{few}」の上は {min(depths)} 段、「{many}」の上は {max(depths)} 段）。",
            f"The steps differ: {few!r} has {min(depths)}, {many!r} has {max(depths)}.",
            fix="どの値からも同じ段の数で一番上に着くようにしてください。",
            fix_en="Let every value reach the top in the same number of steps.",
        )
    tops = {path[-1] for path in paths.values()}
    levels, here = [], list(values)
    for step in range(depths.pop()):
        above = [(paths[v][step]) for v in values]
        child = dict(zip([v if step == 0 else paths[v][step - 1] for v in values], above, strict=True))
        nodes = list(dict.fromkeys(above))
        levels.append(np.array([nodes.index(child[v]) for v in here]))
        here = nodes
    return levels if len(tops) == 1 else [*levels, np.zeros(len(here), dtype=int)]


def _up_the_tree(extra: np.ndarray, above: list[np.ndarray]) -> np.ndarray:
    """Cost of moving ``extra`` (classes × values) where moves over a node of height h of H cost h / H."""
    cost = np.zeros(len(extra))
    for height, parent in enumerate(above, start=1):
        n = int(parent.max()) + 1
        into, out, net = (np.zeros((len(extra), n)) for _ in range(3))
        for child, node in enumerate(parent):
            into[:, node] += np.maximum(extra[:, child], 0)
            out[:, node] += np.maximum(-extra[:, child], 0)
            net[:, node] += extra[:, child]
        cost += height / len(above) * np.minimum(into, out).sum(axis=1)
        extra = net
    return cost
