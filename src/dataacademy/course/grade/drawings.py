"""How figures are written and read: as figures of our own with the same titles, axes, lines, bars, points and texts."""

from __future__ import annotations

from matplotlib import collections, colors, figure, lines, patches
from matplotlib.axes import Axes

from dataacademy.course.grade.values import Malformed

MAX_ARTISTS, MAX_TICKS = 20_000, 1_000
_SIDES = ("x", "y")


def _figure(writer, value, depth):
    title = value.get_suptitle()
    return [
        "figure",
        list(map(float, value.get_size_inches())),
        title,
        *[_axes(writer, ax, depth) for ax in value.axes],
    ]


def _axes(writer, value, depth):
    artists = [_artist(a) for a in (*value.lines, *value.patches, *value.collections, *value.texts)[:MAX_ARTISTS]]
    legend = value.get_legend()
    about = {
        "place": list(value.get_position().bounds),
        "title": value.get_title(),
        "sides": [_side(value, name) for name in _SIDES],
        "artists": [artist for artist in artists if artist],
        "legend": legend and [legend.get_title().get_text(), [text.get_text() for text in legend.get_texts()]],
        "shown": bool(value.axison),
    }
    return ["axes", writer.node(about, depth)]


def _side(axes, name: str) -> list:
    def ask(what: str):
        return getattr(axes, f"get_{name}{what}")()

    words = [label.get_text() for label in ask("ticklabels")]
    return [ask("label"), ask("scale"), list(map(float, ask("lim"))), list(map(float, ask("ticks"))), words]


def _artist(artist):
    if isinstance(artist, lines.Line2D):
        look = [artist.get_linestyle(), str(artist.get_marker()), float(artist.get_linewidth())]
        return ["line", artist.get_label(), _colour(artist.get_color()), artist.get_xydata(), *look]
    if isinstance(artist, patches.Rectangle):
        where = [*artist.get_xy(), artist.get_width(), artist.get_height()]
        return ["bar", artist.get_label(), _colour(artist.get_facecolor()), list(map(float, where))]
    if isinstance(artist, patches.Wedge):
        where = [artist.r, artist.theta1, artist.theta2]
        return ["wedge", artist.get_label(), _colour(artist.get_facecolor()), list(map(float, where))]
    if isinstance(artist, patches.Polygon):
        return ["area", artist.get_label(), _colour(artist.get_facecolor()), artist.get_xy()]
    if isinstance(artist, collections.PathCollection):
        faces = [_colour(face) for face in artist.get_facecolor()]
        return ["points", artist.get_label(), faces, artist.get_offsets().filled(float("nan"))]
    if hasattr(artist, "get_text"):
        return ["text", artist.get_text(), list(map(float, artist.get_position()))]
    return None


def _colour(colour) -> str:
    return colors.to_hex(colour, keep_alpha=True)


def _read_figure(reader, parts, depth):
    (size, title, *axes) = parts
    made = figure.Figure(figsize=[min(float(s), 100) for s in size])
    if title:
        made.suptitle(title)
    for node in axes:
        _draw(made, reader.value(node[1], depth))
    return made


def _read_axes(reader, parts, depth):
    return _draw(figure.Figure(), reader.value(*parts, depth))


def _draw(made: figure.Figure, about: dict) -> Axes:
    axes = made.add_axes(about["place"])
    if len(about["artists"]) > MAX_ARTISTS:
        raise Malformed("図が大きすぎます")
    for name, (label, scale, limits, ticks, words) in zip(_SIDES, about["sides"], strict=True):
        if scale not in ("linear", "log", "symlog", "logit") or len(ticks) > MAX_TICKS:
            raise Malformed("図の目盛りが壊れています")
        getattr(axes, f"set_{name}label")(label)
        getattr(axes, f"set_{name}scale")(scale)
        axis = getattr(axes, f"{name}axis")
        axis.set_ticks(ticks, words if any(words) and len(words) == len(ticks) else None)
        getattr(axes, f"set_{name}lim")(*limits, auto=False)
    for kind, *rest in about["artists"]:
        _ARTISTS[kind](axes, *rest)
    axes.set_title(about["title"])
    if about["legend"]:
        title, words = about["legend"]
        axes.legend([lines.Line2D([], []) for _ in words], words, title=title)
    if not about["shown"]:
        axes.set_axis_off()
    return axes


def _line(axes, label, colour, data, style, marker, width):
    look = {"linestyle": style, "marker": marker, "linewidth": width, "color": colour}
    axes.add_artist(lines.Line2D(data[:, 0], data[:, 1], label=label, **look))


def _bar(axes, label, colour, where):
    x, y, width, height = where
    axes.add_artist(patches.Rectangle((x, y), width, height, facecolor=colour, label=label))


def _wedge(axes, label, colour, where):
    radius, start, end = where
    axes.add_artist(patches.Wedge((0, 0), radius, start, end, facecolor=colour, label=label))


def _area(axes, label, colour, corners):
    axes.add_artist(patches.Polygon(corners, facecolor=colour, label=label))


def _points(axes, label, faces, places):
    axes.scatter(places[:, 0], places[:, 1], label=label).set_facecolor(faces)


def _text(axes, text, where):
    axes.text(*where, text, parse_math=False)


_ARTISTS = {"line": _line, "bar": _bar, "wedge": _wedge, "area": _area, "points": _points, "text": _text}
WRITERS = {figure.Figure: _figure, Axes: _axes}
READERS = {"figure": _read_figure, "axes": _read_axes}
