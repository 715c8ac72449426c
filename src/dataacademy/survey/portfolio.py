"""CS分析: what people find important and unsatisfying, under the scoring conventions that are in use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.labels import label_of
from dataacademy.survey.answers import Answers, codebook_of, encode, nobody_answered, one_scale
from dataacademy.survey.codebook import Codebook
from dataacademy.survey.design import Design, as_design
from dataacademy.survey.intervals import linear
from dataacademy.survey.multiple import without_common_head
from dataacademy.survey.tables import used_of

SCORINGS = ("points", "net", "deviation")
SPLITS = ("mean", "median")
_DERIVED = "重要度は、全体の満足度との相関係数です（直接はたずねていません）。相関は原因とはかぎりません。"
FIELDS = {(False, True): "重点課題", (True, True): "重点維持", (False, False): "改善", (True, False): "維持"}


def cs_portfolio(
    data,
    *,
    satisfaction: Sequence[str],
    importance: Sequence[str] | None = None,
    overall: str | None = None,
    items: Sequence[str] | None = None,
    scoring: str = "points",
    split: str = "mean",
    weights: str | None = None,
    codebook=None,
) -> Analysis:
    """Satisfaction × importance of policies or services, and the order in which to improve them.

    satisfaction, importance
        Columns of the items, in the same order, each on one scale from low to high.
    overall
        In place of ``importance``: column of the overall satisfaction.  Importance is then derived: the (weighted)
        correlation of each item's satisfaction with it.
    items
        Names of the items; from the labels of the codebook if not given.
    scoring
        ``points``: −2, −1, 0, +1, +2 on average; ``net``: satisfied % − dissatisfied %; ``deviation``: 偏差値 of the
        points among the items (mean 50, standard deviation 10).
    split
        Where the four fields meet: ``mean`` or ``median`` of the items.

    Table, one row an item, most urgent first: ``item, satisfaction, importance, field`` (重点課題 important and
    unsatisfying, 重点維持, 改善, 維持), ``moves`` (another scoring or split puts it elsewhere), ``near_split`` (a 95 %
    interval reaches over the split), ``satisfaction_deviation, importance_deviation`` (偏差値), ``distance, angle,
    improvement, rank, satisfaction_base, importance_base``.
    改善度 = distance × (90 − angle) / 90, the distance of the 偏差値 from (50, 50), the angle in degrees from the
    direction "important and unsatisfying" (0 … 180).  Value: the item with the highest improvement.
    ``da.charts.portfolio(table, name="item")`` draws it.

    Errors: ``unclear_importance``, ``different_lengths``, ``too_few_items``, ``no_spread``, ``different_scales``.
    Checked against the planted truths of the sample town and R ``cov.wt`` (derived importance).
    When not to use: to rank the items that ``moves`` names: their field depends on the convention.

    >>> import dataacademy as da
    >>> survey, book = da.load("survey"), da.survey.read_codebook(da.load("codebook"), table="survey")
    >>> numbers = [f"{n:02d}" for n in range(1, 21)]
    >>> options = dict(satisfaction=[f"q1_{n}" for n in numbers], importance=[f"q2_{n}" for n in numbers],
    ...                weights="weight", codebook=book)
    >>> [cs_portfolio(survey[survey["returned"]], scoring=s, **options).value for s in ("points", "net", "deviation")]
    ['医療体制', '医療体制', '医療体制']
    """
    check_choice("採点のしかた（scoring）", scoring, SCORINGS, en="scoring")
    check_choice("区切り（split）", split, SPLITS, en="split")
    design, book = as_design(data, weights), codebook_of(codebook)
    _check_items(satisfaction, importance, overall, items)
    sat = [encode(design.data, c, book) for c in satisfaction]
    one_scale(sat)
    imp = None if importance is None else [encode(design.data, c, book) for c in importance]
    if imp is not None:
        one_scale(imp)
    derived = _derived(design, sat, overall, book) if imp is None else None
    scored = {}
    for how in ("points", "net"):
        scores = pd.DataFrame(
            [_score(design, a, how) for a in sat], columns=["satisfaction", "s_se", "satisfaction_base"]
        )
        scores[["importance", "i_se", "importance_base"]] = derived or [_score(design, a, how) for a in imp]
        scored[how] = scores.assign(item=list(items) if items is not None else _names(sat))
    ways = [_placed(scores, rule, False).set_index("item")["field"] for scores in scored.values() for rule in SPLITS]
    table = _placed(scored["net" if scoring == "net" else "points"], split, scoring == "deviation")
    table.insert(4, "moves", table["item"].map(pd.concat(ways, axis=1).nunique(axis=1) > 1))
    first = table.iloc[0]
    urgent = table.loc[table["field"] == "重点課題", "item"].tolist()
    how = {"points": "−2〜+2点", "net": "満足%−不満%", "deviation": "偏差値"}[scoring]
    moving = table.loc[table["moves"], "item"].tolist()
    s_unit = {"points": "点", "net": "ポイント", "deviation": ""}[scoring]
    return Analysis(
        table,
        first["item"],
        f"最も改善の優先度が高いのは「{first['item']}」（改善度 {first['improvement']:.1f}、満足度 "
        f"{first['satisfaction']:.2f}{s_unit}、"
        f"重要度 {first['importance']:.2f}）です。重点課題は {len(urgent)} 件（"
        f"{'、'.join(urgent) or 'なし'}）。採点は{how}、"
        f"区切りは{'平均' if split == 'mean' else '中央値'}です。",
        f"Most urgent: {first['item']} (improvement {first['improvement']:.1f}); scoring {scoring}, split at "
        f"the {split}.",
        used=used_of(design, int(table["satisfaction_base"].max())),
        left_out=("わからない、無回答、空欄は点数に入れていません",),
        assumptions=((f"採点法や区切りを替えると別の区分に移るもの：{'、'.join(moving)}",) if moving else ())
        + ((_DERIVED,) if overall else ()),
    )


def points_of(count: int) -> np.ndarray:
    """−2 … +2 for a scale of five; an even scale has no zero.

    >>> points_of(5).tolist(), points_of(4).tolist()
    ([-2.0, -1.0, 0.0, 1.0, 2.0], [-2.0, -1.0, 1.0, 2.0])
    """
    half = np.arange(1, count // 2 + 1, dtype=float)
    return np.concatenate([-half[::-1], [0.0] if count % 2 else [], half])


def _score(design: Design, answers: Answers, scoring: str) -> tuple[float, float, int]:
    """Score of one item, its standard error, and how many answered."""
    on = answers.on_scale
    points = points_of(len(on))
    tally = design.counter(width=len(answers.words)).count(answers.codes)
    every, columns = np.arange(tally.n.shape[0] - 1), 1 + on
    n = int(tally.n[np.ix_(every, columns)].sum())
    if n == 0:
        raise nobody_answered(answers)
    w, cov = tally.w[np.ix_(every, columns)].sum(axis=0), tally.covariance(every, columns).sum(axis=(0, 2))
    estimate, se = linear(cov, w, 100 * np.sign(points) if scoring == "net" else points)
    return estimate, se, n


def _derived(design: Design, items: Sequence[Answers], overall: str, book: Codebook | None) -> list[tuple]:
    """Weighted correlation of each item with the overall satisfaction, from the table of the two."""
    whole = encode(design.data, overall, book)
    out = []
    counter = design.counter(whole.codes, len(whole.words), max(len(a.words) for a in items))
    for a in items:
        tally = counter.count(a.codes)
        cells = np.ix_(1 + whole.on_scale, 1 + a.on_scale)
        w, n = tally.w[cells], int(tally.n[cells].sum())
        if n == 0:
            raise nobody_answered(a)
        y, x = whole.scores[whole.on_scale], a.scores[a.on_scale]
        share = w / w.sum()
        y, x = y - share.sum(axis=1) @ y, x - share.sum(axis=0) @ x
        spread = np.sqrt((share.sum(axis=1) @ y**2) * (share.sum(axis=0) @ x**2))
        out.append((float(y @ share @ x / spread) if spread > 0 else np.nan, np.nan, n))
    return out


def _placed(scores: pd.DataFrame, split: str, deviation: bool) -> pd.DataFrame:
    """Deviation scores, field, distance, angle and improvement of every item; on axes of deviation scores if asked."""
    table = scores.copy()
    for axis, se in (("satisfaction", "s_se"), ("importance", "i_se")):
        values = table[axis]
        sd = values.std(ddof=0)
        if not sd > 0:
            raise DataAcademyError(
                "no_spread",
                f"「{label_of(axis)}」がどの項目も同じなので、くらべられません。",
                f"{axis} is the same for all items.",
                fix="列を取りちがえていないか、確かめてください。",
                fix_en="Are the columns the right ones?",
            )
        table[f"{axis}_deviation"] = 50 + 10 * (values - values.mean()) / sd
        if deviation:
            table[axis], table[se] = table[f"{axis}_deviation"], 10 * table[se] / sd
    cross = {axis: getattr(table[axis], split)() for axis in ("satisfaction", "importance")}
    sides = {axis: table[axis] >= cross[axis] for axis in cross}
    table["field"] = [FIELDS[side] for side in zip(sides["satisfaction"], sides["importance"], strict=True)]
    table["near_split"] = (abs(table["satisfaction"] - cross["satisfaction"]) < 1.96 * table["s_se"]) | (
        abs(table["importance"] - cross["importance"]) < 1.96 * table["i_se"]
    )
    x, y = table["satisfaction_deviation"] - 50, table["importance_deviation"] - 50
    table["distance"] = np.hypot(x, y)
    turned = np.degrees(np.arctan2(y, x)) - 135
    table["angle"] = abs((turned + 180) % 360 - 180)
    table["improvement"] = table["distance"] * (90 - table["angle"]) / 90
    table = table.sort_values("improvement", ascending=False, kind="stable").reset_index(drop=True)
    table["rank"] = np.arange(1, len(table) + 1)
    table[["satisfaction_base", "importance_base"]] = table[["satisfaction_base", "importance_base"]].astype(int)
    columns = ["item", "satisfaction", "importance", "field", "near_split", "satisfaction_deviation"]
    columns += ["importance_deviation", "distance", "angle", "improvement", "rank", "satisfaction_base"]
    return table[[*columns, "importance_base"]]


def _names(answers: Sequence[Answers]) -> list[str]:
    return without_common_head([a.label for a in answers])


def _check_items(satisfaction, importance, overall, items) -> None:
    if (importance is None) == (overall is None):
        raise DataAcademyError(
            "unclear_importance",
            "重要度の求め方が決まりません。",
            "Give either importance= or overall=.",
            fix="重要度をたずねた列があるなら importance=[…]、なければ全体の満足度の列を overall= に指定してください。",
            fix_en="importance=[…] where it was asked; overall= to derive it from the overall satisfaction.",
        )
    lengths = {len(satisfaction), *(len(v) for v in (importance, items) if v is not None)}
    if len(lengths) > 1:
        raise DataAcademyError(
            "different_lengths",
            "満足度の列、重要度の列、項目の名前の数がそろっていません。",
            f"satisfaction, importance and items differ in length: {sorted(lengths)}.",
            fix="同じ項目を同じ順に並べてください。",
            fix_en="List the same items in the same order.",
        )
    if len(satisfaction) < 3:
        raise DataAcademyError(
            "too_few_items",
            f"項目が {len(satisfaction)} 個では、たがいの位置を比べられません。",
            f"{len(satisfaction)} items are too few to place against each other.",
            fix="三つ以上の項目を並べてください。",
            fix_en="List at least three items.",
        )
