"""Words in three languages: 日本語, English and やさしい日本語 with furigana; dates and numbers as each writes them."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib import resources

import yaml
from markupsafe import Markup, escape

LANGUAGES = {"ja": "日本語", "en": "English", "easy": "やさしい{日本語|にほんご}"}
FILES = {"ja": "index.html", "en": "en.html", "easy": "easy.html"}
HTML = {"ja": "ja", "en": "en", "easy": "ja"}  # what a browser or a screen reader is told
_RUBY = re.compile(r"\{([^|{}]+)\|([^|{}]+)\}")
_GAP = re.compile(r"\[(\w+)\]")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS = {1: "{1日|ついたち}", 20: "{20日|はつか}"}
_KA = {*range(2, 11), 14, 24}  # 2日 is ふつか, 14日 じゅうよっか
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@cache
def _texts() -> dict[str, dict[str, str]]:
    source = resources.files("dataacademy.status_page").joinpath("texts.yml").read_text(encoding="utf-8")
    return yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def fixed(key: str, language: str, **values) -> str:
    """A fixed text of the page, its gaps filled.

    >>> fixed("until", "en", day="9 Aug 2021")
    'Figures up to 9 Aug 2021'
    """
    return _GAP.sub(lambda gap: str(values[gap[1]]), _texts()[key][language])


def said(words: dict[str, str], language: str) -> tuple[str, bool]:
    """What to say in a language, and whether it is there; else the Japanese."""
    found = words.get(language) or (words["ja"] if language == "easy" and not _kanji(words["ja"]) else "")
    return (found, True) if found else (words["ja"], False)


def html(text: str) -> Markup:
    """Text as HTML: ``{感染|かんせん}`` gets its reading above it, all else is escaped.

    >>> html("<{人|ひと}>")
    Markup('&lt;<ruby>人<rp>（</rp><rt>ひと</rt><rp>）</rp></ruby>&gt;')
    """
    parts, at = [], 0
    for found in _RUBY.finditer(text):
        word, reading = (escape(part) for part in found.groups())
        parts += [escape(text[at : found.start()])]
        parts += [Markup("<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>").format(word, reading)]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def unit(words: dict[str, str], language: str, number: float = 2) -> str:
    """The unit that a number has: of an English one that is written in two forms, the one for 1 or for others.

    >>> unit({"ja": "人", "en": "person / people"}, "en", 1), unit({"ja": "人", "en": "person / people"}, "en")
    ('person', 'people')
    """
    forms = said(words, language)[0].split(" / ")
    return forms[0] if number == 1 else forms[-1]


def drawn(text: str, language: str) -> str:
    """Text in a chart, which has no room for readings: in やさしい日本語 they stand in place of the kanji.

    >>> drawn("7{日間|にちかん}の {平均|へいきん}", "easy")
    '7にちかんの へいきん'
    """
    return _RUBY.sub(r"\2" if language == "easy" else r"\1", text)


def plain(text: str) -> str:
    """Text without readings, where HTML has no room for them.

    >>> plain("やさしい{日本語|にほんご}")
    'やさしい日本語'
    """
    return _RUBY.sub(r"\1", text)


def day(iso: str, language: str, *, short: bool = False) -> str:
    """A date as the language writes it.

    >>> day("2021-08-09", "ja"), day("2021-08-09", "en"), day("2021-08-09", "easy", short=True)
    ('2021年8月9日（月）', 'Mon 9 Aug 2021', '8月9日')
    >>> day("2021-08-09", "easy")
    '2021{年|ねん}8{月|がつ}9{日|か}（{月|げつ}）'
    """
    when = date.fromisoformat(iso)
    if language == "en":
        called = f"{when.day} {_MONTHS[when.month - 1]}"
        return called if short else f"{_WEEKDAYS[when.weekday()]} {called} {when.year}"
    if short:
        return f"{when.month}月{when.day}日" if language == "easy" else f"{when.month}/{when.day}"  # 8/9: in September?
    weekday = "月火水木金土日"[when.weekday()]
    if language == "easy":
        called = _DAYS.get(when.day) or f"{when.day}{{日|{'か' if when.day in _KA else 'にち'}}}"
        reading = ("げつ", "か", "すい", "もく", "きん", "ど", "にち")[when.weekday()]
        return f"{when.year}{{年|ねん}}{when.month}{{月|がつ}}{called}（{{{weekday}|{reading}}}）"
    return f"{when.year}年{when.month}月{when.day}日（{weekday}）"


def _kanji(text: str) -> bool:
    return bool(re.search(r"[一-鿿]", _RUBY.sub("", text)))
