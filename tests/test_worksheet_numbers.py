"""The number of a record is given out once: whoever takes the record out, however the file is opened again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from worksheets import small_flow_a

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet import open_sheet, store
from dataacademy.worksheet.excel import export, import_
from dataacademy.worksheet.merging import merge
from dataacademy.worksheet.model import KINDS, Worksheet, kind_of

REMOVED = "removed: {measure: 2}  # 消した記録の番号。もう使いません\n"


@pytest.fixture
def path(tmp_path) -> Path:
    return store.save(tmp_path / "班.yml", small_flow_a()).path


# -- what others rest on stays ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "places"),
    {
        "fact1": ["verdict1「もとの事実」", "measure1「支える事実」"],
        "effect1": ["indicator1「どの効果の」"],
        "finding1": ["fact1「事実」", "fact1「もとの発見」", "effect1「見積もりのもと」"],
        "finding2": ["fact1「事実」", "fact1「もとの発見」"],
    }.items(),
)
def test_a_record_that_others_use_is_not_taken_out_and_every_place_is_named(path, id, places):
    sheet, before = open_sheet(path), path.read_bytes()
    with pytest.raises(DataAcademyError) as found:
        sheet.remove(id)
    assert found.value.note.kind == "still_used" and [p for p in places if f"・{p}" not in str(found.value)] == []
    assert str(found.value).count("・") == len(places)
    assert ("{" + id + "}" in found.value.note.fix) == id.startswith("finding")
    assert path.read_bytes() == before and sheet.worksheet == small_flow_a()


def test_a_quoted_number_alone_holds_its_finding_and_a_longer_number_does_not(path):
    sheet = open_sheet(path)
    last = sheet.add("finding", text="数", value=1).id
    sheet.update("goal1", text=f"{{{last}0}} 人、{last} 人")
    sheet.remove(last)
    last = sheet.add("finding", text="数", value=1).id
    sheet.update("goal1", text=f"{{{last}.name:.1f}} 人")
    with pytest.raises(DataAcademyError, match="goal1「目標」"):
        sheet.remove(last)


def test_a_step_after_itself_can_be_taken_out_and_many_places_are_counted(path):
    sheet = open_sheet(path)
    sheet.add("process", text="受付")
    sheet.update("process1", after=["process1"])
    sheet.remove("process1")
    for _ in range(12):
        sheet.add("problem", goal="goal1")
    with pytest.raises(DataAcademyError, match="ほかに 3 か所"):
        sheet.remove("goal1")


# -- numbers do not come back -----------------------------------------------------------------------------------------


def test_only_the_highest_number_needs_a_line_and_putting_back_takes_it_out_again(path):
    sheet, before = open_sheet(path), path.read_text(encoding="utf-8")
    two = [sheet.add("measure", text="二つ目"), sheet.add("measure", text="三つ目")]
    sheet.remove("measure2")
    assert "removed" not in path.read_text(encoding="utf-8")
    sheet.remove("measure3")
    assert path.read_text(encoding="utf-8") == before.replace("\nteam:", f"\n{REMOVED.replace('2', '3')}\nteam:")
    sheet.worksheet.measures += two
    sheet.save()
    assert "removed" not in path.read_text(encoding="utf-8")
    sheet.remove("measure3")
    assert open_sheet(path).add("measure", text="次").id == "measure4"


def test_the_line_keeps_what_a_person_wrote_beside_it(path):
    sheet = open_sheet(path)
    sheet.remove("cost1")
    path.write_text(
        path.read_text(encoding="utf-8").replace("# 消した記録", "# 見積もりの前に消した"), encoding="utf-8"
    )
    sheet = open_sheet(path)
    sheet.remove("indicator1")
    assert "removed: {cost: 1, indicator: 1}  # 見積もりの前に消した" in path.read_text(encoding="utf-8")


def test_a_record_taken_out_with_an_editor_does_not_give_its_number_away(path):
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("indicators:")], encoding="utf-8")
    before = path.read_bytes()
    assert store.read(path).worksheet.indicators == [] and path.read_bytes() == before
    assert open_sheet(path).add("indicator", text="次").id == "indicator2"


def test_a_restored_version_knows_the_numbers_that_came_after_it(path):
    before = path.read_text(encoding="utf-8")
    first, sheet = store.versions(path)[0], open_sheet(path)
    sheet.add("measure", text="二つ目")
    after = path.read_bytes()
    restored, _ = store.restore(path, first)
    assert restored.text == before.replace("\nteam:", f"\n{REMOVED}\nteam:")
    assert store.restore(path)[0].text.encode() == after
    path.write_text("goals: [", encoding="utf-8")
    assert store.restore(path, first)[0].worksheet.next_id("measure") == "measure3"


def test_a_row_emptied_in_excel_does_not_give_its_number_away(path, tmp_path):
    stored = store.read(path)
    source = export(stored.worksheet, tmp_path / "班.xlsx")
    book = load_workbook(source)
    for cell in book["費用"][4][1:]:
        cell.value = None
    book.save(source)
    imported = import_(source, stored.worksheet).worksheet
    assert imported.costs == [] and imported.removed == {"cost": 1}
    store.save(path, imported, base=stored)
    source.unlink()
    book = load_workbook(export(store.read(path).worksheet, source))
    book["費用"].cell(4, 2).value = "印刷"
    book.save(source)
    assert [cost.id for cost in import_(source, store.read(path).worksheet).worksheet.costs] == ["cost2"]
    assert import_(source, Worksheet()).worksheet.next_id("cost") == "cost3"


def test_a_number_that_the_other_gave_out_and_took_back_meanwhile_is_not_mine():
    base, mine, theirs = (small_flow_a() for _ in range(3))
    theirs.add("fact", text="むこう")
    theirs.remove("fact2")
    mine.add("fact", text="こちら")
    mine.add("verdict", facts=["fact2"])
    merged, conflicts = merge(base, mine, theirs)
    assert [fact.id for fact in merged.facts] == ["fact1", "fact3"] and not conflicts
    assert merged.verdicts[1].facts == ["fact3"]


def test_a_record_put_back_by_me_keeps_its_number():
    base, mine, theirs = (small_flow_a() for _ in range(3))
    for one in (base, mine, theirs):
        one.remove("cost1")
    mine.costs.append(small_flow_a().costs[0])
    theirs.add("goal", text="むこう")
    assert [cost.id for cost in merge(base, mine, theirs)[0].costs] == ["cost1"]


STEPS = ("add", "add", "remove", "open", "hand", "restore", "excel")


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_no_number_is_ever_given_out_twice(tmp_path_factory, data):
    """Two open the file, add, take out, open anew, edit by hand, go back and use Excel, in any order."""
    folder = tmp_path_factory.mktemp("numbers")
    path = store.save(folder / "班.yml", Worksheet()).path
    sheets, given_out, count = [open_sheet(path), open_sheet(path)], {}, 0
    for _ in range(data.draw(st.integers(2, 9))):
        what, who = data.draw(st.sampled_from(STEPS)), data.draw(st.integers(0, 1))
        sheet = sheets[who]
        if what == "add":
            count += 1
            sheet.add(data.draw(st.sampled_from(["goal", "fact"])), text=f"記録{count}")
        elif what == "remove" and (there := list(sheet.worksheet)):
            sheet.remove(data.draw(st.sampled_from(there)).id)
        elif what == "restore":
            store.restore(path, data.draw(st.sampled_from(store.versions(path))))
        elif what == "hand":
            gone = store.read(path).worksheet.model_copy(update={"facts": []})
            text = path.read_text(encoding="utf-8")
            if "facts:" in text and not gone.goals:
                path.write_text(text[: text.index("facts:")], encoding="utf-8")
        elif what == "excel":
            stored = store.read(path)
            book = load_workbook(export(stored.worksheet, folder / "班.xlsx"))
            for cell in book[KINDS["fact"][2]][4][1:]:
                cell.value = None
            count += 1
            book["目標"].cell(4 + len(stored.worksheet.goals), 2).value = f"記録{count}"
            book.save(folder / "班.xlsx")
            store.save(path, import_(folder / "班.xlsx", stored.worksheet).worksheet, base=stored)
            (folder / "班.xlsx").unlink()
        if what in ("open", "restore", "hand", "excel"):
            sheets[who] = open_sheet(path)
        for one in (*sheets, store.read(path)):
            for record in one.worksheet:
                assert given_out.setdefault(record.id, record.text) == record.text, (what, record.id)
                assert kind_of(record.id) in ("goal", "fact")
