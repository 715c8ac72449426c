"""A status page: figures by day, settings, what is refused, corrections, data.json, three languages, the checklist."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

import dataacademy as da
from dataacademy.errors import DataAcademyError
from dataacademy.status_page import svg
from dataacademy.status_page.datafile import schema_text

page = da.status_page
REAL = Path(__file__).resolve().parents[2] / "shared" / "realdata" / "tokyo_covid"
real = pytest.mark.skipif(not REAL.is_dir(), reason="the snapshots of 東京都's site are not here")


def days(counts, first="2021-08-01", **columns):
    dates = pd.date_range(first, periods=len(counts)).strftime("%Y-%m-%d")
    return pd.DataFrame({"date": dates, "n": counts, **columns})


@pytest.fixture(scope="module")
def small():
    return page.example().only("patients", "positive")


@pytest.fixture(scope="module")
def site(small):
    return page.build(small)


@pytest.fixture(scope="module")
def safe():
    return da.privacy.suppress_table(da.load("covid_patients"), by=["age_group", "sex"]).published


# Figures by day


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 500), st.none()), min_size=1, max_size=40))
def test_seven_days_are_the_last_seven_and_a_blank_is_never_nought(counts):
    found = page.daily(days(pd.array(counts, dtype="Int64")), count="n")
    last, before = counts[-7:], counts[-14:-7]
    assert found.value == (sum(last) if len(last) == 7 and None not in last else None)
    assert found.figures["before_7"] == (sum(before) if len(before) == 7 and None not in before else None)
    assert found.figures["cumulative"] == sum(c for c in counts if c is not None)
    assert [None if pd.isna(c) else c for c in found.table["count"]] == counts
    assert bool(found.left_out) == (None in counts)


def test_a_monday_that_looks_better_is_no_fall():
    found = page.daily(da.load("covid_daily"), count="patients", until="2021-08-09")
    saturday, monday = (found.table.set_index("day").loc[d, "count"] for d in ("2021-08-07", "2021-08-09"))
    assert monday < saturday / 5 and found.figures["times"] > 1.5
    assert found.sentence.startswith("2021-08-09（月）は5人です。") and "1.77倍" in found.sentence


def test_days_without_a_row_are_unknown_but_nobody_among_rows_of_cases():
    table = days([3, 4, 5]).drop(1)
    assert page.daily(table, count="n").table["count"].isna().tolist() == [False, True, False]
    assert page.daily(table).table["count"].tolist() == [1, 0, 1]


def test_dates_and_numbers_are_read_as_offices_write_them():
    table = pd.DataFrame({"公表日": ["令和3年8月2日", "2021/8/1", "R3.8.3"], "人数": ["１２", "1,003", "-"]})
    found = page.daily(table, date="公表日", count="人数")
    assert found.table["count"].tolist()[:2] == [1003, 12] and found.table["count"].isna().iloc[2]
    assert found.table["weekday"].tolist() == ["日", "月", "火"]


@pytest.mark.parametrize(
    ("table", "kind", "says"),
    [
        (pd.concat([days([1, 2]), days([5])]), "same_day_twice", "2021-08-01"),
        (days([1, -2, 3]), "not_a_count", "3行目　列「n」　値「-2」"),
        (days(["1", "約2", "3"]), "not_a_count", "値「約2」"),
        (days([1.5, 2]), "not_a_count", "値「1.5」"),
        (days([1, 2]).assign(date=["2021-08-01", "8月のどこか"]), "unreadable_date", "8月のどこか"),
        (days([1]).assign(date=[None]), "no_rows", "until"),
        (days([1]).head(0), "no_rows", "行がない"),
    ],
)
def test_what_is_no_count_by_day_is_named_with_its_place(table, kind, says):
    with pytest.raises(DataAcademyError) as error:
        page.daily(table, count="n")
    assert error.value.note.kind == kind and says in str(error.value)


def test_a_running_total_in_place_of_counts_is_noticed_and_a_quiet_month_is_not():
    daily = da.load("covid_daily")
    total = daily.assign(patients=daily["patients"].cumsum())
    assert page.daily(total, count="patients").figures["looks_cumulative"] == 1
    assert page.daily(daily, count="patients").figures["looks_cumulative"] == 0
    assert page.daily(days([0] * 20 + [1, 2]), count="n").figures["looks_cumulative"] == 0


def test_the_rate_of_a_week_is_no_mean_of_rates():
    table = days([10, 10, 10, 10, 10, 1, 1], tests=[100, 100, 100, 100, 100, 2, 2])
    found = page.rate(table, count="n", of="tests")
    assert found.value == pytest.approx(100 * 52 / 504)
    assert found.figures["mean_of_days"] == pytest.approx((5 * 10 + 2 * 50) / 7)
    assert np.isnan(page.rate(days([0] * 7, tests=[0] * 7), count="n", of="tests").value)
    with pytest.raises(DataAcademyError, match="「n」（3）が「tests」（2）より多い"):
        page.rate(days([3], tests=[2]), count="n", of="tests")


# Settings


def test_settings_go_into_a_file_and_back(small, tmp_path):
    changed = small.change(name={"en": "Our Town"}, phone="012-345-6789")
    assert page.read_settings(changed.save(tmp_path / "status.yml")) == changed
    assert changed.name["ja"] == small.name["ja"] and small.phone != changed.phone


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"phoen": "1"}, "もしかして「phone」"),
        ({"name": {"ja": ""}}, "日本語（ja）がありません"),
        ({"languages": ["en"]}, "ja を入れて"),
        ({"languages": ["ja", "fr"]}, "「fr」は選べません"),
        ({"days": 3}, "days"),
        ({"parts": []}, "一つもありません"),
        ({"parts": "x"}, "parts"),
    ],
)
def test_a_mistake_in_the_settings_is_named(small, change, says):
    with pytest.raises(DataAcademyError) as error:
        small.change(**change)
    assert error.value.note.kind == "bad_settings" and says in str(error.value)


def test_a_file_that_is_no_settings_is_named(tmp_path):
    file = tmp_path / "status.yml"
    with pytest.raises(DataAcademyError, match="status.ymlがありません|「status.yml」がありません"):
        page.read_settings(file)
    for text, says in (("name: {ja: x", "YAML"), ("- 1", "使えません"), ("name: みどり町\n", "topic")):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(DataAcademyError, match=says):
            page.read_settings(file)


def test_another_town_is_another_configuration(small):
    fork = (
        small.change(name={"en": "Mirai"}, phone="012-999-888")
        .only("patients")
        .fork(name={"ja": "みどり町", "en": "Midori"}, office="健康課", phone="1", source="みどり町")
    )
    fork = fork.part("patients", table="町の表", date="公表_年月日", count="人数")
    theirs = pd.DataFrame({"公表_年月日": pd.date_range("2021-09-01", periods=14), "人数": [4, 2] * 7})
    made = page.build(fork, tables={"町の表": theirs})
    own = da.about("mirai").name
    whole = json.dumps(made.data, ensure_ascii=False) + "".join(made.html.values())
    assert not [left for left in (own, "Mirai", "012-999-888", "8時30分") if left in whole]
    assert "<title>COVID-19 in Midori</title>" in made.html["en"] and "練習用" not in made.html["ja"]
    with pytest.raises(DataAcademyError, match="この町の表|表「町の表」がありません"):
        page.build(fork)


# What is refused


def worst(found):
    row = found.table.iloc[0]
    return row["section"], row["verdict"], row["ja"]


def test_rows_of_persons_small_cells_and_computable_cells_are_refused(small, safe):
    example = page.example()
    assert page.check(example).value == "出せない"
    assert worst(page.check(example))[0] == "people" and "一人一行の表です" in worst(page.check(example))[2]
    published = example.part("people", table="published_counts", by=["quarter", "age_group"], count="count")
    assert "6 マスは人数が一つに決まり" in worst(page.check(published))[2]
    counts = example.part("people", table="t", count="count")
    seen = safe.assign(count=safe["count"] // 40)
    seen = seen[(seen["age_group"] != "計") & (seen["sex"] != "計")]
    assert "10 人未満のマス" in worst(page.check(counts, tables={"t": seen}))[2]
    for settings_, tables in ((example, {}), (published, {}), (counts, {"t": seen})):
        with pytest.raises(DataAcademyError, match="このページは出せません。「people」"):
            page.build(settings_, tables=tables)
    assert page.check(counts, tables={"t": safe}).value == "出してよい"


def test_a_table_of_cases_dressed_as_counts_is_refused(safe):
    patients = da.load("covid_patients").drop_duplicates(["age_group", "area_id"]).assign(count=1)
    dressed = page.example().part("people", table="t", by=["area_id", "age_group"], count="count")
    assert worst(page.check(dressed, tables={"t": patients}))[1] == "出せない"


def test_nothing_of_a_person_leaves_the_page(safe, tmp_path):
    made = page.build(page.example().part("people", table="t", count="count"), tables={"t": safe})
    made.save(tmp_path)
    written = "".join(f.read_text(encoding="utf-8-sig") for f in tmp_path.iterdir())
    ids = set(da.load("covid_patients")["area_id"])
    assert not [i for i in ids if i in written] and "patient_no" not in written and "discharged" not in written


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda t: t.assign(patients=t["patients"].cumsum()), "一度も減っていません"),
        (lambda t: t.assign(patients=-1), "人や件の数として読めません"),
        (lambda t: t.drop(columns="patients"), "列「patients」は渡した表にありません"),
        (lambda t: pd.concat([t, t.tail(1)]), "二つ以上あります"),
    ],
)
def test_a_table_that_cannot_be_counted_is_to_be_mended(small, spoil, says):
    looked = page.check(small.only("patients"), tables={"covid_daily": spoil(da.load("covid_daily"))})
    assert looked.value == "直してから" and says in worst(looked)[2]


def test_a_missing_day_is_shown_as_unknown_and_told(small):
    table = da.load("covid_daily")
    made = page.build(small.only("patients"), tables={"covid_daily": table.drop(index=len(table) - 3)})
    assert "不明" in made.html["ja"] and "unknown" in made.html["en"] and "わからない" in made.html["easy"]
    assert [r["count"] for r in made.data["parts"][0]["data"]][-3] is None
    assert "数の分からない日が 1 日" in "".join(made.verdict.table["ja"])


def test_a_text_that_is_not_translated_is_told_and_marked_as_japanese(small, site):
    told = "".join(site.verdict.table["ja"])
    assert "English" in told and "name" in told
    heading = BeautifulSoup(site.html["en"], "html.parser").h1
    assert heading.find("span", lang="ja").get_text() == small.name["ja"]
    whole = small.change(name={"en": "A", "easy": "A"}, source={"en": "A", "easy": "A"}, phone="012")
    assert page.check(whole).figures["confirm"] == 0


# Corrections


def test_a_published_figure_does_not_change_in_silence(small):
    only, table = small.only("patients"), da.load("covid_daily")
    first = page.build(only, tables={"covid_daily": table.head(500)})
    second_table = table.head(503).copy()
    second_table.loc[480, "patients"] += 2
    tables, day = {"covid_daily": second_table}, table["date"][480]
    was = int(table["patients"][480])
    looked = page.check(only, tables=tables, previous=first)
    assert looked.value == "直してから" and f"{day} の数が {was} から {was + 2} に" in worst(looked)[2]
    with pytest.raises(DataAcademyError, match="理由が書かれていません"):
        page.build(only, tables=tables, previous=first)
    second = page.build(only, tables=tables, previous=first.data, reasons={day: "届くのが遅れたため"})
    (row,) = second.data["corrections"]
    assert (row["day"], row["was"], row["now"], row["reason"]) == (day, was, was + 2, {"ja": "届くのが遅れたため"})
    assert "届くのが遅れたため" in second.html["ja"] and '<span lang="ja">届くのが' in second.html["en"]
    told = "".join(second.verdict.table["ja"])
    assert f"{day} の訂正の理由に、Englishとやさしい日本語の文がない" in told
    words = {day: {"ja": "届くのが遅れたため", "en": "One report was late", "easy": "おくれました"}}
    whole = page.build(only, tables=tables, previous=first, reasons=words)
    assert "One report was late" in whole.html["en"] and "訂正の理由" not in "".join(whole.verdict.table["ja"])
    found = page.corrections(first, second)
    assert found.table.values.tolist() == [["patients", day, was, was + 2]] and found.figures["new_days"] == 3
    third = page.build(only, tables={"covid_daily": second_table.iloc[:-1]}, previous=second,
                       reasons={second_table["date"].iloc[-1]: "一日早かったため"})  # fmt: skip
    assert [(r["day"], r["now"]) for r in third.data["corrections"]] == [(table["date"][502], None), (day, was + 2)]


# data.json


def objects(node, at=()):
    if isinstance(node, dict):
        yield at
        for key, value in node.items():
            yield from objects(value, (*at, key))
    elif isinstance(node, list):
        for at_row, row in enumerate(node[:3]):
            yield from objects(row, (*at, at_row))


def into(data, at):
    for step in at:
        data = data[step]
    return data


@pytest.fixture(scope="module")
def short():
    """A data.json with a part of every kind, of few rows."""
    counts = page.example().part("people", table="t", by=["g"], count="n")
    counts = counts.part("patients", table="d", count="n").part("positive", table="d", count="n", of="tests")
    table = days([1] * 14, tests=[2] * 14)
    groups = pd.DataFrame({"g": ["10代", "20代"], "n": [12, 30]})
    made = page.build(counts.only("patients", "positive", "people"), tables={"d": table, "t": groups})
    table = table.assign(n=[2] + [1] * 13)
    tables = {"d": table, "t": groups}
    return page.build(made.settings, tables=tables, previous=made, reasons={"2021-08-01": "一人を足したため"}).data


def test_data_json_fits_its_schema_and_the_schema_is_one(short, site, tmp_path):
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))
    assert page.validate(short) == short
    site.save(tmp_path)
    assert page.validate(tmp_path / "data.json") == json.loads(json.dumps(site.data))
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == schema_text()
    assert pd.read_csv(tmp_path / "patients.csv", encoding="utf-8-sig")["cumulative"].iloc[-1] == 1045


def test_an_unknown_key_is_refused_wherever_it_stands(short):
    places = list(objects(short))
    assert len(places) > 20
    for at in places:
        spoilt = copy.deepcopy(short)
        into(spoilt, at)["氏名"] = "山田花子"
        with pytest.raises(DataAcademyError, match="「氏名」という項目は") as error:
            page.validate(spoilt)
        assert error.value.note.kind == "bad_data_json"


@pytest.mark.parametrize(
    ("at", "value", "says"),
    [
        (("updated",), "きのう", "updated、値「きのう」：日は 2021-08-09 のように"),
        (("updated",), "2021-08-02", "updated より後の日"),
        (("practice",), "はい", "true か false"),
        (("version",), 2, "「1」と決まっています"),
        (("parts", 0, "kind"), "dayly", "daily、rate、counts"),
        (("parts", 0, "data", 1, "day"), "2021-08-01", "前の行より後になっていません"),
        (("parts", 0, "data", 0, "day"), "2021-02-30", "暦にない日"),
        (("parts", 0, "data", 2, "count"), -1, "parts[0].data[2].count、値「-1」：ここは 0 以上"),
        (("parts", 0, "data", 2, "count"), "3人", "ここは整数か空（null）です"),
        (("parts", 1, "data", 2, "of"), 0, "count が of より多く"),
        (("parts", 2, "minimum"), 1, "2 以上"),
        (("parts",), [], "数が足りない"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(short, at, value, says):
    spoilt = copy.deepcopy(short)
    into(spoilt, at[:-1])[at[-1]] = value
    with pytest.raises(DataAcademyError) as error:
        page.validate(spoilt)
    assert says in str(error.value)


def test_a_missing_key_and_a_broken_file_are_named(short, tmp_path):
    spoilt = copy.deepcopy(short)
    del spoilt["parts"][0]["data"][0]["count"]
    with pytest.raises(DataAcademyError, match=re.escape("parts[0].data[0]：項目「count」がありません")):
        page.validate(spoilt)
    file = tmp_path / "data.json"
    file.write_text('{"a": 1,}', encoding="utf-8")
    with pytest.raises(DataAcademyError, match="JSON として読めません"):
        page.validate(file)
    with pytest.raises(DataAcademyError, match="がありません"):
        page.validate(tmp_path / "no.json")


# The pages


@pytest.mark.parametrize("language", ["ja", "en", "easy"])
def test_every_chart_has_the_same_figures_in_a_table_beside_it(site, language):
    soup = BeautifulSoup(site.html[language], "html.parser")
    patients = soup.find("section", {"aria-labelledby": "patients"})
    shown = site.tables["patients"].tail(site.settings.days)
    rows = patients.select("tbody tr")
    assert [int(r.find_all("td")[0].get_text()) for r in rows] == shown["count"].tolist()[::-1]
    assert len(patients.select("svg rect")) == 1 + int((shown["count"] > 0).sum())  # and the one of the legend
    assert patients.svg.find("desc").get_text() and patients.svg["role"] == "img"
    assert soup.html["lang"] == ("en" if language == "en" else "ja")
    assert [a["href"] for a in soup.nav.find_all("a")] == ["index.html", "en.html", "easy.html"]
    assert len(soup.find_all("a", {"aria-current": "page"})) == 1
    assert not soup.find_all(["script", "img", "iframe"]) and "http" not in site.html[language].replace(
        "http-equiv", ""
    )


def test_plain_japanese_has_a_reading_above_every_kanji(site):
    soup = BeautifulSoup(site.html["easy"], "html.parser")
    drawn = "".join(text.get_text() for text in soup.select("svg *"))  # no room for readings there
    assert "1しゅうかんの へいきん" in drawn and re.findall(r"[一-鿿]+", re.sub(r"\d月\d+日", "", drawn)) == []
    for gone in soup.find_all(["ruby", "svg", "style", "title", "h1"]):
        gone.decompose()
    for a in soup.nav.find_all("a"):
        a.decompose()
    left = soup.get_text().replace("みらい市（架空の町）", "")  # the source, which nobody has put in plain words
    assert re.findall(r"[一-鿿]+", left) == []


@pytest.mark.parametrize(
    ("counts", "japanese", "english", "plain"),
    [
        ([1] * 7 + [0] * 6 + [1], "1人です。|（7人）より減りました。", "1 person in the|Fewer than", "へりました"),
        ([0] * 7 + [1] * 7, "7人です。|（0人）より増えました。", "7 people in the|More than", "ふえました"),
        ([1] * 14, "その前の7日間と同じです。", "7 people in the|The same as", "じです"),
    ],
)
def test_the_page_says_in_words_whether_there_are_more_or_fewer(small, counts, japanese, english, plain):
    made = page.build(small.only("patients").part("patients", table="t", count="n"), tables={"t": days(counts)})
    said = {lang: BeautifulSoup(made.html[lang], "html.parser").find(class_="said").get_text() for lang in made.html}
    for language, expected in (("ja", japanese), ("en", english), ("easy", plain)):
        assert [text for text in expected.split("|") if text not in said[language]] == []


@pytest.mark.parametrize("n", [14, 21, 56, 180, 366])
def test_dates_under_a_chart_have_room_on_a_narrow_screen_too(n):
    labels = ["12月31日"] * n
    chart = svg.days_chart(labels, [1] * n, [None] * n, svg.Words("c", "t", "d", "b"))
    at = [float(x) for x in re.findall(r'<text x="([\d.]+)"[^>]*>12月31日', chart)]
    gaps, wide = [a - b for a, b in zip(at, at[1:], strict=False)], svg._wide(labels[0])
    assert 3 <= len(at) <= 6 and gaps[0] > 1.5 * wide and min(gaps) > wide  # the last date ends at its place


def test_what_is_written_in_settings_and_tables_is_shown_and_never_run(small):
    evil = '<script>alert(1)</script>"&'
    only = small.only("patients").change(name=evil, office={"ja": evil, "en": evil}, phone=evil, lead=evil, source=evil)
    made = page.build(only.part("patients", title=evil, unit=evil, note=evil))
    for text in made.html.values():
        soup = BeautifulSoup(text, "html.parser")
        assert not soup.find("script") and evil in soup.h1.get_text() and evil in soup.find("desc").get_text()


def test_hidden_counts_are_marked_and_said(small):
    table = pd.DataFrame({"g": ["甲", "乙", "丙", "計"] * 3, "s": ["男"] * 4 + ["女"] * 4 + ["計"] * 4,
                          "n": [None, None, 40, 76, None, None, 50, 92, 45, 33, 90, 168]})  # fmt: skip
    counts = page.example().part("people", table="t", by=["g", "s"], count="n", labels={})
    made = page.build(counts.only("patients", "people"), tables={"t": table})
    section = BeautifulSoup(made.html["ja"], "html.parser").find("section", {"aria-labelledby": "people"})
    cells = [[c.get_text() for c in r.find_all(["th", "td"])] for r in section.select("tr")]
    assert cells == [["区分", "男", "女", "計"], ["甲", "X", "X", "45"], ["乙", "X", "X", "33"],
                     ["丙", "40", "50", "90"], ["計", "76", "92", "168"]]  # fmt: skip
    assert "X は、" in section.get_text() and "全部で168人です。" in section.get_text()
    assert "X: number not shown" in made.html["en"]


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 1e7))
def test_marks_of_an_axis_begin_at_nought_and_reach_the_highest(most):
    marks = svg.nice_ticks(most)
    assert marks[0] == 0 and marks[-1] >= most * (1 - 1e-6) and 2 <= len(marks) <= 7
    assert np.allclose(np.diff(marks), marks[1])


def test_a_preview_knows_its_languages(site):
    assert "sandbox" in site.preview("en")._repr_html_() and "<iframe" in site._repr_html_()
    with pytest.raises(DataAcademyError, match="ことば「fr」はありません"):
        site.preview("fr")


# The checklist

SPOILT = {
    "題名と大見出し": ("<h1>", "<h1>二つ目</h1><h1>"),
    "いつの数か": (r"<time[^>]*>|\d{4}年\d+月\d+日", ""),
    "携帯電話の幅": ("initial-scale=1", "initial-scale=1, user-scalable=no"),
    "どの言語": ('<html lang="ja">', "<html>"),
    "言葉の説明": ("</main>", '<img src="x.png"></main>'),
    "同じ数の表": ("</main>", '</main><section><figure><svg role="img"><title>t</title></svg></figure></section>'),
    "飛んでいない": ('<h2 id="corrections">(.*?)</h2>', r"<h4>\1</h4>"),
    "見出しの行や列": ("</main>", "<table><tr><td>1</td></tr></table></main>"),
    "キーボードだけ": ('<a class="skip".*?</a>', ""),
    "外の部品": ("</head>", '<script src="https://example.com/a.js"></script></head>'),
    "電話番号": (r"電話[ 　]*<a href=.tel.*?</a>", ""),
    "ほかの言語": (r'<li><a href="en.html".*?</li>', ""),
    "やさしい日本語のページ": (r'<li><a href="easy.html".*?</li>', ""),
    "ファイルで": (r'<a href="\w+\.(json|csv)">', "<a>"),
    "利用条件": ("利用条件：CC BY 4.0", ""),
    "出典": ("出典：", ""),
    "訂正": ("訂正", "修正"),
    "知らせ先": ("お知らせください", "ご覧ください"),
}


def test_our_own_page_has_every_point_that_a_machine_sees(site):
    for text in site.html.values():
        found = page.checklist(text)
        assert found.figures == {"done": len(SPOILT), "not_yet": 0, "people": 6}
    assert found.table["principle"].nunique() == 5


@pytest.mark.parametrize("point", SPOILT)
def test_each_point_of_the_checklist_can_go_red(site, point):
    pattern, by = SPOILT[point]
    spoilt = re.sub(pattern, by, site.html["ja"], flags=re.DOTALL)
    assert spoilt != site.html["ja"]
    red = page.checklist(spoilt).table.query("result == 'まだ'")
    assert len(red) == 1 and point in red["point"].iloc[0] and red["fix"].iloc[0]


def test_any_page_saved_from_a_browser_is_looked_at_in_its_own_encoding(tmp_path):
    file = tmp_path / "saved.html"
    text = '<html lang="ja"><meta charset="Shift_JIS"><title>町のお知らせ</title><h1>お知らせ</h1><p>出典 TEL 012-3</p>'
    file.write_bytes(text.encode("cp932"))
    done = page.checklist(file).table.query("result == 'できている'")["found"].tolist()
    assert (
        "題名「町のお知らせ」、大見出し 1 個" in done and "電話番号があります" in done and "「出典」とあります" in done
    )
    for wrong, says in ((tmp_path / "no.html", "ありません"), ("https://example.com", "読みにいきません")):
        with pytest.raises(DataAcademyError, match=says):
            page.checklist(wrong)


# 東京都 2020


def snapshots():
    return [da.tables.read(f).data for f in sorted(REAL.glob("130001_tokyo_covid19_patients_*.csv"))]


@real
def test_521_patients_of_tokyo_come_out_of_the_real_snapshots():
    tables = snapshots()
    totals = [page.daily(t, date="公表_年月日").figures["cumulative"] for t in tables]
    assert totals == [171, 212, 259, 299, 362, 430, 443, 521]
    site_data = [page.read_site_data(f) for f in sorted(REAL.glob("tokyo_data_*.json"))]
    assert [found.value for found in site_data] == [40, 67, 102, 212, 521]
    assert [found.figures["stated"] for found in site_data] == [None, 67, 102, 212, 521]
    both = page.daily(tables[-1], date="公表_年月日").table.set_index("day")["count"]
    theirs = site_data[-1].table.query("series == 'patients_summary'").set_index("day")["count"]
    assert (both == theirs.loc[both.index]).all()
    tests = site_data[-1].table.query("series == 'inspections_summary・都内'")
    assert (tests["day"].iloc[0], len(tests)) == ("2020-01-24", 67)
    assert any("一人一行" in reason for reason in site_data[-1].left_out)


@real
def test_a_page_of_tokyo_is_built_by_configuration_and_its_rows_are_refused():
    tables, fork = (
        snapshots(),
        page.example().change(name={"ja": "東京都", "en": "Tokyo", "easy": "{東京都|とうきょうと}"}),
    )
    fork = fork.change(town="", practice=False, source="東京都（CC BY 4.0）").part(
        "patients", table="t", date="公表_年月日", count=None
    )
    editions = [page.build(fork.only("patients"), tables={"t": t}) for t in (tables[0], tables[-1])]
    assert (
        "累計は521人です。" in editions[-1].html["ja"]
        and "521 in total since Fri 24 Jan 2020" in editions[-1].html["en"]
    )
    assert page.corrections(*editions).value == 0
    people = fork.part("people", table="t", by=["患者_居住地", "患者_年代"]).only("patients", "people")
    assert worst(page.check(people, tables={"t": tables[-1]}))[1] == "出せない"


def test_another_data_json_than_tokyos_is_said_to_be_one(site):
    with pytest.raises(DataAcademyError, match="da.status_page.validate"):
        page.read_site_data(site.data)
    labels = {"patients_summary": {"data": []}, "inspections_summary": {"date": "2021/1/2", "labels": ["12/31", "1/1"],
              "data": {"都内": [3, 4]}}}  # fmt: skip
    found = page.read_site_data(labels).table
    assert found["day"].tolist() == ["2020-12-31", "2021-01-01"]
