"""Which ground the law gives, the gate that writes only what passes, and the claims of the lessons on personal data."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot

import dataacademy as da
from dataacademy import DataAcademyError
from dataacademy.privacy import legal_route, legal_route_chart, release, release_check
from dataacademy.privacy.grounds import ground_of

KEYS = (
    "個人情報", "マイナンバー", "目的の中", "法令", "害するおそれ", "本人の同意", "役所の中", "ほかの役所", "統計・研究"
)  # fmt: skip
ON = ["はい", *["いいえ"] * 8]  # answers that lead through all questions
ENDS = {  # question → ground in the data list, article
    "個人情報": ("個人情報を含まない", "2条1項"),
    "マイナンバー": ("使わない・渡さない", "番号法"),
    "目的の中": ("目的内", "69条1項"),
    "法令": ("69条1項", "69条1項"),
    "害するおそれ": ("使わない・渡さない", "69条2項ただし書"),
    "本人の同意": ("69条2項1号", "69条2項1号"),
    "役所の中": ("69条2項2号", "69条2項2号"),
    "ほかの役所": ("69条2項3号", "69条2項3号"),
    "統計・研究": ("69条2項4号", "69条2項4号"),
}
LINE = {"利用根拠": "69条2項4号", "利用目的": "学術研究", "提供先": "大学", "保存期間": "2027年3月まで"}


def through(turn: str | None = None) -> dict[str, str]:
    """The way through all questions, with the other answer to one of them."""
    answers = dict(zip(KEYS, ON, strict=True))
    return answers | ({turn: "いいえ" if answers[turn] == "はい" else "はい"} if turn else {})


def coarse(**changes) -> pd.DataFrame:
    return pd.DataFrame({"地区": ["北", "南"] * 30, "年代": ["若", "若", "老", "老"] * 15}).assign(**changes)


@pytest.mark.parametrize("turn", KEYS)
def test_every_question_leads_to_its_end_with_its_article(turn):
    found = legal_route(through(turn))
    value, article = ENDS[turn]
    assert found.value == value
    assert article in found.table["legal_source"].iloc[-1]
    assert found.figures["asked"] == len(found.table) == KEYS.index(turn) + 1
    assert (found.table["leads_to"].iloc[:-1] == "次の問いへ").all() and found.table["leads_to"].iloc[
        -1
    ] != "次の問いへ"


def test_after_the_last_question_nothing_is_left_but_counts():
    found = legal_route(through())
    assert found.value == "使わない・渡さない" == found.table["leads_to"].iloc[-1]
    assert "行政機関等匿名加工情報" in found.sentence and "109条" in found.sentence
    assert ground_of(found.value) is None


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({key: st.sampled_from(["はい", "いいえ"]) for key in KEYS}))
def test_a_ground_is_one_that_the_gate_reads_and_answers_after_the_end_change_nothing(answers):
    found = legal_route(answers)
    assert (found.value == "使わない・渡さない") == (ground_of(found.value) is None)
    needed = {key: answers[key] for key in KEYS[: found.figures["asked"]]}
    assert legal_route(needed).value == found.value
    if answers["個人情報"] == answers["マイナンバー"] == "はい":
        assert ground_of(found.value) is None  # the number law comes before everything else


@pytest.mark.parametrize(
    ("answers", "kind", "words"),
    [
        ({"個人情報": "はい"}, "unanswered", "マイナンバー"),
        ({"個人情報": "たぶん"}, "unknown_choice", "「いいえ」"),
        ({"個人状況": "はい"}, "unknown_choice", "もしかして「個人情報」"),
        (["はい"], "not_answers", "list"),
        (None, "not_answers", "NoneType"),
    ],
)
def test_answers_that_cannot_be_read_are_named(answers, kind, words):
    with pytest.raises(DataAcademyError) as raised:
        legal_route(answers)
    assert raised.value.note.kind == kind and words in str(raised.value)


def test_the_chart_has_every_question_and_marks_only_the_way_taken():
    ax = legal_route_chart(through("役所の中"), title="根拠")
    boxes = [patch for patch in ax.patches if patch.get_gid() == "box"]
    marked = [patch for patch in boxes if patch.get_linewidth() > 2]
    alt = da.charts.alt(ax)
    pyplot.close(ax.figure)
    assert len(boxes) == 2 * len(KEYS) + 1
    assert len(marked) == KEYS.index("役所の中") + 2  # the questions asked and the end
    assert "行き先は69条2項2号" in alt and "本人に渡すのか" in alt
    plain = legal_route_chart()
    assert not [patch for patch in plain.patches if patch.get_linewidth() > 2]
    assert "行き先は" not in da.charts.alt(plain)
    pyplot.close(plain.figure)


def test_what_passes_is_written_so_that_it_reads_as_it_was(tmp_path):
    file = tmp_path / "渡す表.csv"
    found = release(coarse(), file, by=["地区", "年代"], data_list=LINE)
    assert (found.value, found.figures["files_written"]) == ("出してよい", 1)
    assert "「渡す表.csv」に書きました" in found.sentence and found.function == "privacy.release"
    pd.testing.assert_frame_equal(da.tables.read(file).data.astype(str), coarse().astype(str), check_dtype=False)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (coarse(), None),  # no ground
        (coarse(), LINE | {"利用根拠": "課長了解済み"}),
        (coarse(), {"利用根拠": "69条2項4号"}),  # nobody knows to whom
        (coarse(氏名=[f"山田{i}" for i in range(60)]), LINE),
        (coarse().head(9), LINE),  # groups below five
    ],
)
def test_the_gate_makes_no_file_of_what_does_not_pass_and_leaves_the_old_one(tmp_path, table, line):
    file = tmp_path / "渡す表.csv"
    found = release(table, file, by=["地区", "年代"], data_list=line)
    assert found.value != "出してよい" and found.figures["files_written"] == 0 and not file.exists()
    assert found.value == release_check(table, by=["地区", "年代"], data_list=line).value
    file.write_text("前の表", encoding="utf-8")
    again = release(table, file, by=["地区", "年代"], data_list=line)
    assert file.read_text(encoding="utf-8") == "前の表" and "前に作った「渡す表.csv」が残っています" in again.sentence


def test_counts_go_through_the_gate_only_when_nothing_can_be_subtracted(tmp_path):
    patients = da.load("covid_patients").merge(da.load("areas")[["area_id", "quarter"]], on="area_id")
    by, line = ["quarter", "age_group"], LINE | {"利用根拠": "個人情報を含まない"}
    safe = da.privacy.suppress_table(patients, by=by).published.drop(columns="mark")
    open_table = da.load("published_counts")[[*by, "count"]]
    made = [release(t, tmp_path / f"{i}.csv", by=by, count="count", data_list=line).figures["files_written"]
            for i, t in enumerate((safe, open_table))]  # fmt: skip
    assert made == [1, 0]


def test_only_tables_and_csv_are_released(tmp_path):
    for table, name, kind in ((coarse(), "表.xlsx", "not_csv"), ("表.csv", "表.csv", "not_a_table")):
        with pytest.raises(DataAcademyError) as raised:
            release(table, tmp_path / name, by=["地区", "年代"], data_list=LINE)
        assert raised.value.note.kind == kind


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    """The register as the lesson cuts it out: 65 and older, with what must stay secret."""
    people = da.load("residents")
    alone = people.groupby("household_id")["resident_id"].transform("size") == 1
    people["世帯"] = alone.map({True: "一人暮らし", False: "同居"})
    people = people[people["birth_date"] <= "1961-04-01"]
    return people.merge(da.load("areas")[["area_id", "quarter"]], on="area_id")


def test_without_names_most_of_the_long_lived_are_found_again_by_area_month_and_sex(register):
    keys = ["area_id", "sex", "month"]
    handed = register.assign(month=register["birth_date"].str[:7])
    news = handed.loc[handed["birth_date"] <= "1931-04-01", ["name", *keys]]
    met = news.merge(handed[[*keys, "世帯"]], on=keys)
    assert (met.groupby(keys)["世帯"].transform("size") == 1).sum() > 0.9 * len(news)


def test_five_alike_still_tell_who_lives_alone_and_the_coarse_table_does_not(register):
    by = ["area_id", "sex", "birth_date"]
    coded = da.privacy.generalize(register, columns={"birth_date": ("age", "2026-04-01", 5, 90)}).table
    before = da.privacy.k_anonymity(coded, by=by)
    hidden = da.privacy.local_suppression(coded, by=by, k=5, importance={"area_id": 2}).table
    spread = da.privacy.t_closeness(hidden, by=by, sensitive="世帯").table
    homes = hidden.groupby([*by, "世帯"], dropna=False).size().unstack(fill_value=0).reset_index()
    worst = spread.head(8).merge(homes, on=by)
    assert before.value == 1 and da.privacy.k_anonymity(hidden, by=by).value == 5
    assert da.privacy.l_diversity(hidden, by=by, sensitive="世帯").value == 1
    assert (worst["同居"] == 0).any() and (worst["同居"] == 1).any()  # both are shown in the lesson
    wide = da.privacy.generalize(register, columns={"birth_date": ("age", "2026-04-01", 5, 95)}).table
    by = ["quarter", "sex", "birth_date"]
    assert da.privacy.k_anonymity(wide, by=by).value >= 10
    assert da.privacy.l_diversity(wide, by=by, sensitive="世帯").value == 2
    assert da.privacy.t_closeness(wide, by=by, sensitive="世帯").value < spread["closeness"].max() - 0.2


def test_a_twin_shows_no_relation_unless_its_pair_is_kept(register):
    coded = da.privacy.generalize(register, columns={"birth_date": ("age", "2026-04-01", 10, 90)}).table
    real = coded[["name", "sex", "birth_date", "世帯"]]
    kept = da.privacy.synthesize(real, pairs=[("birth_date", "世帯")]).data

    def spread(table):
        shares = (table["世帯"] == "一人暮らし").groupby(table["birth_date"]).mean()
        return shares.max() - shares.min()

    twin = da.privacy.synthesize(real).data
    assert spread(real) > 0.2 > 0.05 > spread(twin) and abs(spread(kept) - spread(real)) < 0.01
    assert not twin["name"].isin(real["name"]).any()


def test_a_number_added_is_taken_off_again_by_one_person_and_a_pseudonym_is_not():
    checkups = da.load("checkups")
    number = checkups["person_id"].str[1:].astype(int)
    shifted = number + 48213
    assert ((shifted - (shifted.iloc[0] - number.iloc[0])) == number).all()
    key = da.privacy.new_key()
    one, two = (da.privacy.pseudonymize(checkups, column="person_id", purpose=p, key=key).table["person_id"]
                for p in ("受診", "指導"))  # fmt: skip
    assert one.nunique() == checkups["person_id"].nunique() and not one.isin(two).any()


def test_replacing_telephone_numbers_leaves_names_and_interview_notes_leave_roles():
    survey = da.load("survey").dropna(subset=["q12"])
    cleaned = survey.assign(q12=survey["q12"].str.replace(r"\d{4}-\d{2}-\d{4}", "【電話番号】", regex=True))
    left = da.text.personal_information(cleaned, text="q12")
    assert {"氏名", "住所"} <= set(left.table["kind"])
    notes = da.load("hearing")
    assert da.text.personal_information(notes, text="text").value == 0
    assert notes["text"].str.contains("民生委員").sum() > 3
