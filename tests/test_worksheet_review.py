"""The review of worksheets: every rule has a wrong and a right example, and says nothing else of either."""

from __future__ import annotations

import inspect
import re
import time

import pytest
from hypothesis import given, settings
from reviewcases import HERE, TODAY, Case, cases, changed, good
from worksheets import full_worksheet, worksheets

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet import store
from dataacademy.worksheet.model import KINDS, Worksheet
from dataacademy.worksheet.parsing import parse
from dataacademy.worksheet.records import Source
from dataacademy.worksheet.review import Cohort, review, review_file, review_folder, write_page
from dataacademy.worksheet.review.bank import MEND, THINK, standard
from dataacademy.worksheet.review.command import review_path
from dataacademy.worksheet.review.context import RULES, SMALLEST
from dataacademy.worksheet.review.figures import has_number, numbers_in, overlap, range_of, typed_numbers
from dataacademy.worksheet.starter import starter

CASES = cases()
ON_FILES = {"finding_source_changed", "finding_source_missing", "finding_file_missing"}  # tested with files below


def said(worksheet: Worksheet, path=None, **how) -> list[tuple[str, str]]:
    return [(comment.rule, comment.record) for comment in review(worksheet, path, today=TODAY, **how)]


def named(case: Case) -> str:
    return f"{case.rule}-{case.record}"


# -- rules ------------------------------------------------------------------------------------------------------------


def test_every_rule_has_a_case_a_text_and_a_place_in_the_bank():
    assert len(RULES) >= 40
    assert {case.rule for case in CASES} | ON_FILES == set(RULES)
    assert set(standard().texts) == set(RULES)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_wrong_example_gives_this_comment_only_and_a_right_one_none(case):
    assert said(changed(good(case.base), case.wrong)) == [(case.rule, case.record)]
    assert said(changed(good(case.base), case.right)) == []


@pytest.mark.parametrize("flow", ["A", "B"])
def test_nothing_is_said_of_a_good_worksheet(flow):
    assert said(good(flow)) == []


def test_forty_seeded_mistakes_are_all_named_and_nothing_else():
    text = (HERE / "mistakes.yml").read_text(encoding="utf-8")
    seeded = [(rule, id) for id, rule in re.findall(r"- id: (\w+)  # × (\w+)$", text, re.M)]
    assert len(seeded) == len({rule for rule, _ in seeded}) == 40
    assert sorted(said(parse(text).worksheet)) == sorted(seeded)


def test_a_new_worksheet_is_asked_about_its_cover_only():
    for flow in "AB":
        begun = parse(starter(flow, "mirai", "一班")).worksheet
        assert said(begun) == [("team_incomplete", "team")]
        for kind in KINDS:  # rows that a form added and nobody filled in yet
            begun.add(kind)
        assert said(begun) == [("team_incomplete", "team")]


def test_first_lines_are_not_met_with_a_flood_of_questions():
    sheet = Worksheet(team=good().team)
    sheet.add("goal", text="だれもが歩いて避難できる。", viewpoint="住民")
    sheet.add("problem", text="遠い人がいる。", goal="goal1", present="3割", desired="1割")
    for number in range(5):
        sheet.add("issue", text=f"道が狭い場所 {number}")
    assert said(sheet) == [("just_begun", f"issue{number}") for number in range(1, 6)]
    comment = review(sheet, today=TODAY)[0]
    assert all(label in comment.why for label in ("所管", "どの問題の", "なぜそう考えたか"))


def test_a_comment_says_where_why_and_asks():
    (comment,) = review(changed(good(), {"hypothesis2": {"refuted_if": ""}}), today=TODAY)
    assert (comment.severity, comment.field) == (MEND, "refuted_if")
    assert comment.place == "仮説 hypothesis2「どんな数ならまちがいと認めるか」"
    assert comment.text.startswith("丘の上の住宅地では") and comment.question.endswith("か。")
    assert str(comment) == f"【直す】{comment.place}：{comment.title}\n　{comment.why}\n　→ {comment.question}"


def test_comments_come_in_the_order_of_the_steps_and_the_questions_in_turn():
    sheet = good()
    for id in ("fact1", "fact2"):
        sheet.get(id).text += "とても深刻な12人である。"
    sheet.team.question = ""
    found = review(sheet, today=TODAY)
    assert [c.record for c in found] == ["team", "fact1", "fact1", "fact2", "fact2"]
    typed = [c.question for c in found if c.rule == "fact_typed_number"]
    assert len(set(typed)) == 2


def test_looking_changes_nothing():
    sheet = parse((HERE / "mistakes.yml").read_text(encoding="utf-8")).worksheet
    before = sheet.model_dump_json()
    first = review(sheet, today=TODAY)
    assert sheet.model_dump_json() == before
    assert review(sheet, today=TODAY) == first


@settings(max_examples=60, deadline=None)
@given(worksheets())
def test_any_worksheet_can_be_reviewed(sheet):
    ids = {record.id for record in sheet} | {"team"}
    for comment in review(sheet, today=TODAY):
        assert comment.record in ids and comment.rule in RULES and comment.severity in (MEND, THINK)
        assert comment.title and comment.why and comment.question and comment.sheet


def test_two_thousand_records_take_less_than_a_second():
    sheet = full_worksheet(2000)
    review(good(), today=TODAY)  # the bank is read once
    begun = time.process_time()
    assert review(sheet, today=TODAY)
    assert time.process_time() - begun < 0.7


@pytest.mark.parametrize(
    "unit", ["「", "1", "1,", "ため", "一", "{finding1", "3割より", "導入し、", "が", "不足", "多い。"]
)
def test_cells_filled_to_the_brim_do_not_hold_up_the_review(unit):
    text = (unit * 32_767)[:32_767]
    sheet = good()
    for id in ("goal1", "issue1", "hypothesis1", "fact1", "measure1", "effect1", "design1"):
        sheet.get(id).text = text
    sheet.hypotheses[0].confirmed_if = sheet.hypotheses[0].refuted_if = sheet.effects[0].outcomes = text
    begun = time.process_time()
    review(sheet, today=TODAY)
    assert time.process_time() - begun < 2


# -- numbers in prose -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, found",
    [
        ("圏外は320人である。", ["320人"]),
        ("圏外は３２０人である。", ["320人"]),
        ("圏外は1,234人である。", ["1,234人"]),
        ("圏外は3万人である。", ["3万人"]),
        ("圏外は三百人である。", ["三百人"]),
        ("圏外は二割である。", ["二割"]),
        ("待ち時間は30分、件数は8件。", ["30分", "8件"]),
        ("平均年齢は48歳である。", ["48歳"]),
        ("受診率は45.6％だった。", ["45.6%"]),
        ("避難所まで1.2kmある。", ["1.2km"]),
        ("{finding1}人のうち5人が圏外である。", ["5人"]),
        ("手続に2時間かかる。", ["2時間"]),
        ("圏外の地区は5つある。", ["5つ"]),
        ("前の年の1.5倍である。", ["1.5倍"]),
        ("300人以上が圏外に住む。", ["300人"]),
        ("手続に30分以上かかる。", ["30分"]),
        ("圏外は500人以上である。", ["500人"]),
    ],
)
def test_results_typed_into_a_sentence_are_found(text, found):
    assert typed_numbers(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "75歳以上の{finding1}人が、3丁目に住む。",
        "65〜74歳の{finding1}％、40代の{finding2}％である。",
        "0歳から4歳の子どもは{finding1}人である。",
        "20歳代、30歳代の順に{finding1}人、{finding2}人である。",
        "令和7年度は{finding1}人、2026年4月1日は{finding2}人である。",
        "2020年から2025年に、{finding1}％から{finding2}％になった。",
        "平成30年、令和元年、R6.4.1の三つの時点で比べた。",
        "第2次計画の第3期、第一地区では{finding1}人である。",
        "24時間365日開いている施設は{finding1}か所である。",
        "人口10万人当たり{finding1}人、千人当たりでは{finding2}人である。",
        "1人1日あたり{finding1}gである。",
        "一人暮らしの{finding1}人が、一戸建てに住む。",
        "二つの群に差がない。一か所に集まっている。",
        "2人世帯では{finding1}％である。",
        "問7で「3回以上」と答えた人は{finding1}％である。",
        "午前10時台の{finding1}件がいちばん多い。",
        "CO2は{finding1}t、PM2.5は{finding2}である。",
        "3歳児健診を受けた人は{finding1}人である。",
        "国道246号の東では{finding1}人である。",
        "過去5年間で{finding1}件、6月から8月に{finding2}件である。",
        "二次救急の病院まで{finding1}mである。",
        "町の一部、一方の地区、十分な{finding1}である。",
        "119番への通報は{finding1}件である。",
        "60分以上待った人は{finding1}人、1時間以内に終わった人は{finding2}人である。",
        "築40年以上の住宅は{finding1}戸、500m以内に住む{finding2}人である。",
        "上位10地区の{finding1}％、3年生の{finding2}人、二十歳の{finding3}人である。",
        "震度6強では{finding1}棟、1〜3月は{finding2}件、100人中{finding3}人である。",
    ],
)
def test_dates_ages_names_and_order_are_no_typed_results(text):
    assert typed_numbers(text) == []


def test_numbers_agreed_before_the_analysis_may_be_written():
    assert typed_numbers("500m以内に30％が住む。", numbers_in("500mより遠い人が3割より多い")) == []
    assert typed_numbers("500m以内に30人が住む。", numbers_in("500mより遠い人が3割より多い")) == ["30人"]
    assert typed_numbers("濃い色は50％を超える。", {(50.0, "")}) == []


@pytest.mark.parametrize(
    "yes, no, meet",
    [
        ("3割以上", "3割未満", False),
        ("3割以上", "30％以下", True),
        ("3割より多い", "３割より少ない", False),
        ("100人以上", "150人未満", True),
        ("少なくとも2割", "2割未満", False),
        ("10分を超える", "5分を下回る", False),
        ("1,200人以上", "2千人未満", True),
    ],
)
def test_thresholds_are_read_as_ranges(yes, no, meet):
    assert overlap(range_of(yes), range_of(no)) is meet


def test_a_condition_has_a_number_only_where_it_says_how_much():
    assert not has_number("75歳以上が多い") and not has_number("2026年度に増える") and not has_number("")
    assert has_number("７５歳以上の３割") and has_number("半数に満たない") and has_number("十人より少ない")


# -- files ------------------------------------------------------------------------------------------------------------


def with_files(folder):
    """The good worksheet as a file, with a source, a table and a figure."""
    sheet, path = good(), folder / "班.yml"
    (folder / "データ").mkdir()
    source = folder / "データ" / "会場.csv"
    source.write_text("会場\n公民館\n", encoding="utf-8")
    records = store.beside(path)
    for place in ("図", "表"):
        (records / place).mkdir(parents=True)
    (records / "図" / "finding1.png").write_bytes(b"png")
    (records / "表" / "finding1.csv").write_text("地区,圏外の人数\n丘の上,120\n", encoding="utf-8")
    digest = "9c3b9a1d5dd65aa4d3c8bd9a2f1ab9a7a16ec4b1a1c8c4a2c8e6d0d7f7f0b3aa"
    finding = sheet.get("finding1")
    finding.sources = [Source(path="データ/会場.csv", sha256=digest, rows=1)]
    finding.table, finding.figure = "表/finding1.csv", "図/finding1.png"
    return sheet, path, source


def sha(path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_source_that_changed_or_went_is_named_and_an_unchanged_one_is_not(tmp_path):
    sheet, path, source = with_files(tmp_path)
    assert said(sheet, path) == [("finding_source_changed", "finding1")]
    sheet.get("finding1").sources[0].sha256 = sha(source)
    assert said(sheet, path) == []
    source.unlink()
    assert said(sheet, path) == [("finding_source_missing", "finding1")]
    assert said(sheet) == []  # a worksheet without a file has no files to look at
    sheet.get("finding1").sources[0].table = "facilities"  # a table of the town, which need not be on this machine
    assert said(sheet, path) == []


def test_a_figure_or_table_that_went_is_named(tmp_path):
    sheet, path, source = with_files(tmp_path)
    sheet.get("finding1").sources[0].sha256 = sha(source)
    (store.beside(path) / "図" / "finding1.png").unlink()
    (comment,) = review(sheet, path, today=TODAY)
    assert (comment.rule, comment.record, "finding1.png" in comment.title) == ("finding_file_missing", "finding1", True)


def test_where_only_the_sheet_was_sent_the_missing_files_are_told_once(tmp_path):
    sheet = good()
    for number, finding in enumerate(sheet.findings, 1):
        finding.figure = f"図/finding{number}.png"
        finding.sources = [Source(path=f"データ/{number}.csv", sha256="0")]
    assert said(sheet, tmp_path / "班.yml") == [
        ("finding_source_missing", "finding1"),
        ("finding_file_missing", "finding1"),
    ]


def test_small_counts_in_the_table_of_a_quoted_finding_are_named(tmp_path):
    sheet, path, source = with_files(tmp_path)
    sheet.get("finding1").sources[0].sha256 = sha(source)
    table = store.beside(path) / "表" / "finding1.csv"
    table.write_text("地区,圏外の人数,圏外の割合\n丘の上,9,3\n沖ノ島,1,4\n", encoding="utf-8-sig")
    (comment,) = review(sheet, path, today=TODAY)
    assert (comment.rule, comment.record, "2か所" in comment.title) == ("small_cell", "finding1", True)
    table.write_text("地区,圏外の人数,圏外の割合\n丘の上,10,3\n沖ノ島,0,4\n川下,,5\n", encoding="utf-8")
    assert said(sheet, path) == []
    table.write_text("地区,圏外の人数\n丘の上,9\n", encoding="utf-8")
    for id in ("data1", "data2"):  # open data only: those counts are public already
        sheet.get(id).handling = "そのまま使える"
    assert said(sheet, path) == []


def test_small_is_what_the_privacy_tools_call_small():
    from dataacademy.privacy import suppress_table

    assert inspect.signature(suppress_table).parameters["minimum"].default == SMALLEST


# -- the comment bank -------------------------------------------------------------------------------------------------


def test_texts_say_what_and_why_in_short_sentences_and_ask():
    for text in standard().texts.values():
        assert text.severity in (MEND, THINK) and text.title and text.why.endswith("。")
        assert text.questions and all(question.endswith("か。") for question in text.questions)
        for part in (text.title, text.why, *text.questions):
            for sentence in re.split("(?<=。)", part):
                assert len(sentence) <= 60, sentence


def test_an_instructors_own_bank_changes_texts_switches_rules_off_and_adds_words(tmp_path):
    sheet = changed(good(), {"fact2": {"text": "丘の上の{finding2}％は、もったいない。"}, "goal1": {"viewpoint": ""}})
    path = tmp_path / "班.yml"
    assert said(sheet, path) == [("goal_no_viewpoint", "goal1")]
    own = tmp_path / "講評.yml"
    own.write_text(
        "# 私の講評\n使わない: [goal_no_viewpoint]\n言葉:\n  評価の言葉: [もったいない]\n"
        "講評:\n  fact_evaluates:\n    重さ: 考える\n    問い: 「{word}」は、だれの気持ちですか。\n",
        encoding="utf-8-sig",
    )
    (comment,) = review(sheet, path, today=TODAY)
    assert (comment.rule, comment.severity) == ("fact_evaluates", THINK)
    assert comment.question == "「もったいない」は、だれの気持ちですか。"
    assert comment.why == standard().texts["fact_evaluates"].why
    assert said(sheet, comments=own) == [("fact_evaluates", "fact2")]
    own.unlink()
    assert said(sheet, path) == [("goal_no_viewpoint", "goal1")]


@pytest.mark.parametrize(
    "text, kind, row, words",
    [
        ("講評:\n\tgoal_is_means:\n", "not_yaml", 2, "タブ"),
        ("講評:\n  goal_is_mean:\n    題: 題\n", "bad_comments", 2, "goal_is_means"),
        ("使わない:\n  - small_cells\n", "bad_comments", 2, "small_cell"),
        ("言葉:\n  評価の言い方: [深い]\n", "bad_comments", 2, "評価の言葉"),
        ("講評:\n  goal_is_means:\n    重さ: 直せ\n", "bad_comments", 3, "直す"),
        ("講評:\n  goal_is_means:\n    問: あ\n", "bad_comments", 3, "問い"),
        ("講評:\n  goal_is_means:\n    題: 「{wrod}」です\n", "bad_comments", 3, "{word}"),
        ("講評:\n  goal_is_means:\n    題: 「{text.__class__}」です\n", "bad_comments", 3, "{text}"),
        ("講評:\n  goal_is_means:\n    題: 「{text:>9999999}」です\n", "bad_comments", 3, "{text}"),
        ("講評:\n  goal_is_means:\n    題: 「{text」です\n", "bad_comments", 3, "波かっこ"),
        ("講評:\n  goal_is_means:\n    問い:\n      - ''\n", "bad_comments", 4, "文字"),
        ("講評:\n  goal_is_means:\n    題: あ\n    題: い\n", "bad_comments", 4, "二度"),
        ("講評:\n  - goal_is_means\n", "bad_comments", 2, "名前: 中身"),
        ("コメント: {}\n", "bad_comments", 1, "講評"),
    ],
)
def test_a_broken_bank_gets_a_message_with_its_file_and_line(text, kind, row, words, tmp_path):
    (tmp_path / "講評.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataAcademyError) as caught:
        review(good(), tmp_path / "班.yml")
    note = caught.value.note
    assert (note.kind, note.file, note.row) == (kind, "講評.yml", row)
    assert words in note.ja + note.fix


def test_a_bank_saved_by_notepad_in_an_old_encoding_or_not_there_is_told(tmp_path):
    (tmp_path / "講評.yml").write_bytes("# 一行目\n使わない: []\n".encode("cp932"))
    with pytest.raises(DataAcademyError) as caught:
        review(good(), tmp_path / "班.yml")
    assert (caught.value.note.kind, caught.value.note.row) == ("not_utf8", 1)
    with pytest.raises(DataAcademyError) as caught:
        review(good(), comments=tmp_path / "ない.yml")
    assert caught.value.note.kind == "no_comments"


def test_an_empty_bank_changes_nothing(tmp_path):
    for text in ("", "# まだ何もない\n", "講評:\n", "使わない:\n言葉:\n講評:\n"):
        (tmp_path / "講評.yml").write_text(text, encoding="utf-8")
        assert said(good(), tmp_path / "班.yml") == []


# -- a file, a folder, a page -----------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    """Three teams, one of them in a folder of its own, and two files that cannot be read."""
    place = tmp_path / "第2回"
    place.mkdir()
    store.save(place / "一班.yml", changed(good(), {"team": {"name": "一班"}}))
    (place / "二班.yml").write_text((HERE / "mistakes.yml").read_text(encoding="utf-8"), encoding="utf-8")
    (place / "三班").mkdir()
    begun = changed(good("B"), {"team": {"name": "三班 <script>"}, "goal1": {"text": "窓口を新設する。"}})
    store.save(place / "三班" / "三班.yml", begun)
    (place / "四班.yml").write_text("version: 1\nteam:\n\tname: 四班\n", encoding="utf-8")
    (place / "五班.yaml").write_text("version: 1\ngoal:\n  - id: goal1\n", encoding="utf-8")
    return place


def test_a_folder_becomes_a_table_of_teams(folder):
    cohort = review_folder(folder, today=TODAY)
    assert [team.name for team in cohort.teams] == ["一班", "三班 <script>", "けんこう班"]
    one, three, two = cohort.teams
    assert (one.count(MEND), one.count(THINK)) == (0, 0)
    assert two.count(MEND) + two.count(THINK) == 40
    assert one.reached == two.reached == "7 効果・指標"
    assert one.steps["1 仮説"].records == 2 and two.steps["1 仮説"].mend == 2
    assert three.reached == "5 効果・費用・指標" and three.steps["1 目標・課題"].mend == 1
    assert cohort.common[0][0] == "目標が「…」で終わっていて、手段のように読めます"
    assert cohort.common[0][1:] == (2, 2)
    reasons = {path.name: reason for path, reason in cohort.unreadable}
    assert set(reasons) == {"四班.yml", "五班.yaml"}
    assert "3行目" in reasons["四班.yml"] and "タブ" in reasons["四班.yml"] and "goals" in reasons["五班.yaml"]


def test_one_team_gets_the_same_comments_alone_and_in_the_folder(folder):
    alone = review_file(folder / "二班.yml", today=TODAY)
    assert alone in review_folder(folder, today=TODAY).teams


def test_the_bank_in_the_folder_holds_for_teams_in_folders_below(folder):
    (folder / "講評.yml").write_text("使わない: [goal_is_means]\n", encoding="utf-8")
    cohort = review_folder(folder, today=TODAY)
    assert "goal_is_means" not in {c.rule for team in cohort.teams for c in team.comments}
    assert "講評.yml" not in {path.name for path, _ in cohort.unreadable}


def test_pages_hold_every_comment_and_escape_what_people_typed(folder, tmp_path):
    cohort = review_folder(folder, today=TODAY)
    page = write_page(cohort, tmp_path / "まとめ.html").read_text(encoding="utf-8")
    assert "<script" not in page and "三班 &lt;script&gt;" in page and "http" not in page
    assert "四班.yml" in page and "多かったこと" in page
    team = next(team for team in cohort.teams if team.name == "けんこう班")
    alone = write_page(team, tmp_path / "班.html").read_text(encoding="utf-8")
    for text in (page, alone):
        assert sum(text.count(f"→ {q}</p>") for q in {c.question for c in team.comments}) >= 40
    assert '<html lang="ja">' in alone and "テーマ：特定健診の受診" in alone


def test_the_command_tells_lines_writes_a_page_and_whether_there_is_something_to_mend(folder, tmp_path):
    told = review_path(folder, html=tmp_path / "a.html")
    assert told.to_mend and isinstance(told.result, Cohort)
    assert any(line.startswith("けんこう班：「7 効果・指標」まで、直す ") for line in told.lines)
    assert any(line.startswith("× 四班.yml：3行目") for line in told.lines)
    fine = review_path(folder / "一班.yml", html=tmp_path / "b.html")
    assert not fine.to_mend and fine.lines[0].endswith("直す 0・考える 0") and fine.report.is_file()
    poor = review_path(folder / "二班.yml", html=tmp_path / "c.html")
    assert poor.to_mend and any(line.startswith("目標 goal1　特定健診の") for line in poor.lines)


def test_a_folder_that_is_not_there_or_holds_no_worksheet_is_told(tmp_path):
    with pytest.raises(DataAcademyError, match="フォルダ"):
        review_folder(tmp_path / "ない")
    with pytest.raises(DataAcademyError, match="ワークシート"):
        review_folder(tmp_path)


def test_a_notebook_shows_the_comments_and_print_tells_them():
    found = review(changed(good(), {"goal1": {"text": "<b>窓口</b>を新設する。"}}), today=TODAY)
    shown = found._repr_html_()
    assert "&lt;b&gt;窓口" in shown and "<b>" not in shown and found[0].question.split("」")[-1] in shown
    assert str(found).splitlines()[0] == "目標 goal1　<b>窓口</b>を新設する。"
    assert "気づいたことはありません" in str(review(good(), today=TODAY)) and list(found) == found
