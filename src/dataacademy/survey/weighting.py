"""Weights that make the answers add up to what is known of the population: raking and post-stratification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_columns
from dataacademy.inputs import check_between, check_table, weights_of
from dataacademy.survey.answers import Answers, encode


@dataclass(frozen=True)
class Weighting(Analysis):
    """A :class:`~dataacademy.finding.Finding` with the weights: ``data.assign(weight=finding.weights)``."""

    weights: pd.Series = field(default_factory=pd.Series)


def rake(
    data: pd.DataFrame,
    *,
    targets: Mapping[str, Mapping],
    weights: str | None = None,
    trim: tuple[float, float] | None = None,
    max_iterations: int = 100,
    tolerance: float = 1e-9,
) -> Weighting:
    """Weights with which several margins (sex, age group, quarter) fit the population at once.

    targets
        ``{"sex": {"female": 0.52, "male": 0.48}, "age_group": {…}}``: shares (Σ 1), percentages (Σ 100) or numbers of
        people (the same Σ in every margin).
    weights
        Weights to begin with (design weights); 1 if not given.
    trim
        Lowest and highest weight in multiples of the mean, e.g. ``(0.3, 3)``; raking and trimming take turns.

    Table, one row a level: ``variable, level, n, before_percent, target_percent, after_percent``.  ``.weights``: one a
    row of ``data``; they add up to the number of people in ``targets``, else to what they added up to before.
    Figures: ``iterations, converged`` (largest difference to a target, as a share of the whole, below ``tolerance``),
    ``max_difference, design_effect`` (Kish), ``smallest, largest`` (multiples of the mean), ``trimmed`` (rows).
    Value: the design effect.  Iterative proportional fitting (Deming & Stephan 1940), on the cells of the margins.

    Errors: ``targets_do_not_sum``, ``unknown_level``, ``missing_level``, ``empty_margin``, ``bad_target``, those of
    ``weights``.  Checked against R ``survey::rake``.
    When not to use: to mend a sample that chose itself, or on margins with few respondents (weights above 5).
    Intervals take the weights as given, which is on the safe side.

    >>> import dataacademy as da
    >>> survey = da.load("survey")
    >>> sheets = survey[survey["returned"]]
    >>> finding = rake(sheets, targets={"sex": {"female": 0.52, "male": 0.48},
    ...                                 "age_group": {"18-39": 0.28, "40-64": 0.36, "65+": 0.36}})
    >>> gap = finding.table["after_percent"] - finding.table["target_percent"]
    >>> finding.figures["converged"], bool(gap.abs().max() < 1e-6)
    (True, True)
    """
    check_table(data)
    check_columns(data, list(targets), table="渡した表")
    if not targets:
        raise _bad_target("目標（targets）がありません。", "There are no targets.")
    base = weights_of(data, weights) if weights else None
    margins = [_margin(data, column, dict(target)) for column, target in targets.items()]
    whole, shares = _one_total({c: m[1] for c, m in zip(targets, margins, strict=True)}, _sum(base, data))
    answers = [m[0] for m in margins]
    return _fit(data, answers, shares, base, whole, trim, max_iterations, tolerance)


def poststratify(
    data: pd.DataFrame,
    *,
    by: str | Sequence[str],
    targets: Mapping,
    weights: str | None = None,
    trim: tuple[float, float] | None = None,
) -> Weighting:
    """Weights with which the cells of one classification (or of several crossed) fit the population exactly.

    by, targets
        One column and ``{"A": 1200, "B": 800}``, or several and ``{("A", "male"): 610, …}`` (a Series does, too).

    Everything else as :func:`rake`.  Checked against R ``survey::postStratify``.
    When not to use: with cells of fewer than about 20 respondents; join them, or :func:`rake` the margins.

    >>> import dataacademy as da
    >>> survey = da.load("survey")
    >>> sheets = survey[survey["returned"]]
    >>> strata = survey.drop_duplicates("stratum").set_index("stratum")["population"]
    >>> finding = poststratify(sheets, by="stratum", targets=strata)
    >>> bool((finding.weights - sheets["weight"]).abs().max() < 0.001)
    True
    """
    check_table(data)
    columns = [by] if isinstance(by, str) else list(by)
    check_columns(data, columns, table="渡した表")
    base = weights_of(data, weights) if weights else None
    parts = [encode(data, c) for c in columns]
    name = "×".join(columns)
    wanted = {}
    for key, value in dict(targets).items():
        keys = key if isinstance(key, tuple) else (key,)
        if len(keys) != len(columns):
            raise _bad_target(
                f"目標の「{key}」の組が、列 {'、'.join(columns)} と合いません。",
                f"Target {key!r} does not fit {columns}.",
            )
        wanted["×".join(str(k) for k in keys)] = value
    cells = np.zeros(len(data), dtype=np.int64)
    words = [""]
    for a in parts:
        _check_complete(a)
        cells = cells * len(a.words) + a.codes
        words = [f"{head}×{word}" if head else word for head in words for word in a.words]
    there = np.flatnonzero(np.bincount(cells, minlength=len(words)))
    position = np.full(len(words), -1)
    position[there] = np.arange(len(there))
    joint = Answers(name, position[cells], [words[i] for i in there], [], name, np.array([]))
    numbers = _targets_of(joint, wanted)
    whole, shares = _one_total({name: numbers}, _sum(base, data))
    return _fit(data, [joint], shares, base, whole, trim, 1 if trim is None else 100, 1e-9)


def _margin(data: pd.DataFrame, column: str, target: dict) -> tuple[Answers, np.ndarray]:
    answers = encode(data, column)
    _check_complete(answers)
    wanted = {str(k): v for k, v in target.items()}
    if set(answers.words) - set(wanted):  # perhaps categories that nobody has
        counts = np.bincount(answers.codes, minlength=len(answers.words))
        position = np.cumsum(counts > 0) - 1
        words = [w for w, n in zip(answers.words, counts, strict=True) if n]
        answers = Answers(column, position[answers.codes], words, [], column, np.array([]))
    return answers, _targets_of(answers, wanted)


def _targets_of(answers: Answers, target: dict[str, float]) -> np.ndarray:
    """The target of every level in order; an error for levels that only one of the two sides has."""
    there = set(answers.words)
    missing = [w for w in answers.words if w not in target]
    if missing:
        raise DataAcademyError(
            "missing_level",
            f"「{answers.column}」の「{missing[0]}」の目標がありません（データにはあります）。",
            f"There is no target for {missing[0]!r} of {answers.column!r}.",
            fix="データにある区分すべての目標を入れるか、その人たちを先に除いてください。",
            fix_en="Give a target for every level in the data, or leave those people out first.",
            column=answers.column,
        )
    empty = [k for k, v in target.items() if k not in there and v]
    if empty:
        raise _empty_margin(answers, empty[0])
    values = np.array([target[w] for w in answers.words], dtype=float)
    bad = ~np.isfinite(values) | (values <= 0)
    if bad.any():
        word = answers.words[int(bad.argmax())]
        raise _bad_target(
            f"「{answers.column}」の「{word}」の目標が {values[bad.argmax()]:g} です。0 より大きい数にしてください。",
            f"Target of {word!r} ({answers.column!r}) is {values[bad.argmax()]:g}; it must be above zero.",
        )
    return values


def _one_total(targets: dict[str, np.ndarray], before: float) -> tuple[float, list[np.ndarray]]:
    """What the weights add up to, and the shares of each margin; an error where the sums do not fit."""
    sums = {column: float(values.sum()) for column, values in targets.items()}
    listed = "、".join(f"「{c}」{s:,.6g}" for c, s in sums.items())
    first = next(iter(sums.values()))
    kind = 1.0 if first < 1.5 else 100.0 if 90 <= first <= 110 else None
    wanted = kind or first
    if any(abs(s - wanted) > 0.005 * wanted for s in sums.values()):
        raise DataAcademyError(
            "targets_do_not_sum",
            f"目標の合計が合いません：{listed}。"
            + (f"割合なら合計は {wanted:g} になるはずです。" if kind else "人数の合計は、どの項目でも同じはずです。"),
            f"Targets do not add up: {sums}.",
            fix="割合なら合計が1（または100）、人数なら全部の項目で同じ合計になるように、もとの統計を確かめてください。",
            fix_en="Shares must add up to 1 (or 100); numbers of people must have the same sum in every margin.",
        )
    return (before if kind else first), [values / values.sum() for values in targets.values()]


def _fit(data, margins: list[Answers], shares, base, whole, trim, max_iterations, tolerance) -> Weighting:
    if trim is not None:
        check_between("重みの下限（平均の何倍か）", trim[0], -1e-12, 1, en="The lower trim")
        check_between("重みの上限（平均の何倍か）", trim[1], 1, np.inf, en="The upper trim")
    cell, places = _cells(margins)
    people = np.bincount(cell, minlength=len(places[0]))
    by_cell = (
        base is None and trim is None
    )  # then people of a cell have one weight, and rows are touched only at the end
    if base is None:
        weights, sums = np.full(0 if by_cell else len(cell), whole / len(cell)), people * (whole / len(cell))
    else:
        weights = base * (whole / base.sum())
        sums = np.bincount(cell, weights, minlength=len(people))
    n, before = (
        [np.bincount(p, v, minlength=len(s)) for p, s in zip(places, shares, strict=True)] for v in (people, sums)
    )
    for m, counts in zip(margins, n, strict=True):
        _check_nobody(m, counts)
    rounds, trimmed = 0, np.zeros(len(weights), dtype=bool)
    while True:
        factor, steps = _proportional(sums, places, shares, whole, max_iterations, tolerance)
        rounds, sums = rounds + steps, sums * factor
        if not by_cell:
            weights = weights * factor[cell]
        if trim is None:
            break
        low, high = trim[0] * weights.mean(), trim[1] * weights.mean()
        outside = (weights < low * (1 - 1e-12)) | (weights > high * (1 + 1e-12))
        if not outside.any():
            break
        trimmed |= outside
        weights = np.clip(weights, low, high)
        sums = np.bincount(cell, weights, minlength=len(people))
        if rounds >= max_iterations:
            break
    after = [np.bincount(p, sums / sums.sum(), minlength=len(s)) for p, s in zip(places, shares, strict=True)]
    gap = max(float(abs(a - s).max()) for a, s in zip(after, shares, strict=True))
    sizes = np.ones(len(weights))
    if by_cell:
        level = np.divide(sums, people, out=np.zeros(len(people)), where=people > 0)
        weights, level, sizes = level[cell], level[people > 0], people[people > 0]
    else:
        level = weights
    size, square = float(sizes @ level), float(sizes @ level**2)
    spread = {"design_effect": len(cell) * square / size**2, "smallest": float(level.min() * len(cell) / size)}
    spread |= {"largest": float(level.max() * len(cell) / size)}
    parts = [
        pd.DataFrame(
            {"variable": m.column, "level": m.words, "n": counts.astype(int)}
            | {"before_percent": 100 * b / whole, "target_percent": 100 * s, "after_percent": 100 * a}
        )
        for m, counts, b, s, a in zip(margins, n, before, shares, after, strict=True)
    ]
    figures = {"iterations": rounds, "converged": bool(gap <= max(tolerance, 1e-12)), "max_difference": gap} | spread
    table = pd.concat(parts, ignore_index=True)
    return _report(data, table, weights, figures | {"trimmed": int(trimmed.sum())}, size)


def _report(data: pd.DataFrame, table: pd.DataFrame, weights: np.ndarray, figures: dict, size: float) -> Weighting:
    effect, low, high = (figures[k] for k in ("design_effect", "smallest", "largest"))
    converged, rounds, gap, trimmed = (figures[k] for k in ("converged", "iterations", "max_difference", "trimmed"))
    state = (
        f"目標にそろいました（くり返し {rounds} 回）"
        if converged
        else f"目標にそろいきっていません（くり返し {rounds} 回、最大のずれ {100 * gap:.3g} ポイント）"
    )
    return Weighting(
        table,
        effect,
        f"{state}。重みは平均の {low:.2f}〜{high:.2f} 倍、デザイン効果は {effect:.2f}で、{len(weights):,}人の回答は"
        f"ちょうど {len(weights) / effect:,.0f}人分の精度になります。",
        f"{'Converged' if converged else f'Not converged (off by {100 * gap:.3g} points)'} (rounds: {rounds}); "
        f"weights {low:.2f}–{high:.2f} times the mean, design effect {effect:.2f}.",
        used={"回答": len(weights), "重みの合計": size},
        figures=figures,
        assumptions=(
            "重みは、目標にした項目で説明できるかたよりだけを直します。答えた人と答えない人の意見のちがいは残ります。",
        )
        + ((f"重みを {trimmed:,} 行で切りつめました。その分、かたよりが残ります。",) if trimmed else ())
        + (("平均の5倍を超える重みがあります。区分をまとめるか、trim= を使ってください。",) if high > 5 else ()),
        weights=pd.Series(weights, index=data.index, name="weight"),
    )


def _sum(base: np.ndarray | None, data: pd.DataFrame) -> float:
    return float(len(data) if base is None else base.sum())


def _cells(margins: list[Answers]) -> tuple[np.ndarray, list[np.ndarray]]:
    """The cell of each row among the crossed margins, and the level of each cell in every margin."""
    count = int(np.prod([len(m.words) for m in margins], dtype=float))
    small = next(kind for kind in (np.int16, np.int32, np.int64) if count <= np.iinfo(kind).max)
    cell = margins[0].codes.astype(small)
    for m in margins[1:]:
        cell *= len(m.words)
        cell += m.codes.astype(small, copy=False)
    if count > len(cell):  # more cells than rows: number those that occur
        found, cell = np.unique(cell, return_inverse=True)
    else:
        found = np.arange(count)
    cell = cell.astype(np.intp)
    places, rest = [], found
    for m in reversed(margins):
        rest, level = np.divmod(rest, len(m.words))
        places.append(level)
    return cell, places[::-1]


def _proportional(sums, places, shares, whole, max_iterations, tolerance) -> tuple[np.ndarray, int]:
    """Factors of the cells that make all margins fit, and how many rounds that took."""
    fitted = sums.copy()
    steps = 0
    while steps < max_iterations:
        steps += 1
        for place, share in zip(places, shares, strict=True):
            now = np.bincount(place, fitted, minlength=len(share))
            fitted *= (share * whole / now)[place]
        gap = max(
            abs(np.bincount(p, fitted, minlength=len(s)) / whole - s).max() for p, s in zip(places, shares, strict=True)
        )
        if gap <= tolerance:
            break
    return np.divide(fitted, sums, out=np.zeros_like(sums), where=sums > 0), steps


def _check_complete(answers: Answers) -> None:
    missing = int((answers.codes < 0).sum())
    if missing:
        raise DataAcademyError(
            "missing_margin",
            f"列「{answers.column}」が空欄の人が {missing:,} 人います。目標にそろえられません。",
            f"{answers.column!r} is empty for {missing} people.",
            fix="空欄の人を先に除くか、名簿などから埋めてください（除いたことを書き残します）。",
            fix_en="Leave those people out first and say so, or fill it in.",
            column=answers.column,
        )


def _check_nobody(answers: Answers, counts: np.ndarray) -> None:
    if not counts.all():
        raise _empty_margin(answers, answers.words[int((counts == 0).argmax())])


def _empty_margin(answers: Answers, level: str) -> DataAcademyError:
    return DataAcademyError(
        "empty_margin",
        f"目標の「{level}」（列「{answers.column}」）に当てはまる回答者が一人もいません。",
        f"Nobody in the data is {level!r} ({answers.column!r}).",
        fix="書き方のちがいでなければ、近い区分とまとめてください。データにあるのは "
        + "、".join(f"「{w}」" for w in answers.words)
        + " です。",
        fix_en="If it is no difference of spelling, join it with a similar level.",
        column=answers.column,
    )


def _bad_target(ja: str, en: str) -> DataAcademyError:
    return DataAcademyError(
        "bad_target",
        ja,
        en,
        fix='targets={"sex": {"female": 0.52, "male": 0.48}} のように、列ごとに区分と数を書いてください。',
        fix_en="Write targets as {column: {level: number}}.",
    )
