"""Population pyramids: men to the left, women to the right, the youngest below."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dataacademy.charts import frame
from dataacademy.charts.picture import Picture, remember
from dataacademy.errors import DataAcademyError, nearest_guess
from dataacademy.styling import GRID, INK, PALETTE, axes, finish, plain, style

_SEXES = dict.fromkeys(("male", "m", "男", "男性", "1"), "男") | dict.fromkeys(("female", "f", "女", "女性", "2"), "女")


def population_pyramid(
    data: pd.DataFrame,
    *,
    age: str = "age_from",
    sex: str = "sex",
    y: str = "count",
    compare: pd.DataFrame | None = None,
    compare_label: str = "くらべる年",
    share: bool = False,
    unit: str = "人",
    title: str = "",
    source: str = "",
    note: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Population by age and sex, one row per band and sex: men to the left, women to the right, both from zero.

    ``age``: the first age of the band (with ``age_to`` beside it the bands are written ``0–4``, ``85～``) or its name
    (``0-4``, ``85歳以上``).  ``sex``: male/female, 男/女 or 1/2.  ``share=True`` draws percent of all people,
    to compare towns of different size.  ``compare``: a second table of the same shape, drawn as an outline.  Errors:
    unknown column or sex, no age in a name, the same band twice (add areas and dates up first), negative or missing
    numbers, bands that differ between the two tables.  When not to use: for bands of different width (a wide band looks
    like many people; a note says so).  Checked against the sums of the table.

    >>> import dataacademy as da
    >>> people = da.load("population")
    >>> people = people[people["date"] == people["date"].max()]
    >>> people = people.groupby(["age_from", "age_to", "sex"], dropna=False)["count"].sum().reset_index()
    >>> ax = population_pyramid(people, title="人口ピラミッド", source="住民基本台帳")
    >>> from dataacademy.charts import alt
    >>> alt(ax).split("。")[:2]
    ['人口ピラミッド「人口ピラミッド」', '横軸は「人口（人）」、縦軸は「年齢（歳）」']
    >>> ax.figure.clear()
    """
    wide = _wide(data, age, sex, y)
    other = None if compare is None else _wide(compare, age, sex, y)
    if other is not None and list(other.index) != list(wide.index):
        odd = sorted(set(map(str, wide.index)) ^ set(map(str, other.index)))
        raise DataAcademyError(
            "different_bands",
            f"二つの表の年齢の区分が違うので、重ねられません（片方だけにある：{'、'.join(odd[:5])}）。",
            f"The two tables have different age bands: {odd[:5]}.",
            fix="どちらかの区分にそろえてから渡してください。",
            fix_en="Bring both to the same bands first.",
        )
    total = wide.to_numpy().sum()
    shown, outline = (None if t is None else t / t.to_numpy().sum() * 100 if share else t for t in (wide, other))
    notes = [f"線：{compare_label}"] if other is not None else []
    if _uneven(list(wide.index)):
        notes.append("年齢の幅がそろっていません：幅の広い区分は人が多く見えます")
    with style():
        ax = axes(ax, (6.8, max(3.4, 1.5 + 0.19 * len(wide))))
        at = np.arange(len(wide))
        men = ax.barh(at, -shown["男"], 0.9, color=PALETTE[0], label="男", zorder=2)
        ax.barh(at, shown["女"], 0.9, color=PALETTE[1], label="女", zorder=2)
        most = shown.to_numpy().max()
        if outline is not None:
            most = max(most, outline.to_numpy().max())
            for column, side in (("男", -1), ("女", 1)):
                ax.stairs(outline[column] * side, np.arange(len(wide) + 1) - 0.5, orientation="horizontal",
                          baseline=None, color=INK, linewidth=1.4, zorder=3)  # fmt: skip
        most = most or 1
        ax.set(xlim=(-most * 1.06, most * 1.06), ylim=(-0.6, len(wide) + 0.9))
        ax.axvline(0, color="white", linewidth=1.5, zorder=4)
        ax.xaxis.set_major_formatter(frame.Numbers(sizes=True))
        ax.xaxis.grid(True, **GRID)
        step = 1 if len(wide) <= 25 else 5 if len(wide) > 50 else 2
        ax.set_yticks(at[::step], list(wide.index)[::step], fontsize=9)
        ax.tick_params(length=0)
        ax.spines[["left", "bottom"]].set_visible(False)
        frame.name_axes(ax, f"人口の割合（%、合計 {total:,.0f} {unit}）" if share else f"人口（{unit}）", "年齢（歳）")
        for side, column, colour in (("left", "男", PALETTE[0]), ("right", "女", PALETTE[1])):
            ax.annotate(
                f"{column} {wide[column].sum():,.0f} {unit}",
                (0.01 if side == "left" else 0.99, 1),
                xycoords="axes fraction",
                xytext=(0, -2),
                textcoords="offset points",
                ha=side,
                va="top",
                color=colour,
                fontsize=11,
                gid="value",
            )
        finish(ax, title=title, source=source, notes=frame.lines(note, *notes))
    remember(men[0], Picture("人口ピラミッド", _read(wide, other, compare_label, unit), amounts="x"))
    return ax


def _wide(data: pd.DataFrame, age: str, sex: str, y: str) -> pd.DataFrame:
    """Bands as rows, from the youngest; columns 男 and 女."""
    frame.check_table(data, [age, sex, y])
    values = frame.amounts(data, y)
    frame.no_negatives(values, y, "人数")
    bands = _bands(data, age)
    sexes = [_sex(v, sex) for v in frame.words(data[sex])]
    frame.one_each([bands, sexes], [age, sex], y)
    frame.not_too_many(set(bands), age, 130)
    wide = pd.Series(values, index=pd.MultiIndex.from_arrays([bands, sexes])).unstack().reindex(columns=["男", "女"])
    wide = wide.loc[sorted(wide.index, key=_first_age)]
    holes = wide.isna()
    if holes.to_numpy().any():
        band, column = next((b, c) for b in wide.index for c in wide if holes.loc[b, c])
        raise DataAcademyError(
            "missing_band",
            f"{band}歳の{column}の人数がありません（ほかを含めて {int(holes.to_numpy().sum())} か所）。",
            f"No number for {column} aged {band} ({int(holes.to_numpy().sum())} holes in all).",
            fix="だれもいないなら 0 を、分からないなら元の表を確かめて値を入れてください。",
            fix_en="Enter 0 if there is nobody; otherwise look into the source.",
        )
    return wide


def _bands(data: pd.DataFrame, age: str) -> list[str]:
    names = frame.words(data[age])
    if pd.api.types.is_numeric_dtype(data[age]):
        if "age_to" not in data:
            return names
        ends = data["age_to"]
        return [
            f"{n}～" if pd.isna(end) else n if plain(end) == n else f"{n}–{plain(end)}"
            for n, end in zip(names, ends, strict=True)
        ]
    for name in names:
        if _first_age(name) is None:
            raise DataAcademyError(
                "no_age",
                f"列「{age}」の「{name}」から年齢が読み取れません。",
                f"No age in {name!r} of column {age!r}.",
                fix="「0-4」「85歳以上」のように年齢が入った区分にし、合計や年齢不詳の行は先に除いてください。",
                fix_en="Use bands such as 0-4; leave out totals and unknown ages first.",
                column=age,
                value=name,
            )
    return [name.removesuffix("歳") for name in names]


def _first_age(name: str) -> int | None:
    found = re.search(r"\d+", name)
    return int(found[0]) if found else None


def _uneven(names: list[str]) -> bool:
    """Whether the closed bands differ in width (the last one is open)."""
    starts = np.array([_first_age(name) for name in names])
    return len(set(np.diff(starts))) > 1


def _sex(value: str, column: str) -> str:
    if value.lower() not in _SEXES:
        guess = nearest_guess(value, ["male", "female", "男", "女"])
        raise DataAcademyError(
            "unknown_sex",
            f"列「{column}」の「{value}」は男女のどちらか分かりません。"
            + (f"もしかして「{guess}」ですか。" if guess else ""),
            f"{value!r} in {column!r} is neither male nor female.",
            fix="male／female、男／女、1／2 のどれかにそろえ、「計」の行は先に除いてください。",
            fix_en="Use male/female, 男/女 or 1/2, and leave out totals first.",
            column=column,
            value=value,
        )
    return _SEXES[value.lower()]


def _read(wide: pd.DataFrame, other: pd.DataFrame | None, label: str, unit: str) -> tuple[str, ...]:
    sums = wide.sum()
    total = sums.sum()
    band = wide.sum(axis=1)
    out = [
        f"左は男（{sums['男']:,.0f} {unit}）、右は女（{sums['女']:,.0f} {unit}）、合計 {total:,.0f} {unit}",
        f"年齢は {wide.index[0]} 歳から {wide.index[-1]} 歳まで {len(wide)} 区分",
        f"最も多いのは {band.idxmax()} 歳の {band.max():,.0f} {unit}",
        f"最も少ないのは {band.idxmin()} 歳の {band.min():,.0f} {unit}",
    ]
    if other is not None:
        before = other.to_numpy().sum()
        out.append(f"線は{label}（合計 {before:,.0f} {unit}）")
    return tuple(out)
