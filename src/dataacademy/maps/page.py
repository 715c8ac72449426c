"""The page of an interactive map: folium's frame with Leaflet carried in it, so that it opens without Internet."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib import resources

from dataacademy.errors import DataAcademyError

GSI = {  # 地理院タイル, asked for by name; the terms want the source named with a link
    "tiles": "https://cyberjapandata.gsi.go.jp/xyz/pale/{z}/{x}/{y}.png",
    "attr": '<a href="https://maps.gsi.go.jp/development/ichiran.html">国土地理院</a>',
    "min_zoom": 5,
    "max_zoom": 18,
}
_LAYERS = """
{% macro script(this, kwargs) %}
(function () {
  const map = {{ this._parent.get_name() }}, looks = {{ this.looks|tojson }}, columns = {{ this.columns|tojson }};
  map.attributionControl.setPrefix(false);
  function card(cells) {  // cells are put in as text: what is written in a table is never run
    const table = document.createElement("table");
    columns.forEach((column, i) => {
      if (cells[i] === "") return;
      const row = table.insertRow();
      row.appendChild(document.createElement("th")).textContent = column;
      row.insertCell().textContent = cells[i];
    });
    return table;
  }
  L.geoJSON({{ this.data|tojson }}, {
    style: feature => looks[feature.properties.look],
    pointToLayer: (feature, place) => L.circleMarker(place, {}),
    onEachFeature: (feature, layer) => {
      layer.bindPopup(() => card(feature.properties.cells), {maxWidth: 360});
      layer.bindTooltip(() => {
        const name = document.createElement("span");
        name.textContent = feature.properties.cells[0];
        return name;
      });
      layer.on("add", () => {
        const path = layer.getElement && layer.getElement();
        if (!path) return;
        path.setAttribute("tabindex", "0");
        path.setAttribute("role", "button");
        path.setAttribute("aria-label", feature.properties.cells.map((c, i) => columns[i] + " " + c).join("、"));
        path.addEventListener("keydown", event => { if (event.key === "Enter") layer.openPopup(); });
      });
    },
  }).addTo(map);
  map.fitBounds({{ this.bounds|tojson }}, {padding: [16, 16]});
  L.control.scale({imperial: false, maxWidth: 160}).addTo(map);
})();
{% endmacro %}
"""
_STYLE = """
html, body { height: 100%; margin: 0; display: flex; flex-direction: column;
  font-family: "Yu Gothic", "BIZ UDPGothic", "Hiragino Sans", "Noto Sans CJK JP", "IPAexGothic", sans-serif; }
h1 { font-size: 1.1rem; margin: .5rem .8rem .2rem; }
.sheet { flex: 1; min-height: 0; display: flex; }
.sheet > .map { flex: 1; min-width: 0; }
aside { width: 15rem; box-sizing: border-box; padding: .3rem .8rem; font-size: .85rem; overflow: auto; }
aside p { margin: .5rem 0; } aside ul { list-style: none; padding: 0; margin: .3rem 0; }
aside li { display: flex; align-items: center; gap: .5rem; margin: .2rem 0; } aside svg { flex: none; }
.leaflet-container { background: #fff; font: inherit; } .leaflet-popup-content { margin: .6rem .8rem; }
.leaflet-popup-content { font-size: .85rem; overflow-wrap: anywhere; }
.leaflet-popup-content th { min-width: 7em; text-align: left; font-weight: normal; color: #555; padding-right: .8rem; }
.leaflet-tooltip { white-space: normal; width: max-content; max-width: 18rem; overflow-wrap: anywhere; }
path.no-data { fill: url(#no-data); fill-opacity: 1; }
@media (max-width: 40rem) { .sheet { flex-direction: column; } aside { width: auto; max-height: 40%; } }
"""
_HATCH = (
    '<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><pattern id="no-data" width="6" '
    'height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#ededed"/>'
    '<path d="M0 0V6" stroke="#9a9a9a" stroke-width="1.4"/></pattern></defs></svg>'
)

_WITHOUT_SCRIPT = (  # JupyterLab shows a page without its scripts until it is trusted
    "<noscript><p style='margin:.5rem .8rem'><b>地図を動かす命令が止められています。</b>"
    "上に「HTMLを信用する」が出ていれば押してください。出ていなければ、ファイルを保存してからブラウザーで開きます。"
    "</p></noscript>"
)


def write_page(
    *, data: dict, looks: list[dict], columns: list[str], bounds, key, title: str, notes, alt: str, tiles: str | None
) -> str:
    """The whole page as HTML.

    ``data``: GeoJSON in degrees; each feature has ``look`` (a row of ``looks``, Leaflet's path options) and ``cells``
    (text, one per column of ``columns``).  ``key``: heading, then ``(look, text)``.  Every word is escaped.
    """
    folium, branca = _folium()
    from folium.template import Template

    class Map(folium.Map):
        """folium's map without the scripts and styles that it would load from the web."""

        default_js: list = []
        default_css: list = []

    class Layers(branca.element.MacroElement):
        _template = Template(_LAYERS)

    page = branca.element.Figure(title=escape(title or "地図"))
    drawn = Map(location=[0, 0], tiles=None, zoom_start=1).add_to(page)
    if tiles == "gsi":
        folium.TileLayer(**GSI).add_to(drawn)
    layers = Layers()
    layers.data, layers.looks, layers.columns, layers.bounds = data, looks, columns, bounds
    layers.add_to(drawn)
    html = page.render()
    script, style = _leaflet()
    heading, entries = key
    items = "".join(f"<li>{_swatch(look)}<span>{escape(text)}</span></li>" for look, text in entries)
    aside = (
        f"<aside><p>{_lines(heading)}</p><ul>{items}</ul>"
        + "".join(f"<p>{_lines(note)}</p>" for note in notes)
        + "</aside>"
    )
    top = (f"<h1>{escape(title)}</h1>" if title else "") + _WITHOUT_SCRIPT
    html = html.replace("<html>", '<html lang="ja">', 1)
    html = html.replace("</head>", f"<style>{style}{_STYLE}</style><script>{script}</script></head>", 1)
    found = re.search(r'<div class="folium-map" id="(\w+)"\s*></div>', html)
    place = (
        f'{_HATCH}{top}<div class="sheet"><div class="map" role="application" aria-label="{escape(alt)}">'
        f"{found[0]}</div>{aside}</div>"
    )
    return html[: found.start()] + place + html[found.end() :]


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _swatch(look: dict) -> str:
    fill = "url(#no-data)" if look.get("className") == "no-data" else escape(look["fillColor"])
    paint = f'fill="{fill}" fill-opacity="{look["fillOpacity"]}" stroke="{escape(look["color"])}"'
    shape = (
        f'<circle cx="9" cy="7" r="5.5" {paint}/>'
        if "radius" in look
        else f'<rect x="1" y="1" width="16" height="12" {paint}/>'
    )
    return f'<svg width="18" height="14" aria-hidden="true">{shape}</svg>'


@cache
def _leaflet() -> tuple[str, str]:
    """Leaflet's script and style as they go into a page: without the map of its source, and without its images."""
    folder = resources.files("dataacademy.maps") / "leaflet"
    script = (folder / "leaflet.js").read_text(encoding="utf-8")
    style = (folder / "leaflet.css").read_text(encoding="utf-8")
    licence = (folder / "LICENSE").read_text(encoding="utf-8")
    script = re.sub(r"//# sourceMappingURL=.*", "", script)
    return f"/*\n{licence}*/\n{script}", re.sub(r"url\(images/[^)]*\)", "none", style)


def _folium():
    try:
        import branca.element
        import folium
    except ImportError as error:
        raise DataAcademyError(
            "no_maps_package",
            f"動かせる地図の道具（folium）が入っていません（{error.name or 'folium'}）。",
            f"The package of the extra 'maps' is not installed ({error.name or 'folium'}).",
            fix="端末（ターミナル）で uv sync --extra maps を実行し、カーネルを再起動してください"
            "（pip なら pip install folium）。紙に載せる地図なら、何も足さずに maps.choropleth でかけます。",
            fix_en="Run: uv sync --extra maps (with pip: pip install folium), then restart.",
        ) from None
    return folium, branca
