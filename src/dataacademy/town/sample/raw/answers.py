"""企画課 hands over: answers to the questionnaire as they were typed in, and the notes of interviews."""

from __future__ import annotations

from typing import Any

from dataacademy.town.sample.files import csv_bytes
from dataacademy.town.sample.raw.defects import Page
from dataacademy.town.sample.raw.writing import as_labelled, wide
from dataacademy.town.sample.town import Town

SURVEY, HEARING = "市民意識調査_回答入力.csv", "聞き取りの記録.csv"
ANSWERS = 200  # as many as one person typed in


def make(town: Town, tables: dict[str, Any]) -> tuple[dict[str, bytes], list]:
    """The files and what is planted in them."""
    pages = [_survey(tables), _hearing(tables)]
    return {p.file: csv_bytes(p.rows, encoding="utf-8-sig") for p in pages}, [d for p in pages for d in p.defects]


def _survey(tables: dict[str, Any]) -> Page:
    """The first answers that came back: a number twice, two answers marked, full-width digits, ① in a comment."""
    survey = tables["survey"]
    page = as_labelled("survey", survey[survey["returned"].astype(bool)].head(ANSWERS), SURVEY)
    n = len(page.rows)
    again = n // 2
    note = "前の人の番号を写したまま直さなかった。"
    page.spoil("duplicate_id", "整理番号", [again], note, page.rows[again - 1][page.column("整理番号")])
    overall = page.column("市の取組全体の満足度")
    both = next(r for r in page.body() if r > n // 3 and page.rows[r][overall] == 3)
    page.spoil("not_a_number", overall, [both], "2つの答えに丸があるのを、そのまま打った。", "3か4")
    recommend = page.column("この市に住むことを人にすすめたい度合い（0〜10）")
    typed = [r for r in (n // 5, n // 5 + 1, n // 4) if page.rows[r][recommend] != ""]
    page.spoil("full_width_digits", recommend, typed, "全角の数字で打った。", wide)
    comments = page.column("自由記述")
    said = [r for r in page.body() if page.rows[r][comments] != ""][3:5]
    note = "丸数字（機種依存文字）で番号を付けた。"
    page.spoil("machine_dependent", comments, said, note, "①{}".format, true="(1){}".format)
    return page


def _hearing(tables: dict[str, Any]) -> Page:
    """Interview notes: some dates spelled otherwise."""
    page = as_labelled("hearing", tables["hearing"], HEARING)
    rows = [r for r in page.body() if r % 9 == 4]
    page.spoil(
        "date_mixed", "聞いた日", rows, "この人の分だけ、日付をちがう書き方で打った。", lambda d: d.replace("-", ".")
    )
    return page
