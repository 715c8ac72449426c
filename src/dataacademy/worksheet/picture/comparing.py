"""A figure compared with its design card: kind, axes, unit, classes, colours."""

from __future__ import annotations

import colorsys
import math
import re
import unicodedata

from dataacademy.labels import LABELS
from dataacademy.notes import Note
from dataacademy.worksheet.records import Design, Picture

_MAPS = ("地図（色分け）", "地図（点）")
_CATEGORIES = ("棒グラフ", "帯グラフ", "箱ひげ図", "クロス表")  # one axis only says names, and may go without its own
_UNITS = {"パーセント": "%", "メートル": "m", "キロメートル": "km", "キロ": "km", "平方キロメートル": "km2", "名": "人"}
_UNITS |= dict.fromkeys(("ヶ所", "カ所", "ヵ所", "ケ所", "箇所"), "か所")
_SHARES, _COUNTS = ("割合", "比率", "構成比", "率"), ("人数", "件数", "度数", "回数", "世帯数", "数")
# hue in degrees from … to, least saturation, least and most brightness
_HUES = {
    "赤": (335, 20, 0.3, 0.3, 1),
    "橙": (10, 50, 0.3, 0.5, 1),
    "茶": (5, 50, 0.15, 0.1, 0.75),
    "黄": (38, 80, 0.2, 0.5, 1),
    "緑": (65, 185, 0.12, 0.1, 1),
    "水色": (165, 225, 0.1, 0.6, 1),
    "青": (165, 265, 0.12, 0.1, 1),
    "紺": (200, 265, 0.3, 0.05, 0.7),
    "紫": (245, 325, 0.12, 0.1, 1),
    "桃": (305, 25, 0.1, 0.6, 1),
    "灰": (0, 360, 0, 0.2, 0.97),
    "黒": (0, 360, 0, 0, 0.3),
}
_CALLED = {"オレンジ": "橙", "ピンク": "桃", "グレー": "灰"}


def read(ax) -> Picture:
    """The figure on matplotlib axes: kind (one of ``records.FIGURES``), axes, title, unit, classes and colours.

    x, y
        The labels.  A map has none: ``x`` is then what its rows are (地区), ``y`` the heading of its legend.
    unit
        In brackets at the end of a label: of the axis that counts, else of any; of a map, that of its legend.
    classes
        Of a histogram the limits of its bars, with both ends; of a coloured map those between its colours.
    colours
        As ``#rrggbb``: from low to high where they stand for values, else in the order of drawing; at most twelve.

    Charts of the toolbox are known by name; those of matplotlib, pandas and geopandas are read from what lies on the
    axes.  When not to use: as a check of the numbers; it says what kind of picture there is, not whether it is right.

    >>> import dataacademy as da
    >>> from matplotlib import pyplot
    >>> people = da.load("areas").groupby("quarter", as_index=False)["population"].sum()
    >>> drawn = read(da.charts.bar(people, x="quarter", y="population", unit="人", title="人口"))
    >>> drawn.kind, drawn.x, drawn.y, drawn.unit
    ('棒グラフ', '地区の性格', '人口（人）', '人')
    >>> pyplot.close("all")
    """
    from dataacademy.worksheet.picture.reading import read

    return read(ax)


def differences(design: Design, picture: Picture) -> list[Note]:
    """Where the figure is not what the design card says: kind, axes, unit, classes, colours; one note each.

    What the card leaves empty is not compared, nor is the order of width, spaces, units in brackets and "の".  Names
    agree if one holds the other or they share a telling word (避難所までの距離 and 直線距離).  Notes: ``figure_kind``,
    ``figure_axes``, ``figure_unit``, ``figure_classes``, ``figure_colours``.
    """
    found = [*_kind(design, picture), *_axes(design, picture), *_unit(design, picture)]
    return [*found, *_classes(design, picture), *_colours(design, picture)]


def _note(kind: str, ja: str, en: str, value: str = "") -> Note:
    return Note(
        kind,
        ja,
        en,
        level="warning",
        fix="図をかき直すか、わけがあるなら分析設計書のほうを直してください。",
        fix_en="Draw it again, or mend the design card if there is a reason.",
        value=value,
    )


def _kind(design: Design, picture: Picture):
    if design.kind not in ("", "その他", picture.kind):
        yield _note(
            "figure_kind",
            f"図の種類がちがいます（設計：{design.kind}、できた図：{picture.kind or '不明'}）。",
            f"The design says {design.kind}, the figure is {picture.kind or 'unknown'}.",
            picture.kind,
        )


def _axes(design: Design, picture: Picture):
    if picture.kind in _MAPS:  # where the rows of a map are areas, nobody writes so on it
        pairs = [("色で表すもの", design.y, picture.y)]
    else:
        pairs = [("横軸", design.x, picture.x), ("縦軸", design.y, picture.y)]
        straight = all(_same(wanted, drawn) for _, wanted, drawn in pairs)
        turned = all((design.x, design.y, _same(design.x, picture.y), _same(design.y, picture.x)))
        if turned and not straight:
            text = f"横軸と縦軸が入れかわっています（設計の横軸：{design.x}、できた図の縦軸：{picture.y}）。"
            yield _note("figure_axes", text, "The axes are the other way round.", picture.y)
            return
        if picture.kind in _CATEGORIES and (picture.x or picture.y):
            pairs = [pair for pair in pairs if pair[2]]
    for axis, wanted, drawn in pairs:
        if wanted and not drawn:
            text = f"{axis}の名前が図に書かれていません（設計：{wanted}）。"
            yield _note("figure_axes", text, f"The figure does not name its {axis} ({wanted}).")
        elif not _same(wanted, drawn):
            text = f"{axis}がちがいます（設計：{wanted}、できた図：{drawn}）。"
            yield _note("figure_axes", text, f"{axis}: {wanted!r} designed, {drawn!r} drawn.", drawn)


def _unit(design: Design, picture: Picture):
    wanted = {_unit_of(u) for u in re.split("[、,]", design.unit) if u.strip()}
    there = [picture.unit, *(_bracket(label) for label in (picture.x, picture.y))]
    there = [u for u in dict.fromkeys(there) if u]
    if wanted and not there:
        text = f"単位が図に書かれていません（設計：{design.unit}）。"
        yield _note("figure_unit", text, f"No unit on the figure ({design.unit} designed).")
    elif wanted and not wanted & {_unit_of(u) for u in there}:
        text = f"単位がちがいます（設計：{design.unit}、できた図：{there[0]}）。"
        yield _note("figure_unit", text, f"Unit: {design.unit} designed, {there[0]} drawn.", there[0])


def _classes(design: Design, picture: Picture):
    wanted, drawn = sorted(design.classes), sorted(picture.classes)
    bins = picture.kind == "ヒストグラム"
    asked = [wanted, wanted[1:]] if wanted[:1] == [0] and not bins else [wanted]  # 0 is no limit between two classes
    made = [drawn, drawn[1:-1]] if bins else [drawn]
    if not wanted or any(_alike(a, b) for a in asked for b in made):
        return
    if not drawn:
        text = f"区切りが図から読み取れません（設計：{_listed(wanted)}）。"
    else:
        text = f"区切りがちがいます（設計：{_listed(wanted)}、できた図：{_listed(drawn)}）。"
    yield _note("figure_classes", text, f"Classes: {wanted} designed, {drawn} drawn.", _listed(drawn))


def _alike(one: list[float], two: list[float]) -> bool:
    return len(one) == len(two) and all(
        math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9) for a, b in zip(one, two, strict=True)
    )


def _listed(numbers: list[float]) -> str:
    shown = [f"{number:,.12g}" for number in numbers]
    return "、".join(shown[:8]) + ("…" if len(shown) > 8 else "")


def _colours(design: Design, picture: Picture):
    """Colours that the card names and the figure lacks; a ramp that runs the other way."""
    text = design.colours
    for word, hue in _CALLED.items():
        text = text.replace(word, hue)
    named = [hue for hue in sorted(_HUES, key=len, reverse=True) if hue in text]
    named = [hue for hue in named if not any(hue in longer for longer in named if longer != hue)]
    lacking = [hue for hue in named if not any(_is_hue(colour, hue) for colour in picture.colours)]
    if lacking and picture.colours:
        yield _note(
            "figure_colours",
            f"色がちがいます（設計：{design.colours}、できた図に「{'」「'.join(lacking)}」はありません）。",
            f"Colours: {design.colours!r} designed, no {', '.join(lacking)} in the figure.",
            "、".join(picture.colours),
        )
        return
    ramp = re.search("(薄|淡|濃)い?.*から.*(薄|淡|濃)", text)
    if ramp and picture.classes and len(picture.colours) > 2 and (ramp[1] == "濃") != (ramp[2] == "濃"):
        first, last = (_lightness(picture.colours[i]) for i in (0, -1))
        if (first < last) != (ramp[1] == "濃"):
            drawn = "濃い色から薄い色" if first < last else "薄い色から濃い色"
            text = f"色の濃さの向きがちがいます（設計：{design.colours}、できた図：{drawn}）。"
            yield _note("figure_colours", text, "The colours run the other way.", "、".join(picture.colours))


def _rgb(colour: str) -> list[float]:
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def _is_hue(colour: str, hue: str) -> bool:
    h, s, v = colorsys.rgb_to_hsv(*_rgb(colour))
    start, end, least, dark, bright = _HUES[hue]
    if hue in ("灰", "黒"):
        return (s < 0.2 or v < 0.1) and dark <= v <= bright
    inside = start <= 360 * h <= end if start < end else 360 * h >= start or 360 * h <= end
    return inside and s >= least and dark <= v <= bright


def _lightness(colour: str) -> float:
    red, green, blue = _rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _bracket(label: str) -> str:
    found = re.search(r"[（(\[]([^（(\[）)\]]+)[）)\]]\s*$", label)
    return found[1].split("、")[0] if found else ""


def _unit_of(text: str) -> str:
    text = "".join(unicodedata.normalize("NFKC", text).split()).strip("()")
    return _UNITS.get(text, text.lower())


def _same(wanted: str, drawn: str) -> bool:
    """Whether two names of an axis mean the same thing, as far as words tell; an empty ``wanted`` asks for nothing.

    >>> _same("避難所までの距離", "最寄りの施設までの直線距離（m）"), _same("高齢化率", "高齢者数（人）")
    (True, False)
    """
    if not wanted.strip():
        return True
    if not drawn.strip():
        return False
    one, two = _bare(wanted), _bare(LABELS.get(drawn.strip(), drawn))
    if one in two or two in one:
        return True
    for family in (_SHARES, _COUNTS):
        if two in family:  # 「割合（%）」, 「数（件）」: says no more than the kind of number
            return one.endswith(family)
    general = {*_SHARES, *_COUNTS}
    first, second = (set(_words(name)) - general or {name} for name in (one, two))
    return any(_within(a, b) or _within(b, a) for a in first for b in second)


def _within(word: str, other: str) -> bool:
    return word in other if len(word) > 1 else other.endswith(word)


def _bare(name: str) -> str:
    name = unicodedata.normalize("NFKC", name)
    return "".join(re.sub(r"[（(\[][^（(\[）)\]]*[）)\]]\s*$", "", name).split()).lower() or name


def _words(name: str) -> list[str]:
    """Runs of Chinese characters, of katakana and of Latin letters, digits with them."""
    return re.findall(r"[\d一-鿿々]+|[ァ-ヶー]+|[a-z0-9_]+", name)
