# ruff: noqa: E501  (what is typed and what is said stand in one line)
"""The file of a worksheet: saved whole or not at all, by two at once, with every earlier state kept; and the sheet."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_worksheet_text import edits
from worksheets import small_flow_a, worksheets

from dataacademy import files
from dataacademy.errors import DataAcademyError
from dataacademy.worksheet import history, locking, open_sheet, store
from dataacademy.worksheet.merging import apart, merge
from dataacademy.worksheet.model import VERSION, Worksheet
from dataacademy.worksheet.rendering import render

LAW = settings(max_examples=40, deadline=None)


@pytest.fixture
def path(tmp_path) -> Path:
    """The small sheet of flow A in a file."""
    return store.save(tmp_path / "防災1班.yml", small_flow_a()).path


def told(kind: str, do, *arguments, **named) -> str:
    """What is said when ``do`` fails in this way."""
    with pytest.raises(DataAcademyError) as found:
        do(*arguments, **named)
    assert found.value.note.kind == kind, str(found.value)
    return str(found.value)


def save(path: Path, base: store.Stored, **changes) -> store.Stored:
    """Save ``base`` with changes, each ``id__field=value``."""
    worksheet = base.worksheet.model_copy(deep=True)
    for name, value in changes.items():
        id, field = name.split("__")
        setattr(worksheet.team if id == "team" else worksheet.get(id), field, value)
    return store.save(path, worksheet, base=base)


def kept(path: Path) -> list[str]:
    """The texts in the history, the newest first."""
    return [version.path.read_text(encoding="utf-8") for version in store.versions(path)]


# -- reading ----------------------------------------------------------------------------------------------------------


def test_what_is_saved_is_read_back_and_lies_in_utf_8_with_lf(path):
    assert store.read(path).worksheet == small_flow_a()
    assert path.read_bytes().decode("utf-8") == render(small_flow_a())
    assert store.beside(path) == path.parent / "防災1班_記録"


@pytest.mark.parametrize(
    "spoil", [lambda b: b"\xef\xbb\xbf" + b, lambda b: b.replace(b"\n", b"\r\n"), lambda b: b.rstrip()]
)
def test_marks_of_editors_are_accepted_and_stay_until_something_changes(path, spoil):
    path.write_bytes(spoil(path.read_bytes()))
    before = path.read_bytes()
    stored = store.read(path)
    assert stored.worksheet == small_flow_a()
    assert store.save(path, stored.worksheet, base=stored).worksheet == small_flow_a()
    assert path.read_bytes() == before
    save(path, stored, goal1__text="変えた")
    assert path.read_text(encoding="utf-8") == render(small_flow_a()).replace(
        "高齢者が、歩いて避難所に着ける。", "変えた"
    )
    assert b"\r" not in path.read_bytes() and not path.read_bytes().startswith(b"\xef")


@pytest.mark.parametrize(("encoding", "row"), [("cp932", 4), ("utf-16", 1), ("euc_jp", 4)])
def test_another_encoding_is_named_with_its_line_and_the_way_out(path, encoding, row):
    path.write_bytes(path.read_text(encoding="utf-8").replace("髙﨑", "高崎").encode(encoding, "replace"))
    said = told("not_utf8", store.read, path)
    assert f"防災1班.yml　{row}行目" in said and "UTF-8 にして" in said


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 4096, b"goals:\n  - id: goal1\n    text: 'a", b"goals:\n  - id: go\n"]
)
def test_a_spoilt_file_is_named_and_the_last_good_version_offered(path, content):
    path.write_bytes(content)
    with pytest.raises(DataAcademyError) as found:
        store.read(path)
    assert f"uv run dataacademy worksheet restore {path}" in str(found.value)
    assert path.read_bytes() == content
    stored, version = store.restore(path)
    assert stored.worksheet == small_flow_a() and version.path.is_file()


def test_a_file_cut_off_anywhere_never_passes_for_a_whole_one(path):
    content = path.read_bytes()
    for cut in range(1, len(content) - 1, 41):
        path.write_bytes(content[:cut])
        whole_lines = content[cut - 1 : cut] == b"\n" or content[cut : cut + 1] == b"\n"
        try:
            store.read(path)
        except DataAcademyError as error:
            assert "worksheet restore" in str(error)
        else:
            assert whole_lines, content[:cut].decode()


def test_what_a_person_took_off_the_end_is_no_cut(path):
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("indicators:")], encoding="utf-8")
    assert store.read(path).worksheet.indicators == []
    path.write_text(text[: text.rindex("よい")] + "\n", encoding="utf-8")
    assert "選べるのは" in told("bad_worksheet", store.read, path)


def test_a_missing_file_and_a_folder_are_named(path, tmp_path):
    assert "ありません" in told("no_worksheet", store.read, tmp_path / "ない.yml")
    assert "フォルダです" in told("cannot_read", store.read, tmp_path)
    path.unlink()
    assert "worksheet restore" in told("no_worksheet", store.read, path)


def test_a_file_of_a_future_course_is_not_touched(path):
    path.write_text(path.read_text(encoding="utf-8").replace("version: 1", f"version: {VERSION + 1}"), encoding="utf-8")
    before = path.read_bytes()
    base = store.Stored(path, render(small_flow_a()), store.written(small_flow_a()))
    for do in (lambda: store.read(path), lambda: save(path, base, goal1__text="x"), lambda: open_sheet(path)):
        assert f"版 {VERSION + 1}" in told("future_version", do)
        assert path.read_bytes() == before


def test_an_old_file_becomes_a_new_one_at_the_next_save_and_stays_in_the_history(path):
    old = "# むかしの\n" + path.read_text(encoding="utf-8").removeprefix("version: 1\n\n")
    path.write_text(old, encoding="utf-8")
    stored = store.read(path)
    assert path.read_text(encoding="utf-8") == old and stored.worksheet == small_flow_a()
    store.save(path, stored.worksheet, base=stored)
    assert path.read_text(encoding="utf-8") == "version: 1\n\n" + old
    assert old in kept(path)


# -- saving -----------------------------------------------------------------------------------------------------------


def test_saving_without_a_change_writes_nothing(path):
    before = path.stat().st_mtime_ns, len(kept(path))
    stored = store.read(path)
    assert store.save(path, stored.worksheet, base=stored).text == stored.text
    assert (path.stat().st_mtime_ns, len(kept(path))) == before


def test_changing_the_worksheet_that_was_read_is_a_change(path):
    stored = store.read(path)
    stored.worksheet.get("goal1").text = "その場で変えた"
    stored = store.save(path, stored.worksheet, base=stored)
    stored.worksheet.add("goal", text="もう一つ")
    store.save(path, stored.worksheet, base=stored)
    assert [goal.text for goal in store.read(path).worksheet.goals] == ["その場で変えた", "もう一つ"]


def test_a_new_file_never_takes_the_place_of_one_that_is_there(path):
    before = path.read_bytes()
    assert "もうあります" in told("worksheet_exists", store.save, path, Worksheet())
    assert path.read_bytes() == before


@pytest.mark.parametrize("number", [13, 30, 28])
def test_where_writing_is_not_possible_the_file_stays_and_nothing_is_left_behind(path, monkeypatch, number):
    before, stored = path.read_bytes(), store.read(path)

    def refuse(source, target):
        raise OSError(number, "no")

    monkeypatch.setattr(files.os, "replace", refuse)
    assert "書き込めません" in told("cannot_write", save, path, stored, goal1__text="x")
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.rglob(".*") if p.name != ".lock"] == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "班_記録").write_text("", encoding="utf-8")
    assert "書き込めません" in told("cannot_write", store.save, tmp_path / "班.yml", Worksheet())
    assert not (tmp_path / "班.yml").exists()


def test_a_lock_held_by_another_is_waited_for_and_then_named(path, monkeypatch):
    monkeypatch.setattr(locking, "PATIENCE", 0.05)
    stored = store.read(path)
    with locking.locked(path):
        assert "ほかの人が保存している途中" in told("in_use", save, path, stored, goal1__text="x")
    assert save(path, stored, goal1__text="x").worksheet.get("goal1").text == "x"


@pytest.mark.parametrize("loss", [lambda p: p.unlink(), lambda p: p.write_text("goals: [", encoding="utf-8")])
def test_what_was_typed_over_a_file_that_is_lost_lies_in_the_history(path, loss):
    stored = store.read(path)
    loss(path)
    with pytest.raises(DataAcademyError, match="防災1班_記録/履歴/.*に取ってあります"):
        save(path, stored, goal1__text="打ったもの")
    assert "打ったもの" in kept(path)[0]
    assert store.restore(path)[0].worksheet.get("goal1").text == "打ったもの"


KILLED = """
    import os, random, signal, sys, time
    from pathlib import Path
    sys.path[:0] = sys.argv[2:]
    from worksheets import full_worksheet
    from dataacademy.worksheet import store

    def save(stored, text):
        for goal in stored.worksheet.goals:
            goal.text = text
        return store.save(path, stored.worksheet, base=stored)

    path, dice = Path(sys.argv[1]), random.Random(7)
    save(store.save(path, full_worksheet(60)), "begun")
    for _ in range(12):
        heard, said = os.pipe()
        child = os.fork()
        if child == 0:
            stored = store.read(path)
            for number in range(10_000):
                stored = save(stored, f"{os.getpid()}-{number}")
                os.write(said, b".")
        os.read(heard, 1)
        time.sleep(dice.uniform(0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        texts = {goal.text for goal in store.read(path).worksheet.goals}
        assert len(texts) == 1, texts
        assert path.read_bytes() in [version.path.read_bytes() for version in store.versions(path)[:2]]
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_process_killed_while_saving_leaves_a_whole_version_and_no_lock(path, root):
    killed = path.with_name("殺.yml")
    code = [sys.executable, "-c", textwrap.dedent(KILLED), str(killed), str(root / "tests")]
    done = subprocess.run(code, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert store.read(killed).worksheet.goals[0].text != "begun"
    (path.parent / ".殺.yml.halfway").write_text("goals", encoding="utf-8")  # what such a process leaves
    for left in path.parent.rglob(".*"):
        os.utime(left, (0, 0))
    save(killed, store.read(killed), fact1__text="あと")
    assert [p.name for p in path.parent.rglob(".*") if p.name != ".lock"] == []


# -- two at once ------------------------------------------------------------------------------------------------------


def test_changes_of_different_fields_come_together(path):
    mine = theirs = store.read(path)
    save(path, theirs, goal1__text="むこう", measure1__who="外注", team__theme="新しい")
    merged = save(path, mine, goal1__plan="こちら", cost1__amount=1, team__section="福祉課").worksheet
    assert (merged.get("goal1").text, merged.get("goal1").plan) == ("むこう", "こちら")
    assert (merged.get("measure1").who, merged.get("cost1").amount) == ("外注", 1)
    assert (merged.team.theme, merged.team.section) == ("新しい", "福祉課")
    assert store.read(path).worksheet == merged


def test_two_records_under_one_id_are_told_apart_and_links_follow(path):
    mine = theirs = store.read(path)
    two = theirs.worksheet.model_copy(deep=True)
    two.add("finding", text="むこうの", value=1)
    two.add("fact", text="{finding3} 人", findings=["finding3"])
    store.save(path, two, base=theirs)
    one = mine.worksheet.model_copy(deep=True)
    one.add("finding", text="こちらの", value=2)
    one.add("fact", text="{finding3} 人と {finding3.x:.1f} と {finding30}", findings=["finding3", "finding1"])
    one.get("effect1").findings = ["finding1", "finding3"]
    stored = store.save(path, one, base=mine)
    merged = stored.worksheet
    assert stored.renamed == {"finding3": "finding4", "fact2": "fact3"}
    assert [finding.text for finding in merged.findings[2:]] == ["むこうの", "こちらの"]
    assert (merged.get("fact2").text, merged.get("fact2").findings) == ("{finding3} 人", ["finding3"])
    assert merged.get("fact3").text == "{finding4} 人と {finding4.x:.1f} と {finding30}"
    assert merged.get("fact3").findings == ["finding4", "finding1"]
    assert merged.get("effect1").findings == ["finding1", "finding4"]


def test_the_same_field_changed_by_both_is_shown_and_nothing_is_overwritten(path):
    mine = theirs = store.read(path)
    save(path, theirs, goal1__text="むこう", indicator1__target_date=datetime.date(2030, 1, 1), fact1__findings=[])
    before = path.read_bytes()
    with pytest.raises(store.EditConflict) as found:
        save(
            path,
            mine,
            goal1__text="こちら",
            goal1__plan="計画",
            indicator1__target_date=None,
            fact1__findings=["finding2"],
        )
    said = str(found.value)
    assert found.value.note.kind == "edit_conflict" and path.read_bytes() == before
    assert "goal1「目標」　あなた：こちら　もう一方：むこう" in said
    assert "fact1「もとの発見」　あなた：finding2　もう一方：（空）" in said
    assert "indicator1「目標の日」　あなた：（空）　もう一方：2030-01-01" in said
    assert found.value.merged.get("goal1").plan == "計画" and found.value.theirs.worksheet.get("goal1").text == "むこう"
    place = path.parent / said.split("あなたの版は ")[1].split(" に")[0]
    assert place.is_file() and store.read(place).worksheet.get("goal1").text == "こちら"
    assert kept(path)[0].encode() == before  # the newest version is the one in the file


@pytest.mark.parametrize("mine_removes", [True, False])
def test_one_takes_out_what_the_other_changes(path, mine_removes):
    mine = theirs = store.read(path)
    gone = mine.worksheet.model_copy(deep=True)
    gone.remove("goal1")
    changed = mine.worksheet.model_copy(deep=True)
    changed.get("goal1").text = "変えた"
    store.save(path, changed if mine_removes else gone, base=theirs)
    with pytest.raises(store.EditConflict, match="（この記録を消した）") as found:
        store.save(path, gone if mine_removes else changed, base=mine)
    assert [(c.id, c.field) for c in found.value.conflicts] == [("goal1", "")]


def test_the_same_change_by_both_is_no_conflict(path):
    mine = theirs = store.read(path)
    save(path, theirs, goal1__text="同じ")
    assert save(path, mine, goal1__text="同じ", goal1__plan="と計画").worksheet.get("goal1").plan == "と計画"


def test_merging_tells_new_records_apart_by_itself():
    base, mine, theirs = (small_flow_a() for _ in range(3))
    mine.add("goal", text="こちら")
    theirs.add("goal", text="むこう")
    merged, conflicts = merge(base, mine, theirs)
    assert [goal.text for goal in merged.goals[1:]] == ["むこう", "こちら"] and not conflicts
    assert merge(base, theirs, theirs) == (theirs, [])


def test_whoever_moved_records_gives_the_order_and_new_ones_stand_last():
    base, mine, theirs = (small_flow_a() for _ in range(3))
    mine.data.reverse()
    theirs.add("data", text="むこう")
    assert [item.id for item in merge(base, mine, theirs)[0].data] == ["data2", "data3", "data1"]
    mine.add("data", text="こちら")
    assert [item.text for item in merge(base, mine, theirs)[0].data][-1] == "こちら"
    assert [item.id for item in merge(base, theirs, mine)[0].data][:2] == ["data2", "data1"]


@LAW
@given(st.data())
def test_merging_with_one_who_did_nothing_gives_the_other(data):
    base = data.draw(worksheets())
    changed, _, _ = data.draw(edits(base))
    assert merge(base, base, changed) == (changed, [])
    merged, conflicts = merge(base, changed, base)
    assert not conflicts and merged.team == changed.team and merged.index() == changed.index()
    assert merge(base, changed, changed) == (changed, [])


@LAW
@given(st.data())
def test_every_change_of_either_is_in_the_merged_sheet_or_named(data):
    base = data.draw(worksheets())
    (mine, _, _), (theirs, _, _) = data.draw(edits(base)), data.draw(edits(base))
    merged, conflicts = merge(base, mine, theirs)
    named = {(conflict.id, conflict.field) for conflict in conflicts}
    mine, new_ids = apart(base, mine, theirs)
    was, there, have = base.index(), theirs.index(), merged.index()
    assert set(new_ids.values()) <= set(have)
    for id, record in mine.index().items():
        for field, value in dict(record).items():
            if (
                (id, "") not in named
                and (id, field) not in named
                and (id not in was or value != getattr(was[id], field))
            ):
                assert getattr(have[id], field) == value
    for id, record in there.items():
        if record != was.get(id) and (id not in mine.index() or mine.index()[id] == was.get(id)):
            assert have[id] == record


def test_many_hands_at_once_lose_nothing(path):
    def work(hand: int) -> None:
        sheet = open_sheet(path)
        for number in range(6):
            record = sheet.add("fact", text=f"{hand}-{number}")
            assert sheet.get(record.id).text == f"{hand}-{number}"

    hands = [threading.Thread(target=work, args=(hand,)) for hand in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    found = store.read(path).worksheet.facts[1:]
    assert sorted(fact.text for fact in found) == sorted(f"{hand}-{number}" for hand in range(4) for number in range(6))


# -- history ----------------------------------------------------------------------------------------------------------


def test_every_save_can_be_taken_back_and_taking_back_too(path):
    texts = [path.read_text(encoding="utf-8")]
    stored = store.read(path)
    for number in range(3):
        stored = save(path, stored, goal1__text=f"版{number}")
        texts.append(stored.text)
    assert kept(path) == texts[::-1]
    first = history.versions(path)[-1]
    stored, version = store.restore(path, first.name)
    assert (version, stored.text) == (first, texts[0])
    assert history.restore(path) == history.versions(path)[2] and path.read_text(encoding="utf-8") == texts[3]
    assert str(first) == f"{first.name}（{first.when:%Y年%m月%d日 %H時%M分%S秒}）"


def test_a_change_by_hand_is_kept_before_it_is_changed_again(path):
    by_hand = path.read_text(encoding="utf-8").replace("goals:", "goals:  # 会議で")
    path.write_text(by_hand, encoding="utf-8")
    save(path, store.read(path), goal1__text="x")
    assert by_hand in kept(path)


def test_a_version_that_is_not_there_or_not_readable_is_named(path):
    assert "worksheet history" in told("no_version", store.restore, path, "20200101-000000-000000-abcdef12")
    broken = history.keep(path, b"goals: [")
    assert "読めません" in told("no_version", history.restore, path, broken)
    assert told("no_version", store.restore, path.with_name("ない.yml"))
    (store.beside(path) / "履歴" / "メモ.yml").write_text("a", encoding="utf-8")
    assert len(history.versions(path)) == 2


def test_the_newest_are_all_kept_and_of_older_days_the_last(path, monkeypatch):
    monkeypatch.setattr(history, "KEPT", 3)
    folder = store.beside(path) / "履歴"
    for day, hour in [(1, 9), (1, 10), (1, 11), (2, 9), (2, 10), (3, 9)]:
        (folder / f"202001{day:02}-{hour:02}0000-000000-abcdef12.yml").write_text(f"# {day} {hour}", encoding="utf-8")
    history.keep(path, b"a: 1\n")
    history.keep(path, b"a: 2\n")
    names = [version.name[:13] for version in history.versions(path)]
    assert names[3:] == ["20200103-0900", "20200102-1000", "20200101-1100"] and len(names) == 6


def test_a_clock_set_back_does_not_change_the_order(path):
    future = store.beside(path) / "履歴" / "29990101-000000-999999-abcdef12.yml"
    future.write_text("# later\n", encoding="utf-8")
    assert history.keep(path, b"# now\n") == history.versions(path)[0]
    assert kept(path)[0] == "# now\n"


# -- the sheet --------------------------------------------------------------------------------------------------------


@pytest.fixture
def output(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("DATAACADEMY_OUTPUT", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(("flow", "offered"), [("A", False), ("B", True)])
def test_a_team_begins_with_the_guide_and_goes_on_with_its_file(output, flow, offered):
    sheet = open_sheet("防災1班", flow=flow, town="mirai")
    assert sheet.path == output / "worksheets" / "防災1班.yml"
    assert ("prototypes:" in sheet.path.read_text(encoding="utf-8")) == offered
    assert (sheet.worksheet.team.name, sheet.worksheet.team.flow, sheet.worksheet.team.town) == (
        "防災1班",
        flow,
        "mirai",
    )
    sheet.add("goal", text="近い")
    again = open_sheet("防災1班", flow="B")
    assert again.get("goal1").text == "近い" and again.worksheet.team.flow == flow


def test_a_file_may_be_named_itself(tmp_path):
    assert open_sheet(tmp_path / "sub" / "班.YAML").path == tmp_path / "sub" / "班.YAML"
    assert open_sheet(str(tmp_path / "班.yml")).worksheet.team.name == "班"


def test_a_lost_file_is_told_and_not_begun_anew(path):
    path.unlink()
    assert "worksheet restore" in told("no_worksheet", open_sheet, path)


@pytest.mark.parametrize(
    "name",
    ["", " ", "a/b", "a\\b", "..", ".", ".隠し", "CON", "nul.班", "com1", "a:b", "a?", "a\nb", "a\0b", "a\0.yml", "班.", "あ" * 61, "😀" * 60],
)  # fmt: skip
def test_a_name_that_no_file_can_have_is_refused_with_the_way_out(output, name):
    assert "例：防災1班" in told("bad_team_name", open_sheet, name)
    assert list(output.iterdir()) == []


def test_one_name_in_two_spellings_is_one_file(output):
    assert open_sheet("か\u3099班").path == open_sheet(" が班 ").path


def test_names_as_teams_have_them_are_taken(output):
    for name in ("防災 1班（髙﨑）", "𠮷野・CON班", "👨‍👩‍👧班", "あ" * 60, "v1.5班"):
        assert open_sheet(name).worksheet.team.name == name


def test_an_unknown_flow_is_refused(output):
    assert "「A」" in told("unknown_choice", open_sheet, "班", flow="C")


def test_what_is_added_changed_and_taken_out_is_saved_at_once(path):
    sheet = open_sheet(path)
    added = sheet.add("design", text="図", kind="棒グラフ", classes=[1, 2])
    assert added.id == "design2" and store.read(path).worksheet.get("design2") == added
    assert sheet.update("design2", kind="散布図", unit="人").unit == "人"
    assert store.read(path).worksheet.get("design2").kind == "散布図"
    sheet.remove("design2")
    assert "design2" not in store.read(path).worksheet.index()
    sheet.worksheet.team.theme = "手で"
    sheet.save()
    assert open_sheet(path).worksheet.team.theme == "手で"


WRONG_CALLS = {
    "a kind that is not there": (lambda s: s.add("gaol"), "unknown_choice", "「goal」"),
    "a field that is not there": (lambda s: s.add("goal", texte="a"), "unknown_choice", "「text」"),
    "an id of one's own": (lambda s: s.update("goal1", id="goal9"), "unknown_choice", "項目「id」"),
    "a record that is not there": (lambda s: s.update("goal9", text="a"), "no_record", "goal9"),
    "a record that cannot be taken out": (lambda s: s.remove("goal9"), "no_record", "goal9"),
    "a choice that is not there": (lambda s: s.update("cost1", kind="現"), "bad_value", "もしかして「現金」"),
    "no number": (lambda s: s.update("cost1", amount="五万"), "bad_value", "「金額・時間」に「五万」は"),
    "one of two": (lambda s: s.update("cost1", unit="時間", amount="五万"), "bad_value", "数を"),
    "a number that is none": (lambda s: s.update("finding1", values={"a": float("inf")}), "bad_value", "「名前の付いた数」に"),
    "what no file holds": (lambda s: s.update("finding1", picture={"classes": [float("nan")]}), "not_kept", "finding1「できた図」"),
    "a forbidden sign": (lambda s: s.update("goal1", text="\x07"), "bad_value", "U+0007"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG_CALLS)
def test_a_wrong_call_is_named_and_changes_nothing(path, what):
    do, kind, word = WRONG_CALLS[what]
    sheet, before = open_sheet(path), path.read_bytes()
    assert word in told(kind, do, sheet)
    assert path.read_bytes() == before and sheet.worksheet == small_flow_a()


def test_two_tabs_see_each_other_s_records(path):
    one, two = open_sheet(path), open_sheet(path)
    first = one.add("fact", text="一つ目")
    second = two.add("fact", text="二つ目")
    assert (first.id, second.id, second.text) == ("fact2", "fact3", "二つ目")
    assert [fact.text for fact in two.worksheet.facts[1:]] == ["一つ目", "二つ目"]
    one.reload()
    assert one.get("fact3").text == "二つ目"


def test_after_a_conflict_the_sheet_is_as_before_and_can_be_reloaded(path):
    one, two = open_sheet(path), open_sheet(path)
    one.update("goal1", text="一人目")
    told("edit_conflict", two.update, "goal1", text="二人目")
    assert two.worksheet == small_flow_a()
    two.reload()
    assert two.update("goal1", text="二人目").text == "二人目"


def test_the_overview_names_team_and_counts_and_escapes(path):
    sheet = open_sheet(path)
    sheet.worksheet.team.theme = "<b>距離</b>"
    shown = sheet._repr_html_()
    assert "防災1班" in shown and "データ一覧</td><td style='text-align:right'>2<" in shown
    assert "&lt;b&gt;" in shown and "<b>" not in shown


def test_opening_a_sheet_needs_none_of_the_heavy_libraries():
    code = (
        "import sys, dataacademy.worksheet as w; "
        "print([m for m in ('pandas', 'numpy', 'matplotlib', 'openpyxl', 'ipywidgets') if m in sys.modules]); w.example"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
