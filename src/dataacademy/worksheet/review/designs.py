"""Step 3: the figure drawn before the analysis."""

from __future__ import annotations

import re

from dataacademy.worksheet.review.context import Context, found, rule
from dataacademy.worksheet.review.words import first_word, plain, unquoted

_COUNT = re.compile(r"件数|実数|人数|なし|無し")
_ANSWER = re.compile(r"[^、。]{0,20}と(?:答え|回答|思う|思って|感じ|言う人|した人)")
_TIME = re.compile(r"年|月|日|時|週|期|回|歳|齢|順|date|month|year|period|time")


@rule("design_no_true")
def design_no_true(c: Context):
    for design in c.records("design"):
        if not design.if_true and not design.shape_true:
            yield found(design, "if_true")


@rule("design_no_false")
def design_no_false(c: Context):
    for design in c.records("design"):
        if not design.if_false and not design.shape_false:
            yield found(design, "if_false")


@rule("design_same_pictures")
def design_same_pictures(c: Context):
    for design in c.records("design"):
        shapes = design.shape_true and design.shape_true == design.shape_false
        words = plain(design.if_true) and plain(design.if_true) == plain(design.if_false)
        if shapes or words:
            yield found(design, "shape_false" if shapes else "if_false")


@rule("design_same_axes")
def design_same_axes(c: Context):
    for design in c.records("design"):
        if plain(design.x) and plain(design.x) == plain(design.y):
            yield found(design, "y")


@rule("design_no_classes")
def design_no_classes(c: Context):
    for design in c.records("design"):
        if design.kind == "地図（色分け）" and not design.classes:
            yield found(design, "classes")


@rule("design_classes_unordered")
def design_classes_unordered(c: Context):
    for design in c.records("design"):
        if any(b <= a for a, b in zip(design.classes, design.classes[1:], strict=False)):
            yield found(design, "classes")


@rule("design_map_of_counts")
def design_map_of_counts(c: Context):
    """Areas coloured by a count show where many live."""
    for design in c.records("design"):
        if design.kind == "地図（色分け）" and _COUNT.fullmatch(plain(design.base)):
            yield found(design, "base")


@rule("design_percent_of_count")
def design_percent_of_count(c: Context):
    for design in c.records("design"):
        if plain(design.unit) in ("%", "割合", "率", "割", "パーセント") and _COUNT.fullmatch(plain(design.base)):
            yield found(design, "base")


@rule("design_line_without_time")
def design_line_without_time(c: Context):
    for design in c.records("design"):
        if design.kind == "折れ線グラフ" and design.x and not _TIME.search(design.x):
            yield found(design, "x")


@rule("design_red_green")
def design_red_green(c: Context):
    for design in c.records("design"):
        if "赤" in design.colours and ("緑" in design.colours or "みどり" in design.colours):
            yield found(design, "colours")


@rule("design_evaluates", "word")
def design_evaluates(c: Context):
    """Titles and axes that judge before anything was counted."""
    for design in c.records("design"):
        for name in ("text", "x", "y"):
            if word := evaluating(c, getattr(design, name)):
                yield found(design, name, word=word)
                break


def evaluating(c: Context, text: str) -> str:
    """The first evaluating word that is the team's own and not an answer of somebody (…と答えた), or empty."""
    return first_word(_ANSWER.sub("○", unquoted(text)), c.words("評価の言葉"), c.words("評価でない言い方"))
