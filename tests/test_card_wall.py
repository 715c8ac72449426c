"""The wall of cards: every move is in the file at once, nothing is lost, and what is wrong is said."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dataacademy as da
from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.cardwall.places import Places

SAID = ["バスが少ない", "店が遠い", "坂がきつい", "<b>話し相手</b>"]
NOTES = pd.DataFrame({"no": list("abcd"), "said": SAID})


def wall(tmp_path, data=NOTES, **more):
    return da.card_wall(data, **({"text": "said", "id": "no", "name": "練習", "folder": tmp_path} | more))


def stored(tmp_path) -> dict[str, list[str]]:
    content = json.loads((tmp_path / "練習.json").read_text(encoding="utf-8"))
    return {group["name"]: group["cards"] for group in content["groups"]}


def test_nothing_is_written_before_the_first_move_and_every_move_at_once(tmp_path):
    made = wall(tmp_path, groups=["移動", "買い物"])
    assert list(tmp_path.iterdir()) == []
    made.move("c", "移動")
    assert stored(tmp_path) == {"移動": ["c"], "買い物": []}
    made.move("c", "買い物")
    made.move("b", "坂")
    made.move("b", "")
    assert stored(tmp_path) == {"移動": [], "買い物": ["c"], "坂": []}
    assert [p.name for p in tmp_path.iterdir() if not p.name.startswith(".")] == ["練習.json"], "no half-written file"


def test_the_file_holds_no_word_of_what_people_said(tmp_path):
    wall(tmp_path).move("a", "移動")
    assert "バス" not in (tmp_path / "練習.json").read_text(encoding="utf-8")


def test_a_wall_is_found_again_as_it_was_left_whatever_it_would_begin_with(tmp_path):
    wall(tmp_path, groups={"移動": ["a", "c"]}).move("b", "移動")
    again = wall(tmp_path, groups=["ほかの始め方"])
    assert again.table["group"].tolist() == ["移動", "移動", "移動", ""]
    assert again.table["id"].tolist() == ["a", "c", "b", "d"]


def test_cards_that_left_the_table_stay_in_the_file_and_are_told(tmp_path):
    wall(tmp_path).move("a", "移動")
    later = wall(tmp_path, NOTES[NOTES["no"] != "a"])
    assert "a" not in later.table["id"].tolist() and "1 枚" in later.status["text"]
    later.move("b", "移動")
    assert stored(tmp_path) == {"移動": ["a", "b"]}


def test_two_people_at_one_wall_lose_nothing(tmp_path):
    first, second = wall(tmp_path), wall(tmp_path)
    first.move("a", "移動")
    second.move("b", "買い物")
    first.move("c", "移動")
    assert stored(tmp_path) == {"移動": ["a", "c"], "買い物": ["b"]}


def test_without_numbers_a_card_is_known_by_its_words_and_twice_the_same_are_two_cards(tmp_path):
    said = pd.DataFrame({"said": ["店が遠い", "坂がきつい", "店が遠い", None, " "]})
    made = wall(tmp_path, said, id=None)
    assert len(made.table) == 3 and made.table["id"].is_unique
    hill = made.table.loc[made.table["text"] == "坂がきつい", "id"].item()
    made.move(hill, "坂")
    turned = wall(tmp_path, said.iloc[::-1], id=None)
    assert turned.table.set_index("text").loc["坂がきつい", "group"] == "坂"


def test_the_table_the_count_and_the_page_say_the_same(tmp_path):
    made = wall(tmp_path)
    for card, group in [("a", "移動"), ("c", "移動"), ("d", "話す")]:
        made.move(card, group)
    assert made.finding.table.values.tolist() == [["移動", 2, 50.0], ["話す", 1, 25.0]]
    assert made.finding.value == 2 and "まだ分けていない 1 枚" in made.finding.left_out
    kept = pd.read_csv(made.save_table())
    assert kept.columns.tolist() == ["カード", "まとまり", "内容"]
    assert kept["まとまり"].fillna("").tolist() == ["移動", "移動", "話す", ""]
    page = made.save_page().read_text(encoding="utf-8")
    assert "&lt;b&gt;話し相手&lt;/b&gt;" in page and "<b>話し相手" not in page, "a card is text, never markup"
    assert "移動（2枚）" in page and "まだ分けていないカード（1枚）" in page and "@page" in page


def hand(made, **message):
    """A hand at the browser: what it asks for, and what the wall says."""
    made._answer(message)
    return made.status


def test_a_hand_can_do_everything_and_take_it_back(tmp_path):
    made = wall(tmp_path)
    hand(made, do="add", name="")
    key = made.shown["groups"][0]["key"]
    assert made.shown["groups"][0]["name"] == "まとまり1"
    hand(made, do="rename", group=key, name="出かけにくい")
    for card, at in [("a", None), ("b", 0), ("c", 1)]:
        hand(made, do="move", card=card, group=key, at=at)
    assert stored(tmp_path) == {"出かけにくい": ["b", "c", "a"]}
    hand(made, do="undo")
    assert stored(tmp_path) == {"出かけにくい": ["b", "a"]}
    hand(made, do="remove", group=key)
    assert made.shown["unplaced"] == ["a", "b", "c", "d"]
    hand(made, do="undo")
    assert stored(tmp_path) == {"出かけにくい": ["b", "a"]}
    assert "印刷用" in hand(made, do="page")["text"] and (tmp_path / "練習.html").exists()
    assert "表を" in hand(made, do="table")["text"] and (tmp_path / "練習.csv").exists()


def test_what_somebody_else_did_since_is_not_taken_back(tmp_path):
    first, second = wall(tmp_path), wall(tmp_path)
    hand(first, do="add", name="移動")
    second.move("a", "移動")
    assert hand(first, do="undo")["text"] == "戻すものがありません。"
    assert stored(tmp_path) == {"移動": ["a"]} and first.shown["groups"][0]["cards"] == ["a"]


@pytest.mark.parametrize(
    "message, words",
    [
        ({"do": "rename", "group": "g1", "name": "  "}, "1字から40字まで"),
        ({"do": "rename", "group": "g1", "name": "話す"}, "もうあります"),
        ({"do": "move", "card": "a", "group": "g99"}, "もうありません"),
        ({"do": "move", "card": "zz", "group": "g1"}, "カード"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(tmp_path, message, words):
    made = wall(tmp_path, groups={"移動": ["a"], "話す": []})
    made.move("b", "移動")
    said = hand(made, **message)
    assert said["wrong"] and words in said["text"]
    assert stored(tmp_path) == {"移動": ["a", "b"], "話す": []}


def test_a_broken_file_is_told_and_left_alone(tmp_path):
    (tmp_path / "練習.json").write_text('{"format": 7}', encoding="utf-8")
    with pytest.raises(DataAcademyError, match="読めません"):
        wall(tmp_path)
    assert (tmp_path / "練習.json").read_text(encoding="utf-8") == '{"format": 7}'


@pytest.mark.parametrize(
    "more, words",
    [
        ({"text": "sad"}, "said"),
        ({"data": NOTES.assign(said="")}, "一つもない"),
        ({"data": NOTES.assign(no="a")}, "二度あります"),
        ({"groups": {"移動": ["z"]}}, "カード"),
        ({"groups": {"移動": ["a"], "坂": ["a"]}}, "二つのまとまり"),
        ({"name": "../外"}, "名前にできません"),
        ({"name": ""}, "名前にできません"),
    ],
)
def test_what_is_given_wrongly_is_said_in_words(tmp_path, more, words):
    with pytest.raises(DataAcademyError, match=words):
        wall(tmp_path, **more)


def test_a_disk_that_cannot_be_written_is_told_and_the_wall_stays(tmp_path):
    (tmp_path / "file").write_text("x")
    made = wall(tmp_path, folder=tmp_path / "file" / "below")
    with pytest.raises(DataAcademyError, match="書き込めません"):
        made.move("a", "移動")
    assert made.table["group"].tolist() == [""] * 4


MOVES = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "x", "y"]), st.integers(-2, 6)), max_size=8)


@settings(max_examples=40, deadline=None)
@given(MOVES)
def test_whatever_is_moved_every_card_lies_in_exactly_one_place_and_the_file_says_the_same(tmp_path_factory, moves):
    path = tmp_path_factory.mktemp("wall") / "w.json"
    places = Places(path, list("abcd"), {"x": [], "y": []})
    for card, name, at in moves:
        places.move(card, {"x": "g1", "y": "g2"}.get(name, ""), at)
    lying = [card for group in places.groups for card in group.cards] + places.unplaced
    assert sorted(lying) == list("abcd")
    last = {card: name for card, name, _ in moves}
    assert {card: places.of(card) for card in last} == last
    again = Places(path, list("abcd"), {})
    assert not moves or again.groups == places.groups
    for _ in moves:
        assert places.undo()
    assert places.unplaced == list("abcd") and not places.undo()
