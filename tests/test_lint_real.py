"""The linter on real municipal files: the faults known to be there are named, and nothing is made up."""

from __future__ import annotations

import pytest

from dataacademy.tables.lint import check

TOWNS = ("yaizu_222127", "takamatsu_372013", "fukui_kanko", "tokyo_covid")


@pytest.fixture(scope="module")
def found(realdata) -> dict[str, list]:
    """The notes on each town's folder."""
    return {town: check(realdata / town) for town in TOWNS}


def of(notes, kind: str, file: str) -> list:
    return [note for note in notes if note.kind == kind and note.file == file]


def test_the_same_month_twice(found):
    copies = of(found["takamatsu_372013"], "duplicate_file", "population/0066_202406.xlsx")
    assert len(copies) == 1 and "0066_202405.xlsx" in copies[0].ja


def test_garbled_town_names(found):
    garbled = of(found["takamatsu_372013"], "mojibake", "population/0066_202304.xlsx")
    assert "regionName" in {note.column for note in garbled}
    assert not of(found["takamatsu_372013"], "duplicate_period", "population/0066_202304.xlsx")  # no false duplicates


def test_the_men_who_are_everybody(found):
    notes = of(found["takamatsu_372013"], "sum_in_part", "population/0066_202602.xlsx")
    assert [(note.column, note.value, note.cells) for note in notes] == [("male", "5255", "I230")]
    assert not [n for n in found["takamatsu_372013"] if n.kind == "total_mismatch"]


def test_a_heading_with_a_dash_for_a_long_vowel(found):
    notes = of(found["yaizu_222127"], "heading_character", "facilities/子育て施設一覧/222127_preschool.csv")
    assert [note.cells for note in notes] == ["A1"] and "U+2015" in notes[0].ja


def test_cultural_properties_off_africa(found):
    notes = of(found["takamatsu_372013"], "null_island", "facilities/cultural_property/data.xlsx")
    assert len(notes) == 1 and "130行" in notes[0].ja


def test_full_width_space_in_an_english_heading(found):
    assert of(found["takamatsu_372013"], "heading_character", "facilities/hospital/data.xlsx")


def test_old_encoding_codes_and_renamed_headings(found):
    assert of(found["yaizu_222127"], "not_utf8", "facilities/要配慮者利用施設/yohairyosya.csv")
    assert of(found["takamatsu_372013"], "bad_code", "population/0066_202404.xlsx")
    changed = [n for n in found["tokyo_covid"] if n.kind == "heading_changed"]
    assert {n.column for n in changed} == {"居住地", "年代", "性別"}
    assert of(found["tokyo_covid"], "heading_missing", "13104.csv")


def test_legitimate_neighbours_and_companions_are_left_alone(found):
    """AEDs of neighbouring towns, equal attributes.csv of different folders, years without a flood, tidy islands."""
    kinds = {note.kind for notes in found.values() for note in notes}
    assert not kinds & {"outside_town", "missing_period", "duplicate_row", "tokyo_datum", "split_table", "total_row"}
    assert not [n for n in found["yaizu_222127"] if n.kind == "duplicate_file"]
