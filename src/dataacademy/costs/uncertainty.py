"""How sure is the number: one thing changed at a time, everything at once, and what it would take to turn it round."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dataacademy.analysis import Analysis
from dataacademy.arguments import chance, check_whole
from dataacademy.costs.flows import Flows, flows_of
from dataacademy.costs.rates import REFERENCE, rate_of
from dataacademy.costs.worth import present_value
from dataacademy.errors import DataAcademyError, check_choice
from dataacademy.inputs import check_between

SEED = 20260401
_SHAPES = {
    "triangular": ("最小", "最もありそうな値", "最大"),
    "normal": ("平均", "標準偏差"),
    "uniform": ("最小", "最大"),
    "discrete": ("倍率と割合の組",),
}


def sensitivity(
    data, *, rate, change: float = 0.1, base_year: int | None = None, project: str | None = None
) -> Analysis:
    """How far the net present value moves when one item is larger or smaller, the others being equal.

    data, rate, base_year, project
        As in :func:`npv`.
    change
        By what share each item is changed (0.1: ten per cent up and down).

    Table, the widest first: ``item, low_yen, high_yen, swing_yen`` (net present value with the item less and more, and
    the distance between them); the rows 割引率 go from the rate given to the reference rates 1, 2 and 4 % (those that
    differ from it), the smaller value first.  Value: net present value as it is.  Figures: ``npv_yen, turns`` (how many
    rows change the sign).  Errors: those of ``flows_of`` and rates, ``out_of_range``.
    Checked by its law: an item's swing is 2 · change · |present value of the item|.
    When not to use: as a range of what may happen; things change together (see :func:`monte_carlo`).

    >>> import dataacademy as da
    >>> found = sensitivity(da.load("costs"), rate="mlit_4", project="書かない窓口")
    >>> found.table["item"].iloc[0], found.figures["turns"]
    ('システム構築と機器', 0)
    """
    check_between("変える割合（change）", change, 0, 1, en="change")
    flows, by = flows_of(data, base_year=base_year, project=project), rate_of(rate)
    value, present = present_value(flows, by), _by_item(flows, by)
    rows = [
        {"item": item, "low_yen": value - change * amount, "high_yen": value + change * amount}
        for item, amount in present.items()
    ]
    for name in REFERENCE:
        if rate_of(name).steps == by.steps:
            continue
        other = present_value(flows, rate_of(name))
        label = f"割引率{100 * rate_of(name).steps[0][1]:g}％"
        rows.append({"item": label, "low_yen": min(value, other), "high_yen": max(value, other)})
    table = pd.DataFrame(rows)
    table["swing_yen"] = (table["high_yen"] - table["low_yen"]).abs()
    table = table.sort_values("swing_yen", ascending=False, kind="stable").reset_index(drop=True)
    turns = int((np.sign(table["low_yen"]) != np.sign(table["high_yen"])).sum())
    first = table.iloc[0]
    way = f"{100 * change:g}％の増減で" if first["item"] in present.index else "その率に変えると"
    return Analysis(
        table,
        value,
        f"純現在価値 {value:,.0f} 円を最も大きく動かすのは「{first['item']}」です"
        f"（{way} {first['swing_yen']:,.0f} 円の幅）。"
        + (
            f"{turns} 項目で黒字と赤字が入れかわります。" if turns else "どれを変えても、黒字と赤字は入れかわりません。"
        ),
        f"The net present value of {value:,.0f} yen moves most with {first['item']!r} ({first['swing_yen']:,.0f} yen).",
        used={"内訳": len(present)},
        left_out=flows.left_out,
        figures={"npv_yen": value, "turns": turns},
        assumptions=(f"一つずつ {100 * change:g}％増減させ、ほかは変えていません（{by.label}）。",),
    )


def tornado(
    data, *, rate, change: float = 0.1, base_year: int | None = None, project: str | None = None, ax=None
) -> Axes:
    """トルネード図 of :func:`sensitivity`: the items that move the result most on top.

    Same arguments as ``sensitivity``; ``ax`` to draw into an existing chart.  The line is the net present value as
    given; bars go to what it becomes with an item less, more, or at another rate, in a colour each.
    Errors: those of ``sensitivity``.  Checked by the drawn bars' ends.
    When not to use: for more than about ten items; group them first.

    >>> import dataacademy as da
    >>> ax = tornado(da.load("costs"), rate="mlit_4", project="書かない窓口")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['10％少ないとき', '10％多いとき', '割引率を変えたとき']
    """
    from dataacademy import styling

    found = sensitivity(data, rate=rate, change=change, base_year=base_year, project=project)
    with styling.style():
        ax = styling.axes(ax, (8, 0.5 * len(found.table) + 1.5))
        rows, now = found.table.iloc[::-1], found.value / 1e4
        is_rate = rows["item"].astype(str).str.fullmatch(r"割引率\d+％").to_numpy()
        ends = rows[["low_yen", "high_yen"]].to_numpy() / 1e4
        parts = {
            f"{100 * change:g}％少ないとき": np.where(is_rate, now, ends[:, 0]),
            f"{100 * change:g}％多いとき": np.where(is_rate, now, ends[:, 1]),
            "割引率を変えたとき": np.where(is_rate, ends.sum(axis=1) - now, now),
        }
        for (name, end), colour in zip(parts.items(), styling.PALETTE[:3], strict=True):
            ax.barh(rows["item"].astype(str), end - now, left=now, label=name, color=colour)
        ax.use_sticky_edges = False  # leave a margin beside the longest bar
        ax.axvline(now, color="black", linewidth=1)
        ax.xaxis.set_major_formatter("{x:,.0f}")
        ax.set_xlabel(f"純現在価値（万円）。縦の線は今の値 {now:,.0f} 万円")
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1))
        styling.finish(ax, title="一つずつ変えたときの純現在価値")
    return ax


def switching_value(data, *, item: str, rate, base_year: int | None = None, project: str | None = None) -> Analysis:
    """By how much one item must change before benefits and costs are equal.

    data, rate, base_year, project
        As in :func:`npv`.
    item
        The 内訳 that changes, in all years alike.

    −NPV ÷ present value of the item.  Table: ``item, present_yen, npv_yen, switch_percent``.  Value: the change as a
    share (−0.2: a fifth less).  Errors: ``unknown_choice`` (item), ``never_zero`` (worth nothing, or it would have to
    fall by more than all of it).  An item that is a cost of one and a gain of another counts as its sum.
    Checked by putting the changed amounts back into :func:`npv`.
    When not to use: for items that cannot change alone.

    >>> import dataacademy as da
    >>> found = switching_value(da.load("costs"), item="申請用紙の印刷", rate="mlit_4", project="書かない窓口")
    >>> found.value > 20
    True
    """
    flows, by = flows_of(data, base_year=base_year, project=project), rate_of(rate)
    present = _by_item(flows, by)
    check_choice("内訳", item, list(present.index), en="Item")
    value, amount = present_value(flows, by), float(present[item])
    switch = -value / amount if amount else float("nan")
    if value == 0:
        switch = 0.0
    if not np.isfinite(switch) or switch < -1:
        why = "0 円まで減らしても足りません" if amount else "今の現在価値が 0 円なので、何倍しても変わりません"
        raise DataAcademyError(
            "never_zero",
            f"「{item}」をいくら変えても、純現在価値は 0 になりません（{why}）。",
            f"No change of {item!r} makes the net present value zero.",
            fix="現在価値の大きい別の内訳で確かめてください（costs.sensitivity の表の上のほう）。",
            fix_en="Try an item with a larger present value (top of costs.sensitivity).",
        )
    way = "増える" if switch > 0 else "減る"
    return Analysis(
        pd.DataFrame({"item": [item], "present_yen": [amount], "npv_yen": [value], "switch_percent": [100 * switch]}),
        float(switch),
        f"「{item}」が {abs(100 * switch):,.1f}％{way}と、便益と費用が等しくなります"
        f"（純現在価値は今 {value:,.0f} 円）。"
        if switch
        else "便益と費用は、今ちょうど等しくなっています。",
        f"If {item!r} changes by {100 * switch:,.1f} %, benefits and costs are equal.",
        left_out=flows.left_out,
        figures={"switch_percent": 100 * float(switch), "npv_yen": value},
        assumptions=("どの年も同じ割合で変わり、ほかの内訳は変わらないとみています。",),
    )


def monte_carlo(
    data,
    *,
    rate,
    spread: dict[str, tuple],
    draws: int = 10_000,
    seed: int = SEED,
    base_year: int | None = None,
    project: str | None = None,
) -> Analysis:
    """The net present value when several items are uncertain at once, by drawing them at random.

    spread
        Item → how it may differ, as a multiple of its amounts: ``("triangular", low, mode, high)``, ``("normal", mean,
        sd)``, ``("uniform", low, high)`` or ``("discrete", {1.0: 0.7, 1.5: 0.3})``.  One draw holds for all years.
    draws, seed
        How many draws, and where chance begins (20260401): the same seed gives the same numbers.

    Table: ``percentile, npv_yen``.  Value: the median.  Figures: ``mean_yen, sd_yen, probability_negative`` (share
    of draws below 0, from 0 to 1).  Errors: ``unknown_choice`` (item or shape), ``bad_spread`` (numbers missing, too
    many, in the wrong order or not finite), ``spread_not_a_dict``, ``no_spread``, ``not_whole_between`` (draws: 100 to
    10,000,000; seed: 0 or more).
    Checked against the exact mean and spread of a triangular distribution.
    When not to use: with spreads that are guesses; then the result is a guess with many digits.

    >>> import dataacademy as da
    >>> spread = {"利用料と保守": ("triangular", 0.9, 1.0, 1.5)}
    >>> found = monte_carlo(da.load("costs"), rate="mlit_4", project="書かない窓口", spread=spread)
    >>> found.figures["probability_negative"]
    1.0
    """
    check_whole("引く回数（draws）", draws, 100, 10_000_000, en="draws")
    if not isinstance(spread, dict):
        raise DataAcademyError(
            "spread_not_a_dict",
            f"spread は、内訳と散らばり方の組（辞書）で書きます。渡されたのは {type(spread).__name__} です。",
            f"spread must be a dict from item to shape, not {type(spread).__name__}.",
            fix='例：spread={"利用料と保守": ("triangular", 0.9, 1.0, 1.3)}',
            fix_en='For example spread={"利用料と保守": ("triangular", 0.9, 1.0, 1.3)}.',
        )
    if not spread:
        raise DataAcademyError(
            "no_spread",
            "spread に内訳が一つもないので、何も動きません。",
            "spread is empty: nothing varies.",
            fix='例：spread={"利用料と保守": ("triangular", 0.9, 1.0, 1.3)}',
            fix_en='For example spread={"利用料と保守": ("triangular", 0.9, 1.0, 1.3)}.',
        )
    flows, by = flows_of(data, base_year=base_year, project=project), rate_of(rate)
    present, rng = _by_item(flows, by), chance(seed)
    values, turned = np.full(draws, present_value(flows, by)), []
    for item, shape in spread.items():
        check_choice("内訳", item, list(present.index), en="Item")
        multiples = _drawn(rng, item, shape, draws)
        if (multiples < 0).any():
            turned.append(
                f"「{item}」は {int((multiples < 0).sum()):,} 回マイナスになり、費用と便益が逆になっています。"
            )
        values += present[item] * (multiples - 1)
    levels = [5, 25, 50, 75, 95]
    table = pd.DataFrame({"percentile": levels, "npv_yen": np.percentile(values, levels)})
    negative = float((values < 0).mean())
    low, median, high = table["npv_yen"].iloc[[0, 2, 4]]
    return Analysis(
        table,
        float(median),
        f"{draws:,} 回の試算では、純現在価値の中央値は {median:,.0f} 円で、"
        f"10回に9回は {low:,.0f} 円から {high:,.0f} 円の間です。"
        + (f"赤字になったのは {100 * negative:.1f}％です。" if negative else "赤字になった試算はありません。"),
        f"Median net present value {median:,.0f} yen, 90 % of draws between {low:,.0f} and {high:,.0f}; "
        f"{100 * negative:.1f} % below zero.",
        used={"試算": draws, "動かした内訳": len(spread)},
        left_out=flows.left_out,
        figures={
            "mean_yen": float(values.mean()),
            "sd_yen": float(values.std(ddof=1)),
            "probability_negative": negative,
        },
        assumptions=(
            "内訳どうしは別々に動き、一つの内訳はどの年も同じ割合で動くとみています。"
            "散らばり方の根拠を、表のそばに書いてください。",
            *(
                [f"倍率がマイナスになり、費用と便益が逆になった試算があります（{'、'.join(turned)}）。"]
                if turned
                else []
            ),
            f"{by.label}。",
        ),
    )


def _by_item(flows: Flows, by) -> pd.Series:
    """Present value of every item, costs negative."""
    worth = flows.signs * flows.present(by)
    return pd.Series(worth, index=flows.rows["item"].to_numpy()).groupby(level=0, sort=False).sum()


def _drawn(rng: np.random.Generator, item: str, shape, n: int) -> np.ndarray:
    kind, *numbers = shape if isinstance(shape, tuple | list) and shape else (shape,)
    check_choice("散らばり方", kind, list(_SHAPES), en="Shape")
    try:
        # numpy would take the number of draws for a parameter left out, and draw once
        if len(numbers) != len(_SHAPES[kind]):
            raise ValueError(f"{len(numbers)} numbers")
        if kind == "discrete":
            (chances,) = numbers
            multiples, shares = _finite(chances.keys()), _finite(chances.values())
            if abs(sum(shares) - 1) > 1e-9 or min(shares) < 0:
                raise ValueError("shares must add up to 1")
            return rng.choice(multiples, size=n, p=shares)
        return getattr(rng, kind)(*_finite(numbers), size=n)
    except (TypeError, ValueError, AttributeError) as error:
        raise DataAcademyError(
            "bad_spread",
            f"「{item}」の散らばり方 {shape!r} が正しくありません。{kind} には{'・'.join(_SHAPES[kind])}を書きます。",
            f"The spread of {item!r} is wrong: {error}.",
            fix='例：("triangular", 0.9, 1.0, 1.3)、("discrete", {1.0: 0.7, 1.5: 0.3})（割合の合計は 1）',
            fix_en='For example ("triangular", 0.9, 1.0, 1.3); shares of "discrete" add up to 1.',
        ) from error


def _finite(values) -> list[float]:
    found = [float(v) for v in values]
    if not np.isfinite(found).all():
        raise ValueError("not finite")
    return found
