"""Making a learner's HTML, Markdown and pictures harmless, in time that grows with their length only.

What comes out is put together anew from a few tags without any power, a few checked attributes, and escaped text.
However odd the input, a browser finds nothing else in it: no script, no style, no form, no address that is loaded.
(bleach takes 16 seconds for 100 kB of nested tags, Python's own HTMLParser 7 minutes for 200 kB of half a tag.)
"""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape, unescape
from urllib.parse import unquote

MAX_MARKDOWN = 20_000  # characters of one text; longer ones are shown as they are
MAX_PICTURE = 3 * 1024**2  # characters of base64
MAX_PIXELS = 40_000_000  # a small file can hold a picture that fills the browser's memory
_DEPTH = 60  # tags inside each other; browsers themselves stop at some hundred

_TAGS = set(
    "a abbr b blockquote br caption code col colgroup dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i "  # noqa: SIM905
    "img ins kbd li mark ol p pre q s samp small span strike strong sub summary sup table tbody td tfoot th thead tr "
    "u ul var".split()
)
_VOID = {"br", "col", "hr", "img"}
_WITH_CONTENT = set(  # what is inside these goes with them
    "applet audio canvas head iframe math noembed noframes noscript object plaintext script select "  # noqa: SIM905
    "style svg template textarea title video xmp".split()
)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)([^<>]*)>")
_ATTRIBUTE = re.compile(r"""(?<![\w-])([A-Za-z-]{1,20})\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_ADDRESS = re.compile(r"https?://[^\s\x00-\x20<>\"'`\\]{1,1000}", re.IGNORECASE)
_DATA = re.compile(r"data:image/(?:png|jpeg|gif);base64,([A-Za-z0-9+/=\s]+)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_COLOUR = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]")

Attachments = Mapping[str, Mapping[str, str]]  # name -> MIME type -> base64


@dataclass(frozen=True)
class Cleaned:
    """Harmless HTML, and whether something was left out that would have been seen."""

    html: str
    cut: bool = False


def plain(text: str) -> str:
    """Escaped text without colours and control characters.

    >>> plain("\\x1b[31m<b>\\x1b[0m")
    '&lt;b&gt;'
    """
    return escape(readable(text))


def readable(text: str) -> str:
    """Text without colours and control characters; not escaped."""
    return _CONTROL.sub("", _COLOUR.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def picture(content: str) -> str:
    """A ``data:`` address for a PNG, JPEG or GIF in base64; empty unless it is one, and of a bearable size."""
    from PIL import Image

    content = "".join(content.split())
    if len(content) > MAX_PICTURE:
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow warns of sizes that are meant to exhaust memory
            with Image.open(
                io.BytesIO(base64.b64decode(content, validate=True)), formats=["PNG", "JPEG", "GIF"]
            ) as image:
                fits, kind = image.width * image.height <= MAX_PIXELS, image.get_format_mimetype()
                image.verify()
    except Exception:  # Pillow raises many kinds for what is no picture
        return ""
    return f"data:{kind};base64,{content}" if fits and kind in ("image/png", "image/jpeg", "image/gif") else ""


def markdown(text: str, attachments: Attachments | None = None) -> Cleaned:
    """Markdown as harmless HTML; pictures only from ``attachments``.

    >>> markdown("**数** <script>alert(1)</script>").html
    '<p><strong>数</strong> </p>\\n'
    """
    try:
        made = _markdown()(text) if len(text) <= MAX_MARKDOWN else None
    except RecursionError:
        made = None
    return Cleaned(f"<pre>{plain(text)}</pre>") if made is None else html(made, attachments)


@cache
def _markdown():
    import mistune

    as_written = mistune.HTMLRenderer(escape=False, allow_harmful_protocols=True)  # what is harmful is cleaned after
    return mistune.create_markdown(renderer=as_written, plugins=["strikethrough", "table"])


def html(text: str, attachments: Attachments | None = None) -> Cleaned:
    """Harmless HTML that looks as alike as it may.

    >>> html("<TABLE class='dataframe' onclick=x><td align=right>1<b>2</table>").html
    '<table class="dataframe"><td align="right">1<b>2</b></td></table>'
    """
    return _Cleaner(text, attachments or {}).cleaned()


class _Cleaner:
    def __init__(self, text: str, attachments: Attachments):
        self._text, self._attachments = text, attachments
        self._made: list[str] = []
        self._open: list[str] = []
        self._cut = False

    def cleaned(self) -> Cleaned:
        text, lower, at = self._text, self._text.lower(), 0
        while (start := text.find("<", at)) >= 0:
            self._say(text[at:start])
            if text.startswith("<!--", start):
                end = text.find("-->", start + 4)
                at = end + 3 if end >= 0 else len(text)
            elif found := _TAG.match(text, start):
                name, at = found[1].lower(), found.end()
                if name in _WITH_CONTENT:
                    self._cut |= name not in ("style", "title", "head")
                    if text[start + 1] != "/":
                        end = lower.find(f"</{name}", at)
                        at = end if end >= 0 else len(text)
                elif name in _TAGS:
                    self._close(name) if text[start + 1] == "/" else self._start(name, found[2])
            else:
                self._say("<")
                at = start + 1
        self._say(text[at:])
        while self._open:
            self._made.append(f"</{self._open.pop()}>")
        return Cleaned("".join(self._made), self._cut)

    def _say(self, text: str) -> None:
        self._made.append(plain(unescape(text)))

    def _start(self, name: str, attributes: str) -> None:
        given = {key.lower(): unescape(value.strip("\"'")) for key, value in _ATTRIBUTE.findall(attributes)}
        if name == "img":
            self._picture(given)
        elif name in _VOID:
            self._made.append(f"<{name}>")
        elif len(self._open) < _DEPTH:
            kept = "".join(f' {key}="{escape(value)}"' for key, value in _kept(name, given).items())
            self._made.append(f"<{name}{kept}>")
            self._open.append(name)

    def _close(self, name: str) -> None:
        if name in self._open:
            while (last := self._open.pop()) != name:
                self._made.append(f"</{last}>")
            self._made.append(f"</{name}>")

    def _picture(self, given: dict[str, str]) -> None:
        source = given.get("src", "")
        if found := _DATA.fullmatch(source):
            address = picture(found[1])
        else:
            data = self._attachments.get(unquote(source.removeprefix("attachment:")), {})
            address = next((address for content in data.values() if (address := picture(content))), "")
        alt = escape(given.get("alt", "")[:200])
        self._made.append(f'<img src="{address}" alt="{alt}">' if address else f"［図：{plain(alt)}］")
        self._cut |= not address


def _kept(name: str, given: dict[str, str]) -> dict[str, str]:
    """The attributes that stay, with values that can only mean what they should."""
    kept = {}
    if name == "a" and _ADDRESS.fullmatch(given.get("href", "")):
        kept |= {"href": given["href"], "rel": "noopener noreferrer nofollow"}
    if name == "table" and given.get("class", "").split()[:1] == ["dataframe"]:
        kept["class"] = "dataframe"
    if name in ("td", "th"):
        kept |= {key: given[key] for key in ("colspan", "rowspan") if re.fullmatch(r"[0-9]{1,3}", given.get(key, ""))}
        aligned = re.search(r"(?:^|;)\s*text-align:\s*(left|right|center)", given.get("style", ""))
        align = aligned[1] if aligned else given.get("align", "")
        kept |= {"align": align} if align in ("left", "right", "center") else {}
    if name == "ol" and re.fullmatch(r"[0-9]{1,6}", given.get("start", "")):
        kept["start"] = given["start"]
    return kept
