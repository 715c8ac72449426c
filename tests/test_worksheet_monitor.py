"""Indicators that live on: next month's file in, the same numbers as at once, and a word wherever something is odd."""

from __future__ import annotations

import datetime
import re
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot

import dataacademy as da
from dataacademy import DataAcademyError, effect
from dataacademy.worksheet import open_sheet
from dataacademy.worksheet.monitor import Monitored, monitor, page
from dataacademy.worksheet.monitor.compute import bring_up_to_date
from dataacademy.worksheet.monitor.counts import counts
from dataacademy.worksheet.monitor.files import NewFiles, NewTable, read_folder
from dataacademy.worksheet.monitor.page import chart
from dataacademy.worksheet.records import Indicator

JOBS, ONLINE = "就労支援の就職率", "オンライン申請の割合"
FIRST, NEXT = datetime.date(2024, 4, 10), datetime.date(2024, 5, 10)
COLUMNS = {"source": "indicator_monthly", "period": "month", "numerator": "numerator", "denominator": "denominator"}


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    yield
    assert pyplot.get_fignums() == []


@pytest.fixture(autouse=True)
def quick(request, monkeypatch):
    """Charts are drawn in those tests that look at them; elsewhere an empty file stands for each."""

    def write_chart(computed, record, folder):
        (folder / f"{record.id}.png").exists() or (folder / f"{record.id}.png").write_bytes(b"")
        return folder / f"{record.id}.png", record.text

    if "drawn" not in request.fixturenames:
        monkeypatch.setattr(page, "write_chart", write_chart)


@pytest.fixture
def drawn():
    """This test wants real charts."""


@cache
def table() -> pd.DataFrame:
    return da.load("indicator_monthly")


def part(until="9999", since="", names=(JOBS, ONLINE)) -> pd.DataFrame:
    return table().query("@since < month <= @until and name in @names")


@pytest.fixture
def team(tmp_path) -> Path:
    sheet = open_sheet(tmp_path / "班.yml")
    for name in (JOBS, ONLINE):
        sheet.add("indicator", text=name, better="高いほどよい", frequency="毎月", **COLUMNS)
    return sheet.path


def change(team: Path, id="indicator1", **values) -> None:
    open_sheet(team).update(id, **values)


def deliver(team: Path, *tables: pd.DataFrame, names=("指標.csv", "指標2.csv")) -> Path:
    """A new folder with these tables."""
    folder = Path(tempfile.mkdtemp(dir=team.parent))
    for data, name in zip(tables, names, strict=False):
        data.to_csv(folder / name, index=False)
    return folder


def run(team: Path, *tables: pd.DataFrame, today=FIRST, **how) -> Monitored:
    return monitor(team, deliver(team, *tables, **how), today=today)


def states(done: Monitored) -> list[str]:
    return [one.state for one in done.watched]


def kinds(done: Monitored, at=0) -> list[str]:
    return [note.kind for note in done.watched[at].notes]


def beside(team: Path) -> Path:
    return team.with_name("班_記録") / "指標"


def files(team: Path) -> dict:
    return {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in beside(team).iterdir()}


# --- month by month ---------------------------------------------------------------------------------------------------


def test_month_by_month_gives_what_the_whole_table_gives(team):
    done = run(team, part("2024-03"))
    assert states(done) == ["new", "new"] and done.failed == ()
    done = run(team, part("2024-04", "2024-03"), today=NEXT)
    assert states(done) == ["new", "new"]
    for name, one in zip((JOBS, ONLINE), done.watched, strict=True):
        whole = effect.indicator(part("2024-04"), name=name)
        assert one.computed.found.value == whole.value
        pd.testing.assert_frame_equal(one.computed.found.table, whole.table)


def test_the_change_since_last_time_is_split_and_adds_up(team):
    run(team, part("2024-03"))
    done = run(team, part("2024-06", "2024-03"), today=NEXT)  # three months at once: last time was March
    found = done.watched[1].change
    rows = part().query("name == @ONLINE").set_index("month")
    (n0, d0), (n1, d1) = (rows.loc[m, ["numerator", "denominator"]].astype(float) for m in ("2024-03", "2024-06"))
    assert (found.before, found.after) == ("2024-03", "2024-06")
    assert found.points == pytest.approx(100 * (n1 / d1 - n0 / d0))
    assert found.numerator_points == pytest.approx(100 * ((n1 - n0) / d0 + (n1 - n0) / d1) / 2)
    assert found.numerator_points + found.denominator_points == pytest.approx(found.points)
    assert "前回（2024-03）から" in str(done)


def test_the_same_files_again_change_nothing(team, drawn):
    run(team, part("2024-03"))
    folder = deliver(team, part("2024-04", "2024-03"))
    first = monitor(team, folder, today=NEXT)
    before = files(team)
    again = monitor(team, folder, today=NEXT + datetime.timedelta(40))
    assert states(again) == ["same", "same"] and kinds(again) == ["same_file"]
    assert again.watched[0].change == first.watched[0].change
    assert files(team) == before and team.with_name("班_記録").joinpath("指標").is_dir()


months = st.lists(st.tuples(st.integers(0, 40), st.integers(40, 90)), min_size=2, max_size=9)


@settings(max_examples=40, deadline=None)
@given(months, st.data())
def test_however_the_months_arrive_the_history_is_the_same(counted, data):
    periods = pd.period_range("2025-01", periods=len(counted), freq="M").astype(str)
    whole = pd.DataFrame(counted, columns=["numerator", "denominator"]).assign(month=periods)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(counted) - 1))))
    record = Indicator(id="indicator1", text="率", target=10, **COLUMNS | {"source": "率.csv"})
    parts = [whole.iloc[a:b] for a, b in zip([0, *cuts], [*cuts, len(counted)], strict=True)]
    if data.draw(st.booleans()):  # files that hold what came before, too
        parts = [whole.iloc[:b] for b in [*cuts, len(counted)]]
    with tempfile.TemporaryDirectory() as folder:
        for i, rows in enumerate(parts):
            new = NewFiles([NewTable("率.csv", "", rows.reset_index(drop=True), f"{i}")], [], {})
            state, _, computed = bring_up_to_date(record, new, Path(folder) / "a.yml", FIRST)
            assert state == "new"
    at_once = effect.indicator(whole, target=10)
    assert computed.found.observations["numerator"].tolist() == whole["numerator"].tolist()
    assert computed.found.value == at_once.value and len(computed.history.runs) == len(parts)
    last = parts[-2]["month"].iloc[-1] if len(parts) > 1 else periods[-2]
    assert computed.change.before == last


def test_all_indicators_of_the_sample_town_are_computed(tmp_path):
    sheet = open_sheet(tmp_path / "班.yml")
    for name in table()["name"].unique():
        sheet.add("indicator", text=name, **COLUMNS)
    folder = deliver(sheet.path, table())
    done = monitor(sheet.path, folder, today=FIRST)
    assert states(done) == ["new"] * 6
    for one in done.watched:
        assert one.computed.found.value == effect.indicator(table(), name=one.record.text).value
    assert states(sheet.monitor(folder)) == ["same"] * 6  # as a lesson calls it


# --- what changed -----------------------------------------------------------------------------------------------------


def test_a_denominator_counted_anew_is_said_when_it_comes_and_not_again(team):
    run(team, part("2024-03"))
    done = run(team, part("2024-04", "2024-03"), today=NEXT)
    assert {"denominator_jump", "definition_changed"} <= set(kinds(done)) and kinds(done, 1) == []
    assert "ただし、2024-04から、分母の数え方が" in done.watched[0].change.words
    done = run(team, part("2024-05", "2024-04"), today=NEXT)
    assert not {"denominator_jump", "definition_changed"} & set(kinds(done))
    page = (beside(team) / "index.html").read_text(encoding="utf-8")
    assert "分母の数え方が「登録している求職者」から" in page  # the page keeps it


def test_revised_numbers_are_used_shown_and_kept(team):
    run(team, part("2024-03"))
    new = part("2024-04", "2024-02")
    new = new.assign(numerator=new["numerator"].mask(new["month"] == "2024-03", new["numerator"] + 1))
    done = run(team, new, today=NEXT)
    assert "revised" in kinds(done) and "から" in done.watched[0].notes[0].ja
    history = yaml.safe_load((beside(team) / "indicator1.yml").read_text(encoding="utf-8"))
    assert history["runs"][-1]["revised"] == [{"period": "2024-03", "was": [24, 1248], "now": [25, 1248]}]
    assert [row["numerator"] for row in history["observations"] if row["period"] == "2024-03"] == [25]
    assert "24÷1,248" in (beside(team) / "index.html").read_text(encoding="utf-8")
    assert states(run(team, new.assign(numerator=new["numerator"] - 1), today=NEXT)) == ["revised", "revised"]


def test_columns_that_come_and_go_are_named(team):
    run(team, part("2024-03"))
    done = run(team, part("2024-04", "2024-03").rename(columns={"owner": "担当"}).assign(備考="暫定"), today=NEXT)
    said = next(note.ja for note in done.watched[0].notes if note.kind == "columns_changed")
    assert "「owner」" in said and "「担当」「備考」" in said
    assert said in (beside(team) / "index.html").read_text(encoding="utf-8")


def test_japanese_headings_are_the_same_table_and_the_change_is_said(team):
    run(team, part("2024-03"))
    labels = {n: c.label for n, c in da.town.contract.TABLES["indicator_monthly"].columns.items()}
    done = run(team, part("2024-04", "2024-03").rename(columns=labels), today=NEXT)
    assert states(done) == ["new", "new"] and "columns_changed" in kinds(done)


def test_a_column_that_is_needed_and_gone_stops_only_this_indicator(team):
    open_sheet(team).update("indicator2", numerator="value >= 20", denominator="件数", target=100)
    run(team, part("2024-03"))
    before = (beside(team) / "indicator1.yml").read_bytes()
    done = run(team, part("2024-04", "2024-03").rename(columns={"numerator": "numerator_new"}), today=NEXT)
    assert states(done) == ["failed", "new"] and kinds(done) == ["unknown_column"]
    note = done.watched[0].notes[0]
    assert "もしかして「numerator_new」ですか" in note.ja and note.file == "指標.csv"
    assert (beside(team) / "indicator1.yml").read_bytes() == before and done.failed == (done.watched[0],)
    page = (beside(team) / "index.html").read_text(encoding="utf-8")
    assert "もしかして「numerator_new」ですか" in page and "2024-03" in page  # what was known stays to be seen


def codebook(label: str) -> pd.DataFrame:
    rows = [("indicator_monthly", "denominator", label, "整数"), ("costs", "item", "費目", "文字")]
    return pd.DataFrame(rows, columns=["table", "column", "label", "type"])


def test_a_file_without_the_words_for_the_denominator_changes_no_definition(team):
    run(team, part("2024-05"))
    done = run(team, part("2024-06", "2024-05").drop(columns="counted"), today=NEXT)
    assert states(done) == ["new", "new"] and "definition_changed" not in kinds(done)


def test_a_changed_explanation_of_a_column_is_said(team):
    run(team, part("2024-03"), codebook("分母"))
    done = run(team, part("2024-04", "2024-03"), codebook("分母"), today=NEXT)
    assert "columns_changed" not in kinds(done, 1)
    done = run(team, part("2024-05", "2024-04"), codebook("分母（市外を除く）"), today=NEXT)
    said = [note.ja for note in done.watched[1].notes if note.kind == "columns_changed"]
    assert len(said) == 1 and "分母（市外を除く）" in said[0]


def test_months_that_are_missing_are_named_once(team):
    run(team, part("2024-03"))
    done = run(team, part("2024-06", "2024-05"), today=NEXT)
    said = next(note.ja for note in done.watched[1].notes if note.kind == "missing_period")
    assert "2024-04、2024-05" in said
    assert "missing_period" not in kinds(run(team, part("2024-07", "2024-06"), today=NEXT), 1)


def test_an_older_file_fills_gaps_and_overwrites_nothing(team):
    run(team, part("2024-03"))
    run(team, part("2024-06", "2024-04"), today=NEXT)
    old = part("2024-05", "2024-02")
    old = old.assign(numerator=old["numerator"].mask(old["month"] == "2024-05", 1))
    done = run(team, old, today=NEXT)
    assert states(done) == ["new", "new"] and "older_file" in kinds(done)
    rows = done.watched[1].computed.found.observations.set_index("period")["numerator"]
    assert rows["2024-04"] == part().query("name == @ONLINE").set_index("month").loc["2024-04", "numerator"]
    assert rows["2024-05"] != 1
    before = files(team)
    assert states(run(team, part("2024-05", "2024-02"), today=NEXT)) == ["same", "same"]
    assert files(team) == before


def test_a_file_from_before_a_correction_does_not_undo_it(team):
    first = deliver(team, part("2024-04"))
    monitor(team, first, today=FIRST)
    new = part("2024-04")
    run(team, new.assign(numerator=new["numerator"].mask(new["month"] == "2024-04", new["numerator"] + 2)), today=NEXT)
    before = files(team)
    done = monitor(team, first, today=NEXT)
    assert "older_file" in kinds(done) and "ちがう数のある時期は 1" in done.watched[0].notes[0].ja
    assert files(team) == before


# --- which file -------------------------------------------------------------------------------------------------------


def test_one_missing_table_does_not_stop_the_others(team):
    open_sheet(team).add("indicator", text="待ち", source="窓口.xlsx", period="月", numerator="a", denominator="b")
    done = run(team, part("2024-03"))
    assert states(done) == ["new", "new", "missing"]
    assert "もとの表「窓口.xlsx」" in done.watched[2].notes[0].ja and "指標.csv" in done.watched[2].notes[0].ja
    assert "× indicator3「待ち」：もとの表がありません" in str(done) and "3 件のうち 2 件" in str(done)
    done = run(team, part("2024-03").rename(columns=lambda c: c + "x"), today=NEXT, names=["別.csv"])
    assert states(done) == ["missing"] * 3
    assert done.watched[0].computed is not None  # what was known is still on the page


def test_two_files_of_one_table_may_share_but_not_disagree(team):
    done = run(team, part("2024-03", names=[JOBS]), part("2024-03", names=[ONLINE]))
    assert states(done) == ["new", "new"]
    done = run(team, part("2024-05", "2024-03"), part("2024-06", "2024-04"), today=NEXT)  # May is in both
    assert done.watched[0].computed.found.observations["period"].iloc[-3:].tolist() == ["2024-04", "2024-05", "2024-06"]
    one = part("2024-07", "2024-06")
    other = one.assign(numerator=one["numerator"].where(one["name"] == ONLINE, one["numerator"] + 1))
    done = run(team, one, other, today=NEXT)
    assert states(done) == ["failed", "new"] and kinds(done) == ["files_disagree"]
    assert "「指標.csv」と「指標2.csv」で、2024-07の数がちがいます" in done.watched[0].notes[0].ja


def test_a_plain_file_is_known_by_its_name_from_month_to_month(team):
    open_sheet(team).update(
        "indicator1", text="転入の割合", source="データ/異動の届_令和8年3月.csv", period="年月", numerator="転入",
        denominator="届の件数", target=40,
    )  # fmt: skip
    folder = deliver(team, part("2024-03", names=[ONLINE]))
    (folder / "異動の届_令和8年４月 (2).csv").write_bytes(
        "年月,転入,届の件数\n令和8年3月,３０,80\n令和8年4月,33,90\n".encode("cp932")
    )
    done = monitor(team, folder, today=FIRST)
    assert states(done) == ["new", "new"]
    assert done.watched[0].computed.found.observations["period"].tolist() == ["2026-03", "2026-04"]


def test_a_renamed_file_is_known_by_the_headings_of_last_time(team):
    rows = pd.DataFrame({"年月": ["2026-03"], "転入": [30], "件数計": [80]})
    open_sheet(team).update(
        "indicator1", source="異動.csv", period="年月", numerator="転入", denominator="件数計", target=40
    )
    assert states(run(team, rows, names=["異動.csv"])) == ["new", "missing"]
    change(team, numerator="転入 >= 0", denominator="件数")
    renamed, other = rows.assign(年月="2026-04"), pd.DataFrame({"年月": ["2026-04"], "転入": [1]})
    done = run(team, renamed, other, names=["ido-final.csv", "another.csv"], today=NEXT)
    assert states(done) == ["new", "missing"]
    history = yaml.safe_load((beside(team) / "indicator1.yml").read_text(encoding="utf-8"))
    assert [file["file"] for file in history["runs"][-1]["files"]] == ["ido-final.csv"]


def test_workbooks_with_several_sheets_are_read(team):
    folder = deliver(team)
    with pd.ExcelWriter(folder / "まとめ.xlsx") as book:
        part("2024-03", names=[JOBS]).to_excel(book, sheet_name="就労", index=False)
        part("2024-03", names=[ONLINE]).to_excel(book, sheet_name="申請", index=False)
    assert states(monitor(team, folder, today=FIRST)) == ["new", "new"]


def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(team):
    folder = deliver(team, part("2024-03"))
    (folder / "こわれた.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (folder / "空.csv").write_bytes(b"")
    done = monitor(team, folder, today=FIRST)
    assert states(done) == ["new", "new"]
    assert {n.file for n in done.notes if n.kind == "unread"} == {"こわれた.xlsx", "空.csv"}
    assert "こわれた.xlsx：このファイルは読めませんでした" in str(done)


def test_the_name_of_an_indicator_is_compared_as_people_read_it(team):
    change(team, text="就労支援の　就職率")
    assert states(run(team, part("2024-03"))) == ["new", "new"]
    change(team, text="就職率")
    done = run(team, part("2024-04", "2024-03"), today=NEXT)
    assert kinds(done) == ["not_in_the_table"] and JOBS in done.watched[0].notes[0].ja


@pytest.mark.parametrize(("folder", "kind"), [("ない", "no_folder"), ("空", "empty_folder"), ("班.yml", "no_folder")])
def test_a_folder_without_files_is_said(team, folder, kind):
    team.with_name("空").mkdir()
    with pytest.raises(DataAcademyError) as error:
        monitor(team, team.with_name(folder))
    assert error.value.note.kind == kind and not beside(team).exists()


def test_a_worksheet_without_indicators_is_said(tmp_path):
    sheet = open_sheet(tmp_path / "班.yml")
    with pytest.raises(DataAcademyError) as error:
        monitor(sheet.path, tmp_path)
    assert error.value.note.kind == "no_indicators"


def test_a_record_that_is_not_finished_names_what_is_empty(team):
    open_sheet(team).add("indicator", text="参加率", numerator="a")
    done = run(team, part("2024-03"))
    assert states(done)[2] == "incomplete" and "「分母」「もとの表」「時期の列」が空です" in done.watched[2].notes[0].ja


@pytest.mark.parametrize(
    "content",
    [
        "observations: [",
        "runs: []\nobservations: []\n",
        "- 1\n",
        "observations: [{period: 2024-01}]\n",
        "\xff",
    ],
)
def test_a_broken_history_is_left_as_it_is(team, content):
    run(team, part("2024-03"))
    file = beside(team) / "indicator1.yml"
    file.write_bytes(content.encode("latin-1"))
    done = run(team, part("2024-04", "2024-03"), today=NEXT)
    assert states(done) == ["failed", "new"] and kinds(done) == ["bad_history"]
    assert file.read_bytes() == content.encode("latin-1")


# --- the sheet --------------------------------------------------------------------------------------------------------


def test_the_target_of_the_sheet_goes_before_that_of_the_table(team):
    change(team, target=1.5)
    one = run(team, part("2024-03")).watched[0].computed.found
    assert one.table["target"].unique().tolist() == [1.5] and bool(one.table["reached"].iloc[-1])
    change(team, target=2, better="低いほどよい")
    one = run(team, part("2024-04", "2024-03"), today=NEXT).watched[0].computed.found
    assert one.table["target"].unique().tolist() == [2] and not one.table["reached"].iloc[-1]


def test_no_target_anywhere_is_said_in_the_words_of_the_sheet(team):
    done = run(team, part("2024-03").drop(columns="target"))
    assert kinds(done) == ["no_target"] and "「目標の値」" in done.watched[0].notes[0].fix
    change(team, target=3)
    assert states(run(team, part("2024-03").drop(columns="target"))) == ["new", "failed"]


def test_a_base_day_in_the_table_is_what_the_newest_is_compared_with(team):
    change(team, base_date=datetime.date(2023, 6, 30))
    one = run(team, part("2024-03")).watched[0]
    whole = effect.indicator(part("2024-03"), name=JOBS, base="2023-06")
    assert one.computed.found.figures == whole.figures
    assert one.computed.base == pytest.approx(whole.table.set_index("period").loc["2023-06", "rate"])
    assert "2023-06からの変化" in one.computed.sentence and "base_differs" not in kinds(run(team, part("2024-03")))


def test_a_base_that_is_not_in_the_table_is_only_a_line(team):
    change(team, base=2.0, base_date=datetime.date(2019, 4, 1))
    one = run(team, part("2024-03", "2024-02")).watched[0]  # one month, the first ever
    assert one.change is None and one.computed.base == 2.0
    assert "基準（2019年4月1日）の 2 からは -0.08 です" in one.computed.sentence


def test_a_base_that_the_table_no_longer_gives_is_said(team):
    change(team, base=2.9, base_date=datetime.date(2023, 3, 31))
    assert "base_differs" not in kinds(run(team, part("2024-03")))  # 2.92, written with one decimal
    change(team, base=2.8)
    new = part("2024-04", "2024-03")
    assert "base_differs" in kinds(run(team, new, today=NEXT))


def test_a_yearly_look_at_months_adds_them_up(team):
    change(team, frequency="毎年")
    one = run(team, part("2024-06")).watched[0]
    whole = effect.indicator(part("2024-06"), name=JOBS, every="fiscal_year")
    assert one.computed.found.value == whole.value
    assert (one.change.before, one.change.after) == ("2022年度", "2023年度")


def test_rates_per_thousand_may_be_above_one(team):
    change(team, per=1000, target=500, numerator="denominator", denominator="numerator")
    assert run(team, part("2024-03")).watched[0].computed.found.value > 1000
    change(team, "indicator2", numerator="denominator", denominator="numerator")
    done = run(team, part("2024-03"))
    assert kinds(done, 1) == ["numerator_above_denominator"] and "いくつ当たり" in done.watched[1].notes[0].fix


# --- counting rows ----------------------------------------------------------------------------------------------------

LOG = pd.DataFrame(
    {
        "日": ["2026-04-01", "2026-04-30", "R8.4.2", "2026/5/1", "2026-05-07", None],
        "窓口": ["市民課", "市民課", "税務課", "市民課", "税 務 課", "税務課"],
        "待ち": [5, 20, 15, np.nan, 40, 3],
        "係": ["東", None, "西", None, "西", "東"],
        "人": [1, 2, 1, 1, 3, 1],
    }
)


def counted(numerator: str, denominator: str = "件数", data=LOG):
    record = Indicator(
        id="indicator1", text="率", source="x", period="日", numerator=numerator, denominator=denominator
    )
    found = counts(record, NewTable("記録.csv", "", data, ""))
    return found.set_index("period")[["numerator", "denominator"]].to_dict("split")["data"]


@pytest.mark.parametrize(
    ("numerator", "denominator", "april", "may"),
    [
        ("待ち <= 15", "件数", [2, 3], [0, 2]),
        ("待ち＜＝１５", "全部", [2, 3], [0, 2]),
        ("待ち ≦ 15", "行数", [2, 3], [0, 2]),
        ("待ち > 15", "待ち >= 0", [1, 3], [1, 1]),
        ("窓口 = 市民課", "件数", [2, 3], [1, 2]),
        ("窓口 = 「税務課」", "件数", [1, 3], [1, 2]),  # spaces mean nothing
        ("窓口 != 市民課", "件数", [1, 3], [1, 2]),
        ("窓口=市民課 かつ 待ち<10", "窓口==市民課", [1, 2], [0, 1]),
        ("人", "件数", [4, 3], [4, 2]),
        ("待ち != 15", "件数", [2, 3], [1, 2]),
        ("係 != 東", "件数", [1, 3], [1, 2]),  # an empty cell is neither
    ],
)
def test_rows_that_meet_a_condition_are_counted_by_month(numerator, denominator, april, may):
    assert counted(numerator, denominator) == [april, may]


@pytest.mark.parametrize(
    ("numerator", "kind"),
    [
        ("待時間 <= 15", "unknown_column"),
        ("待ち が 短い", "unknown_column"),
        ("窓口 < 市民課", "bad_condition"),
        ("__import__('os')", "unknown_column"),
    ],
)
def test_conditions_that_cannot_be_read_are_said(numerator, kind):
    with pytest.raises(DataAcademyError) as error:
        counted(numerator)
    assert error.value.note.kind == kind


def test_a_log_of_the_sample_town_is_counted_as_pandas_counts(team):
    log = da.load("counter_log")
    change(team, source="counter_log", period="date", numerator="staff_minutes <= 15", denominator="件数", target=50)
    found = run(team, log, names=["受付.csv"]).watched[0].computed.found.observations.set_index("period")
    months = log["date"].str[:7]
    assert found["denominator"].to_dict() == months.value_counts().to_dict()
    assert found["numerator"].sum() == (log["staff_minutes"] <= 15).sum()


# --- what is seen -----------------------------------------------------------------------------------------------------


def test_the_chart_shows_target_base_and_where_it_was_counted_anew(team, drawn):
    change(team, base=2.0, target=2.5)
    one = run(team, part("2024-06")).watched[0]
    ax = chart(one.computed, one.record)
    lines = {line.get_label(): line.get_ydata() for line in ax.lines if not line.get_label().startswith("_")}
    assert lines["実績"] == pytest.approx(one.computed.found.table["rate"].to_numpy())
    assert set(lines["目標"]) == {2.5} and set(lines["基準"]) == {2.0}
    upright = [line for line in ax.lines if len({*line.get_xdata()}) == 1]
    assert len(upright) == 1 and "2024-04" in "".join(t.get_text() for t in ax.texts)
    assert "unit" not in [note.kind for note in da.charts.lint(ax)] and "%" in ax.get_ylabel()
    pyplot.close(ax.figure)
    assert one.chart.stat().st_size > 10_000 and JOBS in one.alt and "目標" in one.alt


def test_the_first_month_alone_has_a_chart(team, drawn):
    done = run(team, part("2024-03", "2024-02"))
    assert all(one.chart.is_file() for one in done.watched)


def test_the_page_stands_alone_and_says_everything(team, drawn):
    change(team, "indicator2", text='<script>alert("x")</script>', definition="申請 < 全部", source="別.csv")
    done = run(team, part("2024-03"))
    page = done.page.read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert len(re.findall(r'<img src="data:image/png;base64,[^"]+" alt="[^"]+', page)) == 1
    assert not re.search(r'(src|href)="(?!data:|#)', page) and 'lang="ja"' in page
    assert "1.92 %" in page and "届いていません" in page and "もとの表" in page


def test_printed_parts_add_up_on_the_page(team):
    done = run(team, part("2024-03"))
    rows = re.findall(r'<td class="number">([+-]\d+\.\d\d)</td>', done.page.read_text(encoding="utf-8"))
    assert len(rows) == 6
    for total, top, bottom in (rows[:3], rows[3:]):
        assert round(100 * float(total)) == round(100 * float(top)) + round(100 * float(bottom))


def test_files_that_are_read_keep_their_place_in_the_folder(team):
    folder = deliver(team)
    (folder / "4月").mkdir()
    part("2024-03").to_csv(folder / "4月" / "指標.csv", index=False)
    assert [t.file for t in read_folder(folder).tables] == ["4月/指標.csv"]
