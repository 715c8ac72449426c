"""Opening, reviewing and exporting a big worksheet: twice the records are twice the work, and no more.

How long it takes is printed by ``benchmarks/worksheet.py``; here the calls of functions are counted, which no other
work on the machine changes.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from worksheets import full_worksheet

from dataacademy.worksheet import open_sheet, store
from dataacademy.worksheet.excel import export
from dataacademy.worksheet.quotes import quotes


def through(path: Path) -> None:
    """What ``benchmarks/worksheet.py`` times."""
    sheet = open_sheet(path)
    sheet.review()
    export(sheet.worksheet, path.with_suffix(".xlsx"))


def calls(work, *arguments) -> Counter[str]:
    """How often each function of ours was called while ``work`` ran, and all functions together."""
    counted, before = Counter(), sys.getprofile()

    def count(frame, event, _):
        if event in ("call", "c_call"):
            counted["all"] += 1
            if event == "call" and "dataacademy" in frame.f_code.co_filename:
                counted[frame.f_code.co_qualname] += 1

    sys.setprofile(count)
    try:
        work(*arguments)
    finally:
        sys.setprofile(before)
    return counted


def grown(once: Counter, twice: Counter) -> dict[str, tuple[int, int]]:
    """The functions that are called more than twice as often for twice the records, one call in four spared."""
    return {name: (n, twice[name]) for name, n in once.items() if n > 250 and twice[name] > 2.5 * n}


@pytest.fixture(scope="module")
def paths(tmp_path_factory) -> dict[int, Path]:
    folder = tmp_path_factory.mktemp("big")
    return {n: store.save(folder / f"{n}.yml", full_worksheet(n)).path for n in (50, 250, 500)}


def test_twice_the_records_are_twice_the_work(paths):
    through(paths[50])  # what is done once is done
    once, twice = calls(through, paths[250]), calls(through, paths[500])
    assert once["all"] > 100_000, "the work was not seen"
    assert twice["all"] <= 2.2 * once["all"]
    assert grown(once, twice) == {}


def test_work_that_grows_with_the_square_is_noticed(paths):
    def each_for_each(path):
        worksheet = store.read(path).worksheet
        return [quotes(record.text, worksheet) for record in worksheet for _ in worksheet.findings]

    once, twice = calls(each_for_each, paths[250]), calls(each_for_each, paths[500])
    assert "quotes" in grown(once, twice)
