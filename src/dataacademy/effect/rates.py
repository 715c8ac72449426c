"""A rate moved: because of what is counted, of what it is divided by, or of who there is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dataacademy.analysis import Analysis
from dataacademy.effect.checks import check_data, check_roles
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import check_between, levels, prepare, sorted_values
from dataacademy.labels import label_of

COMPONENTS = {"numerator": "分子の変化による分", "denominator": "分母の変化による分"}


def decompose_rate(
    data: pd.DataFrame,
    *,
    period: str,
    before,
    after,
    numerator: str = "numerator",
    denominator: str = "denominator",
    by: str | None = None,
    per: int = 100,
) -> Analysis:
    """How much of the change of a rate comes from its numerator, and how much from its denominator.

    period, before, after
        The column of time and the two of its values to compare; all rows of each are added up.
    by
        Groups (ages, districts): the change is split into that of the rates within them and that of their shares.
    per
        100: a percentage, whose numerator is part of its denominator; 1000: per thousand, and so on.

    Table, one row a component: ``component, component_label, before, after, points`` (of the rate, per ``per``); with
    ``by`` one row a group: the group, ``rate_before, rate_after, share_before_percent, share_after_percent,
    rate_points, composition_points``.  Value: the change of the rate.  Figures: ``change_points, numerator_points,
    denominator_points`` (their sum is the change), ``rate_before, rate_after`` and with ``by`` ``rate_points,
    composition_points`` (their sum is the change, too).

    Each part is averaged over both orders of the two changes (Shapley): (n₁ − n₀)(1/d₀ + 1/d₁)/2 and (n₀ + n₁)(1/d₁ −
    1/d₀)/2; by group Kitagawa (1955): Σ Δrate × mean share, Σ Δshare × mean rate.
    Errors: ``zero_denominator``, ``negative_counts``, ``numerator_above_denominator``, ``same_period``, unknown
    periods, those of :func:`~dataacademy.inputs.prepare`.
    Checked by hand on four numbers, by Kitagawa's identity, and by law: the parts add up.
    When not to use: to say why the denominator fell.  A rate that rose because people were struck off the list is
    no better service; find out who they were.

    >>> import dataacademy as da
    >>> rate = da.load("indicator_monthly").query("indicator_id == 'K01'")
    >>> rate["年度"] = rate["month"].str[:4].astype(int) - (rate["month"].str[5:] < "04")
    >>> found = decompose_rate(rate, period="年度", before=2023, after=2024)
    >>> found.table[["component", "points"]].round(2).values.tolist()
    [['numerator', -0.45], ['denominator', 1.17]]
    """
    check_between("何あたりか（per）", per, 0, float("inf"), en="per")
    check_data(data)
    check_roles([period, numerator, denominator, by])
    rows = prepare(data, numbers=[numerator, denominator], categories=[period, *([by] if by else [])], max_levels=5000)
    frame = rows.frame
    if before == after:
        raise DataAcademyError(
            "same_period",
            f"前と後が、同じ「{before}」です。",
            f"Before and after are the same ({before!r}).",
            fix="ちがう時期を二つ指定してください。",
            fix_en="Name two different periods.",
        )
    for wanted in (before, after):
        check_choice(f"列「{period}」の値", wanted, sorted_values(frame[period]), en=f"Value of {period!r}")
    kept = frame[frame[period].isin([before, after])]
    check_counts(kept[numerator].to_numpy(), kept[denominator].to_numpy(), kept[period].tolist(), per)
    sums = kept.groupby(period, observed=True)[[numerator, denominator]].sum().loc[[before, after]].to_numpy()
    (n0, d0), (n1, d1) = sums
    parts = effects(n0, d0, n1, d1, per)
    change = per * (n1 / d1 - n0 / d0)
    figures = {"change_points": change, "numerator_points": parts[0], "denominator_points": parts[1]}
    figures |= {"rate_before": per * n0 / d0, "rate_after": per * n1 / d1}
    table = pd.DataFrame(
        {
            "component": list(COMPONENTS),
            "component_label": list(COMPONENTS.values()),
            "before": [n0, d0],
            "after": [n1, d1],
            "points": parts,
        }
    )
    more = ""
    assumptions = ["分子と分母のどちらを先に動かすかで分け方が変わるので、二つの順序の平均をとりました。"]
    if by:
        table, both = _kitagawa(kept, period, (before, after), numerator, denominator, by, per)
        figures |= {"rate_points": both[0], "composition_points": both[1]}
        _, said = add_up(change, both, per)
        more = f"「{label_of(by)}」ごとの率の変化による分は {said[0]}、構成の変化による分は {said[1]}です。"
        assumptions.append("一方の時期にしかない区分は、率が変わらなかったものとみて、構成の変化に入れました。")
    return Analysis(
        table,
        float(change),
        f"「{label_of(numerator)}÷{label_of(denominator)}」は「{before}」{_rate(n0 / d0, per)}"
        f"（{n0:,.0f}÷{d0:,.0f}）から「{after}」{_rate(n1 / d1, per)}（{n1:,.0f}÷{d1:,.0f}）になりました。"
        f"{change_words(n0, d0, n1, d1, per)}{more}",
        f"{numerator}/{denominator}: {per * n0 / d0:.2f} to {per * n1 / d1:.2f} per {per}; of the change "
        f"{change:+.2f}, {parts[0]:+.2f} comes from the numerator and {parts[1]:+.2f} from the denominator.",
        used={"行": len(kept)},
        left_out=(*rows.left_out, *([f"ほかの時期の {len(frame) - len(kept):,} 行"] if len(frame) > len(kept) else [])),
        figures={k: float(v) for k, v in figures.items()},
        assumptions=tuple(assumptions),
    )


def effects(n0: float, d0: float, n1: float, d1: float, per: float) -> tuple[float, float]:
    """What the numerator and what the denominator did to the rate: both orders averaged.

    >>> effects(10, 100, 12, 60, 100)  # 10 % to 20 %: two more cases, forty fewer to count them among
    (2.6666666666666665, 7.333333333333333)
    """
    return per * (n1 - n0) * (1 / d0 + 1 / d1) / 2, per * (n0 + n1) * (1 / d1 - 1 / d0) / 2


def change_words(n0: float, d0: float, n1: float, d1: float, per: float) -> str:
    """The change and its two parts in Japanese, adding up as printed; with a warning where the denominator did most."""
    parts = effects(n0, d0, n1, d1, per)
    change = per * (n1 / d1 - n0 / d0)
    total, (top, bottom) = add_up(change, parts, per)
    words = f"変化 {total}のうち、分子の変化による分は {top}、分母の変化による分は {bottom}です。"
    if abs(parts[1]) > abs(parts[0]) and d0 != d1:
        moved = "減った" if d1 < d0 else "増えた"
        words += f"率が動いたのは、おもに分母が{moved}ためです"
        if change * (n1 - n0) < 0:
            went = "減って" if n1 < n0 else "増えて"
            words += f"（分子も {n0:,.0f} から {n1:,.0f} に{went}います）"
        words += "。"
    return words


def add_up(total: float, parts, per: float) -> tuple[str, list[str]]:
    """A total and its parts with signs and a unit, rounded so that the printed parts add up to the printed total.

    >>> add_up(1.0, [0.335, 0.335, 0.33], 100)
    ('+1.00ポイント', ['+0.34ポイント', '+0.33ポイント', '+0.33ポイント'])
    """
    unit = "ポイント" if per == 100 else ""
    cents = np.floor(np.array(parts) * 100 + 1e-9)
    short = round(total * 100) - int(cents.sum())
    order = np.argsort(-(np.array(parts) * 100 - cents), kind="stable")
    cents[order[:short]] += 1
    return f"{round(total * 100) / 100 + 0.0:+.2f}{unit}", [f"{c / 100 + 0.0:+.2f}{unit}" for c in cents]


def check_counts(numerator: np.ndarray, denominator: np.ndarray, periods: list, per: float) -> None:
    """Raise where a rate cannot be one."""
    pairs = (
        (numerator < 0) | (denominator < 0),
        denominator == 0,
        (numerator > denominator) & (per == 100),
    )
    words = (
        (
            "negative_counts",
            "分子か分母が負の数です",
            "has a negative count",
            "件数の列を選んでいるか、確かめてください。",
        ),
        (
            "zero_denominator",
            "分母が 0 なので、率が計算できません",
            "has a denominator of 0",
            "対象のいない時期の行を除くか、分母の列を確かめてください。",
        ),
        (
            "numerator_above_denominator",
            "分子が分母より大きくなっています",
            "has a numerator above its denominator",
            "列を取りちがえていないか、二重に数えていないかを確かめてください。"
            "割合ではない比（1,000 人あたりの件数など）なら per=1000 とします。",
        ),
    )
    for bad, (kind, ja, en, fix) in zip(pairs, words, strict=True):
        if bad.any():
            at = int(bad.argmax())
            raise DataAcademyError(
                kind,
                f"「{periods[at]}」の{ja}（分子 {numerator[at]:g}、分母 {denominator[at]:g}。"
                f"ほかも合わせて {int(bad.sum())} 行）。",
                f"{periods[at]!r} {en} ({numerator[at]:g} of {denominator[at]:g}; {int(bad.sum())} rows in all).",
                fix=fix,
                fix_en="Check both columns; for a ratio that is no share use per=1000.",
            )


def _rate(share: float, per: float) -> str:
    return f"{100 * share:.2f}%" if per == 100 else f"{per:,}あたり {per * share:.2f}"


def _kitagawa(kept, period, pair, numerator, denominator, by, per) -> tuple[pd.DataFrame, tuple[float, float]]:
    groups = levels(kept[by], by, least=1)
    cube = kept.groupby([period, by], observed=True)[[numerator, denominator]].sum()
    cells = [cube.loc[p].reindex(groups).fillna(0.0) for p in pair]
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = [(c[numerator] / c[denominator]).to_numpy() for c in cells]
    share = [(c[denominator] / c[denominator].sum()).to_numpy() for c in cells]
    rate = [np.where(np.isnan(one), other, one) for one, other in (rate, rate[::-1])]
    within = per * (rate[1] - rate[0]) * (share[0] + share[1]) / 2
    mixed = per * (share[1] - share[0]) * (rate[0] + rate[1]) / 2
    table = pd.DataFrame(
        {
            by: groups,
            "rate_before": per * rate[0],
            "rate_after": per * rate[1],
            "share_before_percent": 100 * share[0],
            "share_after_percent": 100 * share[1],
            "rate_points": within,
            "composition_points": mixed,
        }
    )
    return table, (float(within.sum()), float(mixed.sum()))
