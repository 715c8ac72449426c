"""What teams go on with: sheets, pitch, page and lifetimes of projects."""

import pandas as pd
import pytest

import dataacademy as da
from dataacademy.errors import DataAcademyError
from dataacademy.projects import lifetimes, page


@pytest.fixture(scope="module")
def projects():
    return da.projects.example()


@pytest.fixture
def team(tmp_path, monkeypatch):
    monkeypatch.setenv("DATAACADEMY_OUTPUT", str(tmp_path))
    return da.worksheet.example("a9")


def few(**more):
    row = {"name": "花だん", "cohort": "第1期", "started": "2025-01-01", "updated": "2025-07-01"} | more
    return pd.DataFrame([row])


def test_the_example_tells_three_courses_of_eight(projects):
    assert projects.groupby("cohort").size().to_dict() == {"第1期": 8, "第2期": 8, "第3期": 8}
    assert (projects["updated"] >= projects["started"]).all() and projects["name"].is_unique


def test_the_youngest_cohort_looks_best_and_is_lowest_at_the_same_age(projects):
    lives = lifetimes(projects, as_of="2026-04-01")
    naive = (~lives["stopped"]).groupby(lives["cohort"]).mean()
    assert naive.idxmax() == "第3期"
    fair = da.stats.survival(lives, duration="months", ended="stopped", by="cohort", at=3).table
    shares = fair.set_index("cohort")["going_percent"]
    assert shares.round(6).to_dict() == {"第1期": 75, "第2期": 75, "第3期": 50}
    assert fair["upper_percent"].min() > shares.max()  # nobody can tell them apart


def test_a_project_stops_the_day_after_it_has_been_quiet_for_too_long():
    row = few(updated="2025-07-01")
    assert lifetimes(row, as_of="2025-12-28", quiet_days=180)["standing"].item() == "続いている"
    after = lifetimes(row, as_of="2025-12-29", quiet_days=180)
    assert after["standing"].item() == "止まった" and after["months"].item() == pytest.approx(181 / 30.4375)


def test_what_was_handed_over_counts_until_today_however_quiet():
    row = lifetimes(few(handed_over=True), as_of="2030-01-01")
    assert row["standing"].item() == "引き継いだ" and not row["stopped"].item()
    assert row["months"].item() == pytest.approx(1826 / 30.4375)


def test_the_callers_table_is_not_changed(projects):
    before = projects.copy()
    lifetimes(projects, as_of="2026-04-01")
    page(projects, as_of="2026-04-01")
    pd.testing.assert_frame_equal(projects, before)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"started": "令和7年"}, "bad_day"),
        ({"started": "2025-08-01"}, "days_swapped"),
        ({"name": " "}, "no_name"),
        ({"name": None}, "no_name"),
        ({"handed_over": "はい"}, "not_yes_no"),
    ],
)
def test_a_row_that_cannot_be_placed_is_told_with_the_way_out(change, kind):
    with pytest.raises(DataAcademyError) as error:
        lifetimes(few(**change), as_of="2026-04-01")
    assert error.value.note.kind == kind and error.value.note.fix


def test_other_faults_of_a_table_are_told(projects):
    for table, day, kind in [
        (projects.head(0), "2026-04-01", "no_rows"),
        (projects.drop(columns="updated"), "2026-04-01", "unknown_column"),
        (pd.concat([projects, projects.head(1)]), "2026-04-01", "same_project"),
        (projects, "2024-01-01", "after_as_of"),
        (projects, "きょう", "bad_day"),
    ]:
        with pytest.raises(DataAcademyError) as error:
            lifetimes(table, as_of=day)
        assert error.value.note.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "090-1234-5678へ",
        "08012345678",
        "a.b@example.jp",
        "電話は090‐1234‐5678",
        "０９０－１２３４－５６７８",
        "(090)1234-5678",
        "090.1234.5678",
        "a＠example.jp",
    ],
)
@pytest.mark.parametrize("column", ["joining", "leader", "purpose", "page"])
def test_a_page_with_a_private_contact_is_refused(text, column):
    with pytest.raises(DataAcademyError) as error:
        page(few(**{column: text}), as_of="2025-08-01")
    assert error.value.note.kind == "private_contact" and error.value.note.column == column


def test_an_office_may_be_called():
    assert "0123-45-6789" in page(few(joining="課の電話 0123-45-6789"), as_of="2025-08-01").html


def test_a_page_tells_what_is_missing_and_lets_nothing_be_smuggled_in():
    made = page(few(purpose="<script>alert(1)</script>"), as_of="2025-08-01")
    assert "<script" not in made.html and "&lt;script" in made.html and made.html.count("まだ書いていません") >= 8
    assert made.lasting is None  # nothing has stopped: no share is made up


def test_those_who_ask_for_help_and_still_go_on_stand_first(projects):
    html = page(projects, as_of="2026-04-01").html
    asked = html[html.index("いま、助けを求めています") : html.index("プロジェクトの一覧")]
    lives = lifetimes(projects, as_of="2026-04-01")
    for row in lives.itertuples():
        assert (row.name in asked) == (row.standing == "続いている" and row.help != "")


def test_a_page_is_one_file_that_asks_for_nothing(projects, tmp_path):
    file = page(projects, as_of="2026-04-01").save(tmp_path / "ページ.html")
    text = file.read_text(encoding="utf-8")
    assert 'lang="ja"' in text and "http" not in text and "src=" not in text


def test_the_pitch_and_the_row_say_only_what_the_worksheet_says(team):
    told = da.projects.pitch(team)
    assert told.missing == [] and list(told.answers) == ["何をしたいのか", "なぜ、するのか", "すると、何がよくなるのか"]
    row = da.projects.from_sheet(team, cohort="第4期", started="2026-03-14").iloc[0]
    assert told.answers["なぜ、するのか"][0] in row["aim"] and told.answers["何をしたいのか"][0] in row["next_steps"]
    assert row["leader"] == row["joining"] == row["page"] == ""


def test_an_empty_worksheet_gives_empty_answers_and_no_gap_marks(tmp_path):
    sheet = da.worksheet.open_sheet(tmp_path / "新しい班.yml")
    told = da.projects.pitch(sheet)
    assert len(told.missing) == 3 and told.letters == 0
    row = da.projects.from_sheet(sheet, cohort="第4期", started="2026-03-14", updated="2026-04-01")
    assert (
        row["updated"].item() == "2026-04-01" and not row.astype(str).apply(lambda c: c.str.contains("〔")).any().any()
    )
