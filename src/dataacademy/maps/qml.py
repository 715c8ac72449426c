"""Looks of layers in QGIS's own style language (QML): the same classes and colours as our maps, word for word."""

from __future__ import annotations

from xml.etree import ElementTree

from dataacademy import styling

_VERSION = "3.22"  # of QGIS that the form is taken from; later ones read it
_GEOMETRY = {"marker": "0", "line": "1", "fill": "2"}  # QGIS's numbers of point, line and polygon layers
_LINE, _FRAME, _SIZE = "0.5", "0.15", "3"  # millimetres on the screen


def classes(kind: str, column: str, edges: list[float], names: list[str], aliases: dict[str, str]) -> str:
    """The look of a layer coloured by ``column``: a rule for each class and one for missing values.

    kind
        ``fill``, ``marker`` or ``line``.
    edges, names
        The breaks and what the legend says of each class, as ``maps.breaks`` and ``classify.labels`` give them.
    aliases
        What columns are called, by column.

    Rules and not QGIS's graduated classes: those put a value that lies on a break into the lower class, and leave rows
    without a value out.

    >>> text = classes("fill", "distance_m", [300.0], ["300 m 未満", "300 m 以上"], {})
    >>> [rule.get("filter") for rule in ElementTree.fromstring(text.split("\\n", 1)[1]).iter("rule")]
    ['"distance_m" < 300', '"distance_m" >= 300', '"distance_m" IS NULL']
    """
    field = '"' + column.replace('"', '""') + '"'
    bounds = [f"{edge!r}" if edge % 1 else f"{edge:.0f}" for edge in edges]
    filters = [f"{field} IS NOT NULL"] if not bounds else [f"{field} < {bounds[0]}"]
    filters += [f"{field} >= {low} AND {field} < {high}" for low, high in zip(bounds, bounds[1:], strict=False)]
    filters += [f"{field} >= {bounds[-1]}"] if bounds else []
    renderer = _element("renderer-v2", type="RuleRenderer", forceraster="0", symbollevels="0", enableorderby="0")
    rules = ElementTree.SubElement(renderer, "rules", key="{classes}")
    symbols = ElementTree.SubElement(renderer, "symbols")
    looks = [_symbol(kind, colour) for colour in styling.sequential(len(names))] + [_no_data(kind)]
    for i, (rule, name) in enumerate(zip([*filters, f"{field} IS NULL"], [*names, styling.NO_DATA], strict=True)):
        ElementTree.SubElement(rules, "rule", key=f"{{class{i}}}", symbol=str(i), filter=rule, label=name)
        looks[i].set("name", str(i))
        symbols.append(looks[i])
    return _page(kind, renderer, aliases)


def single(kind: str, colour: str, aliases: dict[str, str]) -> str:
    """The look of a layer whose rows all look alike (arguments as in :func:`classes`)."""
    renderer = _element("renderer-v2", type="singleSymbol", forceraster="0", symbollevels="0", enableorderby="0")
    look = _symbol(kind, colour, shape="triangle")
    look.set("name", "0")
    ElementTree.SubElement(renderer, "symbols").append(look)
    return _page(kind, renderer, aliases)


def _page(kind: str, renderer: ElementTree.Element, aliases: dict[str, str]) -> str:
    root = _element("qgis", version=_VERSION, styleCategories="Symbology|Fields")
    root.append(renderer)
    named = ElementTree.SubElement(root, "aliases")
    for i, (column, name) in enumerate(aliases.items()):
        ElementTree.SubElement(named, "alias", field=column, index=str(i), name=name)
    ElementTree.SubElement(root, "layerGeometryType").text = _GEOMETRY[kind]
    ElementTree.indent(root, " ")
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return head + ElementTree.tostring(root, encoding="unicode")


def _symbol(kind: str, colour: str, shape: str = "circle", **more: str) -> ElementTree.Element:
    """A symbol in one colour: an area, a line or a mark."""
    edge = {"outline_color": _rgba("#6e6e6e"), "outline_style": "solid", "outline_width": _FRAME}
    layer, options = {
        "fill": ("SimpleFill", {"color": _rgba(colour), "style": "solid", **edge}),
        "line": ("SimpleLine", {"line_color": _rgba(colour), "line_style": "solid", "line_width": _LINE}),
        "marker": ("SimpleMarker", {"name": shape, "color": _rgba(colour), "size": _SIZE, **edge}),
    }[kind]
    symbol = _element("symbol", type=kind, alpha="1", clip_to_extent="1", force_rhr="0")
    level = ElementTree.SubElement(symbol, "layer", {"class": layer, "enabled": "1", "locked": "0", "pass": "0"})
    entries = ElementTree.SubElement(level, "Option", type="Map")
    for name, value in {**options, **more}.items():
        ElementTree.SubElement(entries, "Option", type="QString", name=name, value=value)
    return symbol


def _no_data(kind: str) -> ElementTree.Element:
    """Rows without a value: hatched grey areas, dashed lines, empty marks."""
    more = {"fill": {"style": "b_diagonal"}, "line": {"line_style": "dash"}, "marker": {"color": _rgba("#ededed")}}
    return _symbol(kind, "#9a9a9a", **more[kind])


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _element(name: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.Element(name, attributes)
