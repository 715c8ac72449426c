"""Hours beside cash, who gains and who pays, and the evaluation sheet."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml
from openpyxl import load_workbook

from dataacademy import costs, load, paths
from dataacademy.errors import DataAcademyError

TRUTH = next(
    t
    for t in yaml.safe_load((paths.dataset(paths.SAMPLE_TOWN) / "truths.yml").read_text(encoding="utf-8"))
    if t["id"] == "hours_not_cash"
)
PROJECT = "書かない窓口"


def test_hours_and_cash_are_told_apart():
    found = costs.time_saved(load("costs"), project=PROJECT)
    assert found.value == TRUTH["size"]["hours_per_year"]
    assert found.figures["cash_yen"] == TRUTH["size"]["cash_per_year_yen"]
    assert "予算を減らしません" in found.sentence
    assert "現金の収支は 612,000 円の赤字" in found.sentence
    assert found.figures["full_time"] == pytest.approx(590 / 1860)
    taking = costs.time_saved(load("costs"), project="ごみ有料化")
    assert taking.value == -1400 and "増えます" in taking.sentence


def test_the_same_hours_twice_are_warned_of():
    table = load("costs").query("project == @PROJECT")
    twice = pd.concat([table, table[table["hours"].notna()].assign(item="窓口の時間")])
    assert any("二度数えて" in line for line in costs.time_saved(twice).assumptions)
    pay = table[table["hours"].notna()].assign(
        item="残業代の減", cash=True, hours=table["hours"].where(table["hours"].isna())
    )
    assert any("残業代" in line for line in costs.time_saved(pd.concat([table, pay])).assumptions)
    assert not any("二度" in line or "残業代" in line for line in costs.time_saved(table).assumptions)


def shared():
    table = load("costs").query("project == 'ごみ有料化'")
    paid = table[table["item"] == "手数料の収入"].assign(kind="running", who="住民")
    return pd.concat([table.assign(who="市"), paid])


def test_groups_add_up_and_a_transfer_is_no_gain():
    found = costs.distribution(shared(), by="who", rate=0.04)
    assert found.table["net_yen"].iloc[:-1].sum() == pytest.approx(costs.npv(shared(), rate=0.04).value)
    assert found.value == 1
    assert "移転" in found.assumptions[0]
    alone = costs.distribution(shared().query("who == '市'"), by="who", rate=0.04)
    assert "移転" not in alone.assumptions[0]


def test_the_sheet_repeats_its_parts(tmp_path):
    options = {"rate": "mlit_4", "project": "収集終了の看板"}
    path = tmp_path / "sheet.xlsx"
    found = costs.evaluation_sheet(load("costs"), qualitative=["=まちがきれいになる"], path=path, **options)
    amount = found.table.set_index("item")["amount"]
    assert amount["純現在価値"] == pytest.approx(costs.npv(load("costs"), **options).value)
    assert amount["経済的内部収益率"] == pytest.approx(100 * costs.irr(load("costs"), project="収集終了の看板").value)
    ratio = costs.bcr(load("costs").query("project == '収集終了の看板'"), rate="mlit_4").value
    assert amount["費用便益比（B/C）"] == pytest.approx(ratio)
    cells = {row[0]: row for row in load_workbook(path).active.iter_rows(min_row=3, values_only=True)}
    assert cells["総便益"][1] == pytest.approx(amount["総便益"])
    assert cells["定性的効果"][3] == "=まちがきれいになる"
    written = [cell for row in load_workbook(path).active.iter_rows() for cell in row]
    assert [c.data_type for c in written if c.value == "=まちがきれいになる"] == ["s"]  # a text, no formula
    assert not [c for c in written if c.data_type == "f"]
    assert {c.number_format for c in written if c.column == 2 and c.value == 6} == {"0"}  # 6 years, not 6.00
    assert [p.name for p in tmp_path.iterdir()] == ["sheet.xlsx"]


def test_no_rate_of_return_is_said_and_not_hidden():
    found = costs.evaluation_sheet(load("costs"), rate=0.04, project="健康ポイント")
    note = found.table.set_index("item").loc["経済的内部収益率", "note"]
    assert "内部収益率はありません" in note


def test_a_year_without_hours_is_not_the_answer():
    table = load("costs").query("project == @PROJECT")
    sold = table.tail(1).assign(fiscal_year=2031, kind="residual", item="機器", hours=None, cash=True)
    later = pd.concat([table, sold.astype(table.dtypes)])
    assert costs.time_saved(later).value == TRUTH["size"]["hours_per_year"]
    unknown = table.assign(hours=table["hours"].mask(table["fiscal_year"] == 2030))
    assert any("時間が空欄" in line for line in costs.time_saved(unknown).left_out)


def test_one_sentence_is_one_effect():
    found = costs.evaluation_sheet(load("costs"), rate=0.04, project=PROJECT, qualitative="待ち時間が減る")
    assert found.table.query("item == '定性的効果'")["note"].tolist() == ["待ち時間が減る"]


def test_a_group_that_gives_only_its_hours_is_named():
    table = load("costs").query("project == 'ごみ有料化'")
    table = table.assign(who=table["cash"].map({True: "市", False: "窓口の職員"}))
    found = costs.distribution(table, by="who", rate=0.04)
    row = found.table.set_index("who").loc["窓口の職員"]
    assert (row["net_yen"], row["hours"]) == (0, -3500)
    assert "窓口の職員 現金はなく職員の時間が 3,500 時間増える" in found.sentence
    assert found.value == 0  # nobody loses money
    assert found.table["net_yen"].iloc[-1] == pytest.approx(costs.npv(table, rate=0.04).value)


def test_the_sheet_says_what_it_rests_on():
    found = costs.evaluation_sheet(load("costs"), rate="mlit_4", project=PROJECT, base_year=2026)
    notes = found.table.set_index("item")["note"]
    assert {"前提：基準年度", "前提：割引率", "前提：評価の期間", "前提：物価", "前提：数えたもの"} <= set(notes.index)
    assert "国土交通省" in notes["前提：割引率"] and "平成16年" in notes["前提：割引率"]
    assert "基準年度より前の金額は" in notes["前提：基準年度"]  # 2025 lies before 2026


def test_letters_that_no_workbook_holds_are_taken_out_and_told(tmp_path):
    path = tmp_path / "sheet.xlsx"
    odd = ["待ち時間\x07が\x1f減る", "二行\nの文"]
    found = costs.evaluation_sheet(load("costs"), rate=0.04, project=PROJECT, qualitative=odd, path=path)
    cells = [row[3] for row in load_workbook(path).active.iter_rows(values_only=True) if row[0] == "定性的効果"]
    assert cells == ["待ち時間が減る", "二行\nの文"]
    assert any("制御文字）を 2 字" in line for line in found.assumptions)
    clean = costs.evaluation_sheet(load("costs"), rate=0.04, project=PROJECT, qualitative="待ち時間が減る")
    assert not any("制御文字" in line for line in clean.assumptions)


BAD = {
    "not_a_group": lambda: costs.distribution(shared(), by="item", rate=0.04),
    "total_as_group": lambda: costs.distribution(shared().assign(who="合計"), by="who", rate=0.04),
    "not_a_table": lambda: costs.time_saved([1, 2]),
    "negative_hours": lambda: costs.time_saved(load("costs").assign(hours=-1), project=PROJECT),
    "no_hours": lambda: costs.time_saved(load("costs"), project="健康ポイント"),
    "out_of_range": lambda: costs.time_saved(load("costs"), project=PROJECT, hours_per_person=0),
    "no_group": lambda: costs.distribution(shared().assign(who=None), by="who", rate=0.04),
    "unknown_column": lambda: costs.distribution(shared(), by="だれ", rate=0.04),
    "not_sentences": lambda: costs.evaluation_sheet(load("costs"), rate=0.04, project=PROJECT, qualitative=[1]),
    "not_xlsx": lambda: costs.evaluation_sheet(load("costs"), rate=0.04, project=PROJECT, path="sheet.pdf"),
}


@pytest.mark.parametrize("effects", [None, [""], ["あ" * 40_000]])
def test_effects_that_are_no_sentences_are_refused(effects):
    with pytest.raises(DataAcademyError) as raised:
        costs.evaluation_sheet(load("costs"), rate=0.04, project=PROJECT, qualitative=effects)
    assert raised.value.note.kind == "not_sentences"


def test_every_word_for_a_total_is_refused_as_a_group():
    for word in ("計", "総計", "total"):
        with pytest.raises(DataAcademyError, match=word):
            costs.distribution(shared().assign(who=word), by="who", rate=0.04)


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_has_a_message_of_its_own(kind):
    with pytest.raises(DataAcademyError) as raised:
        BAD[kind]()
    assert raised.value.note.kind == kind
