"""町名 are reconciled by spelling and subdivision, never by guessing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dataacademy.areanames import match_names, name_key


def test_spellings_of_one_name():
    same = [("みらいヶ丘一丁目", "みらいケ丘１丁目"), ("大字北沢", "北沢"), ("西町 十二丁目", "西町12丁目")]
    for a, b in same:
        assert name_key(a) == name_key(b)


def test_different_places_stay_different():
    assert name_key("西町1丁目") != name_key("西町11丁目")
    assert name_key("三本木") != name_key("3本木丁")  # 三 is part of a name here, not a number


def test_whole_is_found_in_its_parts_but_not_the_other_way():
    found = match_names(["木太町"], ["木太町１区", "木太町２区", "木太"])
    assert found.pairs == {"木太町": [0, 1]}
    assert found.unused == [2]
    assert match_names(["木太町１区"], ["木太町"]).unknown == ["木太町１区"]


@given(st.lists(st.text("東西南北町丁目一二三123ヶケ 　", min_size=1, max_size=8), max_size=12))
def test_every_name_is_either_matched_or_reported(names):
    found = match_names(names, names)
    assert set(found.pairs) | set(found.unknown) == set(names)
    assert not found.unknown  # a name always matches itself
