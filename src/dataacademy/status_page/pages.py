"""The HTML of a page in one language: every figure as a sentence, a chart and a table."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from dataacademy.privacy.grid import TOTAL
from dataacademy.status_page import svg
from dataacademy.status_page.languages import FILES, HTML, LANGUAGES, day, drawn, fixed, html, plain, said, unit
from dataacademy.status_page.parts import Made
from dataacademy.status_page.settings import Settings, Words


@cache
def _template():
    source = resources.files("dataacademy.status_page").joinpath("page.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(source)


def page(settings: Settings, made: list[Made], updated: str, corrections: list[dict], language: str) -> str:
    """The whole page as HTML; nothing in it needs a network or a script."""
    one = _Page(settings, language)
    town, topic = (_word(words, language) for words in (settings.name, settings.topic))
    titles = {part.part.id: part.part.title for part in made}
    links = [
        {"file": FILES[other], "lang": HTML[other], "name": html(LANGUAGES[other]), "here": other == language}
        for other in settings.languages
    ]
    return _template().render(
        html_lang=HTML[language],
        easy=language == "easy",
        t=one.t,
        plain_t=lambda key: plain(fixed(key, language)),
        title=plain(fixed("title", language, town=town, topic=topic)),
        heading=_both(
            fixed("title", language, town="\0", topic="\1"), one.words(settings.name), one.words(settings.topic)
        ),
        lead=one.words(settings.lead),
        practice=settings.practice,
        links=links,
        updated=updated,
        until=html(fixed("until", language, day=day(updated, language))),
        parts=[one.part(part) for part in made],
        corrections=[one.correction(row, titles) for row in corrections],
        office=one.words(settings.office),
        phone=settings.phone,
        hours=one.words(settings.hours) if settings.hours else "",
        licence=html(fixed("licence", language, licence=settings.licence)) if settings.licence else "",
        source=_both(fixed("source", language, source="\0"), one.words(settings.source)) if settings.source else "",
    )


class _Page:
    """What is the same on a whole page: its settings and its language."""

    def __init__(self, settings: Settings, language: str):
        self.settings, self.language = settings, language

    def t(self, key: str, **values) -> Markup:
        return html(fixed(key, self.language, **values))

    def words(self, words: Words) -> Markup:
        """A text of the settings; in Japanese, and marked so, where the language lacks it."""
        text, there = said(words, self.language)
        return html(text) if there or self.language != "en" else Markup('<span lang="ja">{}</span>').format(html(text))

    def part(self, made: Made) -> dict[str, Any]:
        part, language = made.part, self.language
        title = _word(part.title, language)
        texts, chart, head, rows = (self._groups if part.kind == "counts" else self._days)(made, title)
        return {
            "id": part.id,
            "title": self.words(part.title),
            "said": [html(text) for text in texts],
            "note": self.words(part.note) if part.note else "",
            "chart": Markup(chart),
            "table_label": plain(fixed("table", language, title=title)),
            "head": head,
            "rows": rows,
            "file": _both(fixed("table_file", language, title="\0"), self.words(part.title)),
        }

    def correction(self, row: dict, titles: dict[str, Words]) -> Markup:
        pieces = {
            "what": self.words(titles.get(row["part"], {"ja": row["part"]})),
            "day": self._day(row["day"]),
            "was": self._number(row["was"]),
            "now": self._number(row["now"]),
            "reason": self.words(row["reason"]),
            "edition": self._day(row["edition"]),
        }
        places = {key: chr(at) for at, key in enumerate(pieces)}
        return _both(fixed("correction", self.language, **places), *pieces.values())

    def _days(self, made: Made, title: str):
        part, language = made.part, self.language
        table, figures = made.table, made.found.figures
        shown = table.tail(self.settings.days)
        last = day(table["day"].iloc[-1], language)
        if part.kind == "daily":
            names, column, decimals = ["that_day", "mean_7", "cumulative"], "mean_7", 1
            texts = self._daily_texts(figures, last, day(table["day"].iloc[0], language), part.unit)
            bars, legend = _list(shown["count"]), ("that_day_bars", "mean_7")
        else:
            names, column, decimals = ["number", "of", "week_percent"], "week_percent", 1
            texts = self._rate_texts(figures, made.found.value, last, part.unit)
            bars, legend = [None] * len(shown), ("", "week_percent")
        columns = {"that_day": "count", "number": "count"}
        rows = [
            [self._day(row["day"])]
            + [self._number(row[columns.get(n, n)], decimals if n == column else 0) for n in names]
            for row in reversed(shown.to_dict("records"))
        ]
        bar, line = (fixed(key, language, unit=unit(part.unit, language)) if key else "" for key in legend)
        words = self._chart_words(part.id, title, texts, bar, line)
        labels = [day(d, language, short=True) for d in shown["day"]]
        chart = svg.days_chart(labels, bars, _list(shown[column]), words)
        return texts, chart, [self.t("day"), *(self.t(n, unit=unit(part.unit, language)) for n in names)], rows

    def _daily_texts(self, figures: dict, last: str, first: str, units: Words) -> list[str]:
        language, week, before = self.language, figures["sum_7"], figures["before_7"]
        total = fixed("daily_total", language, first=first, **_counted("total", figures["cumulative"], units, language))
        if week is None:
            return [fixed("unknown", language), total]
        texts = [fixed("daily_week", language, day=last, **_counted("sum", week, units, language))]
        if before is not None:
            key = "daily_same" if week == before else "daily_more" if week > before else "daily_fewer"
            texts.append(fixed(key, language, **_counted("before", before, units, language)))
        return [*texts, total]

    def _rate_texts(self, figures: dict, value: float, last: str, units: Words) -> list[str]:
        if pd.isna(value):
            return [fixed("unknown", self.language)]
        counts = {"count": f"{figures['sum_7']:,}", "percent": f"{value:.1f}"}
        counts |= _counted("of", figures["of_7"], units, self.language)
        return [fixed("rate_week", self.language, day=last, **counts)]

    def _groups(self, made: Made, title: str):
        part, language, table = made.part, self.language, made.table
        first, *second = part.by
        over = table[table[second[0]] == TOTAL] if second else table
        groups = over[over[first] != TOTAL]
        total = over.loc[over[first] == TOTAL, "count"]
        texts = []
        if len(total) and pd.notna(total.iloc[0]):
            texts.append(fixed("counts_total", language, **_counted("total", int(total.iloc[0]), part.unit, language)))
        if table["count"].isna().any():
            texts.append(fixed("counts_hidden", language))
        if not len(groups):  # no totals over the second classification: a bar for every combination would not be read
            groups = table
        names = [drawn(self._label(part, value)[0], language) for value in groups[first]]
        words = self._chart_words(part.id, title, texts, unit(part.unit, language), "")
        chart = svg.groups_chart(names, _list(groups["count"]), words)
        columns = list(dict.fromkeys(table[second[0]])) if second else [None]
        rows = []
        for value, block in table.groupby(first, sort=False):
            counts = (
                dict(zip(block[second[0]], block["count"], strict=True)) if second else {None: block["count"].iloc[0]}
            )
            rows.append([self._named(part, value), *(self._count(counts.get(c, 0)) for c in columns)])
        head = [self._named(part, c) for c in columns] if second else [html(unit(part.unit, language))]
        return texts, chart, [self.t("group"), *head], rows

    def _label(self, part, value: str) -> tuple[str, bool]:
        if value == TOTAL:
            return fixed("sum", self.language), True
        return said(part.labels.get(value, {"ja": value}), self.language)

    def _named(self, part, value: str) -> Markup:
        text, there = self._label(part, value)
        return html(text) if there or self.language != "en" else Markup('<span lang="ja">{}</span>').format(html(text))

    def _chart_words(self, id: str, title: str, texts: list[str], bars: str, line: str) -> svg.Words:
        desc = (" " if self.language == "en" else "").join(texts)
        heard = (fixed("chart", self.language, title=title), desc, bars, line)
        return svg.Words(f"{id}-chart", *(drawn(text, self.language) for text in heard))

    def _day(self, iso: str) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(iso, html(day(iso, self.language)))

    def _number(self, value, decimals: int = 0):
        return self.t("nothing") if value is None or pd.isna(value) else f"{value:,.{decimals}f}"

    @staticmethod
    def _count(value) -> str:
        return "X" if pd.isna(value) else f"{int(value):,}"


def _word(words: Words, language: str) -> str:
    return said(words, language)[0]


def _counted(key: str, number: int, units: Words, language: str) -> dict[str, str]:
    """A number and the unit that goes with it, for the gaps of a text."""
    return {key: f"{number:,}", "unit": unit(units, language, number)}


def _both(text: str, *pieces: Markup) -> Markup:
    """A fixed text with pieces of HTML in its places ``\\0``, ``\\1``."""
    made = str(html(text))
    for at, piece in enumerate(pieces):
        made = made.replace(chr(at), str(piece))
    return Markup(made)


def _list(values) -> list:
    return [None if pd.isna(v) else float(v) if v % 1 else int(v) for v in values]
