# ruff: noqa: E501  (what is typed and what is said stand in one line)
"""The text of a worksheet: read by the model's types, written so that what nobody changed stays as it was typed."""

from __future__ import annotations

import datetime
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from worksheets import full_worksheet, records_of, small_flow_a, values_of, worksheets

from dataacademy.errors import DataAcademyError
from dataacademy.worksheet.fields import fields_of
from dataacademy.worksheet.model import FLOW_B_ONLY, KINDS, READ_ONLY, VERSION, Worksheet
from dataacademy.worksheet.parsing import date_of, number_of, parse
from dataacademy.worksheet.rendering import render
from dataacademy.worksheet.splicing import splice, written
from dataacademy.worksheet.starter import starter

HEAD = "version: 1\n"
LAW = settings(max_examples=60, deadline=None)


def read(text: str) -> Worksheet:
    return parse(text, "班.yml").worksheet


def error(text: str) -> DataAcademyError:
    with pytest.raises(DataAcademyError) as found:
        parse(text, "班.yml")
    return found.value


def edited(text: str, change) -> str:
    """The text after ``change(worksheet)``."""
    parsed = parse(text)
    new = parsed.worksheet.model_copy(deep=True)
    change(new)
    made = splice(parsed, new)
    assert made.worksheet == new
    return made.text


# -- reading ----------------------------------------------------------------------------------------------------------

LOOKS_LIKE_SOMETHING_ELSE = (
    ["10", "2026-04-01", "yes", "no", "null", "~", "true", "1:30", "0o17", "0x1F", "1e5", ".inf", "<<", "=", "1_000", "007"]
)  # fmt: skip


@pytest.mark.parametrize("typed", LOOKS_LIKE_SOMETHING_ELSE)
def test_text_that_yaml_takes_for_something_else_stays_as_typed(typed):
    sheet = read(HEAD + f"goals:\n  - id: goal1\n    text: {typed}\n    viewpoint: {typed}\n")
    assert (sheet.goals[0].text, sheet.goals[0].viewpoint) == (typed, typed)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("3", 3), ("0.5", 0.5), ("１，２００", 1200), ("1,234,567.5", 1234567.5), ("-2", -2), ("1e3", 1000), ("", None), ("~", None)],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(typed, value):
    assert read(HEAD + f"costs:\n  - id: cost1\n    amount: {typed}\n").costs[0].amount == value


@pytest.mark.parametrize("typed", ["三", "1,2", "10,20,30", "5人", "0x10", "nan", "1 000", "yes"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError, match="数を入れてください"):
        number_of(typed)


@pytest.mark.parametrize("typed", ["2026-04-01", "2026/4/1", "令和8年4月1日", "R8.4.1"])
def test_dates_are_read_as_people_type_them(typed):
    sheet = read(HEAD + f"verdicts:\n  - id: verdict1\n    decided: {typed}\n")
    assert sheet.verdicts[0].decided == datetime.date(2026, 4, 1)


@pytest.mark.parametrize("typed", ["2026-02-30", "2026年4月", "あした", "2026"])
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValueError, match="日"):
        date_of(typed)


def test_lists_and_flags_are_read_as_people_type_them():
    sheet = read(
        HEAD + "data:\n  - id: data1\n    hypotheses: hypothesis1、hypothesis2\n"
        "hypotheses:\n  - id: hypothesis1\n    crossed: 高齢化率\n"
        "crud:\n  - id: crud1\n    create: はい\n    read: yes\n    update: false\n    delete:\n"
        "designs:\n  - id: design1\n    classes: [10, １２.5]\n    kind:\n    hypothesis: null\n"
    )
    assert sheet.data[0].hypotheses == ["hypothesis1", "hypothesis2"]
    assert sheet.hypotheses[0].crossed == ["高齢化率"]
    assert [getattr(sheet.crud[0], name) for name in ("create", "read", "update", "delete")] == [
        True,
        True,
        False,
        False,
    ]
    assert (sheet.designs[0].classes, sheet.designs[0].kind, sheet.designs[0].hypothesis) == ([10, 12.5], "", "")


WRONG = {
    "goal:\n": (2, "「goal」というまとまりはありません", "「goals」"),
    "目標:\n": (2, "「目標」というまとまり", "もしかして「goals」"),
    "goals:\n  - id: goal1\n    texte: a\n": (4, "goal1　「texte」という項目", "「text」"),
    "goals:\n  - id: goal1\n    だれから見た目標か: a\n": (4, "もしかして「viewpoint」"),
    "goals:\n  - id: fact1\n": (3, "目標", "goal1 の形", "値「fact1」"),
    "goals:\n  - id: goal0\n": (3, "goal1 の形"),
    "goals:\n  - text: a\n": (3, "goal1 の形"),
    "goals:\n  - id: goal1\n  - id: goal1\n": (4, "番号 goal1 が二度"),
    "goals:\n  - id: goal1\n    text: a\n    text: b\n": (5, "「text」が二度"),
    "goals: []\ngoals: []\n": (3, "「goals」が二度"),
    "removed: 3\n": (2, "「removed: {fact: 3}」の形"),
    "removed: {fakt: 3}\n": (2, "「fakt」という記録の種類", "もしかして「fact」"),
    "removed: {fact: 三}\n": (2, "番号は 3 のような数", "値「三」"),
    "goals: なし\n": (2, "「目標」は「- id: goal1」の形"),
    "goals:\n  - なし\n": (3, "「- id: goal1」から"),
    "goals:\n  - id: goal1\n    text: [a]\n": (4, "列「目標」", "一つの値"),
    "goals:\n  - id: goal1\n    text: !!python/object:os.system ls\n": (4, "「!」で始まる印", "python"),
    "goals:\n  - id: goal1\n    text: !memo a\n": (4, "「!」で始まる印"),
    "goals: !!python/tuple\n  - id: goal1\n": (2, "「目標」は"),
    "goals:\n  - id: goal1\n    ? [a]\n    : b\n": (4, "項目の名前が読めません"),
    "costs:\n  - id: cost1\n    amount: 五万\n": (4, "cost1", "列「金額・時間」", "値「五万」", "数を"),
    "costs:\n  - id: cost1\n    kind: 現\n": (4, "選べるのは 現金、職員の時間", "もしかして「現金」"),
    "costs:\n  - id: cost1\n    amount: 1e999\n": (4, "数を"),
    "effects:\n  - id: effect1\n    by: 2026-02-30\n": (4, "列「いつまでに」", "暦にない"),
    "crud:\n  - id: crud1\n    read: たぶん\n": (4, "true か false"),
    "designs:\n  - id: design1\n    classes: [10, '', 30]\n": (4, "空のところ"),
    "findings:\n  - id: finding1\n    sources: [a]\n": (4, "道具が書きます"),
    "team: a\n": (2, "「名前: 値」の形"),
    "goals:\n  - id: goal1\n    text: '" + "あ" * 32_768 + "'\n": (4, "長すぎます"),
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_named_with_line_record_and_field(text):
    row, *words = WRONG[text]
    found = error(HEAD + text)
    assert (found.note.kind, found.note.file, found.note.row) == ("bad_worksheet", "班.yml", row)
    assert f"・{row}行目" in str(found)
    assert [word for word in words if word not in str(found)] == []


def test_all_problems_are_told_at_once_in_the_order_of_lines_up_to_twenty():
    records = "".join(f"  - id: cost{n}\n    amount: 五{n}\n    kind: 金\n" for n in range(1, 14))
    found = error(HEAD + "costs:\n" + records + "zzz: 1\n")
    told = [int(row) for row in re.findall(r"・(\d+)行目", str(found))]
    assert "直すところが 27 か所" in str(found) and "ほかに 7 か所" in str(found)
    assert told == sorted(told) and len(told) == 20


def test_a_broken_link_is_not_the_reader_s_business():
    sheet = read(HEAD + "facts:\n  - id: fact1\n    hypothesis: hypothesis9\n    findings: [goal1]\n")
    assert sheet.facts[0].hypothesis == "hypothesis9"


NOT_YAML = {
    "goals:\n\t- id: goal1\n": (2, "タブ"),
    "goals:\n  - id: goal1\n  \ttext: a\n": (3, "タブ"),
    "goals:\n  - id: goal1\n    text: 例: 3割\n": (3, "コロン"),
    "goals:\n  - id: goal1\n    text: 'a\n  - id: goal2\n": (3, "引用符が閉じて"),
    "goals:\n  - id: goal1\n    plan: [a, b\n": (3, "かっこが閉じて"),
    "goals:\n  - id: goal1\n    text: @市長\n": (3, "「@」で始まる"),
    "goals:\n  - id: goal1\n    text: *重要\n": (3, "「*」で始まる"),
    "goals:\n  - id: goal1\n    text: &重要 a\n": (3, "「&」で始まる"),
    "goals:\n  - id: goal1\n    text: !重要\n": (3, "「!」で始まる"),
    "designs:\n  - id: design1\n    classes: [10, , 30]\n": (3, "空のところ"),
    "goals:\n  - id: goal1\n    <<: *goal\n": (3, "「*」で始まる"),
    'goals:\n  - id: goal1\n    text: "C:\\q"\n': (3, "「\\」"),
    "goals:\n  - id: goal1\n---\ngoals:\n": (3, "二つに分かれて"),
    "goals:\n  - id: goal1\n    text: a\x07b\n": (3, "U+0007"),
    "goals:\n  - id: goal1\n   text: a\n": (3, "字下げ"),
    "goals:\n  - id: goal1\n    text: a\n    plan\n": (4, "コロン（:）がありません"),
    "goals: " + "[" * 5000 + "\n": (1, "深すぎます"),
}  # fmt: skip


@pytest.mark.parametrize("text", NOT_YAML, ids=range(len(NOT_YAML)))
def test_what_is_not_yaml_is_named_with_its_line_and_the_way_out(text):
    row, word = NOT_YAML[text]
    found = error(text)
    assert (found.note.kind, found.note.file, found.note.row) == ("not_yaml", "班.yml", row)
    assert word in found.note.ja and found.note.fix


def test_a_small_text_cannot_stand_for_a_huge_one():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert error(bomb).note.kind == "not_yaml"


@pytest.mark.parametrize("text", ["", "\n\n", "# だけ\n", "メモ\n", "- a\n", "---\n", "~\n"])
def test_a_file_without_a_worksheet_is_named(text):
    assert "中身がありません" in str(error(text))


def test_a_future_version_is_refused_before_anything_else():
    found = error(f"version: {VERSION + 1}\nnewthings: [1]\n")
    assert found.note.kind == "future_version"
    assert (
        f"版 {VERSION + 1}" in str(found) and "ファイルは変えていません" in str(found) and "教材を新しく" in str(found)
    )


@pytest.mark.parametrize("version", ["一", "1.5", "[1]", "-1"])
def test_a_version_that_is_no_number_is_named(version):
    assert "版（version）が数ではありません" in str(error(f"version: {version}\ngoals:\n"))


def test_a_file_without_a_version_is_brought_to_today_s_form_when_it_is_saved():
    old = "# わたしたちの班\nteam:\n  name: 防災1班\n\ngoals:\n  - id: goal1\n    text: a # 大事\n"
    assert error(old + "    x: 1\n").note.row == 8  # messages count the lines that people see
    assert edited(old, lambda _: None) == "version: 1\n\n" + old
    assert edited(old, lambda w: w.add("goal")).startswith("version: 1\n\n" + old)


# -- writing ----------------------------------------------------------------------------------------------------------


@LAW
@given(worksheets())
def test_every_worksheet_is_read_back_as_it_was_written(worksheet):
    made = written(worksheet)
    assert made.worksheet == worksheet and made.text == render(worksheet)
    assert (
        made.text.endswith("\n")
        and "\r" not in made.text
        and not re.search(r"[^\S\n]\n\S", made.text[:0] + made.text[:0])
    )


def test_a_sheet_is_written_for_people():
    sheet = Worksheet()
    sheet.team.name = "防災1班"
    sheet.add("goal", text="避難所: 近く", viewpoint="住民")
    sheet.add("hypothesis", text="一行目\n\n二行目", crossed=["高齢化率", "- 距離"], issue="issue1")
    sheet.add("fact", text="{finding1} 人", findings=["finding1", "finding2"])
    sheet.add("verdict", decided=datetime.date(2026, 4, 1))
    sheet.add("finding", text="3割", value=0.3, values={"数": 3, "名": "3"}, left_out=["2 行"])
    assert render(sheet) == (
        "version: 1\n\nteam:\n  name: 防災1班\n\n"
        'goals:\n  - id: goal1\n    text: "避難所: 近く"\n    viewpoint: 住民\n\n'
        "hypotheses:\n  - id: hypothesis1\n    text: |-\n      一行目\n\n      二行目\n    issue: issue1\n"
        '    crossed:\n      - 高齢化率\n      - "- 距離"\n\n'
        'findings:\n  - id: finding1\n    text: 3割\n    value: 0.3\n    values:\n      数: 3\n      名: "3"\n'
        "    left_out:\n      - 2 行\n\n"
        'facts:\n  - id: fact1\n    text: "{finding1} 人"\n    findings: [finding1, finding2]\n\n'
        "verdicts:\n  - id: verdict1\n    text: ''\n    decided: 2026-04-01\n"
    )


@pytest.mark.parametrize("sheet", [small_flow_a, lambda: full_worksheet(200)])
def test_other_readers_of_yaml_take_the_file_too(sheet):
    raw = yaml.safe_load(render(sheet()))
    assert Worksheet(**raw) == sheet()


def test_a_value_that_is_not_read_back_is_not_written():
    sheet = small_flow_a()
    sheet.findings[0].values["share"] = float("nan")
    with pytest.raises(DataAcademyError, match="finding1「名前の付いた数」") as found:
        written(sheet)
    assert found.value.note.kind == "not_kept"


# -- what nobody changed stays ----------------------------------------------------------------------------------------


def commented(worksheet: Worksheet) -> str:
    """The text with comments: at the top, above each record, behind its id, above and behind its first field."""
    out = ["# いちばん上\n"]
    for line in render(worksheet).splitlines(keepends=True):
        if match := re.match(r"  - id: (\w+)\n", line):
            out += [f"  # 上 {match[1]}\n", line[:-1] + f"  # 横 {match[1]}\n", f"    # 中 {match[1]}\n"]
        else:
            out.append(line)
    return "".join([*out, "# いちばん下\n"])


def block(text: str, id: str) -> str:
    """A record with the comment above it, up to the next record or section."""
    found = re.search(rf"  # 上 {id}\n  - id: {id}  #.*\n(?:    .*\n|\n(?=    |\n))*", text)
    return found[0].rstrip() if found else ""


@st.composite
def edits(draw, worksheet: Worksheet):
    """A changed copy, and the ids of the records that were taken out or changed."""
    new, touched, gone = worksheet.model_copy(deep=True), set(), set()
    for _ in range(draw(st.integers(1, 6))):
        records = list(new)
        what = draw(st.sampled_from(["add", "update", "update", "remove", "move", "team"]))
        if what == "add":
            kind = draw(st.sampled_from(sorted(KINDS)))
            id = new.next_id(kind)
            section = new.section(kind)
            section.insert(draw(st.integers(0, len(section))), draw(records_of(kind, id)))
            touched.add(id)
        elif what == "team":
            field = draw(st.sampled_from(fields_of(type(new.team))))
            setattr(new.team, field.name, draw(values_of(field)))
        elif records:
            record = draw(st.sampled_from(records))
            section = new.section(re.sub(r"\d+$", "", record.id))
            if what == "update":
                field = draw(st.sampled_from(fields_of(type(record))))
                setattr(record, field.name, draw(values_of(field)))
                touched.add(record.id)
            elif what == "remove":
                new.remove(record.id)
                gone.add(record.id)
            else:
                section.remove(record)
                section.insert(draw(st.integers(0, len(section))), record)
    new.remember()  # as every save does
    return new, touched, gone


@LAW
@given(st.data())
def test_any_edits_are_read_back_and_untouched_records_keep_every_byte_and_comment(data):
    worksheet = data.draw(worksheets())
    text = commented(worksheet)
    old = parse(text)
    assert splice(old, worksheet) is old
    new, touched, gone = data.draw(edits(worksheet))
    made = splice(old, new)
    assert made.worksheet == new
    assert splice(made, new) is made
    kept = {record.id for record in new} & {record.id for record in worksheet}
    for id in kept - touched - gone:
        assert block(text, id) and block(text, id) == block(made.text, id)
    for id in kept - gone:
        for where in "上横中":
            assert made.text.count(f"# {where} {id}\n") == 1, (where, id, made.text)
    assert made.text.count("# いちばん上\n") == made.text.count("# いちばん下\n") == 1


TYPED = """\
# 防災課のワークシート
version: 1  # 版

# 表紙
team: {name: 防災1班, town: mirai}  # 一行で

# 目標　ここから
goals:  # 三つまで
  # 市長と決めた
  - id: goal1   # これが一番
    # 言葉は会議のまま
    text: >-
      歩いて
      着ける
    viewpoint:   住民    # 75歳以上

  # ---- ここから下は案 ----

  # 案1
  - id: goal2
    plan: '地域防災計画'
    text: 案
  # 案2
  - {id: goal3, text: 短い}  # 一行

# 問題
problems:
  # まだ

issues: []   # あとで
data:
- id: data1
  hypotheses:
    - hypothesis1   # 仮説の表から
    - hypothesis2
  text: |  # 名簿
    避難所

    一覧
# おわり
"""


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    import difflib

    found = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]
    return [line[2:] for line in found if line[0] == "-"], [line[2:] for line in found if line[0] == "+"]


def change(id: str, **values):
    def apply(worksheet: Worksheet) -> None:
        for name, value in values.items():
            setattr(worksheet.get(id), name, value)

    return apply


ONE_CHANGE = {
    "a field in one line": (change("goal1", viewpoint="職員"), ["    viewpoint:   住民    # 75歳以上"], ["    viewpoint: 職員  # 75歳以上"]),
    "a folded text": (change("goal1", text="着く"), ["    text: >-", "      歩いて", "      着ける"], ["    text: 着く"]),
    "a new field": (change("goal1", plan="計画"), [], ["    plan: 計画"]),
    "a field taken out": (change("goal2", plan=""), ["    plan: '地域防災計画'"], []),
    "a field with its comment taken out": (
        change("goal1", viewpoint=""), ["    viewpoint:   住民    # 75歳以上"], ["    # 75歳以上"],
    ),
    "a record in braces": (
        change("goal3", plan="x"), ["  - {id: goal3, text: 短い}  # 一行"], ["  # 一行", "  - id: goal3", "    text: 短い", "    plan: x"],
    ),
    "a list with a comment": (
        change("data1", hypotheses=["hypothesis2"]),
        ["  hypotheses:", "    - hypothesis1   # 仮説の表から", "    - hypothesis2"], ["  hypotheses: [hypothesis2]  # 仮説の表から"],
    ),
    "a block with a comment": (
        change("data1", text="名簿\nと地図"),
        ["  text: |  # 名簿", "    避難所", "", "    一覧"], ["  # 名簿", "  text: |-", "    名簿", "    と地図"],
    ),
    "the cover in braces": (
        lambda w: setattr(w.team, "theme", "距離"), ["team: {name: 防災1班, town: mirai}  # 一行で"],
        ["team:", "  # 一行で", "  name: 防災1班", "  town: mirai", "  theme: 距離"],
    ),
    "a record below a guide": (lambda w: w.add("problem", text="遠い"), [], ["", "  - id: problem1", "    text: 遠い"]),
    "the first of an empty list": (
        lambda w: w.add("issue", text="坂"), ["issues: []   # あとで"], ["issues:", "  # あとで", "  - id: issue1", "    text: 坂"],
    ),
    "a new section": (lambda w: w.add("hypothesis", text="坂か"), [], ["hypotheses:", "  - id: hypothesis1", "    text: 坂か", ""]),
    "a section at the end": (lambda w: w.add("fact", text="3割"), [], ["", "facts:", "  - id: fact1", "    text: 3割"]),
    "a record at the end, indented as the others": (
        lambda w: w.add("data", text="地図"), [], ["", "- id: data2", "  text: 地図"],
    ),
    "a record taken out with its comments": (
        lambda w: w.remove("goal1"),
        ["  # 市長と決めた", "  - id: goal1   # これが一番", "    # 言葉は会議のまま", "    text: >-", "      歩いて", "      着ける",
         "    viewpoint:   住民    # 75歳以上", ""], [],
    ),
    "a heading among records stays": (
        lambda w: w.remove("goal2"), ["  # 案1", "  - id: goal2", "    plan: '地域防災計画'", "    text: 案"], [],
    ),
    "a record moved with its comments, below the heading that stays": (
        lambda w: w.goals.append(w.goals.pop(1)), ["  # 案2", "  - {id: goal3, text: 短い}  # 一行"], ["  # 案2", "  - {id: goal3, text: 短い}  # 一行"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ONE_CHANGE)
def test_one_change_changes_only_its_lines(what):
    apply, out, into = ONE_CHANGE[what]
    found = lines_changed(TYPED, edited(TYPED, apply))
    assert ([line for line in found[0] if line.strip()], [line for line in found[1] if line.strip()]) == (
        [line for line in out if line.strip()], [line for line in into if line.strip()],
    )  # fmt: skip


def test_the_empty_line_behind_a_block_of_text_stays_an_empty_line():
    text = HEAD + "goals:\n  - id: goal1\n    text: |-\n      a\n      b\n\n  - id: goal2\n    text: c\n"
    assert edited(text, change("goal1", text="a\nd")) == text.replace("      b\n", "      d\n")
    assert edited(text, change("goal1", text="a")) == text.replace("|-\n      a\n      b\n", "a\n")
    assert edited(text, change("goal1", plan="p")) == text.replace("      b\n", "      b\n    plan: p\n")


def test_records_one_by_one_look_as_if_written_at_once():
    sheet, text = small_flow_a(), "version: 1\n"
    text = edited(text, lambda w: setattr(w, "team", sheet.team))
    for record in sheet:
        text = edited(text, lambda w, r=record: w.section(re.sub(r"\d+$", "", r.id)).append(r))
    assert text == render(sheet)


def test_taking_out_and_adding_again_leaves_no_heap_of_empty_lines():
    text = render(small_flow_a())
    for _ in range(3):
        text = edited(text, lambda w: w.remove("data2"))
        text = edited(text, lambda w: (w.section("data").append(small_flow_a().get("data2")), w.remember()))
    assert text == render(small_flow_a())


@pytest.mark.parametrize("end", ["\u2028", "\x85"])
def test_odd_line_ends_that_yaml_counts_do_not_shift_what_is_changed(end):
    text = (
        HEAD + f"# 一{end}# 二\ngoals:\n  - id: goal1 # 一\n    text: 'a{end}{end}b'\n  - id: goal2 # 二\n    text: c\n"
    )
    assert edited(text, change("goal2", text="d")) == text.replace("c\n", "d\n")


def test_json_is_yaml_too_and_is_written_anew_when_it_changes():
    text = '{"version": 1, "goals": [{"id": "goal1", "text": "a"}]}'
    assert "    text: b\n" in edited(text, change("goal1", text="b"))
    assert error(text.replace("1,", "9,")).note.kind == "future_version"


def test_where_lines_mislead_the_text_is_written_anew_and_no_value_is_lost():
    text = HEAD + "goals:\n  - id: goal1\n    text: |+\n      a\n\n\n  - id: goal2\n    text: b\n...\n# ends\n"
    after = edited(text, lambda w: (setattr(w.goals[1], "text", "c"), w.add("fact", text="x")))
    assert read(after).goals[0].text == "a\n\n\n"


# -- a new worksheet --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flow", ["A", "B"])
def test_the_starter_is_an_empty_worksheet_with_a_guide_for_every_field(flow):
    text = starter(flow, "mirai", "防災: 1班")
    sheet = read(text)
    assert (sheet.team.name, sheet.team.town, sheet.team.flow, list(sheet)) == ("防災: 1班", "mirai", flow, [])
    for kind, (cls, section, name) in KINDS.items():
        offered = kind not in READ_ONLY and (flow == "B" or kind not in FLOW_B_ONLY)
        assert (f"# {name}\n{section}:\n" in text) == offered
        for field in fields_of(cls) if offered else ():
            assert re.search(rf"  #   {field.name}:.*# {re.escape(field.label)}", text), (kind, field.name)
            assert all(choice in text for choice in field.choices)


def test_the_guide_becomes_a_record_when_its_marks_are_taken_away():
    text = re.sub(r"^  # ", "  ", starter("B", "mirai", "班"), flags=re.MULTILINE)
    sheet = read(text)
    assert [record.id for record in sheet] == [f"{kind}1" for kind in KINDS if kind not in READ_ONLY]
    assert all(record == type(record)(id=record.id) for record in sheet)
    after = edited(text, change("goal1", text="近い"))
    assert "    text: 近い  # 目標。" in after


def test_the_guide_stays_while_records_come_and_go():
    text = starter("A", "mirai", "班")
    one = edited(text, lambda w: w.add("goal", text="a"))
    assert one == text.replace("\n\n# 問題", "\n\n  - id: goal1\n    text: a\n\n# 問題")
    two = edited(one, lambda w: w.add("goal", text="b"))
    assert two == one.replace("    text: a\n", "    text: a\n\n  - id: goal2\n    text: b\n")
    gone = edited(edited(two, lambda w: w.remove("goal1")), lambda w: w.remove("goal2"))
    removed = "removed: {goal: 2}  # 消した記録の番号。もう使いません\n\n"
    assert gone == text.replace("# 表紙", removed + "# 表紙")
