"""The gate before handing out: every finding, the three verdicts, and that nothing of the cells is quoted."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment

from dataacademy import DataAcademyError, load
from dataacademy.privacy import release_check, suppress_table
from dataacademy.privacy.grounds import ground_of

LINE = {
    "利用根拠": "個人情報保護法69条2項2号",
    "利用目的": "空き家の把握",
    "提供先": "都市計画課",
    "保存期間": "2027年3月まで",
}


def survey(**changes) -> pd.DataFrame:
    """120 persons of four groups, thirty each."""
    table = pd.DataFrame(
        {"地区": ["北", "南"] * 60, "年代": ["若", "若", "老", "老"] * 30, "満足": [1, 2, 3, 4, 5] * 24}
    )
    return table.assign(**changes)


def levels(found) -> dict[str, str]:
    return dict(zip(found.table["matter"], found.table["verdict"], strict=True))


def test_a_coarse_table_with_a_full_line_may_go_and_says_what_a_person_confirms():
    found = release_check(survey(), by=["地区", "年代"], data_list=LINE)
    assert found.value == "出してよい"
    assert found.figures == {"stop": 0, "mend": 0, "confirm": 2}
    assert levels(found)["組み合わせで分かる人"] == "よい"
    assert "役所の中での利用" in found.table.set_index("matter").loc["利用根拠", "ja"]
    assert "2024年4月1日" in found.assumptions[0] and "所管課" in found.sentence


def test_without_a_ground_nobodys_data_go():
    found = release_check(survey(), by=["地区", "年代"])
    assert found.value == "出せない"
    assert levels(found)["利用根拠"] == "出せない" and levels(found)["データ一覧"] == "直す"
    unclear = release_check(survey(), by=["地区", "年代"], data_list=LINE | {"利用根拠": "課長了解済み"})
    assert "「課長了解済み」が、69条のどれにあたるか" in unclear.table["ja"][0] and unclear.value == "出せない"


def test_the_register_of_the_sample_town_does_not_go_and_no_cell_is_quoted():
    people = load("residents").head(2000)
    found = release_check(people, data_list=LINE)
    assert found.value == "直してから"
    assert levels(found)["直接識別子"] == levels(found)["組み合わせで分かる人"] == "直す"
    told = " ".join([found.sentence, *found.table["ja"], *found.table["fix"]])
    assert not any(name in told for name in people["name"].head(300))
    assert release_check(people, data_list=LINE | {"利用根拠": "個人情報を含まない"}).value == "出せない"


def test_named_people_go_where_the_line_says_so_and_the_ground_carries_it():
    people = load("residents").head(2000)
    named = release_check(people, data_list=LINE | {"渡し方": "個人情報のまま"})
    assert named.value == "出してよい" and levels(named)["直接識別子"] == "確かめる"
    for_research = LINE | {
        "利用根拠": "69条2項4号",
        "提供先": "大学",
        "利用目的": "学術研究",
        "渡し方": "個人情報のまま",
    }
    assert release_check(people, data_list=for_research).value == "直してから"


def test_small_groups_and_groups_that_share_an_illness():
    rare = survey()
    rare.loc[0, "地区"] = "離島"
    found = release_check(rare, by=["地区", "年代"], data_list=LINE)
    assert levels(found)["組み合わせで分かる人"] == "直す"
    assert "5 人未満の組にいる行が 1 行、うち自分だけの行が 1 行" in " ".join(found.table["ja"])
    ill = survey(病歴=["なし", "あり", "なし", "なし"] * 30)
    found = release_check(ill, by=["地区", "年代"], data_list=LINE)
    assert levels(found)["組の全員が同じ値"] == "直す" and levels(found)["要配慮の列"] == "確かめる"
    mixed = survey(病歴=["なし", "あり", "あり", "なし", "なし"] * 24)
    assert "組の全員が同じ値" not in levels(release_check(mixed, by=["地区", "年代"], data_list=LINE))
    few = release_check(survey().head(3), by=["地区"], data_list=LINE)
    assert "3 行しかなく" in " ".join(few.table["ja"])


def test_texts_are_for_people_to_read():
    words = ["夜の道が暗いので、灯りを増やしてほしいと前から思っています。"] * 60 + [
        "バスの本数がもう少し多いと、買い物に行きやすくなります。"
    ] * 60
    found = release_check(survey(意見=words), by=["地区"], data_list=LINE)
    assert levels(found)["文章の列"] == "確かめる" and found.value == "出してよい"


def test_counts_small_ones_seen_and_hidden_ones_computed():
    published = load("published_counts")
    by = {"by": ["quarter", "age_group"], "count": "count"}
    found = release_check(published, **by)
    assert found.value == "直してから" and levels(found)["引き算で分かるマス"] == "直す"
    assert "6 マスは人数が一つに決まり" in found.table["ja"][0]
    full = pd.DataFrame(
        [("北", "男", 3), ("北", "女", 20), ("南", "男", 30), ("南", "女", 40)], columns=["区", "性", "人"]
    )
    seen = release_check(full, by=["区", "性"], count="人")
    assert levels(seen)["少ない人数"] == "直す" and seen.value == "直してから"
    safe = suppress_table(full, by=["区", "性"], count="人").published
    after = release_check(safe, by=["区", "性"], count="count")
    assert after.value == "出してよい" and levels(after)["引き算で分かるマス"] == "よい"
    assert (
        levels(release_check(safe, by=["区", "性"], count="count", data_list={"根拠": "個人情報を含まない"}))[
            "データ一覧"
        ]
        == "確かめる"
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"提供先": "みらい大学"}, "2号は役所の中で"),
        ({"利用根拠": "69条2項3号", "提供先": "株式会社○○"}, "3号はほかの役所"),
        ({"利用根拠": "69条2項4号"}, "4号は統計"),
        ({"利用根拠": "69条2項1号"}, "同意を、いつ"),
        ({"利用根拠": "69条1項（法令に基づく場合）"}, "どの法令のどの条"),
        ({"保存期間": ""}, "保存期間 が書かれていません"),
    ],
)
def test_a_line_that_does_not_go_together_is_told(line, says):
    found = release_check(survey(), by=["地区", "年代"], data_list=LINE | line)
    assert says in " ".join(found.table["ja"])


@pytest.mark.parametrize(
    ("words", "ground"),
    [
        ("69条2項2号", "69-2-2"),
        ("個人情報の保護に関する法律第69条第2項第4号", "69-2-4"),
        ("法６９条２項３号", "69-2-3"),
        ("六十九条第二項第一号", "69-2-1"),
        ("69-2-3", "69-2-3"),
        ("69条2項 2号・4号", None),
        ("69条2項", None),
        ("法令に基づく", "69-1"),
        ("利用目的の範囲内", "within"),
        ("個人情報ではない（集計表）", "none"),
        ("市長が認めた", None),
    ],
)
def test_grounds_are_read_as_offices_write_them(words, ground):
    assert ground_of(words) == ground


def book(path, prepare=lambda b: None):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["地区", "年代", "満足"])
    for row in survey().itertuples(index=False):
        sheet.append(list(row))
    workbook.properties.creator = None
    prepare(workbook)
    workbook.save(path)
    return path


def hide_sheet(workbook):
    workbook.create_sheet("元データ").sheet_state = "hidden"


def hide_column(workbook):
    workbook.active.column_dimensions["B"].hidden = True


def comment(workbook):
    workbook.active["A2"].comment = Comment("山田さんの件", "課員")


def author(workbook):
    workbook.properties.creator = "総務課 山田"


def another(workbook):
    workbook.create_sheet("別の表").append([1, 2])


def filtered(workbook):
    workbook.active.auto_filter.ref = "A1:C121"
    workbook.active.auto_filter.add_filter_column(0, ["北"])


@pytest.mark.parametrize(
    ("prepare", "says", "verdict"),
    [
        (hide_sheet, "隠れたシート 「元データ」", "直してから"),
        (hide_column, "列 B", "直してから"),
        (comment, "「Sheet」A2", "直してから"),
        (filtered, "絞り込み", "直してから"),
        (author, "作成者", "出してよい"),
        (another, "ほかのシート 「別の表」", "出してよい"),
    ],
)
def test_what_a_workbook_carries_besides_its_table(tmp_path, prepare, says, verdict):
    found = release_check(book(tmp_path / "a.xlsx", prepare), by=["地区", "年代"], data_list=LINE)
    told = " ".join(found.table["ja"])
    assert says in told and found.value == verdict
    assert "山田" not in told and "a.xlsx" in found.sentence


def test_a_clean_workbook_and_a_csv_are_only_their_tables(tmp_path):
    path = book(tmp_path / "a.xlsx")
    before = path.read_bytes()
    found = release_check(path, by=["地区", "年代"], data_list=LINE)
    assert found.value == "出してよい" and levels(found)["ファイルの中身"] == "よい"
    assert path.read_bytes() == before
    survey().to_csv(tmp_path / "a.csv", index=False)
    assert release_check(str(tmp_path / "a.csv"), by=["地区", "年代"], data_list=LINE).value == "出してよい"


def test_pivot_data_pictures_and_macros_are_seen_in_the_package(tmp_path):
    import zipfile

    path = book(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path, "a") as package:
        for name in ("xl/pivotCache/pivotCacheRecords1.xml", "xl/media/image1.jpg", "xl/vbaProject.bin"):
            package.writestr(name, "x")
    found = release_check(path, by=["地区", "年代"], data_list=LINE)
    told = " ".join(found.table["ja"])
    assert "ピボットテーブル" in told and "image1.jpg" in told and "vbaProject.bin" in told
    assert found.value == "直してから"


def check(data=None, **options):
    return lambda: release_check(survey() if data is None else data, **({"by": ["地区"]} | options))


CASES = [
    ("not_one_line", check(data_list=pd.DataFrame([LINE, LINE])), "2 行"),
    ("not_a_data_list", check(data_list="69条2項2号"), "str"),
    ("by_needed", check(by=None, count="満足"), "by"),
    ("k_too_small", check(k=1, data_list=LINE), "隠れません"),
    ("k_not_whole", check(k="五", data_list=LINE), "五"),
    ("not_whole_between", check(minimum="十", data_list=LINE), "十"),
    ("duplicate_columns", check(pd.concat([survey(), survey()[["地区"]]], axis=1)), "地区"),
    ("unknown_column", check(by=["町"]), "町"),
    ("not_a_table", check([1, 2]), "list"),
    ("no_rows", check(survey().head(0)), "行がない"),
]


@pytest.mark.parametrize(("kind", "call", "says"), CASES)
def test_bad_input_is_told_apart(kind, call, says):
    with pytest.raises(DataAcademyError) as error:
        call()
    assert error.value.note.kind == kind
    assert says in str(error.value)


def test_the_line_may_be_a_row_of_a_table():
    table = pd.DataFrame([LINE])
    for line in (table, table.iloc[0], {"ground": "69条2項2号", "purpose": "a", "recipient": "b", "retention": "c"}):
        assert release_check(survey(), by=["地区", "年代"], data_list=line).value == "出してよい"


@pytest.mark.parametrize(
    ("ground", "recipient", "level", "says"),
    [
        ("69条2項2号", "市民課", None, ""),
        ("69条2項2号", "自治会支援係", None, ""),
        ("69条2項2号", "市民団体", "直す", "役所の外"),
        ("69条2項2号", "みらい大学医学部", "直す", "役所の外"),
        ("69条2項2号", "教育委員会学校教育課", "確かめる", "市長とは別の機関"),
        ("69条2項2号", "水道局", "確かめる", "市長とは別の機関"),
        ("69条2項3号", "みらい一部事務組合", None, ""),
        ("69条2項3号", "消防組合", None, ""),
        ("69条2項3号", "水道企業団", None, ""),
        ("69条2項3号", "商店街振興組合", "直す", "そう見えません"),
        ("69条2項3号", "教育委員会", None, ""),
    ],
)
def test_who_is_within_the_office_and_who_is_not(ground, recipient, level, says):
    line = LINE | {"利用根拠": ground, "提供先": recipient}
    table = release_check(survey(), by=["地区", "年代"], data_list=line).table.query("matter == '根拠と内容'")
    assert table["verdict"].tolist() == ([level] if level else [])
    assert says in "".join(table["ja"])
