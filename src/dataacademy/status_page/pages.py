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
from dataacademy.status_page.languages import FILES, HTML, LANGUAGES, day, fixed, html, plain, said
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
        corrections_label=plain(fixed("table", language, title=fixed("corrections", language))),
        corrections_head=[one.t(key) for key in ("day", "what", "was", "now", "why", "corrected_on")],
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
        texts, chart, head, rows = (self._groups if part.kind == "counts" else self._days)(made, plain(title))
        return {
            "id": part.id,
            "title": self.words(part.title),
            "said": html(" ".join(texts) if language == "en" else "".join(texts)),
            "note": self.words(part.note) if part.note else "",
            "chart": Markup(chart),
            "table_label": plain(fixed("table", language, title=title)),
            "head": head,
            "rows": rows,
            "file": _both(fixed("table_file", language, title="\0"), self.words(part.title)),
        }

    def correction(self, row: dict, titles: dict[str, Words]) -> list:
        what = self.words(titles.get(row["part"], {"ja": row["part"]}))
        numbers = [self._number(row[key]) for key in ("was", "now")]
        return [self._day(row["day"]), what, *numbers, self.words(row["reason"]), self._day(row["edition"])]

    def _days(self, made: Made, title: str):
        part, language, unit = made.part, self.language, _word(made.part.unit, self.language)
        table, figures = made.table, made.found.figures
        shown = table.tail(self.settings.days)
        last = day(table["day"].iloc[-1], language)
        if part.kind == "daily":
            names, column, decimals = ["that_day", "mean_7", "cumulative"], "mean_7", 1
            texts = self._daily_texts(figures, last, day(table["day"].iloc[0], language), unit)
            bars, legend = _list(shown["count"]), ("that_day", "mean_7")
        else:
            names, column, decimals = ["that_day", "of", "week_percent"], "week_percent", 1
            texts = self._rate_texts(figures, made.found.value, last, unit)
            bars, legend = [None] * len(shown), ("", "week_percent")
        columns = {"that_day": "count", "of": "of", "cumulative": "cumulative"}
        rows = [
            [self._day(row["day"])]
            + [self._number(row[columns.get(n, n)], decimals if n == column else 0) for n in names]
            for row in reversed(shown.to_dict("records"))
        ]
        bar, line = (plain(fixed(key, language)) if key else "" for key in legend)
        words = self._chart_words(part.id, title, texts, bar, line)
        labels = [day(d, language, short=True) for d in shown["day"]]
        chart = svg.days_chart(labels, bars, _list(shown[column]), words)
        return texts, chart, [self.t("day"), *(self.t(n) for n in names)], rows

    def _daily_texts(self, figures: dict, last: str, first: str, unit: str) -> list[str]:
        language = self.language
        total = fixed("daily_total", language, first=first, total=f"{figures['cumulative']:,}", unit=unit)
        if figures["sum_7"] is None:
            return [fixed("unknown", language), total]
        texts = [fixed("daily_week", language, day=last, sum=f"{figures['sum_7']:,}", unit=unit)]
        if figures["before_7"] is not None:
            texts.append(fixed("daily_before", language, before=f"{figures['before_7']:,}", unit=unit))
        return [*texts, total]

    def _rate_texts(self, figures: dict, value: float, last: str, unit: str) -> list[str]:
        if pd.isna(value):
            return [fixed("unknown", self.language)]
        counts = {"of": f"{figures['of_7']:,}", "count": f"{figures['sum_7']:,}", "percent": f"{value:.1f}"}
        return [fixed("rate_week", self.language, day=last, unit=unit, **counts)]

    def _groups(self, made: Made, title: str):
        part, language, table = made.part, self.language, made.table
        first, *second = part.by
        over = table[table[second[0]] == TOTAL] if second else table
        groups = over[over[first] != TOTAL]
        total = over.loc[over[first] == TOTAL, "count"]
        texts = []
        if len(total) and pd.notna(total.iloc[0]):
            number, unit = f"{int(total.iloc[0]):,}", _word(part.unit, language)
            texts.append(fixed("counts_total", language, total=number, unit=unit))
        if table["count"].isna().any():
            texts.append(fixed("counts_hidden", language))
        if not len(groups):  # no totals over the second classification: a bar for every combination would not be read
            groups = table
        names = [plain(self._label(part, value)[0]) for value in groups[first]]
        words = self._chart_words(part.id, title, texts, plain(_word(part.unit, language)), "")
        chart = svg.groups_chart(names, _list(groups["count"]), words)
        columns = list(dict.fromkeys(table[second[0]])) if second else [None]
        rows = []
        for value, block in table.groupby(first, sort=False):
            counts = (
                dict(zip(block[second[0]], block["count"], strict=True)) if second else {None: block["count"].iloc[0]}
            )
            rows.append([self._named(part, value), *(self._count(counts.get(c, 0)) for c in columns)])
        head = [self._named(part, c) for c in columns] if second else [self.words(part.unit)]
        return texts, chart, [self.t("group"), *head], rows

    def _label(self, part, value: str) -> tuple[str, bool]:
        if value == TOTAL:
            return fixed("sum", self.language), True
        return said(part.labels.get(value, {"ja": value}), self.language)

    def _named(self, part, value: str) -> Markup:
        text, there = self._label(part, value)
        return html(text) if there or self.language != "en" else Markup('<span lang="ja">{}</span>').format(html(text))

    def _chart_words(self, id: str, title: str, texts: list[str], bars: str, line: str) -> svg.Words:
        desc = plain((" " if self.language == "en" else "").join(texts))
        return svg.Words(f"{id}-chart", plain(fixed("chart", self.language, title=title)), desc, bars, line)

    def _day(self, iso: str) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(iso, html(day(iso, self.language)))

    def _number(self, value, decimals: int = 0):
        return self.t("nothing") if value is None or pd.isna(value) else f"{value:,.{decimals}f}"

    @staticmethod
    def _count(value) -> str:
        return "X" if pd.isna(value) else f"{int(value):,}"


def _word(words: Words, language: str) -> str:
    return said(words, language)[0]


def _both(text: str, *pieces: Markup) -> Markup:
    """A fixed text with pieces of HTML in its places ``\\0``, ``\\1``."""
    made = str(html(text))
    for at, piece in enumerate(pieces):
        made = made.replace(chr(at), str(piece))
    return Markup(made)


def _list(values) -> list:
    return [None if pd.isna(v) else float(v) if v % 1 else int(v) for v in values]
